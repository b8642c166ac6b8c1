//! Pictures of the screen as text: what stands where, and below it how it looks. They are made by the whole program in
//! front of the simulator; `.ci/update` writes them anew.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::time::Duration;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;
use watchkeeper::ui::lang::Lang;
use watchkeeper::ui::theme::{Depth, Theme};

use super::stage::{Network, Setting, Stage, play, text_of};

/// How to get to a picture.
enum Step {
    /// Go to a view by its name.
    Go(&'static str),
    /// Press keys.
    Press(&'static str),
    /// Type a text.
    Type(&'static str),
    /// Wait until this is shown.
    See(&'static str),
    /// Let so many seconds go by.
    Pass(u64),
}

use Step::{Go, Pass, Press, See, Type};

/// The name of a picture and the way to it.
type Picture = (&'static str, &'static [Step]);

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);
const HUGE: (u16, u16) = (200, 60);

/// The screen that has been reached shows its data: nothing more is on the way.
const SETTLED: u64 = 3;

const SMALL_PICTURES: &[Picture] = &[
    ("watch", &[]),
    ("watch-metrics", &[Press("<tab> <tab> <tab>")]),
    ("alarm-describe", &[Press("d")]),
    ("chart", &[Press("<enter>"), See("threshold")]),
    (
        "chart-cursor",
        &[
            Press("<enter>"),
            See("threshold"),
            Press("<enter> <left> <left>"),
        ],
    ),
    ("actions", &[Press(".")]),
    ("palette", &[Press(":"), Type("in")]),
    ("help", &[Press("?"), Type("inc")]),
    ("which-key", &[Press("g"), Pass(1)]),
    ("filter", &[Press("/"), Type("sev=crit web")]),
    ("incident-form", &[Press("c")]),
    (
        "incident-dialog",
        &[Press("c"), Press("<s-tab> <s-tab> <enter>")],
    ),
    ("script-picker", &[Press("x"), See("restart_nginx")]),
    ("incidents", &[Go("incidents")]),
    ("incident", &[Go("incidents"), Pass(2), Press("<enter>")]),
    ("warrooms", &[Go("warrooms")]),
    ("orders", &[Go("orders")]),
    ("capacity", &[Go("capacity"), See("EVS")]),
    ("audit", &[Go("audit"), See("updateDeplo")]),
    ("metering", &[Go("metering")]),
    ("scaling", &[Go("scaling"), See("shop"), Pass(2)]),
    (
        "scaling-group",
        &[
            Go("scaling"),
            See("shop"),
            Type("/shop"),
            Press("<enter> <enter>"),
            See("healthy"),
        ],
    ),
    (
        "scaling-tasks",
        &[
            Go("scaling"),
            See("shop"),
            Type("/shop"),
            Press("<enter> <enter>"),
            See("healthy"),
            Press("l l l"),
        ],
    ),
    (
        "cockpit",
        &[
            Go("orders"),
            See("rolling_upgrade"),
            Press("<enter>"),
            See("web-"),
        ],
    ),
    ("scripts", &[Go("scripts")]),
    (
        "script",
        &[
            Go("scripts"),
            See("restart_nginx"),
            Press("<enter>"),
            Pass(2),
        ],
    ),
    ("metrics", &[Go("metrics")]),
    ("policies", &[Go("policies")]),
    (
        "policy",
        &[Go("policies"), See("CPU over"), Press("<enter>"), Pass(2)],
    ),
    ("contacts", &[Go("contacts")]),
    ("resources", &[Go("resources")]),
    ("journal-empty", &[Go("journal")]),
    ("budget", &[Go("budget")]),
];

const LARGE_PICTURES: &[Picture] = &[
    ("watch", &[]),
    ("chart", &[Press("<enter>"), See("threshold")]),
    ("incidents", &[Go("incidents")]),
    (
        "cockpit",
        &[
            Go("orders"),
            See("rolling_upgrade"),
            Press("<enter>"),
            See("web-"),
        ],
    ),
    ("metrics", &[Go("metrics")]),
];

const HUGE_PICTURES: &[Picture] = &[
    ("watch", &[]),
    ("chart", &[Press("<enter>"), See("threshold")]),
];

const MONO_PICTURES: &[Picture] = &[
    ("watch", &[]),
    ("chart", &[Press("<enter>"), See("threshold")]),
    (
        "incident-dialog",
        &[Press("c"), Press("<s-tab> <s-tab> <enter>")],
    ),
];

const CHINESE_PICTURES: &[Picture] = &[
    ("watch", &[]),
    ("chart", &[Press("<enter>"), See("web-03")]),
    ("incidents", &[Go("incidents")]),
    ("incident-form", &[Press("c")]),
    (
        "cockpit",
        &[
            Go("orders"),
            See("rolling_upgrade"),
            Press("<enter>"),
            See("web-"),
        ],
    ),
    ("policies", &[Go("policies")]),
];

/// A set: the beginning of its pictures' names, how the program is set, and the pictures.
type Set = (&'static str, fn() -> Setting, &'static [Picture]);

fn sets() -> Vec<Set> {
    vec![
        ("80x24", || sized(SMALL), SMALL_PICTURES),
        ("120x40", || sized(LARGE), LARGE_PICTURES),
        ("200x60", || sized(HUGE), HUGE_PICTURES),
        ("80x24-mono", || mono(SMALL), MONO_PICTURES),
        ("120x40-mono", || mono(LARGE), &[("watch", &[])]),
        ("80x24-zh", || chinese(SMALL), CHINESE_PICTURES),
        ("120x40-zh", || chinese(LARGE), &[("watch", &[])]),
        (
            "80x24-loading",
            loading,
            &[("watch", &[]), ("incidents", &[Go("incidents")])],
        ),
        (
            "80x24-empty",
            empty,
            &[
                ("watch", &[]),
                ("alarms", &[Go("alarms")]),
                ("incidents", &[Go("incidents")]),
                ("orders", &[Go("orders")]),
            ],
        ),
        (
            "80x24-stale",
            stale,
            &[
                ("watch", &[Pass(240)]),
                ("incidents", &[Go("incidents"), Pass(240)]),
                ("problems", &[Pass(240), Press("!")]),
            ],
        ),
        (
            "80x24-error",
            broken,
            &[
                ("watch", &[]),
                ("incidents", &[Go("incidents")]),
                ("problems", &[Press("!")]),
            ],
        ),
        (
            "120x40-error",
            || Setting {
                size: LARGE,
                ..broken()
            },
            &[("watch", &[])],
        ),
    ]
}

fn sized(size: (u16, u16)) -> Setting {
    Setting {
        size,
        ..Setting::default()
    }
}

fn mono(size: (u16, u16)) -> Setting {
    Setting {
        theme: Theme::built_in("mono", Depth::None).unwrap(),
        ..sized(size)
    }
}

fn chinese(size: (u16, u16)) -> Setting {
    Setting {
        lang: Lang::ZhCn,
        ..sized(size)
    }
}

fn loading() -> Setting {
    Setting {
        network: Network::Silent,
        ..sized(SMALL)
    }
}

fn empty() -> Setting {
    Setting {
        network: Network::Hollow,
        ..sized(SMALL)
    }
}

/// All systems break after half a minute.
fn stale() -> Setting {
    Setting {
        scenario: "like = \"demo\"\n[[fault]]\nkind = \"error\"\nafter = 30\n".to_owned(),
        ..sized(SMALL)
    }
}

/// Every system is broken from the start, each in its own way.
fn broken() -> Setting {
    Setting {
        scenario: "dead".to_owned(),
        ..sized(SMALL)
    }
}

async fn take(setting: Setting, steps: &[Step]) -> Buffer {
    play(setting, async |stage: &mut Stage| {
        stage.pass(Duration::from_secs(SETTLED)).await;
        for step in steps {
            match step {
                Go(view) => stage.go(view).await,
                Press(keys) => stage.press(keys).await,
                Type(text) => stage.type_text(text).await,
                See(text) => stage.sees(text).await,
                Pass(seconds) => stage.pass(Duration::from_secs(*seconds)).await,
            }
        }
        stage.pass(Duration::from_secs(SETTLED)).await;
        stage.buffer()
    })
    .await
}

/// The text, then one letter for the look of each cell that does not look plain, then what the letters mean.
fn describe(buffer: &Buffer) -> String {
    let mut looks: Vec<String> = Vec::new();
    let mut layer = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let cell = &buffer[(x, y)];
            let cells = cell.symbol().width().max(1);
            let sign = match look_of(cell) {
                None => ' ',
                Some(look) => letter(&mut looks, look),
            };
            line.extend(std::iter::repeat_n(sign, cells));
            x += u16::try_from(cells).unwrap();
        }
        layer.push_str(line.trim_end());
        layer.push('\n');
    }
    let mut text = format!("{}---\n{layer}---\n", text_of(buffer));
    for (look, sign) in looks.iter().zip(LETTERS.chars()) {
        writeln!(text, "{sign} {look}").unwrap();
    }
    text
}

/// Letters for looks.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

fn letter(looks: &mut Vec<String>, look: String) -> char {
    let at = looks.iter().position(|known| *known == look);
    let at = at.unwrap_or_else(|| {
        looks.push(look);
        looks.len() - 1
    });
    LETTERS.chars().nth(at).expect("a letter for every look")
}

/// How a cell looks, unless it is plain or a blank that could only show its background.
fn look_of(cell: &Cell) -> Option<String> {
    let shown = Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT;
    let is_blank = cell.symbol().trim().is_empty();
    if is_blank && cell.bg == Color::Reset && !cell.modifier.intersects(shown) {
        return None;
    }
    let mut words = Vec::new();
    if cell.fg != Color::Reset {
        words.push(cell.fg.to_string());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg));
    }
    if !cell.modifier.is_empty() {
        words.push(format!("{:?}", cell.modifier).to_lowercase());
    }
    (!words.is_empty()).then(|| words.join(" "))
}

fn compare(name: &str, picture: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, picture));
}

async fn check(prefix: &str) {
    let sets = sets();
    let (_, setting, pictures) = sets.iter().find(|(name, ..)| *name == prefix).unwrap();
    for (name, steps) in *pictures {
        let buffer = take(setting(), steps).await;
        compare(&format!("{prefix}-{name}"), &describe(&buffer));
    }
}

macro_rules! pictures {
    ($($test:ident $prefix:literal)*) => {
        $(#[tokio::test(start_paused = true)]
        async fn $test() {
            check($prefix).await;
        })*

        /// The sets that have a test.
        const TESTED: &[&str] = &[$($prefix),*];
    };
}

pictures! {
    a_small_screen "80x24"
    a_large_screen "120x40"
    a_huge_screen "200x60"
    a_small_screen_without_colours "80x24-mono"
    a_large_screen_without_colours "120x40-mono"
    a_small_screen_in_chinese "80x24-zh"
    a_large_screen_in_chinese "120x40-zh"
    nothing_has_been_answered_yet "80x24-loading"
    everything_is_empty "80x24-empty"
    what_was_known_goes_stale "80x24-stale"
    every_system_is_broken "80x24-error"
    every_system_is_broken_on_a_large_screen "120x40-error"
}

#[test]
fn every_picture_is_tested_and_no_old_one_lies_about() {
    let mut expected = BTreeSet::new();
    for (prefix, _, pictures) in sets() {
        assert!(TESTED.contains(&prefix), "{prefix}");
        expected.extend(
            pictures
                .iter()
                .map(|(name, _)| format!("{prefix}-{name}.snap")),
        );
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots");
    let found: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".snap") && !name.contains(".new"))
        .collect();
    assert_eq!(found, expected);
}
