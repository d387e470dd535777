//! Masking the credential in what the server sends back.

use serde_json::Value;

const MASK: &str = "[credential]";
const MAX_BODY_START: usize = 512;
/// No credential of the service is shorter.
const MIN_RECOGNISABLE: usize = 8;

/// A credential, kept to mask it wherever the server repeats it.
#[derive(Clone)]
pub(crate) struct Secret {
    /// The text in each form that a response may have it in: as JSON with escaped slashes, as JSON
    /// with plain slashes, and as it is. The longest form comes first.
    forms: [String; 3],
}

impl Secret {
    pub(crate) fn new(text: &str) -> Self {
        let json = text.replace('\\', r"\\").replace('"', r#"\""#);
        let slashed = json.replace('/', r"\/");
        Self {
            forms: [slashed, json, text.to_owned()],
        }
    }

    /// Whether the text contains the credential, and not only a short text that equals it by chance.
    pub(crate) fn is_recognisable_in(&self, text: &str) -> bool {
        self.is_in(text) && self.forms.iter().all(|form| form.len() >= MIN_RECOGNISABLE)
    }

    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.forms.iter().any(|form| text.contains(form))
    }

    /// Replaces the credential by the mask. A mask that is already in the text stays whole, even if
    /// the credential is a part of that word, such as `red`.
    pub(crate) fn mask(&self, text: &str) -> String {
        if !self.is_in(text) {
            return text.to_owned();
        }
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        // How many bytes at the start of `rest` belong to a mask that was in the text.
        let mut mask_left = 0;
        while let Some(first) = rest.chars().next() {
            if rest.starts_with(MASK) {
                mask_left = MASK.len();
            }
            let starts_here =
                |form: &&String| form.len() > mask_left && rest.starts_with(form.as_str());
            let read = match self.forms.iter().find(starts_here) {
                Some(form) => {
                    masked.push_str(MASK);
                    form.len()
                }
                None => {
                    masked.push(first);
                    first.len_utf8()
                }
            };
            rest = rest.split_at(read).1;
            mask_left = mask_left.saturating_sub(read);
        }
        masked
    }

    /// Masks every string in a JSON value, names included.
    pub(crate) fn mask_value(&self, value: &mut Value) {
        match value {
            Value::String(text) if self.is_in(text) => *text = self.mask(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.mask_value(item)),
            Value::Object(fields) => {
                for (name, mut field) in std::mem::take(fields) {
                    self.mask_value(&mut field);
                    fields.insert(self.mask(&name), field);
                }
            }
            _ => {}
        }
    }

    /// The start of a response body, masked. Empty if it writes letters as `\u` escapes, because a
    /// credential cannot be recognised in them.
    pub(crate) fn mask_start(&self, body: &[u8]) -> String {
        let longest = self.forms.iter().map(String::len).max().unwrap_or(0);
        let window = body.len().min(MAX_BODY_START + longest);
        let start = String::from_utf8_lossy(body.get(..window).unwrap_or(body));
        let is_visible_ascii = |(at, _): (usize, &str)| {
            let digit = start.as_bytes().get(at + 4);
            digit.is_some_and(|digit| (b'2'..=b'7').contains(digit))
        };
        if start.match_indices(r"\u00").any(is_visible_ascii) {
            return String::new();
        }
        let mut masked = self.mask(&start);
        // A credential that the end of the window cuts is not recognised. It lies in the last
        // `longest` bytes, so they are left out.
        let uncertain = if window < body.len() { longest } else { 0 };
        let mut end = MAX_BODY_START.min(masked.len().saturating_sub(uncertain));
        while !masked.is_char_boundary(end) {
            end -= 1;
        }
        masked.truncate(end);
        masked
    }
}
