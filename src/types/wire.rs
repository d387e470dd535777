//! How values come over the wire, where that differs from what they are.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

/// A whole number, or its digits as a string.
pub(crate) fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct Digits;

    impl Visitor<'_> for Digits {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number, or its digits as a string")
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<u64, E> {
            Ok(number)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = if digits { text.parse().ok() } else { None };
            number.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
        }
    }

    deserializer.deserialize_any(Digits)
}

/// A number of rows.
pub(crate) struct Count(pub(crate) u64);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        whole_number(deserializer).map(Self)
    }
}

/// A whole number in either form, or nothing.
pub(crate) fn optional_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    Ok(Option::<Count>::deserialize(deserializer)?.map(|Count(number)| number))
}

/// A flag, which comes as "0" or "1".
pub(crate) mod flag {
    use std::fmt;

    use serde::de::{Deserialize, Deserializer, Error, Visitor};
    use serde::{Serialize, Serializer};

    /// What is no flag reads as none: it is not worth the record around it.
    struct Flag(Option<bool>);

    /// A visitor and no untagged enum, since the place of the latter's errors is lost.
    struct FlagVisitor;

    impl Visitor<'_> for FlagVisitor {
        type Value = Flag;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a flag, \"0\" or \"1\"")
        }

        fn visit_bool<E: Error>(self, flag: bool) -> Result<Flag, E> {
            Ok(Flag(Some(flag)))
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Flag, E> {
            Ok(Flag(Some(number != 0)))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Flag, E> {
            Ok(Flag(match text {
                "0" | "false" => Some(false),
                "1" | "true" => Some(true),
                _ => None,
            }))
        }
    }

    impl<'de> Deserialize<'de> for Flag {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            from.deserialize_any(FlagVisitor)
        }
    }

    pub(crate) fn serialize<S: Serializer>(flag: &Option<bool>, to: S) -> Result<S::Ok, S::Error> {
        flag.map(|flag| if flag { "1" } else { "0" }).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<bool>, D::Error> {
        Ok(Option::<Flag>::deserialize(from)?.and_then(|Flag(flag)| flag))
    }
}
