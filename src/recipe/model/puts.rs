//! Items that are put into a queue ([`super::super::put`]), and taken from it meanwhile.

use serde_bytes::ByteBuf;

use super::super::call::{Call, Next};
use super::super::put::Put;
use super::super::{Guid, queue};
use super::calls::{Caller, Calls, Passed, Scene, Told};
use super::tree::Tree;
use super::{explore, most};
use crate::wire::{Create, Failure, Mode, Operation, Reply, Request};

const ENTRIES: &str = "/q/entries";

/// Whoever puts one item.
impl Caller for Put {
    fn next(&self) -> Option<Next<()>> {
        match Call::next(self) {
            Next::Ask(request) => Some(Next::Ask(request)),
            Next::Make(path) => Some(Next::Make(path)),
            Next::Over(_) => None,
        }
    }

    fn hears(&mut self, answer: Result<Reply, Failure>) -> Option<Told> {
        assert!(Call::hears(self, answer));
        match Call::next(self) {
            Next::Over(Ok(_)) => Some(Told::Done),
            Next::Over(Err(failure)) if failure.unknown => Some(Told::Unknown),
            Next::Over(Err(_)) => Some(Told::NotDone),
            _ => None,
        }
    }

    fn does(request: &Request) -> bool {
        let is_creation = |operation: &Operation| matches!(operation, Operation::Create(_));
        matches!(request, Request::Multi(operations) if operations.iter().any(is_creation))
    }

    /// Items are taken, and what is empty is deleted.
    fn others(_: &Scene<Self>, tree: &Tree) -> Vec<(Request, bool)> {
        let delete = |path| Request::Delete {
            path,
            version: None,
        };
        let names = tree.list(ENTRIES);
        if names.is_empty() && tree.version(ENTRIES).is_some() {
            return vec![(delete(ENTRIES.to_owned()), true)];
        }
        let each = names.into_iter();
        each.map(|name| (delete(format!("{ENTRIES}/{name}")), false))
            .collect()
    }

    fn is_right(scene: &Scene<Self>, calls: &Calls<Self>) -> bool {
        let taken = scene.most.ends - calls.left.ends;
        let put = calls.ones.iter().flat_map(|one| &one.wishes);
        let there = calls.servers.leader.list(ENTRIES).len();
        there + usize::from(taken) == put.map(|wish| usize::from(wish.done)).sum::<usize>()
    }
}

fn put(number: u64) -> Put {
    let item = Create {
        path: format!(
            "{ENTRIES}/{}",
            queue::prefix(100, Guid::new([number << 32, 0]))
        ),
        value: ByteBuf::new(),
        acl: vec![],
        mode: Mode::Persistent {
            sequential: true,
            ttl: None,
        },
    };
    Put::new(item, 5)
}

fn entries() -> Tree {
    let mut tree = Tree::default();
    tree.make(ENTRIES);
    tree
}

#[test]
fn two_that_put() {
    explore(&Scene {
        tree: entries(),
        callers: vec![put(1), put(2)],
        most: super::Left {
            ends: 1,
            ..most(2, 0, 0)
        },
        settles: false,
        expected: &[
            Passed::FoundDone,
            Passed::FoundUndone,
            Passed::Unknown,
            Passed::Stale,
            Passed::Late,
        ],
    });
}

#[test]
fn two_that_put_below_what_is_deleted() {
    explore(&Scene {
        tree: Tree::default(),
        callers: vec![put(1), put(2)],
        most: super::Left {
            strikes: 1,
            ..most(1, 0, 0)
        },
        settles: false,
        expected: &[Passed::FoundDone, Passed::Unknown, Passed::Made],
    });
}

#[test]
fn one_that_puts() {
    explore(&Scene {
        tree: Tree::default(),
        callers: vec![put(1)],
        most: super::Left {
            ends: 1,
            ..most(3, 0, 0)
        },
        settles: true,
        expected: &[Passed::FoundDone, Passed::FoundUndone],
    });
}
