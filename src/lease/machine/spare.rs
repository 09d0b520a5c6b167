//! A node to move to at once when the clock goes back: it is taken in advance, like a lease, with mark and claim.
//!
//! A lease that has been extended once gets a spare. Nothing is issued from it here before the move, and nobody else
//! has it: by its mark no other family, and by its claim nobody who makes no more than claims, like the article's PHP;
//! so a caller need not wait for the registry then. A claim is gone with its session, and so is the spare. Whether there
//! is a spare is nothing that safety needs, so one that is not surely ours is none.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::Ordering;

use super::{
    Aside, Candidates, Claim, Held, Machine, Mark, Purpose, Reply, Request, State, required,
};
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
    /// The version is that of the mark found, as long as the one that is being written is not known.
    pub(super) held: Held,
    /// In its mark. Kept in shared memory before it matters: when the spare becomes the lease, or is given back.
    pub(super) nonce: u64,
    /// In its claim. As above.
    pub(super) claim: u64,
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

    /// What is taken is known: moves the mark of the spare ahead, gives it back, or looks for one.
    pub(super) fn choose_spare(&mut self, now: u64, taken: &BTreeSet<u16>) -> Option<Request> {
        // Of one whose claim somebody has deleted there is nothing to give back.
        let spare = self.spare.take();
        let spare = spare.filter(|spare| taken.contains(&spare.held.node));
        let max = self.layout.max_node();
        let lowest = max - self.terms.spares + 1;
        // With a spare for each they would be in the way of leases that need those nodes. Spares do not count.
        let many = taken.range(1..lowest).count() > usize::from(self.terms.spares);
        match spare {
            Some(spare) if many => {
                self.moved_to = self.aside.take().map(|aside| aside.held.node);
                self.give_back(spare)
            }
            Some(spare) => self.extend_spare(now, spare),
            None if many => self.give_up(now, 0),
            None => {
                let free = |node: &u16| !taken.contains(node) && self.bindings.allows(*node);
                let mut next: VecDeque<u16> = (lowest..=max).filter(free).collect();
                self.random.shuffle(next.make_contiguous());
                next.truncate(LOOKS);
                match next.pop_front() {
                    Some(node) => self.look(node, Candidates { next, best: None }),
                    None => self.give_up(now, 0),
                }
            }
        }
    }

    /// Takes this free node, whose mark is past.
    pub(super) fn make_spare(
        &mut self,
        now: u64,
        node: u16,
        found: Option<Mark>,
    ) -> Option<Request> {
        if self.closing || !self.bindings.bind(node) {
            return self.give_up(now, 0);
        }
        if let Some(mark) = found
            && kept!("floor_of_spare")
        {
            // Rule 2.
            self.raise(node, self.layout.end_of(mark.until));
        }
        let nonce = self.random.u64(1..);
        let until = self.spared_until(now, self.ahead(node, found));
        let version = found.map(|mark| required(mark.version));
        let held = Held {
            node,
            until,
            version: version.unwrap_or(NONE),
        };
        let claim = nonce;
        self.write_spare(Spare { held, nonce, claim });
        Some(match kept!("spare_is_claimed") {
            true => Request::Acquire {
                node,
                until,
                nonce,
                version,
                stale: false,
            },
            false => Request::Extend {
                node,
                until,
                nonce,
                version,
            },
        })
    }

    fn extend_spare(&mut self, now: u64, spare: Spare) -> Option<Request> {
        let Held { node, version, .. } = spare.held;
        // Rule 5.
        let until = self.spared_until(now, spare.held.until);
        let held = Held {
            until,
            ..spare.held
        };
        let nonce = self.random.u64(1..);
        self.write_spare(Spare {
            held,
            nonce,
            ..spare
        });
        Some(Request::Extend {
            node,
            until,
            nonce,
            version: Some(required(version)),
        })
    }

    fn spared_until(&self, now: u64, until: u64) -> u64 {
        self.within_layout(until.max(now + TIMES * self.terms.reserve()))
    }

    fn write_spare(&mut self, spare: Spare) {
        if let Some(Aside { held, .. }) = self.aside.take() {
            self.state = State::Sparing { held, spare };
        }
    }

    /// It was written, or not.
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
            // Else a claim of ours could stay for as long as the session.
            Reply::Unknown => return self.doubt(held, spare),
            _ => {}
        }
        self.stay(held, now)
    }

    pub(super) fn doubt(&mut self, held: Held, spare: Spare) -> Option<Request> {
        self.state = State::Doubting { held, spare };
        let node = spare.held.node;
        Some(Request::Look { node, settle: true })
    }

    /// Rule 7: it is ours as it was read, or not.
    pub(super) fn found_out(
        &mut self,
        now: u64,
        held: Held,
        spare: Spare,
        mark: Option<Mark>,
        claim: Claim,
    ) -> Option<Request> {
        // As it was written, or as it had been before.
        let ours = |mark: &Mark| mark.nonce == spare.nonce || mark.version == spare.held.version;
        self.spare = mark.filter(ours).map(|mark| Spare {
            held: Held {
                until: mark.until,
                version: mark.version,
                ..spare.held
            },
            nonce: mark.nonce,
            ..spare
        });
        self.spare = self.spare.filter(|_| claim == Claim::Ours);
        self.stay(held, now)
    }

    /// Goes on with the spare, if it is good for that.
    pub(super) fn move_to_spare(&mut self, now: u64) -> Option<Request> {
        let Spare { held, claim, .. } = self.spare?;
        if held.until < now || self.ahead(held.node, None) >= now {
            return None;
        }
        let spare = self.spare.take()?;
        // Whoever takes over from here finds it to be ours.
        if kept!("nonce_of_spare") {
            self.know(spare);
            self.memory.keep(spare.nonce);
        }
        let next = self.gained(held);
        if kept!("nonce_of_spare") {
            self.memory.claim.store(claim, Ordering::Release);
        }
        next
    }

    /// Nothing was issued from it. What its mark was before is free for others again.
    pub(super) fn give_back(&mut self, spare: Spare) -> Option<Request> {
        self.know(spare);
        // Rule 4.
        let sealed = self.seal(spare.held);
        self.write_release(sealed, spare.held.version)
    }

    /// Keeps its nonces where those of attempts are.
    fn know(&self, Spare { nonce, claim, .. }: Spare) {
        self.memory.attempt(claim);
        self.memory.attempt(nonce);
    }
}

/// The version of a mark that there is none of.
const NONE: i32 = -1;
