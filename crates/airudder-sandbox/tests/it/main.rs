//! The sandbox from outside, by the clients that people use.

mod access;
mod answers;
mod chat;
mod leads;
mod newcomer;
mod plans;
mod push;
mod recordings;
mod support;
mod tasks;
mod workflows;
