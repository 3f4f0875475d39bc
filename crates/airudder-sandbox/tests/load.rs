//! What the program holds on one core: requests a second, and calls in flight.
//!
//! ```sh
//! LOAD_SECONDS=30 cargo test -p airudder-sandbox --test load -- --ignored --nocapture --test-threads 1
//! ```
//!
//! The program is built with optimization and held to one core by `taskset`; the load comes from here. Linux only, for its
//! `/proc`.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Requests a second.
const RATE: u32 = 2_000;
/// How many of them are on their way at once at most.
const CONNECTIONS: u32 = 32;
/// Tasks with the longest list, and the numbers of each.
const TASKS: usize = 10;
const NUMBERS: usize = 10_000;
/// What the sandbox may take of memory with all these calls in flight.
const MAX_MEMORY: u64 = 500_000_000;

/// The program, built with optimization: beside the profile that this test is built in.
fn program() -> PathBuf {
    let build = ["build", "--release", "--quiet", "-p", "airudder-sandbox"];
    assert!(Command::new(env!("CARGO")).args(build).status().unwrap().success());
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().join("release/airudder-sandbox")
}

/// The program, until this is dropped.
struct Served {
    process: Child,
    address: String,
}

impl Served {
    fn start() -> Self {
        let mut process = Command::new("taskset")
            .args(["--cpu-list", "0"])
            .arg(program())
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("taskset is missing: it is in util-linux");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("http://").unwrap().1.to_owned();
        Self { process, address }
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.process.id())).unwrap()
    }

    /// Seconds of a core so far; the kernel counts them in hundredths.
    fn cpu(&self) -> f64 {
        let stat = self.file("stat");
        let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        fields.iter().skip(11).take(2).map(|field| field.parse::<f64>().unwrap() / 100.0).sum()
    }

    /// Bytes of memory, in pages of 4 kB.
    fn memory(&self) -> u64 {
        self.file("statm").split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A connection that stays.
struct Connection {
    stream: tokio::io::BufReader<TcpStream>,
    token: String,
}

impl Connection {
    async fn new(served: &Served) -> Self {
        let stream = TcpStream::connect(&served.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut it = Self { stream: tokio::io::BufReader::new(stream), token: String::new() };
        let account = json!({"APPKey": "sandbox-key", "APPSecret": "sandbox-secret"}).to_string();
        let answer = it.ask("POST /service/cloud/auth", &account).await;
        it.token = answer.pointer("/data/token").and_then(Json::as_str).unwrap().to_owned();
        it
    }

    async fn ask(&mut self, request: &str, body: &str) -> Json {
        serde_json::from_slice(&self.send(request, body).await).unwrap()
    }

    /// Sends a request and reads the answer, which must be a success.
    async fn send(&mut self, request: &str, body: &str) -> Vec<u8> {
        let text = format!(
            "{request} HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Token {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        self.stream.write_all(text.as_bytes()).await.unwrap();
        let (mut line, mut length, mut is_first) = (String::new(), 0, true);
        loop {
            line.clear();
            self.stream.read_line(&mut line).await.unwrap();
            if std::mem::take(&mut is_first) {
                assert!(line.starts_with("HTTP/1.1 200"), "{request}: {line}");
            }
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.unwrap();
        body
    }
}

/// A task with so many numbers.
fn task(name: &str, numbers: usize) -> String {
    let details = (0..numbers).map(|number| {
        json!({"Mobile": format!("+1{number:010}"), "Comments": format!("{number}"), "Debtor": "Sample"})
    });
    json!({
        "TaskName": name,
        "ScheduleStartTime": "2020-01-15 09:00:00",
        "ScheduleEndTime": "2099-01-25 18:00:00",
        "RobotID": "Example_Robot_1",
        "Details": details.collect::<Vec<_>>(),
    })
    .to_string()
}

/// What the load is made of, in turn.
async fn request(connection: &mut Connection, number: u64, id: &str) {
    match number % 4 {
        0 => connection.send("POST /collection/service/cloud/task", &task(&format!("t{number}"), 10)).await,
        1 => connection.send("GET /collection/service/cloud/list?Page=1&Number=20", "").await,
        2 => connection.send(&format!("GET /collection/service/cloud/detail?TaskID={id}"), "").await,
        _ => connection.send("GET /collection/service/cloud/robot", "").await,
    };
}

/// One request in four starts a task with ten numbers, the others read; calls go on meanwhile, a minute in a second.
#[tokio::test(flavor = "current_thread")]
#[ignore = "takes long, and most of two cores"]
async fn two_thousand_requests_a_second_on_one_core() {
    let seconds: u32 = std::env::var("LOAD_SECONDS").map_or(5, |seconds| seconds.parse().unwrap());
    let served = Served::start();
    let mut first = Connection::new(&served).await;
    let made = first.ask("POST /collection/service/cloud/task", &task("first", 10)).await;
    let id: Arc<str> = made.pointer("/data/TaskID").and_then(Json::as_str).unwrap().into();
    let wanted = u64::from(RATE) * u64::from(seconds);
    let (next, mut senders) = (Arc::new(AtomicU64::new(0)), JoinSet::new());
    let (began, before) = (Instant::now(), served.cpu());
    for _ in 0..CONNECTIONS {
        let (next, id) = (Arc::clone(&next), Arc::clone(&id));
        let mut connection = Connection::new(&served).await;
        senders.spawn(async move {
            let mut waits = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= wanted {
                    return waits;
                }
                // Each request has its moment, and what comes late counts from there.
                let due = began + Duration::from_secs_f64(number as f64 / f64::from(RATE));
                tokio::time::sleep_until(due.into()).await;
                request(&mut connection, number, &id).await;
                waits.push(due.elapsed());
            }
        });
    }
    let mut waits: Vec<_> = senders.join_all().await.into_iter().flatten().collect();
    let (took, cpu) = (began.elapsed().as_secs_f64(), served.cpu() - before);
    waits.sort_unstable();
    let percentile = |share: usize| waits.get(waits.len() * share / 100).unwrap().as_secs_f64() * 1e3;
    let rate = wanted as f64 / took;
    println!(
        "{wanted} requests in {took:.1} s: {rate:.0} a second, {:.0} us of a core each; answered in {:.1} ms (median), \
         {:.1} ms (99 %); {} MB",
        cpu / wanted as f64 * 1e6,
        percentile(50),
        percentile(99),
        served.memory() / 1_000_000,
    );
    // The last requests are answered a moment after they were due.
    assert!(rate > f64::from(RATE) * 0.98, "{rate}");
}

#[tokio::test(flavor = "current_thread")]
#[ignore = "takes long, and most of two cores"]
async fn a_hundred_thousand_calls_in_flight() {
    let served = Served::start();
    let mut connection = Connection::new(&served).await;
    let bodies: Vec<_> = (0..TASKS).map(|number| task(&format!("t{number}"), NUMBERS)).collect();
    let (began, before) = (Instant::now(), served.cpu());
    for body in &bodies {
        connection.send("POST /collection/service/cloud/task", body).await;
    }
    let (took, cpu, memory) = (began.elapsed().as_secs_f64(), served.cpu() - before, served.memory());
    let log = connection.ask("GET /sandbox/log", "").await;
    assert_eq!(log.pointer("/made/call"), Some(&(TASKS * NUMBERS).into()));
    println!(
        "{} calls in flight in {:.1} s ({:.2} s of a core): {} MB",
        TASKS * NUMBERS,
        took,
        cpu,
        memory / 1_000_000,
    );
    assert!(memory < MAX_MEMORY, "{memory}");
}
