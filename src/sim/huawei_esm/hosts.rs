//! Hosts and what runs on them (huawei-esm.md, B7, B9 and 7.3).

use serde_json::{Value as Json, json};

use super::common::{Slice, Window, millis};
use crate::cloud::huawei_esm::ops::{QueryHostDetails, QueryHostVms};
use crate::sim::estate::identity::HUAWEI_REGION;
use crate::sim::estate::things::site::Host;
use crate::sim::estate::{Cloud, Estate, before};
use crate::sim::handlers::Handlers;

pub(super) fn add(handlers: Handlers) -> Handlers {
    handlers
        .on_json::<QueryHostDetails>(|estate, _, ask| {
            let mut hosts = estate.hosts();
            hosts.retain(|host| ask.host_id.as_deref().is_none_or(|id| id == host.id));
            if (ask.begin_time, ask.end_time) != (0, 0) {
                // Told of once a day, at midnight.
                let window = Window::of(ask.begin_time, ask.end_time)?;
                let day = std::time::Duration::from_secs(16 * 3600);
                let shifted = Window {
                    from: window.from - day,
                    to: window.to - day,
                };
                if shifted.steps(86_400, estate.now - day).1 == 0 {
                    hosts.clear();
                }
            }
            let rows: Vec<Json> = hosts.iter().map(detail).collect();
            Ok(Slice::of(estate, ask.page_size, ask.offset_value).of_rows(&rows))
        })
        .on_json::<QueryHostVms>(|estate, _, ask| {
            let hosts = estate.hosts();
            let rows: Vec<Json> = hosts
                .iter()
                .filter(|host| host.id == ask.host_id)
                .map(|host| vms(estate, host))
                .collect();
            Ok(Slice::of(estate, ask.page_size, ask.offset_value).of_rows(&rows))
        })
}

const CPU: &str = "Intel(R) Xeon(R) Gold 6161 CPU @ 2.20GHz";

fn detail(host: &Host) -> Json {
    let cpu = json!([{
        "cores": "22", "model": CPU, "threads": "2", "cpu": format!("2 * 22 * 2 * {CPU}"), "sockets": "2",
    }]);
    let module =
        json!({"frequency": "2666 MHz", "manufacturer": "Micron", "type": "DDR4", "size": "32 GB"});
    let memory = vec![module; 12];
    let disk = json!([
        {"disk": "/dev/sda:599.0GB"}, {"disk": "/dev/sdb:1598.0GB"}, {"disk": "/dev/sdc:10.7GB"},
    ]);
    json!({
        "REGION_ID": HUAWEI_REGION, "HOST_ID": host.id, "HOST_NAME": host.name, "MANUFACTURER": "Huawei",
        "KERNEL": "5.10.0-136.12.0.86", "CPU": cpu.to_string(), "MEMORY": Json::from(memory).to_string(),
        "DISK": disk.to_string(), "MAC_IP": host.ip, "NETWORK_ADAPTER": "4", "RAID": "1", "SN": host.serial,
        "CPU_ARCH": "x86_64", "AZ_CODE": format!("az{}", 1 + host.index % 2), "POD_CODE": "POD01",
        "CLUSTER_NAME": "ecs", "ROOM_CODE": "wuhd22", "RACK_CODE": host.rack, "DC_CODE": "WC_WUH_18",
    })
}

/// The list of machines as Python prints it, with JSON in its last column.
fn vms(estate: &Estate, host: &Host) -> Json {
    let list: Vec<String> = estate
        .machines_on(host)
        .map(|machine| {
            let cpu = json!([{
                "cores": "1", "model": "", "threads": "1", "cpu": "16 * 1 * 1 * ", "sockets": "16",
            }]);
            let id = machine.id_in(Cloud::Huawei).unwrap_or_default();
            format!("['{id}', '{}', 'Euler', '{cpu}']", machine.name)
        })
        .collect();
    let seconds = estate.now.as_second().rem_euclid(600);
    json!({
        "region_id": HUAWEI_REGION, "host_name": host.name, "vm_list": format!("[{}]", list.join(", ")),
        "host_id": host.id, "host_ip": host.ip, "last_update_time": millis(before(estate.now, seconds)),
    })
}
