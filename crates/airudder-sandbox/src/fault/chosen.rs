//! The fault of a request: by header, by rule, by chance.

use http::HeaderMap;

use super::{Fault, Rule};
use crate::catalog::Entry;
use crate::contract::Auth;
use crate::invalid::Invalid;
use crate::state::Random;

/// The header that asks for a fault.
const HEADER: &str = "sandbox-fault";

/// Faults by chance.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    /// The share of requests, between 0 and 1.
    pub rate: f64,
    /// What is drawn among.
    pub kinds: Vec<Fault>,
}

impl Default for Draw {
    fn default() -> Self {
        Self { rate: 0.0, kinds: Fault::ALL.to_vec() }
    }
}

/// Chooses faults.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
    draw: Draw,
    /// Apart from the chance of the calls, so that their outcomes do not depend on the faults.
    random: Random,
}

impl Faults {
    pub fn new(draw: Draw, seed: u64) -> Self {
        Self { rules: Vec::new(), draw, random: Random::new(seed.rotate_left(32)) }
    }

    /// Adds a rule; of several that fit a request, the first befalls it.
    pub fn add(&mut self, rule: Rule) -> Result<(), Invalid> {
        rule.check()?;
        self.rules.push(rule);
        Ok(())
    }

    /// Forgets the rules, and draws no more.
    pub fn clear(&mut self) {
        self.rules.clear();
        self.draw.rate = 0.0;
    }

    /// The rules that are not used up.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The fault of a request; without an operation it leads to a file, or nowhere.
    pub fn choose(&mut self, headers: &HeaderMap, entry: Option<&Entry>) -> Result<Option<Fault>, Invalid> {
        if let Some(asked) = headers.get(HEADER) {
            let asked = asked.to_str().map_err(|_| Invalid::new("the header Sandbox-Fault is no text"))?;
            return asked.parse().map(Some);
        }
        let by_rule = self.rules.iter_mut().find_map(|rule| rule.take(entry));
        self.rules.retain(|rule| !rule.is_over());
        Ok(by_rule.or_else(|| self.by_chance(entry)))
    }

    fn by_chance(&mut self, entry: Option<&Entry>) -> Option<Fault> {
        if self.draw.rate <= 0.0 || self.random.rng().f64() >= self.draw.rate {
            return None;
        }
        let needs_token = entry.is_some_and(|entry| entry.operation.auth == Auth::Token);
        let fits = |fault: &&Fault| needs_token || **fault != Fault::ExpiredToken;
        let kinds: Vec<_> = self.draw.kinds.iter().filter(fits).collect();
        self.random.rng().choice(kinds).cloned()
    }
}
