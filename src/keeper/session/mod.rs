//! Sessions with ZooKeeper: for the leases of one registry ([`lease`]), and for clients ([`client`]).
//!
//! Each is sought ([`servers`]) when it is first wanted, used as long as it has a server ([`connection`]), and sought again.
//! Watches are armed by one piece for all ([`watch`]).

pub(in crate::keeper) mod client;
mod connection;
mod fate;
pub(in crate::keeper) mod lease;
pub(in crate::keeper) mod parents;
pub(in crate::keeper) mod pauses;
mod servers;
pub(in crate::keeper) mod watch;
