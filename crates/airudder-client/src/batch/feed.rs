//! The entries of a list, cut into chunks.

use std::collections::VecDeque;
use std::ops::Range;
use std::task::{Context, Poll, ready};

use serde::Serialize;

use super::report::Ending;
use super::source::Items;
use crate::digest::{Digest, measure};
use crate::redact;

/// Reads a list from its beginning, chunk by chunk.
pub(super) struct Feed<'a, T> {
    /// What comes before the source.
    first: VecDeque<T>,
    source: Items<'a, T>,
    is_dry: bool,
    /// Read, and too long for the chunk before.
    waiting: Option<Measured<T>>,
    /// The chunk that is being made.
    items: Vec<T>,
    bytes: usize,
    start: u64,
    /// Behind its last entry.
    end: u64,
    /// Of all entries up to there.
    digest: Digest,
}

struct Measured<T> {
    item: T,
    digest: Digest,
    bytes: usize,
}

/// A chunk, empty behind the end of the list.
pub(super) struct Parcel<T> {
    pub(super) items: Vec<T>,
    pub(super) range: Range<u64>,
    /// Of the list up to the end of the chunk.
    pub(super) digest: Digest,
}

/// How long a chunk may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) items: u64,
    pub(super) bytes: usize,
}

/// Why there is no chunk.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) ending: Ending,
    pub(super) reason: String,
}

impl<'a, T: Serialize> Feed<'a, T> {
    pub(super) fn new(first: Vec<T>, source: Items<'a, T>) -> Self {
        Self {
            first: first.into(),
            source,
            is_dry: false,
            waiting: None,
            items: Vec::new(),
            bytes: 0,
            start: 0,
            end: 0,
            digest: Digest::EMPTY,
        }
    }

    /// How long the list is at the least; to be asked before anything is read.
    pub(super) fn at_least(&self) -> u64 {
        (self.first.len() as u64).saturating_add(self.source.at_least() as u64)
    }

    /// How many entries were taken.
    pub(super) fn position(&self) -> u64 {
        self.start
    }

    /// Takes the next chunk; if it is not kept, its entries are only counted. What was read stays if it is not ready.
    pub(super) fn poll_take(
        &mut self,
        cx: &mut Context<'_>,
        bounds: Bounds,
        is_kept: bool,
    ) -> Poll<Result<Parcel<T>, Fault>> {
        while self.end - self.start < bounds.items {
            let Some(next) = ready!(self.poll_item(cx))? else { break };
            // A comma goes between two entries.
            let bytes = self.bytes.saturating_add(next.bytes).saturating_add(1);
            let is_first = self.end == self.start;
            if bytes > bounds.bytes {
                if is_first {
                    let (index, bytes) = (self.end, next.bytes);
                    let reason = format!(
                        "entry {index} takes {bytes} bytes and a chunk at most {}: mend it, or raise max_bytes",
                        bounds.bytes
                    );
                    return Poll::Ready(Err(Fault { ending: Ending::BadItem, reason }));
                }
                self.waiting = Some(next);
                break;
            }
            self.bytes = bytes;
            self.end += 1;
            self.digest.chain(next.digest);
            if is_kept {
                self.items.push(next.item);
            }
        }
        let range = self.start..self.end;
        self.start = self.end;
        self.bytes = 0;
        Poll::Ready(Ok(Parcel { items: std::mem::take(&mut self.items), range, digest: self.digest }))
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Measured<T>>, Fault>> {
        if let Some(item) = self.waiting.take() {
            return Poll::Ready(Ok(Some(item)));
        }
        let item = match self.first.pop_front() {
            Some(item) => item,
            None if self.is_dry => return Poll::Ready(Ok(None)),
            None => match ready!(self.source.poll_next(cx)) {
                Some(Ok(item)) => item,
                Some(Err(error)) => {
                    let reason = format!("the list cannot be read: {}", redact::message(&error.to_string()));
                    return Poll::Ready(Err(Fault { ending: Ending::Unreadable, reason }));
                }
                None => {
                    self.is_dry = true;
                    return Poll::Ready(Ok(None));
                }
            },
        };
        match measure(&item) {
            Ok((digest, bytes)) => Poll::Ready(Ok(Some(Measured { item, digest, bytes }))),
            Err(error) => {
                let why = redact::message(&error.to_string());
                let reason = format!("entry {} has no form in JSON: {why}", self.end);
                Poll::Ready(Err(Fault { ending: Ending::BadItem, reason }))
            }
        }
    }
}
