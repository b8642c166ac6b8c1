//! Text that came from outside and may be hostile.

use std::borrow::Borrow;
use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

/// A string from an API. It is the only type in which such a string reaches a pane, a log, the clipboard or
/// stdout: `Display` and [`SafeText::shown`] give a form in which control characters, escape sequences, bidi
/// overrides and invisible characters are visible symbols; [`SafeText::raw`] keeps the original for requests,
/// copying and export. Equality, order and hash are those of the original.
///
/// A short one, as most are, stands in the value itself: a hundred thousand rows are compared within a frame, and to
/// fetch each text from elsewhere would take longer than that.
#[derive(Clone)]
pub struct SafeText {
    raw: SmolStr,
    /// Only when it differs from `raw`; rare, so it takes one word.
    shown: Option<Arc<String>>,
}

impl SafeText {
    /// Takes over `raw` and makes its visible form.
    pub fn new(raw: &str) -> Self {
        Self {
            raw: raw.into(),
            shown: visible(raw).map(Arc::new),
        }
    }

    /// The original. Not for the screen, a log or stdout.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The visible form: safe to print.
    pub fn shown(&self) -> &str {
        self.shown.as_deref().map_or(&self.raw, String::as_str)
    }

    /// Nothing in it?
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }
}

/// The visible form of `raw`, or `None` when nothing in it needs one.
fn visible(raw: &str) -> Option<String> {
    // Nearly all texts are plain ASCII, and there may be a megabyte of them.
    let is_plain = raw.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_plain || !raw.chars().any(is_hazard) {
        return None;
    }
    let mut out = String::with_capacity(raw.len() + 8);
    for c in raw.chars() {
        match c {
            // Control pictures: one cell each, and the letter can be recognised.
            '\u{0}'..='\u{1f}' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')),
            '\u{7f}' => out.push('\u{2421}'),
            c if is_hazard(c) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "<U+{:04X}>", c as u32);
            }
            c => out.push(c),
        }
    }
    Some(out)
}

/// Can this character drive a terminal, reorder text or hide?
fn is_hazard(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'            // C0, DEL, C1
        | '\u{ad}' | '\u{34f}' | '\u{61c}'                   // soft hyphen, grapheme joiner, Arabic mark
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'  // fillers
        | '\u{180b}'..='\u{180f}'                            // Mongolian selectors
        | '\u{200b}'..='\u{200f}'                            // zero width, direction marks
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'  // separators, bidi embeddings and isolates
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}') // tags, further selectors
}

impl From<&str> for SafeText {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<String> for SafeText {
    fn from(raw: String) -> Self {
        Self::new(&raw)
    }
}

impl Default for SafeText {
    fn default() -> Self {
        Self::new("")
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.shown())
    }
}

impl fmt::Debug for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.shown(), f)
    }
}

impl PartialEq for SafeText {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for SafeText {}

impl PartialOrd for SafeText {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SafeText {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.raw.cmp(&other.raw)
    }
}

impl Hash for SafeText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

impl Borrow<str> for SafeText {
    fn borrow(&self) -> &str {
        &self.raw
    }
}

impl Serialize for SafeText {
    /// Serializes the original, so that a round trip loses nothing.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.raw)
    }
}

impl<'de> Deserialize<'de> for SafeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(String::deserialize(deserializer)?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_shown_as_it_is() {
        for text in ["web-03", "磁盘监控", "[red] {} %s", "é", ""] {
            assert_eq!(SafeText::new(text).shown(), text);
            assert_eq!(SafeText::new(text).raw(), text);
        }
    }

    #[test]
    fn hostile_text_is_visible_and_keeps_its_original() {
        let cases = [
            ("\u{1b}[2Jx", "\u{241b}[2Jx"),
            ("a\r\nb", "a\u{240d}\u{240a}b"),
            ("\u{9b}31m", "<U+009B>31m"),
            ("evil\u{202e}txt", "evil<U+202E>txt"),
            ("z\u{200b}w", "z<U+200B>w"),
            ("\u{7f}", "\u{2421}"),
        ];
        for (raw, shown) in cases {
            let text = SafeText::new(raw);
            assert_eq!(text.shown(), shown);
            assert_eq!(text.raw(), raw);
            assert!(!text.shown().chars().any(is_hazard));
        }
    }
}
