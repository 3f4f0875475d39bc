//! What became of the calls.

use std::collections::BTreeMap;
use std::fmt;

use airudder_workflow::models::CaseId;
use airudder_workflow::webhooks::CallFinished;

/// Calls counted by how ringing ended, and who answered.
#[derive(Default)]
pub struct Outcomes {
    counts: BTreeMap<String, usize>,
    answered: Vec<CaseId>,
}

impl Outcomes {
    /// Counts a call.
    pub fn add(&mut self, call: CallFinished) -> anyhow::Result<()> {
        let outcome = call.ring_type.as_ref().map_or_else(|| "never dialled".to_owned(), ToString::to_string);
        if outcome == "answered" {
            self.answered.push(call.case_id()?.clone());
        }
        *self.counts.entry(outcome.replace('_', " ")).or_default() += 1;
        Ok(())
    }

    /// Those who answered.
    pub fn answered(&self) -> &[CaseId] {
        &self.answered
    }

    /// How many calls there were.
    pub fn total(&self) -> usize {
        self.counts.values().sum()
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<15}{:>6}", "outcome", "calls")?;
        for (outcome, count) in &self.counts {
            writeln!(f, "{outcome:<15}{count:>6}")?;
        }
        write!(f, "{:<15}{:>6}", "total", self.total())
    }
}
