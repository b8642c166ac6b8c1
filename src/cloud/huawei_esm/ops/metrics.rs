//! Samples of hosts, servers, machines and network devices (huawei-esm.md, B1, B2, B6 and B8).

use super::WIDE;
use super::rows::{Page, wire_row};
use crate::cloud::declare::Call;
use crate::{choices, operation};

operation! {
    /// Lists samples of a host: all its metrics mixed, there is no way to ask for one.
    QueryHostMetricData -> Page<HostMetricRow>, "huawei-esm.query_host_metric_data",
        Call::rest(
            "QueryHostMetricData",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/host/metricdata",
        )
        .group(WIDE);
    /// Id of the host.
    host_id: String = "host_id",
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
    /// A sample of a host.
    HostMetricRow;
    /// When, not aligned to minutes.
    time_stamp = "time_stamp",
    /// Group of metrics: `memory`.
    monitor_item = "monitor_item",
    /// Code of the region.
    region_id = "region_id",
    /// Name of the availability zone.
    az_name = "az_name",
    /// Metric: `Memory`.
    metrics_name = "metrics_name",
    /// How it was condensed: `AVG`.
    operator = "operator",
    /// Id of the host.
    host_id = "host_id",
    /// Id of the availability zone.
    az_id = "az_id",
    /// Unit, with a stray backslash: `\%`.
    unit = "unit",
    /// English name of the availability zone.
    az_name_en = "az_name_en",
    /// Name of the region.
    region_name = "region_name",
    /// What of it: `usage`.
    data_item = "data_item",
    /// English name of the region.
    region_name_en = "region_name_en",
    /// The value.
    value = "value" | "Value",
}

operation! {
    /// Lists samples of physical servers.
    QueryServerPerformanceData -> Page<ServerPerformanceRow>, "huawei-esm.query_server_performance_data",
        Call::rest(
            "QueryServerPerformanceData",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/host/performancedata",
        )
        .group(WIDE);
    /// Only one server, by its serial number.
    sn: Option<String> = "sn",
    /// From this instant on, in milliseconds since 1970.
    begin_time: i64 = "begin_time",
    /// Until this instant.
    end_time: i64 = "end_time",
    /// Rows to pass over.
    offset_value: Option<i64> = "offset_value".at_least(0),
    /// Rows per page.
    page_size: Option<i64> = "page_size".range(0, 1000),
}

wire_row! {
    /// A sample of a physical server.
    ServerPerformanceRow;
    /// Code of the data centre.
    dc_code = "dc_code",
    /// Code of the availability zone.
    az_code = "az_code",
    /// What the server is for: not how much of it is in use.
    usage = "usage",
    /// Code of the room.
    room_code = "room_code",
    /// Day.
    dates = "dates",
    /// Metric: `CPUUsagePercent`.
    metric = "metric",
    /// Rack.
    pack_code = "pack_code",
    /// Model.
    model = "model",
    /// When: the hour has no leading zero, and there is no zone.
    time = "time",
    /// Serial number.
    sn = "sn",
    /// The value.
    value = "value" | "Value",
    /// Code of the region.
    region_code = "region_code",
    /// Place in the rack.
    slot_number = "slot_number",
}

choices! {
    /// A metric of a network device, by a code that the document does not explain.
    NetworkMetric;
    /// 59.
    M59 = "59",
    /// 60.
    M60 = "60",
    /// 14.
    M14 = "14",
    /// 18.
    M18 = "18",
    /// 101.
    M101 = "101",
    /// 102.
    M102 = "102",
    /// 61.
    M61 = "61",
    /// 52.
    M52 = "52",
}

operation! {
    /// Lists samples of network devices.
    QueryNetworkDeviceMetrics -> Page<NetworkRow>, "huawei-esm.query_network_device_metrics",
        Call::rest(
            "QueryNetworkDeviceMonitoringData",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/network-device/metric-data",
        )
        .group(WIDE);
    /// From this instant on, in milliseconds since 1970; 0 in both means everything there is.
    begin_time: i64 = "begin_time",
    /// Until this instant.
    end_time: i64 = "end_time",
    /// Rows to pass over.
    offset_value: i64 = "offset_value".at_least(0),
    /// Rows per page.
    page_size: i64 = "page_size".at_least(0).default("500"),
    /// Only one device.
    management_ip: Option<String> = "management_ip",
    /// Only one metric.
    metric: Option<NetworkMetric> = "metric",
}

wire_row! {
    /// A sample of a network device. Several may share device, metric and instant: boards and ports are not told apart.
    NetworkRow;
    /// Address the device is managed at.
    device_ip = "device_ip",
    /// Kind of resource, by a code.
    res_type = "res_type",
    /// Code of the metric.
    metric = "metric",
    /// Code of the region.
    region_id = "region_id",
    /// The value.
    value = "value" | "Value",
    /// When.
    timestamp = "timestamp",
}

operation! {
    /// Lists samples of virtual machines; of all of them unless one is named.
    QueryVmPerformance -> Page<VmPerformanceRow>, "huawei-esm.query_vm_performance",
        Call::rest(
            "QueryVMPerformanceData",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/ecs/performance",
        )
        .group(WIDE);
    /// From this instant on, in milliseconds since 1970.
    begin_time: i64 = "begin_time",
    /// Until this instant.
    end_time: i64 = "end_time",
    /// Rows to pass over.
    offset_value: i64 = "offset_value".at_least(0),
    /// Rows per page.
    page_size: i64 = "page_size".at_least(0).default("500"),
    /// Only one machine.
    vm_id: Option<String> = "vm_id",
}

wire_row! {
    /// A sample of a virtual machine.
    VmPerformanceRow;
    /// Cloud service: `ECS`.
    service = "SERVICE",
    /// Code of the region.
    region_id = "REGION_ID",
    /// Namespace: `ecs`.
    namespace = "NAMESPACE",
    /// Service it comes from: `CES`.
    source_service = "SOURCE_SERVICE",
    /// Kind of source.
    source_type = "SOURCE_TYPE",
    /// Tag of the source.
    source_tag = "SOURCE_TAG",
    /// Name of the tenant.
    tenant_name = "TENANT_NAME",
    /// Metric: `cpu_usage`.
    metric_name = "METRIC_NAME",
    /// The value.
    metric_value = "METRIC_VALUE",
    /// Unit.
    metric_unit = "METRIC_UNIT",
    /// Id of the machine.
    instance_id = "INSTANCE_ID",
    /// When.
    timestamp = "TIMESTAMP",
}
