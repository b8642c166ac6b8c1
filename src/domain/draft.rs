//! A script as it is written: what it says, how it is described, and the file it is kept in under version control.
//!
//! The file is the script's own text below a head in TOML between two lines `+++`. Values of secret parameters are never
//! written into it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::script::{Risk, Script};

/// Characters of a name at most (huawei-coc.md, 8).
pub const NAME: usize = 64;
/// Characters of a script at most.
pub const CONTENT: usize = 4096;
/// Characters of a description at most.
pub const DESCRIPTION: usize = 256;
/// Characters of a version at most.
pub const VERSION: usize = 10;
/// Parameters at most.
pub const PARAMS: usize = 20;
/// Characters of a parameter's name, value and description at most.
pub const PARAM: (usize, usize, usize) = (64, 1024, 256);
/// Reviewers at most.
pub const REVIEWERS: usize = 5;
/// The languages of scripts, with the file name ending of each.
pub const LANGUAGES: [(&str, &str); 3] = [("SHELL", "sh"), ("PYTHON", "py"), ("BAT", "bat")];
/// The ways in which reviewers are told (huawei-coc.md, 9).
pub const PROTOCOLS: [&str; 8] = [
    "DEFAULT",
    "SMS",
    "EMAIL",
    "DING_TALK",
    "WE_LINK",
    "WECHAT",
    "CALLNOTIFY",
    "NOT_TO_NOTIFY",
];

/// The line above and below the head of a file.
const FENCE: &str = "+++";

/// A script to be created, or what one shall become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Name: 1 to 64 Chinese characters, letters, digits, underscores. It never changes.
    pub name: String,
    /// Language: `SHELL`, `PYTHON` or `BAT`. It never changes.
    pub language: String,
    /// How dangerous.
    pub risk: Risk,
    /// Version: 1 to 10 characters.
    pub version: String,
    /// What it is for: 1 to 256 characters.
    pub description: String,
    /// Who approves it, by name and id; nobody needs to when empty. Up to 5.
    pub reviewers: Vec<Reviewer>,
    /// How they are told; the account's own way when absent.
    pub protocol: Option<String>,
    /// Parameters in order, up to 20.
    pub params: Vec<DraftParam>,
    /// The script itself: 1 to 4,096 characters.
    pub content: String,
}

/// Somebody who approves a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviewer {
    /// User name.
    pub name: String,
    /// User id.
    pub id: String,
}

/// A parameter of a script as it is written.
#[derive(Clone, PartialEq, Eq)]
pub struct DraftParam {
    /// Name: 1 to 64 letters, digits, underscores.
    pub name: String,
    /// Default value, up to 1,024 characters. `None` for a secret that nobody has given yet: it cannot be read back.
    pub value: Option<String>,
    /// What it is for, up to 256 characters.
    pub description: String,
    /// Is its value a secret?
    pub sensitive: bool,
}

impl fmt::Debug for DraftParam {
    /// Without the value: it may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DraftParam")
            .field("name", &self.name)
            .field("sensitive", &self.sensitive)
            .finish_non_exhaustive()
    }
}

/// The part of a draft that something is wrong with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Name.
    Name,
    /// Language.
    Language,
    /// Version.
    Version,
    /// Description.
    Description,
    /// Reviewers.
    Reviewers,
    /// How reviewers are told.
    Protocol,
    /// The parameter at this place, from 0.
    Param(usize),
    /// The parameters together.
    Params,
    /// The text.
    Content,
}

/// What is wrong with a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Which part.
    pub part: Part,
    /// The key of the sentence about it, without its section.
    pub what: &'static str,
    /// What stands for `%{value}` in it.
    pub value: String,
    /// May it be sent all the same? The service decides then.
    pub soft: bool,
}

impl Draft {
    /// An empty script.
    pub fn new() -> Self {
        Self {
            name: String::new(),
            language: LANGUAGES[0].0.to_owned(),
            risk: Risk::Medium,
            version: "1.0.0".to_owned(),
            description: String::new(),
            reviewers: Vec::new(),
            protocol: None,
            params: Vec::new(),
            content: String::new(),
        }
    }

    /// What a script is now. Values of secrets come back as asterisks and are left out. A risk that this program does
    /// not know counts as high.
    pub fn of(script: &Script) -> Self {
        let own = |text: &super::text::SafeText| text.raw().to_owned();
        let params = script.params.iter().map(|param| DraftParam {
            name: own(&param.name),
            value: (!param.sensitive).then(|| own(&param.default)),
            description: own(&param.description),
            sensitive: param.sensitive,
        });
        let reviewers = script.reviewers.iter().map(|(name, id)| Reviewer {
            name: own(name),
            id: own(id),
        });
        Self {
            name: own(&script.name),
            language: own(&script.language),
            risk: script.risk.unwrap_or(Risk::High),
            version: own(&script.version),
            description: own(&script.description),
            reviewers: reviewers.collect(),
            protocol: script.protocol.as_ref().map(own),
            params: params.collect(),
            content: own(&script.content),
        }
    }

    /// The ending of the name of its file.
    pub fn ending(&self) -> &'static str {
        LANGUAGES
            .iter()
            .find(|(language, _)| *language == self.language)
            .map_or("txt", |(_, ending)| *ending)
    }

    /// Everything that is wrong with it, against the service's limits (huawei-coc.md, 8 and 10.2).
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut found = Found::default();
        found.length(Part::Name, &self.name, 1, NAME);
        if !self.name.is_empty() && !self.name.chars().all(is_name) {
            found.add(Part::Name, "name_letters", "");
        }
        if !LANGUAGES.iter().any(|(known, _)| *known == self.language) {
            found.add(Part::Language, "language", &self.language);
        }
        found.length(Part::Version, &self.version, 1, VERSION);
        found.length(Part::Description, &self.description, 1, DESCRIPTION);
        found.length(Part::Content, &self.content, 1, CONTENT);
        if self.reviewers.len() > REVIEWERS {
            found.add(Part::Reviewers, "too_many", &REVIEWERS.to_string());
        }
        let is_reviewer = |one: &Reviewer| {
            (1..=64).contains(&one.name.chars().count()) && one.id.chars().count() <= 32
        };
        if !self.reviewers.iter().all(is_reviewer) {
            found.add(Part::Reviewers, "reviewer", "");
        }
        if let Some(protocol) = &self.protocol
            && !PROTOCOLS.contains(&protocol.as_str())
        {
            found.add(Part::Protocol, "protocol", protocol);
        }
        if self.params.len() > PARAMS {
            found.add(Part::Params, "too_many", &PARAMS.to_string());
        }
        for (at, param) in self.params.iter().enumerate() {
            found.param(at, param, &self.params[..at]);
        }
        found.flaws
    }

    /// What is wrong with it as the next state of a script: its name and its language never change, and a script that
    /// had reviewers needs them chosen again (huawei-coc.md, 10.5 and 11.1).
    pub fn flaws_against(&self, old: &Script) -> Vec<Flaw> {
        let mut found = Found::default();
        if self.name != old.name.raw() {
            found.add(Part::Name, "name_fixed", old.name.shown());
        }
        if self.language != old.language.raw() {
            found.add(Part::Language, "language_fixed", old.language.shown());
        }
        if self.reviewers.is_empty() && !old.reviewers.is_empty() {
            found.add(Part::Reviewers, "reviewers_again", "");
        }
        found.flaws
    }

    /// Says it the same as the other, as far as that can be told? Secrets that nobody has given are what they were, and
    /// a line break at the very end is none.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let is_given = |param: &DraftParam| param.sensitive && param.value.is_some();
        !self.params.iter().any(is_given) && self.to_file() == other.to_file()
    }

    /// Takes over the secrets that have been given in another draft of the same script and are not given here.
    pub fn keep_secrets_of(&mut self, other: &Self) {
        for param in self.params.iter_mut().filter(|param| param.value.is_none()) {
            let known = other.params.iter().find(|known| known.name == param.name);
            param.value = known
                .filter(|known| known.sensitive)
                .and_then(|known| known.value.clone());
        }
    }

    /// Its secrets that nobody has given: they have to be, whenever the script is sent.
    pub fn secrets_to_give(&self) -> impl Iterator<Item = &DraftParam> {
        self.params
            .iter()
            .filter(|param| param.sensitive && param.value.is_none())
    }

    /// The file: a head in TOML and the script below it, with a line break at its end. Secrets are left out.
    pub fn to_file(&self) -> String {
        let head = Head {
            name: self.name.clone(),
            language: self.language.clone(),
            risk: risk_name(self.risk).to_owned(),
            version: self.version.clone(),
            description: self.description.clone(),
            protocol: self.protocol.clone(),
            reviewer: self.reviewers.clone(),
            param: self.params.iter().map(HeadParam::of).collect(),
        };
        // Texts, lists and tables of texts always have a form in TOML.
        let head = toml::to_string(&head).unwrap_or_default();
        let end = if self.content.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        format!("{FENCE}\n{head}{FENCE}\n{}{end}", self.content)
    }

    /// Reads the file. The script's text is taken as it stands, without the line break at its end.
    ///
    /// # Errors
    /// What cannot be read, with the line it stands in.
    pub fn from_file(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let rest = text
            .strip_prefix(FENCE)
            .and_then(|rest| {
                rest.strip_prefix('\n')
                    .or_else(|| rest.strip_prefix("\r\n"))
            })
            .ok_or_else(|| {
                format!("the first line must be {FENCE}, then comes the head in TOML")
            })?;
        let (head, content) = split(rest)
            .ok_or_else(|| format!("the head does not end: a second line {FENCE} is missing"))?;
        let read: Head = toml::from_str(head).map_err(|error| {
            let before = head
                .get(..error.span().map_or(0, |span| span.start))
                .unwrap_or("");
            // One line for the fence, and lines are counted from 1.
            let line = before.matches('\n').count() + 2;
            format!("line {line}: {}", error.message())
        })?;
        Ok(Self {
            risk: risk_of(&read.risk)
                .ok_or_else(|| format!("risk must be LOW, MEDIUM or HIGH, not {:?}", read.risk))?,
            name: read.name,
            language: read.language,
            version: read.version,
            description: read.description,
            reviewers: read.reviewer,
            protocol: read.protocol,
            params: read.param.into_iter().map(DraftParam::from).collect(),
            content: without_last_break(content).to_owned(),
        })
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

/// Letters of a script's name: Chinese characters, letters, digits, underscore.
fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || ('\u{4e00}'..='\u{9fa5}').contains(&c)
}

/// May this be the value of a parameter? The rule is put together from its damaged prints, so it only warns
/// (huawei-coc.md, 10.2).
pub fn is_plain_value(value: &str) -> bool {
    !value.contains("..")
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-/.* ?:\"',=+@\\[]{}".contains(c))
}

/// The word for a risk in a file and on the wire.
pub const fn risk_name(risk: Risk) -> &'static str {
    match risk {
        Risk::Low => "LOW",
        Risk::Medium => "MEDIUM",
        Risk::High => "HIGH",
    }
}

/// The risk of a word.
pub fn risk_of(word: &str) -> Option<Risk> {
    [Risk::Low, Risk::Medium, Risk::High]
        .into_iter()
        .find(|risk| risk_name(*risk) == word)
}

/// What was found.
#[derive(Default)]
struct Found {
    flaws: Vec<Flaw>,
}

impl Found {
    fn add(&mut self, part: Part, what: &'static str, value: &str) {
        self.flaws.push(Flaw {
            part,
            what,
            value: value.to_owned(),
            soft: false,
        });
    }

    fn length(&mut self, part: Part, text: &str, min: usize, max: usize) {
        if text.trim().chars().count() < min {
            self.add(part, "empty", "");
        } else if text.chars().count() > max {
            self.add(part, "too_long", &max.to_string());
        }
    }

    fn param(&mut self, at: usize, param: &DraftParam, before: &[DraftParam]) {
        let part = || Part::Param(at);
        let (name, value, description) = PARAM;
        self.length(part(), &param.name, 1, name);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !param.name.chars().all(plain) {
            self.add(part(), "param_letters", "");
        }
        if before.iter().any(|other| other.name == param.name) {
            self.add(part(), "param_twice", &param.name);
        }
        self.length(part(), &param.description, 0, description);
        let Some(given) = &param.value else {
            // Only secrets cannot be read back.
            self.add(part(), "param_secret", &param.name);
            return;
        };
        self.length(part(), given, 0, value);
        if !is_plain_value(given) {
            self.add(part(), "param_value", &param.name);
            if let Some(flaw) = self.flaws.last_mut() {
                flaw.soft = true;
            }
        }
    }
}

/// The head of a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    name: String,
    language: String,
    risk: String,
    version: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reviewer: Vec<Reviewer>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    param: Vec<HeadParam>,
}

/// A parameter in the head of a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadParam {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    sensitive: bool,
}

impl HeadParam {
    fn of(param: &DraftParam) -> Self {
        Self {
            name: param.name.clone(),
            value: param.value.clone().filter(|_| !param.sensitive),
            description: param.description.clone(),
            sensitive: param.sensitive,
        }
    }
}

impl From<HeadParam> for DraftParam {
    fn from(read: HeadParam) -> Self {
        Self {
            name: read.name,
            // An ordinary parameter may do without a default.
            value: read.value.or_else(|| (!read.sensitive).then(String::new)),
            description: read.description,
            sensitive: read.sensitive,
        }
    }
}

/// The head and what comes after the line that ends it.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end_matches(['\n', '\r']) == FENCE {
            return Some((text.get(..at)?, text.get(at + line.len()..)?));
        }
        at += line.len();
    }
    None
}

fn without_last_break(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            name: "清理_logs".to_owned(),
            description: "it says \"hi\"".to_owned(),
            params: vec![
                DraftParam {
                    name: "days".to_owned(),
                    value: Some("7".to_owned()),
                    description: "older than".to_owned(),
                    sensitive: false,
                },
                DraftParam {
                    name: "token".to_owned(),
                    value: Some("s3cret".to_owned()),
                    description: String::new(),
                    sensitive: true,
                },
            ],
            reviewers: vec![Reviewer {
                name: "ops".to_owned(),
                id: "1".to_owned(),
            }],
            content: "#!/bin/bash\n\n+++ not a fence\necho ${days}".to_owned(),
            ..Draft::new()
        }
    }

    fn whats(flaws: &[Flaw]) -> Vec<&str> {
        flaws.iter().map(|flaw| flaw.what).collect()
    }

    #[test]
    fn a_file_holds_all_but_the_secrets() {
        let file = draft().to_file();
        assert!(!file.contains("s3cret"), "{file}");
        let mut read = Draft::from_file(&file).unwrap();
        assert_eq!(read.params[1].value, None);
        assert_eq!(read.to_file(), file);
        assert!(read.says_the_same(&draft()), "{file}");
        read.params[1].value = Some("s3cret".to_owned());
        assert_eq!(read, draft());
        // Who gives a secret wants it written.
        assert!(!read.says_the_same(&draft()));
    }

    #[test]
    fn a_file_of_another_system_is_read_alike() {
        let file = draft().to_file();
        let windows = format!("\u{feff}{}", file.replace('\n', "\r\n"));
        let read = Draft::from_file(&windows).unwrap();
        assert_eq!(read.name, "清理_logs");
        assert_eq!(read.content, draft().content.replace('\n', "\r\n"));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let wrong = |text: &str| Draft::from_file(text).unwrap_err();
        assert!(wrong("echo").contains("first line"));
        assert!(wrong("+++\nname = \"a\"\n").contains("does not end"));
        let unknown = draft().to_file().replace("version", "versoin");
        assert!(
            wrong(&unknown).starts_with("line 5:"),
            "{}",
            wrong(&unknown)
        );
        let risk = draft().to_file().replace("MEDIUM", "SOME");
        assert!(wrong(&risk).contains("SOME"));
    }

    #[test]
    fn every_limit_is_checked() {
        assert_eq!(draft().flaws(), []);
        let empty = Draft::new();
        assert_eq!(whats(&empty.flaws()), ["empty", "empty", "empty"]);
        let mut wrong = draft();
        wrong.name = "a-b".to_owned();
        wrong.language = "PERL".to_owned();
        wrong.version = "1".repeat(11);
        wrong.content = "x".repeat(CONTENT + 1);
        wrong.reviewers[0].name.clear();
        wrong.protocol = Some("PIGEON".to_owned());
        wrong.params[0].name = "days-old".to_owned();
        wrong.params[0].value = Some("a;b".to_owned());
        wrong.params[1].name = "days-old".to_owned();
        wrong.params[1].value = None;
        assert_eq!(
            whats(&wrong.flaws()),
            [
                "name_letters",
                "language",
                "too_long",
                "too_long",
                "reviewer",
                "protocol",
                "param_letters",
                "param_value",
                "param_letters",
                "param_twice",
                "param_secret",
            ]
        );
        wrong.params = vec![wrong.params[0].clone(); 21];
        assert!(whats(&wrong.flaws()).contains(&"too_many"));
    }

    #[test]
    fn a_draft_never_shows_a_value_in_a_log() {
        assert!(!format!("{:?}", draft()).contains("s3cret"));
    }
}
