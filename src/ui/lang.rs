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
    /// Chooses from the program's own setting and the values of `LC_ALL`, `LC_MESSAGES` and `LANG`, in this order: the
    /// first that is not empty decides.
    pub fn choose(values: &[&str]) -> Self {
        let first = values.iter().find(|value| !value.is_empty());
        match first {
            Some(value) if value.to_ascii_lowercase().starts_with("zh") => Self::ZhCn,
            _ => Self::En,
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_decides() {
        let cases: [(&[&str], Lang); 6] = [
            (&["zh", "en_US.UTF-8"], Lang::ZhCn),
            (&["", "zh_CN.UTF-8", "en_US"], Lang::ZhCn),
            (&["", "", "", "zh-Hans"], Lang::ZhCn),
            (&["en", "zh_CN.UTF-8"], Lang::En),
            (&["", "C", "zh_CN"], Lang::En),
            (&[], Lang::En),
        ];
        for (values, lang) in cases {
            assert_eq!(Lang::choose(values), lang, "{values:?}");
        }
    }
}
