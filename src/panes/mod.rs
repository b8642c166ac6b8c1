//! One file for each thing on the screen. To add one: write `src/panes/<name>.rs` and add its line to [`catalog`].

pub mod alarms;
pub mod api;
pub mod assets;
pub mod audit;
pub mod budget;
pub mod bundle;
pub mod capacity;
pub mod catalogue;
pub mod chart;
mod chart_data;
mod chart_events;
pub mod cockpit;
pub mod contacts;
mod course;
pub mod draft;
mod frame;
pub mod handover;
pub mod hosts;
pub mod incident_forms;
pub mod incidents;
pub mod journal;
pub mod list;
pub mod metering;
mod metric_forms;
pub mod metrics;
pub mod network;
pub mod orders;
pub mod patches;
pub mod policies;
mod policy_forms;
pub mod policy_words;
pub mod problems;
mod queue;
pub mod resources;
pub mod run;
pub mod scaling;
mod script_text;
pub mod scripts;
pub mod shelf;
mod wants;
pub mod warrooms;
pub mod watch;
pub mod words;

use crate::app::pane::Pane;
use crate::app::settings::Catalog;

/// Every pane and dashboard of the program. The order is that of the palette and of the digits.
pub fn catalog() -> Catalog {
    let panes: Vec<Box<dyn Pane>> = vec![
        Box::new(alarms::Alarms::new()),
        Box::new(incidents::Incidents::new()),
        Box::new(orders::Orders::new()),
        Box::new(metrics::Metrics::new()),
        Box::new(catalogue::Catalogue::new()),
        Box::new(chart::ChartPane::new()),
        Box::new(cockpit::Cockpit::new()),
        Box::new(policies::Policies::new()),
        Box::new(contacts::Contacts::new()),
        Box::new(warrooms::WarRooms::new()),
        Box::new(scripts::Scripts::new()),
        Box::new(resources::Resources::new()),
        Box::new(patches::Patches::new()),
        Box::new(run::Run::new()),
        Box::new(draft::DraftPane::new()),
        Box::new(capacity::CapacityPane::new()),
        Box::new(audit::Audit::new()),
        Box::new(assets::Assets::new()),
        Box::new(hosts::Hosts::new()),
        Box::new(network::Network::new()),
        Box::new(metering::Metering::new()),
        Box::new(scaling::Scaling::new()),
        Box::new(handover::Handover::new()),
        Box::new(bundle::Bundle::new()),
        Box::new(journal::Journal::new()),
        Box::new(problems::Problems::new()),
        Box::new(budget::Budget::new()),
        Box::new(api::Api::new()),
    ];
    Catalog {
        panes,
        boards: vec![watch::BOARD],
    }
}
