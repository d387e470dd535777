//! How many calls a second a sandbox serves, compared with a server that does nothing but answer.
//!
//! `cargo run --release --package yourgpt-sandbox --example load`; after `--` the number of threads
//! (64 unless given) and of seconds for each turn (1 unless given). The same client of the library
//! calls both by turns, on the same machine, so a ratio is what it prints besides the numbers.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use yourgpt::{ApiToken, Client, GetAllContacts, Project, SendMessage, SessionUid};
use yourgpt_sandbox::{API_TOKEN, PROJECT_UID, Sandbox};

/// How often each has its turn.
const ROUNDS: usize = 5;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// One of the calls that are measured.
struct Kind {
    name: &'static str,
    operation: &'static str,
    call: fn(&Client<Project>, &SessionUid) -> yourgpt::Result<()>,
}

const KINDS: [Kind; 3] = [
    Kind {
        name: "a page of 10 contacts",
        operation: "getAllContacts",
        call: |project, _| project.get_all_contacts(&GetAllContacts::new()).map(drop),
    },
    Kind {
        name: "the status of training",
        operation: "getTrainingStatus",
        call: |project, _| project.get_training_status().map(drop),
    },
    Kind {
        name: "a message that is not for the bot",
        operation: "sendMessage",
        call: |project, session| {
            let message = SendMessage::new(session, SendMessage::REQUEST_OPERATOR);
            project.send_message(&message).map(drop)
        },
    },
];

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let threads = arguments.next().map_or(Ok(64), |text| text.parse())?;
    let seconds = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let time = Duration::from_secs(seconds);
    println!("{threads} threads, {ROUNDS} turns of {seconds} s each");
    for kind in KINDS {
        measure(&kind, threads, time)?;
    }
    Ok(())
}

fn measure(kind: &Kind, threads: usize, time: Duration) -> Outcome<()> {
    let sandbox = Sandbox::builder().contacts(1000).start()?;
    let project = sandbox.project()?;
    let session = project.create_session()?.session_uid;
    (kind.call)(&project, &session)?;
    let received = sandbox.received(kind.operation);
    let answer = received
        .last()
        .ok_or("nothing was received")?
        .answer
        .to_string();

    let bare = Client::builder(ApiToken::new(API_TOKEN)?)
        .base_url(serve(answer)?)
        .build()?
        .project(PROJECT_UID);
    let mut turns = Vec::new();
    for _ in 0..ROUNDS {
        let [of_sandbox, of_bare] =
            [&project, &bare].map(|client| calls(threads, time, || (kind.call)(client, &session)));
        turns.push((of_sandbox?, of_bare?));
    }
    turns.sort_by(|(a, b), (c, d)| (a / b).total_cmp(&(c / d)));
    let (of_sandbox, of_bare) = turns[ROUNDS / 2];
    println!(
        "{}: {of_sandbox:.0} calls a second, bare {of_bare:.0}, ratio {:.2} ({:.2}–{:.2})",
        kind.name,
        of_sandbox / of_bare,
        turns[0].0 / turns[0].1,
        turns[ROUNDS - 1].0 / turns[ROUNDS - 1].1,
    );
    Ok(())
}

/// How many calls a second succeed.
fn calls(
    threads: usize,
    time: Duration,
    call: impl Fn() -> yourgpt::Result<()> + Sync,
) -> Outcome<f64> {
    let done = AtomicU64::new(0);
    let started = Instant::now();
    let outcome: Outcome<()> = thread::scope(|scope| {
        let work = || -> yourgpt::Result<()> {
            while started.elapsed() < time {
                call()?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut ends = workers.into_iter().map(|worker| worker.join());
        ends.try_for_each(|end| Ok(end.map_err(|_| "a thread panicked")??))
    });
    outcome?;
    Ok(done.into_inner() as f64 / started.elapsed().as_secs_f64())
}

/// A server that answers every request with the same body, at the URL that this returns.
fn serve(body: String) -> Outcome<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    let length = body.len();
    let response = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let response: &'static [u8] = response.leak().as_bytes();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(&stream, response));
        }
    });
    Ok(url)
}

fn answer(mut stream: &TcpStream, response: &[u8]) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    let mut length = 0;
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if let Some((name, value)) = line.split_once(':') {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap_or(0);
            }
        } else if line.trim().is_empty() {
            std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
            stream.write_all(response)?;
        }
    }
}
