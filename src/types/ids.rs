//! The ids of records, each a type of its own.

/// A whole number that names one record, as a type of its own: it comes as a number or as a digit
/// string, and goes out as a number.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl From<u64> for $name {
            fn from(id: u64) -> Self {
                Self(id)
            }
        }

        impl From<$name> for u64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(digits: &str) -> std::result::Result<Self, Self::Err> {
                digits.parse().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl $crate::wire::FromWire for $name {
            const EXPECTED: &str = u64::EXPECTED;

            fn from_number(number: serde_json::Number) -> Option<Self> {
                u64::from_number(number).map(Self)
            }

            fn from_string(text: std::borrow::Cow<'_, str>) -> Option<Self> {
                u64::from_string(text).map(Self)
            }
        }

        $crate::wire::identifier!($name);
        $crate::wire::deserialize!($name);
    )+};
}

ids! {
    /// Identifies an app of the service; what that is, is not published.
    AppId,
    /// Identifies a part of the knowledge base of any kind.
    AssetId,
    /// Identifies a company of contacts.
    CompanyId,
    /// Identifies a contact.
    ContactId,
    /// Identifies an entry of the execution log.
    ExecutionLogId,
    /// Identifies a file of the knowledge base.
    FileId,
    /// Identifies an integration; 17 marks the API.
    IntegrationId,
    /// Identifies the settings of a project's integration.
    IntegrationSettingId,
    /// Identifies an invitation. (Revoking one takes its hash, not this.)
    InvitationId,
    /// Identifies a contact list.
    ListId,
    /// Identifies a membership of the organization: not the user, who has a [`UserId`].
    MemberId,
    /// Identifies a message of a conversation.
    MessageId,
    /// Identifies an organization.
    OrganizationId,
    /// Identifies a project inside the service; requests name it by its `project_uid`, a text.
    ProjectId,
    /// Identifies a conversation inside the service; requests name it by its [`SessionUid`](crate::SessionUid).
    SessionId,
    /// Identifies a tag, of contacts or of the knowledge base.
    TagId,
    /// Identifies a text of the knowledge base.
    TextId,
    /// Identifies a user: not the membership, which has a [`MemberId`].
    UserId,
    /// Identifies a saved view of conversations.
    ViewId,
    /// Identifies a visitor.
    VisitorId,
}

impl From<FileId> for AssetId {
    fn from(id: FileId) -> Self {
        Self(id.0)
    }
}

impl From<TextId> for AssetId {
    fn from(id: TextId) -> Self {
        Self(id.0)
    }
}
