//! Scripts from the first letter to the last: written, sent, changed, deleted; found by the service; patches; a long
//! inventory. The real program and the real clients in front of the simulator, in virtual time.

use watchkeeper::sim::estate::Estate;

use super::stage::{Setting, Stage, play};

/// What the simulator has of a script.
fn script_named(stage: &Stage, name: &str) -> Option<watchkeeper::sim::estate::Script> {
    let name = name.to_owned();
    stage.sim.with_estate(move |estate: &mut Estate| {
        let known = estate.scripts.iter().find(|script| script.name == name);
        known.cloned()
    })
}

async fn write_a_script(stage: &mut Stage) {
    stage.go("draft new").await;
    stage.sees("A new script").await;
    stage.type_text("tidy_spool").await;
    // Language, description, risk, version, reviewers, protocol: the button is the second stop before the first.
    stage.press("<tab> <tab>").await;
    stage.type_text("Cleans the spool").await;
    stage.send_form(2).await;
    // The text comes next, in the built-in editor.
    stage.sees("Text of tidy_spool").await;
    stage.type_text("#!/bin/bash").await;
    stage.press("<enter>").await;
    stage.type_text("echo ${days}").await;
    stage.sees("24/4096").await;
    stage.press("<c-z>").await;
    stage.press("<c-y>").await;
    stage.press("<c-s>").await;
    stage.sees("not sent yet").await;
}

async fn add_a_parameter(stage: &mut Stage, name: &str, value: &str, secret: bool) {
    stage.press("a").await;
    stage.sees("A parameter").await;
    stage.type_text(name).await;
    stage.press("<tab>").await;
    stage.type_text(value).await;
    if secret {
        stage.press("<tab> <tab> <right>").await;
        stage.send_form(3).await;
    } else {
        stage.send_form(1).await;
    }
    stage.sees(&format!("{name} = ")).await;
}

#[tokio::test(start_paused = true)]
async fn a_script_is_written_sent_changed_and_deleted() {
    let setting = Setting {
        size: (120, 40),
        ..Setting::default()
    };
    play(setting, async |stage| {
        write_a_script(stage).await;
        add_a_parameter(stage, "days", "7", false).await;
        add_a_parameter(stage, "token", "s3cret", true).await;
        assert!(!stage.shows("s3cret"), "{}", stage.text());
        // The order of parameters is theirs to choose.
        stage.press("K").await;
        stage.sees(" 1  token").await;
        stage.press("s").await;
        stage.sees("Create script tidy_spool?").await;
        assert!(stage.shows("+ echo ${days}"), "{}", stage.text());
        assert!(!stage.shows("s3cret"), "{}", stage.text());
        stage.confirm("Create").await;
        // Back in the list, where it stands now.
        stage.sees("╭ Scripts").await;
        stage.sees("tidy_spool").await;
        let made = script_named(stage, "tidy_spool").unwrap();
        assert_eq!(made.content, "#!/bin/bash\necho ${days}");
        let params: Vec<_> = made
            .params
            .iter()
            .map(|param| (param.order, param.name.as_str(), param.value.as_str()))
            .collect();
        assert_eq!(params, [(1, "token", "s3cret"), (2, "days", "7")]);
        stage.go(&format!("draft edit demo {}", made.uuid)).await;
        stage.sees("Script tidy_spool").await;
        stage.press("e").await;
        stage.sees("Text of tidy_spool").await;
        stage.press("<c-end>").await;
        stage.press("<enter>").await;
        stage.type_text("rm -rf /var/spool/x").await;
        stage.press("<c-s>").await;
        // The secret cannot be read back: it has to be given again before anything is sent.
        stage.press("s").await;
        stage.sees("has to be given again").await;
        stage.press("<enter>").await;
        stage.sees("A parameter").await;
        stage.press("<tab>").await;
        stage.type_text("n3w").await;
        stage.send_form(1).await;
        stage.press("s").await;
        stage.sees("Change script tidy_spool?").await;
        stage.sees("+ rm -rf /var/spool/x").await;
        stage.confirm("Change").await;
        stage.sees("╭ Scripts").await;
        let changed = script_named(stage, "tidy_spool").unwrap();
        assert!(changed.content.ends_with("rm -rf /var/spool/x"));
        assert_eq!(changed.params[0].value, "n3w");
        // Deleting asks for the name.
        stage.go("scripts /tidy_spool").await;
        stage.sees("tidy_spool").await;
        stage.press("g D").await;
        stage.sees("Delete script tidy_spool?").await;
        stage.type_text("tidy_spool").await;
        stage.press("<enter> <enter>").await;
        stage.sees("Done: delete script tidy_spool").await;
        assert!(script_named(stage, "tidy_spool").is_none());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_service_looks_for_scripts_and_patches() {
    let setting = Setting {
        size: (120, 40),
        ..Setting::default()
    };
    play(setting, async |stage| {
        stage.go("scripts").await;
        stage.sees("restart_nginx").await;
        stage.press("o").await;
        stage
            .sees("Which scripts shall the service look for?")
            .await;
        stage.type_text("nginx").await;
        stage.send_form(0).await;
        stage.sees("of the service: nginx").await;
        stage
            .wait_until("other scripts are gone", |screen| {
                screen.contains("restart_nginx") && !screen.contains("rotate_keys")
            })
            .await;
        stage.press("<esc>").await;
        stage
            .wait_until("no filter", |screen| !screen.contains("of the service"))
            .await;
        stage.go("patches").await;
        stage.sees("lack patches").await;
        let first = stage.line_with("lacking");
        assert!(first.contains('/'), "{first}");
        stage.press("<enter>").await;
        stage.sees("Patches of").await;
        stage.sees("missing").await;
        stage.press("o").await;
        stage
            .sees("Which patches shall the service look for?")
            .await;
        stage.press("<tab> <right>").await;
        stage.send_form(1).await;
        stage
            .wait_until("only missing ones", |screen| {
                screen.contains("missing") && !screen.contains("installed")
            })
            .await;
    })
    .await;
}
