//! Which machines have the patches they should have (huawei-coc.md, 10.23 and 10.24).

use super::chosen;
use super::convert::{count, instant};
use crate::cloud::client::Client;
use crate::cloud::declare::Operation;
use crate::cloud::huawei_coc::ops::{
    Compliance, ComplianceItem, GetPatchComplianceItems, InstanceCompliance, ListPatchCompliance,
    OperatingSystem, PatchStatus, ReportScene, ReportSortKey, SeveritySummary, SortDirection,
};
use crate::cloud::page::{Page, Style, Walk};
use crate::domain::account::SystemId;
use crate::domain::error::ApiError;
use crate::domain::patch::{PatchFilter, PatchItem, PatchItemFilter, PatchReport, Severities};
use crate::domain::text::SafeText;

/// Rows of a page, the most the service gives.
const PAGE: u32 = 100;

/// All reports that the filter lets pass, newest first unless it says otherwise.
pub async fn reports(client: &Client, filter: &PatchFilter) -> Result<Vec<PatchReport>, ApiError> {
    let ask = report_question(filter)?;
    let mut walk = Walk::new(Style::Index(1), PAGE);
    while let Some(at) = walk.next() {
        let ask = ListPatchCompliance {
            // `offset` counts pages from 1 (huawei-coc.md, 12).
            offset: i64::try_from(at.index()).ok(),
            ..ask.clone()
        };
        let read = client.call(&ask).await?.output;
        let page = Page {
            rows: read.instance_compliant,
            total: read.count.and_then(|total| u64::try_from(total).ok()),
            next: None,
        };
        walk.take(page, |row| row.id.clone());
    }
    let rows = walk
        .end()
        .whole(SystemId::HuaweiCoc, ListPatchCompliance::ID)?;
    Ok(rows.into_iter().map(report).collect())
}

/// All patches of a report that the filter lets pass.
pub async fn items(
    client: &Client,
    id: &SafeText,
    filter: &PatchItemFilter,
) -> Result<Vec<PatchItem>, ApiError> {
    let status = filter.status.as_deref();
    let status = status
        .map(chosen::<GetPatchComplianceItems, PatchStatus>)
        .transpose()?;
    let mut walk = Walk::new(Style::Index(1), PAGE);
    while let Some(at) = walk.next() {
        let ask = GetPatchComplianceItems {
            instance_compliant_id: id.raw().to_owned(),
            offset: i64::try_from(at.index()).ok(),
            limit: Some(i64::from(PAGE)),
            title: filter.title.clone(),
            patch_status: status,
            classification: filter.class.clone(),
            severity_level: filter.severity.clone(),
            compliance_level: filter.compliance.clone(),
            ..GetPatchComplianceItems::default()
        };
        let read = client.call(&ask).await?.output;
        let page = Page {
            rows: read.compliance_items,
            total: read.count.and_then(|total| u64::try_from(total).ok()),
            next: None,
        };
        walk.take(page, |row| {
            let class = row.classification.clone().unwrap_or_default();
            (row.title.clone(), class)
        });
    }
    let rows = walk
        .end()
        .whole(SystemId::HuaweiCoc, GetPatchComplianceItems::ID)?;
    Ok(rows.into_iter().map(item).collect())
}

fn report_question(filter: &PatchFilter) -> Result<ListPatchCompliance, ApiError> {
    type List = ListPatchCompliance;
    let system = filter.system.as_deref();
    let scene = filter.scene.as_deref();
    Ok(ListPatchCompliance {
        enterprise_project_id: filter.project.clone(),
        name: filter.name.clone(),
        instance_id: filter.machine.clone(),
        ip: filter.ip.clone(),
        eip: filter.public_ip.clone(),
        operating_system: system.map(chosen::<List, OperatingSystem>).transpose()?,
        region: filter.region.clone(),
        group: filter.group.clone(),
        compliant_status: filter.compliant.map(|compliant| {
            if compliant {
                Compliance::Compliant
            } else {
                Compliance::NonCompliant
            }
        }),
        order_id: filter.order.clone(),
        offset: None,
        limit: Some(i64::from(PAGE)),
        sort_dir: Some(if filter.oldest_first {
            SortDirection::Ascending
        } else {
            SortDirection::Descending
        }),
        sort_key: Some(ReportSortKey::ReportTime),
        report_scene: scene.map(chosen::<List, ReportScene>).transpose()?,
        cce_info_id: filter.cluster.clone(),
    })
}

fn report(read: InstanceCompliance) -> PatchReport {
    let text = |text: Option<String>| SafeText::from(text.unwrap_or_default());
    let present = read.compliant_summary.unwrap_or_default();
    let lacking = read.non_compliant_summary.unwrap_or_default();
    let made = read.execution_summary.unwrap_or_default();
    PatchReport {
        id: read.id.into(),
        name: text(read.name),
        // A node of a cluster has no id as a machine.
        machine: text(
            read.instance_id
                .filter(|id| !id.is_empty())
                .or(read.node_id),
        ),
        ip: text(read.ip),
        public_ip: text(read.eip),
        region: text(read.region),
        group: text(read.group),
        project: text(read.enterprise_project_id),
        scene: text(read.report_scene),
        system: text(read.operating_system),
        baseline: (text(read.baseline_name), text(read.rule_type)),
        compliant: match read.status.as_str() {
            "compliant" => Some(true),
            "non_compliant" => Some(false),
            _ => None,
        },
        present: count(present.compliant_count),
        present_by: severities(present.severity_summary),
        lacking: count(lacking.non_compliant_count),
        lacking_by: severities(lacking.severity_summary),
        order: text(made.order_id),
        at: instant(made.report_time),
    }
}

fn severities(read: Option<SeveritySummary>) -> Severities {
    let read = read.unwrap_or_default();
    Severities {
        critical: count(read.critical_count),
        high: count(read.high_count),
        medium: count(read.medium_count),
        low: count(read.low_count),
        informational: count(read.informational_count),
        unspecified: count(read.unspecified_count),
    }
}

fn item(read: ComplianceItem) -> PatchItem {
    let text = |text: Option<String>| SafeText::from(text.unwrap_or_default());
    let detail = read.patch_detail.unwrap_or_default();
    PatchItem {
        title: read.title.into(),
        class: text(read.classification),
        severity: text(read.severity_level),
        compliance: text(read.compliance_level),
        status: detail.patch_status.into(),
        installed: instant(detail.installed_time),
        baseline: text(detail.patch_baseline_name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_becomes_the_question_and_odd_words_are_refused() {
        let filter = PatchFilter {
            system: Some("centos".to_owned()),
            compliant: Some(false),
            oldest_first: true,
            ..PatchFilter::default()
        };
        let ask = report_question(&filter).unwrap();
        assert_eq!(ask.operating_system, Some(OperatingSystem::CentOs));
        assert_eq!(ask.compliant_status, Some(Compliance::NonCompliant));
        assert_eq!(ask.sort_dir, Some(SortDirection::Ascending));
        let odd = PatchFilter {
            system: Some("Plan9".to_owned()),
            ..PatchFilter::default()
        };
        let error = report_question(&odd).unwrap_err();
        assert!(error.message.raw().contains("CentOS"), "{}", error.message);
    }

    #[test]
    fn a_report_of_a_node_keeps_what_it_has() {
        let read: InstanceCompliance = serde_json::from_value(serde_json::json!({
            "id": "7", "node_id": "node-1", "instance_id": "", "status": "strange",
            "non_compliant_summary": {"non_compliant_count": 3, "severity_summary": {"critical_count": 2}},
            "execution_summary": {"order_id": "o", "report_time": 1_710_739_323_172_i64},
        }))
        .unwrap();
        let report = report(read);
        assert_eq!(report.machine.raw(), "node-1");
        assert_eq!((report.compliant, report.lacking), (None, 3));
        assert_eq!(report.lacking_by.critical, 2);
        assert!(report.at.is_some());
    }
}
