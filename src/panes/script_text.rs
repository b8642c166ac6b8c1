//! A script as a text to read: its facts, its parameters, and its lines with numbers and colours.

use super::{frame, words};
use crate::app::pane::{Context, Document};
use crate::domain::script::Script;
use crate::domain::text::SafeText;
use crate::ui::widgets::document::Line;

/// Words of the shell, of Python and of Windows batch files that are set off.
const KEYWORDS: [&str; 46] = [
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac",
    "in", "function", "return", "exit", "set", "export", "local", "readonly", "shift", "trap",
    "break", "continue", "def", "class", "import", "from", "try", "except", "finally", "raise",
    "with", "as", "pass", "not", "and", "or", "lambda", "None", "True", "False", "echo", "goto",
    "call", "setlocal",
];

/// Everything that is known of a script.
pub fn document(script: &Script, ctx: &Context) -> Document {
    let lang = ctx.lang;
    let fact = |key: &str, text: &str| frame::fact(lang, key, text);
    let (risk, _) = words::risk_word(script.risk, lang);
    let status = words::approval_word(script.status.shown(), lang);
    let mut lines = vec![
        fact("script.risk", &risk),
        fact("script.approval", &format!("{status} ({})", script.status)),
        fact("script.language", script.language.shown()),
        fact("script.version", script.version.shown()),
        fact("script.creator", script.creator.shown()),
        fact("script.description", script.description.shown()),
    ];
    for param in &script.params {
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
        lines.push(fact("script.param", text.trim_end()));
    }
    lines.push(Line::default());
    let is_batch = script.language.raw() == "BAT";
    for (number, line) in (1..).zip(script.content.raw().lines()) {
        let text = SafeText::new(&line.replace('\t', "    "));
        let numbered = Line::styled(format!("{number:>4}  "), "muted");
        lines.push(
            tokens(text.shown(), is_batch)
                .into_iter()
                .fold(numbered, |line, (text, role)| line.then(text, role)),
        );
    }
    Document {
        title: script.name.shown().to_owned(),
        lines,
    }
}

/// The pieces of a line with their roles: comments, strings, variables, numbers, keywords. Good enough to read by; a
/// string that goes on in the next line is not followed.
fn tokens(line: &str, is_batch: bool) -> Vec<(String, &'static str)> {
    let mut out: Vec<(String, &'static str)> = Vec::new();
    let start = line.trim_start().to_ascii_lowercase();
    if is_batch && (start.starts_with("rem ") || start == "rem" || start.starts_with("::")) {
        return vec![(line.to_owned(), "syntax.comment")];
    }
    let mut chars = line.chars().peekable();
    let mut after_blank = true;
    while let Some(c) = chars.next() {
        let mut text = c.to_string();
        let role = if c == '#' && after_blank && !is_batch {
            text.extend(chars.by_ref());
            "syntax.comment"
        } else if c == '"' || c == '\'' {
            let mut escaped = false;
            for next in chars.by_ref() {
                text.push(next);
                if next == c && !escaped {
                    break;
                }
                escaped = next == '\\' && !escaped;
            }
            "syntax.string"
        } else if c == '$' || is_word(c) {
            while let Some(next) =
                chars.next_if(|next| is_word(*next) || (c == '$' && "{}#?@*".contains(*next)))
            {
                text.push(next);
            }
            role_of(&text)
        } else {
            "text"
        };
        after_blank = c.is_whitespace() || c == ';';
        match out.last_mut() {
            Some((last, of)) if *of == role => last.push_str(&text),
            _ => out.push((text, role)),
        }
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn role_of(word: &str) -> &'static str {
    if word.starts_with('$') {
        "syntax.variable"
    } else if word.chars().all(|c| c.is_ascii_digit()) {
        "syntax.number"
    } else if KEYWORDS.contains(&word) {
        "syntax.keyword"
    } else {
        "text"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(line: &str) -> Vec<(String, &'static str)> {
        tokens(line, false)
            .into_iter()
            .filter(|(_, role)| *role != "text")
            .collect()
    }

    #[test]
    fn a_line_is_set_in_its_roles() {
        let found = roles("if [ \"$1\" = 5 ]; then # why");
        let expected = [
            ("if", "syntax.keyword"),
            ("\"$1\"", "syntax.string"),
            ("5", "syntax.number"),
            ("then", "syntax.keyword"),
            ("# why", "syntax.comment"),
        ];
        assert_eq!(found, expected.map(|(text, role)| (text.to_owned(), role)));
        assert_eq!(
            roles("echo ${#x}")[1],
            ("${#x}".to_owned(), "syntax.variable")
        );
        assert_eq!(tokens("REM it's", true)[0].1, "syntax.comment");
    }

    #[test]
    fn nothing_of_a_line_is_lost() {
        for line in ["", "'open", "a\\'b\"c", "中文 # 注释", "$", "x#y"] {
            let text: String = tokens(line, false)
                .into_iter()
                .map(|(text, _)| text)
                .collect();
            assert_eq!(text, line);
        }
    }
}
