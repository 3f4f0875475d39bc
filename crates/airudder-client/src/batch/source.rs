//! Where the entries of a batch come from.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::error::BoxError;

/// Where the entries of a batch come from: whatever can be iterated over, a [`FromStream`], or, if reading may fail, a
/// [`FromTryIter`] or a [`FromTryStream`].
///
/// It is read as far as the next chunk needs, and only when that can be sent.
pub trait Source<T>: sealed::IntoItems<T> {}

impl<T, S: sealed::IntoItems<T>> Source<T> for S {}

/// Entries from a stream.
pub struct FromStream<S>(pub S);

/// Entries from an iterator of results: an error ends the batch, with what was read before it sent.
pub struct FromTryIter<I>(pub I);

/// Entries from a stream of results: an error ends the batch, with what was read before it sent.
pub struct FromTryStream<S>(pub S);

/// Shows no entries: they may be personal data.
macro_rules! opaque_debug {
    ($($name:ident),*) => { $(
        impl<S> fmt::Debug for $name<S> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )* };
}

opaque_debug!(FromStream, FromTryIter, FromTryStream);

pub(super) type Item<T> = Result<T, BoxError>;

pub(super) mod sealed {
    use super::Items;

    pub trait IntoItems<T> {
        fn into_items<'a>(self) -> Items<'a, T>
        where
            Self: 'a,
            T: 'a;
    }
}

impl<T, I: IntoIterator<Item = T, IntoIter: Send>> sealed::IntoItems<T> for I {
    fn into_items<'a>(self) -> Items<'a, T>
    where
        Self: 'a,
        T: 'a,
    {
        Items::Iter(Box::new(self.into_iter().map(Ok)))
    }
}

impl<T, E: Into<BoxError>, I: IntoIterator<Item = Result<T, E>, IntoIter: Send>> sealed::IntoItems<T>
    for FromTryIter<I>
{
    fn into_items<'a>(self) -> Items<'a, T>
    where
        Self: 'a,
        T: 'a,
    {
        Items::Iter(Box::new(self.0.into_iter().map(|item| item.map_err(Into::into))))
    }
}

impl<T, S: Stream<Item = T> + Send> sealed::IntoItems<T> for FromStream<S> {
    fn into_items<'a>(self) -> Items<'a, T>
    where
        Self: 'a,
        T: 'a,
    {
        Items::Stream(Box::pin(Mapped { stream: Box::pin(self.0), map: Ok }))
    }
}

impl<T, E: Into<BoxError>, S: Stream<Item = Result<T, E>> + Send> sealed::IntoItems<T> for FromTryStream<S> {
    fn into_items<'a>(self) -> Items<'a, T>
    where
        Self: 'a,
        T: 'a,
    {
        Items::Stream(Box::pin(Mapped { stream: Box::pin(self.0), map: |item| item.map_err(Into::into) }))
    }
}

/// A stream that makes items of what another one gives.
struct Mapped<S: Stream, T> {
    stream: Pin<Box<S>>,
    map: fn(S::Item) -> Item<T>,
}

impl<S: Stream, T> Stream for Mapped<S, T> {
    type Item = Item<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Item<T>>> {
        let map = self.map;
        self.stream.as_mut().poll_next(cx).map(|item| item.map(map))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

/// Any source.
pub enum Items<'a, T> {
    Iter(Box<dyn Iterator<Item = Item<T>> + Send + 'a>),
    Stream(Pin<Box<dyn Stream<Item = Item<T>> + Send + 'a>>),
}

impl<T> Items<'_, T> {
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Item<T>>> {
        match self {
            Self::Iter(items) => Poll::Ready(items.next()),
            Self::Stream(items) => items.as_mut().poll_next(cx),
        }
    }

    /// How many are to come at the least.
    pub(super) fn at_least(&self) -> usize {
        match self {
            Self::Iter(items) => items.size_hint().0,
            Self::Stream(items) => items.size_hint().0,
        }
    }
}
