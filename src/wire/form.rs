//! A request body as a form, for the operations that may take one.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Writes the fields of a JSON object as `application/x-www-form-urlencoded`: strings decoded,
/// everything else as it is in the JSON text.
///
/// `None` if a form cannot say the same: if a string holds a lone surrogate, a name comes twice, or
/// a value is null.
pub(crate) fn from_json(json: &[u8]) -> Option<Vec<u8>> {
    let fields = fields(json).ok()?;
    let mut form = Vec::with_capacity(json.len());
    for (index, (name, value)) in fields.iter().enumerate() {
        if fields.iter().take(index).any(|(known, _)| known == name) {
            return None;
        }
        if !form.is_empty() {
            form.push(b'&');
        }
        encode(name, &mut form);
        form.push(b'=');
        match value.get() {
            "null" => return None,
            text if text.starts_with('"') => {
                encode(
                    &serde_json::from_slice::<String>(text.as_bytes()).ok()?,
                    &mut form,
                );
            }
            other => encode(other, &mut form),
        }
    }
    Some(form)
}

fn encode(text: &str, form: &mut Vec<u8>) {
    for byte in text.bytes() {
        match byte {
            b' ' => form.push(b'+'),
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => form.push(byte),
            _ => form.extend(format!("%{byte:02X}").bytes()),
        }
    }
}

/// The fields of a JSON object, each value as its JSON text.
pub(crate) fn fields(json: &[u8]) -> serde_json::Result<Vec<(String, &RawValue)>> {
    serde_json::from_slice(json).map(|Fields(fields)| fields)
}

struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::from_json;

    #[test]
    fn a_form_holds_the_fields_of_the_json_body() {
        for (json, form) in [
            ("{}", Some("")),
            (
                r#"{"a":"b c","d":"1+1=2&x"}"#,
                Some("a=b+c&d=1%2B1%3D2%26x"),
            ),
            (
                r#"{"n":17391820446650137,"f":1.50,"e":-1E+3}"#,
                Some("n=17391820446650137&f=1.50&e=-1E%2B3"),
            ),
            (r#"{"flag":true,"empty":""}"#, Some("flag=true&empty=")),
            (
                "{ \"list\" : [1, {\"x\": null}] }",
                Some("list=%5B1%2C+%7B%22x%22%3A+null%7D%5D"),
            ),
            (
                r#"{"\u00e4":"\ud83d\ude00\n\"\\"}"#,
                Some("%C3%A4=%F0%9F%98%80%0A%22%5C"),
            ),
            ("{\"a\":\"*-._~!'()\"}", Some("a=*-._%7E%21%27%28%29")),
            (r#"{"a":"\ud800"}"#, None),
            (r#"{"a":1,"\u0061":2}"#, None),
            (r#"{"a":null}"#, None),
            ("[]", None),
        ] {
            let written = from_json(json.as_bytes());
            assert_eq!(written.as_deref(), form.map(str::as_bytes), "{json}");
        }
    }
}
