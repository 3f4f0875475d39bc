//! `cargo xtask codegen`: plans, says what is wrong, writes.

use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;

use super::{Job, Planned};
use crate::report;

/// What to generate, and whether to write it.
#[derive(Debug, Default, clap::Args)]
pub struct Arguments {
    /// Write nothing; fail if crates/ is not what spec/ gives
    #[arg(long)]
    check: bool,
    /// Overwrite what was edited by hand
    #[arg(long, conflicts_with = "check")]
    force: bool,
    /// Generate one crate on its own from any OpenAPI 3.0 document
    #[arg(long, value_name = "FILE", requires = "out")]
    document: Option<PathBuf>,
    /// The folder of that crate
    #[arg(long, value_name = "DIR", requires = "document")]
    out: Option<PathBuf>,
}

/// Generates, or checks; true when everything is as the documents give it.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<bool> {
    let job = match arguments.document.as_deref().zip(arguments.out.as_deref()) {
        Some((document, out)) => Job::standalone(document, out, path_to_crates(root, out)?),
        None => Job::workspace(root)?,
    };
    let color = report::is_colored(&std::io::stderr());
    let mut out = std::io::stdout();
    match job.with_progress().plan()? {
        Planned::Refused { findings, spec } => {
            eprint!("{}", report::text(&findings, &spec, color));
            eprintln!("nothing was written");
            Ok(false)
        }
        Planned::Ready { plan, summary, findings, spec } => {
            if !findings.is_empty() {
                eprint!("{}", report::text(&findings, &spec, color));
            }
            if !arguments.check {
                for edit in &plan.edits {
                    eprintln!("{edit}{}", if arguments.force { ": overwritten" } else { "" });
                }
                if !plan.edits.is_empty() && !arguments.force {
                    eprintln!(
                        "nothing was written: what is generated changes by spec/ or xtask/; `--force` overwrites the edits"
                    );
                    return Ok(false);
                }
                plan.overwrite()?;
                writeln!(out, "{summary}")?;
                return Ok(true);
            }
            for file in &plan.changed {
                writeln!(out, "differs: {}", file.path)?;
            }
            for orphan in &plan.orphans {
                writeln!(out, "no document makes it: {orphan}")?;
            }
            if plan.is_clean() {
                writeln!(out, "crates/ is what spec/ gives")?;
            } else {
                writeln!(out, "run `cargo xtask codegen` and commit what it writes")?;
            }
            Ok(plan.is_clean())
        }
    }
}

/// The runtime crates of the workspace as a crate in `out` finds them.
fn path_to_crates(root: &Path, out: &Path) -> anyhow::Result<String> {
    std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    let crates = root.join("crates").canonicalize()?;
    let out = out.canonicalize()?;
    let common = crates.components().zip(out.components()).take_while(|(one, other)| one == other).count();
    let up = out.components().skip(common).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(crates.components().skip(common)).collect();
    Ok(path.to_string_lossy().replace('\\', "/"))
}
