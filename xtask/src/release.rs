//! `cargo xtask release`: packages all that is published, and finds beforehand what a registry or a reader of it would
//! miss.

mod changelog;
mod check;
mod command;
mod order;
mod package;
mod workspace;

pub use check::{Fault, check};
pub use command::{Arguments, run};
pub use workspace::{Member, Workspace};
