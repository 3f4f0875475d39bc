//! Every fault of a document, found before anything is generated.
//!
//! One walk by a table (`objects`) finds what stands where it must not and notes every object (`survey`);
//! each rule then looks at the objects of its kind. All rules run, whatever the others found.

mod conventions;
#[cfg(test)]
mod corpus;
mod discriminator;
mod enums;
mod example_missing;
mod examples;
mod fields;
mod fix;
mod formats;
pub(crate) mod nearest;
mod newer;
mod objects;
mod operation_id;
mod path_parameter;
mod patterns;
mod read;
mod references;
mod required_property;
mod responses;
mod rust_name;
mod schema;
mod security;
mod structure;
mod survey;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod torture;
mod types;
mod unfinished;
mod unused_component;
mod validate;

use std::collections::HashSet;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::document::{Node, Pointer, Span, Spec};
use crate::finding::{Finding, Severity};
use crate::model::{self, Model};
use crate::report;
use crate::rule::Rule;

pub use fix::mend;
pub use read::{read, spec_files};
use survey::{Place, Survey};
pub use unfinished::MARK;
pub use validate::Direction;

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: place, message, excerpt, hint.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For editors and code hosts: SARIF 2.1.0.
    Sarif,
}

/// The rules, in no order that matters.
const RULES: &[fn(&Survey<'_>, &mut Vec<Finding>)] = &[
    types::check,
    references::check,
    operation_id::check,
    path_parameter::check,
    patterns::check,
    required_property::check,
    examples::check,
    example_missing::check,
    conventions::check,
    fields::check,
    security::check,
    responses::check,
    discriminator::check,
    enums::check,
    rust_name::check,
    unfinished::check,
    unused_component::check,
];

/// All findings of all documents but those of reading them, by file and place.
pub fn check(spec: &Spec) -> Vec<Finding> {
    let mut findings = Vec::new();
    check_rules(spec, &mut findings);
    sort(&mut findings);
    findings
}

/// Runs all rules, and gives the documents that there is no typed view of.
fn check_rules<'a>(spec: &'a Spec, findings: &mut Vec<Finding>) -> HashSet<&'a str> {
    let survey = structure::survey(spec, findings);
    for rule in RULES {
        rule(&survey, findings);
    }
    survey.untyped
}

/// All findings, those of reading and of lowering among them, and what the documents mean. The models are whole only
/// where there is no error.
pub fn examine(spec: &Spec, reading: Vec<Finding>) -> (Vec<Finding>, Vec<Model>) {
    let mut findings = reading;
    let untyped = check_rules(spec, &mut findings);
    let (models, lowering) = model::lower_all_but(spec, &untyped);
    let is_error = |finding: &&Finding| finding.severity == Severity::Error;
    let faulty: HashSet<_> = findings.iter().filter(is_error).map(|finding| finding.file.clone()).collect();
    let lines: HashSet<_> = findings.iter().filter(is_error).map(line).collect();
    // Lowering stumbles over what a rule has found: the rule says it better.
    findings.extend(lowering.into_iter().filter(|finding| {
        let is_said = finding.rule == Rule::TypedView && faulty.contains(&finding.file);
        !is_said && !lines.contains(&line(finding))
    }));
    sort(&mut findings);
    (findings, models)
}

/// Where a value does not fit a schema, and why.
#[derive(Debug)]
pub struct Misfit {
    /// Where in the value.
    pub span: Span,
    /// Why.
    pub message: String,
}

/// The schemas of all documents, against which values from elsewhere are held.
#[derive(Debug)]
pub struct Schemas<'a>(Survey<'a>);

impl<'a> Schemas<'a> {
    /// Reads the documents.
    pub fn new(spec: &'a Spec) -> Self {
        Self(structure::survey(spec, &mut Vec::new()))
    }

    /// What does not fit in a value, by the schema at a place of a document.
    pub fn misfits(
        &self,
        document: usize,
        schema: &Pointer,
        value: &Node,
        direction: Direction,
    ) -> Vec<Misfit> {
        let document = self.0.spec.documents.get(document);
        let Some((document, node)) = document.and_then(|document| Some((document, document.node(schema)?)))
        else {
            return Vec::new();
        };
        let faults = validate::validate(&self.0, Place { document, node }, value, "example", direction);
        faults.into_iter().map(|fault| Misfit { span: fault.span, message: fault.message }).collect()
    }
}

/// Whether a format is one that the documents may use.
pub fn is_known_format(format: &str) -> bool {
    formats::OURS.contains(&format) || formats::KNOWN.contains(&format)
}

/// Whether a text is one of this format.
pub fn fits_format(format: &str, text: &str) -> bool {
    formats::misfit(format, text).is_none()
}

fn line(finding: &Finding) -> (String, usize) {
    (finding.file.clone(), finding.span.start.line)
}

/// Puts findings in the order in which they are printed; each stands once.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    findings.dedup_by(|a, b| key(a) == key(b));
}

fn key(finding: &Finding) -> impl Ord + '_ {
    (&finding.file, finding.span.start, finding.severity, finding.rule, &finding.message)
}

/// Mends these files, as far as there is no doubt how; what was mended comes back, and what was wrong when it was found.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn fix(files: &[PathBuf]) -> anyhow::Result<Vec<Finding>> {
    let (mut spec, mut reading) = read(files)?;
    let mut mended = mend(&mut spec, &mut reading);
    sort(&mut mended);
    let changed: HashSet<_> = mended.iter().map(|finding| finding.file.as_str()).collect();
    for document in spec.documents.iter().filter(|document| changed.contains(document.path.as_str())) {
        std::fs::write(&document.path, &document.text).with_context(|| document.path.clone())?;
    }
    Ok(mended)
}

/// Reads and checks these files, and prints what is found; true when there is no error.
pub fn run(files: &[PathBuf], format: Format) -> anyhow::Result<bool> {
    let (spec, reading) = read(files)?;
    let (mut findings, _) = examine(&spec, reading);
    let named: Vec<_> = files.iter().map(|file| crate::document::display(file)).collect();
    findings.retain(|finding| named.contains(&finding.file));
    let mut out = std::io::stdout().lock();
    match format {
        Format::Text => out.write_all(report::text(&findings, &spec, report::is_terminal()).as_bytes())?,
        Format::Json => out.write_all(report::json(&findings).as_bytes())?,
        Format::Sarif => out.write_all(report::sarif(&findings).as_bytes())?,
    }
    Ok(findings.iter().all(|finding| finding.severity != Severity::Error))
}
