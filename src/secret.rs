use serde_json::Value;

const MASK: &str = "[credential]";
const BODY_START: usize = 512;

/// The text of a credential, kept for taking it out of what the server sends back.
#[derive(Clone)]
pub(crate) struct Secret {
    text: String,
    /// The same as it stands in JSON, where quotes and backslashes are escaped.
    json: String,
}

impl Secret {
    pub(crate) fn new(text: &str) -> Self {
        let json = text.replace('\\', r"\\").replace('"', r#"\""#);
        Self {
            text: text.to_owned(),
            json,
        }
    }

    pub(crate) fn is_in(&self, text: &str) -> bool {
        text.contains(&self.text) || text.contains(&self.json)
    }

    pub(crate) fn mask(&self, text: &str) -> String {
        text.replace(&self.json, MASK).replace(&self.text, MASK)
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

    /// The masked start of an answer. What is cut off is cut after masking, so that no part of a
    /// credential is left at the end.
    pub(crate) fn mask_start(&self, body: &[u8]) -> String {
        let enough = body.len().min(BODY_START + self.json.len());
        let start = String::from_utf8_lossy(body.get(..enough).unwrap_or(body));
        let mut masked = self.mask(&start);
        let mut end = BODY_START.min(masked.len());
        while !masked.is_char_boundary(end) {
            end -= 1;
        }
        masked.truncate(end);
        masked
    }
}
