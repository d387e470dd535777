//! The soak test of conversations: very many questions through a server with random faults, with the
//! memory of a sandbox behind it. What `ask` says about each question must agree with that memory.

use std::collections::{HashMap, HashSet};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use yourgpt::ureq::Agent;
use yourgpt::{
    ApiToken, AskError, ChatMode, Client, GetSessionMessages, Message, MessageId, Outcome,
    Position, Project, Reply, RetryPolicy, SendBy, SessionUid, UpdateSession,
};
use yourgpt_sandbox::{API_TOKEN, PROJECT_UID, Sandbox};

use super::faulty_server::{Faults, FaultyServer, Random, Request, Service, Work};

const FAULT_PERCENT: u64 = 10;
const QUESTIONS_PER_CONVERSATION: usize = 25;

/// How long after a break the work of a request can be done.
const LATEST_WORK: Duration = Duration::from_millis(40);

#[derive(Clone, Copy)]
struct Plan {
    questions: usize,
    threads: usize,
    mode: Mode,
    seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    /// Only sendMessage breaks, its work is done before the break or not at all, and the transcript
    /// does not lag.
    Prompt,
    /// Reading the transcript breaks too, work may be done after the break, and the transcript lags.
    Late,
}

impl Mode {
    /// How long an attempt may take. A server that is held up by a busy machine for longer does its
    /// work late, which only one of the modes allows.
    fn timeout(self) -> Duration {
        match self {
            Self::Prompt => Duration::from_secs(3),
            Self::Late => Duration::from_millis(500),
        }
    }
}

#[test]
fn of_400_questions_none_is_asked_twice_or_lost() {
    soak(Plan {
        questions: 400,
        threads: 8,
        mode: Mode::Prompt,
        seed: 1,
    });
}

#[test]
fn of_400_questions_with_late_work_none_is_asked_twice_or_answered_wrongly() {
    soak(Plan {
        questions: 400,
        threads: 8,
        mode: Mode::Late,
        seed: 1,
    });
}

#[test]
#[ignore = "takes two minutes: cargo test --release --test it soak -- --ignored --nocapture"]
fn of_20_000_questions_none_is_asked_twice_or_lost() {
    soak(Plan {
        questions: 20_000,
        threads: 8,
        mode: Mode::Prompt,
        seed: seed(),
    });
}

#[test]
#[ignore = "takes a minute: cargo test --release --test it soak -- --ignored --nocapture"]
fn of_20_000_questions_with_late_work_none_is_asked_twice_or_answered_wrongly() {
    soak(Plan {
        questions: 20_000,
        threads: 8,
        mode: Mode::Late,
        seed: seed(),
    });
}

fn seed() -> u64 {
    std::env::var("SOAK_SEED").map_or(1, |seed| seed.parse().unwrap())
}

fn soak(plan: Plan) {
    let started = Instant::now();
    let talks: Vec<Talks> = thread::scope(|scope| {
        let threads: Vec<_> = (0..plan.threads)
            .map(|number| scope.spawn(move || Talks::hold(plan, number)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let count = |end| talks.iter().map(|talks| talks.count(end)).sum::<usize>();
    let unexplained: Vec<_> = talks
        .iter()
        .flat_map(|talks| talks.unexplained(plan.mode))
        .collect();
    let questions: usize = talks.iter().map(|talks| talks.reports.len()).sum();
    println!(
        "soak: {questions} questions from {} threads, {FAULT_PERCENT} % faults, {}, seed {}: {} \
         answered at once, {} recovered from the transcript, {} arrived unanswered, {} known not \
         sent, {} not seen, {} unknown, {} unexplained ({:.0} s)",
        plan.threads,
        match plan.mode {
            Mode::Prompt => "on sendMessage",
            Mode::Late => "late work and a lagging transcript",
        },
        plan.seed,
        count(End::Answered),
        count(End::Recovered),
        count(End::Unanswered),
        count(End::NotSent),
        count(End::NotSeen),
        count(End::Unknown),
        unexplained.len(),
        started.elapsed().as_secs_f64(),
    );
    for problem in &unexplained {
        println!("{problem}");
    }
    assert!(unexplained.is_empty(), "seed {}", plan.seed);
    assert_eq!(questions, plan.questions);
    let mut ends = vec![End::Answered, End::Recovered, End::NotSent, End::NotSeen];
    if plan.questions > 10_000 {
        ends.push(End::Unanswered);
        if plan.mode == Mode::Late {
            ends.push(End::Unknown);
        }
    }
    for end in ends {
        assert!(count(end) > 0, "no question ended as {end:?}");
    }
}

/// What `ask` says about a question.
#[derive(Debug)]
struct Report {
    question: String,
    end: End,
    /// The messages of the answer.
    answers: Vec<MessageId>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Answered,
    Recovered,
    Unanswered,
    NotSent,
    NotSeen,
    Unknown,
}

impl End {
    fn has_arrived(self) -> bool {
        matches!(self, End::Answered | End::Recovered | End::Unanswered)
    }
}

impl Report {
    fn of(question: String, asked: Result<Outcome, AskError>) -> Self {
        let end = match &asked {
            // A reply from the transcript has a list of messages.
            Ok(Outcome::Answered(reply)) if reply.messages.is_empty() => End::Answered,
            Ok(Outcome::Answered(_)) => End::Recovered,
            Ok(Outcome::Unanswered { .. }) => End::Unanswered,
            Err(AskError::NotSent(_)) => End::NotSent,
            Err(AskError::NotSeen(_)) => End::NotSeen,
            Err(AskError::Unknown { .. }) => End::Unknown,
            other => panic!("{other:?}"),
        };
        let answers = asked.map_or_else(|_| Vec::new(), |outcome| answers(outcome.reply()));
        Self {
            question,
            end,
            answers,
        }
    }
}

fn answers(reply: &Reply) -> Vec<MessageId> {
    let listed = reply.messages.iter();
    let listed = listed.filter(|message| message.send_by != Some(SendBy::User));
    let listed = listed.filter_map(|message| message.id);
    reply.message_id.into_iter().chain(listed).collect()
}

/// The conversations of one thread, and what the sandbox remembers of them.
struct Talks {
    reports: Vec<Report>,
    /// What `new_messages` gave.
    news: Vec<Message>,
    memory: Vec<Message>,
}

impl Talks {
    /// Holds a thread's share of the conversations, with a server of its own: a sandbox answers some
    /// thousands of questions only.
    fn hold(plan: Plan, number: usize) -> Self {
        let sandbox = Sandbox::start().unwrap();
        let relay = Relay {
            url: sandbox.base_url(),
            agent: Agent::new_with_defaults(),
            mode: plan.mode,
        };
        let faults = Faults {
            percent: FAULT_PERCENT,
            work: match plan.mode {
                Mode::Prompt => Work::Before,
                Mode::Late => Work::UntilAfter(LATEST_WORK),
            },
            seed: plan.seed.wrapping_mul(1_000).wrapping_add(number as u64),
        };
        let server = FaultyServer::start(relay, faults);
        let client = client(&server.url(), plan.mode.timeout());
        // Straight to the sandbox: a connection that a fault has ended would break these calls.
        let setup = sandbox.project().unwrap();

        let numbers: Vec<_> = (number..plan.questions).step_by(plan.threads).collect();
        let (mut reports, mut news, mut uids) = (Vec::new(), Vec::new(), Vec::new());
        for (index, numbers) in numbers.chunks(QUESTIONS_PER_CONVERSATION).enumerate() {
            let uid = setup.create_session().unwrap().session_uid;
            if index % 10 == 9 {
                // Nobody answers here.
                let change = UpdateSession::new(&uid).chat_mode(ChatMode::Awaiting);
                setup.update_session(&change).unwrap();
            }
            let mut conversation = client.conversation(&uid);
            if index % 2 == 0 {
                // As if the client had opened it.
                conversation = conversation.resume(Position::default());
            }
            for number in numbers {
                let question = format!("Question {number} of {}?", plan.seed);
                let asked = conversation.ask(&question);
                reports.push(Report::of(question, asked));
                if number % 7 == 0 {
                    news.extend(conversation.new_messages().unwrap_or_default());
                }
            }
            uids.push(uid);
            news.extend(conversation.new_messages().unwrap_or_default());
        }
        drop(client);
        server.close();
        let memory = remembered(&sandbox, &uids);
        Self {
            reports,
            news,
            memory,
        }
    }

    fn count(&self, end: End) -> usize {
        self.reports
            .iter()
            .filter(|report| report.end == end)
            .count()
    }

    /// What does not agree with the sandbox's memory.
    fn unexplained(&self, mode: Mode) -> Vec<String> {
        let mut texts = HashMap::new();
        let mut asked = HashMap::new();
        for message in &self.memory {
            let text = message.message.as_deref().unwrap();
            if message.send_by == Some(SendBy::User) {
                *texts.entry(text).or_insert(0) += 1;
                asked.insert(message.id, text);
            }
        }
        let question_of = |answer: &MessageId| {
            let mut memory = self.memory.iter();
            let message = memory.find(|message| message.id == Some(*answer))?;
            let log = message.ai_log.as_ref()?.first()?;
            asked.get(&log.query_message_id).copied()
        };
        let mut problems = Vec::new();
        let mut given = HashSet::new();
        for report in &self.reports {
            let question = report.question.as_str();
            let done = texts.get(question).copied().unwrap_or(0);
            let is_prompt = mode == Mode::Prompt;
            let agrees = match report.end {
                End::Answered | End::Recovered => done == 1 && !report.answers.is_empty(),
                End::Unanswered => done == 1,
                End::NotSent => done == 0,
                End::NotSeen => done == 0 || (!is_prompt && done == 1),
                End::Unknown => done <= 1 && !is_prompt,
            };
            let mut answers = report.answers.iter();
            let is_its_own = answers.all(|answer| question_of(answer) == Some(question));
            if !agrees || !is_its_own {
                problems.push(format!("{report:?}, but it was done {done} times"));
            }
            given.extend(&report.answers);
        }
        let arrived = self
            .reports
            .iter()
            .filter(|report| report.end.has_arrived());
        let arrived: HashSet<_> = arrived.map(|report| report.question.as_str()).collect();
        for message in &self.news {
            let (id, text) = (message.id.unwrap(), message.message.as_deref().unwrap());
            if !given.insert(id) || arrived.contains(text) {
                problems.push(format!("message {id} was given twice"));
            }
        }
        if mode == Mode::Prompt {
            let answers = self.memory.iter();
            let answers = answers.filter(|message| message.send_by == Some(SendBy::Assistant));
            let lost = answers.filter(|message| message.id.is_none_or(|id| !given.contains(&id)));
            problems.extend(lost.map(|message| format!("{:?} was never given", message.id)));
        }
        problems
    }
}

fn client(base_url: &str, timeout: Duration) -> Client<Project> {
    let backoff = Duration::from_millis(2);
    Client::builder(ApiToken::new(API_TOKEN).unwrap())
        .base_url(base_url)
        .timeout(timeout)
        .retries(RetryPolicy::default().backoff(backoff, backoff))
        .build()
        .unwrap()
        .project(PROJECT_UID)
}

/// The messages of the conversations, straight from the sandbox.
fn remembered(sandbox: &Sandbox, uids: &[SessionUid]) -> Vec<Message> {
    let project = sandbox.project().unwrap();
    let requests = uids
        .iter()
        .map(|uid| GetSessionMessages::new(uid).limit(100));
    let messages = requests.flat_map(|request| project.items(&request));
    messages.collect::<Result<_, _>>().unwrap()
}

/// Passes requests on to a sandbox.
struct Relay {
    url: String,
    agent: Agent,
    mode: Mode,
}

impl Service for Relay {
    fn may_go_wrong(&self, start: &[u8]) -> bool {
        let operations: &[&str] = match self.mode {
            Mode::Prompt => &["/sendMessage "],
            Mode::Late => &["/sendMessage ", "/getSessionMessages "],
        };
        let start = String::from_utf8_lossy(start);
        let line = start.lines().next().unwrap_or_default();
        operations.iter().any(|operation| line.contains(operation))
    }

    fn perform(&self, request: &Request, random: &mut Random) -> String {
        let call = self.agent.post(format!("{}{}", self.url, request.path));
        let call = call
            .header("authorization", &request.authorization)
            .header("content-type", "application/json");
        let mut response = call.send(&request.body).unwrap();
        let body = response.body_mut().read_to_string().unwrap();
        if self.mode == Mode::Late && request.path.ends_with("/getSessionMessages") {
            return lagging(&body, random.below(8).saturating_sub(4));
        }
        body
    }

    fn stray(&self) -> String {
        let id = u64::MAX >> 1;
        format!(
            r#"{{"type":"RXSUCCESS","data":{{"message_id":{id},"send_by":"assistant","message":"Stray"}}}}"#
        )
    }
}

/// A page of a transcript, the newest messages first, that does not have the newest yet.
fn lagging(page: &str, missing: u64) -> String {
    let mut page: Value = serde_json::from_str(page).unwrap();
    let rows = page["data"].as_array_mut().unwrap();
    rows.drain(..rows.len().min(missing as usize));
    page.to_string()
}
