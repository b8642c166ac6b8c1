//! Metering on the screen: what is refused before anything is sent, the job with its bar, and all records in a file, also
//! over a link that loses pages.

use std::fs;
use std::time::Duration;

use super::stage::{Setting, Stage, play};

fn setting(more: &str) -> Setting {
    Setting {
        size: (120, 40),
        scenario: format!("like = \"demo\"\n{more}"),
        ..Setting::default()
    }
}

/// Opens the form and fills in the days; the keys that follow are for the field after them.
async fn form(stage: &mut Stage, from: &str, to: &str) {
    stage.go("metering").await;
    stage.press("n").await;
    stage.sees("Gather metering records").await;
    stage.press("<c-u>").await;
    stage.type_text(from).await;
    stage.press("<tab> <c-u>").await;
    stage.type_text(to).await;
}

/// Creates a job for one day.
async fn one_day(stage: &mut Stage) {
    form(stage, "2026-11-20", "2026-11-21").await;
    stage.send_form(1).await;
    stage.confirm("Gather").await;
}

/// The texts of the records in the only file there is, and its name.
fn written(stage: &Stage) -> (String, String) {
    let mut files = fs::read_dir(&stage.folder).unwrap();
    let file = files.next().expect("a file").unwrap();
    assert!(files.next().is_none(), "more than one file");
    let name = file.file_name().into_string().unwrap();
    (name, fs::read_to_string(file.path()).unwrap())
}

#[tokio::test(start_paused = true)]
async fn what_the_service_would_refuse_is_not_sent() {
    play(setting(""), async |stage: &mut Stage| {
        let cases = [
            ("2026-11-32", "2026-11-21", "A day is written 2026-11-01."),
            ("2026-11-20", "tomorrow!!", "A day is written 2026-11-01."),
            (
                "2026-11-20",
                "2026-11-20",
                "It must be later than the first day",
            ),
        ];
        for (from, to, why) in cases {
            form(stage, from, to).await;
            stage.send_form(1).await;
            stage.sees(why).await;
            stage.press("<esc>").await;
            stage.press("<esc>").await;
        }
        for (tabs, word) in [
            ("<tab>", "cn north"),
            ("<tab> <tab>", "a/b"),
            ("<tab> <tab> <tab>", "a;b"),
        ] {
            form(stage, "2026-11-20", "2026-11-21").await;
            stage.press(tabs).await;
            stage.type_text(word).await;
            stage.send_form(1 + tabs.split(' ').count()).await;
            stage.sees("Letters, digits, - and _ only.").await;
            stage.press("<esc>").await;
            stage.press("<esc>").await;
        }
        stage.go("journal").await;
        assert!(!stage.shows("create_sdr_query_job"), "{}", stage.text());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_job_is_watched_with_a_bar_until_the_user_cancels_that() {
    play(setting(""), async |stage: &mut Stage| {
        one_day(stage).await;
        stage.sees(" works: ").await;
        let share = |screen: &str| {
            let line = screen.lines().find(|line| line.contains(" works: "))?;
            let (_, rest) = line.split_once(" works: ")?;
            rest.split_once(" %")?.0.parse::<u32>().ok()
        };
        stage
            .wait_until("a part of the bar", |screen| {
                share(screen).is_some_and(|share| (20..90).contains(&share))
            })
            .await;
        let bar = |stage: &Stage| {
            let text = stage.text();
            let mut lines = text.lines().skip_while(|line| !line.contains(" works: "));
            lines.nth(1).unwrap_or_default().to_owned()
        };
        let full = bar(stage)
            .chars()
            .filter(|c| *c == '▒' || *c == '█')
            .count();
        assert!((10..110).contains(&full), "{}", stage.text());
        stage.press("z x").await;
        stage.sees("(not watched)").await;
        let before = share(&stage.text());
        stage.pass(Duration::from_secs(120)).await;
        assert_eq!(share(&stage.text()), before, "{}", stage.text());
        stage.press("E").await;
        stage.sees("The job is not done yet.").await;
        stage.press("z x").await;
        stage.sees("is done").await;
    })
    .await;
}

/// All records are written while the user looks elsewhere, and the sums are those of all.
#[tokio::test(start_paused = true)]
async fn all_records_are_written_to_a_file() {
    play(setting(""), async |stage: &mut Stage| {
        one_day(stage).await;
        stage.sees("is done").await;
        // The hours stand in the user's zone, which is eight hours ahead.
        stage.sees("2026-11-20 00:00").await;
        stage.press("E").await;
        stage.go("alarms").await;
        stage.sees("Written: ").await;
        stage.go("metering").await;
        stage.sees(" has all ").await;
        let (name, text) = written(stage);
        let records = text.lines().count() - 1;
        assert!(records > 1000 && records.is_multiple_of(24), "{records}");
        let said = stage.line_with(" has all ");
        let words = format!("{name} has all {records} records");
        assert!(said.contains(&words), "{said}");
        let sum = format!("hws.resource.type.vm {records} · Σ ");
        stage.sees(&sum).await;
        // A second file does not replace the first.
        stage.press("E").await;
        stage.sees("-2.csv has all ").await;
    })
    .await;
}

/// Stopped half-way it goes on where it was; the file is the same as one that was written in one go.
#[tokio::test(start_paused = true)]
async fn what_was_stopped_goes_on() {
    let slow = r#"
[[fault]]
system = "huawei-esm"
operation = "query_sdr_job_data"
kind = "latency"
millis = [3000, 3000]
"#;
    let mut texts = Vec::new();
    for (more, stops) in [("", false), (slow, true)] {
        let text = play(setting(more), async |stage: &mut Stage| {
            one_day(stage).await;
            stage.sees("hws.resource.type.vm").await;
            stage.press("E").await;
            if stops {
                stage.sees("csv: 400 records").await;
                stage.press("E").await;
                stage.sees("stopped after 400 records").await;
                stage.pass(Duration::from_secs(60)).await;
                assert!(stage.shows("stopped after 400 records"), "{}", stage.text());
                let left = fs::read_dir(&stage.folder).unwrap().count();
                assert_eq!(left, 2, "the part and the note");
                stage.press("E").await;
            }
            stage.sees(" has all ").await;
            written(stage).1
        })
        .await;
        texts.push(text);
    }
    assert_eq!(texts[0], texts[1]);
}

/// Lost pages are asked for again until they come; nothing is missing and nothing is there twice.
#[tokio::test(start_paused = true)]
async fn lost_pages_are_asked_for_again() {
    let lossy = r#"
[[fault]]
system = "huawei-esm"
operation = "query_sdr_job_data"
kind = "kill"
after = 180
lasts = 120

[[fault]]
system = "huawei-esm"
operation = "query_sdr_job_data"
kind = "truncated"
after = 300
percent = 40.0
"#;
    play(setting(lossy), async |stage: &mut Stage| {
        one_day(stage).await;
        stage.sees("hws.resource.type.vm").await;
        stage.pass(Duration::from_secs(190)).await;
        stage.press("E").await;
        stage.sees("asked again soon").await;
        stage.sees(" has all ").await;
        let (_, text) = written(stage);
        let mut lines: Vec<&str> = text.lines().collect();
        let count = lines.len();
        assert!(count > 1000 && (count - 1).is_multiple_of(24), "{count}");
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), count, "something is there twice");
    })
    .await;
}

/// A job of an earlier session is gone on with by its id; one that the service has forgotten says so.
#[tokio::test(start_paused = true)]
async fn a_job_is_gone_on_with_by_its_id() {
    play(setting(""), async |stage: &mut Stage| {
        one_day(stage).await;
        stage.sees("is done").await;
        let line = stage.line_with("is done");
        let mut words = line.split_whitespace().skip_while(|word| *word != "Job");
        let job = words.nth(1).unwrap().to_owned();
        form(stage, "2026-11-20", "2026-11-21").await;
        stage.press("<tab> <tab> <tab>").await;
        stage.type_text("0123").await;
        stage.send_form(4).await;
        stage.sees("the job does not exist").await;
        form(stage, "2026-11-20", "2026-11-21").await;
        stage.press("<tab> <tab> <tab>").await;
        stage.type_text(&job).await;
        stage.send_form(4).await;
        stage.sees("is done").await;
        stage.sees("hws.resource.type.vm").await;
    })
    .await;
}
