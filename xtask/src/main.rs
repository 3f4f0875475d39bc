//! The command line.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use xtask::codegen::{Job, Planned};
use xtask::document::Spec;
use xtask::{lint, report, spec_diff, vendor};

/// Turns spec/ into crates/.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate the crates from the documents
    Codegen {
        /// Write nothing; fail if crates/ is not what spec/ gives
        #[arg(long)]
        check: bool,
        /// Generate one crate on its own from any OpenAPI 3.0 document
        #[arg(long, value_name = "FILE", requires = "out")]
        document: Option<PathBuf>,
        /// The folder of that crate
        #[arg(long, value_name = "DIR", requires = "document")]
        out: Option<PathBuf>,
    },
    /// Compare the documents with the vendor's navigation (spec/vendor-nav.yaml)
    Coverage {
        /// Write docs/coverage.md; without it a file that differs is a failure
        #[arg(long)]
        write: bool,
    },
    /// Find every fault of the documents (of spec/ when none is named)
    Lint {
        /// The documents
        files: Vec<PathBuf>,
        /// How findings are printed
        #[arg(long, value_enum, default_value_t)]
        format: lint::Format,
    },
    /// Say what the changes of the documents since a commit mean, and which version they ask for
    SpecDiff(spec_diff::Arguments),
    /// Compare saved pages of the vendor's with the documents, and draft new operations
    Vendor {
        #[command(subcommand)]
        command: vendor::Command,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> anyhow::Result<bool> {
    match command {
        Command::Codegen { check, document, out } => {
            let job = match document.zip(out) {
                Some((document, out)) => Job::standalone(&document, &out, path_to_crates(&out)?),
                None => Job::workspace(workspace())?,
            };
            codegen(&job, check)
        }
        Command::Coverage { write } => coverage(workspace(), write),
        Command::Lint { files, format } => {
            let files = if files.is_empty() { lint::spec_files(workspace())? } else { files };
            lint::run(&files, format)
        }
        Command::SpecDiff(arguments) => spec_diff::run(workspace(), &arguments).map(|()| true),
        Command::Vendor { command } => vendor::run(workspace(), &command),
    }
}

fn codegen(job: &Job, check: bool) -> anyhow::Result<bool> {
    let color = std::io::stderr().is_terminal();
    match job.plan()? {
        Planned::Refused { findings, spec } => {
            eprint!("{}", report::text(&findings, &spec, color));
            eprintln!("nothing was written");
            Ok(false)
        }
        Planned::Ready { plan, summary, findings, spec } => {
            if !findings.is_empty() {
                eprint!("{}", report::text(&findings, &spec, color));
            }
            if !check {
                plan.apply()?;
                println!("{summary}");
                return Ok(true);
            }
            for file in &plan.changed {
                println!("differs: {}", file.path);
            }
            for orphan in &plan.orphans {
                println!("no document makes it: {orphan}");
            }
            if plan.is_clean() {
                println!("crates/ is what spec/ gives");
            } else {
                println!("run `cargo xtask codegen` and commit what it writes");
            }
            Ok(plan.is_clean())
        }
    }
}

/// Prints the coverage; false for an uncovered row, an unknown one, or a drifted file.
fn coverage(root: &Path, write: bool) -> anyhow::Result<bool> {
    let (spec, _) = lint::read(&Spec::files(&root.join("spec"))?)?;
    let (models, _) = xtask::model::lower(&spec);
    let rows = xtask::coverage::rows(&root.join("spec/vendor-nav.yaml"))?;
    let mut coverage = xtask::coverage::compare(&rows, &models, root);
    print!("{}\n{}\n", coverage.table, coverage.sentence);
    let file = root.join("docs/coverage.md");
    if write {
        std::fs::write(&file, &coverage.markdown).with_context(|| file.display().to_string())?;
    } else if std::fs::read_to_string(&file).unwrap_or_default() != coverage.markdown {
        coverage.faults.push("docs/coverage.md differs: run `cargo xtask coverage --write`".to_owned());
    }
    if !std::fs::read_to_string(root.join("README.md"))?.contains(&coverage.sentence) {
        coverage.faults.push(format!("README.md does not say: {}", coverage.sentence));
    }
    for fault in &coverage.faults {
        println!("error: {fault}");
    }
    Ok(coverage.faults.is_empty())
}

/// The workspace that this program was built in.
fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The runtime crates as a crate in `out` finds them.
fn path_to_crates(out: &Path) -> anyhow::Result<String> {
    std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    let crates = workspace().join("crates").canonicalize()?;
    let out = out.canonicalize()?;
    let common = crates.components().zip(out.components()).take_while(|(one, other)| one == other).count();
    let up = out.components().skip(common).map(|_| PathBuf::from(".."));
    let path: PathBuf =
        up.chain(crates.components().skip(common).map(|part| PathBuf::from(part.as_os_str()))).collect();
    Ok(path.to_string_lossy().replace('\\', "/"))
}
