//! Parameters and what is known of them.

use super::zone::Zone;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// An instant, written in the form of this zone.
    Time(Zone),
    /// One of a closed set of words.
    Choice(&'static [&'static str]),
    /// An object with these fields.
    Object(&'static [Param]),
    /// A list.
    List(&'static Kind),
    /// A map from text to values of this kind.
    Map(&'static Kind),
    /// Anything that JSON can say.
    Any,
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the query string (or the form body, where the call sends one).
    Query,
    /// In the path, in place of `{name}`.
    Path,
    /// In the JSON body, as a member of the top-level object.
    Body,
    /// In a header.
    Header,
}

/// One parameter, or one field of an object within a parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a table of independent facts from the documents"
)]
pub struct Param {
    /// Name on the wire. A dotted list is written `ScalingGroupId.N`.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub doc: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// Must it be given?
    pub required: bool,
    /// Where it travels, when not where the call's form puts it.
    pub place: Option<Place>,
    /// Smallest number allowed.
    pub min: Option<f64>,
    /// Largest number allowed.
    pub max: Option<f64>,
    /// Fewest characters of a text.
    pub min_len: Option<u32>,
    /// Most characters of a text.
    pub max_len: Option<u32>,
    /// Fewest elements of a list.
    pub min_items: Option<u32>,
    /// Most elements of a list.
    pub max_items: Option<u32>,
    /// A number must be a multiple of this.
    pub multiple_of: Option<u32>,
    /// The words allowed, where the kind is text.
    pub one_of: &'static [&'static str],
    /// What the service takes when it is not given.
    pub default: Option<&'static str>,
    /// Other spellings that services and their own clients use; accepted, never sent.
    pub aliases: &'static [&'static str],
    /// The documented bound is not enforced by the service: warn, do not refuse.
    pub soft: bool,
    /// A list is sent as one comma-separated value.
    pub csv: bool,
    /// The value is a secret: masked wherever a request is shown.
    pub secret: bool,
    /// Numbers and booleans are sent as text.
    pub as_text: bool,
}

impl Param {
    /// A parameter without constraints. The macro calls it.
    pub const fn new(name: &'static str, doc: &'static str, kind: Kind, required: bool) -> Self {
        Self {
            name,
            doc,
            kind,
            required,
            place: None,
            min: None,
            max: None,
            min_len: None,
            max_len: None,
            min_items: None,
            max_items: None,
            multiple_of: None,
            one_of: &[],
            default: None,
            aliases: &[],
            soft: false,
            csv: false,
            secret: false,
            as_text: false,
        }
    }

    /// A list (or another optional thing) that must be given all the same.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Smallest and largest number.
    pub const fn range(mut self, min: i64, max: i64) -> Self {
        self.min = Some(min as f64);
        self.max = Some(max as f64);
        self
    }

    /// Smallest number.
    pub const fn at_least(mut self, min: i64) -> Self {
        self.min = Some(min as f64);
        self
    }

    /// Largest number.
    pub const fn at_most(mut self, max: i64) -> Self {
        self.max = Some(max as f64);
        self
    }

    /// Fewest and most characters.
    pub const fn len(mut self, min: u32, max: u32) -> Self {
        self.min_len = Some(min);
        self.max_len = Some(max);
        self
    }

    /// Most characters.
    pub const fn max_len(mut self, max: u32) -> Self {
        self.max_len = Some(max);
        self
    }

    /// Fewest and most elements.
    pub const fn items(mut self, min: u32, max: u32) -> Self {
        self.min_items = Some(min);
        self.max_items = Some(max);
        self
    }

    /// Fewest elements.
    pub const fn at_least_items(mut self, min: u32) -> Self {
        self.min_items = Some(min);
        self
    }

    /// A number that must be a multiple of `step`.
    pub const fn multiple_of(mut self, step: u32) -> Self {
        self.multiple_of = Some(step);
        self
    }

    /// The words allowed.
    pub const fn one_of(mut self, words: &'static [&'static str]) -> Self {
        self.one_of = words;
        self
    }

    /// What the service takes when it is not given.
    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    /// Other spellings to accept.
    pub const fn alias(mut self, names: &'static [&'static str]) -> Self {
        self.aliases = names;
        self
    }

    /// The bound is documented but not enforced.
    pub const fn soft(mut self) -> Self {
        self.soft = true;
        self
    }

    /// A list sent as one comma-separated value.
    pub const fn csv(mut self) -> Self {
        self.csv = true;
        self
    }

    /// A secret value.
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// A number or boolean sent as text.
    pub const fn as_text(mut self) -> Self {
        self.as_text = true;
        self
    }

    /// Travels in the query string whatever the call's form.
    pub const fn query(mut self) -> Self {
        self.place = Some(Place::Query);
        self
    }

    /// Travels in the JSON body whatever the call's form.
    pub const fn body(mut self) -> Self {
        self.place = Some(Place::Body);
        self
    }

    /// Travels in a header.
    pub const fn header(mut self) -> Self {
        self.place = Some(Place::Header);
        self
    }
}
