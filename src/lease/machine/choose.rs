//! Which node to take.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::Ordering;

use super::super::Wanted;
use super::super::candidates::{candidates, split};
use super::{
    Candidates, Claim, LONGEST_PAUSE, Machine, Mark, Purpose, RETRY, Request, State, spares,
};
use crate::rule::kept;

/// A mark that is further ahead of the clock than this, in ms, was written by a clock that was wrong: the
/// longest window is an hour.
const ABSURD: u64 = 86_400_000;

/// So many nodes that could not be used before are tried again at once.
const AGAIN: usize = 8;

impl Machine<'_> {
    /// Which node to look at first when the claims are told next, since it was looked at already. One that is random, or many
    /// would come to be after the same; it counts where it would be among the first anyway.
    pub fn suggest(&mut self, node: Option<u16>) {
        self.suggested = node;
    }

    pub(super) fn list(&mut self, left: Option<Candidates>) -> Option<Request> {
        self.state = State::Listing(left);
        Some(Request::List)
    }

    /// Looks at the free nodes, in the order of [`candidates`]: at first, or at what is `left` of them.
    pub(super) fn choose(
        &mut self,
        now: u64,
        taken: &BTreeSet<u16>,
        left: Option<Candidates>,
    ) -> Option<Request> {
        if let Some(mut left) = left {
            left.next.retain(|node| !taken.contains(node));
            return self.look_on(now, left);
        }
        if self.purpose() == Some(Purpose::Spare) {
            return self.choose_spare(now, taken);
        }
        let lots = candidates(&self.layout, self.must_be_past(), &mut self.random);
        let free = |node: &u16| !taken.contains(node) && self.bindings.allows(*node);
        let free = lots.into_iter().flatten().filter(free);
        // Where somebody has made all nodes unusable, each family would ask for a thousand without rest.
        let (mut known, fresh): (Vec<_>, Vec<_>) =
            free.partition(|node| self.unusable.contains(node));
        let mut next = VecDeque::from(fresh);
        if let Some(suggested) = self.suggested.take()
            && suggested <= split(&self.layout)
            && !self.must_be_past()
            && let Some(at) = next.iter().position(|&node| node == suggested)
        {
            next.swap(0, at);
        }
        self.random.shuffle(&mut known);
        self.odd += known.len().saturating_sub(AGAIN);
        next.extend(known.into_iter().take(AGAIN));
        let Some(node) = next.pop_front() else {
            let max = self.layout.max_node();
            let bound = (1..=max)
                .filter(|&node| !self.bindings.allows(node))
                .count();
            let others = match bound {
                0 => String::new(),
                _ => format!(", and {bound} are leased from another registry here"),
            };
            let all = taken.iter().filter(|&&node| node > 0).count();
            let spares = match taken.range(max - spares(&self.layout) + 1..).next() {
                None => "",
                _ => {
                    " (some of the highest may be spares, which families give back within two times ticket.window)"
                }
            };
            self.reason = Some(format!(
                "no node ID is free: {all} of {max} are taken{spares}{others}; end some of their owners, or use a layout \
                 with more node bits (ticket.node_bits) under another path, for IDs that are kept apart from these"
            ));
            return self.give_up(now, RETRY);
        };
        self.look(node, Candidates { next, best: None })
    }

    /// Whether only a node will do whose mark is past.
    fn must_be_past(&self) -> bool {
        kept!("move_to_the_past") && (self.aside.is_some() || self.wanted == Wanted::Elsewhere)
    }

    /// Looks at one candidate.
    pub(super) fn look(&mut self, node: u16, left: Candidates) -> Option<Request> {
        self.state = State::Choosing { node, left };
        Some(Request::Look {
            node,
            settle: false,
        })
    }

    pub(super) fn consider(
        &mut self,
        now: u64,
        node: u16,
        mark: Option<Mark>,
        claim: Claim,
        mut left: Candidates,
    ) -> Option<Request> {
        if claim == Claim::Free {
            let ahead = self.ahead(node, mark);
            if ahead < now {
                return match self.purpose() {
                    Some(Purpose::Spare) => self.make_spare(now, node, mark),
                    _ => self.acquire(now, node, mark, false, left),
                };
            }
            if ahead == self.layout.max_timestamp() {
                let spent = format!(
                    "all timestamps of node {node} are spoken for, up to the end of the layout ({}); use another node ID",
                    self.layout
                );
                return self.skip(now, node, left, spent);
            }
            if ahead - now > ABSURD {
                self.note(format!(
                    "the mark of node {node} is {} days ahead of the clock, so some clock is or was wrong; it \
                     can be had after that time, and others are used meanwhile",
                    (ahead - now) / ABSURD
                ));
            }
            if left.best.is_none_or(|(b, m)| ahead < self.ahead(b, m)) {
                left.best = Some((node, mark));
            }
        } else if !left.next.is_empty() {
            // It was free when they were listed. So others are taking them, too: of a thousand that listed them at
            // the same moment the last would look at hundreds.
            return self.list(Some(left));
        }
        self.look_on(now, left)
    }

    /// The node cannot be used, whoever has it.
    pub(super) fn skip(
        &mut self,
        now: u64,
        node: u16,
        left: Candidates,
        problem: String,
    ) -> Option<Request> {
        if self.wanted == Wanted::Exactly(node) {
            self.reason = Some(problem);
            return self.pause(now, RETRY);
        }
        self.note(problem);
        self.unusable.insert(node);
        self.look_on(now, left)
    }

    fn note(&mut self, oddity: String) {
        self.odd += 1;
        self.remark = Some(match self.odd - 1 {
            0 => oddity,
            more => format!("{oddity} (and {more} other nodes are odd)"),
        });
    }

    /// Looks at the next candidate, or decides if there is none.
    fn look_on(&mut self, now: u64, mut left: Candidates) -> Option<Request> {
        if let Some(node) = left.next.pop_front() {
            return self.look(node, left);
        }
        if self.purpose() == Some(Purpose::Spare) {
            return self.give_up(now, RETRY);
        }
        // The more there is that cannot be used, the longer.
        let rest = (self.odd as u64 * RETRY).clamp(RETRY, LONGEST_PAUSE);
        if self.must_be_past() {
            self.reason = Some("no free node ID has its mark behind the clock".to_owned());
            return self.give_up(now, rest);
        }
        match left.best.take() {
            None => {
                self.reason = Some(match self.wanted {
                    Wanted::Exactly(node)
                        if node > self.layout.max_node() - spares(&self.layout) =>
                    {
                        format!(
                            "node ID {node} is taken by another owner, or a family keeps it as a spare, as it may the highest \
                         ones; end that one, or use another node ID"
                        )
                    }
                    Wanted::Exactly(node) => format!(
                        "node ID {node} is taken by another owner; end that one, or use another node ID"
                    ),
                    _ => match &self.remark {
                        Some(remark) => format!("no node ID is free that can be used: {remark}"),
                        None => "no node ID is free any more".to_owned(),
                    },
                });
                self.pause(now, rest)
            }
            Some((node, mark)) => {
                let ahead = self.ahead(node, mark).saturating_sub(now);
                if ahead <= self.terms.tolerance || !kept!("mark_within_tolerance") {
                    return self.acquire(now, node, mark, false, left);
                }
                let nearest = match self.wanted {
                    Wanted::Exactly(_) => "",
                    _ => ", and no other free node's is nearer",
                };
                let reserved =
                    match mark.is_some_and(|mark| mark.until > now + self.terms.tolerance) {
                        true => "its last owner was killed or is paused and has reserved that time",
                        false => "this family had the node before, and had reserved that time",
                    };
                self.reason = Some(format!(
                    "the mark of node {node} is {ahead} ms ahead of the clock, more than ticket.clock_tolerance = \
                     {} ms{nearest}: {reserved}, or the clock was set back; the node can be had when the clock has \
                     come closer",
                    self.terms.tolerance
                ));
                self.pause(now, LONGEST_PAUSE.min(ahead - self.terms.tolerance))
            }
        }
    }

    /// The last timestamp spoken for on a node: by its mark, or by what was issued on it here.
    pub(super) fn ahead(&self, node: u16, mark: Option<Mark>) -> u64 {
        let here = self.last(node).load(Ordering::Acquire);
        mark.map_or(0, |mark| mark.until)
            .max(self.layout.timestamp_of(here))
    }
}
