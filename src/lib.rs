//! `ticket`: unique, time-ordered 64-bit IDs for PHP.
//!
//! Each folder uses only those named after it: `php` (the extension's surface), `family` (what a
//! process and its forks share), `keeper` (the process that talks to ZooKeeper), `lease` (who owns a node ID
//! until when), `id` (what comes next).

mod descriptor;
pub mod family;
pub mod id;
pub mod keeper;
pub mod lease;
#[cfg(feature = "php")]
pub mod php;
mod rule;
