//! Puts rows in the order of a column: a hundred thousand of them within a frame. Each value is written once as bytes that
//! compare as the value does, and its first bytes as one number, so that comparing two rows neither allocates nor reads
//! text, as a rule.

use std::ops::Range;

use super::Rows;

/// How many bytes of a key are compared as one number.
const HEAD: usize = size_of::<u128>();

/// A row whose value is known.
struct Keyed {
    head: u128,
    /// What does not fit into the head, in the bytes of all keys.
    tail: Range<usize>,
    /// Where the row stood before: of equal rows the first stays the first, in both directions.
    place: usize,
}

/// These rows in the order of a column; those of which nothing is known stand at the end in both directions.
pub(super) fn sorted<R: Rows>(
    rows: &R,
    order: &[usize],
    column: usize,
    descending: bool,
) -> Vec<usize> {
    let mut bytes = Vec::new();
    let mut keyed = Vec::with_capacity(order.len());
    let mut unknown = Vec::new();
    for (place, row) in order.iter().enumerate() {
        let begun = bytes.len();
        if rows.value(*row, column).sort_key(&mut bytes).is_none() {
            unknown.push(*row);
            continue;
        }
        let tail = (begun + HEAD).min(bytes.len())..bytes.len();
        let head = bytes.get(begun..tail.start).map_or(0, head);
        keyed.push(Keyed { head, tail, place });
    }
    let tail = |key: &Keyed| bytes.get(key.tail.clone());
    keyed.sort_unstable_by(|a, b| {
        let ascending = a.head.cmp(&b.head).then_with(|| tail(a).cmp(&tail(b)));
        let directed = if descending {
            ascending.reverse()
        } else {
            ascending
        };
        directed.then(a.place.cmp(&b.place))
    });
    keyed
        .iter()
        .filter_map(|key| order.get(key.place).copied())
        .chain(unknown)
        .collect()
}

/// The first bytes of a key, at most [`HEAD`], as a number that compares as they do.
fn head(first: &[u8]) -> u128 {
    let mut whole = [0; HEAD];
    whole
        .iter_mut()
        .zip(first)
        .for_each(|(to, from)| *to = *from);
    u128::from_be_bytes(whole)
}
