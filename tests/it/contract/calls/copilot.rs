//! The table: what the vendor's copilot SDK calls.

use serde_json::json;
use yourgpt::{
    ContentType, CopilotCreateMessage, CopilotCreateSession, CopilotCreateToolMessage, SendBy,
    ToolCall,
};

use super::{Call::Key, Entry, entry, plain, record};

const SESSION: u64 = 17_391_820_446_650_141;

fn message() -> CopilotCreateMessage {
    CopilotCreateMessage::new(SESSION, "Here is the list.", SendBy::Assistant)
}

fn tool_message(call: ToolCall) -> CopilotCreateToolMessage {
    CopilotCreateToolMessage::new(SESSION, call)
}

pub fn entries() -> Vec<Entry> {
    vec![
        entry(
            "copilot-sdk/createSession",
            Key(|client| {
                let session = CopilotCreateSession::new()
                    .title("Order 1041")
                    .metadata(json!({"order": 1041}));
                record(client.copilot_create_session(&session))
            }),
            Key(|client| record(client.copilot_create_session(&CopilotCreateSession::new()))),
        ),
        entry(
            "copilot-sdk/createMessage",
            Key(|client| {
                let message = message()
                    .content_type(ContentType::File)
                    .url("https://files.example/up/9c1f/price-list.pdf");
                record(client.copilot_create_message(&message))
            }),
            Key(|client| record(client.copilot_create_message(&message()))),
        ),
        entry(
            "copilot-sdk/createToolMessage",
            Key(|client| {
                let call = ToolCall::new("find_order")
                    .tool_arguments(json!({"number": 1041}))
                    .tool_call_id("call-1")
                    .status("completed")
                    .tool_response(json!({"state": "shipped"}));
                record(client.copilot_create_tool_message(&tool_message(call)))
            }),
            Key(|client| {
                let call = ToolCall::new("find_order");
                record(client.copilot_create_tool_message(&tool_message(call)))
            }),
        ),
        plain(
            "copilot-sdk/getSignedUrl",
            Key(|client| record(client.copilot_get_signed_url("price-list.pdf"))),
        ),
    ]
}
