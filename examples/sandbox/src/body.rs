//! The body of a request: JSON or, if the contract marks the operation so, a form.

use serde_json::{Map, Value};

use crate::answer::Refusal;
use crate::contract::RequestSchema;
use crate::http::Request;

/// How a sandbox takes the bodies of the operations that the contract marks `x-form`. All others
/// take JSON.
///
/// A body in the other format is refused with an RXERROR and status 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum BodyFormat {
    /// JSON and forms.
    #[default]
    Any,
    /// Only JSON.
    Json,
    /// Only forms.
    Form,
}

pub(crate) fn read(
    request: &Request,
    schema: &RequestSchema,
    format: BodyFormat,
) -> Result<Map<String, Value>, Refusal> {
    let media_type = request.media_type();
    let takes_json = !schema.takes_form || format != BodyFormat::Form;
    let takes_form = schema.takes_form && format != BodyFormat::Json;
    if takes_json && media_type == "application/json" {
        return serde_json::from_slice(&request.body).map_err(|_| Refusal::bad("Invalid params"));
    }
    if takes_form && media_type == "application/x-www-form-urlencoded" {
        return read_form(&request.body, schema);
    }
    Err(Refusal::bad("Invalid params"))
}

/// Reads a form. A field that the contract does not describe as text holds JSON.
fn read_form(body: &[u8], schema: &RequestSchema) -> Result<Map<String, Value>, Refusal> {
    let mut fields = Map::new();
    for (name, text) in form_urlencoded::parse(body) {
        let json = match schema.is_text(&name) {
            true => None,
            false => serde_json::from_str(&text).ok(),
        };
        let value = json.unwrap_or_else(|| Value::String(text.into_owned()));
        if fields.insert(name.to_string(), value).is_some() {
            return Err(Refusal::invalid(name, "This field is given twice"));
        }
    }
    Ok(fields)
}
