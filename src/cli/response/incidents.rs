//! `incident` and `warroom`.

use std::io::Write as _;
use std::process::ExitCode;

use serde_json::json;

use super::args::{Answer, CreateIncident, IncidentCommand, ReportAlarm, WarRoomCommand};
use super::{Desk, missing, on_runtime, print, rows};
use crate::cli::args::Global;
use crate::cli::exit::{self, Failure};
use crate::cli::setup;
use crate::domain::action::{NewIncident, NewWarRoom};
use crate::domain::incident::{Incident, IncidentStep, Level};
use crate::domain::query::{Facts, Query};
use crate::domain::record::Record;
use crate::domain::text::SafeText;
use crate::domain::trail::{Note, NoteKind};
use crate::panes::{incident_forms as forms, words};
use crate::ui::lang::Lang;

/// `watchkeeper incident …`
pub fn incident(global: &Global, command: IncidentCommand) -> Result<ExitCode, Failure> {
    on_runtime(async {
        let mut desk = Desk::open(global).await?;
        let confirm = match command {
            IncidentCommand::Ls { open, printed } => {
                let all = desk.incidents().await?;
                let shown = all.iter().filter(|one| !open || one.status.is_open());
                return print(printed, &shown.map(rows::incident).collect());
            }
            IncidentCommand::Show { id, printed } => {
                let incident = desk.incident(&id).await?;
                return print(printed, &rows::incident_detail(&incident));
            }
            IncidentCommand::Accept { ids } => return desk.accept(&ids).await,
            IncidentCommand::Track { id } => {
                let incident = desk.incident(&id).await?;
                let account = desk.account.clone();
                desk.store.save(Record::Track(account, incident.id));
                desk.store.close().await;
                return Ok(ExitCode::SUCCESS);
            }
            IncidentCommand::Note { id, text } => {
                desk.note(&id, &text).await;
                return Ok(ExitCode::SUCCESS);
            }
            IncidentCommand::Create(new) => {
                forms::confirm_create(&desk.account, new_incident(new)?, desk.lang)
            }
            IncidentCommand::Solve {
                id,
                cause,
                solution,
                kind,
                interrupted,
            } => {
                let incident = desk.ready(&id, IncidentStep::CommitSolution).await?;
                let values = json!({
                    "cause": cause, "solution": solution, "interrupted": interrupted,
                    "kind": kind.unwrap_or_else(|| incident.kind.raw().to_owned()),
                });
                forms::confirm_solve(&desk.account, &incident, &values, desk.lang)
            }
            IncidentCommand::Confirm {
                id,
                solved,
                comment,
            } => {
                let incident = desk.ready(&id, IncidentStep::Confirm).await?;
                let values = json!({"solved": solved == Answer::Yes, "comment": comment});
                forms::confirm_verify(&desk.account, &incident, &values, desk.lang)
            }
        };
        desk.act(confirm).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// `watchkeeper warroom …`
pub fn warroom(global: &Global, command: WarRoomCommand) -> Result<ExitCode, Failure> {
    on_runtime(async {
        let mut desk = Desk::open(global).await?;
        let (incident, new) = match command {
            WarRoomCommand::Ls { open, printed } => {
                let Facts::WarRooms(rooms) =
                    desk.ask(Query::WarRooms(desk.account.clone())).await?
                else {
                    return Ok(ExitCode::SUCCESS);
                };
                let shown = rooms.iter().filter(|room| !open || room.is_open());
                return print(printed, &shown.map(rows::warroom).collect());
            }
            WarRoomCommand::Create {
                incident,
                title,
                description,
                application,
                admin,
                schedule,
                project,
            } => {
                let incident = desk.ready(&incident, IncidentStep::OpenWarRoom).await?;
                let new = NewWarRoom {
                    title: title.unwrap_or_else(|| words::cut(incident.title.raw(), 255)),
                    description,
                    incident: incident.id.clone(),
                    applications: application,
                    admin,
                    schedule: schedule_groups(&schedule)?,
                    enterprise_project: project,
                };
                (incident, new)
            }
        };
        let confirm = forms::confirm_warroom(&desk.account, &incident, new, desk.lang);
        desk.act(confirm).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// `watchkeeper alarm report`
pub fn report_alarm(global: &Global, new: &ReportAlarm) -> Result<ExitCode, Failure> {
    let level = new.level.to_lowercase();
    if !forms::SEVERITIES.iter().any(|(name, _)| *name == level) {
        let words = format!(
            "--level wants critical, major, minor or info, not {:?}",
            new.level
        );
        return Err(Failure::Usage(words));
    }
    let key = integration_key(&new.key)?;
    on_runtime(async {
        let mut desk = Desk::open(global).await?;
        let values = json!({
            "key": key, "id": new.id, "name": new.name, "level": level, "description": new.description,
            "namespace": new.namespace, "application": new.application, "source": new.source,
            "resource": new.resource, "resource_id": new.resource_id, "region": new.region, "url": new.url,
            "over": new.over,
        });
        let alarm = forms::reported(&values, desk.client.now());
        let confirm = forms::confirm_report(&desk.account, alarm, desk.lang);
        desk.act(confirm).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// The key of an integration from where the user says; lists of processes are public, so it is no option itself.
fn integration_key(source: &str) -> Result<String, Failure> {
    let read = match source.split_once(':') {
        Some(("env", name)) => setup::env(name).ok_or_else(|| format!("{name} is not set")),
        Some(("file", path)) => {
            std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
        }
        _ => Err("it wants env:NAME or file:PATH".to_owned()),
    };
    read.map(|key| key.trim().to_owned())
        .map_err(|why| Failure::Usage(format!("--key: {why}")))
}

fn schedule_groups(words: &[String]) -> Result<Vec<(String, String)>, Failure> {
    words
        .iter()
        .map(|word| {
            let pair = word.split_once('/').ok_or_else(|| {
                Failure::Usage(format!("--schedule wants role/scene, not {word:?}"))
            })?;
            Ok((pair.0.to_owned(), pair.1.to_owned()))
        })
        .collect()
}

fn new_incident(new: CreateIncident) -> Result<NewIncident, Failure> {
    let level = Level::ALL
        .into_iter()
        .find(|level| level.name().eq_ignore_ascii_case(&new.level))
        .ok_or_else(|| Failure::Usage(format!("--level wants P1 to P5, not {:?}", new.level)))?;
    Ok(NewIncident {
        title: new.title,
        description: new.description,
        level,
        kind: new.kind,
        source: new.source,
        service: new.service,
        region: new.region,
        interrupted: new.interrupted,
        assignee: new.assignee,
    })
}

impl Desk {
    /// All incidents that can be known: there is no list of them, but WarRooms name theirs, and some are followed.
    pub(super) async fn incidents(&mut self) -> Result<Vec<Incident>, Failure> {
        let account = self.account.clone();
        let mut ids = self.tracked.clone();
        if let Facts::WarRooms(rooms) = self.ask(Query::WarRooms(account.clone())).await? {
            for id in rooms.into_iter().filter_map(|room| room.incident) {
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        match self.ask(Query::Incidents(account, ids)).await? {
            Facts::Incidents(incidents) => Ok(incidents),
            _ => Ok(Vec::new()),
        }
    }

    pub(super) async fn incident(&mut self, id: &str) -> Result<Incident, Failure> {
        let query = Query::Incidents(self.account.clone(), vec![SafeText::new(id)]);
        match self.ask(query).await? {
            Facts::Incidents(incidents) => incidents.into_iter().next(),
            _ => None,
        }
        .ok_or_else(|| missing("incident", id))
    }

    /// The incident, when the step can be taken in its present state.
    async fn ready(&mut self, id: &str, step: IncidentStep) -> Result<Incident, Failure> {
        let incident = self.incident(id).await?;
        if incident.status.allows(step) {
            return Ok(incident);
        }
        let status = words::incident_word(&incident.status, Lang::En);
        Err(Failure::Refused(format!(
            "incident {} is {status}: nothing was sent",
            incident.id
        )))
    }

    /// Accepts each by itself; one that fails does not hold up the others. Exit code 9 when some failed.
    async fn accept(&mut self, ids: &[String]) -> Result<ExitCode, Failure> {
        let mut failed = Vec::new();
        for id in ids {
            let accepted = match self.ready(id, IncidentStep::Accept).await {
                Ok(incident) => {
                    let confirm = forms::confirm_accept(&self.account, &incident, self.lang);
                    self.act(confirm).await.map(drop)
                }
                Err(failure) => Err(failure),
            };
            if let Err(failure) = accepted {
                failure.report(false);
                failed.push(failure);
            }
        }
        let all = failed.len() == ids.len();
        Ok(match failed.pop() {
            None => ExitCode::SUCCESS,
            Some(failure) if all => failure.into(),
            Some(_) => ExitCode::from(exit::SOME),
        })
    }

    async fn note(&self, id: &str, text: &str) {
        self.store.save(Record::Note(Note {
            account: self.account.clone(),
            incident: id.into(),
            at: self.client.now(),
            kind: NoteKind::Remark,
            text: text.into(),
        }));
        self.store.close().await;
        // The remark is kept; that nobody reads the confirmation is no failure.
        let _ = writeln!(std::io::stderr(), "kept");
    }
}
