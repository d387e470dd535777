//! A builder of clients, for other settings than the defaults.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Client, Scope};
use crate::environment;
use crate::error::{Error, Result};
use crate::transport::observer::{Attempt, Observer};
use crate::transport::{
    BodyFormat, Credential, Endpoint, Limits, ProxyChoice, RetryPolicy, Settings, Transport,
};
use crate::wire::{Mismatch, MismatchPolicy};

const HOST: &str = "https://api.yourgpt.ai";
const PROJECT_PATH: &str = "/chatbot/v1";
const ORGANIZATION_PATH: &str = "/api/v1";

/// Settings for a [`Client`], from [`Client::builder`] or [`Client::builder_with_api_key`].
///
/// ```
/// use std::time::Duration;
/// use yourgpt::{ApiToken, Client, RetryPolicy};
///
/// let client = Client::builder(ApiToken::new("api-v1-0123")?)
///     .timeout(Duration::from_secs(30))
///     .deadline(Duration::from_secs(60))
///     .retries(RetryPolicy::none())
///     .user_agent_suffix("nightly-export/2.1")
///     .build()?;
/// # Ok::<_, yourgpt::Error>(())
/// ```
#[must_use]
pub struct ClientBuilder<S> {
    scope: S,
    credential: Credential,
    base_url: Option<String>,
    project_base_url: Option<String>,
    organization_base_url: Option<String>,
    allow_http: bool,
    connect_timeout: Duration,
    refusal_timeout: Duration,
    limits: Limits,
    max_response_bytes: u64,
    body_format: BodyFormat,
    user_agent_suffix: Option<String>,
    agent: Option<ureq::Agent>,
    proxy: ProxyChoice,
    root_certificates_file: Option<String>,
    observer: Option<Observer>,
    mismatches: MismatchPolicy,
}

impl<S: Scope> ClientBuilder<S> {
    pub(super) fn new(credential: Credential, scope: S) -> Self {
        Self {
            scope,
            credential,
            base_url: None,
            project_base_url: None,
            organization_base_url: None,
            allow_http: false,
            connect_timeout: Duration::from_secs(10),
            refusal_timeout: Duration::from_secs(5),
            limits: Limits {
                timeout: Duration::from_secs(120),
                deadline: None,
                retries: RetryPolicy::default(),
                cancel: None,
            },
            max_response_bytes: 32 * 1024 * 1024,
            body_format: BodyFormat::default(),
            user_agent_suffix: None,
            agent: None,
            proxy: ProxyChoice::default(),
            root_certificates_file: None,
            observer: None,
            mismatches: MismatchPolicy::default(),
        }
    }

    /// Another host for both levels, as `scheme://host[:port]`: `/chatbot/v1` and `/api/v1` are
    /// appended. Default `https://api.yourgpt.ai`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The complete prefix of the project level, before `/sendMessage`; wins over
    /// [`base_url`](Self::base_url).
    pub fn project_base_url(mut self, url: impl Into<String>) -> Self {
        self.project_base_url = Some(url.into());
        self
    }

    /// The complete prefix of the organization level, before `/getOrganizationDetail`; wins over
    /// [`base_url`](Self::base_url). (The vendor's samples print the project level's prefix here,
    /// its rule says `/api/v1`, which is the default.)
    pub fn organization_base_url(mut self, url: impl Into<String>) -> Self {
        self.organization_base_url = Some(url.into());
        self
    }

    /// Permits plain `http` to any host. The credential then crosses the network in the clear;
    /// without this, `http` is refused except to loopback.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// How long a connection may take: the name look-up, and after it connecting with TLS.
    /// Default 10 s each.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one attempt may take, from looking up the name to the last byte of the
    /// response. Default 120 s, since an agent takes its time to answer.
    ///
    /// Two things can outlast this limit and the [`deadline`](Self::deadline): a server that takes
    /// a request of more than some 100 KB bit by bit, since ureq starts the time anew with each bit
    /// that it takes; and a proxy that is slow to open a tunnel, if the client has an
    /// [`agent`](Self::agent) of yours or the feature `low-latency` is off.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = timeout;
        self
    }

    /// How long to wait for the rest of a refusal's body once its status has come. Default 5 s.
    ///
    /// The status alone says that the call failed, so a body that never ends only costs the
    /// service's message. A 503 whose body did not come counts as one that the service did not
    /// write. If the client has an [`agent`](Self::agent) of yours or the feature `low-latency` is
    /// off, a body that stops altogether is only given up when the [`timeout`](Self::timeout) ends.
    pub fn refusal_timeout(mut self, timeout: Duration) -> Self {
        self.refusal_timeout = timeout;
        self
    }

    /// How long a call may take, retries and the waits before them included. Default: no limit but
    /// those of the attempts.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.limits.deadline = Some(deadline);
        self
    }

    /// What is tried again, and when. Default: [`RetryPolicy::default`].
    pub fn retries(mut self, policy: RetryPolicy) -> Self {
        self.limits.retries = policy;
        self
    }

    /// The longest response to read, in bytes after decompression. Default 32 MiB.
    pub fn max_response_bytes(mut self, bytes: u64) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Whether the four operations that the vendor's pages show with a form are sent as JSON, as a
    /// form, or as JSON and as a form if the service itself refuses the JSON. Default
    /// [`JsonOrForm`](BodyFormat::JsonOrForm).
    ///
    /// The form is one more attempt of the same call, under the same deadline; it is made even if
    /// no retries are allowed. If the service refuses it too, and has done nothing, the first
    /// refusal is the error. The client remembers for each operation which format succeeded.
    pub fn body_format(mut self, format: BodyFormat) -> Self {
        self.body_format = format;
        self
    }

    /// Adds your program's name, for example, after `yourgpt/VERSION` in the `User-Agent`.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// A ureq agent of your own, for example with your TLS roots, proxy or resolver.
    ///
    /// The library sets its timeouts, headers, response limit and the rule that redirects are not
    /// followed on each request, instead of the agent's. The agent keeps its pool, buffers, proxy,
    /// middleware and cookies, and the feature `low-latency` does nothing for it. Unless its proxy
    /// was set, ureq took one from the [same variables](crate::guides::network#proxies), and ignored
    /// what it cannot use.
    #[doc(alias = "proxy")]
    #[doc(alias = "certificate")]
    pub fn agent(mut self, agent: ureq::Agent) -> Self {
        self.agent = Some(agent);
        self
    }

    /// Another proxy than that of the environment. (In Rust, an agent has one.)
    #[cfg(feature = "capi")]
    pub(crate) fn proxy(mut self, proxy: ProxyChoice) -> Self {
        self.proxy = proxy;
        self
    }

    /// A file of PEM certificates that are trusted instead of those built in. (In Rust, an agent has
    /// them.)
    #[cfg(feature = "capi")]
    pub(crate) fn root_certificates_file(mut self, path: String) -> Self {
        self.root_certificates_file = Some(path);
        self
    }

    /// Calls a function after each attempt, on the thread of the call, for metrics and logs. What
    /// it is told holds no credential and no body. If it panics, the call goes on.
    ///
    /// ```
    /// use yourgpt::{ApiToken, Client};
    ///
    /// let client = Client::builder(ApiToken::new("api-v1-0123")?)
    ///     .observer(|attempt| eprintln!("{} #{}: {:?}", attempt.operation, attempt.number, attempt.result))
    ///     .build()?;
    /// # Ok::<_, yourgpt::Error>(())
    /// ```
    pub fn observer(mut self, observer: impl Fn(&Attempt<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Calls a function for each value of an answer that does not fit its type and was passed over,
    /// on the thread of the call. Use it to find out why a field is missing. The function is told the
    /// place and the kind of the value, never the value. If it panics, the call goes on.
    ///
    /// A value that is null or missing is not a mismatch. Neither is a number or a flag in place of
    /// a string, which is read as its JSON text. With [`Client::call`], this holds for `total` and
    /// `message` only: the data is as strict as the type that you choose.
    ///
    /// ```
    /// # use yourgpt::{ApiToken, Client};
    /// let client = Client::builder(ApiToken::new("api-v1-0123")?)
    ///     .on_mismatch(|mismatch| eprintln!("{mismatch}"))
    ///     .build()?;
    /// # Ok::<_, yourgpt::Error>(())
    /// ```
    pub fn on_mismatch(mut self, listener: impl Fn(&Mismatch<'_>) + Send + Sync + 'static) -> Self {
        self.mismatches.listener = Some(Arc::new(listener));
        self
    }

    /// Whether an answer with a value that does not fit its type is an [`Error::Decode`], which names
    /// the first such value. Meant for tests, and for checking what the service sends. Default
    /// false: the answer is read without that value.
    pub fn strict(mut self, is_strict: bool) -> Self {
        self.mismatches.is_strict = is_strict;
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] if a base URL is not valid (no scheme, user info, a query), is plain
    /// `http` to another machine, or needs TLS or a proxy that is not compiled in; if a timeout or
    /// a size is zero; if the user agent has a character that is not visible ASCII; or if the
    /// [proxy variable](crate::guides::network#proxies) in use, or `NO_PROXY`, cannot be used.
    pub fn build(self) -> Result<Client<S>> {
        let zero = match self.limits.zero_limit() {
            Some(limit) => Some(limit),
            None if self.connect_timeout.is_zero() => Some("connect_timeout"),
            None if self.refusal_timeout.is_zero() => Some("refusal_timeout"),
            None if self.max_response_bytes == 0 => Some("max_response_bytes"),
            None => None,
        };
        if let Some(setting) = zero {
            return Err(Error::configuration(format!("{setting} is zero")));
        }
        let settings = Settings {
            project: self.endpoint(self.project_base_url.as_deref(), PROJECT_PATH)?,
            organization: self
                .endpoint(self.organization_base_url.as_deref(), ORGANIZATION_PATH)?,
            user_agent: user_agent(self.user_agent_suffix.as_deref())?,
            credential: self.credential,
            connect_timeout: self.connect_timeout,
            timeout: self.limits.timeout,
            refusal_timeout: self.refusal_timeout,
            max_response_bytes: self.max_response_bytes,
            body_format: self.body_format,
            agent: self.agent,
            proxy: self.proxy,
            root_certificates_file: self.root_certificates_file,
            observer: self.observer,
        };
        let transport = Arc::new(Transport::new(settings)?);
        Ok(Client {
            transport,
            limits: self.limits,
            mismatches: self.mismatches,
            scope: self.scope,
        })
    }

    pub(crate) fn base_url_from_env(self) -> Result<Self> {
        Ok(match environment::optional::<String>("YOURGPT_BASE_URL")? {
            Some(url) => {
                Endpoint::from_host(&url, "").map_err(|problem| {
                    Error::configuration(format!("YOURGPT_BASE_URL: {problem}"))
                })?;
                self.base_url(url)
            }
            None => self,
        })
    }

    fn endpoint(&self, prefix: Option<&str>, path: &str) -> Result<Endpoint> {
        let endpoint = match prefix {
            Some(prefix) => Endpoint::from_prefix(prefix),
            None => Endpoint::from_host(self.base_url.as_deref().unwrap_or(HOST), path),
        }
        .map_err(Error::configuration)?;
        if !endpoint.is_https() && !endpoint.is_loopback() && !self.allow_http {
            return Err(Error::configuration(
                "the base URL is plain http to another machine, which would show the credential \
                 to the network: use https, or set allow_http to true",
            ));
        }
        Ok(endpoint)
    }
}

fn user_agent(suffix: Option<&str>) -> Result<String> {
    let product = concat!("yourgpt/", env!("CARGO_PKG_VERSION"));
    match suffix.map(|suffix| suffix.trim_matches(' ')) {
        None | Some("") => Ok(product.into()),
        Some(suffix)
            if suffix
                .bytes()
                .all(|byte| byte == b' ' || byte.is_ascii_graphic()) =>
        {
            Ok(format!("{product} {suffix}"))
        }
        Some(_) => Err(Error::configuration(
            "user_agent_suffix holds a character that is not visible ASCII",
        )),
    }
}

impl<S: Scope> fmt::Debug for ClientBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("scope", &self.scope)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
