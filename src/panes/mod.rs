//! One file for each thing on the screen. To add one: write `src/panes/<name>.rs` and add its line to [`catalog`].

pub mod alarms;
pub mod budget;
pub mod chart;
pub mod contacts;
mod frame;
pub mod journal;
pub mod list;
pub mod metrics;
pub mod policies;
pub mod problems;
mod wants;
pub mod watch;

use crate::app::pane::Pane;
use crate::app::settings::Catalog;

/// Every pane and dashboard of the program. The order is that of the palette and of the digits.
pub fn catalog() -> Catalog {
    let panes: Vec<Box<dyn Pane>> = vec![
        Box::new(alarms::Alarms::new()),
        Box::new(metrics::Metrics::new()),
        Box::new(chart::ChartPane::new()),
        Box::new(policies::Policies::new()),
        Box::new(contacts::Contacts::new()),
        Box::new(journal::Journal::new()),
        Box::new(problems::Problems::new()),
        Box::new(budget::Budget::new()),
    ];
    Catalog {
        panes,
        boards: vec![watch::BOARD],
    }
}
