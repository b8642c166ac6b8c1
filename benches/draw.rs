//! What drawing costs: a frame of 200x60 with a list of 10,000 rows, the work of one key in it, and a filter over
//! 100,000 rows. The figures are in docs/performance.md.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use watchkeeper::domain::alarm::Comparison;
use watchkeeper::ui::filter::{Filter, Texts};
use watchkeeper::ui::theme::Theme;
use watchkeeper::ui::widgets::cell::{Cell, Value};
use watchkeeper::ui::widgets::pane::Frame;
use watchkeeper::ui::widgets::sparkline::Sparkline;
use watchkeeper::ui::widgets::table::{Column, Rows, Table, TableState};

const SCREEN: Rect = Rect {
    x: 0,
    y: 0,
    width: 200,
    height: 60,
};

/// Hosts with a metric, as the list of watched series has them.
struct Hosts {
    names: Vec<String>,
    course: Vec<Option<f64>>,
}

impl Hosts {
    fn new(count: usize) -> Self {
        Self {
            names: (0..count).map(|n| format!("web-{n} 磁盘监控")).collect(),
            course: (0..60).map(|n| Some(f64::from(n % 13) * 7.5)).collect(),
        }
    }
}

impl Rows for Hosts {
    type Id = usize;

    fn len(&self) -> usize {
        self.names.len()
    }

    fn id(&self, row: usize) -> usize {
        row
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let name = self.names.get(row).map_or("", String::as_str);
        match column {
            0 => Cell::styled("▲", "severity.critical").then(" CRIT", "severity.critical"),
            1 => Cell::text(name),
            2 => Cell::styled("cn-north-4", "muted"),
            3 => Cell::spark(Sparkline::new(&self.course[..]).range(0.0, 100.0).breach(
                Comparison::Above,
                80.0,
                "severity.critical",
            )),
            4 => Cell::text(format!("{row}")),
            _ => Cell::styled("6m", "muted"),
        }
    }

    fn value(&self, row: usize, column: usize) -> Value<'_> {
        match column {
            1 => Value::text(self.names.get(row).map_or("", String::as_str)),
            2 => Value::text("cn-north-4"),
            4 => Value::Number(row as f64),
            5 => Value::Age(360.0),
            _ => Value::text("critical"),
        }
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::fixed("severity", "Severity", 8),
        Column::flex("name", "Name", 12, 60).grow(3),
        Column::flex("region", "Region", 10, 20),
        Column::flex("course", "Course", 12, 60).grow(2),
        Column::fixed("value", "Value", 8).right(),
        Column::fixed("age", "Age", 6).right(),
    ]
}

fn draw(
    rows: &Hosts,
    columns: &[Column],
    state: &TableState<usize>,
    theme: &Theme,
    buf: &mut Buffer,
) {
    buf.reset();
    let frame = Frame {
        title: "Alarms",
        totals: "10000",
        focused: true,
        footer: "4s ago",
        ..Frame::default()
    };
    let inner = frame.draw(theme, SCREEN, buf);
    let table = Table {
        rows,
        columns,
        state,
        focused: true,
        empty: "",
    };
    table.draw(theme, inner, buf);
}

fn frames(criterion: &mut Criterion) {
    let theme = Theme::default();
    let columns = columns();
    for count in [100, 10_000, 100_000] {
        let rows = Hosts::new(count);
        let mut state = TableState::default();
        state.sync(&rows, &columns, 1);
        let mut buf = Buffer::empty(SCREEN);
        criterion.bench_function(&format!("frame 200x60, {count} rows"), |bencher| {
            bencher.iter(|| draw(&rows, &columns, black_box(&state), &theme, &mut buf));
        });
        let mut before = Buffer::empty(SCREEN);
        criterion.bench_function(&format!("key: move, draw, diff, {count} rows"), |bencher| {
            bencher.iter(|| {
                let name = if state.position() + 1 < count {
                    "move.down"
                } else {
                    "move.top"
                };
                state.sync(&rows, &columns, 1);
                state.command(name, &rows, &columns, SCREEN.height - 2);
                draw(&rows, &columns, &state, &theme, &mut buf);
                let changed = before.diff(&buf).len();
                std::mem::swap(&mut before, &mut buf);
                black_box(changed)
            });
        });
    }
}

fn filters(criterion: &mut Criterion) {
    let rows = Hosts::new(100_000);
    let columns = columns();
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let value = |row, column| rows.value(row, column);
    let texts = Texts::of(rows.len(), names.len(), value);
    criterion.bench_function("texts for filters, 100000 rows", |bencher| {
        bencher.iter(|| Texts::of(rows.len(), names.len(), value));
    });
    for text in ["web-99", "!web-9", "~w9k", "value>5000 web", "监控"] {
        let Ok(filter) = Filter::parse(text, &names) else {
            continue;
        };
        criterion.bench_function(&format!("filter `{text}`, 100000 rows"), |bencher| {
            bencher.iter(|| filter.matching(&texts, names.len(), value).len());
        });
    }
}

fn themes(criterion: &mut Criterion) {
    criterion.bench_function("load a theme", |bencher| bencher.iter(Theme::default));
    let theme = Theme::default();
    criterion.bench_function("ask for a role", |bencher| {
        bencher.iter(|| theme.style(black_box("severity.critical")));
    });
}

criterion_group!(benches, frames, filters, themes);
criterion_main!(benches);
