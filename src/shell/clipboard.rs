//! The user's clipboard and desktop, through the terminal: it works over SSH, where both are on another machine.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The longest encoded text that terminals commonly accept.
const LONGEST: usize = 74_994;
/// Characters of a text that is told on the desktop at most.
const NOTICE: usize = 200;
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
    let passed = passed_on(&plain, between);
    Ok(match between {
        // Plain for a tmux that keeps a clipboard itself, wrapped for one that passes it on: settings decide which.
        Between::Tmux => [plain.into_bytes(), passed].concat(),
        Between::Nothing | Between::Screen => passed,
    })
}

/// The bytes that tell `text` on the desktop (OSC 9). Control characters in it are left out, so that it cannot end the
/// sequence early or begin another one, and it is cut at `NOTICE` characters.
///
/// In tmux the sequence goes to the terminal outside (where `allow-passthrough` is on; it is dropped without a trace
/// otherwise), never to tmux itself, which would take it for something of its own.
pub fn notice(text: &str, between: Between) -> Vec<u8> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(NOTICE)
        .collect();
    // Some terminals take `9;` with a number for other orders, such as progress bars.
    let text = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
    passed_on(&format!("\x1b]9;{text}\x07"), between)
}

/// A sequence for the terminal behind whatever stands between.
fn passed_on(plain: &str, between: Between) -> Vec<u8> {
    match between {
        Between::Nothing => plain.as_bytes().to_vec(),
        Between::Tmux => {
            format!("\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")).into_bytes()
        }
        Between::Screen => plain
            .as_bytes()
            .chunks(SCREEN_PART)
            .flat_map(|part| [b"\x1bP", part, b"\x1b\\"].concat())
            .collect(),
    }
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
    fn a_notice_cannot_break_out_of_its_sequence() {
        let shown = |text, between| {
            let bytes = notice(text, between);
            String::from_utf8(bytes).expect("text").replace('\x1b', "^")
        };
        assert_eq!(
            shown("MAJ web-03 磁盘", Between::Nothing),
            "^]9;MAJ web-03 磁盘\x07"
        );
        assert_eq!(
            shown("MAJ web-03", Between::Tmux),
            "^Ptmux;^^]9;MAJ web-03\x07^\\"
        );
        assert_eq!(
            shown("MAJ web-03", Between::Screen),
            "^P^]9;MAJ web-03\x07^\\"
        );
        // Text of a service that would end the sequence, leave tmux's wrapping, or order a progress bar.
        let hostile = "4;1;50 a\x07b\x1b\\c\u{9c}d\ne";
        assert_eq!(shown(hostile, Between::Nothing), "^]9; ab\\cde\x07");
        assert_eq!(shown(hostile, Between::Tmux), "^Ptmux;^^]9; ab\\cde\x07^\\");
        let long = notice(&"x".repeat(5_000), Between::Nothing);
        assert_eq!(long.len(), NOTICE + 5);
    }

    #[test]
    fn the_environment_says_what_stands_between() {
        let with = |set: &'static str| Between::find(move |name| (name == set).then(|| "1".into()));
        assert_eq!(with("TMUX"), Between::Tmux);
        assert_eq!(with("STY"), Between::Screen);
        assert_eq!(with("TERM"), Between::Nothing);
    }
}
