//! Watchkeeper: the on-call engineer's console.
//!
//! The layers, from bottom to top; a module uses only what stands above its own line here
//! (`docs/architecture.md` has the table, `tests/it/layers.rs` holds it):
//!
//! * [`clock`] reads the time, and nothing else does.
//! * [`domain`] holds provider-neutral facts: plain data, no I/O, no wire names.
//! * [`config`] finds accounts, credentials and settings.
//! * [`cloud`] speaks the five APIs: encode, sign, send, classify, decode.
//! * [`store`] keeps history and the journal in SQLite, on its own thread.
//! * [`fetch`] is the background task: a pure scheduler, budgets, a mailbox.
//! * [`sim`] serves the same five APIs locally: demo, tests and training ground.
//! * [`ui`] has the building blocks of the screen and knows no facts.
//! * [`app`] is the pure core: a message comes in, effects go out.
//! * [`panes`] has one file for each thing on the screen.
//! * [`shell`] is the imperative rim: the event loop and the terminal.
//! * [`cli`] reads the command line and wires everything together.

// Lets the declaration macros name this crate the same way inside and outside of it.
extern crate self as watchkeeper;

pub mod app;
pub mod cli;
pub mod clock;
pub mod cloud;
pub mod config;
pub mod domain;
pub mod fetch;
pub mod panes;
pub mod shell;
pub mod sim;
pub mod store;
pub mod ui;

rust_i18n::i18n!("locales", fallback = "en");

// The macro reads the texts without the compiler's knowledge; this makes a change of them a change of the program.
const _: [&str; 2] = [
    include_str!("../locales/en.toml"),
    include_str!("../locales/zh-CN.toml"),
];
