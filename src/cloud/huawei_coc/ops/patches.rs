//! Patch compliance (huawei-coc.md, 10.23 and 10.24). Bare objects with `count`, no `data`; `offset` is a page
//! number from 1 (12, item 24).

use serde::{Deserialize, Serialize};

use crate::cloud::declare::Call;
use crate::cloud::loose;
use crate::{choices, operation};

choices! {
    /// Operating system of a machine.
    OperatingSystem;
    /// `HuaweiCloudEulerOS`
    HuaweiCloudEulerOs = "HuaweiCloudEulerOS",
    /// `CentOS`
    CentOs = "CentOS",
    /// `EulerOS`
    EulerOs = "EulerOS",
}

choices! {
    /// Does a machine have the patches it should have?
    Compliance;
    /// It lacks some.
    NonCompliant = "non_compliant",
    /// It has them.
    Compliant = "compliant",
}

choices! {
    /// Order of rows.
    SortDirection;
    /// Smallest first.
    Ascending = "asc",
    /// Largest first.
    Descending = "desc",
}

choices! {
    /// What reports are sorted by.
    ReportSortKey;
    /// When the report was made.
    ReportTime = "report_time",
}

choices! {
    /// What patches are sorted by.
    ItemSortKey;
    /// When the patch was installed.
    InstalledTime = "installed_time",
}

choices! {
    /// What kind of machine a report is about.
    ReportScene;
    /// Node of a container cluster.
    Cce = "CCE",
    /// Server.
    Ecs = "ECS",
}

choices! {
    /// State of a patch.
    PatchStatus;
    /// Installed.
    Installed = "INSTALLED",
    /// Installed, but not by the baseline.
    InstalledOther = "INSTALLED_OTHER",
    /// Missing.
    Missing = "MISSING",
    /// Installed although the baseline refuses it.
    Reject = "REJECT",
    /// Its installation failed.
    Failed = "FAILED",
    /// Installed, works after the next start.
    PendingReboot = "PENDING_REBOOT",
}

operation! {
    /// Lists which machines have the patches they should have.
    ListPatchCompliance -> CompliancePage, "huawei-coc.list_patch_compliance",
        Call::rest("ListInstanceCompliant", "v1", "GET", "/v1/patch/instance/compliant");
    /// Enterprise project.
    enterprise_project_id: Option<String> = "enterprise_project_id",
    /// Name of the machine.
    name: Option<String> = "name",
    /// Id of the machine.
    instance_id: Option<String> = "instance_id",
    /// Address in the network.
    ip: Option<String> = "ip",
    /// Address on the internet.
    eip: Option<String> = "eip",
    /// Operating system.
    operating_system: Option<OperatingSystem> = "operating_system",
    /// Region.
    region: Option<String> = "region",
    /// Group.
    group: Option<String> = "group",
    /// Only such machines.
    compliant_status: Option<Compliance> = "compliant_status",
    /// Order that made the report.
    order_id: Option<String> = "order_id",
    /// Page, from 1.
    offset: Option<i64> = "offset".range(1, 1_000_000).default("1"),
    /// Rows per page.
    limit: Option<i64> = "limit".range(1, 100).default("10"),
    /// Order of rows.
    sort_dir: Option<SortDirection> = "sort_dir",
    /// What rows are sorted by.
    sort_key: Option<ReportSortKey> = "sort_key",
    /// What kind of machine.
    report_scene: Option<ReportScene> = "report_scene",
    /// Id of the container cluster.
    cce_info_id: Option<String> = "cce_info_id",
}

operation! {
    /// Lists the patches of one machine.
    GetPatchComplianceItems -> ComplianceItemPage, "huawei-coc.get_patch_compliance_items",
        Call::rest("ShowInstancePatchItems", "v1", "GET", "/v1/patch/instance/compliant/{instance_compliant_id}");
    /// Id of the machine's report.
    instance_compliant_id: String = "instance_compliant_id",
    /// Page, from 1.
    offset: Option<i64> = "offset".range(1, 1_000_000).default("1"),
    /// Rows per page.
    limit: Option<i64> = "limit".range(1, 100).default("10"),
    /// Name of the patch.
    title: Option<String> = "title",
    /// Order of rows.
    sort_dir: Option<SortDirection> = "sort_dir",
    /// What rows are sorted by.
    sort_key: Option<ItemSortKey> = "sort_key",
    /// Only patches in this state.
    patch_status: Option<PatchStatus> = "patch_status",
    /// Class of the patch.
    classification: Option<String> = "classification",
    /// Severity of the patch.
    severity_level: Option<String> = "severity_level",
    /// How bad it is to lack it.
    compliance_level: Option<String> = "compliance_level",
}

/// Reports of machines (10.23).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CompliancePage {
    /// All matches.
    #[serde(default, deserialize_with = "loose::integer")]
    pub count: Option<i64>,
    /// The rows.
    #[serde(deserialize_with = "loose::list")]
    pub instance_compliant: Vec<InstanceCompliance>,
}

/// The report of one machine.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InstanceCompliance {
    /// Id of the report.
    #[serde(deserialize_with = "loose::text")]
    pub id: String,
    /// Name of the machine.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub name: Option<String>,
    /// Id of the machine.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub instance_id: Option<String>,
    /// Id of the cluster's node.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub node_id: Option<String>,
    /// Address in the network.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub ip: Option<String>,
    /// Address on the internet.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub eip: Option<String>,
    /// Region.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub region: Option<String>,
    /// Group.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub group: Option<String>,
    /// Enterprise project.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub enterprise_project_id: Option<String>,
    /// What kind of machine.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub report_scene: Option<String>,
    /// Id of the container cluster.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub cce_info_id: Option<String>,
    /// `compliant` or `non_compliant`.
    #[serde(deserialize_with = "loose::text")]
    pub status: String,
    /// Id of the baseline.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub baseline_id: Option<String>,
    /// Name of the baseline.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub baseline_name: Option<String>,
    /// Kind of the baseline's rules.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub rule_type: Option<String>,
    /// Operating system.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub operating_system: Option<String>,
    /// Patches it has.
    pub compliant_summary: Option<CompliantSummary>,
    /// Patches it lacks.
    pub non_compliant_summary: Option<NonCompliantSummary>,
    /// Who made the report, and when.
    pub execution_summary: Option<ExecutionSummary>,
}

/// Patches a machine has.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompliantSummary {
    /// How many.
    #[serde(deserialize_with = "loose::integer")]
    pub compliant_count: Option<i64>,
    /// By severity; does not add up in the document's sample.
    pub severity_summary: Option<SeveritySummary>,
}

/// Patches a machine lacks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NonCompliantSummary {
    /// How many.
    #[serde(deserialize_with = "loose::integer")]
    pub non_compliant_count: Option<i64>,
    /// By severity; does not add up in the document's sample.
    pub severity_summary: Option<SeveritySummary>,
}

/// Patches by severity.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SeveritySummary {
    /// Critical ones.
    #[serde(deserialize_with = "loose::integer")]
    pub critical_count: Option<i64>,
    /// High ones.
    #[serde(deserialize_with = "loose::integer")]
    pub high_count: Option<i64>,
    /// Informational ones.
    #[serde(deserialize_with = "loose::integer")]
    pub informational_count: Option<i64>,
    /// Low ones.
    #[serde(deserialize_with = "loose::integer")]
    pub low_count: Option<i64>,
    /// Medium ones.
    #[serde(deserialize_with = "loose::integer")]
    pub medium_count: Option<i64>,
    /// Those without a severity.
    #[serde(deserialize_with = "loose::integer")]
    pub unspecified_count: Option<i64>,
}

/// Who made a report, and when.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExecutionSummary {
    /// Order.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub order_id: Option<String>,
    /// Job.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub job_id: Option<String>,
    /// When, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub report_time: Option<i64>,
}

/// Patches of one machine (10.24).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ComplianceItemPage {
    /// All matches.
    #[serde(default, deserialize_with = "loose::integer")]
    pub count: Option<i64>,
    /// The rows.
    #[serde(deserialize_with = "loose::list")]
    pub compliance_items: Vec<ComplianceItem>,
}

/// A patch of one machine.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ComplianceItem {
    /// Id of the machine.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub instance_id: Option<String>,
    /// Name of the patch.
    #[serde(deserialize_with = "loose::text")]
    pub title: String,
    /// Class of the patch.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub classification: Option<String>,
    /// Severity of the patch.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub severity_level: Option<String>,
    /// How bad it is to lack it.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub compliance_level: Option<String>,
    /// Where it stands.
    pub patch_detail: Option<PatchDetail>,
}

/// Where a patch stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PatchDetail {
    /// When it was installed, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub installed_time: Option<i64>,
    /// Id of the baseline.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub patch_baseline_id: Option<String>,
    /// Name of the baseline.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub patch_baseline_name: Option<String>,
    /// State.
    #[serde(deserialize_with = "loose::text")]
    pub patch_status: String,
}
