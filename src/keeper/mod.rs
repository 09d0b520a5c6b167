//! The keeper: one small process per family, which alone talks to ZooKeeper.
//!
//! PHP forks when it likes, and a client of ZooKeeper does not survive that; a session per worker would
//! swamp the servers. So nothing of ours runs inside PHP: its processes share a [`Scoreboard`] with the keeper,
//! which leases the family's node IDs and those of single processes, and publishes permits there. A [`Link`]
//! ties the two together.
//!
//! It also asks ZooKeeper what clients in PHP ask it ([`serve`]), each of which has a connection of its own with it, registers
//! processes, and fills the shared cache. None of that has a part in the leases: those have sessions apart.
//!
//! * [`scoreboard`]: what all of them read and write; [`link`]: what says that there is something to look at, and whether
//!   each of them lives.
//! * [`process`]: the keeper's life as a process, what stands by for it, and who starts and reaps which.
//! * [`session`]: its sessions with ZooKeeper, and the search for a server.
//! * [`serve`]: what it does for its family: leases, clients, what these hold, registrations, caches; [`fair`]: so that each of them has its turn.
//! * [`files`]: what it reads, some of which only whoever has started PHP may.

mod config;
mod context;
mod fair;
mod files;
mod generation;
mod link;
mod process;
mod scoreboard;
mod serve;
mod session;

pub use config::{Config, Place, TlsFiles};
pub use files::read_text;
pub use link::{Link, has_hung_up};
pub use process::{LOOK_AGAIN, Member, before_fork, begin, ensure, lacks, leave};
pub use scoreboard::{
    CacheSlot, ConnectionState, Entry, FAMILY, HOLDS, HURRY, HoldSlot, Holds, LONGEST_PARENT,
    LONGEST_VALUE, LeaseSlot, Listing, MOVE, OWN, REGISTRATIONS, REGISTRY_SLOTS, RegistrationSlot,
    Registrations, Scoreboard, place_of_registration, uptime_ns,
};
