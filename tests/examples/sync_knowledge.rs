//! The example `sync_knowledge`.

use std::fs;

use serde_json::json;
use yourgpt::{GetProjectText, TextType};
use yourgpt_sandbox::{Fault, Sandbox, VIEWER_TOKEN};

use crate::program::{Program, scratch_file};
use crate::wait_for_hang;
use yourgpt_test_support::{RawServer, ok_response};

fn program(arguments: &[&str]) -> Program {
    Program::new("sync_knowledge").args(arguments)
}

/// With both kinds of credentials, which documents need.
pub fn sync(arguments: &[&str], url: &str) -> Program {
    program(arguments).with_token_at(url).with_key_at(url)
}

/// The questions and the titles of the knowledge base, each with its answer or its text.
fn knowledge(sandbox: &Sandbox) -> Vec<(String, String)> {
    let kinds = [TextType::Faq, TextType::Text].into_iter();
    let texts = kinds.flat_map(|kind| sandbox.project().unwrap().items(&GetProjectText::new(kind)));
    let texts = texts.map(|text| {
        let text = text.unwrap();
        (text.short_text.unwrap(), text.detail.unwrap())
    });
    texts.collect()
}

/// The path of a new folder with these files.
pub fn folder(files: &[(&str, &str)]) -> String {
    let folder = scratch_file("knowledge");
    fs::create_dir(&folder).unwrap();
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

/// The path of a new folder with one question.
fn one_question() -> String {
    folder(&[("hours.md", "# When do you open?\nAt noon.\n")])
}

#[test]
fn what_is_missing_is_added_once() {
    let sandbox = Sandbox::start().unwrap();
    let before = knowledge(&sandbox);
    let sync = || sync(&[], &sandbox.base_url());
    let first = sync().run().success();
    for line in [
        "there      faq   When do you open?\n",
        "added      faq   Where can I park?\n",
        "added      text  Our sourdough\n",
        "added      file  price-list.csv\n",
        "6 added, 2 there already\nTraining is done.\n",
    ] {
        assert!(first.contains(line), "{first}");
    }
    let after = knowledge(&sandbox);
    assert_eq!(after.len(), before.len() + 5);

    let second = sync().run().success();
    let end = "0 added, 8 there already\nTraining is done.\n";
    assert!(second.ends_with(end), "{second}");
    assert_eq!(knowledge(&sandbox), after);
}

#[test]
fn a_dry_run_changes_nothing() {
    let sandbox = Sandbox::start().unwrap();
    let before = knowledge(&sandbox);
    let program = sync(&["--dry-run"], &sandbox.base_url());
    let stdout = program.run().success();
    let line = "would add  faq   Where can I park?\n";
    assert!(stdout.contains(line), "{stdout}");
    let end = "would add  file  price-list.csv\n6 to add, 2 there already\n";
    assert!(stdout.ends_with(end), "{stdout}");
    assert!(sandbox.received("copilot-sdk/getSignedUrl").is_empty());
    assert_eq!(knowledge(&sandbox), before);
}

const QUESTIONS: &str = "\
Before.

# Shop

## Où êtes-vous ?

Au port.

````md
```
# not a heading
```
````

### By tram

Line 7.

## Nothing?
## About

Outside.

# Is it *open*? #
Yes.
";

const TITLED: &str = "# The title\r\n\r\nOne.\r\n\r\n## Part\r\n\r\nTwo.\r\n";

#[test]
fn a_file_is_read_as_questions_or_as_a_text() {
    let folder = folder(&[
        ("faq.md", QUESTIONS),
        ("deep/er/titled.md", TITLED),
        ("deep/plain words.md", "No heading.\n"),
        ("notes.rst", "# Ignored?\nYes.\n"),
    ]);
    let sandbox = Sandbox::start().unwrap();
    let before = knowledge(&sandbox);
    let outcome = program(&[&folder, "--no-wait"])
        .with_token_at(&sandbox.base_url())
        .run();
    let left_out = outcome
        .stderr
        .lines()
        .map(|line| line.rsplit_once(": ").unwrap().1);
    assert_eq!(left_out.collect::<Vec<_>>(), ["faq", "About", "Nothing?"]);
    outcome.success();

    let mut added = knowledge(&sandbox);
    added.retain(|text| !before.contains(text));
    added.sort();
    let tram = "Au port.\n\n````md\n```\n# not a heading\n```\n````\n\n### By tram\n\nLine 7.";
    let expected = [
        ("Is it *open*?", "Yes."),
        ("Où êtes-vous ?", tram),
        ("The title", "One.\n\n## Part\n\nTwo."),
        ("plain words", "No heading."),
    ];
    let expected = expected.map(|(title, detail)| (title.to_owned(), detail.to_owned()));
    assert_eq!(added, expected);
}

#[test]
fn another_answer_to_a_known_question_is_reported() {
    let sandbox = Sandbox::start().unwrap();
    let program = program(&[&one_question(), "--no-wait"]).with_token_at(&sandbox.base_url());
    let stdout = program.run().success();
    let line = "added      faq   When do you open? (there with another text: ";
    assert!(stdout.starts_with(line), "{stdout}");
}

#[test]
fn without_credentials_it_uses_a_sandbox_and_says_so() {
    let outcome = program(&["--no-wait"]).run();
    assert!(outcome.stderr.contains("sandbox"), "{outcome:?}");
    assert!(outcome.success().ends_with("6 added, 2 there already\n"));
}

#[test]
fn help_names_the_options() {
    let help = program(&["--help"]).run().success();
    for part in [
        "[FOLDER]",
        "--dry-run",
        "--no-wait",
        "--deadline",
        "YOURGPT_WIDGET_UID",
        "published",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
}

#[test]
fn a_closed_pipe_is_not_a_failure() {
    let sandbox = Sandbox::start().unwrap();
    let program = sync(&["--dry-run"], &sandbox.base_url());
    let outcome = program.run_with_closed_stdout("");
    assert_eq!(outcome.stderr, "");
    outcome.success();
}

#[test]
fn a_failure_is_one_sentence() {
    let sandbox = Sandbox::start().unwrap();
    let before = knowledge(&sandbox);
    let sync = |arguments: &[&str]| sync(arguments, &sandbox.base_url());

    let refused = sync(&[]).env("YOURGPT_API_TOKEN", "api-v1-wrong").run();
    let expected = "sync_knowledge: getProjectText: refused with status 401";
    assert!(refused.failure().starts_with(expected));

    let reader = sync(&[]).env("YOURGPT_API_TOKEN", VIEWER_TOKEN).run();
    assert_eq!(reader.stdout, "there      faq   When do you open?\n");
    let sentence = reader.failure();
    let expected = "sync_knowledge: stopped after 0 added, at \"Are you open on public holidays?\": \
                    createProjectText: refused with status 403";
    assert!(sentence.starts_with(expected), "{sentence}");

    let nowhere = sync(&["no/such/folder"]).run().failure();
    assert!(nowhere.contains("no/such/folder"), "{nowhere}");
    let nothing = sync(&[&folder(&[])]).run().failure();
    assert!(nothing.contains("nothing to add"), "{nothing}");
    assert_eq!(knowledge(&sandbox), before);
}

#[test]
fn nothing_is_added_if_a_text_that_is_there_cannot_be_read() {
    for row in [
        json!({"detail": "no identifier"}),
        json!({"id": 7, "detail": []}),
    ] {
        let data = json!({"count": 2, "rows": [{"id": 1, "detail": "Hello."}, row]});
        let body = json!({"type": "RXSUCCESS", "data": data}).to_string();
        let server = RawServer::start(move |_| ok_response(&body));
        let sentence = program(&[&one_question()])
            .with_token_at(&server.url())
            .run()
            .failure();
        assert!(sentence.contains("nothing is added, since"), "{sentence}");
        let mut received = server.received().into_iter();
        assert!(received.all(|request| request.line.contains("/getProjectText")));
    }
}

#[test]
fn a_training_status_that_cannot_be_read_does_not_count_as_completed() {
    let server = RawServer::start(|request| {
        let data = match request.line.split(' ').nth(1) {
            Some("/chatbot/v1/getProjectText") => json!({"count": 0, "rows": []}),
            Some("/chatbot/v1/createProjectText") => json!({"id": 1}),
            _ => json!({"status": ["completed"]}),
        };
        ok_response(&json!({"type": "RXSUCCESS", "data": data}).to_string())
    });
    let outcome = program(&["--deadline", "3", &one_question()])
        .with_token_at(&server.url())
        .run();
    assert!(!outcome.stdout.contains("Training is done"), "{outcome:?}");
    let sentence = outcome.failure();
    assert!(sentence.contains("everything is added, but"), "{sentence}");
}

#[test]
fn ctrl_c_ends_a_call_that_hangs_and_says_what_was_added() {
    for (operation, expected) in [
        ("getProjectText", "interrupted before anything was added"),
        (
            "createProjectText",
            "interrupted after 0 added, at \"Are you open on public holidays?\", which may have been \
             added; run it again to add the rest",
        ),
        (
            "getTrainingStatus",
            "interrupted while waiting: everything is added, and the training goes on without this \
             program",
        ),
    ] {
        let sandbox = Sandbox::start().unwrap();
        sandbox.fail(operation, Fault::hang());
        let running = program(&[]).with_token_at(&sandbox.base_url()).start();
        wait_for_hang(&sandbox, operation);
        running.interrupt();
        let outcome = running.wait();
        let sentence = outcome.interrupted();
        assert_eq!(sentence, format!("sync_knowledge: {expected}"));
        let is_complete = outcome.stdout.ends_with("5 added, 2 there already\n");
        assert_eq!(is_complete, operation == "getTrainingStatus", "{outcome:?}");
    }
}
