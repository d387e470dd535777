"""Holds a conversation with a YourGPT chatbot. Ctrl-C ends it, also in the middle of a call.

    make -C examples/c library
    python3 examples/python/chat.py target/release/libyourgpt.so "When do you open?"

The credentials come from the environment, as for examples/c/chat.c. The vendor's own pages disagree
on whether a conversation that was opened with an API token is answered at all.
"""

import os
import sys

from yourgpt import ANSWERED, HANDED_OVER, NOT_SENT, Client, Conversation, Error

KEYS = {"api_key": "YOURGPT_API_KEY", "widget_uid": "YOURGPT_WIDGET_UID"}
TOKEN = {"api_token": "YOURGPT_API_TOKEN", "project_uid": "YOURGPT_PROJECT_UID"}
NO_ANSWER = """No answer came. Try the playground, and a project API key if you use an API token:
the vendor's own pages disagree on whether a token's conversation is answered at all."""


def main(library, *messages):
    names = {**(KEYS if os.environ.get("YOURGPT_API_KEY") else TOKEN), "base_url": "YOURGPT_BASE_URL"}
    config = {key: os.environ[name] for key, name in names.items() if os.environ.get(name)}
    with Client(library, **config) as client, Conversation(client) as conversation:
        for message in messages:
            answer = conversation.ask(message)
            if answer is not None:
                print(answer)
            elif conversation.outcome == HANDED_OVER:
                print("A human answers from now on.", file=sys.stderr)
            elif conversation.outcome != ANSWERED:
                print(NO_ANSWER, file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: chat.py LIBRARY MESSAGE...")
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("cancelled")
    except Error as error:
        doubt = "" if error.outcome in (None, NOT_SENT) else "the message may have arrived: "
        sys.exit(doubt + str(error))
