//! The atomics of what a keeper and its family share: the processor's, or, in tests built with
//! `--cfg ticket_loom`, loom's, which tries every order in which threads may see them change.

#[cfg(not(ticket_loom))]
pub(crate) use std::sync::atomic::{AtomicU32, AtomicU64, fence};

#[cfg(ticket_loom)]
pub(crate) use loom::sync::atomic::{AtomicU32, AtomicU64, fence};
