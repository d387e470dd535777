"""A client of one's own in Python, with the standard library only, against the program with faults.

    YOURGPT_SANDBOX=path/of/yourgpt-sandbox python3 test_faults.py
"""

import http.client
import json
import os
import subprocess
import tempfile
import unittest
import urllib.parse

PROGRAM = os.environ.get("YOURGPT_SANDBOX", "yourgpt-sandbox")
CERTAIN, UNCLEAR = "not done", "nobody knows"


class Sandbox:
    def __init__(self, *options):
        command = [PROGRAM, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.env = {}
        while len(self.env) < 5:
            line = self.process.stdout.readline().strip()
            if line.startswith("export "):
                name, value = line.removeprefix("export ").split("=", 1)
                self.env[name] = value

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def post(self, path, body, headers=None, timeout=5):
        """The status and the body; None for a body that is not JSON."""
        url = urllib.parse.urlsplit(self.env["YOURGPT_BASE_URL"])
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=timeout)
        try:
            connection.request("POST", path, json.dumps(body), headers or {})
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, None

    def control(self, **command):
        status, answer = self.post("/sandbox/control", command)
        assert status == 200, answer
        return answer

    def tags(self):
        world = self.control(snapshot={})["snapshot"]
        return [tag["name"] for tag in world["projects"][0]["contact_tags"]]


def create_tag(sandbox, name):
    """What a careful client concludes: None if it is done, else why not."""
    headers = {
        "Authorization": "Bearer " + sandbox.env["YOURGPT_API_TOKEN"],
        "Content-Type": "application/json",
    }
    body = {"project_uid": sandbox.env["YOURGPT_PROJECT_UID"], "name": name}
    path = "/chatbot/v1/createContactTag"
    try:
        status, answer = sandbox.post(path, body, headers, timeout=0.3)
    except (OSError, http.client.HTTPException):
        return UNCLEAR
    kind = answer.get("type") if answer else None
    if status == 200 and kind == "RXSUCCESS":
        return None
    if status == 429 or kind == "RXERROR" and (status == 503 or status < 500):
        return CERTAIN
    return UNCLEAR


class Faults(unittest.TestCase):
    # Each fault, what the client concludes, and whether the work is done.
    TABLE = [
        ("refusal-400", CERTAIN, False),
        ("refusal-429", CERTAIN, False),
        ("refusal-503", CERTAIN, False),
        ("refusal-500", UNCLEAR, False),
        ("gateway-502", UNCLEAR, False),
        ("gateway-504+after-the-work", UNCLEAR, True),
        ("html", UNCLEAR, False),
        ("not-the-envelope", UNCLEAR, True),
        ("unreadable-row", None, True),
        ("reset", UNCLEAR, False),
        ("lost-answer", UNCLEAR, True),
        ("reset-in-head", UNCLEAR, True),
        ("reset-in-body", UNCLEAR, True),
        ("cut-short", UNCLEAR, True),
        ("hang", UNCLEAR, False),
        ("hang+after-the-work", UNCLEAR, True),
        ("slow-5000", UNCLEAR, True),
        ("slow-1", None, True),
        ("drip-0", None, True),
    ]

    def start(self, *options):
        sandbox = Sandbox(*options)
        self.addCleanup(sandbox.stop)
        return sandbox

    def test_a_client_concludes_what_the_sandbox_did(self):
        sandbox = self.start("--control")
        for number, (fault, concluded, is_done) in enumerate(self.TABLE):
            with self.subTest(fault):
                sandbox.control(fail="createContactTag=" + fault)
                name = f"tag {number}"
                self.assertEqual(create_tag(sandbox, name), concluded)
                self.assertEqual(name in sandbox.tags(), is_done)
                received = sandbox.control(received="createContactTag")["received"]
                self.assertEqual(received[-1]["body"]["name"], name)
                self.assertEqual(received[-1]["credential_kind"], "token")

    def test_an_option_fails_every_third_call(self):
        sandbox = self.start("--control", "--fail", "createContactTag=lost-answer:every-3")
        concluded = [create_tag(sandbox, f"tag {number}") for number in range(6)]
        self.assertEqual(concluded, [None, None, UNCLEAR] * 2)

    def test_a_snapshot_is_the_world_of_another_sandbox(self):
        first = self.start("--control")
        create_tag(first, "press")
        snapshot = first.control(snapshot={})["snapshot"]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(snapshot, file)
            file.flush()
            second = self.start("--control", "--world", file.name)
        self.assertEqual(second.control(snapshot={})["snapshot"], snapshot)

    def test_without_the_option_control_is_refused(self):
        status, answer = self.start().post("/sandbox/control", {"snapshot": {}})
        self.assertEqual(status, 403)
        self.assertIn("--control", answer["error"])


if __name__ == "__main__":
    unittest.main()
