//! Processes that add to a counter ([`super::super::change`]), beside others that know nothing of what it remembers.

use serde_bytes::ByteBuf;

use super::super::call::{Call, Next};
use super::super::change::{Change, Changed, Seen};
use super::super::counter::{Value, next_call};
use super::calls::{Caller, Calls, Passed, Scene, Told};
use super::tree::Tree;
use super::{Left, explore, most};
use crate::wire::{Failure, Reply, Request, code};

const COUNTER: &str = "/counter";

/// What each of them adds at first; then ten times as much.
const FIRST: [i64; 2] = [1, 100];

/// What others add that write a mere number.
const PLAIN: i64 = 10_000;

/// Whoever adds, as `Dig\Zookeeper\Counter` does.
#[derive(Clone, Debug, PartialEq, Hash)]
struct Adder {
    /// Its changes are known by this, until it does not find out what became of one.
    by: u64,
    amount: i64,
    /// How often it adds.
    left: u8,
    /// `None`: it reads.
    change: Option<Change>,
}

impl Adder {
    fn new(number: u64, amount: i64, times: u8) -> Self {
        Self {
            by: number << 8,
            amount,
            left: times,
            change: None,
        }
    }

    fn told(&mut self, told: Told) -> Option<Told> {
        self.left -= 1;
        self.amount *= 10;
        self.change = None;
        self.by = match told {
            Told::Done => next_call(self.by),
            _ => self.by + 1,
        };
        Some(told)
    }

    fn failed(&mut self, failure: &Failure) -> Option<Told> {
        self.told(match failure.unknown {
            true => Told::Unknown,
            false => Told::NotDone,
        })
    }
}

impl Caller for Adder {
    fn next(&self) -> Option<Next<()>> {
        let read = Request::Get {
            path: COUNTER.to_owned(),
            watch: None,
        };
        match self.change.as_ref().map_or(Next::Ask(read), Call::next) {
            _ if self.left == 0 => None,
            Next::Ask(request) => Some(Next::Ask(request)),
            Next::Make(path) => Some(Next::Make(path)),
            Next::Over(_) => None,
        }
    }

    fn hears(&mut self, answer: Result<Reply, Failure>) -> Option<Told> {
        let Some(change) = &mut self.change else {
            let seen = match answer {
                Ok(Reply::Data(data)) => Seen::parse(&data).unwrap(),
                Err(failure) if failure.code == code::NO_NODE => Seen::default(),
                Err(failure) => return self.failed(&failure),
                Ok(other) => panic!("no data: {other:?}"),
            };
            let to = seen.value.number() + self.amount;
            self.change = Some(Change::new(COUNTER.to_owned(), seen, to, self.by, vec![]));
            return None;
        };
        assert!(change.hears(answer));
        match change.next() {
            Next::Over(Ok(Changed::Made)) => self.told(Told::Done),
            Next::Over(Ok(Changed::Overtaken)) => {
                self.change = None;
                None
            }
            Next::Over(Err(failure)) => self.failed(&failure),
            _ => None,
        }
    }

    fn does(request: &Request) -> bool {
        matches!(request, Request::Set { .. } | Request::Create(_))
    }

    /// They add, too.
    fn others(_: &Scene<Self>, tree: &Tree) -> Vec<(Request, bool)> {
        let Some(number) = number(tree) else {
            return vec![];
        };
        let add = Request::Set {
            path: COUNTER.to_owned(),
            value: ByteBuf::from((number + PLAIN).to_string()),
            version: None,
        };
        vec![(add, false)]
    }

    fn is_right(scene: &Scene<Self>, calls: &Calls<Self>) -> bool {
        let mut sum = PLAIN * i64::from(scene.most.ends - calls.left.ends);
        for (one, first) in calls.ones.iter().zip(FIRST) {
            for (wish, amount) in one.wishes.iter().zip([first, first * 10]) {
                sum += i64::from(wish.done) * amount;
            }
        }
        number(&calls.servers.leader).unwrap_or_default() == sum
    }
}

fn number(tree: &Tree) -> Option<i64> {
    let version = tree.version(COUNTER)?;
    Some(
        Value::parse(tree.value(COUNTER)?, version)
            .unwrap()
            .number(),
    )
}

/// One that adds so often, and another one.
fn adders(times: [u8; 2]) -> Vec<Adder> {
    let each = (1..).zip(FIRST).zip(times);
    let each = each.map(|((number, amount), times)| Adder::new(number, amount, times));
    each.collect()
}

#[test]
fn one_that_adds_twice_and_one_that_adds() {
    explore(&Scene {
        tree: Tree::default(),
        callers: adders([2, 1]),
        most: most(2, 0, 0),
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
fn two_that_add_beside_one_that_knows_only_numbers() {
    explore(&Scene {
        tree: Tree::default(),
        callers: adders([1, 1]),
        most: Left {
            ends: 2,
            ..most(2, 0, 0)
        },
        settles: false,
        expected: &[Passed::FoundDone, Passed::FoundUndone, Passed::Unknown],
    });
}

#[test]
fn one_that_adds() {
    explore(&Scene {
        tree: Tree::default(),
        callers: adders([2, 0])[..1].to_vec(),
        most: Left {
            ends: 1,
            ..most(3, 0, 0)
        },
        settles: true,
        expected: &[Passed::FoundDone, Passed::FoundUndone, Passed::Unknown],
    });
}
