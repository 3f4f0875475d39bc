//! The tools: how they are started, and how they say what they have against a request.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use airudder_tests::workspace;
use axum::http::HeaderMap;
use serde_json::Value;

use crate::document::{Document, Operation};

/// A server that reads a document and checks requests against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `@stoplight/prism-cli`.
    Prism,
    /// `@stdy/cli`.
    Steady,
}

impl Tool {
    /// Serves a document on this port of loopback.
    pub fn command(self, document: &Document, port: u16) -> Command {
        let (mut command, file) = match self {
            Self::Prism => {
                let mut command = Command::new(installed("prism"));
                command.arg("mock");
                (command, &document.file)
            }
            // It follows no reference to another file, hence the bundle.
            Self::Steady => {
                let mut command = Command::new(steady());
                command.args(["--log-format", "text", "--validator-strict-oneof"]);
                (command, &document.bundle)
            }
        };
        command.args(["--host", "127.0.0.1", "--port", &port.to_string()]).arg(file).env("NO_COLOR", "1");
        command
    }

    /// What it writes when it listens.
    pub fn readiness(self) -> &'static str {
        match self {
            Self::Prism => "Prism is listening on",
            Self::Steady => "Ready to accept requests on",
        }
    }

    /// What it has against a request for this operation, by the headers of its answer. The status would not tell: a request
    /// with a fault may be answered as if it had none.
    pub fn violations(self, operation: &Operation, headers: &HeaderMap) -> Vec<String> {
        match self {
            Self::Prism => prism_violations(headers),
            Self::Steady => steady_violations(operation, headers),
        }
    }
}

/// A list in JSON, absent if it is empty. Of a path that it does not know, Prism tells by the status alone.
fn prism_violations(headers: &HeaderMap) -> Vec<String> {
    let Some(violations) = text(headers, "sl-violations") else { return Vec::new() };
    match serde_json::from_str(&violations) {
        Ok(Value::Array(violations)) => violations.iter().map(Value::to_string).collect(),
        _ => vec![violations],
    }
}

/// A count, which is always there, and three headers for each violation.
fn steady_violations(operation: &Operation, headers: &HeaderMap) -> Vec<String> {
    let shown = |name: &str| text(headers, name).unwrap_or_else(|| format!("no {name}"));
    let count = shown("x-steady-error-count");
    let Ok(count) = count.parse() else { return vec![count] };
    let mut violations: Vec<_> = (1..=count)
        .map(|number: usize| {
            let [code, path, message] =
                ["code", "path", "message"].map(|part| shown(&format!("x-steady-error-{number}-{part}")));
            format!("{code} at {path}: {message}")
        })
        .collect();
    let taken_for = shown("x-steady-matched-path");
    if violations.is_empty() && taken_for != operation.path {
        violations.push(format!("taken for {taken_for}"));
    }
    violations
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// A program that npm installed.
pub fn installed(name: &str) -> PathBuf {
    let program = workspace().join("node_modules/.bin").join(name);
    assert!(program.exists(), "{} is missing: run `npm ci`", program.display());
    program
}

/// The program itself, which its package keeps in one for this platform. What npm links to is a script that starts it and
/// would leave it behind when killed.
fn steady() -> PathBuf {
    installed("steady");
    let packages = fs::read_dir(workspace().join("node_modules/@stdy")).unwrap();
    let programs = packages.map(|package| package.unwrap().path().join("bin/steady"));
    programs.into_iter().find(|program| program.exists()).expect("@stdy/cli has a program for this platform")
}

#[test]
#[should_panic(expected = "run `npm ci`")]
fn what_is_missing_is_told() {
    installed("no-such-tool");
}
