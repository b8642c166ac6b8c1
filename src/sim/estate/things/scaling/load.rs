//! Load that members share: with more of them each has less, so that growing helps and shrinking hurts.

use jiff::Timestamp;

use super::Group;
use crate::sim::estate::things::machines::Machine;
use crate::sim::samples::smooth;
use crate::sim::scenario::Measure;

/// How long it takes until a new member bears its part, in seconds.
const TAKING_OVER: f64 = 45.0;

/// What a machine bears that a group could take, but has not taken: nobody sends it anything.
const SPARE: f64 = 0.1;

/// What a member's metric is multiplied with at an instant; `None` when it does not depend on the group's size. The
/// estate began at `start`.
pub fn share(
    groups: &[Group],
    machine: &Machine,
    measure: Measure,
    start: Timestamp,
) -> Option<Share> {
    if !depends_on_size(measure) {
        return None;
    }
    let is_member = |group: &&Group| {
        let mut members = group.members.iter();
        members.any(|member| member.name == machine.name)
    };
    let Some(group) = groups.iter().find(is_member) else {
        let is_spare = groups.iter().any(|group| group.fleet == machine.fleet);
        return is_spare.then(|| Share {
            load: SPARE,
            sizes: vec![(start, 1)],
        });
    };
    Some(Share {
        load: group.load_of?,
        sizes: group.sizes.clone(),
    })
}

fn depends_on_size(measure: Measure) -> bool {
    !matches!(measure, Measure::Memory | Measure::Disk | Measure::Errors)
}

/// How a load is spread over time.
#[derive(Debug, Clone)]
pub struct Share {
    load: f64,
    sizes: Vec<(Timestamp, usize)>,
}

impl Share {
    /// What a metric is multiplied with at an instant.
    pub fn at(&self, at: Timestamp) -> f64 {
        let of = |size: usize| self.load / (size.max(1) as f64);
        let now = self.sizes.iter().rposition(|(since, _)| *since <= at);
        let Some(now) = now else {
            return self.sizes.first().map_or(1.0, |(_, size)| of(*size));
        };
        let (since, size) = self.sizes[now];
        let before = now
            .checked_sub(1)
            .map_or(size, |before| self.sizes[before].1);
        let passed = (at.as_millisecond() - since.as_millisecond()) as f64 / 1000.0;
        let (from, to) = (of(before), of(size));
        from + (to - from) * smooth(passed / TAKING_OVER)
    }
}

impl Group {
    /// The load on the members is, from now on, that of as many as there are.
    pub(super) fn bears(&mut self, since: Timestamp) {
        self.load_of = Some(self.members.len().max(1) as f64);
        self.sizes = vec![(since, self.members.len())];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_the_members_bear_half_each_after_a_while() {
        let at = |second: i64| Timestamp::from_second(1_795_000_000 + second).expect("a time");
        let share = Share {
            load: 4.0,
            sizes: vec![(at(0), 4), (at(100), 8)],
        };
        assert!((share.at(at(-5)) - 1.0).abs() < 1e-9);
        assert!((share.at(at(100)) - 1.0).abs() < 1e-9);
        assert!((share.at(at(145)) - 0.5).abs() < 1e-9);
        assert!(share.at(at(120)) < 1.0 && share.at(at(120)) > 0.5);
    }
}
