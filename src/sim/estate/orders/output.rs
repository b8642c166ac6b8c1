//! What a run prints, as far as it has come.

use jiff::Timestamp;

use crate::sim::chance;
use crate::sim::estate::things::orders::{Ending, HostRun, Order, RunStatus};

/// Bytes of output kept per machine (huawei-coc.md, 11.2).
pub const MAX_OUTPUT: usize = 1 << 20;

/// The output of a run at an instant; `None` before it began.
pub fn output(order: &Order, host: &HostRun, now: Timestamp) -> Option<String> {
    let mut lines: Vec<String> = match host.started {
        Some(started) => printed(order, host, started, host.finished.unwrap_or(now)),
        None if host.status == RunStatus::Canceled => Vec::new(),
        None => return None,
    };
    match (host.status, host.ending) {
        (RunStatus::Finished, _) => lines.push("exit code 0".into()),
        (RunStatus::Canceled, _) => lines.push("canceled by operator".into()),
        (RunStatus::Abnormal, Ending::Timeout) => {
            lines.push(format!("execute timeout after {}s", order.timeout));
        }
        (RunStatus::Abnormal, Ending::AgentOffline) => lines.push("agent offline".into()),
        (RunStatus::Abnormal, _) => {
            lines.push(format!("{}: command failed", order.name));
            lines.push("exit code 1".into());
        }
        _ => {}
    }
    Some(cut(lines.join("\n")))
}

/// The lines that were printed until then: they are spread evenly over the run.
fn printed(order: &Order, host: &HostRun, started: Timestamp, until: Timestamp) -> Vec<String> {
    if host.ending == Ending::AgentOffline {
        return Vec::new();
    }
    let elapsed = (until.as_millisecond() - started.as_millisecond()).max(0) as f64;
    let takes = (host.takes.as_millis() as f64).max(1.0);
    let all = order.course.prints.len();
    let share = chance::part(elapsed / takes, all as u64 + 1);
    let mut count = usize::try_from(share).unwrap_or(all);
    if host.ending == Ending::Failure {
        // What fails does so before it could say that it is done.
        count = count.min(all.saturating_sub(1));
    }
    let told = |line: &String| line.replace("{host}", &host.host).replace("{ip}", &host.ip);
    order.course.prints.iter().take(count).map(told).collect()
}

/// At most [`MAX_OUTPUT`] bytes, cut between two characters.
fn cut(text: String) -> String {
    const MARK: &str = "\n[truncated]";
    if text.len() <= MAX_OUTPUT {
        return text;
    }
    let room = MAX_OUTPUT - MARK.len();
    let kept = text
        .char_indices()
        .take_while(|(start, c)| start + c.len_utf8() <= room)
        .map(|(_, c)| c);
    kept.chain(MARK.chars()).collect()
}
