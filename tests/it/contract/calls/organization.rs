//! The table: organization, projects and usage.

use yourgpt::{
    AgentMode, GetMyProjects, GetOrganizationMembers, LimitType, MemberId, OrderBy, Role,
    UpdateChatbot, UpdateProjectSettings, UsageLimit,
};

use super::{Call::*, Entry, entry, members, page, plain, record};

pub fn entries() -> Vec<Entry> {
    vec![
        plain(
            "getOrganizationDetail",
            Organization(|client| record(client.get_organization_detail())),
        ),
        entry(
            "getOrganizationMembers",
            Organization(|client| {
                let request = GetOrganizationMembers::new().limit(1000).page(2);
                members(client.get_organization_members(&request))
            }),
            Organization(|client| {
                members(client.get_organization_members(&GetOrganizationMembers::new()))
            }),
        ),
        plain(
            "inviteOrganizationMember",
            Organization(|client| {
                record(client.invite_organization_member("joon@example.net", Role::Billing))
            }),
        ),
        plain(
            "changeOrganizationMemberRole",
            Organization(|client| {
                record(client.change_organization_member_role(MemberId(640), Role::Editor))
            }),
        ),
        plain(
            "removeOrganizationMember",
            Organization(|client| record(client.remove_organization_member(MemberId(640)))),
        ),
        plain(
            "revokeOrganizationInvitation",
            Organization(|client| record(client.revoke_organization_invitation("9f2b7c61d4"))),
        ),
        entry(
            "getMyProjects",
            Organization(|client| {
                let request = GetMyProjects::new()
                    .search("desk")
                    .limit(5)
                    .page(2)
                    .order_by(OrderBy::Desc);
                page(client.get_my_projects(&request))
            }),
            Organization(|client| page(client.get_my_projects(&GetMyProjects::new()))),
        ),
        plain(
            "createChatbot",
            Organization(|client| record(client.create_chatbot("Sales desk"))),
        ),
        entry(
            "updateChatbot",
            Project(|client| {
                let request = UpdateChatbot::new().name("Shop").retention_duration(0);
                record(client.update_chatbot(&request))
            }),
            Project(|client| record(client.update_chatbot(&UpdateChatbot::new()))),
        ),
        entry(
            "updateProjectSettings",
            Project(|client| {
                let request = UpdateProjectSettings::new()
                    .prompt("You help in a bakery.")
                    .restriction("No medical advice.")
                    .model("nova-mini")
                    .temperature(0.2)
                    .mode(AgentMode::Agent)
                    .chat_history_count(0)
                    .max_nodes(3)
                    .add_page_link(true)
                    .auto_close_duration(60)
                    .auto_resolve_duration(30);
                record(client.update_project_settings(&request))
            }),
            Project(|client| record(client.update_project_settings(&UpdateProjectSettings::new()))),
        ),
        plain(
            "getProjectUsageLimit",
            Project(|client| record(client.get_project_usage_limit())),
        ),
        plain(
            "setProjectUsageLimit",
            Project(|client| {
                let limits = [
                    UsageLimit::new(LimitType::Credits, 5000),
                    UsageLimit::new(LimitType::VoiceCredits, 0),
                ];
                record(client.set_project_usage_limit(&limits))
            }),
        ),
        plain(
            "removeProjectUsageLimit",
            Project(|client| record(client.remove_project_usage_limit(LimitType::Webpages))),
        ),
    ]
}
