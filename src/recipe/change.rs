//! A counter is changed, once, also where the answer to that is lost.

use serde_bytes::ByteBuf;

use super::call::{Call, Next};
use super::counter::{Found, Value};
use crate::rule::kept;
use crate::wire::{Acl, Create, Data, Failure, Mode, Reply, Request, code};

/// How a counter's znode was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    /// What it holds.
    pub value: Value,
    /// `None`: it is not there.
    version: Option<i32>,
    /// The transaction that made it.
    czxid: i64,
}

impl Seen {
    /// Of what was read. `None`: that is no counter's.
    #[must_use]
    pub fn parse((bytes, stat): &Data) -> Option<Self> {
        Some(Self {
            value: Value::parse(bytes, stat.version)?,
            version: Some(stat.version),
            czxid: stat.czxid,
        })
    }
}

/// What a change comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Changed {
    /// It was made.
    Made,
    /// Another one was quicker, and this one was not made.
    Overtaken,
}

/// One change of a counter from what was seen, if it is that still.
///
/// It can be made once only, for it asks for a version: so it may be sent again where nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    path: String,
    seen: Seen,
    by: u64,
    value: ByteBuf,
    acl: Vec<Acl>,
    stage: Stage,
    /// A try may have made it.
    doubt: Option<Failure>,
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Stage {
    /// It is to be made.
    Asks,
    /// And first what is above.
    Orphan(String),
    /// It may have been made, which is seen when the servers agree.
    Doubtful,
    /// As they do.
    Agreed,
    /// Nothing is to be done.
    Over(Result<Changed, Failure>),
}

impl Change {
    /// Of the number, by whoever has this number; `acl`: of a znode that is made.
    #[must_use]
    pub fn new(path: String, seen: Seen, to: i64, by: u64, acl: Vec<Acl>) -> Self {
        let value = seen.value.changed(to, by, seen.version).to_string();
        Self {
            path,
            seen,
            by,
            value: ByteBuf::from(value),
            acl,
            stage: Stage::Asks,
            doubt: None,
        }
    }

    /// It was refused, or no answer was heard.
    fn not_made(&mut self, failure: Failure) -> Stage {
        if failure.unknown && kept!("counter_resolved") {
            self.doubt = Some(failure);
            return Stage::Doubtful;
        }
        match failure.code {
            // What is above it. No try has made it yet, also where it is not known what became of one: nor will that one
            // twice, for each would make the same znode.
            code::NO_NODE if self.seen.version.is_none() => {
                match self.path.rsplit_once('/').unwrap_or_default().0 {
                    "" => self.fails(failure),
                    above => Stage::Orphan(above.to_owned()),
                }
            }
            code::BAD_VERSION | code::NODE_EXISTS | code::NO_NODE => match self.doubt {
                None => Stage::Over(Ok(Changed::Overtaken)),
                Some(_) => Stage::Doubtful,
            },
            _ => self.fails(failure),
        }
    }

    /// What became of it, where the znode is so now; `None`: it is none.
    fn find(&self, doubt: Failure, now: Option<Seen>) -> Stage {
        let found = match (self.seen.version, now) {
            (None, None) => Found::Untouched,
            // It was deleted meanwhile.
            (Some(_), None) => Found::Unknown,
            (Some(_), Some(now)) if now.czxid != self.seen.czxid => Found::Unknown,
            (before, Some(now)) => {
                let version = now.version.unwrap_or_default();
                now.value.find(self.by, before, version)
            }
        };
        match found {
            Found::Made => Stage::Over(Ok(Changed::Made)),
            Found::Overtaken => Stage::Over(Ok(Changed::Overtaken)),
            Found::Untouched => Stage::Asks,
            Found::Unknown => Stage::Over(Err(doubt)),
        }
    }

    /// Nothing more is known than before.
    fn fails(&self, failure: Failure) -> Stage {
        Stage::Over(Err(self.doubt.clone().unwrap_or(failure)))
    }
}

impl Call for Change {
    type Done = Changed;

    fn next(&self) -> Next<Changed> {
        let path = self.path.clone();
        Next::Ask(match (&self.stage, self.seen.version) {
            (Stage::Asks, Some(version)) => Request::Set {
                path,
                value: self.value.clone(),
                version: Some(version),
            },
            (Stage::Asks, None) => Request::Create(Create {
                path,
                value: self.value.clone(),
                acl: self.acl.clone(),
                mode: Mode::Persistent {
                    sequential: false,
                    ttl: None,
                },
            }),
            (Stage::Orphan(above), _) => return Next::Make(above.clone()),
            (Stage::Doubtful, _) => Request::Sync { path },
            (Stage::Agreed, _) => Request::Get { path, watch: None },
            (Stage::Over(done), _) => return Next::Over(done.clone()),
        })
    }

    fn hears(&mut self, answer: Result<Reply, Failure>) -> bool {
        self.stage = match (&self.stage, answer) {
            (Stage::Asks, Ok(_)) => Stage::Over(Ok(Changed::Made)),
            (Stage::Asks, Err(failure)) => self.not_made(failure),
            (Stage::Orphan(_), Ok(_)) => Stage::Asks,
            (Stage::Doubtful, Ok(_)) => Stage::Agreed,
            (Stage::Agreed, answer) => {
                let Some(doubt) = self.doubt.clone() else {
                    return false;
                };
                match answer {
                    Ok(Reply::Data(data)) => match Seen::parse(&data) {
                        Some(now) => self.find(doubt, Some(now)),
                        None => self.fails(doubt),
                    },
                    Ok(_) => return false,
                    Err(failure) if failure.code == code::NO_NODE => self.find(doubt, None),
                    Err(failure) => self.fails(failure),
                }
            }
            (Stage::Orphan(_) | Stage::Doubtful, Err(failure)) => self.fails(failure),
            (Stage::Over(_), _) => return false,
        };
        true
    }
}
