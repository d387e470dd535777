//! Adds a folder of Markdown files and documents to the knowledge base of a project: adds what is
//! missing, leaves the rest as it is, and waits until the training is done.
//!
//! ```sh
//! cargo run --example sync_knowledge -- --dry-run
//! cargo run --example sync_knowledge -- docs/answers
//! ```
//!
//! A heading that ends with a question mark is a question. The text below it, up to the next
//! question or heading of its level, is the answer. A file without questions is one plain text. Its
//! title is the heading at its beginning, or the file's name if there is no such heading.
//!
//! A document is a file of a kind that `uploadFile` takes, such as pdf, docx or csv. It is uploaded to
//! a signed URL, and the service fetches it from there. That needs a project API key besides the
//! token. Whether the service can read a file that was uploaded in this way is not published.
//!
//! Uses the real service with `YOURGPT_API_TOKEN` and `YOURGPT_PROJECT_UID`, for documents also
//! `YOURGPT_API_KEY` and `YOURGPT_WIDGET_UID`. Without a token it starts a sandbox and uses that.

mod additions;
mod document;
mod folder;
mod knowledge_base;
mod markdown;
#[path = "../support/mod.rs"]
mod support;

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, value_parser};
use indicatif::{ProgressBar, ProgressStyle};
use yourgpt::{Client, Integration, Project};
use yourgpt_sandbox::Sandbox;

use additions::Additions;
use folder::{Folder, leave_out};
use knowledge_base::KnowledgeBase;
use support::Interrupted;

/// Add a folder of Markdown files and documents to the knowledge base of a project.
///
/// Adds what is missing, leaves the rest as it is, and waits until the training is done. In a
/// Markdown file, a heading that ends with a question mark is a question, and the text below it is
/// the answer. A file without questions is one plain text. A document is a file whose name ends with
/// txt, pdf, doc, docx, ppt, pptx, csv, json, jsonl, xlsx or xls.
#[derive(Parser)]
#[command(after_help = "\
Reads YOURGPT_API_TOKEN and YOURGPT_PROJECT_UID, for documents also
YOURGPT_API_KEY and YOURGPT_WIDGET_UID. Without a token it uses the knowledge
base of a sandbox.

A document is uploaded to a signed URL, and the service is told to fetch it from
there. Whether the service can read a file that was uploaded in this way is not
published. A document is left as it is if a file with its name is there, even if
the document has changed.")]
struct Args {
    /// The folder, with all folders in it
    #[arg(default_value = "examples/knowledge")]
    folder: PathBuf,
    /// Only show what would be added
    #[arg(long)]
    dry_run: bool,
    /// Do not wait until the training is done
    #[arg(long)]
    no_wait: bool,
    /// The longest wait until the training is done
    #[arg(long, value_name = "SECONDS", default_value_t = 3600, value_parser = value_parser!(u64).range(1..))]
    deadline: u64,
}

fn main() -> ExitCode {
    let args = Args::parse();
    support::finish("sync_knowledge", sync(&args))
}

fn sync(args: &Args) -> Result<(), Box<dyn Error>> {
    let mut folder = Folder::read(&args.folder)?;
    let token = support::cancelled_by_ctrl_c(|| ())?;
    let mut sandbox = None;
    let client = support::project(&mut sandbox)?.with_cancel(&token);
    let uploader = uploader(sandbox.as_ref(), &mut folder)?;
    let uploader = uploader.map(|uploader| uploader.with_cancel(&token));
    if folder.entries.is_empty() && folder.documents.is_empty() {
        return Err(format!("nothing to add in {}", args.folder.display()).into());
    }

    let known = KnowledgeBase::read(&client, uploader.is_some());
    let known = known.map_err(|error| match token.is_cancelled() {
        true => Interrupted("interrupted before anything was added".to_owned()).into(),
        false => error,
    })?;
    let mut additions = Additions::new(&client, args.dry_run, known);
    for entry in &folder.entries {
        additions.add_entry(entry)?;
    }
    if let Some(uploader) = &uploader {
        for document in &folder.documents {
            additions.add_document(document, uploader)?;
        }
    }
    additions.finish()?;
    if !args.dry_run && !args.no_wait {
        wait(&client, Duration::from_secs(args.deadline))?;
    }
    Ok(())
}

/// The client that uploads documents, if there are any. Without its credentials, the documents are
/// left out.
fn uploader(
    sandbox: Option<&Sandbox>,
    folder: &mut Folder,
) -> Result<Option<Client<Integration>>, Box<dyn Error>> {
    if folder.documents.is_empty() {
        return Ok(None);
    }
    if let Some(sandbox) = sandbox {
        return Ok(Some(sandbox.widget()?));
    }
    let mut needed = ["YOURGPT_API_KEY", "YOURGPT_WIDGET_UID"].into_iter();
    let Some(missing) = needed.find(|variable| !support::is_set(variable)) else {
        return Ok(Some(Client::integration_from_env()?));
    };
    for document in folder.documents.drain(..) {
        let reason = format!("uploading it needs {missing}, which is not set");
        leave_out(&document.path, &reason)?;
    }
    Ok(None)
}

/// Waits until the training is done, and shows meanwhile what is not.
fn wait(client: &Client<Project>, deadline: Duration) -> Result<(), Box<dyn Error>> {
    let spinner = ProgressBar::new_spinner().with_message("Training");
    spinner.set_style(ProgressStyle::with_template("{spinner} {msg}, {elapsed}")?);
    spinner.enable_steady_tick(Duration::from_millis(100));
    let trained = client.wait_until_trained(deadline, |progress| {
        spinner.set_message(progress.to_string());
    });
    spinner.finish_and_clear();
    match trained {
        Ok(()) => Ok(writeln!(io::stdout(), "Training is done.")?),
        Err(error) if support::is_cancelled(&error) => {
            let sentence = "interrupted while waiting: everything is added, and the training goes \
                            on without this program";
            Err(Interrupted(sentence.to_owned()).into())
        }
        Err(error) => Err(format!("everything is added, but {error}").into()),
    }
}
