//! Types that can be fields of a request.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use super::param::Kind;
use super::zone::Zone;

/// A type that can be a field of a request.
pub trait Field {
    /// What its values are.
    const KIND: Kind;
    /// Must it be given?
    const REQUIRED: bool = true;
    /// Not given, so not sent.
    fn is_absent(&self) -> bool {
        false
    }
}

impl Field for String {
    const KIND: Kind = Kind::Text;
}

impl Field for bool {
    const KIND: Kind = Kind::Bool;
}

impl Field for f64 {
    const KIND: Kind = Kind::Number;
}

impl Field for Json {
    const KIND: Kind = Kind::Any;
    fn is_absent(&self) -> bool {
        self.is_null()
    }
}

macro_rules! integers {
    ($($ty:ty),*) => { $(impl Field for $ty { const KIND: Kind = Kind::Integer; })* };
}
integers!(u32, u64, i32, i64);

impl<T: Field> Field for Option<T> {
    const KIND: Kind = T::KIND;
    const REQUIRED: bool = false;
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Field> Field for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);
    const REQUIRED: bool = false;
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    const KIND: Kind = Kind::Map(&T::KIND);
    const REQUIRED: bool = false;
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// `skip_serializing_if` of every declared field.
pub fn is_absent<T: Field>(value: &T) -> bool {
    value.is_absent()
}

macro_rules! instants {
    ($($(#[$meta:meta])* $name:ident, $zone:ident;)*) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct $name(pub Timestamp);

        impl Field for $name {
            const KIND: Kind = Kind::Time(Zone::$zone);
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&Zone::$zone.write(self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Zone::$zone.read(&text).map(Self).ok_or_else(|| {
                    serde::de::Error::custom(format!("not a time of the form {}: {text}", Zone::$zone.form()))
                })
            }
        }
    )* };
}

instants! {
    /// An instant written as true UTC.
    UtcTime, Utc;
    /// An instant written as Beijing's wall clock with a false `Z`.
    BeijingFalseZTime, BeijingFalseZ;
    /// An instant written as Beijing's wall clock without a zone.
    BeijingTime, BeijingPlain;
}
