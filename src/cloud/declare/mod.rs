//! An operation is declared once: [`operation!`](crate::operation) yields the typed struct for code and a constant
//! description for the command line, forms, the simulator and the documentation.
//!
//! Kind and "required" of a parameter follow from the field's type through [`Field`]; everything after the wire
//! name is a chain of `const fn` methods on [`Param`]. A new constraint is a new method, never a second macro arm.

mod call;
mod field;
mod macros;
mod operation;
mod param;
mod zone;

pub use call::{Call, Form, Host};
pub use field::{BeijingFalseZTime, BeijingTime, Field, UtcTime, is_absent};
pub use operation::{Entry, Operation, Violation, no_cross_check};
pub use param::{Kind, Param, Place};
pub use zone::Zone;
