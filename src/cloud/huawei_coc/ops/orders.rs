//! Script orders (huawei-coc.md, 10.8 to 10.13).

use serde::{Deserialize, Serialize};

use super::{Data, Page, checks};
use crate::cloud::declare::Call;
use crate::cloud::loose;
use crate::{choices, operation};

choices! {
    /// State of a machine in an order, to filter by.
    InstanceStatus;
    /// Not begun.
    Ready = "READY",
    /// Running.
    Processing = "PROCESSING",
    /// Failed.
    Abnormal = "ABNORMAL",
    /// Cancelled.
    Canceled = "CANCELED",
    /// Done.
    Finished = "FINISHED",
}

choices! {
    /// State of an order, to filter by.
    OrderStatus;
    /// Not begun.
    Ready = "READY",
    /// Running.
    Processing = "PROCESSING",
    /// Halted: too many machines failed.
    Abnormal = "ABNORMAL",
    /// Halted by the operator or after a batch.
    Paused = "PAUSED",
    /// Cancelled.
    Canceled = "CANCELED",
    /// Done.
    Finished = "FINISHED",
}

choices! {
    /// What can be done to an order.
    OrderOperation;
    /// Cancel one machine.
    CancelInstance = "CANCEL_INSTANCE",
    /// Cancel what is open in a batch and go on.
    SkipBatch = "SKIP_BATCH",
    /// Cancel everything that is open.
    CancelOrder = "CANCEL_ORDER",
    /// Stop before the next batch.
    PauseOrder = "PAUSE_ORDER",
    /// Go on with the next batch.
    ContinueOrder = "CONTINUE_ORDER",
}

operation! {
    /// Reads an order: its state, its script and how it runs.
    GetScriptOrder -> Data<OrderDetail>, "huawei-coc.get_script_order",
        Call::rest("GetScriptJobInfo", "v1", "GET", "/v1/job/script/orders/{execute_uuid}");
    /// Id of the order.
    execute_uuid: String = "execute_uuid".len(1, 26),
}

operation! {
    /// Lists the batches of an order.
    ListScriptOrderBatches -> Data<Vec<BatchRow>>, "huawei-coc.list_script_order_batches",
        Call::rest("ListScriptJobBatches", "v1", "GET", "/v1/job/script/orders/{execute_uuid}/batches");
    /// Id of the order.
    execute_uuid: String = "execute_uuid".len(1, 26),
}

operation! {
    /// Counts the machines of an order by state: the cheapest way to follow it.
    GetScriptOrderStatistics -> Data<OrderStatistics>, "huawei-coc.get_script_order_statistics",
        Call::rest("GetScriptJobStatistics", "v1", "GET", "/v1/job/script/orders/{execute_uuid}/statistics");
    /// Id of the order.
    execute_uuid: String = "execute_uuid".len(1, 26),
}

operation! {
    /// Reads the machines of a batch with their output. A page with full output can be large.
    GetScriptOrderBatch -> Data<BatchDetail>, "huawei-coc.get_script_order_batch",
        Call::rest(
            "GetScriptJobBatch",
            "v1",
            "GET",
            "/v1/job/script/orders/{execute_uuid}/batches/{batch_index}",
        );
    /// Place of the batch, from 1.
    batch_index: i64 = "batch_index".range(1, 20),
    /// Id of the order.
    execute_uuid: String = "execute_uuid".len(1, 26),
    /// Only machines in this state.
    status: Option<InstanceStatus> = "status",
    /// Rows per page.
    limit: i64 = "limit".range(1, 50),
    /// `id` of the last row of the previous page; 0 for the first page, which is what its absence means today.
    marker: Option<i64> = "marker".range(0, 2_147_483_647),
}

operation! {
    /// Lists orders, newest first.
    ListScriptOrders -> Data<Page<OrderRow>>, "huawei-coc.list_script_orders",
        Call::rest("ListScriptJobs", "v1", "GET", "/v1/job/script/orders");
    /// Rows per page.
    limit: Option<i64> = "limit".range(1, 100),
    /// `order_id` of the last row of the previous page; absent for the first page.
    marker: Option<i64> = "marker".range(1, 2_147_483_647),
    /// Created from this instant on, in milliseconds since 1970.
    start_time: Option<i64> = "start_time".at_least(1),
    /// Created until this instant, in milliseconds since 1970.
    end_time: Option<i64> = "end_time".at_least(1),
    /// Who started it.
    creator: Option<String> = "creator".len(1, 64),
    /// Only orders in this state.
    status: Option<OrderStatus> = "status",
}

operation! {
    /// Pauses, continues or cancels an order, skips a batch or cancels one machine.
    OperateScriptOrder -> Data<Option<String>>, "huawei-coc.operate_script_order",
        Call::rest("OperateScriptJob", "v1", "PUT", "/v1/job/script/orders/{execute_uuid}/operation").mutates(),
        check = checks::order_operation;
    /// Id of the order.
    execute_uuid: String = "execute_uuid".len(1, 26),
    /// The batch to skip.
    batch_index: Option<i64> = "batch_index".range(1, 20),
    /// The machine to cancel, by its `id` within the batch.
    instance_id: Option<i64> = "instance_id".range(1, i64::MAX),
    /// What to do.
    operation_type: OrderOperation = "operation_type",
}

/// An order in full (10.8).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderDetail {
    /// Id of the order.
    #[serde(deserialize_with = "loose::text")]
    pub execute_uuid: String,
    /// When it was created, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub gmt_created: Option<i64>,
    /// When it ended, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub gmt_finished: Option<i64>,
    /// How long it took, in milliseconds; the document says seconds, the two instants above decide.
    #[serde(deserialize_with = "loose::integer")]
    pub execute_costs: Option<i64>,
    /// Who started it.
    #[serde(deserialize_with = "loose::text")]
    pub creator: String,
    /// Its state; `ERROR` and `ABNORMAL` are the same.
    #[serde(deserialize_with = "loose::text")]
    pub status: String,
    /// What it runs and how.
    pub properties: Option<OrderProperties>,
}

/// What an order runs and how.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderProperties {
    /// Id of the script.
    #[serde(deserialize_with = "loose::text")]
    pub script_uuid: String,
    /// Name of the script.
    #[serde(deserialize_with = "loose::text")]
    pub script_name: String,
    /// Id of the script's version.
    #[serde(
        deserialize_with = "loose::integer",
        skip_serializing_if = "Option::is_none"
    )]
    pub script_version_uuid: Option<i64>,
    /// Name of the script's version.
    #[serde(
        deserialize_with = "loose::maybe_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub script_version_name: Option<String>,
    /// The batch that runs, from 1.
    #[serde(deserialize_with = "loose::integer")]
    pub current_execute_batch_index: Option<i64>,
    /// How it runs, as it was sent.
    pub execute_param: Option<ExecuteParamRead>,
    /// Where the script comes from, for example `CUSTOM_SCRIPT`.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub script_source: Option<String>,
}

/// How an order runs, as read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExecuteParamRead {
    /// Resources are not limited.
    #[serde(deserialize_with = "loose::flag")]
    pub resourceful: Option<bool>,
    /// Seconds a machine may take.
    #[serde(deserialize_with = "loose::integer")]
    pub timeout: Option<i64>,
    /// Per cent of a batch that must succeed.
    #[serde(deserialize_with = "loose::number")]
    pub success_rate: Option<f64>,
    /// User it runs as.
    #[serde(deserialize_with = "loose::text")]
    pub execute_user: String,
    /// Values of the script's parameters.
    #[serde(deserialize_with = "loose::list")]
    pub script_params: Vec<ParameterValueRead>,
}

/// A parameter's value for one run, as read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParameterValueRead {
    /// Name.
    #[serde(deserialize_with = "loose::text")]
    pub param_name: String,
    /// Value.
    #[serde(deserialize_with = "loose::text")]
    pub param_value: String,
    /// Position, from 1.
    #[serde(deserialize_with = "loose::integer")]
    pub param_order: Option<i64>,
}

/// A batch in a list (10.9). Its state follows from the statistics and its machines.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BatchRow {
    /// Its place, from 1.
    #[serde(deserialize_with = "loose::integer")]
    pub batch_index: Option<i64>,
    /// How many machines are in it.
    #[serde(deserialize_with = "loose::integer")]
    pub total_instances: Option<i64>,
    /// What happens after it.
    #[serde(deserialize_with = "loose::text")]
    pub rotation_strategy: String,
    /// A label; not described further.
    #[serde(
        deserialize_with = "loose::maybe_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub properties: Option<String>,
}

/// How many machines are in which state (10.10).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderStatistics {
    /// All machines.
    #[serde(deserialize_with = "loose::integer")]
    pub total_instance: Option<i64>,
    /// By state.
    #[serde(deserialize_with = "loose::list")]
    pub execute_statistics: Vec<StatusStatistic>,
}

/// How many machines are in one state.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatusStatistic {
    /// The state; `instance_statuses` in the document's table.
    #[serde(alias = "instance_statuses", deserialize_with = "loose::text")]
    pub instance_status: String,
    /// How many.
    #[serde(deserialize_with = "loose::integer")]
    pub instance_count: Option<i64>,
    /// Batches that hold such machines.
    #[serde(deserialize_with = "loose::integers")]
    pub batch_indexes: Vec<i64>,
}

/// One page of the machines of a batch (10.11).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BatchDetail {
    /// Its place, from 1.
    #[serde(default, deserialize_with = "loose::integer")]
    pub batch_index: Option<i64>,
    /// How many machines are in it.
    #[serde(default, deserialize_with = "loose::integer")]
    pub total_instances: Option<i64>,
    /// The machines.
    #[serde(deserialize_with = "loose::list")]
    pub execute_instances: Vec<ExecuteInstance>,
}

/// One machine of a batch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExecuteInstance {
    /// Its id within the order, and key for paging.
    #[serde(deserialize_with = "loose::integer")]
    pub id: Option<i64>,
    /// The machine.
    pub target_instance: Option<TargetRead>,
    /// When it was put into the order, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub gmt_created: Option<i64>,
    /// When it ended, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub gmt_finished: Option<i64>,
    /// How long it took, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub execute_costs: Option<i64>,
    /// Its state.
    #[serde(deserialize_with = "loose::text")]
    pub status: String,
    /// Its output, up to 1 MB.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub message: Option<String>,
}

/// A machine of an order, as read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TargetRead {
    /// Id given by the cloud service.
    #[serde(deserialize_with = "loose::text")]
    pub resource_id: String,
    /// Id of its agent.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub agent_sn: Option<String>,
    /// State of its agent.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub agent_status: Option<String>,
    /// Its region.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub region_id: Option<String>,
    /// Its project.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub project_id: Option<String>,
    /// What else is known of it.
    pub properties: Option<TargetProperties>,
}

/// What is known of a machine of an order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TargetProperties {
    /// Host name.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub host_name: Option<String>,
    /// Address in the network.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub fixed_ip: Option<String>,
    /// Address on the internet.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub floating_ip: Option<String>,
    /// Region.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub region_id: Option<String>,
    /// Availability zone.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub zone_id: Option<String>,
    /// Application.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub application: Option<String>,
    /// Group.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub group: Option<String>,
    /// Project.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub project_id: Option<String>,
}

/// An order in a list (10.12).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderRow {
    /// Key for paging.
    #[serde(deserialize_with = "loose::integer")]
    pub order_id: Option<i64>,
    /// Its name: that of the script.
    #[serde(deserialize_with = "loose::text")]
    pub order_name: String,
    /// Id of the order.
    #[serde(deserialize_with = "loose::text")]
    pub execute_uuid: String,
    /// When it was created, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub gmt_created: Option<i64>,
    /// When it ended, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub gmt_finished: Option<i64>,
    /// How long it took, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub execute_costs: Option<i64>,
    /// Who started it.
    #[serde(deserialize_with = "loose::text")]
    pub creator: String,
    /// Its state.
    #[serde(deserialize_with = "loose::text")]
    pub status: String,
    /// Where it runs.
    pub properties: Option<OrderRowProperties>,
}

/// Where an order runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderRowProperties {
    /// One region or several; how they are separated is not known.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub region_ids: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn statistics_are_read_in_both_spellings() {
        for key in ["instance_status", "instance_statuses"] {
            let read: Data<OrderStatistics> = serde_json::from_value(json!({"data": {
                "total_instance": "3",
                "execute_statistics": [{key: "READY", "instance_count": "3", "batch_indexes": ["1", 2]}],
            }}))
            .unwrap();
            assert_eq!(read.data.total_instance, Some(3));
            let ready = &read.data.execute_statistics[0];
            assert_eq!(ready.instance_status, "READY");
            assert_eq!(ready.instance_count, Some(3));
            assert_eq!(ready.batch_indexes, [1, 2]);
        }
    }

    #[test]
    fn a_batch_is_read_with_indexes_as_text_and_without_a_log() {
        let read: Data<BatchDetail> = serde_json::from_value(json!({
            "batch_index": "1",
            "execute_instances": [{"id": "1588", "message": null, "target_instance": null}],
        }))
        .unwrap();
        assert_eq!(read.data.batch_index, Some(1));
        assert_eq!(read.data.execute_instances[0].id, Some(1588));
        assert_eq!(read.data.execute_instances[0].message, None);
    }
}
