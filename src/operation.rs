//! An operation of the API, and what the library knows about each: one row per operation.

use std::borrow::Cow;

/// An operation of the API: its name, its level, and whether it may be repeated.
///
/// Only [`Client::call`](crate::Client::call) needs one; every other method knows its operation.
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
    uid_field: UidField,
    form: Form,
}

/// Which credentials may send a form as the body, by the contract's `x-form`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    Never,
    /// With an API token only.
    WithToken,
    WithTokenAndKey,
}

/// The field of the request body that names the project or the widget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum UidField {
    None,
    /// `project_uid`, with an API token.
    Project,
    /// `project_uid` with an API token, `widget_uid` with a project API key.
    ProjectOrWidget,
    /// `widget_uid`, with a project API key.
    Widget,
}

/// The part of the API that an operation belongs to, which decides its base URL.
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
    /// A name has one or more segments, such as `sendMessage` or `copilot-sdk/createSession`. A
    /// segment consists of letters, digits, `-` and `_`, and there is a single slash between two
    /// segments. The name has at most 200 bytes. A call with any other name is refused before it is
    /// sent.
    ///
    /// The library knows whether the operation is repeatable if it has a method for it. Any other
    /// operation counts as not repeatable, unless [`repeatable`](Self::repeatable) is called.
    #[must_use]
    pub fn project(name: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name.into(), Level::Project)
    }

    /// An operation of the organization level, by its name in the API.
    ///
    /// The rules for its name, and for whether it is repeatable, are those of
    /// [`project`](Self::project).
    #[must_use]
    pub fn organization(name: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name.into(), Level::Organization)
    }

    /// Says that doing this twice has the same effect as doing it once. It is then tried again even
    /// if a failed attempt may have been processed.
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

    /// Whether doing this twice has the same effect as doing it once.
    pub fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// An operation that has a row in [`ROWS`].
    pub(crate) fn known(name: &'static str) -> Self {
        let row = ROWS.iter().find(|row| row.name == name);
        row.cloned().unwrap_or_else(|| Self::project(name))
    }

    fn new(name: Cow<'static, str>, level: Level) -> Self {
        let mut rows = ROWS.iter();
        let row = rows.find(|row| row.name == name && row.level == level);
        row.cloned().unwrap_or(Self {
            name,
            level,
            repeatable: false,
            uid_field: match level {
                Level::Project => UidField::Project,
                Level::Organization => UidField::None,
            },
            form: Form::Never,
        })
    }

    const fn or_form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    /// The rule that the name breaks, if it is not safe in the path of a URL.
    pub(crate) fn broken_name_rule(&self) -> Option<&'static str> {
        if self.name.len() > MAX_NAME_LENGTH {
            return Some("must have at most 200 bytes");
        }
        let is_segment = |segment: &str| {
            let mut bytes = segment.bytes();
            !segment.is_empty()
                && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        let is_valid = self.name.split('/').all(is_segment);
        (!is_valid)
            .then_some("must consist of letters, digits, - and _, with single slashes between")
    }

    /// Whether a request with an API token names the project in its body.
    pub(crate) fn takes_project_uid(&self) -> bool {
        matches!(
            self.uid_field,
            UidField::Project | UidField::ProjectOrWidget
        )
    }

    /// Whether a request with a project API key names the widget in its body.
    pub(crate) fn takes_widget_uid(&self) -> bool {
        matches!(self.uid_field, UidField::Widget | UidField::ProjectOrWidget)
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

/// What errors and observers call an upload to a signed URL, which is not an operation of the API.
pub(crate) const UPLOAD: &str = "upload";

/// No name in the contract is nearly as long.
const MAX_NAME_LENGTH: usize = 200;

/// Sending the request twice has the same effect as sending it once.
const REPEATABLE: bool = true;
/// It should be sent once: sending it twice may do twice what it asks for.
const ONCE: bool = false;

const fn organization(name: &'static str, repeatable: bool) -> Operation {
    Operation {
        name: Cow::Borrowed(name),
        level: Level::Organization,
        repeatable,
        uid_field: UidField::None,
        form: Form::Never,
    }
}

const fn project(name: &'static str, repeatable: bool, uid_field: UidField) -> Operation {
    Operation {
        name: Cow::Borrowed(name),
        level: Level::Project,
        repeatable,
        uid_field,
        form: Form::Never,
    }
}

/// Every operation that has a method, in the contract's order. A test compares each row with the
/// contract.
const ROWS: &[Operation] = &[
    organization("getOrganizationDetail", REPEATABLE),
    organization("getOrganizationMembers", REPEATABLE),
    organization("inviteOrganizationMember", ONCE),
    organization("changeOrganizationMemberRole", REPEATABLE),
    organization("removeOrganizationMember", ONCE),
    organization("revokeOrganizationInvitation", ONCE),
    project("getMyProjects", REPEATABLE, UidField::None),
    project("createChatbot", ONCE, UidField::None),
    project("updateChatbot", REPEATABLE, UidField::Project),
    project("updateProjectSettings", REPEATABLE, UidField::Project),
    project("getProjectUsageLimit", REPEATABLE, UidField::Project),
    project("setProjectUsageLimit", REPEATABLE, UidField::Project),
    project("removeProjectUsageLimit", REPEATABLE, UidField::Project),
    project("createSession", ONCE, UidField::ProjectOrWidget).or_form(Form::WithTokenAndKey),
    project("sendMessage", ONCE, UidField::ProjectOrWidget).or_form(Form::WithTokenAndKey),
    project("getSessions", REPEATABLE, UidField::Project).or_form(Form::WithToken),
    project("updateSession", REPEATABLE, UidField::Project).or_form(Form::WithToken),
    project("getSessionMessages", REPEATABLE, UidField::Project),
    project("getAllContacts", REPEATABLE, UidField::Project),
    project("getContactDetail", REPEATABLE, UidField::Project),
    project("getAllContactTags", REPEATABLE, UidField::Project),
    project("createContactTag", ONCE, UidField::Project),
    project("linkContactTags", ONCE, UidField::Project),
    project("createContactList", ONCE, UidField::Project),
    project("updateContactList", REPEATABLE, UidField::Project),
    project("deleteContactList", ONCE, UidField::Project),
    project("getContactCompanyDetails", REPEATABLE, UidField::Project),
    project("deleteContactCompany", ONCE, UidField::Project),
    project("linkContactToCompany", REPEATABLE, UidField::Project),
    project("createProjectText", ONCE, UidField::Project),
    project("getProjectText", REPEATABLE, UidField::Project),
    project("uploadFile", ONCE, UidField::Project),
    project("getProjectFiles", REPEATABLE, UidField::Project),
    project("deleteFile", ONCE, UidField::Project),
    project("getTrainingStatus", REPEATABLE, UidField::Project),
    project("addKnowledgebaseTag", REPEATABLE, UidField::Project),
    project("linkKnowledgebaseTags", REPEATABLE, UidField::Project),
    project("searchIndexDocument", REPEATABLE, UidField::Project),
    project("getChatbotExecutionLogs", REPEATABLE, UidField::Project),
    project("getSentimentAnalysis", REPEATABLE, UidField::Project),
    project("createPlaygroundAgentSession", ONCE, UidField::Project),
    project("playgroundAgentResponse", ONCE, UidField::Project),
    project("getSupportedModels", REPEATABLE, UidField::None),
    project("makeOutboundCall", ONCE, UidField::None),
    project("copilot-sdk/createSession", ONCE, UidField::Widget),
    project("copilot-sdk/createMessage", ONCE, UidField::Widget),
    project("copilot-sdk/createToolMessage", ONCE, UidField::Widget),
    project("copilot-sdk/getSignedUrl", REPEATABLE, UidField::Widget),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    // `yourgpt_sandbox` has the same text, but it links the library a second time, and the symbols
    // of the C ABI may exist only once in a program.
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
            let uid_field = match (has("project_uid"), has("widget_uid")) {
                (true, true) => UidField::ProjectOrWidget,
                (true, false) => UidField::Project,
                (false, true) => UidField::Widget,
                (false, false) => UidField::None,
            };
            assert_eq!(row.uid_field, uid_field, "{path}");
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
        let differences: Vec<_> = known.symmetric_difference(&published).collect();
        assert!(
            differences.is_empty(),
            "in only one of the rows and the contract: {differences:?}"
        );
    }
}
