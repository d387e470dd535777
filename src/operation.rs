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

    fn new(name: Cow<'static, str>, level: Level) -> Self {
        let repeatable = KNOWN.contains(&(&*name, level, REPEATABLE));
        Self {
            name,
            level,
            repeatable,
        }
    }

    /// The rule that the name breaks, if it cannot stand in a path as it is.
    pub(crate) fn broken_name_rule(&self) -> Option<&'static str> {
        if self.name.chars().nth(LONGEST_NAME).is_some() {
            return Some("has at most 100 characters");
        }
        let is_valid =
            !self.name.is_empty() && self.name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (!is_valid).then_some("is letters and digits")
    }

    /// Whether a token's request names the project in its body. An operation without a method
    /// counts as doing so.
    pub(crate) fn takes_project_uid(&self) -> bool {
        let without = ["getMyProjects", "createChatbot", "getSupportedModels"];
        self.level == Level::Project && !without.contains(&self.name())
    }

    /// Whether a project API key's request names the widget in its body.
    pub(crate) fn takes_widget_uid(&self) -> bool {
        self.level == Level::Project && ["createSession", "sendMessage"].contains(&self.name())
    }
}

/// Longer than any name in the contract.
const LONGEST_NAME: usize = 100;

/// Sending the request twice has the effect of sending it once.
const REPEATABLE: bool = true;
/// Sending it twice may do it twice.
const ONCE: bool = false;

/// Every operation of the contract, in its order.
const KNOWN: &[(&str, Level, bool)] = &[
    ("getOrganizationDetail", Level::Organization, REPEATABLE),
    ("getOrganizationMembers", Level::Organization, REPEATABLE),
    ("inviteOrganizationMember", Level::Organization, ONCE),
    (
        "changeOrganizationMemberRole",
        Level::Organization,
        REPEATABLE,
    ),
    ("removeOrganizationMember", Level::Organization, ONCE),
    ("revokeOrganizationInvitation", Level::Organization, ONCE),
    ("getMyProjects", Level::Project, REPEATABLE),
    ("createChatbot", Level::Project, ONCE),
    ("updateChatbot", Level::Project, REPEATABLE),
    ("updateProjectSettings", Level::Project, REPEATABLE),
    ("getProjectUsageLimit", Level::Project, REPEATABLE),
    ("setProjectUsageLimit", Level::Project, REPEATABLE),
    ("removeProjectUsageLimit", Level::Project, REPEATABLE),
    ("createSession", Level::Project, ONCE),
    ("sendMessage", Level::Project, ONCE),
    ("getSessions", Level::Project, REPEATABLE),
    ("updateSession", Level::Project, REPEATABLE),
    ("getSessionMessages", Level::Project, REPEATABLE),
    ("getAllContacts", Level::Project, REPEATABLE),
    ("getContactDetail", Level::Project, REPEATABLE),
    ("getAllContactTags", Level::Project, REPEATABLE),
    ("createContactTag", Level::Project, ONCE),
    ("linkContactTags", Level::Project, ONCE),
    ("createContactList", Level::Project, ONCE),
    ("updateContactList", Level::Project, REPEATABLE),
    ("deleteContactList", Level::Project, ONCE),
    ("getContactCompanyDetails", Level::Project, REPEATABLE),
    ("deleteContactCompany", Level::Project, ONCE),
    ("linkContactToCompany", Level::Project, REPEATABLE),
    ("createProjectText", Level::Project, ONCE),
    ("getProjectText", Level::Project, REPEATABLE),
    ("uploadFile", Level::Project, ONCE),
    ("getProjectFiles", Level::Project, REPEATABLE),
    ("deleteFile", Level::Project, ONCE),
    ("getTrainingStatus", Level::Project, REPEATABLE),
    ("addKnowledgebaseTag", Level::Project, REPEATABLE),
    ("linkKnowledgebaseTags", Level::Project, REPEATABLE),
    ("searchIndexDocument", Level::Project, REPEATABLE),
    ("getChatbotExecutionLogs", Level::Project, REPEATABLE),
    ("getSentimentAnalysis", Level::Project, REPEATABLE),
    ("createPlaygroundAgentSession", Level::Project, ONCE),
    ("playgroundAgentResponse", Level::Project, ONCE),
    ("getSupportedModels", Level::Project, REPEATABLE),
    ("makeOutboundCall", Level::Project, ONCE),
];
