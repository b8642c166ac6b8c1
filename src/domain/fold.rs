//! Outputs of many machines, folded by sameness: what most of them say, what others say instead. It is done where an
//! order is read, because outputs may be megabytes and the screen must not wait.

use std::collections::HashMap;
use std::sync::Arc;

use super::diff;
use super::script::{HostRun, Order, RunStatus};
use super::text::SafeText;

/// Machines that ended alike and said the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// How they ended.
    pub status: RunStatus,
    /// Names of the machines.
    pub names: Vec<SafeText>,
    /// What they said, with `*` where each names itself.
    pub output: Arc<str>,
    /// In how many lines that is different from what the first group said.
    pub differs: usize,
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
    let mut places: HashMap<(RunStatus, Arc<str>), usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for host in hosts(order).filter(|host| has_ended(&host.status)) {
        let output: Arc<str> = impersonal(host).into();
        let key = (host.status.clone(), Arc::clone(&output));
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
            group.differs = diff::distance(&first.output, &group.output);
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
