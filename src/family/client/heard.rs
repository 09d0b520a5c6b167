//! What a client hears without asking, until it is passed on; and what it watches, so that another keeper can be told.

use std::collections::{BTreeMap, VecDeque};

use super::hold::{Tells, Wanted};
use super::unwanted::Unsent;
use crate::wire::{Aim, Armed, Event, Standing, State};

/// What a client is told without asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Of a watch.
    Event(Event),
    /// Of its session, if it [listens](crate::wire::Request::Listen).
    State(State),
    /// What came of credentials that somebody has a number for: 0, or ZooKeeper's number of an error.
    Done(u32, i32),
    /// Something that is to be held is held now, by this fencing token, for who has this number.
    Granted(u32, i64),
    /// It is not held any more.
    Lost(u32),
}

#[derive(Default)]
pub(super) struct Heard {
    /// The process whose all of it is; 0 before the first.
    owner: u64,
    last: u32,
    watches: BTreeMap<u32, Armed>,
    pub(super) holds: BTreeMap<u32, Wanted>,
    /// What is to be said to the keeper, where there was no room for it.
    pub(super) unsent: Unsent,
    /// Watches of which nobody is told: whether each has fired.
    quiet: BTreeMap<u32, bool>,
    pub(super) listens: bool,
    notices: VecDeque<Notice>,
}

impl Heard {
    /// Whether this is another process's by now. Then there is nothing.
    pub(super) fn is_anothers(&mut self, identity: u64) -> bool {
        if self.owner == identity {
            return false;
        }
        let is_anothers = self.owner != 0;
        *self = Self {
            owner: identity,
            last: self.last,
            ..Self::default()
        };
        is_anothers
    }

    pub(super) fn new_watch(&mut self) -> u32 {
        self.last = self.last.wrapping_add(1);
        self.last
    }

    pub(super) fn armed(&mut self, armed: Armed) {
        self.watches.insert(armed.watch, armed);
    }

    pub(super) fn forget(&mut self, watch: u32) {
        self.watches.remove(&watch);
        self.quiet.remove(&watch);
    }

    /// A watch that fires once, of which nobody is told.
    pub(super) fn new_quiet(&mut self) -> u32 {
        let watch = self.new_watch();
        self.quiet.insert(watch, false);
        watch
    }

    /// Whether it has fired, or is none.
    pub(super) fn has_fired(&self, watch: u32) -> bool {
        self.quiet.get(&watch).copied().unwrap_or(true)
    }

    pub(super) fn watches(&self) -> Vec<Armed> {
        self.watches.values().cloned().collect()
    }

    pub(super) fn expects(&self) -> bool {
        self.listens
            || !self.watches.is_empty()
            || !self.unsent.is_empty()
            || self.holds.values().any(Wanted::expects)
    }

    /// The watch that it is of, if that is one that stays and nobody wants.
    pub(super) fn event(&mut self, event: Event) -> Option<u32> {
        let watch = event.watch;
        match self.watches.get(&watch).map(|armed| armed.aim) {
            None => return Some(watch),
            Some(Aim::Lasting { .. }) => {}
            Some(_) => drop(self.watches.remove(&watch)),
        }
        if let Some(fired) = self.quiet.get_mut(&watch) {
            *fired = true;
            return None;
        }
        self.notices.push_back(Notice::Event(event));
        None
    }

    /// What has become of something that is to be held.
    pub(super) fn hold(&mut self, hold: u32, standing: Standing) {
        // What nobody wants any more has been released.
        if let Some(wanted) = self.holds.get_mut(&hold) {
            self.notices.extend(wanted.stands(standing));
        }
    }

    pub(super) fn state(&mut self, state: State) {
        if self.listens {
            self.notices.push_back(Notice::State(state));
        }
    }

    pub(super) fn done(&mut self, number: Option<u32>, code: i32) {
        let notice = number.map(|number| Notice::Done(number, code));
        self.notices.extend(notice);
    }

    /// With the keeper it has lost the session of its own.
    pub(super) fn own_session_lost(&mut self) {
        self.state(State::Expired);
    }

    pub(super) fn notice(&mut self, notice: Option<Notice>) {
        self.notices.extend(notice);
    }

    /// What was heard of something that is not wanted any more is not passed on.
    pub(super) fn unheard(&mut self, tells: Tells) {
        self.notices.retain(|notice| match notice {
            Notice::Granted(number, _) => tells.granted != Some(*number),
            Notice::Lost(number) => tells.lost != Some(*number),
            _ => true,
        });
    }

    pub(super) fn next(&mut self) -> Option<Notice> {
        self.notices.pop_front()
    }

    pub(super) fn count(&self) -> usize {
        self.notices.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{EventKind, Seen};

    fn event(watch: u32) -> Event {
        Event {
            watch,
            kind: EventKind::Changed,
            path: "/a".to_owned(),
            zxid: -1,
        }
    }

    fn armed(watch: u32, aim: Aim) -> Armed {
        Armed {
            watch,
            path: "/a".to_owned(),
            aim,
        }
    }

    #[test]
    fn what_has_fired_is_not_armed_again_and_what_stays_is() {
        let mut heard = Heard::default();
        assert!(!heard.is_anothers(1) && !heard.expects());
        let (once, stays) = (heard.new_watch(), heard.new_watch());
        let seen = Seen { czxid: 1, zxid: 1 };
        heard.armed(armed(once, Aim::Data(seen)));
        heard.armed(armed(stays, Aim::Lasting { recursive: true }));
        for watch in [once, stays, stays] {
            assert_eq!(heard.event(event(watch)), None);
        }
        let left: Vec<_> = heard.watches().iter().map(|armed| armed.watch).collect();
        assert_eq!((left, heard.count()), (vec![stays], 3));
        // Nobody wants it any more: the keeper is to know.
        heard.forget(stays);
        assert_eq!((heard.event(event(stays)), heard.count()), (Some(stays), 3));
        assert_eq!(heard.next(), Some(Notice::Event(event(once))));
    }

    #[test]
    fn a_fork_has_nothing_of_its_parents() {
        let mut heard = Heard::default();
        assert!(!heard.is_anothers(1));
        let watch = heard.new_watch();
        heard.armed(armed(watch, Aim::Exists(None)));
        heard.listens = true;
        heard.state(State::Connected);
        assert!(heard.is_anothers(2) && !heard.is_anothers(2));
        assert!(!heard.expects() && heard.count() == 0 && heard.watches().is_empty());
        // Nor its numbers, by which the parent's keeper may still speak.
        assert!(heard.new_watch() > watch);
    }
}
