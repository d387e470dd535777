//! What is uploaded: bytes, a file, or a reader.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::SystemTime;

use crate::error::{Error, Result};
use crate::operation::UPLOAD;

/// What [`Client::upload`](crate::Client::upload) sends. It is never held in memory as a whole,
/// unless it comes as bytes.
///
/// ```
/// use yourgpt::UploadBody;
///
/// let body = UploadBody::file("Cargo.toml")?.on_progress(|sent, length| {
///     eprintln!("{sent} of {length} bytes");
/// });
/// # Ok::<_, yourgpt::Error>(())
/// ```
pub struct UploadBody<'a> {
    source: Source<'a>,
    length: u64,
    on_progress: Option<Progress<'a>>,
}

type Progress<'a> = Box<dyn FnMut(u64, u64) + Send + 'a>;

enum Source<'a> {
    Bytes(Cow<'a, [u8]>),
    File {
        file: File,
        modified: Option<SystemTime>,
    },
    Reader(Box<dyn Read + Send + 'a>),
}

impl<'a> UploadBody<'a> {
    /// These bytes. They are sent again if an attempt fails, as the retry policy allows.
    pub fn bytes(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        let bytes = bytes.into();
        let length = bytes.len() as u64;
        Self::new(Source::Bytes(bytes), length)
    }

    /// The file at this path. It is sent again if an attempt fails, as the retry policy allows, but
    /// not if it has changed since.
    ///
    /// # Errors
    /// [`InvalidRequest`](Error::InvalidRequest) if the file cannot be opened.
    pub fn file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let open = || {
            let file = File::open(path)?;
            let metadata = file.metadata()?;
            if !metadata.is_file() {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "not a regular file",
                ));
            }
            let modified = metadata.modified().ok();
            Ok((Source::File { file, modified }, metadata.len()))
        };
        match open() {
            Ok((source, length)) => Ok(Self::new(source, length)),
            Err(problem) => Err(Error::invalid(
                UPLOAD,
                format!("{} cannot be opened: {problem}", path.display()),
            )),
        }
    }

    /// What a reader gives: exactly this many bytes. It can be read only once, so the upload is not
    /// tried again after any of it may have been sent.
    pub fn reader(reader: impl Read + Send + 'a, length: u64) -> Self {
        Self::new(Source::Reader(Box::new(reader)), length)
    }

    fn new(source: Source<'a>, length: u64) -> Self {
        Self {
            source,
            length,
            on_progress: None,
        }
    }

    /// Calls a function with the number of bytes that have been handed over to the connection, and
    /// with the length of the whole. If the upload is tried again, the number starts from 0 again.
    #[must_use]
    pub fn on_progress(mut self, function: impl FnMut(u64, u64) + Send + 'a) -> Self {
        self.on_progress = Some(Box::new(function));
        self
    }

    /// Whether it can be sent more than once.
    pub(super) fn is_repeatable(&self) -> bool {
        !matches!(self.source, Source::Reader(_))
    }

    /// The body from its start, for one attempt.
    pub(super) fn start(&mut self) -> io::Result<BodyReader<'_, 'a>> {
        if let Source::File { file, modified } = &mut self.source {
            let metadata = file.metadata()?;
            if metadata.len() != self.length || metadata.modified().ok() != *modified {
                return Err(io::Error::other("the file has changed since it was opened"));
            }
            file.rewind()?;
        }
        Ok(BodyReader {
            body: self,
            sent: 0,
            was_read: false,
            is_broken: false,
        })
    }
}

impl<'a> From<&'a [u8]> for UploadBody<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::bytes(bytes)
    }
}

impl From<Vec<u8>> for UploadBody<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::bytes(bytes)
    }
}

impl fmt::Debug for UploadBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadBody")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// Reads a body for one attempt.
pub(super) struct BodyReader<'b, 'a> {
    body: &'b mut UploadBody<'a>,
    sent: u64,
    /// Whether ureq has read from it: then something may have been sent.
    pub(super) was_read: bool,
    /// Whether the file or the reader failed, which another attempt does not mend.
    pub(super) is_broken: bool,
}

impl BodyReader<'_, '_> {
    pub(super) fn length(&self) -> u64 {
        self.body.length
    }

    fn read_source(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.body.source {
            Source::Bytes(bytes) => {
                let sent = usize::try_from(self.sent).unwrap_or(usize::MAX);
                bytes.get(sent..).unwrap_or_default().read(buffer)?
            }
            Source::File { file, .. } => file.read(buffer)?,
            Source::Reader(reader) => reader.read(buffer)?,
        };
        if read == 0 {
            let problem = format!("the body ended after {} bytes", self.sent);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, problem));
        }
        Ok(read)
    }
}

impl Read for BodyReader<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.was_read = true;
        let left = self.body.length - self.sent;
        let wanted = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let Some(buffer) = buffer.get_mut(..wanted).filter(|buffer| !buffer.is_empty()) else {
            return Ok(0);
        };
        let result = self.read_source(buffer);
        self.is_broken |= result.is_err();
        let read = result?;
        self.sent += read as u64;
        if let Some(on_progress) = &mut self.body.on_progress {
            let (sent, length) = (self.sent, self.body.length);
            // A panic of the caller's function does not end the upload.
            let _ = catch_unwind(AssertUnwindSafe(|| on_progress(sent, length)));
        }
        Ok(read)
    }
}
