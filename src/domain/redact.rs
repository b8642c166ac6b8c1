//! Takes secrets out of texts that leave the program for other eyes.

/// Names after which a secret stands, in lower case.
const NAMES: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "authorization",
    "api_key",
    "apikey",
    "access_key",
    "accesskey",
    "private_key",
    "credential",
    "signature",
    "cookie",
];

/// What stands instead of a secret.
pub const MASK: &str = "***";

/// The text with what looks like a secret replaced: the value after a name such as `password=` or `token:`, and what
/// follows `Bearer`. What it cannot know, such as a bare key, stays: read what you hand on.
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut private = false;
    for line in text.split_inclusive('\n') {
        // The body of a key in PEM has no name before it.
        if line.contains("-----BEGIN") && line.contains("PRIVATE KEY") {
            private = true;
            out.push_str(MASK);
            out.push('\n');
        }
        if !private {
            out.push_str(&redact_line(line));
        }
        if line.contains("-----END") {
            private = false;
        }
    }
    out
}

fn redact_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = secret(rest) {
        out.push_str(before);
        out.push_str(MASK);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The first secret of a text: what stands before it and what comes after.
fn secret(text: &str) -> Option<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    let named = NAMES
        .iter()
        .flat_map(|name| lower.match_indices(name))
        .filter_map(|(at, name)| value_after(text, at + name.len()))
        .min();
    let bearer = lower.find("bearer ").map(|at| at + "bearer ".len());
    let mut start = [named, bearer].into_iter().flatten().min()?;
    if lower.get(start..)?.starts_with("bearer ") {
        start += "bearer ".len();
    }
    let value = text.get(start..)?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let start = start + quote.map_or(0, char::len_utf8);
    let value = text.get(start..)?;
    let ends = |c: char| match quote {
        Some(quote) => c == quote || c == '\n',
        None => c.is_whitespace() || matches!(c, ',' | ';' | '&' | '"' | '\''),
    };
    let length = value.find(ends).unwrap_or(value.len());
    if length == 0 || value.starts_with(MASK) {
        // Nothing is there, or it is masked already: what comes after is looked at.
        let (done, after) = text.split_at_checked(start + length)?;
        let (before, rest) = secret(after)?;
        return Some((text.get(..done.len() + before.len())?, rest));
    }
    Some((text.get(..start)?, text.get(start + length..)?))
}

/// Where the value begins that is assigned to the name that ends at `end`; `None` when nothing is.
fn value_after(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    // The name may go on (`secret_id`) and may be quoted (`"token": `).
    let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')?;
    let after = rest.get(name..)?;
    let trimmed = after.trim_start_matches(['"', '\'', ' ', '\t']);
    let signed = trimmed.strip_prefix([':', '='])?;
    let value = signed.trim_start_matches([' ', '\t']);
    Some(text.len() - value.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_with_a_name_are_masked() {
        let cases = [
            ("password=hunter2 next", "password=*** next"),
            ("DB_PASSWORD: \"a b\", x", "DB_PASSWORD: \"***\", x"),
            (
                "{\"token\": \"abc\", \"id\": 7}",
                "{\"token\": \"***\", \"id\": 7}",
            ),
            ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
            ("a=1&secret_id=AKI&b=2", "a=1&secret_id=***&b=2"),
            ("--param 'secret=***'", "--param 'secret=***'"),
            // Too much is masked rather than too little.
            ("password= token=x", "password= ***"),
            ("no secrets here: 5", "no secrets here: 5"),
            ("the token was renewed", "the token was renewed"),
        ];
        for (text, expected) in cases {
            assert_eq!(redact(text), expected, "{text}");
        }
    }

    #[test]
    fn a_private_key_is_masked_whole() {
        let text = "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb";
        let out = redact(text);
        assert!(!out.contains("MIIE") && out.ends_with('b'), "{out}");
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(text in any::<String>()) {
            let _ = redact(&text);
        }

        #[test]
        fn a_value_never_survives(name in "(password|TOKEN|api_key)", sign in "( ?= ?|: ?)", value in "[A-Za-z0-9/+]{6,20}") {
            let out = redact(&format!("x {name}{sign}{value} y"));
            prop_assert!(!out.contains(&value), "{}", out);
            prop_assert!(out.ends_with(" y"));
        }
    }
}
