//! The report for people: a table and lists that fit into 80 columns.

use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};

use crate::compare::Findings;
use crate::contract::{Contract, Kind};
use crate::report::{Check, Outcome, Report, Section, Target};
use crate::support;

/// The columns of the report.
const WIDTH: u16 = 80;

pub fn print(report: &Report<'_>, output: &mut impl Write) -> io::Result<()> {
    let version = report.contract.version();
    // The address itself may be private, and a report is meant to be shown.
    let target = match report.target {
        Target::Sandbox => "a sandbox, not the service",
        Target::Service if support::is_set("YOURGPT_BASE_URL") => "what is at YOURGPT_BASE_URL",
        Target::Service => "the service",
    };
    writeln!(output, "The contract of {version}, held against {target}")?;
    for section in &report.sections {
        writeln!(output, "\nWith {}\n", credentials(section))?;
        print_checks(section, output)?;
        print_differences(section, output)?;
        print_unknown(section, output)?;
        print_not_tried(section, output)?;
        if let Some(written) = &section.written {
            writeln!(output, "\nThe conversation")?;
            for line in written.lines() {
                writeln!(output, "  {line}")?;
            }
        }
        print_summary(section, report.contract, output)?;
    }
    Ok(())
}

fn credentials(section: &Section) -> &'static str {
    match section.kind {
        Kind::Token => "an API token",
        Kind::Key => "a project API key",
    }
}

fn print_checks(section: &Section, output: &mut impl Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(WIDTH);
    table.set_header(["operation", "status", "time", "rows", "result"]);
    for column in 1..4 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for check in &section.checks {
        let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        table.add_row([
            check.operation.clone(),
            text(check.status.map(|status| status.to_string())),
            text(check.time.map(|time| format!("{} ms", time.as_millis()))),
            text(check.rows.map(|rows| rows.to_string())),
            result(check),
        ]);
    }
    writeln!(output, "{}", table.trim_fmt())
}

/// The outcome in a few words.
fn result(check: &Check) -> String {
    match &check.outcome {
        Outcome::Answered(findings) => {
            let agreement = match findings.differences.len() {
                0 => "agrees".to_owned(),
                1 => "1 difference".to_owned(),
                several => format!("{several} differences"),
            };
            match findings.unknown.len() {
                0 => agreement,
                unknown => format!("{agreement}, {unknown} unknown"),
            }
        }
        Outcome::Failed(failure) | Outcome::CutShort(failure) => failure.words().to_owned(),
        Outcome::NotTried(_) => "not tried".to_owned(),
    }
}

fn print_differences(section: &Section, output: &mut impl Write) -> io::Result<()> {
    let lines = findings(section).flat_map(|(operation, findings)| {
        findings.differences.iter().map(move |(difference, count)| {
            let (expected, came) = (&difference.expected, difference.came);
            let text = format!("{expected} expected, {came} came, {}", times(*count));
            (operation, &difference.path, text)
        })
    });
    print_paths("What differs", lines, output)
}

fn print_unknown(section: &Section, output: &mut impl Write) -> io::Result<()> {
    let lines = findings(section).flat_map(|(operation, findings)| {
        let unknown = findings.unknown.iter();
        unknown.map(move |(path, count)| (operation, path, times(*count)))
    });
    print_paths("Fields that the contract does not know", lines, output)
}

fn findings(section: &Section) -> impl Iterator<Item = (&str, &Findings)> {
    let checks = section.checks.iter();
    checks.filter_map(|check| Some((check.operation.as_str(), check.findings()?)))
}

fn print_paths<'a>(
    heading: &str,
    lines: impl Iterator<Item = (&'a str, &'a String, String)>,
    output: &mut impl Write,
) -> io::Result<()> {
    let mut last = "";
    for (operation, path, text) in lines {
        if last.is_empty() {
            writeln!(output, "\n{heading}")?;
        }
        if operation != last {
            writeln!(output, "  {operation}")?;
            last = operation;
        }
        let line = format!("    {path}: {text}");
        match line.len() <= WIDTH.into() {
            true => writeln!(output, "{line}")?,
            false => writeln!(output, "    {path}:\n      {text}")?,
        }
    }
    Ok(())
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        _ => format!("{count} times"),
    }
}

fn print_not_tried(section: &Section, output: &mut impl Write) -> io::Result<()> {
    let mut is_first = true;
    for check in &section.checks {
        if let Outcome::NotTried(reason) = &check.outcome {
            if is_first {
                writeln!(output, "\nNot tried")?;
                is_first = false;
            }
            writeln!(output, "  {}: {reason}", check.operation)?;
        }
    }
    Ok(())
}

/// Prints how much of the contract was checked, and what to look at if nothing was.
fn print_summary(
    section: &Section,
    contract: &Contract,
    output: &mut impl Write,
) -> io::Result<()> {
    let all = section.checks.len();
    let agree = section.count(Check::agrees);
    let differ = section.count(Check::differs);
    let failed = section.count(|check| check.failure().is_some());
    let not_tried = all - agree - differ - failed;
    writeln!(
        output,
        "\nOf {all} operations, {agree} agree, {differ} differ, {failed} failed, and {not_tried} \
         could not be tried."
    )?;
    let is_listed = |name| section.checks.iter().any(|check| check.operation == name);
    let others = || {
        let operations = contract.operations();
        operations.filter(|operation| !is_listed(operation.name()))
    };
    let writes = others().filter(|other| !other.only_reads()).count();
    let reads = others().count() - writes;
    writeln!(
        output,
        "The {writes} operations that write were not called."
    )?;
    if reads > 0 {
        let credentials = credentials(section);
        writeln!(output, "{reads} others are not for {credentials}.")?;
    }

    let failure = section.checks.iter().find_map(Check::failure);
    match failure {
        Some(failure) if agree + differ == 0 || section.is_cut_short() => {
            let (words, hint) = (failure.words(), failure.hint());
            writeln!(
                output,
                "The service could not be talked to: {words}.\n{hint}"
            )
        }
        None if agree + differ == 0 => {
            writeln!(
                output,
                "Nothing could be checked: these credentials allow none of it."
            )
        }
        _ => Ok(()),
    }
}
