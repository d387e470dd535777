// Holds a conversation with a YourGPT chatbot. Ctrl-C ends it, also in the middle of a call.
//
//     make -C examples/c install prefix=$HOME/.local
//     cd examples/node && npm install
//     node chat.js $HOME/.local/lib/libyourgpt.so.0 "When do you open?"
//
// The credentials come from the environment, as for examples/c/chat.c.

import { ANSWERED, Client, Conversation, HANDED_OVER, NOT_SENT } from "./yourgpt.js";

const KEYS = { api_key: "YOURGPT_API_KEY", widget_uid: "YOURGPT_WIDGET_UID" };
const TOKEN = { api_token: "YOURGPT_API_TOKEN", project_uid: "YOURGPT_PROJECT_UID" };
const NO_ANSWER = `No answer came. Try the playground, and a project API key if you use an API token:
the vendor's own pages disagree on whether a token's conversation is answered at all.`;

function configuration() {
  const names = { ...(process.env.YOURGPT_API_KEY ? KEYS : TOKEN), base_url: "YOURGPT_BASE_URL" };
  const settings = Object.entries(names).map(([key, name]) => [key, process.env[name]]);
  return Object.fromEntries(settings.filter(([, value]) => value));
}

async function chat(library, messages, signal) {
  const conversation = await Conversation.open(new Client(library, configuration()), { signal });
  for (const message of messages) {
    const { answer, outcome } = await conversation.ask(message, { signal });
    if (answer !== null) console.log(answer);
    else if (outcome === HANDED_OVER) console.error("A human answers from now on.");
    else if (outcome !== ANSWERED) console.error(NO_ANSWER);
  }
}

const [library, ...messages] = process.argv.slice(2);
const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort());
try {
  if (messages.length === 0) throw new Error("usage: node chat.js LIBRARY MESSAGE...");
  await chat(library, messages, interrupt.signal);
} catch (error) {
  const isUncertain = "outcome" in error && error.outcome !== NOT_SENT;
  console.error(`chat: ${isUncertain ? "the message may have arrived: " : ""}${error.message}`);
  process.exitCode = 1;
}
