//! What to do when the clock is behind what was issued.
//!
//! In order: count on while within the tolerance (the sequence rule does that by itself); beyond it
//! a lease that may move goes to a node whose mark is past; otherwise wait if waiting helps in time;
//! otherwise refuse.

/// How a family bears a clock that went back, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// `ticket.clock_tolerance`: up to here IDs go on rising, if need be after a wait.
    pub setting: u64,
    /// How far ahead of the clock the registry lets a timestamp be.
    pub registry: u64,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Wait so many milliseconds, then try again.
    Wait(u64),
    /// Move the lease to a node whose mark is past.
    Move,
    /// Throw.
    Refuse,
}

impl Tolerance {
    /// How far ahead of the clock a timestamp may be issued without waiting.
    #[must_use]
    pub fn ahead(self) -> u64 {
        self.setting.min(self.registry)
    }

    /// Decides for a next timestamp that is `by` ms ahead of the clock, where `left` ms may be waited.
    ///
    /// `fixed`: the caller asked for this node and no other. `nowhere`: a move was tried just now and
    /// there is no node to move to.
    #[must_use]
    pub fn behind(self, by: u64, fixed: bool, nowhere: bool, left: u64) -> Step {
        // A new registry starts as far ahead as it lets anyone be. That is nobody's clock gone back.
        let beyond = by > self.setting.max(self.registry + 1);
        if beyond && !fixed && !nowhere {
            return Step::Move;
        }
        let wait = by.saturating_sub(self.ahead());
        if wait <= left && !(beyond && fixed) {
            Step::Wait(wait.max(1))
        } else {
            Step::Refuse
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Tolerance = Tolerance {
        setting: 1000,
        registry: 500,
    };

    #[test]
    fn within_the_tolerance_ids_go_on_rising() {
        assert_eq!(T.ahead(), 500);
        assert_eq!(T.behind(501, false, false, 5000), Step::Wait(1));
        assert_eq!(T.behind(1000, true, false, 5000), Step::Wait(500));
        assert_eq!(T.behind(1000, false, false, 499), Step::Refuse);
    }

    #[test]
    fn beyond_it_the_lease_moves_and_a_fixed_node_throws() {
        assert_eq!(T.behind(1001, false, false, 5000), Step::Move);
        assert_eq!(T.behind(1001, true, false, 5000), Step::Refuse);
    }

    #[test]
    fn without_a_node_to_move_to_it_waits_if_that_helps() {
        assert_eq!(T.behind(1001, false, true, 501), Step::Wait(501));
        assert_eq!(T.behind(1001, false, true, 500), Step::Refuse);
        assert_eq!(T.behind(u64::MAX, false, true, 5000), Step::Refuse);
    }

    #[test]
    fn no_tolerance_never_counts_on() {
        let none = Tolerance { setting: 0, ..T };
        assert_eq!(none.ahead(), 0);
        assert_eq!(none.behind(501, false, false, 5000), Step::Wait(501));
        assert_eq!(none.behind(501, true, false, 5000), Step::Wait(501));
        assert_eq!(none.behind(502, false, false, 5000), Step::Move);
        assert_eq!(none.behind(502, true, false, 5000), Step::Refuse);
    }
}
