//! A local stand-in for the YourGPT API, to try and to test programs without an account.
//!
//! [`Sandbox::start`] runs an HTTP server on a free port of this machine. It keeps the API's
//! contract, [`CONTRACT`]: it checks credentials, permissions and every field, answers
//! every operation in the common envelope, and remembers what one does
//! with it until it is dropped.
//!
//! ```
//! use yourgpt::SendMessage;
//! use yourgpt_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::start()?;
//! sandbox.teach("Do you sell gift cards?", "Yes, from 10 euros.");
//!
//! let bot = sandbox.widget()?;
//! let session = bot.create_session()?;
//! let question = SendMessage::new(&session.session_uid, "Do you sell gift cards?");
//! let reply = bot.send_message(&question)?;
//! assert_eq!(reply.message.as_deref(), Some("Yes, from 10 euros."));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Sandbox::organization`], [`Sandbox::project`] and [`Sandbox::widget`] are clients of the
//! library `yourgpt`. [`Sandbox::environment`] has the variables that lead a program to the sandbox.
//! Any other HTTP client reaches it at [`Sandbox::base_url`] with a credential such as
//! [`API_TOKEN`].
//!
//! # What is in it
//!
//! The organization *Northwind Bakery* with two projects, the first of which ([`PROJECT_UID`]) has
//! contacts, conversations and a knowledge base. The bot answers out of the knowledge base by the
//! words that a question shares with it: "When do you open?" is known from the start. Where nothing
//! fits, it answers [`UNTAUGHT`].
//!
//! [`Sandbox::builder`] makes another world: so many contacts and conversations, other members and
//! limits, an empty one, one from JSON, and a clock that stands still. [`Sandbox::snapshot`] is the
//! world as JSON, with the tokens of the members and the API keys of the projects.
//!
//! # When it fails
//!
//! [`Sandbox::fail`] makes it fail on demand, in each [`Fault`] that a network or a service has, and
//! [`Sandbox::received`] shows what arrived.
//!
//! # When an operator answers
//!
//! A visitor asks for an operator by sending
//! [`REQUEST_OPERATOR`](yourgpt::SendMessage::REQUEST_OPERATOR), which the choice "Talk to a person"
//! does. The answer is a list with only this message, so that
//! [`Reply::is_handed_over`](yourgpt::Reply::is_handed_over) is true, and getSessions shows the
//! conversation as awaiting: that is all that announces it. The bot is silent from then on.
//! [`Sandbox::operator_says`] plays the operator, and updateSession with the state resolved gives the
//! conversation back to the bot. The choice "That helped" rates the last answer, costs nothing, and
//! the bot says thank you.
//!
//! # When it is odd
//!
//! Nobody who worked on the contract has seen the live service, and its samples are only samples. A
//! program that copes with an [odd](SandboxBuilder::odd) sandbox is likely to cope with the service:
//!
//! ```
//! # fn main() -> std::io::Result<()> {
//! let sandbox = yourgpt_sandbox::Sandbox::builder().odd(7).start()?;
//! # Ok(())
//! # }
//! ```
//!
//! # What it does not do
//!
//! An operation outside the contract answers 404 with an RXERROR, whatever the credential is. The
//! service has more operations than are published; a test of these needs a server of its own.
//!
//! It sends no mail, calls no phone, fetches no file and asks no language model. It cannot show how
//! the service behaves where the contract is silent: there it does what seemed most plain. The
//! digits of `chat_mode` other than the bot's, for example, are its own.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod answer;
mod body;
mod bot;
mod builder;
mod call;
mod caller;
mod clients;
mod clock;
mod contract;
mod control;
mod delivery;
mod dice;
mod fault;
mod fault_text;
mod filter;
mod http;
mod made;
mod odd;
mod ops;
mod permission;
mod received;
mod rule;
mod schema;
mod search;
mod seed;
mod server;
mod service;
mod state;
mod uploads;
mod world;

use std::io::{self, Write};
use std::net::ToSocketAddrs;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use yourgpt::SessionUid;

pub use body::BodyFormat;
pub use builder::SandboxBuilder;
pub use fault::Fault;
pub use fault_text::ParseFaultError;
pub use received::Received;
pub use schema::Schema;
pub use seed::{
    API_KEY, API_TOKEN, BILLING_TOKEN, CONTACT_LIST_ID, EDITOR_TOKEN, INVITATION_HASH,
    OLD_SESSION_UID, OPERATOR_TOKEN, OTHER_PROJECT_UID, PROJECT_UID, SAVED_VIEW_ID, VIEWER_TOKEN,
    WIDGET_UID,
};

use rule::{Rule, When};
use server::Server;
use service::Service;

/// The README, whose recipes are tested with the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The API's contract that the sandbox keeps, an OpenAPI 3.1 document.
pub const CONTRACT: &str = include_str!("../openapi.json");

/// What the bot answers when nothing in the knowledge base fits.
pub const UNTAUGHT: &str = "I do not know that yet. Teach me with createProjectText.";

/// A running sandbox. Dropping it closes all connections and stops it.
pub struct Sandbox {
    server: Server,
    service: Arc<Service>,
}

impl Sandbox {
    /// Starts a sandbox that only this machine can reach, on a port that is free.
    ///
    /// Sandboxes share nothing, so that every test can have one of its own.
    ///
    /// # Errors
    ///
    /// If the system gives no port or no thread.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// Starts a sandbox at an address of your choice; with port 0, on a port that is free.
    ///
    /// The credentials that it takes are public knowledge, so leave it on loopback.
    ///
    /// # Errors
    ///
    /// If the address cannot be had, for example because its port is in use.
    ///
    /// # Examples
    ///
    /// ```
    /// use yourgpt_sandbox::Sandbox;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let sandbox = Sandbox::start_at("[::1]:0").or_else(|_| Sandbox::start_at("127.0.0.1:0"))?;
    /// assert!(sandbox.base_url().starts_with("http://"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn start_at(address: impl ToSocketAddrs) -> io::Result<Self> {
        Self::builder().start_at(address)
    }

    /// A sandbox that differs from that of [`start`](Self::start): with another world or clock, or
    /// with answers in odd forms.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Where the sandbox is, such as `http://127.0.0.1:49152`: what stands in front of
    /// `/chatbot/v1` and `/api/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Fails the next call of an operation, of an `"upload"` of a file, or of any with `"*"`. Faults
    /// that are set one after the other come one after the other.
    ///
    /// # Panics
    ///
    /// If the contract has no operation of this name.
    #[track_caller]
    pub fn fail(&self, operation: &str, fault: Fault) {
        self.fail_times(operation, 1, fault);
    }

    /// Fails the next calls of an operation, as many as given.
    ///
    /// # Panics
    ///
    /// As [`fail`](Self::fail).
    #[track_caller]
    pub fn fail_times(&self, operation: &str, calls: u64, fault: Fault) {
        self.add_rule(operation, When::First(calls), fault);
    }

    /// Fails each call of an operation whose number is a multiple of `calls`, until
    /// [`stop_failing`](Self::stop_failing).
    ///
    /// # Panics
    ///
    /// As [`fail`](Self::fail), and if the number is 0.
    #[track_caller]
    pub fn fail_every(&self, operation: &str, calls: u64, fault: Fault) {
        assert!(calls > 0, "there is no call number 0");
        self.add_rule(operation, When::Every(calls), fault);
    }

    /// Fails a share of the calls of an operation, from 0.0 to 1.0, until
    /// [`stop_failing`](Self::stop_failing). Which calls, by their number, follows from the seed.
    ///
    /// # Panics
    ///
    /// As [`fail`](Self::fail).
    #[track_caller]
    pub fn fail_share(&self, operation: &str, share: f64, seed: u64, fault: Fault) {
        self.add_rule(operation, When::share(share, seed), fault);
    }

    /// Fails as a text says, in the form of the program's option `--fail`: `OPERATION=FAULT[:WHEN]`.
    ///
    /// FAULT is a [`Fault`] [in words](Fault#impl-FromStr-for-Fault). WHEN is a number of calls,
    /// `every-N`, `share-0.05` or with a seed `share-0.05-7`; without it, it is the next call. If a
    /// header has a colon in its value, WHEN has to be there.
    ///
    /// ```
    /// use yourgpt_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::start()?;
    /// sandbox.fail_by_text("sendMessage=refusal-429+retry-after=2:every-3")?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the text is not understood, or the contract has no operation of this name.
    pub fn fail_by_text(&self, text: &str) -> Result<(), ParseFaultError> {
        self.service.add_rule(text.parse()?)
    }

    #[track_caller]
    fn add_rule(&self, operation: &str, when: When, fault: Fault) {
        let added = self.service.add_rule(Rule::new(operation, when, fault));
        if let Err(error) = added {
            panic!("{error}");
        }
    }

    /// Takes back all faults.
    pub fn stop_failing(&self) {
        self.service.stop_failing();
    }

    /// The requests of an operation that arrived, in their order; of all operations with `"*"`. Only
    /// the newest 100,000 are kept, and of these only as many as have 64 MiB of bodies and answers.
    ///
    /// ```
    /// use yourgpt_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::start()?;
    /// sandbox.project()?.create_contact_tag("press")?;
    /// let received = sandbox.received("createContactTag");
    /// assert_eq!(received.len(), 1);
    /// assert_eq!(received[0].body["name"], "press");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn received(&self, operation: &str) -> Vec<Received> {
        self.service.received(operation)
    }

    /// Writes a line for each request from now on, as [`Received`] is displayed. That a line cannot be
    /// written is ignored.
    pub fn log_to(&self, writer: impl Write + Send + 'static) {
        self.service.log_to(Box::new(writer));
    }

    /// Plays an operator, who says something in a conversation and answers it from then on.
    ///
    /// ```
    /// use yourgpt::SendMessage;
    /// use yourgpt_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::start()?;
    /// let mut conversation = sandbox.widget()?.open_conversation()?;
    /// conversation.ask(SendMessage::REQUEST_OPERATOR)?;
    /// sandbox.operator_says(conversation.session_uid(), "Good morning!");
    /// let news = conversation.new_messages()?;
    /// assert_eq!(news[0].message.as_deref(), Some("Good morning!"));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If there is no such conversation.
    pub fn operator_says(&self, session_uid: impl Into<SessionUid>, text: &str) {
        let uid = session_uid.into().to_string();
        let is_there = self.service.operator_says(&uid, text);
        assert!(is_there, "there is no conversation {uid:?}");
    }

    /// Moves the clock forward, whether it stands still or runs.
    ///
    /// If it [stands still](SandboxBuilder::clock_at), training takes a minute; otherwise it is
    /// completed when getTrainingStatus was asked three times. An invitation is open for seven days,
    /// and the seeded one for ever.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use yourgpt::TrainingState;
    /// use yourgpt_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().clock_at(SystemTime::UNIX_EPOCH).start()?;
    /// let project = sandbox.project()?;
    /// sandbox.teach("Is there tea?", "Yes.");
    /// let training = project.get_training_status()?;
    /// assert_ne!(training.status, Some(TrainingState::Completed));
    /// sandbox.advance(Duration::from_secs(60));
    /// let training = project.get_training_status()?;
    /// assert_eq!(training.status, Some(TrainingState::Completed));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn advance(&self, time: Duration) {
        self.service.advance(time);
    }

    /// Everything that the sandbox remembers, in the shape that [`SandboxBuilder::world`] takes. The
    /// same world has the same snapshot.
    ///
    /// ```
    /// use yourgpt_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::start()?;
    /// let before = sandbox.snapshot();
    /// sandbox.project()?.create_contact_tag("press")?;
    /// let after = sandbox.snapshot();
    /// let tags = |world: &serde_json::Value| world["projects"][0]["contact_tags"].clone();
    /// assert_eq!(tags(&after).as_array().map(Vec::len), Some(4));
    ///
    /// let again = Sandbox::builder().world(before.clone()).start()?;
    /// assert_eq!(again.snapshot(), before);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn snapshot(&self) -> Value {
        self.service.snapshot()
    }

    /// Teaches the project [`PROJECT_UID`] the answer to a question, as createProjectText would.
    pub fn teach(&self, question: &str, answer: &str) {
        self.service.teach(question, answer);
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Sandbox")
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}
