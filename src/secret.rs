use serde_json::Value;

const MASK: &str = "[credential]";
const BODY_START: usize = 512;
/// No credential of the service is shorter.
const RECOGNISABLE: usize = 8;

/// The text of a credential, kept for taking it out of what the server sends back.
#[derive(Clone)]
pub(crate) struct Secret {
    /// The text, and as it may stand in JSON: with quotes and backslashes escaped, and with slashes
    /// escaped too, as some servers do. The longest comes first.
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

    /// Whether the text contains the credential, and not only a letter or two that occur by chance.
    pub(crate) fn is_recognisable_in(&self, text: &str) -> bool {
        self.is_in(text) && self.forms.iter().all(|form| form.len() >= RECOGNISABLE)
    }

    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.forms.iter().any(|form| text.contains(form))
    }

    /// Replaces the credential by the mask. A mask that is already there stays as it is, even if the
    /// credential is a part of the word.
    pub(crate) fn mask(&self, text: &str) -> String {
        if !self.is_in(text) {
            return text.to_owned();
        }
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        // How many bytes of the rest belong to a mask.
        let mut mask_left = 0;
        while let Some(first) = rest.chars().next() {
            if rest.starts_with(MASK) {
                mask_left = MASK.len();
            }
            let is_here =
                |form: &&String| form.len() > mask_left && rest.starts_with(form.as_str());
            let read = match self.forms.iter().find(is_here) {
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

    /// The masked start of an answer; nothing of one that spells letters in numbers, where a
    /// credential cannot be recognised.
    pub(crate) fn mask_start(&self, body: &[u8]) -> String {
        let longest = self.forms.iter().map(String::len).max().unwrap_or(0);
        let window = body.len().min(BODY_START + longest);
        let start = String::from_utf8_lossy(body.get(..window).unwrap_or(body));
        let is_letter = |(at, _): (usize, &str)| {
            let number = start.as_bytes().get(at + 4);
            number.is_some_and(|digit| (b'2'..=b'7').contains(digit))
        };
        if start.match_indices(r"\u00").any(is_letter) {
            return String::new();
        }
        let mut masked = self.mask(&start);
        // A credential that the window cuts is not recognised: it lies within its last bytes.
        let cut = if window < body.len() { longest } else { 0 };
        let mut end = BODY_START.min(masked.len().saturating_sub(cut));
        while !masked.is_char_boundary(end) {
            end -= 1;
        }
        masked.truncate(end);
        masked
    }
}
