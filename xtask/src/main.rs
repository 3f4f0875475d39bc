//! The command line.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use xtask::{codegen, completions, coverage, demo, lint, overview, release, spec_diff, vendor};

/// Turns spec/ into crates/.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Generate the crates from the documents
    Codegen(codegen::Arguments),
    /// Write the script that completes these commands in a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: completions::Shell,
    },
    /// Compare the documents with the vendor's navigation (spec/vendor-nav.yaml)
    Coverage(coverage::Arguments),
    /// See it at work: a workflow in the sandbox, from contacts to recordings
    Demo,
    /// Find every fault of the documents (of spec/ when none is named)
    Lint {
        /// The documents
        files: Vec<PathBuf>,
        /// How findings are printed
        #[arg(long, value_enum, default_value_t)]
        format: lint::Format,
        /// First mend what can be mended without doubt, in place
        #[arg(long)]
        fix: bool,
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
        // Whoever reads, such as `head`, has read enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Option<Command>) -> anyhow::Result<bool> {
    let Some(command) = command else {
        io::stdout().write_all(overview::text().as_bytes())?;
        return Ok(true);
    };
    match command {
        Command::Codegen(arguments) => codegen::run(workspace(), &arguments),
        Command::Completions { shell } => {
            completions::write(shell, Arguments::command(), &mut io::stdout())?;
            Ok(true)
        }
        Command::Coverage(arguments) => coverage::run(workspace(), &arguments),
        Command::Demo => demo::run(workspace()),
        Command::Lint { files, format, fix } => {
            let files = if files.is_empty() { lint::spec_files(workspace())? } else { files };
            if fix {
                io::stderr().write_all(xtask::report::mended(&lint::fix(&files)?).as_bytes())?;
            }
            lint::run(&files, format)
        }
        Command::Release(arguments) => release::run(workspace(), &arguments),
        Command::SpecDiff(arguments) => spec_diff::run(workspace(), &arguments).map(|()| true),
        Command::Vendor { command } => vendor::run(workspace(), &command),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is_broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error.downcast_ref().is_some_and(is_broken)
}

/// The workspace that this program was built in.
fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The commands that do something, by their names: `vendor diff`.
    fn names(command: &clap::Command, prefix: &str) -> BTreeSet<String> {
        let own = command.get_subcommands().filter(|command| command.get_name() != "help");
        own.flat_map(|command| {
            let name = format!("{prefix}{}", command.get_name());
            if command.has_subcommands() { names(command, &format!("{name} ")) } else { [name].into() }
        })
        .collect()
    }

    #[test]
    fn the_overview_has_every_command_and_no_other() {
        let all = names(&Arguments::command(), "");
        let mut shown = BTreeSet::new();
        for (line, _) in overview::OCCASIONS.iter().flat_map(|occasion| occasion.commands) {
            let words = ["xtask"].into_iter().chain(line.split(' '));
            if let Err(error) = Arguments::command().try_get_matches_from(words) {
                panic!("`{line}`: {error}");
            }
            let is_named = |name: &&String| *line == **name || line.starts_with(&format!("{name} "));
            shown.extend(all.iter().find(is_named));
        }
        assert_eq!(shown, all.iter().collect());
    }
}
