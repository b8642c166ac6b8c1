//! Which machines have the patches they should have.

use jiff::Timestamp;

use super::text::SafeText;

/// Which reports are asked for. What is empty does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PatchFilter {
    /// Name of the machine.
    pub name: Option<String>,
    /// Id of the machine.
    pub machine: Option<String>,
    /// Address in the network.
    pub ip: Option<String>,
    /// Address on the internet.
    pub public_ip: Option<String>,
    /// Operating system, one of the service's words.
    pub system: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Group.
    pub group: Option<String>,
    /// Only those that have what they should have, or only those that do not.
    pub compliant: Option<bool>,
    /// Order that made the report.
    pub order: Option<String>,
    /// What kind of machine: `ECS`, `CCE`.
    pub scene: Option<String>,
    /// Id of the container cluster.
    pub cluster: Option<String>,
    /// Enterprise project.
    pub project: Option<String>,
    /// Oldest reports first.
    pub oldest_first: bool,
}

/// Which patches of a report are asked for. What is empty does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PatchItemFilter {
    /// Part of the name.
    pub title: Option<String>,
    /// State, one of the service's words.
    pub status: Option<String>,
    /// Class of the patch.
    pub class: Option<String>,
    /// Severity of the patch.
    pub severity: Option<String>,
    /// How bad it is to lack it.
    pub compliance: Option<String>,
}

/// How many patches there are of each severity, worst first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Severities {
    /// Critical ones.
    pub critical: u32,
    /// High ones.
    pub high: u32,
    /// Medium ones.
    pub medium: u32,
    /// Low ones.
    pub low: u32,
    /// Those that only inform.
    pub informational: u32,
    /// Those without a severity.
    pub unspecified: u32,
}

/// The report about one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchReport {
    /// Its id.
    pub id: SafeText,
    /// Name of the machine.
    pub name: SafeText,
    /// Id of the machine.
    pub machine: SafeText,
    /// Address in the network.
    pub ip: SafeText,
    /// Address on the internet.
    pub public_ip: SafeText,
    /// Region.
    pub region: SafeText,
    /// Group.
    pub group: SafeText,
    /// Enterprise project.
    pub project: SafeText,
    /// What kind of machine.
    pub scene: SafeText,
    /// Operating system.
    pub system: SafeText,
    /// Name of the baseline, and the kind of its rules.
    pub baseline: (SafeText, SafeText),
    /// Has it what it should have? `None` for a word this program does not know.
    pub compliant: Option<bool>,
    /// How many patches it has.
    pub present: u32,
    /// How many of each severity it has. They need not add up.
    pub present_by: Severities,
    /// How many patches it lacks.
    pub lacking: u32,
    /// How many of each severity it lacks. They need not add up.
    pub lacking_by: Severities,
    /// Order that made the report.
    pub order: SafeText,
    /// When the report was made.
    pub at: Option<Timestamp>,
}

/// One patch of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchItem {
    /// Its name.
    pub title: SafeText,
    /// Its class.
    pub class: SafeText,
    /// Its severity.
    pub severity: SafeText,
    /// How bad it is to lack it.
    pub compliance: SafeText,
    /// State on the wire: `INSTALLED`, `MISSING`, `FAILED`, …
    pub status: SafeText,
    /// When it was installed.
    pub installed: Option<Timestamp>,
    /// Name of the baseline.
    pub baseline: SafeText,
}
