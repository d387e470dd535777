//! The example `usage`.

use yourgpt::{LimitType, UsageLimit};
use yourgpt_sandbox::{BILLING_TOKEN, Fault, Sandbox};

use crate::program::{Outcome, Program};
use crate::wait_for_hang;

fn usage() -> Program {
    Program::new("usage")
}

#[test]
fn help_names_the_options_and_the_credentials() {
    let help = usage().args(["--help"]).run().success();
    for part in ["--from <YYYY-MM-DD>", "NO_COLOR", "YOURGPT_API_TOKEN"] {
        assert!(help.contains(part), "{part}: {help}");
    }
}

#[test]
fn shows_members_invitations_projects_limits_and_sentiment() {
    let report = usage().run().success();
    let lines: Vec<_> = report.lines().map(str::trim_end).collect();
    for line in [
        "Northwind Bakery",
        " Joon Park    joon@example.com   editor",
        " amelie@example.org  viewer",
        "Project 1: Shop desk",
        "  credits        █████████░░░░░░░░░░░░░░░  39 %  1975 of 5000",
        "  voice credits  without a cap",
        "  neutral        ████████░░░░░░░░░░░░░░░░  33 %  1",
        "Project 2: Wholesale desk",
        "  no conversations",
    ] {
        assert!(lines.contains(&line), "{line}\n{report}");
    }
}

#[test]
fn stays_within_80_columns_and_has_no_colour_in_a_pipe() {
    let sandbox = Sandbox::start().unwrap();
    let nearly_full = UsageLimit::new(LimitType::Credits, 1976);
    let project = sandbox.project().unwrap();
    project.set_project_usage_limit(&[nearly_full]).unwrap();
    let report = usage().with_token_at(&sandbox.base_url()).run().success();
    let longest = report.lines().map(|line| line.chars().count()).max();
    assert!(longest.is_some_and(|longest| longest <= 80), "{longest:?}");
    assert!(!report.contains('\x1b'), "{report}");
}

#[test]
fn a_resource_near_its_limit_is_marked_even_without_colour() {
    let sandbox = Sandbox::start().unwrap();
    let nearly_full = UsageLimit::new(LimitType::Credits, 1976);
    let project = sandbox.project().unwrap();
    project.set_project_usage_limit(&[nearly_full]).unwrap();
    let report = usage().with_token_at(&sandbox.base_url()).run().success();
    let credits = "  credits        ███████████████████████░  99 %  1975 of 1976  near cap";
    assert!(report.lines().any(|line| line == credits), "{report}");
}

#[test]
fn shows_only_the_chosen_projects_and_days() {
    let args = [
        "--search",
        "whole",
        "--from",
        "2026-01-01",
        "--to",
        "2026-01-31",
    ];
    let report = usage().args(args).run().success();
    assert!(report.contains("Project 1: Wholesale desk"), "{report}");
    assert!(!report.contains("Shop desk"), "{report}");
}

#[test]
fn a_day_that_does_not_exist_is_refused_before_anything_is_printed() {
    let outcome = usage().args(["--from", "2026-02-30"]).run();
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains("2026-02-30"), "{}", outcome.stderr);
}

#[test]
fn a_part_that_the_token_may_not_see_does_not_end_the_report() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.fail_every("getProjectUsageLimit", 1, Fault::refusal(403));
    let report = usage().with_token_at(&sandbox.base_url()).run().success();
    assert!(
        report.contains("capped\n  not for this token to see\n"),
        "{report}"
    );
    assert!(report.contains("  neutral  "), "{report}");
    assert!(report.contains("Project 2: Wholesale desk"), "{report}");
}

#[test]
fn a_closed_pipe_is_not_a_failure() {
    let sandbox = Sandbox::start().unwrap();
    let Outcome { code, stderr, .. } = usage()
        .with_token_at(&sandbox.base_url())
        .run_with_closed_stdout("");
    assert_eq!((code, &*stderr), (Some(0), ""));
}

#[test]
fn wrong_credentials_and_missing_permissions_fail_with_one_sentence() {
    let sandbox = Sandbox::start().unwrap();
    for (token, status) in [("api-v1-wrong", "401"), (BILLING_TOKEN, "403")] {
        let usage = usage()
            .with_token_at(&sandbox.base_url())
            .env("YOURGPT_API_TOKEN", token);
        let failure = usage.run().failure();
        let start = format!("usage: getOrganizationDetail: refused with status {status}");
        assert!(failure.starts_with(&start), "{failure}");
    }
}

#[test]
fn ctrl_c_ends_a_call_that_hangs() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.fail("getMyProjects", Fault::hang());
    let running = usage().with_token_at(&sandbox.base_url()).start();
    wait_for_hang(&sandbox, "getMyProjects");
    running.interrupt();
    let outcome = running.wait();
    let sentence = "usage: interrupted: getMyProjects: cancelled by the caller";
    assert_eq!(outcome.interrupted(), sentence);
    assert!(outcome.stdout.contains("Northwind Bakery"), "{outcome:?}");
}
