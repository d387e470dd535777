//! The bindings that people copy: the header for C++17, and the examples in Python and Node. The one in
//! Go needs the installed library.

use super::chats::{check_doubt, check_replies, check_usage};
use super::functions::server_by_operation;
use super::*;
use yourgpt_test_support::{Act, RawServer, ok_response};

#[test]
fn objects_of_cpp_hold_a_conversation_walk_and_cancel_and_leak_nothing() {
    let (sandbox, server) = (sandbox(), server_by_operation());
    for linking in [Linking::Dynamic, Linking::Static] {
        let program = compile("tests/capi/cpp/objects.cpp", Language::Cpp17, linking);
        let mut command = match is_installed("valgrind") {
            true => under_valgrind(&program),
            false => Command::new(&program),
        };
        let command = command.arg(config(&sandbox, true)).arg(QUESTION);
        assert_eq!(run(command.arg(server.url())), format!("{ANSWER}\n"));
    }
}

/// A program of Python that begins with a client of a sandbox.
fn python(sandbox: &Sandbox, program: &str) -> Command {
    let library = library().directory.join("libyourgpt.so");
    python_with(library.to_str().unwrap(), sandbox, program)
}

/// The same with a library.
pub(super) fn python_with(library: &str, sandbox: &Sandbox, program: &str) -> Command {
    let folder = Path::new(ROOT).join("examples/python");
    let start = format!(
        "import asyncio, json, os, signal, threading, time, weakref\nfrom yourgpt import *\n\
         bot = Client({library:?}, **json.loads({:?}))\n",
        config(sandbox, true)
    );
    let mut python = Command::new("python3");
    python.arg("-c").arg(start + program);
    python
        .env("PYTHONPATH", folder)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    python
}

/// Python that makes a client of a server which never answers the operation "late".
pub(super) fn hanging(server: &RawServer) -> String {
    let url = server.url();
    format!("hanging = Client(bot.library, api_token='x', base_url='{url}', max_retries=0)\n")
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_a_call_of_python_in_the_middle() {
    if !is_installed("python3") {
        return;
    }
    let (sandbox, server) = (sandbox(), server_by_operation());
    let program = hanging(&server)
        + r#"
# A shell may have started the tests with the signal ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
def interrupt():
    time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
started = time.monotonic()
try:
    hanging.call("late")
except KeyboardInterrupt:
    assert time.monotonic() - started < 20
    print("cancelled")
try:
    hanging.call("echo")
except Error as error:
    print(error.kind, error.may_have_been_processed)
"#;
    let printed = run(&mut python(&sandbox, &program));
    assert_eq!(printed, "cancelled\ncancelled False\n");
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_call_of_python_uses_is_freed_after_the_call_and_not_before() {
    if !is_installed("python3") {
        return;
    }
    let (sandbox, server) = (sandbox(), server_by_operation());
    let program = hanging(&server)
        + r#"
handle, library = weakref.ref(hanging.handle), bot.library
call = hanging.start(hanging.text, library.yourgpt_call, handle(), PROJECT, b"late", b"{}")
hanging.close()
print(handle() is None)
library.yourgpt_client_cancel(handle())
print(call.exception().kind)
call = None
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join()
print(handle() is None)
try:
    hanging.call("echo")
except Error as error:
    print(error)
"#;
    let printed = run(&mut python(&sandbox, &program));
    assert_eq!(printed, "False\ncancelled\nTrue\nclient is NULL\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_task_of_asyncio_that_is_cancelled_ends_its_call_and_no_other() {
    if !is_installed("python3") {
        return;
    }
    let (sandbox, server) = (sandbox(), server_by_operation());
    let program = hanging(&server)
        + r#"
async def main():
    started = time.monotonic()
    own = hanging.derive(deadline_ms=60000)
    try:
        await asyncio.wait_for(own.call_async("late"), 0.1)
    except asyncio.TimeoutError:
        assert time.monotonic() - started < 20
        print("timeout")
    calls = [hanging.call_async("echo", n=n) for n in range(5)]
    print([data["n"] for data in await asyncio.gather(*calls)])
    with Conversation(bot) as conversation:
        print(await conversation.ask_async("Do you sell gift cards?") is not None)
        print(conversation.outcome == ANSWERED, conversation.new_messages())
asyncio.run(main())
"#;
    let printed = run(&mut python(&sandbox, &program));
    assert_eq!(printed, "timeout\n[0, 1, 2, 3, 4]\nTrue\nTrue []\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_cancelled_task_of_python_prints_nothing_and_does_not_block_the_event_loop() {
    if !is_installed("python3") {
        return;
    }
    let sandbox = sandbox();
    let server = RawServer::start(|request| match request.line.contains("/createSession") {
        true => ok_response(r#"{"type":"RXSUCCESS","data":{"session_uid":17}}"#),
        false => vec![Act::Hang],
    });
    let url = server.url();
    let program = format!("url = {url:?}\n")
        + r#"
async def cancelled(call, close):
    task = asyncio.ensure_future(call)
    await asyncio.sleep(0.1)
    close()
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")
async def main():
    client = Client(bot.library, api_token="x", project_uid="p", base_url=url, deadline_ms=60000)
    await cancelled(client.derive().call_async("late"), lambda: None)
    own = client.derive()
    await cancelled(own.call_async("late"), own.close)
    with client:
        conversation = Conversation(client)
    await cancelled(conversation.ask_async("Hello"), conversation.close)
started = time.monotonic()
asyncio.run(main())
assert time.monotonic() - started < 20
"#;
    let output = python(&sandbox, &program).output().unwrap();
    let printed = (text(&output.stdout), text(&output.stderr));
    assert_eq!(printed, ("cancelled\n".repeat(3), String::new()));
    assert!(output.status.success());
}

#[cfg(target_os = "linux")]
#[test]
fn an_exception_of_any_signal_handler_ends_a_call_of_python() {
    if !is_installed("python3") {
        return;
    }
    let (sandbox, server) = (sandbox(), server_by_operation());
    let program = hanging(&server)
        + r#"
class Stop(Exception):
    pass
def handler(*_):
    raise Stop
signal.signal(signal.SIGUSR1, handler)
def late():
    os.kill(os.getpid(), signal.SIGUSR1)
    hanging._call("late", PROJECT, {})
try:
    hanging.wait(late)
except Stop:
    print("stopped")
try:
    hanging.call("echo")
except Error as error:
    print(error.kind, error.outcome)
"#;
    let printed = run(&mut python(&sandbox, &program));
    assert_eq!(
        printed,
        "stopped
cancelled None
"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn python_says_which_credential_is_missing_and_keeps_texts_whole() {
    if !is_installed("python3") {
        return;
    }
    let sandbox = sandbox();
    let program = r#"
try:
    Client(bot.library)
except Error as error:
    print(error.kind, "api_token" in str(error))
conversation = Conversation(bot)
again = Conversation(bot, conversation.session_uid)
bot.close()
print(again.session_uid == conversation.session_uid, again.session_uid.isdigit())
for failing in (
    lambda: again.ask("a\0b"),
    lambda: again.client.call("createSession\0"),
    lambda: list(again.client.pages("getSessions\0")),
    lambda: Conversation(again.client, "17\0"),
):
    try:
        failing()
    except ValueError as error:
        print(error)
try:
    again.ask("")
except Error as error:
    print(error.outcome == NOT_SENT)
"#;
    let printed = run(&mut python(&sandbox, program));
    let refusals = "the text has a NUL inside
"
    .repeat(4);
    assert_eq!(
        printed,
        format!(
            "invalid_request True
True True
{refusals}True
"
        )
    );
}

/// A command of Node in the folder of its example, if koffi is installed there. The checks do not
/// install it: Debian has none.
fn node(arguments: &[&str]) -> Option<Command> {
    let command = |arguments: &[&str]| {
        let mut node = Command::new("node");
        node.args(arguments)
            .current_dir(Path::new(ROOT).join("examples/node"));
        node
    };
    let koffi = ["--input-type=module", "-e", "import 'koffi'"];
    succeeds(&mut command(&koffi)).then(|| command(arguments))
}

#[cfg(target_os = "linux")]
#[test]
fn the_chat_in_node_holds_a_conversation_with_both_credentials_and_says_what_happened() {
    let library = library().directory.join("libyourgpt.so");
    let library = library.to_str().unwrap();
    let Some(mut chat) = node(&["chat.js", library, QUESTION, QUESTION]) else {
        return;
    };
    check_replies(|| node(&["chat.js", library]).unwrap());
    check_doubt(|| node(&["chat.js", library]).unwrap());
    let usage = "chat: usage: node chat.js LIBRARY MESSAGE...";
    check_usage(&mut node(&["chat.js"]).unwrap(), usage);
    let sandbox = sandbox();
    for with_key in [true, false] {
        let printed = run(set_credentials(&mut chat, &sandbox, with_key));
        assert_eq!(printed, format!("{ANSWER}\n{ANSWER}\n"));
    }
    let output = chat.env_remove("YOURGPT_PROJECT_UID").output().unwrap();
    let stderr = text(&output.stderr);
    assert!(
        stderr.starts_with("chat: the client has no project_uid"),
        "{stderr}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_of_node_ends_its_call_and_no_other_and_no_digit_of_a_number_is_lost() {
    let program = r#"
import { Client, Conversation, NOT_SENT } from "./yourgpt.js";
const [library, config, url] = process.argv.slice(1);
const hanging = new Client(library, { api_token: "x", base_url: url, max_retries: 0 });
const print = ({ kind, cause, outcome }) => console.log(kind, cause?.name, outcome);
const late = hanging.call("late", {}, { signal: AbortSignal.timeout(100) });
console.log(await hanging.call("echo", { n: 1 }));
await late.catch(print);
await hanging.call("echo", {}, { signal: AbortSignal.abort() }).catch(print);
await hanging.call("failing").catch(print);
const pages = [];
for await (const [row] of hanging.pages("getAllContacts")) pages.push(row.id);
console.log(pages);
const bot = new Client(hanging.library, JSON.parse(config));
const conversation = await Conversation.open(bot);
await conversation.ask("").catch(print);
const again = await Conversation.open(bot, { session_uid: conversation.session_uid });
console.log(again.session_uid === conversation.session_uid, await again.newMessages());
const { session_uid } = await bot.call("createSession");
console.log(typeof session_uid, session_uid > 2 ** 53);
const last = again.ask("When do you open?");
again.close();
bot.close();
console.log((await last).outcome);
await again.ask("And on Sundays?").catch(({ message }) => console.log(message));
await bot.call("createSession").catch(({ message }) => console.log(message));
for (const config of [undefined, {}]) {
  try {
    new Client(hanging.library, config);
  } catch ({ message }) {
    console.log(message.includes("api_token"));
  }
}
const whole = await Conversation.open(new Client(hanging.library, JSON.parse(config)));
for (const failing of [
  hanging.call("echo\0"),
  hanging.pages("getAllContacts\0").next(),
  Conversation.open(hanging, { session_uid: "17\0" }),
  whole.ask("a\0b"),
]) {
  await failing.catch(({ message }) => console.log(message));
}
"#;
    let library = library().directory.join("libyourgpt.so");
    let library = library.to_str().unwrap();
    let (sandbox, server) = (sandbox(), server_by_operation());
    let (config, url) = (config(&sandbox, true), server.url());
    let arguments = ["--input-type=module", "-e", program, library, &config, &url];
    let Some(mut node) = node(&arguments) else {
        return;
    };
    let expected = "\
{ n: 1 }
cancelled TimeoutError undefined
cancelled AbortError undefined
server undefined undefined
[ 1, 2, 3 ]
invalid_request undefined 1
true []
string true
3
conversation is NULL
client is NULL
true
true
the text has a NUL inside
the text has a NUL inside
the text has a NUL inside
the text has a NUL inside
";
    assert_eq!(run(&mut node), expected);
}
