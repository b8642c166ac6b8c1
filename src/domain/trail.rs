//! What hangs together in a night: which alarm led to which incident and order, and what happened to an incident when.
//! The services know nothing of it, so it is kept here.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::account::{AccountId, SystemId};
use super::alarm::{Alarm, Comparison, Threshold};
use super::incident::IncidentId;
use super::metric::{SeriesKey, Statistic};
use super::script::OrderId;
use super::text::SafeText;

/// Something that an alarm or an incident led to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Linked {
    /// An incident.
    Incident(AccountId, IncidentId),
    /// A work order.
    Order(AccountId, OrderId),
}

/// What led to something.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// What was made.
    pub of: Linked,
    /// When.
    pub at: Timestamp,
    /// The alarm it was made for.
    pub alarm: Option<Watched>,
    /// The incident it was made for.
    pub incident: Option<(AccountId, IncidentId)>,
}

/// An alarm as it was when something was done about it: enough to tell later whether it helped.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// Where the alarm comes from.
    pub account: AccountId,
    /// What was wrong.
    pub title: SafeText,
    /// What it was wrong with.
    pub resource: SafeText,
    /// The metric and the line it must not cross.
    pub line: Threshold,
}

impl Watched {
    /// What to watch of an alarm; `None` when there is no metric behind it.
    pub fn of(alarm: &Alarm) -> Option<Self> {
        Some(Self {
            account: alarm.account.clone(),
            title: alarm.title.clone(),
            resource: alarm.resource.clone(),
            line: alarm.threshold.clone()?,
        })
    }
}

/// A line of an incident's time line that the service does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The incident's account.
    pub account: AccountId,
    /// The incident.
    pub incident: IncidentId,
    /// When it happened.
    pub at: Timestamp,
    /// What sort of line it is.
    pub kind: NoteKind,
    /// What happened, in words.
    pub text: SafeText,
}

/// What sort of line of a time line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// Somebody typed it.
    Remark,
    /// A step that was taken from here: created, accepted, WarRoom opened, …
    Step,
    /// A script was run for it.
    Run,
    /// It helped.
    Recovered,
    /// It did not help.
    Breaching,
}

impl NoteKind {
    /// All sorts.
    pub const ALL: [Self; 5] = [
        Self::Remark,
        Self::Step,
        Self::Run,
        Self::Recovered,
        Self::Breaching,
    ];

    /// Its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Remark => "remark",
            Self::Step => "step",
            Self::Run => "run",
            Self::Recovered => "recovered",
            Self::Breaching => "breaching",
        }
    }

    /// The sort with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Link {
    /// What led to it, as it is kept: JSON, so that other programs can read it, too.
    pub fn to_json(&self) -> Json {
        json!({
            "at": self.at.as_second(),
            "alarm": self.alarm.as_ref().map(watched_json),
            "incident": self.incident.as_ref().map(|(account, id)| json!({
                "account": account_json(account), "id": id.raw(),
            })),
        })
    }

    /// What was kept about `of`. Parts that cannot be read are left out.
    pub fn from_json(of: Linked, kept: &Json) -> Self {
        let incident = &kept["incident"];
        let at = kept["at"].as_i64().unwrap_or(0);
        Self {
            of,
            at: Timestamp::from_second(at).unwrap_or(Timestamp::UNIX_EPOCH),
            alarm: watched(&kept["alarm"]),
            incident: account(&incident["account"])
                .zip(incident["id"].as_str().map(SafeText::from)),
        }
    }
}

fn account_json(account: &AccountId) -> Json {
    json!([&*account.profile, account.system.id()])
}

fn account(kept: &Json) -> Option<AccountId> {
    let system = SystemId::parse(kept[1].as_str()?)?;
    Some(AccountId::new(kept[0].as_str()?, system))
}

fn watched_json(watched: &Watched) -> Json {
    let Threshold {
        series,
        statistic,
        period,
        comparison,
        value,
        unit,
    } = &watched.line;
    json!({
        "account": account_json(&watched.account),
        "title": watched.title.raw(),
        "resource": watched.resource.raw(),
        "series": [series.namespace.raw(), series.instance.raw(), series.metric.raw()],
        "statistic": statistic_name(*statistic),
        "period": period,
        "comparison": comparison.sign(),
        "value": value,
        "unit": unit.raw(),
    })
}

fn watched(kept: &Json) -> Option<Watched> {
    let text = |name: &str| kept[name].as_str();
    let series = &kept["series"];
    Some(Watched {
        account: account(&kept["account"])?,
        title: text("title")?.into(),
        resource: text("resource")?.into(),
        line: Threshold {
            series: SeriesKey::new(
                series[0].as_str()?,
                series[1].as_str()?,
                series[2].as_str()?,
            ),
            statistic: STATISTICS
                .into_iter()
                .find(|known| Some(statistic_name(*known)) == text("statistic"))?,
            period: kept["period"].as_u64()?.try_into().ok()?,
            comparison: COMPARISONS
                .into_iter()
                .find(|known| Some(known.sign()) == text("comparison"))?,
            value: kept["value"].as_f64()?,
            unit: text("unit")?.into(),
        },
    })
}

const COMPARISONS: [Comparison; 6] = [
    Comparison::Above,
    Comparison::AtLeast,
    Comparison::Below,
    Comparison::AtMost,
    Comparison::Equal,
    Comparison::NotEqual,
];

const STATISTICS: [Statistic; 5] = [
    Statistic::Average,
    Statistic::Max,
    Statistic::Min,
    Statistic::Sum,
    Statistic::Last,
];

const fn statistic_name(statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Average => "average",
        Statistic::Max => "max",
        Statistic::Min => "min",
        Statistic::Sum => "sum",
        Statistic::Last => "last",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_led_to_something_survives_being_kept() {
        let coc = AccountId::new("prod", SystemId::HuaweiCoc);
        for comparison in COMPARISONS {
            for statistic in STATISTICS {
                let link = Link {
                    of: Linked::Order(coc.clone(), "SCT1".into()),
                    at: Timestamp::from_second(1_790_000_000).unwrap(),
                    alarm: Some(Watched {
                        account: AccountId::new("prod", SystemId::KscMonitor),
                        title: "CPU > 90 %".into(),
                        resource: "web-03".into(),
                        line: Threshold {
                            series: SeriesKey::new("KEC", "i-1", "cpu"),
                            statistic,
                            period: 60,
                            comparison,
                            value: 90.0,
                            unit: "%".into(),
                        },
                    }),
                    incident: Some((coc.clone(), "IM1".into())),
                };
                assert_eq!(Link::from_json(link.of.clone(), &link.to_json()), link);
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let of = Linked::Incident(AccountId::new("prod", SystemId::HuaweiCoc), "IM1".into());
        let link = Link::from_json(of, &json!({"alarm": {"title": 1}, "incident": []}));
        assert_eq!((link.alarm, link.incident), (None, None));
        assert_eq!(NoteKind::parse("remark"), Some(NoteKind::Remark));
        assert_eq!(NoteKind::parse("x"), None);
    }
}
