//! Every dialog of scaling groups: what is asked, what is said before anything is sent, and what comes of it in the
//! simulator.

use std::time::Duration;

use watchkeeper::sim::estate::Cloud;
use watchkeeper::sim::estate::things::scaling::Group;

use super::scaling_journeys::open;
use super::stage::{Setting, Stage, play};

fn setting() -> Setting {
    Setting {
        size: (120, 40),
        ..Setting::default()
    }
}

/// The group as the simulator knows it.
fn group(stage: &Stage, name: &str) -> Option<Group> {
    stage.sim.with_estate(|estate| {
        let mut groups = estate.scaling.groups.iter();
        groups.find(|group| group.name == name).cloned()
    })
}

/// Types the word that a dialog wants, and presses its button.
async fn confirm_typed(stage: &mut Stage, word: &str, button: &str) {
    stage.sees(&format!("[ {button} ]")).await;
    stage.type_text(word).await;
    stage.press("<enter>").await;
    assert!(
        stage.has_focus(&format!("[ {button} ]")),
        "{}",
        stage.text()
    );
    stage.press("<enter>").await;
}

/// Goes to a tab of the group that is shown.
async fn tab(stage: &mut Stage, name: &str) {
    for _ in 0..7 {
        if stage.shows(&format!("[{name}")) {
            return;
        }
        stage.press("l").await;
    }
    panic!("no tab {name}: {}", stage.text());
}

/// From the configuration over the form to the preview: what is out of order is sent back, what is doubtful is said.
#[tokio::test(start_paused = true)]
async fn a_group_is_made_and_deleted() {
    play(setting(), async |stage: &mut Stage| {
        stage.go("scaling").await;
        stage.sees("shop").await;
        stage.press("n").await;
        stage.sees("New group from which configuration?").await;
        stage.press("<enter>").await;
        stage.sees("New group from ").await;
        stage.type_text("fresh").await;
        // Maximum: sixty instead of four, then too few.
        stage.press("<tab> <tab> <tab>").await;
        stage.press("<backspace>").await;
        stage.type_text("60").await;
        stage.send_form(3).await;
        stage.sees("Create scaling group fresh?").await;
        stage.sees("creates 1 from").await;
        stage
            .sees("Maximum 60 is beyond the 0 to 50 of the document")
            .await;
        assert!(stage.has_focus("[ Cancel ]"));
        stage.press("<esc>").await;
        assert!(group(stage, "fresh").is_none(), "nothing was sent");
        stage.press("n").await;
        stage.sees("New group from which configuration?").await;
        stage.press("<enter>").await;
        stage.sees("New group from ").await;
        stage.type_text("fresh").await;
        stage.press("<tab>").await;
        stage.press("<backspace>").await;
        stage.type_text("5").await;
        stage.send_form(1).await;
        stage.sees("Must not be above the maximum").await;
        stage.press("<backspace>").await;
        stage.type_text("0").await;
        stage.send_form(1).await;
        stage.confirm("Create").await;
        stage.sees("fresh").await;
        let made = group(stage, "fresh").unwrap();
        assert_eq!((made.min, made.desired, made.max), (0, 1, 4));
        open(stage, "fresh").await;
        stage.sees("✓ active").await;
        stage
            .wait_until("it is there", |screen| {
                screen.contains("1 of 0–4") && !screen.contains('→')
            })
            .await;
        // Nobody deletes a group with members.
        stage.press("z x").await;
        stage
            .sees("It has members: set minimum and desired to 0 first")
            .await;
        stage.press("_").await;
        stage.sees("Change fresh from 1 to 0 members?").await;
        stage.confirm("Change").await;
        stage.sees("No members").await;
        stage.press("z x").await;
        stage.sees("Delete fresh?").await;
        stage.sees("0 policies and 0 tasks go with it").await;
        confirm_typed(stage, "fresh", "Delete").await;
        stage.sees("This group is not there any more").await;
        assert!(group(stage, "fresh").is_none());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_group_is_changed_disabled_and_enabled() {
    play(setting(), async |stage: &mut Stage| {
        open(stage, "shop").await;
        stage.press("e").await;
        stage.sees("Change shop").await;
        stage.press("<tab> <tab> <tab>").await;
        stage.press("<backspace> <backspace>").await;
        stage.type_text("12").await;
        stage.send_form(3).await;
        stage.sees("Maximum: 10 → 12").await;
        stage.confirm("Change").await;
        stage.sees("4 of 2–12").await;
        stage.press("=").await;
        stage.sees("Desired capacity of shop").await;
        stage.press("<backspace>").await;
        stage.type_text("3").await;
        stage.send_form(0).await;
        stage.sees("Change shop from 4 to 3 members?").await;
        // One is protected, so the second leaves.
        stage.sees("shop-02 leaves").await;
        stage.sees("protected, stays: shop-01").await;
        stage.press("<esc>").await;
        stage.press("z d").await;
        stage.sees("Disable shop?").await;
        stage.sees("All members stay.").await;
        stage.confirm("Disable").await;
        stage.sees("disabled").await;
        assert!(!group(stage, "shop").unwrap().active);
        stage.press("z d").await;
        stage.sees("It is disabled").await;
        stage.press("+").await;
        stage
            .sees("The group is disabled: nothing moves until it is enabled.")
            .await;
        stage.confirm("Change").await;
        stage.sees("4 → 5 of 2–12").await;
        stage.press("z e").await;
        stage.sees("Enable shop?").await;
        stage.sees("creates 1 from").await;
        stage.press("<tab>").await;
        stage.press("<enter>").await;
        stage
            .wait_until("the fifth is there", |screen| {
                screen.contains("5 of 2–12") && !screen.contains("→ 5")
            })
            .await;
        assert_eq!(group(stage, "shop").unwrap().members.len(), 5);
    })
    .await;
}

/// Machines are added by their ids, members are marked and taken out; the dialogs say how many there will be.
#[tokio::test(start_paused = true)]
async fn machines_are_added_and_marked_members_taken_out() {
    play(setting(), async |stage: &mut Stage| {
        open(stage, "shop").await;
        let free = stage.sim.with_estate(|estate| {
            let machine = estate.machine("shop-05").unwrap();
            machine.id_in(Cloud::Ksc).unwrap().to_owned()
        });
        stage.press("A").await;
        stage.sees("Add machines to shop").await;
        stage.type_text(&free).await;
        stage.send_form(0).await;
        stage.sees("Add machines to shop?").await;
        stage.sees("desired capacity becomes 5").await;
        stage.confirm("Add").await;
        stage.sees("5 of 2–10").await;
        stage.sees("shop-05").await;
        // One activity at a time.
        stage.pass(Duration::from_secs(150)).await;
        assert!(group(stage, "shop").unwrap().running().is_none());
        // Two are marked: their number is typed.
        stage.press("g g").await;
        stage.press("j <space> <space>").await;
        stage.press("D").await;
        stage.sees("Take members out of shop?").await;
        stage.sees("shop-02 is taken out").await;
        stage.sees("shop-03 is taken out").await;
        stage.sees("desired capacity becomes 3").await;
        confirm_typed(stage, "2", "Take out").await;
        stage.sees("3 of 2–10").await;
        stage
            .wait_until("both have left", |screen| {
                !screen.contains("shop-02 ") && !screen.contains("shop-03 ")
            })
            .await;
        // Protected members are said to be so.
        stage.press("g g").await;
        stage.press("D").await;
        stage
            .sees("One of them is protected: the service may refuse.")
            .await;
        stage.press("<esc>").await;
        // Above the maximum that is said before the service says it.
        stage.press("A").await;
        stage.sees("Add machines to shop").await;
        let many: Vec<String> = (0..8).map(|number| format!("machine-{number}")).collect();
        for id in many {
            stage.type_text(&id).await;
            stage.press("<enter>").await;
        }
        stage.send_form(0).await;
        stage.sees("That is above the maximum of 10").await;
        stage.press("<esc>").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn policies_are_made_changed_and_deleted() {
    play(setting(), async |stage: &mut Stage| {
        open(stage, "shop").await;
        tab(stage, "Policies").await;
        // A policy is a sentence, with the chart of its metric below.
        stage.sees("mean CPU > 85 % for 3 × 1m: add 2").await;
        stage.sees("grow when hot · CPU").await;
        stage.press("o").await;
        stage.sees("New policy of shop").await;
        stage.type_text("burst").await;
        // Name, metric, function, comparison, threshold, repeat, period, kind, value.
        stage.press("<tab> <tab> <tab> <tab>").await;
        stage.press("<backspace> <backspace>").await;
        stage.type_text("101").await;
        stage.send_form(4).await;
        stage.sees("At most 100 per cent").await;
        stage.press("<backspace> <backspace> <backspace>").await;
        stage.type_text("70").await;
        stage.press("<tab> <tab> <tab> <tab>").await;
        stage.press("<backspace>").await;
        stage.type_text("11").await;
        stage.send_form(8).await;
        stage.sees("Create a policy of shop?").await;
        stage.sees("mean CPU > 70 % for 3 × 1m: add 11").await;
        stage
            .sees("By 11 is beyond the -10 to 10 of the document")
            .await;
        stage.confirm("Create").await;
        stage.sees("[Policies 3]").await;
        stage.press("G").await;
        stage.press("E").await;
        stage.sees("Change a policy of shop").await;
        stage.send_form(0).await;
        stage.sees("Change the policy of shop?").await;
        stage.confirm("Change").await;
        stage.press("<del>").await;
        stage.sees("Delete the policy of shop?").await;
        stage.sees("The size stays as it is.").await;
        stage.confirm("Delete").await;
        stage.sees("[Policies 2]").await;
        assert_eq!(group(stage, "shop").unwrap().policies.len(), 2);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn tasks_are_changed_and_deleted_and_notifications_chosen() {
    play(setting(), async |stage: &mut Stage| {
        open(stage, "shop").await;
        tab(stage, "Tasks").await;
        let before = group(stage, "shop").unwrap().tasks.len();
        assert!(before > 0);
        stage.sees("Next runs of").await;
        stage.press("E").await;
        stage.sees("Change a task of shop").await;
        stage.press("<tab>").await;
        stage.press("<backspace>").await;
        stage.type_text("11").await;
        stage.send_form(1).await;
        stage.sees("Must not be above the maximum").await;
        stage.press("<backspace> <backspace>").await;
        stage.type_text("3").await;
        stage.send_form(1).await;
        stage.sees("Change the task of shop?").await;
        stage.sees("runs at ").await;
        stage.confirm("Change").await;
        stage.sees("6 of 3–10").await;
        stage.press("<del>").await;
        stage.sees("Delete the task of shop?").await;
        stage.confirm("Delete").await;
        stage.sees(&format!("[Tasks {}]", before - 1)).await;
        tab(stage, "Notify").await;
        stage.sees("✓ it grew").await;
        stage.press("z n").await;
        stage.sees("What to tell of shop").await;
        // The first event is switched off.
        stage.press("<space>").await;
        stage.send_form(0).await;
        stage.sees("Change what is told of shop?").await;
        stage.sees("Replaces the events that are told now.").await;
        stage.confirm("Change").await;
        stage
            .wait_until("it is not told", |screen| !screen.contains("✓ it grew"))
            .await;
        stage.sees("✓ growing failed").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn configurations_are_made_compared_and_deleted() {
    play(setting(), async |stage: &mut Stage| {
        open(stage, "shop").await;
        stage.press("z =").await;
        stage.sees("Compare with which configuration?").await;
        stage.press("<enter>").await;
        stage.sees("shop-2026 and ").await;
        stage.sees("InstanceType").await;
        let screen = stage.text();
        let starts = |sign: &str| screen.lines().any(|line| line.contains(sign));
        assert!(starts("- ") && starts("+ "), "{screen}");
        stage.press("<esc>").await;
        stage.press("z o").await;
        stage.sees("New launch configuration").await;
        stage.send_form(0).await;
        stage.sees("must be given").await;
        stage.type_text("spare").await;
        stage.press("<tab>").await;
        stage.type_text("IMG-5465174a").await;
        stage.press("<tab>").await;
        stage.type_text("N3.2B").await;
        stage.send_form(2).await;
        stage.sees("Create launch configuration spare?").await;
        stage.sees("Nothing starts by itself").await;
        stage.confirm("Create").await;
        let known = |estate: &mut watchkeeper::sim::estate::Estate| {
            let mut configs = estate.scaling.configs.iter();
            configs.any(|config| config.name == "spare")
        };
        stage.sees("Done").await;
        assert!(stage.sim.with_estate(known));
        stage.press("z k").await;
        stage.sees("Delete which configuration?").await;
        // Those in use say by whom and cannot be chosen.
        stage.sees("used by shop").await;
        stage.type_text("spare").await;
        stage.press("<enter>").await;
        stage.sees("Delete launch configuration spare?").await;
        stage.sees("No group uses it.").await;
        stage.confirm("Delete").await;
        stage
            .wait_until("deleted", |_| !stage.sim.with_estate(known))
            .await;
        stage.press("z m").await;
        stage.sees("Change the launch configuration").await;
        stage.send_form(0).await;
        stage.sees("Machines that exist stay as they are").await;
        stage.press("<esc>").await;
    })
    .await;
}
