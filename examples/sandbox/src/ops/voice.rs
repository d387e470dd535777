//! The project's phone agent.

use serde_json::json;

use crate::answer::{Answer, Outcome, Refusal};
use crate::call::Call;
use crate::state::Project;

/// Calls nobody, and takes any name for an agent's, since no operation lists the agents.
pub(super) fn make_outbound_call(project: &mut Project, call: &Call) -> Outcome {
    call.filled_text("agent_id")?;
    if !is_e164(call.text("call_to")) {
        let message = "Must be a phone number in E.164 form, like +15550100";
        return Err(Refusal::invalid("call_to", message));
    }
    project.usage.voice_credits.spend()?;
    Ok(Answer::Data(json!({ "call_id": call.next_id() })))
}

fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::is_e164;

    #[test]
    fn knows_phone_numbers() {
        for number in ["+15550100", "+12", "+351210000001", "+123456789012345"] {
            assert!(is_e164(number), "{number}");
        }
        for number in [
            "",
            "+",
            "+1",
            "15550100",
            "+0123",
            "+1 555",
            "+1234567890123456",
            "+١٢٣",
        ] {
            assert!(!is_e164(number), "{number}");
        }
    }
}
