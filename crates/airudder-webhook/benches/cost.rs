//! What it costs to verify, decrypt and decode a callback, against decoding alone by serde's derive.
//!
//! ```sh
//! cargo bench -p airudder-webhook --bench cost
//! ```
//!
//! Both are measured in turn in one process, and of the ratios of each pair the median counts: that stays the same when the
//! machine is slow or busy. It fails if the median is not below the limit.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use airudder_webhook::testing::Delivery;
use airudder_webhook::{EncryptionKey, Event as _, HmacSha256, Receiver, SignedDigest};
use airudder_workflow::webhooks::Event;

const PAIRS: usize = 301;
const EVENTS: u32 = 200;
const LIMIT: f64 = 2.5;

/// A finished call of 1 kB, with fields that no document has.
const BODY: &str = r#"{
  "workflow_id": "1d06628dd08f44839191657d857f4a07",
  "workflow_name": "wd-008",
  "nodetask_id": "3c5d1e0f9a7b42c68d1e2f3a4b5c6d7e",
  "nodetask_name": "first-call",
  "case_id": "case-0001",
  "Comments": "2f1e0d9c-8b7a-4695-8473-625140392817",
  "Status": "finished",
  "Intention": "B",
  "Multi_intention": "{\"promise\": \"yes\", \"date\": \"2030-01-31\", \"amount\": \"120.50\", \"language\": \"en\"}",
  "RingType": "connected",
  "HangupType": "customer",
  "CallStartTime": "2030-01-11T06:19:27Z",
  "CallEndTime": "2030-01-11T06:20:03Z",
  "RobotID": "Example_Robot_1",
  "Mobile": "+10000000001",
  "RecordingURL": "https://recordings.example.com/2030/01/11/a3f5c12ac59b4d0e8f7a6b5c4d3e2f10.mp3",
  "Duration": 36,
  "Labels": ["reached", "promised", "polite"],
  "Summary": "The customer was reached at the first try, said that the bill had been overlooked, and promised to pay it by the end of the month."
}"#;

/// The same by serde's derive: every field has its place, none is kept that is not known.
#[derive(serde::Deserialize)]
#[expect(non_snake_case, dead_code, reason = "the names are the vendor's, and nobody reads them")]
struct Derived {
    workflow_id: Option<String>,
    workflow_name: Option<String>,
    nodetask_id: Option<String>,
    nodetask_name: Option<String>,
    case_id: Option<String>,
    Comments: Option<String>,
    Status: Option<String>,
    Intention: Option<String>,
    Multi_intention: Option<String>,
    RingType: Option<String>,
    HangupType: Option<String>,
    CallStartTime: Option<String>,
    CallEndTime: Option<String>,
    RobotID: Option<String>,
    Mobile: Option<String>,
    RecordingURL: Option<String>,
    Duration: Option<i64>,
    Labels: Option<Vec<String>>,
    Summary: Option<String>,
}

fn main() -> ExitCode {
    let key = EncryptionKey::new("airudderredduria").unwrap();
    let verifier = HmacSha256::new("the key of the signature").unwrap();
    let receiver = Receiver::builder(verifier).and(SignedDigest).encryption_key(key.clone()).build();
    // Without the white space that makes it readable here.
    let body = serde_json::from_str::<serde_json::Value>(BODY).unwrap().to_string();
    let delivery =
        Delivery::new(body.as_str()).encrypted(&key).digested().signed("the key of the signature").unwrap();
    let request = delivery.request("/").unwrap();

    let derived = || serde_json::from_slice::<Derived>(body.as_bytes()).unwrap();
    let event = || Event::from_json(body.as_bytes()).unwrap();
    let opened = || receiver.open(request.headers(), request.body()).unwrap();
    let received = || receiver.decode_request::<Event>(&request).unwrap();
    assert_eq!(received().name(), "workflow.callFinished");

    println!("a finished call of {} bytes, {} of them encrypted", body.len(), request.body().len());
    println!("times that of decoding alone by serde's derive, median of {PAIRS} pairs:");
    println!("{:6.2}  decoding alone by the generated code", ratio(derived, event));
    println!("{:6.2}  verifying and decrypting alone", ratio(derived, opened));
    let all = ratio(derived, received);
    println!("{all:6.2}  verifying, decrypting and decoding; the limit is {LIMIT}");
    if all < LIMIT { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How much longer the other takes, by the median of pairs.
fn ratio<A, B>(one: impl Fn() -> A, other: impl Fn() -> B) -> f64 {
    let mut ratios: Vec<f64> = (0..PAIRS)
        .map(|_| time(&one))
        .map(|time_of_one| time(&other).div_duration_f64(time_of_one))
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[PAIRS / 2]
}

fn time<T>(run: impl Fn() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..EVENTS {
        black_box(run());
    }
    start.elapsed()
}
