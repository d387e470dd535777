//! The clients that people would otherwise take.

use std::time::Duration;

use curl::easy::{Easy, List};
use reqwest::blocking::Client;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect::Policy;

use crate::support::contenders::{
    self, AGENT, CONNECT_TIMEOUT, PATH, Page, Result, TIMEOUT, TOKEN,
};

pub const REQWEST: &str = "reqwest::blocking";
pub const CURL: &str = "libcurl";

pub struct Reqwest {
    client: Client,
    url: String,
    authorization: String,
}

impl Reqwest {
    pub fn new(url: &str) -> Result<Self> {
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(AGENT)
            .build()?;
        Ok(Self {
            client,
            url: url.to_owned(),
            authorization: format!("Bearer {TOKEN}"),
        })
    }

    pub fn call(&self, limit: u32) -> Result<Page> {
        let response = self
            .client
            .post(format!("{}{PATH}", self.url))
            .header(AUTHORIZATION, &self.authorization)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .body(contenders::body(limit)?)
            .send()?
            .error_for_status()?;
        contenders::decode(&response.bytes()?)
    }
}

/// One handle, which keeps its headers and its connection.
pub struct Curl {
    easy: Easy,
    url: String,
}

impl Curl {
    pub fn new(url: &str) -> Result<Self> {
        let mut headers = List::new();
        headers.append(&format!("authorization: Bearer {TOKEN}"))?;
        headers.append("content-type: application/json")?;
        headers.append("accept: application/json")?;
        headers.append("accept-encoding: gzip")?;
        let mut easy = Easy::new();
        easy.http_headers(headers)?;
        easy.useragent(AGENT)?;
        easy.post(true)?;
        easy.timeout(TIMEOUT)?;
        easy.connect_timeout(CONNECT_TIMEOUT)?;
        easy.dns_cache_timeout(Duration::from_secs(60))?;
        Ok(Self {
            easy,
            url: url.to_owned(),
        })
    }

    pub fn call(&mut self, limit: u32) -> Result<Page> {
        self.easy.url(&format!("{}{PATH}", self.url))?;
        self.easy.post_fields_copy(&contenders::body(limit)?)?;
        let mut body = Vec::new();
        let mut transfer = self.easy.transfer();
        transfer.write_function(|part| {
            body.extend_from_slice(part);
            Ok(part.len())
        })?;
        transfer.perform()?;
        drop(transfer);
        match self.easy.response_code()? {
            200..300 => contenders::decode(&body),
            status => Err(status.to_string().into()),
        }
    }
}
