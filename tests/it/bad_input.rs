//! What breaks a rule of the service is refused before it is sent, with the field, the rule and the value: in the form,
//! by the command and by `call`, in the same words.

use super::cli::{Ran, Served};
use super::stage::{Setting, Stage, play};

const NEW: [&str; 9] = [
    "policy",
    "new",
    "too slow",
    "--namespace",
    "shop",
    "--metric",
    "latency",
    "--threshold",
    "5",
];
const CALL: [&str; 9] = [
    "call",
    "ksc-monitor",
    "new_alarm_policy",
    "PolicyName=too slow",
    "NameSpace=shop",
    "MetricName=latency",
    "ThreshHold=5",
    "Method=avg",
    "ContactList=[]",
];

/// The rest of a good call, for those parameters that the mistake is not in.
fn call_with(served: &Served, mistake: &str) -> Ran {
    let good = ["Cycles=1", "Op=>", "Period=1"];
    let (name, _) = mistake.split_once('=').unwrap();
    let rest = good.iter().filter(|pair| !pair.starts_with(name)).copied();
    let rest: Vec<&str> = rest.chain([mistake]).collect();
    served.with(&CALL, &rest)
}

#[test]
fn commands_and_calls_refuse_with_the_same_words_and_nothing_is_sent() {
    let served = Served::start("demo");
    let policies = || served.with(&["policy", "ls"], &["--json"]).json();
    let before = policies();
    let cases: [(&[&str], &str, &str, &str, &str); 5] = [
        (
            &["--cycles", "11"],
            "Cycles=11",
            "cycles",
            "Cycles",
            "must be 1 to 10, given 11",
        ),
        (
            &["--cycles", "0"],
            "Cycles=0",
            "cycles",
            "Cycles",
            "must be 1 to 10, given 0",
        ),
        (
            &["--minutes", "7"],
            "Period=7",
            "minutes",
            "Period",
            "must be one of 1, 5, 15, 60, given 7",
        ),
        (
            &["--dimensions", "checkout"],
            "Dimension=checkout",
            "dimensions",
            "Dimension",
            "must have the form key=value, given \"checkout\"",
        ),
        (
            &["--op", "~"],
            "Op=~",
            "comparison",
            "Op",
            "must be one of >, >=, <, <=, !=, =, given \"~\"",
        ),
    ];
    for (options, mistake, field, wire, rule) in cases {
        let ran = served.with(&NEW, options);
        assert_eq!(ran.code, 2, "{options:?}: {ran:?}");
        assert!(ran.err.contains(&format!("{field} {rule}")), "{ran:?}");
        let ran = call_with(&served, mistake);
        assert_eq!(ran.code, 2, "{mistake}: {ran:?}");
        let said = ran.err.replace("\\\"", "\"");
        assert!(said.contains(&format!("{wire} {rule}")), "{ran:?}");
    }
    let put = [
        "metric",
        "put",
        "shop:service:latency",
        "5",
        "--unit",
        "Parsec",
    ];
    let ran = served.with(&[], &put);
    assert_eq!(ran.code, 2, "{ran:?}");
    for words in [
        "dimensions must have the form key=value, given \"service\"",
        "unit must be one of Seconds, Microseconds,",
        "given \"Parsec\"",
    ] {
        assert!(ran.err.contains(words), "{words}: {ran:?}");
    }
    for not_a_number in ["many", "NaN", "inf"] {
        let put = [
            "metric",
            "put",
            "shop:service=checkout:latency",
            not_a_number,
        ];
        let ran = served.with(&[], &put);
        assert_eq!(ran.code, 2, "{ran:?}");
        let words = format!("must be a number, given \"{not_a_number}\"");
        assert!(ran.err.contains(&words), "{ran:?}");
    }
    assert_eq!(policies(), before);
    // What was refused here is no change, and so no line of the journal.
    let journal = served.with(&["journal"], &["--json"]);
    assert_eq!(journal.out.trim(), "", "{journal:?}");
}

/// The form of a new policy, filled in but for what the mistake is in.
async fn new_policy(stage: &mut Stage, dimensions: &str, cycles: &str) {
    stage.go("policies").await;
    stage.sees("9").await;
    stage.press("o").await;
    stage.sees("New policy for a custom metric").await;
    stage.type_text("too slow").await;
    stage.press("<tab>").await;
    stage.type_text("shop").await;
    stage.press("<tab>").await;
    stage.type_text("latency").await;
    stage.press("<tab>").await;
    stage.type_text(dimensions).await;
    stage.press("<tab> <tab> <tab> <tab>").await;
    stage.type_text("5").await;
    stage.press("<tab> <c-u>").await;
    stage.type_text(cycles).await;
    stage.send_form(8).await;
}

#[tokio::test(start_paused = true)]
async fn the_form_refuses_with_the_same_words_and_asks_nobody() {
    for (dimensions, cycles, words) in [
        ("service=a", "11", "must be 1 to 10"),
        ("service=a", "1.5", "must be a whole number"),
        (
            "checkout",
            "1",
            "dimensions must have the form key=value, given \"checkout\"",
        ),
    ] {
        let setting = Setting {
            size: (120, 40),
            ..Setting::default()
        };
        play(setting, async |stage| {
            new_policy(stage, dimensions, cycles).await;
            stage.sees(words).await;
            assert!(
                stage.shows("New policy for a custom metric"),
                "{}",
                stage.text()
            );
            assert!(!stage.shows("[ Create ]"), "{}", stage.text());
        })
        .await;
    }
    // Without a mistake it asks.
    play(Setting::default(), async |stage| {
        new_policy(stage, "service=a", "2").await;
        stage.sees("[ Create ]").await;
    })
    .await;
}

/// Every field of the form that can be filled in wrongly: its number, what is typed there, its label and the rule. The
/// others are choices, of which nothing but what is offered can be chosen.
#[tokio::test(start_paused = true)]
async fn the_form_refuses_every_mistake_beside_its_field() {
    let cases = [
        (0, "", "Name", "must be given"),
        (1, "", "Namespace", "must be given"),
        (2, "", "Metric", "must be given"),
        (
            3,
            "checkout",
            "Dimensions",
            "must have the form key=value, given \"checkout\"",
        ),
        (7, "", "Threshold", "must be given"),
        (7, "much", "Threshold", "must be a number"),
        (7, "NaN", "Threshold", "must be a number"),
        (7, "inf", "Threshold", "must be a number"),
        (8, "", "Periods in a row", "must be given"),
        (8, "0", "Periods in a row", "must be 1 to 10"),
        (8, "11", "Periods in a row", "must be 1 to 10"),
        (8, "-1", "Periods in a row", "must be 1 to 10"),
        (8, "1.5", "Periods in a row", "must be a whole number"),
    ];
    let good = [
        "too slow",
        "shop",
        "latency",
        "service=a",
        "",
        "",
        "",
        "5",
        "1",
    ];
    for (field, typed, label, rule) in cases {
        let setting = Setting {
            size: (120, 40),
            ..Setting::default()
        };
        play(setting, async |stage| {
            stage.go("policies").await;
            stage.sees("9").await;
            stage.press("o").await;
            stage.sees("New policy for a custom metric").await;
            for (number, text) in good.into_iter().enumerate() {
                let is_choice = (4..7).contains(&number);
                if !is_choice {
                    stage.press("<c-u>").await;
                    stage
                        .type_text(if number == field { typed } else { text })
                        .await;
                }
                if number < 8 {
                    stage.press("<tab>").await;
                }
            }
            stage.send_form(8).await;
            stage.sees(rule).await;
            let line = stage.line_with(label);
            assert!(line.contains(typed), "{label} {typed}: {}", stage.text());
            assert!(!stage.shows("[ Create ]"), "{}", stage.text());
        })
        .await;
    }
}
