//! What contradicts itself in what the service says of an order, in words.

use crate::app::pane::View;
use crate::domain::account::AccountId;
use crate::domain::script::Order;
use crate::domain::setback::{Gap, Setback, gaps};
use crate::domain::text::SafeText;
use crate::panes::words;
use crate::ui::format;
use crate::ui::lang::Lang;

/// So many contradictions are told, the newest ones, and of so many batches that they lack machines.
const TOLD: usize = 3;
/// Names of so many machines are told.
const NAMED: usize = 4;

/// A line for each contradiction, newest first, and for each batch that lacks machines.
pub fn lines(account: &AccountId, order: &Order, view: &View) -> Vec<String> {
    let sign = view.theme.glyphs().unknown;
    let known = view.world.setbacks.of(account, &order.id);
    let told = known.iter().rev().take(TOLD).map(|(at, setback)| {
        let at = format::minute(*at, view.zone);
        format!("{sign} {at} {}", setback_words(setback, view.lang))
    });
    let lacking = gaps(order).take(TOLD).map(|gap| {
        let text = gap_words(gap, view.lang);
        format!("{sign} {text}")
    });
    told.chain(lacking).collect()
}

fn gap_words(gap: Gap, lang: Lang) -> String {
    let numbers = [
        gap.batch.to_string(),
        gap.listed.to_string(),
        gap.total.to_string(),
    ];
    let [batch, listed, total] = &numbers;
    let values = [
        ("batch", batch.as_str()),
        ("listed", listed),
        ("total", total),
    ];
    lang.tf("setback.gap", &values)
}

fn setback_words(setback: &Setback, lang: Lang) -> String {
    let changed =
        |key: &str, before: &str, now: &str| lang.tf(key, &[("before", before), ("now", now)]);
    match setback {
        Setback::State { before, now } => {
            let (before, now) = (words::run_word(before, lang), words::run_word(now, lang));
            changed("setback.state", &before, &now)
        }
        Setback::Batch { before, now } => {
            changed("setback.batch", &before.to_string(), &now.to_string())
        }
        Setback::Batches { before, now } => {
            changed("setback.batches", &before.to_string(), &now.to_string())
        }
        Setback::Missing(machines) => {
            lang.tf("setback.missing", &[("names", &names(machines, lang))])
        }
        Setback::Reopened(machines) => {
            lang.tf("setback.reopened", &[("names", &names(machines, lang))])
        }
    }
}

/// The first few names, and how many more there are.
fn names(machines: &[SafeText], lang: Lang) -> String {
    let named: Vec<&str> = machines.iter().take(NAMED).map(SafeText::shown).collect();
    let mut text = named.join(", ");
    if machines.len() > NAMED {
        let more = (machines.len() - NAMED).to_string();
        text.push_str(&lang.tf("run.and_more", &[("count", &more)]));
    }
    text
}
