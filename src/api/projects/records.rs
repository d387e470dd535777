//! The records of projects.

use crate::api::Role;
use crate::types::{
    AppId, IntegrationSettingId, OrganizationId, ProjectId, Timestamp, UserId, open_enum,
};
use crate::wire::record;

open_enum! {
    /// What the agent may do.
    AgentMode {
        /// Answer and call tools.
        Agent = "agent",
        /// Answer only.
        Chat = "chat",
    }
}

record! {
    /// A project as a row of [`Client::get_my_projects`](crate::Client::get_my_projects). It is not
    /// called `Project`, as in the API, because that is the [scope](crate::Project) of a client.
    #[derive(Eq)]
    pub struct ProjectRecord {
        /// The number of the record.
        pub id: ProjectId,
        /// The organization.
        pub organization_id: Option<OrganizationId>,
        /// Its name.
        pub name: Option<String>,
        /// The app; its meaning is not published.
        pub app_id: Option<AppId>,
        /// The identifier that [`Client::project`](crate::Client::project) takes.
        pub project_uid: Option<String>,
        /// What it is for; the sample shows `Chatbot`.
        pub purpose: Option<String>,
        /// When it was created.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
        /// The organization, and the caller's role in it.
        pub organization: Option<ProjectOrganization>,
        /// Its members.
        pub project_members: Option<Vec<ProjectMember>> = "ProjectMembers",
        /// Its integration, which holds the widget.
        pub integration_setting: Option<IntegrationSetting>,
    }
}

record! {
    /// The organization of a project.
    #[derive(Eq)]
    pub struct ProjectOrganization {
        /// The number of the organization.
        pub id: OrganizationId,
        /// Its name.
        pub name: Option<String>,
        /// The caller's role there.
        pub role: Option<Role>,
    }
}

record! {
    /// A member of a project.
    #[derive(Default, Eq)]
    pub struct ProjectMember {
        /// The user.
        pub user_id: Option<UserId>,
        /// What the member may do.
        pub role: Option<Role>,
    }
}

record! {
    /// The integration of a project.
    #[derive(Default, Eq)]
    pub struct IntegrationSetting {
        /// The number of the record.
        pub id: Option<IntegrationSettingId>,
        /// The project.
        pub project_id: Option<ProjectId>,
        /// The identifier that [`Client::widget`](crate::Client::widget) takes.
        pub widget_uid: Option<String>,
    }
}

record! {
    /// A project that [`Client::create_chatbot`](crate::Client::create_chatbot) made.
    #[derive(Eq)]
    pub struct CreatedProject {
        /// The number of the record.
        pub id: ProjectId,
        /// Its name.
        pub name: Option<String>,
        /// The identifier that [`Client::project`](crate::Client::project) takes.
        pub project_uid: Option<String>,
        /// The app; its meaning is not published.
        pub app_id: Option<AppId>,
        /// The organization.
        pub organization_id: Option<OrganizationId>,
        /// Who created it.
        pub created_by: Option<UserId>,
        /// The widget made along with it: what [`Client::widget`](crate::Client::widget) takes.
        pub widget_uid: Option<String>,
        /// When it was created.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
    }
}
