//! Shows on standard error how far long work has come.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// The steps of some work. They are shown in one line that goes when the work ends, or, where nobody watches a
/// terminal, as a plain line each.
#[derive(Debug, Default)]
pub struct Progress(Shown);

#[derive(Debug, Default)]
enum Shown {
    #[default]
    Nowhere,
    Lines,
    Bar(ProgressBar),
}

impl Progress {
    /// Work of this many steps.
    pub fn new(steps: u64) -> Self {
        let is_dumb = std::env::var_os("TERM").is_none_or(|terminal| terminal == "dumb");
        if is_dumb || !std::io::stderr().is_terminal() {
            return Self(Shown::Lines);
        }
        let style = ProgressStyle::with_template("{spinner} [{pos}/{len}] {wide_msg} {elapsed}");
        let bar = ProgressBar::new(steps).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(Shown::Bar(bar))
    }

    /// Nothing is shown: for work that is part of other work.
    pub fn hidden() -> Self {
        Self::default()
    }

    /// Begins the next step.
    pub fn step(&self, what: &str) {
        match &self.0 {
            Shown::Nowhere => {}
            Shown::Lines => eprintln!("{what}"),
            Shown::Bar(bar) => {
                bar.inc(1);
                bar.set_message(what.to_owned());
            }
        }
    }

    /// Ends the work, so that something else can be printed.
    pub fn finish(&self) {
        if let Shown::Bar(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
