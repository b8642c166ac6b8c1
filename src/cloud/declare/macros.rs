//! The macros with which operations and what they consist of are declared.

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
