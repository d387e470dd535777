//! Training the agent.

use yourgpt::*;

use crate::support::*;

/// Asks for the status until everything is indexed. The sandbox needs a few requests for that.
fn wait_until_trained(project: &Client<Project>) {
    let requests = (1..=10).find(|_| {
        let status = project.get_training_status().unwrap().status;
        status == Some(TrainingState::Completed)
    });
    assert!(requests > Some(1), "trained after {requests:?} requests");
}

#[test]
fn add_an_answer_and_find_it_in_a_search_and_in_a_reply() {
    let (_sandbox, project) = sandbox_project();
    let faq = CreateProjectText::new("Yes, behind the shop.", TextType::Faq)
        .short_text("Is there a place to park?")
        .tags(["Arrival"]);
    let text = project.create_project_text(&faq).unwrap();
    wait_until_trained(&project);

    let arrival = GetProjectText::new(TextType::Faq).tags(["arrival"]);
    let trained = project.get_project_text(&arrival).unwrap();
    assert_eq!(trained.total, Some(1));
    assert_eq!(trained.items[0].id, text.id);
    assert_eq!(trained.items[0].status, Some(AssetStatus::Completed));

    let search = SearchIndexDocument::new("Where can I park?", 3);
    let hits = project.search_index_document(&search).unwrap();
    assert_eq!(hits[0].content.as_deref(), Some("Yes, behind the shop."));

    let session = project.create_session().unwrap().session_uid;
    let question = SendMessage::new(&session, "Where can I park?");
    let reply = project.send_message(&question).unwrap();
    assert_eq!(reply.message.as_deref(), Some("Yes, behind the shop."));

    let transcript = project.items(&GetSessionMessages::new(&session));
    let transcript: Vec<_> = transcript.map(|message| message.unwrap()).collect();
    assert_eq!(transcript.len(), 2);
    assert_eq!(transcript[0].message.as_deref(), Some("Where can I park?"));
    let source = &transcript[1].ai_log.as_ref().unwrap()[0].source_node;
    assert_eq!(*source, hits[0].doc_id);

    let logs = GetChatbotExecutionLogs::new().session_uid(&session);
    let logs = project.get_chatbot_execution_logs(&logs).unwrap().items;
    let of_session = logs[0].executionlog_session_data.as_ref().unwrap();
    assert_eq!(of_session.session_uid.as_ref(), Some(&session));
}

#[test]
fn add_a_file_tag_it_and_delete_it() {
    let (_sandbox, project) = sandbox_project();
    let upload = UploadFile::new("https://example.com/menu.pdf").enable_citation(true);
    let file = project.upload_file(&upload).unwrap();
    assert_eq!(file.extra_settings.unwrap().enable_citation, Some(true));
    wait_until_trained(&project);

    let tag = project.add_knowledgebase_tag("Menus").unwrap();
    assert_eq!(project.add_knowledgebase_tag("menus").unwrap().id, tag.id);
    let tags = LinkKnowledgebaseTags::new(file.id, AssetType::File).tags(["menus"]);
    project.link_knowledgebase_tags(&tags).unwrap();

    let menus = GetProjectFiles::new().tags(["menus"]).status("completed");
    let found = project.get_project_files(&menus).unwrap().items;
    assert_eq!((found.len(), found[0].id), (1, file.id));
    project.delete_file(file.id).unwrap();
    assert_eq!(project.get_project_files(&menus).unwrap().total, Some(0));
    let error = project.delete_file(file.id).unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{error}");
}
