//! `:network`: the latest samples of network devices, one row for each metric. What the codes of the metrics mean, the
//! service does not say: they are shown as they are.

use std::time::Duration;

use jiff::Timestamp;

use super::course::{self, Course};
use super::frame;
use super::list::{Look, Row, heading};
use super::shelf::{Shelf, Shelved};
use super::wants::spark;
use crate::app::command::Command;
use crate::app::pane::{About, Context, Document, Request};
use crate::app::subject::{Kind, Subject};
use crate::domain::account::AccountId;
use crate::domain::metric::Series;
use crate::domain::query::Query;
use crate::domain::text::SafeText;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::sparkline::Sparkline;
use crate::ui::widgets::table::Column;

/// Network devices.
pub type Network = Shelf<Entry>;

/// Steps of a sparkline that are kept: a quarter of an hour of an hour's steps.
const STEPS: usize = 60;

/// How far the samples reach back that are asked for, in seconds.
const LATEST: i64 = 900;

/// One metric of one device.
pub struct Entry {
    account: AccountId,
    /// The device's name, where the inventory knows it.
    device: SafeText,
    series: Series,
    steps: Vec<Option<f64>>,
}

const COMMANDS: &[Command] = &[Command::new("open", &["<enter>"])
    .on(&[Kind::Series])
    .hinted()];

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::Series(self.account.clone(), self.series.key.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        match column {
            "device" => Cell::text(self.device.shown()),
            "ip" => Cell::styled(self.series.key.instance.shown(), "muted"),
            "metric" => {
                let code = self.series.key.metric.shown();
                look.lang
                    .tf("network.metric_code", &[("code", code)])
                    .into()
            }
            "value" => match (&self.series.odd, self.series.last()) {
                (Some(came), _) => frame::odd(came),
                (None, Some(last)) => format::number(last.value).into(),
                (None, None) => Cell::default(),
            },
            "age" => self.series.last().map_or_else(Cell::default, |last| {
                format::age(look.lang, look.at.as_second() - last.at).into()
            }),
            "trend" => Cell::spark(Sparkline::new(self.steps.as_slice())),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let last = self.series.last();
        match column {
            "device" => Value::text(self.device.raw()),
            "ip" => Value::text(self.series.key.instance.raw()),
            "metric" => Value::text(self.series.key.metric.raw()),
            "value" | "trend" => last.map_or(Value::Missing, |last| Value::Number(last.value)),
            "age" => last.map_or(Value::Missing, |last| {
                Value::Age((at.as_second() - last.at) as f64)
            }),
            _ => Value::Missing,
        }
    }
}

impl Shelved for Entry {
    const ABOUT: About = About::new("network", "network.title", COMMANDS).aliases(&["net"]);
    const EMPTY: &'static str = "network.empty";
    const EVERY: Duration = Duration::from_secs(60);
    const REPEAT: &'static str = "call huawei-esm query_network_device_metrics begin_time=-15m end_time=now \
        offset_value=0 page_size=500";

    fn columns(lang: Lang) -> Vec<Column> {
        let title = |key| heading(lang, key);
        vec![
            Column::flex("device", title("network.device"), 10, 20),
            Column::flex("ip", title("assets.ip"), 9, 16).priority(2),
            Column::flex("metric", title("network.metric"), 9, 14),
            Column::fixed("value", title("col.value"), 8).right(),
            Column::flex("trend", title("col.trend"), 10, 40)
                .grow(3)
                .priority(3),
            Column::fixed("age", title("col.age"), frame::age_cells(lang))
                .right()
                .priority(4),
        ]
    }

    fn question(account: AccountId) -> Query {
        Query::Network(account)
    }

    fn rows(ctx: &Context) -> Vec<Self> {
        let mut rows: Vec<Self> = ctx
            .world
            .network()
            .map(|(account, series)| {
                let ip = &series.key.instance;
                let known = ctx.world.assets().find(|(_, asset)| &asset.ip == ip);
                let steps = spark(series, ctx.at, STEPS);
                Self {
                    account: account.clone(),
                    device: known.map_or_else(|| ip.clone(), |(_, asset)| asset.name.clone()),
                    steps: steps.into_iter().skip(STEPS * 3 / 4).collect(),
                    series: series.clone(),
                }
            })
            .collect();
        rows.sort_by(|one, other| {
            (&one.device, &one.series.key).cmp(&(&other.device, &other.series.key))
        });
        rows
    }

    fn further(
        _rows: &[Self],
        _selected: Option<&Self>,
        ctx: &Context,
    ) -> Vec<crate::domain::query::Want> {
        // The names of the devices, and what a description tells beside the course of a metric.
        let mut wants = super::wants::of_each(
            ctx,
            &super::shelf::SYSTEMS,
            Duration::from_secs(300),
            Query::Assets,
        );
        wants.extend(super::wants::changes(ctx));
        wants
    }

    fn document(&self, ctx: &Context) -> Document {
        let key = &self.series.key;
        let mut lines = vec![
            frame::fact(ctx.lang, "network.device", self.device.shown()),
            frame::fact(ctx.lang, "assets.ip", key.instance.shown()),
            frame::fact(ctx.lang, "network.metric", key.metric.shown()),
            frame::fact(ctx.lang, "col.account", &self.account.to_string()),
        ];
        if let Some(came) = &self.series.odd {
            lines.push(frame::fact_in(
                ctx.lang,
                "col.value",
                came.shown(),
                "state.unknown",
            ));
        }
        let drawn = Course::last(&self.series, LATEST, ctx);
        lines.extend(course::with_changes(Some(drawn), ctx.at, ctx));
        Document {
            title: format!("{} {}", self.device, key.metric),
            lines,
        }
    }

    fn opened(&self) -> Option<Request> {
        Some(Request::Show(self.subject()))
    }
}
