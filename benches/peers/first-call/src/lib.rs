//! What the programs by hand share: the credentials, the request and its answer.

use std::env;
use std::error::Error;

use serde::{Deserialize, Serialize};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What a program needs for its call, from the environment.
pub struct Call {
    pub url: String,
    pub authorization: String,
    pub body: Vec<u8>,
}

#[derive(Serialize)]
struct Request {
    limit: u64,
    project_uid: String,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Contact>,
}

#[derive(Deserialize)]
#[expect(dead_code)]
#[serde(rename_all = "camelCase")]
struct Contact {
    id: u64,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    r#type: Option<String>,
    created_at: Option<String>,
}

impl Call {
    pub fn from_env() -> Result<Self> {
        let request = Request {
            limit: 10,
            project_uid: env::var("YOURGPT_PROJECT_UID")?,
        };
        Ok(Self {
            url: format!(
                "{}/chatbot/v1/getAllContacts",
                env::var("YOURGPT_BASE_URL")?
            ),
            authorization: format!("Bearer {}", env::var("YOURGPT_API_TOKEN")?),
            body: serde_json::to_vec(&request)?,
        })
    }
}

pub fn check(body: &[u8]) -> Result<()> {
    let rows: usize = env::args().nth(1).ok_or("the rows")?.parse()?;
    assert_eq!(serde_json::from_slice::<Answer>(body)?.data.len(), rows);
    Ok(())
}
