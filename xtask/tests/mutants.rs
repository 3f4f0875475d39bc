//! No document makes the lint or the generator panic, hang, or refuse without a place.
//!
//! Small sound documents (slices of `spec/`, the fixtures of the guards) are mutated as trees and as texts.
//! `MUTANTS=50000 cargo test --release -p xtask --test mutants` tries as many; without it a few are tried.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "mutants/seeds.rs"]
mod seeds;
#[path = "mutants/tree.rs"]
mod tree;
#[path = "mutants/words.rs"]
mod words;

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRng, TestRunner};
use xtask::document::{self, Document, Position, Spec};
use xtask::emit::{self, File, Layout};
use xtask::finding::{Finding, Severity};
use xtask::model::Model;
use xtask::rule::Rule;
use xtask::{lint, report};

use seeds::Seed;

/// How many are tried when nobody asks for more.
const FEW: u32 = 500;

/// What one document may take, on a machine that does other things as well.
const LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 40 } else { 10 });

/// How many are tried.
fn mutants() -> u32 {
    std::env::var("MUTANTS").ok().and_then(|text| text.parse().ok()).unwrap_or(FEW)
}

/// A document that is being tried, and since when: one that hangs can only be found from outside.
static TRYING: Mutex<Vec<Option<(Instant, String)>>> = Mutex::new(Vec::new());

/// How many were sound, and were generated.
static GENERATED: AtomicU32 = AtomicU32::new(0);

/// Ends the program when a document takes far too long.
fn watch() {
    loop {
        std::thread::sleep(LIMIT / 4);
        let trying = TRYING.lock().unwrap();
        if let Some((_, text)) = trying.iter().flatten().find(|(since, _)| since.elapsed() > LIMIT * 2) {
            eprintln!("this document hangs:\n{text}");
            std::process::exit(1);
        }
    }
}

#[test]
fn no_mutant_does_harm() {
    let seeds = seeds::all();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    TRYING.lock().unwrap().resize(workers, None);
    std::thread::spawn(watch);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let seeds = &seeds;
            scope.spawn(move || try_some(seeds, worker, mutants().div_ceil(workers as u32)));
        }
    });
    let (generated, all) = (GENERATED.load(Ordering::Relaxed), mutants());
    println!("{all} mutants, {generated} of them sound");
    assert!(generated > all / 10, "hardly a mutant gets as far as the generator");
}

fn try_some(seeds: &[Seed], worker: usize, cases: u32) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    let mut seed = [0; 32];
    seed[0] = worker as u8;
    let rng = TestRng::from_seed(config.rng_algorithm, &seed);
    let mut runner = TestRunner::new_with_rng(config, rng);
    // One is enough to break most documents.
    let mutations = prop_oneof![
        3 => prop::collection::vec(any::<[u32; 4]>(), 1..2),
        1 => prop::collection::vec(any::<[u32; 4]>(), 2..6),
    ];
    let outcome = runner.run(&(0..seeds.len(), any::<u32>(), mutations), |(seed, style, mutations)| {
        let text = tree::mutant(&seeds[seed], seeds, style, &mutations);
        let since = Instant::now();
        TRYING.lock().unwrap()[worker] = Some((since, text.clone()));
        let result = std::panic::catch_unwind(|| examine(&text));
        TRYING.lock().unwrap()[worker] = None;
        let took = since.elapsed();
        let fault = match result {
            Ok(Ok(())) if took < LIMIT => return Ok(()),
            Ok(Ok(())) => format!("it took {took:?}"),
            Ok(Err(fault)) => fault,
            Err(_) => "a panic".to_owned(),
        };
        Err(TestCaseError::fail(format!("{fault}\n{text}\n")))
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Lints and mends a document and, where it is sound, generates its crate in memory.
fn examine(text: &str) -> Result<(), String> {
    let (spec, reading) = read(text);
    let (findings, models) = lint::examine(&spec, reading);
    places(text, &findings)?;
    report::text(&findings, &spec, false);
    report::json(&findings);
    report::sarif(&findings);
    if let Some(finding) = findings.iter().find(|finding| finding.rule == Rule::TypedView) {
        return Err(format!("no rule finds what the typed view refuses: {finding}"));
    }
    if findings.iter().any(|finding| !finding.fix.is_empty()) {
        mend(text)?;
    }
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Ok(());
    }
    if spec.documents.is_empty() {
        return Err("nothing is said of a document that cannot be read".to_owned());
    }
    generate(&models)
}

fn read(text: &str) -> (Spec, Vec<Finding>) {
    let (document, reading) = Document::parse("mutant.yaml", text.to_owned());
    let broken =
        if document.is_none() { vec![("mutant.yaml".to_owned(), text.to_owned())] } else { Vec::new() };
    (Spec { documents: document.into_iter().collect(), broken }, reading)
}

/// What is mended stays as it is when it is mended again.
fn mend(text: &str) -> Result<(), String> {
    let (mut spec, mut reading) = read(text);
    lint::mend(&mut spec, &mut reading);
    let mended = spec.documents.first().map(|document| document.text.clone()).unwrap_or_default();
    let (mut spec, mut reading) = read(&mended);
    let again = lint::mend(&mut spec, &mut reading);
    if again.is_empty() { Ok(()) } else { Err(format!("mended twice: {again:?}\n{mended}\nbefore:")) }
}

fn generate(models: &[Model]) -> Result<(), String> {
    GENERATED.fetch_add(1, Ordering::Relaxed);
    let layouts = [Layout::Standalone { crates: "crates".to_owned() }, Layout::Workspace { sandbox: true }];
    layouts.iter().try_for_each(|layout| check(&emit::emit(models, layout)))
}

/// Generated files can be written, and are Rust.
fn check(files: &[File]) -> Result<(), String> {
    let mut paths = HashSet::new();
    for file in files {
        if file.path.starts_with('/') || file.path.contains("..") || !paths.insert(file.path.to_lowercase()) {
            return Err(format!("the file `{}` is refused without a place", file.path));
        }
        if file.text.contains("compile_error!") {
            return Err(format!("{} is no Rust:\n{}", file.path, file.text));
        }
    }
    Ok(())
}

/// Every finding has a place in the text, and says something.
fn places(text: &str, findings: &[Finding]) -> Result<(), String> {
    let lines: Vec<_> = document::lines(text).map(|line| line.chars().count()).collect();
    let is_inside = |at: Position| {
        at.column >= 1
            && match at.line.checked_sub(1).map(|line| lines.get(line)) {
                Some(Some(length)) => at.column <= length + 1,
                _ => at.line == lines.len() + 1 && at.column == 1,
            }
    };
    let is_right = |it: &&Finding| {
        it.file == "mutant.yaml"
            && is_inside(it.span.start)
            && is_inside(it.span.end)
            && it.span.start <= it.span.end
            && !it.message.is_empty()
    };
    match findings.iter().find(|finding| !is_right(finding)) {
        Some(finding) => Err(format!("{finding} has no place: {:?}", finding.span)),
        None => Ok(()),
    }
}
