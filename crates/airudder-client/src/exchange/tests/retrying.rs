//! What is sent again, and what those who watch are told.

use std::sync::{Arc, Mutex};

use super::*;
use crate::testing::reply;
use crate::{AttemptEnd, AttemptStart, Hook, RateLimit, RetryBudget};

/// One that may be sent twice.
struct Look;

impl Operation for Look {
    type Answer = ();

    const DESCRIPTION: &'static Description = &Description {
        id: "test.look",
        method: Method::Get,
        path: "/look",
        effect: Effect::Safe,
        ..*Ring::DESCRIPTION
    };

    fn write(&self, _: &mut Request) -> Result<(), Error> {
        Ok(())
    }

    fn read(answer: Answer) -> Result<(), Error> {
        answer.empty()
    }
}

/// A client whose calls get these answers, one after the other.
fn scripted(builder: ClientBuilder<Client>, answers: impl IntoIterator<Item = Scripted>) -> Client {
    let answers = Mutex::new(answers.into_iter().collect::<Vec<_>>().into_iter());
    let script = move |request: http::Request<Bytes>, _| {
        let answer = if is_token(&request) { Some(token()) } else { answers.lock().unwrap().next() };
        async move { answer.expect("no more requests") }
    };
    builder.build_with(Script::new(script), TestClock::new()).unwrap()
}

fn status(status: u16) -> Scripted {
    reply(status, "")
}

fn wait(status: u16, retry_after: &str) -> Scripted {
    Ok(http::Response::builder()
        .status(status)
        .header("Retry-After", retry_after)
        .body(Bytes::new())
        .unwrap())
}

fn code(code: u16) -> Scripted {
    reply(200, format!(r#"{{"code":{code}}}"#))
}

fn broken() -> Scripted {
    Err(Fault::Broken { source: "cut".into() })
}

fn unsent() -> Scripted {
    Err(Fault::Unsent { is_timeout: false, source: "refused".into() })
}

#[tokio::test(start_paused = true)]
async fn what_bears_it_is_sent_again() {
    for fault in [status(500), status(503), broken(), unsent(), wait(429, "1")] {
        let client = scripted(builder(), [fault, status(200)]);
        assert_eq!(client.call(&Look).response().await.unwrap().meta.attempts, 2);
    }
    for fault in [status(400), status(404), status(501)] {
        let error = scripted(builder(), [fault]).call(&Look).await.unwrap_err();
        assert_eq!((error.attempts(), error.is_retryable()), (1, false), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_phone_rings_again_only_upon_proof() {
    for fault in [status(500), status(503), broken(), code(500)] {
        let error = scripted(builder(), [fault]).call(&EnvelopedRing).await.unwrap_err();
        assert_eq!((error.attempts(), error.may_have_taken_effect(), error.is_retryable()), (1, true, false));
    }
    for fault in [unsent(), status(429), code(429)] {
        let client = scripted(builder(), [fault, code(200)]);
        assert_eq!(client.call(&EnvelopedRing).response().await.unwrap().meta.attempts, 2);
    }
}

/// As [`Ring`], with an envelope.
struct EnvelopedRing;

impl Operation for EnvelopedRing {
    type Answer = ();

    const DESCRIPTION: &'static Description = &Description {
        envelope: crate::platform::operations::ObtainToken::DESCRIPTION.envelope,
        ..*Ring::DESCRIPTION
    };

    fn write(&self, _: &mut Request) -> Result<(), Error> {
        Ok(())
    }

    fn read(answer: Answer) -> Result<(), Error> {
        answer.empty()
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_tells_of_all_attempts() {
    let client = scripted(builder(), [wait(503, "2"), wait(503, "2"), wait(503, "7")]);
    let error = client.call(&Look).await.unwrap_err();
    assert_eq!((error.attempts(), error.http_status()), (3, Some(503)));
    assert!(error.is_retryable() && !error.is_rate_limited() && !error.is_timeout());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.elapsed() >= Duration::from_secs(4), "{:?}", error.elapsed());
    assert_eq!(error.headers().unwrap()["retry-after"], "7");
    let text = error.to_string();
    assert!(text.contains("after 3 attempts") && text.contains("wait 7s"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_too_long_is_told_at_once() {
    let started = Instant::now();
    let error = scripted(builder(), [wait(429, "3600")]).call(&Look).await.unwrap_err();
    assert!(error.is_rate_limited() && error.is_retryable() && !error.may_have_taken_effect());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3_600)));
    let error = scripted(builder(), [wait(503, "10")])
        .call(&Look)
        .deadline(std::time::Instant::now() + Duration::from_secs(5))
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_caller_may_say_otherwise() {
    let error = scripted(builder(), [broken()]).call(&Look).no_retry().await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    scripted(builder(), [broken(), status(200)]).call(&Ring).effect(Effect::Idempotent).await.unwrap();
    scripted(builder().effect("test.ring", Effect::Idempotent), [broken(), status(200)])
        .call(&Ring)
        .await
        .unwrap();
    let error = scripted(builder(), [broken()]).call(&Look).effect(Effect::Unsafe).await.unwrap_err();
    assert!(error.may_have_taken_effect());
    let once = builder().retry(RetryPolicy::never());
    assert_eq!(scripted(once, [broken()]).call(&Look).await.unwrap_err().attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_budget_ends_what_calls_alone_would_not() {
    let answers: Vec<_> = (0..7).map(|_| broken()).collect();
    let client = scripted(builder().retry_budget(RetryBudget::new(3, 10)), answers);
    let mut attempts = Vec::new();
    for _ in 0..4 {
        attempts.push(client.call(&Look).await.unwrap_err().attempts());
    }
    assert_eq!(attempts, [3, 2, 1, 1]);
}

/// Whether a token is refused has nothing to do with how often a call may be sent again.
#[tokio::test(start_paused = true)]
async fn a_refused_token_is_no_retry() {
    let client = scripted(builder().retry(RetryPolicy::never()), [status(401), code(200)]);
    assert_eq!(client.call(&EnvelopedRing).response().await.unwrap().meta.attempts, 2);
    let client = scripted(builder(), [status(401), unsent(), unsent(), code(200)]);
    assert_eq!(client.call(&EnvelopedRing).response().await.unwrap().meta.attempts, 4);
}

#[tokio::test(start_paused = true)]
async fn a_429_stops_all_calls_of_the_product() {
    let client = scripted(builder(), [wait(429, "30"), status(200), status(200)]);
    let started = Instant::now();
    let (first, second) = tokio::join!(client.call(&Ring), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        client.call(&Look).await.map(|()| started.elapsed())
    });
    first.unwrap();
    assert!(second.unwrap() >= Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_its_turn_within_its_time() {
    let limited = builder().rate_limit("test", RateLimit::per_minute(1));
    let client = scripted(limited, [status(200), status(200)]);
    client.call(&Ring).await.unwrap();
    let error = client.call(&Ring).total_timeout(Duration::from_secs(5)).await.unwrap_err();
    assert!(error.is_timeout() && !error.may_have_taken_effect() && error.attempts() == 0);
    client.call(&Ring).await.unwrap();
}

/// Notes what it is told.
#[derive(Clone, Default)]
struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    fn write(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Hook for Diary {
    fn before_attempt(&self, start: &AttemptStart<'_>) {
        self.write(format!("before {} {}", start.call.operation, start.attempt));
    }

    fn after_attempt(&self, end: &AttemptEnd<'_>) {
        self.write(format!("after {} {:?} {:?}", end.attempt, end.status, end.error));
    }

    fn on_retry(&self, retry: &Retry<'_>) {
        self.write(format!("retry after {} {:?}", retry.attempt, retry.error));
    }

    fn at_end(&self, end: &CallEnd<'_>) {
        self.write(format!("end {:?} {} {}", end.outcome, end.attempts, end.call.template));
    }
}

#[tokio::test(start_paused = true)]
async fn hooks_are_told_of_everything_once() {
    let diary = Diary::default();
    let client = scripted(builder().hook(diary.clone()), [status(503), code(200), code(500)]);
    client.call(&Look).await.unwrap();
    assert_eq!(
        diary.take(),
        [
            "before platform.obtainToken 1",
            "after 1 Some(200) None",
            "end Done { status: 200 } 1 /service/cloud/auth",
            "before test.look 1",
            "after 1 Some(503) Some(Http)",
            "retry after 1 Http",
            "before test.look 2",
            "after 2 Some(200) None",
            "end Done { status: 200 } 2 /look",
        ]
    );
    client.call(&EnvelopedRing).await.unwrap_err();
    assert_eq!(diary.take().last().unwrap(), "end Failed { status: Some(200), error: Api } 1 /ring");
}

#[tokio::test(start_paused = true)]
async fn hooks_are_told_of_a_call_that_is_dropped() {
    let diary = Diary::default();
    let client = builder()
        .hook(diary.clone())
        .build_with(Script::new(|_, _| pending::<Scripted>()), TestClock::new())
        .unwrap();
    let call = tokio::time::timeout(Duration::from_secs(1), client.call(&Ring)).await;
    assert!(call.is_err());
    let lines = diary.take();
    assert_eq!(lines.first().unwrap(), "before platform.obtainToken 1");
    assert!(lines.contains(&"end Dropped 0 /ring".to_owned()), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_added_goes_out_with_each_request_but_that_for_the_token() {
    let seen: Arc<Mutex<Vec<http::Request<Bytes>>>> = Arc::default();
    let script = {
        let seen = Arc::clone(&seen);
        move |request: http::Request<Bytes>, _| {
            let answer = if is_token(&request) { token() } else { code(200) };
            seen.lock().unwrap().push(request);
            async move { answer }
        }
    };
    let client = builder()
        .header("X-Tenant", "one")
        .header("X-Both", "client")
        .query("lang", "en")
        .build_with(Script::new(script), TestClock::new())
        .unwrap();
    client
        .call(&Ring)
        .header("X-Both", "call")
        .query("tag", serde_json::json!(["a b", "c"]))
        .body_field("beta", true)
        .await
        .unwrap();
    client
        .request(Method::Put, "/things/{id}")
        .id("test.put")
        .path_parameter("id", "a/b")
        .json(&serde_json::json!({"a": 1}))
        .read_nothing()
        .body_field("b", 2)
        .await
        .unwrap();
    let seen = seen.lock().unwrap();
    let [token, ring, put] = seen.as_slice() else { panic!("{seen:?}") };
    assert!(!token.headers().contains_key("x-tenant") && token.uri().query().is_none());
    assert_eq!(ring.headers()["x-tenant"], "one");
    assert_eq!(ring.headers()["x-both"], "call");
    assert_eq!(ring.uri().query().unwrap(), "lang=en&tag=a%20b&tag=c");
    assert_eq!(ring.body(), r#"{"beta":true}"#);
    assert_eq!((put.method().as_str(), put.uri().path()), ("PUT", "/things/a%2Fb"));
    assert_eq!(put.body(), r#"{"a":1,"b":2}"#);
}
