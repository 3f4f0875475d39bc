//! What a call costs beside the same request by bare reqwest: instructions and allocations.
//!
//! `cargo bench -p airudder-tests --bench overhead` runs each of them under valgrind's callgrind with two numbers of
//! requests; the difference, divided, is the cost of one. The server is another process and not counted. Exits with 1 when
//! a call costs over 5 % more instructions or over 8 more allocations.

use std::alloc::System;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, ExitCode, Stdio};

use airudder_client::{ClientBuilder, Credentials, Operation};
use airudder_workflow::models::{CreateWorkflowAnswer, WorkflowContact};
use airudder_workflow::operations::CreateWorkflow;
use airudder_workflow::{Client, wire};
use serde::Deserialize;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const FEW: u32 = 100;
const MANY: u32 = 600;
const MAX_RATIO: f64 = 1.05;
const MAX_ALLOCATIONS: f64 = 8.0;

const TOKEN: &str = r#"{"code":200,"status":"OK","data":{"token":"0123456789abcdef"}}"#;
const ANSWER: &str = r#"{"code":200,"status":"OK","data":{"workflow_id":123456}}"#;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve"] => serve(),
        ["bare", address, count] => send(bare, address, count),
        ["client", address, count] => send(client, address, count),
        // Cargo adds `--bench`.
        _ => return compare(),
    }
    ExitCode::SUCCESS
}

/// The request that both send: a workflow with ten contacts.
fn operation() -> CreateWorkflow {
    let contact = |number| {
        WorkflowContact::new(format!("+100000000{number:02}"))
            .with_variables([("name", "Sample"), ("due", "2030-01-15")])
    };
    let end = "2030-01-31 18:00:00+08:00".parse().expect("a time");
    CreateWorkflow::new(1024, "reminders", end).with_details((0..10).map(contact))
}

/// Sends so many requests, and prints how many allocations there were.
fn send(run: fn(&str, u32), address: &str, count: &str) {
    run(address, count.parse().expect("a number"));
    println!("{}", ALLOCATOR.stats().allocations);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// What one would write by hand: no retries, no limits, no token renewal, no redaction.
fn bare(address: &str, count: u32) {
    #[derive(Deserialize)]
    struct Envelope {
        code: i64,
        data: Option<CreateWorkflowAnswer>,
    }

    runtime().block_on(async {
        let client = reqwest::Client::builder()
            .no_proxy()
            .user_agent("bench")
            .timeout(std::time::Duration::from_secs(30))
            .build()
            .expect("a client");
        let url = format!("{address}{}", CreateWorkflow::DESCRIPTION.path);
        for _ in 0..count {
            let body = serde_json::to_vec(&wire::AsObject(&operation())).expect("JSON");
            let request = client
                .post(&url)
                .header("Authorization", "Token 0123456789abcdef")
                .header("Accept", "application/json, */*;q=0.5")
                .header("Content-Type", "application/json")
                .body(body);
            let answer = request.send().await.expect("an answer").bytes().await.expect("a body");
            let envelope: Envelope = serde_json::from_slice(&answer).expect("an envelope");
            assert!(envelope.code == 200 && envelope.data.is_some_and(|data| data.workflow_id.is_some()));
        }
    });
}

fn client(address: &str, count: u32) {
    runtime().block_on(async {
        let client: Client =
            ClientBuilder::new(Credentials::new("key", "secret"), address).build().expect("a client");
        for _ in 0..count {
            let answer = client.create_workflow(operation()).await.expect("an answer");
            assert!(answer.workflow_id.is_some());
        }
    });
}

/// Answers on any number of connections, one after the other, until it is killed.
fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("http://{}", listener.local_addr().expect("an address"));
    for stream in listener.incoming() {
        let mut stream = stream.expect("a connection");
        while answer(&mut stream).is_some() {}
    }
}

fn answer(stream: &mut TcpStream) -> Option<()> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let length = stream.read(&mut piece).ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length: usize =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        if body.len() < length {
            continue;
        }
        let body = if head.starts_with("post /service/cloud/auth ") { TOKEN } else { ANSWER };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        return stream.write_all((head + body).as_bytes()).ok();
    }
}

/// The cost of one request.
struct Cost {
    instructions: f64,
    allocations: f64,
}

fn compare() -> ExitCode {
    let program = std::env::current_exe().expect("the program");
    let mut server =
        Command::new(&program).arg("serve").stdout(Stdio::piped()).spawn().expect("the program as a server");
    let mut address = String::new();
    let output = server.stdout.take().expect("its output");
    BufReader::new(output).read_line(&mut address).expect("its address");
    let cost = |way: &str| {
        let run = |count: u32| {
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("callgrind.out");
            let output = Command::new("valgrind")
                .args(["--tool=callgrind", &format!("--callgrind-out-file={}", file.display())])
                .arg(&program)
                .args([way, address.trim(), &count.to_string()])
                .output()
                .expect("valgrind; install it to run this benchmark");
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{errors}");
            let profile = std::fs::read_to_string(file).expect("a profile");
            let totals = profile.lines().find_map(|line| line.strip_prefix("totals: ")).expect("totals");
            let allocations = String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number");
            (totals.trim().parse().expect("a number"), allocations)
        };
        let ((few_instructions, few), (many_instructions, many)): ((f64, f64), (f64, f64)) =
            (run(FEW), run(MANY));
        let requests = f64::from(MANY - FEW);
        Cost {
            instructions: (many_instructions - few_instructions) / requests,
            allocations: (many - few) / requests,
        }
    };
    let (bare, client) = (cost("bare"), cost("client"));
    server.kill().and_then(|()| server.wait()).expect("the server to end");
    let ratio = client.instructions / bare.instructions;
    let more = client.allocations - bare.allocations;
    println!("one request    instructions  allocations");
    println!("bare reqwest   {:12.0}  {:11.1}", bare.instructions, bare.allocations);
    println!("client         {:12.0}  {:11.1}", client.instructions, client.allocations);
    println!("ratio {ratio:.3} (at most {MAX_RATIO}), {more:+.1} allocations (at most +{MAX_ALLOCATIONS})");
    if ratio <= MAX_RATIO && more <= MAX_ALLOCATIONS { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
