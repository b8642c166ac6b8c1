//! Outputs of many machines, folded by sameness, as texts: a line for each group, and the differences between them.

use crate::domain::diff::{self, Change};
pub use crate::domain::fold::hosts;
use crate::domain::script::{Group, HostRun, RunStatus};
use crate::domain::text::SafeText;
use crate::panes::words;
use crate::ui::lang::Lang;
use crate::ui::widgets::document::Line;

/// Groups whose difference from the first one is shown line by line; of others only the count is.
const COMPARED: usize = 12;
/// Lines of an output that are compared, its last ones: comparing takes the square of them.
const LINES: usize = 500;
/// Characters of a line that are shown.
const LONG: usize = 4_000;

/// A group in a line: `3 differ in 1 line   web-01, web-04, …`.
pub fn summary(group: &Group, is_first: bool, lang: Lang) -> String {
    let count = group.names.len().to_string();
    let lines = group.differs.to_string();
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
    for (place, group) in groups.iter().enumerate() {
        if !lines.is_empty() {
            lines.push("".into());
        }
        lines.push(Line::styled(summary(group, place == 0, lang), "title"));
        lines.push(Line::styled(words::run_word(&group.status, lang), "muted"));
        if place == 0 {
            lines.extend(text_lines(&group.output));
            continue;
        }
        if place >= COMPARED {
            continue;
        }
        for (change, line) in diff::lines(end(&first.output), end(&group.output)) {
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

/// The last lines of an output.
fn end(output: &str) -> &str {
    let breaks = output.trim_end_matches('\n').rmatch_indices('\n');
    let before = breaks.map(|(at, _)| at).nth(LINES - 1);
    before.and_then(|at| output.get(at + 1..)).unwrap_or(output)
}

/// What stands before an output of which only the end is kept here.
pub fn left_out(order: &str, host: &HostRun, lang: Lang) -> Option<Line> {
    let bytes = host.shortened?.bytes.to_string();
    let values = [
        ("bytes", bytes.as_str()),
        ("order", order),
        ("host", host.name.shown()),
    ];
    Some(Line::styled(lang.tf("fold.left_out", &values), "muted"))
}

/// The lines of an output, nothing in it interpreted.
pub fn text_lines(output: &str) -> Vec<Line> {
    output
        .lines()
        .map(|line| Line::from(shown(line).as_str()))
        .collect()
}

fn shown(line: &str) -> String {
    let tabbed = line.replace('\t', "    ");
    let mut text = tabbed.as_str();
    let cut;
    if text.len() > LONG {
        cut = words::cut(text, LONG);
        text = &cut;
    }
    SafeText::new(text).shown().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fold::{KEPT, fold, shorten};
    use crate::domain::script::Order;
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
        assert_eq!(&*groups[0].output, "* restarted\nexit code 0");
        assert_eq!(groups[1].differs, 1);
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
    fn only_the_end_of_a_long_output_is_compared() {
        let long: Vec<String> = (0..LINES + 5).map(|line| line.to_string()).collect();
        let text = long.join("\n");
        assert_eq!(end(&text).lines().count(), LINES);
        assert_eq!(end("a\nb\n"), "a\nb\n");
        assert_eq!(end(""), "");
    }

    fn long(name: &str, first: &str) -> HostRun {
        let text = format!(
            "{first}\n{}",
            format!("{name} does something\n").repeat(20_000)
        );
        host(name, RunStatus::Finished, &text)
    }

    #[test]
    fn of_a_very_long_output_the_end_is_kept_from_the_beginning_of_a_line() {
        let mut one = long("web-01", "begin");
        let whole = one.output.clone();
        shorten(&mut one);
        let kept = one.output.raw();
        assert!(kept.len() <= KEPT && kept.len() > KEPT - 100);
        assert!(kept.starts_with("web-01 does") && whole.raw().ends_with(kept));
        let bytes = one.shortened.map(|cut| cut.bytes);
        assert_eq!(bytes, Some(whole.raw().len() - kept.len()));
        // Nothing more is taken from it.
        let again = one.clone();
        shorten(&mut one);
        assert_eq!(one, again);
        let mut short = host("web-02", RunStatus::Finished, "a\nb");
        shorten(&mut short);
        assert_eq!((short.output.raw(), short.shortened), ("a\nb", None));
    }

    #[test]
    fn a_line_of_ten_megabytes_is_cut_between_two_letters() {
        let mut one = host("web-01", RunStatus::Finished, &"警".repeat(3_500_000));
        shorten(&mut one);
        assert!(one.output.raw().len() <= KEPT);
        assert!(one.output.raw().chars().all(|c| c == '警'));
    }

    #[test]
    fn what_differs_before_what_is_kept_still_differs() {
        let mut hosts = vec![
            long("web-01", "begin"),
            long("web-02", "begin"),
            long("web-03", "another beginning"),
        ];
        hosts.iter_mut().for_each(shorten);
        let groups = fold(&order(hosts));
        let sizes: Vec<_> = groups
            .iter()
            .map(|group| (group.names.len(), group.differs))
            .collect();
        assert_eq!(sizes, [(2, 0), (1, 1)]);
    }
}
