//! What tenants use (huawei-esm.md, B3, B5 and 7.3). The bodies of B3 are made up, in the shape of B5.

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use super::common::{Slice, Window, wall};
use crate::cloud::huawei_esm::ops::{
    QueryExternalTenantResources, QueryTenantBmsResources, QueryTenantEcsResources,
    QueryTenantEvsResources, QueryTenantObsResources, TenantResource,
};
use crate::sim::chance;
use crate::sim::estate::identity::HUAWEI_REGION;
use crate::sim::estate::{Cloud, Estate};
use crate::sim::handlers::Handlers;

const HOUR: i64 = 3600;

pub(super) fn add(handlers: Handlers) -> Handlers {
    handlers
        .on_json::<QueryTenantEcsResources>(|estate, _, _| Ok(all(estate, TenantResource::Ecs)))
        .on_json::<QueryTenantEvsResources>(|estate, _, _| Ok(all(estate, TenantResource::Evs)))
        .on_json::<QueryTenantObsResources>(|estate, _, _| Ok(all(estate, TenantResource::Obs)))
        .on_json::<QueryTenantBmsResources>(|estate, _, _| Ok(all(estate, TenantResource::Bms)))
        .on_json::<QueryExternalTenantResources>(|estate, _, ask| {
            let window = Window::of(ask.begin_time, ask.end_time)?;
            let slice = Slice::of(
                estate,
                ask.page_size.unwrap_or(100),
                ask.offset_value.unwrap_or(0),
            );
            let ids = ids(estate, ask.resource_type);
            let (first, hours) = window.steps(HOUR, estate.now);
            let total = hours * ids.len() as u64;
            let page = slice.page(total, |index| {
                let count = ids.len().max(1) as u64;
                let hour = first + (index / count).cast_signed() * HOUR;
                let id = &ids[usize::try_from(index % count).unwrap_or(0)];
                usage(estate, ask.resource_type, id, hour)
            });
            Ok(total_last(page))
        })
}

/// Here the count comes after the rows.
fn total_last(mut page: Json) -> Json {
    let mut turned = Map::new();
    turned.insert("list".into(), page["list"].take());
    turned.insert("total".into(), page["total"].take());
    Json::Object(turned)
}

fn all(estate: &Estate, kind: TenantResource) -> Json {
    let hour = estate.now.as_second().div_euclid(HOUR) * HOUR - HOUR;
    let rows: Vec<Json> = ids(estate, kind)
        .iter()
        .map(|id| usage(estate, kind, id, hour))
        .collect();
    json!({"total": rows.len(), "list": rows})
}

/// Servers are the machines of the site; of other kinds there are a few for each application.
fn ids(estate: &Estate, kind: TenantResource) -> Vec<String> {
    if kind == TenantResource::Ecs {
        return estate
            .site_machines()
            .filter_map(|machine| machine.id_in(Cloud::Huawei))
            .map(str::to_owned)
            .collect();
    }
    (0..20)
        .map(|index| chance::uuid(estate.seed, &[kind.wire(), &index.to_string()]))
        .collect()
}

fn usage(estate: &Estate, kind: TenantResource, id: &str, hour: i64) -> Json {
    let begin = Timestamp::from_second(hour).unwrap_or_default();
    let (service, resource, spec) = match kind {
        TenantResource::Ecs => ("ec2", "vm", "ks1.xlarge.2.linux"),
        TenantResource::Evs => ("ebs", "volume", "SAS"),
        TenantResource::Obs => ("obs", "obs", "standard"),
        TenantResource::Bms => ("bms", "bms", "physical.kd1ne.2xlarge"),
        _ => ("other", "other", "standard"),
    };
    json!({
        "accumulate_factor_name": "Duration", "accumulate_factor_value": "3600", "az_code": "az1",
        "begin_time": wall(begin, "%Y%m%d%H%M%S"), "bp_info": "",
        "cloud_service_type_code": format!("hws.service.type.{service}"), "csb_params": "",
        "domain_id": estate.identity.domain_id, "domain_name": estate.identity.domain,
        "enterprise_project_id": "", "error_msg": "", "extend_params": "2", "extend_params2": "",
        "record_type": "20", "region_code": HUAWEI_REGION, "relate_parent_resource": "",
        "relate_root_resource": "", "resource_id": id, "resource_spec_code": spec,
        "resource_type_code": format!("hws.resource.type.{resource}"), "site_code": "", "tag": "",
        "time_stamp": wall(estate.now, "%Y%m%d%H%M%S"), "project_id": estate.identity.project().id,
    })
}
