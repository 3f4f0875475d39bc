//! `cargo xtask completions`: what a shell needs to complete `cargo xtask`.

use std::io::{self, Write};

use clap_complete::aot;

/// The shells that can be taught what comes after a command of cargo's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    /// `cargo xtask completions bash > FILE`, and `source FILE` in ~/.bashrc
    Bash,
    /// `cargo xtask completions fish > ~/.config/fish/conf.d/cargo-xtask.fish`
    Fish,
    /// `cargo xtask completions zsh > DIR/_cargo-xtask`, where DIR is in `fpath`
    Zsh,
}

/// Writes the script for a shell: our commands, and where the shell's own completion of `cargo` has no place for
/// them, what leads there.
///
/// # Errors
///
/// When it cannot be written.
pub fn write(shell: Shell, command: clap::Command, out: &mut impl Write) -> io::Result<()> {
    // To shells our commands are a program of its own.
    let (generator, name, bridge) = match shell {
        Shell::Bash => (aot::Shell::Bash, "xtask", include_str!("completions/cargo.bash")),
        Shell::Fish => (aot::Shell::Fish, "xtask", include_str!("completions/cargo.fish")),
        // The completion of cargo asks for a function of this name.
        Shell::Zsh => (aot::Shell::Zsh, "cargo-xtask", ""),
    };
    let mut script = Vec::new();
    aot::generate(generator, &mut command.name(name), name, &mut script);
    out.write_all(&script)?;
    out.write_all(bridge.as_bytes())
}
