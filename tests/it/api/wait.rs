//! Waiting until the knowledge base is trained.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yourgpt::{
    AssetStatus, CancelToken, Client, CreateProjectText, ErrorKind, GetProjectFiles,
    GetProjectText, Project, RetryPolicy, TextType, TrainingProgress, TrainingState, UploadFile,
};
use yourgpt_sandbox::Sandbox;

use crate::support::*;

// Several calls fit into it, also on a busy machine.
const SHORT: Duration = Duration::from_secs(2);
const LONG: Duration = Duration::from_secs(60);

/// Waits, and returns each progress that is reported.
fn wait(
    project: &Client<Project>,
    deadline: Duration,
) -> (yourgpt::Result<()>, Vec<TrainingProgress>) {
    let mut heard = Vec::new();
    let result = project.wait_until_trained(deadline, |progress| heard.push(progress.clone()));
    (result, heard)
}

fn success(data: &Value) -> Vec<Act> {
    ok_response(&json!({"type": "RXSUCCESS", "data": data}).to_string())
}

/// A server with this training status and these rows. Each depends on how many times the status has
/// been asked for.
fn server(
    status: impl Fn(usize) -> Value + Send + Sync + 'static,
    rows: impl Fn(&str, usize) -> Value + Send + Sync + 'static,
) -> RawServer {
    let looks = AtomicUsize::new(0);
    RawServer::start(move |request| {
        let kind = match request.line.split(' ').nth(1) {
            Some("/chatbot/v1/getTrainingStatus") => {
                let look = looks.fetch_add(1, SeqCst) + 1;
                return success(&json!({"status": status(look)}));
            }
            Some("/chatbot/v1/getProjectFiles") => "file".to_owned(),
            _ => request.json()["type"].as_str().unwrap().to_owned(),
        };
        let rows = rows(&kind, looks.load(SeqCst));
        let count = rows.as_array().unwrap().len();
        success(&json!({"count": count, "rows": rows}))
    })
}

fn looks(server: &RawServer) -> usize {
    let received = server.received().into_iter();
    received
        .filter(|request| request.line.contains("getTrainingStatus"))
        .count()
}

/// Checks the sandbox's knowledge base after waiting.
fn check_trained(project: &Client<Project>) {
    assert_eq!(
        project.get_training_status().unwrap().status,
        Some(TrainingState::Completed)
    );
    for kind in [TextType::Faq, TextType::Text] {
        for text in project.items(&GetProjectText::new(kind)) {
            assert_eq!(text.unwrap().status, Some(AssetStatus::Completed));
        }
    }
    for file in project.items(&GetProjectFiles::new()) {
        assert_eq!(file.unwrap().status, Some(AssetStatus::Completed));
    }
}

fn add_one_of_each(project: &Client<Project>) {
    let text = CreateProjectText::new("We bake at night.", TextType::Text);
    let question = CreateProjectText::new("At night.", TextType::Faq).short_text("When?");
    project.create_project_text(&text).unwrap();
    project.create_project_text(&question).unwrap();
    let file = UploadFile::new("https://example.com/prices.pdf");
    project.upload_file(&file).unwrap();
}

#[test]
fn after_the_wait_every_text_question_and_file_is_trained() {
    let (_sandbox, project) = sandbox_project();
    add_one_of_each(&project);
    let (result, heard) = wait(&project, LONG);
    result.unwrap();
    check_trained(&project);
    let (last, before) = heard.split_last().unwrap();
    assert!(last.is_completed(), "{last:?}");
    assert_eq!(last.to_string(), "everything is completed");
    assert!(!before.is_empty() && before.iter().all(|progress| !progress.is_completed()));
    assert_eq!(before[0].to_string(), "the training status is training");
}

#[test]
fn answers_in_odd_forms_do_not_end_the_wait() {
    std::thread::scope(|scope| {
        for seed in 0..3 {
            let odd = Sandbox::builder();
            for builder in [odd.clone().odd(seed), odd.odd_types(seed)] {
                scope.spawn(move || {
                    let sandbox = builder.clone().start().unwrap();
                    let (result, heard) = wait(&sandbox.project().unwrap(), LONG);
                    assert!(result.is_ok(), "{builder:?}: {result:?}, {heard:?}");
                });
            }
        }
    });
}

#[test]
fn a_row_that_is_pending_is_waited_for_even_if_the_status_is_completed() {
    for pending in ["text", "faq", "file"] {
        let server = server(
            |_| json!("completed"),
            move |kind, look| match kind == pending && look <= 2 {
                true => json!([{"id": 7, "status": "pending"}, {"id": 8, "status": "completed"}]),
                false => json!([{"id": 7, "status": "completed"}]),
            },
        );
        let (result, heard) = wait(&project(&server), LONG);
        result.unwrap();
        assert_eq!(heard.len(), 3, "{pending}");
        let what = match pending {
            "text" => "texts",
            "faq" => "questions",
            _ => "files",
        };
        let expected = format!("{what} not completed: 1 (7)");
        assert_eq!(heard[0].to_string(), expected);
        assert_eq!(looks(&server), 3);
    }
}

#[test]
fn the_error_says_what_is_not_trained_when_the_time_is_over() {
    let server = server(
        |_| json!("completed"),
        |kind, _| match kind {
            "text" => (1..=7)
                .map(|id| json!({"id": id, "status": "pending"}))
                .collect(),
            "faq" => json!([{"id": 40, "status": "failed"}, {"id": 41, "status": "completed"}]),
            _ => json!([{"id": 50}]),
        },
    );
    let started = Instant::now();
    let (result, heard) = wait(&project(&server), SHORT);
    let error = result.unwrap_err();
    assert!(started.elapsed() < LONG / 4);
    assert_eq!(
        error.to_string(),
        "getTrainingStatus: not trained before the deadline: \
         texts not completed: 7 (1, 2, 3, 4, 5, …); questions not completed: 1 (40); \
         files not completed: 1 (50) (raise deadline, or try again later)"
    );
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0));
    assert!(error.is_safe_to_repeat() && error.is_transient());
    let last = heard.last().unwrap();
    assert_eq!(last.questions[0].status, Some("failed".into()));
    assert_eq!((last.texts.len(), last.files.len()), (7, 1));
}

#[test]
fn a_training_status_that_cannot_be_read_does_not_count_as_completed() {
    for (status, shown) in [
        (json!(["completed"]), "the training status cannot be read"),
        (Value::Null, "the training status cannot be read"),
        (json!(""), "the training status is "),
        (json!("Completed?"), "the training status is Completed?"),
        (json!("training"), "the training status is training"),
    ] {
        let server = server(move |_| status.clone(), |_, _| json!([]));
        let (result, heard) = wait(&project(&server), SHORT);
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains(shown), "{error}");
        assert!(heard.iter().all(|progress| !progress.is_completed()));
    }
}

#[test]
fn a_row_that_cannot_be_read_does_not_count_as_completed() {
    let server = server(
        |_| json!("completed"),
        |_, _| json!([{"status": "completed"}, {"id": 1, "status": "completed"}]),
    );
    let (result, heard) = wait(&project(&server), SHORT);
    let error = result.unwrap_err().to_string();
    assert!(error.contains("rows that cannot be read: 3"), "{error}");
    assert_eq!(heard[0].passed_over, 3);
}

#[test]
fn the_looks_become_rarer() {
    let server = server(|_| json!("training"), |_, _| json!([]));
    wait(&project(&server), Duration::from_secs(3))
        .0
        .unwrap_err();
    // The pauses are at least 0.25, 0.5, 1 and 2 seconds.
    assert!((2..=4).contains(&looks(&server)), "{}", looks(&server));
    assert_eq!(server.received().len(), looks(&server), "no rows were read");
}

#[test]
fn a_failure_that_passes_does_not_end_the_wait_and_its_retry_after_is_obeyed() {
    for status in ["429 Slow down", "503 Busy"] {
        let server = RawServer::start(move |request| match request.number {
            1 => response(status, "Retry-After: 1\r\n", ""),
            _ if request.line.contains("Status") => success(&json!({"status": "completed"})),
            _ => success(&json!([])),
        });
        let project = project(&server).with_retries(RetryPolicy::none());
        let started = Instant::now();
        let (result, heard) = wait(&project, LONG);
        result.unwrap();
        assert!(started.elapsed() >= Duration::from_secs(1));
        assert_eq!((heard.len(), looks(&server)), (1, 2));
    }
}

#[test]
fn a_failure_that_does_not_pass_ends_the_wait_at_once() {
    let server = RawServer::start(|_| response("403 No", "", ""));
    let (result, heard) = wait(&project(&server), LONG);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!((heard.len(), server.received().len()), (0, 1));
}

#[test]
fn a_service_that_is_silent_ends_the_wait_with_its_deadline() {
    let server = RawServer::start(|_| vec![Act::Hang]);
    let started = Instant::now();
    let (result, _) = wait(&project(&server), SHORT);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Timeout);
    assert!(started.elapsed() < LONG / 4);
}

#[test]
fn cancelling_ends_the_wait() {
    let server = server(|_| json!("training"), |_, _| json!([]));
    let token = CancelToken::new();
    let project = project(&server).with_cancel(&token);
    let started = Instant::now();
    let result = project.wait_until_trained(LONG, |_| token.cancel());
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(started.elapsed() < LONG / 4);
    assert_eq!(server.received().len(), 1);
}

#[test]
fn cancelling_ends_a_long_pause() {
    let server = RawServer::start(|_| response("429 Slow down", "Retry-After: 50\r\n", ""));
    let token = CancelToken::new();
    let project = project(&server)
        .with_retries(RetryPolicy::none())
        .with_cancel(&token);
    let started = Instant::now();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| project.wait_until_trained(LONG, |_| ()).unwrap_err());
        while server.received().is_empty() {
            std::thread::yield_now();
        }
        // The pause begins when the refusal has been read, and may be cancelled before.
        std::thread::sleep(SHORT / 4);
        token.cancel();
        assert_eq!(waiting.join().unwrap().kind(), ErrorKind::Cancelled);
    });
    assert!(started.elapsed() < LONG / 2);
    assert_eq!(server.received().len(), 1);
}

#[test]
fn a_row_on_a_later_page_is_waited_for() {
    let looks = AtomicUsize::new(0);
    let server = RawServer::start(move |request| {
        if request.line.contains("getTrainingStatus") {
            looks.fetch_add(1, SeqCst);
            return success(&json!({"status": "completed"}));
        }
        let (first, count) = match request.json()["page"].as_u64() {
            Some(2) => (101, 50),
            _ => (1, 100),
        };
        let status = |id| match id == 150 && looks.load(SeqCst) == 1 {
            true => "pending",
            false => "completed",
        };
        let rows: Vec<_> = (first..first + count)
            .map(|id| json!({"id": id, "status": status(id)}))
            .collect();
        success(&json!({"count": 150, "rows": rows}))
    });
    let (result, heard) = wait(&project(&server), LONG);
    result.unwrap();
    assert_eq!(heard.len(), 2);
    let expected = "texts not completed: 1 (150); questions not completed: 1 (150); \
                    files not completed: 1 (150)";
    assert_eq!(heard[0].to_string(), expected);
}

#[test]
fn rows_that_do_not_come_end_the_wait_with_its_deadline() {
    let server = RawServer::start(|request| match request.line.contains("Status") {
        true => success(&json!({"status": "completed"})),
        false => vec![Act::Hang],
    });
    let started = Instant::now();
    let (result, _) = wait(&project(&server), SHORT);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Timeout);
    assert!(started.elapsed() < LONG / 4);
}

#[test]
fn the_error_says_what_failed_last() {
    let failing_after = |successes| {
        let server = RawServer::start(move |request| match request.number <= successes {
            true => success(&json!({"status": "training"})),
            false => response("503 Busy", "", ""),
        });
        let project = project(&server).with_retries(RetryPolicy::none());
        wait(&project, SHORT * 2).0.unwrap_err()
    };
    // Nothing is known of the training.
    assert_eq!(failing_after(0).kind(), ErrorKind::Unavailable);
    let error = failing_after(1);
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let expected = "the training status is training; then: getTrainingStatus: refused";
    assert!(error.to_string().contains(expected), "{error}");
}
