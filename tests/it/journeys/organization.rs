//! Members, projects and usage limits.

use yourgpt::*;
use yourgpt_sandbox::INVITATION_HASH;

use crate::support::*;

fn members(organization: &Client) -> OrganizationMembers {
    let everybody = GetOrganizationMembers::new().limit(1000);
    organization.get_organization_members(&everybody).unwrap()
}

#[test]
fn invite_a_member_and_revoke_the_invitation() {
    let (_sandbox, organization) = sandbox_organization();
    let invitation = organization
        .invite_organization_member("ada@example.com", Role::Editor)
        .unwrap();
    assert_eq!(invitation.status, Some(InvitationStatus::Pending));
    let is_open = || {
        let open = members(&organization).invitations;
        open.iter().any(|open| open.id == invitation.id)
    };
    assert!(is_open());

    let hash = invitation.hash.as_deref().unwrap();
    organization.revoke_organization_invitation(hash).unwrap();
    assert!(!is_open());
    assert!(organization.revoke_organization_invitation(hash).is_err());
    organization
        .revoke_organization_invitation(INVITATION_HASH)
        .unwrap();
    assert_eq!(members(&organization).invitations, []);
}

#[test]
fn change_a_members_role_and_remove_the_member_but_never_the_creator() {
    let (_sandbox, organization) = sandbox_organization();
    let creator = organization.get_organization_detail().unwrap().created_by;
    let (mut everybody, by_role) = (members(&organization), |role: Role| {
        move |member: &OrganizationMember| member.role.as_ref() == Some(&role)
    });
    everybody.organization_member.retain(by_role(Role::Viewer));
    let viewer = everybody.organization_member[0].id;

    organization
        .change_organization_member_role(viewer, Role::Billing)
        .unwrap();
    let now = members(&organization).organization_member;
    let changed = now.iter().find(|member| member.id == viewer).unwrap();
    assert_eq!(changed.role, Some(Role::Billing));

    organization.remove_organization_member(viewer).unwrap();
    let left = members(&organization);
    assert_eq!(left.total, Some(now.len() as u64 - 1));
    assert!(
        left.organization_member
            .iter()
            .all(|member| member.id != viewer)
    );

    let creator = left
        .organization_member
        .iter()
        .find(|member| member.user_id == creator);
    let error = organization.remove_organization_member(creator.unwrap().id);
    let error = error.unwrap_err();
    assert!(error.to_string().contains("creator"), "{error}");
    assert!(!error.may_have_been_processed());
}

#[test]
fn create_a_project_configure_it_and_converse_with_it() {
    let (_sandbox, organization) = sandbox_organization();
    let created = organization.create_chatbot("Returns desk").unwrap();
    let project = organization.project(created.project_uid.unwrap());
    project
        .update_chatbot(&UpdateChatbot::new().name("Returns"))
        .unwrap();
    let model = organization.get_supported_models().unwrap().remove(1).value;
    let settings = UpdateProjectSettings::new()
        .model(model)
        .temperature(0.0)
        .max_nodes(1);
    project.update_project_settings(&settings).unwrap();
    let settings = UpdateProjectSettings::new().model("no such model");
    assert!(project.update_project_settings(&settings).is_err());

    let named = GetMyProjects::new().search("returns");
    let found = organization.get_my_projects(&named).unwrap().items;
    assert_eq!(found[0].id, created.id);
    assert_eq!(found[0].name.as_deref(), Some("Returns"));
    let widget = found[0]
        .integration_setting
        .as_ref()
        .unwrap()
        .widget_uid
        .clone();
    assert_eq!(widget, created.widget_uid);

    let session = project.create_session().unwrap();
    project
        .send_message(&SendMessage::new(session.session_uid, "Hello"))
        .unwrap();
    let sentiments = project
        .get_sentiment_analysis(&GetSentimentAnalysis::new())
        .unwrap();
    let counts = sentiments.iter().filter_map(|row| row.session_count);
    let sessions: u64 = counts.sum();
    assert_eq!(sessions, 1);
}

#[test]
fn set_a_usage_limit_reach_it_and_remove_it() {
    let (_sandbox, project) = sandbox_project();
    let credits = || {
        let quota = project.get_project_usage_limit().unwrap().credits?;
        Some((quota.limit?.as_u64()?, quota.usage?.as_u64()?))
    };
    let set_limit =
        |limit| project.set_project_usage_limit(&[UsageLimit::new(LimitType::Credits, limit)]);
    let session = project.create_session().unwrap().session_uid;
    let ask = || project.send_message(&SendMessage::new(&session, "When do you open?"));

    set_limit(8000).unwrap();
    let (_, used) = credits().unwrap();
    assert!(set_limit(used - 1).is_err(), "a limit below the usage");
    assert!(set_limit(8001).is_err(), "a limit above the plan's share");
    set_limit(used + 1).unwrap();
    ask().unwrap();
    assert_eq!(credits(), Some((used + 1, used + 1)));

    let error = ask().unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{error}");
    assert!(!error.may_have_been_processed());
    assert_eq!(error.attempts(), 1);

    project
        .remove_project_usage_limit(LimitType::Credits)
        .unwrap();
    ask().unwrap();
    assert_eq!(credits(), None);
}

#[test]
fn a_quota_that_comes_as_a_digit_string_is_a_number() {
    let (_sandbox, project) = sandbox_project();
    let limits = [UsageLimit::new(LimitType::Webpages, 900)];
    project.set_project_usage_limit(&limits).unwrap();
    let webpages = project.get_project_usage_limit().unwrap().webpages.unwrap();
    assert_eq!(webpages.limit.unwrap().as_u64(), Some(900));
}
