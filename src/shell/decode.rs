//! From the bytes of a terminal to keys, pastes and focus changes.
//!
//! What a terminal sends without having been asked (reports, replies to others, mouse events) is recognised by its
//! form and swallowed whole, so that none of it is ever taken for keys. Sequences may arrive in any pieces.

use std::time::Duration;

use super::console::Input;
use crate::ui::keys::{Key, KeyCode, KeyModifiers};

/// How long an escape byte waits for the rest of a sequence before it is the escape key.
const ESCAPE_WAIT: Duration = Duration::from_millis(30);
/// How long the begin of a sequence that could be a key with alt waits.
const PREFIX_WAIT: Duration = Duration::from_millis(100);
/// How long the rest of a longer sequence is waited for.
const SEQUENCE_WAIT: Duration = Duration::from_secs(1);
/// The longest paste; what is longer is cut off.
const LONGEST_PASTE: usize = 1 << 20;
/// The longest control string of a terminal that is waited for.
const LONGEST_STRING: usize = 1 << 16;

const ESC: u8 = 0x1b;
const PASTE_END: &[u8] = b"\x1b[201~";

/// Decodes what a terminal sends.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    /// The text so far, while something is being pasted.
    paste: Option<Vec<u8>>,
}

/// What the begin of a buffer is.
enum Token {
    /// So many bytes that mean this.
    Input(usize, Input),
    /// So many bytes that mean nothing to us.
    Nothing(usize),
    /// So many bytes that begin a paste.
    Paste(usize),
    /// The begin of something.
    Incomplete,
}

impl Decoder {
    /// Takes bytes and gives what is complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Input> {
        self.buffer.extend_from_slice(bytes);
        let mut inputs = Vec::new();
        loop {
            if self.paste.is_some() {
                match self.paste_on() {
                    Some(input) => inputs.push(input),
                    None => break,
                }
                continue;
            }
            let used = match token(&self.buffer) {
                Token::Incomplete => break,
                Token::Nothing(used) => used,
                Token::Input(used, input) => {
                    inputs.push(input);
                    used
                }
                Token::Paste(used) => {
                    self.paste = Some(Vec::new());
                    used
                }
            };
            self.buffer.drain(..used);
        }
        inputs
    }

    /// How long to wait for more bytes before [`Decoder::expire`]; `None` when nothing waits.
    pub fn patience(&self) -> Option<Duration> {
        if self.paste.is_some() {
            return None;
        }
        match self.buffer.as_slice() {
            [] => None,
            [ESC] => Some(ESCAPE_WAIT),
            [ESC, _] => Some(PREFIX_WAIT),
            _ => Some(SEQUENCE_WAIT),
        }
    }

    /// No more bytes came: what waited is a key, or nothing.
    pub fn expire(&mut self) -> Option<Input> {
        let waited = std::mem::take(&mut self.buffer);
        match waited.as_slice() {
            [ESC] => Some(plain(KeyCode::Esc)),
            [ESC, c] => Some(key(KeyCode::Char(char::from(*c)), KeyModifiers::ALT)),
            _ => None,
        }
    }

    /// Goes on with a paste; gives it when it is complete.
    fn paste_on(&mut self) -> Option<Input> {
        let paste = self.paste.as_mut()?;
        let end = self
            .buffer
            .windows(PASTE_END.len())
            .position(|window| window == PASTE_END);
        // Without the end, a part of it may be at the end of what is there.
        let safe = end.unwrap_or(self.buffer.len().saturating_sub(PASTE_END.len() - 1));
        let room = LONGEST_PASTE.saturating_sub(paste.len());
        paste.extend(self.buffer.drain(..safe).take(room));
        end?;
        self.buffer.drain(..PASTE_END.len());
        let text = String::from_utf8_lossy(&self.paste.take()?).into_owned();
        Some(Input::Paste(text.replace("\r\n", "\n").replace('\r', "\n")))
    }
}

fn key(code: KeyCode, mods: KeyModifiers) -> Input {
    Input::Key(Key::new(code, mods))
}

fn plain(code: KeyCode) -> Input {
    key(code, KeyModifiers::NONE)
}

/// What the bytes begin with.
fn token(bytes: &[u8]) -> Token {
    match bytes {
        [] | [ESC] => Token::Incomplete,
        [ESC, rest @ ..] => escape(rest),
        _ => character(bytes, KeyModifiers::NONE),
    }
}

/// A character or control byte, held with `mods`.
fn character(bytes: &[u8], mods: KeyModifiers) -> Token {
    let control = |c: u8| key(KeyCode::Char(char::from(c)), mods | KeyModifiers::CONTROL);
    let input = match bytes[0] {
        b'\r' => key(KeyCode::Enter, mods),
        b'\t' => key(KeyCode::Tab, mods),
        0x7f => key(KeyCode::Backspace, mods),
        0 => control(b' '),
        c @ 0x01..=0x1a => control(c - 1 + b'a'),
        c @ 0x1c..=0x1f => control(c - 0x1c + b'4'),
        first => return utf8(bytes, first, mods),
    };
    Token::Input(1, input)
}

fn utf8(bytes: &[u8], first: u8, mods: KeyModifiers) -> Token {
    let length = match first {
        0x20..=0x7e => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Token::Nothing(1),
    };
    let Some(part) = bytes.get(..length) else {
        // Bytes that cannot continue the character end the wait for it.
        let broken = bytes[1..].iter().any(|byte| byte & 0xc0 != 0x80);
        return if broken {
            Token::Nothing(1)
        } else {
            Token::Incomplete
        };
    };
    match std::str::from_utf8(part)
        .ok()
        .and_then(|text| text.chars().next())
    {
        Some(c) if !c.is_control() => Token::Input(length, key(KeyCode::Char(c), mods)),
        Some(_) => Token::Nothing(length),
        None => Token::Nothing(1),
    }
}

/// What follows an escape byte. Lengths count that byte.
fn escape(rest: &[u8]) -> Token {
    let longer = |token| match token {
        Token::Input(used, input) => Token::Input(used + 1, input),
        Token::Nothing(used) => Token::Nothing(used + 1),
        Token::Paste(used) => Token::Paste(used + 1),
        Token::Incomplete => Token::Incomplete,
    };
    match rest {
        [] => Token::Incomplete,
        // Escape twice: the first one is the key.
        [ESC, ..] => Token::Input(1, plain(KeyCode::Esc)),
        [b'[', rest @ ..] => control_sequence(rest),
        [b'O', rest @ ..] => match rest {
            [] => Token::Incomplete,
            [code, ..] => {
                letter(*code).map_or(Token::Nothing(3), |code| Token::Input(3, plain(code)))
            }
        },
        [b']' | b'P' | b'_' | b'^' | b'X', rest @ ..] => control_string(rest),
        _ => longer(character(rest, KeyModifiers::ALT)),
    }
}

/// A control string (OSC, DCS, APC, PM, SOS): swallowed up to its end.
fn control_string(rest: &[u8]) -> Token {
    for (index, byte) in rest.iter().enumerate() {
        match byte {
            0x07 => return Token::Nothing(2 + index + 1),
            &ESC => {
                return match rest.get(index + 1) {
                    None => Token::Incomplete,
                    Some(b'\\') => Token::Nothing(2 + index + 2),
                    // Something else begins: the string was never ended.
                    Some(_) => Token::Nothing(2 + index),
                };
            }
            _ => {}
        }
    }
    if rest.len() > LONGEST_STRING {
        Token::Nothing(2 + rest.len())
    } else {
        Token::Incomplete
    }
}

/// `CSI`: parameters, intermediate bytes, a final byte. `rest` is what follows `ESC [`.
fn control_sequence(rest: &[u8]) -> Token {
    // The Linux console's function keys.
    if let [b'[', rest @ ..] = rest {
        return match rest {
            [] => Token::Incomplete,
            [code @ b'A'..=b'E', ..] => Token::Input(4, plain(KeyCode::F(code - b'A' + 1))),
            _ => Token::Nothing(3),
        };
    }
    let end = rest.iter().position(|byte| !(0x20..=0x3f).contains(byte));
    let Some(end) = end else {
        return if rest.len() > LONGEST_STRING {
            Token::Nothing(2 + rest.len())
        } else {
            Token::Incomplete
        };
    };
    let (inner, last) = (&rest[..end], rest[end]);
    let used = 2 + end + 1;
    if !(0x40..=0x7e).contains(&last) {
        // Not a sequence after all; the byte that broke it is looked at anew.
        return Token::Nothing(used - 1);
    }
    if inner.is_empty() && last == b'M' {
        // A mouse report of the oldest form: three bytes follow.
        return if rest.len() < 4 {
            Token::Incomplete
        } else {
            Token::Nothing(used + 3)
        };
    }
    let numbers = numbers(inner);
    if last == b'~' && numbers.as_deref() == Some(&[200]) {
        return Token::Paste(used);
    }
    numbers
        .and_then(|numbers| meaning(&numbers, last))
        .map_or(Token::Nothing(used), |input| Token::Input(used, input))
}

/// The parameters of a control sequence; `None` when there is more than numbers in it.
fn numbers(inner: &[u8]) -> Option<Vec<u32>> {
    if inner.is_empty() {
        return Some(Vec::new());
    }
    inner
        .split(|byte| *byte == b';')
        .map(|part| {
            // Sub-parameters, such as alternate keys, are not needed.
            let part = part.split(|byte| *byte == b':').next().unwrap_or_default();
            match part {
                [] => Some(0),
                part => std::str::from_utf8(part).ok()?.parse().ok(),
            }
        })
        .collect()
}

/// What a control sequence means; `None` when it is no key.
fn meaning(numbers: &[u32], last: u8) -> Option<Input> {
    let number = |index: usize| numbers.get(index).copied().unwrap_or_default();
    let mods = modifiers(number(1));
    match last {
        b'I' => Some(Input::Focus(true)),
        b'O' => Some(Input::Focus(false)),
        b'Z' => Some(key(KeyCode::Tab, KeyModifiers::SHIFT)),
        // A cursor report has the form of the third function key with modifiers, and is more likely.
        b'R' => None,
        b'A'..=b'F' | b'H' | b'P'..=b'S' if numbers.len() != 1 => Some(key(letter(last)?, mods)),
        b'~' if number(0) == 27 => Some(key(coded(number(2))?, mods)),
        b'~' => Some(key(tilde(number(0))?, mods)),
        b'u' => Some(key(coded(number(0))?, mods)),
        _ => None,
    }
}

/// The key behind the last letter of `ESC O …` and `ESC [ …`.
fn letter(code: u8) -> Option<KeyCode> {
    Some(match code {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'M' => KeyCode::Enter,
        b'P'..=b'S' => KeyCode::F(code - b'P' + 1),
        // The numeric keypad in application mode.
        b'j'..=b'y' => KeyCode::Char(char::from(code - b'j' + b'*')),
        _ => return None,
    })
}

/// The key behind the number of `ESC [ … ~`.
fn tilde(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(u8::try_from(number - 10).ok()?),
        17..=21 => KeyCode::F(u8::try_from(number - 11).ok()?),
        23 | 24 => KeyCode::F(u8::try_from(number - 12).ok()?),
        _ => return None,
    })
}

/// The key behind a code point in sequences that name one.
fn coded(code: u32) -> Option<KeyCode> {
    Some(match code {
        9 => KeyCode::Tab,
        13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        127 | 8 => KeyCode::Backspace,
        // Keys without a character in the kitty protocol lie in the private area.
        0xe000..=0xf8ff => return None,
        code => KeyCode::Char(char::from_u32(code).filter(|c| !c.is_control())?),
    })
}

/// The modifiers behind the number that terminals send: one more than the sum of shift 1, alt 2, control 4.
fn modifiers(number: u32) -> KeyModifiers {
    let bits = number.saturating_sub(1);
    let mut mods = KeyModifiers::NONE;
    mods.set(KeyModifiers::SHIFT, bits & 1 != 0);
    mods.set(KeyModifiers::ALT, bits & 2 != 0);
    mods.set(KeyModifiers::CONTROL, bits & 4 != 0);
    mods
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What these bytes mean, keys in the notation of the key map.
    fn decoded(bytes: &[u8]) -> Vec<String> {
        let mut decoder = Decoder::default();
        let mut inputs = decoder.feed(bytes);
        while decoder.patience().is_some() {
            inputs.extend(decoder.expire());
        }
        inputs.iter().map(shown).collect()
    }

    fn shown(input: &Input) -> String {
        match input {
            Input::Key(key) => key.to_string(),
            Input::Paste(text) => format!("paste {text:?}"),
            Input::Focus(gained) => format!("focus {gained}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn keys_are_recognised() {
        let cases: &[(&[u8], &[&str])] = &[
            (b"j", &["j"]),
            (b"G", &["G"]),
            ("é磁".as_bytes(), &["é", "磁"]),
            (b"\r", &["<enter>"]),
            (b"\t", &["<tab>"]),
            (b"\x7f", &["<backspace>"]),
            (b"\x03", &["<c-c>"]),
            (b"\x1a", &["<c-z>"]),
            (b"\x1b", &["<esc>"]),
            (b"\x1b\x1b", &["<esc>", "<esc>"]),
            (b"\x1bx", &["<a-x>"]),
            (b"\x1b[", &["<a-[>"]),
            (b"\x1b[A", &["<up>"]),
            (b"\x1bOA", &["<up>"]),
            (b"\x1b[1;5C", &["<c-right>"]),
            (b"\x1b[H\x1b[F", &["<home>", "<end>"]),
            (b"\x1b[3~", &["<del>"]),
            (b"\x1b[5;5~", &["<c-pageup>"]),
            (
                b"\x1bOP\x1b[15~\x1b[24~\x1b[[B",
                &["<f1>", "<f5>", "<f12>", "<f2>"],
            ),
            (b"\x1b[Z", &["<s-tab>"]),
            (b"\x1b[27;5;13~", &["<c-enter>"]),
            (b"\x1b[97;5u", &["<c-a>"]),
            (b"\x1b[I\x1b[O", &["focus true", "focus false"]),
        ];
        for (bytes, expected) in cases {
            assert_eq!(decoded(bytes), *expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_paste_is_one_input_and_never_keys() {
        assert_eq!(
            decoded(b"\x1b[200~q\x03\r\nrm\x1b[A\rx\x1b[201~j"),
            ["paste \"q\\u{3}\\nrm\\u{1b}[A\\nx\"", "j"]
        );
    }

    /// What terminals say when asked, by us or by somebody who has ended meanwhile.
    const REPLIES: &[&[u8]] = &[
        b"\x1b[?1;2c",
        b"\x1b[>41;354;0c",
        b"\x1b[24;80R",
        b"\x1b[1;2R",
        b"\x1b[0n",
        b"\x1b[8;24;80t",
        b"\x1b[?2026;2$y",
        b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
        b"\x1b]10;rgb:ffff/ffff/ffff\x07",
        b"\x1bP>|xterm(379)\x1b\\",
        b"\x1bP1$r0 q\x1b\\",
        b"\x1b_Gi=1;OK\x1b\\",
        b"\x1b[<0;10;20M",
        b"\x1b[M !!",
        b"\x1b[?0u",
    ];

    #[test]
    fn what_a_terminal_says_unasked_is_never_taken_for_keys() {
        for reply in REPLIES {
            assert_eq!(decoded(reply), [""; 0], "{}", reply.escape_ascii());
        }
    }

    #[test]
    fn sequences_may_come_in_any_pieces() {
        let mut all: Vec<u8> = REPLIES.concat();
        all.extend_from_slice(b"\x1b[1;5C\x1b[200~text\x1b[201~");
        for cut in 0..=all.len() {
            let mut decoder = Decoder::default();
            let mut inputs = decoder.feed(&all[..cut]);
            inputs.extend(decoder.feed(&all[cut..]));
            let shown: Vec<String> = inputs.iter().map(shown).collect();
            assert_eq!(shown, ["<c-right>", "paste \"text\""], "cut at {cut}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_mean_the_same(
            bytes in proptest::collection::vec(prop_oneof![Just(ESC), Just(b'['), Just(b';'), any::<u8>()], 0..60),
            cut in 0usize..60,
        ) {
            let cut = cut.min(bytes.len());
            let mut whole = Decoder::default();
            let at_once = whole.feed(&bytes);
            let mut pieces = Decoder::default();
            let mut in_turn = pieces.feed(&bytes[..cut]);
            in_turn.extend(pieces.feed(&bytes[cut..]));
            prop_assert_eq!(at_once, in_turn);
            prop_assert_eq!(whole.buffer, pieces.buffer);
        }
    }
}
