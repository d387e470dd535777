//! One call with `reqwest::blocking`.

use first_call::{Call, Result};
use reqwest::blocking::Client;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};

fn main() -> Result<()> {
    let call = Call::from_env()?;
    let response = Client::new()
        .post(call.url)
        .header(AUTHORIZATION, call.authorization)
        .header(CONTENT_TYPE, "application/json")
        .body(call.body)
        .send()?
        .error_for_status()?;
    first_call::check(&response.bytes()?)
}
