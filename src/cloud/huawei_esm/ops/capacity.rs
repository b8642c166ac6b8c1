//! Health and capacity (huawei-esm.md, A1 to A3 and B4).

use serde_json::Value as Json;

use super::WIDE;
use super::rows::{Page, wire_row};
use crate::cloud::declare::Call;
use crate::{choices, operation};

operation! {
    /// Reads the data of a shared screen that shows the health of services. The answer is not documented.
    QueryServiceHealth -> Json, "huawei-esm.query_service_health",
        Call::rest(
            "QueryServiceHealthStatus",
            "v1",
            "POST",
            "/rest/dlvapp-engine/v1/screens/data/{share_id}",
        )
        .group(WIDE);
    /// Identifies the shared screen; the document calls it a project id.
    share_id: String = "share_id",
}

choices! {
    /// What a physical pool is made of.
    PhysicalDevice;
    /// Servers that compute.
    Compute = "ECS",
    /// Servers that store.
    Storage = "EVS",
}

choices! {
    /// Whose part of a site it is.
    Zone;
    /// The zone it is managed from.
    Manage = "manage",
    /// The tenants' zone.
    Pod = "pod",
}

operation! {
    /// Lists the capacity of physical pools: one row per day, taken at midnight of Beijing.
    QueryPhysicalCapacity -> Page<PhysicalCapacityRow>, "huawei-esm.query_physical_capacity",
        Call::rest(
            "QueryCapacitiesOfPhysicalResources",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/host-physical/capacity",
        );
    /// Only servers that compute, or only those that store.
    device_type: Option<PhysicalDevice> = "device_type",
    /// Only one zone.
    zone_type: Option<Zone> = "zone_type",
    /// From this instant on, in milliseconds since 1970.
    begin_time: i64 = "begin_time",
    /// Until this instant, in milliseconds since 1970.
    end_time: i64 = "end_time",
    /// Rows per page; what 0 means is not documented.
    page_size: i64 = "page_size".range(0, 1000),
    /// Rows to pass over.
    offset_value: i64 = "offset_value".at_least(0),
}

wire_row! {
    /// One metric of one physical pool on one day. Rows of computing pools have `service_type` in place of
    /// `device_type`.
    PhysicalCapacityRow;
    /// `ECS` or `EVS`.
    device_type = "device_type",
    /// The same, in rows of computing pools.
    service_type = "service_type",
    /// Size of the pool.
    total = "total",
    /// What is left.
    available = "available" | "avaliable",
    /// What is measured: `vCpu`, `memory`, `SAS`, …
    metric_type = "metric_type",
    /// `MANAGE`, `POD` or `KVM_POD`.
    zone_type = "zone_type",
    /// A filler in all samples.
    used = "used",
    /// A filler in all samples.
    free = "free",
    /// A filler in all samples.
    used_ratio = "used_ratio",
    /// Region: a code, although the document calls it a name.
    region = "region",
    /// A filler in all samples.
    resource_count = "resource_count",
    /// What is given out.
    allocated = "allocated",
    /// Server model or storage medium.
    resource_type = "resource_type",
    /// When it was taken.
    timestamp = "timestamp",
}

/// The services whose capacity can be asked for, in the document's order. Later editions call the seventh
/// `DCC_GENERATE`.
pub const CAPACITY_SERVICES: [&str; 10] = [
    "ECS_VM", "BMS", "EVS", "OBS", "EIP", "RDS", "DCC", "DeH", "SFS", "VPN",
];

operation! {
    /// Lists the capacity of a cloud service: one row per day, taken at midnight of Beijing.
    QueryCloudServiceCapacity -> Page<ServiceCapacityRow>, "huawei-esm.query_cloud_service_capacity",
        Call::rest(
            "QueryCloudServiceCapacity",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/CloudService/capacity",
        );
    /// From this instant on, in milliseconds since 1970.
    begin_time: i64 = "begin_time",
    /// Until this instant, in milliseconds since 1970.
    end_time: i64 = "end_time",
    /// Which service; without it the answer is not defined. Later editions know `DCC_GENERATE` in place of `DCC`.
    service_type: Option<String> = "service_type".one_of(&CAPACITY_SERVICES).soft(),
    /// Only one zone: `manage` or `pod` for `ECS_VM` and `EVS`, the service's own word for the others.
    zone_type: Option<String> = "zone_type"
        .one_of(&[
            "manage", "pod", "BMS_POD", "OBS_POD", "EIP_POD", "RDS_POD", "DCC_POD", "DeH_POD", "SFS_POD", "VPN_POD",
        ])
        .soft(),
    /// Rows per page; what 0 means is not documented.
    page_size: i64 = "page_size".range(0, 1000),
    /// Rows to pass over.
    offset_value: i64 = "offset_value".at_least(0),
}

wire_row! {
    /// One metric of one service on one day.
    ServiceCapacityRow;
    /// Which service, in a spelling of its own: `ecs-vm` for `ECS_VM`.
    service_type = "service_type",
    /// Size of the pool; not the number of rows, which has the same name a level above.
    total = "total",
    /// What is left.
    available = "available" | "avaliable",
    /// What is measured: flavor, medium, line, engine, …
    metric_type = "metric_type",
    /// `MANAGE`, `POD`, `KVM_POD`, `EIP_POD`, …
    zone_type = "zone_type",
    /// In use; a filler for most services.
    used = "used",
    /// A filler for most services.
    free = "free",
    /// A filler for most services.
    used_ratio = "used_ratio",
    /// Part that is given out, 0 to 1; only some services.
    allocated_ratio = "allocated_ratio",
    /// Region: a code, although the document calls it a name.
    region = "region",
    /// A filler in all samples.
    resource_count = "resource_count",
    /// What is given out.
    allocated = "allocated",
    /// When it was taken.
    timestamp = "timestamp",
}

operation! {
    /// Lists the clusters of the load balancer and how full they are. The document names two paths; the other one is
    /// tried where the first is not served.
    QueryElbv3Resources -> Page<ElbRow>, "huawei-esm.query_elbv3_resources",
        Call::rest(
            "QueryELBv3Resources",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/network/capacity/elbv3",
        )
        .or(&[("GET", "/rest/dataapi/homs/open-api/v1/cloudresource/elbv3")])
        .group(WIDE);
    /// Rows per page; what 0 means is not documented.
    page_size: i64 = "page_size".range(0, 1000),
    /// Rows to pass over.
    offset_value: i64 = "offset_value".at_least(0),
}

wire_row! {
    /// A cluster of load balancers. An empty count is an unknown one.
    ElbRow;
    /// Nodes; empty in the sample.
    ms_nodes_list = "ms_nodes_list",
    /// Name; empty in the sample.
    cluster_name = "cluster_name",
    /// Load balancers there are.
    lb_count = "lb_count",
    /// When it was counted.
    time_stamp = "time_stamp",
    /// Members of layer-4 pools there may be.
    l4_member_capacity = "l4_member_capacity",
    /// Members of layer-7 pools there may be.
    l7_member_capacity = "l7_member_capacity",
    /// Code of the region.
    region_id = "region_id",
    /// `ELBv3`.
    kind = "type",
    /// Layer-4 listeners there may be.
    l4_listener_capacity = "l4_listener_capacity",
    /// Layer-4 listeners there are.
    l4_listener_count = "l4_listener_count",
    /// Load balancers of the fifth version; they have no capacity of their own.
    lb_v5_count = "lb_v5_count",
    /// Layer-7 listeners there may be.
    l7_listener_capacity = "l7_listener_capacity",
    /// Load balancers there may be.
    lb_capacity = "lb_capacity",
    /// Id.
    cluster_id = "cluster_id",
    /// Members of layer-4 pools there are.
    l4_member_count = "l4_member_count",
    /// Members of layer-7 pools there are.
    l7_member_count = "l7_member_count",
    /// Layer-7 listeners there are.
    l7_listener_count = "l7_listener_count",
    /// Name of the region; empty in the sample.
    region_name = "region_name",
    /// Code.
    cluster_code = "cluster_code",
}
