//! The proxy that the environment or the caller names.

use ureq::Proxy;

use super::endpoint::host_of;
use crate::environment;
use crate::error::{Error, Result};

/// Where a client takes its proxy from.
#[derive(Default)]
pub(crate) enum ProxyChoice {
    #[default]
    Environment,
    #[cfg(feature = "capi")]
    None,
    #[cfg(feature = "capi")]
    Url(String),
}

impl ProxyChoice {
    /// The proxy, and what to call it.
    pub(super) fn find(&self) -> Result<Option<(&'static str, Proxy)>> {
        match self {
            Self::Environment => from_env(),
            #[cfg(feature = "capi")]
            Self::None => Ok(None),
            #[cfg(feature = "capi")]
            Self::Url(url) => named("proxy", url, "").map(Some),
        }
    }
}

/// In the order in which ureq reads them.
const VARIABLES: [&str; 6] = [
    "ALL_PROXY",
    "all_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
];

/// The proxy that the first variable with a value names, and that variable.
///
/// Left to itself, ureq passes over a value that it cannot use, and white space in `NO_PROXY` hides
/// an entry from it: both would send a request another way than the user asked for.
fn from_env() -> Result<Option<(&'static str, Proxy)>> {
    for variable in VARIABLES {
        if let Some(url) = environment::optional::<String>(variable)? {
            return named(variable, &url, &no_proxy()?).map(Some);
        }
    }
    Ok(None)
}

/// The proxy with this URL, or an error that names where the URL is set.
fn named(name: &'static str, url: &str, no_proxy: &str) -> Result<(&'static str, Proxy)> {
    let proxy = read(url, no_proxy).ok_or_else(|| {
        // The value may hold a password, so the message does not repeat it.
        Error::configuration(format!(
            "{name} is not the URL of a proxy, such as http://proxy.example.com:3128"
        ))
    })?;
    Ok((name, proxy))
}

fn no_proxy() -> Result<String> {
    let list = match environment::optional("NO_PROXY")? {
        Some(list) => Some(list),
        None => environment::optional("no_proxy")?,
    };
    Ok(list.unwrap_or_default())
}

fn read(url: &str, no_proxy: &str) -> Option<Proxy> {
    let proxy = Proxy::new(url).ok()?;
    let authority = proxy.uri().authority()?.as_str();
    // ureq takes the default port if what is given is not a port.
    host_of(authority.rsplit('@').next()?)?;
    let mut builder = Proxy::builder(proxy.protocol())
        .host(proxy.host())
        .port(proxy.port());
    if let Some(name) = proxy.username() {
        builder = builder.username(name);
    }
    if let Some(password) = proxy.password() {
        builder = builder.password(password);
    }
    let entries = no_proxy.split(',').map(str::trim);
    entries
        .fold(builder, |builder, entry| builder.no_proxy(entry))
        .build()
        .ok()
}
