//! What instances and metrics are called, as services tell it.

use std::collections::HashMap;

use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::metric::{MetricInfo, SeriesKey};
use crate::domain::query::Facts;
use crate::domain::text::SafeText;

/// Names of instances by id, from policies, machines and the limits of the configuration.
pub fn instance_names(world: &World) -> HashMap<SafeText, SafeText> {
    let bound = world
        .policies()
        .flat_map(|(_, policy)| &policy.bound)
        .map(|instance| (instance.id.clone(), instance.name.clone()));
    let machines = world
        .resources()
        .map(|(_, machine)| (machine.resource_id.clone(), machine.name.clone()));
    let members = world
        .scaling_details()
        .flat_map(|(_, _, detail)| &detail.members)
        .map(|member| (member.id.clone(), member.name.clone()));
    let limits = world.accounts.iter().flat_map(|account| &account.limits);
    let limited =
        limits.filter_map(|limit| Some((limit.series.instance.clone(), limit.name.clone()?)));
    members
        .chain(limited)
        .chain(machines)
        .chain(bound)
        .filter(|(_, name)| !name.is_empty())
        .collect()
}

/// What services have told of their metrics.
pub(super) struct Told<'w> {
    of_instances: HashMap<(&'w AccountId, &'w SeriesKey), &'w MetricInfo>,
    of_metrics: HashMap<(&'w AccountId, &'w SafeText, &'w SafeText), &'w MetricInfo>,
}

impl<'w> Told<'w> {
    pub fn of(world: &'w World) -> Self {
        let (mut of_instances, mut of_metrics) = (HashMap::new(), HashMap::new());
        for (query, known) in world.all_known() {
            let Some(Facts::Metrics(metrics)) = &known.facts else {
                continue;
            };
            for info in metrics {
                let SeriesKey {
                    namespace, metric, ..
                } = &info.key;
                of_instances.insert((query.account(), &info.key), info);
                of_metrics.insert((query.account(), namespace, metric), info);
            }
        }
        Self {
            of_instances,
            of_metrics,
        }
    }

    pub fn info(&self, account: &AccountId, key: &SeriesKey) -> Option<&'w MetricInfo> {
        let own = self.of_instances.get(&(account, key));
        let same = || self.of_metrics.get(&(account, &key.namespace, &key.metric));
        own.or_else(same).copied()
    }
}

/// Name and unit of a series, where they have been read: for its instance, or else for another one of its namespace,
/// which has the same metrics.
pub fn info<'w>(world: &'w World, account: &AccountId, key: &SeriesKey) -> Option<&'w MetricInfo> {
    Told::of(world).info(account, key)
}
