//! The operations, one file for each section of the contract.

mod contacts;
mod conversations;
mod copilot;
mod debugging;
mod knowledge;
mod messages;
mod organization;
mod overview;
mod playground;
mod projects;
mod training;
mod usage;
mod voice;

pub(crate) use contacts::{Company, Contact, ContactList, Tag};
pub(crate) use conversations::{ChatMode, SavedView, Session};
pub(crate) use debugging::ExecutionLog;
pub(crate) use knowledge::{KnowledgeBase, TextKind, TrainingFile, TrainingText};
pub(crate) use messages::{Message, Origin, Sender};
pub(crate) use organization::{Invitation, Member};
pub(crate) use projects::ProjectMember;
pub(crate) use usage::Usage;

use crate::answer::Outcome;
use crate::call::Call;
use crate::state::{Organization, Project};

/// What serves an operation.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    Organization(fn(&mut Organization, &Call) -> Outcome),
    Project(fn(&mut Project, &Call) -> Outcome),
}

/// Finds what serves an operation, by the operation's name in the contract.
pub(crate) fn handler(name: &str) -> Option<Handler> {
    use Handler::{Organization, Project};

    Some(match name {
        "getOrganizationDetail" => Organization(organization::get_organization_detail),
        "getOrganizationMembers" => Organization(organization::get_organization_members),
        "inviteOrganizationMember" => Organization(organization::invite_organization_member),
        "changeOrganizationMemberRole" => {
            Organization(organization::change_organization_member_role)
        }
        "removeOrganizationMember" => Organization(organization::remove_organization_member),
        "revokeOrganizationInvitation" => {
            Organization(organization::revoke_organization_invitation)
        }

        "getMyProjects" => Organization(projects::get_my_projects),
        "createChatbot" => Organization(projects::create_chatbot),
        "updateChatbot" => Project(projects::update_chatbot),
        "updateProjectSettings" => Project(projects::update_project_settings),

        "getProjectUsageLimit" => Project(usage::get_project_usage_limit),
        "setProjectUsageLimit" => Project(usage::set_project_usage_limit),
        "removeProjectUsageLimit" => Project(usage::remove_project_usage_limit),

        "createSession" => Project(conversations::create_session),
        "sendMessage" => Project(conversations::send_message),
        "getSessions" => Project(conversations::get_sessions),
        "updateSession" => Project(conversations::update_session),
        "getSessionMessages" => Project(conversations::get_session_messages),

        "getAllContacts" => Project(contacts::get_all_contacts),
        "getContactDetail" => Project(contacts::get_contact_detail),
        "getAllContactTags" => Project(contacts::get_all_contact_tags),
        "createContactTag" => Project(contacts::create_contact_tag),
        "linkContactTags" => Project(contacts::link_contact_tags),
        "createContactList" => Project(contacts::create_contact_list),
        "updateContactList" => Project(contacts::update_contact_list),
        "deleteContactList" => Project(contacts::delete_contact_list),
        "getContactCompanyDetails" => Project(contacts::get_contact_company_details),
        "deleteContactCompany" => Project(contacts::delete_contact_company),
        "linkContactToCompany" => Project(contacts::link_contact_to_company),

        "createProjectText" => Project(training::create_project_text),
        "getProjectText" => Project(training::get_project_text),
        "uploadFile" => Project(training::upload_file),
        "getProjectFiles" => Project(training::get_project_files),
        "deleteFile" => Project(training::delete_file),
        "getTrainingStatus" => Project(training::get_training_status),
        "addKnowledgebaseTag" => Project(training::add_knowledgebase_tag),
        "linkKnowledgebaseTags" => Project(training::link_knowledgebase_tags),

        "searchIndexDocument" => Project(debugging::search_index_document),
        "getChatbotExecutionLogs" => Project(debugging::get_chatbot_execution_logs),

        "getSentimentAnalysis" => Project(overview::get_sentiment_analysis),

        "createPlaygroundAgentSession" => Project(playground::create_playground_agent_session),
        "playgroundAgentResponse" => Project(playground::playground_agent_response),
        "getSupportedModels" => Organization(playground::get_supported_models),

        "makeOutboundCall" => Project(voice::make_outbound_call),

        "copilot-sdk/createSession" => Project(copilot::create_session),
        "copilot-sdk/createMessage" => Project(copilot::create_message),
        "copilot-sdk/createToolMessage" => Project(copilot::create_tool_message),
        "copilot-sdk/getSignedUrl" => Project(copilot::get_signed_url),
        _ => return None,
    })
}
