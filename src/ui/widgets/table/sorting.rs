//! Puts rows in the order of a column: a hundred thousand of them within a frame. Each value is written once as bytes that
//! compare as the value does. Their first bytes and the row's place make one number, so that nearly all of the work is
//! sorting numbers; only rows that begin alike are looked at again, by the bytes that follow.

use std::ops::Range;

use super::Rows;

/// How many bytes of a key are compared at once. The rest of the number is the row's place.
const HEAD: usize = size_of::<u128>() - size_of::<u32>();

/// The keys of all rows, one behind another.
struct Keys {
    bytes: Vec<u8>,
    /// Where each key is, by the row's place.
    at: Vec<Range<usize>>,
    descending: bool,
}

/// These rows in the order of a column; those of which nothing is known stand at the end in both directions, and of
/// equal ones the first stays the first.
pub(super) fn sorted<R: Rows>(
    rows: &R,
    order: &[usize],
    column: usize,
    descending: bool,
) -> Vec<usize> {
    let mut keys = Keys {
        bytes: Vec::new(),
        at: Vec::with_capacity(order.len()),
        descending,
    };
    let mut known = Vec::with_capacity(order.len());
    let mut unknown = Vec::new();
    for row in order {
        let begun = keys.bytes.len();
        if rows.value(*row, column).sort_key(&mut keys.bytes).is_some() {
            keys.at.push(begun..keys.bytes.len());
            known.push(*row);
        } else {
            unknown.push(*row);
        }
    }
    let places = 0..u32::try_from(known.len()).unwrap_or(u32::MAX);
    let mut places: Vec<u128> = places.map(u128::from).collect();
    keys.sort(&mut places);
    places
        .into_iter()
        .filter_map(|entry| known.get(place(entry)).copied())
        .chain(unknown)
        .collect()
}

impl Keys {
    /// Sorts places by their keys.
    fn sort(&self, places: &mut [u128]) {
        // What is still to be sorted, and from which byte on: before it the keys are alike.
        let mut open = vec![(0..places.len(), 0)];
        while let Some((range, from)) = open.pop() {
            let begun = range.start;
            let part = places.get_mut(range).unwrap_or_default();
            for entry in part.iter_mut() {
                *entry = self.head(place(*entry), from) << u32::BITS | *entry & PLACE;
            }
            part.sort_unstable();
            let mut begin = begun;
            for alike in part.chunk_by(|a, b| a >> u32::BITS == b >> u32::BITS) {
                let end = begin + alike.len();
                let next = from + HEAD;
                let goes_on = |entry: &u128| self.key(place(*entry)).len() > next;
                if alike.len() > 1 && alike.iter().any(goes_on) {
                    open.push((begin..end, next));
                }
                begin = end;
            }
        }
    }

    fn key(&self, place: usize) -> &[u8] {
        let at = self.at.get(place).cloned().unwrap_or_default();
        self.bytes.get(at).unwrap_or_default()
    }

    /// The bytes of a key from `from` on, at most [`HEAD`], as a number that compares as they do in the wanted
    /// direction.
    fn head(&self, place: usize, from: usize) -> u128 {
        let mut whole = [0; size_of::<u128>()];
        let bytes = self.key(place).get(from..).unwrap_or_default();
        let head = whole.iter_mut().skip(size_of::<u32>());
        head.zip(bytes).for_each(|(to, byte)| *to = *byte);
        let head = u128::from_be_bytes(whole);
        if self.descending {
            !head & (u128::MAX >> u32::BITS)
        } else {
            head
        }
    }
}

/// The part of an entry that is the row's place.
const PLACE: u128 = u32::MAX as u128;

/// The row's place among those that are sorted.
fn place(entry: u128) -> usize {
    usize::try_from(entry & PLACE).unwrap_or_default()
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
            prop_assert_eq!(sorted(&rows, &order, 0, descending), expected);
        }
    }

    #[test]
    fn texts_that_are_long_and_alike_are_sorted() {
        let long = "x".repeat(1_000_000);
        let rows = Texts(vec![format!("{long}b"), format!("{long}a"), long]);
        assert_eq!(sorted(&rows, &[0, 1, 2], 0, false), [2, 1, 0]);
    }
}
