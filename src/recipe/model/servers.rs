//! The ZooKeeper of the model: a leader, a follower that lags behind it, and sessions.

use super::super::contender::{LEASES, LOCKS};
use super::super::{Event, Fault, Step};
use super::time;

/// What a family's sessions are called: `family * 16 + number`.
pub(super) type Id = i64;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Znode {
    pub(super) path: String,
    pub(super) owner: Id,
    pub(super) czxid: i64,
}

/// What a server keeps below the znode that is contended for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Tree {
    /// In the order in which they were made.
    pub(super) znodes: Vec<Znode>,
    /// The next number below the znode itself, its line and its leases; `None`: there is no such znode.
    pub(super) parents: [Option<i32>; 3],
    /// The transactions that made them.
    pub(super) since: [i64; 3],
    /// The znode's value and version.
    pub(super) number: (Option<u32>, i32),
    /// How many were made so far: the transactions' numbers.
    pub(super) made: i64,
}

/// Which server a connection is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Leader,
    Follower,
}

/// What its two ends know of a session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Session {
    pub(super) id: Id,
    pub(super) ended: bool,
    /// It has seen what the follower has not.
    pub(super) ahead: bool,
    /// How long ago the leader has heard of it.
    pub(super) heard: u8,
    /// How long ago the last request was sent that the leader has answered.
    pub(super) answered: u8,
}

/// What servers keep.
pub(super) trait Expires {
    /// All is gone that was made in this session and goes with it.
    fn expire(&mut self, id: Id);
}

impl Expires for Tree {
    fn expire(&mut self, id: Id) {
        self.znodes.retain(|znode| znode.owner != id);
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Servers<T = Tree> {
    pub(super) leader: T,
    pub(super) follower: T,
    pub(super) sessions: Vec<Session>,
}

impl Session {
    pub(super) fn new(id: Id) -> Self {
        Self {
            id,
            ended: false,
            ahead: false,
            heard: 0,
            answered: time::valid(),
        }
    }
}

impl<T: Clone + Expires> Servers<T> {
    pub(super) fn new(tree: T) -> Self {
        Self {
            leader: tree.clone(),
            follower: tree,
            sessions: Vec::new(),
        }
    }

    pub(super) fn tree(&self, place: Place) -> &T {
        match place {
            Place::Leader => &self.leader,
            Place::Follower => &self.follower,
        }
    }

    pub(super) fn session(&self, id: Id) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    pub(super) fn session_mut(&mut self, id: Id) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.id == id)
    }

    pub(super) fn lives(&self, id: Id) -> bool {
        self.session(id).is_some_and(|session| !session.ended)
    }

    pub(super) fn expire(&mut self, id: Id) {
        self.leader.expire(id);
        if let Some(session) = self.session_mut(id) {
            session.ended = true;
        }
    }
}

/// Which of a tree's parents is at this path.
fn parent(at: &str) -> usize {
    match at {
        "" => 0,
        LOCKS => 1,
        LEASES => 2,
        _ => panic!("nothing is made below {at}"),
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap()
}

impl Tree {
    pub(super) fn find(&self, path: &str) -> Option<&Znode> {
        self.znodes.iter().find(|znode| znode.path == path)
    }

    pub(super) fn list(&self, at: &str) -> Option<Vec<String>> {
        self.parents[parent(at)]?;
        let all = self.znodes.iter().map(|znode| split(&znode.path));
        let here = all.filter(|(parent, _)| *parent == at);
        Some(here.map(|(_, name)| name.to_owned()).collect())
    }

    /// A write of a session that lives is carried out.
    pub(super) fn write(&mut self, owner: Id, step: &Step) -> Event {
        match step {
            Step::SetMax(max, version) => {
                if self.parents[0].is_none() {
                    return Event::Done(Err(Fault::Missing));
                }
                if ![-1, self.number.1].contains(version) {
                    return Event::Done(Err(Fault::Changed));
                }
                self.number = (Some(*max), self.number.1 + 1);
                Event::Done(Ok(()))
            }
            Step::Create(name) => {
                let Some((path, czxid)) = self.create(owner, name) else {
                    return Event::Created(Err(Fault::Missing));
                };
                let line = self.list(split(name).0);
                Event::Created(Ok((path, czxid, line)))
            }
            Step::Parents(at) => {
                let below = self.make(parent(at), 0);
                self.make(0, if at.is_empty() { below } else { 1 });
                Event::Done(Ok(()))
            }
            Step::Lease { of, name } => {
                if self.find(of).is_none() {
                    return Event::Leased(Err(Fault::Missing));
                }
                let Some(lease) = self.create(owner, name) else {
                    return Event::Leased(Err(Fault::Missing));
                };
                self.delete(of);
                Event::Leased(Ok(lease))
            }
            Step::Delete(path) => {
                if self.find(path).is_none() {
                    return Event::Done(Err(Fault::Missing));
                }
                self.delete(path);
                Event::Done(Ok(()))
            }
            _ => panic!("no write: {step:?}"),
        }
    }

    /// Makes a parent if it is missing, with that number. The number that it has.
    fn make(&mut self, place: usize, number: i32) -> i32 {
        if self.parents[place].is_none() {
            self.made += 1;
            self.since[place] = self.made;
        }
        *self.parents[place].get_or_insert(number)
    }

    fn create(&mut self, owner: Id, name: &str) -> Option<(String, i64)> {
        let number = self.parents[parent(split(name).0)].as_mut()?;
        let path = format!("{name}{number:010}");
        *number += 1;
        self.made += 1;
        self.znodes.push(Znode {
            path: path.clone(),
            owner,
            czxid: self.made,
        });
        Some((path, self.made))
    }

    pub(super) fn delete(&mut self, path: &str) {
        self.znodes.retain(|znode| znode.path != path);
    }

    /// Parents that are empty and have not always been, as those are that ZooKeeper deletes.
    pub(super) fn empty(&self) -> Vec<usize> {
        let is_empty = |at: &str| self.list(at).is_some_and(|names| names.is_empty());
        let [base, locks, leases] = self.parents;
        let below = locks.or(leases).is_some();
        let may_go = [
            ("", base.is_some_and(|made| made > 0) && !below),
            (LOCKS, locks.is_some_and(|made| made > 0)),
            (LEASES, leases.is_some_and(|made| made > 0)),
        ];
        let gone = (0..)
            .zip(may_go)
            .filter(|(_, (at, may))| *may && is_empty(at));
        gone.map(|(place, _)| place).collect()
    }

    /// A read is answered.
    pub(super) fn read(&self, step: &Step) -> Event {
        match step {
            Step::Max => Event::Max(match self.parents[0] {
                Some(_) => Ok(self.number),
                None => Err(Fault::Missing),
            }),
            Step::List { at, .. } => Event::Listed(self.list(at).ok_or(Fault::Missing)),
            Step::Watch(path) => Event::Done(self.find(path).map(|_| ()).ok_or(Fault::Missing)),
            Step::Own(path) => Event::Own(match self.find(path) {
                Some(znode) => Ok((znode.owner, znode.czxid)),
                None => Err(Fault::Missing),
            }),
            _ => panic!("no read: {step:?}"),
        }
    }
}

pub(super) fn is_write(step: &Step) -> bool {
    matches!(
        step,
        Step::SetMax(..)
            | Step::Create(_)
            | Step::Parents(_)
            | Step::Lease { .. }
            | Step::Delete(_)
    )
}

/// What is heard of a step whose connection is lost.
pub(super) fn lost(step: &Step) -> Event {
    match step {
        Step::Max => Event::Max(Err(Fault::Unknown)),
        Step::Create(_) => Event::Created(Err(Fault::Unknown)),
        Step::List { .. } => Event::Listed(Err(Fault::Unknown)),
        Step::Own(_) => Event::Own(Err(Fault::Unknown)),
        Step::Lease { .. } => Event::Leased(Err(Fault::Unknown)),
        _ => Event::Done(Err(Fault::Unknown)),
    }
}
