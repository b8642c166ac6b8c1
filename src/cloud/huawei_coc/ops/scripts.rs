//! Scripts (huawei-coc.md, 10.2 to 10.7).

use serde::{Deserialize, Serialize};

use super::{Data, Page, checks};
use crate::cloud::declare::Call;
use crate::cloud::loose;
use crate::{choices, object, operation};

choices! {
    /// How dangerous a script is.
    RiskLevel;
    /// Low.
    Low = "LOW",
    /// Medium.
    Medium = "MEDIUM",
    /// High.
    High = "HIGH",
}

choices! {
    /// The language of a script.
    ScriptType;
    /// A shell script, `.sh`.
    Shell = "SHELL",
    /// A Python script, `.py`.
    Python = "PYTHON",
    /// A batch file, `.bat`.
    Bat = "BAT",
}

choices! {
    /// How reviewers are told.
    Protocol;
    /// The way the account is set to.
    Default = "DEFAULT",
    /// Short message.
    Sms = "SMS",
    /// Mail.
    Email = "EMAIL",
    /// `DingTalk`.
    DingTalk = "DING_TALK",
    /// `WeLink`.
    WeLink = "WE_LINK",
    /// `WeChat`.
    WeChat = "WECHAT",
    /// A call.
    Call = "CALLNOTIFY",
    /// They are not told.
    None = "NOT_TO_NOTIFY",
}

choices! {
    /// What happens after a batch.
    RotationStrategy;
    /// The next batch starts.
    Continue = "CONTINUE",
    /// The order waits for the operator.
    Pause = "PAUSE",
}

object! {
    /// Somebody who approves a script.
    Reviewer;
    /// IAM user name.
    reviewer_name: String = "reviewer_name".len(1, 64),
    /// IAM user id.
    reviewer_id: String = "reviewer_id".len(0, 32),
}

object! {
    /// Risk, version and approval of a script.
    ScriptProperties;
    /// How dangerous it is.
    risk_level: RiskLevel = "risk_level",
    /// Its version, for example `1.0.0`.
    version: String = "version".len(1, 10),
    /// Who approves it; nobody needs to when empty.
    reviewers: Vec<Reviewer> = "reviewers".items(0, 5),
    /// How they are told.
    protocol: Option<Protocol> = "protocol",
}

object! {
    /// A parameter of a script, with its default value.
    ScriptParameter;
    /// Name: letters, digits, underscore.
    param_name: String = "param_name".len(1, 64),
    /// Default value; may be a secret, so it is never shown.
    param_value: String = "param_value".len(0, 1024).secret(),
    /// What it is for.
    param_description: String = "param_description".len(0, 256),
    /// Position, from 1 without gaps.
    param_order: i64 = "param_order".range(1, 20),
    /// Is its value a secret? Such values are read back as asterisks.
    sensitive: bool = "sensitive",
}

operation! {
    /// Creates a script. Without reviewers it can be run at once.
    CreateScript -> Data<String>, "huawei-coc.create_script",
        Call::rest("CreateScript", "v1", "POST", "/v1/job/scripts").mutates(), check = checks::script;
    /// Name, unique in the account: Chinese characters, letters, digits, underscore.
    name: String = "name".len(1, 64),
    /// Risk, version, reviewers.
    properties: ScriptProperties = "properties",
    /// What it is for.
    description: String = "description".len(1, 256),
    /// Language.
    kind: ScriptType = "type",
    /// The script itself.
    content: String = "content".len(1, 4096),
    /// Its parameters.
    script_params: Vec<ScriptParameter> = "script_params".items(0, 20),
}

operation! {
    /// Lists scripts, newest first.
    ListScripts -> Data<Page<ScriptRow>>, "huawei-coc.list_scripts",
        Call::rest("ListScripts", "v1", "GET", "/v1/job/scripts");
    /// Rows per page.
    limit: i64 = "limit".range(1, 100),
    /// `id` of the last row of the previous page.
    marker: Option<i64> = "marker".range(0, i64::MAX),
    /// Part of the name.
    name_like: Option<String> = "name_like".len(1, 32),
    /// Who created it.
    creator: Option<String> = "creator".len(1, 64),
    /// How dangerous it is.
    risk_level: Option<RiskLevel> = "risk_level",
    /// Language.
    kind: Option<ScriptType> = "type",
}

operation! {
    /// Deletes a script. Orders that ran it stay.
    DeleteScript -> Data<Option<String>>, "huawei-coc.delete_script",
        Call::rest("DeleteScript", "v1", "DELETE", "/v1/job/scripts/{script_uuid}").mutates();
    /// Id of the script.
    script_uuid: String = "script_uuid".len(1, 25),
}

operation! {
    /// Changes a script; a script that had reviewers needs them chosen again and then waits for approval.
    UpdateScript -> Data<Option<String>>, "huawei-coc.update_script",
        Call::rest("UpdateScript", "v1", "PUT", "/v1/job/scripts/{script_uuid}").mutates(),
        check = checks::script;
    /// Id of the script.
    script_uuid: String = "script_uuid".len(1, 25),
    /// What it is for.
    description: String = "description".len(1, 256),
    /// The script itself.
    content: String = "content".len(1, 4096),
    /// Risk, version, reviewers; the old ones stay when absent.
    properties: Option<ScriptProperties> = "properties",
    /// Its parameters.
    script_params: Vec<ScriptParameter> = "script_params".items(0, 20),
}

operation! {
    /// Reads a script with its text and parameters.
    GetScript -> Data<ScriptDetail>, "huawei-coc.get_script",
        Call::rest("GetScript", "v1", "GET", "/v1/job/scripts/{script_uuid}");
    /// Id of the script.
    script_uuid: String = "script_uuid",
}

object! {
    /// A parameter's value for one run.
    ParameterValue;
    /// Name.
    param_name: String = "param_name".len(1, 64),
    /// Value; may be a secret, so it is never shown.
    param_value: String = "param_value".len(0, 1024).secret(),
    /// Position, from 1.
    param_order: i64 = "param_order".range(1, 20),
}

object! {
    /// How a script is run.
    ExecuteParam;
    /// Resources are not limited.
    resourceful: bool = "resourceful",
    /// Seconds a machine may take; the document's prose excludes both ends.
    timeout: i64 = "timeout".range(5, 1800),
    /// Per cent of a batch that must succeed, with one decimal at most.
    success_rate: f64 = "success_rate".range(1, 100),
    /// User it runs as, for example `root`.
    execute_user: String = "execute_user".len(1, 32),
    /// Values of its parameters.
    script_params: Vec<ParameterValue> = "script_params".items(0, 20),
}

object! {
    /// A machine to run on.
    TargetInstance;
    /// Id given by the cloud service.
    resource_id: String = "resource_id".len(1, 64),
    /// Id of its agent.
    agent_sn: String = "agent_sn".len(1, 32),
    /// Its project.
    project_id: String = "project_id".len(1, 32),
    /// Its region.
    region_id: String = "region_id".len(1, 32),
}

object! {
    /// Machines that run together.
    ExecuteBatch;
    /// Place of the batch, from 1.
    batch_index: i64 = "batch_index".range(1, 20),
    /// The machines.
    target_instances: Vec<TargetInstance> = "target_instances".items(1, 10).required(),
    /// What happens after it.
    rotation_strategy: RotationStrategy = "rotation_strategy",
}

operation! {
    /// Runs a script on up to 200 machines, batch by batch. Dangerous, and not idempotent.
    ExecuteScript -> Data<String>, "huawei-coc.execute_script",
        Call::rest("ExecuteScript", "v1", "POST", "/v1/job/scripts/{script_uuid}").mutates(),
        check = checks::execution;
    /// Id of the script.
    script_uuid: String = "script_uuid",
    /// How it is run.
    execute_param: ExecuteParam = "execute_param",
    /// Where it is run.
    execute_batches: Vec<ExecuteBatch> = "execute_batches".items(1, 20).required(),
}

/// A script in a list (10.3).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScriptRow {
    /// Key for paging.
    #[serde(deserialize_with = "loose::integer")]
    pub id: Option<i64>,
    /// Id of the script.
    #[serde(deserialize_with = "loose::text")]
    pub script_uuid: String,
    /// Name.
    #[serde(deserialize_with = "loose::text")]
    pub name: String,
    /// Language.
    #[serde(rename = "type", deserialize_with = "loose::text")]
    pub kind: String,
    /// Approval state.
    #[serde(deserialize_with = "loose::text")]
    pub status: String,
    /// When it was created, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub gmt_created: Option<i64>,
    /// When it was last changed, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub gmt_modified: Option<i64>,
    /// Name of its creator.
    #[serde(deserialize_with = "loose::text")]
    pub creator: String,
    /// Id of its creator.
    #[serde(deserialize_with = "loose::text")]
    pub creator_id: String,
    /// Who changed it last.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub operator: Option<String>,
    /// Risk, version, reviewers.
    pub properties: Option<ScriptPropertiesRead>,
}

/// Risk, version and reviewers of a script, as read: every word may be one this program does not know.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScriptPropertiesRead {
    /// How dangerous.
    #[serde(deserialize_with = "loose::text")]
    pub risk_level: String,
    /// Version.
    #[serde(deserialize_with = "loose::text")]
    pub version: String,
    /// Who approves it.
    #[serde(deserialize_with = "loose::list")]
    pub reviewers: Vec<ReviewerRead>,
    /// How reviewers are told.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub protocol: Option<String>,
}

/// A reviewer, as read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReviewerRead {
    /// IAM user name.
    #[serde(deserialize_with = "loose::text")]
    pub reviewer_name: String,
    /// IAM user id.
    #[serde(deserialize_with = "loose::text")]
    pub reviewer_id: String,
}

/// A script in full (10.6).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScriptDetail {
    /// Id of the script.
    #[serde(deserialize_with = "loose::text")]
    pub script_uuid: String,
    /// Name.
    #[serde(deserialize_with = "loose::text")]
    pub name: String,
    /// Version at the old place; `properties.version` counts.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub version: Option<String>,
    /// What it is for.
    #[serde(deserialize_with = "loose::text")]
    pub description: String,
    /// Language.
    #[serde(rename = "type", deserialize_with = "loose::text")]
    pub kind: String,
    /// The script itself.
    #[serde(deserialize_with = "loose::text")]
    pub content: String,
    /// Approval state.
    #[serde(deserialize_with = "loose::text")]
    pub status: String,
    /// Its parameters.
    #[serde(deserialize_with = "loose::list")]
    pub script_params: Vec<ScriptParameterRead>,
    /// When it was created, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub gmt_created: Option<i64>,
    /// When it was last changed, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub gmt_modified: Option<i64>,
    /// Name of its creator.
    #[serde(deserialize_with = "loose::text")]
    pub creator: String,
    /// Id of its creator.
    #[serde(deserialize_with = "loose::text")]
    pub creator_id: String,
    /// Who changed it last.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub operator: Option<String>,
    /// Risk, version, reviewers.
    pub properties: Option<ScriptPropertiesRead>,
}

/// A parameter of a script, as read. Secret values come as asterisks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScriptParameterRead {
    /// Name.
    #[serde(deserialize_with = "loose::text")]
    pub param_name: String,
    /// Default value.
    #[serde(deserialize_with = "loose::text")]
    pub param_value: String,
    /// What it is for.
    #[serde(deserialize_with = "loose::text")]
    pub param_description: String,
    /// Position, from 1.
    #[serde(deserialize_with = "loose::integer")]
    pub param_order: Option<i64>,
    /// Is its value a secret?
    #[serde(deserialize_with = "loose::flag")]
    pub sensitive: Option<bool>,
}
