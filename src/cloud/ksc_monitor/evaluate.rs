//! Rules as the service writes them in the terms of the domain. The API lists policies and no alarms (ksc-monitor.md,
//! 14.10), so [`crate::domain::breach`] compares the rules with the samples.

use super::ops::TriggerRule;
use crate::domain::alarm::{Comparison, Condition};
use crate::domain::metric::Statistic;

/// A rule in the terms of the domain.
///
/// # Errors
/// One sentence about what in it is not understood.
pub fn condition(rule: &TriggerRule) -> Result<Condition, String> {
    let name = if rule.item_name.is_empty() {
        &rule.item_key
    } else {
        &rule.item_name
    };
    let unclear = |what: &str, text: &str| format!("{name}: {what} \"{text}\" is not understood");
    let statistic =
        statistic(&rule.method).ok_or_else(|| unclear("the statistic", &rule.method))?;
    let comparison =
        comparison(&rule.compare).ok_or_else(|| unclear("the comparison", &rule.compare))?;
    let period = span(&rule.period).ok_or_else(|| unclear("the period", &rule.period))?;
    let threshold = rule
        .trigger_value
        .0
        .ok_or_else(|| unclear("the threshold", "null"))?;
    let window = (rule.effect_begin.as_str(), rule.effect_end.as_str());
    Ok(Condition {
        metric: rule.item_key.as_str().into(),
        label: name.as_str().into(),
        statistic,
        comparison,
        threshold,
        unit: rule.units.as_str().into(),
        period,
        points: u32::try_from(rule.points).unwrap_or(1).max(1),
        effective: (!window.0.is_empty() && !window.1.is_empty())
            .then(|| (window.0.into(), window.1.into())),
        repeat_every: span(&rule.interval),
        max_notifications: rule.max_count.and_then(|count| u32::try_from(count).ok()),
    })
}

/// The statistic a rule names. Counting samples is none of the domain's statistics.
fn statistic(method: &str) -> Option<Statistic> {
    match method.trim().to_ascii_lowercase().as_str() {
        "avg" | "average" => Some(Statistic::Average),
        "max" => Some(Statistic::Max),
        "min" => Some(Statistic::Min),
        "sum" => Some(Statistic::Sum),
        _ => None,
    }
}

/// The comparison a rule names. XML carries the sign as the six characters `\u003e` (14.11).
fn comparison(sign: &str) -> Option<Comparison> {
    let sign = sign
        .replace("\\u003e", ">")
        .replace("\\u003c", "<")
        .replace("\\u003d", "=")
        .replace("&gt;", ">")
        .replace("&lt;", "<");
    match sign.trim() {
        ">" => Some(Comparison::Above),
        ">=" => Some(Comparison::AtLeast),
        "<" => Some(Comparison::Below),
        "<=" => Some(Comparison::AtMost),
        "=" | "==" => Some(Comparison::Equal),
        "!=" | "<>" => Some(Comparison::NotEqual),
        _ => None,
    }
}

/// Seconds of a span such as `3m`; a bare number counts minutes.
fn span(text: &str) -> Option<u32> {
    let text = text.trim();
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(number) => (number, text.chars().next_back()?),
        None => (text, 'm'),
    };
    let seconds = match unit {
        's' => 1,
        'h' => 3600,
        'd' => 86_400,
        _ => 60,
    };
    number
        .trim()
        .parse::<u32>()
        .ok()?
        .checked_mul(seconds)
        .filter(|seconds| *seconds > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::ksc_monitor::ops::Figure;

    #[test]
    fn a_rule_is_read_from_both_forms() {
        let mut wire = TriggerRule {
            period: "3m".into(),
            method: "avg".into(),
            compare: "\\u003e".into(),
            trigger_value: Figure::new(90.0),
            item_name: "磁盘使用率".into(),
            item_key: "vfs.fs.size".into(),
            interval: "5m".into(),
            points: 0,
            ..TriggerRule::default()
        };
        let read = condition(&wire).expect("understood");
        assert_eq!(read.comparison, Comparison::Above);
        assert_eq!((read.period, read.points), (180, 1));
        assert_eq!(read.repeat_every, Some(300));
        wire.compare = "~".into();
        let words = condition(&wire).expect_err("not understood");
        assert_eq!(words, "磁盘使用率: the comparison \"~\" is not understood");
    }

    #[test]
    fn spans_are_read_without_panics() {
        let cases = [
            ("3m", Some(180)),
            ("1h", Some(3600)),
            ("60s", Some(60)),
            ("5", Some(300)),
            ("0m", None),
            ("", None),
            ("m", None),
            ("三m", None),
            ("99999999d", None),
        ];
        for (text, seconds) in cases {
            assert_eq!(span(text), seconds, "{text}");
        }
    }
}
