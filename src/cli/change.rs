//! Changes made on the command line: each is in the journal before its first byte leaves, and its outcome after.

use std::path::Path;

use super::args::Global;
use super::exit::Failure;
use super::setup;
use crate::clock::Clock;
use crate::cloud::client::Client;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::ApiError;
use crate::panes::words;
use crate::store::{Intent, JournalId, Store};

/// Among so many of the latest lines a line is looked for: others write into the same journal.
const LATEST: u32 = 50;

/// What the journal says of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is, in words.
    pub summary: String,
    /// The command that repeats it.
    pub command: String,
}

/// Writes the intent down, into the store and its file. Only then may the change be sent.
///
/// # Errors
/// `Refused` for an account that is read-only, `Invalid` for what breaks a rule, `Other` when the journal cannot be
/// written.
pub async fn write_down(
    client: &Client,
    (store, database): (&Store, &Path),
    action: &Action,
    entry: Entry,
) -> Result<JournalId, Failure> {
    let account = client.account();
    if account.read_only {
        let words = format!("account {} is read-only; nothing was sent", account.id);
        return Err(Failure::Refused(words));
    }
    client.check_action(action)?;
    let intent = Intent {
        account: account.id.to_string(),
        operation: action.operation().to_owned(),
        summary: entry.summary,
        command: entry.command,
    };
    let unwritten = |reason: String| {
        Failure::Other(format!(
            "nothing was sent: the journal could not be written ({reason})"
        ))
    };
    let line = store.intent(intent).await.map_err(unwritten)?;
    if !is_on_disk(database, line) {
        return Err(unwritten(database.display().to_string()));
    }
    Ok(line)
}

/// Is this line in the file? A store that cannot open its file goes on in memory, which a command takes with it.
fn is_on_disk(database: &Path, line: JournalId) -> bool {
    let entries = crate::store::read_journal(database, LATEST).unwrap_or_default();
    entries
        .iter()
        .any(|entry| JournalId::try_from(entry.ticket) == Ok(line))
}

/// Carries a change out, once, for a command that is itself what repeats it: writes the intent down, sends, writes
/// down what came of it.
///
/// # Errors
/// Those of [`write_down`], before anything was sent; then whatever the call answers.
pub async fn carry_out_typed(
    global: &Global,
    client: &Client,
    action: &Action,
    summary: String,
) -> Result<Receipt, Failure> {
    let command = as_typed(global, client);
    let send = async {
        let receipt = client.act(action).await?;
        Ok((receipt.clone(), receipt))
    };
    carry_out_by(global, client, action, Entry { summary, command }, send).await
}

/// Carries a change out, once, by `send`, which answers what the caller needs beside the receipt. The intent is
/// written down before `send` begins, and the outcome after it.
///
/// # Errors
/// Those of [`write_down`], before anything was sent; then whatever `send` answers.
pub async fn carry_out_by<T>(
    global: &Global,
    client: &Client,
    action: &Action,
    entry: Entry,
    send: impl Future<Output = Result<(T, Receipt), ApiError>>,
) -> Result<T, Failure> {
    let database = setup::paths(global).database();
    let (store, _replies) = Store::open(Some(&database), Clock::System);
    let line = write_down(client, (&store, database.as_path()), action, entry).await?;
    let ended = match send.await {
        Ok((answer, receipt)) => {
            store.settle(line, &Ok(receipt));
            Ok(answer)
        }
        Err(error) => {
            let failure = Failure::from(error.clone());
            store.settle(line, &Err(error));
            Err(failure)
        }
    };
    store.close().await;
    ended
}

/// This command line, as it can be typed again.
pub fn as_typed(global: &Global, client: &Client) -> String {
    // Tomorrow the configuration may name another profile, so the one of today is said.
    let profile = global
        .profile
        .is_none()
        .then_some(&*client.account().id.profile);
    typed(profile, std::env::args().skip(1))
}

/// A command line of this program, quoted for a shell; with a profile that it does not name itself.
fn typed(profile: Option<&str>, words: impl Iterator<Item = String>) -> String {
    let mut command = "watchkeeper".to_owned();
    if let Some(profile) = profile {
        words::option(&mut command, "profile", profile);
    }
    for word in words {
        command.push(' ');
        command.push_str(&words::quoted(&word));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::typed;

    #[test]
    fn a_command_is_kept_as_it_was_typed() {
        let of =
            |profile, words: &[&str]| typed(profile, words.iter().map(|word| (*word).to_owned()));
        assert_eq!(
            of(Some("night shift"), &["metric", "put", "a:b c:d", "-1"]),
            "watchkeeper --profile 'night shift' metric put 'a:b c:d' -1"
        );
        assert_eq!(
            of(None, &["policy", "new", "it's", "-p", "x", "--op", ">"]),
            r"watchkeeper policy new 'it'\''s' -p x --op '>'"
        );
    }
}
