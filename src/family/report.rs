//! What a family is and holds, for phpinfo and `Dig\\Ticket\\status()`.

use std::sync::atomic::Ordering;

use super::{FAMILY, Family, lock};
use crate::id::{Horizon, Moment, Permit};
use crate::keeper::{ConnectionState, Listing};
use crate::lease::Registry;

/// The state of a family.
#[derive(Clone, Debug)]
pub struct Report {
    /// The registry of the shared lease: `local` or `zookeeper`.
    pub registry: &'static str,
    /// Where it is: the directory, or the DSN and the parent znode.
    pub place: String,
    /// The shared node ID.
    pub node: Option<u16>,
    /// Its high-water mark, in Unix milliseconds.
    pub mark: Option<u64>,
    /// How far the mark is ahead of the clock, in ms; negative where it is past.
    pub ahead: Option<i64>,
    /// How the session with ZooKeeper stands; `None` for the local registry.
    pub session: Option<&'static str>,
    /// The session's ID, if there has been one.
    pub session_id: Option<u64>,
    /// The keeper's process ID.
    pub keeper: Option<u32>,
    /// When the layout's IDs outgrow what they are kept in.
    pub horizon: Horizon,
    /// What of that comes within a year.
    pub warning: Option<String>,
    /// What is wrong.
    pub error: Option<String>,
    /// IDs issued by the family, as far as its processes have been counted: each counts itself at the
    /// end of a request and whenever it renews its permit.
    pub issued: u64,
    /// Calls that had to wait.
    pub waits: u64,
    /// How long they took, in us: all together, and the longest.
    pub waited: [u64; 2],
    /// Calls that were refused: for the clock, and for want of a lease.
    pub refused: [u64; 2],
    /// The furthest that a process saw the clock go back, in ms.
    pub clock_offset_max: u64,
    /// Keepers that followed the first, and how often none could be started.
    pub keepers: [u64; 2],
    /// The process that the family began with, and when, in Unix milliseconds.
    pub began: (u32, u64),
    /// How long ago the mark was moved ahead last, in ms; `None` with the local registry, or if it never was.
    pub renewed: Option<u64>,
    /// For how long there has been no connection with ZooKeeper, in ms.
    pub disconnected: Option<u64>,
    /// Which nodes were leased when they were listed last.
    pub listing: Option<Listing>,
    /// How often a process saw that the clock had gone back.
    pub clock_steps: u64,
    /// Moves to another node because the clock went back.
    pub moves: u64,
    /// Leases that another owner has taken.
    pub lost: u64,
    /// Where the keeper hears whether this virtual machine is a copy, by name.
    pub vm_generation: Option<String>,
    /// Permits that were given up because it is.
    pub voided: u64,
    /// How often others had overwritten what the family shares of its leases from ZooKeeper.
    pub overwritten: u64,
}

/// What the clients of ZooKeeper of a family have and have asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clients {
    /// Connections with the keeper: one of each client object and process that has asked for something.
    pub connections: u32,
    /// Sessions with ZooKeeper that clients share.
    pub shared_sessions: u32,
    /// Sessions of clients' own.
    pub own_sessions: u32,
    /// Watches that wait for something.
    pub watches: u32,
    /// What is held for processes: locks, for one.
    pub held: u32,
    /// Registrations of processes.
    pub registrations: u32,
    /// What was asked, of all keepers of the family.
    pub requests: u64,
    /// How many of those failed.
    pub failures: u64,
}

impl Family {
    /// What its clients have and have asked. Asks nobody.
    #[must_use]
    pub fn clients(&self) -> Clients {
        let tally = &self.board().clients;
        let all = Clients {
            registrations: self.board().registrations.count() as u32,
            connections: tally.connections.load(Ordering::Relaxed),
            shared_sessions: tally.shared_sessions.load(Ordering::Relaxed),
            own_sessions: tally.own_sessions.load(Ordering::Relaxed),
            watches: tally.watches.load(Ordering::Relaxed),
            held: tally.held.load(Ordering::Relaxed),
            requests: tally.requests.load(Ordering::Relaxed),
            failures: tally.failures.load(Ordering::Relaxed),
        };
        match &self.link {
            Ok(link) if link.has_keeper() => all,
            // It had them.
            _ => Clients {
                registrations: all.registrations,
                requests: all.requests,
                failures: all.failures,
                ..Clients::default()
            },
        }
    }

    /// What the family is and holds now. Asks nobody, but for a look at the local registry's file.
    #[must_use]
    pub fn report(&self) -> Report {
        self.flush();
        let board = self.board();
        let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        let (overwritten, told) = board.overwritten();
        let mut report = Report {
            registry: "local",
            place: self.local_path.display().to_string(),
            node: None,
            mark: None,
            ahead: None,
            session: None,
            session_id: None,
            keeper: None,
            horizon: Horizon::of(&self.layout),
            warning: None,
            error: None,
            issued: count(&self.region.issued),
            waits: count(&self.region.waits),
            waited: [count(&self.region.waited), count(&self.region.waited_most)],
            refused: [
                count(&self.region.illegal_time),
                count(&self.region.unavailable),
            ],
            clock_offset_max: count(&self.region.went_back_most),
            keepers: board.restarts().into(),
            began: (self.pid, self.started),
            renewed: None,
            disconnected: None,
            listing: None,
            clock_steps: count(&self.region.clock_steps),
            moves: count(&board.moves),
            lost: count(&board.lost),
            vm_generation: None,
            voided: count(&board.voided),
            overwritten,
        };
        if let Ok(link) = &self.link
            && link.has_keeper()
        {
            report.keeper = Some(board.keeper.load(Ordering::Acquire));
            report.vm_generation = board.generation();
        }
        let mark = match self.registry {
            Some(registry) => self.look_at_zookeeper(registry, &mut report),
            None => self.look_at_file(&mut report),
        };
        report.error = report.error.or(told);
        let now = Moment::now(&self.layout).timestamp;
        report.warning = report.horizon.warning(now + self.layout.epoch());
        report.mark = mark.map(|mark| mark + self.layout.epoch());
        report.ahead = mark.map(|mark| mark.wrapping_sub(now).cast_signed());
        report
    }

    fn look_at_zookeeper(&self, registry: usize, report: &mut Report) -> Option<u64> {
        let at = self.board().at(registry);
        report.registry = "zookeeper";
        report.place = format!("{}, path {}", at.dsn(), at.path());
        let (state, id) = at.session();
        report.session = Some(match state {
            ConnectionState::None => "none",
            ConnectionState::Connected => "connected",
            ConnectionState::Disconnected => "disconnected",
            ConnectionState::Expired => "expired",
        });
        report.session_id = Some(id).filter(|&id| id != 0);
        report.disconnected = at.away_for();
        report.listing = at.listing();
        let slot = self.board().slot(FAMILY);
        report.renewed = slot.renewed();
        report.error = self.complaint(registry, slot);
        let permit = slot.permit();
        if permit == Permit::NONE {
            return None;
        }
        let permit = Permit::unpack(permit, &self.layout);
        report.node = Some(permit.node);
        Some(permit.until)
    }

    fn look_at_file(&self, report: &mut Report) -> Option<u64> {
        report.node = self.region.node();
        let opened = self.opened(&self.local_path, None).ok()?;
        let mut opened = lock(&opened);
        if let Err(refusal) = opened.local.open() {
            report.error = Some(refusal.to_string());
            return None;
        }
        let last = opened.local.words().get(usize::from(report.node?))?;
        Some(self.layout.timestamp_of(last.load(Ordering::Acquire)))
    }
}
