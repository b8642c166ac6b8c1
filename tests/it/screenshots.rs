//! The README's pictures: the demo's cells as SVG, drawn like a terminal draws them. Lines, blocks and braille dots are
//! shapes, so that they join in every viewer; letters stand on their cells, whatever the font. `.ci/update` writes the
//! pictures anew.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;
use watchkeeper::ui::lang::Lang;

use super::stage::{Setting, Stage, play};

/// Width and height of a cell, and of the frame around the screen.
const CELL: (u16, u16) = (8, 18);
const MARGIN: u16 = 12;
const TITLE_BAR: u16 = 34;

/// The dark theme's background and text colour.
const GROUND: &str = "#121212";
const TEXT: &str = "#d0d0d0";

const FONTS: &str = "ui-monospace,'JetBrains Mono','SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Noto Sans Mono CJK SC',\
                     'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',monospace";

/// A picture under way.
struct Svg {
    text: String,
}

impl Svg {
    fn of(buffer: &Buffer, title: &str) -> String {
        let width = buffer.area.width * CELL.0 + 2 * MARGIN;
        let height = buffer.area.height * CELL.1 + MARGIN + TITLE_BAR;
        let mut svg = Self {
            text: String::new(),
        };
        svg.put(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" font-family=\"{FONTS}\" font-size=\"13.3\">"
        ));
        svg.put(&format!("<title>{title}</title>"));
        svg.put(&format!(
            "<rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"9\" fill=\"{GROUND}\" stroke=\"#3a3a3a\"/>",
            width - 1,
            height - 1
        ));
        for (x, colour) in [(20, "#ff5f57"), (40, "#febc2e"), (60, "#28c840")] {
            svg.put(&format!(
                "<circle cx=\"{x}\" cy=\"17\" r=\"6\" fill=\"{colour}\"/>"
            ));
        }
        svg.put(&format!(
            "<text x=\"{}\" y=\"21\" fill=\"#8a8a8a\" text-anchor=\"middle\">{title}</text>",
            width / 2
        ));
        svg.put(&format!(
            "<g transform=\"translate({MARGIN} {TITLE_BAR})\" style=\"white-space:pre\">"
        ));
        for y in 0..buffer.area.height {
            svg.row(buffer, y);
        }
        svg.put("</g>");
        svg.put("</svg>");
        svg.text
    }

    fn put(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn row(&mut self, buffer: &Buffer, y: u16) {
        let mut x = 0;
        let mut letters: Option<Letters> = None;
        let mut ground: Option<(u16, u16, String)> = None;
        let mut grounds = Vec::new();
        let mut shapes = String::new();
        let mut words = String::new();
        while x < buffer.area.width {
            let cell = &buffer[(x, y)];
            let cells = u16::try_from(cell.symbol().width()).unwrap().max(1);
            let paint = Paint::of(cell);
            match (&mut ground, &paint.ground) {
                (Some((_, end, of)), Some(colour)) if of == colour => *end = x + cells,
                (_, colour) => {
                    grounds.extend(ground.take());
                    ground = colour.clone().map(|colour| (x, x + cells, colour));
                }
            }
            let shape = shape(cell.symbol(), x * CELL.0, y * CELL.1);
            if let Some(shape) = shape {
                shapes.push_str(&shape.painted(&paint.text));
            } else if !cell.symbol().trim().is_empty() {
                if !letters.as_ref().is_some_and(|run| run.paint == paint)
                    && let Some(run) = letters.replace(Letters::new(paint, y))
                {
                    words.push_str(&run.finish());
                }
                if let Some(run) = &mut letters {
                    run.add(cell.symbol(), x);
                }
            }
            x += cells;
        }
        grounds.extend(ground);
        for (from, to, colour) in grounds {
            self.put(&format!(
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{colour}\"/>",
                from * CELL.0,
                y * CELL.1,
                (to - from) * CELL.0,
                CELL.1
            ));
        }
        words.extend(letters.map(Letters::finish));
        self.text.push_str(&shapes);
        self.text.push_str(&words);
    }
}

/// How a cell is painted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Paint {
    text: String,
    ground: Option<String>,
    attributes: Modifier,
}

impl Paint {
    fn of(cell: &Cell) -> Self {
        let (mut text, mut ground) = (colour(cell.fg), colour(cell.bg));
        if cell.modifier.contains(Modifier::REVERSED) {
            (text, ground) = (
                Some(ground.unwrap_or_else(|| GROUND.to_owned())),
                Some(text.unwrap_or_else(|| TEXT.to_owned())),
            );
        }
        Self {
            text: text.unwrap_or_else(|| TEXT.to_owned()),
            ground,
            attributes: cell.modifier
                & (Modifier::BOLD | Modifier::DIM | Modifier::ITALIC | Modifier::UNDERLINED),
        }
    }
}

/// The theme's colours are exact ones; the terminal's own are left to the picture.
fn colour(colour: Color) -> Option<String> {
    match colour {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Indexed(index @ 232..) => {
            let grey = 8 + (index - 232) * 10;
            Some(format!("#{grey:02x}{grey:02x}{grey:02x}"))
        }
        Color::Indexed(index @ 16..232) => {
            const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
            let cube = usize::from(index - 16);
            let [r, g, b] = [cube / 36, cube / 6 % 6, cube % 6].map(|step| STEPS[step]);
            Some(format!("#{r:02x}{g:02x}{b:02x}"))
        }
        other => panic!("{other} has no exact value"),
    }
}

/// Letters of one row that look the same.
struct Letters {
    paint: Paint,
    y: u16,
    places: String,
    text: String,
}

impl Letters {
    fn new(paint: Paint, y: u16) -> Self {
        Self {
            paint,
            y,
            places: String::new(),
            text: String::new(),
        }
    }

    fn add(&mut self, symbol: &str, x: u16) {
        // Further scalars of a cluster stand where its first one does.
        write!(self.places, "{} ", x * CELL.0).unwrap();
        for c in symbol.chars() {
            match c {
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '&' => self.text.push_str("&amp;"),
                c => self.text.push(c),
            }
        }
    }

    fn finish(self) -> String {
        let mut look = String::new();
        for (attribute, words) in [
            (Modifier::BOLD, " font-weight=\"700\""),
            (Modifier::DIM, " opacity=\".65\""),
            (Modifier::ITALIC, " font-style=\"italic\""),
            (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        ] {
            if self.paint.attributes.contains(attribute) {
                look.push_str(words);
            }
        }
        format!(
            "<text x=\"{}\" y=\"{}\" fill=\"{}\"{look}>{}</text>\n",
            self.places.trim_end(),
            self.y * CELL.1 + 13,
            self.paint.text,
            self.text
        )
    }
}

/// What stands in a cell, as a shape.
enum Shape {
    /// To be filled.
    Area(String, &'static str),
    /// To be drawn with a thin line.
    Line(String),
}

impl Shape {
    fn painted(&self, colour: &str) -> String {
        match self {
            Self::Area(path, opacity) => {
                format!("<path d=\"{path}\" fill=\"{colour}\"{opacity}/>\n")
            }
            Self::Line(path) => {
                format!("<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\"/>\n")
            }
        }
    }
}

/// Boxes, blocks and braille as shapes at this place; other letters are none.
fn shape(symbol: &str, x: u16, y: u16) -> Option<Shape> {
    let mut chars = symbol.chars();
    let (c, None) = (chars.next()?, chars.next()) else {
        return None;
    };
    let code = u32::from(c);
    let (x, y) = (f32::from(x), f32::from(y));
    let (width, height) = (f32::from(CELL.0), f32::from(CELL.1));
    let area = |left: f32, top: f32, right: f32, bottom: f32| {
        format!(
            "M{} {}h{}v{}h{}z",
            x + left * width,
            y + top * height,
            (right - left) * width,
            (bottom - top) * height,
            (left - right) * width
        )
    };
    let eighths = |from: u32| f32::from(u8::try_from(code - from).unwrap()) / 8.0;
    match code {
        // Lower eighths, left eighths, right half, shades.
        0x2581..=0x2588 => Some(Shape::Area(area(0.0, 1.0 - eighths(0x2580), 1.0, 1.0), "")),
        0x2589..=0x258f => Some(Shape::Area(area(0.0, 0.0, 1.0 - eighths(0x2588), 1.0), "")),
        0x2590 => Some(Shape::Area(area(0.5, 0.0, 1.0, 1.0), "")),
        0x2591 => Some(Shape::Area(area(0.0, 0.0, 1.0, 1.0), " opacity=\".25\"")),
        0x2592 => Some(Shape::Area(area(0.0, 0.0, 1.0, 1.0), " opacity=\".5\"")),
        0x2593 => Some(Shape::Area(area(0.0, 0.0, 1.0, 1.0), " opacity=\".75\"")),
        0x2801..=0x28ff => Some(Shape::Area(braille(code - 0x2800, x, y), "")),
        0x2500..=0x257f => lines(c).map(|arms| Shape::Line(arms.path(c, x, y))),
        _ => None,
    }
}

/// The dots of a braille letter.
fn braille(dots: u32, x: f32, y: f32) -> String {
    const PLACES: [(u8, u8); 8] = [
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 0),
        (1, 1),
        (1, 2),
        (0, 3),
        (1, 3),
    ];
    let mut path = String::new();
    for (bit, (column, row)) in PLACES.into_iter().enumerate() {
        if dots & (1 << bit) != 0 {
            let left = x + f32::from(column) * 4.0 + 0.7;
            let top = y + f32::from(row) * 4.5 + 0.9;
            write!(path, "M{left} {top}h2.6v2.6h-2.6z").unwrap();
        }
    }
    path
}

/// Which sides of its cell a line reaches.
#[expect(
    clippy::struct_excessive_bools,
    reason = "a line may leave a cell on each of its four sides"
)]
struct Arms {
    left: bool,
    right: bool,
    up: bool,
    down: bool,
}

fn lines(c: char) -> Option<Arms> {
    let arms = match c {
        '─' | '╌' | '┄' | '━' => "lr",
        '│' | '╎' | '┆' | '┃' => "ud",
        '╭' | '┌' => "rd",
        '╮' | '┐' => "ld",
        '╰' | '└' => "ru",
        '╯' | '┘' => "lu",
        '├' => "udr",
        '┤' => "udl",
        '┬' => "lrd",
        '┴' => "lru",
        '┼' => "lrud",
        _ => return None,
    };
    let has = |arm| arms.contains(arm);
    Some(Arms {
        left: has('l'),
        right: has('r'),
        up: has('u'),
        down: has('d'),
    })
}

impl Arms {
    fn path(&self, c: char, x: f32, y: f32) -> String {
        let (width, height) = (f32::from(CELL.0), f32::from(CELL.1));
        // On the half pixel a thin line is sharp.
        let (middle, centre) = (x + 3.5, y + 8.5);
        if c == '╌' || c == '┄' {
            return format!("M{} {centre}h3M{} {centre}h3", x + 0.5, x + 4.5);
        }
        if let '╭' | '╮' | '╰' | '╯' = c {
            let side = if self.right { x + width } else { x };
            let end = if self.down { y + height } else { y };
            let bend = if self.right {
                middle + 4.0
            } else {
                middle - 3.5
            };
            let turn = if self.down {
                centre + 4.0
            } else {
                centre - 4.0
            };
            return format!("M{middle} {end}V{turn}Q{middle} {centre} {bend} {centre}H{side}");
        }
        let mut path = String::new();
        for (reaches, to) in [
            (self.left, format!("H{x}")),
            (self.right, format!("H{}", x + width)),
            (self.up, format!("V{y}")),
            (self.down, format!("V{}", y + height)),
        ] {
            if reaches {
                write!(path, "M{middle} {centre}{to}").unwrap();
            }
        }
        path
    }
}

/// Compares a picture with the committed one, or writes it.
fn compare(name: &str, svg: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("screenshots")
        .join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, svg).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == svg,
        "screenshots/{name} is out of date: .ci/update"
    );
}

fn setting(size: (u16, u16), lang: Lang) -> Setting {
    Setting {
        size,
        lang,
        ..Setting::default()
    }
}

/// Plays the way to a picture and compares it.
async fn check(name: &str, setting: Setting, way: impl AsyncFnOnce(&mut Stage)) {
    let buffer = play(setting, async |stage: &mut Stage| {
        stage.pass(Duration::from_secs(3)).await;
        way(stage).await;
        stage.buffer()
    })
    .await;
    compare(name, &Svg::of(&buffer, "watchkeeper demo"));
}

/// Creates an incident from the alarm that is selected, accepts it and runs the script that helps.
async fn respond(stage: &mut Stage) {
    stage.press("c").await;
    stage.send_form(0).await;
    stage.confirm("Create").await;
    stage.sees("Done, IM").await;
    stage.press("a").await;
    stage.confirm("Accept").await;
    stage
        .wait_until("accepted", |screen| {
            screen
                .lines()
                .any(|line| line.contains("CPU使用率") && line.contains("accepted"))
        })
        .await;
    stage.press("0 x").await;
    stage.sees("restart_nginx").await;
    stage.type_text("restart_nginx").await;
    stage.press("<enter>").await;
    stage.sees("Run restart_nginx").await;
    stage.send_form(0).await;
    stage.confirm("Run").await;
    stage.sees("recovered").await;
    stage.pass(Duration::from_secs(90)).await;
}

#[tokio::test(start_paused = true)]
async fn the_dashboard() {
    check("watch.svg", setting((120, 40), Lang::En), async |_| {}).await;
}

#[tokio::test(start_paused = true)]
async fn the_dashboard_in_chinese() {
    check("zh.svg", setting((120, 40), Lang::ZhCn), async |_| {}).await;
}

#[tokio::test(start_paused = true)]
async fn an_alarm_on_its_own_graph() {
    check("chart.svg", setting((110, 30), Lang::En), async |stage| {
        stage.press("<enter>").await;
        stage.sees("threshold").await;
        stage.pass(Duration::from_secs(2)).await;
    })
    .await;
}

/// The series that are watched, in groups, and those that fire.
#[tokio::test(start_paused = true)]
async fn the_metrics_that_are_watched() {
    check("metrics.svg", setting((110, 26), Lang::En), async |stage| {
        stage.go("metrics").await;
        stage.sees("lan_intraffic").await;
        stage.press("] g").await;
        stage.pass(Duration::from_secs(2)).await;
    })
    .await;
}

/// A policy: its rules as sentences, where it fires, what it watches, whom it tells.
#[tokio::test(start_paused = true)]
async fn a_policy_in_full() {
    check(
        "policies.svg",
        setting((110, 30), Lang::En),
        async |stage| {
            stage.go("policies").await;
            stage.sees("firing").await;
            stage.press("<enter>").await;
            stage.sees("since 2026").await;
            stage.pass(Duration::from_secs(2)).await;
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_cockpit_of_an_order_that_helped() {
    check("cockpit.svg", setting((110, 26), Lang::En), async |stage| {
        respond(stage).await;
    })
    .await;
}

/// How far a run reaches, before it is started.
#[tokio::test(start_paused = true)]
async fn a_run_before_it_is_started() {
    check("run.svg", setting((110, 30), Lang::En), async |stage| {
        stage.go("resources /web-2").await;
        stage.sees("web-29").await;
        stage.press("<space> <space> <space> <space> <space>").await;
        stage.press("x").await;
        stage.sees("Which script?").await;
        stage.type_text("rolling").await;
        stage.press("<enter>").await;
        stage.sees("Run rolling_upgrade").await;
        stage.press("<c-d>").await;
        stage.sees("Last run").await;
        stage.pass(Duration::from_secs(3)).await;
    })
    .await;
}

/// A larger group is asked for, and the dialog says what will happen; below, the last hour of what makes it grow.
#[tokio::test(start_paused = true)]
async fn a_scaling_group_with_its_policies() {
    check("scaling.svg", setting((110, 32), Lang::En), async |stage| {
        stage.go("scaling").await;
        stage.sees("shop").await;
        stage.press("/").await;
        stage.type_text("shop").await;
        stage.press("<enter>").await;
        stage.press("<enter>").await;
        stage.sees("✓ healthy").await;
        stage.press("l").await;
        stage.press("l").await;
        stage.sees("grow when hot · CPU").await;
        stage.pass(Duration::from_secs(3)).await;
    })
    .await;
}

/// Before a group shrinks the dialog says who goes and who stays.
#[tokio::test(start_paused = true)]
async fn a_scaling_group_before_it_shrinks() {
    check(
        "scaling-shrink.svg",
        setting((110, 22), Lang::En),
        async |stage| {
            stage.go("scaling").await;
            stage.sees("shop").await;
            stage.press("/").await;
            stage.type_text("shop").await;
            stage.press("<enter>").await;
            stage.press("<enter>").await;
            stage.sees("✓ healthy").await;
            stage.press("_").await;
            stage.sees("protected, stays").await;
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_incident_with_its_time_line() {
    check(
        "incidents.svg",
        setting((110, 36), Lang::En),
        async |stage| {
            respond(stage).await;
            stage.go("incidents").await;
            stage.press("/").await;
            stage.type_text("web-03").await;
            stage.press("<enter>").await;
            stage.press("<enter>").await;
            stage.pass(Duration::from_secs(2)).await;
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_storm_in_the_queue() {
    let setting = Setting {
        scenario: "storm".to_owned(),
        ..setting((110, 26), Lang::En)
    };
    check("alarms.svg", setting, async |stage| {
        stage.go("alarms").await;
        stage.sees("Storage link down").await;
        stage.pass(Duration::from_secs(40)).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_capacity_of_a_site() {
    check(
        "capacity.svg",
        setting((110, 26), Lang::En),
        async |stage| {
            stage.go("capacity").await;
            stage.sees("EVS").await;
            stage.pass(Duration::from_secs(2)).await;
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_change_behind_an_alarm() {
    check("changes.svg", setting((110, 30), Lang::En), async |stage| {
        stage.press("<enter>").await;
        stage.sees("threshold").await;
        stage.pass(Duration::from_secs(2)).await;
        for _ in 0..20 {
            stage.press("[ e").await;
            if stage.shows("updateDeployment") {
                break;
            }
        }
        stage.sees("updateDeployment").await;
    })
    .await;
}
