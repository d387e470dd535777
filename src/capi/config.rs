//! The configuration of a C client. A key that is not known is refused, because it may be a misspelt
//! timeout that the caller relies on.

#![forbid(unsafe_code)]

use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use super::handle::Handle;
use crate::client::{ApiKey, ApiToken, Client, ClientBuilder, Scope};
use crate::error::{Error, Result};
use crate::transport::{BodyFormat, RetryPolicy};

const TEXT: &str = "a string";
const ABOVE_ZERO: &str = "a whole number above zero";
const FORMATS: &str = "json_or_form, json or form";
const UP_TO_32_BITS: &str = "a whole number of at most 32 bits";

#[derive(Default)]
struct Config {
    api_token: Option<String>,
    project_uid: Option<String>,
    api_key: Option<String>,
    widget_uid: Option<String>,
    base_url: Option<String>,
    project_base_url: Option<String>,
    organization_base_url: Option<String>,
    timeout_ms: Option<NonZeroU64>,
    connect_timeout_ms: Option<NonZeroU64>,
    refusal_timeout_ms: Option<NonZeroU64>,
    deadline_ms: Option<NonZeroU64>,
    max_retries: Option<u32>,
    max_response_bytes: Option<NonZeroU64>,
    allow_http: Option<bool>,
    body_format: Option<Format>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    JsonOrForm,
    Json,
    Form,
}

/// Makes the client that a configuration describes.
pub(crate) fn make_client(json: &[u8]) -> Result<Handle> {
    let config = parse(json)
        .map_err(|problem| Error::configuration(format!("the configuration {problem}")))?;
    config.make_client()
}

/// Reads the configuration, or says what is wrong with it. The problem never repeats the text,
/// because a credential may be anywhere in it.
fn parse(json: &[u8]) -> std::result::Result<Config, String> {
    let json = std::str::from_utf8(json).map_err(|_| "is not UTF-8")?;
    if !json.trim_start().starts_with('{') {
        return Err("is not a JSON object".into());
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    (&mut deserializer)
        .deserialize_map(ConfigVisitor)
        .and_then(|config| deserializer.end().map(|()| config))
        .map_err(|error| {
            if error.is_data() {
                error.to_string()
            } else {
                format!("is not valid JSON: {error}")
            }
        })
}

struct ConfigVisitor;

impl<'de> Visitor<'de> for ConfigVisitor {
    type Value = Config;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Config, A::Error> {
        let mut config = Config::default();
        while let Some(key) = map.next_key::<String>()? {
            let (key, map) = (&*key, &mut map);
            match key {
                "api_token" => read(map, &mut config.api_token, key, TEXT)?,
                "project_uid" => read(map, &mut config.project_uid, key, TEXT)?,
                "api_key" => read(map, &mut config.api_key, key, TEXT)?,
                "widget_uid" => read(map, &mut config.widget_uid, key, TEXT)?,
                "base_url" => read(map, &mut config.base_url, key, TEXT)?,
                "project_base_url" => read(map, &mut config.project_base_url, key, TEXT)?,
                "organization_base_url" => {
                    read(map, &mut config.organization_base_url, key, TEXT)?;
                }
                "timeout_ms" => read(map, &mut config.timeout_ms, key, ABOVE_ZERO)?,
                "connect_timeout_ms" => {
                    read(map, &mut config.connect_timeout_ms, key, ABOVE_ZERO)?;
                }
                "refusal_timeout_ms" => {
                    read(map, &mut config.refusal_timeout_ms, key, ABOVE_ZERO)?;
                }
                "deadline_ms" => read(map, &mut config.deadline_ms, key, ABOVE_ZERO)?,
                "max_retries" => {
                    read(map, &mut config.max_retries, key, UP_TO_32_BITS)?;
                }
                "max_response_bytes" => {
                    read(map, &mut config.max_response_bytes, key, ABOVE_ZERO)?;
                }
                "body_format" => {
                    read(map, &mut config.body_format, key, FORMATS)?;
                }
                "allow_http" => read(map, &mut config.allow_http, key, "true or false")?,
                _ => return Err(A::Error::custom("has a key that is not in yourgpt.h")),
            }
        }
        Ok(config)
    }
}

fn read<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    map: &mut A,
    value: &mut Option<T>,
    key: &str,
    expected: &str,
) -> std::result::Result<(), A::Error> {
    if value.is_some() {
        return Err(A::Error::custom(format!("has {key} twice")));
    }
    let problem = |_| A::Error::custom(format!("has a value of {key} that is not {expected}"));
    *value = Some(map.next_value().map_err(problem)?);
    Ok(())
}

impl Config {
    fn make_client(mut self) -> Result<Handle> {
        let refuse = |problem| Err(Error::configuration(problem));
        match (self.api_token.take(), self.api_key.take()) {
            (None, None) => refuse("the configuration has no credential: api_token or api_key"),
            (Some(_), Some(_)) => {
                refuse("the configuration has two credentials: either api_token or api_key")
            }
            (Some(_), None) if self.widget_uid.is_some() => {
                refuse("the configuration has a widget_uid, which goes with api_key only")
            }
            (None, Some(_)) if self.project_uid.is_some() => {
                refuse("the configuration has a project_uid, which goes with api_token only")
            }
            (Some(token), None) => {
                let token = ApiToken::checked(token, "api_token", "api_key")?;
                let client = self.apply_to(Client::builder(token)).build()?;
                Ok(match self.project_uid {
                    Some(project_uid) => Handle::Project(client.project(project_uid)),
                    None => Handle::Organization(client),
                })
            }
            (None, Some(key)) => {
                let key = ApiKey::checked(key, "api_key", "api_token")?;
                let client = self.apply_to(Client::builder_with_api_key(key)).build()?;
                Ok(Handle::Integration(match self.widget_uid {
                    Some(widget_uid) => client.widget(widget_uid),
                    None => client,
                }))
            }
        }
    }

    /// Gives the builder what the configuration has; the builder knows the defaults.
    fn apply_to<S: Scope>(&mut self, mut builder: ClientBuilder<S>) -> ClientBuilder<S> {
        let millis = |time: NonZeroU64| Duration::from_millis(time.get());
        if let Some(url) = self.base_url.take() {
            builder = builder.base_url(url);
        }
        if let Some(url) = self.project_base_url.take() {
            builder = builder.project_base_url(url);
        }
        if let Some(url) = self.organization_base_url.take() {
            builder = builder.organization_base_url(url);
        }
        if let Some(time) = self.timeout_ms {
            builder = builder.timeout(millis(time));
        }
        if let Some(time) = self.connect_timeout_ms {
            builder = builder.connect_timeout(millis(time));
        }
        if let Some(time) = self.refusal_timeout_ms {
            builder = builder.refusal_timeout(millis(time));
        }
        if let Some(time) = self.deadline_ms {
            builder = builder.deadline(millis(time));
        }
        if let Some(retries) = self.max_retries {
            builder = builder.retries(RetryPolicy::default().max_retries(retries));
        }
        if let Some(bytes) = self.max_response_bytes {
            builder = builder.max_response_bytes(bytes.get());
        }
        if let Some(format) = self.body_format.take() {
            builder = builder.body_format(match format {
                Format::JsonOrForm => BodyFormat::JsonOrForm,
                Format::Json => BodyFormat::Json,
                Format::Form => BodyFormat::Form,
            });
        }
        if let Some(allow) = self.allow_http {
            builder = builder.allow_http(allow);
        }
        builder
    }
}
