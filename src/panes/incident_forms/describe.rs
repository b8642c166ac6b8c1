//! Everything that is known of an incident.

use jiff::Timestamp;

use crate::app::pane::Context;
use crate::app::scaling::BEFORE_INCIDENT;
use crate::app::subject::Subject;
use crate::domain::account::AccountId;
use crate::domain::incident::{Incident, Level};
use crate::domain::text::SafeText;
use crate::domain::trail::NoteKind;
use crate::panes::{frame, words};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::document::{Line, plain_lines};

/// Everything that is known of an incident: fields, description, time line.
pub fn describe(account: &AccountId, incident: &Incident, ctx: &Context) -> Vec<Line> {
    let lang = ctx.lang;
    let fact = |key: &str, text: &str| frame::fact(lang, key, text);
    // The service names its enumerated values itself, in both languages.
    let chinese = lang == Lang::ZhCn;
    let named = |wire: &SafeText| match incident.named(wire, chinese) {
        Some(name) if name != wire => format!("{name} ({wire})"),
        _ => wire.to_string(),
    };
    let people: Vec<String> = incident.assignees.iter().map(named).collect();
    let mut lines = vec![
        fact("incident.number", incident.id.shown()),
        fact("incident.title", incident.title.shown()),
        fact("incident.level", incident.level.map_or("-", Level::name)),
        fact(
            "incident.status",
            &words::incident_word(&incident.status, lang),
        ),
        fact("incident.kind", &named(&incident.kind)),
        fact("incident.source", &named(&incident.source)),
        fact("incident.service", &named(&incident.service)),
        fact("incident.region", incident.region.shown()),
        fact(
            "incident.interrupted",
            &lang.t(if incident.interrupted {
                "incident.yes"
            } else {
                "incident.no"
            }),
        ),
        fact("incident.assignee", &people.join(", ")),
        fact("incident.creator", &named(&incident.creator)),
        fact(
            "incident.warroom",
            incident.warroom.as_ref().map_or("-", |room| room.shown()),
        ),
        fact("col.account", &account.to_string()),
        "".into(),
    ];
    lines.extend(plain_lines(
        &incident
            .description
            .raw()
            .lines()
            .map(|line| SafeText::new(line).to_string())
            .collect::<Vec<_>>()
            .join("\n"),
    ));
    lines.push("".into());
    lines.push(Line::styled(lang.t("incident.time_line"), "title"));
    lines.extend(time_line(account, incident, ctx));
    lines
}

/// What the scaling groups of its machines did, from shortly before it began until it was handled.
fn scaled(
    account: &AccountId,
    incident: &Incident,
    ctx: &Context,
) -> Vec<(Timestamp, String, &'static str)> {
    let Some(created) = incident.created.map(Timestamp::as_second) else {
        return Vec::new();
    };
    let until = incident.handled.unwrap_or(ctx.at).as_second();
    let span = (created - BEFORE_INCIDENT, until);
    let subject = Subject::Incident(account.clone(), incident.id.clone());
    let groups = ctx.world.scaling_groups_of_incident(&subject);
    ctx.world
        .happenings(ctx.lang, span)
        .into_iter()
        .filter_map(|event| match event.subject {
            Subject::ScalingPart(of, group, _) if groups.contains(&(of.clone(), group.clone())) => {
                let at = Timestamp::from_second(event.at).ok()?;
                Some((at, event.words, "muted"))
            }
            _ => None,
        })
        .collect()
}

/// What happened when: what the service knows, and what is kept here.
fn time_line(account: &AccountId, incident: &Incident, ctx: &Context) -> Vec<Line> {
    let room = ctx
        .world
        .warrooms()
        .find(|(of, room)| *of == account && room.incident.as_ref() == Some(&incident.id))
        .map(|(_, room)| room);
    let mut moments = vec![
        (incident.created, "incident.was_created"),
        (incident.handled, "incident.was_handled"),
    ];
    if let Some(room) = room {
        moments.push((room.occurred, "incident.fault_began"));
        moments.push((room.created, "incident.room_opened"));
        moments.push((room.recovered, "incident.fault_over"));
    }
    let served = moments.into_iter().filter_map(|(at, key)| {
        let text = ctx.lang.t(key).into_owned();
        Some((at?, text, "muted"))
    });
    let kept = ctx.world.notes_of(account, &incident.id).map(|note| {
        let role = match note.kind {
            NoteKind::Remark | NoteKind::Step | NoteKind::Run => "text",
            NoteKind::Recovered => "state.ok",
            NoteKind::Breaching => "state.crit",
        };
        (note.at, note.text.shown().to_owned(), role)
    });
    let scaled = scaled(account, incident, ctx);
    let mut known: Vec<_> = served.chain(kept).chain(scaled).collect();
    known.sort_by_key(|(at, ..)| *at);
    known
        .into_iter()
        .map(|(at, text, role)| {
            Line::styled(format!("{}  ", format::exact(at, ctx.zone)), "muted").then(text, role)
        })
        .collect()
}
