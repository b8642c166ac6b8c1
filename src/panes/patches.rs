//! `:patches`: which machines have the patches they should have, worst first; Enter shows the patches of one.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use serde_json::Value as Json;

use super::list::{List, Look, Row, heading};
use super::{frame, wants, words};
use crate::app::command::Command;
use crate::app::pane::{About, Asking, Context, Document, Event, Listing, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::patch::{PatchFilter, PatchItem, PatchItemFilter, PatchReport, Severities};
use crate::domain::query::{Facts, Query, Want};
use crate::domain::text::SafeText;
use crate::ui::form::{Field, Form};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value, natural_order};
use crate::ui::widgets::table::Column;

/// How old reports may get: they are made once a day or so.
const EVERY: Duration = Duration::from_secs(300);

const ABOUT: About = About::new("patches", "patch.pane", COMMANDS)
    .aliases(&["patch"])
    .opens(&[Kind::Patch]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"])
        .on(&[Kind::Patch])
        .hinted(),
    Command::new("patch.filter", &["o"]).hinted(),
];

/// The systems, kinds of machines and states that the service knows.
const OPERATING_SYSTEMS: [&str; 3] = ["HuaweiCloudEulerOS", "CentOS", "EulerOS"];
const SCENES: [&str; 2] = ["ECS", "CCE"];
const STATES: [&str; 6] = [
    "MISSING",
    "FAILED",
    "PENDING_REBOOT",
    "REJECT",
    "INSTALLED_OTHER",
    "INSTALLED",
];

/// Reports, and the patches of one of them.
pub struct Patches {
    reports: List<Report>,
    filter: PatchFilter,
    /// The report that is open.
    inside: Option<Inside>,
}

struct Inside {
    account: AccountId,
    report: SafeText,
    items: List<Item>,
    filter: PatchItemFilter,
}

struct Report {
    account: AccountId,
    report: PatchReport,
}

struct Item {
    account: AccountId,
    report: SafeText,
    patch: PatchItem,
}

impl Patches {
    /// Nothing has been read.
    pub fn new() -> Self {
        Self {
            reports: List::new(report_columns),
            filter: PatchFilter::default(),
            inside: None,
        }
    }

    fn wants_reports(&self, ctx: &Context) -> Vec<Want> {
        wants::of_each(ctx, &words::SYSTEMS, EVERY, |account| {
            Query::Patches(account, Box::new(self.filter.clone()))
        })
    }

    fn rebuild(&mut self, ctx: &Context) {
        let mut rows = Vec::new();
        for want in self.wants_reports(ctx) {
            if let Some(Facts::Patches(reports)) = ctx.world.facts(&want.query) {
                rows.extend(reports.iter().map(|report| Report {
                    account: want.query.account().clone(),
                    report: report.clone(),
                }));
            }
        }
        rows.sort_by(|a, b| worst_first(&a.report, &b.report));
        self.reports.replace(rows, ctx);
        if let Some(inside) = &mut self.inside {
            inside.rebuild(ctx);
        }
    }

    fn open(&mut self, on: &[Subject], ctx: &Context) -> Vec<Request> {
        let Some(Subject::Patch(account, report, title)) = on.first() else {
            return Vec::new();
        };
        if !title.is_empty() {
            return self.describe(on, ctx);
        }
        let mut inside = Inside {
            account: account.clone(),
            report: report.clone(),
            items: List::new(item_columns),
            filter: PatchItemFilter::default(),
        };
        inside.rebuild(ctx);
        self.inside = Some(inside);
        Vec::new()
    }

    fn describe(&self, on: &[Subject], ctx: &Context) -> Vec<Request> {
        let Some(subject) = on.first() else {
            return Vec::new();
        };
        let of_report = self.reports.rows().iter();
        let report = of_report
            .filter(|row| &row.subject() == subject)
            .map(|row| report_document(&row.report, ctx.lang));
        let of_items = self.inside.iter().flat_map(|inside| inside.items.rows());
        let item = of_items
            .filter(|row| &row.subject() == subject)
            .map(|row| item_document(&row.patch, ctx));
        report.chain(item).map(Request::Document).take(1).collect()
    }

    fn ask_filter(&self, lang: Lang) -> Request {
        let form = match &self.inside {
            Some(inside) => item_form(&inside.filter, lang),
            None => report_form(&self.filter, lang),
        };
        Request::Form(Box::new(form))
    }

    fn filtered(&mut self, values: &Json, ctx: &Context) {
        if let Some(inside) = &mut self.inside {
            inside.filter = item_filter(values);
        } else {
            self.filter = report_filter(values);
        }
        self.rebuild(ctx);
    }
}

impl Inside {
    fn query(&self) -> Query {
        let (account, report) = (self.account.clone(), self.report.clone());
        Query::PatchItems(account, report, Box::new(self.filter.clone()))
    }

    fn rebuild(&mut self, ctx: &Context) {
        let Some(Facts::PatchItems(items)) = ctx.world.facts(&self.query()) else {
            self.items.replace(Vec::new(), ctx);
            return;
        };
        let mut rows: Vec<Item> = items
            .iter()
            .map(|item| Item {
                account: self.account.clone(),
                report: self.report.clone(),
                patch: item.clone(),
            })
            .collect();
        rows.sort_by(|a, b| {
            let rank = |item: &PatchItem| (state_rank(&item.status), severity_rank(&item.severity));
            let order = rank(&a.patch).cmp(&rank(&b.patch));
            order.then_with(|| natural_order(a.patch.title.raw(), b.patch.title.raw()))
        });
        self.items.replace(rows, ctx);
    }
}

impl Default for Patches {
    fn default() -> Self {
        Self::new()
    }
}

/// Those that lack something first, the worst of them first.
fn worst_first(a: &PatchReport, b: &PatchReport) -> std::cmp::Ordering {
    let rank = |report: &PatchReport| {
        let by = report.lacking_by;
        (
            report.compliant == Some(true),
            std::cmp::Reverse((by.critical, by.high, report.lacking)),
        )
    };
    let order = rank(a).cmp(&rank(b));
    order.then_with(|| natural_order(a.name.raw(), b.name.raw()))
}

/// What has to be done about first comes first; unknown states do, too.
fn state_rank(status: &SafeText) -> usize {
    let known = STATES.iter().position(|state| *state == status.raw());
    known.map_or(0, |at| at + 1)
}

fn severity_rank(severity: &SafeText) -> usize {
    let order = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"];
    let word = severity.raw().to_ascii_uppercase();
    order
        .iter()
        .position(|known| *known == word)
        .unwrap_or(order.len())
}

/// `2/5/0/1`: lacking patches of the four severities that count.
fn severities(by: Severities) -> String {
    format!("{}/{}/{}/{}", by.critical, by.high, by.medium, by.low)
}

fn compliance_word(compliant: Option<bool>, lang: Lang) -> (String, &'static str) {
    let (key, role) = match compliant {
        Some(true) => ("patch.complete", "state.ok"),
        Some(false) => ("patch.lacks", "state.crit"),
        None => ("patch.unknown", "state.unknown"),
    };
    (lang.t(key).into_owned(), role)
}

/// The word for the state of a patch, or the state as sent.
fn state_word(status: &SafeText, lang: Lang) -> (String, &'static str) {
    let (key, role) = match status.raw() {
        "INSTALLED" => ("patch.status_installed", "state.ok"),
        "INSTALLED_OTHER" => ("patch.status_installed_other", "muted"),
        "MISSING" => ("patch.status_missing", "state.crit"),
        "REJECT" => ("patch.status_reject", "state.warn"),
        "FAILED" => ("patch.status_failed", "state.crit"),
        "PENDING_REBOOT" => ("patch.status_pending_reboot", "state.warn"),
        _ => return (status.shown().to_owned(), "state.unknown"),
    };
    (lang.t(key).into_owned(), role)
}

fn severity_role(severity: &SafeText) -> &'static str {
    match severity_rank(severity) {
        0 => "state.crit",
        1 => "state.warn",
        2 => "text",
        _ => "muted",
    }
}

fn report_columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("status", title("patch.col_status"), 6, 10),
        Column::flex("name", title("patch.col_name"), 8, 28).grow(2),
        Column::flex("lacking", title("patch.col_lacking"), 4, 8).right(),
        Column::flex("severities", title("patch.col_severities"), 7, 18).right(),
        Column::flex("present", title("patch.col_present"), 4, 6)
            .right()
            .priority(3),
        Column::flex("system", title("patch.col_system"), 8, 20).priority(2),
        Column::flex("ip", title("patch.col_ip"), 8, 16).priority(4),
        Column::flex("baseline", title("patch.col_baseline"), 8, 34).priority(5),
        Column::flex("region", title("patch.col_region"), 6, 14).priority(6),
        Column::flex("kind", title("patch.col_scene"), 4, 6).priority(7),
        Column::fixed("age", title("col.age"), frame::age_cells(lang)).right(),
    ]
}

impl Row for Report {
    fn subject(&self) -> Subject {
        Subject::Patch(
            self.account.clone(),
            self.report.id.clone(),
            SafeText::default(),
        )
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let report = &self.report;
        match column {
            "status" => {
                let (word, role) = compliance_word(report.compliant, look.lang);
                Cell::styled(word, role)
            }
            "name" => Cell::text(report.name.shown()),
            "lacking" => report.lacking.to_string().into(),
            "severities" => {
                let role = match report.lacking_by {
                    by if by.critical > 0 => "state.crit",
                    by if by.high > 0 => "state.warn",
                    _ => "muted",
                };
                Cell::styled(severities(report.lacking_by), role)
            }
            "present" => Cell::styled(report.present.to_string(), "muted"),
            "system" => Cell::styled(report.system.shown(), "muted"),
            "ip" => Cell::styled(report.ip.shown(), "muted"),
            "baseline" => Cell::styled(report.baseline.0.shown(), "muted"),
            "region" => Cell::styled(report.region.shown(), "muted"),
            "kind" => Cell::styled(report.scene.shown(), "muted"),
            "age" => report.at.map_or_else(Cell::default, |at| {
                format::age_of(look.lang, at, look.at).into()
            }),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let report = &self.report;
        match column {
            "status" => Value::text(compliance_word(report.compliant, Lang::En).0),
            "name" => Value::text(report.name.raw()),
            "lacking" => Value::Number(f64::from(report.lacking)),
            // Sorted by the worst, then by the next.
            "severities" => {
                let by = report.lacking_by;
                let high = f64::from(by.high) * 1e4 + f64::from(by.medium);
                Value::Number(f64::from(by.critical) * 1e9 + high)
            }
            "present" => Value::Number(f64::from(report.present)),
            "system" => Value::text(report.system.raw()),
            "ip" => Value::text(report.ip.raw()),
            "baseline" => Value::text(report.baseline.0.raw()),
            "region" => Value::text(report.region.raw()),
            "kind" => Value::text(report.scene.raw()),
            "age" => report.at.map_or(Value::Missing, |made| {
                Value::Age(at.duration_since(made).as_secs_f64())
            }),
            _ => Value::Missing,
        }
    }
}

fn item_columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("status", title("patch.col_status"), 6, 12),
        Column::flex("severity", title("patch.col_severity"), 6, 12),
        Column::flex("title", title("patch.col_title"), 12, 60).grow(3),
        Column::flex("class", title("patch.col_class"), 6, 16).priority(2),
        Column::flex("compliance", title("patch.col_compliance"), 6, 14).priority(4),
        Column::flex("installed", title("patch.col_installed"), 6, 12)
            .right()
            .priority(3),
    ]
}

impl Row for Item {
    fn subject(&self) -> Subject {
        Subject::Patch(
            self.account.clone(),
            self.report.clone(),
            self.patch.title.clone(),
        )
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let item = &self.patch;
        match column {
            "status" => {
                let (word, role) = state_word(&item.status, look.lang);
                Cell::styled(word, role)
            }
            "severity" => Cell::styled(item.severity.shown(), severity_role(&item.severity)),
            "title" => Cell::text(item.title.shown()),
            "class" => Cell::styled(item.class.shown(), "muted"),
            "compliance" => Cell::styled(item.compliance.shown(), "muted"),
            "installed" => item.installed.map_or_else(Cell::default, |at| {
                format::age_of(look.lang, at, look.at).into()
            }),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let item = &self.patch;
        match column {
            "status" => Value::text(state_word(&item.status, Lang::En).0),
            "severity" => Value::text(item.severity.raw()),
            "title" => Value::text(item.title.raw()),
            "class" => Value::text(item.class.raw()),
            "compliance" => Value::text(item.compliance.raw()),
            "installed" => item.installed.map_or(Value::Missing, |made| {
                Value::Age(at.duration_since(made).as_secs_f64())
            }),
            _ => Value::Missing,
        }
    }
}

/// Everything that is known of a report.
fn report_document(report: &PatchReport, lang: Lang) -> Document {
    let fact = |key: &str, text: &str| frame::fact(lang, key, text);
    let (word, role) = compliance_word(report.compliant, lang);
    let all = |count: u32, by: Severities| {
        format!(
            "{count}  ({} · {} · {} · {} · {} · {})",
            by.critical, by.high, by.medium, by.low, by.informational, by.unspecified
        )
    };
    let mut lines = vec![
        frame::fact_in(lang, "patch.col_status", &word, role),
        fact("patch.col_lacking", &all(report.lacking, report.lacking_by)),
        fact("patch.col_present", &all(report.present, report.present_by)),
        frame::pair("", &lang.t("patch.counted_by")),
    ];
    let baseline = format!("{} ({})", report.baseline.0, report.baseline.1);
    for (key, text) in [
        ("patch.f_machine", report.machine.shown()),
        ("patch.col_ip", report.ip.shown()),
        ("patch.f_public_ip", report.public_ip.shown()),
        ("patch.col_system", report.system.shown()),
        ("patch.col_baseline", &baseline),
        ("patch.col_region", report.region.shown()),
        ("patch.col_group", report.group.shown()),
        ("patch.f_project", report.project.shown()),
        ("patch.col_scene", report.scene.shown()),
        ("patch.f_order", report.order.shown()),
        ("field.id", report.id.shown()),
    ] {
        if !text.is_empty() {
            lines.push(fact(key, text));
        }
    }
    Document {
        title: report.name.shown().to_owned(),
        lines,
    }
}

/// Everything that is known of a patch.
fn item_document(item: &PatchItem, ctx: &Context) -> Document {
    let lang = ctx.lang;
    let (word, role) = state_word(&item.status, lang);
    let installed = item
        .installed
        .map_or_else(|| "-".to_owned(), |at| format::age_of(lang, at, ctx.at));
    let mut lines = vec![frame::fact_in(lang, "patch.col_status", &word, role)];
    for (key, text) in [
        ("patch.col_severity", item.severity.shown()),
        ("patch.col_class", item.class.shown()),
        ("patch.col_compliance", item.compliance.shown()),
        ("patch.col_installed", &installed),
        ("patch.col_baseline", item.baseline.shown()),
    ] {
        lines.push(frame::fact(lang, key, text));
    }
    Document {
        title: item.title.shown().to_owned(),
        lines,
    }
}

/// A line of text that may stay empty.
fn text_field(name: &str, key: &str, value: Option<&String>, lang: Lang) -> Field {
    Field::text(name, lang.t(key)).value(value.map_or("", String::as_str))
}

/// A choice of the service's words, or none.
fn choice_field(
    name: &str,
    key: &str,
    words: &[(&str, String)],
    value: Option<&str>,
    lang: Lang,
) -> Field {
    let any = (String::new(), lang.t("script.any").into_owned());
    let words = words
        .iter()
        .map(|(word, label)| ((*word).to_owned(), label.clone()));
    let options = std::iter::once(any).chain(words).collect();
    Field::choice(name, lang.t(key), options).value(value.unwrap_or_default())
}

fn report_form(filter: &PatchFilter, lang: Lang) -> Asking {
    let plain = |words: &[&'static str]| -> Vec<(&'static str, String)> {
        words
            .iter()
            .map(|word| (*word, (*word).to_owned()))
            .collect()
    };
    let states = [
        ("false", compliance_word(Some(false), lang).0),
        ("true", compliance_word(Some(true), lang).0),
    ];
    let compliant = filter
        .compliant
        .map(|yes| if yes { "true" } else { "false" });
    let text = |name, key, value| text_field(name, key, value, lang);
    let form = Form::new(lang.t("patch.filter_title"), lang.t("script.filter_button"))
        .field(choice_field(
            "compliant",
            "patch.f_compliant",
            &states,
            compliant,
            lang,
        ))
        .field(text("name", "patch.f_name", filter.name.as_ref()))
        .field(text("machine", "patch.f_machine", filter.machine.as_ref()))
        .field(text("ip", "patch.f_ip", filter.ip.as_ref()))
        .field(text(
            "public_ip",
            "patch.f_public_ip",
            filter.public_ip.as_ref(),
        ))
        .field(choice_field(
            "system",
            "patch.f_system",
            &plain(&OPERATING_SYSTEMS),
            filter.system.as_deref(),
            lang,
        ))
        .field(text("region", "patch.f_region", filter.region.as_ref()))
        .field(text("group", "patch.f_group", filter.group.as_ref()))
        .field(text("order", "patch.f_order", filter.order.as_ref()))
        .field(choice_field(
            "scene",
            "patch.f_scene",
            &plain(&SCENES),
            filter.scene.as_deref(),
            lang,
        ))
        .field(text("cluster", "patch.f_cluster", filter.cluster.as_ref()))
        .field(text("project", "patch.f_project", filter.project.as_ref()))
        .field(Field::bool(
            "oldest",
            lang.t("patch.f_oldest"),
            lang,
            filter.oldest_first,
        ));
    Asking {
        tag: "patch.reports",
        form,
    }
}

/// What was filled in; nothing where it was left empty.
fn given(values: &Json, name: &str) -> Option<String> {
    Some(words::text(values, name)).filter(|text| !text.is_empty())
}

fn report_filter(values: &Json) -> PatchFilter {
    let given = |name| given(values, name);
    PatchFilter {
        name: given("name"),
        machine: given("machine"),
        ip: given("ip"),
        public_ip: given("public_ip"),
        system: given("system"),
        region: given("region"),
        group: given("group"),
        compliant: given("compliant").map(|word| word == "true"),
        order: given("order"),
        scene: given("scene"),
        cluster: given("cluster"),
        project: given("project"),
        oldest_first: words::is_yes(values, "oldest"),
    }
}

fn item_form(filter: &PatchItemFilter, lang: Lang) -> Asking {
    let states = STATES.map(|word| (word, state_word(&word.into(), lang).0));
    let text = |name, key, value| text_field(name, key, value, lang);
    let form = Form::new(lang.t("patch.filter_items"), lang.t("script.filter_button"))
        .field(text("title", "patch.f_title", filter.title.as_ref()))
        .field(choice_field(
            "status",
            "patch.f_status",
            &states,
            filter.status.as_deref(),
            lang,
        ))
        .field(text(
            "severity",
            "patch.f_severity",
            filter.severity.as_ref(),
        ))
        .field(text("class", "patch.f_class", filter.class.as_ref()))
        .field(text(
            "compliance",
            "patch.f_compliance",
            filter.compliance.as_ref(),
        ));
    Asking {
        tag: "patch.items",
        form,
    }
}

fn item_filter(values: &Json) -> PatchItemFilter {
    let given = |name| given(values, name);
    PatchItemFilter {
        title: given("title"),
        status: given("status"),
        class: given("class"),
        severity: given("severity"),
        compliance: given("compliance"),
    }
}

/// The sum over all reports: how many lack something, and how many critical patches that are.
fn totals(rows: &[Report], lang: Lang) -> Option<String> {
    let lacking = rows.iter().filter(|row| row.report.compliant != Some(true));
    let critical: u32 = rows.iter().map(|row| row.report.lacking_by.critical).sum();
    let (lacking, count) = (lacking.count().to_string(), rows.len().to_string());
    let values = [
        ("lacking", lacking.as_str()),
        ("count", &count),
        ("critical", &critical.to_string()),
    ];
    (!rows.is_empty()).then(|| lang.tf("patch.totals", &values))
}

impl Pane for Patches {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let mut needed = self.wants_reports(ctx);
        let inside = self.inside.as_ref();
        needed.extend(inside.map(|inside| wants::want(inside.query(), EVERY)));
        // A script is run on machines that lack something: they are known by their ids.
        needed.extend(wants::of_each(
            ctx,
            &words::SYSTEMS,
            EVERY,
            Query::Resources,
        ));
        needed
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        let done = match &mut self.inside {
            Some(inside) => inside.items.event(event, ctx),
            None => self.reports.event(event, ctx),
        };
        if done {
            return Vec::new();
        }
        match event {
            Event::Changed => {
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Opened { subject, .. } => {
                self.inside = None;
                self.rebuild(ctx);
                match subject {
                    Some(subject @ Subject::Patch(..)) => {
                        self.reports.select((*subject).clone());
                        self.rebuild(ctx);
                        self.open(std::slice::from_ref(subject), ctx)
                    }
                    _ => Vec::new(),
                }
            }
            Event::Command { name: "open", on } => self.open(on, ctx),
            Event::Command {
                name: "describe",
                on,
            } => self.describe(on, ctx),
            Event::Command {
                name: "patch.filter",
                ..
            } => vec![self.ask_filter(ctx.lang)],
            Event::Form { values, .. } => {
                self.filtered(values, ctx);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        let Some(inside) = &mut self.inside else {
            return self.reports.back();
        };
        if !inside.items.back() {
            self.inside = None;
        }
        true
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(match &self.inside {
            Some(inside) => &inside.items,
            None => &self.reports,
        })
    }

    fn repeat(&self, _world: &World) -> Option<String> {
        Some(match &self.inside {
            Some(inside) => format!("patch show {}", words::quoted(inside.report.raw())),
            None => "patch ls".to_owned(),
        })
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let ctx = view.context(area);
        let Some(inside) = &self.inside else {
            let needs = self.wants_reports(&ctx);
            let mut text = frame::counted(&self.reports.info(view.lang), view.lang);
            if let Some(totals) = totals(self.reports.rows(), view.lang) {
                text = format!("{text} · {totals}");
            }
            let inner = frame::draw(view, ABOUT.title, &text, &needs, area, buf);
            let empty = view.t("patch.empty");
            self.reports.draw(view, &needs, &empty, inner, buf);
            return;
        };
        let needs = [wants::want(inside.query(), EVERY)];
        let report = view.world.patch_report(&inside.account, &inside.report);
        let name = report.map_or(inside.report.shown(), |report| report.name.shown());
        let title = view.lang.tf("patch.items_of", &[("name", name)]);
        let totals = frame::counted(&inside.items.info(view.lang), view.lang);
        let inner = frame::titled(view, &title, &totals, &needs, area, buf);
        let empty = view.t("patch.no_items");
        inside.items.draw(view, &needs, &empty, inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let text = totals(self.reports.rows(), view.lang).unwrap_or_default();
        Line::styled(text, view.theme.style("muted"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_filter_survives_its_form() {
        let values = json!({
            "compliant": "false", "name": "web-03", "system": "CentOS", "scene": "ECS", "oldest": true,
        });
        let filter = report_filter(&values);
        assert_eq!(filter.compliant, Some(false));
        let mut again = report_form(&filter, Lang::En).form.values();
        // What is not given is an empty choice.
        if let Json::Object(members) = &mut again {
            members.retain(|_, value| value != "");
        }
        assert_eq!(report_filter(&again), filter);
        let items = item_filter(&json!({"status": "MISSING", "title": "openssl"}));
        assert_eq!(
            item_filter(&item_form(&items, Lang::En).form.values()),
            items
        );
    }

    #[test]
    fn what_has_to_be_done_comes_first() {
        let rank = |word: &str| state_rank(&word.into());
        assert!(rank("MISSING") < rank("INSTALLED"));
        assert!(rank("NEVER_HEARD_OF") < rank("MISSING"));
        let severity = |word: &str| severity_rank(&word.into());
        assert!(severity("Critical") < severity("High"));
        assert!(severity("Low") < severity("?"));
    }
}
