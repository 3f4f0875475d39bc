//! How far something is: a bar on a terminal, two plain lines elsewhere.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The progress of one thing after the other.
pub struct Progress {
    bar: ProgressBar,
    what: &'static str,
}

impl Progress {
    pub fn new(what: &'static str, total: usize) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let target = if is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        if !is_terminal {
            println!("{what}: 0 of {total}");
        }
        let bar = ProgressBar::with_draw_target(u64::try_from(total).ok(), target);
        if let Ok(style) = ProgressStyle::with_template("{prefix:<12} {bar:40} {pos:>4} of {len}") {
            bar.set_style(style);
        }
        bar.set_prefix(what);
        Self { bar, what }
    }

    /// One more is done.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// All that there is to do is done; the bar goes, a line stays.
    pub fn end(&self) {
        self.bar.finish_and_clear();
        println!("{}: {} of {}", self.what, self.bar.position(), self.bar.length().unwrap_or_default());
    }
}
