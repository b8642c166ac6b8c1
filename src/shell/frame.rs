//! Turns drawn cells into bytes: a ratatui backend that gathers a whole frame and hands it over with one write.
//!
//! It says no more than it has to, because every byte crosses an SSH link: no cursor movement that is not needed,
//! no attribute that is set already, nothing at all when nothing changed. It asks the terminal nothing. Colours
//! are those the theme chose; without colours in the theme no colour sequence is ever sent.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// Begin of a synchronized update: terminals that know it show the frame at once, the others ignore it.
const BEGIN: &[u8] = b"\x1b[?2026h";
/// End of a synchronized update.
const END: &[u8] = b"\x1b[?2026l";

/// Where frames go, and how large the screen is.
pub trait Sink {
    /// Writes one frame.
    fn write_frame(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Columns and rows.
    fn size(&self) -> io::Result<Size>;
}

/// The backend. Between two frames the terminal's attributes are the default ones.
#[derive(Debug)]
pub struct FrameWriter<S> {
    sink: S,
    bytes: Vec<u8>,
    look: Look,
    /// Where the terminal's cursor is, when that is known.
    at: Option<Position>,
    cursor_shown: bool,
}

/// How cells look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    fg: Color,
    bg: Color,
    line: Color,
    modifier: Modifier,
}

impl Look {
    const PLAIN: Self = Self {
        fg: Color::Reset,
        bg: Color::Reset,
        line: Color::Reset,
        modifier: Modifier::empty(),
    };

    fn of(cell: &Cell) -> Self {
        Self {
            fg: cell.fg,
            bg: cell.bg,
            line: cell.underline_color,
            modifier: cell.modifier,
        }
    }
}

impl<S: Sink> FrameWriter<S> {
    /// A backend for a terminal whose cursor is hidden and whose attributes are the default ones.
    pub fn new(sink: S) -> Self {
        Self {
            sink,
            bytes: Vec::with_capacity(64 * 1024),
            look: Look::PLAIN,
            at: None,
            cursor_shown: false,
        }
    }

    /// Sends bytes that are no part of a frame: a bell, a clipboard sequence.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sink.write_frame(bytes)
    }

    /// The terminal was used by somebody else: nothing is known of it but that the cursor is hidden.
    pub fn forget(&mut self) {
        self.bytes.clear();
        self.look = Look::PLAIN;
        self.at = None;
        self.cursor_shown = false;
    }

    fn put(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing to memory does not fail.
        let _ = self.bytes.write_fmt(arguments);
    }

    fn go_to(&mut self, to: Position) {
        match self.at {
            Some(at) if at == to => return,
            Some(at) if at.y == to.y && at.x < to.x && to.x - at.x < 10 => match to.x - at.x {
                1 => self.bytes.extend_from_slice(b"\x1b[C"),
                right => self.put(format_args!("\x1b[{right}C")),
            },
            _ if to.x == 0 => self.put(format_args!("\x1b[{}H", u32::from(to.y) + 1)),
            _ => self.put(format_args!(
                "\x1b[{};{}H",
                u32::from(to.y) + 1,
                u32::from(to.x) + 1
            )),
        }
        self.at = Some(to);
    }

    /// Makes following text look like this.
    fn wear(&mut self, look: Look) {
        if look == self.look {
            return;
        }
        if look == Look::PLAIN {
            self.bytes.extend_from_slice(b"\x1b[m");
            self.look = look;
            return;
        }
        let mut codes = String::new();
        let before = if self.look.modifier.difference(look.modifier).is_empty() {
            self.look
        } else {
            // Attributes are switched off all together: the single codes for that are not understood everywhere.
            codes.push_str("0;");
            Look::PLAIN
        };
        for (flag, code) in ATTRIBUTES {
            if look.modifier.contains(flag) && !before.modifier.contains(flag) {
                codes.push_str(code);
                codes.push(';');
            }
        }
        if look.fg != before.fg {
            push_color(&mut codes, look.fg, Layer::Text);
        }
        if look.bg != before.bg {
            push_color(&mut codes, look.bg, Layer::Ground);
        }
        if look.line != before.line {
            push_color(&mut codes, look.line, Layer::Line);
        }
        codes.pop();
        self.put(format_args!("\x1b[{codes}m"));
        self.look = look;
    }

    fn begin(&mut self) {
        if self.bytes.is_empty() {
            self.bytes.extend_from_slice(BEGIN);
        }
    }
}

/// Attributes and the codes that switch them on.
const ATTRIBUTES: [(Modifier, &str); 9] = [
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::SLOW_BLINK, "5"),
    (Modifier::RAPID_BLINK, "6"),
    (Modifier::REVERSED, "7"),
    (Modifier::HIDDEN, "8"),
    (Modifier::CROSSED_OUT, "9"),
];

/// What a colour is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Text,
    Ground,
    Line,
}

/// Appends the codes for a colour, each followed by a semicolon.
fn push_color(codes: &mut String, color: Color, layer: Layer) {
    let base: u8 = match layer {
        Layer::Text => 30,
        Layer::Ground => 40,
        Layer::Line => 50,
    };
    let indexed = |index: u8| match (layer, index) {
        (Layer::Text | Layer::Ground, 0..8) => format!("{};", base + index),
        (Layer::Text | Layer::Ground, 8..16) => format!("{};", base + 60 + index - 8),
        _ => format!("{};5;{index};", base + 8),
    };
    let text = match color {
        Color::Reset => format!("{};", base + 9),
        Color::Black => indexed(0),
        Color::Red => indexed(1),
        Color::Green => indexed(2),
        Color::Yellow => indexed(3),
        Color::Blue => indexed(4),
        Color::Magenta => indexed(5),
        Color::Cyan => indexed(6),
        Color::Gray => indexed(7),
        Color::DarkGray => indexed(8),
        Color::LightRed => indexed(9),
        Color::LightGreen => indexed(10),
        Color::LightYellow => indexed(11),
        Color::LightBlue => indexed(12),
        Color::LightMagenta => indexed(13),
        Color::LightCyan => indexed(14),
        Color::White => indexed(15),
        Color::Indexed(index) => format!("{};5;{index};", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b};", base + 8),
    };
    codes.push_str(&text);
}

/// Do all terminals agree how wide this is? Only then the cursor is known to stand behind it.
fn has_certain_width(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else {
        return false;
    };
    matches!(c, ' '..='~'
        | '\u{a0}'..='\u{ff}'
        | '\u{2500}'..='\u{259f}'   // boxes and blocks
        | '\u{2800}'..='\u{28ff}'   // braille
        | '\u{3000}'..='\u{303e}' | '\u{3041}'..='\u{33ff}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{ff01}'..='\u{ff60}')
}

impl<S: Sink> Backend for FrameWriter<S> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            self.begin();
            if self.cursor_shown {
                // It would be seen jumping about in terminals without synchronized updates.
                self.bytes.extend_from_slice(b"\x1b[?25l");
                self.cursor_shown = false;
            }
            self.go_to(Position { x, y });
            self.wear(Look::of(cell));
            let symbol = cell.symbol();
            self.bytes.extend_from_slice(symbol.as_bytes());
            let width = u16::try_from(symbol.width()).unwrap_or(1);
            self.at = has_certain_width(symbol).then_some(Position { x: x + width, y });
        }
        self.wear(Look::PLAIN);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor_shown {
            self.begin();
            self.bytes.extend_from_slice(b"\x1b[?25l");
            self.cursor_shown = false;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !self.cursor_shown {
            self.begin();
            self.bytes.extend_from_slice(b"\x1b[?25h");
            self.cursor_shown = true;
        }
        Ok(())
    }

    /// Where the cursor would be in an empty screen: the terminal is never asked.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at.unwrap_or(Position::ORIGIN))
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.at != Some(position) {
            self.begin();
            self.go_to(position);
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.begin();
        self.wear(Look::PLAIN);
        let sequence: &[u8] = match clear_type {
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        };
        self.bytes.extend_from_slice(sequence);
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        self.sink.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize {
            columns_rows: self.sink.size()?,
            pixels: Size::ZERO,
        })
    }

    /// Hands the frame over. The buffer is empty afterwards, whether that worked or not.
    fn flush(&mut self) -> io::Result<()> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        self.bytes.extend_from_slice(END);
        let result = self.sink.write_frame(&self.bytes);
        self.bytes.clear();
        result
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::style::{Style, Stylize};
    use ratatui::text::{Line, Span};

    use super::*;

    /// Keeps the frames.
    #[derive(Debug, Default)]
    struct Kept(Vec<Vec<u8>>);

    impl Sink for Kept {
        fn write_frame(&mut self, bytes: &[u8]) -> io::Result<()> {
            self.0.push(bytes.to_vec());
            Ok(())
        }

        fn size(&self) -> io::Result<Size> {
            Ok(Size::new(20, 3))
        }
    }

    fn terminal() -> Terminal<FrameWriter<Kept>> {
        Terminal::new(FrameWriter::new(Kept::default())).expect("memory")
    }

    fn frames(terminal: &Terminal<FrameWriter<Kept>>) -> Vec<String> {
        let kept = &terminal.backend().sink.0;
        kept.iter()
            .map(|frame| String::from_utf8_lossy(frame).replace('\u{1b}', "^"))
            .collect()
    }

    fn draw(terminal: &mut Terminal<FrameWriter<Kept>>, line: impl Into<Line<'static>>) {
        let line = line.into();
        terminal
            .draw(|frame| frame.render_widget(&line, frame.area()))
            .expect("memory");
    }

    #[test]
    fn a_frame_is_one_write_and_an_unchanged_frame_is_none() {
        let mut terminal = terminal();
        draw(&mut terminal, "hello");
        draw(&mut terminal, "hello");
        assert_eq!(frames(&terminal), ["^[?2026h^[1Hhello^[?2026l"]);
    }

    #[test]
    fn only_what_changed_is_sent() {
        let mut terminal = terminal();
        draw(&mut terminal, "hello world");
        draw(&mut terminal, "hallo warld");
        assert_eq!(frames(&terminal)[1], "^[?2026h^[1;2Ha^[5Ca^[?2026l");
    }

    #[test]
    fn attributes_are_set_once_and_taken_back_at_the_end() {
        let mut terminal = terminal();
        draw(
            &mut terminal,
            vec![
                "a".bold(),
                "b".bold().red(),
                "c".red(),
                Span::raw("d"),
                "e".reversed(),
            ],
        );
        assert_eq!(
            frames(&terminal)[0],
            "^[?2026h^[1H^[1ma^[31mb^[0;31mc^[md^[7me^[m^[?2026l"
        );
    }

    #[test]
    fn colours_of_every_depth_have_their_codes() {
        let mut terminal = terminal();
        draw(
            &mut terminal,
            vec![
                Span::styled("a", Style::new().fg(Color::LightBlue).bg(Color::Black)),
                Span::styled("b", Style::new().fg(Color::Indexed(208))),
                Span::styled("c", Style::new().fg(Color::Rgb(1, 2, 3))),
            ],
        );
        assert_eq!(
            frames(&terminal)[0],
            "^[?2026h^[1H^[94;40ma^[38;5;208;49mb^[38;2;1;2;3mc^[m^[?2026l"
        );
    }

    #[test]
    fn looks_without_colour_send_no_colour_codes() {
        let mut terminal = terminal();
        draw(
            &mut terminal,
            vec![
                "a".bold(),
                "b".reversed(),
                "c".bold().reversed(),
                "d".underlined(),
            ],
        );
        let frame = frames(&terminal).remove(0);
        assert_eq!(frame, "^[?2026h^[1H^[1ma^[0;7mb^[1mc^[0;4md^[m^[?2026l");
    }

    #[test]
    fn the_cursor_is_placed_again_behind_text_of_uncertain_width() {
        let mut terminal = terminal();
        draw(&mut terminal, "磁盘x❤️y");
        assert_eq!(frames(&terminal)[0], "^[?2026h^[1H磁盘x❤️^[1;8Hy^[?2026l");
    }

    #[test]
    fn a_shown_cursor_is_hidden_while_drawing_and_costs_nothing_when_it_stays() {
        let mut terminal = terminal();
        let show = |terminal: &mut Terminal<FrameWriter<Kept>>, text: &'static str| {
            terminal
                .draw(|frame| {
                    frame.render_widget(Line::from(text), frame.area());
                    frame.set_cursor_position((1, 2));
                })
                .expect("memory");
        };
        show(&mut terminal, "a");
        show(&mut terminal, "a");
        show(&mut terminal, "b");
        assert_eq!(
            frames(&terminal),
            [
                "^[?2026h^[1Ha^[?25h^[3;2H^[?2026l",
                "^[?2026h^[?25l^[1Hb^[?25h^[3;2H^[?2026l"
            ]
        );
    }
}
