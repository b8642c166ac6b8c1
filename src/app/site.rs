//! Look-ups in the [`World`]: what is known of the sites.

use std::sync::Arc;

use crate::domain::account::AccountId;
use crate::domain::metric::{Series, Window};
use crate::domain::query::{Facts, Query};
use crate::domain::site::{Asset, AuditEntry, Capacity, HostedVms, SiteHost};
use crate::domain::text::SafeText;

use super::world::World;

/// How far back the audit log is kept at hand.
pub const AUDIT_SPAN: Window = Window::Last(2 * 86_400);

impl World {
    /// The pools of all sites.
    pub fn capacity(&self) -> impl Iterator<Item = (&AccountId, &Capacity)> {
        self.each(|account| Query::Capacity(account.clone()))
            .flat_map(|(account, facts)| {
                let pools: &[Capacity] = match facts {
                    Facts::Capacity { pools, .. } => pools,
                    _ => &[],
                };
                pools.iter().map(move |pool| (account, pool))
            })
    }

    /// The audit log of all sites over [`AUDIT_SPAN`], newest first within a site.
    pub fn audit(&self) -> impl Iterator<Item = (&AccountId, &Arc<AuditEntry>)> {
        self.each(|account| Query::Audit(account.clone(), AUDIT_SPAN))
            .flat_map(|(account, facts)| {
                let entries: &[Arc<AuditEntry>] = match facts {
                    Facts::Audit { entries, .. } => entries,
                    _ => &[],
                };
                entries.iter().map(move |entry| (account, entry))
            })
    }

    /// The devices of all sites.
    pub fn assets(&self) -> impl Iterator<Item = (&AccountId, &Asset)> {
        self.each(|account| Query::Assets(account.clone()))
            .flat_map(|(account, facts)| {
                let assets: &[Asset] = match facts {
                    Facts::Assets(assets) => assets,
                    _ => &[],
                };
                assets.iter().map(move |asset| (account, asset))
            })
    }

    /// The hosts of all sites.
    pub fn site_hosts(&self) -> impl Iterator<Item = (&AccountId, &SiteHost)> {
        self.each(|account| Query::SiteHosts(account.clone()))
            .flat_map(|(account, facts)| {
                let hosts: &[SiteHost] = match facts {
                    Facts::SiteHosts(hosts) => hosts,
                    _ => &[],
                };
                hosts.iter().map(move |host| (account, host))
            })
    }

    /// The latest samples of all network devices.
    pub fn network(&self) -> impl Iterator<Item = (&AccountId, &Series)> {
        self.each(|account| Query::Network(account.clone()))
            .flat_map(|(account, facts)| {
                let series: &[Arc<Series>] = match facts {
                    Facts::Series { series, .. } => series,
                    _ => &[],
                };
                series.iter().map(move |series| (account, series.as_ref()))
            })
    }

    /// What runs on a host, when that was asked.
    pub fn hosted_vms(&self, account: &AccountId, host: &SafeText) -> Option<&[HostedVms]> {
        match self.facts(&Query::HostedVms(account.clone(), host.clone()))? {
            Facts::HostedVms(hosted) => Some(hosted),
            _ => None,
        }
    }
}
