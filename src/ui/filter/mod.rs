//! The filter language of every list: `text`, `!text`, `~fuzzy`, `column=value`, `column!=value`, `column>5`,
//! `age<2h`. Several terms must all hold. `"…"` keeps blanks and signs together; `*` at an end of a value stands
//! for anything; a column may be shortened as long as it is clear which one is meant; `a|b` is either of both.

mod texts;

use super::lang::Lang;
use super::widgets::cell::{Value, natural_order};
pub use texts::Texts;
use texts::{Needle, Pattern};

/// A filter, ready to be applied to rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    text: String,
    terms: Vec<Term>,
}

/// What is wrong with a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterError {
    /// No column begins like this; these there are.
    NoColumn(String, Vec<String>),
    /// Several columns begin like this.
    ManyColumns(String, Vec<String>),
    /// Nothing stands after this.
    NoValue(String),
    /// A quotation mark is not closed.
    OpenQuote,
}

impl FilterError {
    /// What is wrong, in the user's language.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::NoColumn(name, known) => lang.tf(
                "filter.no_column",
                &[("name", name), ("columns", &known.join(", "))],
            ),
            Self::ManyColumns(name, found) => lang.tf(
                "filter.many_columns",
                &[("name", name), ("columns", &found.join(", "))],
            ),
            Self::NoValue(term) => lang.tf("filter.no_value", &[("term", term)]),
            Self::OpenQuote => lang.t("filter.open_quote").into_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Term {
    /// Some column contains it.
    Contains(Needle),
    /// Some column contains one of them.
    Either(Vec<Needle>),
    /// No column contains it.
    Lacks(Needle),
    /// Some column has these characters in this order.
    Fuzzy(Pattern),
    /// This column compares so.
    Column(usize, Op, Operand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Equal,
    NotEqual,
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// Longer signs first, so that `>=` is not read as `>`.
const OPS: [(&str, Op); 6] = [
    ("!=", Op::NotEqual),
    (">=", Op::AtLeast),
    ("<=", Op::AtMost),
    ("=", Op::Equal),
    (">", Op::Above),
    ("<", Op::Below),
];

/// The right side of a comparison, read in every way that a column may need.
#[derive(Debug, Clone, PartialEq)]
struct Operand {
    text: String,
    number: Option<f64>,
    seconds: Option<f64>,
    /// How bad it says something is.
    grade: Option<f64>,
}

impl Filter {
    /// Reads a filter. `columns` are the names that comparisons may use, in the order in which
    /// [`Filter::matching`] gets their values.
    pub fn parse<C: AsRef<str>>(text: &str, columns: &[C]) -> Result<Self, FilterError> {
        let mut terms: Vec<Term> = words(text)?
            .iter()
            .filter_map(|word| term(word, columns).transpose())
            .collect::<Result<_, _>>()?;
        // What is quick to tell comes first: then most rows need no more.
        terms.sort_by_key(|term| matches!(term, Term::Column(..)));
        Ok(Self {
            text: text.trim().to_owned(),
            terms,
        })
    }

    /// The text that it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Does it let everything through?
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The numbers of the rows that match. `texts` are those of all rows, `value` says what stands in a row's column,
    /// of which there are `columns`.
    pub fn matching<'v>(
        &self,
        texts: &Texts,
        columns: usize,
        value: impl Fn(usize, usize) -> Value<'v>,
    ) -> Vec<usize> {
        let rows = texts.rows().enumerate();
        let matching = rows.filter(|(row, text)| {
            let value = |column| value(*row, column);
            self.terms
                .iter()
                .all(|term| term.holds(text, columns, &value))
        });
        matching.map(|(row, _)| row).collect()
    }
}

impl Term {
    /// Does it hold for a row with these texts and values?
    fn holds<'v>(&self, texts: &str, columns: usize, value: &impl Fn(usize) -> Value<'v>) -> bool {
        let is_there = |needle: &Needle| {
            needle.is_in(texts) || (0..columns).any(|column| needle.is_in_number(&value, column))
        };
        match self {
            Self::Contains(needle) => is_there(needle),
            Self::Either(needles) => needles.iter().any(is_there),
            Self::Lacks(needle) => !is_there(needle),
            Self::Fuzzy(pattern) => pattern.is_in(texts),
            Self::Column(column, op, operand) => operand.holds(*op, &value(*column)),
        }
    }
}

impl Operand {
    fn new(text: &str) -> Self {
        Self {
            text: text.to_lowercase(),
            number: number(text),
            seconds: seconds(text),
            grade: grade(text),
        }
    }

    fn holds(&self, op: Op, value: &Value) -> bool {
        let order = match value {
            // What is not known compares with nothing.
            Value::Missing => return op == Op::NotEqual,
            Value::Text(text) => match op {
                Op::Equal => return self.is_text(text),
                Op::NotEqual => return !self.is_text(text),
                _ => natural_order(text, &self.text),
            },
            Value::Grade(rank, text) => match self.grade.or(self.number) {
                Some(wanted) => rank.total_cmp(&wanted),
                None => match op {
                    Op::Equal => return self.is_text(text),
                    Op::NotEqual => return !self.is_text(text),
                    _ => natural_order(text, &self.text),
                },
            },
            Value::Number(number) => match self.number {
                Some(wanted) => number.total_cmp(&wanted),
                None => return op == Op::NotEqual,
            },
            Value::Age(age) => match self.seconds {
                Some(wanted) => age.total_cmp(&wanted),
                None => return op == Op::NotEqual,
            },
        };
        match op {
            Op::Equal => order.is_eq(),
            Op::NotEqual => order.is_ne(),
            Op::Above => order.is_gt(),
            Op::AtLeast => order.is_ge(),
            Op::Below => order.is_lt(),
            Op::AtMost => order.is_le(),
        }
    }

    /// Equal without regard to case to one of the texts between `|`; a `*` at either end of one stands for anything.
    fn is_text(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.text
            .split('|')
            .any(|wanted| Self::is_like(wanted, &text))
    }

    fn is_like(wanted: &str, text: &str) -> bool {
        match (wanted.strip_prefix('*'), wanted.strip_suffix('*')) {
            (None, None) => text == wanted,
            (Some(end), None) => text.ends_with(end),
            (None, Some(start)) => text.starts_with(start),
            (Some(_), Some(_)) => text.contains(wanted.trim_matches('*')),
        }
    }
}

/// Words for how bad something is, worst first; three letters of one are enough.
const GRADES: [(&str, &str); 5] = [
    ("critical", "紧急"),
    ("major", "重要"),
    ("minor", "次要"),
    ("warning", "警告"),
    ("info", "提示"),
];

/// How bad a word says something is: 4 for critical to 0 for the record.
fn grade(text: &str) -> Option<f64> {
    let lower = text.trim_end_matches('*').to_lowercase();
    let short = lower.chars().count() >= 3;
    GRADES
        .iter()
        .rev()
        .zip(0_u8..)
        .find(|((en, zh), _)| short && en.starts_with(&lower) || *zh == lower)
        .map(|(_, rank)| f64::from(rank))
}

/// A number, with `k`, `M`, `G` or `T` and a percent sign if there are any.
fn number(text: &str) -> Option<f64> {
    let text = text.trim_end_matches('%');
    for (suffix, factor) in [("k", 1e3), ("K", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12)] {
        if let Some(digits) = text.strip_suffix(suffix) {
            return digits.parse::<f64>().ok().map(|n| n * factor);
        }
    }
    text.parse().ok().filter(|n: &f64| n.is_finite())
}

/// A duration such as `90s`, `15m`, `2h`, `3d`, `1w`, `1h30m`, in seconds.
pub fn seconds(text: &str) -> Option<f64> {
    let mut total = 0.0;
    let mut digits = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() || c == '.' {
            digits.push(c);
            continue;
        }
        let unit = match c {
            's' => 1.0,
            'm' => 60.0,
            'h' => 3600.0,
            'd' => 86_400.0,
            'w' => 604_800.0,
            _ => return None,
        };
        total += digits.parse::<f64>().ok()? * unit;
        digits.clear();
    }
    // A bare number means seconds.
    if digits.is_empty() {
        (!text.is_empty()).then_some(total)
    } else {
        Some(total + digits.parse::<f64>().ok()?)
    }
}

/// A word of the filter, with the part before the first quotation mark apart: signs within quotes mean nothing.
#[derive(Default)]
struct Word {
    text: String,
    /// How many bytes at the beginning are not quoted.
    bare: usize,
    /// Is any part of it quoted, even an empty one?
    quoted: bool,
}

fn words(text: &str) -> Result<Vec<Word>, FilterError> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quoted = false;
    for c in text.chars() {
        if c == '"' {
            quoted = !quoted;
            word.get_or_insert_default().quoted = true;
            continue;
        }
        if c.is_whitespace() && !quoted {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        if !quoted && word.bare == word.text.len() {
            word.bare += c.len_utf8();
        }
        word.text.push(c);
    }
    if quoted {
        return Err(FilterError::OpenQuote);
    }
    words.extend(word);
    Ok(words)
}

fn term<C: AsRef<str>>(word: &Word, columns: &[C]) -> Result<Option<Term>, FilterError> {
    let bare = word.text.get(..word.bare).unwrap_or_default();
    if let Some((at, sign, op)) = operator(bare) {
        let name = bare.get(..at).unwrap_or_default();
        let value = word.text.get(at + sign.len()..).unwrap_or_default();
        // `=5` and `<x` have no column: they are texts.
        if !name.is_empty() {
            let column = column(name, columns)?;
            if value.is_empty() && !word.quoted {
                return Err(FilterError::NoValue(word.text.clone()));
            }
            return Ok(Some(Term::Column(column, op, Operand::new(value))));
        }
    }
    let rest = |sign: char| {
        bare.starts_with(sign)
            .then(|| word.text.strip_prefix(sign).unwrap_or_default())
    };
    if let Some(text) = rest('!') {
        // A lone `!` is the beginning of a term that is still being typed.
        return Ok((!text.is_empty()).then(|| Term::Lacks(Needle::new(text))));
    }
    if let Some(text) = rest('~') {
        return Ok(Pattern::new(text).map(Term::Fuzzy));
    }
    if bare.contains('|') {
        let parts = word.text.split('|').filter(|part| !part.is_empty());
        let needles: Vec<Needle> = parts.map(Needle::new).collect();
        return Ok((!needles.is_empty()).then_some(Term::Either(needles)));
    }
    Ok((!word.text.is_empty()).then(|| Term::Contains(Needle::new(&word.text))))
}

/// The first comparison sign of a text.
fn operator(text: &str) -> Option<(usize, &'static str, Op)> {
    OPS.iter()
        .filter_map(|(sign, op)| text.find(sign).map(|at| (at, *sign, *op)))
        .min_by_key(|(at, sign, _)| (*at, usize::MAX - sign.len()))
}

/// Names that other views have for the same column.
const SAME: [(&str, &str); 3] = [("severity", "sev"), ("sev", "level"), ("severity", "level")];

fn column<C: AsRef<str>>(name: &str, columns: &[C]) -> Result<usize, FilterError> {
    let lower = name.to_lowercase();
    let names = || columns.iter().map(AsRef::as_ref);
    if let Some(at) = names().position(|known| known == lower) {
        return Ok(at);
    }
    let found: Vec<(usize, &str)> = names()
        .enumerate()
        .filter(|(_, known)| known.starts_with(&lower))
        .collect();
    let same = || {
        let mut other = SAME.iter().filter(|(one, _)| *one == lower);
        other.find_map(|(_, other)| names().position(|known| known == *other))
    };
    match found.as_slice() {
        [(at, _)] => Ok(*at),
        [] if same().is_some() => Ok(same().unwrap_or_default()),
        [] => Err(FilterError::NoColumn(
            name.to_owned(),
            names().map(str::to_owned).collect(),
        )),
        many => Err(FilterError::ManyColumns(
            name.to_owned(),
            many.iter().map(|(_, known)| (*known).to_owned()).collect(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: [&str; 6] = ["severity", "name", "value", "age", "service", "level"];

    fn row(n: usize) -> Value<'static> {
        match n {
            0 => Value::text("critical"),
            1 => Value::text("Web-03 磁盘 full"),
            2 => Value::Number(96.5),
            3 => Value::Age(3600.0),
            5 => Value::Grade(3.0, "P3".into()),
            _ => Value::Missing,
        }
    }

    /// Does the one row match?
    fn matches(filter: &Filter) -> bool {
        let value = |_: usize, column| row(column);
        let texts = Texts::of(1, COLUMNS.len(), value);
        !filter.matching(&texts, COLUMNS.len(), value).is_empty()
    }

    #[test]
    fn terms_hold_or_not() {
        let cases = [
            ("", true),
            ("web", true),
            ("WEB-03", true),
            ("磁盘", true),
            ("内存", false),
            ("!内存", true),
            ("!web", false),
            ("~w3f", true),
            ("~W磁满", false),
            ("~w磁F", true),
            ("~f3w", false),
            ("96", true),
            ("97", false),
            ("96.5", true),
            ("5", false),
            ("-96", false),
            ("!96", false),
            ("severity=critical", true),
            ("severity=CRIT*", true),
            ("severity=crit", false),
            ("severity!=major", true),
            ("name=*磁盘*", true),
            ("name=\"web-03 磁盘 full\"", true),
            ("value>96", true),
            ("value>=96.5", true),
            ("value<96.5", false),
            ("value<1k", true),
            ("value>90%", true),
            ("val>90 web", true),
            ("val>90 nope", false),
            ("age<2h", true),
            ("age<30m", false),
            ("age>59m59s", true),
            ("age<1d age>10m", true),
            ("service=x", false),
            ("service!=x", true),
            ("\"web-03 磁\"", true),
            ("\"!web\"", false),
            ("!", true),
            ("~", true),
            ("=5", false),
            ("nope|web", true),
            ("nope|no", false),
            ("\"nope|web\"", false),
            ("|", true),
            ("name=nope|web*", true),
            ("name!=nope|web*", false),
            ("level=major", true),
            ("level>=maj", true),
            ("level=crit", false),
            ("level=P3", true),
            ("level<=P2", false),
            ("level>2", true),
            ("level=重要", true),
            ("P3", true),
        ];
        for (text, expected) in cases {
            let filter = Filter::parse(text, &COLUMNS).unwrap();
            assert_eq!(matches(&filter), expected, "{text}");
        }
    }

    #[test]
    fn mistakes_are_explained() {
        let parse = |text| Filter::parse(text, &COLUMNS).unwrap_err();
        assert!(matches!(parse("host=x"), FilterError::NoColumn(name, _) if name == "host"));
        assert!(matches!(parse("se=x"), FilterError::ManyColumns(_, found) if found.len() == 2));
        assert!(matches!(parse("value>"), FilterError::NoValue(_)));
        assert_eq!(parse("\"web"), FilterError::OpenQuote);
        for lang in [Lang::En, Lang::ZhCn] {
            assert!(parse("host=x").text(lang).contains("host"));
        }
    }

    #[test]
    fn an_empty_quoted_value_is_a_value() {
        let filter = Filter::parse("name=\"\"", &COLUMNS).unwrap();
        assert!(!matches(&filter));
    }

    #[test]
    fn durations_are_read() {
        let cases = [
            ("90", Some(90.0)),
            ("2h", Some(7200.0)),
            ("1h30m", Some(5400.0)),
            ("1.5d", Some(129_600.0)),
            ("", None),
            ("h", None),
            ("2x", None),
        ];
        for (text, expected) in cases {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_panics(text in any::<String>()) {
            if let Ok(filter) = Filter::parse(&text, &COLUMNS) {
                matches(&filter);
            }
        }

        #[test]
        fn a_text_is_found_whatever_its_case(before in "[a-zA-Z磁盘é ]{0,8}", needle in "[a-zA-Z0-9]{1,6}", after in "[a-zA-Z磁盘É]{0,8}") {
            let found = |needle: &str, hay: &str| {
                let value = |_: usize, _: usize| Value::text(hay);
                let filter = Filter::parse(&format!("\"{needle}\""), &COLUMNS).unwrap();
                !filter.matching(&Texts::of(1, 1, value), 1, value).is_empty()
            };
            let hay = format!("{before}{needle}{after}");
            prop_assert!(found(&needle.to_uppercase(), &hay));
            prop_assert_eq!(found(&needle, &before), before.to_lowercase().contains(&needle.to_lowercase()));
        }

        #[test]
        fn rows_match_each_by_itself(texts in prop::collection::vec("[ab磁]{0,3}", 0..12), needle in "[ab磁]{1,2}") {
            let value = |row: usize, _: usize| Value::text(&texts[row]);
            let filter = Filter::parse(&needle, &COLUMNS).unwrap();
            let expected: Vec<usize> = (0..texts.len()).filter(|row| texts[*row].contains(&needle)).collect();
            prop_assert_eq!(filter.matching(&Texts::of(texts.len(), 2, value), 2, value), expected);
        }
    }
}
