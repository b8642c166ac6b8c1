//! What came in place of values that could not be read, so that a row can show it where the value would stand.

use super::text::SafeText;

/// Texts as they came, by the property that each should have been. Nearly always empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Odd(Vec<(&'static str, SafeText)>);

impl Odd {
    /// Notes what came in place of a property. Nothing came: then nothing is noted.
    pub fn note(&mut self, property: &'static str, came: impl Into<SafeText>) {
        let came = came.into();
        if !came.raw().trim().is_empty() {
            self.0.push((property, came));
        }
    }

    /// What came in place of a property, when that could not be read.
    pub fn of(&self, property: &str) -> Option<&SafeText> {
        let found = self.0.iter().find(|(known, _)| *known == property);
        found.map(|(_, came)| came)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_found_by_its_property_and_nothing_is_nothing() {
        let mut odd = Odd::default();
        odd.note("total", "lots");
        odd.note("left", "  ");
        assert_eq!(odd.of("total").map(SafeText::raw), Some("lots"));
        assert_eq!(odd.of("left"), None);
        assert_eq!(odd.of("allocated"), None);
    }
}
