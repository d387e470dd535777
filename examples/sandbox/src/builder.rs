//! How a sandbox is told to behave, and what is in it at the start.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, ToSocketAddrs};
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Value, json};
use yourgpt::LimitType;

use crate::Sandbox;
use crate::body::BodyFormat;
use crate::clock::Clock;
use crate::made;
use crate::odd::Odd;
use crate::ops::Member;
use crate::seed;
use crate::server::Server;
use crate::service::Service;
use crate::state::Organization;

/// Settings for a sandbox, from [`Sandbox::builder`].
///
/// It starts with the bakery that the [crate's documentation](crate) describes, with an
/// [`empty`](Self::empty) project, or with a [`world`](Self::world) in JSON. What the other methods
/// set replaces that part of it, in the project [`PROJECT_UID`](crate::PROJECT_UID).
///
/// ```
/// use yourgpt::GetAllContacts;
/// use yourgpt_sandbox::Sandbox;
///
/// let sandbox = Sandbox::builder().contacts(1000).start()?;
/// let contacts = sandbox.project()?.items(&GetAllContacts::new());
/// assert_eq!(contacts.count(), 1000);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct SandboxBuilder {
    body_format: Option<BodyFormat>,
    seed: Option<u64>,
    odd_types: bool,
    /// `None` for the bakery.
    world: Option<Value>,
    contacts: Option<usize>,
    /// How many, and with how many messages.
    sessions: Option<(usize, usize)>,
    texts: Option<usize>,
    /// Role and token.
    members: Vec<(String, String)>,
    /// The resource, its limit, and how much of it is used.
    limits: Vec<(LimitType, u64, u64)>,
    clock: Option<SystemTime>,
    takes_control: bool,
}

/// Without the tokens of members and the world, which has tokens in it.
impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SandboxBuilder")
            .field("body_format", &self.body_format)
            .field("seed", &self.seed)
            .field("odd_types", &self.odd_types)
            .finish_non_exhaustive()
    }
}

impl SandboxBuilder {
    /// How bodies are taken where the contract allows a form. Default [`BodyFormat::Any`], and
    /// [`BodyFormat::Form`] if the sandbox is odd.
    pub fn body_format(mut self, format: BodyFormat) -> Self {
        self.body_format = Some(format);
        self
    }

    /// Answers that keep the contract's types, but look unlike its samples. The same calls with the
    /// same seed get the same answers.
    ///
    /// Identifiers and counts come as digit strings, fields under the other of their two names, as
    /// null or not at all. There are fields and words that are not published. The total of a list is
    /// beside its rows, beside `data` or missing, and the answer to a message is a list. A record's
    /// own identifier is always there.
    pub fn odd(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self.odd_types = false;
        self
    }

    /// Like [`odd`](Self::odd), and values of another type than the contract's come now and then.
    /// Never so a record's own identifier, `type` and `data` of the envelope, or the rows of a list.
    pub fn odd_types(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self.odd_types = true;
        self
    }

    /// Only the members with the known tokens, and one project with nothing in it.
    pub fn empty(self) -> Self {
        self.world(json!({}))
    }

    /// A world in JSON, in the shape of [`Sandbox::snapshot`]. It replaces the bakery.
    ///
    /// Every field may be left out. Without `members` there are those with the known tokens, and
    /// records without an id get one. Instead of a list of `contacts`, `sessions`, `messages` or
    /// `texts` there may be a number: this many are made up. The first project has the known
    /// uids and key unless it has a `uid` of its own.
    ///
    /// ```
    /// use serde_json::json;
    /// use yourgpt_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder()
    ///     .world(json!({
    ///         "clock": { "stands_at": "2026-03-01T12:00:00Z" },
    ///         "projects": [{
    ///             "name": "Shop",
    ///             "contacts": [{ "name": "Ada", "type": "lead", "tags": ["vip"] }],
    ///             "sessions": 20,
    ///             "knowledge": { "texts": [{ "short_text": "Is there tea?", "detail": "Yes." }] },
    ///             "usage": { "credits": { "cap": 100, "used": 99 } },
    ///         }],
    ///     }))
    ///     .start()?;
    /// assert_eq!(sandbox.snapshot()["projects"][0]["contacts"][0]["name"], "Ada");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn world(mut self, world: Value) -> Self {
        self.world = Some(world);
        self
    }

    /// This many contacts, with made-up names and addresses.
    pub fn contacts(mut self, number: usize) -> Self {
        self.contacts = Some(number);
        self
    }

    /// This many conversations, with this many messages in each, alternating between a visitor and the bot.
    pub fn sessions(mut self, number: usize, messages: usize) -> Self {
        self.sessions = Some((number, messages));
        self
    }

    /// A knowledge base of this many texts: the answer to "Question 7?" is "Answer 7."
    pub fn texts(mut self, number: usize) -> Self {
        self.texts = Some(number);
        self
    }

    /// One more member with this role, and the API token that [`Sandbox::with_token`] takes.
    pub fn member(mut self, role: impl Into<String>, token: impl Into<String>) -> Self {
        self.members.push((role.into(), token.into()));
        self
    }

    /// The limit of a resource, and how much of it is used.
    pub fn limit(mut self, limit_type: LimitType, limit: u64, used: u64) -> Self {
        self.limits.push((limit_type, limit, used));
        self
    }

    /// The clock stands still at this time, and moves only when [`Sandbox::advance`] says so.
    /// Without this, it is the machine's.
    pub fn clock_at(mut self, time: SystemTime) -> Self {
        self.clock = Some(time);
        self
    }

    /// Takes control requests, by which a test in another language commands it while it runs. The
    /// README of this crate says which there are. They need no credential.
    pub fn control(mut self) -> Self {
        self.takes_control = true;
        self
    }

    /// Starts the sandbox as [`Sandbox::start`] does.
    ///
    /// # Errors
    ///
    /// If the system gives no port or no thread, or if the world or a limit is not understood.
    pub fn start(self) -> io::Result<Sandbox> {
        self.start_at((Ipv4Addr::LOCALHOST, 0))
    }

    /// Starts the sandbox as [`Sandbox::start_at`] does.
    ///
    /// # Errors
    ///
    /// If the address cannot be had, for example because its port is in use, or if the world or a
    /// limit is not understood.
    pub fn start_at(self, address: impl ToSocketAddrs) -> io::Result<Sandbox> {
        let odd = self.seed.map(|seed| Odd::new(seed, self.odd_types));
        let default = match odd {
            Some(_) => BodyFormat::Form,
            None => BodyFormat::Any,
        };
        let format = self.body_format.unwrap_or(default);
        let takes_control = self.takes_control;
        let service = Service::new(self.organization()?, format, odd, takes_control);
        let service = Arc::new(service);
        let server = Server::start(address, Arc::clone(&service))?;
        Ok(Sandbox { server, service })
    }

    fn organization(self) -> io::Result<Organization> {
        let invalid = |message: String| io::Error::new(io::ErrorKind::InvalidInput, message);
        let mut organization = match self.world {
            None => seed::organization(),
            Some(world) => Organization::from_json(world)
                .map_err(|error| invalid(format!("the world is not understood: {error}")))?,
        };
        if let Some(time) = self.clock {
            organization.clock = Clock::StandsAt(time.into());
        }
        for (role, token) in self.members {
            let number = organization.members.len() + 1;
            organization.members.push(Member {
                name: format!("Member {number}"),
                email: format!("member{number}@example.com"),
                role,
                token: Some(token),
                ..Member::default()
            });
        }
        let project = &mut organization.projects[0];
        if let Some(number) = self.contacts {
            project.contacts = (1..=number).map(made::contact).collect();
        }
        if let Some((number, messages)) = self.sessions {
            let numbers = 1..=number;
            project.sessions = numbers
                .map(|number| made::session(number, messages))
                .collect();
            project.logs.clear();
        }
        if let Some(number) = self.texts {
            project.knowledge.texts = (1..=number).map(made::text).collect();
            project.count_documents();
        }
        for (limit_type, limit, used) in self.limits {
            let resource = project.usage.resource(limit_type.as_str());
            let resource = resource
                .map_err(|_| invalid(format!("there is no resource {limit_type:?} to limit")))?;
            (resource.cap, resource.used) = (Some(limit), used);
        }
        organization.complete();
        Ok(organization)
    }
}
