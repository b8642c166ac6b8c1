//! Outputs of many machines, folded by sameness: what most of them say, what others say instead, and the difference.

use std::collections::HashMap;

use crate::domain::script::{HostRun, Order, RunStatus};
use crate::domain::text::SafeText;
use crate::panes::words;
use crate::ui::diff::{self, Change};
use crate::ui::lang::Lang;
use crate::ui::widgets::document::Line;

/// Machines that ended alike and said the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// How they ended.
    pub status: RunStatus,
    /// Names of the machines.
    pub names: Vec<SafeText>,
    /// What they said, with `*` where each names itself.
    pub output: String,
}

/// All machines of an order, batch by batch.
pub fn hosts(order: &Order) -> impl Iterator<Item = &HostRun> {
    order.batches.iter().flat_map(|batch| &batch.hosts)
}

/// Tells whether the outputs of an order have to be folded again, which costs more: how many machines are done well,
/// how many failed, and how much they said. What is done says nothing more.
pub fn fingerprint(order: &Order) -> (usize, usize, usize) {
    hosts(order).fold((0, 0, 0), |(good, failed, length), host| {
        let more = length + host.output.raw().len();
        match host.status {
            RunStatus::Finished => (good + 1, failed, more),
            RunStatus::Abnormal => (good, failed + 1, more),
            _ => (good, failed, length),
        }
    })
}

const fn has_ended(status: &RunStatus) -> bool {
    matches!(status, RunStatus::Finished | RunStatus::Abnormal)
}

/// The machines that are done, by what they said: the largest group of those that went well first, then the other
/// ones that went well, then those that failed.
pub fn fold(order: &Order) -> Vec<Group> {
    let mut places: HashMap<(RunStatus, String), usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for host in hosts(order).filter(|host| has_ended(&host.status)) {
        let output = impersonal(host);
        let key = (host.status.clone(), output.clone());
        let place = *places.entry(key).or_insert_with(|| {
            groups.push(Group {
                status: host.status.clone(),
                names: Vec::new(),
                output,
            });
            groups.len() - 1
        });
        groups[place].names.push(host.name.clone());
    }
    groups.sort_by_key(|group| {
        let failed = group.status != RunStatus::Finished;
        (failed, std::cmp::Reverse(group.names.len()))
    });
    groups
}

/// The output of a machine without what is its own.
fn impersonal(host: &HostRun) -> String {
    let mut text = host.output.raw().to_owned();
    for own in [host.name.raw(), host.ip.raw(), host.resource_id.raw()] {
        if !own.is_empty() && text.contains(own) {
            text = text.replace(own, "*");
        }
    }
    text
}

/// A group in a line: `3 differ in 1 line   web-01, web-04, …`.
pub fn summary(group: &Group, first: &Group, lang: Lang) -> String {
    let count = group.names.len().to_string();
    let is_first = std::ptr::eq(group, first);
    let lines = diff::distance(&first.output, &group.output).to_string();
    let values = [("count", count.as_str()), ("lines", &lines)];
    let key = match (&group.status, is_first) {
        (RunStatus::Finished, true) => "fold.identical",
        (RunStatus::Finished, false) => "fold.differ",
        _ => "fold.failed",
    };
    let names: Vec<&str> = group.names.iter().map(SafeText::shown).collect();
    format!("{}  {}", lang.tf(key, &values), names.join(", "))
}

/// What every group says, those after the first as the difference from it.
pub fn document(groups: &[Group], lang: Lang) -> Vec<Line> {
    let Some(first) = groups.first() else {
        return vec![lang.t("fold.none").as_ref().into()];
    };
    let mut lines = Vec::new();
    for group in groups {
        if !lines.is_empty() {
            lines.push("".into());
        }
        lines.push(Line::styled(summary(group, first, lang), "title"));
        lines.push(Line::styled(words::run_word(&group.status, lang), "muted"));
        if std::ptr::eq(group, first) {
            lines.extend(text_lines(&group.output));
            continue;
        }
        for (change, line) in diff::lines(&first.output, &group.output) {
            let (sign, role) = match change {
                Change::Same => ("  ", "diff.context"),
                Change::Gone => ("- ", "diff.removed"),
                Change::New => ("+ ", "diff.added"),
            };
            lines.push(Line::styled(format!("{sign}{}", shown(line)), role));
        }
    }
    lines
}

/// The lines of an output, nothing in it interpreted.
pub fn text_lines(output: &str) -> Vec<Line> {
    output
        .lines()
        .map(|line| Line::from(shown(line).as_str()))
        .collect()
}

fn shown(line: &str) -> String {
    SafeText::new(&line.replace('\t', "    "))
        .shown()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panes::cockpit::tests::{host, order};

    fn mixed() -> Order {
        order(vec![
            host(
                "web-01",
                RunStatus::Finished,
                "web-01 restarted\nexit code 0",
            ),
            host("web-02", RunStatus::Finished, "nothing to do\nexit code 0"),
            host(
                "web-03",
                RunStatus::Finished,
                "web-03 restarted\nexit code 0",
            ),
            host("web-04", RunStatus::Abnormal, "exit code 1"),
            host("web-05", RunStatus::Processing, "…"),
        ])
    }

    #[test]
    fn outputs_are_folded_by_sameness_without_the_machines_own_names() {
        let groups = fold(&mixed());
        let sizes: Vec<usize> = groups.iter().map(|group| group.names.len()).collect();
        assert_eq!(sizes, [2, 1, 1]);
        assert_eq!(groups[0].output, "* restarted\nexit code 0");
        assert_eq!(groups[2].status, RunStatus::Abnormal);
        assert!(fold(&order(Vec::new())).is_empty());
    }

    #[test]
    fn the_document_shows_what_each_group_says_differently() {
        let lines: Vec<String> = document(&fold(&mixed()), Lang::En)
            .iter()
            .map(Line::plain)
            .collect();
        let text = lines.join("\n");
        assert!(text.contains("- * restarted\n+ nothing to do"), "{text}");
        assert!(text.contains("web-01, web-03"), "{text}");
    }

    #[test]
    fn hostile_output_is_shown_and_not_obeyed() {
        let all = order(vec![host(
            "a",
            RunStatus::Finished,
            "x\u{1b}[2J\ty\u{202e}",
        )]);
        for line in document(&fold(&all), Lang::En) {
            let text = line.plain();
            assert!(
                !text.contains('\u{1b}') && !text.contains('\u{202e}'),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_has_not_changed_is_not_folded_again() {
        let all = mixed();
        assert_eq!(fingerprint(&all), fingerprint(&all.clone()));
        let mut more = all.clone();
        more.batches[0].hosts[4].status = RunStatus::Finished;
        assert_ne!(fingerprint(&all), fingerprint(&more));
    }
}
