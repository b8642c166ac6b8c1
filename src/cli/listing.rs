//! How rows are printed, for every command that lists something.

use clap::Args;

/// How rows are printed.
#[derive(Debug, Clone, Args)]
pub struct Listing {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}
