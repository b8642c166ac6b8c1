//! The forms of `:metrics`, and what becomes of what was typed into them: the watch list with its groups, and values of
//! custom metrics.

use serde_json::Value as Json;

use super::{chart_data, policy_forms, words};
use crate::app::effect::Effect;
use crate::app::look::{WATCHED, watch_text};
use crate::app::pane::{Asking, Confirm, Context, Guard, Request};
use crate::app::subject::Subject;
use crate::app::world::World;
use crate::domain::account::SystemId;
use crate::domain::action::{Action, UPLOAD_UNITS, Upload};
use crate::domain::metric::{SeriesKey, Watched};
use crate::domain::record::Record;
use crate::domain::text::SafeText;
use crate::ui::form::{Field, Form};
use crate::ui::lang::Lang;

/// Keeps this watch list instead of the one before.
fn keep(list: &[Watched]) -> Request {
    let record = Record::Setting(WATCHED.to_owned(), watch_text(list));
    Request::Effect(Effect::Save(record))
}

/// These subjects as series to be watched, in no group.
fn series(on: &[Subject]) -> Vec<Watched> {
    let one = |subject: &Subject| match subject {
        Subject::Series(account, key) => Some(Watched::new(account.clone(), key.clone())),
        _ => None,
    };
    on.iter().filter_map(one).collect()
}

/// The watch list with these series, or without them when all of them are in it.
pub fn watch(on: &[Subject], world: &World) -> Request {
    let chosen = series(on);
    let is_among =
        |list: &[Watched], one: &Watched| list.iter().any(|known| known.is(&one.account, &one.key));
    let mut list = world.watch.clone();
    if chosen.iter().all(|one| is_among(&list, one)) {
        list.retain(|one| !is_among(&chosen, one));
    } else {
        let fresh = chosen
            .into_iter()
            .filter(|one| !is_among(&world.watch, one));
        list.extend(fresh);
    }
    keep(&list)
}

/// The groups of the watch list, in the order in which they were made.
pub fn groups(world: &World) -> Vec<&SafeText> {
    let mut found: Vec<&SafeText> = Vec::new();
    for one in &world.watch {
        if !one.group.is_empty() && !found.contains(&&one.group) {
            found.push(&one.group);
        }
    }
    found
}

/// A field for the name of a group, which tells those there are.
fn group_field(group: &SafeText, ctx: &Context) -> Field {
    let known: Vec<&str> = groups(ctx.world).into_iter().map(SafeText::raw).collect();
    let help = if known.is_empty() {
        ctx.lang.t("metrics.group_help").into_owned()
    } else {
        let values = [("known", known.join(", "))];
        let values = values.each_ref().map(|(name, text)| (*name, text.as_str()));
        ctx.lang.tf("metrics.group_known", &values)
    };
    Field::text("group", ctx.lang.t("metrics.group").into_owned())
        .len(0, GROUP_CHARACTERS)
        .value(group.raw())
        .help(help)
}

/// Characters in the name of a group at most.
const GROUP_CHARACTERS: u32 = 24;

/// The form of the group of some series.
pub fn ask_group(on: &[Subject], ctx: &Context) -> Asking {
    let chosen = series(on);
    let mut known = ctx.world.watch.iter();
    let group = known
        .find(|one| chosen.iter().any(|of| one.is(&of.account, &of.key)))
        .map(|one| one.group.clone());
    let count = chosen.len().to_string();
    let form = Form::new(
        ctx.lang.tf("metrics.group_title", &[("count", &count)]),
        ctx.lang.t("metrics.group_button").into_owned(),
    );
    Asking {
        tag: "metrics.group",
        form: form.field(group_field(&group.unwrap_or_default(), ctx)),
    }
}

/// The watch list with these series in the group that was filled in. What fires and was not watched is from now on.
pub fn grouped(on: &[Subject], values: &Json, world: &World) -> Request {
    let group = SafeText::new(&words::text(values, "group"));
    let mut list = world.watch.clone();
    for mut chosen in series(on) {
        let mut known = list.iter_mut();
        if let Some(known) = known.find(|one| one.is(&chosen.account, &chosen.key)) {
            known.group = group.clone();
        } else {
            chosen.group = group.clone();
            list.push(chosen);
        }
    }
    keep(&list)
}

/// The form of a series to be watched, by its name, in the group that is shown.
pub fn ask_series(group: Option<&SafeText>, ctx: &Context) -> Option<Asking> {
    let t = |key: &str| ctx.lang.t(key).into_owned();
    let accounts: Vec<(String, String)> = [SystemId::KscMonitor, SystemId::TencentMonitor]
        .into_iter()
        .flat_map(|system| ctx.world.accounts_of(system))
        .map(|account| (account.id.to_string(), account.id.to_string()))
        .collect();
    let first = accounts.first()?.0.clone();
    let form = Form::new(t("metrics.add_title"), t("metrics.add_button"))
        .field(Field::choice("account", t("col.account"), accounts).value(&first))
        .field(
            Field::text("namespace", t("rule.namespace"))
                .required()
                .help(t("metrics.namespace_help")),
        )
        .field(Field::text("instance", t("col.instance")).help(t("metrics.instance_help")))
        .field(Field::text("metric", t("rule.metric")).required())
        .field(group_field(group.unwrap_or(&SafeText::default()), ctx));
    Some(Asking {
        tag: "metrics.add",
        form,
    })
}

/// The watch list with the series that was filled in.
pub fn added(values: &Json, world: &World) -> Vec<Request> {
    let account = words::text(values, "account");
    let mut accounts = world.accounts.iter();
    let Some(account) = accounts.find(|one| one.id.to_string() == account) else {
        return Vec::new();
    };
    let [namespace, instance, metric] =
        ["namespace", "instance", "metric"].map(|name| words::text(values, name));
    let key = SeriesKey::new(&namespace, &instance, &metric);
    vec![grouped(
        &[Subject::Series(account.id.clone(), key)],
        values,
        world,
    )]
}

/// The form of a value to be uploaded, for the custom metric under the cursor where there is one.
pub fn ask_upload(of: Option<&SeriesKey>, lang: Lang) -> Asking {
    let t = |key: &str| lang.t(key).into_owned();
    let of = of.filter(|key| chart_data::is_custom(key));
    let part = |pick: fn(&SeriesKey) -> &str| of.map_or("", pick);
    let units = UPLOAD_UNITS
        .iter()
        .map(|unit| ((*unit).to_owned(), (*unit).to_owned()));
    let form = Form::new(t("metrics.upload_title"), t("incident.go_on"))
        .field(
            Field::text("namespace", t("rule.namespace"))
                .required()
                .value(part(|key| key.namespace.raw())),
        )
        .field(
            Field::text("metric", t("rule.metric"))
                .required()
                .value(part(|key| key.metric.raw())),
        )
        .field(
            Field::text("dimensions", t("rule.dimensions"))
                .required()
                .value(part(|key| key.instance.raw()))
                .help(t("metrics.dimensions_help")),
        )
        .field(Field::number("value", t("col.value")).required())
        .field(Field::choice("unit", t("col.unit"), units.collect()).value("None"));
    Asking {
        tag: "metrics.upload",
        form,
    }
}

/// The question before a value is uploaded.
pub fn uploaded(values: &Json, ctx: &Context) -> Vec<Request> {
    let Some(account) = policy_forms::home(ctx) else {
        return Vec::new();
    };
    let value = Upload {
        namespace: words::text(values, "namespace"),
        metric: words::text(values, "metric"),
        dimensions: words::text(values, "dimensions"),
        at: ctx.at,
        value: values["value"].as_f64().unwrap_or_default(),
        unit: Some(words::text(values, "unit")).filter(|unit| !unit.is_empty()),
    };
    let name = format!("{}:{}:{}", value.namespace, value.dimensions, value.metric);
    let unit = value.unit.clone().unwrap_or_default();
    vec![Request::Confirm(Box::new(Confirm {
        title: ctx.lang.t("metrics.upload_title").into_owned(),
        summary: ctx.lang.tf("metrics.upload_summary", &[("name", &name)]),
        command: put_command(&name, value.value, &unit),
        targets: vec![format!("{name} = {} {unit}", value.value)],
        consequence: vec![ctx.lang.t("metrics.upload_consequence").into_owned()],
        button: ctx.lang.t("metrics.upload_button").into_owned(),
        risk: Guard::Button,
        subject: None,
        action: Action::Upload(account, vec![value]),
    }))]
}

/// How the command line sends the same value. A value without a unit has no option for one.
fn put_command(name: &str, value: f64, unit: &str) -> String {
    let mut command = format!("metric put {} {value}", words::quoted(name));
    if !unit.is_empty() {
        command.push_str(" --unit ");
        command.push_str(&words::quoted(unit));
    }
    command
}
