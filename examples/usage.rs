//! Shows an organization: its members, what its projects use, and the sentiment of their
//! conversations.
//!
//! ```sh
//! cargo run --example usage
//! cargo run --example usage -- --search shop --from 2026-01-01 | less
//! ```
//!
//! Uses the real service with `YOURGPT_API_TOKEN`. Without it the program starts a sandbox and uses
//! that.
//!
//! ```text
//! Project 1: Shop desk
//! ====================
//!
//! Use of what is capped
//!   documents      █░░░░░░░░░░░░░░░░░░░░░░░   8 %  8 of 100
//!   credits        █████████░░░░░░░░░░░░░░░  39 %  1975 of 5000
//! ```

mod support;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use console::style;
use yourgpt::{
    Amount, Client, Date, ErrorKind, GetMyProjects, GetOrganizationMembers, GetSentimentAnalysis,
    Organization, Project, Quota, Role,
};

/// The columns of the report, if the terminal has no fewer.
const WIDTH: u16 = 80;

/// A resource is near its cap if this part of it is used.
const NEAR_CAP: f64 = 0.9;

/// Show an organization: members, projects, what they use, and the sentiment of conversations
#[derive(Parser)]
#[command(after_help = "\
Reads YOURGPT_API_TOKEN. Without it the program shows a sandbox. NO_COLOR turns
colours off.")]
struct Args {
    /// Only projects with this in their name
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// The first day of conversations to count
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Date>,
    /// The last day of conversations to count
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<Date>,
}

fn main() -> ExitCode {
    support::finish("usage", report(&Args::parse()))
}

fn report(args: &Args) -> Result<(), Box<dyn Error>> {
    let mut sandbox = None;
    let token = support::cancelled_by_ctrl_c(|| ())?;
    let organization = support::organization(&mut sandbox)?.with_cancel(&token);
    let mut page = Page {
        output: io::stdout().lock(),
    };

    let detail = organization.get_organization_detail()?;
    page.heading(detail.name.as_deref().unwrap_or("The organization"))?;
    page.members(&organization)?;

    let mut projects = GetMyProjects::new();
    if let Some(search) = &args.search {
        projects = projects.search(search);
    }
    let mut days = GetSentimentAnalysis::new();
    if let Some(from) = args.from {
        days = days.from(from.to_string());
    }
    if let Some(to) = args.to {
        days = days.to(to.to_string());
    }
    let mut count = 0;
    for project in organization.items(&projects) {
        let project = project?;
        count += 1;
        let name = project.name.as_deref().unwrap_or("(no name)");
        page.heading(&format!("Project {count}: {name}"))?;
        let Some(uid) = project.project_uid else {
            writeln!(
                page.output,
                "It has no project_uid, so nothing more can be asked."
            )?;
            continue;
        };
        let project = organization.project(uid);
        page.caps(&project)?;
        page.sentiment(&project, &days)?;
    }
    if count == 0 {
        writeln!(page.output, "\nNo projects.")?;
    }
    Ok(())
}

struct Page<W> {
    output: W,
}

impl<W: Write> Page<W> {
    fn heading(&mut self, text: &str) -> io::Result<()> {
        let text = support::plain(text);
        let line = "=".repeat(text.chars().count().min(width().into()));
        writeln!(self.output, "\n{}\n{line}", style(text).bold())
    }

    fn members(&mut self, organization: &Client<Organization>) -> Result<(), Box<dyn Error>> {
        let mut members = table(["Member", "E-mail", "Role"]);
        let mut invitations = table(["Open invitation", "Role"]);
        let mut number_of_invitations = 0;
        let request = GetOrganizationMembers::new().limit(1000);
        // The invitations come with the first page of members.
        for invitation in organization.get_organization_members(&request)?.invitations {
            invitations.add_row([text(invitation.email), role(invitation.role)]);
            number_of_invitations += 1;
        }
        for member in organization.items(&request) {
            let member = member?;
            let (name, email) = match member.member {
                Some(user) => (text(user.name), text(user.email)),
                None => (text(None), text(None)),
            };
            members.add_row([name, email, role(member.role)]);
        }
        writeln!(self.output, "\n{}", members.trim_fmt())?;
        if number_of_invitations > 0 {
            writeln!(self.output, "\n{}", invitations.trim_fmt())?;
        }
        Ok(())
    }

    fn caps(&mut self, project: &Client<Project>) -> Result<(), Box<dyn Error>> {
        writeln!(self.output, "\nUse of what is capped")?;
        let usage = match project.get_project_usage_limit() {
            Err(error) if error.kind() == ErrorKind::Forbidden => {
                return Ok(writeln!(self.output, "  not for this token to see")?);
            }
            usage => usage?,
        };
        for (name, quota) in [
            ("documents", usage.document),
            ("web pages", usage.webpages),
            ("credits", usage.credits),
            ("voice credits", usage.voice_credits),
        ] {
            let Quota { usage, limit, .. } = quota.unwrap_or_default();
            match (usage, limit) {
                (Some(used), Some(limit)) => {
                    let part = part(&used, &limit);
                    let near = if part >= NEAR_CAP { "  near cap" } else { "" };
                    let label = format!("{used} of {limit}{near}");
                    self.bar(name, part, &label, part >= NEAR_CAP)?;
                }
                (Some(used), None) => writeln!(self.output, "  {name:<14} {used}, without a cap")?,
                (None, _) => writeln!(self.output, "  {name:<14} without a cap")?,
            }
        }
        Ok(())
    }

    fn sentiment(
        &mut self,
        project: &Client<Project>,
        days: &GetSentimentAnalysis,
    ) -> Result<(), Box<dyn Error>> {
        writeln!(self.output, "\nConversations by sentiment")?;
        let counts = match project.get_sentiment_analysis(days) {
            Err(error) if error.kind() == ErrorKind::Forbidden => {
                return Ok(writeln!(self.output, "  not for this token to see")?);
            }
            counts => counts?,
        };
        let number = |count: Option<u64>| count.unwrap_or(0);
        let total: u64 = counts.iter().map(|count| number(count.session_count)).sum();
        if total == 0 {
            writeln!(self.output, "  no conversations")?;
            return Ok(());
        }
        for count in counts {
            let name = text(count.sentiment.map(|sentiment| sentiment.to_string()));
            let count = number(count.session_count);
            let part = count as f64 / total as f64;
            self.bar(&name, part, &count.to_string(), false)?;
        }
        Ok(())
    }

    /// A bar for a part of a whole, in red if it is a warning.
    fn bar(&mut self, name: &str, part: f64, label: &str, is_warning: bool) -> io::Result<()> {
        // A part that is not zero is visible, and a part below the whole does not look full.
        let bar = if width() < WIDTH { 6 } else { 24 };
        let full = (part * bar as f64).clamp(0.0, bar as f64) as usize;
        let full = full.max(usize::from(part > 0.0));
        let (used, free) = ("█".repeat(full), "░".repeat(bar - full));
        let percent = (part * 100.0).floor();
        let bar = style(format!("{used}{free} {percent:>3} %  {label}"));
        let bar = if is_warning { bar.red() } else { bar };
        writeln!(self.output, "  {name:<14.14} {bar}")
    }
}

/// The part of a cap that is used. A cap of zero is used up.
fn part(used: &Amount, limit: &Amount) -> f64 {
    match (used.as_f64(), limit.as_f64()) {
        (Some(used), Some(limit)) if limit > 0.0 => used / limit,
        _ => 1.0,
    }
}

/// The columns that there are.
fn width() -> u16 {
    let size = console::Term::stdout().size_checked();
    size.map_or(WIDTH, |(_, columns)| columns.min(WIDTH))
}

fn table<const COLUMNS: usize>(header: [&str; COLUMNS]) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width());
    table.set_header(header);
    table
}

fn text(text: Option<String>) -> String {
    text.map_or_else(|| "-".to_owned(), |text| support::plain(&text))
}

fn role(role: Option<Role>) -> String {
    text(role.map(|role| role.to_string()))
}
