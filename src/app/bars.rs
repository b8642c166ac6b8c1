//! The title bar and the status line.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::account::AccountId;
use crate::domain::health::Lamp;
use crate::ui::keys::{Lookup, sequence_label};
use crate::ui::width;

use super::App;
use super::command::{ANYWHERE, GLOBAL};
use super::navigate::Screen;

/// What every view has, as far as there is room for it.
const ALWAYS: [&str; 5] = ["filter", "actions", "focus.next", "back", "quit"];
/// What stands at the end of the hints, however little room there is.
const LAST: [&str; 2] = ["palette", "help"];

/// A piece of a bar: text and role.
type Piece = (String, &'static str);

impl App {
    /// Program, view, profile and regions on the left; badges, alarms, accounts and the clock on the right.
    pub(super) fn draw_title(&self, area: Rect, buf: &mut Buffer) {
        let right = self.title_right();
        let right_width = pieces_width(&right);
        let room = usize::from(area.width).saturating_sub(right_width + 2);
        // What there is no room for goes, the least important first.
        let mut left = vec![
            (" watchkeeper".to_owned(), "muted"),
            (format!("  {}", self.breadcrumb()), "title.focused"),
            (format!("    {}", self.settings.profile), "text"),
            (format!("  {}", self.regions()), "muted"),
        ];
        for least in [3, 0] {
            if pieces_width(&left) > room && left.len() > 1 && least < left.len() {
                left.remove(least);
            }
        }
        let rest = self.draw_pieces(
            &left,
            Rect {
                width: fits(room),
                ..area
            },
            buf,
        );
        let _ = rest;
        let x = area.right().saturating_sub(fits(right_width));
        self.draw_pieces(
            &right,
            Rect {
                x,
                width: area.right() - x,
                ..area
            },
            buf,
        );
    }

    fn title_right(&self) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        if self.world.accounts.iter().any(|account| account.read_only) {
            pieces.push((format!(" {} ", self.t("app.badge_read_only")), "state.warn"));
        }
        if self.world.accounts.iter().any(|account| account.production) {
            pieces.push((format!(" {} ", self.t("app.badge_prod")), "prod"));
        }
        if let Some(frozen) = &self.frozen {
            let held = frozen.held.len().to_string();
            let since = self.clock(frozen.since);
            let text = self.tf("app.frozen", &[("since", &since), ("held", &held)]);
            pieces.push((format!(" {text} "), "state.warn"));
        }
        if !self.auto {
            pieces.push((format!(" {} ", self.t("app.badge_no_auto")), "state.warn"));
        }
        let glyphs = self.settings.theme.glyphs();
        if let Some(count) = self.world.criticals() {
            let sign = glyphs.severity(crate::domain::alarm::Severity::Critical);
            let text = self.tf("app.criticals", &[("count", &count.to_string())]);
            let role = if count > 0 {
                "severity.critical"
            } else {
                "muted"
            };
            pieces.push((format!(" {sign} {text} "), role));
        }
        let (live, all) = self.world.live();
        let text = self.tf(
            "app.live",
            &[("live", &live.to_string()), ("all", &all.to_string())],
        );
        let role = if live == all {
            "state.ok"
        } else {
            "state.warn"
        };
        pieces.push((format!(" {} {text} ", glyphs.lamp), role));
        let clock = self.clock(self.now);
        let offset = self.zone_label(self.now);
        pieces.push((format!(" {clock} {offset} "), "muted"));
        pieces
    }

    /// Keys of what can be done now on the left, accounts with the calls left on the right.
    pub(super) fn draw_status(&self, area: Rect, buf: &mut Buffer) {
        let mut right = self.lamps(false);
        // Hints need room, too: then only accounts that are not well are named, and the one that comes next.
        if pieces_width(&right) > usize::from(area.width) / 2 {
            right = self.lamps(true);
        }
        let right_width = pieces_width(&right);
        let room = usize::from(area.width).saturating_sub(right_width + 1);
        self.draw_pieces(&self.hint_pieces(room), area, buf);
        let x = area.right().saturating_sub(fits(right_width));
        self.draw_pieces(
            &right,
            Rect {
                x,
                width: area.right() - x,
                ..area
            },
            buf,
        );
    }

    /// As many hints as there is room for: the most useful ones first, the ways out of every doubt always last.
    fn hint_pieces(&self, room: usize) -> Vec<Piece> {
        let piece = |(key, text): (String, String)| {
            let dot = format!(" {} ", self.settings.theme.glyphs().bullet);
            [(dot, "muted"), (key, "key"), (format!(" {text}"), "muted")]
        };
        let last = self.hinted(&LAST);
        let mut last: Vec<Piece> = last.into_iter().flat_map(piece).collect();
        let mut pieces: Vec<Piece> = Vec::new();
        for next in self.hints().into_iter().map(piece) {
            if pieces_width(&pieces) + pieces_width(&next) + pieces_width(&last) > room + 2 {
                break;
            }
            pieces.extend(next);
        }
        while pieces_width(&pieces) + pieces_width(&last) > room + 2 && !last.is_empty() {
            last.truncate(last.len() - 3);
        }
        pieces.extend(last);
        if let Some((dot, _)) = pieces.first_mut() {
            " ".clone_into(dot);
        }
        pieces
    }

    /// Keys and short names of what can be done now, computed from the live key map, the most useful first: what the
    /// pane itself does, then what panes do wherever one is, then what every view has.
    pub(super) fn hints(&self) -> Vec<(String, String)> {
        let on = self.targets();
        let usable = |own: bool| {
            let hinted = self.commands.iter().filter(|bound| bound.command.hinted);
            hinted
                .filter(move |bound| {
                    if own {
                        bound.pane == Some(self.here.focus)
                    } else {
                        bound.mode == ANYWHERE
                    }
                })
                .filter(|bound| self.refusal(bound, &on).is_none())
                .map(|bound| bound.command.name)
        };
        let first = self.opens_something().then_some("open");
        let mut names: Vec<&'static str> = Vec::new();
        let own = first.into_iter().chain(usable(true));
        for name in own.chain(usable(false)).chain(ALWAYS) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        self.hinted(&names)
    }

    /// An empty list has nothing that could be opened.
    fn opens_something(&self) -> bool {
        let pane = self.catalog.panes.get(self.here.focus);
        let list = pane.and_then(|pane| pane.list(&self.context(self.body())));
        list.is_none_or(|list| list.shown > 0)
    }

    /// The keys of these commands with their short names; none for a command that has no key here.
    fn hinted(&self, names: &[&'static str]) -> Vec<(String, String)> {
        let hint = |name: &&str| Some((self.key_here(name)?, self.short_name(name)));
        names.iter().filter_map(hint).collect()
    }

    /// The key that runs a command where the focus is; none when another command has taken it there.
    pub(super) fn key_here(&self, name: &str) -> Option<String> {
        let modes = [self.focused(), ANYWHERE, GLOBAL];
        self.keymap
            .keys_for(name)
            .iter()
            .find(|(_, keys)| {
                matches!(self.keymap.lookup(&modes, keys), Lookup::Command(found) if found == name)
            })
            .map(|(_, keys)| sequence_label(keys))
    }

    /// The short name of a command for narrow places, `hint.<name>`; its sentence when it has none.
    pub(super) fn short_name(&self, command: &str) -> String {
        let short = format!("hint.{command}");
        match self.settings.lang.maybe(&short) {
            Some(text) => text.into_owned(),
            None => self.t(&format!("command.{command}")),
        }
    }

    fn lamps(&self, only_unwell: bool) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        if let Some(label) = self.pinned_label() {
            pieces.push((format!(" {label} "), "accent"));
        }
        if let Some((count, _)) = self.under_way() {
            let text = self.tf("app.under_way", &[("count", &count.to_string())]);
            pieces.push((format!(" {text} "), "state.running"));
        }
        if !self.world.doubts.is_empty() {
            let count = self.world.doubts.len().to_string();
            let text = self.tf("doubt.open", &[("count", &count)]);
            let sign = self.settings.theme.glyphs().unknown;
            pieces.push((format!(" {sign} {text} "), "state.unknown"));
        }
        if self.settings.low_traffic {
            let bytes: u64 = self.world.health.iter().map(|health| health.traffic).sum();
            let text = crate::ui::format::with_unit(bytes as f64, "B");
            pieces.push((format!(" {text} "), "accent"));
        }
        for account in &self.world.accounts {
            let tightest = self.tightest() == Some(&account.id);
            if only_unwell && !tightest && self.is_well(&account.id) {
                continue;
            }
            if !pieces.is_empty() {
                let dot = self.settings.theme.glyphs().bullet;
                pieces.push((format!("{dot} "), "muted"));
            }
            let short = account.id.system.short();
            let Some(health) = self.world.health_of(&account.id) else {
                pieces.push((format!("{short} {} ", self.t("lamp.idle")), "muted"));
                continue;
            };
            let (text, role) = match health.lamp {
                Lamp::Idle => (self.t("lamp.idle"), "muted"),
                Lamp::Live if health.limit > 0 => {
                    let low = health.left * 5 < health.limit;
                    let role = if low { "state.warn" } else { "muted" };
                    (format!("{}/{}", health.left, health.limit), role)
                }
                Lamp::Live => (self.t("lamp.live"), "muted"),
                Lamp::Failing => (self.t("lamp.failing"), "state.crit"),
                Lamp::Paused => (self.t("lamp.paused"), "state.warn"),
            };
            pieces.push((format!("{short} {text} "), role));
            if let Some(seconds) = health.clock_offset {
                let offset = format!("{seconds:+}");
                let text = self.tf("lamp.clock", &[("offset", &offset)]);
                pieces.push((format!("{text} "), "state.warn"));
            }
        }
        pieces
    }

    /// The account that has the smallest share of its calls left.
    fn tightest(&self) -> Option<&AccountId> {
        self.world
            .health
            .iter()
            .filter(|health| health.limit > 0)
            .min_by_key(|health| u64::from(health.left) * 1_000 / u64::from(health.limit))
            .map(|health| &health.account)
    }

    /// Is nothing to be said about this account?
    fn is_well(&self, account: &AccountId) -> bool {
        self.world.health_of(account).is_none_or(|health| {
            let low = health.limit > 0 && health.left * 5 < health.limit;
            matches!(health.lamp, Lamp::Live | Lamp::Idle) && !low && health.clock_offset.is_none()
        })
    }

    /// Where the user is: the view, and what it was opened on.
    fn breadcrumb(&self) -> String {
        let title = match self.here.screen {
            Screen::Board(board) => self.catalog.boards.get(board).map(|board| board.title),
            Screen::Pane(pane) => self.catalog.panes.get(pane).map(|pane| pane.about().title),
        };
        let mut crumbs = self.t(title.unwrap_or_default());
        let step = self.settings.theme.glyphs().step;
        if let Some(subject) = &self.here.subject {
            let title = self.world.title(subject);
            let title = width::truncate(&title, 40, self.settings.theme.glyphs().ellipsis);
            crumbs = format!("{crumbs} {step} {title}");
        }
        crumbs
    }

    /// Systems with their regions, each region once.
    fn regions(&self) -> String {
        let mut seen: Vec<&str> = Vec::new();
        let mut out: Vec<String> = Vec::new();
        for account in &self.world.accounts {
            if account.region.is_empty() || seen.contains(&account.region.as_str()) {
                continue;
            }
            seen.push(&account.region);
            out.push(format!(
                "{} {}",
                account.id.system.short().to_lowercase(),
                crate::domain::text::SafeText::new(&account.region).shown()
            ));
        }
        out.join(&format!(" {} ", self.settings.theme.glyphs().bullet))
    }

    /// Hours and minutes of an instant in the user's zone.
    fn clock(&self, at: Timestamp) -> String {
        let local = at.to_zoned(self.settings.zone.clone());
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// The zone's distance from UTC at an instant: `+08`, `+05:30`.
    fn zone_label(&self, at: Timestamp) -> String {
        let seconds = self.settings.zone.to_offset(at).seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        if minutes % 60 == 0 {
            format!("{sign}{:02}", minutes / 60)
        } else {
            format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    }

    /// Draws pieces one after another and returns where they end.
    fn draw_pieces(&self, pieces: &[Piece], area: Rect, buf: &mut Buffer) -> u16 {
        let mut x = area.x;
        for (text, role) in pieces {
            let room = area.right().saturating_sub(x);
            let style: Style = self.settings.theme.style(role);
            x = x.saturating_add(width::put(buf, x, area.y, text, room, style));
        }
        x
    }
}

fn pieces_width(pieces: &[Piece]) -> usize {
    pieces.iter().map(|(text, _)| width::width(text)).sum()
}

fn fits(cells: usize) -> u16 {
    u16::try_from(cells).unwrap_or(u16::MAX)
}
