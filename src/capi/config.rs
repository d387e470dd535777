//! The configuration of a C client. A key that is not known is refused, because it may be a
//! misspelt timeout that the caller relies on.

use std::num::NonZeroU64;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::handle::{AnyClient, Handle};
use super::listeners::Listeners;
use crate::client::{ApiKey, ApiToken, Client, ClientBuilder, Integration, Organization, Scope};
use crate::error::{Error, Result};
use crate::transport::{BodyFormat, ProxyChoice, RetryPolicy};
use crate::wire::form;

/// Declares the configuration. Each key has the type of its JSON value, words for what the value
/// must be, and how it is set on a builder. `make_client` uses the keys that are not set there.
macro_rules! config {
    ($($key:ident: $type:ty = $expected:expr $(, |$builder:ident, $value:ident| $set:expr)?;)+) => {
        #[derive(Default)]
        struct Config {
            $($key: Option<$type>,)+
        }

        impl Config {
            const KEYS: &[&str] = &[$(stringify!($key)),+];

            fn read(&mut self, key: &str, value: &RawValue) -> std::result::Result<(), String> {
                match key {
                    $(stringify!($key) => read(&mut self.$key, value, key, $expected),)+
                    _ => Ok(()),
                }
            }

            /// Gives the builder what the configuration has; the builder knows the defaults.
            fn apply_to<S: Scope>(&mut self, mut builder: ClientBuilder<S>) -> ClientBuilder<S> {
                $($(if let Some($value) = self.$key.take() {
                    let $builder = builder;
                    builder = $set;
                })?)+
                builder
            }
        }
    };
}

const TEXT: &str = "a string";
const FLAG: &str = "true or false";
const ABOVE_ZERO: &str = "a whole number above zero";

config! {
    api_token: String = TEXT;
    project_uid: String = TEXT;
    api_key: String = TEXT;
    widget_uid: String = TEXT;
    base_url: String = TEXT, |builder, url| builder.base_url(url);
    project_base_url: String = TEXT, |builder, url| builder.project_base_url(url);
    organization_base_url: String = TEXT, |builder, url| builder.organization_base_url(url);
    timeout_ms: NonZeroU64 = ABOVE_ZERO, |builder, time| builder.timeout(millis(time));
    connect_timeout_ms: NonZeroU64 = ABOVE_ZERO,
        |builder, time| builder.connect_timeout(millis(time));
    refusal_timeout_ms: NonZeroU64 = ABOVE_ZERO,
        |builder, time| builder.refusal_timeout(millis(time));
    deadline_ms: NonZeroU64 = ABOVE_ZERO, |builder, time| builder.deadline(millis(time));
    max_retries: u32 = "a whole number of at most 32 bits",
        |builder, retries| builder.retries(RetryPolicy::default().max_retries(retries));
    max_response_bytes: NonZeroU64 = ABOVE_ZERO,
        |builder, bytes| builder.max_response_bytes(bytes.get());
    body_format: Format = "json_or_form, json or form",
        |builder, format| builder.body_format(format.into());
    allow_http: bool = FLAG, |builder, allow| builder.allow_http(allow);
    proxy: String = TEXT, |builder, proxy| builder.proxy(match &*proxy {
        "none" => ProxyChoice::None,
        _ => ProxyChoice::Url(proxy),
    });
    root_certificates_file: String = TEXT, |builder, path| builder.root_certificates_file(path);
    user_agent_suffix: String = TEXT, |builder, suffix| builder.user_agent_suffix(suffix);
    large_numbers_as_strings: bool = FLAG;
}

fn millis(time: NonZeroU64) -> Duration {
    Duration::from_millis(time.get())
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    JsonOrForm,
    Json,
    Form,
}

impl From<Format> for BodyFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::JsonOrForm => BodyFormat::JsonOrForm,
            Format::Json => BodyFormat::Json,
            Format::Form => BodyFormat::Form,
        }
    }
}

/// The keys that a derived client may have.
const DERIVED_KEYS: &[&str] = &[
    "timeout_ms",
    "deadline_ms",
    "max_retries",
    "project_uid",
    "widget_uid",
];

/// Makes the client that a configuration describes.
pub(super) fn make_client(json: &[u8]) -> Result<Handle> {
    let mut config = read_config(json, Config::KEYS)?;
    let quotes = config.large_numbers_as_strings.unwrap_or_default();
    let listeners = Listeners::default();
    let client = match (config.api_token.take(), config.api_key.take()) {
        (None, None) => Err(Error::configuration(
            "the configuration has no credential: api_token or api_key",
        )),
        (Some(_), Some(_)) => Err(Error::configuration(
            "the configuration has two credentials: either api_token or api_key",
        )),
        (Some(token), None) => {
            let token = ApiToken::checked(token, "api_token", "api_key")?;
            let builder = listeners.listen_to(Client::builder(token));
            let client = config.apply_to(builder).build()?;
            config.name_project(client)
        }
        (None, Some(key)) => {
            let key = ApiKey::checked(key, "api_key", "api_token")?;
            let builder = listeners.listen_to(Client::builder_with_api_key(key));
            let client = config.apply_to(builder).build()?;
            config.name_widget(client)
        }
    }?;
    Ok(Handle::new(client, quotes, listeners))
}

/// Makes a client that shares the connections of another, and has what the configuration changes.
pub(super) fn derive_client(from: &Handle, json: &[u8]) -> Result<Handle> {
    let config = read_config(json, DERIVED_KEYS)?;
    let client = match &from.shared {
        AnyClient::Organization(client) => config.name_project(config.limit(client)),
        AnyClient::Integration(client) => config.name_widget(config.limit(client)),
        AnyClient::Project(client) => {
            let client = config.limit(client);
            match config.project_uid {
                None => config.refuse_widget(AnyClient::Project(client)),
                Some(_) => config.name_project(client.organization()),
            }
        }
    }?;
    Ok(Handle::new(client, from.quotes, from.listeners.clone()))
}

fn read_config(json: &[u8], keys: &'static [&'static str]) -> Result<Config> {
    parse(json, keys)
        .map_err(|problem| Error::configuration(format!("the configuration {problem}")))
}

/// Reads the configuration, or says what is wrong with it. The problem never repeats the text,
/// because a credential may be anywhere in it.
fn parse(json: &[u8], keys: &'static [&'static str]) -> std::result::Result<Config, String> {
    let json = std::str::from_utf8(json).map_err(|_| "is not UTF-8")?;
    if !json.trim_start().starts_with('{') {
        return Err("is not a JSON object".into());
    }
    let fields =
        form::fields(json.as_bytes()).map_err(|error| format!("is not valid JSON: {error}"))?;
    let mut config = Config::default();
    for (number, (key, value)) in (1..).zip(fields) {
        if !Config::KEYS.contains(&&*key) {
            let problem = "has a key that is not in yourgpt.h";
            return Err(format!("{problem}: number {number} of its keys"));
        }
        if !keys.contains(&&*key) {
            return Err(format!(
                "has the key {key}, which only yourgpt_client_new takes"
            ));
        }
        config.read(&key, value)?;
    }
    Ok(config)
}

fn read<'de, T: Deserialize<'de>>(
    place: &mut Option<T>,
    value: &'de RawValue,
    key: &str,
    expected: &str,
) -> std::result::Result<(), String> {
    if place.is_some() {
        return Err(format!("has {key} twice"));
    }
    let read = serde_json::from_slice(value.get().as_bytes());
    *place = Some(read.map_err(|_| format!("has a value of {key} that is not {expected}"))?);
    Ok(())
}

impl Config {
    /// A handle of the client with the limits that the configuration has.
    fn limit<S: Scope>(&self, client: &Client<S>) -> Client<S> {
        let mut client = client.clone();
        if let Some(time) = self.timeout_ms {
            client = client.with_timeout(millis(time));
        }
        if let Some(time) = self.deadline_ms {
            client = client.with_deadline(millis(time));
        }
        if let Some(retries) = self.max_retries {
            client = client.with_retries(RetryPolicy::default().max_retries(retries));
        }
        client
    }

    fn name_project(&self, client: Client<Organization>) -> Result<AnyClient> {
        let client = match &self.project_uid {
            Some(project_uid) => AnyClient::Project(client.project(project_uid)),
            None => AnyClient::Organization(client),
        };
        self.refuse_widget(client)
    }

    fn name_widget(&self, client: Client<Integration>) -> Result<AnyClient> {
        if self.project_uid.is_some() {
            return Err(Error::configuration(
                "the configuration has a project_uid, which goes with api_token only",
            ));
        }
        Ok(AnyClient::Integration(match &self.widget_uid {
            Some(widget_uid) => client.widget(widget_uid),
            None => client,
        }))
    }

    fn refuse_widget(&self, client: AnyClient) -> Result<AnyClient> {
        match self.widget_uid {
            None => Ok(client),
            Some(_) => Err(Error::configuration(
                "the configuration has a widget_uid, which goes with api_key only",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The keys that the header lists for a function.
    fn listed(start: &str, end: &str) -> BTreeSet<&'static str> {
        let header = include_str!("../../include/yourgpt.h");
        let (_, list) = header.split_once(start).unwrap();
        let (list, _) = list.split_once(end).unwrap();
        let keys = list.lines().filter_map(|line| {
            let entry = line.strip_prefix(" *                \"")?;
            entry.split_once("\" ").map(|(key, _)| key)
        });
        keys.collect()
    }

    #[test]
    fn the_header_lists_the_keys_of_the_code_and_no_others() {
        let keys = |keys: &[&'static str]| keys.iter().copied().collect::<BTreeSet<_>>();
        let of_new = listed(" * config_json  ", " * client  ");
        assert_eq!(of_new, keys(Config::KEYS));
        let of_with = listed("/* Makes a client that shares", " * other  ");
        assert_eq!(of_with, keys(DERIVED_KEYS));
    }
}
