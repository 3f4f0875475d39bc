//! `kill -9` in the middle of deliveries, to a receiver whose effect is a row in the guard's database.
//!
//! The receiver is this program again, as a process of its own. The test is the vendor: it delivers 10,000 callbacks,
//! 3,000 of them repeats, over several connections, and sends again, at most five times, what was not answered by 200.
//! Ten times it kills the receiver and starts it anew. In the end every event has its row, and none has two.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex};
use std::{env, thread};

use airudder_webhook::rusqlite::{Connection, Transaction};
use airudder_webhook::testing::Delivery;
use airudder_webhook::{EncryptionKey, HmacSha256, Receiver, Router, SqliteGuard};
use libtest_mimic::{Arguments, Trial};

#[path = "webhook/events.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod events;

use events::Call;

const DATABASE: &str = "AIRUDDER_TEST_DATABASE";
const DELIVERIES: usize = 10_000;
const EVENTS: usize = 7_000;
const CONNECTIONS: usize = 16;
const KILLS: usize = 10;
const TRIES: u32 = 5;
const KEY: &str = "the key of the signature";
const ENCRYPTION_KEY: &str = "airudderredduria";

fn main() {
    match env::var_os(DATABASE) {
        Some(database) => receive(Path::new(&database)),
        None => {
            let test = Trial::test("every_event_has_its_row_and_none_has_two", || {
                test();
                Ok(())
            });
            libtest_mimic::run(&Arguments::from_args(), Vec::from([test])).exit();
        }
    }
}

/// The receiver: tells its port, and runs until it is killed.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn receive(database: &Path) {
    let guard = SqliteGuard::open(database).unwrap();
    let receiver = Receiver::builder(HmacSha256::new(KEY).unwrap()).encryption_key(encryption_key()).build();
    let router = Router::new(receiver).in_transaction(
        "/calls",
        &guard,
        |transaction: &Transaction<'_>, call: Call| {
            transaction.execute("INSERT INTO effects VALUES (?1)", [call.callid])?;
            Ok(())
        },
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    axum::serve(listener, axum::Router::new().fallback_service(router)).await.unwrap();
}

fn encryption_key() -> EncryptionKey {
    EncryptionKey::new(ENCRYPTION_KEY).unwrap()
}

/// A receiver at work.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(database: &Path) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        let mut child = command.env(DATABASE, database).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        Self { address: line.trim().parse().unwrap(), child }
    }
}

impl Drop for Process {
    /// SIGKILL: the process has no say in it.
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The vendor's side: what is still to be delivered, and to where.
struct Vendor {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// The number of the event, and how often it was tried.
    queue: VecDeque<(usize, u32)>,
    accepted: usize,
    unanswered: usize,
    /// After the last try.
    given_up: usize,
    /// Where the receiver is; none while it is down.
    address: Option<SocketAddr>,
}

impl State {
    fn is_done(&self) -> bool {
        self.accepted + self.given_up == DELIVERIES
    }
}

impl Vendor {
    fn new() -> Self {
        // Repeats come long after, or together with, the event that they repeat.
        let queue = (0..DELIVERIES).map(|number| (number * 7_919 % DELIVERIES % EVENTS, 0)).collect();
        let state = State { queue, accepted: 0, unanswered: 0, given_up: 0, address: None };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn turn_to(&self, receiver: &Process) {
        self.state.lock().unwrap().address = Some(receiver.address);
        self.changed.notify_all();
    }

    /// Kills the receiver under the deliveries that are on their way; the others wait for the next one.
    fn kill(&self, receiver: Process) {
        let mut state = self.state.lock().unwrap();
        state.address = None;
        drop(receiver);
    }

    fn wait_for(&self, accepted: usize) {
        let state = self.state.lock().unwrap();
        drop(self.changed.wait_while(state, |state| !state.is_done() && state.accepted < accepted).unwrap());
    }

    /// The next delivery and where it goes; none when all are accepted.
    fn next(&self) -> Option<((usize, u32), SocketAddr)> {
        let state = self.state.lock().unwrap();
        let waits =
            |state: &mut State| !state.is_done() && (state.address.is_none() || state.queue.is_empty());
        let mut state = self.changed.wait_while(state, waits).unwrap();
        let address = state.address?;
        state.queue.pop_front().map(|delivery| (delivery, address))
    }

    fn finish(&self, (event, tries): (usize, u32), was_accepted: bool) {
        let mut state = self.state.lock().unwrap();
        if was_accepted {
            state.accepted += 1;
        } else if tries + 1 < TRIES {
            state.unanswered += 1;
            state.queue.push_back((event, tries + 1));
        } else {
            state.given_up += 1;
        }
        self.changed.notify_all();
    }

    /// Delivers over one connection at a time until there is nothing left.
    fn deliver(&self) {
        let key = encryption_key();
        let mut connection: Option<(SocketAddr, TcpStream)> = None;
        while let Some((delivery, address)) = self.next() {
            let call = Call::new(delivery.0);
            let request =
                Delivery::of(&call).unwrap().encrypted(&key).signed(KEY).unwrap().request("/calls").unwrap();
            let stream = match connection.take() {
                Some((to, stream)) if to == address => Ok(stream),
                _ => TcpStream::connect(address),
            };
            let answered = stream.and_then(|mut stream| Ok((post(&mut stream, &request)?, stream)));
            self.finish(delivery, matches!(answered, Ok((200, _))));
            connection = answered.ok().map(|(_, stream)| (address, stream));
        }
    }
}

/// Sends a request, and reads the status and the whole of the answer.
fn post(stream: &mut TcpStream, request: &http::Request<bytes::Bytes>) -> std::io::Result<u16> {
    let mut head = format!(
        "POST {} HTTP/1.1\r\nhost: receiver\r\ncontent-length: {}\r\n",
        request.uri(),
        request.body().len()
    );
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    stream.write_all(&[head.as_bytes(), b"\r\n", request.body()].concat())?;
    let mut answer = BufReader::new(stream);
    let (mut status, mut length) = (0, 0);
    loop {
        let mut line = String::new();
        if answer.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end().split_once(' ') {
            Some(("HTTP/1.1", rest)) => status = rest[..3].parse().unwrap(),
            Some(("content-length:", value)) => length = value.parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    answer.read_exact(&mut vec![0; length])?;
    Ok(status)
}

fn test() {
    let folder = tempfile::tempdir().unwrap();
    let database: PathBuf = folder.path().join("events.db");
    Connection::open(&database).unwrap().execute("CREATE TABLE effects (event TEXT)", ()).unwrap();

    let vendor = Vendor::new();
    thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| vendor.deliver());
        }
        for kill in 1..=KILLS {
            let receiver = Process::start(&database);
            vendor.turn_to(&receiver);
            vendor.wait_for(kill * DELIVERIES / (KILLS + 1));
            vendor.kill(receiver);
        }
        let receiver = Process::start(&database);
        vendor.turn_to(&receiver);
        vendor.wait_for(DELIVERIES);
    });

    let state = vendor.state.into_inner().unwrap();
    assert_eq!((state.accepted, state.given_up), (DELIVERIES, 0));
    assert!(state.unanswered > 0, "no delivery was under way when the receiver was killed");
    let connection = Connection::open(&database).unwrap();
    let mut statement = connection.prepare("SELECT event, COUNT(*) FROM effects GROUP BY event").unwrap();
    let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let rows: HashMap<String, u32> = rows.collect::<Result<_, _>>().unwrap();
    let expected = (0..EVENTS).map(|event| (event.to_string(), 1)).collect();
    assert!(rows == expected, "{} of {EVENTS} events have a row; some have two", rows.len());
    println!("{DELIVERIES} deliveries of {EVENTS} events, {KILLS} kills, {} answers lost", state.unanswered);
}
