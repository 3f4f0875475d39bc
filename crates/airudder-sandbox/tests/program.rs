//! The program, as people start it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use airudder_collection::{Client, Credentials, models::CollectionContact, operations};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_airudder-sandbox"));
    command.args(["--port", "0"]).args(arguments);
    command
}

/// A program that runs, and what it said of itself. It is killed when it is dropped.
struct Program {
    process: Child,
    output: BufReader<ChildStdout>,
    values: HashMap<String, String>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut process = command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let lines = (&mut output).lines().map(Result::unwrap).take_while(|line| !line.is_empty());
        let values = lines.filter_map(|line| {
            let (name, value) = line.split_once("  ")?;
            Some((name.to_owned(), value.trim().to_owned()))
        });
        let values = values.collect();
        Self { process, output, values }
    }

    fn with_state(file: &Path) -> Self {
        Self::start(&["--speed", "0", "--state", file.to_str().unwrap()])
    }

    fn client(&self) -> Client {
        let credentials = Credentials::new(&*self.values["key"], &*self.values["secret"]);
        Client::builder(credentials)
            .address(format!("{}/collection", self.values["address"]))
            .build()
            .unwrap()
    }

    /// Asks it to end, as Ctrl-C or a supervisor does, and gives the rest of what it says.
    #[cfg(unix)]
    fn end(mut self, signal: &str) -> String {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        assert!(self.process.wait().unwrap().success());
        std::io::read_to_string(&mut self.output).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Makes a task and gives its id.
async fn make_task(program: &Program, name: &str) -> String {
    // The program lives in the present, which must not overtake this test.
    let (begin, end) = ("2030-01-15 09:00:00".parse().unwrap(), "2099-01-15 18:00:00".parse().unwrap());
    let contact = CollectionContact::new("+10000000001");
    let task = operations::CreateTask::new(name, begin, end, "sample-robot", [contact]);
    program.client().create_task(task).await.unwrap().task_id().unwrap().to_string()
}

async fn tasks(program: &Program) -> Vec<String> {
    let mut tasks = program.client().list_tasks_pager(operations::ListTasks::new());
    let mut ids = Vec::new();
    while let Some(task) = tasks.try_next().await.unwrap() {
        ids.push(task.task_id.unwrap().to_string());
    }
    ids
}

/// What a program says that cannot start.
fn failure(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = command(arguments).output().unwrap();
    assert!(!status.success());
    assert!(stdout.is_empty());
    String::from_utf8(stderr).unwrap()
}

#[cfg(unix)]
#[tokio::test]
async fn what_was_made_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let program = Program::with_state(&file);
    let first = make_task(&program, "first").await;
    let end = program.end("-TERM");
    assert!(end.ends_with(&format!("saved to {}\n", file.display())), "{end}");

    let program = Program::with_state(&file);
    let second = make_task(&program, "second").await;
    assert_ne!(second, first);
    program.end("-INT");
    let mut expected = [first, second];
    let mut there = tasks(&Program::with_state(&file)).await;
    there.sort();
    expected.sort();
    assert_eq!(there, expected);
}

#[tokio::test]
async fn what_was_made_is_saved_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let program = Program::with_state(&file);
    let task = make_task(&program, "first").await;
    let begun = Instant::now();
    while !fs::read_to_string(&file).is_ok_and(|state| state.contains(&task)) {
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing was saved");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(program);
    assert_eq!(tasks(&Program::with_state(&file)).await, [task]);
}

#[test]
fn a_file_that_is_no_state_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    fs::write(&file, r#"{"format": 9}"#).unwrap();
    let failure = failure(&["--state", file.to_str().unwrap()]);
    assert!(failure.contains("state.json is not the state of a sandbox"), "{failure}");
    assert_eq!(fs::read_to_string(&file).unwrap(), r#"{"format": 9}"#);
}

#[test]
fn a_place_where_nothing_can_be_saved_is_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let failure = failure(&["--state", folder.path().join("nowhere/state.json").to_str().unwrap()]);
    assert!(failure.contains("error: the state cannot be saved to the file of --state: "), "{failure}");
    assert!(failure.contains("nowhere"), "{failure}");
}

#[test]
fn a_port_that_is_taken_is_said() {
    let program = Program::start(&[]);
    let port = program.values["address"].rsplit(':').next().unwrap().to_owned();
    let output =
        Command::new(env!("CARGO_BIN_EXE_airudder-sandbox")).args(["--port", &port]).output().unwrap();
    let failure = String::from_utf8(output.stderr).unwrap();
    assert!(failure.contains(&format!("the port {port} is taken: name another by --port")), "{failure}");
}
