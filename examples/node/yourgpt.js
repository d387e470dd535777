// The YourGPT API over koffi, a package for calling C. An AbortSignal ends a call in the middle.
//
//     const client = new Client("libyourgpt.so.0", { api_key: "apk-...", widget_uid: "c0ffee11-..." });
//     const conversation = await Conversation.open(client);
//     console.log((await conversation.ask("When do you open?")).answer);
//
// Whole numbers above 2^53 - 1 in answers, such as a session_uid, come as strings: JavaScript would
// round them. Calls run on the threads of Node's pool: 4 at once, unless the environment variable
// UV_THREADPOOL_SIZE says more.

import { promisify } from "node:util";
import koffi from "koffi";

export const PROJECT = 0, ORGANIZATION = 1;
export const UNKNOWN = 0, NOT_SENT = 1, NOT_SEEN = 2, ANSWERED = 3, HANDED_OVER = 4, UNANSWERED = 5;

// A failure, with its keys as properties: kind, may_have_been_processed and so on. The cause is the
// reason of a signal that ended the call.
export class YourgptError extends Error {
  constructor(status, failure, cause) {
    const { message = `the library failed with status ${status}`, ...parts } = failure;
    super(message, { cause });
    Object.assign(this, { status, ...parts });
  }
}

// A credential, settings and connections.
export class Client {
  constructor(library, config) {
    this.library = typeof library === "string" ? load(library) : library;
    const all = { large_numbers_as_strings: true, ...config };
    this.own(make(this.library.client_new, JSON.stringify(all)));
  }

  // A client that shares the connections of this one, with other limits.
  derive(config = {}) {
    const other = Object.create(Object.getPrototypeOf(this), { library: { value: this.library } });
    other.own(make(this.library.client_with, this.handle, JSON.stringify(config)));
    return other;
  }

  // Takes a client of the library, which close() frees.
  own(handle) {
    Object.assign(this, { handle, calls: 0, frees: [() => this.library.client_free(handle)] });
  }

  // Calls an operation; returns its data. The signal ends this call only.
  async call(operation, body = {}, { level = PROJECT, signal } = {}) {
    const own = this.derive();
    try {
      const parameters = [own.handle, level, whole(operation), JSON.stringify(body)];
      return JSON.parse(await own.finish(signal, this.library.call, ...parameters)).data;
    } finally {
      own.close();
    }
  }

  // Walks through a list; yields the data of each page.
  async *pages(operation, body = {}, { level = PROJECT, signal } = {}) {
    const own = this.derive();
    try {
      const parameters = [own.handle, level, whole(operation), JSON.stringify(body), 0];
      const walk = make(this.library.walk_new, ...parameters);
      own.frees.unshift(() => this.library.walk_free(walk));
      for (let page; (page = await own.finish(signal, this.library.walk_next, walk)) !== null; ) {
        yield JSON.parse(page).data;
      }
    } finally {
      own.close();
    }
  }

  // Ends the calls of this client, for good.
  cancel() {
    this.library.client_cancel(this.handle);
  }

  // Frees the client; if a call is using it, after that.
  close() {
    this.isClosed = true;
    if (this.calls > 0) return;
    for (const free of this.frees.splice(0)) free();
    this.handle = null;
  }

  // Calls a function on a thread, and waits for its text. The signal cancels this client.
  async finish(signal, method, ...parameters) {
    const text = [null];
    const cancel = () => this.cancel();
    signal?.addEventListener("abort", cancel);
    if (signal?.aborted) cancel();
    this.calls++;
    try {
      check(await promisify(method.async)(...parameters, text), text[0], signal?.reason);
    } finally {
      signal?.removeEventListener("abort", cancel);
      this.calls--;
      if (this.isClosed) this.close();
    }
    return text[0];
  }
}

// A conversation. A signal that ends one of its calls ends the conversation: open it again with its
// session_uid.
export class Conversation {
  // Opens a conversation, or continues one.
  static async open(client, { session_uid = null, signal } = {}) {
    signal?.throwIfAborted();
    const uid = session_uid && whole(session_uid);
    const conversation = new Conversation();
    conversation.client = client.derive();
    const handle = [null];
    const { conversation_new, conversation_session_uid, conversation_free } = client.library;
    const parameters = [conversation.client.handle, uid, handle];
    try {
      await conversation.client.finish(signal, conversation_new, ...parameters);
    } catch (error) {
      conversation.client.close();
      throw error;
    }
    conversation.handle = handle[0];
    conversation.client.frees.unshift(() => conversation_free(handle[0]));
    conversation.session_uid = conversation_session_uid(handle[0]);
    return conversation;
  }

  // Sends a message; returns what became of it, and the answer as text or null. An error has the
  // outcome too.
  async ask(message, { signal } = {}) {
    const [outcome, answer] = [[UNKNOWN], [null]];
    const parameters = [this.handle, whole(message), outcome, answer];
    try {
      const reply = await this.client.finish(signal, this.client.library.ask, ...parameters);
      return { outcome: outcome[0], answer: answer[0], reply: JSON.parse(reply) };
    } catch (error) {
      throw Object.assign(error, { outcome: outcome[0] });
    }
  }

  // The messages since the last look.
  async newMessages({ signal } = {}) {
    const { new_messages } = this.client.library;
    return JSON.parse(await this.client.finish(signal, new_messages, this.handle));
  }

  // Frees the conversation; if a call is using it, after that.
  close() {
    this.handle = null;
    this.client.close();
  }
}

function load(path) {
  const library = koffi.load(path);
  const find = (name, result, ...types) => library.func(`yourgpt_${name}`, result, types);
  const [client, level, walk, conversation] = ["void *", "int", "void *", "void *"];
  const text = koffi.disposable("str", find("string_free", "void", "void *"));
  const output = (type) => koffi.out(koffi.pointer(type));
  return {
    client_new: find("client_new", "int", "str", output(client), output(text)),
    client_with: find("client_with", "int", client, "str", output(client), output(text)),
    client_cancel: find("client_cancel", "void", client),
    client_free: find("client_free", "void", client),
    call: find("call", "int", client, level, "str", "str", output(text)),
    walk_new: find("walk_new", "int", client, level, "str", "str", "uint32", output(walk), output(text)),
    walk_next: find("walk_next", "int", walk, output(text)),
    walk_free: find("walk_free", "void", walk),
    conversation_new: find("conversation_new", "int", client, "str", output(conversation), output(text)),
    conversation_session_uid: find("conversation_session_uid", text, conversation),
    ask: find("ask", "int", conversation, "str", output("int"), output(text), output(text)),
    new_messages: find("new_messages", "int", conversation, output(text)),
    conversation_free: find("conversation_free", "void", conversation),
  };
}

// A text for C, where a NUL would end it.
function whole(text) {
  if (text.includes("\0")) throw new TypeError("the text has a NUL inside");
  return text;
}

// Makes something with a function that sends nothing.
function make(method, ...parameters) {
  const [handle, error] = [[null], [null]];
  check(method(...parameters, handle, error), error[0]);
  return handle[0];
}

function check(status, text, cause) {
  if (status === 0) return;
  const failure = JSON.parse(text ?? "{}");
  throw new YourgptError(status, failure, failure.kind === "cancelled" ? cause : undefined);
}
