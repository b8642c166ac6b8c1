//! A layer over a serde deserializer that reads answers the way the references ask for (ksc-monitor.md, 7;
//! ksc-autoscaling.md, 6.3; huawei-esm.md, 1.10), so that response structs stay plain:
//!
//! * keys are compared without regard to case where no key fits exactly;
//! * numbers and booleans are read from text, texts from numbers and booleans;
//! * for an `Option`, the texts `""`, `null` and `NaN` are `None`;
//! * a single value stands for a list of one, and `null` for an empty list, an empty object or an empty text;
//! * lists are repeated elements in XML; [`Items`] reads those that have an element of their own around them.
//!
//! A `null` where a plain number or boolean is wanted stays an error: a missing measurement must not become 0. Such
//! fields are `Option`s. The leniency reaches through everything but serde's `flatten`, `untagged` and `tag`, which
//! buffer; avoid them in response structs. Lists are plain `Vec`s with a default, never `Option<Vec>`, which XML
//! cannot express.
//!
//! A struct whose fields are all defaulted reads any object as an empty answer. Leave the member that holds the
//! result without a default, so that a wrong answer is an error and not an empty list.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{
    MapAccessDeserializer, MapDeserializer, SeqAccessDeserializer, SeqDeserializer, StrDeserializer,
};
use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::{Deserialize, Serialize, Serializer};

/// What an entry of a list that has an element of its own is called in XML (ksc-autoscaling.md, 6.2;
/// ksc-monitor.md, 7 and 14.3).
const WRAPPED: &[&str] = &[
    "member",
    "Item",
    "ErrorMessage",
    "GetMetricStatisticsBatchResult",
];

/// A list that is an array in JSON and, in XML, an element with one `member` or `Item` for each entry
/// (ksc-autoscaling.md, 6.2; ksc-monitor.md, 7). Serializes as an array.
#[derive(Debug, Clone, PartialEq)]
pub struct Items<T>(pub Vec<T>);

impl<T> Items<T> {
    /// Nothing in it?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Serialize> Serialize for Items<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(ItemsVisitor(PhantomData))
            .map(Self)
    }
}

struct ItemsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ItemsVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if WRAPPED.iter().any(|name| key.eq_ignore_ascii_case(name)) {
                items.extend(map.next_value::<Vec<T>>()?);
            } else {
                return Err(A::Error::unknown_field(&key, WRAPPED));
            }
        }
        Ok(items)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.trim().is_empty() {
            return Ok(Vec::new());
        }
        Err(E::invalid_type(Unexpected::Str(text), &self))
    }
}

/// Where an error happened: filled while the error travels outwards, innermost part first.
#[derive(Default)]
pub(super) struct Track(RefCell<Vec<String>>);

impl Track {
    /// The place as a path: `data[3].averages`; empty at the top.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for part in self.0.borrow().iter().rev() {
            if !path.is_empty() && !part.starts_with('[') {
                path.push('.');
            }
            path.push_str(part);
        }
        path
    }

    pub(super) fn leave(&self, part: String) {
        self.0.borrow_mut().push(part);
    }

    /// Begins anew.
    pub(super) fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}

/// What every part of the layer carries along.
#[derive(Clone, Copy)]
struct Context<'t> {
    track: &'t Track,
}

/// The layer itself.
pub(super) struct Lenient<'t, D> {
    inner: D,
    context: Context<'t>,
}

impl<'t, D> Lenient<'t, D> {
    /// Reads from `inner`.
    pub(super) fn new(inner: D, track: &'t Track) -> Self {
        Self {
            inner,
            context: Context { track },
        }
    }
}

/// What a scalar is wanted as.
#[derive(Clone, Copy)]
pub(super) enum Want {
    Integer,
    Number,
    Bool,
    Text,
}

impl<'de, D: Deserializer<'de>> Lenient<'_, D> {
    fn scalar<V: Visitor<'de>>(self, want: Want, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(Scalar { visitor, want })
    }
}

macro_rules! scalars {
    ($($method:ident $want:ident),* $(,)?) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.scalar(Want::$want, visitor)
        }
    )* };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Lenient<'_, D> {
    type Error = D::Error;

    scalars! {
        deserialize_i8 Integer, deserialize_i16 Integer, deserialize_i32 Integer, deserialize_i64 Integer,
        deserialize_i128 Integer, deserialize_u8 Integer, deserialize_u16 Integer, deserialize_u32 Integer,
        deserialize_u64 Integer, deserialize_u128 Integer, deserialize_f32 Number, deserialize_f64 Number,
        deserialize_bool Bool, deserialize_char Text, deserialize_str Text, deserialize_string Text,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(AnyShape {
            visitor,
            context: self.context,
        })
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_bytes(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_byte_buf(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(Maybe {
            visitor,
            context: self.context,
        })
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        // Where nothing is wanted, anything will do.
        self.inner.deserialize_ignored_any(IgnoredAny)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(ListShape {
            visitor,
            context: self.context,
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_struct("", &[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(ObjectShape {
            visitor,
            context: self.context,
            fields,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_identifier(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_ignored_any(visitor)
    }
}

/// Converts between text, number and boolean.
pub(super) struct Scalar<V> {
    pub(super) visitor: V,
    pub(super) want: Want,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Scalar<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<V::Value, E> {
        match self.want {
            Want::Text => self.visitor.visit_str(if value { "true" } else { "false" }),
            Want::Bool | Want::Integer | Want::Number => self.visitor.visit_bool(value),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<V::Value, E> {
        match self.want {
            Want::Text => self.visitor.visit_string(value.to_string()),
            Want::Bool if value == 0 || value == 1 => self.visitor.visit_bool(value == 1),
            Want::Bool | Want::Integer | Want::Number => self.visitor.visit_i64(value),
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
        match self.want {
            Want::Text => self.visitor.visit_string(value.to_string()),
            Want::Bool if value <= 1 => self.visitor.visit_bool(value == 1),
            Want::Bool | Want::Integer | Want::Number => self.visitor.visit_u64(value),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
        match self.want {
            Want::Text => self.visitor.visit_string(value.to_string()),
            // `33.0` is a whole number; below 2^53 nothing is lost.
            Want::Integer if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 =>
            {
                #[expect(clippy::cast_possible_truncation, reason = "checked in the guard")]
                self.visitor.visit_i64(value as i64)
            }
            Want::Bool | Want::Integer | Want::Number => self.visitor.visit_f64(value),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        let trimmed = text.trim();
        match self.want {
            Want::Text => self.visitor.visit_str(text),
            Want::Bool if trimmed == "1" || trimmed.eq_ignore_ascii_case("true") => {
                self.visitor.visit_bool(true)
            }
            Want::Bool if trimmed == "0" || trimmed.eq_ignore_ascii_case("false") => {
                self.visitor.visit_bool(false)
            }
            Want::Bool => Err(E::invalid_value(Unexpected::Str(text), &self)),
            Want::Number => match trimmed.parse::<f64>() {
                Ok(value) if value.is_finite() => self.visitor.visit_f64(value),
                _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
            },
            Want::Integer => {
                if let Ok(value) = trimmed.parse::<u64>() {
                    return self.visitor.visit_u64(value);
                }
                if let Ok(value) = trimmed.parse::<i64>() {
                    return self.visitor.visit_i64(value);
                }
                match trimmed.parse::<f64>() {
                    Ok(value) if value.is_finite() => self.visit_f64(value),
                    _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
                }
            }
        }
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<V::Value, E> {
        match self.want {
            Want::Text => self.visitor.visit_borrowed_str(text),
            Want::Bool | Want::Integer | Want::Number => self.visit_str(text),
        }
    }

    fn visit_string<E: Error>(self, text: String) -> Result<V::Value, E> {
        match self.want {
            Want::Text => self.visitor.visit_string(text),
            Want::Bool | Want::Integer | Want::Number => self.visit_str(&text),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        match self.want {
            Want::Text => self.visitor.visit_str(""),
            Want::Bool | Want::Integer | Want::Number => self.visitor.visit_unit(),
        }
    }
}

/// Decides between `None` and `Some`.
struct Maybe<'t, V> {
    visitor: V,
    context: Context<'t>,
}

/// The texts that mean "no value" (huawei-esm.md, 1.10, trap 2; ksc-monitor.md, 7).
pub(super) fn is_nothing(text: &str) -> bool {
    matches!(text.trim(), "" | "null" | "NaN")
}

impl<'de, V: Visitor<'de>> Maybe<'_, V> {
    fn some<E: Error, I: IntoDeserializer<'de, E>>(self, value: I) -> Result<V::Value, E> {
        self.visitor.visit_some(Lenient {
            inner: value.into_deserializer(),
            context: self.context,
        })
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Maybe<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<V::Value, E> {
        self.some(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<V::Value, E> {
        self.some(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
        self.some(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
        self.some(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        if is_nothing(text) {
            self.visitor.visit_none()
        } else {
            self.some(text)
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_some(Lenient {
            inner: SeqAccessDeserializer::new(seq),
            context: self.context,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_some(Lenient {
            inner: MapAccessDeserializer::new(map),
            context: self.context,
        })
    }
}

/// Carries the leniency into whatever comes.
struct AnyShape<'t, V> {
    visitor: V,
    context: Context<'t>,
}

macro_rules! scalars_as_they_are {
    ($($method:ident $ty:ty),* $(,)?) => { $(
        fn $method<E: Error>(self, value: $ty) -> Result<V::Value, E> {
            self.visitor.$method(value)
        }
    )* };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for AnyShape<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    scalars_as_they_are! {
        visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64, visit_str &str, visit_borrowed_str &'de str,
        visit_string String,
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(DeepSeq::new(seq, self.context))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(DeepMap::new(map, self.context, &[]))
    }
}

/// Reads a list, or one value as a list of one.
struct ListShape<'t, V> {
    visitor: V,
    context: Context<'t>,
}

impl<'de, V: Visitor<'de>> ListShape<'_, V> {
    fn one<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_seq(One {
            inner: Some(inner),
            context: self.context,
        })
    }
}

macro_rules! scalars_as_lists {
    ($($method:ident $ty:ty),* $(,)?) => { $(
        fn $method<E: Error>(self, value: $ty) -> Result<V::Value, E> {
            self.one(IntoDeserializer::<E>::into_deserializer(value))
        }
    )* };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for ListShape<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    scalars_as_lists! { visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64 }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        if text.trim().is_empty() {
            return self.visit_unit();
        }
        self.one(IntoDeserializer::<E>::into_deserializer(text))
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        let nothing = std::iter::empty::<()>();
        self.visitor
            .visit_seq(SeqDeserializer::<_, E>::new(nothing))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(DeepSeq::new(seq, self.context))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.one(MapAccessDeserializer::new(map))
    }
}

/// Reads an object with these fields (any, when there are none). An array is refused: a derived struct would take
/// it as its fields in order.
struct ObjectShape<'t, V> {
    visitor: V,
    context: Context<'t>,
    fields: &'static [&'static str],
}

impl<'de, V: Visitor<'de>> Visitor<'de> for ObjectShape<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        if text.trim().is_empty() {
            return self.visit_unit();
        }
        Err(E::invalid_type(Unexpected::Str(text), &self))
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        let nothing = std::iter::empty::<((), ())>();
        self.visitor
            .visit_map(MapDeserializer::<_, E>::new(nothing))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor
            .visit_map(DeepMap::new(map, self.context, self.fields))
    }
}

/// A list of one.
struct One<'t, D> {
    inner: Option<D>,
    context: Context<'t>,
}

impl<'de, D: Deserializer<'de>> SeqAccess<'de> for One<'_, D> {
    type Error = D::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, D::Error> {
        let Some(inner) = self.inner.take() else {
            return Ok(None);
        };
        let context = self.context;
        seed.deserialize(Lenient { inner, context }).map(Some)
    }
}

/// Carries the context into an element or a member.
struct Seed<'t, S> {
    seed: S,
    context: Context<'t>,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        let context = self.context;
        self.seed.deserialize(Lenient { inner, context })
    }
}

/// A list whose elements are read leniently.
struct DeepSeq<'t, A> {
    inner: A,
    context: Context<'t>,
    index: usize,
}

impl<'t, A> DeepSeq<'t, A> {
    fn new(inner: A, context: Context<'t>) -> Self {
        Self {
            inner,
            context,
            index: 0,
        }
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for DeepSeq<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let context = self.context;
        let element = self.inner.next_element_seed(Seed { seed, context });
        if element.is_err() {
            context.track.leave(format!("[{}]", self.index));
        }
        self.index += 1;
        element
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// Tells keys apart in whatever spelling they come.
pub(super) struct Keys {
    /// The declared spellings; none when any key is welcome.
    fields: &'static [&'static str],
    /// Fields met so far, by position.
    seen: u128,
    /// Those of them that were met in another spelling than the declared one.
    loose: u128,
    /// Position of the field met last.
    last: Option<usize>,
}

impl Keys {
    /// For an object with these fields.
    pub(super) const fn of(fields: &'static [&'static str]) -> Self {
        Self {
            fields,
            seen: 0,
            loose: 0,
            last: None,
        }
    }

    /// The spelling in which the struct wants this key; empty, which no struct declares, when it has no such field or
    /// another spelling of it came before.
    pub(super) fn spelling<'k>(&mut self, key: &'k str) -> &'k str {
        if self.fields.is_empty() {
            return key;
        }
        self.last = self.place(key);
        self.last.map_or("", |at| self.fields[at])
    }

    /// The name of the key met last, for the place of an error; `key` where any key is welcome.
    pub(super) fn last(&self, key: &str) -> String {
        self.last.map_or(key, |at| self.fields[at]).to_owned()
    }

    fn place(&mut self, key: &str) -> Option<usize> {
        let exact = self.fields.iter().position(|field| *field == key);
        let at = exact.or_else(|| {
            let mut fields = self.fields.iter();
            fields.position(|field| field.eq_ignore_ascii_case(key))
        })?;
        let bit = 1_u128.checked_shl(u32::try_from(at).ok()?).unwrap_or(0);
        if self.seen & bit != 0 && (exact.is_none() || self.loose & bit != 0) {
            return None;
        }
        self.seen |= bit;
        if exact.is_none() {
            self.loose |= bit;
        }
        Some(at)
    }
}

/// An object whose keys and values are read leniently.
struct DeepMap<'t, A> {
    inner: A,
    context: Context<'t>,
    keys: Keys,
    /// The key whose value comes next, where any key is welcome.
    other: Option<String>,
}

impl<'t, A> DeepMap<'t, A> {
    fn new(inner: A, context: Context<'t>, fields: &'static [&'static str]) -> Self {
        Self {
            inner,
            context,
            keys: Keys::of(fields),
            other: None,
        }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for DeepMap<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        self.inner.next_key_seed(KeySeed {
            seed,
            keys: &mut self.keys,
            other: &mut self.other,
        })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let context = self.context;
        let value = self.inner.next_value_seed(Seed { seed, context });
        if value.is_err() && (self.keys.last.is_some() || self.other.is_some()) {
            let other = self.other.as_deref().unwrap_or_default();
            context.track.leave(self.keys.last(other));
        }
        value
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// Reads a key and gives it to the struct in the spelling it declares.
struct KeySeed<'m, K> {
    seed: K,
    keys: &'m mut Keys,
    other: &'m mut Option<String>,
}

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for KeySeed<'_, K> {
    type Value = K::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<K::Value, D::Error> {
        inner.deserialize_identifier(self)
    }
}

impl<'de, K: DeserializeSeed<'de>> Visitor<'de> for KeySeed<'_, K> {
    type Value = K::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<K::Value, E> {
        if self.keys.fields.is_empty() {
            *self.other = Some(key.to_owned());
        }
        let name: StrDeserializer<'_, E> = self.keys.spelling(key).into_deserializer();
        self.seed.deserialize(name)
    }
}
