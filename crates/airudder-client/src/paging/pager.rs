//! The walk through a list.

use std::collections::VecDeque;
use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use super::guard::Guard;
use super::state::Place;
use super::{Drift, Mark, Page, Paged, Pages, State};
use crate::digest::{self, Digest};
use crate::error::ErrorKind;
use crate::transport::BoxFuture;
use crate::{CallOptions, Client, Error, Operation};

/// The entries of a list, page after page; nothing is sent before the first is asked for.
///
/// It begins with the page that the request asks for, the first one if it asks for none, and ends with an empty page, or
/// once it has given as many entries as the server says there are.
///
/// An error does not end it: the page is asked for again when the pager is polled again, so that no entry is lost.
/// Whoever skips errors should count them.
#[must_use = "pages are asked for when it is polled"]
pub struct Pager<O: Paged> {
    client: Client,
    request: O,
    options: CallOptions,
    /// Of the request but for the page that it asks for.
    digest: Digest,
    /// How many pages are read ahead.
    ahead: usize,
    /// How many entries are still to be given.
    left: Option<usize>,
    /// Pages that came. Some entries of the first may be gone, none of the others.
    pages: VecDeque<Arrived<O::Item>>,
    /// The page that is asked for next.
    next: Place,
    guard: Guard,
    call: Option<Called<O>>,
    /// Reading ahead has failed and waits until the page is due.
    is_held: bool,
}

struct Arrived<T> {
    /// In front of the first entry that is left.
    place: Place,
    items: vec::IntoIter<T>,
    drift: Drift,
}

struct Called<O: Operation> {
    answer: BoxFuture<'static, Result<O::Answer, Error>>,
    is_ahead: bool,
}

impl Client {
    /// Reads a list that comes in pages; nothing is sent before the first entry is asked for.
    pub fn pager<O: Paged>(&self, request: O) -> Pager<O> {
        Pager::new(self.clone(), request)
    }
}

impl<O: Paged> Pager<O> {
    fn new(client: Client, mut request: O) -> Self {
        let mark = request.mark();
        request.set_mark(&mark.first());
        let digest = digest::of_request(&request);
        Self {
            client,
            request,
            options: CallOptions::new(),
            digest,
            ahead: 0,
            left: None,
            pages: VecDeque::new(),
            next: Place::new(mark),
            guard: Guard::behind(None),
            call: None,
            is_held: false,
        }
    }

    /// Takes these options for the request of each page.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Gives at most so many entries.
    pub fn limit(mut self, items: usize) -> Self {
        self.left = Some(items);
        self
    }

    /// Reads so many pages ahead while the caller works on one; none otherwise.
    ///
    /// Nothing is spawned: a page ahead is asked for when the first entry of a page is given, and its answer is looked
    /// after whenever the pager is polled, which is with each entry. In between the connection works by itself as far as
    /// it can without the pager: the request goes out and an answer comes in, but a long one waits at some point. One
    /// request is under way at a time.
    ///
    /// An error of a page ahead is not given: the page is asked for again once it is due.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.ahead = pages;
        self
    }

    /// Goes on where another pager was, with the same request.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if the state is of another operation or of a request with other parameters. Which page
    /// either of the requests asks for does not matter.
    pub fn resume(mut self, state: State) -> Result<Self, Error> {
        let is_same = state.operation == O::DESCRIPTION.id && state.request == self.digest;
        if !is_same || state.place.mark.first() != self.next.mark.first() {
            return Err(Error::invalid_input(
                "the state is of another request; resume with the one that it was taken of",
            )
            .with_description(*O::DESCRIPTION));
        }
        self.guard = Guard::behind(state.place.last);
        self.next = state.place;
        self.pages.clear();
        self.call = None;
        Ok(self)
    }

    /// Where to resume: in front of the first entry that was not given.
    pub fn state(&self) -> State {
        State { operation: O::DESCRIPTION.id.to_owned(), request: self.digest, place: self.place().clone() }
    }

    /// How many entries the list has in all; `None` before the first page, or if the server does not say.
    pub fn total(&self) -> Option<u64> {
        self.place().total
    }

    /// Whether the list was seen to move while it was read; [`Drift`] says what that means.
    pub fn has_drifted(&self) -> bool {
        self.place().has_drifted
    }

    /// The next entry, or `None` behind the last one.
    ///
    /// Dropping the future loses nothing: a request under way goes on when the next entry is asked for.
    ///
    /// # Errors
    /// As the call of the operation, and [`ErrorKind::Paging`] if the server does not move on. The page is asked for
    /// again with the next entry.
    pub async fn try_next(&mut self) -> Result<Option<O::Item>, Error> {
        std::future::poll_fn(|cx| self.poll_item(cx)).await.transpose()
    }

    /// The list by pages instead. If some entries of a page are given already, its first page is the rest.
    pub fn pages(self) -> Pages<O> {
        Pages { pager: self }
    }

    fn place(&self) -> &Place {
        self.pages.front().map_or(&self.next, |page| &page.place)
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<O::Item, Error>>> {
        if let Err(error) = ready!(self.poll_front(cx)) {
            return Poll::Ready(Some(Err(error)));
        }
        let item = self.pages.front_mut().filter(|_| self.left != Some(0)).and_then(|page| {
            page.place.offset += 1;
            page.items.next()
        });
        self.given(usize::from(item.is_some()), cx);
        Poll::Ready(item.map(Ok))
    }

    pub(super) fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<O::Item>, Error>>> {
        if let Err(error) = ready!(self.poll_front(cx)) {
            return Poll::Ready(Some(Err(error)));
        }
        let left = self.left.unwrap_or(usize::MAX);
        let page = self.pages.front_mut().filter(|_| left > 0).map(|page| {
            let items: Vec<_> = page.items.by_ref().take(left).collect();
            page.place.offset += items.len();
            Page { number: page.place.number, items, total: page.place.total, drift: page.drift }
        });
        self.given(page.as_ref().map_or(0, |page| page.items.len()), cx);
        Poll::Ready(page.map(Ok))
    }

    /// Waits until there is a page to give from, or the end.
    fn poll_front(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while self.pages.is_empty() && !self.next.is_end && self.left != Some(0) {
            self.is_held = false;
            ready!(self.poll_arrival(cx, false))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Notes what was given, and looks after the pages ahead.
    fn given(&mut self, items: usize, cx: &mut Context<'_>) {
        self.left = self.left.map(|left| left.saturating_sub(items));
        if self.pages.front().is_some_and(|page| page.items.len() == 0) {
            self.pages.pop_front();
        }
        let is_begun = self.pages.front().is_some_and(|page| page.place.offset > 0);
        let wanted = self.ahead + usize::from(is_begun);
        while self.pages.len() < wanted && !self.next.is_end && !self.is_held && !self.is_enough() {
            match self.poll_arrival(cx, true) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => self.is_held = true,
                Poll::Pending => break,
            }
        }
    }

    /// Whether the pages that came have all that is still to be given.
    fn is_enough(&self) -> bool {
        let items = self.pages.iter().map(|page| page.items.len()).sum::<usize>();
        self.left.is_some_and(|left| left <= items)
    }

    /// Waits for the next page.
    fn poll_arrival(&mut self, cx: &mut Context<'_>, is_ahead: bool) -> Poll<Result<(), Error>> {
        loop {
            let Self { client, request, options, next, .. } = self;
            let call = self.call.get_or_insert_with(|| {
                request.set_mark(&next.mark);
                let call = client.call(request).options(options.clone());
                Called { answer: Box::pin(call.into_future()), is_ahead }
            });
            let answer = ready!(call.answer.as_mut().poll(cx));
            let was_ahead = call.is_ahead;
            self.call = None;
            match answer.and_then(|answer| self.receive(answer)) {
                // It may have waited for the caller until its time ran out.
                Err(_) if was_ahead && !is_ahead => continue,
                outcome => return Poll::Ready(outcome),
            }
        }
    }

    /// Takes a page in; an error changes nothing.
    fn receive(&mut self, answer: O::Answer) -> Result<(), Error> {
        let rows = O::rows(answer);
        let mut place = self.next.clone();
        let total_drift = match (rows.total, place.total) {
            (Some(now), Some(before)) => now.wrapping_sub(before).cast_signed(),
            _ => 0,
        };
        place.total = rows.total.or(place.total);
        let Some(last) = rows.items.last() else {
            let is_short = place.rows.zip(place.total).is_some_and(|(rows, total)| rows < total);
            self.next.has_drifted |= total_drift != 0 || is_short;
            self.next.total = place.total;
            self.next.is_end = true;
            return Ok(());
        };
        let Some(seen) = self.guard.look(&rows.items) else {
            return Err(stuck::<O>(
                "the server gave a page that it has given before: it takes no notice of the parameter that says which, \
                 or so many rows were inserted meanwhile that a whole page moved; read the list anew",
            ));
        };
        let mut next = place.clone();
        next.rows = place.rows.map(|count| count + rows.items.len() as u64);
        next.is_end = next.rows.zip(next.total).is_some_and(|(rows, total)| rows >= total);
        match following::<O>(&place.mark, last) {
            Ok(mark) => next.mark = mark,
            Err(error) if !next.is_end => return Err(error),
            Err(_) => {}
        }
        next.number += 1;
        next.last = Some(seen.digest);
        next.offset = 0;
        let drift = Drift { total: total_drift, repeated: self.guard.pass(seen) };
        let mut items = rows.items.into_iter();
        // Resumed within a page: what was given is given no more.
        let skipped = items.by_ref().take(place.offset).count();
        place.has_drifted |= !drift.is_none() || skipped < place.offset;
        next.has_drifted = place.has_drifted;
        self.next = next;
        if items.len() > 0 {
            self.pages.push_back(Arrived { place, items, drift });
        }
        Ok(())
    }
}

/// Where the page begins behind one that ends with this entry.
fn following<O: Paged>(mark: &Mark, last: &O::Item) -> Result<Mark, Error> {
    match mark {
        Mark::Number(number) => Ok(Mark::Number(number.saturating_add(1))),
        Mark::Cursor(cursor) => match O::cursor(last).filter(|next| !next.is_empty()) {
            Some(next) if next != *cursor => Ok(Mark::Cursor(next)),
            Some(_) => {
                Err(stuck::<O>("the page ends where the one before ended, so the server does not move on"))
            }
            None => Err(stuck::<O>(
                "the last entry of the page has nothing that the next page could be asked for by",
            )),
        },
    }
}

fn stuck<O: Operation>(what: &'static str) -> Error {
    Error::new(ErrorKind::Paging, what).with_description(*O::DESCRIPTION)
}

impl<O: Paged> Stream for Pager<O> {
    type Item = Result<O::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(cx)
    }
}

/// Nothing in it is pinned.
impl<O: Paged> Unpin for Pager<O> {}

/// Shows no entry and no argument: they may be personal data.
impl<O: Paged> fmt::Debug for Pager<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pager")
            .field("operation", &O::DESCRIPTION.id)
            .field("place", self.place())
            .field("ahead", &self.ahead)
            .finish_non_exhaustive()
    }
}
