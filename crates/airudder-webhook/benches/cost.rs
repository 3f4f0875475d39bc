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
use airudder_workflow::webhooks::{CallFinished, Event};

const PAIRS: usize = 301;
const EVENTS: u32 = 200;
const LIMIT: f64 = 2.5;
const SIGN_KEY: &str = "the key of the signature";

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
  "TaskID": "69f531a01a9df58aa6de2487be610abb",
  "TaskName": "reminders-january",
  "CallID": "a3f5c12ac59b4d0e8f7a6b5c4d3e2f10",
  "Mobile": "+10000000001",
  "RingDuration": 12,
  "TalkDuration": 36,
  "TalkRounds": 5,
  "RedialCount": 1,
  "Language": "en",
  "RecordingURL": "https://recordings.example.com/2030/01/11/a3f5c12ac59b4d0e8f7a6b5c4d3e2f10.mp3",
  "Labels": ["reached", "promised", "polite"],
  "Summary": "Reached at the first try, had overlooked the bill, promised to pay it by the end of the month, by bank transfer."
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
    TaskID: Option<String>,
    TaskName: Option<String>,
    CallID: Option<String>,
    Mobile: Option<String>,
    RingDuration: Option<i64>,
    TalkDuration: Option<i64>,
    TalkRounds: Option<i64>,
    RedialCount: Option<i64>,
    Language: Option<String>,
    RecordingURL: Option<String>,
    Labels: Option<Vec<String>>,
    Summary: Option<String>,
}

fn main() -> ExitCode {
    // Without the white space that makes it readable here.
    let body = serde_json::from_str::<serde_json::Value>(BODY).unwrap().to_string();
    let key = EncryptionKey::new("airudderredduria").unwrap();
    let delivery = Delivery::new(body.as_str()).encrypted(&key).digested().signed(SIGN_KEY).unwrap();
    let request = delivery.request("/").unwrap();

    let signed = Receiver::builder(HmacSha256::new(SIGN_KEY).unwrap()).encryption_key(key.clone()).build();
    let digested = Receiver::builder(SignedDigest).encryption_key(key).build();
    let of_any: Event = signed.decode_request(&request).unwrap();
    assert_eq!(of_any.name(), "workflow.callFinished");

    let derived = || serde_json::from_slice::<Derived>(body.as_bytes()).unwrap();
    let generated = || CallFinished::from_json(body.as_bytes()).unwrap();
    let by_signature = || signed.decode_request::<CallFinished>(&request).unwrap();
    let by_digest = || digested.decode_request::<CallFinished>(&request).unwrap();
    let of_any = || signed.decode_request::<Event>(&request).unwrap();

    println!(
        "a finished call of {} bytes, {} encrypted; how many times as long as",
        body.len(),
        request.body().len()
    );
    println!("decoding it alone by serde's derive, the median of {PAIRS} pairs:");
    println!("{:6.2}  decoding it alone by the generated code", ratio(derived, generated));
    let [by_signature, by_digest] = [ratio(derived, by_signature), ratio(derived, by_digest)];
    println!("{by_signature:6.2}  verifying its signature, decrypting and decoding it; the limit is {LIMIT}");
    println!("{by_digest:6.2}  verifying its digest, decrypting and decoding it; the limit is {LIMIT}");
    println!(
        "{:6.2}  as by signature, at an address for all callbacks of the product",
        ratio(derived, of_any)
    );
    if by_signature.max(by_digest) < LIMIT { ExitCode::SUCCESS } else { ExitCode::FAILURE }
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
