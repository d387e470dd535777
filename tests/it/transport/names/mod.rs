//! Names that lead to several addresses, to none, or nowhere.

mod addresses;
mod look_ups;
mod proxies;
mod racing;

use std::net::IpAddr;
use std::time::Duration;

use yourgpt::{Client, Project, RetryPolicy};
use yourgpt_test_support::TestName;

use self::addresses::{Addresses, Manner};
use crate::support::*;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Far more than a dead address costs, and far less than waiting for it would.
const SOON: Duration = Duration::from_secs(2);

/// A server behind several addresses, and a name for them.
struct Setup {
    server: RawServer,
    addresses: Addresses,
    name: TestName,
}

impl Setup {
    fn new(manners: &[(IpAddr, Manner)]) -> Self {
        // With each answer the connection ends, so that every call opens another.
        let server = RawServer::start(|_| {
            let body = r#"{"type":"RXSUCCESS","data":{"session_uid":1}}"#;
            let mut acts = response("200 OK", "Connection: close\r\n", body);
            acts.push(Act::Close);
            acts
        });
        let addresses = Addresses::of(&server.url(), manners);
        let name = TestName::leading_to(&addresses.ips());
        Self {
            server,
            addresses,
            name,
        }
    }

    fn client(&self, connect_timeout: Duration) -> Client<Project> {
        let url = format!("http://{}:{}", self.name.as_str(), self.addresses.port());
        client(&url, connect_timeout)
    }
}

fn client(url: &str, connect_timeout: Duration) -> Client<Project> {
    let client = builder_for(url)
        .allow_http(true)
        .connect_timeout(connect_timeout)
        .retries(RetryPolicy::none());
    client.build().unwrap().project(PROJECT_UID)
}
