//! One call with libcurl.

use curl::easy::{Easy, List};
use first_call::{Call, Result};

fn main() -> Result<()> {
    let call = Call::from_env()?;
    let mut headers = List::new();
    headers.append(&format!("authorization: {}", call.authorization))?;
    headers.append("content-type: application/json")?;
    let mut easy = Easy::new();
    easy.url(&call.url)?;
    easy.http_headers(headers)?;
    easy.fail_on_error(true)?;
    easy.post(true)?;
    easy.post_fields_copy(&call.body)?;
    let mut body = Vec::new();
    let mut transfer = easy.transfer();
    transfer.write_function(|part| {
        body.extend_from_slice(part);
        Ok(part.len())
    })?;
    transfer.perform()?;
    drop(transfer);
    first_call::check(&body)
}
