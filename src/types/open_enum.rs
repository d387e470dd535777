//! Declares enums of texts that may grow.

/// An enum of texts that may grow: a value that is not known is kept and goes back out as it came.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A value that this version of the library does not know.
            Other(String),
        }

        impl $name {
            /// The value as the API writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    _ => Self::Other(text.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $($text => Self::$variant,)+
                    _ => Self::Other(text),
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
                Ok(text.into())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::wire::FromWire for $name {
            const EXPECTED: &str = <String as $crate::wire::FromWire>::EXPECTED;

            fn from_bool(flag: bool) -> Option<Self> {
                <String as $crate::wire::FromWire>::from_bool(flag).map(Self::from)
            }

            fn from_number(number: serde_json::Number) -> Option<Self> {
                <String as $crate::wire::FromWire>::from_number(number).map(Self::from)
            }

            #[inline]
            fn from_string(text: std::borrow::Cow<'_, str>) -> Option<Self> {
                Some(text.into_owned().into())
            }
        }

        impl $crate::wire::Word for $name {
            const KNOWN: &[&str] = &[$($text,)+];
        }

        $crate::wire::deserialize!($name);
    };
}
pub(crate) use open_enum;
