//! Servers and clients that the tests share.

mod child;
#[cfg(all(feature = "low-latency", target_os = "linux"))]
mod threads;

use yourgpt::{ApiKey, ApiToken, Client, ClientBuilder, Integration, Organization, Project};
use yourgpt_sandbox::Sandbox;

pub use child::*;
#[cfg(all(feature = "low-latency", target_os = "linux"))]
pub use threads::*;
pub use yourgpt_test_support::{Act, RawServer, Received, UnusedPort, ok_response, response};

pub const TOKEN: &str = "api-v1-5up3rs3cr3t";
pub const KEY: &str = "apk-v3rys3cr3t";
pub const PROJECT_UID: &str = "5f0d9c1e-7a52-4c7e-9d06-0a1b2c3d4e5f";
pub const WIDGET_UID: &str = "c0ffee11-2233-4455-6677-8899aabbccdd";

/// A server that answers every request with a success and this data.
pub fn server_with_data(data: &str) -> RawServer {
    let body = format!(r#"{{"type":"RXSUCCESS","data":{data}}}"#);
    RawServer::start(move |_| ok_response(&body))
}

pub fn builder(server: &RawServer) -> ClientBuilder<Organization> {
    builder_for(&server.url())
}

pub fn builder_for(url: &str) -> ClientBuilder<Organization> {
    Client::builder(ApiToken::new(TOKEN).unwrap()).base_url(url)
}

pub fn organization(server: &RawServer) -> Client {
    builder(server).build().unwrap()
}

pub fn project(server: &RawServer) -> Client<Project> {
    organization(server).project(PROJECT_UID)
}

pub fn integration_builder(server: &RawServer) -> ClientBuilder<Integration> {
    Client::builder_with_api_key(ApiKey::new(KEY).unwrap()).base_url(server.url())
}

pub fn integration(server: &RawServer) -> Client<Integration> {
    integration_builder(server).build().unwrap()
}

pub fn widget(server: &RawServer) -> Client<Integration> {
    integration(server).widget(WIDGET_UID)
}

/// A sandbox, and a client for its seeded project with the owner's token.
pub fn sandbox_project() -> (Sandbox, Client<Project>) {
    let sandbox = Sandbox::start().unwrap();
    let project = sandbox.project().unwrap();
    (sandbox, project)
}

/// A sandbox, and a client for its organization with the owner's token.
pub fn sandbox_organization() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().unwrap();
    let organization = sandbox.organization().unwrap();
    (sandbox, organization)
}

/// A sandbox, and a client for its seeded widget with the project's key.
pub fn sandbox_widget() -> (Sandbox, Client<Integration>) {
    let sandbox = Sandbox::start().unwrap();
    let widget = sandbox.widget().unwrap();
    (sandbox, widget)
}
