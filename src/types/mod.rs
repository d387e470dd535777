//! Public types that several operations share: ids, open enums, conditions.

mod condition;
mod free_form;
mod ids;
mod number_or_word;
mod open_enum;
mod order;
mod session_uid;

pub(crate) use open_enum::open_enum;

pub use condition::{Condition, ConditionGroup, Filter, GroupOperator};
pub use free_form::FreeForm;
pub use ids::{
    AppId, AssetId, CompanyId, ContactId, ExecutionLogId, FileId, IntegrationId,
    IntegrationSettingId, InvitationId, ListId, MemberId, MessageId, OrganizationId, ProjectId,
    SessionId, TagId, TextId, UserId, ViewId, VisitorId,
};
pub use number_or_word::NumberOrWord;
pub use order::OrderBy;
pub use session_uid::SessionUid;
