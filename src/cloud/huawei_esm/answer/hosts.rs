//! Hosts and what runs on them; what is embedded in their fields (huawei-esm.md, B7 and B9).

use serde_json::Value as Json;

use super::walk::Walk;
use super::{ZONE, detail, part};
use crate::cloud::client::Client;
use crate::cloud::huawei_esm::literal;
use crate::cloud::huawei_esm::ops::{HostRow, HostVmsRow, Loose, QueryHostDetails, QueryHostVms};
use crate::domain::error::ApiError;
use crate::domain::site::{Disk, Embedded, HostedVm, HostedVms, MemoryModule, Processor, SiteHost};
use crate::domain::text::SafeText;

/// Rows of a page.
const PAGE: u32 = 500;
/// Pages at most.
const PAGES: u32 = 10;

/// All hosts. A host may be told of once a day: the newest row of each is taken.
pub(super) async fn hosts(client: &Client) -> Result<Vec<SiteHost>, ApiError> {
    let mut walk = Walk::new(PAGE, PAGES);
    while let Some(offset_value) = walk.next() {
        let ask = QueryHostDetails {
            // Both zero: hosts as they are, whenever they were last told of.
            begin_time: 0,
            end_time: 0,
            offset_value,
            page_size: PAGE.into(),
            host_id: None,
        };
        walk.take(part(client.call(&ask).await?.output));
    }
    let walked = walk.end();
    let mut hosts: Vec<SiteHost> = Vec::new();
    for host in walked.rows.iter().map(host) {
        match hosts
            .iter_mut()
            .find(|known| known.id == host.id && !host.id.is_empty())
        {
            Some(known) => *known = host,
            None => hosts.push(host),
        }
    }
    hosts.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(hosts)
}

fn host(row: &HostRow) -> SiteHost {
    let place = [
        &row.dc_code,
        &row.az_code,
        &row.pod_code,
        &row.room_code,
        &row.rack_code,
    ];
    let place: Vec<String> = place.into_iter().filter_map(Loose::text).collect();
    SiteHost {
        id: row.host_id.raw().into(),
        name: row.host_name.raw().into(),
        serial: row.sn.raw().into(),
        ip: row.mac_ip.raw().into(),
        arch: row.cpu_arch.raw().into(),
        region: row.region_id.raw().into(),
        place: place.join(" · ").into(),
        cpu: embedded(&row.cpu, processor),
        memory: embedded(&row.memory, module),
        disks: embedded(&row.disk, disk),
        detail: detail(row),
    }
}

/// What is embedded in a field: a list, as JSON, as text of JSON, or as Python prints it. One element that cannot be
/// read makes the whole of it raw: nothing of it may be lost.
fn embedded<T>(field: &Loose, read: fn(&Json) -> Option<T>) -> Embedded<T> {
    if field.text().is_none() {
        return Embedded::Nothing;
    }
    let raw = || Embedded::Raw(field.raw().into());
    let value = match field.json() {
        Json::String(text) => literal::read(text),
        other => Some(other.clone()),
    };
    match value {
        Some(Json::Array(items)) => {
            let read: Option<Vec<T>> = items.iter().map(read).collect();
            read.map_or_else(raw, Embedded::Read)
        }
        _ => raw(),
    }
}

fn text(of: &Json, name: &str) -> SafeText {
    let value = of.get(name).cloned().unwrap_or_default();
    Loose::from(value).text().unwrap_or_default().into()
}

/// A count, `None` within where none is given; `None` where what is given is no count.
#[expect(
    clippy::option_option,
    reason = "not given and not a count are different things"
)]
fn count(of: &Json, name: &str) -> Option<Option<u32>> {
    let value = Loose::from(of.get(name).cloned().unwrap_or_default());
    if value.text().is_none() {
        return Some(None);
    }
    Some(Some(u32::try_from(value.integer()?).ok()?))
}

fn processor(item: &Json) -> Option<Processor> {
    item.as_object()?;
    Some(Processor {
        model: text(item, "model"),
        sockets: count(item, "sockets")?,
        cores: count(item, "cores")?,
        threads: count(item, "threads")?,
    })
}

fn module(item: &Json) -> Option<MemoryModule> {
    item.as_object()?;
    Some(MemoryModule {
        size: text(item, "size"),
        kind: text(item, "type"),
        frequency: text(item, "frequency"),
        manufacturer: text(item, "manufacturer"),
    })
}

/// `{"disk": "/dev/sda:599.0GB"}`
fn disk(item: &Json) -> Option<Disk> {
    let text = item.get("disk")?.as_str()?;
    let (device, size) = text.rsplit_once(':')?;
    Some(Disk {
        device: device.into(),
        size: size.into(),
    })
}

/// What runs on a host.
pub(super) async fn vms(client: &Client, host: &SafeText) -> Result<Vec<HostedVms>, ApiError> {
    let ask = QueryHostVms {
        page_size: PAGE.into(),
        host_id: host.raw().to_owned(),
        offset_value: 0,
    };
    let page = client.call(&ask).await?.output;
    Ok(page.list.iter().map(hosted).collect())
}

fn hosted(row: &HostVmsRow) -> HostedVms {
    HostedVms {
        host: row.host_id.raw().into(),
        vms: embedded(&row.vm_list, vm),
        at: row.last_update_time.instant(ZONE),
        detail: detail(row),
    }
}

/// `['id', 'name', 'Euler', '[{"cores":"1",…}]']`: only the last two are attested, the first two are often empty.
fn vm(item: &Json) -> Option<HostedVm> {
    let parts = item.as_array()?;
    let at = |index: usize| {
        let value = parts.get(index).cloned().unwrap_or_default();
        Loose::from(value).raw()
    };
    let cpu = at(3);
    let read = literal::read(&cpu);
    let in_words = read
        .as_ref()
        .and_then(|list| list.get(0)?.get("cpu")?.as_str())
        .map(|words| words.trim_end_matches([' ', '*']).to_owned());
    Some(HostedVm {
        id: at(0).into(),
        name: at(1).into(),
        os: at(2).into(),
        cpu: in_words.unwrap_or(cpu).into(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(row: Json) -> SiteHost {
        let row: HostRow = serde_json::from_value(row).unwrap();
        host(&row)
    }

    #[test]
    fn what_is_embedded_is_read() {
        let host = read(json!({
            "HOST_ID": "h", "HOST_NAME": "ecs_4", "ROOM_CODE": "1", "RACK_CODE": "c-01",
            "CPU": r#"[{"cores":"22","model":"Gold 6161","threads":"2","cpu":"2 * 22 * 2","sockets":"2"}]"#,
            "MEMORY": [{"frequency": "2666 MHz", "manufacturer": "Micron", "type": "DDR4", "size": "32 GB"}],
            "DISK": r#"[{"disk":"/dev/sda:599.0GB"},{"disk":"/dev/sdb:1598.0GB"} {"disk":"/dev/sdc:10.7GB"}]"#,
        }));
        let Embedded::Read(cpu) = &host.cpu else {
            panic!("{:?}", host.cpu)
        };
        assert_eq!(
            (cpu[0].sockets, cpu[0].cores, cpu[0].threads),
            (Some(2), Some(22), Some(2))
        );
        let Embedded::Read(memory) = &host.memory else {
            panic!("{:?}", host.memory)
        };
        assert_eq!(memory[0].size.raw(), "32 GB");
        let Embedded::Read(disks) = &host.disks else {
            panic!("{:?}", host.disks)
        };
        assert_eq!(disks.len(), 3);
        assert_eq!(
            (disks[2].device.raw(), disks[2].size.raw()),
            ("/dev/sdc", "10.7GB")
        );
        assert_eq!(host.place.raw(), "1 · c-01");
    }

    #[test]
    fn damaged_text_is_shown_raw_and_nothing_is_nothing() {
        let host = read(
            json!({"CPU": "[{\"cores\":\"22\"", "MEMORY": "", "DISK": "[{\"disk\":\"odd\"}]"}),
        );
        assert_eq!(host.cpu, Embedded::Raw("[{\"cores\":\"22\"".into()));
        assert_eq!(host.memory, Embedded::Nothing);
        assert_eq!(host.disks, Embedded::Raw("[{\"disk\":\"odd\"}]".into()));
        // A count that is none makes the whole of it raw; one that is not given is not known.
        let host = read(json!({"CPU": r#"[{"cores":"many","sockets":"2"}]"#}));
        let came = r#"[{"cores":"many","sockets":"2"}]"#;
        assert_eq!(host.cpu, Embedded::Raw(came.into()));
        let host = read(json!({"CPU": r#"[{"cores":"","sockets":"2"}]"#}));
        assert!(matches!(&host.cpu, Embedded::Read(cpu) if cpu[0].cores.is_none()));
    }

    #[test]
    fn a_list_of_machines_as_python_prints_it_is_read() {
        let read = |list: Json| {
            let row: HostVmsRow = serde_json::from_value(json!({
                "host_id": "h", "vm_list": list, "last_update_time": "1726819320000",
            }))
            .unwrap();
            hosted(&row)
        };
        let sample = r#"[['', 'web-01', 'Euler', '[{"cores":"1","model":"","threads":"1","cpu":"16 * 1 * 1 * ","sockets":"16"}]']]"#;
        let listed = read(json!(sample));
        let Embedded::Read(vms) = listed.vms else {
            panic!("{:?}", listed.vms)
        };
        assert_eq!((vms[0].name.raw(), vms[0].os.raw()), ("web-01", "Euler"));
        assert_eq!(vms[0].cpu.raw(), "16 * 1 * 1");
        assert_eq!(listed.at.unwrap().to_string(), "2024-09-20T08:02:00Z");
        assert_eq!(read(json!("[['a")).vms, Embedded::Raw("[['a".into()));
        let odd = read(json!([["id", "name", "Euler", "odd"]])).vms;
        let Embedded::Read(vms) = odd else {
            panic!("{odd:?}")
        };
        assert_eq!(vms[0].cpu.raw(), "odd");
    }
}
