"""The YourGPT API with only ctypes: classes around the library of the C ABI.

    client = Client("libyourgpt.so.0", api_key="apk-...", widget_uid="c0ffee11-...")
    with client, Conversation(client) as conversation:
        print(conversation.ask("When do you open?"))

Ctrl-C ends a call in the middle: Python sees it only when it waits itself, so that each call is on a
thread of its own, and the client is cancelled, for good. The same holds for a task of asyncio that is
cancelled. A client from Client.derive() shares the connections; cancelling one leaves the other
alone.
"""

import asyncio
import ctypes
import json
from concurrent.futures import ThreadPoolExecutor

PROJECT, ORGANIZATION = 0, 1
UNKNOWN, NOT_SENT, NOT_SEEN, ANSWERED, HANDED_OVER, UNANSWERED = range(6)


class Error(Exception):
    """A failure, with its keys as attributes: kind, may_have_been_processed and so on."""

    def __init__(self, status, failure, outcome=UNKNOWN):
        super().__init__(failure.get("message", f"the library failed with status {status}"))
        self.status, self.outcome = status, outcome
        self.__dict__.update({key: value for key, value in failure.items() if key != "message"})


class Handle:
    """A pointer of the library, freed when nothing has it any more: nor a call, which Ctrl-C may have
    left on its thread."""

    def __init__(self, free):
        self.free, self._as_parameter_ = free, ctypes.c_void_p()

    def output(self):
        return ctypes.byref(self._as_parameter_)

    def __del__(self):
        self.free(self._as_parameter_)


class Client:
    def __init__(self, library, **config):
        if isinstance(library, str):
            library = ctypes.CDLL(library)
            pointer, string, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
            for name, types in {
                "client_new": [string, pointer, pointer],
                "client_with": [pointer, string, pointer, pointer],
                "call": [pointer, number, string, string, pointer],
                "walk_new": [pointer, number, string, string, ctypes.c_uint32, pointer, pointer],
                "walk_next": [pointer, pointer],
                "conversation_new": [pointer, string, pointer, pointer],
                "ask": [pointer, string, pointer, pointer, pointer],
                "new_messages": [pointer, pointer],
            }.items():
                getattr(library, "yourgpt_" + name).argtypes = types
            for name in "client_cancel", "client_free", "walk_free", "conversation_free", "string_free":
                function = getattr(library, "yourgpt_" + name)
                function.argtypes, function.restype = [pointer], None
        self.library, self.handle = library, Handle(library.yourgpt_client_free)
        if config:
            self._make(library.yourgpt_client_new, config)

    def _make(self, function, config, *before):
        self.text(function, *before, json.dumps(config).encode(), self.handle.output())

    def derive(self, **config):
        """A client that shares the connections of this one, with other limits."""
        other = Client(self.library)
        other._make(self.library.yourgpt_client_with, config, self.handle)
        return other

    def call(self, operation, level=PROJECT, **body):
        """Calls an operation; returns its data."""
        return self.wait(self._call, operation, level, body)

    async def call_async(self, operation, level=PROJECT, **body):
        return await self.wait_async(self._call, operation, level, body)

    def pages(self, operation, level=PROJECT, **body):
        """Walks through a list; yields the data of each page."""
        walk = Handle(self.library.yourgpt_walk_free)
        arguments = self.handle, level, operation.encode(), json.dumps(body).encode(), 0
        self.text(self.library.yourgpt_walk_new, *arguments, walk.output())
        while page := self.wait(self.text, self.library.yourgpt_walk_next, walk):
            yield json.loads(page).get("data")

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
        executor = ThreadPoolExecutor(1)
        future = executor.submit(function, *arguments)
        executor.shutdown(wait=False)
        return future

    def wait(self, function, *arguments):
        try:
            return self.start(function, *arguments).result()
        except KeyboardInterrupt:
            self.cancel()
            raise

    async def wait_async(self, function, *arguments):
        future = self.start(function, *arguments)
        try:
            return await asyncio.shield(asyncio.wrap_future(future))
        except asyncio.CancelledError:
            self.cancel()
            future.exception()  # The call ends at once, and before the loop is closed.
            raise

    def close(self):
        self.handle = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Conversation:
    """A new conversation, or the one with a session_uid, which is a text."""

    def __init__(self, client, session_uid=None):
        self.client, self.outcome = client, UNKNOWN
        self.handle = Handle(client.library.yourgpt_conversation_free)
        arguments = client.handle, session_uid and session_uid.encode(), self.handle.output()
        client.wait(client.text, client.library.yourgpt_conversation_new, *arguments)

    def ask(self, message):
        """Sends a message; returns the answer as text, or None. self.outcome says more."""
        return self.client.wait(self._ask, message)

    async def ask_async(self, message):
        return await self.client.wait_async(self._ask, message)

    def new_messages(self):
        function = self.client.library.yourgpt_new_messages
        return json.loads(self.client.wait(self.client.text, function, self.handle))

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
        self.handle = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
