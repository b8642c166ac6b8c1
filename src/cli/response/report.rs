//! `handover` and `bundle`.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use jiff::SignedDuration;

use super::{Desk, on_runtime};
use crate::cli::args::Global;
use crate::cli::exit::Failure;
use crate::cli::setup;
use crate::domain::query::{Facts, Query, Update};
use crate::domain::text::SafeText;
use crate::panes::{bundle as bundles, handover as reports};
use crate::shell::export;
use crate::ui::filter;
use crate::ui::lang::Lang;

/// `watchkeeper handover`
pub fn handover(global: &Global, since: &str, lang: &str) -> Result<ExitCode, Failure> {
    let span = filter::seconds(since)
        .filter(|seconds| *seconds >= 60.0)
        .and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| Failure::Usage(format!("--since wants 8h, 90m or 1d, not {since:?}")))?;
    let lang = match lang {
        "en" => Lang::En,
        "zh" | "zh-CN" => Lang::ZhCn,
        other => {
            return Err(Failure::Usage(format!(
                "--in wants en or zh, not {other:?}"
            )));
        }
    };
    on_runtime(async {
        let mut desk = Desk::open(global).await?;
        desk.lang = lang;
        desk.incidents().await?;
        let orders = desk.ask(Query::Orders(desk.account.clone())).await?;
        if let Facts::Orders(orders) = orders {
            // What still runs is told with how far it is.
            let running = orders
                .iter()
                .filter(|order| !order.status.is_final_for_order());
            for id in running.map(|order| order.id.clone()).take(RUNNING) {
                let _ = desk.ask(Query::Order(desk.account.clone(), id)).await;
            }
        }
        let context = desk.context();
        let text = reports::markdown(&context, context.at - span);
        std::io::stdout().lock().write_all(text.as_bytes())?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Running orders that are read in full.
const RUNNING: usize = 10;

/// `watchkeeper bundle`
pub fn bundle(global: &Global, incident: &str, into: &Path) -> Result<ExitCode, Failure> {
    on_runtime(async {
        let mut desk = Desk::open(global).await?;
        let id = SafeText::new(incident);
        let account = desk.account.clone();
        desk.incident(incident).await?;
        for query in bundles::needed(&account, &id, &desk.context()) {
            if let Err(failure) = desk.ask_anyone(global, query).await {
                // What cannot be read is left out, and said.
                failure.report(false);
            }
        }
        let files = bundles::collect(&account, &id, &desk.context());
        let files: Vec<_> = files
            .into_iter()
            .map(|file| (file.name, file.text))
            .collect();
        let place = export::write(into, Some(&bundles::folder(&id)), &files)?;
        writeln!(std::io::stdout(), "{}", place.display())?;
        Ok(ExitCode::SUCCESS)
    })
}

impl Desk {
    /// Asks whichever account a question is for.
    async fn ask_anyone(&mut self, global: &Global, query: Query) -> Result<(), Failure> {
        if query.account() == &self.account {
            return self.ask(query).await.map(drop);
        }
        let client = setup::client(global, query.account().system)?;
        let facts = client.answer(&query).await?;
        self.world.apply(Update {
            query,
            at: client.now(),
            result: Ok(facts),
        });
        Ok(())
    }
}
