//! Calls that take several requests: machines that say what is asked next, and are told what came of it.

use crate::wire::{Failure, Reply, Request};

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<T> {
    /// This is to be asked.
    Ask(Request),
    /// This znode is to be made, and those above it that are missing: [`Reply::Done`].
    Make(String),
    /// Nothing any more.
    Over(Result<T, Failure>),
}

/// One call.
pub trait Call {
    /// What it comes to.
    type Done;

    /// What is to be done next.
    fn next(&self) -> Next<Self::Done>;

    /// Takes in what came of it. `false`: that is no answer to it, which does not occur.
    #[must_use]
    fn hears(&mut self, answer: Result<Reply, Failure>) -> bool;
}
