//! Calls without async code: the thread waits.
//!
//! [`Call::wait`] does for a thread what `.await` does for a task. No async runtime is needed: the first wait starts one
//! thread that all clients of the process share from then on, on which connections live, so that they are kept from call to
//! call.
//!
//! ```
//! use airudder_client::platform::operations::ObtainToken;
//! use airudder_client::{Client, ClientBuilder, Credentials, Error};
//!
//! fn main() -> Result<(), Error> {
//!     let address = "https://api.airudder.com";
//! #     let address = vendor();
//!     let client: Client = ClientBuilder::new(Credentials::new("key", "secret"), address).build()?;
//!     let answer = client.call(&ObtainToken::new("key", "secret")).wait()?;
//!     assert_eq!(format!("{:?}", answer.token()?), "Secret(***)");
//!     Ok(())
//! }
//! #
//! # /// This example is run, but not against the vendor.
//! # fn vendor() -> String {
//! #     use std::io::{Read, Write};
//! #     let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
//! #     let address = format!("http://{}", listener.local_addr().unwrap());
//! #     std::thread::spawn(move || {
//! #         let (mut stream, _) = listener.accept().unwrap();
//! #         let mut request = Vec::new();
//! #         while !request.ends_with(b"}") {
//! #             let mut byte = [0];
//! #             stream.read_exact(&mut byte).unwrap();
//! #             request.extend(byte);
//! #         }
//! #         let body = r#"{"code":200,"data":{"token":"t"}}"#;
//! #         write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
//! #     });
//! #     address
//! # }
//! ```
//!
//! [`iter`] makes an iterator of the entries of a list, the pieces of a download or the outcomes of a batch, and [`wait`]
//! waits for whatever else is async:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let runtime = tokio::runtime::Runtime::new()?;
//! # let sandbox = runtime.block_on(airudder_sandbox::Sandbox::builder().by_example().start())?;
//! # let client = airudder_workflow::Client::builder(sandbox.credentials()).address(sandbox.url()).build()?;
//! # let folder = tempfile::tempdir()?;
//! # std::env::set_current_dir(&folder)?;
//! use airudder_client::{Method, blocking};
//! use airudder_workflow::operations::ListWorkflows;
//!
//! for entry in blocking::iter(client.list_workflows_pager(ListWorkflows::new()))? {
//!     println!("{:?}", entry?);
//! }
//! let request = client.core().request(Method::Get, "/service/cloud/case");
//! let recording = request.query("TaskID", 17).query("Callee", "+10000000001").read_bytes();
//! blocking::wait(recording.download().to_file("recording.wav"))?;
//! # Ok(())
//! # }
//! ```
//!
//! It works in async code too, and never panics there, but it blocks the thread, and with it whatever else the runtime has
//! on that thread. Do not wait on a thread of a runtime with a client that is also awaited on that runtime: the connection
//! that an await opened stands still while the thread is blocked, and the call that uses it ends by its timeout.

use std::future::{self, Future, IntoFuture};
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use futures_core::Stream;
use tokio::runtime::{Builder, Handle};
use tokio::task::unconstrained;

use crate::batch::{Batch, Batched, Report};
use crate::error::ErrorKind;
use crate::{Call, Error, Pending, PendingResponse, Response};

/// Waits for a call, or another future of this library.
///
/// # Errors
/// That of the future, or an [`ErrorKind::Io`] if the thread that all waits share cannot be started.
pub fn wait<T>(future: impl IntoFuture<Output = Result<T, Error>>) -> Result<T, Error> {
    drive(&runtime()?, future.into_future())
}

/// Turns a stream of this library, such as that of the rows of a list, into an iterator. Nothing is fetched ahead of what
/// the stream itself does.
///
/// # Errors
/// An [`ErrorKind::Io`] if the thread that all waits share cannot be started.
pub fn iter<S: Stream + Unpin>(stream: S) -> Result<Iter<S>, Error> {
    Ok(Iter { runtime: runtime()?, stream })
}

/// The items of a stream, waited for one by one; from [`iter`].
#[derive(Debug)]
#[must_use = "an iterator does nothing unless asked"]
pub struct Iter<S> {
    runtime: Handle,
    stream: S,
}

impl<S> Iter<S> {
    /// Gives the stream back, to ask it where it stands.
    pub fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: Stream + Unpin> Iterator for Iter<S> {
    type Item = S::Item;

    fn next(&mut self) -> Option<S::Item> {
        drive(&self.runtime, future::poll_fn(|cx| Pin::new(&mut self.stream).poll_next(cx)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

impl<T> Call<T> {
    /// Sends the call and waits for its end, as [`blocking`](crate::blocking) describes.
    ///
    /// # Errors
    /// As when awaited.
    #[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
    pub fn wait(self) -> Result<T, Error> {
        wait(self)
    }
}

impl<T> Pending<T> {
    /// Waits for the end of the call, as [`blocking`](crate::blocking) describes.
    ///
    /// # Errors
    /// As when awaited.
    #[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
    pub fn wait(self) -> Result<T, Error> {
        wait(self)
    }
}

impl<T> PendingResponse<T> {
    /// Waits for the end of the call, as [`blocking`](crate::blocking) describes.
    ///
    /// # Errors
    /// As when awaited.
    #[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
    pub fn wait(self) -> Result<Response<T>, Error> {
        wait(self)
    }
}

impl<O: Batched> Batch<'_, O> {
    /// Sends the whole list, waits for its end, as [`blocking`](crate::blocking) describes, and tells what became of it.
    ///
    /// # Errors
    /// An [`ErrorKind::Io`] if the thread that all waits share cannot be started: nothing was sent.
    #[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
    pub fn wait(self) -> Result<Report, Error> {
        wait(async { Ok(self.run().await) })
    }
}

/// Polls on this thread, so that its spans and its subscriber are those of the call; connections, timers and the
/// resolving of names are on the runtime.
fn drive<F: Future>(runtime: &Handle, future: F) -> F::Output {
    let _entered = runtime.enter();
    // The budget of a task that this thread may be running would be used up and never renewed.
    let mut future = pin!(unconstrained(future));
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// The runtime of all waits, started by the first of them.
fn runtime() -> Result<Handle, Error> {
    static RUNTIME: Mutex<Option<Handle>> = Mutex::new(None);
    let mut runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*runtime {
        return Ok(handle.clone());
    }
    let handle = start().map_err(|error| {
        let what = "the thread for blocking calls could not be started, so nothing was sent; see what limits the threads \
                    and open files of the process, and try again";
        Error::new(ErrorKind::Io, what).without_effect(true).with_source(error)
    })?;
    Ok(runtime.insert(handle).clone())
}

fn start() -> io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name("airudder-wait".to_owned())
        .spawn(move || runtime.block_on(future::pending::<()>()))?;
    Ok(handle)
}
