//! Where in a JSON text an error is, as a path such as `data[3].id`.

use std::fmt::Write;

/// serde_json reads typed data no deeper than this; what is deeper was passed over.
const MAX_DEPTH: usize = 128;
/// Longer names are cut: a path is there to be read.
const MAX_NAME_LENGTH: usize = 64;

/// The path to where serde_json stopped.
#[derive(Debug)]
pub(crate) struct JsonPath {
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    /// Into an object: the name as JSON writes it, in quotes, or nothing before the first colon.
    Field(Vec<u8>),
    Item(usize),
}

/// Fields of records whose own form is not published. Their keys can be a person's data.
const FREE_FORM: [&str; 6] = [
    "data",
    "visitor_data",
    "contact_data",
    "session_meta",
    "extra_data",
    "targets",
];

impl Step {
    fn is_free_form(&self) -> bool {
        let Step::Field(name) = self else {
            return false;
        };
        serde_json::from_slice::<String>(name).is_ok_and(|name| FREE_FORM.contains(&&*name))
    }
}

impl JsonPath {
    /// Scans the body for it, but only after a failure: decoding itself does not get slower.
    pub(crate) fn of(error: &serde_json::Error, body: &[u8]) -> Self {
        let line_start = match error.line() {
            0 | 1 => 0,
            line => {
                let mut breaks = body.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
                breaks.nth(line - 2).map_or(0, |(index, _)| index + 1)
            }
        };
        let end = (line_start + error.column()).min(body.len());
        Self {
            steps: steps(body.get(..end).unwrap_or(body)),
        }
    }

    /// The path as text. Each name is masked before it is cut: half of a credential would not be
    /// recognised.
    pub(crate) fn show(&self, mask: impl Fn(&str) -> String) -> String {
        let mut path = String::new();
        for (depth, step) in self.steps.iter().enumerate() {
            let above = depth.checked_sub(1).and_then(|above| self.steps.get(above));
            if depth > 1 && above.is_some_and(Step::is_free_form) {
                path.push_str(".*");
                break;
            }
            match step {
                Step::Field(name) => {
                    // A credential is recognised only without the escapes of JSON.
                    let name = serde_json::from_slice::<String>(name).unwrap_or_default();
                    if !path.is_empty() && !name.is_empty() {
                        path.push('.');
                    }
                    let shown = mask(&name);
                    // A name with a line break must not look like a second message.
                    path.extend(
                        shown
                            .chars()
                            .take(MAX_NAME_LENGTH)
                            .flat_map(char::escape_debug),
                    );
                }
                Step::Item(index) => drop(write!(path, "[{index}]")),
            }
        }
        if path.is_empty() {
            "the body".into()
        } else {
            path
        }
    }
}

/// The steps to the last byte of the start of a JSON text.
fn steps(start: &[u8]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut deeper = 0_usize;
    let mut text_start = None;
    let mut escaped = false;
    let mut last_text: &[u8] = &[];
    for (at, &byte) in start.iter().enumerate() {
        match (text_start, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(from), b'"') => {
                last_text = start.get(from..=at).unwrap_or_default();
                text_start = None;
            }
            (Some(_), _) => {}
            (None, b'"') => text_start = Some(at),
            (None, b'{' | b'[') if steps.len() == MAX_DEPTH => deeper += 1,
            (None, b'}' | b']') if deeper > 0 => deeper -= 1,
            (None, b':' | b',') if deeper > 0 => {}
            (None, b'{') => steps.push(Step::Field(Vec::new())),
            (None, b'[') => steps.push(Step::Item(0)),
            (None, b'}' | b']') => drop(steps.pop()),
            (None, b':') => {
                if let Some(Step::Field(name)) = steps.last_mut() {
                    *name = last_text.to_vec();
                }
            }
            (None, b',') => match steps.last_mut() {
                Some(Step::Item(index)) => *index += 1,
                Some(Step::Field(name)) => name.clear(),
                None => {}
            },
            (None, _) => {}
        }
    }
    steps
}
