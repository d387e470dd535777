//! The names of tags, in requests and in records.

use serde::{Serialize, Serializer};
use serde_json::Value;

/// The names of tags in a request, which the API takes with commas between them.
///
/// A name with a comma, or without any character, is refused when the request is used, before
/// anything is sent.
///
/// ```
/// use yourgpt::{GetAllContacts, TagNames};
///
/// let important = GetAllContacts::new().tags(["vip", "press"]);
/// let names: TagNames = "vip press".split(' ').collect();
/// assert_eq!(important, GetAllContacts::new().tags(names));
/// ```
///
/// It is a list, even for one name. A text with commas does not compile:
///
/// ```compile_fail,E0277
/// use yourgpt::GetAllContacts;
///
/// GetAllContacts::new().tags("vip,press");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TagNames(Vec<String>);

impl TagNames {
    /// What is wrong with the names.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        if self.0.iter().any(|name| name.contains(',')) {
            Some("has a name with a comma: give each tag by itself")
        } else if self.0.iter().any(String::is_empty) {
            Some("has an empty name")
        } else {
            None
        }
    }
}

impl<T: Into<String>> FromIterator<T> for TagNames {
    fn from_iter<I: IntoIterator<Item = T>>(names: I) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for TagNames {
    fn from(names: [T; N]) -> Self {
        names.into_iter().collect()
    }
}

impl<T: Into<String>> From<Vec<T>> for TagNames {
    fn from(names: Vec<T>) -> Self {
        names.into_iter().collect()
    }
}

impl<T: AsRef<str>> From<&[T]> for TagNames {
    fn from(names: &[T]) -> Self {
        names.iter().map(AsRef::as_ref).collect()
    }
}

impl<T: AsRef<str>> From<&Vec<T>> for TagNames {
    fn from(names: &Vec<T>) -> Self {
        names.as_slice().into()
    }
}

impl Serialize for TagNames {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.join(","))
    }
}

/// The names of the tags of a record, in whichever form they came: a list of names or of objects
/// with a `name`, a text with commas, or such a list as a text.
pub(crate) fn tag_names(tags: Option<&Value>) -> Vec<String> {
    match tags {
        Some(Value::Array(tags)) => tags.iter().filter_map(tag_name).collect(),
        Some(Value::String(text)) => match serde_json::from_str(text) {
            Ok(list @ Value::Array(_)) => tag_names(Some(&list)),
            _ => {
                let names = text.split(',').map(str::trim);
                let names = names.filter(|name| !name.is_empty());
                names.map(str::to_owned).collect()
            }
        },
        Some(tag) => tag_name(tag).into_iter().collect(),
        None => Vec::new(),
    }
}

fn tag_name(tag: &Value) -> Option<String> {
    match tag {
        Value::Object(tag) => tag.get("name").and_then(tag_name),
        Value::String(name) => Some(name.clone()),
        Value::Number(name) => Some(name.to_string()),
        _ => None,
    }
}
