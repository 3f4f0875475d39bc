//! Bodies that are read from files as they are sent.

use std::fs::Metadata;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::fs;
use tokio::io::{AsyncRead, ReadBuf};

use crate::Error;
use crate::error::{BoxError, ErrorKind};
use crate::transport::{Body, BoxFuture};

/// How much is read at a time.
const PIECE: usize = 64 * 1024;

/// A file on disk and how long it was when it was named.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Source {
    path: Arc<Path>,
    len: u64,
}

impl Source {
    pub(crate) async fn of(path: &Path) -> Result<Self, Error> {
        let len = look_at(path).await?.len();
        Ok(Self { path: path.into(), len })
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Makes sure that the file can still be sent as announced.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        if look_at(&self.path).await?.len() == self.len {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Local, Changed.to_string()).without_effect(true))
    }
}

async fn look_at(path: &Path) -> Result<Metadata, Error> {
    let metadata = fs::metadata(path).await.map_err(|source| {
        // The path may be personal data.
        Error::new(
            ErrorKind::Local,
            "the file to send cannot be looked at, so nothing was sent; check its path",
        )
        .without_effect(true)
        .with_source(source)
    })?;
    if !metadata.is_file() {
        return Err(Error::invalid_input("what is to be sent is no plain file; pass the path of one"));
    }
    Ok(metadata)
}

/// A file is not as long as it was.
#[derive(Debug)]
struct Changed;

impl std::fmt::Display for Changed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "the file to send is not as long as it was when it was named; name it again once it is whole",
        )
    }
}

impl std::error::Error for Changed {}

/// A stretch of a body.
pub(crate) enum Segment {
    Bytes(Bytes),
    File(Source),
}

impl Segment {
    fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(source) => source.len,
        }
    }
}

/// A body of these stretches.
pub(crate) fn body(segments: Vec<Segment>) -> Body {
    let len = segments.iter().map(Segment::len).sum();
    let segments: Arc<[Segment]> = segments.into();
    Body::Stream {
        len,
        make: Arc::new(move || Box::pin(Pieces { segments: Arc::clone(&segments), next: 0, reading: None })),
    }
}

/// The pieces of a body, in order.
struct Pieces {
    segments: Arc<[Segment]>,
    next: usize,
    reading: Option<Reading>,
}

impl Stream for Pieces {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(reading) = &mut this.reading {
                if let Some(piece) = ready!(reading.poll(cx)).transpose() {
                    return Poll::Ready(Some(piece));
                }
                this.reading = None;
            }
            let segment = this.segments.get(this.next);
            this.next += 1;
            match segment {
                None => return Poll::Ready(None),
                Some(Segment::Bytes(bytes)) => return Poll::Ready(Some(Ok(bytes.clone()))),
                Some(Segment::File(source)) => this.reading = Some(Reading::new(source)),
            }
        }
    }
}

/// A file that is being read.
struct Reading {
    state: State,
    buffer: BytesMut,
    left: u64,
}

enum State {
    Opening(BoxFuture<'static, std::io::Result<fs::File>>),
    Open(fs::File),
}

impl Reading {
    fn new(source: &Source) -> Self {
        let path = Arc::clone(&source.path);
        let opening = State::Opening(Box::pin(fs::File::open(path)));
        Self { state: opening, buffer: BytesMut::new(), left: source.len }
    }

    /// The next piece; `None` at the end, which must be where it was.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, BoxError>> {
        loop {
            let file = match &mut self.state {
                State::Open(file) => file,
                State::Opening(opening) => {
                    self.state = State::Open(ready!(opening.as_mut().poll(cx))?);
                    continue;
                }
            };
            self.buffer.resize(PIECE, 0);
            let mut filled = ReadBuf::new(&mut self.buffer);
            ready!(Pin::new(file).poll_read(cx, &mut filled))?;
            let count = filled.filled().len();
            let bytes = self.buffer.split_to(count).freeze();
            return Poll::Ready(match self.left.checked_sub(count as u64) {
                None => Err(Changed.into()),
                Some(0) if count == 0 => Ok(None),
                Some(_) if count == 0 => Err(Changed.into()),
                Some(left) => {
                    self.left = left;
                    Ok(Some(bytes))
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::collect;

    #[tokio::test]
    async fn a_file_that_changes_while_it_is_sent_breaks_the_body_off() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, vec![1; PIECE]).unwrap();
        let source = Source::of(&path).await.unwrap();
        let Body::Stream { len, make } = body(vec![Segment::File(source), Segment::Bytes("end".into())])
        else {
            panic!("a file is streamed");
        };
        assert_eq!(len, PIECE as u64 + 3);
        assert_eq!(collect(make(), usize::MAX).await.unwrap().len() as u64, len);
        for changed in [PIECE - 1, PIECE + 1, 2 * PIECE] {
            std::fs::write(&path, vec![1; changed]).unwrap();
            assert!(collect(make(), usize::MAX).await.is_err(), "{changed}");
        }
    }
}
