//! An item of a queue that is taken: nobody else takes it as long as that is so.
//!
//! An item is a znode below `entries`. Its claim is an ephemeral one of the same name below `taken`, made in one transaction with
//! a change of the item that gives it the next version: so the version says how often it was taken, and whoever has taken it
//! before and was thought dead cannot finish it any more, since that takes the version that it had.

use serde_bytes::ByteBuf;

use super::contender::{Event, Fault, Standing, Step};
use crate::rule::kept;
use crate::wire::{Acl, Create, Mode, Operation};

/// Where items are, below the znode of a queue.
pub const ENTRIES: &str = "/entries/";

/// Where their claims are.
pub const TAKEN: &str = "/taken/";

/// The claim of an item, both as paths. `None`: it is no item's.
#[must_use]
pub fn claim_of(entry: &str) -> Option<String> {
    let (queue, name) = entry.rsplit_once(ENTRIES)?;
    Some(format!("{queue}{TAKEN}{name}"))
}

/// Claims an item of this version and value, in one step with giving it the next version; nobody else's claim has this value.
#[must_use]
pub fn taking(
    entry: &str,
    (version, value): (i32, &ByteBuf),
    claimant: &str,
    acl: Vec<Acl>,
) -> Vec<Operation> {
    vec![
        Operation::Create(Create {
            path: claim_of(entry).unwrap_or_default(),
            value: ByteBuf::from(claimant),
            acl,
            mode: Mode::Ephemeral { sequential: false },
        }),
        Operation::Set {
            path: entry.to_owned(),
            value: value.clone(),
            version: Some(version),
        },
    ]
}

/// Ends the claim of an item that had this version before, and no other claim of it: the item has the version that it was given.
#[must_use]
pub fn giving_back(entry: &str, version: i32) -> Vec<Operation> {
    vec![
        Operation::Check {
            path: entry.to_owned(),
            version: kept!("claim_given_back_once").then_some(version.wrapping_add(1)),
        },
        Operation::Delete {
            path: claim_of(entry).unwrap_or_default(),
            version: None,
        },
    ]
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    /// There is none of ours.
    Absent,
    /// There may be.
    Doubtful,
    /// It is there.
    Holds,
    /// It is not wanted any more, and may be there.
    Leaves,
    /// There is none of ours, and there will be none.
    Over,
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    stage: Stage,
    standing: Standing,
    session: Option<i64>,
}

impl Default for Claim {
    fn default() -> Self {
        Self {
            stage: Stage::Absent,
            standing: Standing::Asks,
            session: None,
        }
    }
}

impl Claim {
    /// How it stands. Its token is 0: the item's version fences it.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// What is to be done next.
    #[must_use]
    pub fn next(&self) -> Step {
        match self.stage {
            Stage::Absent => Step::Claim,
            Stage::Doubtful => Step::Claimed,
            Stage::Holds => Step::Wait,
            Stage::Leaves => Step::GiveBack,
            Stage::Over => Step::Over,
        }
    }

    fn is_wanted(&self) -> bool {
        matches!(self.standing, Standing::Asks | Standing::Holds(_))
    }

    /// Takes in what has happened.
    pub fn happens(&mut self, event: Event) {
        use Stage::{Absent, Doubtful, Holds, Leaves, Over};
        let stage = match (self.stage, event) {
            (_, Event::Session { id, .. }) => {
                if self.session.replace(id).is_some_and(|before| before != id) {
                    self.happens(Event::Expired);
                    self.session = Some(id);
                }
                return;
            }
            (Holds, Event::Expired) => self.ends(Standing::Lost),
            // It has gone with its session, and may have changed the item.
            (Doubtful | Leaves, Event::Expired) => self.ends(Standing::Taken),
            (Holds, Event::Release) => {
                self.standing = Standing::Released;
                Leaves
            }
            (Holds, Event::Forfeit) => {
                self.standing = Standing::Lost;
                Leaves
            }
            (_, Event::Finished) => self.ends(Standing::Released),
            (Absent, Event::Release | Event::Forfeit) => self.ends(Standing::Released),
            (stage, Event::Release | Event::Forfeit) => {
                if self.is_wanted() {
                    self.standing = Standing::Released;
                }
                stage
            }
            (Absent, Event::Done(Ok(()))) => self.holds(),
            (Absent, Event::Done(Err(Fault::Missing | Fault::Changed))) => {
                self.ends(Standing::Taken)
            }
            (Absent, Event::Done(Err(Fault::Unknown))) => match kept!("claim_doubt_resolved") {
                true => Doubtful,
                false => self.ends(Standing::Taken),
            },
            (Doubtful, Event::Claimed(Ok(true))) if self.is_wanted() => self.holds(),
            (Doubtful, Event::Claimed(Ok(true))) => Leaves,
            (Doubtful, Event::Claimed(Ok(false))) => self.ends(Standing::Taken),
            // The item's version says whether it may be tried again.
            (Doubtful, Event::Claimed(Err(Fault::Missing))) if self.is_wanted() => Absent,
            (Doubtful, Event::Claimed(Err(Fault::Missing))) => Over,
            (
                Leaves,
                Event::Done(Ok(()) | Err(Fault::Missing | Fault::Changed | Fault::Refused)),
            ) => Over,
            (_, Event::Done(Err(Fault::Refused)) | Event::Claimed(Err(Fault::Refused))) => {
                self.ends(Standing::Refused)
            }
            (stage, _) => stage,
        };
        self.stage = stage;
    }

    fn holds(&mut self) -> Stage {
        self.standing = Standing::Holds(0);
        Stage::Holds
    }

    /// There is none; `standing`, unless it is not wanted already.
    fn ends(&mut self, standing: Standing) -> Stage {
        if self.is_wanted() {
            self.standing = standing;
        }
        Stage::Over
    }
}

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests {
    use super::*;
    use crate::recipe::Guid;

    fn session(id: i64) -> Event {
        Event::Session {
            id,
            fresh: Guid::new([0, 0]),
        }
    }

    /// After these, in the first session.
    fn after(events: &[Event]) -> Claim {
        let mut claim = Claim::default();
        claim.happens(session(1));
        for event in events {
            claim.happens(event.clone());
        }
        claim
    }

    const DONE: Event = Event::Done(Ok(()));
    const LOST: Event = Event::Done(Err(Fault::Unknown));

    #[test]
    fn a_claim_is_the_items_namesake() {
        assert_eq!(
            claim_of("/q/entries/entry-1").as_deref(),
            Some("/q/taken/entry-1")
        );
        assert_eq!(claim_of("/q/entry-1"), None);
    }

    #[test]
    fn what_was_claimed_is_held_until_it_is_given_back_or_finished() {
        let held = after(&[DONE]);
        assert_eq!(
            (held.standing(), held.next()),
            (Standing::Holds(0), Step::Wait)
        );
        let back = after(&[DONE, Event::Release]);
        assert_eq!(
            (back.standing(), back.next()),
            (Standing::Released, Step::GiveBack)
        );
        assert_eq!(after(&[DONE, Event::Release, LOST]).next(), Step::GiveBack);
        assert_eq!(after(&[DONE, Event::Release, DONE]).next(), Step::Over);
        assert_eq!(after(&[DONE, Event::Finished]).next(), Step::Over);
    }

    #[test]
    fn a_lost_answer_is_looked_for() {
        assert_eq!(after(&[LOST]).next(), Step::Claimed);
        let ours = after(&[LOST, Event::Claimed(Ok(true))]);
        assert_eq!(ours.standing(), Standing::Holds(0));
        let others = after(&[LOST, Event::Claimed(Ok(false))]);
        assert_eq!(others.standing(), Standing::Taken);
        let none = after(&[LOST, Event::Claimed(Err(Fault::Missing))]);
        assert_eq!(
            (none.standing(), none.next()),
            (Standing::Asks, Step::Claim)
        );
        // Nobody wants it any more: it is found all the same.
        let released = after(&[LOST, Event::Release]);
        assert_eq!(released.next(), Step::Claimed);
        let left = after(&[LOST, Event::Release, Event::Claimed(Ok(true))]);
        assert_eq!(left.next(), Step::GiveBack);
    }

    #[test]
    fn it_goes_with_its_session() {
        for event in [Event::Expired, session(2)] {
            let lost = after(&[DONE, event.clone()]);
            assert_eq!((lost.standing(), lost.next()), (Standing::Lost, Step::Over));
            let doubtful = after(&[LOST, event.clone()]);
            assert_eq!(doubtful.standing(), Standing::Taken);
            assert_eq!(after(&[event]).next(), Step::Claim);
        }
    }

    #[test]
    fn another_was_quicker() {
        for fault in [Fault::Missing, Fault::Changed] {
            let taken = after(&[Event::Done(Err(fault))]);
            assert_eq!(
                (taken.standing(), taken.next()),
                (Standing::Taken, Step::Over)
            );
        }
        let refused = after(&[Event::Done(Err(Fault::Refused))]);
        assert_eq!(refused.standing(), Standing::Refused);
    }
}
