//! Long lists, sent in chunks.
//!
//! A product client has a method `.._in_batches` beside each method that adds a list to something. The [`Batch`] that it
//! returns takes a list of any length, from an iterator or a stream, and sends it in requests of a bounded size. What
//! became of each chunk is in its [`Report`]:
//!
//! - **accepted**: the vendor answered with success;
//! - **refused**: the error proves that nothing was done;
//! - **unknown**: it may or may not have arrived. **It is never sent again** unless the caller says what became of it,
//!   with [`Report::settle`].
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = airudder_sandbox::Sandbox::builder().by_example().start().await?;
//! # let client = airudder_workflow::Client::builder(sandbox.credentials()).address(sandbox.url()).build()?;
//! # use airudder_workflow::models::WorkflowContact;
//! # use airudder_workflow::operations::AddContacts;
//! # let contacts = (0..5).map(|number| WorkflowContact::new(format!("+1000000000{number}")));
//! let report = client.add_contacts_in_batches(AddContacts::new("1", []), contacts).run().await;
//! for chunk in report.chunks() {
//!     println!("contacts {:?}: {}", chunk.items, chunk.fate);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Going on later
//!
//! A report is text, and a batch can [resume](Batch::resume) from it with the same list and the same request. Accepted
//! chunks are passed over, refused ones are sent again, and then comes what was not sent yet. A chunk counts as unknown
//! from just before it is sent, so that a batch that is dropped while it runs leaves a report that is true: a
//! [`Watch`] reads it. [`Batch::journal`] is told each change before it matters, so that a report outlives a crash too.

mod feed;
mod report;
mod run;
mod source;
#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::Operation;

pub use report::{Chunk, Ending, Fate, Report};
pub use run::{Batch, DEFAULT_MAX_BYTES, Outcome, StopAt, Watch};
pub use source::{FromStream, FromTryIter, FromTryStream, Source};

/// An operation that adds a list to something that is there, and can do so again and again.
///
/// Generated code implements it from `x-batch`.
pub trait Batched: Operation<Answer: 'static> {
    /// One entry of the list.
    type Item: Serialize;

    /// The most entries that one request may carry.
    const MAX_ITEMS: usize;

    /// The most entries that the thing they are added to may hold, if there is a limit.
    const MAX_TOTAL: Option<u64>;

    /// The entries of the request.
    fn items_mut(&mut self) -> &mut Vec<Self::Item>;

    /// How many entries an answer lists as refused, though it means success.
    fn refused(_answer: &Self::Answer) -> usize {
        0
    }
}
