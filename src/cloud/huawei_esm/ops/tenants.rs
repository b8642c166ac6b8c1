//! What tenants use (huawei-esm.md, B3 and B5). `Tanent` is how the paths spell it.

use serde_json::Value as Json;

use super::WIDE;
use super::rows::{Page, wire_row};
use crate::cloud::declare::Call;
use crate::{choices, operation};

operation! {
    /// Lists what tenants use of elastic servers. The answer is not documented and has no pages.
    QueryTenantEcsResources -> Json, "huawei-esm.query_tenant_ecs_resources",
        Call::rest(
            "QueryTenantECSResources",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/TanentCloudResource/InstanceData/ECS",
        )
        .group(WIDE);
}

operation! {
    /// Lists what tenants use of elastic volumes. The answer is not documented and has no pages.
    QueryTenantEvsResources -> Json, "huawei-esm.query_tenant_evs_resources",
        Call::rest(
            "QueryTenantEVSResources",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/TanentCloudResource/InstanceData/EVS",
        )
        .group(WIDE);
}

operation! {
    /// Lists what tenants use of object storage. The answer is not documented and has no pages.
    QueryTenantObsResources -> Json, "huawei-esm.query_tenant_obs_resources",
        Call::rest(
            "QueryTenantOBSResources",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/TanentCloudResource/InstanceData/OBS",
        )
        .group(WIDE);
}

operation! {
    /// Lists what tenants use of bare-metal servers. The answer is not documented and has no pages.
    QueryTenantBmsResources -> Json, "huawei-esm.query_tenant_bms_resources",
        Call::rest(
            "QueryTenantBMSResources",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/TanentCloudResource/InstanceData/BMS",
        )
        .group(WIDE);
}

choices! {
    /// A kind of resource.
    TenantResource;
    /// Elastic servers.
    Ecs = "ECS",
    /// Elastic volumes.
    Evs = "EVS",
    /// Elastic addresses.
    Eip = "EIP",
    /// Object storage.
    Obs = "OBS",
    /// Bare-metal servers.
    Bms = "BMS",
    /// Load balancers.
    Elb = "ELB",
    /// Private networks.
    Vpn = "VPN",
    /// Caches.
    Dcs = "DCS",
    /// Queues.
    Dms = "DMS",
    /// Databases.
    Rds = "RDS",
    /// Distributed databases.
    Gauss = "GAUSS",
    /// Models that answer.
    ModelArtsInf = "MODEL_ARTS_INF",
    /// Models that learn.
    ModelArtsTrain = "MODEL_ARTS_TRAIN",
    /// Models as a service.
    ModelArtsMaos = "MODEL_ARTS_MAOS",
}

operation! {
    /// Lists what external tenants use: one row per resource and hour.
    QueryExternalTenantResources -> Page<UsageRow>, "huawei-esm.query_external_tenant_resources",
        Call::rest(
            "QueryTenantCloudResources",
            "v2",
            "GET",
            "/rest/dataapi/homs/open-api/v2/cloudresource/instancedata/{resource_type}",
        )
        .group(WIDE);
    /// Which kind of resource.
    resource_type: TenantResource = "resource_type",
    /// From this instant on, in milliseconds since 1970; the document does not say the unit.
    begin_time: i64 = "begin_time",
    /// Until this instant.
    end_time: i64 = "end_time",
    /// Rows to pass over.
    offset_value: Option<i64> = "offset_value".at_least(0),
    /// Rows per page.
    page_size: Option<i64> = "page_size".range(0, 1000),
}

wire_row! {
    /// What one resource used in one hour.
    UsageRow;
    /// What is added up: `Duration`.
    accumulate_factor_name = "accumulate_factor_name",
    /// How much of it: seconds, of `Duration`.
    accumulate_factor_value = "accumulate_factor_value",
    /// Code of the availability zone.
    az_code = "az_code",
    /// When the hour began, as `20240301220000`.
    begin_time = "begin_time",
    /// Not explained.
    bp_info = "bp_info",
    /// Kind of service: `hws.service.type.ec2`.
    cloud_service_type_code = "cloud_service_type_code",
    /// Not explained.
    csb_params = "csb_params",
    /// Id of the tenant.
    domain_id = "domain_id",
    /// Name of the tenant.
    domain_name = "domain_name",
    /// Enterprise project.
    enterprise_project_id = "enterprise_project_id",
    /// Data, not an error of the call.
    error_msg = "error_msg",
    /// Not explained.
    extend_params = "extend_params",
    /// Not explained.
    extend_params2 = "extend_params2",
    /// Kind of record.
    record_type = "record_type",
    /// Code of the region.
    region_code = "region_code",
    /// Resource it belongs to.
    relate_parent_resource = "relate_parent_resource",
    /// Resource that one belongs to.
    relate_root_resource = "relate_root_resource",
    /// Id of the resource.
    resource_id = "resource_id",
    /// Flavor.
    resource_spec_code = "resource_spec_code",
    /// Kind of resource: `hws.resource.type.vm`.
    resource_type_code = "resource_type_code",
    /// Code of the site.
    site_code = "site_code",
    /// Tag.
    tag = "tag",
    /// When it was collected, as `20240409231657`: possibly weeks later.
    time_stamp = "time_stamp",
    /// Project.
    project_id = "project_id",
}
