//! Themes: the code names roles (`severity.critical`), a theme file says what they look like, and the terminal's
//! colour depth decides what of that is written.

use std::collections::{BTreeMap, HashMap};

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use super::glyphs::{self, Glyphs};
use crate::domain::alarm::Severity;

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// None: `NO_COLOR`, or a terminal without colours. Bold, dim, underline and reverse only.
    None,
    /// The terminal's own 16 colours.
    Ansi,
    /// 256 colours.
    #[default]
    Indexed,
    /// 24 bits.
    True,
}

impl Depth {
    /// Chooses from the values of environment variables. `setting` is the program's own: `auto`, `always`, `never`.
    pub fn choose(setting: &str, no_color: &str, colorterm: &str, term: &str) -> Self {
        if setting == "never" || setting != "always" && !no_color.is_empty() {
            return Self::None;
        }
        if matches!(colorterm, "truecolor" | "24bit") || term.ends_with("-direct") {
            return Self::True;
        }
        match term {
            "" | "dumb" | "vt100" | "vt102" | "vt220" if setting != "always" => Self::None,
            term if term.contains("256color") => Self::Indexed,
            "alacritty" | "foot" | "wezterm" | "xterm-kitty" | "xterm-ghostty" | "contour" => {
                Self::Indexed
            }
            _ => Self::Ansi,
        }
    }
}

/// Names of the themes that are built in.
pub const BUILT_IN: [&str; 4] = ["dark", "light", "high-contrast", "mono"];

/// The roles that every theme has to fill.
pub const BASE_ROLES: [&str; 62] = [
    "text",
    "muted",
    "accent",
    "stale",
    "title",
    "title.focused",
    "header",
    "key",
    "prod",
    "threshold",
    "breach",
    "event",
    "cursor",
    "number",
    "selected",
    "selected.inactive",
    "marked",
    "border",
    "border.focused",
    "severity.critical",
    "severity.major",
    "severity.minor",
    "severity.warning",
    "severity.info",
    "state.ok",
    "state.warn",
    "state.crit",
    "state.unknown",
    "state.running",
    "series.0",
    "series.1",
    "series.2",
    "series.3",
    "series.4",
    "series.5",
    "series.6",
    "series.7",
    "diff.added",
    "diff.removed",
    "diff.context",
    "diff.header",
    "syntax.keyword",
    "syntax.string",
    "syntax.number",
    "syntax.comment",
    "syntax.name",
    "syntax.variable",
    "input",
    "input.error",
    "input.hint",
    "dialog",
    "dialog.danger",
    "button",
    "button.focused",
    "match",
    "match.other",
    "picker.match",
    "grid.selected",
    "chart.cursor",
    "toast.info",
    "toast.ok",
    "toast.error",
];

/// Names of the roles for the lines of a chart.
const SERIES: [&str; 8] = [
    "series.0", "series.1", "series.2", "series.3", "series.4", "series.5", "series.6", "series.7",
];

/// A theme that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// No built-in theme and no file has this name.
    #[error("there is no theme `{0}`; built in are dark, light, high-contrast and mono")]
    Unknown(String),
    /// Not a theme file.
    #[error("theme: {0}")]
    Syntax(String),
    /// A colour that is not in the palette and not `#rrggbb`.
    #[error("theme: `{role}`: `{colour}` is neither a colour of the palette nor #rrggbb")]
    Colour {
        /// The role.
        role: String,
        /// What it says.
        colour: String,
    },
}

/// A theme file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The background that the theme is made for; the terminal's own is used, contrast is checked against this one.
    background: String,
    /// The terminal's presumed own text colour.
    foreground: String,
    /// Colours with names.
    #[serde(default)]
    palette: BTreeMap<String, Paint>,
    /// What each role looks like.
    roles: BTreeMap<String, Look>,
}

/// A colour of the palette.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paint {
    /// `#rrggbb`.
    rgb: String,
    /// Name among the terminal's 16 colours.
    ansi: String,
}

/// What a role looks like.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    /// Text colour; the terminal's own when absent.
    fg: Option<String>,
    /// Background; the terminal's own when absent.
    bg: Option<String>,
    /// Attributes beside the colour.
    #[serde(default)]
    with: Vec<Attribute>,
    /// Attributes where there is no colour, when they differ.
    plain: Option<Vec<Attribute>>,
}

/// A text attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Attribute {
    Bold,
    Dim,
    Italic,
    Underline,
    Reverse,
}

impl Attribute {
    fn modifiers(list: &[Self]) -> Modifier {
        list.iter().fold(Modifier::empty(), |all, attribute| {
            all | match attribute {
                Self::Bold => Modifier::BOLD,
                Self::Dim => Modifier::DIM,
                Self::Italic => Modifier::ITALIC,
                Self::Underline => Modifier::UNDERLINED,
                Self::Reverse => Modifier::REVERSED,
            }
        })
    }
}

/// What the terminal can show and how.
#[derive(Debug, Clone)]
pub struct Theme {
    name: String,
    depth: Depth,
    roles: HashMap<String, Style>,
    glyphs: &'static Glyphs,
    /// May things move on their own (spinners)?
    pub motion: bool,
}

impl Default for Theme {
    /// The dark theme in 256 colours with Unicode signs.
    fn default() -> Self {
        Self::built_in("dark", Depth::Indexed).unwrap_or_else(|_| Self::bare(Depth::Indexed))
    }
}

impl Theme {
    /// A theme that is built in.
    pub fn built_in(name: &str, depth: Depth) -> Result<Self, ThemeError> {
        let source = match name {
            "dark" => include_str!("../../themes/dark.toml"),
            "light" => include_str!("../../themes/light.toml"),
            "high-contrast" => include_str!("../../themes/high-contrast.toml"),
            "mono" => include_str!("../../themes/mono.toml"),
            _ => return Err(ThemeError::Unknown(name.to_owned())),
        };
        Self::parse(name, source, depth)
    }

    /// A theme from the text of its file. Roles that it leaves out look like those of the dark theme.
    pub fn parse(name: &str, source: &str, depth: Depth) -> Result<Self, ThemeError> {
        let file = File::parse(source)?;
        let mut theme = if name == "dark" {
            Self::bare(depth)
        } else {
            Self::built_in("dark", depth)?
        };
        name.clone_into(&mut theme.name);
        for (role, look) in &file.roles {
            theme
                .roles
                .insert(role.clone(), file.style(role, look, depth)?);
        }
        Ok(theme)
    }

    /// A theme in which every role looks like plain text.
    fn bare(depth: Depth) -> Self {
        Self {
            name: String::new(),
            depth,
            roles: HashMap::new(),
            glyphs: &glyphs::UNICODE,
            motion: true,
        }
    }

    /// The same theme with plain ASCII signs.
    #[must_use]
    pub fn ascii(mut self) -> Self {
        self.glyphs = &glyphs::ASCII;
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many colours it writes.
    pub const fn depth(&self) -> Depth {
        self.depth
    }

    /// Its signs.
    pub const fn glyphs(&self) -> &'static Glyphs {
        self.glyphs
    }

    /// What a role looks like. A role that the theme does not know looks like the one it is part of
    /// (`state.ok.old` like `state.ok`), and in the end like plain text. Allocates nothing.
    pub fn style(&self, role: &str) -> Style {
        let mut role = role;
        loop {
            if let Some(style) = self.roles.get(role) {
                return *style;
            }
            match role.rsplit_once('.') {
                Some((prefix, _)) => role = prefix,
                None => return Style::new(),
            }
        }
    }

    /// The role of a severity.
    pub const fn severity_role(severity: Severity) -> &'static str {
        match severity {
            Severity::Critical => "severity.critical",
            Severity::Major => "severity.major",
            Severity::Minor => "severity.minor",
            Severity::Warning => "severity.warning",
            Severity::Info => "severity.info",
        }
    }

    /// What a severity looks like.
    pub fn severity(&self, severity: Severity) -> Style {
        self.style(Self::severity_role(severity))
    }

    /// The role of the line number `index` of a chart; they repeat after eight.
    pub fn series_role(index: usize) -> &'static str {
        SERIES.get(index % SERIES.len()).copied().unwrap_or("text")
    }
}

impl File {
    fn parse(source: &str) -> Result<Self, ThemeError> {
        let file: Self =
            toml::from_str(source).map_err(|error| ThemeError::Syntax(error.to_string()))?;
        for (role, colour) in [
            ("background", &file.background),
            ("foreground", &file.foreground),
        ] {
            parse_rgb(colour).ok_or_else(|| ThemeError::Colour {
                role: role.to_owned(),
                colour: colour.clone(),
            })?;
        }
        Ok(file)
    }

    fn style(&self, role: &str, look: &Look, depth: Depth) -> Result<Style, ThemeError> {
        // Colours are read at every depth, so that a mistake in a file shows everywhere.
        let fg = self.colour(role, look.fg.as_deref(), depth)?;
        let bg = self.colour(role, look.bg.as_deref(), depth)?;
        let attributes = match (depth, &look.plain) {
            (Depth::None, Some(plain)) => plain,
            _ => &look.with,
        };
        Ok(Style {
            fg,
            bg,
            add_modifier: Attribute::modifiers(attributes),
            ..Style::new()
        })
    }

    fn colour(
        &self,
        role: &str,
        name: Option<&str>,
        depth: Depth,
    ) -> Result<Option<Color>, ThemeError> {
        let Some(name) = name else {
            return Ok(None);
        };
        let unknown = || ThemeError::Colour {
            role: role.to_owned(),
            colour: name.to_owned(),
        };
        let paint = self.palette.get(name);
        let rgb = paint.map_or(name, |paint| &paint.rgb);
        let rgb = parse_rgb(rgb).ok_or_else(unknown)?;
        let ansi = match paint {
            Some(paint) => parse_ansi(&paint.ansi).ok_or_else(unknown)?,
            None => nearest_ansi(rgb),
        };
        Ok(match depth {
            Depth::None => None,
            Depth::Ansi => Some(ansi),
            Depth::Indexed => Some(Color::Indexed(nearest_indexed(rgb))),
            // A colour that the palette of 256 has is named by its number: that is a third of the bytes.
            Depth::True => {
                let index = nearest_indexed(rgb);
                Some(if indexed(index) == rgb {
                    Color::Indexed(index)
                } else {
                    Color::Rgb(rgb[0], rgb[1], rgb[2])
                })
            }
        })
    }
}

fn parse_rgb(text: &str) -> Option<[u8; 3]> {
    let bytes = hex::decode(text.strip_prefix('#')?).ok()?;
    bytes.try_into().ok()
}

/// The 16 colours by name, and roughly what terminals show for them.
const ANSI: [(&str, Color, [u8; 3]); 16] = [
    ("black", Color::Black, [0, 0, 0]),
    ("red", Color::Red, [205, 0, 0]),
    ("green", Color::Green, [0, 205, 0]),
    ("yellow", Color::Yellow, [205, 205, 0]),
    ("blue", Color::Blue, [0, 0, 238]),
    ("magenta", Color::Magenta, [205, 0, 205]),
    ("cyan", Color::Cyan, [0, 205, 205]),
    ("white", Color::Gray, [229, 229, 229]),
    ("bright-black", Color::DarkGray, [127, 127, 127]),
    ("bright-red", Color::LightRed, [255, 0, 0]),
    ("bright-green", Color::LightGreen, [0, 255, 0]),
    ("bright-yellow", Color::LightYellow, [255, 255, 0]),
    ("bright-blue", Color::LightBlue, [92, 92, 255]),
    ("bright-magenta", Color::LightMagenta, [255, 0, 255]),
    ("bright-cyan", Color::LightCyan, [0, 255, 255]),
    ("bright-white", Color::White, [255, 255, 255]),
];

fn parse_ansi(name: &str) -> Option<Color> {
    ANSI.iter()
        .find(|(known, _, _)| *known == name)
        .map(|(_, colour, _)| *colour)
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter()
        .zip(b)
        .map(|(a, b)| u32::from(a.abs_diff(b)).pow(2))
        .sum()
}

fn nearest_ansi(rgb: [u8; 3]) -> Color {
    ANSI.iter()
        .min_by_key(|(_, _, known)| distance(rgb, *known))
        .map_or(Color::Reset, |(_, colour, _)| *colour)
}

/// The colour of index 16 to 255: a cube of six steps, then greys.
fn indexed(index: u8) -> [u8; 3] {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    if index >= 232 {
        return [8 + (index - 232) * 10; 3];
    }
    let cube = usize::from(index.saturating_sub(16));
    [STEPS[cube / 36], STEPS[cube / 6 % 6], STEPS[cube % 6]]
}

fn nearest_indexed(rgb: [u8; 3]) -> u8 {
    (16..=255)
        .min_by_key(|index| distance(rgb, indexed(*index)))
        .unwrap_or(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> File {
        let source = match name {
            "dark" => include_str!("../../themes/dark.toml"),
            "light" => include_str!("../../themes/light.toml"),
            "high-contrast" => include_str!("../../themes/high-contrast.toml"),
            _ => include_str!("../../themes/mono.toml"),
        };
        File::parse(source).unwrap()
    }

    /// Relative luminance as WCAG 2 defines it.
    fn luminance(rgb: [u8; 3]) -> f64 {
        let [r, g, b] = rgb.map(|channel| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.03928 {
                channel / 12.92
            } else {
                ((channel + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn rgb(file: &File, name: &str) -> [u8; 3] {
        parse_rgb(file.palette.get(name).map_or(name, |paint| &paint.rgb)).unwrap()
    }

    #[test]
    fn every_theme_fills_every_base_role() {
        for name in BUILT_IN {
            let file = file(name);
            for role in BASE_ROLES {
                assert!(file.roles.contains_key(role), "{name} has no {role}");
            }
        }
    }

    #[test]
    fn text_and_marks_stand_out_from_the_background() {
        // Lines and sparks are marks; everything else is read.
        let is_mark = |role: &str| {
            role.starts_with("border") || role.starts_with("series") || role == "threshold"
        };
        for name in BUILT_IN {
            let file = file(name);
            for (role, look) in &file.roles {
                let fg = look
                    .fg
                    .as_ref()
                    .map_or_else(|| rgb(&file, &file.foreground), |c| rgb(&file, c));
                let bg = look
                    .bg
                    .as_ref()
                    .map_or_else(|| rgb(&file, &file.background), |c| rgb(&file, c));
                let needed = match name {
                    "high-contrast" if !is_mark(role) => 7.0,
                    _ if is_mark(role) => 3.0,
                    _ => 4.5,
                };
                // What 256 colours make of it has to do as well.
                let coarse = |c: [u8; 3]| indexed(nearest_indexed(c));
                assert!(
                    contrast(fg, bg) >= needed,
                    "{name}: {role}: {:.2}",
                    contrast(fg, bg)
                );
                assert!(
                    contrast(coarse(fg), coarse(bg)) >= needed - 0.3,
                    "{name}: {role} in 256 colours: {:.2}",
                    contrast(coarse(fg), coarse(bg))
                );
            }
        }
    }

    #[test]
    fn text_is_readable_on_the_cursor_row() {
        // A row keeps the colours of its cells where the selection does not set one.
        for name in BUILT_IN {
            let file = file(name);
            for selection in ["selected", "selected.inactive"] {
                let Some(bg) = &file.roles[selection].bg else {
                    continue;
                };
                for role in BASE_ROLES.iter().filter(|r| {
                    r.starts_with("severity") || r.starts_with("state") || **r == "text"
                }) {
                    let fg = file.roles[*role].fg.as_ref().unwrap_or(&file.foreground);
                    let found = contrast(rgb(&file, fg), rgb(&file, bg));
                    assert!(found >= 3.0, "{name}: {role} on {selection}: {found:.2}");
                }
            }
        }
    }

    #[test]
    fn without_colours_nothing_is_coloured_and_states_still_differ() {
        for name in BUILT_IN {
            let theme = Theme::built_in(name, Depth::None).unwrap();
            for (role, style) in &theme.roles {
                assert_eq!((style.fg, style.bg), (None, None), "{name}: {role}");
            }
            let text = theme.style("text");
            for role in [
                "severity.critical",
                "severity.major",
                "state.crit",
                "state.warn",
                "selected",
                "selected.inactive",
                "marked",
                "title.focused",
                "button.focused",
                "prod",
                "match",
                "diff.added",
                "diff.removed",
                "input.error",
                "cursor",
            ] {
                assert_ne!(theme.style(role), text, "{name}: {role}");
            }
            assert!(
                theme
                    .style("selected")
                    .add_modifier
                    .contains(Modifier::REVERSED)
            );
            assert!(
                theme
                    .style("severity.critical")
                    .add_modifier
                    .contains(Modifier::BOLD | Modifier::REVERSED)
            );
            assert_ne!(
                theme.style("severity.critical"),
                theme.style("severity.major")
            );
            assert_ne!(theme.style("button"), theme.style("button.focused"));
            assert_ne!(theme.style("diff.added"), theme.style("diff.removed"));
        }
    }

    #[test]
    fn plain_text_uses_the_terminal_s_own_colours() {
        for name in BUILT_IN {
            let style = Theme::built_in(name, Depth::True).unwrap().style("text");
            assert_eq!((style.fg, style.bg), (None, None), "{name}");
        }
    }

    #[test]
    fn roles_fall_back_to_their_prefix() {
        let theme = Theme::default();
        assert_eq!(theme.style("state.ok.old"), theme.style("state.ok"));
        assert_eq!(theme.style("no.such.role"), Style::new());
    }

    #[test]
    fn colour_depth_follows_the_environment() {
        let cases = [
            (("auto", "", "truecolor", "xterm-256color"), Depth::True),
            (("auto", "", "", "xterm-256color"), Depth::Indexed),
            (("auto", "", "", "xterm"), Depth::Ansi),
            (("auto", "", "", "linux"), Depth::Ansi),
            (("auto", "", "", "dumb"), Depth::None),
            (("auto", "", "", ""), Depth::None),
            (("auto", "1", "truecolor", "xterm-256color"), Depth::None),
            (("always", "1", "", "xterm-256color"), Depth::Indexed),
            (("always", "", "", "dumb"), Depth::Ansi),
            (("never", "", "truecolor", "xterm"), Depth::None),
            (("auto", "", "24bit", "screen"), Depth::True),
        ];
        for ((setting, no_color, colorterm, term), depth) in cases {
            assert_eq!(
                Depth::choose(setting, no_color, colorterm, term),
                depth,
                "{setting} {term}"
            );
        }
    }

    #[test]
    fn mistakes_in_a_file_are_named() {
        let head = "background = '#000000'\nforeground = '#ffffff'\n";
        let parse = |rest: &str| Theme::parse("mine", &format!("{head}{rest}"), Depth::None);
        assert!(parse("[roles]\ntext = {}").is_ok());
        assert!(parse("[roles]\ntext = { fg = '#abcdef' }").is_ok());
        assert_eq!(
            parse("[roles]\ntext = { fg = 'pink' }").unwrap_err(),
            ThemeError::Colour {
                role: "text".into(),
                colour: "pink".into()
            }
        );
        assert!(parse("[roles]\ntext = { colour = 'red' }").is_err());
        assert!(parse("[roles]\ntext = { with = ['blink'] }").is_err());
        assert!(matches!(
            Theme::built_in("nope", Depth::None),
            Err(ThemeError::Unknown(_))
        ));
    }

    #[test]
    fn known_colours_find_their_index() {
        assert_eq!(nearest_indexed([255, 95, 95]), 203);
        assert_eq!(nearest_indexed([255, 255, 255]), 231);
        assert_eq!(nearest_indexed([138, 138, 138]), 245);
    }
}
