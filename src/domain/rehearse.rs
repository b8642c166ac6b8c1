//! Rehearsal of a rule: how often and how long it would have fired on samples that are held. Pure.

use super::alarm::Comparison;
use super::metric::Sample;

/// A rule to be tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// How a value is compared.
    pub comparison: Comparison,
    /// With what.
    pub threshold: f64,
    /// How many periods in a row must breach, at least 1.
    pub cycles: u32,
}

/// One time that the rule would have fired.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burn {
    /// Start of the first breaching period, in seconds since the Unix epoch.
    pub from: i64,
    /// End of the last one.
    pub to: i64,
    /// The value farthest beyond the threshold.
    pub worst: f64,
}

/// What a rehearsal found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rehearsal {
    /// When it would have fired, oldest first.
    pub burns: Vec<Burn>,
    /// How many samples were looked at.
    pub samples: usize,
    /// Seconds in which it would have been firing, in all.
    pub seconds: i64,
}

/// Tries a rule on samples, which ascend in time and are `period` seconds apart where there is no gap. A gap ends a
/// run of breaches, because nobody knows what happened in it.
pub fn rehearse(trial: Trial, samples: &[Sample], period: u32) -> Rehearsal {
    let period = i64::from(period.max(1));
    let mut found = Rehearsal {
        samples: samples.len(),
        ..Rehearsal::default()
    };
    let mut run: Option<(Burn, u32)> = None;
    for sample in samples {
        let breaches = trial.comparison.holds(sample.value, trial.threshold);
        let adjacent = run.is_some_and(|(burn, _)| sample.at - burn.to < period);
        if run.is_some() && !(breaches && adjacent) {
            found.close(run.take(), trial.cycles);
        }
        if !breaches {
            continue;
        }
        let (burn, count) = run.get_or_insert((
            Burn {
                from: sample.at,
                to: sample.at,
                worst: sample.value,
            },
            0,
        ));
        burn.to = sample.at + period;
        *count += 1;
        let distance = |value: f64| (value - trial.threshold).abs();
        if distance(sample.value) > distance(burn.worst) {
            burn.worst = sample.value;
        }
    }
    found.close(run, trial.cycles);
    found
}

impl Rehearsal {
    fn close(&mut self, run: Option<(Burn, u32)>, cycles: u32) {
        if let Some((burn, count)) = run
            && count >= cycles.max(1)
        {
            self.seconds += burn.to - burn.from;
            self.burns.push(burn);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[(i64, f64)]) -> Vec<Sample> {
        let sample = |(minute, value): &(i64, f64)| Sample {
            at: minute * 60,
            value: *value,
        };
        values.iter().map(sample).collect()
    }

    fn above(threshold: f64, cycles: u32) -> Trial {
        Trial {
            comparison: Comparison::Above,
            threshold,
            cycles,
        }
    }

    #[test]
    fn runs_are_counted_and_short_ones_are_not() {
        let data = samples(&[
            (0, 1.0),
            (1, 9.0),
            (2, 1.0),
            (3, 8.0),
            (4, 9.5),
            (5, 8.0),
            (6, 2.0),
        ]);
        let found = rehearse(above(5.0, 2), &data, 60);
        let expected = Burn {
            from: 180,
            to: 360,
            worst: 9.5,
        };
        assert_eq!(
            (found.burns.as_slice(), found.seconds),
            (&[expected][..], 180)
        );
        assert_eq!(found.samples, 7);
        assert_eq!(rehearse(above(5.0, 1), &data, 60).burns.len(), 2);
        assert!(rehearse(above(5.0, 4), &data, 60).burns.is_empty());
    }

    #[test]
    fn a_gap_ends_a_run_and_the_end_of_the_samples_does_too() {
        let data = samples(&[(0, 9.0), (1, 9.0), (5, 9.0), (6, 9.0)]);
        let found = rehearse(above(5.0, 2), &data, 60);
        assert_eq!(found.burns.len(), 2);
        assert_eq!(found.seconds, 240);
        assert!(rehearse(above(5.0, 3), &data, 60).burns.is_empty());
        assert_eq!(rehearse(above(5.0, 1), &[], 60), Rehearsal::default());
    }

    #[test]
    fn a_stricter_rule_never_fires_for_less_time() {
        let values: Vec<(i64, f64)> = (0..200)
            .map(|i| (i, f64::from(u32::try_from(i * 37 % 100).unwrap_or(0))))
            .collect();
        let data = samples(&values);
        let mut before = 0;
        for threshold in (0..100).rev() {
            let found = rehearse(above(f64::from(threshold), 1), &data, 60);
            assert!(found.seconds >= before, "{threshold}");
            before = found.seconds;
        }
    }
}
