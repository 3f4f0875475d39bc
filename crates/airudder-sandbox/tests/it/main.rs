//! The sandbox from outside, by the clients that people use.

mod access;
mod answers;
mod chat;
mod push;
mod support;
