//! A reader of XML answers for serde: straight from the text into the structs, in the tolerant way that the module
//! [`tolerant`](super::tolerant) describes, and without a tree or events in between.
//!
//! Elements are members of an object, elements of one name in a row are a list, everything else is text. Attributes,
//! comments, processing instructions and name spaces are passed over. What has no root element, as some samples of the
//! documents (ksc-monitor.md, 14.10 to 14.18), is read as if it had one.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::tolerant::{Keys, Scalar, Track, Want, is_nothing};

/// Deeper XML is refused; `serde_json` has the same bound.
const MAX_DEPTH: usize = 128;

/// What is wrong, in words; where it is wrong is in the [`Track`].
#[derive(Debug)]
pub(super) struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self(words.to_string())
    }
}

fn broken<T>(words: &str) -> Result<T, Error> {
    Err(Error(words.to_owned()))
}

/// Reads a document.
///
/// # Errors
///
/// What is wrong with the XML, or with a value in it.
pub(super) fn read<'de, T: de::Deserialize<'de>>(
    text: &'de str,
    track: &Track,
) -> Result<T, Error> {
    let mut xml = Xml {
        text,
        at: 0,
        depth: 0,
        track,
    };
    xml.skip_misc(true)?;
    let start = xml.at;
    let root = match xml.tag()? {
        Tag::Start(root) => root,
        Tag::End(_) => return broken("an end without a start"),
        Tag::Eof => return broken("there is no element"),
    };
    if xml.leaf(&root)?.is_some_and(|text| !text.trim().is_empty()) {
        return xml.without_root(start);
    }
    let read = T::deserialize(Element {
        xml: &mut xml,
        open: root,
    });
    let followed = read.is_ok() && {
        xml.skip_misc(true)?;
        xml.at < text.len()
    };
    if followed || (read.is_err() && xml.is_followed(start)) {
        track.forget();
        return xml.without_root(start);
    }
    read
}

/// The text and how far it has been read.
struct Xml<'de, 't> {
    text: &'de str,
    at: usize,
    depth: usize,
    track: &'t Track,
}

/// An element whose start tag has been read.
#[derive(Clone, Copy)]
struct Open<'de> {
    /// Its name as written; empty for the document itself.
    name: &'de str,
    /// `<a/>`: there is no end tag.
    empty: bool,
}

impl<'de> Open<'de> {
    /// The name without its prefix.
    fn local(self) -> &'de str {
        self.name
            .rsplit_once(':')
            .map_or(self.name, |(_, local)| local)
    }
}

enum Tag<'de> {
    Start(Open<'de>),
    End(&'de str),
    Eof,
}

impl<'de> Xml<'de, '_> {
    fn rest(&self) -> &'de str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The whole document as one element, from its first element on.
    fn without_root<T: de::Deserialize<'de>>(&mut self, start: usize) -> Result<T, Error> {
        self.at = start;
        self.depth = 0;
        T::deserialize(Element {
            xml: self,
            open: Open {
                name: "",
                empty: false,
            },
        })
    }

    /// Is the element at `start` followed by another one?
    fn is_followed(&mut self, start: usize) -> bool {
        self.at = start;
        self.depth = 0;
        let skipped = match self.tag() {
            Ok(Tag::Start(open)) => self.skip(open),
            _ => return false,
        };
        skipped.is_ok() && self.skip_misc(true).is_ok() && self.rest().starts_with('<')
    }

    /// Passes over blanks, comments, processing instructions and declarations; over other text too, unless it is
    /// `outside` of the root element, where there must be none.
    fn skip_misc(&mut self, outside: bool) -> Result<(), Error> {
        loop {
            let rest = self.rest();
            let Some(to) = memchr(rest) else {
                if outside && !rest.trim().is_empty() {
                    return broken("there is text outside of the root element");
                }
                self.at = self.text.len();
                return Ok(());
            };
            let (before, tag) = rest.split_at(to);
            if outside && !before.trim().is_empty() {
                return broken("there is text outside of the root element");
            }
            let end = match tag.as_bytes().get(1) {
                Some(b'?') => "?>",
                Some(b'!') if tag.starts_with("<!--") => "-->",
                Some(b'!') if tag.starts_with("<![CDATA[") => "]]>",
                Some(b'!') => ">",
                _ => {
                    self.at += to;
                    return Ok(());
                }
            };
            match tag.find(end) {
                Some(length) => self.at += to + length + end.len(),
                None => return broken("the XML ends within a comment or a declaration"),
            }
        }
    }

    /// The tag at which the text stands.
    fn tag(&mut self) -> Result<Tag<'de>, Error> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        if bytes.is_empty() {
            return Ok(Tag::Eof);
        }
        let closes = bytes.get(1) == Some(&b'/');
        let from = if closes { 2 } else { 1 };
        let length = bytes
            .get(from..)
            .unwrap_or_default()
            .iter()
            .position(|byte| matches!(byte, b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r'));
        let Some(length) = length.filter(|length| *length > 0) else {
            return broken("a tag has no name or no end");
        };
        let name = rest.get(from..from + length).unwrap_or_default();
        let mut to = from + length;
        if bytes.get(to) != Some(&b'>') {
            to += match end_of_tag(bytes.get(to..).unwrap_or_default()) {
                Some(end) => end,
                None => return broken("the XML ends within a tag"),
            };
        }
        self.at += to + 1;
        if closes {
            return Ok(Tag::End(name));
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return broken("elements are nested too deeply");
        }
        Ok(Tag::Start(Open {
            name,
            empty: bytes.get(to - 1) == Some(&b'/'),
        }))
    }

    /// The next element within `open`; `None` at its end, which is read.
    fn child(&mut self, open: Open<'de>) -> Result<Option<Open<'de>>, Error> {
        if open.empty {
            self.depth -= 1;
            return Ok(None);
        }
        self.skip_misc(open.name.is_empty())?;
        match self.tag()? {
            Tag::Start(child) => Ok(Some(child)),
            Tag::End(name) if name == open.name => {
                self.depth -= 1;
                Ok(None)
            }
            Tag::End(_) => broken("an end tag does not fit its start"),
            Tag::Eof if open.name.is_empty() => Ok(None),
            Tag::Eof => broken("the XML ends before its root element does"),
        }
    }

    /// The text of an element without children, read to its end; `None`, and nothing read, when it has children.
    fn text_of(&mut self, open: Open<'de>) -> Result<Option<Cow<'de, str>>, Error> {
        if open.empty {
            self.depth -= 1;
            return Ok(Some(Cow::Borrowed("")));
        }
        let before = self.at;
        let mut whole: Option<Cow<'de, str>> = None;
        loop {
            let rest = self.rest();
            let Some(to) = memchr(rest) else {
                return broken("the XML ends before its root element does");
            };
            let (piece, tag) = rest.split_at(to);
            let piece = unescaped(piece)?;
            whole = Some(match whole {
                Some(before) if !before.is_empty() => Cow::Owned(before.into_owned() + &piece),
                _ => piece,
            });
            self.at += to;
            match tag.as_bytes().get(1) {
                Some(b'/') => {
                    let Tag::End(name) = self.tag()? else {
                        return broken("an end tag does not fit its start");
                    };
                    if name != open.name {
                        return broken("an end tag does not fit its start");
                    }
                    self.depth -= 1;
                    return Ok(whole);
                }
                Some(b'!') if tag.starts_with("<![CDATA[") => {
                    let Some((raw, _)) = tag
                        .strip_prefix("<![CDATA[")
                        .and_then(|t| t.split_once("]]>"))
                    else {
                        return broken("the XML ends within a CDATA section");
                    };
                    self.at += "<![CDATA[]]>".len() + raw.len();
                    let mut text = whole.take().unwrap_or_default().into_owned();
                    text.push_str(raw);
                    whole = Some(Cow::Owned(text));
                }
                Some(b'!' | b'?') => self.skip_one()?,
                _ => {
                    self.at = before;
                    return Ok(None);
                }
            }
        }
    }

    /// Passes over the comment or the processing instruction at which the text stands.
    fn skip_one(&mut self) -> Result<(), Error> {
        let rest = self.rest();
        let end = if rest.starts_with("<!--") { "-->" } else { ">" };
        match rest.find(end) {
            Some(length) => {
                self.at += length + end.len();
                Ok(())
            }
            None => broken("the XML ends within a comment"),
        }
    }

    /// The text of an element without children, as [`Xml::text_of`]; nothing is read.
    fn leaf(&mut self, open: &Open<'de>) -> Result<Option<Cow<'de, str>>, Error> {
        let (at, depth) = (self.at, self.depth);
        let text = self.text_of(*open);
        (self.at, self.depth) = (at, depth);
        text
    }

    /// Passes over an element with all that is in it.
    fn skip(&mut self, open: Open<'de>) -> Result<(), Error> {
        let mut above = vec![open];
        while let Some(last) = above.last().copied() {
            match self.child(last)? {
                Some(child) => above.push(child),
                None => drop(above.pop()),
            }
        }
        Ok(())
    }

    /// The next element, if it has this name; nothing is read otherwise.
    fn sibling(&mut self, name: &str) -> Result<Option<Open<'de>>, Error> {
        let at = self.at;
        self.skip_misc(false)?;
        let fits = self
            .rest()
            .strip_prefix('<')
            .and_then(|rest| rest.strip_prefix(name))
            .is_some_and(|rest| rest.starts_with(['>', '/', ' ', '\t', '\n', '\r']));
        if fits && let Tag::Start(open) = self.tag()? {
            return Ok(Some(open));
        }
        self.at = at;
        Ok(None)
    }
}

/// The place of the next `<`.
fn memchr(text: &str) -> Option<usize> {
    text.bytes().position(|byte| byte == b'<')
}

/// The place of the `>` that ends a tag: one within quotes does not.
fn end_of_tag(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    bytes.iter().position(|byte| {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), _) if open == *byte => quote = None,
            (None, b'>') => return true,
            _ => {}
        }
        false
    })
}

fn unescaped(text: &str) -> Result<Cow<'_, str>, Error> {
    if text.contains('&') {
        quick_xml::escape::unescape(text).map_err(|error| Error(error.to_string()))
    } else {
        Ok(Cow::Borrowed(text))
    }
}

/// An element to be read.
struct Element<'x, 'de, 't> {
    xml: &'x mut Xml<'de, 't>,
    open: Open<'de>,
}

impl<'de> Element<'_, 'de, '_> {
    fn scalar<V: Visitor<'de>>(self, want: Want, visitor: V) -> Result<V::Value, Error> {
        let Some(text) = self.xml.text_of(self.open)? else {
            return broken("there are elements where a text is expected");
        };
        let visitor = Scalar { visitor, want };
        match text {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn object<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut members = Object {
            xml: &mut *self.xml,
            open: self.open,
            keys: Keys::of(fields),
            child: None,
            ended: false,
        };
        let value = visitor.visit_map(&mut members)?;
        while !members.ended {
            (&mut members).next_key::<de::IgnoredAny>()?;
        }
        Ok(value)
    }
}

macro_rules! scalars {
    ($($method:ident $want:ident),* $(,)?) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.scalar(Want::$want, visitor)
        }
    )* };
}

impl<'de> de::Deserializer<'de> for Element<'_, 'de, '_> {
    type Error = Error;

    scalars! {
        deserialize_i8 Integer, deserialize_i16 Integer, deserialize_i32 Integer, deserialize_i64 Integer,
        deserialize_i128 Integer, deserialize_u8 Integer, deserialize_u16 Integer, deserialize_u32 Integer,
        deserialize_u64 Integer, deserialize_u128 Integer, deserialize_f32 Number, deserialize_f64 Number,
        deserialize_bool Bool, deserialize_char Text, deserialize_str Text, deserialize_string Text,
        deserialize_bytes Text, deserialize_byte_buf Text,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.xml.text_of(self.open)? {
            Some(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Some(Cow::Owned(text)) => visitor.visit_string(text),
            None => self.object(&[], visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self
            .xml
            .leaf(&self.open)?
            .is_some_and(|text| is_nothing(&text))
        {
            self.xml.text_of(self.open)?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.xml.skip(self.open)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let name = self.open.name;
        let is_empty = self
            .xml
            .leaf(&self.open)?
            .is_some_and(|text| text.trim().is_empty());
        let (at, depth) = (self.xml.at, self.xml.depth);
        let mut first = Some(self.open);
        if is_empty {
            // One empty element is an empty list; of several, each is an element.
            self.xml.skip(self.open)?;
            if self.xml.sibling(name)?.is_some() {
                (self.xml.at, self.xml.depth) = (at, depth);
            } else {
                first = None;
            }
        }
        visitor.visit_seq(Run {
            xml: self.xml,
            name,
            next: first,
            index: 0,
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.object(&[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.object(fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.xml.text_of(self.open)? {
            Some(word) => {
                visitor.visit_enum(IntoDeserializer::<Error>::into_deserializer(word.trim()))
            }
            None => broken("there are elements where a word is expected"),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.scalar(Want::Text, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }
}

/// The elements within an element, as an object.
struct Object<'x, 'de, 't> {
    xml: &'x mut Xml<'de, 't>,
    open: Open<'de>,
    keys: Keys,
    child: Option<Open<'de>>,
    ended: bool,
}

impl<'de> MapAccess<'de> for &mut Object<'_, 'de, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        // Whoever takes a key and not its value passes over it.
        if let Some(child) = self.child.take() {
            self.xml.skip(child)?;
        }
        if self.ended {
            return Ok(None);
        }
        let Some(child) = self.xml.child(self.open)? else {
            self.ended = true;
            return Ok(None);
        };
        self.child = Some(child);
        let name: StrDeserializer<'_, Error> =
            self.keys.spelling(child.local()).into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let Some(open) = self.child.take() else {
            return broken("a value without a key");
        };
        let value = seed.deserialize(Element {
            xml: &mut *self.xml,
            open,
        });
        if value.is_err() {
            self.xml.track.leave(self.keys.last(open.local()));
        }
        value
    }
}

/// Elements of one name in a row, as a list.
struct Run<'x, 'de, 't> {
    xml: &'x mut Xml<'de, 't>,
    name: &'de str,
    next: Option<Open<'de>>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Run<'_, 'de, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some(open) = self.next.take() else {
            return Ok(None);
        };
        let element = seed.deserialize(Element {
            xml: &mut *self.xml,
            open,
        });
        if element.is_err() {
            self.xml.track.leave(format!("[{}]", self.index));
        }
        let element = element?;
        self.index += 1;
        self.next = self.xml.sibling(self.name)?;
        Ok(Some(element))
    }
}
