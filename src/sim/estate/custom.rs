//! Custom metrics that somebody uploads (ksc-monitor.md, 14.6).

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::state::Estate;
use super::things::custom::CustomSeries;

impl Estate {
    /// The custom metric with exactly these dimensions.
    pub fn custom_metric(
        &self,
        namespace: &str,
        metric: &str,
        dimensions: &BTreeSet<String>,
    ) -> Option<&CustomSeries> {
        self.custom.iter().find(|series| {
            series.namespace == namespace
                && series.metric == metric
                && &series.dimensions == dimensions
        })
    }

    /// Takes an uploaded value; a metric that does not exist yet comes into being.
    pub fn upload(
        &mut self,
        namespace: &str,
        metric: &str,
        dimensions: BTreeSet<String>,
        unit: Option<&str>,
        (at, value): (Timestamp, f64),
    ) {
        let known = self.custom.iter_mut().find(|series| {
            series.namespace == namespace
                && series.metric == metric
                && series.dimensions == dimensions
        });
        if let Some(series) = known {
            series.uploaded.push((at, value));
            return;
        }
        self.custom.push(CustomSeries {
            namespace: namespace.to_owned(),
            metric: metric.to_owned(),
            dimensions,
            unit: unit.unwrap_or("None").to_owned(),
            course: None,
            uploaded: vec![(at, value)],
        });
    }
}
