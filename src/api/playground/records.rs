//! The records of the playground.

use serde::de::{Deserializer, Error};
use serde_json::{Number, Value};

use crate::types::{ProjectId, SessionId, SessionUid};
use crate::wire::{FromWire, JsonKind, Place, record};

record! {
    /// A session for trying the agent out.
    #[derive(Eq)]
    pub struct PlaygroundSession {
        /// The identifier that a question takes.
        pub session_uid: SessionUid,
        /// The number of the record.
        pub id: Option<SessionId>,
        /// The project.
        pub project_id: Option<ProjectId>,
        /// Whether it is a trial, as it is here.
        pub is_emulator: Option<bool>,
    }
}

record! {
    /// The agent's answer in the playground.
    #[derive(Default, Eq)]
    pub struct PlaygroundReply {
        /// The session.
        pub session_uid: Option<SessionUid>,
        /// The text of the answer.
        pub message: Option<String>,
        /// How long the answer took. No unit is published; the sample fits milliseconds.
        pub response_time: Option<Number>,
        /// What the answer cost.
        pub total_credits: Option<Number>,
    }
}

record! {
    /// A model that settings may name.
    #[derive(Eq)]
    pub struct SupportedModel {
        /// The name to use in settings. Other fields are not published.
        pub value: String,
    }
}

/// The models in an answer of any form: objects that have a `value`, and strings in an array.
pub(super) struct Models(pub(super) Vec<SupportedModel>);

impl FromWire for Models {
    const EXPECTED: &str = "models";
    const IS_NESTED: bool = true;

    fn read<'de, D: Deserializer<'de>>(from: D, at: &Place<'_>) -> Result<Option<Self>, D::Error> {
        let mut models = Vec::new();
        match Value::read(from, at)? {
            None | Some(Value::Null) => {}
            Some(data) => find_models(data, at, &mut models)?,
        }
        Ok(Some(Self(models)))
    }

    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }
}

fn find_models<E: Error>(
    value: Value,
    at: &Place<'_>,
    models: &mut Vec<SupportedModel>,
) -> Result<(), E> {
    match value {
        Value::Array(items) => {
            for (index, item) in items.into_iter().enumerate() {
                match item {
                    Value::String(value) => models.push(SupportedModel { value }),
                    item => find_models(item, &at.item(index), models)?,
                }
            }
        }
        Value::Object(mut fields) => match fields.remove("value") {
            Some(Value::String(value)) => models.push(SupportedModel { value }),
            Some(other) => {
                let at = at.identifier("value");
                at.mismatch(String::EXPECTED, JsonKind::of(&other))?;
            }
            None => {
                let before = models.len();
                for field in fields.into_values() {
                    if field.is_array() || field.is_object() {
                        find_models(field, &at.field("*"), models)?;
                    }
                }
                if models.len() == before {
                    at.lacks("value")?;
                }
            }
        },
        other => at.mismatch(Models::EXPECTED, JsonKind::of(&other))?,
    }
    Ok(())
}
