//! Waiting until the knowledge base is trained.

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::time::{Duration, Instant};

use super::{
    AssetStatus, GetProjectFiles, GetProjectText, TextType, TrainingFile, TrainingState,
    TrainingText,
};
use crate::client::{Client, Project};
use crate::error::{CallRecord, Error, ErrorKind, Result, TransportError};
use crate::list::List;
use crate::operation::Operation;
use crate::transport::retry::jitter;
use crate::types::{FileId, TextId};

/// The pause after the first look, which doubles for each further look.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Rows in a page. Up to this, every list is known to be served.
const PAGE: u32 = 100;

/// How many ids the error names for each kind.
const NAMED_IDS: usize = 5;

/// How far the training has come, for [`Client::wait_until_trained`].
///
/// Shown as text, it says what is not done, such as `texts not completed: 3 (17, 16, 12)`.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct TrainingProgress {
    /// What `getTrainingStatus` says about the files and the web pages. A status that is missing
    /// does not mean completed.
    pub status: Option<TrainingState>,
    /// The texts that are not completed. The lists are empty until the status is completed, because
    /// they are read only then.
    pub texts: Vec<TrainingText>,
    /// The questions that are not completed.
    pub questions: Vec<TrainingText>,
    /// The files that are not completed.
    pub files: Vec<TrainingFile>,
    /// How many rows cannot be read. They do not count as completed.
    pub passed_over: u64,
}

impl TrainingProgress {
    /// Whether everything is completed.
    pub fn is_completed(&self) -> bool {
        self.status == Some(TrainingState::Completed)
            && self.texts.is_empty()
            && self.questions.is_empty()
            && self.files.is_empty()
            && self.passed_over == 0
    }
}

impl fmt::Display for TrainingProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.status {
            Some(TrainingState::Completed) if self.is_completed() => {
                return f.write_str("everything is completed");
            }
            Some(TrainingState::Completed) => {}
            Some(status) => return write!(f, "the training status is {status}"),
            None => return f.write_str("the training status cannot be read"),
        }
        let texts = |texts: &[TrainingText]| texts.iter().map(|text| text.id.to_string()).collect();
        let files = self.files.iter().map(|file| file.id.to_string()).collect();
        let mut before = "";
        for (what, ids) in [
            ("texts", texts(&self.texts)),
            ("questions", texts(&self.questions)),
            ("files", files),
        ] {
            let ids: Vec<String> = ids;
            if ids.is_empty() {
                continue;
            }
            let named = ids.get(..NAMED_IDS).unwrap_or(&ids).join(", ");
            let more = if ids.len() > NAMED_IDS { ", …" } else { "" };
            write!(
                f,
                "{before}{what} not completed: {} ({named}{more})",
                ids.len()
            )?;
            before = "; ";
        }
        if self.passed_over > 0 {
            write!(f, "{before}rows that cannot be read: {}", self.passed_over)?;
        }
        Ok(())
    }
}

/// The rows that were completed in one of the looks. A status that is odd later does not matter.
#[derive(Default)]
struct Completed {
    texts: HashSet<TextId>,
    questions: HashSet<TextId>,
    files: HashSet<FileId>,
}

/// # Waiting for training: of a project, with an API token
impl Client<Project> {
    /// Waits until the whole knowledge base is trained: until the training status, which is about
    /// files and web pages, is completed, and so is every text, question and file.
    ///
    /// It looks at once, then less and less often, with pauses of 10 s at most, or longer if the
    /// service asks for that. If a look fails for a reason that [may
    /// pass](crate::Error::is_transient), it looks again. After each look that succeeds, `progress`
    /// is told what is not done.
    ///
    /// Operations `getTrainingStatus`, `getProjectText` and `getProjectFiles`; permission Training >
    /// Read.
    ///
    /// # Errors
    /// [`Transport`](crate::Error::Transport) of the kind [`Timeout`](ErrorKind::Timeout) if the next
    /// pause would not end before the deadline: the wait ends early by at most that pause. Its message
    /// says what is not done. If no look has succeeded, it is the failure of the last one. A failure
    /// that does not pass ends the wait at once.
    ///
    /// ```
    /// use std::time::Duration;
    /// use yourgpt::{CreateProjectText, TextType};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// project.create_project_text(&CreateProjectText::new("We bake at night.", TextType::Text))?;
    /// project.wait_until_trained(Duration::from_secs(600), |progress| eprintln!("{progress}"))?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn wait_until_trained(
        &self,
        deadline: Duration,
        mut progress: impl FnMut(&TrainingProgress),
    ) -> Result<()> {
        let started = Instant::now();
        let mut completed = Completed::default();
        let mut seen = None;
        let mut pause = FIRST_PAUSE;
        loop {
            let left = deadline.saturating_sub(started.elapsed());
            let failure = match self.look(left, &mut completed) {
                Ok(now) => {
                    progress(&now);
                    if now.is_completed() {
                        return Ok(());
                    }
                    seen = Some(now);
                    None
                }
                Err(error) if error.is_transient() => Some(error),
                Err(error) => return Err(error),
            };
            let asked = failure.as_ref().and_then(Error::retry_after);
            let sleep = pause
                .mul_f64(0.5 + jitter() / 2.0)
                .max(asked.unwrap_or_default());
            pause = (pause * 2).min(LONGEST_PAUSE);
            if sleep >= deadline.saturating_sub(started.elapsed()) {
                return Err(not_trained(seen.as_ref(), failure));
            }
            self.sleep(sleep);
        }
    }

    /// Reads the status and, if it is completed, the rows, within this time.
    fn look(&self, left: Duration, completed: &mut Completed) -> Result<TrainingProgress> {
        let started = Instant::now();
        let status = self.with_time_left(left).get_training_status()?.status;
        let mut progress = TrainingProgress {
            status,
            ..TrainingProgress::default()
        };
        if progress.status != Some(TrainingState::Completed) {
            return Ok(progress);
        }
        let mut passed_over = 0;
        let left = || left.saturating_sub(started.elapsed());
        for (kind, texts, completed) in [
            (TextType::Text, &mut progress.texts, &mut completed.texts),
            (
                TextType::Faq,
                &mut progress.questions,
                &mut completed.questions,
            ),
        ] {
            let request = GetProjectText::new(kind).limit(PAGE);
            *texts = self.open_rows(&request, left(), &mut passed_over, |text| {
                is_open(completed, text.id, text.status.as_ref())
            })?;
        }
        let request = GetProjectFiles::new().limit(PAGE);
        progress.files = self.open_rows(&request, left(), &mut passed_over, |file| {
            is_open(&mut completed.files, file.id, file.status.as_ref())
        })?;
        progress.passed_over = passed_over;
        Ok(progress)
    }

    fn open_rows<L: List<Project>>(
        &self,
        request: &L,
        left: Duration,
        passed_over: &mut u64,
        mut is_open: impl FnMut(&L::Row) -> bool,
    ) -> Result<Vec<L::Row>> {
        let mut open = Vec::new();
        let mut rows = self.items(request).deadline(left);
        for row in rows.by_ref() {
            let row = row?;
            if is_open(&row) {
                open.push(row);
            }
        }
        *passed_over += rows.passed_over();
        Ok(open)
    }
}

/// Whether a row is not completed, now or before.
fn is_open<T: Eq + Hash>(completed: &mut HashSet<T>, id: T, status: Option<&AssetStatus>) -> bool {
    if status == Some(&AssetStatus::Completed) {
        completed.insert(id);
        return false;
    }
    !completed.contains(&id)
}

/// The error of a wait that has ended with its deadline.
fn not_trained(seen: Option<&TrainingProgress>, failure: Option<Error>) -> Error {
    let reason = match (seen, failure) {
        (None, Some(failure)) => return failure,
        (Some(seen), Some(failure)) => format!("{seen}; then: {failure}"),
        (Some(seen), None) => seen.to_string(),
        (None, None) => "nothing is known about it".to_owned(),
    };
    let record = CallRecord::new(Operation::known("getTrainingStatus"));
    let problem = "not trained before the deadline";
    TransportError::not_sent(record, ErrorKind::Timeout, problem, &reason, None).into()
}
