"""The YourGPT API with only ctypes: classes around the library of the C ABI.

    client = Client("libyourgpt.so.0", api_key="apk-...", widget_uid="c0ffee11-...")
    with client, Conversation(client) as conversation:
        print(conversation.ask("When do you open?"))

Python notices Ctrl-C only while it waits itself. So each call runs on its own thread, and Ctrl-C
cancels the client for good. So does another signal handler that raises, and cancelling a task of
asyncio. A client from Client.derive() shares the connections; cancelling one leaves the other
alone.
"""

import asyncio
import ctypes
import json
from concurrent import futures
from copy import copy

PROJECT, ORGANIZATION = 0, 1
UNKNOWN, NOT_SENT, NOT_SEEN, ANSWERED, HANDED_OVER, UNANSWERED = range(6)


class Error(Exception):
    """A failure, with its keys as attributes: kind, may_have_been_processed and so on. The outcome is
    None if no message was to be sent."""

    def __init__(self, status, failure):
        super().__init__(failure.get("message", f"the library failed with status {status}"))
        self.status, self.outcome = status, None
        self.__dict__.update({key: value for key, value in failure.items() if key != "message"})


class Handle:
    """A pointer of the library, freed when nothing refers to it any more, not even a call that Ctrl-C
    left running."""

    def __init__(self, free):
        self.free, self._as_parameter_ = free, ctypes.c_void_p()

    def output(self):
        return ctypes.byref(self._as_parameter_)

    def __del__(self):
        self.free(self._as_parameter_)


class Client:
    def __init__(self, library, **config):
        self.library = load(library) if isinstance(library, str) else library
        self._make(self.library.yourgpt_client_new, config)

    def _make(self, function, config, *before):
        self.handle = Handle(self.library.yourgpt_client_free)
        self.text(function, *before, json.dumps(config).encode(), self.handle.output())

    def derive(self, **config):
        """A client that shares the connections of this one, with other limits."""
        other = copy(self)
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
        arguments = self.handle, level, encode(operation), json.dumps(body).encode(), 0
        self.text(self.library.yourgpt_walk_new, *arguments, walk.output())
        while page := self.wait(self.text, self.library.yourgpt_walk_next, walk):
            yield json.loads(page).get("data")

    def cancel(self):
        self.library.yourgpt_client_cancel(self.handle)

    def _call(self, operation, level, body):
        arguments = self.handle, level, encode(operation), json.dumps(body).encode()
        return json.loads(self.text(self.library.yourgpt_call, *arguments)).get("data")

    def text(self, function, *arguments):
        """Calls a function whose last argument is for its text."""
        text = ctypes.c_void_p()
        status = function(*arguments, ctypes.byref(text))
        decoded = self.take(text.value)
        if status:
            raise Error(status, json.loads(decoded or "{}"))
        return decoded

    def take(self, text):
        """Copies a string of the library, and frees it."""
        decoded = ctypes.string_at(text).decode() if text else None
        self.library.yourgpt_string_free(text)
        return decoded

    def start(self, function, *arguments):
        """Calls a function on a thread of its own."""
        executor = futures.ThreadPoolExecutor(1)
        future = executor.submit(function, *arguments)
        executor.shutdown(wait=False)
        return future

    def wait(self, function, *arguments):
        handle, future = self.handle, None
        try:
            future = self.start(function, *arguments)
            futures.wait([future])
        except BaseException as error:
            # From a signal handler, unless no thread could be started.
            if future or not isinstance(error, RuntimeError):
                self.library.yourgpt_client_cancel(handle)
            raise
        return future.result()

    async def wait_async(self, function, *arguments):
        handle, future = self.handle, self.start(function, *arguments)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            self.library.yourgpt_client_cancel(handle)
            futures.wait([future])  # The call ends at once, and before the loop is closed.
            raise

    def close(self):
        self.handle = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Conversation:
    """A new conversation, or the one with a session_uid, which is a text. Cancelling its client ends
    it. The client may be closed before it."""

    def __init__(self, client, session_uid=None):
        self.client, self.outcome, library = copy(client), UNKNOWN, client.library
        self.handle = Handle(library.yourgpt_conversation_free)
        uid = None if session_uid is None else encode(session_uid)
        arguments = client.handle, uid, self.handle.output()
        client.wait(client.text, library.yourgpt_conversation_new, *arguments)
        self.session_uid = client.take(library.yourgpt_conversation_session_uid(self.handle))

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
            self.client.text(function, self.handle, encode(message), *outputs)
        except Error as error:
            error.outcome = outcome.value
            raise
        self.outcome = outcome.value
        return self.client.take(answer.value)

    def close(self):
        self.handle = None
        self.client.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def load(path):
    library = ctypes.CDLL(path)
    pointer, string, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, types in {
        "client_new": [string, pointer, pointer],
        "client_with": [pointer, string, pointer, pointer],
        "call": [pointer, number, string, string, pointer],
        "walk_new": [pointer, number, string, string, ctypes.c_uint32, pointer, pointer],
        "walk_next": [pointer, pointer],
        "conversation_new": [pointer, string, pointer, pointer],
        "conversation_session_uid": [pointer],
        "ask": [pointer, string, pointer, pointer, pointer],
        "new_messages": [pointer, pointer],
    }.items():
        getattr(library, "yourgpt_" + name).argtypes = types
    library.yourgpt_conversation_session_uid.restype = pointer
    for name in "client_cancel", "client_free", "walk_free", "conversation_free", "string_free":
        function = getattr(library, "yourgpt_" + name)
        function.argtypes, function.restype = [pointer], None
    return library


def encode(text):
    """A text for C, where a NUL would end it."""
    if "\0" in text:
        raise ValueError("the text has a NUL inside")
    return text.encode()
