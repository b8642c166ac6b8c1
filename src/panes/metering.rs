//! `:metering`: a job that gathers metering records: created by a form, watched with its progress, its records paged
//! and summed. All of them are written to a file while the user does something else.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use serde_json::Value as Json;

use super::list::{List, Look, Row, heading};
use super::shelf::SYSTEMS;
use super::{frame, wants, words};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::look::{METERED, metered_text};
use crate::app::pane::{
    About, Asking, Confirm, Context, Document, Event, Guard, ListInfo, Listing, Pane, Request, View,
};
use crate::app::subject::Subject;
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::action::{Action, NewMeterJob, Receipt};
use crate::domain::query::{Facts, Query, Want};
use crate::domain::record::Record;
use crate::domain::site::{
    ExportState, MeterExport, MeterJob, MeterPage, MeterStatus, record_time,
};
use crate::domain::text::SafeText;
use crate::ui::form::{Field, Form};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::gauge::Gauge;
use crate::ui::widgets::table::Column;
use crate::ui::width;

/// How often a job is asked how far it is.
const WATCH_EVERY: Duration = Duration::from_secs(3);
/// Records do not change once they are there.
const PAGES_EVERY: Duration = Duration::from_secs(24 * 3600);
/// Pages that are kept on the screen at most: more is for a file.
const PAGES: usize = 50;
/// Lines above the records: the job, its bar, the sums, the file.
const HEAD: u16 = 4;
/// Cells of the words behind the name of a file.
const WORDS: u16 = 50;

const ABOUT: About = About::new("metering", "metering.title", COMMANDS).aliases(&["meter", "sdr"]);

const COMMANDS: &[Command] = &[
    Command::changes("metering.create", &["n"]).hinted(),
    Command::new("metering.more", &[">"]).hinted(),
    Command::new("metering.stop", &["z x"]),
    Command::new("metering.export", &["E"]).hinted(),
];

/// Metering.
pub struct Metering {
    list: List<Entry>,
    job: Option<(AccountId, SafeText)>,
    /// Is the job asked how far it is?
    watching: bool,
    /// Markers of the pages that were asked for; the first page has none.
    markers: Vec<String>,
}

/// One record.
struct Entry {
    account: AccountId,
    number: usize,
    fields: Vec<(SafeText, SafeText)>,
    /// When its hour began, in the user's zone; as it came when it is no time.
    begin: String,
}

/// A record's time in the user's zone, where it is one.
fn local(text: &str, ctx: &Context) -> Option<String> {
    let at = record_time(text)?.to_zoned(ctx.zone.clone());
    Some(at.strftime("%Y-%m-%d %H:%M").to_string())
}

impl Entry {
    fn new(
        account: AccountId,
        number: usize,
        fields: Vec<(SafeText, SafeText)>,
        ctx: &Context,
    ) -> Self {
        let mut entry = Self {
            account,
            number,
            fields,
            begin: String::new(),
        };
        let begin = entry.field("begin_time");
        entry.begin = local(begin, ctx).unwrap_or_else(|| begin.to_owned());
        entry
    }

    fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known.raw() == name);
        found.map_or("", |(_, text)| text.shown())
    }
}

/// Columns and the fields they show. What a record has is not documented; all of it is in the description.
const FIELDS: [(&str, &str); 5] = [
    ("kind", "resource_type_code"),
    ("resource", "resource_id"),
    ("spec", "resource_spec_code"),
    ("begin", "begin_time"),
    ("value", "accumulate_factor_value"),
];

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::MeterJob(self.account.clone(), self.number.to_string().into())
    }

    fn cell<'a>(&'a self, column: &'static str, _look: &Look<'a>) -> Cell<'a> {
        if column == "begin" {
            return Cell::text(&self.begin);
        }
        if let Some((_, field)) = FIELDS.iter().find(|(name, _)| *name == column) {
            return Cell::text(self.field(field));
        }
        let texts: Vec<&str> = self.fields.iter().map(|(_, text)| text.shown()).collect();
        Cell::styled(texts.join(" "), "muted")
    }

    fn value<'a>(&'a self, column: &'static str, _at: Timestamp) -> Value<'a> {
        let field = FIELDS.iter().find(|(name, _)| *name == column);
        let text = field.map_or("", |(_, field)| self.field(field));
        match text.parse() {
            Ok(number) if column == "value" => Value::Number(number),
            _ => Value::text(text),
        }
    }
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("kind", title("metering.kind"), 12, 26).grow(2),
        Column::flex("resource", title("col.resource"), 10, 38)
            .grow(2)
            .cut_middle(),
        Column::flex("spec", title("metering.spec"), 8, 22).priority(3),
        Column::flex("begin", title("metering.begin"), 14, 19),
        Column::flex("value", title("metering.value"), 6, 10).right(),
        Column::flex("all", title("metering.all"), 10, 90).wide(),
    ]
}

impl Metering {
    /// Without a job.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
            job: None,
            watching: false,
            markers: Vec::new(),
        }
    }

    fn state<'w>(&self, world: &'w World) -> Option<&'w MeterJob> {
        let (account, job) = self.job.as_ref()?;
        match world.facts(&Query::MeterJob(account.clone(), job.clone()))? {
            Facts::MeterJob(state) => Some(state),
            _ => None,
        }
    }

    fn pages<'w>(&'w self, world: &'w World) -> impl Iterator<Item = &'w MeterPage> {
        self.markers.iter().filter_map(|marker| {
            let (account, job) = self.job.as_ref()?;
            let query = Query::MeterPage(account.clone(), job.clone(), marker.clone());
            match world.facts(&query)? {
                Facts::MeterPage(page) => Some(page),
                _ => None,
            }
        })
    }

    fn rebuild(&mut self, ctx: &Context) {
        // Begins with the job of the last time.
        if self.job.is_none()
            && let Some((account, job)) = ctx.world.metered.clone()
        {
            self.take(account, job);
        }
        let is_done = self
            .state(ctx.world)
            .is_some_and(|state| state.status == MeterStatus::Done);
        if is_done && self.markers.is_empty() {
            self.markers.push(String::new());
        }
        // An empty page with a marker is not the end: what is behind it is asked for at once.
        let behind = self
            .pages(ctx.world)
            .last()
            .filter(|page| page.records.is_empty() && !page.next.is_empty())
            .map(|page| page.next.clone());
        self.go_on(behind);
        let Some((account, _)) = self.job.clone() else {
            return;
        };
        let records = self.pages(ctx.world).flat_map(|page| page.records.iter());
        let entries = records
            .enumerate()
            .map(|(number, fields)| Entry::new(account.clone(), number, fields.clone(), ctx))
            .collect();
        self.list.replace(entries, ctx);
    }

    /// Asks for a further page, unless it was asked for already.
    fn go_on(&mut self, marker: Option<String>) {
        let new = marker.filter(|marker| {
            !marker.is_empty() && !self.markers.contains(marker) && self.markers.len() < PAGES
        });
        self.markers.extend(new);
    }

    /// Is about this job from now on.
    fn watch(&mut self, account: AccountId, job: SafeText, ctx: &Context) -> Vec<Request> {
        let kept = metered_text(&account, &job);
        self.take(account, job);
        self.list.replace(Vec::new(), ctx);
        let record = Record::Setting(METERED.to_owned(), kept);
        vec![Request::Effect(Effect::Save(record))]
    }

    fn take(&mut self, account: AccountId, job: SafeText) {
        self.job = Some((account, job));
        self.markers.clear();
        self.watching = true;
    }

    /// Writes the job's records to a file, or goes on with that; stops it while it is under way.
    fn export(&self, ctx: &Context) -> Vec<Request> {
        let is_running = export_of(ctx.world).is_some_and(|export| export.state.is_running());
        let effect = match &self.job {
            _ if is_running => Effect::StopRecords,
            Some((account, job)) => Effect::WriteRecords(account.clone(), job.clone()),
            None => return Vec::new(),
        };
        vec![Request::Effect(effect)]
    }

    fn ask(ctx: &Context) -> Vec<Request> {
        let t = |key: &str| ctx.lang.t(key).into_owned();
        let today = ctx.at.to_zoned(ctx.zone.clone()).date();
        let form = Form::new(t("metering.create_title"), t("metering.go_on"))
            .field(
                Field::text("from", t("metering.from"))
                    .required()
                    .len(10, 10)
                    .value(&today.first_of_month().to_string()),
            )
            .field(
                Field::text("to", t("metering.to"))
                    .required()
                    .len(10, 10)
                    .value(&today.to_string())
                    .help(t("metering.to_help")),
            )
            .field(Field::text("region", t("metering.region")).len(0, 255))
            .field(Field::text("site", t("metering.site")).len(0, 36))
            .field(
                Field::text("job", t("metering.job"))
                    .len(0, 36)
                    .help(t("metering.job_help")),
            );
        vec![Request::Form(Box::new(Asking {
            tag: "metering",
            form,
        }))]
    }

    fn filled(&mut self, values: &Json, ctx: &Context) -> Vec<Request> {
        let reject = |field: &str, key: &str| {
            vec![Request::Reject {
                field: field.to_owned(),
                why: ctx.lang.t(key).into_owned(),
            }]
        };
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        for name in ["region", "site", "job"] {
            if !words::text(values, name).chars().all(fits) {
                return reject(name, "metering.odd_word");
            }
        }
        let Some(account) = ctx.world.accounts_of(SYSTEMS[0]).next() else {
            return Vec::new();
        };
        let job = words::text(values, "job");
        if !job.is_empty() {
            return self.watch(account.id.clone(), job.into(), ctx);
        }
        let day = |name: &str| words::text(values, name).parse::<Date>().ok();
        let Some(from) = day("from") else {
            return reject("from", "metering.no_day");
        };
        let Some(to) = day("to") else {
            return reject("to", "metering.no_day");
        };
        if to <= from {
            return reject("to", "metering.not_later");
        }
        let given = |name: &str| Some(words::text(values, name)).filter(|text| !text.is_empty());
        let job = NewMeterJob {
            from,
            to,
            site: given("site"),
            region: given("region"),
        };
        let days = [("from", &*from.to_string()), ("to", &*to.to_string())];
        vec![Request::Confirm(Box::new(Confirm {
            title: ctx.lang.tf("metering.confirm", &days),
            summary: ctx.lang.tf("metering.summary", &days),
            command: format!("metering run --from {from} --to {to} --csv metering.csv"),
            targets: vec![account.id.to_string()],
            consequence: vec![ctx.lang.t("metering.consequence").into_owned()],
            button: ctx.lang.t("metering.button").into_owned(),
            risk: Guard::Low,
            subject: None,
            action: Action::CreateMeterJob(account.id.clone(), job),
        }))]
    }

    fn command(&mut self, name: &str, ctx: &Context) -> Vec<Request> {
        match name {
            "metering.create" => return Self::ask(ctx),
            "metering.more" => {
                let next = self.pages(ctx.world).last().map(|page| page.next.clone());
                self.go_on(next);
            }
            "metering.stop" => self.watching = !self.watching,
            "metering.export" => return self.export(ctx),
            "open" | "describe" => return self.describe(ctx),
            _ => {}
        }
        Vec::new()
    }

    fn describe(&self, ctx: &Context) -> Vec<Request> {
        let Some(entry) = self.list.selected() else {
            return Vec::new();
        };
        let lines = entry
            .fields
            .iter()
            .map(|(name, text)| match local(text.raw(), ctx) {
                Some(at) => frame::pair(name.shown(), &format!("{} ({at})", text.shown())),
                None => frame::pair(name.shown(), text.shown()),
            });
        vec![Request::Document(Document {
            title: entry.field("resource_id").to_owned(),
            lines: lines.collect(),
        })]
    }

    /// The state of the job in words.
    fn words(&self, view: &View) -> (String, &'static str) {
        let Some((account, job)) = &self.job else {
            return (view.t("metering.none"), "muted");
        };
        let Some(state) = self.state(view.world) else {
            let query = Query::MeterJob(account.clone(), job.clone());
            let known = view.world.known(&query);
            return match known.and_then(|known| known.error.as_ref()) {
                Some(error) => (error.message.shown().to_owned(), "state.crit"),
                None => (view.t("metering.asking"), "muted"),
            };
        };
        let (key, role) = match state.status {
            MeterStatus::Pending => ("metering.pending", "state.running"),
            MeterStatus::Running => ("metering.running", "state.running"),
            MeterStatus::Done => ("metering.done", "state.ok"),
            MeterStatus::Failed => ("metering.failed", "state.crit"),
            MeterStatus::Unknown => ("metering.unknown", "state.unknown"),
        };
        let mut text = view.lang.tf(
            key,
            &[
                ("job", job.shown()),
                ("word", state.status_raw.shown()),
                ("percent", &state.progress.to_string()),
            ],
        );
        if !self.watching && !is_over(state.status) {
            text.push_str("  ");
            text.push_str(&view.t("metering.stopped"));
        }
        (text, role)
    }

    /// How the file stands, in words.
    fn file(view: &View, cells: u16) -> Option<(String, &'static str)> {
        let export = export_of(view.world)?;
        let (key, role) = match &export.state {
            ExportState::Running => ("metering.writing", "state.running"),
            ExportState::Waiting(_) => ("metering.waiting", "state.warn"),
            ExportState::Whole => ("metering.whole", "state.ok"),
            ExportState::Stopped => ("metering.halted", "state.warn"),
            ExportState::Refused(_) => ("metering.refused", "state.crit"),
            ExportState::Gone => ("metering.gone", "state.crit"),
            ExportState::Circle => ("metering.circle", "state.crit"),
            ExportState::Unwritten(_) => ("metering.unwritten", "state.crit"),
        };
        let why = match &export.state {
            ExportState::Waiting(error) | ExportState::Refused(error) => error.message.shown(),
            ExportState::Unwritten(why) => why,
            _ => "",
        };
        let name = export.file.rsplit('/').next().unwrap_or(&export.file);
        // The words behind the name have to be read, too.
        let room = usize::from(cells.saturating_sub(WORDS)).max(12);
        let name = width::middle(name, room, view.theme.glyphs().ellipsis);
        let values = [
            ("file", &*name),
            ("records", &*export.records.to_string()),
            ("size", &*format::with_unit(export.bytes as f64, "B")),
            ("why", why),
            ("key", &*view.key("metering.export")),
        ];
        Some((view.lang.tf(key, &values), role))
    }

    /// Records and sums for each kind of resource: of all records when they are in the file, else of the pages that
    /// were read.
    fn sums(&self, view: &View) -> String {
        let job = self.job.as_ref().map(|(_, job)| job);
        let whole = export_of(view.world)
            .filter(|export| Some(&export.job) == job && export.state == ExportState::Whole);
        if let Some(export) = whole {
            let sums = export.totals.iter();
            let texts: Vec<String> = sums
                .map(|(kind, sum)| total(SafeText::from(kind.as_str()).shown(), *sum))
                .collect();
            return texts.join("   ");
        }
        let mut sums: BTreeMap<&str, (u64, f64)> = BTreeMap::new();
        for entry in self.list.rows() {
            let sum = sums.entry(entry.field("resource_type_code")).or_default();
            sum.0 += 1;
            sum.1 += entry
                .field("accumulate_factor_value")
                .parse::<f64>()
                .unwrap_or_default();
        }
        let more = self.pages(view.world).last();
        let more = more.is_some_and(|page| !page.next.is_empty());
        let mut texts: Vec<String> = sums.iter().map(|(kind, sum)| total(kind, *sum)).collect();
        if more {
            texts.push(
                view.lang
                    .tf("metering.and_more", &[("key", &view.key("metering.more"))]),
            );
        }
        texts.join("   ")
    }
}

/// The sum of a kind of resource in words.
fn total(kind: &str, (count, sum): (u64, f64)) -> String {
    format!("{kind} {count} · Σ {}", format::number(sum))
}

/// The file that was begun last.
const fn export_of(world: &World) -> Option<&MeterExport> {
    world.export.as_ref()
}

const fn is_over(status: MeterStatus) -> bool {
    matches!(status, MeterStatus::Done | MeterStatus::Failed)
}

impl Default for Metering {
    fn default() -> Self {
        Self::new()
    }
}

impl Pane for Metering {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let Some((account, job)) = &self.job else {
            return Vec::new();
        };
        let over = self
            .state(ctx.world)
            .is_some_and(|state| is_over(state.status));
        let mut needs = Vec::new();
        if self.watching {
            let every = if over { PAGES_EVERY } else { WATCH_EVERY };
            let query = Query::MeterJob(account.clone(), job.clone());
            needs.push(wants::want(query, every));
        }
        needs.extend(self.markers.iter().map(|marker| {
            let query = Query::MeterPage(account.clone(), job.clone(), marker.clone());
            wants::want(query, PAGES_EVERY)
        }));
        needs
    }

    fn refusal(&self, command: &str, _on: &[Subject], ctx: &Context) -> Option<String> {
        let key = match command {
            "metering.create" if ctx.world.accounts_of(SYSTEMS[0]).next().is_none() => {
                "metering.no_site"
            }
            "metering.export" | "metering.stop" if self.job.is_none() => "metering.none",
            "metering.export" => {
                let is_running = export_of(ctx.world).is_some_and(|one| one.state.is_running());
                let is_done = self
                    .state(ctx.world)
                    .is_some_and(|state| state.status == MeterStatus::Done);
                if is_running || is_done {
                    return None;
                }
                "metering.not_done"
            }
            _ => return None,
        };
        Some(ctx.lang.t(key).into_owned())
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Opened { .. } | Event::Changed => {
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Command { name, .. } => self.command(name, ctx),
            Event::Form {
                tag: "metering",
                values,
            } => self.filled(values, ctx),
            Event::Done {
                action: Action::CreateMeterJob(account, _),
                result: Ok(Receipt {
                    created: Some(job), ..
                }),
                ..
            } => self.watch(account.clone(), job.clone(), ctx),
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        self.list.back()
    }

    fn subject(&self, _world: &World) -> Option<Subject> {
        let (account, job) = self.job.clone()?;
        Some(Subject::MeterJob(account, job))
    }

    fn list(&self, ctx: &Context) -> Option<ListInfo> {
        Some(self.list.info(ctx.lang))
    }

    fn repeat(&self, _world: &World) -> Option<String> {
        let (_, job) = self.job.as_ref()?;
        let job = words::quoted(job.raw());
        Some(format!("metering run --job {job} --csv metering.csv"))
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = self.needs(&view.context(area));
        let totals = frame::counted(&self.list.info(view.lang), view.lang);
        let inner = frame::draw(view, ABOUT.title, &totals, &needs, area, buf);
        let (text, role) = self.words(view);
        let mut rest = inner;
        // Without a job the list says so.
        if rest.height > HEAD + 2 && self.job.is_some() {
            let line = |down: u16, text: String, role: &str, buf: &mut Buffer| {
                let line = Line::styled(text, view.theme.style(role));
                buf.set_line(
                    inner.x + 1,
                    inner.y + down,
                    &line,
                    inner.width.saturating_sub(2),
                );
            };
            line(0, text.clone(), role, buf);
            let bar = Rect::new(inner.x + 1, inner.y + 1, inner.width.saturating_sub(2), 1);
            if let Some(state) = self.state(view.world) {
                let part = [(f64::from(state.progress), role)];
                Gauge::of(&part, 100.0).draw(view.theme, bar, buf);
                line(2, self.sums(view), "text", buf);
            }
            if let Some((words, role)) = Self::file(view, inner.width) {
                line(3, words, role, buf);
            }
            rest.y += HEAD;
            rest.height -= HEAD;
        }
        let empty = match &self.job {
            None => {
                let key = view.key("metering.create");
                view.lang.tf("metering.empty", &[("key", &key)])
            }
            // It stands above.
            Some(_) if rest.height < inner.height => String::new(),
            Some(_) => text,
        };
        self.list.draw(view, &needs, &empty, rest, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let (text, role) = self.words(view);
        Line::styled(text, view.theme.style(role))
    }
}
