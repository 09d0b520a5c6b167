//! Leases from ZooKeeper, as the processes of a family see them: through the board that they share with
//! their keeper.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use nix::errno::Errno;

use super::source::Renewed;
use super::{Family, Source, lock};
use crate::descriptor::Kept;
use crate::id::{Moment, Permit};
use crate::keeper::{self, HURRY, LOOK_AGAIN, LeaseSlot, MOVE};
use crate::lease::{Bindings, Refusal, Wanted, bindings};
use crate::rule::kept;

/// Tells the keeper that this process lives, for as long as it does.
pub(super) struct Connection {
    slot: usize,
    owner: u64,
    end: Kept,
}

/// The link is not whole.
pub(super) const CLOSED: &str = "other code in this process has closed the descriptors that lead to ticket's keeper; let it \
                                 close only those that it opened itself";

impl Family {
    /// Waits until there is a permit to issue with, at most until `deadline`, and publishes it to this
    /// process.
    pub(super) fn renew_distant(
        &self,
        source: &Source,
        (registry, own): (usize, bool),
        deadline: Instant,
    ) -> Result<Renewed, Refusal> {
        let mut waited = false;
        let mut look = LOOK_AGAIN;
        loop {
            let slot = self
                .board()
                .slot(self.lease_slot(source.wanted, registry, own)?);
            let turn = slot.turn();
            let word = slot.permit();
            self.check_floor(source, word)?;
            if let Some((permit, next)) = self.usable(word)
                && (self.is_bound(slot.registry(), permit.node) || !kept!("permit_of_bound_node"))
            {
                self.publish_distant(source, slot, permit, next);
                let node = permit.node;
                return Ok(Renewed { node, waited });
            }
            self.ask(slot, HURRY);
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(self.unavailable(registry, slot));
            }
            waited = true;
            wait(slot, turn, left, &mut look);
        }
    }

    /// Has the lease moved to a node whose mark is past.
    pub(super) fn move_distant(
        &self,
        source: &Source,
        (registry, own): (usize, bool),
        node: u16,
        deadline: Instant,
    ) -> Result<(), Refusal> {
        let slot = self
            .board()
            .slot(self.lease_slot(source.wanted, registry, own)?);
        let stays = || Permit::unpack(slot.permit(), &self.layout).node == node;
        if stays() {
            self.ask(slot, MOVE);
        }
        let mut look = LOOK_AGAIN;
        loop {
            let turn = slot.turn();
            if !stays() {
                return self
                    .renew_distant(source, (registry, own), deadline)
                    .map(drop);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if !slot.is_asked(MOVE) || left.is_zero() {
                return Err(self.unavailable(registry, slot));
            }
            wait(slot, turn, left, &mut look);
            self.summon();
        }
    }

    /// Starts a keeper if there is none.
    pub(super) fn summon(&self) {
        if let Ok(link) = &self.link {
            keeper::ensure(link, self.board(), &self.config, &self.member());
        }
    }

    fn ask(&self, slot: &LeaseSlot, what: u32) {
        self.summon();
        slot.ask(what);
        if let Ok(link) = &self.link {
            link.hint();
        }
    }

    /// The slot of a lease of the family's that holds this node now.
    pub(super) fn holder(&self, node: u16) -> Option<usize> {
        let holds = |&index: &usize| {
            let slot = self.board().slot(index);
            let is_it = || {
                self.usable(slot.permit())
                    .is_some_and(|(permit, _)| permit.node == node)
            };
            if !is_it() {
                return false;
            }
            if slot.owner() != self.own.identity() && kept!("riders_say_so") {
                // Before the permit is looked at again.
                slot.ride();
            }
            is_it()
        };
        self.board().used().find(holds)
    }

    /// The slot of the lease, filled if need be.
    fn lease_slot(&self, wanted: Wanted, registry: usize, own: bool) -> Result<usize, Refusal> {
        if !own {
            let holder = match wanted {
                Wanted::Exactly(node) => self.holder(node),
                _ => None,
            };
            return Ok(holder.unwrap_or_else(|| self.board().shared(registry, wanted)));
        }
        let owner = self.own.identity();
        let index = self.board().own(registry, owner);
        let index = index.ok_or_else(|| {
            Refusal::Unavailable(format!(
                "the processes of this family already have {} node IDs of their own, which is the most they can",
                keeper::OWN
            ))
        })?;
        self.connect(index, owner)?;
        Ok(index)
    }

    /// The process does not need to be known to live any more, as far as this slot goes.
    pub(super) fn disconnect(&self, slot: usize) {
        let connections = &mut lock(&self.leases).connections;
        connections.retain(|known| known.slot != slot);
    }

    /// Makes sure that the keeper knows that this process lives.
    pub(super) fn connect(&self, slot: usize, owner: u64) -> Result<(), Refusal> {
        let connections = &mut lock(&self.leases).connections;
        // A parent's are not ours, and those of a keeper that is gone are nobody's.
        connections.retain(|known| {
            (known.owner == owner || !kept!("connection_of_the_process"))
                && known.end.is_ours()
                && (!keeper::has_hung_up(&known.end) || !kept!("connection_to_this_keeper"))
        });
        if connections.iter().any(|known| known.slot == slot) {
            return Ok(());
        }
        let Ok(link) = &self.link else {
            return Ok(());
        };
        match link.register(slot, owner) {
            Ok(end) => {
                connections.push(Connection { slot, owner, end });
                Ok(())
            }
            // The keeper is stopped, and has much to hear. Whoever waits tries again.
            Err(error) if error.downcast_ref() == Some(&Errno::EAGAIN) => Ok(()),
            Err(_) if !link.is_whole() => Err(Refusal::Unavailable(CLOSED.to_owned())),
            Err(error) => Err(Refusal::Unavailable(format!(
                "the keeper cannot be told which process this is for: {error:#}"
            ))),
        }
    }

    /// The permit in a word, if something can be issued with it, and the timestamp that would be.
    fn usable(&self, word: u64) -> Option<(Permit, u64)> {
        if word == Permit::NONE {
            return None;
        }
        let permit = Permit::unpack(word, &self.layout);
        let last = &self.board().words[usize::from(permit.node)];
        let next = last.load(Ordering::Acquire).saturating_add(1);
        let now = Moment::now(&self.layout).timestamp;
        let next = now.max(self.layout.timestamp_of(next));
        (next <= permit.until).then_some((permit, next))
    }

    /// Looks whether the word of the source's node has been lowered since this process saw it, as by a process of
    /// another pool that overwrites what all of them share. Nothing is issued then that may have been before: the node
    /// is sealed up to the end of its permit (rule 4 of [`crate::lease::machine`]), for all processes.
    fn check_floor(&self, source: &Source, permit: u64) -> Result<(), Refusal> {
        let Permit { node, until } = Permit::unpack(permit, &self.layout);
        let last = &self.board().words[usize::from(node)];
        let floor = source.floor_of(node);
        if permit == Permit::NONE || last.load(Ordering::Acquire) >= floor {
            return Ok(());
        }
        let end = self.layout.end_of(until.min(self.layout.max_timestamp()));
        last.fetch_max(end.max(floor), Ordering::AcqRel);
        self.board().tell_overwritten(1, node);
        Err(Refusal::Unavailable(format!(
            "what was issued of node {node} was lowered by other code, in memory that all processes of this family can \
             write, so IDs may have been issued twice just now; nothing more is issued of the time that was reserved, \
             and the next call goes on after it or with another node. End what does that (FFI, a faulty extension), \
             and start PHP anew"
        )))
    }

    /// Whether the node was leased from this registry: the keeper sees to that before it publishes a permit.
    fn is_bound(&self, registry: usize, node: u16) -> bool {
        let at = self.board().at(registry);
        let key = bindings::key((at.dsn(), at.path()));
        Bindings::new(self.region.bound(), key).is_bound(node)
    }

    /// Gives this process a permit that it looks after again in good time: when half a window is left of the
    /// lease, or soon if that is so now.
    fn publish_distant(&self, source: &Source, slot: &LeaseSlot, permit: Permit, next: u64) {
        let half = self.config.terms.window / 2;
        let due = permit.until.saturating_sub(half);
        if due < next && kept!("half_window") {
            // The keeper is dead or stopped, or ZooKeeper is away.
            self.ask(slot, HURRY);
        }
        let soon = next + LOOK_AGAIN.as_millis() as u64;
        let mut until = match kept!("looked_after_early") {
            true => permit.until.min(due.max(soon)),
            false => permit.until,
        };
        if kept!("permit_believed_briefly") {
            // Longer than any that the keeper has from ZooKeeper; what others may have written there, it puts right.
            until = until.min(next.saturating_add(self.config.terms.reserve()));
        }
        let words = &self.board().words;
        let last = words[usize::from(permit.node)].load(Ordering::Acquire);
        let floor = match kept!("floor_of_process") {
            true => last.max(source.floor_of(permit.node)),
            false => 0,
        };
        self.publish(source, words, floor, Permit { until, ..permit });
    }

    /// What is wrong, if that is known.
    pub(super) fn complaint(&self, registry: usize, slot: &LeaseSlot) -> Option<String> {
        if let Some(reason) = self.keeper_lacks() {
            return Some(reason);
        }
        [self.board().at(registry).error(), slot.error()]
            .into_iter()
            .find(|reason| !reason.is_empty())
    }

    /// What there is against a keeper.
    pub(super) fn keeper_lacks(&self) -> Option<String> {
        match &self.link {
            Ok(link) if link.is_whole() => keeper::lacks(link, self.board(), &self.member()),
            Ok(_) => Some(CLOSED.to_owned()),
            Err(reason) => Some(reason.clone()),
        }
    }

    fn unavailable(&self, registry: usize, slot: &LeaseSlot) -> Refusal {
        let at = self.board().at(registry);
        let why = self.complaint(registry, slot);
        let why = why.unwrap_or_else(|| "ZooKeeper has not answered yet".to_owned());
        Refusal::Unavailable(format!(
            "no node ID could be leased from ZooKeeper ({}, path {}) within ticket.acquire_timeout = {} ms: \
             {why}",
            at.dsn(),
            at.path(),
            self.acquire_timeout.as_millis()
        ))
    }
}

/// Waits until something changes, at most `left`, and until the next look whether there is a keeper: ever longer,
/// since each look wakes it, and a thousand families that want a node at once would leave the server no time to
/// give them any. Shorter than what makes the keeper forget.
fn wait(slot: &LeaseSlot, turn: u32, left: Duration, look: &mut Duration) {
    slot.wait(turn, left.min(*look));
    *look = (*look * 2).min(LOOK_AGAIN * 8);
}
