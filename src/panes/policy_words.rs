//! Rules, statistics and ways to tell somebody, in words.

use crate::domain::alarm::Condition;
use crate::domain::contact::Reach;
use crate::domain::metric::Statistic;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::rates::Rates;

/// `CPU > 90 %`, for narrow places.
pub fn short_rule(rule: &Condition, rates: Rates) -> String {
    format!(
        "{} {} {}",
        name_of(rule),
        rule.comparison.sign(),
        rates.text(rule.threshold, rule.unit.shown())
    )
}

fn name_of(rule: &Condition) -> &str {
    if rule.label.is_empty() {
        rule.metric.shown()
    } else {
        rule.label.shown()
    }
}

/// A rule as a sentence in the user's language and unit.
pub fn sentence(rule: &Condition, rates: Rates, lang: Lang) -> String {
    let mut text = lang.tf(
        "policies.sentence",
        &[
            ("metric", name_of(rule)),
            ("statistic", &statistic(rule.statistic, lang)),
            ("period", &format::duration(lang, rule.period.into())),
            ("sign", rule.comparison.sign()),
            ("threshold", &rates.text(rule.threshold, rule.unit.shown())),
            ("points", &rule.points.to_string()),
        ],
    );
    if let Some((from, to)) = &rule.effective {
        let values = [("from", from.shown()), ("to", to.shown())];
        text.push_str(&lang.tf("policies.effective", &values));
    }
    if let Some(seconds) = rule.repeat_every {
        let every = format::duration(lang, seconds.into());
        text.push_str(&lang.tf("policies.repeat", &[("every", &every)]));
    }
    if let Some(count) = rule.max_notifications {
        text.push_str(&lang.tf("policies.at_most", &[("count", &count.to_string())]));
    }
    text
}

/// What a statistic is called.
pub fn statistic(statistic: Statistic, lang: Lang) -> String {
    let key = match statistic {
        Statistic::Average => "statistic.average",
        Statistic::Max => "statistic.max",
        Statistic::Min => "statistic.min",
        Statistic::Sum => "statistic.sum",
        Statistic::Last => "statistic.last",
    };
    lang.t(key).into_owned()
}

/// How somebody is told.
pub fn reach(reach: Reach, lang: Lang) -> String {
    match reach {
        Reach::Mail => lang.t("policies.mail").into_owned(),
        Reach::Sms => lang.t("policies.sms").into_owned(),
        Reach::Both => lang.t("policies.mail_and_sms").into_owned(),
        Reach::Other(number) => lang.tf("policies.reach", &[("number", &number.to_string())]),
    }
}
