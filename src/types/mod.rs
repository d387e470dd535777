//! What several operations share: ids, open enums, filters, dates and times.

mod condition;
mod date;
mod free_form;
mod ids;
mod number_or_word;
mod open_enum;
mod order;
mod session_filter;
mod session_uid;
mod tag_names;
pub(crate) mod time_text;
mod timestamp;

pub(crate) use open_enum::open_enum;

pub use condition::{Condition, ConditionGroup, Filter, GroupOperator};
pub use date::{Date, DateOrText, InvalidDate};
pub use free_form::FreeForm;
pub use ids::{
    AppId, AssetId, CompanyId, ContactId, ExecutionLogId, FileId, IntegrationId,
    IntegrationSettingId, InvitationId, ListId, MemberId, MessageId, OrganizationId, ProjectId,
    SessionId, TagId, TextId, UserId, ViewId, VisitorId,
};
pub use number_or_word::NumberOrWord;
pub use order::OrderBy;
pub use session_filter::SessionFilter;
pub use session_uid::SessionUid;
pub use tag_names::TagNames;
pub(crate) use tag_names::tag_names;
pub use timestamp::Timestamp;
