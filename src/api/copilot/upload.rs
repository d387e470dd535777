//! Uploading files to signed URLs.

use std::path::Path;

use super::SignedUrl;
use crate::client::{Client, Integration};
use crate::error::{Error, Result};
use crate::operation::UPLOAD;
use crate::transport::UploadBody;

/// # Uploads: with a project API key
impl Client<Integration> {
    /// Uploads a file to a [signed URL](Client::copilot_get_signed_url).
    ///
    /// The request is a PUT with the content type and the length, and without a credential. The URL
    /// must be https, or plain http to loopback if the client's base URL is on loopback too. A
    /// redirect is not followed.
    ///
    /// The timeout limits how long the connection may be silent, not the whole upload: for that, see
    /// [`with_deadline`](Client::with_deadline). Bytes and files are sent again as any repeatable
    /// operation is, a reader is not. A caller's own agent lends its proxy and TLS settings, and
    /// nothing else.
    ///
    /// Errors and observers call this `upload`, and never show the URL, whose query is a credential.
    /// ureq logs path and query at the level `trace`.
    ///
    /// # Errors
    /// [`InvalidRequest`](Error::InvalidRequest) if there is no URL to upload to, or if the URL or
    /// the content type cannot be used.
    ///
    /// ```
    /// use yourgpt::UploadBody;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let signed = bot.copilot_get_signed_url("hours.txt")?;
    /// bot.upload(&signed, "text/plain", UploadBody::bytes(b"Nine to five."))?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn upload<'a>(
        &self,
        signed: &SignedUrl,
        content_type: &str,
        body: impl Into<UploadBody<'a>>,
    ) -> Result<()> {
        let url = signed.upload_target();
        let url = url.ok_or_else(|| Error::invalid(UPLOAD, "the signed URL is missing"))?;
        self.put(url.as_str(), content_type, body.into())
    }

    /// Uploads the file at a path, and returns the URL where it is afterwards.
    ///
    /// This is [`copilot_get_signed_url`](Client::copilot_get_signed_url) with the file's name, and
    /// [`upload`](Client::upload). The content type follows from the name's ending. To add the file
    /// to the knowledge base, give the URL to [`upload_file`](Client::upload_file), which needs an API
    /// token and takes [some types of files](crate::UploadFile::new). For progress, do the same with
    /// [`UploadBody::on_progress`]. The client needs a [`widget`](Client::widget).
    ///
    /// # Errors
    /// [`InvalidRequest`](Error::InvalidRequest) if the file cannot be opened, or if the answer has
    /// no URL to upload to.
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// println!("{}", bot.upload_path("README.md")?);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn upload_path(&self, path: impl AsRef<Path>) -> Result<String> {
        let path = path.as_ref();
        let body = UploadBody::file(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let signed = self.copilot_get_signed_url(&name)?;
        self.upload(&signed, content_type(path), body)?;
        Ok(signed.file_location().unwrap_or_default().to_owned())
    }
}

/// The content type of a file, by the ending of its name: of the documents that `uploadFile` takes,
/// and of pictures.
fn content_type(path: &Path) -> &'static str {
    let ending = path.extension().unwrap_or_default();
    match ending.to_string_lossy().to_ascii_lowercase().as_str() {
        "txt" => "text/plain",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "json" => "application/json",
        "jsonl" => "application/jsonl",
        "pdf" => "application/pdf",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        _ => "application/octet-stream",
    }
}
