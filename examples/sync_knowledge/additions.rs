//! Adds what the knowledge base does not have, and prints a line for each entry and document.

use std::error::Error;
use std::io::{self, StdoutLock, Write};

use yourgpt::{Client, CreateProjectText, Integration, Project};

use crate::document::Document;
use crate::knowledge_base::{KnowledgeBase, is_name};
use crate::markdown::Entry;
use crate::support::{self, Interrupted};

pub struct Additions<'a> {
    client: &'a Client<Project>,
    is_dry_run: bool,
    known: KnowledgeBase,
    output: StdoutLock<'static>,
    added: usize,
    there: usize,
}

impl<'a> Additions<'a> {
    pub fn new(client: &'a Client<Project>, is_dry_run: bool, known: KnowledgeBase) -> Self {
        Self {
            client,
            is_dry_run,
            known,
            output: io::stdout().lock(),
            added: 0,
            there: 0,
        }
    }

    /// Adds an entry, unless it is there.
    pub fn add_entry(&mut self, entry: &Entry) -> Result<(), Box<dyn Error>> {
        let (kind, title) = (entry.kind.as_str(), &*entry.title);
        if self.known.has(entry) {
            return Ok(self.pass_over(kind, title)?);
        }
        let note = match self.known.has_title_of(entry) {
            true => " (there with another text: delete that one in the dashboard)",
            false => "",
        };
        self.known.note(entry);
        let text = CreateProjectText::new(&entry.detail, entry.kind.clone()).short_text(title);
        let client = self.client;
        self.add(kind, title, note, || client.create_project_text(&text))
    }

    /// Adds a document, unless one with its name is there.
    pub fn add_document(
        &mut self,
        document: &Document,
        uploader: &Client<Integration>,
    ) -> Result<(), Box<dyn Error>> {
        let (kind, name) = ("file", &*document.name);
        if self.known.has_file(name) {
            return Ok(self.pass_over(kind, name)?);
        }
        let (client, mut given) = (self.client, None);
        self.add(kind, name, "", || {
            given = document.add(uploader, client)?;
            Ok(())
        })?;
        if let Some(given) = given.filter(|given| !is_name(given, name)) {
            let note = "so the next run adds it again";
            writeln!(
                io::stderr(),
                "{name}: the service names it {given:?}, {note}"
            )?;
        }
        Ok(())
    }

    /// Prints how many there were.
    pub fn finish(mut self) -> io::Result<()> {
        let done = if self.is_dry_run { "to add" } else { "added" };
        let (added, there) = (self.added, self.there);
        writeln!(self.output, "{added} {done}, {there} there already")
    }

    /// Makes an addition, or in a dry run only shows it.
    fn add<T>(
        &mut self,
        kind: &str,
        title: &str,
        note: &str,
        addition: impl FnOnce() -> yourgpt::Result<T>,
    ) -> Result<(), Box<dyn Error>> {
        if self.is_dry_run {
            writeln!(self.output, "would add  {kind:4}  {title}{note}")?;
        } else {
            addition().map_err(|error| self.stopped(title, &error))?;
            writeln!(self.output, "added      {kind:4}  {title}{note}")?;
        }
        self.added += 1;
        Ok(())
    }

    /// What to say if an addition failed. If it was made all the same, the next run finds it.
    fn stopped(&self, title: &str, error: &yourgpt::Error) -> Box<dyn Error> {
        let at = format!("after {} added, at {title:?}", self.added);
        let rest = "run it again to add the rest";
        if !support::is_cancelled(error) {
            return format!("stopped {at}: {error}; {rest}").into();
        }
        // What is only uploaded is not in the knowledge base.
        let adds = matches!(error.operation(), Some("createProjectText" | "uploadFile"));
        let this = match adds && error.may_have_been_processed() {
            true => "which may have been added",
            false => "which was not added",
        };
        Interrupted(format!("interrupted {at}, {this}; {rest}")).into()
    }

    fn pass_over(&mut self, kind: &str, title: &str) -> io::Result<()> {
        self.there += 1;
        writeln!(self.output, "there      {kind:4}  {title}")
    }
}
