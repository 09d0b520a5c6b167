//! `ticket`: unique, time-ordered 64-bit IDs for PHP.
//!
//! Each folder uses only those named after it: `php` (the extension's surface), `family` (what a
//! process and its forks share), `keeper` (the process that talks to ZooKeeper), `cache` (a subtree of ZooKeeper in memory that
//! is shared), `recipe` (how one comes to hold what only so many may), `wire` (what clients and the keeper say to each other), `lease` (who owns a node ID until when), `id` (what
//! comes next).

#[cfg(not(ticket_loom))]
mod at_fork;
pub mod cache;
#[cfg(not(ticket_loom))]
mod descriptor;
#[cfg(not(ticket_loom))]
pub mod family;
pub mod id;
#[cfg(not(ticket_loom))]
pub mod keeper;
pub mod lease;
#[cfg(all(feature = "php", not(ticket_loom)))]
pub mod php;
#[cfg(not(ticket_loom))]
pub mod recipe;
#[cfg(not(ticket_loom))]
mod refused;
mod rule;
#[cfg(all(test, not(ticket_loom)))]
mod sometimes;
mod sync;
#[cfg(not(ticket_loom))]
pub mod wire;
