//! Files that are uploaded to a signed URL, and served afterwards.

use serde::{Deserialize, Serialize};

use crate::http::{Request, Response};
use crate::state::Organization;

/// What the path of every file begins with.
const FOLDER: &str = "/uploads/";

/// What stands for an upload among the operations.
pub(crate) const NAME: &str = "upload";

/// A place for a file.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Upload {
    path: String,
    signature: String,
    /// The bytes and their content type, once they have come.
    content: Option<(String, Vec<u8>)>,
}

impl Upload {
    pub fn new(id: u64, name: &str) -> Self {
        Self {
            path: format!("{FOLDER}{id:x}/{}", encoded(name)),
            signature: format!("{:x}", id.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            content: None,
        }
    }

    pub fn url(&self, host: &str) -> String {
        format!("http://{host}{}", self.path)
    }

    pub fn signed_url(&self, host: &str) -> String {
        format!("{}?signature={}", self.url(host), self.signature)
    }

    /// Takes the file. The same bytes may come twice, since an upload may be repeated.
    fn put(&mut self, request: &Request) -> Response {
        let is_signed = request.query.strip_prefix("signature=") == Some(&*self.signature);
        if !is_signed
            || request
                .header("authorization")
                .or(request.header("api-key"))
                .is_some()
        {
            return Response::text(403, "The signature does not match");
        }
        if request.header("content-length").is_none() {
            return Response::text(411, "A length is required");
        }
        let kind = request
            .header("content-type")
            .unwrap_or_default()
            .to_owned();
        let content = (kind, request.body.clone());
        match &self.content {
            Some(kept) if *kept != content => Response::text(409, "Another file is there already"),
            _ => {
                self.content = Some(content);
                Response::text(200, "")
            }
        }
    }

    fn get(&self) -> Response {
        match &self.content {
            Some((kind, bytes)) => Response {
                status: 200,
                content_type: kind.clone(),
                body: bytes.clone(),
                headers: Vec::new(),
            },
            None => Response::text(404, "No such file"),
        }
    }
}

/// Whether a request is for a file.
pub(crate) fn is_for_file(request: &Request) -> bool {
    request.path.starts_with(FOLDER)
}

/// What a request for a file answers.
pub(crate) fn respond(request: &Request, organization: &mut Organization) -> Response {
    let mut uploads = organization
        .projects
        .iter_mut()
        .flat_map(|project| &mut project.uploads);
    let upload = uploads.find(|upload| upload.path == request.path);
    match (upload, request.method.as_str()) {
        (Some(upload), "PUT") => upload.put(request),
        (Some(upload), "GET" | "HEAD") => upload.get(),
        _ => Response::text(404, "No such file"),
    }
}

/// A file's name as a segment of a path.
fn encoded(name: &str) -> String {
    let mut segment = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                segment.push(char::from(byte));
            }
            _ => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    segment
}
