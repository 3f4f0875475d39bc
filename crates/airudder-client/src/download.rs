//! Answers that are received piece by piece.

mod fetch;
mod file;
mod range;
mod version;

use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::error::ErrorKind;
use crate::{Call, Error};

use fetch::{Fetch, Piece};

/// How long no byte may come, unless a download says otherwise.
const DEFAULT_STALL_TIMEOUT: Duration = Duration::from_secs(20);

/// How many bytes a download may have, unless it says otherwise: 1 GiB.
const DEFAULT_MAX_SIZE: u64 = 1024 * 1024 * 1024;

/// How often a download goes on after a break, unless it says otherwise.
const DEFAULT_MAX_RESUMES: u32 = 5;

/// A download before it begins, from [`Call::download`]: nothing is sent until it is received by one of
/// [`to_file`](Self::to_file), [`to_writer`](Self::to_writer) and [`stream`](Self::stream).
///
/// Only a piece of it is in memory at a time. If the connection breaks or no byte comes for a while, it goes on from where
/// it was, provided that the operation only reads ([`Effect::Safe`](crate::Effect::Safe)) and the server proves by an `ETag`
/// or a `Last-Modified` that it still has the same content. Without that proof a file is begun anew, and anything else ends
/// in an error. With [`no_retry`](Call::no_retry) nothing is asked for again.
///
/// The options of the call hold for each request until the head of its answer is there. After that only the
/// [`stall_timeout`](Self::stall_timeout) and the call's [`deadline`](Call::deadline) limit the time. Hooks and spans see
/// each request that goes on as a call of its own.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = airudder_sandbox::Sandbox::builder().by_example().start().await?;
/// # let client: airudder_client::Client =
/// #     airudder_client::ClientBuilder::new(sandbox.credentials(), sandbox.url()).build()?;
/// # let folder = tempfile::tempdir()?;
/// # std::env::set_current_dir(&folder)?;
/// use airudder_client::Method;
///
/// let size = client
///     .request(Method::Get, "/service/cloud/case")
///     .query("TaskID", "69f531a01a9df58aa6de2487be610abb")
///     .query("Callee", "+10000000001")
///     .read_bytes()
///     .download()
///     .max_size(200_000_000)
///     .on_progress(|progress| println!("{} of {:?} bytes", progress.bytes, progress.total))
///     .to_file("recording.wav")
///     .await?;
/// println!("{size} bytes");
/// # Ok(())
/// # }
/// ```
#[must_use = "a download does nothing unless it is received by a file, a writer or a stream"]
pub struct Download {
    call: Call<Bytes>,
    settings: Settings,
}

struct Settings {
    stall_timeout: Duration,
    max_size: u64,
    max_resumes: u32,
    content_type: Option<String>,
    on_progress: Option<Box<dyn FnMut(Progress) + Send>>,
}

/// How far a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many bytes were received. It falls back to 0 if a file is begun anew.
    pub bytes: u64,
    /// How many there are, if the server says so.
    pub total: Option<u64>,
}

impl Download {
    pub(crate) fn new(call: Call<Bytes>) -> Self {
        let settings = Settings {
            stall_timeout: DEFAULT_STALL_TIMEOUT,
            max_size: DEFAULT_MAX_SIZE,
            max_resumes: DEFAULT_MAX_RESUMES,
            content_type: None,
            on_progress: None,
        };
        Self { call, settings }
    }

    /// Sets how long no byte may come before the connection is taken to be broken: 20 seconds by default. Time that the
    /// receiver takes does not count.
    pub fn stall_timeout(mut self, timeout: Duration) -> Self {
        self.settings.stall_timeout = timeout;
        self
    }

    /// Sets how many bytes there may be: 1 GiB by default. More is an [`ErrorKind::BodyTooLarge`], at once if the server
    /// says how many there are.
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.settings.max_size = bytes;
        self
    }

    /// Sets how often the download goes on after a break, 5 times by default; 0 never does.
    pub fn max_resumes(mut self, resumes: u32) -> Self {
        self.settings.max_resumes = resumes;
        self
    }

    /// Sets what the content type must begin with, such as `audio/`. Anything but a web page will do by default, since the
    /// vendor documents no type that is narrower.
    pub fn content_type(mut self, prefix: impl Into<String>) -> Self {
        self.settings.content_type = Some(prefix.into());
        self
    }

    /// Calls this after each piece. It must not block.
    pub fn on_progress(mut self, callback: impl FnMut(Progress) + Send + 'static) -> Self {
        self.settings.on_progress = Some(Box::new(callback));
        self
    }

    /// Receives the content into a file, and returns how many bytes it has.
    ///
    /// The content goes into a hidden file beside it first, is written to the disk for good, and is then given its name: at
    /// each moment the path has the old file, the whole new one, or none. The hidden file is removed if the download fails
    /// or its future is dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] if the file cannot be written; the others as for [`stream`](Self::stream).
    pub async fn to_file(self, path: impl AsRef<Path>) -> Result<u64, Error> {
        file::receive(Fetch::new(self.call, self.settings, true), path.as_ref()).await
    }

    /// Receives the content into a writer, flushes it, and returns how many bytes there were. After an error the writer has
    /// the beginning of the content.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] if the writer fails; the others as for [`stream`](Self::stream).
    pub async fn to_writer(self, mut writer: impl AsyncWrite + Unpin) -> Result<u64, Error> {
        let mut stream = self.stream();
        let mut size = 0;
        while let Some(bytes) = stream.next().await.transpose()? {
            writer.write_all(&bytes).await.map_err(unwritten)?;
            size += bytes.len() as u64;
        }
        writer.flush().await.map_err(unwritten)?;
        Ok(size)
    }

    /// Gives the content piece by piece.
    ///
    /// # Errors
    /// The stream gives one error and ends: the vendor's own if its envelope came in place of the content;
    /// [`ErrorKind::Decode`] if a web page, another content type or an encoding came, or if the content changed on the way;
    /// [`ErrorKind::BodyTooLarge`] past the cap; [`ErrorKind::Timeout`] or [`ErrorKind::Io`] if it broke and could not go
    /// on; and those of any call.
    pub fn stream(self) -> DownloadStream {
        DownloadStream { fetch: Fetch::new(self.call, self.settings, false) }
    }
}

fn unwritten(source: std::io::Error) -> Error {
    Error::new(ErrorKind::Local, "what was received cannot be written; check the place and its free space")
        .with_source(source)
}

/// Shows no arguments: they may be personal data.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("call", &self.call)
            .field("stall_timeout", &self.settings.stall_timeout)
            .field("max_size", &self.settings.max_size)
            .field("max_resumes", &self.settings.max_resumes)
            .field("content_type", &self.settings.content_type)
            .finish_non_exhaustive()
    }
}

/// The content of a [`Download`], piece by piece.
///
/// Dropping it ends the download.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = airudder_sandbox::Sandbox::builder().by_example().start().await?;
/// # let client: airudder_client::Client =
/// #     airudder_client::ClientBuilder::new(sandbox.credentials(), sandbox.url()).build()?;
/// # use airudder_client::Method;
/// # let download =
/// #     client.request(Method::Get, "/service/cloud/case").query("TaskID", 17).query("Callee", "+10000000001");
/// # let download = download.read_bytes().download();
/// let mut pieces = download.stream();
/// while let Some(piece) = pieces.next().await {
///     println!("{} bytes more", piece?.len());
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing unless polled"]
pub struct DownloadStream {
    fetch: Fetch,
}

impl DownloadStream {
    /// The next piece; `None` after the last one, or after an error. Nothing is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for DownloadStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(self.fetch.poll_piece(cx)).transpose() {
                Ok(Some(Piece::Bytes(bytes))) => return Poll::Ready(Some(Ok(bytes))),
                // Only happens to those who can begin anew.
                Ok(Some(Piece::Restart)) => {}
                Ok(None) => return Poll::Ready(None),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl fmt::Debug for DownloadStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadStream").finish_non_exhaustive()
    }
}
