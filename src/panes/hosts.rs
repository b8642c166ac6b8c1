//! `:hosts`: physical hosts with their processors, memory and disks; the detail also lists what runs there.

use std::time::Duration;

use jiff::Timestamp;

use super::list::{Look, Row, heading};
use super::shelf::{Shelf, Shelved};
use super::{frame, wants};
use crate::app::command::Command;
use crate::app::pane::{About, Context, Document};
use crate::app::subject::{Kind, Subject};
use crate::domain::account::AccountId;
use crate::domain::query::{Query, Want};
use crate::domain::site::{Embedded, Processor, SiteHost, gigabytes};
use crate::domain::text::SafeText;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::document::Line;
use crate::ui::widgets::table::Column;

/// Hosts.
pub type Hosts = Shelf<Entry>;

/// Hosts seldom change; machines move between them once an hour.
const VMS_EVERY: Duration = Duration::from_secs(600);

/// One host.
pub struct Entry {
    account: AccountId,
    host: SiteHost,
}

const COMMANDS: &[Command] = &[Command::new("open", &["<enter>"])
    .on(&[Kind::SiteHost])
    .hinted()];

/// Cores in all sockets, where every processor says how many.
pub fn cores(cpu: &Embedded<Processor>) -> Option<u32> {
    let Embedded::Read(processors) = cpu else {
        return None;
    };
    processors
        .iter()
        .map(|one| one.sockets?.checked_mul(one.cores?))
        .sum()
}

/// Gigabytes of all modules or disks, where each says how many.
fn sum<T>(of: &Embedded<T>, size: impl Fn(&T) -> Option<f64>) -> Option<f64> {
    let Embedded::Read(items) = of else {
        return None;
    };
    items.iter().map(size).sum()
}

/// Gigabytes of memory.
pub fn memory(host: &SiteHost) -> Option<f64> {
    sum(&host.memory, |module| gigabytes(module.size.raw()))
}

/// Gigabytes of disks.
pub fn disks(host: &SiteHost) -> Option<f64> {
    sum(&host.disks, |disk| gigabytes(disk.size.raw()))
}

/// Gigabytes as people read them; the sizes as they came where one of them is none.
fn sizes<'a, T>(
    of: &'a Embedded<T>,
    total: Option<f64>,
    size: impl Fn(&'a T) -> &'a SafeText,
) -> Cell<'a> {
    match (of, total) {
        (Embedded::Raw(raw), _) => frame::odd(raw),
        (_, Some(total)) if total >= 1024.0 => format!("{:.1} TB", total / 1024.0).into(),
        (_, Some(total)) => format!("{total:.0} GB").into(),
        (Embedded::Read(items), None) => {
            let came: Vec<&str> = items.iter().map(|item| size(item).shown()).collect();
            Cell::styled(came.join(" "), "state.unknown")
        }
        (Embedded::Nothing, None) => Cell::styled("?", "muted"),
    }
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::SiteHost(self.account.clone(), self.host.id.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let host = &self.host;
        match column {
            "name" => Cell::text(host.name.shown()),
            "ip" => Cell::text(host.ip.shown()),
            "cores" => match (&host.cpu, cores(&host.cpu)) {
                (_, Some(cores)) => cores.to_string().into(),
                // Damaged text is shown as it came.
                (Embedded::Raw(raw), None) => frame::odd(raw),
                _ => Cell::styled("?", "muted"),
            },
            "memory" => sizes(&host.memory, memory(host), |module| &module.size),
            "disk" => sizes(&host.disks, disks(host), |disk| &disk.size),
            "arch" => Cell::styled(host.arch.shown(), "muted"),
            "place" => Cell::styled(host.place.shown(), "muted"),
            "region" => Cell::styled(host.region.shown(), "muted"),
            _ => {
                let _ = look;
                Cell::default()
            }
        }
    }

    fn value<'a>(&'a self, column: &'static str, _at: Timestamp) -> Value<'a> {
        let host = &self.host;
        let number = |value: Option<f64>| value.map_or(Value::Missing, Value::Number);
        match column {
            "name" => Value::text(host.name.raw()),
            "ip" => Value::text(host.ip.raw()),
            "cores" => number(cores(&host.cpu).map(f64::from)),
            "memory" => number(memory(host)),
            "disk" => number(disks(host)),
            "arch" => Value::text(host.arch.raw()),
            "place" => Value::text(host.place.raw()),
            "region" => Value::text(host.region.raw()),
            _ => Value::Missing,
        }
    }
}

impl Shelved for Entry {
    const ABOUT: About = About::new("hosts", "hosts.title", COMMANDS)
        .aliases(&["host"])
        .opens(&[Kind::SiteHost]);
    const EMPTY: &'static str = "hosts.empty";
    const EVERY: Duration = Duration::from_secs(1800);
    const ALONE: bool = true;
    const REPEAT: &'static str = "host ls";

    fn columns(lang: Lang) -> Vec<Column> {
        let title = |key| heading(lang, key);
        vec![
            Column::flex("name", title("hosts.name"), 10, 22).grow(2),
            Column::flex("ip", title("assets.ip"), 9, 16),
            Column::flex("cores", title("hosts.cores"), 5, 9).right(),
            Column::flex("memory", title("hosts.memory"), 7, 10).right(),
            Column::flex("disk", title("hosts.disk"), 7, 10).right(),
            Column::flex("arch", title("hosts.arch"), 6, 9).priority(4),
            Column::flex("place", title("hosts.place"), 12, 50)
                .cut_middle()
                .grow(2)
                .priority(3),
            Column::flex("region", title("col.region"), 7, 14).wide(),
        ]
    }

    fn question(account: AccountId) -> Query {
        Query::SiteHosts(account)
    }

    fn further(rows: &[Self], selected: Option<&Self>, ctx: &Context) -> Vec<Want> {
        // What runs on the host under the cursor, and on those that come first.
        let height = usize::from(ctx.area.height.saturating_sub(3)).min(12);
        selected
            .into_iter()
            .chain(rows.iter().take(height))
            .map(|entry| {
                let query = Query::HostedVms(entry.account.clone(), entry.host.id.clone());
                wants::want(query, VMS_EVERY)
            })
            .collect()
    }

    fn rows(ctx: &Context) -> Vec<Self> {
        ctx.world
            .site_hosts()
            .map(|(account, host)| Self {
                account: account.clone(),
                host: host.clone(),
            })
            .collect()
    }

    fn document(&self, ctx: &Context) -> Document {
        let (lang, host) = (ctx.lang, &self.host);
        let mut lines = vec![
            frame::fact(lang, "hosts.name", host.name.shown()),
            frame::fact(lang, "assets.ip", host.ip.shown()),
            frame::fact(lang, "hosts.place", host.place.shown()),
            Line::default(),
        ];
        section(&mut lines, lang, "hosts.cpu", &host.cpu, |one| {
            let count = |count: Option<u32>| {
                count.map_or_else(|| "?".to_owned(), |count| count.to_string())
            };
            let counts = [count(one.sockets), count(one.cores), count(one.threads)].join(" × ");
            format!("{counts}  {}", one.model)
        });
        section(&mut lines, lang, "hosts.memory", &host.memory, |one| {
            format!(
                "{}  {} {} {}",
                one.size, one.kind, one.frequency, one.manufacturer
            )
        });
        section(&mut lines, lang, "hosts.disk", &host.disks, |one| {
            format!("{}  {}", one.size, one.device)
        });
        let hosted = ctx.world.hosted_vms(&self.account, &host.id);
        if hosted.is_none() {
            lines.push(Line::styled(lang.t("hosts.vms").into_owned(), "accent"));
            let awaited = format!("  {}", lang.t("hosts.vms_awaited"));
            lines.extend([Line::styled(awaited, "muted"), Line::default()]);
        }
        for hosted in hosted.unwrap_or_default() {
            section(&mut lines, lang, "hosts.vms", &hosted.vms, |vm| {
                format!("{}  {}  {}  {}", vm.name, vm.os, vm.cpu, vm.id)
            });
            let rest = hosted.detail.iter();
            let rest = rest.filter(|(name, _)| name.raw() != "vm_list");
            lines.extend(rest.map(|(name, text)| frame::pair(name.shown(), text.shown())));
            lines.push(Line::default());
        }
        let known = ["CPU", "MEMORY", "DISK"];
        let rest = host
            .detail
            .iter()
            .filter(|(name, _)| !known.contains(&name.raw()));
        lines.extend(rest.map(|(name, text)| frame::pair(name.shown(), text.shown())));
        Document {
            title: host.name.shown().to_owned(),
            lines,
        }
    }
}

/// A heading and one line for each thing, or the text as it came when it makes no sense.
fn section<T>(
    lines: &mut Vec<Line>,
    lang: Lang,
    key: &str,
    of: &Embedded<T>,
    text: impl Fn(&T) -> String,
) {
    lines.push(Line::styled(lang.t(key).into_owned(), "accent"));
    match of {
        Embedded::Read(items) => {
            let mut texts: Vec<(String, usize)> = Vec::new();
            for text in items.iter().map(&text) {
                match texts.last_mut() {
                    Some((last, count)) if *last == text => *count += 1,
                    _ => texts.push((text, 1)),
                }
            }
            // Twelve equal modules are one line.
            lines.extend(texts.into_iter().map(|(text, count)| match count {
                1 => Line::styled(format!("  {text}"), "text"),
                _ => Line::styled(format!("  {count} × {text}"), "text"),
            }));
        }
        Embedded::Raw(raw) => lines.push(Line::styled(format!("  {raw}"), "state.warn")),
        Embedded::Nothing => lines.push(Line::styled("  -", "muted")),
    }
    lines.push(Line::default());
}
