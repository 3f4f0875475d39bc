use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::*;
use crate::error::ErrorKind;
use crate::testing::{block_on, client, poll_times, reply, wait};
use crate::transport::Fault;
use crate::{
    Answer, Auth, CallOptions, Client, Description, Effect, Error, Evidence, Method, Request, Style,
};

const fn list(id: &'static str) -> Description {
    Description {
        id,
        method: Method::Get,
        path: "/list",
        effect: Effect::Safe,
        evidence: Evidence::Documented,
        auth: Auth::None,
        envelope: None,
    }
}

/// Numbers by page.
#[derive(Clone, Debug, Default)]
struct ByNumber {
    page: Option<i32>,
    filter: &'static str,
}

impl Operation for ByNumber {
    type Answer = Value;
    const DESCRIPTION: &'static Description = &list("test.byNumber");

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.query("page", Style::Form, &self.page)?;
        request.query("filter", Style::Form, self.filter)
    }

    fn read(answer: Answer) -> Result<Value, Error> {
        answer.json()
    }
}

impl Paged for ByNumber {
    type Item = i64;

    fn mark(&self) -> Mark {
        Mark::from_number(self.page)
    }

    fn set_mark(&mut self, mark: &Mark) {
        self.page = mark.number();
    }

    fn rows(answer: Value) -> Rows<i64> {
        Rows::new(numbers(&answer["rows"])).with_total(answer["total"].as_i64())
    }
}

/// The same by cursor.
#[derive(Clone, Debug, Default)]
struct ByCursor {
    last: Option<String>,
}

impl Operation for ByCursor {
    type Answer = Value;
    const DESCRIPTION: &'static Description = &list("test.byCursor");

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.query("last", Style::Form, &self.last)
    }

    fn read(answer: Answer) -> Result<Value, Error> {
        answer.json()
    }
}

impl Paged for ByCursor {
    type Item = i64;

    fn mark(&self) -> Mark {
        Mark::from_cursor(self.last.as_ref())
    }

    fn set_mark(&mut self, mark: &Mark) {
        self.last = mark.cursor();
    }

    fn rows(answer: Value) -> Rows<i64> {
        Rows::new(numbers(&answer["rows"])).with_total(answer["total"].as_i64())
    }

    fn cursor(item: &i64) -> Option<String> {
        (*item >= 0).then(|| item.to_string())
    }
}

fn numbers(value: &Value) -> Vec<i64> {
    value.as_array().unwrap().iter().map(|item| item.as_i64().unwrap()).collect()
}

fn parameters(request: &http::Request<bytes::Bytes>) -> HashMap<String, String> {
    form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect()
}

/// Where a request begins: the index of a page.
fn index(request: &http::Request<bytes::Bytes>, pages: &[Vec<i64>]) -> usize {
    let parameters = parameters(request);
    match parameters.get("page") {
        Some(page) => page.parse::<usize>().unwrap() - 1,
        None if parameters["last"].is_empty() => 0,
        None => {
            let last = parameters["last"].parse().unwrap();
            pages.iter().position(|page| page.last() == Some(&last)).unwrap() + 1
        }
    }
}

/// A server of these pages, which takes its time; and which pages it was asked for.
fn serve(pages: Vec<Vec<i64>>, total: Option<usize>, delay: usize) -> (Client, Arc<Mutex<Vec<usize>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let client = client(move |request, _| {
        let index = index(&request, &pages);
        seen.lock().unwrap().push(index + 1);
        let body = json!({"rows": pages.get(index).cloned().unwrap_or_default(), "total": total});
        async move {
            wait(delay).await;
            reply(200, body)
        }
    });
    (client, asked)
}

/// A server that answers the next of these with each request.
fn script(answers: Vec<Value>) -> Client {
    client(move |_, count| {
        let answer = answers[count.min(answers.len() - 1)].clone();
        async move { reply(200, answer) }
    })
}

/// Pages of these lengths, of the numbers from 0.
fn pages(lengths: &[usize]) -> Vec<Vec<i64>> {
    let mut next = 0..;
    lengths.iter().map(|length| next.by_ref().take(*length).collect()).collect()
}

async fn all<O: Paged>(pager: &mut Pager<O>) -> Vec<O::Item> {
    let mut items = Vec::new();
    while let Some(item) = pager.try_next().await.unwrap() {
        items.push(item);
    }
    items
}

/// A state that was written down and read again.
fn kept(state: State) -> State {
    let text = state.to_string();
    assert_eq!(text.lines().count(), 1);
    let json = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&json).unwrap(), state);
    text.parse().unwrap()
}

/// Reads a list with a future dropped after so many polls, and a new pager after so many entries.
async fn read_in_pieces<O: Paged + Clone>(
    client: &Client,
    request: O,
    polls: usize,
    piece: usize,
    ahead: usize,
) -> Vec<O::Item> {
    let mut items = Vec::new();
    let mut pager = client.pager(request.clone()).prefetch(ahead);
    loop {
        let Some(outcome) = poll_times(pager.try_next(), polls).await else { continue };
        let Some(item) = outcome.unwrap() else { return items };
        items.push(item);
        if items.len() % piece == 0 {
            pager = client.pager(request.clone()).prefetch(ahead).resume(kept(pager.state())).unwrap();
        }
    }
}

proptest! {
    #[test]
    fn each_row_comes_once_however_the_list_is_cut_and_read(
        lengths in prop::collection::vec(1..5_usize, 0..7),
        has_total: bool,
        polls in 1..4_usize,
        piece in 1..7_usize,
        ahead in 0..4_usize,
        delay in 0..5_usize,
    ) {
        block_on(async {
            let pages = pages(&lengths);
            let rows = pages.concat();
            let (client, _) = serve(pages, has_total.then_some(rows.len()), delay);
            assert_eq!(read_in_pieces(&client, ByNumber::default(), polls, piece, ahead).await, rows);
            assert_eq!(read_in_pieces(&client, ByCursor::default(), polls, piece, ahead).await, rows);
        });
    }
}

#[tokio::test]
async fn a_total_saves_the_last_request() {
    for (total, expected) in [(None, vec![1, 2, 3]), (Some(5), vec![1, 2])] {
        let (client, asked) = serve(pages(&[3, 2]), total, 0);
        let mut pager = client.pager(ByNumber::default());
        assert_eq!(pager.total(), None);
        assert_eq!(all(&mut pager).await, [0, 1, 2, 3, 4]);
        assert_eq!(*asked.lock().unwrap(), expected);
        assert_eq!((pager.total(), pager.has_drifted()), (total.map(|total| total as u64), false));
        let at_the_end = pager.state();
        assert_eq!(all(&mut pager).await, [0; 0]);
        let mut again = client.pager(ByNumber::default()).resume(at_the_end).unwrap();
        assert_eq!(all(&mut again).await, [0; 0]);
        assert_eq!(*asked.lock().unwrap(), expected, "the end is the end");
    }
}

#[tokio::test]
async fn it_begins_where_the_request_says() {
    let (client, asked) = serve(pages(&[2, 2, 2]), Some(6), 0);
    let request = ByNumber { page: Some(2), filter: "" };
    assert_eq!(all(&mut client.pager(request)).await, [2, 3, 4, 5]);
    assert_eq!(*asked.lock().unwrap(), [2, 3, 4], "how many rows the first page had is not known");
    let request = ByCursor { last: Some("3".to_owned()) };
    assert_eq!(all(&mut client.pager(request)).await, [4, 5]);
}

#[tokio::test]
async fn nothing_is_sent_before_it_is_polled_nor_behind_the_limit() {
    let (client, asked) = serve(pages(&[2, 2, 2]), None, 0);
    drop(client.pager(ByNumber::default()).prefetch(9));
    assert!(all(&mut client.pager(ByNumber::default()).limit(0)).await.is_empty());
    assert!(asked.lock().unwrap().is_empty());
    let mut pager = client.pager(ByNumber::default()).limit(4).prefetch(9);
    assert_eq!(all(&mut pager).await, [0, 1, 2, 3]);
    assert_eq!(*asked.lock().unwrap(), [1, 2]);
}

#[tokio::test]
async fn pages_are_numbered_and_cut_by_the_limit() {
    let (client, _) = serve(pages(&[2, 3, 1]), Some(6), 0);
    let mut pager = client.pager(ByNumber::default()).limit(5);
    assert_eq!(pager.try_next().await.unwrap(), Some(0));
    let mut pages = pager.pages();
    let mut seen = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        assert_eq!((page.total, page.drift.is_none()), (Some(6), true));
        seen.push((page.number, page.items));
    }
    assert_eq!(seen, [(1, vec![1]), (2, vec![2, 3, 4])]);
    let mut rest = client.pager(ByNumber::default()).resume(kept(pages.state())).unwrap().pages();
    let page = rest.try_next().await.unwrap().unwrap();
    assert_eq!((page.number, page.items), (3, vec![5]));
    assert_eq!(rest.try_next().await.unwrap(), None);
}

#[tokio::test]
async fn it_reads_as_far_ahead_as_it_is_told() {
    for ahead in 0..3 {
        let (client, asked) = serve(pages(&[3; 6]), None, 0);
        let mut pager = client.pager(ByNumber::default()).prefetch(ahead);
        for item in 0..9 {
            assert_eq!(pager.try_next().await.unwrap(), Some(item));
            let current = usize::try_from(item).unwrap() / 3 + 1;
            let expected: Vec<_> = (1..=current + ahead).collect();
            assert_eq!(*asked.lock().unwrap(), expected, "entry {item}, {ahead} ahead");
        }
    }
}

#[tokio::test]
async fn a_page_ahead_is_on_its_way_while_the_caller_works() {
    let (client, asked) = serve(pages(&[4, 4]), None, 3);
    let mut pager = client.pager(ByNumber::default()).prefetch(1);
    // Three waits for the first page; then each entry polls the second one.
    assert_eq!(poll_times(pager.try_next(), 4).await.unwrap().unwrap(), Some(0));
    for item in 1..8 {
        assert_eq!(poll_times(pager.try_next(), 1).await.unwrap().unwrap(), Some(item));
    }
    assert_eq!(*asked.lock().unwrap(), [1, 2, 3]);
}

/// Fails with the requests of these counts, from 0.
fn serve_with_faults(faults: &'static [usize]) -> (Client, Arc<AtomicUsize>) {
    let pages = pages(&[2, 2]);
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let client = client(move |request, count| {
        counted.fetch_add(1, Ordering::Relaxed);
        let body = json!({"rows": pages.get(index(&request, &pages)).cloned().unwrap_or_default()});
        async move {
            match faults.contains(&count) {
                true => Err(Fault::Broken { source: "cause".into() }),
                false => reply(200, body),
            }
        }
    });
    (client, requests)
}

#[tokio::test]
async fn an_error_loses_nothing() {
    let (client, _) = serve_with_faults(&[0, 2, 3]);
    let mut pager = client.pager(ByNumber::default());
    let mut seen = Vec::new();
    loop {
        match pager.try_next().await {
            Ok(Some(item)) => seen.push(Some(item)),
            Ok(None) => break,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Io);
                assert!(!error.may_have_taken_effect());
                seen.push(None);
                pager = client.pager(ByNumber::default()).resume(kept(pager.state())).unwrap();
            }
        }
    }
    assert_eq!(seen, [None, Some(0), Some(1), None, None, Some(2), Some(3)]);
}

#[tokio::test]
async fn an_error_of_a_page_ahead_is_not_given() {
    let (client, requests) = serve_with_faults(&[1]);
    let mut pager = client.pager(ByNumber::default()).prefetch(1);
    assert_eq!(all(&mut pager).await, [0, 1, 2, 3]);
    assert_eq!(requests.load(Ordering::Relaxed), 4, "two pages, one twice, and the empty one");

    // When it is due, it counts.
    let (client, _) = serve_with_faults(&[1, 2]);
    let mut pager = client.pager(ByNumber::default()).prefetch(1);
    assert_eq!(pager.try_next().await.unwrap(), Some(0));
    assert_eq!(pager.try_next().await.unwrap(), Some(1));
    assert_eq!(pager.try_next().await.unwrap_err().kind(), ErrorKind::Io);
    assert_eq!(all(&mut pager).await, [2, 3]);
}

#[tokio::test]
async fn a_server_that_repeats_itself_is_an_error() {
    let ignores_the_page = || script(vec![json!({"rows": [1, 2]})]);
    let mut pager = ignores_the_page().pager(ByNumber::default());
    assert_eq!([pager.try_next().await.unwrap(), pager.try_next().await.unwrap()], [Some(1), Some(2)]);
    for _ in 0..3 {
        let error = pager.try_next().await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Paging, Some("test.byNumber")));
        assert!(!error.may_have_taken_effect());
    }
    // It is known in another process too.
    let mut pager = ignores_the_page().pager(ByNumber::default()).resume(kept(pager.state())).unwrap();
    assert_eq!(pager.try_next().await.unwrap_err().kind(), ErrorKind::Paging);

    let mut pager = script(vec![json!({"rows": [1, 2]}), json!({"rows": [3, 2]})]).pager(ByCursor::default());
    assert_eq!([pager.try_next().await.unwrap(), pager.try_next().await.unwrap()], [Some(1), Some(2)]);
    assert_eq!(pager.try_next().await.unwrap_err().kind(), ErrorKind::Paging, "the cursor stands still");

    let mut pager = script(vec![json!({"rows": [1, -2]})]).pager(ByCursor::default());
    assert_eq!(pager.try_next().await.unwrap_err().kind(), ErrorKind::Paging, "there is no cursor");
}

#[tokio::test]
async fn rows_that_move_are_reported_and_given_all_the_same() {
    let answers = vec![
        json!({"rows": [9, 8], "total": 4}),
        json!({"rows": [8, 7], "total": 5}),
        json!({"rows": [5], "total": 5}),
    ];
    let mut pages = script(answers.clone()).pager(ByNumber::default()).pages();
    let mut drifts = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        drifts.push((page.items, page.drift.total, page.drift.repeated));
    }
    assert_eq!(drifts, [(vec![9, 8], 0, 0), (vec![8, 7], 1, 1), (vec![5], 0, 0)]);

    let mut pager = script(answers).pager(ByNumber::default());
    assert_eq!([pager.try_next().await.unwrap(), pager.try_next().await.unwrap()], [Some(9), Some(8)]);
    assert!(!pager.has_drifted());
    assert_eq!(pager.try_next().await.unwrap(), Some(8));
    assert!(pager.has_drifted());
    assert!(kept(pager.state()).to_string().contains("drift=true"));
}

#[tokio::test]
async fn an_end_that_comes_too_early_is_reported() {
    let mut pager = script(vec![json!({"rows": [1, 2], "total": 5}), json!({"rows": [], "total": 5})])
        .pager(ByNumber::default());
    assert_eq!(all(&mut pager).await, [1, 2]);
    assert!(pager.has_drifted());

    // So is a page that has become shorter than what was given of it.
    let (client, _) = serve(pages(&[3, 1]), None, 0);
    let mut pager = client.pager(ByNumber::default());
    for _ in 0..2 {
        pager.try_next().await.unwrap();
    }
    let (shorter, _) = serve(vec![vec![0], vec![7]], None, 0);
    let mut pager = shorter.pager(ByNumber::default()).resume(pager.state()).unwrap();
    assert_eq!(all(&mut pager).await, [7]);
    assert!(pager.has_drifted());
}

#[tokio::test]
async fn a_state_of_something_else_is_refused() {
    let (client, _) = serve(pages(&[2, 2]), None, 0);
    let mut pager = client.pager(ByNumber { page: None, filter: "a" });
    pager.try_next().await.unwrap();
    let state = pager.state();
    let other = client.pager(ByNumber { page: None, filter: "b" }).resume(state.clone()).unwrap_err();
    assert_eq!(other.kind(), ErrorKind::InvalidInput);
    assert!(client.pager(ByCursor::default()).resume(state.clone()).is_err());
    // The page of the request is the state's to say.
    let mut same = client.pager(ByNumber { page: Some(9), filter: "a" }).resume(state).unwrap();
    assert_eq!(all(&mut same).await, [1, 2, 3]);

    for text in ["", "pager=2&operation=a", "pager=1&operation=a&request=zz", "pager=1"] {
        let error = text.parse::<State>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{text}");
    }
}

#[tokio::test]
async fn each_page_has_the_options() {
    let client = client(|request, count| async move {
        assert_eq!(request.headers()["x-trace"], "1");
        reply(200, json!({"rows": if count < 2 { vec![count] } else { vec![] }}))
    });
    let options = CallOptions::new().header("x-trace", "1");
    assert_eq!(all(&mut client.pager(ByNumber::default()).options(options)).await, [0, 1]);
}

#[test]
fn a_pager_crosses_threads() {
    fn crosses<T: Send + Unpin>(_: T) {}
    let (client, _) = serve(Vec::new(), None, 0);
    crosses(client.pager(ByNumber::default()));
    crosses(client.pager(ByCursor::default()).pages());
}

/// The first page is asked for with the cursor that the vendor's example has.
#[tokio::test]
async fn a_cursor_begins_empty() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let client = client(move |request, _| {
        seen.lock().unwrap().push(request.uri().query().unwrap_or_default().to_owned());
        async move { reply(200, json!({"rows": []})) }
    });
    assert!(all(&mut client.pager(ByCursor::default())).await.is_empty());
    assert_eq!(*asked.lock().unwrap(), ["last="]);
}
