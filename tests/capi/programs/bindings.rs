//! The bindings that people copy: the header for C++17, and the examples in Go and Python.

use super::functions::server_by_operation;
use super::*;
use yourgpt_test_support::RawServer;

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
