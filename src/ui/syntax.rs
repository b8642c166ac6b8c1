//! Colours for shell scripts, Python and Windows batch files, line by line.
//!
//! Made for reading, not for compiling: words, texts, variables, numbers and remarks are set off, and a text that goes on
//! in the next line is followed. Highlighters that know every language carry their own engine for regular expressions and
//! megabytes of grammars, and those that are small know no batch files; these three languages need neither.

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// POSIX shell and bash.
    Shell,
    /// Python.
    Python,
    /// Batch files of Windows.
    Batch,
    /// Anything else: no colours.
    Plain,
}

const SHELL: &[&str] = &[
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac",
    "in", "function", "return", "exit", "set", "export", "local", "readonly", "shift", "trap",
    "break", "continue", "echo", "printf", "read", "source", "eval", "exec", "unset", "declare",
    "select", "true", "false", "test", "cd",
];

const PYTHON: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
    "match", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    "None", "True", "False", "print", "self",
];

const BATCH: &[&str] = &[
    "if",
    "else",
    "for",
    "in",
    "do",
    "goto",
    "call",
    "echo",
    "set",
    "setlocal",
    "endlocal",
    "exit",
    "not",
    "exist",
    "defined",
    "errorlevel",
    "shift",
    "start",
    "pause",
    "off",
    "on",
    "equ",
    "neq",
    "lss",
    "leq",
    "gtr",
    "geq",
    "nul",
    "cd",
    "del",
    "copy",
    "move",
    "mkdir",
    "type",
];

/// What the end of a line is in the middle of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Inside {
    /// Nothing.
    #[default]
    Code,
    /// A text that ends with this.
    Text(&'static str),
    /// A text that ends with a line of this only.
    Here(String),
}

/// A piece of a line, and its role.
pub type Piece = (String, &'static str);

/// Sets lines in colours, one after the other.
#[derive(Debug, Clone)]
pub struct Painter {
    language: Language,
    inside: Inside,
}

impl Painter {
    /// At the beginning of a text.
    pub const fn new(language: Language) -> Self {
        Self {
            language,
            inside: Inside::Code,
        }
    }

    /// The pieces of the next line; together they are the line.
    pub fn line(&mut self, line: &str) -> Vec<Piece> {
        let mut pieces = Pieces::default();
        if self.language == Language::Plain {
            pieces.add(line, "text");
            return pieces.0;
        }
        if let Inside::Here(end) = &self.inside {
            if line.trim() == end {
                self.inside = Inside::Code;
            }
            pieces.add(line, "syntax.string");
            return pieces.0;
        }
        if self.language == Language::Batch && is_remark(line) {
            pieces.add(line, "syntax.comment");
            return pieces.0;
        }
        let mut rest = line;
        if let Inside::Text(end) = self.inside {
            rest = self.text(rest, end, &mut pieces);
        }
        let mut here = None;
        let mut after_blank = true;
        while let Some(c) = rest.chars().next() {
            let before = rest;
            if c == '#' && self.language != Language::Batch && after_blank {
                pieces.add(rest, "syntax.comment");
                break;
            }
            rest = if let Some(quote) = self.quote(rest) {
                let after = rest.strip_prefix(quote).unwrap_or_default();
                pieces.add(quote, "syntax.string");
                self.text(after, quote, &mut pieces)
            } else if let Some((word, role, after)) = self.word(rest) {
                pieces.add(word, role);
                after
            } else {
                if self.language == Language::Shell && rest.starts_with("<<") {
                    here = here.or_else(|| here_end(rest));
                }
                let (one, after) = first(rest);
                pieces.add(one, "text");
                after
            };
            after_blank = before
                .strip_suffix(rest)
                .and_then(|taken| taken.chars().next_back())
                .is_none_or(|last| last.is_whitespace() || last == ';' || last == '(');
        }
        if let (Some(end), Inside::Code) = (here, &self.inside) {
            self.inside = Inside::Here(end);
        }
        pieces.0
    }

    /// Takes the rest of a text up to its end, which may be lines away; what comes after it is left.
    fn text<'l>(&mut self, line: &'l str, end: &'static str, pieces: &mut Pieces) -> &'l str {
        // Nothing is escaped between single quotes of a shell, and nothing at all in batch files.
        let escapes = match self.language {
            Language::Shell => end != "'",
            Language::Python => true,
            Language::Batch | Language::Plain => false,
        };
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix(end) {
                pieces.add(end, "syntax.string");
                self.inside = Inside::Code;
                return after;
            }
            let (one, after) = first(rest);
            pieces.add(one, "syntax.string");
            rest = after;
            if c == '\\' && escapes {
                let (next, after) = first(rest);
                pieces.add(next, "syntax.string");
                rest = after;
            }
        }
        // Of a text between simple quotes only a shell's goes on in the next line.
        let goes_on = self.language == Language::Shell || end.len() == 3;
        self.inside = if goes_on {
            Inside::Text(end)
        } else {
            Inside::Code
        };
        ""
    }

    /// The quote that stands here.
    fn quote(&self, rest: &str) -> Option<&'static str> {
        let quotes: &[&'static str] = match self.language {
            Language::Python => &["\"\"\"", "'''", "\"", "'"],
            Language::Shell => &["\"", "'"],
            Language::Batch => &["\""],
            Language::Plain => &[],
        };
        quotes.iter().copied().find(|quote| rest.starts_with(quote))
    }

    /// The word or variable that stands here, its role, and what comes after it.
    fn word<'l>(&self, rest: &'l str) -> Option<(&'l str, &'static str, &'l str)> {
        let taken = |cells: usize| rest.split_at_checked(cells);
        if let Some(length) = self.variable(rest) {
            let (word, after) = taken(length)?;
            return Some((word, "syntax.variable", after));
        }
        let length = rest
            .char_indices()
            .find(|(_, c)| !is_word(*c))
            .map_or(rest.len(), |(at, _)| at);
        if length == 0 {
            return None;
        }
        let (word, after) = taken(length)?;
        let lower = word.to_ascii_lowercase();
        let is_keyword = match self.language {
            Language::Shell => SHELL.contains(&word),
            Language::Python => PYTHON.contains(&word),
            Language::Batch => BATCH.contains(&lower.as_str()),
            Language::Plain => false,
        };
        let role = if is_keyword {
            "syntax.keyword"
        } else if word.chars().all(|c| c.is_ascii_digit()) {
            "syntax.number"
        } else {
            "text"
        };
        Some((word, role, after))
    }

    /// How many bytes the variable that stands here takes.
    fn variable(&self, rest: &str) -> Option<usize> {
        match self.language {
            Language::Shell => {
                let name = rest.strip_prefix('$')?;
                let length = if name.starts_with('{') {
                    name.find('}')? + 1
                } else if name.starts_with(|c: char| "#?@*!$-".contains(c)) {
                    1
                } else {
                    name.find(|c| !is_word(c)).unwrap_or(name.len())
                };
                (length > 0).then_some(length + 1)
            }
            Language::Batch => {
                let name = rest.strip_prefix('%')?;
                if name.starts_with(|c: char| c.is_ascii_digit() || c == '*') {
                    return Some(2);
                }
                let end = name.find('%')?;
                let is_name = end > 0 && !name.split_at(end).0.contains(char::is_whitespace);
                is_name.then_some(end + 2)
            }
            Language::Python | Language::Plain => None,
        }
    }
}

/// Pieces, equal neighbours joined.
#[derive(Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    fn add(&mut self, text: &str, role: &'static str) {
        match self.0.last_mut() {
            Some((last, of)) if *of == role => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.0.push((text.to_owned(), role)),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The first character and the rest.
fn first(text: &str) -> (&str, &str) {
    let length = text.chars().next().map_or(0, char::len_utf8);
    text.split_at_checked(length).unwrap_or((text, ""))
}

/// Is this line of a batch file a remark or a label?
fn is_remark(line: &str) -> bool {
    let line = line
        .trim_start()
        .trim_start_matches('@')
        .to_ascii_lowercase();
    line == "rem" || line.starts_with("rem ") || line.starts_with("rem\t") || line.starts_with("::")
}

/// The word that ends the text which `<<` announces.
fn here_end(rest: &str) -> Option<String> {
    let word = rest.strip_prefix("<<")?;
    let word = word.strip_prefix('-').unwrap_or(word).trim_start();
    let word = word.trim_start_matches(['\'', '"', '\\']);
    let end: String = word.chars().take_while(|c| is_word(*c)).collect();
    // `<<<` and shifts of numbers announce nothing.
    let is_name = end.starts_with(|c: char| c.is_alphabetic() || c == '_');
    is_name.then_some(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(language: Language, text: &str) -> Vec<Vec<Piece>> {
        let mut painter = Painter::new(language);
        text.lines().map(|line| painter.line(line)).collect()
    }

    /// What is not plain text in a line.
    fn roles(language: Language, line: &str) -> Vec<(String, &'static str)> {
        let pieces = set(language, line).remove(0);
        pieces
            .into_iter()
            .filter(|(_, role)| *role != "text")
            .collect()
    }

    fn owned<const N: usize>(pieces: [(&str, &'static str); N]) -> Vec<Piece> {
        pieces
            .map(|(text, role)| (text.to_owned(), role))
            .into_iter()
            .collect()
    }

    #[test]
    fn a_line_of_each_language_is_set_in_its_roles() {
        let shell = roles(Language::Shell, "if [ \"$1\" = 5 ]; then echo ${#x} # why");
        let expected = owned([
            ("if", "syntax.keyword"),
            ("\"$1\"", "syntax.string"),
            ("5", "syntax.number"),
            ("then", "syntax.keyword"),
            ("echo", "syntax.keyword"),
            ("${#x}", "syntax.variable"),
            ("# why", "syntax.comment"),
        ]);
        assert_eq!(shell, expected);
        let python = roles(Language::Python, "def f(): return 'it\\'s' # ok");
        let expected = owned([
            ("def", "syntax.keyword"),
            ("return", "syntax.keyword"),
            ("'it\\'s'", "syntax.string"),
            ("# ok", "syntax.comment"),
        ]);
        assert_eq!(python, expected);
        let batch = roles(Language::Batch, "IF \"%1\"==\"\" goto end %PATH% it's");
        let expected = owned([
            ("IF", "syntax.keyword"),
            ("\"%1\"", "syntax.string"),
            ("\"\"", "syntax.string"),
            ("goto", "syntax.keyword"),
            ("%PATH%", "syntax.variable"),
        ]);
        assert_eq!(batch, expected);
        assert_eq!(roles(Language::Batch, "@REM it's")[0].1, "syntax.comment");
        assert_eq!(roles(Language::Plain, "if # x"), []);
    }

    #[test]
    fn a_text_is_followed_into_the_next_lines() {
        let ends = |language, text: &str| -> Vec<&'static str> {
            let lines = set(language, text);
            lines
                .iter()
                .map(|line| line.first().map_or("", |(_, role)| *role))
                .collect()
        };
        assert_eq!(
            ends(Language::Shell, "'open\nif\nclosed' if\nif"),
            [
                "syntax.string",
                "syntax.string",
                "syntax.string",
                "syntax.keyword"
            ]
        );
        assert_eq!(
            ends(Language::Shell, "cat <<-'END'\nif\n\tEND\nif"),
            ["text", "syntax.string", "syntax.string", "syntax.keyword"]
        );
        assert_eq!(
            ends(Language::Python, "\"\"\"doc\nif\n\"\"\"\nif"),
            [
                "syntax.string",
                "syntax.string",
                "syntax.string",
                "syntax.keyword"
            ]
        );
        // Simple quotes end with their line, and a number that is shifted announces nothing.
        assert_eq!(ends(Language::Python, "'open\nif")[1], "syntax.keyword");
        assert_eq!(
            ends(Language::Shell, "a=$((1<<2))\nif")[1],
            "syntax.keyword"
        );
    }

    proptest! {
        #[test]
        fn nothing_of_a_line_is_lost(text in "[\\PC\n'\"#$%\\\\{}<>-]{0,80}") {
            for language in [Language::Shell, Language::Python, Language::Batch, Language::Plain] {
                let mut painter = Painter::new(language);
                for line in text.lines() {
                    let pieces = painter.line(line);
                    let together: String = pieces.iter().map(|(text, _)| text.as_str()).collect();
                    prop_assert_eq!(together, line);
                }
            }
        }
    }
}
