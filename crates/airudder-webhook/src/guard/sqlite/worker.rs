//! The thread of the database.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use tokio::sync::oneshot;

use super::keys::Keys;
use crate::BoxError;

type Job = Box<dyn FnOnce(&mut Keys) + Send>;

/// Sends jobs to the thread; it ends when there is no sender left.
#[derive(Clone)]
pub(super) struct Worker(Sender<Job>);

impl Worker {
    pub(super) fn start(mut keys: Keys) -> io::Result<Self> {
        let (jobs, queue) = channel::<Job>();
        thread::Builder::new().name("airudder-guard".to_owned()).spawn(move || {
            for job in queue {
                // A job that panics has its transaction rolled back, drops its answer, and the next one runs.
                let _ = catch_unwind(AssertUnwindSafe(|| job(&mut keys)));
            }
        })?;
        Ok(Self(jobs))
    }

    /// Runs a job after those that are queued, also if the future is dropped meanwhile.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Keys) -> T + Send + 'static,
    ) -> Result<T, BoxError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |keys| drop(answer.send(job(keys))));
        self.0.send(job).map_err(|_| "the thread of the database is gone")?;
        answered.await.map_err(|_| "the effect on the database panicked".into())
    }
}
