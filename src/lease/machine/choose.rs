//! Which node to take.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::Ordering;

use super::super::Wanted;
use super::super::candidates::candidates;
use super::{Claim, Machine, Mark, RETRY, Request, State};

impl Machine<'_> {
    /// Begins to look at the free nodes, in the order of [`candidates`].
    pub(super) fn choose(&mut self, now: u64, taken: &BTreeSet<u16>) -> Option<Request> {
        let moving = self.leaving.is_some();
        let lots = candidates(&self.layout, moving, &mut self.random);
        let free = |node: &u16| !taken.contains(node) && self.bindings.allows(*node);
        let mut next: VecDeque<u16> = lots.into_iter().flatten().filter(free).collect();
        let Some(node) = next.pop_front() else {
            self.reason = Some(format!("no node ID is free: {} are taken", taken.len()));
            return self.give_up(now, RETRY);
        };
        self.look(node, next, None)
    }

    /// Looks at one candidate.
    pub(super) fn look(
        &mut self,
        node: u16,
        next: VecDeque<u16>,
        best: Option<(u16, Option<Mark>)>,
    ) -> Option<Request> {
        self.state = State::Choosing { node, next, best };
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
        mut next: VecDeque<u16>,
        mut best: Option<(u16, Option<Mark>)>,
    ) -> Option<Request> {
        if claim == Claim::Free {
            if self.ahead(node, mark) < now {
                return self.acquire(now, node, mark, false);
            }
            let better = best.is_none_or(|(b, m)| self.ahead(node, mark) < self.ahead(b, m));
            if better {
                best = Some((node, mark));
            }
        }
        if let Some(node) = next.pop_front() {
            return self.look(node, next, best);
        }
        if let Some(held) = self.leaving.take() {
            self.reason = Some("no free node ID has its mark behind the clock".to_owned());
            return self.stay(held, now);
        }
        match best {
            None => {
                self.reason = Some(match self.wanted {
                    Wanted::Exactly(node) => format!("node ID {node} is taken"),
                    _ => "no node ID is free".to_owned(),
                });
                self.pause(now, RETRY)
            }
            Some((node, mark)) => {
                let ahead = self.ahead(node, mark) - now;
                if ahead <= self.terms.tolerance {
                    return self.acquire(now, node, mark, false);
                }
                self.reason = Some(format!(
                    "the clock is {ahead} ms behind the mark of node {node}, and no free node's is nearer"
                ));
                self.pause(now, RETRY.min(ahead - self.terms.tolerance))
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
