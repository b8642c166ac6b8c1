//! Hosts and what runs on them (huawei-esm.md, B7 and B9).

use super::WIDE;
use super::rows::{Page, wire_row};
use crate::cloud::declare::Call;
use crate::operation;

operation! {
    /// Lists hosts with their processors, memory and disks.
    QueryHostDetails -> Page<HostRow>, "huawei-esm.query_host_details",
        Call::rest(
            "QueryHostConfigurationDetails",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/host/detail",
        )
        .group(WIDE)
        .embeds(&["CPU", "MEMORY", "DISK"]);
    /// From this instant on, in milliseconds since 1970; 0 in both means no bounds.
    begin_time: i64 = "begin_time",
    /// Until this instant.
    end_time: i64 = "end_time",
    /// Rows to pass over.
    offset_value: i64 = "offset_value".at_least(0),
    /// Rows per page.
    page_size: i64 = "page_size".at_least(0).default("500"),
    /// Only one host.
    host_id: Option<String> = "host_id",
}

wire_row! {
    /// A host. Its processors, memory and disks are JSON within text, which the document prints with quotes that are
    /// not escaped.
    HostRow;
    /// Code of the region.
    region_id = "REGION_ID",
    /// Id.
    host_id = "HOST_ID",
    /// Name.
    host_name = "HOST_NAME",
    /// Manufacturer; a code of a region in the sample.
    manufacturer = "MANUFACTURER",
    /// Kernel.
    kernel = "KERNEL",
    /// Processors, as JSON in text.
    cpu = "CPU",
    /// Memory modules, as JSON in text.
    memory = "MEMORY",
    /// Disks, as JSON in text.
    disk = "DISK",
    /// Address; of the network in the sample, in spite of its name.
    mac_ip = "MAC_IP",
    /// Network adapters.
    network_adapter = "NETWORK_ADAPTER",
    /// Disk controller.
    raid = "RAID",
    /// Serial number.
    sn = "SN",
    /// Architecture.
    cpu_arch = "CPU_ARCH",
    /// Code of the availability zone.
    az_code = "AZ_CODE",
    /// Code of the pool.
    pod_code = "POD_CODE",
    /// Cluster.
    cluster_name = "CLUSTER_NAME",
    /// Code of the room.
    room_code = "ROOM_CODE",
    /// Code of the rack.
    rack_code = "RACK_CODE",
    /// Code of the data centre.
    dc_code = "DC_CODE",
}

operation! {
    /// Tells which virtual machines run on a host.
    QueryHostVms -> Page<HostVmsRow>, "huawei-esm.query_host_vms",
        Call::rest(
            "QueryHostVMRelationship",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/host/vms",
        )
        .group(WIDE)
        .embeds(&["vm_list"]);
    /// Rows per page; rows are hosts, not machines.
    page_size: i64 = "page_size".at_least(0).default("500"),
    /// Id of the host.
    host_id: String = "host_id",
    /// Rows to pass over.
    offset_value: i64 = "offset_value".at_least(0),
}

wire_row! {
    /// The machines of a host.
    HostVmsRow;
    /// Code of the region.
    region_id = "region_id",
    /// Name of the host; looks like a tag in the sample.
    host_name = "host_name",
    /// The machines: a list of lists as Python writes it, with JSON within.
    vm_list = "vm_list",
    /// Id of the host.
    host_id = "host_id",
    /// Address of the host.
    host_ip = "host_ip",
    /// When it was last brought up to date.
    last_update_time = "last_update_time",
}
