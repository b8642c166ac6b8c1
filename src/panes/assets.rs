//! `:assets`: physical devices, those in trouble first.

use std::time::Duration;

use jiff::Timestamp;

use super::frame;
use super::list::{Look, Row, heading};
use super::shelf::{Shelf, Shelved};
use crate::app::command::Command;
use crate::app::pane::{About, Context, Document, Request};
use crate::app::subject::{Kind, Subject};
use crate::domain::account::AccountId;
use crate::domain::query::Query;
use crate::domain::site::{Asset, Running};
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::table::Column;

/// Devices.
pub type Assets = Shelf<Entry>;

/// One device.
pub struct Entry {
    account: AccountId,
    asset: Asset,
}

const COMMANDS: &[Command] = &[Command::new("open", &["<enter>"])
    .on(&[Kind::Asset])
    .hinted()];

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::Asset(self.account.clone(), self.asset.id.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let asset = &self.asset;
        match column {
            "state" => {
                let glyphs = look.theme.glyphs();
                let (sign, role) = match asset.running {
                    Running::Well => (glyphs.ok, "state.ok"),
                    Running::Badly => (glyphs.failed, "state.warn"),
                    Running::Not => (glyphs.failed, "state.crit"),
                    Running::Unknown => (glyphs.unknown, "state.unknown"),
                };
                Cell::styled(sign, role)
                    .then(" ", role)
                    .then(asset.status.shown(), role)
            }
            "name" => Cell::text(asset.name.shown()),
            "kind" => Cell::text(asset.kind.shown()),
            "model" => Cell::text(asset.model.shown()),
            "ip" => Cell::text(asset.ip.shown()),
            "os" => Cell::styled(asset.os.shown(), "muted"),
            "region" => Cell::styled(asset.region.shown(), "muted"),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, _at: Timestamp) -> Value<'a> {
        let asset = &self.asset;
        match column {
            "state" => Value::text(asset.status.raw()),
            "name" => Value::text(asset.name.raw()),
            "kind" => Value::text(asset.kind.raw()),
            "model" => Value::text(asset.model.raw()),
            "ip" => Value::text(asset.ip.raw()),
            "os" => Value::text(asset.os.raw()),
            "region" => Value::text(asset.region.raw()),
            _ => Value::Missing,
        }
    }
}

/// Worst first.
const fn rank(running: Running) -> u8 {
    match running {
        Running::Not => 0,
        Running::Badly => 1,
        Running::Unknown => 2,
        Running::Well => 3,
    }
}

impl Shelved for Entry {
    const ABOUT: About = About::new("assets", "assets.title", COMMANDS)
        .aliases(&["asset", "devices"])
        .opens(&[Kind::Asset]);
    const EMPTY: &'static str = "assets.empty";
    const EVERY: Duration = Duration::from_secs(300);
    const REPEAT: &'static str = "asset ls";
    const REMARK: Option<(&'static str, &'static str)> = Some(("assets.in_trouble", "state.warn"));
    const ALONE: bool = true;

    fn columns(lang: Lang) -> Vec<Column> {
        let title = |key| heading(lang, key);
        vec![
            Column::flex("state", title("assets.state"), 10, 14),
            Column::flex("name", title("assets.name"), 10, 24).grow(2),
            Column::flex("kind", title("assets.kind"), 6, 10),
            Column::flex("model", title("assets.model"), 8, 18).priority(3),
            Column::flex("ip", title("assets.ip"), 9, 16).priority(2),
            Column::flex("os", title("assets.os"), 8, 20).priority(4),
            Column::flex("region", title("col.region"), 7, 14).wide(),
        ]
    }

    fn question(account: AccountId) -> Query {
        Query::Assets(account)
    }

    fn rows(ctx: &Context) -> Vec<Self> {
        let mut rows: Vec<Self> = ctx
            .world
            .assets()
            .map(|(account, asset)| Self {
                account: account.clone(),
                asset: asset.clone(),
            })
            .collect();
        rows.sort_by(|one, other| {
            let key = |entry: &Self| (rank(entry.asset.running), entry.asset.name.clone());
            key(one).cmp(&key(other))
        });
        rows
    }

    fn document(&self, ctx: &Context) -> Document {
        let asset = &self.asset;
        let mut lines = vec![
            frame::fact(ctx.lang, "assets.name", asset.name.shown()),
            frame::fact(ctx.lang, "assets.state", asset.status.shown()),
            frame::fact(ctx.lang, "col.account", &self.account.to_string()),
            crate::ui::widgets::document::Line::default(),
        ];
        let fields = asset.detail.iter();
        lines.extend(fields.map(|(name, text)| frame::pair(name.shown(), text.shown())));
        Document {
            title: asset.name.shown().to_owned(),
            lines,
        }
    }

    fn opened(&self) -> Option<Request> {
        // Servers are hosts and have a detail of their own; of network devices the samples are of interest.
        match self.asset.kind.raw() {
            "server" => Some(Request::Show(Subject::SiteHost(
                self.account.clone(),
                self.asset.id.clone(),
            ))),
            "switch" | "router" | "firewall" => {
                Some(Request::Go(format!("network /ip={}", self.asset.ip.raw())))
            }
            _ => None,
        }
    }

    fn is_remarkable(&self) -> bool {
        matches!(self.asset.running, Running::Badly | Running::Not)
    }
}
