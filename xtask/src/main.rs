//! The command line.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{codegen, coverage, lint, release, spec_diff, vendor};

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
    Codegen(codegen::Arguments),
    /// Compare the documents with the vendor's navigation (spec/vendor-nav.yaml)
    Coverage(coverage::Arguments),
    /// Find every fault of the documents (of spec/ when none is named)
    Lint {
        /// The documents
        files: Vec<PathBuf>,
        /// How findings are printed
        #[arg(long, value_enum, default_value_t)]
        format: lint::Format,
    },
    /// Package everything that is published, and find what a registry would miss
    Release(release::Arguments),
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
        Command::Codegen(arguments) => codegen::run(workspace(), &arguments),
        Command::Coverage(arguments) => coverage::run(workspace(), &arguments),
        Command::Lint { files, format } => {
            let files = if files.is_empty() { lint::spec_files(workspace())? } else { files };
            lint::run(&files, format)
        }
        Command::Release(arguments) => release::run(workspace(), &arguments),
        Command::SpecDiff(arguments) => spec_diff::run(workspace(), &arguments).map(|()| true),
        Command::Vendor { command } => vendor::run(workspace(), &command),
    }
}

/// The workspace that this program was built in.
fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}
