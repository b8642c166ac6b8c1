//! Dialogs before something is done.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::pane::{Confirm, Each, Guard};
use crate::app::world::World;
use crate::domain::action::Action;
use crate::domain::text::SafeText;
use crate::ui::keys::Key;
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::widgets::dialog::{Answer, Dialog, Strength};

use super::{Env, Outcome};

/// What a decision leads to.
#[derive(Debug)]
enum Leads {
    /// A change.
    To(Box<Confirm>),
    /// Several changes.
    ToEach(Box<Each>),
    /// The end of the program.
    Quit,
}

/// A dialog, and what it leads to.
#[derive(Debug)]
pub struct Decision {
    dialog: Dialog,
    leads: Leads,
}

impl Decision {
    /// A dialog before a change: it names account, region, targets and consequence.
    pub fn new(confirm: Confirm, world: &World, lang: Lang) -> Self {
        let strength = match &confirm.risk {
            Guard::Low => Strength::Light,
            Guard::Button => Strength::Button,
            Guard::Name(name) => Strength::Type(name.clone()),
            Guard::Count(count) => Strength::Type(count.to_string()),
        };
        let (account, role) = account_line(&confirm, world, lang);
        let mut dialog =
            Dialog::new(&confirm.title, &confirm.button, strength).styled(account, role);
        let count = confirm.targets.len();
        if count > 0 {
            let text = lang.tf("app.targets", &[("count", &count.to_string())]);
            dialog = dialog.styled(text, "header");
        }
        // Many targets would push what matters out of sight: they come last then.
        let many = count > FEW;
        if !many {
            dialog = with_targets(dialog, confirm.targets.iter());
        }
        for line in &confirm.consequence {
            dialog = dialog.styled(line, role_of(&confirm, line));
        }
        if many {
            dialog = with_targets(dialog, confirm.targets.iter());
        }
        Self {
            dialog,
            leads: Leads::To(Box::new(confirm)),
        }
    }

    /// A dialog before several changes of one sort: the account, every target, and each consequence once.
    pub fn each(each: Each, world: &World, lang: Lang) -> Self {
        let mut dialog = Dialog::new(&each.title, &each.button, Strength::Button);
        if let Some(first) = each.changes.first() {
            let (account, role) = account_line(first, world, lang);
            dialog = dialog.styled(account, role);
        }
        let targets: Vec<&String> = each.changes.iter().flat_map(|one| &one.targets).collect();
        let count = targets.len().to_string();
        dialog = dialog.styled(lang.tf("app.targets", &[("count", &count)]), "header");
        dialog = with_targets(dialog, targets.into_iter());
        let mut said: Vec<&String> = Vec::new();
        for line in each.changes.iter().flat_map(|one| &one.consequence) {
            if !said.contains(&line) {
                said.push(line);
                dialog = dialog.line(line);
            }
        }
        Self {
            dialog,
            leads: Leads::ToEach(Box::new(each)),
        }
    }

    /// A dialog before the end of the program.
    pub fn quit(dialog: Dialog) -> Self {
        Self {
            dialog,
            leads: Leads::Quit,
        }
    }

    /// Any key.
    pub fn key(&mut self, key: Key) -> Vec<Outcome> {
        match self.dialog.key(key) {
            Answer::Open => Vec::new(),
            Answer::Cancelled => vec![Outcome::Close],
            Answer::Accepted => match std::mem::replace(&mut self.leads, Leads::Quit) {
                Leads::To(confirm) => vec![Outcome::Close, Outcome::Confirmed(confirm)],
                Leads::ToEach(each) => vec![Outcome::Close, Outcome::ConfirmedEach(each)],
                Leads::Quit => vec![Outcome::Close, Outcome::Quit],
            },
        }
    }

    /// Text was pasted.
    pub fn paste(&mut self, text: &str) {
        self.dialog.paste(text);
    }

    /// Draws it.
    pub fn draw(&self, theme: &Theme, env: Env, screen: Rect, buf: &mut Buffer) {
        self.dialog.draw(theme, env.lang, screen, buf);
    }
}

/// The role of a line of consequences: of a script that is written, the difference stands out.
fn role_of(confirm: &Confirm, line: &str) -> &'static str {
    let writes = matches!(
        confirm.action,
        Action::CreateScript(..) | Action::UpdateScript(..)
    );
    match line.chars().next() {
        Some('+') if writes => "diff.added",
        Some('-') if writes => "diff.removed",
        Some(' ') if writes => "diff.context",
        _ => "text",
    }
}

/// Up to so many targets stand before what comes of the change.
const FEW: usize = 8;

/// The dialog with a line for each target.
fn with_targets<'t>(dialog: Dialog, targets: impl Iterator<Item = &'t String>) -> Dialog {
    targets.fold(dialog, |dialog, target| dialog.line(format!("  {target}")))
}

/// Whose account, where, and is it production?
fn account_line(confirm: &Confirm, world: &World, lang: Lang) -> (String, &'static str) {
    let id = confirm.action.account();
    let account = world.account(id);
    let region = account.map_or_else(SafeText::default, |known| known.region.as_str().into());
    let mut text = lang.tf(
        "app.in_account",
        &[("account", &id.to_string()), ("region", region.shown())],
    );
    if account.is_some_and(|account| account.production) {
        text = format!("{text}  {}", lang.t("app.badge_prod"));
        return (text, "prod");
    }
    (text, "header")
}
