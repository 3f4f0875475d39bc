//! Answers that are received piece by piece.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use airudder_client::{
    AttemptEnd, Bytes, CallEnd, CallOutcome, Client, Code, Download, Effect, Error, ErrorKind, Hook, Method,
    RetryPolicy,
};
use tempfile::TempDir;

use crate::server::{Received, Reply, Server};

/// 100,000 bytes, of which no two stretches are alike.
fn content() -> Vec<u8> {
    (0..50_000_u16).flat_map(u16::to_be_bytes).collect()
}

fn reply(body: &[u8]) -> Reply {
    Reply::new(200, "audio/wav", body)
}

fn start(request: &Received) -> Option<usize> {
    request.header("range").map(|range| range["bytes=".len()..].trim_end_matches('-').parse().unwrap())
}

/// As a server with ranges answers.
fn ranged(request: &Received, body: &[u8], tag: &str) -> Reply {
    let reply = match start(request).filter(|_| request.header("if-range") == Some(tag)) {
        Some(start) => Reply::new(206, "audio/wav", &body[start..])
            .with_header("Content-Range", format!("bytes {start}-{}/{}", body.len() - 1, body.len())),
        None => reply(body),
    };
    reply.with_header("ETag", tag)
}

/// Answers downloads by their number, from 0.
async fn server(answer: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |request, count| match request.is_token() {
        true => Reply::token(count),
        false => answer(request, count),
    })
    .await
}

fn client(server: &Server) -> Client {
    server.builder().retry(RetryPolicy::default().initial_backoff(Duration::from_millis(1))).build().unwrap()
}

fn download(server: &Server) -> Download {
    client(server).request(Method::Get, "/recording").id("test.recording").read_bytes().download()
}

async fn all(download: Download) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    download.to_writer(&mut bytes).await.map(|size| {
        assert_eq!(size, bytes.len() as u64);
        bytes
    })
}

fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.wav");
    (folder, path)
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn downloads_cross_threads() {
    fn crosses<T: Send + 'static>() {}
    crosses::<Download>();
    crosses::<airudder_client::DownloadStream>();
    fn future_crosses(download: Download) -> impl Future + Send {
        download.to_file("a.wav")
    }
    let _ = future_crosses;
}

#[tokio::test]
async fn content_comes_as_a_stream_a_writer_and_a_file() {
    let server = server(|_, _| reply(&content())).await;
    let mut stream = download(&server).stream();
    let mut bytes = Vec::new();
    while let Some(piece) = stream.next().await {
        bytes.extend_from_slice(&piece.unwrap());
    }
    assert!(stream.next().await.is_none() && bytes == content());
    assert_eq!(all(download(&server)).await.unwrap(), content());
    let (folder, path) = folder();
    assert_eq!(download(&server).to_file(&path).await.unwrap(), 100_000);
    assert_eq!(fs::read(&path).unwrap(), content());
    assert_eq!(names(folder.path()), ["a.wav"]);
    let calls = server.calls();
    assert!(calls.iter().all(|call| call.header("accept-encoding") == Some("identity")));
    assert!(calls.iter().all(|call| call.header("range").is_none()));
}

#[tokio::test]
async fn empty_content_is_content() {
    let server = server(|_, _| reply(b"")).await;
    let (_folder, path) = folder();
    assert_eq!(download(&server).to_file(&path).await.unwrap(), 0);
    assert!(fs::read(&path).unwrap().is_empty());
}

#[tokio::test]
async fn it_goes_on_where_the_connection_broke() {
    let server = server(|request, count| {
        let reply = ranged(request, &content(), "\"v1\"");
        if count < 2 { reply.cut_after(30_000) } else { reply }
    })
    .await;
    assert_eq!(all(download(&server)).await.unwrap(), content());
    let calls = server.calls();
    let ranges: Vec<_> = calls.iter().map(|call| (call.header("range"), call.header("if-range"))).collect();
    let tag = Some("\"v1\"");
    assert_eq!(ranges, [(None, None), (Some("bytes=30000-"), tag), (Some("bytes=60000-"), tag)]);
}

#[tokio::test]
async fn a_part_that_is_shorter_than_the_rest_is_gone_on_from() {
    let server = server(|request, _| {
        let body = content();
        let Some(start) = start(request) else {
            return reply(&body).with_header("ETag", "\"v1\"").cut_after(10_000);
        };
        let end = (start + 45_000).min(body.len());
        let range = format!("bytes {start}-{}/{}", end - 1, body.len());
        Reply::new(206, "audio/wav", &body[start..end]).with_header("Content-Range", range)
    })
    .await;
    assert_eq!(all(download(&server)).await.unwrap(), content());
    assert_eq!(server.calls().len(), 3);
}

#[tokio::test]
async fn without_ranges_the_same_content_is_skipped() {
    let server = server(|_, count| {
        let reply = reply(&content()).with_header("ETag", "\"v1\"").with_header("Accept-Ranges", "none");
        if count == 0 { reply.cut_after(30_000) } else { reply }
    })
    .await;
    assert_eq!(all(download(&server)).await.unwrap(), content());
    assert_eq!(server.calls()[1].header("range"), None);
}

#[tokio::test]
async fn without_a_validator_a_file_is_begun_anew_and_a_stream_ends() {
    let server = server(|_, count| match count {
        0 | 2 => reply(&[7; 100_000]).cut_after(30_000),
        _ => reply(&content()),
    })
    .await;
    let (_folder, path) = folder();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    let download_1 =
        download(&server).on_progress(move |progress| heard.lock().unwrap().push(progress.bytes));
    assert_eq!(download_1.to_file(&path).await.unwrap(), 100_000);
    assert_eq!(fs::read(&path).unwrap(), content());
    assert!(!seen.lock().unwrap().is_sorted(), "the count begins anew");
    let error = all(download(&server)).await.unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Io, Some(200)), "{error}");
    assert_eq!(server.calls().len(), 3);
}

#[tokio::test]
async fn two_contents_are_never_mixed() {
    let other = || vec![7; 100_000];
    // Whole at once, or as a part that claims to be of another content or of another length.
    let part = |body: &[u8], start: usize, total: usize| {
        let range = format!("bytes {start}-{}/{total}", start + body.len() - 1);
        Reply::new(206, "audio/wav", body).with_header("Content-Range", range)
    };
    for kind in 0..3 {
        let server = server(move |request, count| match (count, kind, start(request)) {
            (0, ..) => ranged(request, &content(), "\"v1\"").cut_after(30_000),
            (1, 1, Some(start)) => part(&other()[start..], start, 100_000).with_header("ETag", "\"v2\""),
            (1, 2, Some(start)) => part(&other()[start..], start, 200_000),
            _ => ranged(request, &other(), "\"v2\""),
        })
        .await;
        let error = all(download(&server)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(error.to_string().contains("another content"), "{error}");
        let again = server.calls().len();
        assert_eq!(again, 2);
    }
    for kind in 0..3 {
        let server = server(move |request, count| match (count, kind, start(request)) {
            (0, ..) => ranged(request, &content(), "\"v1\"").cut_after(30_000),
            (1, 1, Some(start)) => part(&other()[start..], start, 100_000).with_header("ETag", "\"v2\""),
            (1, 2, Some(start)) => part(&other()[start..], start, 200_000),
            _ => ranged(request, &other(), "\"v2\""),
        })
        .await;
        let (_folder, path) = folder();
        download(&server).to_file(&path).await.unwrap();
        assert_eq!(fs::read(&path).unwrap(), other());
    }
}

#[tokio::test]
async fn a_part_from_elsewhere_is_an_error() {
    for range in ["bytes 20000-99999/100000", "bytes nonsense"] {
        let server = server(move |request, count| match count {
            0 => ranged(request, &content(), "\"v1\"").cut_after(30_000),
            _ => Reply::new(206, "audio/wav", &content()[20_000..]).with_header("Content-Range", range),
        })
        .await;
        let error = all(download(&server)).await.unwrap_err();
        assert_eq!((error.kind(), error.http_status()), (ErrorKind::Decode, Some(206)), "{error}");
    }
    let server =
        server(|_, _| Reply::new(206, "audio/wav", "x").with_header("Content-Range", "bytes 5-5/6")).await;
    let error = all(download(&server)).await.unwrap_err();
    assert!(error.to_string().contains("when asked for all"), "{error}");
}

#[tokio::test]
async fn a_416_is_the_end_or_another_content() {
    let answer = |body: Vec<u8>| {
        move |request: &Received, count| {
            if count == 0 {
                // Its length is not told, so that only the next answer says that all is there.
                let mut reply = reply(&content()).with_header("ETag", "\"v1\"");
                reply.has_length = false;
                let reply = reply.with_header("Transfer-Encoding", "chunked");
                let framed =
                    [format!("{:x}\r\n", reply.body.len()).as_bytes(), &reply.body, b"\r\n"].concat();
                return Reply { body: framed, ..reply };
            }
            match start(request) {
                Some(_) => Reply::new(416, "text/plain", "")
                    .with_header("Content-Range", format!("bytes */{}", body.len())),
                None => reply(&body).with_header("ETag", "\"v2\""),
            }
        }
    };
    let whole = server(answer(content())).await;
    assert_eq!(all(download(&whole)).await.unwrap(), content());
    let shrunk = server(answer(b"less".to_vec())).await;
    let error = all(download(&shrunk)).await.unwrap_err();
    assert_eq!(error.http_status(), Some(416), "{error}");
    let shrunk = server(answer(b"less".to_vec())).await;
    let (_folder, path) = folder();
    assert_eq!(download(&shrunk).to_file(&path).await.unwrap(), 4);
    assert_eq!(fs::read(&path).unwrap(), b"less");
}

#[tokio::test]
async fn a_stall_is_a_break() {
    let server = server(|request, count| {
        let reply = ranged(request, &content(), "\"v1\"");
        if count == 0 { reply.cut_after(30_000).stalling() } else { reply }
    })
    .await;
    let stall = Duration::from_millis(50);
    assert_eq!(all(download(&server).stall_timeout(stall)).await.unwrap(), content());
    assert_eq!(server.calls()[1].header("range"), Some("bytes=30000-"));
}

#[tokio::test]
async fn what_may_not_go_on_ends_in_the_error_of_the_break() {
    let server = server(|request, _| ranged(request, &content(), "\"v1\"").cut_after(1_000).stalling()).await;
    let call = || client(&server).request(Method::Get, "/recording").read_bytes();
    let stall = Duration::from_millis(50);
    for (download, calls) in [
        (call().download().max_resumes(0), 1),
        (call().no_retry().download(), 1),
        (call().effect(Effect::Idempotent).download(), 1),
        (call().download().max_resumes(2), 3),
    ] {
        let before = server.calls().len();
        let error = all(download.stall_timeout(stall)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.is_timeout() && error.to_string().contains("stall_timeout"), "{error}");
        assert_eq!(server.calls().len() - before, calls);
    }
    let deadline = Instant::now() + stall;
    let error = all(call().deadline(deadline).download()).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("deadline"), "{error}");
}

#[tokio::test]
async fn the_size_is_capped_by_what_is_told_and_by_what_comes() {
    for has_length in [true, false] {
        let server = server(move |_, _| {
            let mut reply = reply(&content());
            reply.has_length = has_length;
            reply
        })
        .await;
        let (folder, path) = folder();
        let error = download(&server).max_size(99_999).to_file(&path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
        assert!(error.to_string().contains("max_size"), "{error}");
        assert!(names(folder.path()).is_empty());
        assert_eq!(all(download(&server).max_size(100_000)).await.unwrap().len(), 100_000);
    }
}

#[tokio::test]
async fn an_envelope_in_place_of_content_is_the_vendors_error() {
    let server = server(|_, _| Reply::json(r#"{"code":404,"message":"no such call"}"#)).await;
    let (folder, path) = folder();
    fs::write(&path, "before").unwrap();
    let error = download(&server).to_file(&path).await.unwrap_err();
    assert_eq!((error.kind(), error.vendor_code()), (ErrorKind::Api, Some(Code::NOT_FOUND)));
    assert_eq!(error.operation(), Some("test.recording"));
    assert_eq!(
        (names(folder.path()), fs::read(&path).unwrap()),
        (vec!["a.wav".to_owned()], b"before".to_vec())
    );
}

#[tokio::test]
async fn json_that_is_no_failure_is_content() {
    let server = server(|_, _| Reply::json(r#"{"a":1}"#)).await;
    assert_eq!(all(download(&server)).await.unwrap(), br#"{"a":1}"#);
    let error = all(download(&server).content_type("audio/")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn a_refused_token_is_replaced() {
    for reply_1 in [Reply::refused(), Reply::refused().with_status(401)] {
        let server =
            server(move |_, count| if count == 0 { reply_1.clone() } else { reply(&content()) }).await;
        assert_eq!(all(download(&server)).await.unwrap(), content());
        assert_eq!((server.tokens().len(), server.calls().len()), (2, 2));
        assert_eq!(server.calls()[1].header("authorization"), Some("Token canary-token-1"));
    }
}

#[tokio::test]
async fn a_token_refused_half_way_is_replaced() {
    let server = server(|request, count| match count {
        0 => ranged(request, &content(), "\"v1\"").cut_after(30_000),
        1 => Reply::refused(),
        _ => ranged(request, &content(), "\"v1\""),
    })
    .await;
    assert_eq!(all(download(&server)).await.unwrap(), content());
    assert_eq!((server.tokens().len(), server.calls()[2].header("range")), (2, Some("bytes=30000-")));
}

#[tokio::test]
async fn a_page_or_another_type_or_an_encoding_is_an_error() {
    let page = "<html><body>Please log in</body></html>";
    for (reply, expected, excerpt) in [
        (Reply::new(200, "text/html; charset=utf-8", page), None, Some(page)),
        (Reply::new(200, "Text/HTML", ""), None, None),
        (Reply::new(200, "text/plain", "sorry"), Some("audio/"), Some("sorry")),
        (self::reply(b"zipped").with_header("Content-Encoding", "gzip"), None, Some("zipped")),
    ] {
        let server = server(move |_, _| reply.clone()).await;
        let mut download = download(&server);
        if let Some(prefix) = expected {
            download = download.content_type(prefix);
        }
        let (folder, path) = folder();
        let error = download.to_file(&path).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.excerpt(), error.http_status()),
            (ErrorKind::Decode, excerpt, Some(200))
        );
        assert_eq!((server.calls().len(), names(folder.path()).len()), (1, 0), "{error}");
    }
}

#[tokio::test]
async fn parts_are_asked_for_by_the_download_alone() {
    let server = server(|_, _| reply(&content())).await;
    let call = client(&server).request(Method::Get, "/recording").read_bytes();
    let error = all(call.header("range", "bytes=5-").download()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn progress_is_told() {
    let server = server(|request, count| {
        let reply = ranged(request, &content(), "\"v1\"");
        if count == 0 { reply.cut_after(30_000) } else { reply }
    })
    .await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    all(download(&server).on_progress(move |progress| heard.lock().unwrap().push(progress))).await.unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen.is_sorted_by_key(|progress| progress.bytes));
    assert!(seen.iter().all(|progress| progress.total == Some(100_000)));
    assert_eq!(seen.last().unwrap().bytes, 100_000);
}

#[tokio::test]
async fn a_file_has_its_name_only_once_it_is_whole() {
    let server =
        server(|request, _| ranged(request, &content(), "\"v1\"").cut_after(50_000).stalling()).await;
    let (folder, path) = folder();
    fs::write(&path, "before").unwrap();
    let (half, half_way) = tokio::sync::oneshot::channel();
    let mut half = Some(half);
    let download = download(&server).on_progress(move |progress| {
        if progress.bytes == 50_000 {
            half.take().unwrap().send(()).unwrap();
        }
    });
    tokio::select! {
        _ = download.to_file(&path) => panic!("it stalls"),
        done = async { half_way.await.unwrap(); tokio::task::yield_now().await } => done,
    }
    assert_eq!(names(folder.path()), ["a.wav"], "dropping removes what is not whole");
    assert_eq!(fs::read(&path).unwrap(), b"before");
}

#[tokio::test]
async fn a_failed_download_leaves_nothing() {
    let server = server(|_, _| reply(&content()).cut_after(50_000)).await;
    let (folder, path) = folder();
    let error = download(&server).max_resumes(0).to_file(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(names(folder.path()).is_empty());
    let error = download(&server).to_file(folder.path().join("no/such/a.wav")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Local);
    assert!(std::error::Error::source(&error).is_some() && !error.to_string().contains("such"), "{error}");
    let error = download(&server).to_file("/").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

struct Log(Arc<Mutex<Vec<String>>>);

impl Hook for Log {
    fn after_attempt(&self, end: &AttemptEnd<'_>) {
        if end.call.operation == "test.recording" {
            self.0.lock().unwrap().push(format!("attempt {:?}", end.status));
        }
    }

    fn at_end(&self, end: &CallEnd<'_>) {
        if end.call.operation == "test.recording" {
            self.0.lock().unwrap().push(match end.outcome {
                CallOutcome::Done { status } => format!("done {status}"),
                CallOutcome::Failed { error, .. } => format!("failed {error:?}"),
                _ => "dropped".to_owned(),
            });
        }
    }
}

#[tokio::test]
async fn hooks_see_each_request_and_its_end() {
    let server = server(|request, count| {
        let reply = ranged(request, &content(), "\"v1\"");
        if count == 0 { reply.cut_after(30_000) } else { reply }
    })
    .await;
    let log: Arc<Mutex<Vec<String>>> = Arc::default();
    let client = server
        .builder()
        .hook(Log(Arc::clone(&log)))
        .retry(RetryPolicy::default().initial_backoff(Duration::from_millis(1)))
        .build()
        .unwrap();
    let call = || client.request(Method::Get, "/recording").id("test.recording").read_bytes();
    all(call().download()).await.unwrap();
    let mut stream = call().download().stream();
    let first: Bytes = stream.next().await.unwrap().unwrap();
    assert!(!first.is_empty());
    drop(stream);
    let expected =
        ["attempt Some(200)", "failed Io", "attempt Some(206)", "done 206", "attempt Some(200)", "dropped"];
    assert_eq!(*log.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_place_among_the_requests_is_kept_until_the_content_is_there() {
    let server = server(|_, _| reply(&content()).cut_after(50_000).stalling()).await;
    let client = server.builder().concurrency_limit(1).build().unwrap();
    let call = || client.request(Method::Get, "/recording").read_bytes();
    let mut stream = call().download().stream();
    stream.next().await.unwrap().unwrap();
    let error = call().total_timeout(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0), "{error}");
    drop(stream);
    let mut stream = call().download().stream();
    stream.next().await.unwrap().unwrap();
}
