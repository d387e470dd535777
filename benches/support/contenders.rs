//! The same call, made with the library, with ureq and serde by hand, and over a socket by hand; and
//! ureq's own part of it.

use std::error::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ureq::Agent;
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use ureq::http::{HeaderName, Uri};
use yourgpt::{ApiToken, Client, Contact, GetAllContacts, Project};

use super::http;

pub const YOURGPT: &str = "yourgpt";
pub const UREQ: &str = "ureq by hand";
pub const UREQ_ALONE: &str = "ureq alone";
pub const RAW: &str = "raw socket";

pub const TOKEN: &str = "api-v1-0123456789abcdef0123456789abcdef";
pub const PROJECT_UID: &str = "5f0d9c1e-7a52-4c7e-9d06-0a1b2c3d4e5f";
pub const PATH: &str = "/chatbot/v1/getAllContacts";
/// As long as the library's own.
pub const AGENT: &str = "by-hand/0.1.0";

pub const TIMEOUT: Duration = Duration::from_secs(120);
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The rows of a page, and how many there are on all pages.
pub type Page = (Vec<Contact>, Option<u64>);

pub fn check(page: Result<Page>, rows: u32) {
    let (contacts, total) = page.expect("a page");
    assert_eq!(contacts.len() as u64, u64::from(rows));
    assert_eq!(total, Some(rows.into()));
}

pub fn client(url: &str) -> Result<Client<Project>> {
    let client = Client::builder(ApiToken::new(TOKEN)?)
        .base_url(url)
        // Names of this machine only.
        .allow_http(true)
        .build()?;
    Ok(client.project(PROJECT_UID))
}

pub fn yourgpt(client: &Client<Project>, limit: u32) -> Result<Page> {
    let request = GetAllContacts::new().page(1).limit(limit);
    let page = client.get_all_contacts(&request)?;
    Ok((page.items, page.total))
}

#[derive(Serialize, Deserialize)]
pub struct Request<'a> {
    pub page: u64,
    pub limit: u64,
    #[serde(skip_deserializing)]
    project_uid: &'a str,
}

/// The body of the request, as everybody writes it.
pub fn body(limit: u32) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(&Request {
        page: 1,
        limit: limit.into(),
        project_uid: PROJECT_UID,
    })?)
}

#[derive(Deserialize)]
struct Envelope {
    r#type: String,
    message: Option<String>,
    total: Option<u64>,
    data: Option<Vec<Contact>>,
}

/// Reads the answer, as everybody does who does so by hand.
pub fn decode(body: &[u8]) -> Result<Page> {
    let envelope: Envelope = serde_json::from_slice(body)?;
    match envelope.data {
        Some(data) if envelope.r#type == "RXSUCCESS" => Ok((data, envelope.total)),
        _ => Err(envelope.message.unwrap_or_default().into()),
    }
}

/// ureq as one would use it with care: one agent, and nothing done for each call that could be
/// done once, except what reads better so.
pub struct ByHand {
    agent: Agent,
    url: String,
    authorization: String,
}

impl ByHand {
    pub fn new(url: &str) -> Self {
        Self {
            agent: agent(),
            url: url.to_owned(),
            authorization: format!("Bearer {TOKEN}"),
        }
    }

    pub fn call(&self, limit: u32) -> Result<Page> {
        let mut response = self
            .agent
            .post(format!("{}{PATH}", self.url))
            .header(AUTHORIZATION, &self.authorization)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, AGENT)
            .send(&body(limit)?)?;
        let body = response.body_mut().read_to_vec()?;
        if !response.status().is_success() {
            return Err(response.status().to_string().into());
        }
        decode(&body)
    }
}

/// An agent that is set up as the library sets up its own.
pub fn agent() -> Agent {
    Agent::config_builder()
        .max_idle_connections(64)
        .max_idle_connections_per_host(64)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(TIMEOUT))
        .timeout_resolve(Some(CONNECT_TIMEOUT))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .build()
        .new_agent()
}

/// The exchange with all made beforehand that can be, and the answer thrown away: ureq's own part
/// of a call.
pub struct Bare {
    agent: Agent,
    uri: Uri,
    headers: [(HeaderName, HeaderValue); 4],
    body: Vec<u8>,
}

impl Bare {
    pub fn without_timeouts(url: &str, rows: u32) -> Result<Self> {
        Self::new(Agent::new_with_defaults(), url, rows)
    }

    pub fn new(agent: Agent, url: &str, rows: u32) -> Result<Self> {
        let json = HeaderValue::from_static("application/json");
        Ok(Self {
            agent,
            uri: format!("{url}{PATH}").parse()?,
            headers: [
                (AUTHORIZATION, format!("Bearer {TOKEN}").parse()?),
                (CONTENT_TYPE, json.clone()),
                (ACCEPT, json),
                (USER_AGENT, HeaderValue::from_static(AGENT)),
            ],
            body: body(rows)?,
        })
    }

    pub fn call(&self) -> Result<()> {
        let mut request = self.agent.post(&self.uri);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = request.send(&self.body)?;
        let mut reader = response.body_mut().as_reader();
        while reader.read(&mut [0; 4096])? > 0 {}
        Ok(())
    }
}

/// A connection without any client: what a call costs at least.
pub struct Raw {
    stream: TcpStream,
    address: SocketAddr,
    response: Vec<u8>,
}

impl Raw {
    pub fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self {
            stream,
            address,
            response: vec![0; 64 * 1024],
        })
    }

    pub fn call(&mut self, limit: u32) -> Result<Page> {
        let request = self.request(limit)?;
        decode(self.exchange(&request)?)
    }

    pub fn request(&self, limit: u32) -> Result<Vec<u8>> {
        let body = body(limit)?;
        let mut request = format!(
            "POST {PATH} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\naccept: application/json\r\n\
             accept-encoding: gzip\r\nuser-agent: {AGENT}\r\n\r\n",
            self.address,
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(&body);
        Ok(request)
    }

    /// Sends a request, and reads the body of the response into a buffer that is kept.
    pub fn exchange(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request)?;
        let mut filled = 0;
        let (head, body) = loop {
            match self.stream.read(&mut self.response[filled..])? {
                0 => return Err("the server is gone".into()),
                read => filled += read,
            }
            if let Some(found) = http::head(&self.response[..filled]) {
                break found;
            }
        };
        let rest = &mut self.response[filled..head + body];
        self.stream.read_exact(rest)?;
        Ok(&self.response[head..head + body])
    }
}
