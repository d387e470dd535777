//! What the library knows of the operations, one row for each.

use std::borrow::Cow;

/// An operation of the API: its name, its level, and whether it may be repeated.
///
/// Only [`Client::call`](crate::Client::call) needs one; the typed methods bring their own.
///
/// ```
/// use yourgpt::Operation;
///
/// let write = Operation::project("createContact");
/// let read = Operation::project("getContactLists").repeatable();
/// assert!(!write.is_repeatable() && read.is_repeatable());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Operation {
    name: Cow<'static, str>,
    level: Level,
    repeatable: bool,
    takes: Takes,
    form: Form,
}

/// Whether the vendor shows a form as the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    Never,
    /// With an API token only.
    WithToken,
    WithTokenAndKey,
}

/// Which fields of a scope go into the body, if the scope has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Takes {
    Nothing,
    /// `project_uid`, with an API token.
    ProjectUid,
    /// `project_uid` with an API token, `widget_uid` with a project API key.
    ProjectOrWidgetUid,
}

/// Which of the two base URLs an operation lives under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Level {
    /// `/chatbot/v1`
    Project,
    /// `/api/v1`
    Organization,
}

impl Operation {
    /// An operation of the project level, by its name in the API.
    ///
    /// A name has one or more segments, such as `sendMessage` or `copilot-sdk/createSession`:
    /// letters, digits, `-` and `_`, with single slashes between, at most 200 bytes in all. A call
    /// with any other name is refused before it is sent.
    ///
    /// One that this library has a method for may be repeated where that method may; any other
    /// may not, unless [`repeatable`](Self::repeatable) says so.
    #[must_use]
    pub fn project(name: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name.into(), Level::Project)
    }

    /// An operation of the organization level, by its name in the API.
    #[must_use]
    pub fn organization(name: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name.into(), Level::Organization)
    }

    /// Says that doing this twice has the effect of doing it once, so that it is tried again also
    /// where a failure leaves open whether it was processed.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// The operation's name, such as `sendMessage`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The level that the operation belongs to.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether doing this twice has the effect of doing it once.
    pub fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// An operation that has a row in [`ROWS`].
    pub(crate) fn known(name: &'static str) -> Self {
        let row = ROWS.iter().find(|row| row.name == name);
        Self::new(name.into(), row.map_or(Level::Project, |row| row.level))
    }

    fn new(name: Cow<'static, str>, level: Level) -> Self {
        let mut rows = ROWS.iter();
        let row = rows.find(|row| row.name == name && row.level == level);
        Self {
            name,
            level,
            repeatable: row.is_some_and(|row| row.repeatable),
            form: row.map_or(Form::Never, |row| row.form),
            takes: match (row, level) {
                (Some(row), _) => row.takes,
                (None, Level::Project) => Takes::ProjectUid,
                (None, Level::Organization) => Takes::Nothing,
            },
        }
    }

    /// The rule that the name breaks, if it cannot stand in a path as it is.
    pub(crate) fn broken_name_rule(&self) -> Option<&'static str> {
        if self.name.len() > LONGEST_NAME {
            return Some("has at most 200 bytes");
        }
        let is_segment = |segment: &str| {
            let mut bytes = segment.bytes();
            !segment.is_empty()
                && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        let is_valid = self.name.split('/').all(is_segment);
        (!is_valid).then_some("is made of letters, digits, - and _, with single slashes between")
    }

    /// Whether a token's request names the project in its body.
    pub(crate) fn takes_project_uid(&self) -> bool {
        self.takes != Takes::Nothing
    }

    /// Whether a project API key's request names the widget in its body.
    pub(crate) fn takes_widget_uid(&self) -> bool {
        self.takes == Takes::ProjectOrWidgetUid
    }

    /// Whether the body may be sent as a form instead of JSON.
    pub(crate) fn may_be_form(&self, has_key: bool) -> bool {
        match self.form {
            Form::Never => false,
            Form::WithToken => !has_key,
            Form::WithTokenAndKey => true,
        }
    }
}

/// Longer than any name in the contract.
const LONGEST_NAME: usize = 200;

/// What the library knows of an operation.
struct Row {
    name: &'static str,
    level: Level,
    repeatable: bool,
    takes: Takes,
    form: Form,
}

impl Row {
    const fn or_form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }
}

/// Sending the request twice has the effect of sending it once.
const REPEATABLE: bool = true;
/// Sending it twice may do it twice.
const ONCE: bool = false;

const fn organization(name: &'static str, repeatable: bool) -> Row {
    let (level, takes) = (Level::Organization, Takes::Nothing);
    Row {
        name,
        level,
        repeatable,
        takes,
        form: Form::Never,
    }
}

const fn project(name: &'static str, repeatable: bool, takes: Takes) -> Row {
    let level = Level::Project;
    Row {
        name,
        level,
        repeatable,
        takes,
        form: Form::Never,
    }
}

/// Every operation of the contract that has a method, in the contract's order. A test holds each row
/// against the contract.
const ROWS: &[Row] = &[
    organization("getOrganizationDetail", REPEATABLE),
    organization("getOrganizationMembers", REPEATABLE),
    organization("inviteOrganizationMember", ONCE),
    organization("changeOrganizationMemberRole", REPEATABLE),
    organization("removeOrganizationMember", ONCE),
    organization("revokeOrganizationInvitation", ONCE),
    project("getMyProjects", REPEATABLE, Takes::Nothing),
    project("createChatbot", ONCE, Takes::Nothing),
    project("updateChatbot", REPEATABLE, Takes::ProjectUid),
    project("updateProjectSettings", REPEATABLE, Takes::ProjectUid),
    project("getProjectUsageLimit", REPEATABLE, Takes::ProjectUid),
    project("setProjectUsageLimit", REPEATABLE, Takes::ProjectUid),
    project("removeProjectUsageLimit", REPEATABLE, Takes::ProjectUid),
    project("createSession", ONCE, Takes::ProjectOrWidgetUid).or_form(Form::WithTokenAndKey),
    project("sendMessage", ONCE, Takes::ProjectOrWidgetUid).or_form(Form::WithTokenAndKey),
    project("getSessions", REPEATABLE, Takes::ProjectUid).or_form(Form::WithToken),
    project("updateSession", REPEATABLE, Takes::ProjectUid).or_form(Form::WithToken),
    project("getSessionMessages", REPEATABLE, Takes::ProjectUid),
    project("getAllContacts", REPEATABLE, Takes::ProjectUid),
    project("getContactDetail", REPEATABLE, Takes::ProjectUid),
    project("getAllContactTags", REPEATABLE, Takes::ProjectUid),
    project("createContactTag", ONCE, Takes::ProjectUid),
    project("linkContactTags", ONCE, Takes::ProjectUid),
    project("createContactList", ONCE, Takes::ProjectUid),
    project("updateContactList", REPEATABLE, Takes::ProjectUid),
    project("deleteContactList", ONCE, Takes::ProjectUid),
    project("getContactCompanyDetails", REPEATABLE, Takes::ProjectUid),
    project("deleteContactCompany", ONCE, Takes::ProjectUid),
    project("linkContactToCompany", REPEATABLE, Takes::ProjectUid),
    project("createProjectText", ONCE, Takes::ProjectUid),
    project("getProjectText", REPEATABLE, Takes::ProjectUid),
    project("uploadFile", ONCE, Takes::ProjectUid),
    project("getProjectFiles", REPEATABLE, Takes::ProjectUid),
    project("deleteFile", ONCE, Takes::ProjectUid),
    project("getTrainingStatus", REPEATABLE, Takes::ProjectUid),
    project("addKnowledgebaseTag", REPEATABLE, Takes::ProjectUid),
    project("linkKnowledgebaseTags", REPEATABLE, Takes::ProjectUid),
    project("searchIndexDocument", REPEATABLE, Takes::ProjectUid),
    project("getChatbotExecutionLogs", REPEATABLE, Takes::ProjectUid),
    project("getSentimentAnalysis", REPEATABLE, Takes::ProjectUid),
    project("createPlaygroundAgentSession", ONCE, Takes::ProjectUid),
    project("playgroundAgentResponse", ONCE, Takes::ProjectUid),
    project("getSupportedModels", REPEATABLE, Takes::Nothing),
    project("makeOutboundCall", ONCE, Takes::Nothing),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    // `yourgpt_sandbox` has the same text, but it links the library a second time, and the C ABI's
    // symbols may exist only once in a program.
    const CONTRACT: &str = include_str!("../examples/sandbox/openapi.json");

    #[test]
    fn each_row_is_what_the_contract_says() {
        let contract: Value = serde_json::from_str(CONTRACT).unwrap();
        let paths = contract["paths"].as_object().unwrap();
        let mut known = BTreeSet::new();
        for row in ROWS {
            let prefix = match row.level {
                Level::Project => "/chatbot/v1/",
                Level::Organization => "/api/v1/",
            };
            let path = format!("{prefix}{}", row.name);
            let operation = &paths.get(&path).expect(&path)["post"];
            assert_eq!(row.repeatable, operation["x-repeatable"], "{path}");
            let body = operation["requestBody"]["content"]["application/json"].to_string();
            let has = |field: &str| body.contains(&format!("\"{field}\":"));
            let takes = match (has("project_uid"), has("widget_uid")) {
                (true, true) => Takes::ProjectOrWidgetUid,
                (true, false) => Takes::ProjectUid,
                _ => Takes::Nothing,
            };
            assert_eq!(row.takes, takes, "{path}");
            let form = match operation["x-form"].as_array().map(Vec::as_slice) {
                None => Form::Never,
                Some([token]) if token == "token" => Form::WithToken,
                Some([token, key]) if token == "token" && key == "key" => Form::WithTokenAndKey,
                other => panic!("{path}: {other:?}"),
            };
            assert_eq!(row.form, form, "{path}");
            assert!(known.insert(path), "two rows");
        }
        let published: BTreeSet<_> = paths.keys().cloned().collect();
        let missing: Vec<_> = published.difference(&known).collect();
        // The operations of the vendor's own client have no method yet.
        assert!(
            missing.iter().all(|path| path.contains("/copilot-sdk/")),
            "{missing:?}"
        );
    }
}
