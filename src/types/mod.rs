//! What several operations share: ids, open enums, and the wire's quirks.

#[macro_use]
mod open_enum;
#[macro_use]
mod setters;
#[macro_use]
pub(crate) mod object;
mod condition;
pub(crate) mod finite;
pub(crate) mod free_form;
mod ids;
mod number_or_word;
mod order;
mod session_uid;
pub(crate) mod wire;

pub use condition::{Condition, ConditionGroup, Filter, GroupOperator};
pub use ids::{
    AppId, AssetId, CompanyId, ContactId, ExecutionLogId, FileId, IntegrationId,
    IntegrationSettingId, InvitationId, ListId, MemberId, MessageId, OrganizationId, ProjectId,
    SessionId, TagId, TextId, UserId, ViewId, VisitorId,
};
pub use number_or_word::NumberOrWord;
pub use order::OrderBy;
pub use session_uid::SessionUid;
