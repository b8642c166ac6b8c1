//! The operations, in the document's order (huawei-esm.md, 2). Rows are kept field by field as they came: no two
//! operations name or write their fields alike, and what cannot be read must still be seen.

mod alarms;
mod capacity;
mod hosts;
mod meter;
mod metrics;
mod records;
mod rows;
mod tenants;

pub use alarms::*;
pub use capacity::*;
pub use hosts::*;
pub use meter::*;
pub use metrics::*;
pub use records::*;
pub use rows::{Loose, Page, WireRow};
pub use tenants::*;

use crate::cloud::declare::Entry;

/// The limit group of the operations without the narrow limit of 60 calls a minute (huawei-esm.md, 1.7).
pub const WIDE: &str = "wide";

/// All operations.
pub const OPERATIONS: &[Entry] = &[
    Entry::of::<QueryServiceHealth>(),
    Entry::of::<QueryPhysicalCapacity>(),
    Entry::of::<QueryCloudServiceCapacity>(),
    Entry::of::<QueryAuditLogs>(),
    Entry::of::<QueryDeviceAssets>(),
    Entry::of::<QueryCloudServiceAlarms>(),
    Entry::of::<QueryDeviceAlarms>(),
    Entry::of::<QueryHostMetricData>(),
    Entry::of::<QueryServerPerformanceData>(),
    Entry::of::<QueryTenantEcsResources>(),
    Entry::of::<QueryTenantEvsResources>(),
    Entry::of::<QueryTenantObsResources>(),
    Entry::of::<QueryTenantBmsResources>(),
    Entry::of::<QueryElbv3Resources>(),
    Entry::of::<QueryExternalTenantResources>(),
    Entry::of::<QueryNetworkDeviceMetrics>(),
    Entry::of::<QueryHostDetails>(),
    Entry::of::<QueryVmPerformance>(),
    Entry::of::<QueryHostVms>(),
    Entry::of::<CreateSdrQueryJob>(),
    Entry::of::<GetSdrQueryJob>(),
    Entry::of::<QuerySdrJobData>(),
];
