//! What panes cost when there is very much to show: answers that come, letters of a filter, sorting, drawing. Each step
//! is repeated, and p50, p99 and the worst are printed against a frame at 60 a second. `cargo bench --bench panes` runs
//! all parts, `cargo bench --bench panes -- triage` one. The figures are in docs/performance.md.

mod metrics;
mod response;
mod scaling;
mod stage;
mod triage;

/// The parts by name. The first two print the most memory that was ever taken: let them run alone, or in this order.
const PARTS: [(&str, fn()); 4] = [
    ("metrics", metrics::run),
    ("response", response::run),
    ("triage", triage::run),
    ("scaling", scaling::run),
];

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    for (name, run) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            println!("{name}");
            run();
        }
    }
}
