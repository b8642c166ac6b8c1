//! One change to many things: each is sent, journalled and answered by itself, and one list says what became of each.

use crate::domain::action::Receipt;
use crate::domain::error::ApiError;
use crate::domain::journal::Ticket;
use crate::domain::text::SafeText;
use crate::ui::widgets::document::Line;

use super::App;
use super::overlay::{Layer, Overlay};
use super::pane::{Document, Each, Tone};

/// What became of one of many.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Became {
    /// There is no answer yet.
    Waiting,
    /// It was carried out; the id of what was created, if something was.
    Done(Option<SafeText>),
    /// It was not sent, was refused or failed, and why.
    Failed(String),
    /// The answer was lost; it is being looked for.
    Unknown,
}

/// A change to many things.
#[derive(Debug)]
pub(super) struct Round {
    title: String,
    items: Vec<(Option<Ticket>, String, Became)>,
}

impl Round {
    fn count(&self, wanted: fn(&Became) -> bool) -> usize {
        let became = self.items.iter().map(|(_, _, became)| became);
        became.filter(|became| wanted(became)).count()
    }
}

impl App {
    /// The user said yes to all of them: each leaves by itself, and a list shows what becomes of each.
    pub(super) fn act_on_each(&mut self, pane: usize, each: Each) {
        let mut items = Vec::new();
        for confirm in each.changes {
            let summary = confirm.summary.clone();
            items.push(match self.send(pane, confirm) {
                Ok(ticket) => (Some(ticket), summary, Became::Waiting),
                Err(why) => (None, summary, Became::Failed(why)),
            });
        }
        self.round = Some(Round {
            title: each.title.trim_end_matches(['?', '？']).to_owned(),
            items,
        });
        self.open_round();
    }

    /// Shows what became of the last change to many things.
    pub(super) fn open_round(&mut self) {
        match self.round_document() {
            Some(document) => self.open(Layer::core(Overlay::document(document))),
            None => self.say(Tone::Info, self.t("round.none")),
        }
    }

    /// A change ended: when it is one of many, their list says so, wherever it stands.
    pub(super) fn round_ended(&mut self, ticket: Ticket, result: &Result<Receipt, ApiError>) {
        let Some(round) = &mut self.round else {
            return;
        };
        let mine = |item: &&mut (Option<Ticket>, String, Became)| item.0 == Some(ticket);
        let Some(item) = round.items.iter_mut().find(mine) else {
            return;
        };
        item.2 = match result {
            Ok(receipt) => Became::Done(receipt.created.clone()),
            Err(error) if error.outcome_unknown => Became::Unknown,
            Err(error) => Became::Failed(error.message.shown().to_owned()),
        };
        let over = round.count(|became| *became == Became::Waiting) == 0;
        let good = round.count(|became| matches!(became, Became::Done(_)));
        let all = round.items.len();
        if let Some(document) = self.round_document() {
            for layer in &mut self.layers {
                layer.what.renew(&document);
            }
        }
        if over {
            let tone = if good == all { Tone::Good } else { Tone::Warn };
            let values = [("good", &*good.to_string()), ("all", &*all.to_string())];
            self.say(tone, self.tf("round.over", &values));
        }
    }

    fn round_document(&self) -> Option<Document> {
        let round = self.round.as_ref()?;
        let glyphs = self.settings.theme.glyphs();
        let good = round.count(|became| matches!(became, Became::Done(_)));
        let waiting = round.count(|became| *became == Became::Waiting);
        let values = [
            ("good", &*good.to_string()),
            ("all", &*round.items.len().to_string()),
            ("waiting", &*waiting.to_string()),
        ];
        let head = if waiting > 0 {
            "round.under_way"
        } else {
            "round.over"
        };
        let mut lines = vec![
            Line::styled(self.tf(head, &values), "title"),
            Line::default(),
        ];
        for (_, summary, became) in &round.items {
            let (sign, role, text) = match became {
                Became::Waiting => (glyphs.running, "state.running", self.t("round.waiting")),
                Became::Done(created) => {
                    let id = created.as_ref().map_or("", SafeText::shown);
                    (glyphs.ok, "state.ok", id.to_owned())
                }
                Became::Failed(why) => (glyphs.failed, "state.crit", why.clone()),
                Became::Unknown => (glyphs.unknown, "state.unknown", self.t("round.unknown")),
            };
            lines.push(Line::styled(format!("{sign} {summary}"), role));
            if !text.is_empty() {
                lines.push(Line::styled(format!("    {text}"), "muted"));
            }
        }
        Some(Document {
            title: round.title.clone(),
            lines,
        })
    }
}
