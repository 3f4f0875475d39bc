//! The demo as newcomers run it, without a terminal.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

#[test]
fn it_shows_an_outcome_for_each_contact_and_saves_what_was_recorded() {
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_airudder-demo")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(begun.elapsed() < Duration::from_secs(30), "{text}");
    assert!(!text.contains('\u{1b}'), "a bar without a terminal: {text:?}");

    let rows: Vec<(&str, usize)> = text
        .lines()
        .skip_while(|line| !line.starts_with("outcome"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(outcome, count)| (outcome.trim_end(), count.parse().unwrap()))
        .collect();
    let (total, outcomes) = rows.split_last().unwrap();
    assert_eq!(*total, ("total", 500));
    assert_eq!(outcomes.iter().map(|(_, count)| count).sum::<usize>(), 500);
    let (_, answered) = outcomes.iter().find(|(outcome, _)| *outcome == "answered").unwrap();
    assert!(outcomes.len() > 1 && *answered > 0, "{text}");

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/demo");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), *answered);
    for file in files {
        let content = std::fs::read(&file).unwrap();
        assert_eq!((&content[..4], &content[8..12]), (&b"RIFF"[..], &b"WAVE"[..]), "{}", file.display());
    }
}
