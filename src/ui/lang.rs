//! The two languages of the interface. Every text of the screen comes from `locales/*.toml` through [`Lang`].

use std::borrow::Cow;

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    ZhCn,
}

impl Lang {
    /// The locale's name, as the file in `locales/` is called.
    pub const fn locale(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }

    /// The text with this key. A key that no locale has comes back as itself; a test keeps that from happening.
    pub fn t(self, key: &str) -> Cow<'_, str> {
        crate::_rust_i18n_translate(self.locale(), key)
    }

    /// The text with this key, its `%{name}` placeholders filled in.
    pub fn tf(self, key: &str, values: &[(&str, &str)]) -> String {
        let (names, texts): (Vec<&str>, Vec<String>) = values
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .unzip();
        rust_i18n::replace_patterns(&self.t(key), &names, &texts)
    }

    /// The text with this key, if there is one: for values from the wire that may be unknown.
    pub fn maybe(self, key: &str) -> Option<Cow<'_, str>> {
        crate::_rust_i18n_try_translate(self.locale(), key)
    }
}
