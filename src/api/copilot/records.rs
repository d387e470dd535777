//! The records of conversations from the copilot SDK, and of signed URLs.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde_json::Number;

use crate::types::{SessionUid, Timestamp};
use crate::wire::{FromWire, deserialize, record};

record! {
    /// A conversation that a program keeps in the dashboard.
    #[derive(Default, Eq)]
    pub struct CopilotSession {
        /// The identifier that later calls take. It is missing in some answers: use
        /// [`uid`](Self::uid).
        pub session_uid: Option<SessionUid>,
        /// The same, in answers that have no `session_uid`.
        pub id: Option<SessionUid>,
        /// The title in the dashboard.
        pub title: Option<String>,
        /// When it was opened.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
    }
}

impl CopilotSession {
    /// The identifier that later calls take: `session_uid` or, if that is missing, `id`.
    #[inline]
    pub fn uid(&self) -> Option<&SessionUid> {
        self.session_uid.as_ref().or(self.id.as_ref())
    }
}

record! {
    /// Where to upload a file, and where it is afterwards.
    #[derive(Default, Eq)]
    pub struct SignedUrl {
        /// Where to upload the file. Some answers call it `url`: use
        /// [`upload_target`](Self::upload_target).
        pub upload_url: Option<SecretUrl>,
        /// The other name of `upload_url`.
        pub url: Option<SecretUrl>,
        /// Where the file is afterwards. Some answers call it `success_url`, some leave it out: use
        /// [`file_location`](Self::file_location).
        pub file_url: Option<SecretUrl>,
        /// The other name of `file_url`.
        pub success_url: Option<SecretUrl>,
    }
}

impl SignedUrl {
    /// Where to upload the file.
    #[inline]
    pub fn upload_target(&self) -> Option<&SecretUrl> {
        let mut urls = [&self.upload_url, &self.url].into_iter().flatten();
        urls.find(|url| !url.as_str().is_empty())
    }

    /// Where the file is after the upload. If the service does not say so, it is the upload's URL
    /// without its query, as in the vendor's own client.
    #[inline]
    pub fn file_location(&self) -> Option<&str> {
        let published = [&self.file_url, &self.success_url].into_iter().flatten();
        let published = published.map(SecretUrl::as_str);
        published
            .filter(|url| !url.is_empty())
            .chain(self.upload_target().map(SecretUrl::without_query))
            .next()
    }
}

/// A URL whose query is a credential: whoever has it can write to the URL. `Debug` masks the query.
///
/// ```
/// use yourgpt::SecretUrl;
///
/// let url = SecretUrl::from("https://files.example/up/list.pdf?signature=2b7e");
/// assert_eq!(format!("{url:?}"), "SecretUrl(https://files.example/up/list.pdf?[credential])");
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// The whole URL, with the credential.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL up to its query.
    pub fn without_query(&self) -> &str {
        self.0.split(['?', '#']).next().unwrap_or_default()
    }
}

impl From<&str> for SecretUrl {
    fn from(url: &str) -> Self {
        Self(url.to_owned())
    }
}

impl From<String> for SecretUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.without_query();
        let mask = if shown.len() < self.0.len() {
            "?[credential]"
        } else {
            ""
        };
        write!(f, "SecretUrl({shown}{mask})")
    }
}

impl FromWire for SecretUrl {
    const EXPECTED: &str = String::EXPECTED;

    fn from_bool(flag: bool) -> Option<Self> {
        String::from_bool(flag).map(Self)
    }

    fn from_number(number: Number) -> Option<Self> {
        String::from_number(number).map(Self)
    }

    fn from_string(text: Cow<'_, str>) -> Option<Self> {
        String::from_string(text).map(Self)
    }
}

deserialize!(SecretUrl);
