//! What several handlers of KSC Monitor need: pages and numbers.

/// A page: `PageIndex` from 1.
pub(super) fn page<T>(rows: impl Iterator<Item = T>, index: Option<u32>, size: u32) -> Vec<T> {
    let before = (index.unwrap_or(1).max(1) as usize - 1).saturating_mul(size as usize);
    rows.skip(before).take(size as usize).collect()
}

pub(super) fn id(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

pub(super) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
