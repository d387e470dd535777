//! Where in a JSON text an error stands, as a path such as `data[3].id`.

use std::fmt::Write;

/// serde_json reads typed data no deeper than this; what is deeper was passed over.
const DEEPEST: usize = 128;
/// Longer names are cut: a path is there to be read.
const LONGEST_NAME: usize = 64;

enum Step {
    Field(String),
    Item(usize),
}

/// The path to where serde_json stopped. Read only after a failure, so that decoding itself pays
/// nothing for it.
pub(crate) fn of(error: &serde_json::Error, body: &[u8]) -> String {
    let line_start = match error.line() {
        0 | 1 => 0,
        line => {
            let mut breaks = body.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            breaks.nth(line - 2).map_or(0, |(index, _)| index + 1)
        }
    };
    let end = (line_start + error.column()).min(body.len());
    path(body.get(..end).unwrap_or(body))
}

/// The path to the last byte of the start of a JSON text.
fn path(start: &[u8]) -> String {
    let mut steps = Vec::new();
    let mut deeper = 0_usize;
    let mut text = None::<Vec<u8>>;
    let mut escaped = false;
    let mut last_text = Vec::new();
    for &byte in start {
        match (&mut text, byte) {
            (Some(letters), _) if escaped => {
                escaped = false;
                letters.push(byte);
            }
            (Some(_), b'\\') => escaped = true,
            (Some(letters), b'"') => {
                last_text = std::mem::take(letters);
                text = None;
            }
            (Some(letters), _) => letters.push(byte),
            (None, b'"') => text = Some(Vec::new()),
            (None, b'{' | b'[') if steps.len() == DEEPEST => deeper += 1,
            (None, b'}' | b']') if deeper > 0 => deeper -= 1,
            (None, b':' | b',') if deeper > 0 => {}
            (None, b'{') => steps.push(Step::Field(String::new())),
            (None, b'[') => steps.push(Step::Item(0)),
            (None, b'}' | b']') => drop(steps.pop()),
            (None, b':') => {
                if let Some(Step::Field(name)) = steps.last_mut() {
                    *name = String::from_utf8_lossy(&last_text)
                        .chars()
                        .take(LONGEST_NAME)
                        .collect();
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
    render(&steps)
}

fn render(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Field(name) if name.is_empty() => {}
            Step::Field(name) if path.is_empty() => path.push_str(name),
            Step::Field(name) => {
                path.push('.');
                path.push_str(name);
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
