//! Puts rows in the order of a column: a hundred thousand of them within a frame. The key of a value is bytes that compare
//! as the value does. Behind what all keys share, the next bytes and the row's place make one number, so that nearly all of
//! the work is sorting numbers; only rows that are still alike are looked at again, by the bytes that follow.

use super::Rows;

/// Room for a key: more than most need, for memory that is not written costs nothing.
const USUAL: usize = 32;
/// How many bytes of a key are compared at once.
const HEAD: usize = 12;
/// Behind them an entry has a bit that says whether the key goes on, and then the row's place.
const GOES_ON: u128 = 1 << 31;
const PLACE: u128 = GOES_ON - 1;

/// These rows in the order of a column; those of which nothing is known stand at the end in both directions, and of
/// equal ones the first stays the first.
pub(super) fn sorted<R: Rows>(
    rows: &R,
    order: &[usize],
    column: usize,
    descending: bool,
) -> Vec<usize> {
    let mut gathered = Gathered::default();
    gathered.add(rows, column, order);
    gathered.sorted(descending)
}

/// Rows and their keys in a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Gathered {
    keys: Keys,
    /// The row of each key.
    known: Vec<usize>,
    /// Rows of which nothing is known.
    unknown: Vec<usize>,
}

impl Gathered {
    /// How many rows were added.
    pub(super) const fn len(&self) -> usize {
        self.known.len() + self.unknown.len()
    }

    pub(super) fn add<R: Rows>(&mut self, rows: &R, column: usize, added: &[usize]) {
        self.keys.reserve(added.len());
        self.known.reserve(added.len());
        for row in added {
            let value = rows.value(*row, column);
            match self.keys.push(|key| value.sort_key(key)) {
                Some(()) => self.known.push(*row),
                None => self.unknown.push(*row),
            }
        }
    }

    fn sorted(self, descending: bool) -> Vec<usize> {
        let Self {
            mut keys,
            known,
            unknown,
        } = self;
        keys.sorted(descending)
            .filter_map(|place| known.get(place).copied())
            .chain(unknown)
            .collect()
    }

    /// The ranks of the rows, when all were added.
    pub(super) fn ranks(mut self) -> Ranks {
        let mut ranks = vec![UNKNOWN; self.len()];
        let mut rank = 0;
        let mut before = None;
        for place in self.keys.sorted(false) {
            if before.is_some_and(|before| self.keys.differ(before, place)) {
                rank += 1;
            }
            before = Some(place);
            let row = self.known.get(place).and_then(|row| ranks.get_mut(*row));
            if let Some(of_row) = row {
                *of_row = rank;
            }
        }
        Ranks(ranks)
    }
}

/// How many different values of a column are less than that of each row: with them, no value has to be looked at to sort.
#[derive(Debug, Clone)]
pub(super) struct Ranks(Vec<u32>);

/// Of rows of which nothing is known.
const UNKNOWN: u32 = u32::MAX;

impl Ranks {
    /// What [`sorted`] says of these rows.
    pub(super) fn sorted(&self, order: &[usize], descending: bool) -> Vec<usize> {
        let rank = |row: usize| match self.0.get(row) {
            None | Some(&UNKNOWN) => UNKNOWN,
            Some(rank) if descending => UNKNOWN - 1 - rank,
            Some(rank) => *rank,
        };
        let mut sorted = order.to_vec();
        sorted.sort_by_cached_key(|row| rank(*row));
        sorted
    }
}

/// The keys of rows, one behind another.
#[derive(Debug, Clone, Default)]
struct Keys {
    bytes: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
}

impl Keys {
    fn reserve(&mut self, rows: usize) {
        self.bytes.reserve(rows * USUAL);
        self.ends.reserve(rows);
    }

    /// Adds a key, if there is one to write.
    fn push(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> Option<()> {
        write(&mut self.bytes)?;
        self.ends.push(self.bytes.len());
        Some(())
    }

    /// Where a key begins.
    fn begin(&self, place: usize) -> usize {
        let before = place
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        before.copied().unwrap_or_default()
    }

    /// The bytes of a key from `from` on.
    fn rest(&self, place: usize, from: usize) -> &[u8] {
        let end = self.ends.get(place).copied().unwrap_or_default();
        let rest = self.bytes.get(self.begin(place) + from..end);
        rest.unwrap_or_default()
    }

    fn differ(&self, one: usize, other: usize) -> bool {
        self.rest(one, 0) != self.rest(other, 0)
    }

    /// The places of the keys in their order.
    fn sorted(&mut self, descending: bool) -> impl Iterator<Item = usize> + use<> {
        let keys = self.ends.len();
        // So that the last heads can be read whole, too.
        self.bytes.extend([0; size_of::<u128>()]);
        let mut entries: Vec<u128> = (0..keys).map(|place| place as u128).collect();
        // What is still to be sorted, and by the bytes from where on: before it the keys are alike.
        let mut open = vec![(0..keys, 0)];
        while let Some((range, from)) = open.pop() {
            let mut begin = range.start;
            let part = entries.get_mut(range).unwrap_or_default();
            let from = from + self.shared(part, from);
            for old in part.iter_mut() {
                *old = self.entry(place(*old), from, descending);
            }
            part.sort_unstable();
            for alike in part.chunk_by(|a, b| a & !PLACE == b & !PLACE) {
                let end = begin + alike.len();
                if goes_on(alike, descending) {
                    open.push((begin..end, from + HEAD));
                }
                begin = end;
            }
        }
        entries.into_iter().map(place)
    }

    /// How many bytes from `from` on are the same in all of these keys.
    fn shared(&self, entries: &[u128], from: usize) -> usize {
        let mut rests = entries.iter().map(|entry| self.rest(place(*entry), from));
        let mut shared = rests.next().unwrap_or_default();
        for rest in rests {
            if !rest.starts_with(shared) {
                let alike = shared.iter().zip(rest).take_while(|(a, b)| a == b);
                shared = shared.get(..alike.count()).unwrap_or_default();
            }
        }
        shared.len()
    }

    /// A number that compares as the bytes of a key from `from` on do in the wanted direction, as far as [`HEAD`], and
    /// where they are the same as the place does.
    fn entry(&self, place: usize, from: usize, descending: bool) -> u128 {
        let rest = self.rest(place, from);
        let begin = self.begin(place) + from;
        let next = self.bytes.get(begin..).and_then(<[u8]>::first_chunk);
        let next = next.map_or(0, |bytes| u128::from_be_bytes(*bytes));
        let of_others = u128::MAX >> (8 * rest.len().min(HEAD));
        let head = next & !of_others;
        let head = if rest.len() > HEAD {
            head | GOES_ON
        } else {
            head
        };
        let head = if descending { head ^ !PLACE } else { head };
        head | place as u128 & PLACE
    }
}

fn place(entry: u128) -> usize {
    usize::try_from(entry & PLACE).unwrap_or_default()
}

/// Are there several of them, and do their keys go on?
fn goes_on(alike: &[u128], descending: bool) -> bool {
    matches!(alike, [first, _, ..] if (first & GOES_ON != 0) != descending)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ui::widgets::cell::{Cell, Value};

    struct Texts(Vec<String>);

    impl Rows for Texts {
        type Id = usize;

        fn len(&self) -> usize {
            self.0.len()
        }

        fn id(&self, row: usize) -> usize {
            row
        }

        fn cell(&self, _: usize, _: usize) -> Cell<'_> {
            Cell::default()
        }

        fn value(&self, row: usize, _: usize) -> Value<'_> {
            match self.0[row].as_str() {
                "" => Value::Missing,
                text => Value::text(text),
            }
        }
    }

    proptest! {
        #[test]
        fn rows_stand_as_their_keys_do(texts in prop::collection::vec("(node-0000-0000-0000-0000-){0,2}[ab磁1]{0,2}", 0..60), descending: bool) {
            let rows = Texts(texts);
            let order: Vec<usize> = (0..rows.len()).rev().collect();
            let key = |row: &usize| {
                let mut bytes = Vec::new();
                rows.value(*row, 0).sort_key(&mut bytes).map(|()| bytes)
            };
            let mut expected = order.clone();
            // A sort that keeps equal rows as they stand.
            expected.sort_by(|a, b| match (key(a), key(b)) {
                (Some(a), Some(b)) if descending => b.cmp(&a),
                (Some(a), Some(b)) => a.cmp(&b),
                (a, b) => b.is_some().cmp(&a.is_some()),
            });
            prop_assert_eq!(sorted(&rows, &order, 0, descending), &expected[..]);
            let mut gathered = Gathered::default();
            let natural: Vec<usize> = (0..rows.len()).collect();
            for piece in natural.chunks(7) {
                gathered.add(&rows, 0, piece);
            }
            prop_assert_eq!(gathered.ranks().sorted(&order, descending), expected);
        }
    }

    #[test]
    fn texts_that_are_long_and_alike_are_sorted() {
        let long = "x".repeat(1_000_000);
        let rows = Texts(vec![format!("{long}b"), format!("{long}a"), long]);
        assert_eq!(sorted(&rows, &[0, 1, 2], 0, false), [2, 1, 0]);
    }
}
