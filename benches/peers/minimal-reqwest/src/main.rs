//! The least program with reqwest: prints the names on the first page of contacts.

use std::env;

use reqwest::blocking::Client;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Request {
    project_uid: String,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Contact>,
}

#[derive(Deserialize)]
struct Contact {
    name: Option<String>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let request = Request {
        project_uid: env::var("YOURGPT_PROJECT_UID")?,
    };
    let answer: Answer = Client::new()
        .post("https://api.yourgpt.ai/chatbot/v1/getAllContacts")
        .bearer_auth(env::var("YOURGPT_API_TOKEN")?)
        .json(&request)
        .send()?
        .error_for_status()?
        .json()?;
    for contact in answer.data {
        println!("{}", contact.name.unwrap_or_default());
    }
    Ok(())
}
