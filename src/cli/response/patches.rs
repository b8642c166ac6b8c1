//! `patch`.

use std::process::ExitCode;

use super::args::{Answer, PatchCommand, PatchList, PatchShow};
use super::{Desk, missing, on_runtime, print, rows};
use crate::cli::args::Global;
use crate::cli::exit::Failure;
use crate::domain::patch::{PatchFilter, PatchItemFilter, PatchReport};
use crate::domain::query::{Facts, Query};

/// `watchkeeper patch …`
pub fn patch(global: &Global, command: PatchCommand) -> Result<ExitCode, Failure> {
    on_runtime(async {
        let mut desk = Desk::open(global).await?;
        match command {
            PatchCommand::Ls(list) => {
                let printed = list.printed;
                let reports = desk.reports(filter(*list)).await?;
                print(printed, &reports.iter().map(rows::patch_report).collect())
            }
            PatchCommand::Show(show) => desk.items(show).await,
        }
    })
}

fn filter(list: PatchList) -> PatchFilter {
    PatchFilter {
        name: list.name,
        machine: list.machine,
        ip: list.ip,
        public_ip: list.public_ip,
        system: list.system,
        region: list.region,
        group: list.group,
        compliant: list.lacking.map(|lacking| lacking == Answer::No),
        order: list.order,
        scene: list.kind,
        cluster: list.cluster,
        project: list.project,
        oldest_first: list.oldest_first,
    }
}

impl Desk {
    async fn reports(&mut self, filter: PatchFilter) -> Result<Vec<PatchReport>, Failure> {
        let query = Query::Patches(self.account.clone(), Box::new(filter));
        match self.ask(query).await? {
            Facts::Patches(reports) => Ok(reports),
            _ => Ok(Vec::new()),
        }
    }

    /// The patches of the machine with this name, else of the report with this id.
    async fn items(&mut self, show: PatchShow) -> Result<ExitCode, Failure> {
        let named = PatchFilter {
            name: Some(show.report.clone()),
            ..PatchFilter::default()
        };
        let mut reports = self.reports(named).await?;
        if reports.is_empty() {
            reports = self.reports(PatchFilter::default()).await?;
            reports.retain(|report| report.id.raw() == show.report);
        }
        let report = reports
            .into_iter()
            .next()
            .ok_or_else(|| missing("report on patches of", &show.report))?;
        let filter = PatchItemFilter {
            title: show.title,
            status: show.status,
            class: show.class,
            severity: show.severity,
            compliance: show.compliance,
        };
        let query = Query::PatchItems(self.account.clone(), report.id, Box::new(filter));
        match self.ask(query).await? {
            Facts::PatchItems(items) => {
                print(show.printed, &items.iter().map(rows::patch_item).collect())
            }
            _ => Ok(ExitCode::SUCCESS),
        }
    }
}
