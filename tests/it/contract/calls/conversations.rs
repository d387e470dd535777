//! The table: conversations, debugging, overview, playground and voice. An operation that both
//! kinds of credentials may call is listed twice.

use serde_json::json;
use yourgpt::{
    AgentSetting, ChatMode, Condition, ContentType, GetChatbotExecutionLogs, GetSentimentAnalysis,
    GetSessionMessages, GetSessions, MakeOutboundCall, OrderBy, PlaygroundAgentResponse,
    SearchIndexDocument, SendBy, SendMessage, SessionState, SessionStatus, UpdateSession, ViewId,
};

use super::{Call::*, Entry, entry, page, plain, record};

const SESSION: u64 = 17_391_820_446_650_137;

fn message() -> SendMessage {
    SendMessage::new(SESSION, "When do you open?")
}

fn second_page_of_february() -> GetSessions {
    GetSessions::new()
        .from("2026-02-01")
        .to("2026-02-28")
        .limit(50)
        .page(2)
        .order_by(OrderBy::Desc)
}

fn every_change() -> UpdateSession {
    UpdateSession::new(SESSION)
        .state(SessionState::Unresolved)
        .chat_mode(ChatMode::Operator)
        .segment("vip,billing")
}

fn last_messages() -> GetSessionMessages {
    GetSessionMessages::new("b7e6c1f0-5a5e-4d4b-8a43-0f1de2a3c4b5")
        .order_by(OrderBy::Desc)
        .limit(100)
        .page(1)
}

fn search() -> SearchIndexDocument {
    SearchIndexDocument::new("opening hours", 5)
}

fn logs_of_a_session() -> GetChatbotExecutionLogs {
    GetChatbotExecutionLogs::new()
        .session_uid(SESSION)
        .from("2026-02-01")
        .to("2026-02-28")
        .order_by(OrderBy::Asc)
        .limit(20)
        .page(3)
}

pub fn entries() -> Vec<Entry> {
    [with_a_token(), with_a_key()].concat()
}

fn with_a_token() -> Vec<Entry> {
    vec![
        plain(
            "createSession",
            Project(|client| record(client.create_session())),
        ),
        entry(
            "sendMessage",
            Project(|client| {
                record(client.send_message(&message().content_type(ContentType::Text)))
            }),
            Project(|client| record(client.send_message(&message()))),
        ),
        entry(
            "getSessions",
            Project(|client| {
                let request = second_page_of_february().status(SessionStatus::Closed);
                page(client.get_sessions(&request))
            }),
            Project(|client| page(client.get_sessions(&GetSessions::new()))),
        ),
        entry(
            "updateSession",
            Project(|client| record(client.update_session(&every_change()))),
            Project(|client| record(client.update_session(&UpdateSession::new(SESSION)))),
        ),
        entry(
            "getSessionMessages",
            Project(|client| page(client.get_session_messages(&last_messages()))),
            Project(|client| page(client.get_session_messages(&GetSessionMessages::new(SESSION)))),
        ),
        entry(
            "searchIndexDocument",
            Project(|client| {
                record(client.search_index_document(&search().offset(10).node_id("faq-12")))
            }),
            Project(|client| record(client.search_index_document(&search()))),
        ),
        entry(
            "getChatbotExecutionLogs",
            Project(|client| page(client.get_chatbot_execution_logs(&logs_of_a_session()))),
            Project(|client| {
                page(client.get_chatbot_execution_logs(&GetChatbotExecutionLogs::new()))
            }),
        ),
        entry(
            "getSentimentAnalysis",
            Project(|client| {
                let request = GetSentimentAnalysis::new()
                    .from("2026-02-01 08:00:00")
                    .to("2026-02-28T23:59:59Z");
                record(client.get_sentiment_analysis(&request))
            }),
            Project(|client| record(client.get_sentiment_analysis(&GetSentimentAnalysis::new()))),
        ),
        plain(
            "createPlaygroundAgentSession",
            Project(|client| record(client.create_playground_agent_session())),
        ),
        entry(
            "playgroundAgentResponse",
            Project(|client| {
                let setting = AgentSetting::new()
                    .model("nova-large")
                    .system_prompt("Be brief.")
                    .temperature(0.5);
                let request = PlaygroundAgentResponse::new(SESSION, "Are you open?")
                    .agent_setting(setting)
                    .previous_chat([json!({"role": "user", "content": "Hello"})]);
                record(client.playground_agent_response(&request))
            }),
            Project(|client| {
                let request = PlaygroundAgentResponse::new(SESSION, "Are you open?");
                record(client.playground_agent_response(&request))
            }),
        ),
        plain(
            "getSupportedModels",
            Organization(|client| record(client.get_supported_models())),
        ),
    ]
}

fn with_a_key() -> Vec<Entry> {
    vec![
        plain(
            "createSession",
            Key(|client| record(client.create_session())),
        ),
        entry(
            "sendMessage",
            Key(|client| record(client.send_message(&message().send_by(SendBy::User)))),
            Key(|client| record(client.send_message(&message()))),
        ),
        entry(
            "getSessions",
            Key(|client| {
                let request = second_page_of_february()
                    .view_id(ViewId(12))
                    .filter([Condition::session("country", "NL")]);
                page(client.get_sessions(&request))
            }),
            Key(|client| page(client.get_sessions(&GetSessions::new()))),
        ),
        entry(
            "updateSession",
            Key(|client| record(client.update_session(&every_change()))),
            Key(|client| record(client.update_session(&UpdateSession::new(SESSION)))),
        ),
        entry(
            "getSessionMessages",
            Key(|client| page(client.get_session_messages(&last_messages()))),
            Key(|client| page(client.get_session_messages(&GetSessionMessages::new(SESSION)))),
        ),
        plain(
            "searchIndexDocument",
            Key(|client| record(client.search_index_document(&search()))),
        ),
        entry(
            "getChatbotExecutionLogs",
            Key(|client| page(client.get_chatbot_execution_logs(&logs_of_a_session()))),
            Key(|client| page(client.get_chatbot_execution_logs(&GetChatbotExecutionLogs::new()))),
        ),
        plain(
            "getSupportedModels",
            Key(|client| record(client.get_supported_models())),
        ),
        entry(
            "makeOutboundCall",
            Key(|client| {
                let request = MakeOutboundCall::new("agent-7", "+351210000001")
                    .contact("Ines Duarte", "+351210000001");
                record(client.make_outbound_call(&request))
            }),
            Key(|client| {
                record(
                    client.make_outbound_call(&MakeOutboundCall::new("agent-7", "+351210000001")),
                )
            }),
        ),
    ]
}
