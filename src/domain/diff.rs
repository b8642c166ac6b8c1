//! What is different between two texts, line by line.

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is in both.
    Same,
    /// It is in the old text only.
    Gone,
    /// It is in the new text only.
    New,
}

/// Lines that differ in the middle of the two texts are compared one with each other up to this number of pairs;
/// beyond it the whole middle counts as replaced.
const PAIRS: usize = 4_000_000;

/// The lines of both texts in order, each with what became of it.
pub fn lines<'t>(old: &'t str, new: &'t str) -> Vec<(Change, &'t str)> {
    let old: Vec<&str> = old.lines().collect();
    let new: Vec<&str> = new.lines().collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let (middle_old, middle_new) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let same = |line: &&'t str| (Change::Same, *line);
    let mut all: Vec<(Change, &str)> = old[..head].iter().map(same).collect();
    all.extend(middle(middle_old, middle_new));
    all.extend(old[old.len() - tail..].iter().map(same));
    all
}

/// How many lines differ: the larger of those that went and those that came.
pub fn distance(old: &str, new: &str) -> usize {
    let lines = lines(old, new);
    let count = |wanted| lines.iter().filter(|(change, _)| *change == wanted).count();
    count(Change::Gone).max(count(Change::New))
}

fn middle<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(Change, &'t str)> {
    if old.len().saturating_mul(new.len()) > PAIRS {
        let gone = old.iter().map(|line| (Change::Gone, *line));
        return gone
            .chain(new.iter().map(|line| (Change::New, *line)))
            .collect();
    }
    // Lengths of the longest common subsequence of the rests, from the end.
    let width = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut all) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            all.push((Change::Same, old[i]));
            i += 1;
            j += 1;
        } else if common[(i + 1) * width + j] >= common[i * width + j + 1] {
            all.push((Change::Gone, old[i]));
            i += 1;
        } else {
            all.push((Change::New, new[j]));
            j += 1;
        }
    }
    all.extend(old[i..].iter().map(|line| (Change::Gone, *line)));
    all.extend(new[j..].iter().map(|line| (Change::New, *line)));
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_differs_is_marked() {
        use Change::{Gone, New, Same};
        assert_eq!(
            lines("a\nb\nc\nd", "a\nx\nc\nd\ne"),
            [
                (Same, "a"),
                (Gone, "b"),
                (New, "x"),
                (Same, "c"),
                (Same, "d"),
                (New, "e")
            ]
        );
        assert_eq!(distance("a\nb", "a\nc"), 1);
        assert_eq!(distance("", ""), 0);
        assert_eq!(distance("", "a"), 1);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_the_difference(
            old in proptest::collection::vec("[abc]", 0..12),
            new in proptest::collection::vec("[abc]", 0..12),
        ) {
            let (old, new) = (old.join("\n"), new.join("\n"));
            let all = lines(&old, &new);
            let without = |unwanted| -> Vec<&str> {
                all.iter().filter(|(change, _)| *change != unwanted).map(|(_, line)| *line).collect()
            };
            prop_assert_eq!(without(Change::New), old.lines().collect::<Vec<_>>());
            prop_assert_eq!(without(Change::Gone), new.lines().collect::<Vec<_>>());
        }
    }
}
