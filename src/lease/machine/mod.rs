//! The lease of a node ID from a registry that is far away: what to ask it, and what to make of its
//! answers.
//!
//! The registry can compare and set. It keeps, per node ID, a *mark* with a version (persistent; "IDs up
//! to this timestamp are spoken for") and a *claim* (gone with its holder's session). All safety rests on
//! the mark: an owner issues only up to it, moves it ahead before it needs to and only by its version, and
//! a new owner issues only above the mark it found. No clock, time-out or pause is part of that argument.
//!
//! [`crate::keeper`] drives it, and [`super::zookeeper`] carries out what it asks for.
//!
//! [`Machine`] is told what happened ([`Event`]) and the time, and says what to ask next ([`Request`]). It
//! has at most one request under way. It changes the family's memory itself, since the order of those
//! changes and of what is sent is what keeps the promise; each place names the rule it follows:
//!
//! 1. Marks change only by versioned set.
//! 2. Before an acquire is sent, `last` of that node is raised to the end of the mark found. The permit is
//!    published after the reply.
//! 3. `last` never decreases: raises are `fetch_max`.
//! 4. Before a mark is lowered, `last` is sealed by one `fetch_max` to the end of the old mark; the value
//!    returned is the last issued, and only that is then written.
//! 5. Acquire writes max(now, mark found, `last`) + reserve; extend writes max(old mark, now + reserve). Neither writes
//!    more than the layout's last timestamp: nothing can be issued beyond.
//! 6. One permit word per lease.
//! 7. Every write carries a fresh nonce, kept in shared memory before it is sent. An unknown outcome is
//!    resolved by reading: a nonce of ours means go on with the mark and version *read*. (Those of a [`spare`] are
//!    kept before the spare becomes the lease, or is given back.)
//! 8. A claim is deleted only together with a check of the mark's version.
//! 9. A move seals the old node, then publishes the new permit, then releases the old node. The new one may have been
//!    taken long before ([`spare`]).
//!
//! Where all of this was copied, the copy begins again as a stranger ([`copied`]).
//!
//! Any process of the family can write into that memory, also past all of this ([`guard`]).

#![forbid(unsafe_code)]

mod choose;
mod copied;
mod guard;
#[cfg(test)]
#[cfg(ticket_loom)]
mod interleaved;
mod memory;
#[cfg(test)]
#[cfg(not(ticket_loom))]
mod model;
mod protocol;
mod spare;
#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests;

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::Ordering;

use super::{Bindings, Wanted};
use crate::id::{Layout, Permit};
use crate::rule::kept;
use crate::sync::{AtomicU64, fence};

pub use memory::{ATTEMPTS, Memory, ride};
pub use protocol::{Claim, Event, Mark, Reply, Request};
use spare::Spare;
pub use spare::spares;

/// How long to wait, in ms, before asking again what could not be had.
const RETRY: u64 = 100;

/// The longest pause, in ms.
const LONGEST_PAUSE: u64 = 1000;

/// How a lease is kept, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How long the registry may be away without a call that fails.
    pub window: u64,
    /// How far ahead of the clock a mark may be for its node to be taken.
    pub tolerance: u64,
    /// Of how many of the highest node IDs one is kept ready to move to; 0: none is.
    pub spares: u16,
}

impl Terms {
    /// How far ahead marks are set, so that at least `window` is left whenever the registry goes away.
    #[must_use]
    pub fn reserve(self) -> u64 {
        self.window + self.pace()
    }

    /// How often a mark is moved ahead.
    #[must_use]
    pub fn pace(self) -> u64 {
        self.window / 3
    }
}

/// A lease that we have, as far as we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Held {
    node: u16,
    until: u64,
    version: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum State {
    /// No lease, and nothing is under way.
    Idle,
    /// Finding out which nodes are taken: for the first time, or because another was faster meanwhile.
    Listing(Option<Candidates>),
    /// Looking for a free node: which one is looked at, and what is left besides.
    Choosing {
        node: u16,
        left: Candidates,
    },
    Acquiring {
        node: u16,
        until: u64,
        nonce: u64,
        /// The mark was our own.
        again: bool,
        /// What is left to look at, should it turn out that this one cannot be used.
        left: Candidates,
    },
    Held(Held),
    Extending {
        held: Held,
        until: u64,
        nonce: u64,
    },
    /// A node to move to is being taken, or its mark moved ahead; what is held meanwhile.
    Sparing {
        held: Held,
        spare: Spare,
    },
    /// Finding out what became of that.
    Doubting {
        held: Held,
        spare: Spare,
    },
    /// Finding out what became of a node that is or may be ours.
    Settling(u16),
    /// The node is sealed; its mark is to become the last timestamp issued.
    Releasing(Sealed),
    /// Finding out what became of a release.
    Unsealed(Sealed),
    Released,
}

/// A lease beside which another node is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Aside {
    held: Held,
    purpose: Purpose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Purpose {
    /// To move there.
    Move,
    /// To move there when the clock goes back.
    Spare,
}

/// Free nodes: which come next, and the best of those that were looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Candidates {
    next: VecDeque<u16>,
    best: Option<(u16, Option<Mark>)>,
}

/// A node that nothing is issued from any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Sealed {
    node: u16,
    issued: u64,
}

/// One lease.
pub struct Machine<'a> {
    layout: Layout,
    terms: Terms,
    wanted: Wanted,
    memory: Memory<'a>,
    bindings: Bindings,
    random: fastrand::Rng,
    state: State,
    /// Not to ask again before.
    at: u64,
    online: bool,
    closing: bool,
    /// Nobody issues from it any more but those that ride on it.
    abandoned: bool,
    /// The lease that there is while another node is looked for.
    aside: Option<Aside>,
    /// The node to move to. This session has a claim on it.
    spare: Option<Spare>,
    /// The node to go on with when another is released: the one that a move has left, or a spare.
    moved_to: Option<u16>,
    reason: Option<String>,
    remark: Option<String>,
    /// How many nodes the last search has found odd.
    odd: usize,
    /// Those that could not be used.
    unusable: BTreeSet<u16>,
    /// The one to look at first, if it is free.
    suggested: Option<u16>,
    tally: Tally,
    /// The permit word as it was published.
    published: u64,
    /// The highest word that was seen of each node that was raised or leased here.
    floors: Vec<(u16, u64)>,
}

/// What has happened to a lease so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Moves to another node because the clock went back.
    pub moves: u64,
    /// Leases that another owner has taken meanwhile.
    pub lost: u64,
    /// Permits that were given up because this machine is a copy.
    pub voided: u64,
    /// How often the family's memory was found overwritten, and the node that this was about last.
    pub overwritten: u64,
    /// See there.
    pub overwritten_node: u16,
}

impl<'a> Machine<'a> {
    /// A lease to be taken; or to be taken over, if the memory holds the permit of one.
    #[must_use]
    pub fn new(
        layout: Layout,
        terms: Terms,
        wanted: Wanted,
        memory: Memory<'a>,
        bindings: Bindings,
        random: fastrand::Rng,
    ) -> Self {
        let published = memory.permit.load(Ordering::Acquire);
        let state = match published {
            _ if !kept!("takeover") => State::Idle,
            Permit::NONE => State::Idle,
            word => State::Settling(Permit::unpack(word, &layout).node),
        };
        Self {
            layout,
            terms,
            wanted,
            memory,
            bindings,
            random,
            state,
            at: 0,
            online: false,
            closing: false,
            abandoned: false,
            aside: None,
            spare: None,
            moved_to: None,
            reason: None,
            remark: None,
            odd: 0,
            unusable: BTreeSet::new(),
            suggested: None,
            tally: Tally::default(),
            published,
            floors: Vec::new(),
        }
    }

    /// What happened, and what to ask next, if anything. While a request is under way, everything but
    /// its answer and a new session is only noted.
    pub fn step(&mut self, now: u64, event: Event) -> Option<Request> {
        self.mend(now);
        match event {
            Event::Session => {
                self.online = true;
                self.at = 0;
                self.resume(now)
            }
            Event::Reply(reply) => self.answered(now, reply),
            Event::Tick => self.go_on(now, false),
            Event::Hurry => self.go_on(now, true),
            Event::ClockBehind => self.leave(now),
            Event::Release | Event::Abandoned => {
                self.abandoned = event == Event::Abandoned;
                self.closing = true;
                self.at = 0;
                self.go_on(now, false)
            }
            Event::Cloned => self.begin_as_stranger(),
        }
    }

    /// When to send [`Event::Tick`]; `None` while an answer or the first session is awaited, or there is
    /// nothing to do.
    #[must_use]
    pub fn wake_at(&self) -> Option<u64> {
        match &self.state {
            _ if !self.online => None,
            State::Idle | State::Settling(_) | State::Unsealed(_) | State::Doubting { .. } => {
                Some(self.at)
            }
            State::Held(held) => Some(self.at.max(held.until.saturating_sub(self.terms.window))),
            _ => None,
        }
    }

    /// Why there is no lease, if that is known.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// What is odd about the registry and does not keep the lease from being had.
    #[must_use]
    pub fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }

    /// What has happened so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Whether another node is being looked for because the clock went back.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.purpose() == Some(Purpose::Move)
    }

    fn purpose(&self) -> Option<Purpose> {
        self.aside.map(|aside| aside.purpose)
    }

    /// Whether a node is held, or may be: a write that would claim one is under way.
    #[must_use]
    pub fn is_engaged(&self) -> bool {
        !matches!(
            self.state,
            State::Idle | State::Listing(_) | State::Choosing { .. } | State::Released
        ) || self.aside.is_some()
    }

    /// Whether the lease is given up for good.
    #[must_use]
    pub fn is_released(&self) -> bool {
        matches!(self.state, State::Released)
    }

    /// What was asked of the old session has an unknown outcome.
    fn resume(&mut self, now: u64) -> Option<Request> {
        if kept!("spare_of_this_session") {
            self.spare = None;
        }
        let aside = self.aside.take().map(|aside| aside.held.node);
        let node = match (&self.state, self.moved_to.take().or(aside)) {
            (State::Released, _) => return None,
            (State::Acquiring { node, .. }, None) => *node,
            // An old session's claim is gone with it, or stands in its node's way until then.
            (_, Some(kept)) => kept,
            (
                State::Held(held)
                | State::Extending { held, .. }
                | State::Sparing { held, .. }
                | State::Doubting { held, .. },
                None,
            ) => held.node,
            (State::Settling(node), None) => *node,
            (State::Releasing(sealed) | State::Unsealed(sealed), None) => {
                return self.unseal(*sealed);
            }
            (State::Idle | State::Listing(_) | State::Choosing { .. }, None) => {
                self.state = State::Idle;
                return self.go_on(now, false);
            }
        };
        self.settle(node)
    }

    fn settle(&mut self, node: u16) -> Option<Request> {
        self.state = State::Settling(node);
        Some(Request::Look { node, settle: true })
    }

    fn unseal(&mut self, sealed: Sealed) -> Option<Request> {
        self.state = State::Unsealed(sealed);
        let node = sealed.node;
        Some(Request::Look { node, settle: true })
    }

    fn go_on(&mut self, now: u64, hurry: bool) -> Option<Request> {
        // No pause is that long; the clock was set back.
        if self.at > now + LONGEST_PAUSE && kept!("pause_after_clock_step") {
            self.at = now;
        }
        if !self.online || now < self.at {
            return None;
        }
        let ended = now > self.layout.max_timestamp();
        match &self.state {
            State::Idle if self.closing => self.released(),
            State::Idle if ended => {
                self.reason = Some(format!(
                    "the timestamps of the layout ({}) have ended, by the clock here",
                    self.layout
                ));
                self.at = now + LONGEST_PAUSE;
                None
            }
            State::Idle => self.begin(),
            State::Settling(node) => {
                let node = *node;
                self.settle(node)
            }
            State::Unsealed(sealed) => {
                let sealed = *sealed;
                self.unseal(sealed)
            }
            State::Doubting { held, spare } => {
                let (held, spare) = (*held, *spare);
                self.doubt(held, spare)
            }
            State::Held(held) => {
                let held = *held;
                if self.closing {
                    self.release(held)
                } else if ended {
                    self.stay(held, now + LONGEST_PAUSE)
                } else if hurry
                    || held.until <= now + self.terms.window && kept!("extended_in_time")
                {
                    self.extend(now, held)
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    fn begin(&mut self) -> Option<Request> {
        (self.remark, self.odd) = (None, 0);
        let Wanted::Exactly(node) = self.wanted else {
            return self.list(None);
        };
        self.look(node, Candidates::default())
    }

    fn leave(&mut self, now: u64) -> Option<Request> {
        match self.state {
            State::Held(held) if self.online && self.wanted == Wanted::Any => {
                let purpose = Purpose::Move;
                self.aside = Some(Aside { held, purpose });
                self.move_to_spare(now).or_else(|| self.begin())
            }
            _ => None,
        }
    }

    fn answered(&mut self, now: u64, reply: Reply) -> Option<Request> {
        let state = std::mem::replace(&mut self.state, State::Idle);
        match (state, reply) {
            (State::Listing(left), Reply::Claimed(taken)) => self.choose(now, &taken, left),
            (State::Choosing { node, left }, Reply::Node(mark, claim)) => {
                self.consider(now, node, mark, claim, left)
            }
            (
                State::Acquiring {
                    node,
                    until,
                    nonce,
                    again,
                    ..
                },
                Reply::Done { version },
            ) => {
                self.memory.keep(nonce);
                self.memory.claim.store(nonce, Ordering::Release);
                self.gained(Held {
                    node,
                    until,
                    version,
                })
                .or_else(|| again.then(|| self.see_to_spare(now)).flatten())
            }
            // The mark or the claim was another one by then; what was ours may still be.
            (
                State::Acquiring {
                    node, again: true, ..
                },
                Reply::Refused,
            ) => {
                self.state = State::Settling(node);
                self.at = now + RETRY;
                None
            }
            (State::Choosing { node, left }, Reply::Unusable(problem))
            | (
                State::Acquiring {
                    node,
                    left,
                    again: false,
                    ..
                },
                Reply::Unusable(problem),
            ) => self.skip(now, node, left, problem),
            // Someone was faster.
            (State::Acquiring { .. }, Reply::Refused) => self.give_up(now, 0),
            (State::Extending { held, until, nonce }, Reply::Done { version }) => {
                self.memory.keep(nonce);
                self.gained(Held {
                    until,
                    version,
                    ..held
                })
                .or_else(|| self.see_to_spare(now))
            }
            (State::Sparing { held, spare }, reply) => self.spared(now, held, spare, &reply),
            (State::Doubting { held, spare }, Reply::Node(mark, claim)) => {
                self.found_out(now, held, spare, mark, claim)
            }
            // Whoever has set its mark to that, it was not us.
            (State::Doubting { held, .. }, Reply::Unusable(_)) => self.stay(held, now),
            (State::Extending { held, until, .. }, Reply::Unknown) if !kept!("read_back") => {
                let version = held.version + 1;
                self.gained(Held {
                    until,
                    version,
                    ..held
                })
            }
            (State::Extending { held, .. }, Reply::Unusable(_))
                if held.until < now && self.wanted == Wanted::Any =>
            {
                self.lost(now, held.node)
            }
            (State::Extending { held, .. }, Reply::Denied(reason) | Reply::Unusable(reason)) => {
                self.reason = Some(reason);
                self.stay(held, now + RETRY)
            }
            (State::Acquiring { node, .. }, Reply::Unknown)
            | (
                State::Extending {
                    held: Held { node, .. },
                    ..
                },
                // Refused: one of our own attempts may have landed after all.
                Reply::Unknown | Reply::Refused,
            ) => self.settle(node),
            (State::Settling(node), Reply::Node(mark, claim)) => {
                self.settled(now, node, mark, claim)
            }
            // Whoever has set it to that, it was not us.
            (State::Settling(node), Reply::Unusable(_)) => self.lost(now, node),
            (State::Releasing(sealed), Reply::Unknown | Reply::Refused) => self.unseal(sealed),
            (State::Unsealed(sealed), Reply::Node(mark, _)) => match mark {
                Some(mark) if self.memory.is_ours(mark.nonce) && mark.until != sealed.issued => {
                    self.write_release(sealed, mark.version)
                }
                _ => self.released(),
            },
            (State::Releasing(_), Reply::Done { .. } | Reply::Denied(_) | Reply::Unusable(_))
            | (State::Unsealed(_), Reply::Done { .. } | Reply::Denied(_) | Reply::Unusable(_)) => {
                self.released()
            }
            // Questions without an answer are asked again.
            (state @ (State::Settling(_) | State::Unsealed(_) | State::Doubting { .. }), _) => {
                self.state = state;
                self.at = now + RETRY;
                None
            }
            (State::Held(held), _) => self.stay(held, now),
            (State::Released, _) => {
                self.state = State::Released;
                None
            }
            (_, reply) => {
                if let Reply::Denied(reason) | Reply::Unusable(reason) = reply {
                    self.reason = Some(reason);
                }
                self.give_up(now, RETRY)
            }
        }
    }

    fn stay(&mut self, held: Held, at: u64) -> Option<Request> {
        self.state = State::Held(held);
        self.at = at;
        None
    }

    /// No node was had: back to the one that was to be left, if so, whose caller asks again if that is
    /// still needed; else try again after so many ms.
    fn give_up(&mut self, now: u64, ms: u64) -> Option<Request> {
        match self.aside.take() {
            Some(Aside { held, .. }) => {
                let rest = if self.is_spoilt(held) {
                    LONGEST_PAUSE
                } else {
                    0
                };
                self.stay(held, now + rest)
            }
            None => self.pause(now, ms),
        }
    }

    fn pause(&mut self, now: u64, ms: u64) -> Option<Request> {
        self.state = State::Idle;
        self.at = now + ms;
        if ms == 0 {
            self.go_on(now, false)
        } else {
            None
        }
    }

    fn last(&self, node: u16) -> &'a AtomicU64 {
        // The mask keeps the index in range for every node ID that a permit or a list can hold.
        &self.memory.words[usize::from(node & self.layout.max_node())]
    }

    /// Rule 3. Returns what `last` was.
    fn raise(&mut self, node: u16, to: u64) -> u64 {
        let last = match kept!("last_never_decreases") {
            true => self.last(node).fetch_max(to, Ordering::AcqRel),
            false => self.last(node).swap(to, Ordering::AcqRel),
        };
        self.floor(node, last.max(to));
        last
    }

    /// Rule 6.
    fn publish(&mut self, permit: Permit) {
        self.published = permit.pack(&self.layout);
        self.memory.permit.store(self.published, Ordering::Release);
    }

    fn acquire(
        &mut self,
        now: u64,
        node: u16,
        found: Option<Mark>,
        stale: bool,
        left: Candidates,
    ) -> Option<Request> {
        if !self.bindings.bind(node) {
            self.reason = Some(format!(
                "node ID {node} is already leased from another registry here"
            ));
            return self.pause(now, RETRY);
        }
        // Of a mark of our own `last` tells what was issued.
        let ours = found.is_some_and(|mark| self.memory.is_ours(mark.nonce));
        let found_until = found.map_or(0, |mark| mark.until);
        if found.is_some() && !ours && kept!("floor_before_send") {
            // Rule 2: whoever resolves or inherits this acquire needs no memory of the old mark.
            self.raise(node, self.layout.end_of(found_until));
        }
        // Rule 5. Our own mark is extended: adding to it whenever a session ends would drive it ever further ahead.
        let until = match ours {
            _ if !kept!("marks_do_not_go_down") => now + self.terms.reserve(),
            true => self.extended(now, node, found_until),
            false => now.max(self.ahead(node, found)) + self.terms.reserve(),
        };
        let until = self.within_layout(until);
        let nonce = self.attempt();
        if !kept!("permit_after_reply") {
            self.publish(Permit { node, until });
        }
        self.state = State::Acquiring {
            node,
            until,
            nonce,
            again: ours,
            left,
        };
        Some(Request::Acquire {
            node,
            until,
            nonce,
            version: found.map(|mark| required(mark.version)),
            stale,
        })
    }

    fn extend(&mut self, now: u64, held: Held) -> Option<Request> {
        if self.is_spoilt(held) {
            return self.leave_spoilt(now, held);
        }
        // Rule 5.
        let until = self.extended(now, held.node, held.until);
        let gain = until - held.until;
        let last = until == self.layout.max_timestamp();
        // Whoever waits for a lease hurries it, and is still heard when it has just been had.
        if gain <= self.terms.pace() / 2 && !(last && gain > 0) {
            if last {
                self.at = now + LONGEST_PAUSE;
            }
            return None;
        }
        let nonce = self.attempt();
        self.state = State::Extending { held, until, nonce };
        Some(Request::Extend {
            node: held.node,
            until,
            nonce,
            version: Some(required(held.version)),
        })
    }

    /// What a mark of ours that is now `until` is to become. Where the clock is behind what was issued, that counts.
    fn extended(&self, now: u64, node: u16, until: u64) -> u64 {
        let last = self.last(node).load(Ordering::Acquire);
        let now = now.max(self.layout.timestamp_of(last).min(until));
        let from = if kept!("marks_do_not_go_down") {
            until
        } else {
            0
        };
        self.within_layout(from.max(now + self.terms.reserve()))
    }

    /// What a mark is set to.
    fn within_layout(&self, until: u64) -> u64 {
        until.min(self.layout.max_timestamp())
    }

    /// The lease is ours, up to the mark that is known to be written.
    fn gained(&mut self, held: Held) -> Option<Request> {
        self.reason = None;
        self.at = 0;
        let permit = Permit {
            node: held.node,
            until: held.until,
        };
        // Rule 9.
        let sealed = self.aside.take().map(|Aside { held: old, .. }| {
            let sealed = match kept!("move_seals") {
                true => self.seal(old),
                false => self.last_issued(old, self.last(old.node).load(Ordering::Acquire)),
            };
            (sealed, old.version)
        });
        if !kept!("one_permit_word") {
            let old = Permit::unpack(self.memory.permit.load(Ordering::Acquire), &self.layout);
            self.publish(Permit {
                until: old.until,
                ..permit
            });
        }
        // Rules 2 and 6: after the reply, and in one word.
        self.publish(permit);
        match sealed {
            Some((sealed, version)) => {
                self.tally.moves += 1;
                self.moved_to = Some(held.node);
                self.write_release(sealed, version)
            }
            None => self.stay(held, 0),
        }
    }

    fn settled(
        &mut self,
        now: u64,
        node: u16,
        mark: Option<Mark>,
        claim: Claim,
    ) -> Option<Request> {
        let ours = |mark: &Mark| self.memory.is_ours(mark.nonce) || !kept!("foreign_nonce_is_lost");
        let Some(mark) = mark.filter(ours) else {
            return self.lost(now, node);
        };
        // Rule 7: what was read, not what was meant.
        self.memory.keep(mark.nonce);
        let held = Held {
            node,
            until: mark.until,
            version: mark.version,
        };
        match claim {
            _ if self.closing => self.release(held),
            Claim::Ours => self.gained(held).or_else(|| self.see_to_spare(now)),
            Claim::Free => self.acquire(now, node, Some(mark), false, Candidates::default()),
            Claim::Other { nonce } if self.memory.is_our_claim(nonce) => {
                self.acquire(now, node, Some(mark), true, Candidates::default())
            }
            Claim::Other { .. } => self.lost(now, node),
        }
    }

    /// The node is someone else's now. Its permit stays: what it permits was ours before. Only a permit
    /// for another node replaces it.
    fn lost(&mut self, now: u64, node: u16) -> Option<Request> {
        self.reason = Some(format!("node ID {node} was lost to another owner"));
        self.tally.lost += 1;
        self.aside = None;
        self.pause(now, 0)
    }

    fn release(&mut self, held: Held) -> Option<Request> {
        self.published = Permit::NONE;
        self.memory.permit.store(Permit::NONE, Ordering::SeqCst);
        // Whoever rides says so before it reads the permit, and finds none if it has not been seen here.
        fence(Ordering::SeqCst);
        let ridden = || self.memory.ridden.load(Ordering::SeqCst) != 0;
        let quiet = self.abandoned && !(kept!("riders_are_sealed") && ridden());
        let sealed = match quiet {
            // There is no caller to be stopped; so the family can lease the node again at once.
            true => self.last_issued(held, self.last(held.node).load(Ordering::SeqCst)),
            false => self.seal(held),
        };
        self.write_release(sealed, held.version)
    }

    /// Rule 4: a caller between its load and its compare-and-set fails from here on.
    fn seal(&mut self, held: Held) -> Sealed {
        let last = match kept!("seal") {
            true => self.raise(held.node, self.layout.end_of(held.until)),
            false => self.last(held.node).load(Ordering::Acquire),
        };
        self.last_issued(held, last)
    }

    fn last_issued(&self, held: Held, last: u64) -> Sealed {
        Sealed {
            node: held.node,
            issued: self.layout.timestamp_of(last).min(held.until),
        }
    }

    fn write_release(&mut self, sealed: Sealed, version: i32) -> Option<Request> {
        let nonce = self.attempt();
        self.state = State::Releasing(sealed);
        Some(Request::Release {
            node: sealed.node,
            until: sealed.issued,
            nonce,
            version: required(version),
        })
    }

    fn released(&mut self) -> Option<Request> {
        match (self.moved_to.take(), self.spare.take()) {
            (Some(node), spare) => {
                self.spare = spare;
                self.settle(node)
            }
            (None, Some(spare)) if kept!("spare_given_back") => self.give_back(spare),
            _ => {
                self.state = State::Released;
                None
            }
        }
    }

    fn attempt(&mut self) -> u64 {
        let fresh = self.random.u64(1..);
        let nonce = match kept!("fresh_nonce") {
            true => fresh,
            false => Some(self.memory.nonces[0].load(Ordering::Acquire))
                .filter(|&old| old != 0)
                .unwrap_or(fresh),
        };
        self.memory.attempt(nonce)
    }
}

/// Rule 1: the version that a write names. (-1 is any.)
fn required(version: i32) -> i32 {
    if kept!("version_check") { version } else { -1 }
}
