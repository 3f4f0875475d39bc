//! The sending of a batch.

use std::collections::VecDeque;
use std::fmt;
use std::future::IntoFuture;
use std::ops::Range;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::feed::{Bounds, Fault, Feed, Parcel};
use super::report::{Chunk, Ending, Fate, Report};
use super::{Batched, Source};
use crate::digest;
use crate::error::BoxError;
use crate::redact;
use crate::transport::BoxFuture;
use crate::{CallOptions, Client, Error};

/// How many bytes the entries of a chunk may have as JSON: 512 KiB, half of what common servers take for a body unless
/// they are told otherwise. What the vendor takes was not seen.
pub const DEFAULT_MAX_BYTES: usize = 512 * 1024;

/// A list on its way; nothing is read and nothing is sent before it is polled.
///
/// [`run`](Self::run) sends it all. [`next`](Self::next) gives the outcome of chunk after chunk, with the answers, and
/// so does the `Stream` that it is.
///
/// The list is read as far as the next chunk needs, when that chunk can be sent: at most one chunk of entries is held,
/// and the bodies of those under way.
#[must_use = "a batch sends nothing unless it is run"]
pub struct Batch<'a, O: Batched> {
    client: Client,
    /// Without entries.
    request: O,
    feed: Feed<'a, O::Item>,
    settings: Settings<'a>,
    watch: Watch,
    /// The chunks of the report that it was resumed from, as far as the list has not come to them.
    known: VecDeque<Known>,
    is_begun: bool,
    calls: Vec<Called<O>>,
}

struct Settings<'a> {
    options: CallOptions,
    concurrency: usize,
    max_items: usize,
    max_bytes: usize,
    max_total: Option<u64>,
    held: u64,
    stop_at: StopAt,
    journal: Option<Journal<'a>>,
}

type Journal<'a> = Box<dyn FnMut(&Report) -> Result<(), BoxError> + Send + 'a>;

/// A chunk that was sent before.
struct Known {
    index: usize,
    chunk: Chunk,
}

/// A chunk to be sent and its index; `None` at the end of the list.
type Next<T> = Option<(usize, Parcel<T>)>;

/// A chunk under way.
struct Called<O: Batched> {
    index: usize,
    items: Range<u64>,
    answer: BoxFuture<'static, Result<O::Answer, Error>>,
}

/// At what a batch stops. What is under way is waited for; nothing more is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StopAt {
    /// At a chunk that was refused or is of unknown fate.
    #[default]
    Failure,
    /// At a chunk of unknown fate.
    Unknown,
    /// At neither.
    Never,
}

/// What became of one chunk, with the vendor's own words.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome<A> {
    /// Its place in [`Report::chunks`].
    pub chunk: usize,
    /// Which entries of the list, counted from 0.
    pub items: Range<u64>,
    /// The answer of a chunk that was accepted, which may list entries that were not, or the error.
    pub result: Result<A, Error>,
}

impl<A> Outcome<A> {
    /// Whether the chunk arrived.
    pub fn fate(&self) -> Fate {
        match &self.result {
            Ok(_) => Fate::Accepted,
            Err(error) if error.may_have_taken_effect() => Fate::Unknown,
            Err(_) => Fate::Refused,
        }
    }
}

/// Reads the report of a batch while it runs, and after it was dropped. Clones read the same.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Mutex<Report>>);

impl Watch {
    /// The report as it is now.
    pub fn report(&self) -> Report {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Report> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    /// Prepares to send a list in chunks. Entries that the request has already come first.
    ///
    /// Nothing is sent before the batch is polled.
    pub fn batch<'a, O: Batched<Item: 'a>>(
        &self,
        mut request: O,
        items: impl Source<O::Item> + 'a,
    ) -> Batch<'a, O> {
        let first = std::mem::take(request.items_mut());
        let report = Report::new(O::DESCRIPTION.id, digest::of_request(&request));
        Batch {
            client: self.clone(),
            request,
            feed: Feed::new(first, items.into_items()),
            settings: Settings {
                options: CallOptions::new(),
                concurrency: 1,
                max_items: O::MAX_ITEMS,
                max_bytes: DEFAULT_MAX_BYTES,
                max_total: O::MAX_TOTAL,
                held: 0,
                stop_at: StopAt::default(),
                journal: None,
            },
            watch: Watch(Arc::new(Mutex::new(report))),
            known: VecDeque::new(),
            is_begun: false,
            calls: Vec::new(),
        }
    }
}

impl<'a, O: Batched> Batch<'a, O> {
    /// Takes these options for the request of each chunk.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.settings.options = options;
        self
    }

    /// Sends so many chunks at a time; one after the other otherwise.
    ///
    /// With more than one the vendor may get them in another order than that of the list, and more than one may be of
    /// unknown fate in the end.
    pub fn concurrency(mut self, chunks: usize) -> Self {
        self.settings.concurrency = chunks.max(1);
        self
    }

    /// Puts at most so many entries into a chunk; as many as the vendor documents otherwise.
    pub fn max_items(mut self, items: usize) -> Self {
        self.settings.max_items = items.max(1);
        self
    }

    /// Makes the entries of a chunk at most so many bytes of JSON; [`DEFAULT_MAX_BYTES`] otherwise.
    ///
    /// What the request has besides its entries is not counted. A single entry that is longer ends the batch.
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_bytes = bytes;
        self
    }

    /// Sends at most so many entries in all, less those that are [held](Self::held) already, or any number; what the
    /// vendor documents otherwise.
    ///
    /// A list that is known to be longer is not begun. One that turns out to be longer ends at the limit, with
    /// [`Ending::Overflow`].
    pub fn max_total(mut self, items: impl Into<Option<u64>>) -> Self {
        self.settings.max_total = items.into();
        self
    }

    /// Says how many entries were there before the list; none otherwise.
    pub fn held(mut self, items: u64) -> Self {
        self.settings.held = items;
        self
    }

    /// Says at what to stop; at each failure otherwise.
    pub fn stop_at(mut self, stop_at: StopAt) -> Self {
        self.settings.stop_at = stop_at;
        self
    }

    /// Tells each change of the report, to be written down where a crash does not reach it: just before a chunk is sent,
    /// when it counts as of unknown fate, once its fate is known, and at the end.
    ///
    /// If it fails, nothing more is sent, nor is the chunk that was to be sent.
    ///
    /// ```no_run
    /// # use airudder_client::batch::{Batch, Batched};
    /// # fn example<O: Batched>(batch: Batch<'_, O>) -> Batch<'_, O> {
    /// batch.journal(|report| {
    ///     std::fs::write("contacts.tmp", report.to_string())?;
    ///     std::fs::rename("contacts.tmp", "contacts.batch")
    /// })
    /// # }
    /// ```
    pub fn journal<E: Into<BoxError>>(
        mut self,
        mut write: impl FnMut(&Report) -> Result<(), E> + Send + 'a,
    ) -> Self {
        self.settings.journal = Some(Box::new(move |report| write(report).map_err(Into::into)));
        self
    }

    /// Goes on from the report of another batch, with the same request and the same list from its beginning.
    ///
    /// Chunks that were accepted or are of unknown fate are passed over, those that were refused are sent again. The list
    /// is compared as it is read: before anything of a chunk is sent, all up to its end is known to be the same. With
    /// another request or another list it ends there, with [`Ending::OtherList`].
    pub fn resume(mut self, report: Report) -> Self {
        self.known =
            report.chunks.iter().cloned().enumerate().map(|(index, chunk)| Known { index, chunk }).collect();
        let is_same = {
            let mut own = self.watch.lock();
            let is_same = (&own.operation, own.request) == (&report.operation, report.request);
            let ending = if is_same { Ending::Open } else { Ending::OtherList };
            let reason =
                (!is_same).then(|| "the report is of another request; resume with the same one".to_owned());
            *own = Report { ending, reason, ..report };
            is_same
        };
        self.is_begun = !is_same;
        self
    }

    /// Sends the whole list and tells what became of it.
    ///
    /// It never fails as such: look whether the report [is complete](Report::is_complete). When the future is dropped, a
    /// [`Watch`] has the report.
    #[must_use = "the report tells what was not sent"]
    pub async fn run(mut self) -> Report {
        while self.next().await.is_some() {}
        self.report()
    }

    /// The outcome of the next chunk that is done, or `None` when there is nothing more to wait for.
    ///
    /// Dropping the future loses nothing; chunks under way go on when it is called again.
    pub async fn next(&mut self) -> Option<Outcome<O::Answer>> {
        std::future::poll_fn(|cx| self.poll_outcome(cx)).await
    }

    /// The report as it is now.
    pub fn report(&self) -> Report {
        self.watch.report()
    }

    /// What reads the report while the batch runs, and after it was dropped.
    pub fn watch(&self) -> Watch {
        self.watch.clone()
    }

    fn poll_outcome(&mut self, cx: &mut Context<'_>) -> Poll<Option<Outcome<O::Answer>>> {
        self.begin();
        loop {
            if let Some(outcome) = self.poll_calls(cx) {
                return Poll::Ready(Some(outcome));
            }
            let is_open = self.watch.lock().ending == Ending::Open;
            if !is_open && self.calls.is_empty() {
                return Poll::Ready(None);
            }
            if !is_open || self.calls.len() >= self.settings.concurrency {
                return Poll::Pending;
            }
            match ready!(self.poll_chunk(cx)) {
                Ok(Some((index, parcel))) => self.send(index, parcel),
                Ok(None) => self.end(Ending::Whole, None),
                Err(Fault { ending, reason }) => self.end(ending, Some(reason)),
            }
        }
    }

    /// Refuses what is known to be too long.
    fn begin(&mut self) {
        if !std::mem::replace(&mut self.is_begun, true)
            && let Some(room) = self.room()
            && self.feed.at_least() > room
        {
            let Fault { ending, reason } = self.overflow();
            self.end(ending, Some(reason));
        }
    }

    /// How many entries there is room for in all.
    fn room(&self) -> Option<u64> {
        self.settings.max_total.map(|total| total.saturating_sub(self.settings.held))
    }

    fn overflow(&self) -> Fault {
        let (total, held) = (self.settings.max_total.unwrap_or(u64::MAX), self.settings.held);
        let sent = self.feed.position();
        let reason = format!(
            "the list is longer than there is room for: {total} entries at most, {held} of them there before, so \
             nothing was sent from entry {sent} on; add the rest to something else, or set max_total if the limit is wrong"
        );
        Fault { ending: Ending::Overflow, reason }
    }

    /// What is under way: the first that is done is taken out.
    fn poll_calls(&mut self, cx: &mut Context<'_>) -> Option<Outcome<O::Answer>> {
        let done =
            self.calls.iter_mut().enumerate().find_map(|(at, call)| match call.answer.as_mut().poll(cx) {
                Poll::Ready(result) => Some((at, result)),
                Poll::Pending => None,
            });
        let (at, result) = done?;
        let Called { index, items, .. } = self.calls.remove(at);
        let outcome = Outcome { chunk: index, items, result };
        self.note(&outcome);
        Some(outcome)
    }

    fn note(&mut self, outcome: &Outcome<O::Answer>) {
        let fate = outcome.fate();
        let mut report = self.watch.lock();
        if let Some(chunk) = report.chunks.get_mut(outcome.chunk) {
            chunk.fate = fate;
            match &outcome.result {
                Ok(answer) => chunk.refused = O::refused(answer) as u64,
                Err(error) => chunk.reason = Some(error.to_string()),
            }
        }
        let is_open = report.ending == Ending::Open;
        drop(report);
        let stops = match self.settings.stop_at {
            StopAt::Failure => fate != Fate::Accepted,
            StopAt::Unknown => fate == Fate::Unknown,
            StopAt::Never => false,
        };
        if is_open && stops {
            let reason = format!("chunk {} is {fate}; see its reason", outcome.chunk);
            self.end(Ending::Stopped, Some(reason));
        } else {
            self.tell();
        }
    }

    /// The next chunk to be sent.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Next<O::Item>, Fault>> {
        if let Some(Known { index, chunk }) = self.known.front() {
            let bounds = Bounds { items: chunk.items.end - chunk.items.start, bytes: usize::MAX };
            let is_refused = chunk.fate == Fate::Refused;
            let parcel = ready!(self.feed.poll_take(cx, bounds, is_refused))?;
            if parcel.range != chunk.items || parcel.digest != chunk.digest {
                let reason = format!("the list is not the one of the report: chunk {index} differs");
                return Poll::Ready(Err(Fault { ending: Ending::OtherList, reason }));
            }
            let index = *index;
            self.known.pop_front();
            if is_refused {
                return Poll::Ready(Ok(Some((index, parcel))));
            }
            // A long list is passed over without holding up the thread.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let room = self.room().map_or(u64::MAX, |room| room.saturating_sub(self.feed.position()));
        let (max_items, bytes) = (self.settings.max_items as u64, self.settings.max_bytes);
        if room == 0 {
            let beyond = ready!(self.feed.poll_take(cx, Bounds { items: 1, bytes: usize::MAX }, false))?;
            let is_end = beyond.range.is_empty();
            return Poll::Ready(if is_end { Ok(None) } else { Err(self.overflow()) });
        }
        let parcel = ready!(self.feed.poll_take(cx, Bounds { items: max_items.min(room), bytes }, true))?;
        let index = self.watch.lock().chunks.len();
        Poll::Ready(Ok((!parcel.range.is_empty()).then_some((index, parcel))))
    }

    /// Puts a chunk on its way. It counts as of unknown fate before anything of it is sent.
    fn send(&mut self, index: usize, parcel: Parcel<O::Item>) {
        let Parcel { items, range, digest } = parcel;
        let fresh = Chunk { items: range.clone(), fate: Fate::Unknown, refused: 0, reason: None, digest };
        let mut report = self.watch.lock();
        let before = match report.chunks.get_mut(index) {
            Some(chunk) => Some(std::mem::replace(chunk, fresh)),
            None => {
                report.chunks.push(fresh);
                None
            }
        };
        drop(report);
        if !self.tell() {
            let mut report = self.watch.lock();
            match (report.chunks.get_mut(index), before) {
                (Some(chunk), Some(before)) => *chunk = before,
                _ => report.chunks.truncate(index),
            }
            return;
        }
        *self.request.items_mut() = items;
        let call = self.client.call(&self.request).options(self.settings.options.clone());
        *self.request.items_mut() = Vec::new();
        self.calls.push(Called { index, items: range, answer: Box::pin(call.into_future()) });
    }

    fn end(&mut self, ending: Ending, reason: Option<String>) {
        let mut report = self.watch.lock();
        report.ending = ending;
        report.reason = reason;
        drop(report);
        self.tell();
    }

    /// Tells the journal; false if that failed, which ends the batch.
    fn tell(&mut self) -> bool {
        let Some(journal) = &mut self.settings.journal else { return true };
        let Err(error) = journal(&self.watch.report()) else { return true };
        self.settings.journal = None;
        let mut report = self.watch.lock();
        report.ending = Ending::Journal;
        report.reason = Some(format!("the journal failed: {}", redact::message(&error.to_string())));
        false
    }
}

impl<O: Batched> Stream for Batch<'_, O> {
    type Item = Outcome<O::Answer>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_outcome(cx)
    }
}

/// Nothing in it is pinned.
impl<O: Batched> Unpin for Batch<'_, O> {}

/// Shows no entries and no argument: they may be personal data.
impl<O: Batched> fmt::Debug for Batch<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("operation", &O::DESCRIPTION.id)
            .field("concurrency", &self.settings.concurrency)
            .field("max_items", &self.settings.max_items)
            .field("max_bytes", &self.settings.max_bytes)
            .field("max_total", &self.settings.max_total)
            .field("report", &*self.watch.lock())
            .finish_non_exhaustive()
    }
}
