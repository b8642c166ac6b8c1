//! An operation is declared once: [`operation!`](crate::operation) yields the typed struct for code and a constant
//! description for the command line, forms, the simulator and the documentation.
//!
//! Kind and "required" of a parameter follow from the field's type through [`Field`]; everything after the wire
//! name is a chain of `const fn` methods on [`Param`]. A new constraint is a new method, never a second macro arm.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::domain::account::SystemId;
use crate::domain::error::OperationId;

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

/// How an instant is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// `2026-11-22T03:00:00Z`, true UTC.
    Utc,
    /// `2026-11-22T11:00:00Z` for 03:00 UTC: Beijing's wall clock with a false `Z` (ksc-monitor.md, 9).
    BeijingFalseZ,
    /// `2026-11-22 11:00:00`: Beijing's wall clock (tencent-monitor.md, 1.7; huawei-esm.md, 1.8).
    BeijingPlain,
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

impl Zone {
    fn offset(self) -> Offset {
        match self {
            Self::Utc => Offset::UTC,
            Self::BeijingFalseZ | Self::BeijingPlain => Offset::constant(8),
        }
    }

    /// The form in which times are written, for people.
    pub const fn form(self) -> &'static str {
        match self {
            Self::Utc => "2026-11-22T03:00:00Z",
            Self::BeijingFalseZ => "2026-11-22T11:00:00Z (Beijing time)",
            Self::BeijingPlain => "2026-11-22 11:00:00 (Beijing time)",
        }
    }

    /// Writes an instant, to the second.
    pub fn write(self, at: Timestamp) -> String {
        let zoned = at.to_zoned(TimeZone::fixed(self.offset()));
        let form = match self {
            Self::Utc | Self::BeijingFalseZ => "%Y-%m-%dT%H:%M:%SZ",
            Self::BeijingPlain => "%Y-%m-%d %H:%M:%S",
        };
        zoned.strftime(form).to_string()
    }

    /// Reads an instant: `T` or blank between date and time, with or without `Z`, fractions allowed.
    pub fn read(self, text: &str) -> Option<Timestamp> {
        let text = text.trim().trim_end_matches('Z').replacen('T', " ", 1);
        let at = match text.parse() {
            Ok(at) => at,
            Err(_) if self == Self::BeijingPlain => unpadded(&text)?,
            Err(_) => return None,
        };
        at.to_zoned(TimeZone::fixed(self.offset()))
            .ok()
            .map(|zoned| zoned.timestamp())
    }
}

/// A wall clock whose numbers have no leading zeros, `2017-9-3 4:5:0`: public clients write it so
/// (tencent-monitor.md, 1.7).
fn unpadded(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once(' ').unwrap_or((text, "0:0:0"));
    let (year, date) = date.split_once('-')?;
    let numbers: Result<Vec<i8>, _> = date
        .split('-')
        .chain(time.split(':'))
        .map(str::parse)
        .collect();
    let [month, day, hour, minute, second] = numbers.ok()?.try_into().ok()?;
    DateTime::new(year.parse().ok()?, month, day, hour, minute, second, 0).ok()
}

/// How a call's parameters travel, unless a parameter says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// All in the query string.
    Query,
    /// In a JSON body; `Action` and `Version`, where there are any, in the query string.
    Json,
    /// In a form body; `Action` and `Version` in the query string.
    Form,
}

/// Which of a system's hosts a call goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// The service itself.
    Service,
    /// The identity service.
    Identity,
}

/// How an operation is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// `Action`, for query-RPC systems; for the others a name for people.
    pub action: &'static str,
    /// API version; part of the request for query-RPC systems only.
    pub version: &'static str,
    /// Query-RPC (action and version in the query) rather than REST.
    pub is_rpc: bool,
    /// HTTP method.
    pub method: &'static str,
    /// Path, with `{name}` for path parameters.
    pub path: &'static str,
    /// Which host.
    pub host: Host,
    /// How parameters travel.
    pub form: Form,
    /// Does it change anything?
    pub mutates: bool,
    /// Several operations at one path are told apart by this body field and value. The client sends it.
    pub when: Option<(&'static str, &'static str)>,
    /// The limit group its calls count against; the system's default group when empty.
    pub group: &'static str,
    /// A parameter whose value *is* the body, not a member of it (`PutMetricData` sends a bare array).
    pub bare_body: bool,
    /// Other methods and paths where it may be served, for documents that contradict themselves: tried in order where
    /// the first is not found.
    pub or: &'static [(&'static str, &'static str)],
    /// Text fields of the answer that hold JSON whose quotes the service may leave unescaped.
    pub embeds: &'static [&'static str],
}

impl Call {
    /// A query-RPC call: `GET /?Action=…&Version=…`.
    pub const fn action(action: &'static str, version: &'static str) -> Self {
        Self {
            action,
            version,
            is_rpc: true,
            method: "GET",
            path: "/",
            host: Host::Service,
            form: Form::Query,
            mutates: false,
            when: None,
            group: "",
            bare_body: false,
            or: &[],
            embeds: &[],
        }
    }

    /// A REST call. Parameters of `POST`, `PUT` and `PATCH` travel in a JSON body, those of the others in the query.
    pub const fn rest(
        action: &'static str,
        version: &'static str,
        method: &'static str,
        path: &'static str,
    ) -> Self {
        let mut call = Self::action(action, version);
        call.is_rpc = false;
        call.method = method;
        call.path = path;
        if matches!(method.as_bytes(), b"POST" | b"PUT" | b"PATCH") {
            call.form = Form::Json;
        }
        call
    }

    /// Sends a JSON body with `POST`.
    pub const fn post_json(mut self) -> Self {
        self.method = "POST";
        self.form = Form::Json;
        self
    }

    /// Sends a form body with `POST`.
    pub const fn post_form(mut self) -> Self {
        self.method = "POST";
        self.form = Form::Form;
        self
    }

    /// Sends everything in the query string with `POST`.
    pub const fn post_query(mut self) -> Self {
        self.method = "POST";
        self.form = Form::Query;
        self
    }

    /// Another path than `/`.
    pub const fn path(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }

    /// It changes something.
    pub const fn mutates(mut self) -> Self {
        self.mutates = true;
        self
    }

    /// It goes to the identity service.
    pub const fn identity(mut self) -> Self {
        self.host = Host::Identity;
        self
    }

    /// Told apart from others at the same path by a body field.
    pub const fn when(mut self, field: &'static str, value: &'static str) -> Self {
        self.when = Some((field, value));
        self
    }

    /// Counts against this limit group.
    pub const fn group(mut self, group: &'static str) -> Self {
        self.group = group;
        self
    }

    /// May also be served by these methods at these paths.
    pub const fn or(mut self, others: &'static [(&'static str, &'static str)]) -> Self {
        self.or = others;
        self
    }

    /// These text fields of the answer hold JSON, perhaps with bare quotes.
    pub const fn embeds(mut self, fields: &'static [&'static str]) -> Self {
        self.embeds = fields;
        self
    }

    /// The only body parameter is the body.
    pub const fn bare_body(mut self) -> Self {
        self.bare_body = true;
        self
    }
}

/// A rule that an input breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field, as a path in wire spelling: `execute_batches[2].batch_index`.
    pub field: String,
    /// The rule, in words: `must be 1 to 100`.
    pub rule: String,
    /// What was given.
    pub given: String,
    /// The service does not enforce it: warn, do not refuse.
    pub soft: bool,
}

impl Violation {
    /// The field, the rule and what was given, in a sentence: `Cycles must be 1 to 10, given 11`. What was given is
    /// said where that tells more than the rule does.
    pub fn sentence(&self) -> String {
        let Self {
            field, rule, given, ..
        } = self;
        if given == "nothing" || rule.ends_with('?') {
            format!("{field} {rule}")
        } else {
            format!("{field} {rule}, given {given}")
        }
    }
}

/// A typed request.
pub trait Operation: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What a successful answer is decoded into.
    type Output: Serialize + DeserializeOwned + Send + 'static;
    /// Its id in the catalogue, for example `ksc-monitor.list_metrics`.
    const ID: OperationId;
    /// What it does, in a sentence or two.
    const DOC: &'static str;
    /// How it is called.
    const CALL: Call;
    /// Its parameters, in the documents' order.
    const PARAMS: &'static [Param];
    /// Rules across fields; `operation!` takes them as `check = path`, none by default.
    const CHECK: fn(&Json) -> Vec<Violation>;
}

/// The description of an operation, without its types.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its id in the catalogue.
    pub id: OperationId,
    /// What it does.
    pub doc: &'static str,
    /// How it is called.
    pub call: Call,
    /// Its parameters.
    pub params: &'static [Param],
    /// Rules across fields.
    pub check: fn(&Json) -> Vec<Violation>,
}

impl Entry {
    /// The description of `O`.
    pub const fn of<O: Operation>() -> Self {
        Self {
            id: O::ID,
            doc: O::DOC,
            call: O::CALL,
            params: O::PARAMS,
            check: O::CHECK,
        }
    }

    /// The system it belongs to.
    pub fn system(&self) -> Option<SystemId> {
        self.id
            .split_once('.')
            .and_then(|(id, _)| SystemId::parse(id))
    }

    /// The part of the id after the system: `list_metrics`.
    pub fn name(&self) -> &'static str {
        self.id.split_once('.').map_or(self.id, |(_, name)| name)
    }
}

/// No rules across fields.
pub fn no_cross_check(_: &Json) -> Vec<Violation> {
    Vec::new()
}

/// Declares an operation.
///
/// ```
/// use watchkeeper::cloud::declare::{Call, Operation};
///
/// #[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
/// pub struct Page {}
///
/// watchkeeper::operation! {
///     /// Lists things.
///     ListThings -> Page, "ksc-monitor.list_things", Call::action("ListThings", "2021-01-01");
///     /// Page number, from 1.
///     page: Option<u32> = "PageIndex".at_least(1).default("1"),
///     /// Which things.
///     ids: Vec<String> = "Id.N".items(0, 10),
/// }
///
/// assert_eq!(ListThings::PARAMS[0].min, Some(1.0));
/// assert!(!ListThings::PARAMS[1].required);
/// ```
///
/// Rules across fields: put `, check = path::to::function` before the first semicolon.
#[macro_export]
macro_rules! operation {
    (
        $(#[doc = $doc:literal])+
        $name:ident -> $output:ty, $id:literal, $call:expr $(, check = $check:path)?;
        $( $(#[doc = $fdoc:literal])+ $field:ident : $ty:ty = $wire:literal $(. $method:ident ( $($arg:expr),* ))* ),* $(,)?
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $(
                $(#[doc = $fdoc])+
                #[serde(rename = $wire, default, skip_serializing_if = "watchkeeper::cloud::declare::is_absent")]
                pub $field: $ty,
            )*
        }

        impl $crate::cloud::declare::Operation for $name {
            type Output = $output;
            const ID: &'static str = $id;
            const DOC: &'static str = concat!($($doc),+).trim_ascii();
            const CALL: $crate::cloud::declare::Call = $call;
            const PARAMS: &'static [$crate::cloud::declare::Param] = &[$(
                $crate::cloud::declare::Param::new(
                    $wire,
                    concat!($($fdoc),+).trim_ascii(),
                    <$ty as $crate::cloud::declare::Field>::KIND,
                    <$ty as $crate::cloud::declare::Field>::REQUIRED,
                )$(. $method($($arg),*))*
            ),*];
            const CHECK: fn(&serde_json::Value) -> Vec<$crate::cloud::declare::Violation> = [
                $($check as fn(&serde_json::Value) -> Vec<$crate::cloud::declare::Violation>,)?
                $crate::cloud::declare::no_cross_check,
            ][0];
        }
    };
}

/// Declares an object within a parameter: a struct whose fields are declared like those of an operation.
///
/// ```
/// watchkeeper::object! {
///     /// One metric of one instance.
///     MetricOf;
///     /// Instance id.
///     instance: String = "InstanceID",
///     /// Metric name.
///     metric: String = "MetricName",
/// }
/// ```
#[macro_export]
macro_rules! object {
    (
        $(#[doc = $doc:literal])+
        $name:ident;
        $( $(#[doc = $fdoc:literal])+ $field:ident : $ty:ty = $wire:literal $(. $method:ident ( $($arg:expr),* ))* ),* $(,)?
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $(
                $(#[doc = $fdoc])+
                #[serde(rename = $wire, default, skip_serializing_if = "watchkeeper::cloud::declare::is_absent")]
                pub $field: $ty,
            )*
        }

        impl $crate::cloud::declare::Field for $name {
            const KIND: $crate::cloud::declare::Kind = $crate::cloud::declare::Kind::Object(&[$(
                $crate::cloud::declare::Param::new(
                    $wire,
                    concat!($($fdoc),+).trim_ascii(),
                    <$ty as $crate::cloud::declare::Field>::KIND,
                    <$ty as $crate::cloud::declare::Field>::REQUIRED,
                )$(. $method($($arg),*))*
            ),*]);
        }
    };
}

/// Declares a closed set of words. The first one is the type's default.
///
/// ```
/// watchkeeper::choices! {
///     /// What happens between two batches.
///     RotationStrategy;
///     /// Go on.
///     Continue = "CONTINUE",
///     /// Wait.
///     Pause = "PAUSE",
/// }
/// assert_eq!(RotationStrategy::Pause.wire(), "PAUSE");
/// ```
#[macro_export]
macro_rules! choices {
    (
        $(#[doc = $doc:literal])+
        $name:ident;
        $(#[doc = $first_doc:literal])+ $first:ident = $first_wire:literal
        $(, $(#[doc = $vdoc:literal])+ $variant:ident = $wire:literal )* $(,)?
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[doc = $first_doc])+
            #[default]
            #[serde(rename = $first_wire)]
            $first,
            $(
                $(#[doc = $vdoc])+
                #[serde(rename = $wire)]
                $variant,
            )*
        }

        impl $name {
            /// The word on the wire.
            pub const fn wire(self) -> &'static str {
                match self {
                    Self::$first => $first_wire,
                    $(Self::$variant => $wire,)*
                }
            }
        }

        impl $crate::cloud::declare::Field for $name {
            const KIND: $crate::cloud::declare::Kind =
                $crate::cloud::declare::Kind::Choice(&[$first_wire $(, $wire)*]);
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_instant_has_a_form_in_each_zone() {
        let at: Timestamp = "2026-11-22T03:00:00Z".parse().unwrap();
        assert_eq!(Zone::Utc.write(at), "2026-11-22T03:00:00Z");
        assert_eq!(Zone::BeijingFalseZ.write(at), "2026-11-22T11:00:00Z");
        assert_eq!(Zone::BeijingPlain.write(at), "2026-11-22 11:00:00");
        for zone in [Zone::Utc, Zone::BeijingFalseZ, Zone::BeijingPlain] {
            assert_eq!(zone.read(&zone.write(at)), Some(at));
        }
    }

    #[test]
    fn a_plain_time_may_lack_zeros_and_the_time_of_day() {
        let read = |text: &str| Zone::BeijingPlain.read(text).map(|at| at.to_string());
        let expected = Some("2017-09-02T20:05:00Z".to_owned());
        assert_eq!(read("2017-9-3 4:5:0"), expected);
        assert_eq!(read("2017-09-03 04:05:00"), expected);
        let midnight = Some("2017-09-02T16:00:00Z".to_owned());
        assert_eq!(read("2017-09-03"), midnight);
        assert_eq!(read("2017-9-3"), midnight);
        for text in [
            "",
            "2017-13-1 0:0:0",
            "2017-9-3 4:5",
            "a-b-c d:e:f",
            "2017-9-3 4:5:0:0",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        // Three digits of an hour are a slip in a document, not a form (ksc-monitor.md, 14.2).
        assert_eq!(Zone::BeijingFalseZ.read("2017-02-28T017:00:00Z"), None);
    }
}
