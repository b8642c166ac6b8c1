//! Finds out what became of one change whose answer was lost, without a screen: for the command line.

use std::time::Duration;

use crate::cloud::client::Client;
use crate::domain::doubt::{Doubt, Finding};
use crate::domain::error::Class;

/// When it is looked again, and at most so much later: what was carried out mostly shows at once.
const SOON: Duration = Duration::from_secs(2);
const LATER: Duration = Duration::from_secs(30);
/// For how long: longer than it takes until what is not there never came.
const PATIENCE: Duration = Duration::from_secs(90);

/// Reads what the change would have left behind until that tells, or for a minute and a half. Nothing is sent again.
/// [`Finding::Open`] when no question shows it, or when it could not be read.
pub async fn look_up(client: &Client, doubt: &Doubt) -> Finding {
    let Some(query) = doubt.trace.query(&doubt.account) else {
        return Finding::Open;
    };
    let until = client.now() + PATIENCE;
    let mut wait = SOON;
    loop {
        match client.answer(&query).await {
            Ok(facts) => {
                let finding = doubt.judge(Some(&facts), client.now());
                if finding != Finding::Open {
                    return finding;
                }
            }
            // It will not be answered later either.
            Err(error) if error.class == Class::NotOffered => return Finding::Open,
            Err(_) => {}
        }
        if client.now() >= until {
            return Finding::Open;
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LATER);
    }
}
