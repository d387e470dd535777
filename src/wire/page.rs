use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::types::wire::Count;
use crate::wire::envelope::Answer;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// How many rows there are on all pages, where the service says so.
    pub total: Option<u64>,
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<T> From<Answer<Rows<T>>> for Page<T> {
    fn from(answer: Answer<Rows<T>>) -> Self {
        Self {
            items: answer.data.rows,
            total: answer.data.count.or(answer.total),
        }
    }
}

/// The data of a list, in either of its forms: the rows alone, or `rows` beside `count`.
pub(crate) struct Rows<T> {
    pub(crate) rows: Vec<T>,
    count: Option<u64>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RowsVisitor(PhantomData))
    }
}

struct RowsVisitor<T>(PhantomData<T>);

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Rows,
    Count,
    #[serde(other)]
    Other,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for RowsVisitor<T> {
    type Value = Rows<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or an object with rows and count")
    }

    /// Data is missing where there is nothing to return.
    fn visit_unit<E: de::Error>(self) -> Result<Rows<T>, E> {
        Ok(Rows {
            rows: Vec::new(),
            count: None,
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Rows<T>, A::Error> {
        // Enough for most pages; one of 100 rows grows but twice.
        let mut rows = Vec::with_capacity(32);
        while let Some(row) = seq.next_element()? {
            rows.push(row);
        }
        Ok(Rows { rows, count: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rows<T>, A::Error> {
        let (mut rows, mut count) = (None, None);
        while let Some(key) = map.next_key()? {
            match key {
                Key::Rows => rows = map.next_value()?,
                Key::Count => count = map.next_value::<Option<Count>>()?.map(|Count(count)| count),
                Key::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        // An object with neither is no list.
        if rows.is_none() && count.is_none() {
            return Err(de::Error::missing_field("rows"));
        }
        Ok(Rows {
            rows: rows.unwrap_or_default(),
            count,
        })
    }
}
