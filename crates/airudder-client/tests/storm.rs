//! Ten thousand calls that each ring a phone, through a server that fails in every way: nothing is done twice, and no
//! error says "not done" of what was done.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use airudder_client::{
    Answer, Auth, Client, ClientBuilder, Credentials, Description, Effect, Error, Evidence, Method,
    Operation, Request, RetryBudget, RetryPolicy,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const CALLS: usize = 10_000;
const AT_ONCE: usize = 64;

/// Rings a phone; the body is its number.
struct Ring(usize);

impl Operation for Ring {
    type Answer = ();

    const DESCRIPTION: &'static Description = &Description {
        id: "storm.ring",
        method: Method::Post,
        path: "/ring",
        effect: Effect::Unsafe,
        evidence: Evidence::Documented,
        auth: Auth::None,
        envelope: Some(&airudder_client::Envelope {
            code: "code",
            status: None,
            message: "message",
            data: "data",
            request_id: None,
            success: &[200],
        }),
    };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.json(&self.0)
    }

    fn read(answer: Answer) -> Result<(), Error> {
        answer.empty()
    }
}

/// What the server does to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Fate {
    Fine,
    /// Answers, and closes the connection although it said that it would not.
    FineThenClosed,
    ResetBeforeReading,
    ResetHalfRead,
    Reset,
    Nothing,
    Stall,
    HalfHead,
    Truncated,
    Garbage,
    GarbageHead,
    Status(u16),
    Code(u16),
    /// Refused: this one does nothing.
    TooMany,
    TooManyByCode,
}

const FATES: [Fate; 22] = [
    Fate::Fine,
    Fate::Fine,
    Fate::Fine,
    Fate::Fine,
    Fate::FineThenClosed,
    Fate::ResetBeforeReading,
    Fate::ResetHalfRead,
    Fate::Reset,
    Fate::Nothing,
    Fate::Stall,
    Fate::HalfHead,
    Fate::Truncated,
    Fate::Garbage,
    Fate::GarbageHead,
    Fate::Status(500),
    Fate::Status(502),
    Fate::Status(503),
    Fate::Status(504),
    Fate::Code(500),
    Fate::Code(1_001),
    Fate::TooMany,
    Fate::TooManyByCode,
];

/// What the server did: how often each phone rang, and what it made of the requests.
#[derive(Default)]
struct Log {
    rung: BTreeMap<usize, u32>,
    fates: BTreeMap<Fate, u32>,
}

struct Storm {
    log: Mutex<Log>,
    random: Mutex<fastrand::Rng>,
}

impl Storm {
    fn draw(&self) -> (Fate, bool) {
        let mut random = self.random.lock().unwrap();
        let fate = FATES[random.usize(..FATES.len())];
        *self.log.lock().unwrap().fates.entry(fate).or_default() += 1;
        // A server may fail before it acts as well as after.
        let acts = match fate {
            Fate::Fine | Fate::FineThenClosed => true,
            Fate::TooMany | Fate::TooManyByCode => false,
            _ => random.bool(),
        };
        (fate, acts)
    }

    /// Serves the requests of one connection until one of them ends it.
    async fn serve(&self, mut stream: TcpStream) -> Option<()> {
        let mut bytes = Vec::new();
        loop {
            let (fate, acts) = self.draw();
            if fate == Fate::ResetBeforeReading {
                return reset(stream);
            }
            let (end, length) = loop {
                if let Some(found) = head(&bytes) {
                    break found;
                }
                if stream.read_buf(&mut bytes).await.ok()? == 0 {
                    return None;
                }
            };
            if fate == Fate::ResetHalfRead {
                return reset(stream);
            }
            while bytes.len() < end + length {
                if stream.read_buf(&mut bytes).await.ok()? == 0 {
                    return None;
                }
            }
            let phone = std::str::from_utf8(&bytes[end..end + length]).unwrap().parse().unwrap();
            bytes.drain(..end + length);
            if acts {
                *self.log.lock().unwrap().rung.entry(phone).or_default() += 1;
            }
            let json = |status: u16, extra: &str, body: &str| {
                format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{extra}\r\n{body}", body.len())
            };
            let (reply, stays) = match fate {
                Fate::Fine => (json(200, "", r#"{"code":200}"#), true),
                Fate::FineThenClosed => (json(200, "", r#"{"code":200}"#), false),
                Fate::Reset => return reset(stream),
                Fate::Nothing => return None,
                Fate::Stall => {
                    // Until the client gives up.
                    while stream.read_buf(&mut bytes).await.ok()? > 0 {}
                    return None;
                }
                Fate::HalfHead => ("HTTP/1.1 200 OK\r\nContent-".to_owned(), false),
                Fate::Truncated => {
                    ("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"code\"".to_owned(), false)
                }
                Fate::Garbage => (json(200, "", "<html>all is well</html>"), true),
                Fate::GarbageHead => ("all is well\r\n\r\n".to_owned(), false),
                Fate::Status(status) => (json(status, "", "<html>down</html>"), true),
                Fate::Code(code) => (json(200, "", &format!(r#"{{"code":{code}}}"#)), true),
                Fate::TooMany => (json(429, "Retry-After: 0\r\n", "{}"), true),
                Fate::TooManyByCode => (json(200, "Retry-After: 0\r\n", r#"{"code":429}"#), true),
                Fate::ResetBeforeReading | Fate::ResetHalfRead => unreachable!(),
            };
            stream.write_all(reply.as_bytes()).await.ok()?;
            if !stays {
                stream.shutdown().await.ok()?;
                return None;
            }
        }
    }
}

/// Where the head of a request ends, and how long the body is.
fn head(bytes: &[u8]) -> Option<(usize, usize)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&bytes[..end]).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    Some((end, length.parse().unwrap()))
}

/// Closes with an RST, which loses what was sent.
fn reset(stream: TcpStream) -> Option<()> {
    stream.set_zero_linger().unwrap();
    None
}

async fn start(storm: Arc<Storm>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let storm = Arc::clone(&storm);
            tokio::spawn(async move { storm.serve(stream).await });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_done_twice_and_no_error_denies_what_was_done() {
    let storm =
        Arc::new(Storm { log: Mutex::default(), random: Mutex::new(fastrand::Rng::with_seed(20_261_125)) });
    let client: Client =
        ClientBuilder::new(Credentials::new("key", "secret"), start(Arc::clone(&storm)).await)
            .attempt_timeout(Duration::from_millis(150))
            .retry(RetryPolicy::default().max_attempts(3).initial_backoff(Duration::from_millis(1)))
            .retry_budget(RetryBudget::unlimited())
            .build()
            .unwrap();
    let mut calls = JoinSet::new();
    let mut outcomes = Vec::new();
    for phone in 0..CALLS {
        if calls.len() == AT_ONCE {
            outcomes.push(calls.join_next().await.unwrap().unwrap());
        }
        let client = client.clone();
        calls.spawn(async move { (phone, client.call(&Ring(phone)).await) });
    }
    outcomes.extend(calls.join_all().await);
    assert_eq!(outcomes.len(), CALLS);

    let log = storm.log.lock().unwrap();
    assert_eq!(log.fates.len(), FATES.iter().collect::<std::collections::BTreeSet<_>>().len());
    let (mut done, mut repeated, mut certain) = (0, 0, 0);
    for (phone, outcome) in &outcomes {
        let rung = log.rung.get(phone).copied().unwrap_or_default();
        assert!(rung <= 1, "phone {phone} rang {rung} times: {outcome:?}");
        match outcome {
            Ok(()) => {
                assert_eq!(rung, 1);
                done += 1;
            }
            Err(error) => {
                assert!(rung == 0 || error.may_have_taken_effect(), "{phone} rang in spite of {error:?}");
                certain += usize::from(!error.may_have_taken_effect());
                repeated += usize::from(error.attempts() > 1);
            }
        }
    }
    // The test would prove nothing if all calls went well, or none was ever sent again or known to be harmless.
    assert!(
        done > CALLS / 10 && repeated > 50 && certain > 0,
        "{done} done, {repeated} repeated, {certain} certain"
    );
}
