//! Pages, and the stream of them.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::{Paged, Pager, State};
use crate::Error;

/// What an answer says of its page.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows<T> {
    pub(super) items: Vec<T>,
    pub(super) total: Option<u64>,
}

impl<T> Rows<T> {
    /// The entries of the page.
    pub fn new(items: Vec<T>) -> Self {
        Self { items, total: None }
    }

    /// Says how many entries the list has in all.
    #[must_use]
    pub fn with_total(mut self, total: Option<impl TryInto<u64>>) -> Self {
        self.total = total.and_then(|total| total.try_into().ok());
        self
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its number, from 1; where pages have cursors, they are counted.
    pub number: u64,
    /// Its entries, never none.
    pub items: Vec<T>,
    /// How many entries the list has in all, if the server says so.
    pub total: Option<u64>,
    /// How the list has moved since the page before.
    pub drift: Drift,
}

/// How a list has moved since the page before.
///
/// Where pages have numbers, an entry inserted in front moves all others back: one that was read comes again with the
/// next page. An entry removed moves them forward: one may never come. Nothing is left out for that, so whoever needs
/// each entry once looks at its id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drift {
    /// By how much the total has changed.
    pub total: i64,
    /// How many entries were on the page before as well.
    pub repeated: usize,
}

impl Drift {
    /// Whether the list has not moved, as far as can be told: without a total, a removed entry does not show.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The pages of a list, from [`Pager::pages`].
#[must_use = "pages are asked for when it is polled"]
pub struct Pages<O: Paged> {
    pub(super) pager: Pager<O>,
}

impl<O: Paged> Pages<O> {
    /// The next page, or `None` behind the last one. It is as cancel-safe as [`Pager::try_next`].
    ///
    /// # Errors
    /// As [`Pager::try_next`].
    pub async fn try_next(&mut self) -> Result<Option<Page<O::Item>>, Error> {
        std::future::poll_fn(|cx| self.pager.poll_page(cx)).await.transpose()
    }

    /// Where to resume: behind the page that was given last.
    pub fn state(&self) -> State {
        self.pager.state()
    }
}

impl<O: Paged> Stream for Pages<O> {
    type Item = Result<Page<O::Item>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pager.poll_page(cx)
    }
}

/// Nothing in it is pinned.
impl<O: Paged> Unpin for Pages<O> {}

impl<O: Paged> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pages").field(&self.pager).finish()
    }
}
