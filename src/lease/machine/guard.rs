//! What others have written into the family's memory.
//!
//! Every process of a family has that memory mapped, those of all pools of an FPM master, too, so a fault or a
//! malice of one can lower what was issued, or permit what is not ours. The keeper compares it at each step with what
//! it has in its own: what it has published, and the highest words that it has seen. What it finds is put right as by
//! a seal, so that nothing is issued that may have been issued before, and told. Between two looks it is blind; there
//! each process has the floor of what it has seen itself (`crate::family`).

use std::sync::atomic::Ordering;

use super::{Held, LONGEST_PAUSE, Machine, Request};
use crate::id::Permit;
use crate::rule::kept;

/// No seal of ours is further beyond a mark than so many times as far as marks are set.
const FAR: u64 = 3;

impl Machine<'_> {
    /// What the word of a node is not to be below from now on.
    pub(super) fn floor(&mut self, node: u16, word: u64) {
        match self.floors.iter_mut().find(|(known, _)| *known == node) {
            Some((_, floor)) => *floor = word.max(*floor),
            None => self.floors.push((node, word)),
        }
    }

    /// Looks whether others have written into the family's memory, and puts that right.
    pub(super) fn mend(&mut self, now: u64) {
        let ours = Permit::unpack(self.published, &self.layout);
        let found = self.memory.permit.load(Ordering::Acquire);
        if found != self.published && kept!("permit_of_keeper") {
            self.memory.permit.store(self.published, Ordering::SeqCst);
            let Permit { node, until } = Permit::unpack(found, &self.layout);
            if found != Permit::NONE && (node != ours.node || until > ours.until) {
                // Whoever issues with it does so no longer than for this time, since it then looks again.
                let last = self
                    .layout
                    .timestamp_of(self.last(node).load(Ordering::Acquire));
                let most = now.max(last).saturating_add(self.terms.reserve());
                let end = self.within_layout(until.min(most));
                self.raise(node, self.layout.end_of(end));
            }
            self.tell_overwritten(node);
        }
        if self.published != Permit::NONE {
            self.floor(ours.node, 0);
        }
        for index in 0..self.floors.len() {
            let (node, floor) = self.floors[index];
            let last = self.last(node).load(Ordering::Acquire);
            let is_ours = self.published != Permit::NONE && node == ours.node;
            if last < floor && kept!("floor_of_keeper") {
                // All that is permitted may have been issued.
                let permitted = if is_ours {
                    self.layout.end_of(ours.until)
                } else {
                    0
                };
                self.raise(node, floor.max(permitted));
                self.tell_overwritten(node);
            }
            if is_ours && self.is_far(last, ours.until) && !self.is_far(floor, ours.until) {
                self.tell_overwritten(node);
            }
            self.floor(node, last);
        }
    }

    /// Whether a word is so far beyond a mark that the mark is not to follow it.
    fn is_far(&self, word: u64, until: u64) -> bool {
        let far = until.saturating_add(FAR * self.terms.reserve());
        self.layout.timestamp_of(word) > far && kept!("mark_does_not_follow")
    }

    /// Whether nothing can be issued of a lease any more, since others have written its word.
    pub(super) fn is_spoilt(&self, held: Held) -> bool {
        self.is_far(self.last(held.node).load(Ordering::Acquire), held.until)
    }

    /// Looks for another node, if that may be.
    pub(super) fn leave_spoilt(&mut self, now: u64, held: Held) -> Option<Request> {
        self.reason = Some(format!(
            "what was issued of node {} was overwritten with a time that is far ahead, in memory that all processes of \
             this family can write; end what does that, and start PHP anew",
            held.node
        ));
        self.stay(held, now + LONGEST_PAUSE);
        self.leave(now)
    }

    fn tell_overwritten(&mut self, node: u16) {
        self.tally.overwritten += 1;
        self.tally.overwritten_node = node;
    }
}
