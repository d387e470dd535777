//! The pages of a list.

use serde::de::{MapAccess, SeqAccess};

use super::envelope::Answer;
use super::from_wire::{FromWire, Seed};
use super::mismatch::Place;
use super::record::{FieldNames, RecordField, Slot, read_field};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// How many rows there are on all pages, if the service says so.
    pub total: Option<u64>,
    pub(crate) passed_over: u64,
}

impl<T> Page<T> {
    /// How many rows of this page are missing in [`items`](Self::items), because they are not
    /// objects or have no identifier that can be read. (If no row can be read, there is no page, but
    /// an [`Error::Decode`](crate::Error::Decode).)
    /// [`ClientBuilder::on_mismatch`](crate::ClientBuilder::on_mismatch) says which.
    pub fn passed_over(&self) -> u64 {
        self.passed_over
    }

    /// How many rows came.
    pub(crate) fn length(&self) -> u64 {
        self.passed_over.saturating_add(self.items.len() as u64)
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<T> From<Answer<ListData<T>>> for Page<T> {
    fn from(answer: Answer<ListData<T>>) -> Self {
        let ListData { rows, count } = answer.data;
        Self {
            items: rows.items,
            total: count.or(answer.total),
            passed_over: rows.passed_over,
        }
    }
}

/// The data of a list, in either of its forms: the rows by themselves, or `rows` beside `count`.
pub(crate) struct ListData<T> {
    rows: Rows<T>,
    count: Option<u64>,
}

impl<T: FromWire> FromWire for ListData<T> {
    const EXPECTED: &str = "an array, or an object with rows";
    const IS_NESTED: bool = true;

    fn from_array<'de, A: SeqAccess<'de>>(
        list: A,
        at: &Place<'_>,
    ) -> Result<Option<Self>, A::Error> {
        let rows = Rows::from_array(list, at)?;
        Ok(rows.map(|rows| Self { rows, count: None }))
    }

    fn from_object<'de, A: MapAccess<'de>>(
        mut map: A,
        at: &Place<'_>,
    ) -> Result<Option<Self>, A::Error> {
        let (mut rows, mut count) = (Slot::default(), Slot::default());
        let mut names = FieldNames::new(&["rows", "count"]);
        let mut is_list = false;
        while let Some(index) = map.next_key_seed(&mut names)? {
            is_list |= index < 2;
            match index {
                0 => read_field::<Rows<T>, A>(&mut rows, &mut map, names.name, at)?,
                1 => read_field::<Option<u64>, A>(&mut count, &mut map, names.name, at)?,
                _ => names.pass_over(&mut map, at)?,
            }
        }
        if !is_list {
            if !at.is_unreadable.get() {
                at.lacks("rows")?;
            }
            return Ok(None);
        }
        let rows = rows.finish("rows", at)?;
        let count = count.finish("count", at)?.flatten();
        Ok(rows.map(|rows| Self { rows, count }))
    }

    /// The service leaves the data out if the list is empty.
    fn absent() -> Option<Self> {
        Some(Self {
            rows: Rows::default(),
            count: None,
        })
    }
}

/// The rows of a page. A row that cannot be read is passed over. If no row can be read, the page
/// cannot be read either.
pub(crate) struct Rows<T> {
    pub(crate) items: Vec<T>,
    pub(crate) passed_over: u64,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            passed_over: 0,
        }
    }
}

impl<T: FromWire> FromWire for Rows<T> {
    const EXPECTED: &str = "an array";
    const IS_NESTED: bool = true;

    fn from_array<'de, A: SeqAccess<'de>>(
        mut list: A,
        at: &Place<'_>,
    ) -> Result<Option<Self>, A::Error> {
        // Enough for most pages; one of 100 rows grows only twice.
        let mut items = Vec::with_capacity(32);
        let mut came = 0;
        while let Some(row) = list.next_element_seed(Seed::new(&at.row(came)))? {
            items.extend(row);
            came += 1;
        }
        if came > 0 && items.is_empty() {
            at.is_unreadable.set(true);
            return Ok(None);
        }
        let passed_over = (came - items.len()) as u64;
        Ok(Some(Self { items, passed_over }))
    }
}

impl<T: FromWire> RecordField for Rows<T> {
    type Value = Self;

    fn place<'a>(record: &'a Place<'a>, name: &'static str) -> Place<'a> {
        record.rows(name)
    }

    fn finish(slot: Slot<Self>) -> Option<Self> {
        match slot.value {
            None if slot.is_unreadable => None,
            rows => Some(rows.unwrap_or_default()),
        }
    }
}
