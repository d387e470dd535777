//! Every example against sandboxes whose answers are odd. (The test of the package in
//! `build_script` does that for it.)

use yourgpt::{GetProjectFiles, GetProjectText, TextType};
use yourgpt_sandbox::Sandbox;

use crate::program::{Outcome, Program};

/// Runs a check against sandboxes that are odd within the contract's types, and beyond them.
fn for_each_odd_sandbox(check: impl Fn(&str, &Sandbox)) {
    for seed in 0..4 {
        let odd = Sandbox::builder();
        for (name, builder) in [
            ("odd", odd.clone().odd(seed)),
            ("odd_types", odd.odd_types(seed)),
        ] {
            check(&format!("{name}({seed})"), &builder.start().unwrap());
        }
    }
}

/// The standard output of a program that succeeded.
#[track_caller]
fn success(name: &str, outcome: Outcome) -> String {
    assert_eq!(outcome.code, Some(0), "{name}: {outcome:?}");
    outcome.stdout
}

#[test]
fn chat_shows_an_answer_and_never_the_users_own_words() {
    for_each_odd_sandbox(|name, sandbox| {
        let url = sandbox.base_url();
        for with_key in [true, false] {
            let chat = Program::new("chat");
            let chat = match with_key {
                true => chat.with_key_at(&url),
                false => chat.with_token_at(&url),
            };
            let input = "When do you open?\nrequesthumanoperator\nAnybody there?\n";
            let outcome = chat.run_with_input(input);
            // If the reply to the request is of other types, it does not show the hand-over.
            let is_told = outcome.stderr.contains("Handed over")
                || name.starts_with("odd_types") && outcome.stderr.contains("No answer came");
            assert!(is_told, "{name}: {outcome:?}");
            assert!(!outcome.stderr.contains("sent"), "{name}: {outcome:?}");
            let stdout = success(name, outcome);
            for own in input.lines() {
                assert!(
                    !stdout.contains(&format!("Agent: {own}")),
                    "{name}: {stdout}"
                );
            }
        }
    });
}

#[test]
fn quickstart_prints_the_transcript() {
    for_each_odd_sandbox(|name, sandbox| {
        let url = sandbox.base_url();
        let quickstart = || Program::new("quickstart");
        for program in [
            quickstart().with_key_at(&url),
            quickstart().with_token_at(&url),
        ] {
            let stdout = success(name, program.run());
            let (answer, transcript) = stdout.split_once("Transcript of session ").unwrap();
            assert!(!answer.contains("When do you open?"), "{name}: {stdout}");
            assert_eq!(transcript.lines().count(), 3, "{name}: {stdout}");
        }
    });
}

#[test]
fn export_contacts_exports_every_contact() {
    for_each_odd_sandbox(|name, sandbox| {
        for format in ["csv", "jsonl"] {
            let arguments = ["--limit", "7", "--format", format];
            let export = Program::new("export_contacts").args(arguments);
            let outcome = export.with_token_at(&sandbox.base_url()).run();
            assert_eq!(outcome.stderr, "contacts exported: 26\n", "{name}");
            success(name, outcome);
        }
    });
}

#[test]
fn sync_knowledge_adds_each_text_and_document_once() {
    for_each_odd_sandbox(|name, sandbox| {
        let url = sandbox.base_url();
        let has_other_types = name.starts_with("odd_types");
        let count = || {
            let project = sandbox.project().unwrap();
            let texts = |kind| project.items(&GetProjectText::new(kind));
            let files = project.items(&GetProjectFiles::new()).count();
            texts(TextType::Faq).chain(texts(TextType::Text)).count() + files
        };
        let before = count();
        for _ in 0..2 {
            let sync = Program::new("sync_knowledge").args(["--no-wait"]);
            let sync = sync.with_token_at(&url);
            // A title of another type is a title that is not there, and a URL of another type leads
            // nowhere.
            if has_other_types {
                success(name, sync.run());
            } else {
                success(name, sync.with_key_at(&url).run());
                assert_eq!(count(), before + 6, "{name}");
            }
        }
    });
}

#[test]
fn sync_knowledge_waits_until_the_training_is_done() {
    let sandbox = Sandbox::builder().odd_types(0).start().unwrap();
    let sync = Program::new("sync_knowledge");
    let stdout = success("", sync.with_token_at(&sandbox.base_url()).run());
    assert!(stdout.ends_with("Training is done.\n"), "{stdout}");
}

#[test]
fn usage_and_watch_succeed() {
    for_each_odd_sandbox(|name, sandbox| {
        let url = sandbox.base_url();
        let usage = success(name, Program::new("usage").with_token_at(&url).run());
        assert!(!usage.is_empty(), "{name}");
        let watch = Program::new("watch").args(["--once"]).with_token_at(&url);
        let outcome = watch.run();
        let modes = "2 open conversations, by mode: ";
        assert!(outcome.stderr.contains(modes), "{name}: {outcome:?}");
        success(name, outcome);
    });
}

#[test]
fn check_contract_reads_every_answer_and_writes() {
    for_each_odd_sandbox(|name, sandbox| {
        let url = sandbox.base_url();
        let program = || Program::new("check_contract").args(["--write"]);
        for program in [program().with_key_at(&url), program().with_token_at(&url)] {
            let outcome = program.run_with_input("yes\n");
            let status = outcome.code.unwrap();
            assert!(status <= 1, "{name}: {outcome:?}");
            let stdout = outcome.stdout;
            assert!(stdout.contains(" 0 failed"), "{name}: {stdout}");
            assert!(
                stdout.contains("sendMessage took a form"),
                "{name}: {stdout}"
            );
        }
    });
}
