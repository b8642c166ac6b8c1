//! What a pane is, what it is told, and what it may ask for.
//!
//! A pane keeps the state of its view only: selection, sort order, filter. Facts live in the [`World`]. The same
//! pane object is shown on the dashboard and full screen. A pane never sends anything itself: it answers events
//! with [`Request`]s, and the core does the rest.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use serde_json::Value as Json;

use crate::domain::action::{Action, Receipt};
use crate::domain::error::ApiError;
use crate::domain::journal::Ticket;
use crate::domain::query::Want;
use crate::ui::form::Form;
use crate::ui::glyphs::Glyphs;
use crate::ui::keys::Keymap;
use crate::ui::lang::Lang;
use crate::ui::rates::Rates;
use crate::ui::syntax::Language;
use crate::ui::theme::Theme;
use crate::ui::widgets::document;

use super::command::Command;
use super::effect::Effect;
use super::marks::Mark;
use super::subject::{Kind, Subject};
use super::world::World;

/// One thing on the screen.
pub trait Pane: Send {
    /// What is always true of it.
    fn about(&self) -> &'static About;

    /// What it wants answered while it is on the screen. The core decides the priorities (focused before
    /// visible), merges equal questions of several panes and stretches intervals when nobody looks.
    fn needs(&self, ctx: &Context) -> Vec<Want>;

    /// Why `command` cannot be run on these subjects now, as a text for the user; `None` when it can. Shown in
    /// the action menu and as a refusal; checked before [`Pane::update`] is told of the command.
    fn refusal(&self, command: &str, on: &[Subject], ctx: &Context) -> Option<String> {
        let _ = (command, on, ctx);
        None
    }

    /// Something happened.
    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request>;

    /// Makes a piece ready of what the user may ask for next, while nothing else is to be done: nothing that can be seen
    /// changes. Takes a small part of a frame and says whether there is more.
    fn prepare(&mut self, ctx: &Context) -> bool {
        let _ = ctx;
        false
    }

    /// Closes the innermost thing that is open in the pane (its filter, then its marks, then a detail). `false`
    /// when there is nothing, and the whole view is left.
    fn back(&mut self) -> bool {
        false
    }

    /// The list that the pane shows now, when it is one. The three questions that follow are answered by it, unless
    /// the pane knows better.
    fn listing(&self) -> Option<&dyn Listing> {
        None
    }

    /// What the selected row is about.
    fn subject(&self, world: &World) -> Option<Subject> {
        let _ = world;
        self.listing()?.subject()
    }

    /// What the marked rows are about; empty when nothing is marked.
    fn marked(&self, world: &World) -> Vec<Subject> {
        let _ = world;
        self.listing().map(Listing::marked).unwrap_or_default()
    }

    /// Columns, filter and sort order, when the pane is a list: the core opens the filter prompt and the pickers
    /// from it.
    fn list(&self, ctx: &Context) -> Option<ListInfo> {
        Some(self.listing()?.info(ctx.lang))
    }

    /// The command line that shows the same outside of the screen, for `C`, without the program's name.
    fn repeat(&self, world: &World) -> Option<String> {
        let _ = world;
        None
    }

    /// Draws it, frame included, into `area`, which may be of any size.
    fn view(&self, view: &View, area: Rect, buf: &mut Buffer);

    /// It in one line, for small layouts: the essential counts. The core puts the title in front.
    fn summary(&self, view: &View) -> Line<'static>;
}

/// What is always true of a pane.
#[derive(Debug)]
pub struct About {
    /// Its name in the palette, for example `alarms`.
    pub name: &'static str,
    /// The locale key of its title.
    pub title: &'static str,
    /// Further names in the palette.
    pub aliases: &'static [&'static str],
    /// Is it listed in the palette and in help? A detail that cannot be opened without a subject is not.
    pub listed: bool,
    /// The sorts of subject it can be opened on with [`Event::Opened`].
    pub opens: &'static [Kind],
    /// Its commands: those that work while it has the focus, and those that work anywhere
    /// ([`Command::anywhere`]) and are sent to it whoever has the focus.
    pub commands: &'static [Command],
}

impl About {
    /// A pane with this name, this title and these commands.
    pub const fn new(
        name: &'static str,
        title: &'static str,
        commands: &'static [Command],
    ) -> Self {
        Self {
            name,
            title,
            aliases: &[],
            listed: true,
            opens: &[],
            commands,
        }
    }

    /// The same with further names.
    #[must_use]
    pub const fn aliases(mut self, names: &'static [&'static str]) -> Self {
        self.aliases = names;
        self
    }

    /// The same, opened on these sorts of subject.
    #[must_use]
    pub const fn opens(mut self, kinds: &'static [Kind]) -> Self {
        self.opens = kinds;
        self
    }

    /// The same as a detail that is not listed.
    #[must_use]
    pub const fn unlisted(mut self) -> Self {
        self.listed = false;
        self
    }
}

/// A list in a pane, whatever its rows are.
pub trait Listing {
    /// What the selected row is about.
    fn subject(&self) -> Option<Subject>;

    /// What the marked rows are about; empty when nothing is marked.
    fn marked(&self) -> Vec<Subject>;

    /// What the core needs to know for its prompts and pickers.
    fn info(&self, lang: Lang) -> ListInfo;
}

/// Where a pane stands when it is told something.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// All facts.
    pub world: &'a World,
    /// Now.
    pub at: Timestamp,
    /// The language of the interface.
    pub lang: Lang,
    /// The zone in which times are shown.
    pub zone: &'a TimeZone,
    /// In which unit rates of data are shown.
    pub rates: Rates,
    /// The signs that the terminal can show.
    pub glyphs: &'static Glyphs,
    /// Where the pane is drawn; empty when it is not on the screen.
    pub area: Rect,
}

/// How a pane is drawn.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// All facts.
    pub world: &'a World,
    /// The instant the picture is of.
    pub at: Timestamp,
    /// The language of the interface.
    pub lang: Lang,
    /// The zone in which times are shown.
    pub zone: &'a TimeZone,
    /// In which unit rates of data are shown.
    pub rates: Rates,
    /// Roles, glyphs and what the terminal can show.
    pub theme: &'a Theme,
    /// Has it the focus?
    pub focused: bool,
    /// Is it one of several on the screen? Then it is a list, and its detail is elsewhere.
    pub board: bool,
    /// Since when updates are withheld (`p`).
    pub frozen: Option<Timestamp>,
    /// The keys of commands, for texts such as "press c to create one".
    pub keys: &'a Keymap,
}

impl View<'_> {
    /// The text with this key in the user's language.
    pub fn t(&self, key: &str) -> String {
        self.lang.t(key).into_owned()
    }

    /// The first key of a command as people read it; empty when it has none.
    pub fn key(&self, command: &str) -> String {
        self.keys.label(command).unwrap_or_default()
    }

    /// The same point of view as a [`Context`].
    pub fn context(&self, area: Rect) -> Context<'_> {
        Context {
            world: self.world,
            at: self.at,
            lang: self.lang,
            zone: self.zone,
            rates: self.rates,
            glyphs: self.theme.glyphs(),
            area,
        }
    }
}

/// Something a pane is told.
#[derive(Debug, Clone)]
pub enum Event<'a> {
    /// The pane comes on the screen by the user's wish: on this subject, or, without one, as the list it is.
    /// `args` is what stood behind its name in the palette, without a filter.
    Opened {
        /// What to show.
        subject: Option<&'a Subject>,
        /// Words from the palette.
        args: &'a str,
    },
    /// The selection of another pane on the same screen changed. Panes that show details follow it.
    Follow(&'a Subject),
    /// A command: one of the pane's own, or one of the list commands of the core (`move.*`, `mark*`,
    /// `sort.invert`, `wide`, `open`, `describe`, …). `on` has the marked subjects or else the selected one,
    /// of the focused pane, whichever that is.
    Command {
        /// Its name.
        name: &'static str,
        /// What it works on.
        on: &'a [Subject],
    },
    /// The filter's text as it is being typed; empty: no filter.
    Filter(&'a str),
    /// Sort by the column with this key of [`ListInfo`].
    Sort(&'a str),
    /// Show these columns, by their keys.
    Columns(&'a [String]),
    /// A form that this pane opened was completed. It closes unless the pane answers [`Request::Reject`].
    Form {
        /// The form's tag.
        tag: &'static str,
        /// The values by field name, as in [`Form::values`]: what was left empty is missing.
        values: &'a Json,
    },
    /// Something was chosen in a picker that this pane opened.
    Picked {
        /// The picker's tag.
        tag: &'static str,
        /// Ids of what was chosen: one, or several where several may be chosen.
        ids: &'a [String],
    },
    /// A form, a choice or a dialog that this pane opened was left without an answer.
    GaveUp {
        /// The tag of the form or the choice; none for the dialog before a change.
        tag: Option<&'static str>,
    },
    /// A text that this pane wanted written is done. The editor closes unless the pane answers [`Request::Reject`].
    Written {
        /// The tag of the question.
        tag: &'static str,
        /// The text.
        text: &'a str,
    },
    /// The external editor came back with a text that this pane sent out.
    Edited(&'a str),
    /// Facts changed, or time went on. Lists bring their rows in order here; drawing needs no event. Only panes on
    /// the screen are told; [`Event::Opened`] tells a pane that comes on it.
    Changed,
    /// The user said yes to a change that this pane asked for; it is on its way.
    Sent {
        /// What was asked for.
        action: &'a Action,
    },
    /// A change that this pane asked for ended.
    Done {
        /// The ticket.
        ticket: Ticket,
        /// What was asked for.
        action: &'a Action,
        /// How it ended.
        result: &'a Result<Receipt, ApiError>,
    },
}

/// Something a pane asks of the core.
#[derive(Debug)]
pub enum Request {
    /// An effect that changes nothing in a cloud: copy, refresh, save, edit. Never [`Effect::Act`]: changes go
    /// through [`Request::Confirm`].
    Effect(Effect),
    /// Open this subject in the pane that shows its sort.
    Show(Subject),
    /// Go to a view by its palette name, with arguments as in the palette.
    Go(String),
    /// Leave the view.
    Back,
    /// Ask the user with a dialog, then carry it out. The only way to a change.
    Confirm(Box<Confirm>),
    /// Ask the user once, then carry out each by itself; a list says what becomes of each.
    ConfirmEach(Box<Each>),
    /// Let the user fill in a form. The answer is [`Event::Form`]; giving up answers nothing.
    Form(Box<Asking>),
    /// In answer to [`Event::Form`] or [`Event::Written`]: leave the form or the editor open and say at this field what is wrong with it.
    Reject {
        /// The field's name.
        field: String,
        /// What is wrong, in the user's language.
        why: String,
    },
    /// Let the user write a text. The answer is [`Event::Written`].
    Write(Writing),
    /// Let the user choose. The answer is [`Event::Picked`].
    Pick(Picking),
    /// Show a text over the screen.
    Document(Document),
    /// Say something in passing.
    Toast(Tone, String),
    /// Note something about these for this user, and keep it.
    Mark(Vec<(Subject, Mark)>),
}

/// A change that waits for the user's word.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// What is to be done.
    pub action: Action,
    /// What it is, as a question: "Accept incident IM…?"
    pub title: String,
    /// What it is, in words for the journal: "accept incident IM…".
    pub summary: String,
    /// The command line that repeats it, without the program's name, secrets as placeholders.
    pub command: String,
    /// What it works on, one line each.
    pub targets: Vec<String>,
    /// What will happen, one line each.
    pub consequence: Vec<String>,
    /// The label of the button that does it.
    pub button: String,
    /// How strong the confirmation is.
    pub risk: Guard,
    /// The thing it changes, marked as pending until the outcome is known.
    pub subject: Option<Subject>,
}

/// Changes of one sort that wait for one word of the user.
#[derive(Debug, Clone)]
pub struct Each {
    /// What it is, as a question: "Accept 3 incidents?"
    pub title: String,
    /// The label of the button that does it.
    pub button: String,
    /// The changes, at least one; the account, the targets and the consequences of all are shown.
    pub changes: Vec<Confirm>,
}

/// How strong a confirmation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// Choose the button; `y` and `n` work, too.
    Low,
    /// Choose the button.
    Button,
    /// Type this name.
    Name(String),
    /// Type this number of targets.
    Count(usize),
}

/// A form to be filled in. It changes nothing by itself: the pane answers [`Event::Form`] with a
/// [`Request::Confirm`] where a change follows, or with [`Request::Reject`] when something is wrong with a value.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Comes back in [`Event::Form`].
    pub tag: &'static str,
    /// The form.
    pub form: Form,
}

/// A text to be written in the built-in editor. It changes nothing by itself.
#[derive(Debug, Clone)]
pub struct Writing {
    /// Comes back in [`Event::Written`].
    pub tag: &'static str,
    /// What is written.
    pub title: String,
    /// What it begins with.
    pub text: String,
    /// The language it is written in.
    pub language: Language,
    /// The ending of a file that holds it, for an editor outside.
    pub ending: &'static str,
    /// Characters at most.
    pub limit: usize,
}

/// A choice.
#[derive(Debug, Clone)]
pub struct Picking {
    /// Comes back in [`Event::Picked`].
    pub tag: &'static str,
    /// What is chosen.
    pub title: String,
    /// What there is to choose from.
    pub items: Vec<Choice>,
    /// May several be chosen?
    pub many: bool,
}

/// Something to choose.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Comes back in [`Event::Picked`].
    pub id: String,
    /// What it says.
    pub label: String,
    /// Further words, dimmed.
    pub note: String,
    /// Why it cannot be chosen.
    pub refusal: Option<String>,
    /// Chosen already?
    pub chosen: bool,
}

/// A text to read, scroll, search and copy.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// Its lines.
    pub lines: Vec<document::Line>,
}

/// The tone of a toast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// For the record.
    Info,
    /// It worked.
    Good,
    /// Look here.
    Warn,
    /// It failed. Also kept in `:problems`.
    Bad,
}

/// What a list says about itself.
#[derive(Debug, Clone, Default)]
pub struct ListInfo {
    /// Its columns in the order in which they can be picked.
    pub columns: Vec<ColumnInfo>,
    /// The filter in force.
    pub filter: String,
    /// What is wrong with the filter.
    pub filter_error: Option<String>,
    /// Rows that pass the filter.
    pub shown: usize,
    /// Rows there are.
    pub total: usize,
    /// Rows marked.
    pub marked: usize,
}

/// A column of a list.
#[derive(Debug, Clone)]
pub struct ColumnInfo {
    /// Its key, also its name in filters.
    pub key: String,
    /// Its title in the user's language.
    pub title: String,
    /// Shown?
    pub shown: bool,
    /// Sorted by it, and is it descending?
    pub sorted: Option<bool>,
}
