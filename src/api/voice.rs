//! Phone calls.
//!
//! The vendor publishes no page on them; the facts come from its sample client.

use serde_json::{Value, json};

use crate::client::{Client, Integration};
use crate::error::Result;
use crate::request::{Bounds, Request, request};

/// # Voice: with a project API key
impl Client<Integration> {
    /// Has the project's phone agent call a number.
    ///
    /// Operation `makeOutboundCall`; no permission is published. Not retried if it may have been
    /// processed: the error's [`may_have_been_processed`](crate::Error::may_have_been_processed)
    /// says whether the phone may have rung. The answer is not published, so it comes as JSON, or
    /// as null if it is missing.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if the number is not in the form E.164.
    ///
    /// ```
    /// use yourgpt::MakeOutboundCall;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let call = MakeOutboundCall::new("agent-7", "+14155550100").contact("Ada", "+14155550100");
    /// println!("{}", bot.make_outbound_call(&call)?);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn make_outbound_call(&self, request: &MakeOutboundCall) -> Result<Value> {
        self.fetch("makeOutboundCall", request)
    }
}

request! {
    /// A phone call for [`Client::make_outbound_call`].
    pub struct MakeOutboundCall {
        /// A call by a voice agent, to a number in the form E.164: `+`, then the country code and
        /// the rest of the number, at most 15 digits in all.
        new(agent_id: String, call_to: String),
        /// What the agent is told about the call, as a JSON object.
        extra_data: Value,
    }
}

impl MakeOutboundCall {
    /// Who is called. Sets `contact_data`, the only part of the extra data that is known.
    #[must_use]
    pub fn contact(mut self, name: impl Into<String>, phone: impl Into<String>) -> Self {
        let contact = json!({ "name": name.into(), "phone": phone.into() });
        let extra = self.extra_data.get_or_insert_with(|| json!({}));
        if let Value::Object(extra) = extra {
            extra.insert("contact_data".into(), contact);
        }
        self
    }
}

impl Request for MakeOutboundCall {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .rule(
                "call_to",
                is_e164(&self.call_to),
                "must be in the form E.164: +, then 2 to 15 digits, the first not 0",
            )
            .object("extra_data", self.extra_data.as_ref())
    }
}

fn is_e164(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or_default();
    (2..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}
