//! Answers with text that is none: what machines print need not be UTF-8, services cut it between the halves of a
//! letter, and pass it on as it is. One wrong letter in one text must not cost the whole answer.

/// The answer with every wrong letter replaced by the sign for one; `None` when it has none.
pub fn mended(body: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(body);
    let whole = without_halves(&text);
    (whole.as_bytes() != body).then(|| whole.into_bytes())
}

/// The JSON text without escapes that are half a letter: surrogates that stand alone.
fn without_halves(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        rest = match unit(after) {
            Some((first, next)) if (0xd800..0xdc00).contains(&first) => {
                let second = next.strip_prefix('\\').and_then(unit);
                let second = second.filter(|(second, _)| (0xdc00..0xe000).contains(second));
                if let Some((_, end)) = second {
                    // Both halves, as they stand.
                    let taken = after.len() - end.len();
                    out.push('\\');
                    out.push_str(after.get(..taken).unwrap_or_default());
                    end
                } else {
                    out.push('\u{fffd}');
                    next
                }
            }
            Some((second, next)) if (0xdc00..0xe000).contains(&second) => {
                out.push('\u{fffd}');
                next
            }
            _ => {
                // Whatever is escaped here, an escaped backslash among it, begins no escape itself.
                let mut letters = after.chars();
                out.push('\\');
                out.extend(letters.next());
                letters.as_str()
            }
        };
    }
    out.push_str(rest);
    out
}

/// The number of an escape `uXXXX`, and what follows it.
fn unit(after: &str) -> Option<(u16, &str)> {
    let (digits, next) = after.strip_prefix('u')?.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_whole_stays_as_it_is() {
        for whole in [
            r#"{"a":"\ud83d\ude00 \u00e9 \\ud83d \n"}"#,
            "告警",
            "",
            "\\",
        ] {
            assert_eq!(mended(whole.as_bytes()), None, "{whole}");
        }
    }

    #[test]
    fn halves_of_letters_and_wrong_bytes_become_the_sign_for_one() {
        let read = |body: &[u8]| String::from_utf8(mended(body).unwrap()).unwrap();
        assert_eq!(read(br#""x\ud83d""#), "\"x\u{fffd}\"");
        assert_eq!(read(br#""\ude00x""#), "\"\u{fffd}x\"");
        assert_eq!(read(br#""\ud83d\n""#), "\"\u{fffd}\\n\"");
        assert_eq!(read(b"\"x\xff\""), "\"x\u{fffd}\"");
    }
}
