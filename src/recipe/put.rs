//! An item is put into a queue, once, also where the answer to that is lost.
//!
//! It is put at the version that `entries` has. So one of which no answer was heard cannot come late when that has another:
//! then it is there, or was, or never will be. Then it may be tried again.

use serde_bytes::ByteBuf;

use super::call::{Call, Next};
use super::queue;
use crate::rule::kept;
use crate::wire::{Create, Failure, Operation, Outcome, Reply, Request, Stat, code};

/// One item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Put {
    /// Its path is below `entries`, and no other item's begins so.
    item: Create,
    /// How many items there may be.
    most: i64,
    stage: Stage,
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Stage {
    /// It is nowhere, and will not be by itself.
    Absent,
    /// Nor is what it is put below.
    Orphan,
    /// Nor is it, where `entries` is so.
    Seen(Stat),
    /// It may be there, or come late, as long as `entries` is as it was.
    Doubtful(Doubt),
    /// It may be there, and does not come late.
    Fenced(Doubt),
    /// The same, and the server that was asked for it lags behind.
    Lagging(Doubt),
    /// Nothing is to be done.
    Over(Result<String, Failure>),
}

/// It was asked for, and no answer was heard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Doubt {
    /// So `entries` was before.
    before: Stat,
    failure: Failure,
}

impl Put {
    /// One that is nowhere yet.
    #[must_use]
    pub fn new(item: Create, most: i64) -> Self {
        Self {
            item,
            most,
            stage: Stage::Absent,
        }
    }

    /// What it is put below, and what its name begins with.
    fn place(&self) -> (&str, &str) {
        self.item.path.rsplit_once('/').unwrap_or_default()
    }

    fn entries(&self) -> String {
        self.place().0.to_owned()
    }

    /// `entries` is there.
    fn seen(&self, now: Stat) -> Stage {
        if i64::from(now.num_children) < self.most || !kept!("queue_is_limited") {
            return Stage::Seen(now);
        }
        let entries = self.entries();
        let path = entries.rsplit_once('/').unwrap_or_default().0.to_owned();
        let message = format!(
            "{path}: the queue has {} items, and may have {} (max_items); put it again when some have been taken",
            now.num_children, self.most
        );
        Stage::Over(Err(Failure {
            code: code::QUOTA_EXCEEDED,
            unknown: false,
            path: Some(path),
            index: None,
            message,
        }))
    }

    /// It was refused, or no answer was heard.
    fn not_put(&self, before: Stat, failure: Failure) -> Stage {
        match (failure.code, failure.index) {
            _ if failure.unknown && kept!("put_is_found") => {
                Stage::Doubtful(Doubt { before, failure })
            }
            // All of it is gone; or another one looks for its own.
            (code::NO_NODE | code::BAD_VERSION, Some(0)) => Stage::Absent,
            _ => self.fails(failure),
        }
    }

    /// Looks for it among these, where `entries` is so now.
    fn find(&self, doubt: &Doubt, names: Vec<String>, now: &Stat) -> Stage {
        let before = &doubt.before;
        let is_same = now.czxid == before.czxid;
        // Another session's server may not have heard of it, nor of the fence.
        if is_same
            && now.version.wrapping_sub(before.version) <= 0
            && kept!("put_found_behind_fence")
        {
            return Stage::Lagging(doubt.clone());
        }
        let (_, prefix) = self.place();
        if let Some(name) = names.iter().find(|name| name.starts_with(prefix)) {
            return Stage::Over(Ok(name.clone()));
        }
        let (then, made) = (
            queue::ever_made(before.cversion, before.num_children),
            queue::ever_made(now.cversion, now.num_children),
        );
        // Somebody may have taken it, and be done with it.
        let may_be_over = !is_same || queue::is_any_gone(then, made, &names);
        match may_be_over && kept!("put_may_be_over") {
            true => self.fails(doubt.failure.clone()),
            false => Stage::Absent,
        }
    }

    /// It was not put, or may not have been, as a mere creation of it fails.
    fn fails(&self, failure: Failure) -> Stage {
        Stage::Over(Err(Failure {
            path: Some(self.item.path.clone()),
            index: None,
            ..failure
        }))
    }
}

impl Call for Put {
    /// Its name.
    type Done = String;

    fn next(&self) -> Next<String> {
        let path = self.entries();
        Next::Ask(match &self.stage {
            Stage::Absent => Request::Exists { path, watch: None },
            Stage::Orphan => return Next::Make(path),
            Stage::Seen(now) => {
                let version = kept!("put_is_fenced").then_some(now.version);
                let check = Operation::Check { path, version };
                Request::Multi(vec![check, Operation::Create(self.item.clone())])
            }
            Stage::Doubtful(doubt) => Request::Set {
                path,
                value: ByteBuf::new(),
                version: Some(doubt.before.version),
            },
            Stage::Fenced(_) => Request::Children { path, watch: None },
            Stage::Lagging(_) => Request::Sync { path },
            Stage::Over(done) => return Next::Over(done.clone()),
        })
    }

    fn hears(&mut self, answer: Result<Reply, Failure>) -> bool {
        use Stage::{Absent, Doubtful, Fenced, Lagging, Orphan, Over, Seen};
        self.stage = match (&self.stage, answer) {
            (Absent, Ok(Reply::Exists(None))) => Orphan,
            (Absent, Ok(Reply::Exists(Some(now)))) => self.seen(now),
            (Orphan, Ok(_)) => Absent,
            (Absent | Orphan, Err(failure)) => Over(Err(failure)),
            (Seen(_), Ok(Reply::Multi(outcomes))) => match outcomes.into_iter().nth(1) {
                Some(Outcome::Created(path)) => {
                    let name = path.rsplit('/').next().unwrap_or_default();
                    Over(Ok(name.to_owned()))
                }
                _ => return false,
            },
            (Seen(before), Err(failure)) => self.not_put(*before, failure),
            (Doubtful(doubt), Ok(_)) => Fenced(doubt.clone()),
            // It has another version already.
            (Doubtful(doubt), Err(failure)) if failure.code == code::BAD_VERSION => {
                Fenced(doubt.clone())
            }
            (Doubtful(doubt), Err(failure)) if failure.unknown => Doubtful(doubt.clone()),
            (Fenced(doubt), Ok(Reply::Children(names, now))) => self.find(doubt, names, &now),
            (Lagging(doubt), Ok(_)) => Fenced(doubt.clone()),
            (Doubtful(doubt) | Fenced(doubt) | Lagging(doubt), Err(_)) => {
                self.fails(doubt.failure.clone())
            }
            _ => return false,
        };
        true
    }
}

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests {
    use super::*;
    use crate::wire::Mode;

    const UNKNOWN: Failure = Failure {
        code: code::CONNECTION_LOSS,
        unknown: true,
        path: None,
        index: None,
        message: String::new(),
    };

    /// `entries` after so many changes and fences, with so many items.
    fn entries(made: i32, version: i32, items: i32) -> Stat {
        Stat {
            czxid: 1,
            mzxid: 0,
            pzxid: 0,
            ctime: 0,
            mtime: 0,
            version,
            cversion: 2 * made - items,
            aversion: 0,
            ephemeral_owner: 0,
            data_length: 0,
            num_children: items,
        }
    }

    /// One whose answer was lost, and that comes no more.
    fn fenced() -> Put {
        let item = Create {
            path: "/q/entries/entry-100-g-".to_owned(),
            value: ByteBuf::new(),
            acl: vec![],
            mode: Mode::Container,
        };
        let mut put = Put::new(item, 5000);
        assert!(put.hears(Ok(Reply::Exists(Some(entries(7, 3, 0))))));
        assert!(put.hears(Err(UNKNOWN)));
        assert!(put.hears(Ok(Reply::Done)));
        put
    }

    /// What comes of it where these are there.
    fn listed(names: &[&str], now: Stat) -> Next<String> {
        let mut put = fenced();
        let names = names.iter().map(|&name| name.to_owned()).collect();
        assert!(put.hears(Ok(Reply::Children(names, now))));
        put.next()
    }

    #[test]
    fn what_was_put_without_an_answer_is_found() {
        let name = "entry-100-g-0000000007";
        let found = listed(&["entry-100-x-0000000008", name], entries(9, 4, 2));
        assert_eq!(found, Next::Over(Ok(name.to_owned())));
        let again = Put::new(fenced().item, 5000).next();
        assert_eq!(listed(&["entry-100-x-0000000007"], entries(8, 4, 1)), again);
        let over = listed(&["entry-100-x-0000000008"], entries(9, 4, 1));
        assert!(matches!(over, Next::Over(Err(failure)) if failure.unknown));
    }

    #[test]
    fn what_a_server_shows_that_has_not_heard_of_the_fence_says_nothing() {
        for now in [entries(7, 3, 0), entries(6, 2, 0)] {
            let path = "/q/entries".to_owned();
            assert_eq!(listed(&[], now), Next::Ask(Request::Sync { path }));
        }
    }

    #[test]
    fn a_full_queue_says_so() {
        let mut put = Put::new(fenced().item, 5);
        assert!(put.hears(Ok(Reply::Exists(Some(entries(5, 0, 5))))));
        let Next::Over(Err(failure)) = put.next() else {
            panic!("{put:?}");
        };
        assert_eq!(failure.path.as_deref(), Some("/q"));
    }
}
