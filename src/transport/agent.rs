//! ureq's agent: the library's own, or the caller's if it meets the requirements.

use std::time::Duration;

use ureq::config::{AutoHeaderValue, Config};
use ureq::http::Uri;
use ureq::{Agent, Proxy, ProxyProtocol};

use super::{MAX_IDLE_CONNECTIONS, Settings};
use crate::error::{Error, Result};

/// Longer timeouts overflow the type in which ureq counts time.
pub(super) const MAX_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Sets the rules that hold for every request, on the builder of an agent or of a request. (A macro,
/// because the trait that ureq's two builders have in common is private.)
macro_rules! configured {
    ($builder:expr, $connect_timeout:expr, $timeout:expr) => {{
        let at_most = |time: Duration| Some(time.min($crate::transport::agent::MAX_TIMEOUT));
        $builder
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(at_most($timeout))
            .timeout_resolve(at_most($connect_timeout))
            .timeout_connect(at_most($connect_timeout))
            .timeout_per_call(None)
            .timeout_per_read(None)
            .timeout_per_write(None)
            .timeout_send_request(None)
            .timeout_send_body(None)
            .timeout_recv_response(None)
            .timeout_recv_body(None)
            .accept_encoding(ureq::config::AutoHeaderValue::Default)
    }};
}
pub(super) use configured;

/// The caller's agent, or the library's own. Refuses one that needs what is not compiled in.
pub(super) fn checked(callers: Option<Agent>, settings: &Settings) -> Result<Agent> {
    let (agent, proxy_name) = match callers {
        Some(agent) => (agent, "the agent's proxy"),
        None => own(settings)?,
    };
    check(&agent, proxy_name, settings)?;
    Ok(agent)
}

/// An agent, and the name of where its proxy is set.
fn own(settings: &Settings) -> Result<(Agent, &'static str)> {
    let is_local = settings.project.is_loopback() && settings.organization.is_loopback();
    let proxy = if is_local {
        None
    } else {
        settings.proxy.find()?
    };
    let (name, proxy) = proxy.unzip();
    let builder = Agent::config_builder()
        .proxy(proxy)
        .max_idle_connections(MAX_IDLE_CONNECTIONS)
        .max_idle_connections_per_host(MAX_IDLE_CONNECTIONS);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let builder = builder.tls_config(tls(settings.root_certificates_file.as_deref())?);
    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    if settings.root_certificates_file.is_some() {
        return Err(Error::configuration("root_certificates_file needs TLS"));
    }
    let config = configured!(builder, settings.connect_timeout, settings.timeout).build();
    Ok((with_config(config), name.unwrap_or_default()))
}

/// An agent with the proxy and the TLS settings of another, and nothing else of it. An upload cannot
/// always be sent again, so it does not risk a connection that was kept.
pub(super) fn for_uploads(agent: &Agent, connect_timeout: Duration) -> Agent {
    let builder = Agent::config_builder()
        .proxy(agent.config().proxy().cloned())
        .max_idle_connections(0);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let builder = builder.tls_config(agent.config().tls_config().clone());
    let config = configured!(builder, connect_timeout, MAX_TIMEOUT)
        .user_agent(AutoHeaderValue::None)
        .accept(AutoHeaderValue::None)
        .accept_encoding(AutoHeaderValue::None)
        .build();
    with_config(config)
}

fn with_config(config: Config) -> Agent {
    #[cfg(feature = "low-latency")]
    let agent = super::unversioned::agent(config);
    #[cfg(not(feature = "low-latency"))]
    let agent = config.new_agent();
    agent
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn tls(root_certificates_file: Option<&str>) -> Result<ureq::tls::TlsConfig> {
    use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

    let bundled = cfg!(feature = "rustls") && !cfg!(feature = "platform-verifier");
    let roots = match root_certificates_file {
        Some(path) => RootCerts::new_with_certs(&certificates(path)?),
        None if bundled => RootCerts::WebPki,
        None => RootCerts::PlatformVerifier,
    };
    Ok(TlsConfig::builder()
        .provider(if cfg!(feature = "rustls") {
            TlsProvider::Rustls
        } else {
            TlsProvider::NativeTls
        })
        .root_certs(roots)
        .build())
}

/// The certificates in a file. The error does not repeat the path, which may be a credential in the
/// wrong place.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn certificates(path: &str) -> Result<Vec<ureq::tls::Certificate<'static>>> {
    use ureq::tls::{PemItem, parse_pem};

    let refuse = |problem: &str| Error::configuration(format!("root_certificates_file {problem}"));
    let pem = std::fs::read(path).map_err(|error| refuse(&format!("cannot be read: {error}")))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) =
            item.map_err(|error| refuse(&format!("is not PEM: {error}")))?
        {
            certificates.push(certificate);
        }
    }
    match certificates.is_empty() {
        true => Err(refuse("has no certificate")),
        false => Ok(certificates),
    }
}

/// Refuses what would make ureq panic, or what it would silently ignore, when it connects.
fn check(agent: &Agent, proxy_name: &str, settings: &Settings) -> Result<()> {
    let endpoints = [&settings.project, &settings.organization];
    let proxy = agent.config().proxy().filter(|proxy| {
        endpoints.iter().any(|endpoint| {
            let uri = Uri::try_from(endpoint.prefix());
            !endpoint.is_loopback() && !uri.is_ok_and(|uri| proxy.is_no_proxy(&uri))
        })
    });
    let config = agent.config();
    if config.input_buffer_size() == 0 || config.output_buffer_size() == 0 {
        return Err(Error::configuration(
            "the size of the agent's input or output buffer is zero",
        ));
    }
    if config.https_only() && !endpoints.iter().all(|endpoint| endpoint.is_https()) {
        return Err(Error::configuration(
            "the agent speaks https alone, and the base URL is plain http",
        ));
    }
    if endpoints.iter().any(|endpoint| endpoint.is_https()) {
        check_tls(agent)?;
    }
    match proxy.map(Proxy::protocol) {
        None | Some(ProxyProtocol::Http) => Ok(()),
        Some(ProxyProtocol::Https) => {
            check_tls(agent).map_err(|error| Error::configuration(format!("{proxy_name}: {error}")))
        }
        Some(_) if cfg!(feature = "socks-proxy") => Ok(()),
        Some(_) => Err(Error::configuration(format!(
            "{proxy_name} is a SOCKS proxy: enable the feature socks-proxy of yourgpt"
        ))),
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn check_tls(agent: &Agent) -> Result<()> {
    use ureq::tls::{RootCerts, TlsProvider};

    let tls = agent.config().tls_config();
    let problem = match (tls.provider(), tls.root_certs()) {
        (TlsProvider::Rustls, _) if cfg!(not(feature = "rustls")) => {
            "the agent's TLS provider is rustls: enable the feature rustls of yourgpt"
        }
        (TlsProvider::NativeTls, _) if cfg!(not(feature = "native-tls")) => {
            "the agent's TLS provider is native-tls: enable the feature native-tls of yourgpt"
        }
        (TlsProvider::Rustls, RootCerts::PlatformVerifier)
            if cfg!(not(feature = "platform-verifier")) =>
        {
            "the agent trusts the system's roots: enable the feature platform-verifier of yourgpt"
        }
        (TlsProvider::NativeTls, RootCerts::WebPki) => {
            "the agent's native-tls has no bundled roots: give it RootCerts::PlatformVerifier"
        }
        _ => return Ok(()),
    };
    Err(Error::configuration(problem))
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
fn check_tls(_agent: &Agent) -> Result<()> {
    Err(Error::configuration(
        "https needs TLS: enable the feature rustls, platform-verifier or native-tls of yourgpt",
    ))
}
