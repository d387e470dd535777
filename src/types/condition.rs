//! Filters: conditions, and groups of them.

use crate::types::open_enum;
use serde::{Deserialize, Serialize};

use super::FreeForm;
use crate::wire;

/// One comparison of a filter: a field against a value.
///
/// ```
/// use yourgpt::Condition;
///
/// let german = Condition::session(Condition::COUNTRY, "DE");
/// assert_eq!(
///     serde_json::to_value(&german)?,
///     serde_json::json!({"model": "SESSION", "key": "country", "operator": "eq", "value": "DE"}),
/// );
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Condition {
    /// What is compared: `CONTACTS` for contact lists, `SESSION` for sessions.
    pub model: String,
    /// The field to compare, such as [`COUNTRY`](Self::COUNTRY).
    pub key: String,
    /// How to compare; `eq` is the one that is published.
    pub operator: String,
    /// What to compare with.
    pub value: FreeForm,
}

impl Condition {
    /// The key of a country, whose value is a code of two letters such as `DE`.
    ///
    /// The vendor's sample of
    /// [createContactList](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contact-lists/createContactList)
    /// compares it. The contract that this library is made from names no other key. Those that the
    /// vendor's page of
    /// [getSessions](https://docs.yourgpt.ai/chatbot/api-reference/integration/conversation/getSessions)
    /// names are given as text.
    pub const COUNTRY: &'static str = "country";

    /// A field of a contact equals a value: for contact lists.
    #[must_use]
    pub fn contact(key: impl Into<String>, value: impl Into<FreeForm>) -> Self {
        Self::new("CONTACTS", key.into(), value.into())
    }

    /// A field of a session equals a value: for [`GetSessions`](crate::GetSessions).
    #[must_use]
    pub fn session(key: impl Into<String>, value: impl Into<FreeForm>) -> Self {
        Self::new("SESSION", key.into(), value.into())
    }

    /// Another operator than `eq`. No other is published.
    #[must_use]
    pub fn operator(mut self, operator: impl Into<String>) -> Self {
        self.operator = operator.into();
        self
    }

    fn new(model: &str, key: String, value: FreeForm) -> Self {
        Self {
            model: model.to_owned(),
            key,
            operator: "eq".to_owned(),
            value,
        }
    }
}

open_enum! {
    /// How the conditions of a group go together.
    GroupOperator {
        /// Every condition must hold.
        And = "AND",
        /// One condition must hold.
        Or = "OR",
    }
}

/// Conditions that go together, and groups of them: the filter of a contact list.
///
/// ```
/// use yourgpt::{Condition, ConditionGroup};
///
/// let leads_abroad = ConditionGroup::and([
///     Condition::contact("type", "lead").into(),
///     ConditionGroup::or([
///         Condition::contact(Condition::COUNTRY, "FR").into(),
///         Condition::contact(Condition::COUNTRY, "IT").into(),
///     ])
///     .into(),
/// ]);
/// assert_eq!(serde_json::to_value(&leads_abroad)?["operator"], "AND");
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConditionGroup {
    /// How the conditions go together. Answers may print it in lower case, which reads the same.
    #[serde(deserialize_with = "wire::in_any_case")]
    pub operator: GroupOperator,
    /// The conditions and groups.
    pub conditions: Vec<Filter>,
}

/// What a group holds: a condition, or another group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Filter {
    /// A group of conditions.
    Group(ConditionGroup),
    /// One condition.
    Condition(Condition),
}

impl ConditionGroup {
    /// Every one of the conditions must hold.
    #[must_use]
    pub fn and(conditions: impl IntoIterator<Item = Filter>) -> Self {
        Self {
            operator: GroupOperator::And,
            conditions: conditions.into_iter().collect(),
        }
    }

    /// One of the conditions must hold.
    #[must_use]
    pub fn or(conditions: impl IntoIterator<Item = Filter>) -> Self {
        Self {
            operator: GroupOperator::Or,
            conditions: conditions.into_iter().collect(),
        }
    }
}

impl From<Condition> for Filter {
    fn from(condition: Condition) -> Self {
        Filter::Condition(condition)
    }
}

impl From<ConditionGroup> for Filter {
    fn from(group: ConditionGroup) -> Self {
        Filter::Group(group)
    }
}
