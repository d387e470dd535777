//! Adds a folder of Markdown files to the knowledge base of a project: adds the texts that are
//! missing, leaves the others as they are, and waits until the training is done.
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
//! Uses the real service with `YOURGPT_API_TOKEN` and `YOURGPT_PROJECT_UID`. Without them it starts
//! a sandbox and uses that.

mod additions;
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
use yourgpt::{Client, Project};

use additions::Additions;
use knowledge_base::KnowledgeBase;
use support::Interrupted;

/// Add a folder of Markdown files to the knowledge base of a project.
///
/// Adds the questions and texts that are missing, leaves the others as they are, and waits until
/// the training is done. A heading that ends with a question mark is a question, and the text below
/// it is the answer. A file without questions is one plain text.
#[derive(Parser)]
#[command(
    after_help = "Reads YOURGPT_API_TOKEN and YOURGPT_PROJECT_UID. Without them it uses the \
                        knowledge base of a sandbox."
)]
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
    let entries = folder::entries(&args.folder)?;
    if entries.is_empty() {
        return Err(format!("nothing to add in {}", args.folder.display()).into());
    }

    let token = support::cancelled_by_ctrl_c(|| ())?;
    let mut sandbox = None;
    let client = support::project(&mut sandbox)?.with_cancel(&token);
    let known = KnowledgeBase::read(&client).map_err(|error| match token.is_cancelled() {
        true => Interrupted("interrupted before anything was added".to_owned()).into(),
        false => error,
    })?;
    let mut additions = Additions::new(&client, args.dry_run, known);
    for entry in &entries {
        additions.add_entry(entry)?;
    }
    additions.finish()?;
    if !args.dry_run && !args.no_wait {
        wait(&client, Duration::from_secs(args.deadline))?;
    }
    Ok(())
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
