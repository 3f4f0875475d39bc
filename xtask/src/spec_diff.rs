//! What a change of `spec/` means: for the wire, for the Rust API, and for the next version.
//!
//! Two observers look at the two states. `meaning` compares the models, and knows why something changed and where;
//! `surface` compares the code that they give, and knows what a consumer will notice. `join` brings them together.

mod change;
mod changelog;
mod join;
mod meaning;
pub mod report;
mod state;
mod surface;
mod variance;
pub mod version;

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;

use crate::git::git;
use crate::lint::Format;
use crate::progress::Progress;

pub use change::{Change, Effect, Level};
pub use changelog::{entry, insert};
pub use join::compare;
pub use state::State;

/// What to compare, and what to do about it.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The commit that the working tree is compared with
    #[arg(default_value = "HEAD")]
    pub revision: String,
    /// Add the changes to CHANGELOG.md, under Unreleased
    #[arg(long)]
    pub write: bool,
    /// How changes are printed
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Prints what changed, the version it asks for and the changelog entry.
///
/// # Errors
///
/// When git does not know the commit, or a document has errors.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { revision, write, format } = arguments;
    let progress = Progress::new(3);
    progress.step(&format!("reading the documents of {revision}"));
    let old = State::revision(root, revision)?;
    progress.step("reading those of the working tree");
    let new = State::working_tree(root)?;
    progress.step("comparing them");
    let changes = compare(&old, &new);
    progress.finish();
    let version = version::of_workspace(&git(root, &["show", &format!("{revision}:Cargo.toml")])?)?;
    let worst = changes.iter().map(Change::worst).max();
    let proposed = worst.map(|level| version::next(&version, level)).transpose()?;
    let mut out = std::io::stdout().lock();
    if *format == Format::Json {
        writeln!(out, "{:#}", report::json(&changes, &version, proposed.as_deref()))?;
    } else {
        write!(out, "{}", report::text(&changes))?;
        match (worst, &proposed) {
            (Some(worst), Some(proposed)) => {
                writeln!(out, "\n{version} -> {proposed} ({worst})\n\n{}", entry(&changes).trim_end())?;
            }
            _ => writeln!(out, "nothing changed by meaning since {revision}")?,
        }
    }
    if *write && !changes.is_empty() {
        let file = root.join("CHANGELOG.md");
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        std::fs::write(&file, insert(&text, &changes)).with_context(|| file.display().to_string())?;
        eprintln!("written: {}", file.display());
    }
    Ok(())
}
