//! Rules across fields, in words, checked before anything is sent (ksc-autoscaling.md, 13 and 14.3).

use serde_json::{Map, Value as Json};

use crate::cloud::declare::Violation;
use crate::domain::scaling::cron_problem;

/// Collects violations.
struct Found<'a> {
    input: Option<&'a Map<String, Json>>,
    list: Vec<Violation>,
}

impl<'a> Found<'a> {
    fn of(input: &'a Json) -> Self {
        Self {
            input: input.as_object(),
            list: Vec::new(),
        }
    }

    fn get(&self, name: &str) -> Option<&'a Json> {
        self.input?.get(name).filter(|value| !value.is_null())
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    fn items(&self, name: &str) -> &'a [Json] {
        let plain = name.trim_end_matches(".N");
        self.get(name)
            .or_else(|| self.get(plain))
            .and_then(Json::as_array)
            .map_or(&[], Vec::as_slice)
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over numbers and texts alike"
    )]
    fn add(&mut self, field: &str, rule: &str, given: impl ToString) {
        self.push(field, rule, given.to_string(), false);
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over numbers and texts alike"
    )]
    fn warn(&mut self, field: &str, rule: &str, given: impl ToString) {
        self.push(field, rule, given.to_string(), true);
    }

    fn push(&mut self, field: &str, rule: &str, given: String, soft: bool) {
        self.list.push(Violation {
            field: field.to_owned(),
            rule: rule.to_owned(),
            given,
            soft,
        });
    }

    fn sizes(&mut self, min: &str, desired: &str, max: &str) {
        let (low, wanted, high) = (self.number(min), self.number(desired), self.number(max));
        if high.is_some_and(|high| high < 1) {
            self.add(max, "must be at least 1", high.unwrap_or_default());
        }
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            self.add(
                min,
                &format!("must not be above {max}, which is {high}"),
                low,
            );
        }
        let Some(wanted) = wanted else { return };
        if low.is_some_and(|low| wanted < low) {
            let rule = format!(
                "must not be below {min}, which is {}",
                low.unwrap_or_default()
            );
            self.add(desired, &rule, wanted);
        }
        if high.is_some_and(|high| wanted > high) {
            let rule = format!(
                "must not be above {max}, which is {}",
                high.unwrap_or_default()
            );
            self.add(desired, &rule, wanted);
        }
    }

    /// Load balancer, listener and a port belong together (12.1, 12.12).
    fn bindings(&mut self) {
        for (index, slb) in self.items("Slb.N").iter().enumerate() {
            let field = |name: &str| format!("Slb.N[{index}].{name}");
            for name in ["Id", "ListenerId"] {
                if slb[name].as_str().is_none_or(str::is_empty) {
                    self.add(&field(name), "must be given for a load balancer", "nothing");
                }
            }
            let ports = slb.get("ServerPort.M").or_else(|| slb.get("ServerPort"));
            let ports: Vec<i64> = ports
                .and_then(Json::as_array)
                .into_iter()
                .flatten()
                .filter_map(Json::as_i64)
                .collect();
            if ports.is_empty() {
                let rule = "must have a port for a load balancer";
                self.add(&field("ServerPort.M"), rule, "nothing");
            }
            for port in ports.iter().filter(|port| !(1..=65_535).contains(*port)) {
                self.add(&field("ServerPort.M"), "must be 1 to 65535", port);
            }
        }
    }
}

/// Rules of creating and changing a group.
pub fn group(input: &Json) -> Vec<Violation> {
    let mut found = Found::of(input);
    found.sizes("MinSize", "DesiredCapacity", "MaxSize");
    found.bindings();
    if found.items("SubnetId.N").len() > 1 && found.text("SubnetStrategy").is_none() {
        let rule = "should be given with several subnets; the service takes balanced-distribution";
        found.warn("SubnetStrategy", rule, "nothing");
    }
    found.list
}

/// Rules of replacing load balancers.
pub fn balancers(input: &Json) -> Vec<Violation> {
    let mut found = Found::of(input);
    found.bindings();
    if found.items("Slb.N").is_empty() {
        found.warn(
            "Slb.N",
            "is the whole new set: without it every load balancer is taken away",
            "nothing",
        );
    }
    found.list
}

/// Rules of creating a launch configuration.
pub fn create_config(input: &Json) -> Vec<Violation> {
    let mut list = config(input);
    let found = Found::of(input);
    if found.text("InstanceType").is_none() && found.items("InstanceType.N").is_empty() {
        list.push(Violation::new(
            "InstanceType",
            "must be given, or InstanceType.N",
            "nothing",
        ));
    }
    list
}

/// Rules of a launch configuration.
pub fn config(input: &Json) -> Vec<Violation> {
    let mut found = Found::of(input);
    if let Some(one) = found.text("InstanceType")
        && found
            .input
            .is_some_and(|input| input.contains_key("InstanceType.N"))
    {
        found.add(
            "InstanceType",
            "must not be given together with InstanceType.N",
            one,
        );
    }
    for (index, tag) in found.items("Tag.N").iter().enumerate() {
        let has = |name: &str| tag[name].as_str().is_some_and(|text| !text.is_empty());
        if has("Value") && !has("Key") {
            let field = format!("Tag.N[{index}].Key");
            found.add(&field, "must be given where a value is", "nothing");
        }
    }
    if let Some(data) = found.text("UserData") {
        // 16 KB before or after encoding: the document does not say which.
        if data.len() > 16 * 1024 {
            let rule = "should not be above 16 KB";
            found.warn("UserData", rule, format!("{} bytes", data.len()));
        }
    }
    found.list
}

/// Rules of a metric policy.
pub fn policy(input: &Json) -> Vec<Violation> {
    let mut found = Found::of(input);
    if let Some(cool_down) = found.number("CoolDown").filter(|seconds| *seconds < 60)
        && found.get("ScalingPolicyId").is_some()
    {
        found.warn("CoolDown", "should be at least 60", cool_down);
    }
    if let Some(value) = found.number("AdjustmentValue") {
        match found.text("AdjustmentType") {
            Some("TotalCapacity") if value < 0 => {
                found.add(
                    "AdjustmentValue",
                    "must not be negative for TotalCapacity",
                    value,
                );
            }
            Some("TotalCapacity") if value > 10 => {
                found.warn(
                    "AdjustmentValue",
                    "should be 0 to 10 for TotalCapacity",
                    value,
                );
            }
            Some("QuantityChangeInCapacity") if value.abs() > 10 => {
                let rule = "should be -10 to 10 for QuantityChangeInCapacity";
                found.warn("AdjustmentValue", rule, value);
            }
            Some("PercentChangeInCapacity") if value.abs() > 100 => {
                let rule = "must be -100 to 100 for PercentChangeInCapacity";
                found.add("AdjustmentValue", rule, value);
            }
            _ => {}
        }
    }
    metric(&mut found);
    found.list
}

/// The threshold depends on the metric, and a period has at least a minute (11.5).
fn metric(found: &mut Found<'_>) {
    let Some(metric) = found.get("Metric").and_then(Json::as_object) else {
        return;
    };
    let name = metric.get("dimensionName").and_then(Json::as_str);
    let is_share = name.is_some_and(|name| name.ends_with("usage"));
    match metric.get("threshold").and_then(Json::as_i64) {
        Some(threshold) if is_share && !(0..=100).contains(&threshold) => {
            found.add("Metric.threshold", "must be 0 to 100 per cent", threshold);
        }
        Some(threshold) if !is_share && threshold < 1 => {
            found.add("Metric.threshold", "must be above 0 MB/s", threshold);
        }
        _ => {}
    }
    let period = metric.get("period").and_then(Json::as_i64);
    if let Some(period) = period.filter(|seconds| *seconds < 60) {
        found.add("Metric.period", "must be at least 60", period);
    }
}

/// Rules of a scheduled task (14.3, 14.8).
pub fn task(input: &Json) -> Vec<Violation> {
    let mut found = Found::of(input);
    found.sizes("ReadjustMinSize", "ReadjustExpectSize", "ReadjustMaxSize");
    let cron = found.text("Recurrence");
    let unit = found.text("RepeatUnit");
    let cycle = found.text("RepeatCycle");
    if let Some(rule) = cron.and_then(cron_problem) {
        found.add("Recurrence", rule, cron.unwrap_or_default());
    }
    if cron.is_some() && unit.is_some() {
        let rule = "should not be given together with RepeatUnit, which wins";
        found.warn("Recurrence", rule, cron.unwrap_or_default());
    }
    if unit.is_some() != cycle.is_some() {
        let rule = "must be given together with RepeatUnit, and only then";
        found.add("RepeatCycle", rule, cycle.unwrap_or("nothing"));
    }
    if let (Some(unit), Some(cycle)) = (unit, cycle)
        && let Some(rule) = cycle_problem(unit, cycle)
    {
        found.add("RepeatCycle", rule, cycle);
    }
    let repeats = cron.is_some() || unit.is_some();
    let end = found.text("EndTime");
    // What is not given stays as it is when a task is changed.
    let is_new = found.get("ScalingScheduledTaskId").is_none();
    if repeats && end.is_none() && is_new {
        found.add("EndTime", "must be given when the task repeats", "nothing");
    }
    if !repeats
        && is_new
        && let Some(end) = end
    {
        found.add(
            "EndTime",
            "must not be given when the task does not repeat",
            end,
        );
    }
    if let (Some(start), Some(end)) = (found.text("StartTime"), end)
        && end <= start
    {
        found.add("EndTime", "must be after StartTime", end);
    }
    found.list
}

/// What is wrong with the cycle of a unit.
fn cycle_problem(unit: &str, cycle: &str) -> Option<&'static str> {
    let numbers: Option<Vec<u32>> = cycle
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect();
    match (unit, numbers.as_deref()) {
        ("Month", Some([from @ 1..=31, to @ 1..=31])) if from <= to => None,
        ("Day", Some([1..=366])) | ("Month", Some([1..=31])) => None,
        ("Week", Some(days))
            if !days.is_empty() && days.iter().all(|day| (1..=7).contains(day)) =>
        {
            None
        }
        ("Day", _) => Some(r#"must be a number of days, such as ["2"]"#),
        ("Month", _) => Some(r#"must be days of the month from and to, such as ["2","5"]"#),
        ("Week", _) => {
            Some(r#"must be days of the week from 1 for Monday to 7, such as ["1","2"]"#)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hard(list: &[Violation]) -> Vec<&str> {
        list.iter()
            .filter(|violation| !violation.soft)
            .map(|violation| violation.field.as_str())
            .collect()
    }

    #[test]
    fn sizes_must_be_in_order() {
        let good = json!({"MinSize": 0, "DesiredCapacity": 0, "MaxSize": 1});
        assert!(group(&good).is_empty());
        let bad = json!({"MinSize": 3, "DesiredCapacity": 5, "MaxSize": 2});
        assert_eq!(hard(&group(&bad)), ["MinSize", "DesiredCapacity"]);
        assert_eq!(hard(&group(&json!({"MaxSize": 0}))), ["MaxSize"]);
    }

    #[test]
    fn a_load_balancer_is_given_whole() {
        let bad = json!({"Slb.N": [{"Id": "lb", "ServerPort.M": [0, 80]}]});
        assert_eq!(
            hard(&balancers(&bad)),
            ["Slb.N[0].ListenerId", "Slb.N[0].ServerPort.M"]
        );
        let none = balancers(&json!({}));
        assert!(hard(&none).is_empty() && none[0].rule.contains("taken away"));
    }

    #[test]
    fn one_type_or_several_but_not_both_and_not_none() {
        let both = json!({"InstanceType": "a", "InstanceType.N": ["b"]});
        assert_eq!(hard(&create_config(&both)), ["InstanceType"]);
        assert_eq!(hard(&create_config(&json!({}))), ["InstanceType"]);
        assert!(hard(&create_config(&json!({"InstanceType": "a"}))).is_empty());
    }

    #[test]
    fn the_value_of_an_adjustment_depends_on_its_type() {
        let of = |kind: &str, value: i64| {
            let list = policy(&json!({"AdjustmentType": kind, "AdjustmentValue": value}));
            (hard(&list).len(), list.len())
        };
        assert_eq!(of("TotalCapacity", -1), (1, 1));
        assert_eq!(of("TotalCapacity", 11), (0, 1));
        assert_eq!(of("QuantityChangeInCapacity", -10), (0, 0));
        assert_eq!(of("PercentChangeInCapacity", -101), (1, 1));
    }

    #[test]
    fn the_threshold_of_a_policy_depends_on_its_metric() {
        let of = |metric: &str, threshold: i64, period: i64| {
            let metric = json!({"dimensionName": metric, "threshold": threshold, "period": period});
            let list = policy(&json!({"Metric": metric}));
            hard(&list).len()
        };
        assert_eq!(of("cpu_usage", 100, 60), 0);
        assert_eq!(of("cpu_usage", 101, 60), 1);
        assert_eq!(of("net_intraffic", 101, 60), 0);
        assert_eq!(of("net_intraffic", 0, 30), 2);
    }

    #[test]
    fn repetitions_have_an_end_and_one_form() {
        let start = "2026-11-23 08:00:00";
        let once = json!({"StartTime": start});
        assert!(task(&once).is_empty());
        let endless = json!({"StartTime": start, "Recurrence": "* * * * 1"});
        assert_eq!(hard(&task(&endless)), ["EndTime"]);
        let at_three = json!({"StartTime": start, "Recurrence": "0 3 * * *", "EndTime": "2026-12-01 00:00:00"});
        assert_eq!(hard(&task(&at_three)), ["Recurrence"]);
        let week = json!({"StartTime": start, "EndTime": "2026-12-01 00:00:00", "RepeatUnit": "Week", "RepeatCycle": "[\"8\"]"});
        assert_eq!(hard(&task(&week)), ["RepeatCycle"]);
        let ended = json!({"StartTime": start, "EndTime": "2026-12-01 00:00:00"});
        assert_eq!(hard(&task(&ended)), ["EndTime"]);
    }
}
