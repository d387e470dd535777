//! Records: objects with fields that are known by their names.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::from_wire::{FromWire, NUMBER, next_value};
use super::mismatch::{JsonKind, Place};

/// Declares a record of an answer. It reads as a plain struct:
///
/// ```ignore
/// record! {
///     /// A member.
///     #[derive(Eq)]
///     pub struct Member {
///         /// An identifier: the record cannot be without it.
///         pub id: MemberId,
///         /// A field that may be missing or null.
///         pub name: Option<String>,
///         /// A field with another name in JSON.
///         pub created_at: Option<String> = "createdAt",
///     }
/// }
/// ```
///
/// (The code that serde derives would take an array for a record, and refuse an object that has a
/// field twice or under both of its names.)
macro_rules! record {
    ($(#[$meta:meta])* pub struct $record:ident $fields:tt) => {
        $crate::wire::fields! { $(#[$meta])* pub struct $record $fields }

        impl $crate::wire::FromWire for $record {
            const EXPECTED: &str = "an object";
            const IS_NESTED: bool = true;

            fn from_object<'de, A: serde::de::MapAccess<'de>>(
                map: A,
                at: &$crate::wire::Place<'_>,
            ) -> std::result::Result<Option<Self>, A::Error> {
                Self::from_fields(map, at)
            }
        }

        $crate::wire::deserialize!($record);
    };
}
pub(crate) use record;

/// Declares the struct of a record and how its fields are read from an object, for a record that
/// also comes in another form.
macro_rules! fields {
    ($(#[$meta:meta])* pub struct $record:ident {
        $($(#[$field_meta:meta])* pub $field:ident: $type:ty $(= $name:literal)?,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[non_exhaustive]
        pub struct $record {
            $($(#[$field_meta])* $(#[serde(rename = $name)])? pub $field: $type,)+
        }

        impl $record {
            fn from_fields<'de, A: serde::de::MapAccess<'de>>(
                mut map: A,
                at: &$crate::wire::Place<'_>,
            ) -> std::result::Result<Option<Self>, A::Error> {
                #[allow(non_camel_case_types, reason = "the names of the fields")]
                enum Field { $($field,)+ }
                const NAMES: &[&str] = &[$($crate::wire::name!($field $($name)?),)+];

                // In one struct, so that all are dropped in one place.
                struct Slots { $($field: $crate::wire::Slot<$type>,)+ }
                let mut slots = Slots { $($field: $crate::wire::Slot::default(),)+ };
                let mut names = $crate::wire::FieldNames::new(NAMES);
                while let Some(index) = map.next_key_seed(&mut names)? {
                    $(if index == Field::$field as usize {
                        $crate::wire::read_field::<$type, A>(&mut slots.$field, &mut map, names.name, at)?;
                    } else)+ {
                        names.pass_over(&mut map, at)?;
                    }
                }
                if at.is_unreadable.get() {
                    return Ok(None);
                }
                $(let Some($field) = slots.$field.finish(NAMES[Field::$field as usize], at)? else {
                    return Ok(None);
                };)+
                Ok(Some(Self { $($field),+ }))
            }
        }
    };
}
pub(crate) use fields;

/// The name of a field in JSON.
macro_rules! name {
    ($field:ident $name:literal) => {
        $name
    };
    ($field:ident) => {
        stringify!($field)
    };
}
pub(crate) use name;

/// The type of a field of a record, which says whether the field may be missing: an `Option` or a
/// `Vec` may. Any other type is the record's own identifier, which may not.
pub(crate) trait RecordField: Sized {
    type Value: FromWire;

    /// The place of the field in its record.
    fn place<'a>(record: &'a Place<'a>, name: &'static str) -> Place<'a>;

    /// The field, once the record is read; `None` if the record cannot be without it.
    fn finish(slot: Slot<Self>) -> Option<Self>;
}

impl<T: FromWire> RecordField for Option<T> {
    type Value = T;

    fn place<'a>(record: &'a Place<'a>, name: &'static str) -> Place<'a> {
        record.field(name)
    }

    fn finish(slot: Slot<Self>) -> Option<Self> {
        Some(slot.value)
    }
}

impl<T: FromWire> RecordField for Vec<T> {
    type Value = Self;

    fn place<'a>(record: &'a Place<'a>, name: &'static str) -> Place<'a> {
        record.field(name)
    }

    fn finish(slot: Slot<Self>) -> Option<Self> {
        Some(slot.value.unwrap_or_default())
    }
}

/// Makes a type the identifier of the records that have a field of it.
macro_rules! identifier {
    ($type:ty) => {
        impl $crate::wire::RecordField for $type {
            type Value = Self;

            fn place<'a>(
                record: &'a $crate::wire::Place<'a>,
                name: &'static str,
            ) -> $crate::wire::Place<'a> {
                record.identifier(name)
            }

            fn finish(slot: $crate::wire::Slot<Self>) -> Option<Self> {
                slot.value
            }
        }
    };
}
pub(crate) use identifier;

identifier!(String);

/// A field of a record that is being read.
pub(crate) struct Slot<F: RecordField> {
    pub(crate) value: Option<F::Value>,
    /// Whether a value came that cannot be read, which was noted.
    pub(crate) is_unreadable: bool,
}

impl<F: RecordField> Default for Slot<F> {
    fn default() -> Self {
        Self {
            value: None,
            is_unreadable: false,
        }
    }
}

impl<F: RecordField> Slot<F> {
    /// The field, or `None` if the record cannot be read without it.
    pub(crate) fn finish<E: Error>(
        self,
        name: &'static str,
        record: &Place<'_>,
    ) -> Result<Option<F>, E> {
        let is_unreadable = self.is_unreadable;
        let field = F::finish(self);
        if field.is_none() && !is_unreadable {
            record.lacks(name)?;
        }
        Ok(field)
    }
}

/// Reads a field's value. Of several, under one name or both, the first that can be read holds.
// Inlined, it would be there once for each field instead of for each type.
#[inline(never)]
pub(crate) fn read_field<'de, F: RecordField, A: MapAccess<'de>>(
    slot: &mut Slot<F>,
    map: &mut A,
    name: &'static str,
    record: &Place<'_>,
) -> Result<(), A::Error> {
    if slot.value.is_some() {
        map.next_value::<IgnoredAny>()?;
        return Ok(());
    }
    let at = F::place(record, name);
    slot.value = next_value(map, &at)?;
    slot.is_unreadable |= at.is_unreadable.get();
    Ok(())
}

/// A timestamp's name as it came, and its other name: most answers have the one form, some the
/// other.
fn timestamp(name: &str) -> Option<[&'static str; 2]> {
    match name {
        "createdAt" => Some(["createdAt", "created_at"]),
        "created_at" => Some(["created_at", "createdAt"]),
        "updatedAt" => Some(["updatedAt", "updated_at"]),
        "updated_at" => Some(["updated_at", "updatedAt"]),
        _ => None,
    }
}

/// Reads the names in an object, and finds the fields of a record by them.
pub(crate) struct FieldNames {
    names: &'static [&'static str],
    /// The field after the one that was found last. Fields mostly come in the order of the
    /// contract.
    next: usize,
    /// The name that was found last, as it came.
    pub(crate) name: &'static str,
    /// Whether the name says that the object stands for a number.
    is_number: bool,
}

impl FieldNames {
    #[inline]
    pub(crate) fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            next: 0,
            name: "",
            is_number: false,
        }
    }

    /// Passes over a field that the record does not know.
    pub(crate) fn pass_over<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        at: &Place<'_>,
    ) -> Result<(), A::Error> {
        if self.is_number {
            at.mismatch("an object", JsonKind::Number)?;
        }
        map.next_value::<IgnoredAny>()?;
        Ok(())
    }

    fn find(&mut self, name: &str) -> Option<usize> {
        let index = self.names.iter().position(|known| *known == name)?;
        self.next = index + 1;
        self.name = self.names[index];
        Some(index)
    }
}

impl<'de> DeserializeSeed<'de> for &mut FieldNames {
    /// The index of the field; one beyond the last for a field that the record does not know.
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<usize, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for &mut FieldNames {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        let next = self.next;
        if let Some(known) = self.names.get(next).filter(|known| **known == name) {
            self.next += 1;
            self.name = known;
            return Ok(next);
        }
        let index = self.find(name).or_else(|| {
            let [name, other] = timestamp(name)?;
            let index = self.find(other)?;
            self.name = name;
            Some(index)
        });
        self.is_number = index.is_none() && name == NUMBER;
        Ok(index.unwrap_or(self.names.len()))
    }
}
