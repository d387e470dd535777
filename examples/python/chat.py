"""Holds a conversation with a YourGPT chatbot, with only ctypes and the library of the C ABI.

    make -C examples/c library
    python3 examples/python/chat.py target/release/libyourgpt.so "When do you open?"

The credentials come from the environment, as for examples/c/chat.c. The vendor's own pages disagree
on whether a conversation that was opened with an API token is answered at all.
"""

import ctypes
import json
import os
import sys

PROJECT, OK = 0, 0
KEYS = {"api_key": "YOURGPT_API_KEY", "widget_uid": "YOURGPT_WIDGET_UID"}
HOST = {"base_url": "YOURGPT_BASE_URL"}
TOKEN = {"api_token": "YOURGPT_API_TOKEN", "project_uid": "YOURGPT_PROJECT_UID"}
NO_ANSWER = """No answer came. The vendor's own pages disagree on whether a conversation that was opened
with an API token is answered at all: try a project API key, or the playground."""


class Client:
    def __init__(self, path, **config):
        self.library = library = ctypes.CDLL(path)
        string, pointer, out = ctypes.c_char_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)
        library.yourgpt_client_new.argtypes = [string, out, out]
        library.yourgpt_call.argtypes = [pointer, ctypes.c_int, string, string, out]
        for free in library.yourgpt_client_free, library.yourgpt_string_free:
            free.argtypes, free.restype = [pointer], None
        self.client = pointer()
        self._run(library.yourgpt_client_new, config, ctypes.byref(self.client))

    def call(self, operation, **body):
        arguments = self.client, PROJECT, operation.encode()
        return self._run(self.library.yourgpt_call, *arguments, body).get("data")

    def close(self):
        self.library.yourgpt_client_free(self.client)
        self.client = None

    def _run(self, function, *arguments):
        arguments = [json.dumps(a).encode() if isinstance(a, dict) else a for a in arguments]
        text = ctypes.c_void_p()
        status = function(*arguments, ctypes.byref(text))
        answer = json.loads(ctypes.string_at(text.value).decode()) if text else {}
        self.library.yourgpt_string_free(text)
        if status != OK:
            raise RuntimeError(answer.get("message", f"the library failed: status {status}"))
        return answer


def answers(reply, sent):
    """The texts of a reply, without the user's own; None for an answer without a text."""
    for part in reply if isinstance(reply, list) else [reply]:
        part = part if isinstance(part, dict) else {}
        sender, text, choices = (part.get(name) for name in ("send_by", "message", "choices"))
        text = text if isinstance(text, str) else None
        is_own = sender == "user" or (sender not in ("assistant", "operator") and text == sent)
        if not is_own and (text or (isinstance(choices, list) and choices)):
            yield text


if __name__ == "__main__":
    names = KEYS if os.environ.get("YOURGPT_API_KEY") else TOKEN
    given = {key: os.environ.get(name) for key, name in {**names, **HOST}.items()}
    bot = Client(sys.argv[1], **{key: value for key, value in given.items() if value})
    session = bot.call("createSession")["session_uid"]
    for message in sys.argv[2:]:
        reply = bot.call("sendMessage", session_uid=session, message=message)
        texts = list(answers(reply, message))
        for text in filter(None, texts):
            print(text)
        if not texts:
            print(NO_ANSWER, file=sys.stderr)
    bot.close()
