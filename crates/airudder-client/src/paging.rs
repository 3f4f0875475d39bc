//! Lists that come in pages.
//!
//! A product client has a method `.._pager` beside each method that reads one page. The [`Pager`] that it returns asks
//! for page after page and gives item after item:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = airudder_sandbox::Sandbox::builder().by_example().start().await?;
//! # let client = airudder_workflow::Client::builder(sandbox.credentials()).address(sandbox.url()).build()?;
//! # use airudder_workflow::operations::ListWorkflows;
//! let mut tasks = client.list_workflows_pager(ListWorkflows::new());
//! while let Some(task) = tasks.try_next().await? {
//!     println!("{task:?}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! It is a `Stream` of items too, and [`Pager::pages`] is one of whole pages. [`Pager::state`] tells where it is, to
//! [resume](Pager::resume) there in another process.
//!
//! # What can go wrong
//!
//! A server may number its pages anew when rows are inserted or removed meanwhile. No client can mend that, but it shows:
//! see [`Drift`]. A server that gives a page twice, or that does not move on, ends in an error of kind
//! [`ErrorKind::Paging`](crate::ErrorKind::Paging), never in a loop.

mod guard;
mod mark;
mod page;
mod pager;
mod state;
#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::Operation;

pub use mark::Mark;
pub use page::{Drift, Page, Pages, Rows};
pub use pager::Pager;
pub use state::State;

/// An operation that reads one page of a list.
///
/// Generated code implements it from `x-pagination`.
pub trait Paged: Operation<Answer: 'static> {
    /// One entry of the list.
    type Item: Serialize;

    /// Where the page begins that the request asks for.
    fn mark(&self) -> Mark;

    /// Asks for the page that begins here.
    fn set_mark(&mut self, mark: &Mark);

    /// Takes the entries out of an answer.
    fn rows(answer: Self::Answer) -> Rows<Self::Item>;

    /// The cursor of the page behind an entry; `None` if it has none, or if pages have numbers.
    fn cursor(_item: &Self::Item) -> Option<String> {
        None
    }
}
