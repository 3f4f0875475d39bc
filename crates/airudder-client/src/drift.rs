//! What the vendor sends and the documents do not have.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use airudder_wire::drift::{Findings, observe};
use tracing::info;

pub use airudder_wire::drift::Kind as DriftKind;

/// How many places a client keeps.
const MAX_PLACES: usize = 256;
/// How many names of unknown fields are shown of one type; with more of them, they are rather keys that are data.
const MAX_NAMES: usize = 16;
/// The name of a field that is not shown.
const HIDDEN: &str = "*";

/// One thing that the vendor sent and the documents do not have, without the value that it had.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drift {
    /// The operation whose answer it was in, such as `workflow.createWorkflow`.
    pub operation: &'static str,
    /// Where it was: type and field, as in `Workflow.since` or `Workflow.*` if the name may be data; the type alone, if it
    /// is an enum or a union; `code` or `answer` otherwise.
    pub place: String,
    /// What kind of thing it is.
    pub kind: DriftKind,
    /// How many times it was met.
    pub count: u64,
    /// When it was met first.
    pub first_seen: SystemTime,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, place, kind, count, .. } = self;
        write!(f, "{operation}: {} at {place}, {count} times", words(*kind))
    }
}

/// What the vendor sent so far and the documents do not have, from [`Client::drift`](crate::Client::drift).
///
/// `Display` writes a line for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DriftReport {
    /// One for each place, sorted by operation and place; no more than 256.
    pub places: Vec<Drift>,
    /// How many more things were met at places that found no room.
    pub overflow: u64,
}

impl DriftReport {
    /// Was everything as the documents say?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty() && self.overflow == 0
    }
}

impl fmt::Display for DriftReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.places.iter().try_for_each(|drift| writeln!(f, "{drift}"))?;
        if self.overflow > 0 {
            writeln!(f, "elsewhere: {} times", self.overflow)?;
        }
        Ok(())
    }
}

/// Counts for one client, or does not. Clones count together.
#[derive(Clone)]
pub(crate) struct DriftLog(Option<Arc<Mutex<Places>>>);

#[derive(Default)]
struct Places {
    met: BTreeMap<Place, Met>,
    overflow: u64,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    operation: &'static str,
    type_name: &'static str,
    field: Option<Box<str>>,
    kind: DriftKind,
}

struct Met {
    count: u64,
    first_seen: SystemTime,
}

impl DriftLog {
    pub(crate) fn new(is_on: bool) -> Self {
        Self(is_on.then(Arc::default))
    }

    /// Reads, and finds what is not in the documents.
    pub(crate) fn observe<T>(&self, read: impl FnOnce() -> T) -> (T, Findings) {
        if self.0.is_some() { observe(read) } else { (read(), Findings::default()) }
    }

    /// Counts what was found in an answer.
    pub(crate) fn record(&self, operation: &'static str, findings: &Findings) {
        for one in findings {
            let field = one.field().map(Box::from);
            let place = Place { operation, type_name: one.type_name(), field, kind: one.kind() };
            self.count(place, one.count());
        }
        if findings.dropped() > 0 {
            self.with(|places| places.overflow += findings.dropped());
        }
    }

    /// Counts an unknown code.
    pub(crate) fn code(&self, operation: &'static str) {
        self.count(Place { operation, type_name: "code", field: None, kind: DriftKind::Code }, 1);
    }

    /// Counts an answer that does not fit.
    pub(crate) fn misfit(&self, operation: &'static str) {
        self.count(Place { operation, type_name: "answer", field: None, kind: DriftKind::Misfit }, 1);
    }

    pub(crate) fn report(&self) -> DriftReport {
        let report = self.with(|places| {
            let drift = |(place, met): (&Place, &Met)| Drift {
                operation: place.operation,
                place: place.to_string(),
                kind: place.kind,
                count: met.count,
                first_seen: met.first_seen,
            };
            DriftReport { places: places.met.iter().map(drift).collect(), overflow: places.overflow }
        });
        report.unwrap_or_default()
    }

    /// Counts, and logs a place that is new.
    fn count(&self, place: Place, count: u64) {
        if let Some(new) = self.with(|places| places.count(place, count)).flatten() {
            info!(airudder.operation = new.operation, place = %new, "the vendor sent {}", words(new.kind));
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Places) -> T) -> Option<T> {
        self.0.as_ref().map(|places| act(&mut places.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Places {
    /// Counts, and gives the place back if it is new.
    fn count(&mut self, mut place: Place, count: u64) -> Option<Place> {
        if !self.met.contains_key(&place) && place.field.is_some() && self.names_beside(&place) >= MAX_NAMES {
            place.field = Some(HIDDEN.into());
        }
        if let Some(met) = self.met.get_mut(&place) {
            met.count += count;
            return None;
        }
        if self.met.len() >= MAX_PLACES {
            self.overflow += count;
            return None;
        }
        self.met.insert(place.clone(), Met { count, first_seen: SystemTime::now() });
        Some(place)
    }

    /// How many names of unknown fields are shown of the same type.
    fn names_beside(&self, place: &Place) -> usize {
        let is_beside = |other: &&Place| {
            (other.operation, other.type_name) == (place.operation, place.type_name)
                && other.field.as_deref().is_some_and(|field| field != HIDDEN)
        };
        self.met.keys().filter(is_beside).count()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{}.{field}", self.type_name),
            None => f.write_str(self.type_name),
        }
    }
}

fn words(kind: DriftKind) -> &'static str {
    match kind {
        DriftKind::Field => "an unknown field",
        DriftKind::EnumValue => "an unknown value of an enum",
        DriftKind::Variant => "an unknown variant",
        DriftKind::Code => "an unknown code",
        DriftKind::Misfit => "a value that does not fit",
        _ => "something unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: &str = "test.ring";

    fn counts(report: &DriftReport) -> u64 {
        report.places.iter().map(|drift| drift.count).sum::<u64>() + report.overflow
    }

    #[test]
    fn threads_count_together() {
        let log = DriftLog::new(true);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                let log = log.clone();
                scope.spawn(move || (0..1000).for_each(|_| log.code(OPERATION)));
            }
        });
        let report = log.report();
        assert_eq!((report.places.len(), counts(&report)), (1, 8000));
    }

    #[test]
    fn places_and_names_are_bounded_and_all_is_counted() {
        let log = DriftLog::new(true);
        let names: Vec<_> = (0..100).map(|index| format!("name{index}")).collect();
        for name in names.iter().chain(&names) {
            let field = Some(name.as_str().into());
            log.count(Place { operation: OPERATION, type_name: "Row", field, kind: DriftKind::Field }, 1);
        }
        let report = log.report();
        assert_eq!((report.places.len(), counts(&report)), (MAX_NAMES + 1, 200));
        assert_eq!((report.places[0].place.as_str(), report.places[0].count), ("Row.*", 168));

        for index in 0..300 {
            let type_name: &'static str = format!("Type{index}").leak();
            log.count(Place { operation: OPERATION, type_name, field: None, kind: DriftKind::EnumValue }, 1);
        }
        let report = log.report();
        assert_eq!((report.places.len(), counts(&report)), (MAX_PLACES, 500));
        assert!(report.to_string().contains("elsewhere: 61 times"), "{report}");
    }

    #[test]
    fn a_place_is_known_since_it_was_met_first() {
        let log = DriftLog::new(true);
        log.misfit(OPERATION);
        let first = log.report();
        log.misfit(OPERATION);
        let second = log.report();
        assert_eq!(first.places[0].first_seen, second.places[0].first_seen);
        assert_eq!((first.places[0].count, second.places[0].count), (1, 2));
    }
}
