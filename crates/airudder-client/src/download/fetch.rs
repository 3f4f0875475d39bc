//! The receiving of content, over as many requests as it takes.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, IF_RANGE, RANGE};
use tokio::time::{Instant, Sleep, sleep};
use tracing::debug;

use super::range::{Extent, unsatisfied};
use super::version::Version;
use super::{Progress, Settings};
use crate::attempt::{Mode, Received, Streamed, after};
use crate::error::ErrorKind;
use crate::exchange::Exchange;
use crate::limit::Permit;
use crate::transport::{BodyStream, once};
use crate::{Call, Decision, Effect, Error, Situation, redact};

/// What the receiver gets.
pub(super) enum Piece {
    Bytes(Bytes),
    /// What came so far is void: the content begins anew.
    Restart,
}

/// A download under way.
pub(super) struct Fetch {
    /// To ask once more.
    call: Option<Call<Bytes>>,
    settings: Settings,
    /// Whether the receiver can begin anew.
    restarts: bool,
    state: State,
    /// How many bytes the receiver has.
    received: u64,
    /// What they belong to.
    version: Option<Version>,
    resumes: u32,
}

enum State {
    /// Until the next request.
    Waiting(Pin<Box<Sleep>>),
    Opening(Box<Exchange>),
    Reading(Box<Reading>),
    Over,
}

/// A body that is coming in.
struct Reading {
    exchange: Exchange,
    status: u16,
    body: BodyStream,
    /// The place among the requests under way.
    _permit: Permit,
    /// Why the body is not wanted; its beginning is for the error.
    refusal: Option<Error>,
    /// How many bytes are still to come, if that is known.
    left: Option<u64>,
    /// How many of those the receiver has already.
    skip: u64,
    timer: Pin<Box<Sleep>>,
    is_waiting: bool,
}

/// How an answer fits what the receiver has.
enum Fit {
    /// It begins this many bytes before the end of that.
    GoesOn {
        skip: u64,
    },
    /// It is another content, from its beginning or not.
    Other {
        is_whole: bool,
    },
    Nonsense(String),
}

impl Fetch {
    pub(super) fn new(mut call: Call<Bytes>, settings: Settings, restarts: bool) -> Self {
        if call.options.extras.headers.iter().any(|(name, _)| is_ours(name)) {
            let what = "a download asks for parts and encodings itself; leave such headers out";
            call.outgoing = Err(Error::invalid_input(what));
        }
        let again = call.duplicate();
        let state = State::Opening(Box::new(begin(call)));
        Self { call: again, settings, restarts, state, received: 0, version: None, resumes: 0 }
    }

    /// The next piece; `None` after the last one, or after an error.
    pub(super) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Piece, Error>>> {
        loop {
            let step = match &mut self.state {
                State::Over => return Poll::Ready(None),
                State::Waiting(pause) => {
                    ready!(pause.as_mut().poll(cx));
                    self.ask();
                    continue;
                }
                State::Opening(exchange) => {
                    let received = ready!(exchange.poll_received(cx));
                    self.opened(received)
                }
                State::Reading(reading) => {
                    let piece = ready!(reading.poll(cx, &self.settings, self.call.as_ref()));
                    self.came(piece)
                }
            };
            match step {
                Ok(None) => {}
                Ok(Some(piece)) => return Poll::Ready(Some(Ok(piece))),
                Err(error) => {
                    self.state = State::Over;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }

    /// Asks for what is missing, or for everything.
    fn ask(&mut self) {
        let Some(mut call) = self.call.as_ref().and_then(Call::duplicate) else {
            self.state = State::Over;
            return;
        };
        if let Some((range, validator)) = self.range() {
            call = call.header(RANGE.as_str(), range).header(IF_RANGE.as_str(), validator);
        }
        self.state = State::Opening(Box::new(begin(call)));
    }

    /// The headers that ask for what is missing; `None` if the server could answer with a piece of something else.
    fn range(&self) -> Option<(String, String)> {
        let version = self.version.as_ref().filter(|version| self.received > 0 && version.has_ranges)?;
        let validator = version.validator.as_ref()?.to_str().ok()?;
        Some((format!("bytes={}-", self.received), validator.to_owned()))
    }

    /// What an answer, or an error in its place, means.
    fn opened(&mut self, received: Result<Received, Error>) -> Result<Option<Piece>, Error> {
        let streamed = match received {
            Ok(Received::Stream(streamed)) => streamed,
            Ok(Received::Whole(answer)) => match answer.accepted() {
                Ok(head) => Streamed { body: once(head.body().clone()), head, permit: None },
                Err(error) => {
                    let State::Opening(exchange) = &mut self.state else { return Err(error) };
                    // The vendor may have refused the token: then there is another attempt.
                    return exchange.after(error).map_or(Ok(None), Err);
                }
            },
            Err(error) if error.http_status() == Some(416) && self.received > 0 => {
                // All of it is there if the break came right at the end.
                if error.headers().and_then(unsatisfied) == Some(self.received) {
                    self.state = State::Over;
                    return Ok(None);
                }
                return self.other(error);
            }
            Err(error) => return Err(error),
        };
        let State::Opening(exchange) = mem::replace(&mut self.state, State::Over) else { return Ok(None) };
        self.examine(*exchange, streamed)
    }

    /// Looks at the head of an answer before its body is read.
    fn examine(&mut self, mut exchange: Exchange, streamed: Streamed) -> Result<Option<Piece>, Error> {
        let Streamed { head, body, permit } = streamed;
        let (status, headers) = (head.status(), head.headers());
        let of_answer = |error: Error| error.with_raw(headers, &Bytes::new()).with_status(status);
        let nonsense = |what: String| of_answer(Error::new(ErrorKind::Decode, what));
        let refusal = self.refusal(status, headers).map(of_answer);
        let Some(extent) = Extent::of(status, headers) else {
            let what = "the server sent a part without saying which (HTTP 206)".to_owned();
            return Err(exchange.fail(nonsense(what)));
        };
        let version = Version::of(headers, extent.total);
        let mut skip = 0;
        let mut piece = None;
        if refusal.is_none() {
            match self.fit(&extent, &version) {
                Fit::GoesOn { skip: more } => skip = more,
                Fit::Other { is_whole: true } if self.restarts => {
                    (self.received, piece) = (0, Some(Piece::Restart));
                }
                Fit::Other { .. } => {
                    return self.other(exchange.fail(of_answer(other_content(self.received))));
                }
                Fit::Nonsense(what) => return Err(exchange.fail(nonsense(what))),
            }
            if extent.total.or(extent.len).is_some_and(|size| size > self.settings.max_size) {
                return Err(exchange.fail(of_answer(too_large(self.settings.max_size))));
            }
            // What a part does not repeat still holds.
            if let Some(old) = self.version.as_mut().filter(|_| self.received > 0) {
                old.total = old.total.or(version.total);
            } else {
                self.version = Some(version);
            }
        }
        self.state = State::Reading(Box::new(Reading {
            exchange,
            status,
            body,
            _permit: permit,
            refusal,
            left: extent.len,
            skip,
            timer: Box::pin(sleep(Duration::ZERO)),
            is_waiting: false,
        }));
        Ok(piece)
    }

    /// Why content with such a head is not wanted.
    fn refusal(&self, status: u16, headers: &HeaderMap) -> Option<Error> {
        let text =
            |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let encoding = text(CONTENT_ENCODING).trim();
        if !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity") {
            let what = format!("the content (HTTP {status}) is encoded, although it was asked for as it is");
            return Some(Error::new(ErrorKind::Decode, what));
        }
        let content_type = text(CONTENT_TYPE).trim().to_ascii_lowercase();
        let is_expected = match &self.settings.content_type {
            Some(prefix) => content_type.starts_with(&prefix.to_ascii_lowercase()),
            None => !["text/html", "application/xhtml"].iter().any(|page| content_type.starts_with(page)),
        };
        (!is_expected).then(|| {
            let expected = self.settings.content_type.as_deref().unwrap_or("the content");
            let content_type = redact::redact(&content_type);
            let what = format!(
                "the server (HTTP {status}) sent {content_type:?} in place of {expected}; the address may be wrong, or a \
                 proxy answered"
            );
            Error::new(ErrorKind::Decode, what)
        })
    }

    /// How an answer fits what the receiver has.
    fn fit(&self, extent: &Extent, version: &Version) -> Fit {
        let Some(known) = self.version.as_ref().filter(|_| self.received > 0) else {
            return match extent.start {
                0 => Fit::GoesOn { skip: 0 },
                start => {
                    Fit::Nonsense(format!("the server sent a part from byte {start} when asked for all"))
                }
            };
        };
        // A part only comes if the validator still holds, so that it need not be said again.
        let is_proven = known.validator.is_some() && extent.start > 0;
        let is_same = if is_proven { known.may_be(version) } else { known.is(version) };
        if !is_same {
            Fit::Other { is_whole: extent.start == 0 }
        } else if extent.start == self.received {
            Fit::GoesOn { skip: 0 }
        } else if extent.start == 0 {
            Fit::GoesOn { skip: self.received }
        } else {
            let (start, received) = (extent.start, self.received);
            Fit::Nonsense(format!(
                "the server sent a part from byte {start} when asked for byte {received} on"
            ))
        }
    }

    /// The content is another one: begins anew if the receiver can.
    fn other(&mut self, error: Error) -> Result<Option<Piece>, Error> {
        if !self.restarts || self.resumes >= self.settings.max_resumes {
            return Err(error);
        }
        self.resumes += 1;
        (self.received, self.version) = (0, None);
        self.ask();
        Ok(Some(Piece::Restart))
    }

    /// What a piece of a body, or a break in its place, means.
    fn came(&mut self, piece: Result<Option<Bytes>, Error>) -> Result<Option<Piece>, Error> {
        let State::Reading(reading) = &mut self.state else { return piece.map(|_| None) };
        let piece = match piece {
            Ok(piece) => piece,
            Err(error) => return self.broke(error),
        };
        if let Some(refusal) = reading.refusal.take() {
            return Err(reading.exchange.fail(refusal.with_excerpt(&piece.unwrap_or_default())));
        }
        let total = self.version.as_ref().and_then(|version| version.total);
        let Some(mut bytes) = piece else {
            let is_short =
                reading.left.is_some_and(|left| left > 0) || total.is_some_and(|it| it > self.received);
            if is_short {
                return self.broke(ended_early(self.received));
            }
            if reading.skip > 0 {
                return Err(reading.exchange.fail(other_content(self.received)));
            }
            reading.exchange.succeed(reading.status);
            self.state = State::Over;
            return Ok(None);
        };
        let len = bytes.len() as u64;
        reading.left = reading.left.map(|left| left.saturating_sub(len));
        let known = reading.skip.min(len);
        reading.skip -= known;
        // No more than there are.
        bytes.advance(usize::try_from(known).unwrap_or(bytes.len()));
        if bytes.is_empty() {
            return Ok(None);
        }
        self.received = self.received.saturating_add(bytes.len() as u64);
        let error = if total.is_some_and(|total| self.received > total) {
            Some(Error::new(ErrorKind::Decode, "the content is longer than the server said"))
        } else if self.received > self.settings.max_size {
            Some(too_large(self.settings.max_size))
        } else {
            None
        };
        if let Some(error) = error {
            return Err(reading.exchange.fail(error.with_status(reading.status)));
        }
        if let Some(callback) = &mut self.settings.on_progress {
            callback(Progress { bytes: self.received, total });
        }
        Ok(Some(Piece::Bytes(bytes)))
    }

    /// A body ended before its end: goes on after a pause, if that is allowed and safe.
    fn broke(&mut self, error: Error) -> Result<Option<Piece>, Error> {
        let State::Reading(reading) = &mut self.state else { return Err(error) };
        let is_refused = reading.refusal.is_some();
        let error = reading.refusal.take().unwrap_or(error).with_status(reading.status);
        let error = reading.exchange.fail(error);
        if is_refused || !self.can_go_on() {
            return Err(error);
        }
        let Some(pause) = self.pause(&error) else { return Err(error) };
        self.resumes += 1;
        debug!(received = self.received, error.r#type = error.kind().as_str(), "going on after a break");
        // This gives back the body and the place among the requests.
        self.state = State::Waiting(Box::pin(sleep(pause)));
        Ok(None)
    }

    /// Whether the receiver can do with what will come.
    fn can_go_on(&self) -> bool {
        let is_told_apart = self.version.as_ref().is_some_and(|version| version.validator.is_some());
        self.restarts || self.received == 0 || is_told_apart
    }

    /// How long to wait before going on; `None` if that is not allowed.
    fn pause(&self, error: &Error) -> Option<Duration> {
        let call = self.call.as_ref()?;
        let effect = call.effect_in_force();
        if effect != Effect::Safe || self.resumes >= self.settings.max_resumes {
            return None;
        }
        let policy = call.options.retry.as_ref().unwrap_or(&call.core.retry);
        let remaining = deadline(call).map(|at| at.saturating_duration_since(Instant::now()));
        let situation = Situation {
            remaining: remaining.unwrap_or(Duration::MAX),
            ..Situation::new(1, error.outcome(), effect)
        };
        match call.core.reserve.decide(policy, situation) {
            Decision::Retry { after } => Some(after),
            Decision::Stop(_) => None,
        }
    }
}

impl Reading {
    /// The next piece of the body; `None` at its end.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        settings: &Settings,
        call: Option<&Call<Bytes>>,
    ) -> Poll<Result<Option<Bytes>, Error>> {
        if let Poll::Ready(piece) = self.body.as_mut().poll_next(cx) {
            self.is_waiting = false;
            let broken = "the connection broke before the content was whole";
            let piece = piece.transpose();
            return Poll::Ready(
                piece.map_err(|source| Error::new(ErrorKind::Io, broken).with_source(source)),
            );
        }
        let deadline = call.and_then(deadline);
        if !self.is_waiting {
            self.is_waiting = true;
            let stalled = after(Instant::now(), settings.stall_timeout);
            self.timer.as_mut().reset(deadline.map_or(stalled, |deadline| stalled.min(deadline)));
        }
        ready!(self.timer.as_mut().poll(cx));
        self.is_waiting = false;
        let what = if deadline.is_some_and(|at| at <= Instant::now()) {
            "the deadline of the call passed before the content was whole".to_owned()
        } else {
            format!(
                "no byte of the content came for {:?}; raise Download::stall_timeout if that is too short",
                settings.stall_timeout
            )
        };
        Poll::Ready(Err(Error::new(ErrorKind::Timeout, what)))
    }
}

/// Asks for the content as it is.
fn begin(call: Call<Bytes>) -> Exchange {
    call.header(ACCEPT_ENCODING.as_str(), "identity").exchange(Mode::Stream)
}

/// Whether a header is set by a download alone.
fn is_ours(name: &str) -> bool {
    [RANGE, IF_RANGE, ACCEPT_ENCODING].iter().any(|ours| name.eq_ignore_ascii_case(ours.as_str()))
}

fn deadline(call: &Call<Bytes>) -> Option<Instant> {
    call.options.deadline.map(Instant::from_std)
}

fn other_content(received: u64) -> Error {
    let what = format!(
        "the connection broke after {received} bytes, and the server has another content by now, or cannot prove that it \
         is the same; begin anew"
    );
    Error::new(ErrorKind::Decode, what)
}

fn ended_early(received: u64) -> Error {
    Error::new(ErrorKind::Io, format!("the content ended after {received} bytes, before its end"))
}

fn too_large(max_size: u64) -> Error {
    let what =
        format!("the content is longer than {max_size} bytes; raise Download::max_size if that is right");
    Error::new(ErrorKind::BodyTooLarge, what)
}
