//! Outputs of many machines, folded by sameness: what most of them say, what others say instead. It is done where an
//! order is read, because outputs may be megabytes and the screen must not wait.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use super::diff;
use super::script::{Group, HostRun, Order, RunStatus, Shortened};
use super::text::SafeText;

/// Bytes of a machine's output that are kept: its end. Outputs may have a megabyte each, and an order two hundred
/// machines.
pub const KEPT: usize = 128 * 1024;

/// Keeps the end of a very long output, from the beginning of a line where there is one.
pub fn shorten(host: &mut HostRun) {
    let whole = host.output.raw();
    let Some(least) = whole.len().checked_sub(KEPT).filter(|surplus| *surplus > 0) else {
        return;
    };
    let from = (least..whole.len())
        .find(|at| whole.is_char_boundary(*at))
        .unwrap_or(whole.len());
    let end = whole.get(from..).unwrap_or_default();
    let end = end.split_once('\n').map_or(end, |(_, rest)| rest);
    let mut hasher = DefaultHasher::new();
    impersonal(host).hash(&mut hasher);
    let shortened = Shortened {
        bytes: whole.len() - end.len(),
        print: hasher.finish(),
    };
    let end = SafeText::new(end);
    host.output = end;
    host.shortened = Some(shortened);
}

/// All machines of an order, batch by batch.
pub fn hosts(order: &Order) -> impl Iterator<Item = &HostRun> {
    order.batches.iter().flat_map(|batch| &batch.hosts)
}

/// Bytes of all outputs of an order.
pub fn size(order: &Order) -> usize {
    hosts(order).map(|host| host.output.raw().len()).sum()
}

const fn has_ended(status: &RunStatus) -> bool {
    matches!(status, RunStatus::Finished | RunStatus::Abnormal)
}

/// The machines that are done, by what they said: the largest group of those that went well first, then the other
/// ones that went well, then those that failed.
pub fn fold(order: &Order) -> Vec<Group> {
    let mut places: HashMap<(RunStatus, Option<u64>, Arc<str>), usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for host in hosts(order).filter(|host| has_ended(&host.status)) {
        let output: Arc<str> = impersonal(host).into();
        let print = host.shortened.map(|shortened| shortened.print);
        let key = (host.status.clone(), print, Arc::clone(&output));
        let place = *places.entry(key).or_insert_with(|| {
            groups.push(Group {
                status: host.status.clone(),
                names: Vec::new(),
                output,
                differs: 0,
            });
            groups.len() - 1
        });
        groups[place].names.push(host.name.clone());
    }
    groups.sort_by_key(|group| {
        let failed = group.status != RunStatus::Finished;
        (failed, std::cmp::Reverse(group.names.len()))
    });
    if let Some((first, rest)) = groups.split_first_mut() {
        for group in rest {
            // What is the same to its last line may differ before what is kept of it.
            let unlike = usize::from(group.status == first.status);
            group.differs = diff::distance(&first.output, &group.output).max(unlike);
        }
    }
    groups
}

/// The output of a machine without what is its own.
fn impersonal(host: &HostRun) -> String {
    let mut text = host.output.raw().to_owned();
    for own in [host.name.raw(), host.ip.raw(), host.resource_id.raw()] {
        if !own.is_empty() && text.contains(own) {
            text = text.replace(own, "*");
        }
    }
    text
}
