//! Reads an answer many times, for callgrind to count what an observation costs (docs/figures.md).
//!
//! `reading COUNT [observed]`

#[allow(dead_code)]
#[path = "../tests/wire/sample.rs"]
mod sample;

use std::{env, hint};

use airudder_wire::drift;
use sample::Task;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = env::args().nth(1).ok_or("how many times?")?.parse()?;
    let is_observed = env::args().nth(2).is_some();
    let child = r#"{"task_id":7,"state":"running","grade":1,"callee":"+10000000001","ratio":0.5,"paused":false,
        "created_at":"2030-01-31 18:00:00","content":{"type":"text","text":"a","parts":[],"note":null}}"#;
    let text = format!(r#"{{"task_id":"t","children":[{}]}}"#, [child; 10].join(","));
    let read = || serde_json::from_str::<Task>(hint::black_box(&text));
    for _ in 0..count {
        let task = if is_observed { drift::observe(read).0? } else { read()? };
        hint::black_box(task);
    }
    Ok(())
}
