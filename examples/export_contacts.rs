//! Exports the contacts of a project to CSV or JSON Lines.
//!
//! ```sh
//! cargo run --example export_contacts -- --type users --output contacts.csv
//! cargo run --example export_contacts -- --format jsonl | head -n 3
//! ```
//!
//! Uses the real service with `YOURGPT_API_TOKEN` and `YOURGPT_PROJECT_UID`. Without them it starts
//! a sandbox and uses that.

mod support;

use std::error::Error;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, ValueEnum, value_parser};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use yourgpt::{Contact, ContactType, GetAllContacts, ListId, OrderBy};

use support::Interrupted;

/// Export the contacts of a project to CSV or JSON Lines.
#[derive(Parser)]
#[command(
    after_help = "Reads YOURGPT_API_TOKEN and YOURGPT_PROJECT_UID. Without them it exports the \
                        contacts of a sandbox."
)]
struct Args {
    /// Only contacts with this in their name, e-mail address or phone number
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only contacts of this kind
    #[arg(long, value_parser = PossibleValuesParser::new(["all", "users", "leads", "spam"])
        .map(|kind| ContactType::from(kind.to_uppercase())))]
    r#type: Option<ContactType>,
    /// Only contacts with one of these tags
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
    tags: Vec<String>,
    /// Only contacts of this list
    #[arg(long, value_name = "ID")]
    list_id: Option<ListId>,
    /// Exclude spam
    #[arg(long)]
    exclude_spam: bool,
    /// Only contacts from this day on
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<String>,
    /// Only contacts up to this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<String>,

    /// The format of the output
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// Write to this file instead of standard output; it is replaced, or with --page appended to
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Continue with this page; an export that stops prints it
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..))]
    page: Option<u32>,
    /// Contacts in a page
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = value_parser!(u32).range(1..))]
    limit: u32,
    /// How many pages to hold at most; the next ones are fetched while one is written
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = value_parser!(u8).range(1..=16))]
    ahead: u8,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

fn main() -> ExitCode {
    let args = Args::parse();
    support::finish("export_contacts", export(&args))
}

fn export(args: &Args) -> Result<(), Box<dyn Error>> {
    let token = support::cancelled_by_ctrl_c(|| ())?;
    let mut sandbox = None;
    let client = support::project(&mut sandbox)?.with_cancel(&token);

    // The first page says how many contacts there are, and how many the service puts in a page.
    let request = args.request();
    let first_page = args.page.unwrap_or(1);
    let first = client.get_all_contacts(&request.clone().page(first_page))?;
    let passed_over = first.passed_over();
    let page_size = (first.items.len() as u64 + passed_over).max(1);
    let skipped = u64::from(first_page - 1) * page_size;
    let left = first.total.map(|total| total.saturating_sub(skipped));
    let is_all = left.is_some_and(|left| left <= page_size);
    let mut first = first.items.into_iter();
    let rest = client.items(&request.page(first_page + 1));
    let mut rest = rest.ahead(args.ahead.into());

    let mut writer = Writer::new(args)?;
    let bar = args.bar(left);
    let (mut written, mut last) = (0, None);
    let stopped_by = loop {
        if written % page_size == 0 {
            writer.flush()?;
        }
        let next = first.next().map(Ok);
        match next.or_else(|| if is_all { None } else { rest.next() }) {
            Some(Ok(contact)) => {
                writer.write(&contact)?;
                written += 1;
                last = Some(contact.id);
                bar.inc(1);
            }
            Some(Err(error)) => break Some(error),
            None => break None,
        }
    };
    writer.flush()?;
    let unreadable = passed_over + rest.passed_over();
    let Some(error) = stopped_by else {
        bar.finish_and_clear();
        if unreadable > 0 {
            let missing = format!("{unreadable} more cannot be read and are missing");
            return Err(format!("contacts exported: {written}, but {missing}").into());
        }
        writeln!(io::stderr(), "contacts exported: {written}")?;
        return Ok(());
    };
    bar.abandon();
    let last = last.map_or_else(String::new, |id| {
        format!(", the last of them with the id {id}")
    });
    let page = u64::from(first_page) + (written + unreadable) / page_size;
    let is_interrupted = support::is_cancelled(&error);
    let reason = match is_interrupted {
        true => "interrupted".to_owned(),
        false => error.to_string(),
    };
    let sentence = format!(
        "stopped after {written} contacts{last}: {reason}; to go on, add --page {page} to the same \
         command"
    );
    match is_interrupted {
        true => Err(Interrupted(sentence).into()),
        false => Err(sentence.into()),
    }
}

impl Args {
    fn request(&self) -> GetAllContacts {
        // The oldest come first, so a contact that is added meanwhile moves no other to another
        // page.
        let mut request = GetAllContacts::new()
            .limit(self.limit)
            .order_by(OrderBy::Asc);
        if let Some(search) = &self.search {
            request = request.search(search);
        }
        if let Some(kind) = &self.r#type {
            request = request.kind(kind.clone());
        }
        if !self.tags.is_empty() {
            request = request.tags(&self.tags);
        }
        if let Some(list_id) = self.list_id {
            request = request.list_id(list_id);
        }
        if self.exclude_spam {
            request = request.exclude_spam(true);
        }
        if let Some(from) = &self.from {
            request = request.from(from);
        }
        if let Some(to) = &self.to {
            request = request.to(to);
        }
        request
    }

    /// A progress bar on standard error. It is visible if that is a terminal and the contacts are
    /// written elsewhere.
    fn bar(&self, contacts: Option<u64>) -> ProgressBar {
        if self.output.is_none() && io::stdout().is_terminal() {
            return ProgressBar::hidden();
        }
        let (bar, template) = match contacts {
            Some(contacts) => (
                ProgressBar::new(contacts),
                "{bar:30} {human_pos} of {human_len} contacts, {per_sec}, {eta} left",
            ),
            None => (
                ProgressBar::no_length(),
                "{spinner} {human_pos} contacts, {per_sec}",
            ),
        };
        bar.enable_steady_tick(Duration::from_millis(200));
        bar.with_style(ProgressStyle::with_template(template).expect("the template is constant"))
    }
}

/// Writes contacts in one of the formats.
enum Writer {
    Csv(Box<csv::Writer<Box<dyn Write>>>),
    Jsonl(BufWriter<Box<dyn Write>>),
}

impl Writer {
    fn new(args: &Args) -> Result<Self, Box<dyn Error>> {
        let continues = args.page.is_some();
        let (out, has_header): (Box<dyn Write>, bool) = match &args.output {
            Some(path) => {
                let mut options = OpenOptions::new();
                options
                    .create(true)
                    .append(continues)
                    .write(true)
                    .truncate(!continues);
                let file = options
                    .open(path)
                    .map_err(|error| format!("cannot write to {}: {error}", path.display()))?;
                let has_header = file.metadata()?.len() > 0;
                (Box::new(file), has_header)
            }
            None => (Box::new(io::stdout().lock()), continues),
        };
        if args.format == Format::Jsonl {
            return Ok(Self::Jsonl(BufWriter::new(out)));
        }
        let mut writer = csv::Writer::from_writer(out);
        if !has_header {
            writer.write_record(COLUMNS).map_err(into_io)?;
        }
        Ok(Self::Csv(Box::new(writer)))
    }

    fn write(&mut self, contact: &Contact) -> io::Result<()> {
        match self {
            Self::Csv(out) => out.write_record(cells(contact)?).map_err(into_io),
            Self::Jsonl(out) => serde_json::to_writer(&mut *out, contact)
                .map_err(io::Error::from)
                .and_then(|()| out.write_all(b"\n"))
                .map_err(cannot_write),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Csv(out) => out.flush().map_err(cannot_write),
            Self::Jsonl(out) => out.flush().map_err(cannot_write),
        }
    }
}

const COLUMNS: [&str; 9] = [
    "id",
    "name",
    "email",
    "phone",
    "type",
    "tags",
    "company_id",
    "createdAt",
    "updatedAt",
];

fn cells(contact: &Contact) -> io::Result<Vec<String>> {
    fn cell(value: &Value) -> String {
        match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            Value::Array(names) => names.iter().map(cell).collect::<Vec<_>>().join(","),
            other => other.to_string(),
        }
    }
    let fields = serde_json::to_value(contact)?;
    Ok(COLUMNS.iter().map(|name| cell(&fields[name])).collect())
}

fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => cannot_write(error),
        other => io::Error::other(format!("{other:?}")),
    }
}

/// An error that says what failed. It keeps its kind, by which a closed pipe is recognised.
fn cannot_write(error: io::Error) -> io::Error {
    let problem = format!("stopped since the contacts cannot be written: {error}");
    io::Error::new(error.kind(), problem)
}
