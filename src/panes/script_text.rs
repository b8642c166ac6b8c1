//! A script as a text to read: its facts, its parameters, and its lines with numbers and colours.

use super::{frame, words};
use crate::app::pane::{Context, Document};
use crate::domain::script::{Script, ScriptParam};
use crate::domain::text::SafeText;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::syntax::{Language, Painter, Piece};
use crate::ui::widgets::document::Line;

/// The language with this word.
pub fn language(word: &str) -> Language {
    match word {
        "SHELL" => Language::Shell,
        "PYTHON" => Language::Python,
        "BAT" => Language::Batch,
        _ => Language::Plain,
    }
}

/// The pieces of the next line of a script, safe for the screen, tabs as blanks.
pub fn pieces(painter: &mut Painter, line: &str) -> Vec<Piece> {
    let text = SafeText::new(&line.replace('\t', "    "));
    painter.line(text.shown())
}

/// Everything that is known of a script.
pub fn document(script: &Script, ctx: &Context) -> Document {
    let lang = ctx.lang;
    let fact = |key: &str, text: &str| frame::fact(lang, key, text);
    let (risk, role) = words::risk_word(script.risk, lang);
    let status = words::approval_word(script.status.shown(), lang);
    let mut lines = vec![
        frame::fact_in(lang, "script.risk", &risk, role),
        fact("script.approval", &format!("{status} ({})", script.status)),
    ];
    if !script.reviewers.is_empty() {
        let names: Vec<&str> = script
            .reviewers
            .iter()
            .map(|(name, _)| name.shown())
            .collect();
        lines.push(fact("draft.reviewers", &names.join(", ")));
    }
    lines.extend([
        fact("script.language", script.language.shown()),
        fact("script.version", script.version.shown()),
        fact("script.creator", script.creator.shown()),
    ]);
    if let Some(at) = script.modified.or(script.created) {
        lines.push(fact("script.changed", &format::age_of(lang, at, ctx.at)));
    }
    lines.extend([
        fact("field.id", script.id.shown()),
        fact("script.description", script.description.shown()),
    ]);
    lines.extend(script.params.iter().map(|param| param_line(param, lang)));
    lines.push(Line::default());
    let mut painter = Painter::new(language(script.language.raw()));
    for (number, line) in (1..).zip(script.content.raw().lines()) {
        let numbered = Line::styled(format!("{number:>4}  "), "muted");
        lines.push(
            pieces(&mut painter, line)
                .into_iter()
                .fold(numbered, |line, (text, role)| line.then(text, role)),
        );
    }
    Document {
        title: script.name.shown().to_owned(),
        lines,
    }
}

fn param_line(param: &ScriptParam, lang: Lang) -> Line {
    let secret = if param.sensitive {
        lang.t("script.secret")
    } else {
        "".into()
    };
    let default = if param.sensitive {
        "***"
    } else {
        param.default.shown()
    };
    let text = format!("{} = {default} {} {secret}", param.name, param.description);
    frame::fact(lang, "script.param", text.trim_end())
}
