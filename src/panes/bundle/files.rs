//! The files of a bundle.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::app::pane::Context;
use crate::app::subject::{Kind, Subject};
use crate::domain::account::AccountId;
use crate::domain::incident::IncidentId;
use crate::domain::journal::JournalEntry;
use crate::domain::metric::{Series, Window};
use crate::domain::query::{Facts, Query};
use crate::domain::redact::redact;
use crate::domain::script::{Order, OrderId};
use crate::domain::text::SafeText;
use crate::domain::trail::{Linked, Watched};
use crate::panes::{chart_data, incident_forms as forms, words};
use crate::ui::format;
use crate::ui::theme::Theme;
use crate::ui::widgets::chart::{Chart, Limit, Marker, Plot};
use crate::ui::widgets::document::Line;

/// How much before the incident its metric is shown.
const BEFORE: SignedDuration = SignedDuration::from_hours(1);
/// Columns and rows of a chart as text.
const CHART: (u16, u16) = (100, 20);

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name below the bundle's folder, with `/`.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// What the folder of a bundle is called: only letters, digits and `-` of the number.
pub fn folder(id: &IncidentId) -> String {
    let plain: String = id
        .raw()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    format!("watchkeeper-{plain}")
}

/// The orders that were run for an incident.
fn orders_of(account: &AccountId, id: &IncidentId, ctx: &Context) -> Vec<(AccountId, OrderId)> {
    let incident = Subject::Incident(account.clone(), id.clone());
    let related = ctx.world.related(&incident, Kind::Order).into_iter();
    related
        .filter_map(|subject| match subject {
            Subject::Order(account, id) => Some((account, id)),
            _ => None,
        })
        .collect()
}

/// The alarm that led to an incident.
fn alarm_of<'w>(account: &AccountId, id: &IncidentId, ctx: &Context<'w>) -> Option<&'w Watched> {
    let of = Linked::Incident(account.clone(), id.clone());
    ctx.world.link(&of)?.alarm.as_ref()
}

/// When the metric's course begins: an hour before the incident. Whole hours, so that the question stays the same.
fn begin(account: &AccountId, id: &IncidentId, ctx: &Context) -> Timestamp {
    let created = ctx
        .world
        .incident(account, id.raw())
        .and_then(|incident| incident.created);
    created.unwrap_or(ctx.at) - BEFORE
}

fn samples(account: &AccountId, id: &IncidentId, ctx: &Context) -> Option<Query> {
    let alarm = alarm_of(account, id, ctx)?;
    // The end in whole minutes, so that the question is not another one every second.
    let end = ctx.at.as_second() / 60 * 60;
    let span = u32::try_from(end - begin(account, id, ctx).as_second()).unwrap_or(3600);
    Some(Query::Series {
        account: alarm.account.clone(),
        keys: vec![alarm.line.series.clone()].into(),
        statistic: alarm.line.statistic,
        period: alarm.line.period,
        // Whole hours back from now.
        window: Window::Last(span.div_ceil(3600).max(1) * 3600),
    })
}

/// What has to be read for the bundle of an incident.
pub fn needed(account: &AccountId, id: &IncidentId, ctx: &Context) -> Vec<Query> {
    let mut queries = vec![
        Query::Incidents(account.clone(), vec![id.clone()]),
        Query::WarRooms(account.clone()),
    ];
    let orders = orders_of(account, id, ctx).into_iter();
    queries.extend(orders.map(|(account, order)| Query::Order(account, order)));
    queries.extend(samples(account, id, ctx));
    queries
}

/// The files, with a manifest and checksums at the end. What is not known is left out.
pub fn collect(account: &AccountId, id: &IncidentId, ctx: &Context) -> Vec<File> {
    let mut files = Vec::new();
    let mut add = |name: String, text: String| {
        files.push(File {
            name,
            text: redact(&text),
        });
    };
    if let Some(incident) = ctx.world.incident(account, id.raw()) {
        let lines = forms::describe(account, incident, ctx);
        let lines: Vec<String> = lines.iter().map(Line::plain).collect();
        add("incident.txt".to_owned(), lines.join("\n") + "\n");
        add("timeline.csv".to_owned(), timeline(account, id, ctx));
    }
    let mut orders = Vec::new();
    for (of, order) in orders_of(account, id, ctx) {
        orders.push(order.clone());
        if let Some(order) = ctx.world.order(&of, order.raw()) {
            let name = folder(&order.id).replace("watchkeeper-", "orders/");
            add(format!("{name}.txt"), order_text(&of, order, ctx));
        }
    }
    if let Some(alarm) = alarm_of(account, id, ctx)
        && let Some(series) = samples(account, id, ctx).and_then(|query| read(&query, ctx))
    {
        add(
            "charts/metric.csv".to_owned(),
            chart_data::csv(&[series], ctx),
        );
        let from = begin(account, id, ctx).as_second();
        add(
            "charts/metric.txt".to_owned(),
            drawn(alarm, series, from, ctx),
        );
    }
    add("requests.csv".to_owned(), requests(id, &orders, ctx));
    finish(id, files, ctx)
}

fn read<'w>(query: &Query, ctx: &Context<'w>) -> Option<&'w Series> {
    match ctx.world.facts(query)? {
        Facts::Series { series, .. } => series.first().map(AsRef::as_ref),
        _ => None,
    }
}

/// A cell of CSV.
fn cell(text: &str) -> String {
    // A spreadsheet must not take a text from outside for a formula.
    let guard = if text.starts_with(['=', '+', '-', '@']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

fn row(out: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", cells.join(","));
}

fn stamp(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// What happened when, as kept here and as the service says.
fn timeline(account: &AccountId, id: &IncidentId, ctx: &Context) -> String {
    let mut out = String::from("at,kind,text\n");
    let Some(incident) = ctx.world.incident(account, id.raw()) else {
        return out;
    };
    let mut moments: Vec<(Timestamp, &str, String)> = Vec::new();
    let served = [
        (incident.created, "created"),
        (incident.handled, "solution"),
    ];
    moments.extend(
        served
            .into_iter()
            .filter_map(|(at, kind)| Some((at?, kind, String::new()))),
    );
    let rooms = ctx.world.warrooms();
    for (_, room) in rooms.filter(|(of, room)| *of == account && room.incident.as_ref() == Some(id))
    {
        let of_room = [
            (room.occurred, "fault began"),
            (room.created, "warroom"),
            (room.recovered, "fault over"),
        ];
        let number = room.number.shown();
        moments.extend(
            of_room
                .into_iter()
                .filter_map(|(at, kind)| Some((at?, kind, number.to_owned()))),
        );
    }
    for note in ctx.world.notes_of(account, id) {
        moments.push((note.at, note.kind.name(), note.text.shown().to_owned()));
    }
    moments.sort_by_key(|(at, ..)| *at);
    for (at, kind, text) in moments {
        row(&mut out, &[&stamp(at), kind, &text]);
    }
    out
}

/// An order with what every machine said.
fn order_text(account: &AccountId, order: &Order, ctx: &Context) -> String {
    let lang = ctx.lang;
    let script = order
        .script
        .as_ref()
        .and_then(|id| ctx.world.script(account, id.raw()));
    let is_secret = |name: &SafeText| {
        let known = script.into_iter().flat_map(|script| &script.params);
        known
            .into_iter()
            .any(|param| param.name == *name && param.sensitive)
    };
    let mut out = format!(
        "{} {}\n{}\n",
        order.name,
        order.id,
        words::run_word(&order.status, lang)
    );
    let mut add = |line: String| {
        let _ = writeln!(out, "{line}");
    };
    if let Some(at) = order.created {
        add(format!("created {}", stamp(at)));
    }
    if let Some(at) = order.finished {
        add(format!("finished {}", stamp(at)));
    }
    for (name, value) in &order.params {
        let value = if is_secret(name) {
            "***"
        } else {
            value.shown()
        };
        add(format!("{name}={value}"));
    }
    for host in order.batches.iter().flat_map(|batch| &batch.hosts) {
        let status = words::run_word(&host.status, lang);
        add(format!(
            "\n== {} {} {status}, batch {}",
            host.name, host.ip, host.batch
        ));
        if let Some(cut) = &host.shortened {
            let bytes = cut.bytes.to_string();
            let values = [
                ("bytes", bytes.as_str()),
                ("order", order.id.shown()),
                ("host", host.name.shown()),
            ];
            add(lang.tf("fold.left_out", &values));
        }
        for line in host.output.raw().lines() {
            add(SafeText::new(line).shown().to_owned());
        }
    }
    out
}

/// The metric's course as text.
fn drawn(alarm: &Watched, series: &Series, from: i64, ctx: &Context) -> String {
    let area = Rect::new(0, 0, CHART.0, CHART.1);
    let mut buf = Buffer::empty(area);
    let plot = [Plot {
        label: alarm.resource.shown(),
        samples: &series.samples,
        period: series.period,
    }];
    let limits = [Limit {
        comparison: alarm.line.comparison,
        value: alarm.line.value,
        role: "threshold",
    }];
    let chart = Chart {
        plots: &plot,
        from,
        to: ctx.at.as_second(),
        zone: ctx.zone,
        unit: alarm.line.unit.shown(),
        rates: ctx.rates,
        range: None,
        limits: &limits,
        events: &[],
        cursor: None,
        marker: Marker::Braille,
        empty: "-",
    };
    chart.draw(&Theme::default(), area, &mut buf);
    let mut out = format!(
        "{} {}: {} {}\n",
        alarm.title,
        alarm.resource,
        alarm.line.comparison.sign(),
        format::with_unit(alarm.line.value, alarm.line.unit.shown())
    );
    for y in 0..area.height {
        let line: String = (0..area.width).map(|x| buf[(x, y)].symbol()).collect();
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// The changes that were made for an incident, with the ids of their requests.
fn requests(id: &IncidentId, orders: &[OrderId], ctx: &Context) -> String {
    let belongs = |entry: &&JournalEntry| {
        let texts = [
            Some(&entry.summary),
            Some(&entry.command),
            entry.result.as_ref(),
        ];
        let names = |text: &SafeText| {
            text.raw().contains(id.raw())
                || orders.iter().any(|order| text.raw().contains(order.raw()))
        };
        texts.into_iter().flatten().any(names)
    };
    let mut out = String::from("at,account,operation,outcome,request,what,command,result\n");
    for entry in ctx.world.journal.iter().rev().filter(belongs) {
        let outcome = format!("{:?}", entry.outcome).to_lowercase();
        let text =
            |text: &Option<SafeText>| text.as_ref().map_or(String::new(), SafeText::to_string);
        row(
            &mut out,
            &[
                &stamp(entry.at),
                &entry.account,
                &entry.operation,
                &outcome,
                &text(&entry.request_id),
                entry.summary.shown(),
                entry.command.shown(),
                &text(&entry.result),
            ],
        );
    }
    out
}

/// Adds what is in the bundle, and the checksums of all of it in the form that `sha256sum -c` reads.
fn finish(id: &IncidentId, mut files: Vec<File>, ctx: &Context) -> Vec<File> {
    let sum = |text: &str| hex::encode(Sha256::digest(text.as_bytes()));
    let listed: Vec<_> = files
        .iter()
        .map(|file| json!({"name": file.name, "bytes": file.text.len(), "sha256": sum(&file.text)}))
        .collect();
    let manifest = json!({
        "incident": id.raw(),
        "written": stamp(ctx.at),
        "program": concat!("watchkeeper ", env!("CARGO_PKG_VERSION")),
        "redacted": true,
        "files": listed,
    });
    let text = serde_json::to_string_pretty(&manifest).unwrap_or_default() + "\n";
    files.push(File {
        name: "manifest.json".to_owned(),
        text,
    });
    let sums = files.iter().fold(String::new(), |mut out, file| {
        let _ = writeln!(out, "{}  {}", sum(&file.text), file.name);
        out
    });
    files.push(File {
        name: "SHA256SUMS".to_owned(),
        text: sums,
    });
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_cannot_lead_elsewhere() {
        assert_eq!(folder(&"../../etc/IM-1".into()), "watchkeeper-etcIM-1");
    }

    #[test]
    fn a_text_from_outside_is_no_formula() {
        assert_eq!(cell("=cmd()"), "\"'=cmd()\"");
        assert_eq!(cell("a\"b"), "\"a\"\"b\"");
    }
}
