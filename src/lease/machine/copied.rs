//! What becomes of a lease whose machine was copied, with all that is in its memory: a virtual machine that was cloned,
//! or put back to an earlier state.
//!
//! Then there are two that have the same permit, nonces and session, or there was one that has gone on with them. Only the
//! copy is told, so it is the copy that gives way: whatever it had is the other one's, and it asks for a node as a
//! stranger would, who finds one claimed, or its mark ahead of the clock. It gives nothing back, not its node, its
//! spare or the session, since that would take them from the other one. A write of the copy's that is under way may still
//! be done; the other one then finds that it is its own, or that the node is lost.
//!
//! What was issued here before this was told, the other one may have issued, too; nothing here can undo that.
//!
//! Nobody may ever tell. Then the two go on up to the mark that both know, and not beyond if the nonces that they draw from
//! then on differ (rule 7): of two that write the same nonce, each would find the other's mark to be its own. So
//! whoever drives a machine gives it randomness of that moment before each step ([`Machine::reseed`]).

use std::sync::atomic::Ordering;

use super::{Machine, Request, State};
use crate::id::Permit;
use crate::rule::kept;

impl Machine<'_> {
    /// Draws nonces from here on that a copy of this machine does not draw.
    pub fn reseed(&mut self, seed: u64) {
        if kept!("reseeded") {
            let before = self.random.u64(..);
            self.random.seed(seed ^ before);
        }
    }

    pub(super) fn begin_as_stranger(&mut self) -> Option<Request> {
        let permit = Permit::unpack(self.published, &self.layout);
        if self.published != Permit::NONE {
            self.tally.voided += 1;
            self.published = Permit::NONE;
            self.memory.permit.store(Permit::NONE, Ordering::SeqCst);
            if kept!("void_in_copy") {
                // As in rule 4: a caller between its load and its compare-and-set fails from here on.
                self.raise(permit.node, self.layout.end_of(permit.until));
            }
        }
        if kept!("nonces_of_copy") {
            self.memory.forget();
        }
        (self.aside, self.moved_to) = (None, None);
        if kept!("spare_of_copy") {
            self.spare = None;
        }
        self.state = State::Idle;
        self.online = false;
        self.at = 0;
        self.reason = Some(COPY.to_owned());
        match self.closing {
            true => self.released(),
            false => None,
        }
    }
}

const COPY: &str = "the kernel says that this virtual machine was cloned or put back to an earlier state, so what was \
                    leased before is given up, and a node ID is leased anew";
