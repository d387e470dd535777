//! Opens a conversation, asks a question, and prints the answer and the transcript.
//!
//! `cargo run --example quickstart -- "When do you open?"`
//!
//! Uses the real service with `YOURGPT_API_KEY` and `YOURGPT_WIDGET_UID`, or with
//! `YOURGPT_API_TOKEN` and `YOURGPT_PROJECT_UID`. Without them it starts a sandbox and uses that.
//!
//! The vendor's own pages disagree on whether a conversation that was opened with an API token is
//! answered at all. If no answer comes, try the playground, and a project API key if you use an API
//! token.

use std::env;
use std::error::Error;
use std::process::ExitCode;

use yourgpt::{Client, Conversing, GetSessionMessages, Outcome};
use yourgpt_sandbox::Sandbox;

const USAGE: &str = "cargo run --example quickstart -- \"When do you open?\"";

const NO_ANSWER: &str = "\
No answer came. Try the playground, and a project API key if you use an API token:
the vendor's own pages disagree on whether a token's conversation is answered at all.";

fn main() -> ExitCode {
    let question = env::args()
        .nth(1)
        .unwrap_or_else(|| "When do you open?".to_owned());
    if question.starts_with('-') {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match run(&question) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(question: &str) -> Result<(), Box<dyn Error>> {
    if env::var_os("YOURGPT_API_KEY").is_some() {
        return Ok(converse(&Client::integration_from_env()?, question)?);
    }
    if env::var_os("YOURGPT_API_TOKEN").is_some() {
        return Ok(converse(&Client::project_from_env()?, question)?);
    }
    println!("No credentials in the environment: using a sandbox on this machine.");
    let sandbox = Sandbox::start()?;
    Ok(converse(&sandbox.widget()?, question)?)
}

fn converse<S: Conversing>(client: &Client<S>, question: &str) -> yourgpt::Result<()> {
    let mut conversation = client.open_conversation()?;
    match conversation.ask(question)? {
        Outcome::Answered(reply) => reply.texts().for_each(|text| println!("{text}")),
        Outcome::HandedOver(_) => println!("A human will answer."),
        _ => eprintln!("{NO_ANSWER}"),
    }

    println!("\nTranscript of session {}:", conversation.session_uid());
    let transcript = GetSessionMessages::new(conversation.session_uid());
    for message in client.get_session_messages(&transcript)?.items {
        let sender = message
            .send_by
            .map_or_else(|| "someone".to_owned(), |by| by.to_string());
        println!("  {sender}: {}", message.message.unwrap_or_default());
    }
    Ok(())
}
