//! The user's clipboard, through the terminal: it works over SSH, where the clipboard is on another machine.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The longest encoded text that terminals commonly accept.
const LONGEST: usize = 74_994;
/// The longest part of a sequence that `screen` passes on at once.
const SCREEN_PART: usize = 764;

/// What stands between us and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// Nothing that we know of.
    Nothing,
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

impl Between {
    /// What the environment says. `variable` looks one up.
    pub fn find(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> Self {
        let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
        if is_set("TMUX") {
            Self::Tmux
        } else if is_set("STY") {
            Self::Screen
        } else {
            Self::Nothing
        }
    }
}

/// The text is too long for a terminal's clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{length} bytes are too many for the terminal's clipboard: it takes {most}", most = LONGEST / 4 * 3)]
pub struct TooLong {
    /// Bytes of the text.
    pub length: usize,
}

/// The bytes that put `text` into the clipboard (OSC 52).
pub fn sequence(text: &str, between: Between) -> Result<Vec<u8>, TooLong> {
    let encoded = STANDARD.encode(text);
    if encoded.len() > LONGEST {
        return Err(TooLong { length: text.len() });
    }
    let plain = format!("\x1b]52;c;{encoded}\x07");
    Ok(match between {
        Between::Nothing => plain.into_bytes(),
        // Plain for a tmux that keeps a clipboard itself, wrapped for one that passes it on: settings decide which.
        Between::Tmux => format!(
            "{plain}\x1bPtmux;{}\x1b\\",
            plain.replace('\x1b', "\x1b\x1b")
        )
        .into_bytes(),
        Between::Screen => plain
            .as_bytes()
            .chunks(SCREEN_PART)
            .flat_map(|part| [b"\x1bP", part, b"\x1b\\"].concat())
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_encoded_and_wrapped_for_what_stands_between() {
        let shown = |between| {
            let bytes = sequence("é", between).expect("short");
            String::from_utf8(bytes)
                .expect("ASCII")
                .replace('\x1b', "^")
        };
        assert_eq!(shown(Between::Nothing), "^]52;c;w6k=\x07");
        assert_eq!(
            shown(Between::Tmux),
            "^]52;c;w6k=\x07^Ptmux;^^]52;c;w6k=\x07^\\"
        );
        assert_eq!(shown(Between::Screen), "^P^]52;c;w6k=\x07^\\");
    }

    #[test]
    fn long_text_is_cut_into_parts_for_screen_and_refused_when_too_long() {
        let bytes = sequence(&"x".repeat(3_000), Between::Screen).expect("short enough");
        let text = String::from_utf8(bytes).expect("ASCII");
        assert_eq!(text.matches("\x1bP").count(), 6);
        assert!(sequence(&"x".repeat(56_244), Between::Nothing).is_ok());
        assert_eq!(
            sequence(&"x".repeat(56_247), Between::Nothing),
            Err(TooLong { length: 56_247 })
        );
    }

    #[test]
    fn the_environment_says_what_stands_between() {
        let with = |set: &'static str| Between::find(move |name| (name == set).then(|| "1".into()));
        assert_eq!(with("TMUX"), Between::Tmux);
        assert_eq!(with("STY"), Between::Screen);
        assert_eq!(with("TERM"), Between::Nothing);
    }
}
