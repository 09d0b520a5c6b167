//! A double barrier: who is there, and to whom it is open.
//!
//! Whoever sees that enough are there makes a znode with the name of the last of them. By that it is open to that one and to all
//! that came before it. One that comes while any of those is there makes another one, for itself.
//!
//! A member's name is never given again, and numbers rise. So where all are gone that such a znode is for, nobody will ever be
//! meant by it: anybody may delete it, however late.

use std::collections::HashSet;

use super::name::{order, sequence};
use crate::rule::kept;

/// What the name of a znode by which it is open has behind the member's. That it has no number at its end: it is no member.
const READY: &str = "-ready";

/// What a list of the names below a barrier's znode shows.
pub struct Picture {
    members: Vec<(i32, String)>,
    /// Up to whom it is open.
    ready: Vec<(i32, String)>,
}

/// What a member finds.
#[derive(Debug, PartialEq, Eq)]
pub enum Door {
    /// It is open to it.
    Open,
    /// It is, as soon as there is a znode of this name.
    Opens(String),
    /// There are too few.
    Closed,
}

impl Picture {
    /// Of all names.
    #[must_use]
    pub fn of(names: Vec<String>) -> Self {
        let (mut members, mut ready) = (vec![], vec![]);
        for name in names {
            if let Some(number) = sequence(&name) {
                members.push((number, name));
            } else if let Some(number) = name.strip_suffix(READY).and_then(sequence) {
                ready.push((number, name));
            }
        }
        Self { members, ready }
    }

    /// Whether this member is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(_, member)| member == name)
    }

    /// Whether any member is there up to this number.
    fn is_any_there(&self, last: i32) -> bool {
        let mut numbers = self.members.iter().map(|(number, _)| *number);
        numbers.any(|number| order(number, last).is_le())
    }

    /// Whether it was opened to whoever has this number.
    fn is_open_to(&self, number: i32) -> bool {
        let mut last = self.ready.iter().map(|(last, _)| *last);
        last.any(|last| order(number, last).is_le())
    }

    /// What a member finds that is there, of a barrier for so many.
    #[must_use]
    pub fn door(&self, own: &str, count: usize) -> Door {
        if sequence(own).is_some_and(|number| self.is_open_to(number)) {
            return Door::Open;
        }
        // Others were left behind by members that were killed together.
        let is_anybody_inside = || {
            let mut last = self.ready.iter().map(|(last, _)| *last);
            last.any(|last| self.is_any_there(last) || !kept!("ready_is_of_members"))
        };
        if self.members.len() < count && !is_anybody_inside() {
            return Door::Closed;
        }
        let last = self
            .members
            .iter()
            .reduce(|one, other| match order(other.0, one.0).is_gt() {
                true => other,
                false => one,
            });
        last.map_or(Door::Closed, |(_, name)| {
            Door::Opens(format!("{name}{READY}"))
        })
    }

    /// The members that it is open to: they are inside, or will find that they are.
    #[must_use]
    pub fn inside(self) -> HashSet<String> {
        let inside = |number| self.is_open_to(number) || !kept!("barrier_leave_of_inside");
        let inside = self.members.iter().filter(|(number, _)| inside(*number));
        inside.map(|(_, name)| name.clone()).collect()
    }

    /// What is for nobody any more.
    pub fn over(&self) -> impl Iterator<Item = &str> {
        let over = |last| !self.is_any_there(last) || !kept!("barrier_over_if_all_left");
        let over = self.ready.iter().filter(move |(last, _)| over(*last));
        over.map(|(_, name)| name.as_str())
    }
}

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests {
    use super::*;

    /// Of numbers, and of numbers up to which it is open.
    fn picture(members: &[i32], ready: &[i32]) -> Picture {
        let members = members.iter().map(|number| name(*number));
        let ready = ready.iter().map(|last| format!("{}-ready", name(*last)));
        let others = ["ready", "x-ready", "other"].map(str::to_owned);
        Picture::of(members.chain(ready).chain(others).collect())
    }

    fn name(number: i32) -> String {
        format!("_c_x-member-{number:010}")
    }

    fn opens(last: i32) -> Door {
        Door::Opens(format!("{}-ready", name(last)))
    }

    #[test]
    fn it_opens_to_so_many_and_to_who_comes_while_one_of_them_is_inside() {
        for (members, ready, own, door) in [
            (&[1, 2][..], &[][..], 2, Door::Closed),
            (&[1, 3, 2], &[], 2, opens(3)),
            (&[1, 2, 3, 4], &[], 1, opens(4)),
            (&[1], &[3], 1, Door::Open),
            (&[3, 4], &[3], 4, opens(4)),
            // All that were inside are gone.
            (&[4], &[3], 4, Door::Closed),
            (&[4, 5], &[3], 5, Door::Closed),
            (&[4, 5, 6], &[3], 5, opens(6)),
            // One that has come later is inside still.
            (&[4, 5], &[3, 4], 5, opens(5)),
            // Numbers begin anew.
            (
                &[i32::MAX, i32::MIN],
                &[i32::MAX],
                i32::MIN,
                opens(i32::MIN),
            ),
            (&[i32::MAX, i32::MIN], &[i32::MIN], i32::MAX, Door::Open),
            (&[i32::MIN], &[i32::MAX], i32::MIN, Door::Closed),
        ] {
            let found = picture(members, ready).door(&name(own), 3);
            assert_eq!(found, door, "{members:?} {ready:?} {own}");
        }
    }

    #[test]
    fn those_are_inside_that_it_is_open_to() {
        for (members, ready, inside) in [
            (&[1, 2, 3][..], &[2][..], &[1, 2][..]),
            (&[1, 2, 3], &[2, 3], &[1, 2, 3]),
            (&[4], &[3], &[]),
            (&[1, 2], &[], &[]),
        ] {
            let found = picture(members, ready).inside();
            assert_eq!(found, inside.iter().copied().map(name).collect());
        }
    }

    #[test]
    fn what_is_for_nobody_any_more_is_over() {
        for (members, ready, over) in [
            (&[3, 5][..], &[2, 3, 5][..], &[2][..]),
            (&[], &[2, 3], &[2, 3]),
            (&[4], &[3], &[3]),
            (&[i32::MIN], &[i32::MAX], &[i32::MAX]),
        ] {
            let picture = picture(members, ready);
            let over: Vec<_> = over
                .iter()
                .map(|last| format!("{}-ready", name(*last)))
                .collect();
            assert_eq!(picture.over().collect::<Vec<_>>(), over);
        }
    }

    #[test]
    fn a_member_is_known_by_its_name() {
        let picture = picture(&[1], &[2]);
        assert!(picture.has(&name(1)));
        assert!(!picture.has(&name(2)) && !picture.has("other"));
    }

    /// One that uses a barrier for 3.
    #[derive(Clone, Debug)]
    enum User {
        Out,
        Waits(String),
        /// It has looked, and is to make this.
        Opens(String, String),
        Inside(String),
    }

    /// Users, what there is, and what some are to delete that have left and were stopped then.
    struct World {
        users: Vec<User>,
        names: Vec<String>,
        made: i32,
        late: Vec<String>,
    }

    impl World {
        fn picture(&self) -> Picture {
            Picture::of(self.names.clone())
        }

        fn remove(&mut self, name: &str) {
            self.names.retain(|other| other != name);
        }

        /// The next thing that one does.
        fn step(&mut self, user: usize) {
            self.users[user] = match self.users[user].clone() {
                User::Out => {
                    self.made = self.made.wrapping_add(1);
                    self.names.push(name(self.made));
                    User::Waits(name(self.made))
                }
                User::Waits(own) => match self.picture().door(&own, 3) {
                    Door::Open => User::Inside(own),
                    Door::Closed => User::Waits(own),
                    Door::Opens(ready) => {
                        let members = self.picture().members.len();
                        let is_anybody_inside = !self.picture().inside().is_empty();
                        assert!(members >= 3 || is_anybody_inside, "{:?}", self.names);
                        User::Opens(own, ready)
                    }
                },
                User::Opens(own, ready) => {
                    if !self.names.contains(&ready) {
                        self.names.push(ready);
                    }
                    User::Inside(own)
                }
                User::Inside(own) => {
                    self.remove(&own);
                    let over: Vec<_> = self.picture().over().map(str::to_owned).collect();
                    self.late.extend(over);
                    User::Out
                }
            };
        }

        /// It is killed; or it was not in time.
        fn end(&mut self, user: usize) {
            if let User::Waits(own) | User::Opens(own, _) | User::Inside(own) =
                std::mem::replace(&mut self.users[user], User::Out)
            {
                self.remove(&own);
            }
        }

        fn check(&self) {
            for user in &self.users {
                if let User::Inside(own) = user {
                    let number = sequence(own).unwrap();
                    assert!(self.picture().is_open_to(number), "{own}: {:?}", self.names);
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn it_is_open_as_long_as_anybody_is_inside_and_nobody_waits_for_ever(
            steps: Vec<(u8, u8)>,
            first: i32,
        ) {
            let (users, names, late) = (vec![User::Out; 5], vec![], vec![]);
            let mut world = World { users, names, made: first, late };
            for (user, what) in steps {
                let user = usize::from(user) % world.users.len();
                match what % 8 {
                    0 => world.end(user),
                    1 if !world.late.is_empty() => {
                        let name = world.late.swap_remove(usize::from(what) % world.late.len());
                        world.remove(&name);
                    }
                    _ => world.step(user),
                }
                world.check();
            }
            // Whoever waits looks again for each change.
            for _ in 0..2 * world.users.len() {
                for user in 0..world.users.len() {
                    if matches!(world.users[user], User::Waits(_) | User::Opens(..)) {
                        world.step(user);
                    }
                }
            }
            let waiting = world.users.iter().filter(|user| matches!(user, User::Waits(_))).count();
            let inside = world.users.iter().filter(|user| matches!(user, User::Inside(_))).count();
            proptest::prop_assert!(waiting == 0 || inside == 0 && waiting < 3, "{:?}", world.users);
        }
    }
}
