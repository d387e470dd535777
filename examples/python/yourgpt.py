"""The YourGPT API with only ctypes: classes around the library of the C ABI.

    client = Client("libyourgpt.so.0", api_key="apk-...", widget_uid="c0ffee11-...")
    with client, Conversation(client) as conversation:
        print(conversation.ask("When do you open?"))

Ctrl-C ends a call in the middle: Python sees it only when it waits itself, so that each call is on a
thread of its own, and the client is cancelled, for good. The same holds for a task of asyncio that is
cancelled. A client from Client.derive() shares the connections;
cancelling one leaves the other alone.
"""

import asyncio
import ctypes
import json
import threading
from concurrent.futures import Future

PROJECT, ORGANIZATION = 0, 1
UNKNOWN, NOT_SENT, NOT_SEEN, ANSWERED, HANDED_OVER, UNANSWERED = range(6)


class Error(Exception):
    """A failure, with its keys as attributes: kind, may_have_been_processed and so on."""

    def __init__(self, status, failure, outcome=UNKNOWN):
        super().__init__(failure.get("message", f"the library failed with status {status}"))
        self.status, self.outcome = status, outcome
        self.__dict__.update({key: value for key, value in failure.items() if key != "message"})


class Client:
    def __init__(self, library, **config):
        if isinstance(library, str):
            library = ctypes.CDLL(library)
            pointer, string, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
            for name, types in {
                "client_new": [string, pointer, pointer],
                "client_with": [pointer, string, pointer, pointer],
                "call": [pointer, number, string, string, pointer],
                "conversation_new": [pointer, string, pointer, pointer],
                "ask": [pointer, string, pointer, pointer, pointer],
                "new_messages": [pointer, pointer],
            }.items():
                getattr(library, "yourgpt_" + name).argtypes = types
            for name in "client_cancel", "client_free", "conversation_free", "string_free":
                function = getattr(library, "yourgpt_" + name)
                function.argtypes, function.restype = [pointer], None
        self.library, self.handle = library, ctypes.c_void_p()
        if config:
            self._make(library.yourgpt_client_new, config)

    def _make(self, function, config, *before):
        arguments = *before, json.dumps(config).encode(), ctypes.byref(self.handle)
        self.text(function, *arguments)

    def derive(self, **config):
        """A client that shares the connections of this one, with other limits."""
        other = Client(self.library)
        other._make(self.library.yourgpt_client_with, config, self.handle)
        return other

    def call(self, operation, level=PROJECT, **body):
        """Calls an operation; returns its data."""
        return self.wait(self.start(self._call, operation, level, body))

    async def call_async(self, operation, level=PROJECT, **body):
        return await self.wait_async(self.start(self._call, operation, level, body))

    def cancel(self):
        self.library.yourgpt_client_cancel(self.handle)

    def _call(self, operation, level, body):
        arguments = self.handle, level, operation.encode(), json.dumps(body).encode()
        return json.loads(self.text(self.library.yourgpt_call, *arguments)).get("data")

    def text(self, function, *arguments):
        """Calls a function whose last argument is for its text."""
        text = ctypes.c_void_p()
        status = function(*arguments, ctypes.byref(text))
        decoded = self.take(text)
        if status:
            raise Error(status, json.loads(decoded or "{}"))
        return decoded

    def take(self, text):
        """Copies a string of the library, and frees it."""
        copy = ctypes.string_at(text.value).decode() if text else None
        self.library.yourgpt_string_free(text)
        return copy

    def start(self, function, *arguments):
        """Calls a function on a thread of its own."""
        future = Future()

        def run():
            try:
                future.set_result(function(*arguments))
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=run).start()
        return future

    def wait(self, future):
        try:
            return future.result()
        except KeyboardInterrupt:
            self.cancel()
            future.exception()  # The call ends at once.
            raise

    async def wait_async(self, future):
        try:
            return await asyncio.shield(asyncio.wrap_future(future))
        except asyncio.CancelledError:
            self.cancel()
            future.exception()
            raise

    def close(self):
        handle, self.handle = self.handle, ctypes.c_void_p()
        self.library.yourgpt_client_free(handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Conversation:
    """A new conversation, or the one with a session_uid, which is a text."""

    def __init__(self, client, session_uid=None):
        self.client, self.handle, self.outcome = client, ctypes.c_void_p(), UNKNOWN
        arguments = client.handle, session_uid and session_uid.encode(), ctypes.byref(self.handle)
        open_it = client.library.yourgpt_conversation_new
        client.wait(client.start(client.text, open_it, *arguments))

    def ask(self, message):
        """Sends a message; returns the answer as text, or None. self.outcome says more."""
        return self.client.wait(self.client.start(self._ask, message))

    async def ask_async(self, message):
        return await self.client.wait_async(self.client.start(self._ask, message))

    def new_messages(self):
        function = self.client.library.yourgpt_new_messages
        text = self.client.start(self.client.text, function, self.handle)
        return json.loads(self.client.wait(text))

    def _ask(self, message):
        outcome, answer = ctypes.c_int(), ctypes.c_void_p()
        outputs = ctypes.byref(outcome), ctypes.byref(answer)
        try:
            function = self.client.library.yourgpt_ask
            self.client.text(function, self.handle, message.encode(), *outputs)
        except Error as error:
            error.outcome = outcome.value
            raise
        self.outcome = outcome.value
        return self.client.take(answer)

    def close(self):
        handle, self.handle = self.handle, ctypes.c_void_p()
        self.client.library.yourgpt_conversation_free(handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
