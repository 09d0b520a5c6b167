//! A node to move to at once when the clock goes back: its mark is set in advance.
//!
//! A lease that has been extended once gets a spare. Nobody else issues from it while its mark is ahead, and nothing
//! is issued from it here before the move; so a caller need not wait for the registry then. It has no claim: that is
//! made after the move, like after the loss of a session. Whether there is a spare is nothing that safety needs, so
//! one of which anything is not known is given up.

use std::collections::{BTreeSet, VecDeque};

use super::{Aside, Candidates, Held, Machine, Mark, Purpose, Reply, Request, State, required};
use crate::id::Layout;
use crate::lease::Wanted;
use crate::rule::kept;

/// A spare's mark is set so many times as far ahead as that of a lease.
const TIMES: u64 = 2;

/// So many nodes are looked at; others look at the same time.
const LOOKS: usize = 4;

/// Of how many of the highest node IDs leases of this layout have spares: a sixteenth, a quarter of those that are kept
/// for moves. Fewer than this many would be in each other's way, and in that of others.
#[must_use]
pub fn spares(layout: &Layout) -> u16 {
    match layout.max_node() / 16 {
        few if few < FEWEST => 0,
        spares => spares,
    }
}

const FEWEST: u16 = 15;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Spare {
    pub(super) held: Held,
    /// In its mark. Kept in shared memory before it matters: when the spare becomes the lease.
    pub(super) nonce: u64,
}

impl Machine<'_> {
    /// Looks for a spare, or moves its mark ahead, if need be.
    pub(super) fn see_to_spare(&mut self, now: u64) -> Option<Request> {
        let State::Held(held) = self.state else {
            return None;
        };
        // The lease comes first.
        let due = held.until <= now + self.terms.window;
        if self.terms.spares == 0 || self.wanted != Wanted::Any || self.closing || due {
            return None;
        }
        let until = self.spare.map_or(0, |spare| spare.held.until);
        if until > now + self.terms.reserve() {
            return None;
        }
        let purpose = Purpose::Spare;
        self.aside = Some(Aside { held, purpose });
        self.list(None)
    }

    /// What is taken is known: moves the mark of the spare ahead, or looks for one.
    pub(super) fn choose_spare(&mut self, now: u64, taken: &BTreeSet<u16>) -> Option<Request> {
        let free = |node: &u16| !taken.contains(node) && self.bindings.allows(*node);
        let spare = self.spare.take().filter(|spare| free(&spare.held.node));
        let max = self.layout.max_node();
        let mut next: VecDeque<u16> = (max - self.terms.spares + 1..=max).filter(free).collect();
        self.random.shuffle(next.make_contiguous());
        next.truncate(LOOKS);
        // With a spare for each they would be in the way of leases that need those nodes.
        let many = taken.len() > usize::from(self.terms.spares);
        match (spare, next.pop_front()) {
            _ if many => self.give_up(now, 0),
            (Some(Spare { held: spare, .. }), _) => {
                let version = Some(required(spare.version));
                self.set_spare(now, spare, version)
            }
            (None, Some(node)) => self.look(node, Candidates { next, best: None }),
            (None, None) => self.give_up(now, 0),
        }
    }

    /// The mark of this node is past.
    pub(super) fn make_spare(
        &mut self,
        now: u64,
        node: u16,
        found: Option<Mark>,
    ) -> Option<Request> {
        if let Some(mark) = found
            && kept!("floor_of_spare")
        {
            // Rule 2.
            self.raise(node, self.layout.end_of(mark.until));
        }
        let spare = Held {
            node,
            until: self.ahead(node, found),
            version: -1,
        };
        self.set_spare(now, spare, found.map(|mark| required(mark.version)))
    }

    fn set_spare(&mut self, now: u64, spare: Held, version: Option<i32>) -> Option<Request> {
        let held = self.aside.take()?.held;
        // Rule 5.
        let until = spare.until.max(now + TIMES * self.terms.reserve());
        let until = self.within_layout(until);
        let (node, nonce) = (spare.node, self.random.u64(1..));
        let spare = Held { until, ..spare };
        self.state = State::Sparing {
            held,
            spare: Spare { held: spare, nonce },
        };
        Some(Request::Extend {
            node,
            until,
            nonce,
            version,
        })
    }

    /// Its mark was set, or not.
    pub(super) fn spared(
        &mut self,
        now: u64,
        held: Held,
        mut spare: Spare,
        reply: &Reply,
    ) -> Option<Request> {
        match *reply {
            Reply::Done { version } => {
                spare.held.version = version;
                self.spare = Some(spare);
            }
            // It is ours all the same, for all that is known.
            Reply::Unknown if !kept!("spare_is_certain") => self.spare = Some(spare),
            _ => {}
        }
        self.stay(held, now)
    }

    /// Goes on with the spare, if it is good for that.
    pub(super) fn move_to_spare(&mut self, now: u64) -> Option<Request> {
        let Spare { held, nonce } = self.spare.take()?;
        let past = held.until >= now && self.ahead(held.node, None) < now;
        if !past || !self.bindings.bind(held.node) {
            return None;
        }
        // Whoever takes over from here finds it to be ours.
        if kept!("nonce_of_spare") {
            self.memory.keep(nonce);
        }
        self.gained(held)
    }
}
