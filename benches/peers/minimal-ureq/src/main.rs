//! The least program with ureq and serde: prints the names on the first page of contacts.

use std::env;

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
    let token = env::var("YOURGPT_API_TOKEN")?;
    let request = Request {
        project_uid: env::var("YOURGPT_PROJECT_UID")?,
    };
    let body = ureq::post("https://api.yourgpt.ai/chatbot/v1/getAllContacts")
        .header("Authorization", format!("Bearer {token}"))
        .header("Content-Type", "application/json")
        .send(&serde_json::to_vec(&request)?)?
        .body_mut()
        .read_to_vec()?;
    for contact in serde_json::from_slice::<Answer>(&body)?.data {
        println!("{}", contact.name.unwrap_or_default());
    }
    Ok(())
}
