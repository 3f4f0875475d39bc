use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use futures_core::Stream;
use proptest::prelude::*;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::*;
use crate::error::ErrorKind;
use crate::testing::{block_on, client, poll_times, reply, wait};
use crate::transport::{Fault, Scripted};
use crate::{
    Answer, Auth, CallOptions, Client, Description, Effect, Envelope, Error, Evidence, Method, Request,
};

/// Adds contacts to a task; each is a number.
#[derive(Clone, Debug, Default)]
struct Add<T> {
    task: u32,
    contacts: Vec<T>,
}

const ENVELOPE: Envelope = Envelope {
    code: "code",
    status: None,
    message: "message",
    data: "data",
    request_id: None,
    success: &[200],
};

impl<T: Serialize> Operation for Add<T> {
    type Answer = Option<Vec<Value>>;

    const DESCRIPTION: &'static Description = &Description {
        id: "test.add",
        method: Method::Post,
        path: "/add",
        effect: Effect::Unsafe,
        evidence: Evidence::Documented,
        auth: Auth::None,
        envelope: Some(&ENVELOPE),
    };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.json(&json!({"task": self.task, "contacts": self.contacts}))
    }

    fn read(answer: Answer) -> Result<Self::Answer, Error> {
        answer.json()
    }
}

impl<T: Serialize> Batched for Add<T> {
    type Item = T;

    const MAX_ITEMS: usize = 100;
    const MAX_TOTAL: Option<u64> = Some(1_000);

    fn items_mut(&mut self) -> &mut Vec<T> {
        &mut self.contacts
    }

    fn refused(answer: &Self::Answer) -> usize {
        answer.as_ref().map_or(0, Vec::len)
    }
}

fn contacts(request: &http::Request<bytes::Bytes>) -> Vec<u64> {
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    body["contacts"].as_array().unwrap().iter().map(|contact| contact.as_u64().unwrap()).collect()
}

fn accepted() -> Scripted {
    reply(200, json!({"code": 200}))
}

/// A server that takes everything; and what it was sent.
fn serve() -> (Client, Arc<Mutex<Vec<Vec<u64>>>>) {
    serve_with(|_, _| accepted())
}

/// A server that answers as a test says, from the contacts and how many requests came before.
fn serve_with(
    answer: impl Fn(&[u64], usize) -> Scripted + Send + Sync + 'static,
) -> (Client, Arc<Mutex<Vec<Vec<u64>>>>) {
    let sent: Arc<Mutex<Vec<Vec<u64>>>> = Arc::default();
    let seen = Arc::clone(&sent);
    let client = client(move |request, count| {
        let contacts = contacts(&request);
        let answer = answer(&contacts, count);
        seen.lock().unwrap().push(contacts);
        async move { answer }
    });
    (client, sent)
}

fn add() -> Add<u64> {
    Add { task: 1, contacts: Vec::new() }
}

fn lengths(sent: &Mutex<Vec<Vec<u64>>>) -> Vec<usize> {
    sent.lock().unwrap().iter().map(Vec::len).collect()
}

fn fates(report: &Report) -> Vec<Fate> {
    report.chunks().iter().map(|chunk| chunk.fate).collect()
}

/// A report that was written down and read again.
fn kept(report: &Report) -> Report {
    let json = serde_json::to_string(report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), *report);
    let read: Report = report.to_string().parse().unwrap();
    assert_eq!(read, *report);
    read
}

#[tokio::test]
async fn a_list_goes_out_in_chunks_of_the_documented_size() {
    let (client, sent) = serve();
    let request = Add { task: 1, contacts: vec![0, 1] };
    let report = client.batch(request, 2..250).run().await;
    assert!(report.is_complete());
    assert_eq!((report.ending(), report.reason()), (Ending::Whole, None));
    assert_eq!(lengths(&sent), [100, 100, 50]);
    assert_eq!(sent.lock().unwrap().concat(), (0..250).collect::<Vec<_>>());
    let ranges: Vec<_> = report.chunks().iter().map(|chunk| chunk.items.clone()).collect();
    assert_eq!(ranges, [0..100, 100..200, 200..250]);
    assert_eq!((report.items(Fate::Accepted), report.items(Fate::Unknown)), (250, 0));
    kept(&report);

    let report = client.batch(add(), []).run().await;
    assert!(report.is_complete() && report.chunks().is_empty());
}

proptest! {
    #[test]
    fn a_chunk_has_no_more_bytes_than_it_may(
        contacts in prop::collection::vec(0..100_000_u64, 0..60),
        max_items in 1..20_usize,
        max_bytes in 6..60_usize,
    ) {
        block_on(async {
            let (client, sent) = serve();
            let batch = client.batch(add(), contacts.clone()).max_items(max_items).max_bytes(max_bytes);
            assert!(batch.run().await.is_complete());
            let sent = sent.lock().unwrap();
            assert_eq!(sent.concat(), contacts);
            let bytes = |chunk: &Vec<u64>| chunk.iter().map(|contact| contact.to_string().len() + 1).sum::<usize>();
            for chunk in &*sent {
                assert!(chunk.len() <= max_items && bytes(chunk) <= max_bytes, "{chunk:?}");
            }
            for pair in sent.windows(2) {
                let [chunk, next] = pair else { unreachable!() };
                let is_full = chunk.len() == max_items || bytes(chunk) + bytes(&vec![next[0]]) > max_bytes;
                assert!(is_full, "{chunk:?} has room for {}", next[0]);
            }
        });
    }
}

#[tokio::test]
async fn what_cannot_be_sent_ends_the_batch() {
    let (client, sent) = serve();
    let report = client.batch(add(), [1, 2, 1_000_000]).max_bytes(6).run().await;
    assert_eq!(report.ending(), Ending::BadItem);
    assert!(report.reason().unwrap().contains("entry 2 takes 7 bytes"), "{report:?}");
    assert_eq!(lengths(&sent), [2]);

    /// Has no form in JSON.
    struct Broken;
    impl Serialize for Broken {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no \"canary\""))
        }
    }
    let report = client.batch(Add { task: 1, contacts: vec![Broken] }, []).run().await;
    assert_eq!(report.ending(), Ending::BadItem);
    assert!(!report.to_string().contains("canary"));

    let source = [Ok(1), Err("row 2: \"canary\" is no number"), Ok(3)];
    let report = client.batch(add(), FromTryIter(source)).run().await;
    assert_eq!((report.ending(), report.chunks().len()), (Ending::Unreadable, 0));
    assert!(!report.to_string().contains("canary"));
    assert!(!report.is_complete());
}

#[tokio::test]
async fn no_more_is_sent_than_there_is_room_for() {
    let (client, sent) = serve();
    // What is known to be too long is not begun.
    let report = client.batch(add(), 0..1_001).run().await;
    assert_eq!((report.ending(), report.chunks().len()), (Ending::Overflow, 0));
    let report = client.batch(add(), 0..11).max_total(20).held(10).run().await;
    assert_eq!(report.ending(), Ending::Overflow);
    assert!(report.reason().unwrap().contains("20 entries at most, 10 of them there before"));
    assert!(lengths(&sent).is_empty());

    // What turns out to be too long ends at the limit.
    let unknown_length = || (0..).take_while(|contact| *contact < 21);
    let report = client.batch(add(), unknown_length()).max_total(30).held(10).max_items(15).run().await;
    assert_eq!((report.ending(), report.items(Fate::Accepted)), (Ending::Overflow, 20));
    assert!(!report.is_complete());
    assert_eq!(lengths(&sent), [15, 5]);

    // What just fits is whole, and the limit can be set.
    assert!(client.batch(add(), unknown_length()).max_total(21).run().await.is_complete());
    assert!(client.batch(add(), 0..1_001).max_total(None).run().await.is_complete());
}

/// Answers by the first contact of a chunk.
fn serve_each_fate() -> (Client, Arc<Mutex<Vec<Vec<u64>>>>) {
    serve_with(|contacts, _| match contacts[0] {
        10 => reply(200, json!({"code": 400, "message": "bad callee +10000000001"})),
        20 => reply(502, "<html>"),
        30 => reply(200, json!({"code": 200, "data": [{"callee": "+10000000001", "reason": "blocked"}]})),
        40 => Err(Fault::Unsent { is_timeout: false, source: "refused".into() }),
        50 => Err(Fault::Broken { source: "reset".into() }),
        _ => accepted(),
    })
}

#[tokio::test]
async fn each_fate_is_reported_with_the_vendors_words() {
    let (client, _) = serve_each_fate();
    let mut batch = client.batch(add(), 0..60).max_items(10).stop_at(StopAt::Never);
    let mut outcomes = Vec::new();
    while let Some(outcome) = batch.next().await {
        outcomes.push(outcome);
    }
    let (accepted, refused, unknown) = (Fate::Accepted, Fate::Refused, Fate::Unknown);
    let expected = [accepted, refused, unknown, accepted, refused, unknown];
    assert_eq!(outcomes.iter().map(Outcome::fate).collect::<Vec<_>>(), expected);
    assert_eq!(outcomes[1].result.as_ref().unwrap_err().vendor_message(), Some("bad callee +10000000001"));
    assert_eq!(outcomes[3].result.as_ref().unwrap().as_ref().unwrap()[0]["reason"], "blocked");
    assert_eq!(outcomes[4].result.as_ref().unwrap_err().kind(), ErrorKind::Connect);
    assert_eq!((outcomes[5].chunk, outcomes[5].items.clone()), (5, 50..60));

    let report = kept(&batch.report());
    assert_eq!(fates(&report), expected);
    assert_eq!(report.ending(), Ending::Whole);
    assert!(!report.is_complete());
    assert_eq!(report.chunks()[3].refused, 1);
    assert!(report.chunks()[1].reason.as_ref().unwrap().contains("code 400: bad callee ***"));
    for text in [report.to_string(), format!("{report:?}"), format!("{batch:?}")] {
        assert!(!text.contains("0000000001"), "{text}");
    }
}

#[tokio::test]
async fn an_accepted_chunk_with_refused_entries_is_not_complete() {
    let (client, _) = serve_with(|_, _| reply(200, json!({"code": 200, "data": [1, 2]})));
    let report = client.batch(add(), 0..5).run().await;
    assert_eq!((report.ending(), report.chunks()[0].refused), (Ending::Whole, 2));
    assert!(!report.is_complete());
}

#[tokio::test]
async fn it_stops_as_it_is_told() {
    for (stop_at, sent_chunks, ending) in [
        (StopAt::Failure, 2, Ending::Stopped),
        (StopAt::Unknown, 3, Ending::Stopped),
        (StopAt::Never, 6, Ending::Whole),
    ] {
        let (client, sent) = serve_each_fate();
        let report = client.batch(add(), 0..60).max_items(10).stop_at(stop_at).run().await;
        assert_eq!((lengths(&sent).len(), report.ending()), (sent_chunks, ending));
        assert_eq!(report.reason().is_some(), ending == Ending::Stopped);
    }
    let (client, sent) = serve_each_fate();
    assert_eq!(client.batch(add(), 0..60).max_items(10).run().await.chunks().len(), 2);
    assert_eq!(lengths(&sent), [10, 10], "it stops at a failure unless it is told otherwise");
}

#[tokio::test]
async fn a_chunk_of_unknown_fate_is_sent_again_only_if_the_caller_says_so() {
    let (client, sent) = serve_each_fate();
    let batch = |report: Option<Report>| {
        let batch = client.batch(add(), 0..60).max_items(10).stop_at(StopAt::Never);
        match report {
            Some(report) => batch.resume(report),
            None => batch,
        }
    };
    let first = batch(None).run().await;
    sent.lock().unwrap().clear();
    // Refused ones are sent again, and refused again.
    let mut second = batch(Some(kept(&first))).run().await;
    assert_eq!(second, first);
    let firsts =
        |sent: &Mutex<Vec<Vec<u64>>>| sent.lock().unwrap().iter().map(|chunk| chunk[0]).collect::<Vec<_>>();
    assert_eq!(firsts(&sent), [10, 40]);

    sent.lock().unwrap().clear();
    second.settle(2, Fate::Refused).unwrap();
    second.settle(5, Fate::Accepted).unwrap();
    for index in [0, 1, 5, 6] {
        assert!(second.settle(index, Fate::Refused).is_err(), "{index} is not unknown");
    }
    let third = batch(Some(kept(&second))).run().await;
    assert_eq!(firsts(&sent), [10, 20, 40]);
    assert_eq!(third.chunks()[5].fate, Fate::Accepted);
    assert_eq!(third.chunks()[2].fate, Fate::Unknown, "the vendor's gateway failed again");
}

#[tokio::test]
async fn it_resumes_where_it_stopped_in_chunks_of_another_size() {
    let (client, sent) = serve_with(|_, count| if count == 1 { reply(429, "") } else { accepted() });
    let report = client.batch(add(), 0..50).max_items(10).run().await;
    assert_eq!(fates(&report), [Fate::Accepted, Fate::Refused]);
    let report = client.batch(add(), 0..50).max_items(25).resume(kept(&report)).run().await;
    assert!(report.is_complete());
    assert_eq!(lengths(&sent), [10, 10, 10, 25, 5]);
    assert_eq!(report.items(Fate::Accepted), 50);
    assert_eq!(report.chunks()[1].reason, None);
}

#[tokio::test]
async fn another_list_or_request_is_refused() {
    let (client, sent) = serve_with(|_, count| if count == 2 { reply(502, "") } else { accepted() });
    let report = client.batch(add(), 0..50).max_items(10).run().await;
    assert_eq!(report.chunks().len(), 3);
    sent.lock().unwrap().clear();

    let other_task = Add { task: 2, contacts: Vec::new() };
    let other = client.batch(other_task, 0..50).resume(report.clone()).run().await;
    assert_eq!((other.ending(), other.chunks()), (Ending::OtherList, report.chunks()));
    let swapped = (0..50).map(|contact| if contact == 25 { 0 } else { contact });
    for list in [swapped.collect::<Vec<_>>(), (0..29).collect(), (1..50).collect(), Vec::new()] {
        let other = client.batch(add(), list).max_items(10).resume(report.clone()).run().await;
        assert_eq!((other.ending(), other.chunks()), (Ending::OtherList, report.chunks()));
        assert!(other.reason().is_some());
    }
    assert!(lengths(&sent).is_empty());
}

#[test]
fn a_torn_report_is_refused() {
    let (client, _) = serve();
    let text = block_on(client.batch(add(), 0..50).max_items(10).run()).to_string();
    let lines: Vec<_> = text.lines().collect();
    let [head, chunks @ ..] = lines.as_slice() else { panic!("{text}") };
    for torn in [
        String::new(),
        head.replace("batch=1", "batch=2"),
        (*head).to_owned(),
        [&[*head], &chunks[..4]].concat().join("\n"),
        [&[*head], &chunks[..4], &["to=50&fate=acc"]].concat().join("\n"),
        [&[*head], &chunks[..4], &chunks[3..4]].concat().join("\n"),
    ] {
        let error = torn.parse::<Report>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{torn}");
    }
    assert!(text.parse::<Report>().unwrap().is_complete());
}

#[tokio::test]
async fn the_journal_knows_of_a_chunk_before_the_server_does() {
    let journal: Arc<Mutex<VecDeque<Report>>> = Arc::default();
    let (written, read) = (Arc::clone(&journal), Arc::clone(&journal));
    let (client, _) = serve_with(move |contacts, _| {
        let last = read.lock().unwrap().back().unwrap().clone();
        let chunk = last.chunks().last().unwrap().clone();
        assert_eq!((chunk.items.start, chunk.fate), (contacts[0], Fate::Unknown));
        accepted()
    });
    let batch = client.batch(add(), 0..20).max_items(10).journal(|report| {
        written.lock().unwrap().push_back(report.clone());
        Ok::<_, std::io::Error>(())
    });
    let report = batch.run().await;
    let journal = journal.lock().unwrap();
    let (unknown, accepted) = (Fate::Unknown, Fate::Accepted);
    let expected =
        [vec![unknown], vec![accepted], vec![accepted, unknown], vec![accepted; 2], vec![accepted; 2]];
    assert_eq!(journal.iter().map(fates).collect::<Vec<_>>(), expected);
    assert_eq!(journal.back(), Some(&report));
}

#[tokio::test]
async fn nothing_is_sent_that_the_journal_does_not_know_of() {
    for failing in 0..5 {
        let (client, sent) = serve_with(|_, count| if count == 0 { reply(429, "") } else { accepted() });
        let first = client.batch(add(), 0..20).max_items(10).run().await;
        sent.lock().unwrap().clear();
        let mut calls = 0;
        let batch = client.batch(add(), 0..20).max_items(10).resume(first.clone()).journal(move |_| {
            calls += 1;
            if calls == failing + 1 { Err("disk full") } else { Ok(()) }
        });
        let report = batch.run().await;
        // Told before and after each of two chunks, and at the end.
        assert_eq!((report.ending(), lengths(&sent).len()), (Ending::Journal, [0, 1, 1, 2, 2][failing]));
        assert!(report.reason().unwrap().contains("disk full"));
        let expected = [&[Fate::Refused][..], &[Fate::Accepted], &[Fate::Accepted], &[Fate::Accepted; 2]];
        assert_eq!(fates(&report), expected[failing.min(3)]);
    }
}

/// What happens to a request, and how long it takes to happen and to be told.
#[derive(Clone, Copy, Debug)]
struct Event {
    before: usize,
    after: usize,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Accepted,
    Refused,
    TooMany,
    NeverSent,
    LostBefore,
    LostAfter,
    Failed,
    ActedAndFailed,
    Garbage,
}

impl What {
    fn acts(self) -> bool {
        matches!(self, Self::Accepted | Self::LostAfter | Self::ActedAndFailed | Self::Garbage)
    }

    fn answer(self) -> Scripted {
        match self {
            Self::Accepted => accepted(),
            Self::Refused => reply(200, json!({"code": 400})),
            Self::TooMany => reply(429, ""),
            Self::NeverSent => Err(Fault::Unsent { is_timeout: false, source: "refused".into() }),
            Self::LostBefore | Self::LostAfter => Err(Fault::Broken { source: "reset".into() }),
            Self::Failed | Self::ActedAndFailed => reply(503, ""),
            Self::Garbage => reply(200, "{\"code\": "),
        }
    }
}

fn event() -> impl Strategy<Value = Event> {
    let what = prop::sample::select(vec![
        What::Accepted,
        What::Accepted,
        What::Accepted,
        What::Refused,
        What::TooMany,
        What::NeverSent,
        What::LostBefore,
        What::LostAfter,
        What::Failed,
        What::ActedAndFailed,
        What::Garbage,
    ]);
    (0..4_usize, 0..4_usize, what).prop_map(|(before, after, what)| Event { before, after, what })
}

/// A server that acts as the events say and counts how often each contact arrived; it also watches how many requests are
/// under way.
struct Faulty {
    client: Client,
    arrived: Arc<Mutex<BTreeMap<u64, usize>>>,
    most: Arc<AtomicUsize>,
}

struct UnderWay(Arc<AtomicUsize>);

impl UnderWay {
    fn new(count: &Arc<AtomicUsize>, most: &AtomicUsize) -> Self {
        most.fetch_max(count.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Faulty {
    fn new(events: Vec<Event>) -> Self {
        let arrived: Arc<Mutex<BTreeMap<u64, usize>>> = Arc::default();
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (counts, highest) = (Arc::clone(&arrived), Arc::clone(&most));
        let client = client(move |request, count| {
            let event = events[count % events.len()];
            let (contacts, counts) = (contacts(&request), Arc::clone(&counts));
            let under_way = UnderWay::new(&now, &highest);
            async move {
                let _under_way = under_way;
                wait(event.before).await;
                if event.what.acts() {
                    let mut counts = counts.lock().unwrap();
                    contacts.iter().for_each(|contact| *counts.entry(*contact).or_default() += 1);
                }
                wait(event.after).await;
                event.what.answer()
            }
        });
        Self { client, arrived, most }
    }
}

proptest! {
    /// A batch is dropped after so many polls, again and again, and resumed from its report; at last it runs to its end.
    #[test]
    fn no_contact_arrives_twice_whenever_it_is_dropped(
        events in prop::collection::vec(event(), 1..12),
        contacts in 0..40_u64,
        max_items in 1..8_usize,
        concurrency in 1..4_usize,
        drops in prop::collection::vec(0..12_usize, 0..6),
        is_stream: bool,
    ) {
        block_on(async {
            let server = Faulty::new(events);
            let mut report: Option<Report> = None;
            let batch = |report: &Option<Report>| {
                let batch = match is_stream {
                    true => server.client.batch(add(), FromStream(Slow::new(0..contacts))),
                    false => server.client.batch(add(), 0..contacts),
                };
                let batch = batch.max_items(max_items).concurrency(concurrency).stop_at(StopAt::Never);
                match report {
                    Some(report) => batch.resume(kept(report)),
                    None => batch,
                }
            };
            for polls in drops {
                let batch = batch(&report);
                let watch = batch.watch();
                poll_times(batch.run(), polls).await;
                report = Some(watch.report());
            }
            let report = batch(&report).run().await;
            assert_eq!(report.ending(), Ending::Whole);
            assert!(server.most.load(Ordering::Relaxed) <= concurrency);

            let arrived = server.arrived.lock().unwrap();
            let mut end = 0;
            for chunk in report.chunks() {
                assert_eq!(chunk.items.start, end);
                end = chunk.items.end;
                for contact in chunk.items.clone() {
                    let times = arrived.get(&contact).copied().unwrap_or_default();
                    match chunk.fate {
                        Fate::Accepted => assert_eq!(times, 1, "{contact}"),
                        Fate::Refused => assert_eq!(times, 0, "{contact}"),
                        Fate::Unknown => assert!(times <= 1, "{contact}"),
                    }
                }
            }
            assert_eq!(end, contacts);
        });
    }
}

/// A stream that is not ready every other time.
struct Slow<I> {
    items: I,
    is_ready: bool,
}

impl<I> Slow<I> {
    fn new(items: I) -> Self {
        Self { items, is_ready: false }
    }
}

impl<I: Iterator + Unpin> Stream for Slow<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<I::Item>> {
        self.is_ready = !self.is_ready;
        if self.is_ready {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.items.next())
    }
}

#[tokio::test]
async fn the_concurrency_is_used_and_never_exceeded() {
    for concurrency in 1..5 {
        let event = Event { before: 3, after: 3, what: What::Accepted };
        let server = Faulty::new(vec![event]);
        let batch = server.client.batch(add(), 0..100).max_items(5).concurrency(concurrency);
        assert!(batch.run().await.is_complete());
        assert_eq!(server.most.load(Ordering::Relaxed), concurrency);
    }
}

/// A contact that knows how many of its kind there are.
struct Counted {
    number: u64,
    alive: Arc<AtomicUsize>,
}

impl Serialize for Counted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.number.serialize(serializer)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_million_contacts_are_never_in_memory_together() {
    let (alive, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let highest = Arc::clone(&most);
    let list = (0..1_000_000).map(move |number| {
        highest.fetch_max(alive.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
        Counted { number, alive: Arc::clone(&alive) }
    });
    let received = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&received);
    let client = client(move |request, _| {
        seen.fetch_add(contacts(&request).len(), Ordering::Relaxed);
        async { accepted() }
    });
    let batch = client.batch(Add { task: 1, contacts: Vec::new() }, list);
    let report = batch.max_items(1_000).max_total(None).concurrency(4).run().await;
    assert!(report.is_complete());
    assert_eq!(received.load(Ordering::Relaxed), 1_000_000);
    assert!(most.load(Ordering::Relaxed) <= 1_001, "{most:?} at a time");
}

/// Counts what was taken from it.
struct Tapped {
    taken: Arc<AtomicUsize>,
}

impl Stream for Tapped {
    type Item = Result<u64, &'static str>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed);
        Poll::Ready((taken < 1_000).then_some(Ok(taken as u64)))
    }
}

#[tokio::test]
async fn a_source_is_read_no_further_than_chunks_can_be_sent() {
    let taken = Arc::new(AtomicUsize::new(0));
    let client = client(|_, _| std::future::pending());
    let source = FromTryStream(Tapped { taken: Arc::clone(&taken) });
    let batch = client.batch(add(), source).max_items(10).concurrency(3);
    assert_eq!(taken.load(Ordering::Relaxed), 0, "nothing is read before it is polled");
    let watch = batch.watch();
    assert!(poll_times(batch.run(), 50).await.is_none());
    assert_eq!(taken.load(Ordering::Relaxed), 30);
    assert_eq!(fates(&watch.report()), [Fate::Unknown; 3]);
}

#[tokio::test]
async fn each_chunk_has_the_options() {
    let client = client(|request, _| async move {
        assert_eq!(request.headers()["x-trace"], "1");
        accepted()
    });
    let options = CallOptions::new().header("x-trace", "1");
    assert_eq!(client.batch(add(), 0..200).options(options).run().await.items(Fate::Accepted), 200);
}

#[test]
fn a_batch_crosses_threads_and_borrows() {
    fn crosses<T: Send + Unpin>(_: T) {}
    let (client, _) = serve();
    let list = [1, 2];
    crosses(client.batch(add(), list.iter().copied()));
}
