//! Rates of data as the user wants to read them: in bit/s as networks are sold, in B/s as programs count, or as the
//! service sends them. A value and its unit are always converted together, so that the two are never mixed up.

use super::format;

/// In which unit rates of data are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rates {
    /// In the unit in which the service sends them.
    #[default]
    AsSent,
    /// In bit/s.
    Bits,
    /// In B/s.
    Bytes,
}

/// Units of rates as services write them, with how many bits a second one of it is. Units whose size is in doubt
/// (`KB/s` is 1000 or 1024 bytes) are not among them and are shown as they are.
const UNITS: &[(&str, f64)] = &[
    ("B/s", 8.0),
    ("Bps", 8.0),
    ("Byte/s", 8.0),
    ("Bytes/s", 8.0),
    ("Bytes/Second", 8.0),
    ("bit/s", 1.0),
    ("bits/s", 1.0),
    ("bps", 1.0),
    ("b/s", 1.0),
    ("Bits/Second", 1.0),
    ("kbps", 1e3),
    ("Kbps", 1e3),
    ("kbit/s", 1e3),
    ("Kbit/s", 1e3),
    ("Mbps", 1e6),
    ("Mbit/s", 1e6),
    ("Gbps", 1e9),
    ("Gbit/s", 1e9),
];

impl Rates {
    /// All of them, in the order in which a key goes through them.
    pub const ALL: [Self; 3] = [Self::AsSent, Self::Bits, Self::Bytes];

    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsSent => "as-sent",
            Self::Bits => "bits",
            Self::Bytes => "bytes",
        }
    }

    /// The one with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::AsSent => Self::Bits,
            Self::Bits => Self::Bytes,
            Self::Bytes => Self::AsSent,
        }
    }

    /// In which unit a value of `unit` is shown, and by what it is multiplied for that. What is no rate of data stays
    /// as it is.
    pub fn of(self, unit: &str) -> (f64, &str) {
        let known = UNITS.iter().find(|(name, _)| *name == unit);
        match (self, known) {
            (Self::AsSent, _) | (_, None) => (1.0, unit),
            (Self::Bits, Some((_, bits))) => (*bits, "bit/s"),
            (Self::Bytes, Some((_, bits))) => (bits / 8.0, "B/s"),
        }
    }

    /// A value of `unit` as it is shown.
    pub fn text(self, value: f64, unit: &str) -> String {
        let (factor, shown) = self.of(unit);
        format::with_unit(value * factor, shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_shown_in_the_unit_that_is_preferred() {
        let cases = [
            (1_500_000.0, "B/s", ["1.50 MB/s", "12 Mbit/s", "1.50 MB/s"]),
            (12e6, "bps", ["12 Mbps", "12 Mbit/s", "1.50 MB/s"]),
            (12.0, "Mbps", ["12 Mbps", "12 Mbit/s", "1.50 MB/s"]),
        ];
        for (value, unit, texts) in cases {
            for (rates, text) in Rates::ALL.into_iter().zip(texts) {
                assert_eq!(rates.text(value, unit), text, "{value} {unit} {rates:?}");
            }
        }
    }

    #[test]
    fn what_is_no_rate_or_of_doubtful_size_stays_as_it_is() {
        for unit in ["%", "B", "bit", "KB/s", "MB/s", "Count/Second", "次/秒", ""] {
            for rates in Rates::ALL {
                assert_eq!(rates.of(unit), (1.0, unit), "{unit}");
            }
        }
    }

    #[test]
    fn names_are_read_back_and_the_key_goes_round() {
        for rates in Rates::ALL {
            assert_eq!(Rates::parse(rates.name()), Some(rates));
            assert_eq!(rates.next().next().next(), rates);
        }
        assert_eq!(Rates::parse("octets"), None);
    }
}
