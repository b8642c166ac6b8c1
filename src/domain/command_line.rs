//! Words of a command line that can be pasted into a POSIX shell.

use std::fmt::Write as _;

/// A word, quoted where it needs it. A shell makes the same word of it again, whatever is in it; characters that drive
/// a terminal are spelled out, so that pasting them does nothing else.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,=@%+".contains(c);
    // Some shells look for a program where a word begins with `=`.
    if !word.is_empty() && word.chars().all(plain) && !word.starts_with('=') {
        return word.to_owned();
    }
    let mut out = "'".to_owned();
    for c in word.chars() {
        match c {
            '\'' => out.push_str(r"'\''"),
            // No argument of a program can have it.
            '\0' => {}
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {
                out.push_str("'\"$(printf '");
                for byte in c.to_string().bytes() {
                    // Writing into a text cannot fail.
                    let _ = write!(out, "\\{byte:03o}");
                }
                out.push_str("')\"'");
            }
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// Adds an option to a command line.
pub fn option(line: &mut String, name: &str, value: &str) {
    line.push_str(" --");
    line.push_str(name);
    // A value that looks like an option is none.
    line.push(if value.starts_with('-') { '=' } else { ' ' });
    line.push_str(&quoted(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_command_line_survive_a_shell() {
        assert_eq!(quoted("IM2026-1"), "IM2026-1");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's; rm"), r"'it'\''s; rm'");
        assert_eq!(quoted("=ls"), "'=ls'");
        assert_eq!(quoted("a\u{1b}b"), r#"'a'"$(printf '\033')"'b'"#);
    }

    #[test]
    fn a_value_that_looks_like_an_option_is_none() {
        let mut line = "x".to_owned();
        option(&mut line, "name", "-1 a");
        option(&mut line, "to", "b");
        assert_eq!(line, "x --name='-1 a' --to b");
    }
}
