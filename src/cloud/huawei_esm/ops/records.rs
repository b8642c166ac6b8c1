//! The audit log and the inventory of devices (huawei-esm.md, A4 and A5).

use super::rows::{Page, wire_row};
use crate::cloud::declare::Call;
use crate::{choices, operation};

choices! {
    /// Which of the two logs.
    LogType;
    /// What was done.
    Operation = "0",
    /// What concerns security.
    Security = "1",
}

operation! {
    /// Lists what was done, and by whom.
    QueryAuditLogs -> Page<AuditRow>, "huawei-esm.query_audit_logs",
        Call::rest("QueryAuditLogs", "v1", "GET", "/rest/dataapi/homs/open-api/v1/cloudAuditlog");
    /// Only one of the two logs.
    log_type: Option<LogType> = "log_type",
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
    /// An entry of the audit log.
    AuditRow;
    /// Id.
    id = "id",
    /// What was done.
    operating_name = "operating_name",
    /// Where it was done from: a number in the table, a word in the sample.
    operating_source = "operating_source",
    /// `0` it worked, `1` it failed.
    operation_result = "operation_result",
    /// More about it.
    operation_detail = "operation_detail",
    /// Name of what it was done to.
    resource_name = "resource_name",
    /// Kind of what it was done to.
    resource_type = "resource_type",
    /// Who did it.
    operating_user = "operating_user",
    /// Whose they are.
    department = "department",
    /// `4` fatal, `3` important, `2` general, `1` a hint: the other way round than alarms.
    severity = "severity",
    /// `0` operation, `1` security.
    kind = "type",
    /// When it began; names no zone.
    start_time = "start_time",
    /// When it ended; names no zone.
    end_time = "end_time",
    /// Id of what it was done to.
    resource_id = "resource_id",
    /// Region of what it was done to.
    resource_region = "resource_region",
    /// Address it came from, sometimes within a sentence.
    source_addr = "source_addr",
    /// Code of the region.
    region_id = "region_id",
    /// Name of the region.
    region_name = "region_name",
    /// Name of the region of what it was done to.
    resource_region_name = "resource_region_name",
}

operation! {
    /// Lists physical devices.
    QueryDeviceAssets -> Page<AssetRow>, "huawei-esm.query_device_assets",
        Call::rest(
            "QueryPhysicalDeviceDetails",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/DeviceAsset/info",
        );
    /// Only one kind: `server`, `switch`, `firewall`, `router`, …
    device_type: Option<String> = "device_type",
    /// Rows per page; what 0 means is not documented.
    page_size: i64 = "page_size".range(0, 1000),
    /// Rows to pass over.
    offset_value: i64 = "offset_value".at_least(0),
}

wire_row! {
    /// A device.
    AssetRow;
    /// Id.
    device_id = "device_id",
    /// Name.
    name = "name",
    /// Kind: a word, although the table says a number.
    device_type = "device_type",
    /// How it does; the words are not documented.
    running_status = "running_status",
    /// Model.
    model = "model",
    /// Address it is managed at.
    management_ip = "management_ip",
    /// Version of its operating system.
    os = "os",
    /// Code of the region.
    region = "region",
}
