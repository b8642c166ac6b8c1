//! `:audit`: what was done, and by whom, newest first. The filter searches every column, the note too:
//! `/user=dba sev>=2 age<1h purge`.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::list::{Look, Row, heading};
use super::shelf::{Shelf, Shelved};
use super::{alarms, frame};
use crate::app::command::Command;
use crate::app::pane::{About, Context, Document};
use crate::app::site::AUDIT_SPAN;
use crate::app::subject::{Kind, Subject};
use crate::domain::account::AccountId;
use crate::domain::alarm::Severity;
use crate::domain::query::Query;
use crate::domain::site::AuditEntry;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::document;
use crate::ui::widgets::table::Column;

/// How old the log may get.
pub const EVERY: Duration = Duration::from_secs(60);

/// The audit log.
pub type Audit = Shelf<Entry>;

/// One entry; shared with the facts, for there may be a hundred thousand.
pub struct Entry {
    account: AccountId,
    deed: Arc<AuditEntry>,
}

const COMMANDS: &[Command] = &[Command::new("open", &["<enter>"])
    .on(&[Kind::Deed])
    .hinted()];

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::Deed(self.account.clone(), self.deed.id.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let deed = &self.deed;
        match column {
            "age" => match deed.at {
                Some(at) => format::age_of(look.lang, at, look.at).into(),
                // What cannot be read is shown as it came.
                None => Cell::styled(deed.at_raw.shown(), "muted"),
            },
            "time" => deed.at.map_or_else(
                || Cell::styled(deed.at_raw.shown(), "muted"),
                |at| Cell::styled(format::clock(at, look.zone), "muted"),
            ),
            "sev" => {
                let role = Theme::severity_role(deed.severity);
                let word = alarms::severity_word(deed.severity, look.lang);
                let odd = deed.odd.of("severity");
                Cell::styled(look.theme.glyphs().severity(deed.severity), role)
                    .then(" ", role)
                    .then(odd.map_or(word, |came| came.shown().to_owned()), role)
            }
            "what" => {
                let role = if deed.failed == Some(true) {
                    "state.crit"
                } else {
                    "text"
                };
                Cell::styled(deed.what.shown(), role)
            }
            "user" => Cell::text(deed.user.shown()),
            "resource" => Cell::text(deed.resource.shown()),
            "kind" => Cell::styled(deed.resource_type.shown(), "muted"),
            "result" => match deed.failed {
                Some(true) => Cell::styled(look.lang.t("audit.failed").into_owned(), "state.crit"),
                Some(false) => Cell::styled(look.lang.t("audit.done").into_owned(), "muted"),
                None => deed.odd.of("failed").map_or_else(Cell::default, frame::odd),
            },
            "source" => Cell::styled(deed.source.shown(), "muted"),
            "note" => Cell::styled(deed.note.shown(), "muted"),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let deed = &self.deed;
        match column {
            "age" | "time" => deed.at.map_or(Value::Missing, |done| {
                Value::Age(at.duration_since(done).as_secs_f64())
            }),
            "sev" => Value::Grade(
                4.0 - f64::from(deed.severity as u8),
                deed.severity.name().into(),
            ),
            "what" => Value::text(deed.what.raw()),
            "user" => Value::text(deed.user.raw()),
            "resource" => Value::text(deed.resource.raw()),
            "kind" => Value::text(deed.resource_type.raw()),
            "result" => match deed.failed {
                Some(true) => Value::text("failed"),
                Some(false) => Value::text("done"),
                None => Value::Missing,
            },
            "source" => Value::text(deed.source.raw()),
            "note" => Value::text(deed.note.raw()),
            _ => Value::Missing,
        }
    }
}

impl Shelved for Entry {
    const ABOUT: About = About::new("audit", "audit.title", COMMANDS)
        .aliases(&["changes"])
        .opens(&[Kind::Deed]);
    const EMPTY: &'static str = "audit.empty";
    const EVERY: Duration = EVERY;
    const REPEAT: &'static str = "audit ls";
    const REMARK: Option<(&'static str, &'static str)> = Some(("audit.grave", "text"));
    const ALONE: bool = true;

    fn columns(lang: Lang) -> Vec<Column> {
        let title = |key| heading(lang, key);
        vec![
            Column::fixed("age", title("col.age"), frame::age_cells(lang)).right(),
            Column::fixed("time", title("audit.time"), 8).priority(6),
            Column::fixed("sev", title("col.severity"), 6).priority(2),
            Column::flex("what", title("audit.what"), 20, 28).grow(2),
            Column::flex("user", title("audit.user"), 7, 16),
            Column::flex("resource", title("col.resource"), 8, 22).cut_middle(),
            Column::flex("kind", title("audit.kind"), 7, 16).priority(5),
            Column::fixed("result", title("audit.result"), 6).priority(3),
            Column::flex("source", title("audit.source"), 9, 24).wide(),
            Column::flex("note", title("audit.note"), 10, 70)
                .grow(3)
                .priority(4),
        ]
    }

    fn question(account: AccountId) -> Query {
        Query::Audit(account, AUDIT_SPAN)
    }

    fn rows(ctx: &Context) -> Vec<Self> {
        ctx.world
            .audit()
            .map(|(account, deed)| Self {
                account: account.clone(),
                deed: Arc::clone(deed),
            })
            .collect()
    }

    fn document(&self, ctx: &Context) -> Document {
        let lang = ctx.lang;
        let deed = &self.deed;
        let at = deed
            .at
            .map_or_else(|| deed.at_raw.to_string(), |at| frame::moment(at, ctx));
        let severity = format!(
            "{} ({})",
            alarms::severity_word(deed.severity, lang),
            deed.severity_raw
        );
        let mut lines = vec![
            frame::fact(lang, "audit.what", deed.what.shown()),
            frame::fact(lang, "audit.user", deed.user.shown()),
            frame::fact(lang, "audit.time", &at),
            frame::fact(lang, "col.severity", &severity),
            frame::fact(lang, "col.resource", deed.resource.shown()),
            frame::fact(lang, "audit.note", deed.note.shown()),
            document::Line::default(),
        ];
        let fields = deed.detail.iter();
        lines.extend(fields.map(|(name, text)| frame::pair(name.shown(), text.shown())));
        Document {
            title: deed.what.shown().to_owned(),
            lines,
        }
    }

    fn is_remarkable(&self) -> bool {
        self.deed.severity <= Severity::Major || self.deed.failed == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use ratatui::layout::Rect;

    use super::*;
    use crate::app::pane::{Event, Pane};
    use crate::app::world::World;
    use crate::domain::account::SystemId;
    use crate::domain::connection::Account;
    use crate::domain::error::ApiError;
    use crate::domain::odd::Odd;
    use crate::domain::query::{Facts, Update};
    use crate::ui::glyphs::UNICODE;
    use crate::ui::rates::Rates;

    fn account() -> AccountId {
        AccountId::new("site", SystemId::HuaweiEsm)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + second).unwrap()
    }

    fn entry(number: i64) -> AuditEntry {
        AuditEntry {
            id: number.to_string().into(),
            what: "updateDeployment".into(),
            user: format!("user-{}", number % 3).into(),
            severity: Severity::Info,
            severity_raw: "1".into(),
            security: false,
            failed: Some(false),
            resource: format!("web-{}", number * 7 % 10).into(),
            resource_type: "deployment".into(),
            source: "10.0.25.204".into(),
            at: Some(at(-number)),
            at_raw: "".into(),
            note: "".into(),
            detail: Vec::new(),
            odd: Odd::default(),
        }
    }

    fn answer(world: &mut World, query: Query, second: i64, result: Result<Facts, ApiError>) {
        world.apply(Update {
            query,
            at: at(second),
            result,
        });
    }

    fn log_comes(world: &mut World, second: i64, entries: i64) {
        let facts = Facts::Audit {
            entries: (0..entries).map(entry).map(Arc::new).collect(),
            total: None,
        };
        answer(
            world,
            Query::Audit(account(), AUDIT_SPAN),
            second,
            Ok(facts),
        );
    }

    fn world() -> World {
        let account = Account {
            id: account(),
            region: "cn-north-4".to_owned(),
            read_only: false,
            production: false,
            operator: String::new(),
            limits: Vec::new(),
        };
        World::new(vec![account], Vec::new())
    }

    fn with<T>(world: &World, second: i64, work: impl FnOnce(&Context) -> T) -> T {
        work(&Context {
            world,
            at: at(second),
            lang: Lang::En,
            zone: &TimeZone::UTC,
            rates: Rates::AsSent,
            glyphs: &UNICODE,
            area: Rect::new(0, 0, 120, 40),
        })
    }

    /// Tells the pane, lets it make everything ready and says in how many pieces it did.
    fn tell(pane: &mut Audit, world: &World, second: i64, event: &Event) -> usize {
        with(world, second, |ctx| {
            pane.update(event, ctx);
            (0..1000).take_while(|_| pane.prepare(ctx)).count()
        })
    }

    #[test]
    fn what_is_ready_stays_until_the_next_answer_to_its_own_question() {
        let (mut pane, mut world) = (Audit::new(), world());
        log_comes(&mut world, 0, 20);
        assert!(tell(&mut pane, &world, 1, &Event::Changed) > 0);
        answer(
            &mut world,
            Query::Assets(account()),
            2,
            Ok(Facts::Assets(Vec::new())),
        );
        assert_eq!(tell(&mut pane, &world, 2, &Event::Changed), 0);
        assert_eq!(
            tell(&mut pane, &world, 200, &Event::Changed),
            0,
            "minutes later"
        );
        log_comes(&mut world, 201, 21);
        assert!(tell(&mut pane, &world, 202, &Event::Changed) > 0);
    }

    #[test]
    fn a_filter_by_age_is_right_minutes_after_the_answer() {
        let (mut pane, mut world) = (Audit::new(), world());
        log_comes(&mut world, 0, 20);
        tell(&mut pane, &world, 0, &Event::Changed);
        let shown = |pane: &Audit| pane.listing().unwrap().info(Lang::En).shown;
        tell(&mut pane, &world, 0, &Event::Filter("age<10s"));
        assert_eq!(shown(&pane), 10);
        tell(&mut pane, &world, 300, &Event::Changed);
        assert_eq!(shown(&pane), 0);
    }

    #[test]
    fn a_list_that_is_ready_is_sorted_like_one_that_is_not() {
        let mut world = world();
        log_comes(&mut world, 0, 20);
        for column in Audit::new().listing().unwrap().info(Lang::En).columns {
            let (mut ready, mut plain) = (Audit::new(), Audit::new());
            let sort = Event::Sort(&column.key);
            tell(&mut ready, &world, 5, &Event::Changed);
            tell(&mut ready, &world, 9, &sort);
            with(&world, 9, |ctx| {
                plain.update(&Event::Changed, ctx);
                plain.update(&sort, ctx);
            });
            let top = |pane: &mut Audit| {
                with(&world, 9, |ctx| {
                    let rows = 0..20;
                    let down = Event::Command {
                        name: "move.down",
                        on: &[],
                    };
                    let subject = |_| {
                        pane.update(&down, ctx);
                        pane.subject(ctx.world)
                    };
                    rows.map(subject).collect::<Vec<_>>()
                })
            };
            assert_eq!(top(&mut ready), top(&mut plain), "{}", column.key);
        }
    }
}
