//! The alarms of ESM's two lists: those of the troubles, and passing ones (huawei-esm.md, 7.4).
//!
//! Alarms are not kept: they follow from the troubles and from chance, so that equal questions get equal answers.

use std::time::Duration;

use jiff::Timestamp;

use super::state::Estate;
use super::things::alarms::EsmAlarm;
use super::things::machines::Machine;
use super::things::stamp::before;
use super::things::troubles::Trouble;
use crate::sim::chance;
use crate::sim::scenario::{AlarmList, AlarmSpec, Cloud};

/// How long after it is fully there a trouble is reported.
const NOTICED: Duration = Duration::from_secs(20);
/// How often an open alarm is reported again.
const REPEATED: Duration = Duration::from_secs(180);

impl Estate {
    /// The alarms of a list that were reported between two instants (the second excluded), oldest first.
    pub fn alarms(&self, list: AlarmList, from: Timestamp, to: Timestamp) -> Vec<EsmAlarm> {
        let to = to.min(self.now + Duration::from_millis(1));
        let of_troubles = self
            .troubles
            .iter()
            .enumerate()
            .filter_map(|(index, trouble)| self.alarm_of(index, trouble, list));
        let mut alarms: Vec<EsmAlarm> = of_troubles
            .chain(self.passing(list, from, to))
            .chain(self.stormy(list))
            .filter(|alarm| from <= alarm.latest && alarm.latest < to)
            .collect();
        alarms.sort_by_key(|alarm| (alarm.first, alarm.csn));
        alarms
    }

    fn alarm_of(&self, index: usize, trouble: &Trouble, list: AlarmList) -> Option<EsmAlarm> {
        let what = trouble.alarm.as_ref().filter(|what| what.list == list)?;
        let first = trouble.from + trouble.rise + NOTICED;
        let machine = self.machine(&trouble.on)?;
        // One out of three is taken note of, and the longer ago it began the likelier.
        let luck = chance::fraction(self.seed, &["ack", &trouble.on, &what.name]);
        let acked_at = first + Duration::from_secs(120 + chance::part(luck, 480));
        let acked = (luck < 0.3).then_some((acked_at, "on-duty"));
        let alarm = EsmAlarm {
            csn: 12_346_000 + 7 * index as u64,
            acked,
            ..at_first(what, machine, first)
        };
        self.until_now(
            alarm,
            trouble.until.map(|until| until + Duration::from_secs(5)),
        )
    }

    /// Repeats, acknowledges and clears an alarm as far as time has come; `None` when it is still to come.
    fn until_now(&self, mut alarm: EsmAlarm, over: Option<Timestamp>) -> Option<EsmAlarm> {
        if alarm.first > self.now {
            return None;
        }
        let over = over.filter(|over| *over <= self.now);
        let open_until = over.unwrap_or(self.now);
        let open = open_until.as_second() - alarm.first.as_second();
        let repeats =
            u32::try_from(open.max(0).unsigned_abs() / REPEATED.as_secs()).unwrap_or(u32::MAX);
        alarm.count = repeats.saturating_add(1);
        alarm.latest = alarm.first + REPEATED * repeats;
        alarm.cleared = over;
        alarm.acked = alarm.acked.filter(|(at, _)| *at <= open_until);
        Some(alarm)
    }

    /// Alarms that come and go: chance decides for each slot of time whether there is one.
    fn passing(&self, list: AlarmList, from: Timestamp, to: Timestamp) -> Vec<EsmAlarm> {
        let per_hour = i64::from(self.passing_alarms_per_hour);
        if per_hour == 0 {
            return Vec::new();
        }
        let slot = 3600 / per_hour.min(60);
        // Not further back than two days: nobody scrolls that far, and windows of two months are asked for.
        let from = before(from.max(before(self.now, 2 * 86_400)), 3600);
        let slots = from.as_second().div_euclid(slot)..=to.as_second().div_euclid(slot);
        slots
            .filter_map(|index| self.passing_in(list, slot, index))
            .collect()
    }

    fn passing_in(&self, list: AlarmList, slot: i64, index: i64) -> Option<EsmAlarm> {
        let word = format!("{list:?} {index}");
        let luck = |what: &str| chance::fraction(self.seed, &["passing", &word, what]);
        if luck("is") > 0.6 {
            return None;
        }
        let machine =
            self.some_machine(list, chance::number(self.seed, &["passing", &word, "on"]))?;
        let kinds = kinds(list);
        let (name, severity, service, code) =
            kinds[usize::try_from(chance::part(luck("kind"), kinds.len() as u64)).unwrap_or(0)];
        let what = AlarmSpec {
            list,
            name: name.to_owned(),
            severity,
            service: service.to_owned(),
            code,
            information: String::new(),
        };
        let first = Timestamp::from_second(
            index * slot + chance::part(luck("at"), slot.unsigned_abs()).cast_signed(),
        )
        .ok()?;
        let lasts = Duration::from_secs(180 + chance::part(luck("lasts"), 1500));
        let alarm = EsmAlarm {
            csn: index.unsigned_abs() * 3 + chance::part(luck("csn"), 3),
            ..at_first(&what, machine, first)
        };
        self.until_now(alarm, Some(first + lasts))
    }

    /// The alarms of the storms so far.
    fn stormy(&self, list: AlarmList) -> Vec<EsmAlarm> {
        let fitting: Vec<&Machine> = self.site_machines().collect();
        let storms = self
            .storms
            .iter()
            .enumerate()
            .filter(|(_, storm)| storm.what.list == list && storm.from <= self.now);
        let mut alarms = Vec::new();
        for (number, storm) in storms {
            for index in 0..storm.count {
                let Some(machine) = fitting.get(index % fitting.len().max(1)) else {
                    return alarms;
                };
                let first = storm.from + storm.over.mul_f64(index as f64 / storm.count as f64);
                let alarm = EsmAlarm {
                    csn: 50_000_000 + 1_000_000 * number as u64 + index as u64,
                    ..at_first(&storm.what, machine, first)
                };
                let over = storm.lasts.map(|lasts| first + lasts);
                alarms.extend(self.until_now(alarm, over));
            }
        }
        alarms
    }

    fn some_machine(&self, list: AlarmList, number: u64) -> Option<&Machine> {
        let fitting: Vec<&Machine> = self
            .machines
            .iter()
            .filter(|machine| machine.id_in(Cloud::Huawei).is_some())
            .filter(|machine| list == AlarmList::Service || machine.is_server())
            .collect();
        let index = number.checked_rem(fitting.len() as u64)?;
        fitting.get(usize::try_from(index).ok()?).copied()
    }
}

/// An alarm as it is the first time.
fn at_first(what: &AlarmSpec, machine: &Machine, first: Timestamp) -> EsmAlarm {
    EsmAlarm {
        csn: 0,
        what: what.clone(),
        on: machine.name.clone(),
        ip: machine.ip.clone(),
        first,
        latest: first,
        count: 1,
        cleared: None,
        acked: None,
    }
}

fn kinds(list: AlarmList) -> &'static [(&'static str, u8, &'static str, u32)] {
    match list {
        AlarmList::Service => &[
            ("ECS宿主机内存使用率过高", 3, "ECS", 100_201),
            ("EVS latency above 20 ms", 4, "EVS", 100_388),
            ("Snapshot failed, will be repeated", 4, "EVS", 100_390),
            ("EIP bandwidth above 80 %", 4, "EIP", 100_460),
        ],
        AlarmList::Device => &[
            ("风扇转速异常", 4, "Server", 200_103),
            ("Port flapping", 4, "Network", 200_310),
            ("Correctable memory errors", 4, "Server", 200_140),
            ("BGP peer re-established", 4, "Network", 200_322),
        ],
    }
}
