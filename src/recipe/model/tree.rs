//! A tree of znodes, as the requests of PHP and of the keeper find it and change it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_bytes::ByteBuf;

use super::servers::{Expires, Id};
use crate::wire::{Create, Failure, Mode, Operation, Outcome, Reply, Request, Stat, code};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Tree {
    znodes: Arc<BTreeMap<String, Znode>>,
    /// How many were deleted that may be made again: tells what was made before from what was made after.
    deleted: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Znode {
    value: ByteBuf,
    version: i32,
    czxid: i64,
    /// Its session, or 0.
    owner: Id,
    /// How many were ever made below it.
    made: i32,
}

impl Default for Tree {
    fn default() -> Self {
        Self {
            znodes: Arc::new(BTreeMap::from([(String::new(), Znode::default())])),
            deleted: 0,
        }
    }
}

impl Expires for Tree {
    fn expire(&mut self, id: Id) {
        self.all().retain(|_, znode| znode.owner != id);
    }
}

/// What a server says that refuses.
pub(super) fn refused(code: i32) -> Failure {
    Failure {
        code,
        unknown: false,
        path: None,
        index: None,
        message: String::new(),
    }
}

/// What is said of a write whose connection is lost.
pub(super) fn lost() -> Failure {
    Failure {
        unknown: true,
        ..refused(code::CONNECTION_LOSS)
    }
}

fn above(path: &str) -> &str {
    path.rsplit_once('/').unwrap_or_default().0
}

impl Tree {
    fn all(&mut self) -> &mut BTreeMap<String, Znode> {
        Arc::make_mut(&mut self.znodes)
    }

    pub(super) fn make(&mut self, path: &str) {
        for (end, _) in path.match_indices('/').skip(1).chain([(path.len(), "")]) {
            let path = &path[..end];
            if !self.znodes.contains_key(path) {
                self.put(path.to_owned(), ByteBuf::new(), 0);
            }
        }
    }

    fn put(&mut self, path: String, value: ByteBuf, owner: Id) {
        if let Some(above) = self.all().get_mut(above(&path)) {
            above.made += 1;
        }
        let znode = Znode {
            value,
            owner,
            czxid: self.deleted + 1,
            ..Znode::default()
        };
        self.all().insert(path, znode);
    }

    pub(super) fn list(&self, path: &str) -> Vec<String> {
        let names = self.znodes.keys().filter_map(|other| {
            let name = other.strip_prefix(path)?.strip_prefix('/')?;
            (!name.contains('/')).then(|| name.to_owned())
        });
        names.collect()
    }

    pub(super) fn version(&self, path: &str) -> Option<i32> {
        self.znodes.get(path).map(|znode| znode.version)
    }

    pub(super) fn value(&self, path: &str) -> Option<&[u8]> {
        self.znodes.get(path).map(|znode| znode.value.as_slice())
    }

    fn stat(&self, path: &str) -> Option<Stat> {
        let znode = self.znodes.get(path)?;
        let children = self.list(path).len() as i32;
        Some(Stat {
            czxid: znode.czxid,
            mzxid: 0,
            pzxid: 0,
            ctime: 0,
            mtime: 0,
            version: znode.version,
            // As servers have it.
            cversion: 2 * znode.made - children,
            aversion: 0,
            ephemeral_owner: znode.owner,
            data_length: znode.value.len() as i32,
            num_children: children,
        })
    }

    /// A read is answered.
    pub(super) fn read(&self, request: &Request) -> Result<Reply, Failure> {
        let missing = || refused(code::NO_NODE);
        match request {
            Request::Exists { path, .. } => Ok(Reply::Exists(self.stat(path))),
            Request::Get { path, .. } => {
                let stat = self.stat(path).ok_or_else(missing)?;
                Ok(Reply::Data((self.znodes[path].value.clone(), stat)))
            }
            Request::Children { path, .. } => {
                let stat = self.stat(path).ok_or_else(missing)?;
                Ok(Reply::Children(self.list(path), stat))
            }
            Request::Sync { .. } => Ok(Reply::Done),
            _ => panic!("no read: {request:?}"),
        }
    }

    /// A write of a session is carried out.
    pub(super) fn write(&mut self, owner: Id, request: &Request) -> Result<Reply, Failure> {
        let operation = match request.clone() {
            Request::Multi(operations) => {
                let mut after = self.clone();
                let each = operations.iter().enumerate();
                let outcomes = each.map(|(index, operation)| {
                    after.operate(owner, operation).map_err(|code| Failure {
                        index: Some(index as u32),
                        ..refused(code)
                    })
                });
                let outcomes = outcomes.collect::<Result<_, _>>()?;
                *self = after;
                return Ok(Reply::Multi(outcomes));
            }
            Request::Create(create) => Operation::Create(create),
            Request::Delete { path, version } => Operation::Delete { path, version },
            Request::Set {
                path,
                value,
                version,
            } => Operation::Set {
                path,
                value,
                version,
            },
            _ => panic!("no write: {request:?}"),
        };
        match self.operate(owner, &operation) {
            Ok(_) => Ok(Reply::Done),
            Err(code) => Err(refused(code)),
        }
    }

    fn operate(&mut self, owner: Id, operation: &Operation) -> Result<Outcome, i32> {
        match operation {
            Operation::Create(create) => self.create(owner, create),
            Operation::Set {
                path,
                value,
                version,
            } => {
                self.check(path, *version)?;
                let znode = self.all().get_mut(path).unwrap();
                (znode.value, znode.version) = (value.clone(), znode.version + 1);
                Ok(Outcome::Done)
            }
            Operation::Delete { path, version } => {
                self.check(path, *version)?;
                let gone = self.all().remove(path).unwrap();
                // Of these none is made again.
                let is_one_of_many = gone.owner != 0 || path.contains("/entry-");
                self.deleted += i64::from(!is_one_of_many);
                Ok(Outcome::Done)
            }
            Operation::Check { path, version } => {
                self.check(path, *version)?;
                Ok(Outcome::Done)
            }
        }
    }

    fn check(&self, path: &str, version: Option<i32>) -> Result<(), i32> {
        let znode = self.znodes.get(path).ok_or(code::NO_NODE)?;
        match version {
            Some(version) if version != znode.version => Err(code::BAD_VERSION),
            _ => Ok(()),
        }
    }

    fn create(&mut self, owner: Id, create: &Create) -> Result<Outcome, i32> {
        let parent = self.znodes.get(above(&create.path)).ok_or(code::NO_NODE)?;
        let path = match create.mode {
            Mode::Persistent {
                sequential: true, ..
            } => format!("{}{:010}", create.path, parent.made),
            _ => create.path.clone(),
        };
        if self.znodes.contains_key(&path) {
            return Err(code::NODE_EXISTS);
        }
        let owner = if create.mode.is_ephemeral() { owner } else { 0 };
        self.put(path.clone(), create.value.clone(), owner);
        Ok(Outcome::Created(path))
    }
}
