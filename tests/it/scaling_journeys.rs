//! A night with scaling groups, with nothing but keys: the real program and the real clients in front of the simulator,
//! in virtual time. What the screen says is held against what the simulator knows.

use std::time::Duration;

use watchkeeper::sim::estate::Measure;
use watchkeeper::sim::estate::things::scaling::Group;

use super::stage::{Setting, Stage, play};

fn setting(scenario: &str, size: (u16, u16)) -> Setting {
    Setting {
        size,
        scenario: scenario.to_owned(),
        ..Setting::default()
    }
}

/// The group as the simulator knows it.
fn group(stage: &Stage, name: &str) -> Group {
    stage.sim.with_estate(|estate| {
        let mut groups = estate.scaling.groups.iter();
        groups.find(|group| group.name == name).unwrap().clone()
    })
}

fn cpu(stage: &Stage, machine: &str) -> f64 {
    stage.sim.with_estate(|estate| {
        let machine = estate.machine(machine).unwrap();
        estate.value(machine, Measure::Cpu, estate.now).unwrap()
    })
}

/// Opens the view of a group.
pub async fn open(stage: &mut Stage, name: &str) {
    stage.go("scaling").await;
    stage.sees(name).await;
    stage.press("/").await;
    stage.type_text(name).await;
    stage.press("<enter>").await;
    stage.press("<enter>").await;
    stage.sees(&format!("Scaling groups · {name}")).await;
    stage.sees("✓ healthy").await;
}

/// From the alarm on a machine to its group, one member more, and the metric falls until the alarm is over.
async fn out_under_load(size: (u16, u16)) {
    play(setting("rush", size), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("CPU使用率 > 90%").await;
        assert!(cpu(stage, "shop-02") > 90.0);
        stage.press("g s").await;
        stage.sees("Scaling groups · shop").await;
        stage.sees("4 of 2–10").await;
        stage.press("+").await;
        stage.sees("Change shop from 4 to 5 members?").await;
        stage.sees("creates 1 from shop-2026").await;
        stage.confirm("Change").await;
        stage.sees("shop-08").await;
        stage.sees("5 of 2–10").await;
        let fresh = group(stage, "shop").members.pop().unwrap();
        assert_eq!(fresh.name, "shop-08");
        // A growth is to be seen where it happened.
        stage.press("l").await;
        stage.sees("1 added").await;
        let row = stage.line_with("1 added");
        assert!(row.contains("✓ done"), "{row}");
        stage.go("alarms").await;
        stage
            .wait_until("the alarm is over", |screen| {
                !screen.contains("CPU使用率 > 90%")
            })
            .await;
        assert!(cpu(stage, "shop-02") < 90.0);
        // On the graph of a member the growth is a mark that opens the activity.
        open(stage, "shop").await;
        stage.press("<enter>").await;
        stage.sees("cpu.utilization.total").await;
        // The new member is bound to the policy, too; that was noticed last.
        stage.press("[ e").await;
        stage.sees("policy CPU over 90 % changed (noticed)").await;
        stage.press("[ e").await;
        stage.sees("2/2  you: set desired capacity of shop").await;
        stage.press("[ e").await;
        stage.sees("scaling shop: 1 added, the size was").await;
        stage.press("<enter>").await;
        stage.sees("[Activities").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn from_the_alarm_to_a_larger_group_on_a_small_screen() {
    out_under_load((80, 24)).await;
}

#[tokio::test(start_paused = true)]
async fn from_the_alarm_to_a_larger_group_on_a_large_screen() {
    out_under_load((120, 40)).await;
}

/// Who is protected stays; the dialog says who goes, and that one goes.
#[tokio::test(start_paused = true)]
async fn a_member_is_protected_and_another_leaves() {
    play(setting("rush", (80, 24)), async |stage: &mut Stage| {
        open(stage, "shop").await;
        stage.press("j").await;
        stage.press("P").await;
        stage.sees("Protect members of shop?").await;
        assert!(stage.line_with("shop-02  ").contains('-'));
        stage.press("<tab>").await;
        stage.press("<enter>").await;
        stage
            .wait_until("protected", |screen| {
                let mut lines = screen.lines();
                lines.any(|line| line.contains("shop-02") && line.contains("protected"))
            })
            .await;
        stage.press("_").await;
        stage.sees("Change shop from 4 to 3 members?").await;
        stage.sees("shop-03 leaves").await;
        stage.sees("is destroyed").await;
        stage.sees("protected, stays: shop-01, shop-02").await;
        stage.confirm("Change").await;
        stage.sees("3 of 2–10").await;
        stage
            .wait_until("it has left", |screen| !screen.contains("shop-03"))
            .await;
        let names: Vec<String> = group(stage, "shop")
            .members
            .iter()
            .map(|member| member.name.clone())
            .collect();
        assert_eq!(names, ["shop-01", "shop-02", "shop-04"]);
        let gone =
            |estate: &mut watchkeeper::sim::estate::Estate| estate.machine("shop-03").is_none();
        assert!(stage.sim.with_estate(gone));
        stage.press("l").await;
        stage.sees("1 removed").await;
    })
    .await;
}

/// A task is typed in, previewed, created, listed with its next run, and runs.
#[tokio::test(start_paused = true)]
async fn a_task_is_scheduled_and_runs() {
    play(setting("rush", (80, 24)), async |stage: &mut Stage| {
        open(stage, "shop").await;
        for _ in 0..3 {
            stage.press("l").await;
        }
        stage.sees("No scheduled tasks; o creates one").await;
        stage.press("o").await;
        stage.sees("New task of shop").await;
        stage.type_text("evening").await;
        // Name, minimum, desired: six instead of four.
        stage.press("<tab>").await;
        stage.press("<tab>").await;
        stage.press("<backspace>").await;
        stage.type_text("6").await;
        stage.press("<tab>").await;
        stage.press("<tab>").await;
        stage.type_text("2026-11-22 03:20").await;
        stage.send_form(4).await;
        stage.sees("Create a task of shop?").await;
        stage.sees("runs at 2026-11-22 03:20:00").await;
        stage.sees("nothing sets them back").await;
        stage.confirm("Create").await;
        stage.sees("Next runs of evening").await;
        stage.sees("6 of 2–10").await;
        stage.pass(Duration::from_secs(8 * 60 + 30)).await;
        stage.sees("not again").await;
        let group = group(stage, "shop");
        assert_eq!((group.desired, group.members.len()), (6, 6));
        // A time that is over is sent back to its field.
        stage.press("o").await;
        stage.type_text("late").await;
        for _ in 0..4 {
            stage.press("<tab>").await;
        }
        stage.type_text("2026-11-22 03:00").await;
        stage.send_form(4).await;
        stage.sees("Must lie in the future").await;
    })
    .await;
}

/// The dialog says what goes and what stays before the whole set is replaced; to take all away the name is typed.
#[tokio::test(start_paused = true)]
async fn load_balancers_are_changed_safely() {
    play(setting("demo", (120, 40)), async |stage: &mut Stage| {
        open(stage, "shop").await;
        let before = group(stage, "shop").bindings;
        assert_eq!(before.len(), 2);
        stage.press("z b").await;
        stage.sees("Load balancers of shop").await;
        // The first line goes.
        stage.press("<c-k>").await;
        stage.send_form(0).await;
        stage.sees("Replaces the whole set").await;
        stage.sees(&format!("removes {}", before[0].balancer)).await;
        stage.sees(&format!("keeps {}", before[1].balancer)).await;
        stage.confirm("Replace").await;
        stage.sees("Balancers 1").await;
        assert_eq!(group(stage, "shop").bindings, before[1..]);
        // What does not exist is refused, and everything stays.
        stage.press("z b").await;
        stage.press("<home>").await;
        stage.press("<c-k>").await;
        stage.type_text("no/such:80").await;
        stage.send_form(0).await;
        stage.sees("adds no/such:80").await;
        stage.confirm("Replace").await;
        stage.sees("Slb.N").await;
        assert_eq!(group(stage, "shop").bindings, before[1..]);
    })
    .await;
}

/// A group that cannot grow is in the queue, once, and opens at what failed.
#[tokio::test(start_paused = true)]
async fn a_group_that_cannot_grow_is_in_the_queue() {
    play(setting("demo", (120, 40)), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("Scaling failed: sold out?").await;
        let rows = stage.text().matches("Scaling failed").count();
        assert_eq!(rows, 1);
        let row = stage.line_with("Scaling failed");
        assert!(row.contains("MAJ") && row.contains("图片"), "{row}");
        stage.press("/").await;
        stage.type_text("Scaling").await;
        stage.press("<enter>").await;
        stage.press("<enter>").await;
        stage.sees("[Activities").await;
        stage.sees("✗ failing").await;
        // Lowered to what there is, it needs nobody any more.
        stage.press("_").await;
        stage.sees("Change 图片 from 4 to 3 members?").await;
        stage.confirm("Change").await;
        stage.sees("✓ active").await;
        stage.go("alarms").await;
        stage
            .wait_until("nothing failed", |screen| {
                !screen.contains("Scaling failed")
            })
            .await;
    })
    .await;
}

/// What the group of an incident's machine did stands in the incident's time line.
#[tokio::test(start_paused = true)]
async fn the_time_line_of_an_incident_tells_of_its_scaling_group() {
    play(setting("rush", (120, 40)), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("CPU使用率 > 90%").await;
        stage.press("g g").await;
        stage.press("c").await;
        stage.sees("Create an incident?").await;
        let application = stage
            .sim
            .with_estate(|estate| estate.applications[0].id.clone());
        // Title, description, level, kind, application.
        stage.press("<tab> <tab> <tab> <tab>").await;
        stage.type_text(&application).await;
        stage.send_form(4).await;
        stage.confirm("Create").await;
        stage.sees("Done, IM").await;
        stage.go("alarms").await;
        stage.press("g g").await;
        stage.press("g s").await;
        stage.sees("Scaling groups · shop").await;
        stage.press("+").await;
        stage.sees("Change shop from 4 to 5 members?").await;
        stage.confirm("Change").await;
        stage.sees("5 of 2–10").await;
        stage.go("incidents").await;
        stage.sees("CPU").await;
        stage.press("/").await;
        stage.type_text("shop").await;
        stage.press("<enter>").await;
        stage.press("<enter>").await;
        stage.sees("Time line").await;
        stage.press("G").await;
        // As it was when the description was opened: still running, or done.
        stage.sees("scaling shop: ").await;
        let line = stage.line_with("scaling shop: ");
        assert!(line.contains("the size was changed"), "{line}");
    })
    .await;
}
