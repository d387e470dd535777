//! The two base URLs: what comes before the name of an operation.

use std::net::{IpAddr, Ipv6Addr};

/// A checked base URL: what comes before `/sendMessage`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    prefix: String,
    https: bool,
    loopback: bool,
}

impl Endpoint {
    /// A complete prefix, such as `https://api.yourgpt.ai/chatbot/v1`.
    pub(crate) fn from_prefix(url: &str) -> Result<Self, String> {
        let refuse = |problem: &str| Err(format!("the base URL {problem}"));
        // The URL may hold a password, so no message repeats it.
        let (https, rest) = match url.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            Some(_) => return refuse("has another scheme than https or http"),
            None => return refuse("has no scheme: it must start with https://"),
        };
        if rest.contains('@') {
            return refuse("holds user info: a credential does not belong there");
        }
        if rest.contains(['?', '#']) {
            return refuse("holds a query or a fragment");
        }
        if !rest
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte))
        {
            return refuse("holds a character that no URL can hold");
        }
        let rest = rest.trim_end_matches('/');
        let (authority, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, ""),
        };
        if path
            .split('/')
            .any(|segment| segment == "." || segment == "..")
        {
            return refuse("holds a . or .. segment");
        }
        let Some(host) = host_of(authority) else {
            return refuse("has no valid host and port");
        };
        let scheme = if https { "https" } else { "http" };
        Ok(Self {
            prefix: format!("{scheme}://{authority}{path}"),
            https,
            loopback: is_loopback(host),
        })
    }

    /// `scheme://host[:port]`, to which the level's own path is added.
    pub(crate) fn from_host(url: &str, path: &str) -> Result<Self, String> {
        let whole = Self::from_prefix(url)?;
        if whole.prefix.matches('/').count() > 2 {
            return Err(
                "the base URL holds a path: set the complete prefix of each level with \
                        project_base_url and organization_base_url"
                    .into(),
            );
        }
        Ok(Self {
            prefix: whole.prefix + path,
            ..whole
        })
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    pub(crate) fn is_https(&self) -> bool {
        self.https
    }

    /// Whether the host is certainly this machine: `localhost` or a loopback address.
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }
}

/// The host of `host[:port]`, brackets of an IPv6 address included.
pub(crate) fn host_of(authority: &str) -> Option<&str> {
    let after_host = match authority.strip_prefix('[') {
        Some(bracketed) => {
            let (address, rest) = bracketed.split_once(']')?;
            address.parse::<Ipv6Addr>().ok()?;
            rest
        }
        None => authority
            .find(':')
            .map_or("", |colon| authority.split_at(colon).1),
    };
    if !after_host.is_empty() {
        let port = after_host.strip_prefix(':')?;
        // Parsing would also take a sign.
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        (digits && port.parse::<u16>().is_ok_and(|port| port != 0)).then_some(())?;
    }
    let host = authority.strip_suffix(after_host)?;
    let named = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    (host.starts_with('[') || (!host.is_empty() && host.bytes().all(named))).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    let name = host.strip_suffix('.').unwrap_or(host);
    name.eq_ignore_ascii_case("localhost")
        || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn a_trailing_slash_and_any_case_of_the_scheme_are_accepted() {
        let endpoint = Endpoint::from_host("HTTPS://api.example.com:8443/", "/chatbot/v1").unwrap();
        assert_eq!(endpoint.prefix(), "https://api.example.com:8443/chatbot/v1");
        assert!(endpoint.is_https() && !endpoint.is_loopback());
    }

    #[test]
    fn what_is_not_a_base_url_is_refused() {
        for url in [
            "",
            "api.example.com",
            "ftp://example.com",
            "https://",
            "https:///path",
            "https://:443",
            "https://user:secret@example.com",
            "https://example.com?x=1",
            "https://example.com/#a",
            "https://example.com:",
            "https://example.com:0",
            "https://example.com:65536",
            "https://example.com:+80",
            "https://exa mple.com",
            "https://example.com/\r\nx: y",
            "https://ex\u{e4}mple.com",
            "https://example.com/a/../b",
            "https://[::1",
            "https://[1]",
            "https://[::1]x",
            "https://example.com/a\\b",
        ] {
            let message = Endpoint::from_prefix(url).expect_err(url);
            assert!(!message.contains("secret"), "{message}");
        }
    }

    #[test]
    fn only_this_machine_counts_as_loopback() {
        for host in [
            "localhost",
            "LocalHost:1",
            "127.0.0.1",
            "127.8.9.1:80",
            "[::1]:8080",
            "[::ffff:127.0.0.1]",
            "[::FFFF:7f00:1]:8080",
            "localhost.",
            "LOCALHOST.:80",
        ] {
            assert!(
                Endpoint::from_prefix(&format!("http://{host}"))
                    .unwrap()
                    .is_loopback(),
                "{host}"
            );
        }
        for host in [
            "example.com",
            "10.0.0.1",
            "localhost.example.com",
            "[2001:db8::1]",
            "127.1",
            "[::ffff:10.0.0.1]",
            "[::127.0.0.1]",
            "localhost..",
            "localhost.com",
        ] {
            assert!(
                !Endpoint::from_prefix(&format!("http://{host}"))
                    .unwrap()
                    .is_loopback(),
                "{host}"
            );
        }
    }

    #[test]
    fn a_host_with_a_path_is_told_which_setting_takes_one() {
        let message = Endpoint::from_host("https://example.com/gateway", "/api/v1").unwrap_err();
        assert!(message.contains("project_base_url"), "{message}");
    }
}
