//! The registry in ZooKeeper, that many machines share.
//!
//! Below its parent znode (`ticket.path`):
//! * `0005`: the claim of node 5, an ephemeral znode, padded to the digits of the highest node ID. An
//!   article's PHP makes the same, so neither takes the other's node. Its data says who has it.
//! * `.marks/0005`: the mark of node 5, persistent. Its version is what [`Request`]s name.
//! * `.marks`: its data is the layout of the IDs.
//!
//! Carries out what [`super::machine`] asks for, and decides nothing.

mod acl;
mod address;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeSet;

use futures_lite::future::zip;
use zookeeper_client::{
    Acl, Acls, Client, CreateMode, CreateOptions, Error, MultiWriteError, MultiWriteResult,
    MultiWriter, Stat,
};

use super::machine::{Claim, Mark, Reply, Request};
use crate::id::Layout;
use crate::rule::kept;

pub use acl::{LONGEST_ACL, parse_acl, permission_of, perms_of};
pub use address::{Dsn, LONGEST, TLS, check_path, check_znode};
pub use text::Holder;

const EPHEMERAL: CreateMode = match kept!(const "claim_is_ephemeral") {
    true => CreateMode::Ephemeral,
    false => CreateMode::Persistent,
};

/// The version of a claim of ours. It is made empty (version 0) and filled in the same step, so that a delete
/// that names this version never takes a claim that an article's PHP has just made in its place.
const CLAIM_VERSION: i32 = if kept!(const "claim_version") { 1 } else { -1 };

/// How often to make what others delete at that very moment.
const TRIES: usize = 10;

/// One registry.
#[derive(Clone, Debug)]
pub struct Zookeeper {
    path: String,
    layout: Layout,
    holder: Holder,
    /// Of what is made there.
    acl: Vec<Acl>,
}

impl Zookeeper {
    /// `path` must have passed [`check_path`].
    #[must_use]
    pub fn new(path: String, layout: Layout, holder: Holder, acl: Vec<Acl>) -> Self {
        Self {
            path,
            layout,
            holder,
            acl,
        }
    }

    fn options(&self, mode: CreateMode) -> CreateOptions<'_> {
        mode.with_acls(match kept!("leases_have_acl") {
            true => Acls::new(&self.acl),
            false => Acls::anyone_all(),
        })
    }

    fn persistent(&self) -> CreateOptions<'_> {
        self.options(CreateMode::Persistent)
    }

    /// Makes the parent znode and what belongs below it, if they are missing, and checks the layout.
    ///
    /// # Errors
    /// A sentence that names the path; it may pass with time or when someone mends the cause.
    pub async fn prepare(&self, client: &Client) -> Result<(), String> {
        let marks = self.marks();
        for _ in 0..TRIES {
            match client.get_data(&marks).await {
                Ok((data, _)) => return self.check_layout(&data),
                Err(Error::NoNode) => {}
                Err(error) => return Err(self.sentence(&marks, &error)),
            }
            if let Err(error) = client.mkdir(&self.path, &self.persistent()).await {
                return Err(match error {
                    Error::NoNode => format!(
                        "the chroot {} of the DSN does not exist; correct it, or create it if it is the one of all machines",
                        client.path()
                    ),
                    error => self.sentence(&self.path, &error),
                });
            }
            let layout = text::layout(&self.layout);
            match client
                .create(&marks, layout.as_bytes(), &self.persistent())
                .await
            {
                Ok(_) => return Ok(()),
                // Someone else is about it, too.
                Err(Error::NodeExists | Error::NoNode) => {}
                Err(error) => return Err(self.sentence(&marks, &error)),
            }
        }
        Err(format!("{marks} is deleted as often as it is made"))
    }

    /// The same, and what is to be asked next, without trips of their own: the replies to [`Request::List`], and to
    /// [`Request::Look`] at that node.
    ///
    /// # Errors
    /// As of [`Zookeeper::prepare`].
    pub async fn prepare_and_ask(
        &self,
        client: &Client,
        node: u16,
    ) -> Result<(Reply, Reply), String> {
        // All are sent before the first is awaited. If there was no path then, it has been made since.
        let asked = async {
            let listed = client.list_children(&self.path);
            let looked = self.look(client, node, false).await;
            (self.listed(listed.await), looked)
        };
        let (prepared, asked) = zip(self.prepare(client), asked).await;
        prepared.map(|()| asked)
    }

    /// The reply to [`Request::List`].
    fn listed(&self, names: Result<Vec<String>, Error>) -> Reply {
        match names {
            Ok(names) => Reply::Claimed(self.claimed(&names)),
            Err(Error::NoNode) => Reply::Claimed(BTreeSet::new()),
            Err(error) => self.unread(&self.path, &error),
        }
    }

    fn check_layout(&self, data: &[u8]) -> Result<(), String> {
        let (path, ours) = (&self.path, &self.layout);
        match text::parse_layout(data) {
            Some(theirs) if theirs == *ours || !kept!("one_layout") => Ok(()),
            Some(theirs) => Err(format!(
                "its layout is ({theirs}) and the settings here say ({ours}); IDs of the two could meet: set \
                 ticket.epoch, ticket.node_bits and ticket.sequence_bits alike, or another ticket.path, for IDs that \
                 are kept apart from these"
            )),
            None => Err(format!(
                "the znode {path}/.marks holds no layout, but \"{}\"; if ticket has used that path, write back what all \
                 its users are set to (here {}), else use another ticket.path",
                text::shown(data),
                text::layout(ours)
            )),
        }
    }

    /// Asks one thing. Waits for the answer however long that takes: a write that is given up is not undone.
    pub async fn ask(&self, client: &Client, request: Request) -> Reply {
        match request {
            Request::List => {
                let names = client.list_children(&self.path).await;
                let is_gone = names == Err(Error::NoNode);
                let reply = self.listed(names);
                match is_gone {
                    true => self.restored(client, reply).await,
                    false => reply,
                }
            }
            Request::Look { node, settle } => self.look(client, node, settle).await,
            Request::Acquire {
                node,
                until,
                nonce,
                version,
                stale,
            } => {
                let (claim, mark) = (self.claim(node), self.mark(node));
                let data = text::mark(until, nonce, &self.layout);
                let holder = self.holder.claim(nonce, text::now());
                let mut multi = client.new_multi_writer();
                let built = match version {
                    Some(version) => multi.add_set_data(&mark, data.as_bytes(), Some(version)),
                    None => multi.add_create(&mark, data.as_bytes(), &self.persistent()),
                }
                .and_then(|()| match stale {
                    true => multi.add_delete(&claim, Some(CLAIM_VERSION)),
                    false => Ok(()),
                })
                .and_then(|()| multi.add_create(&claim, b"", &self.options(EPHEMERAL)))
                .and_then(|()| multi.add_set_data(&claim, holder.as_bytes(), Some(0)));
                match commit(multi, built).await {
                    Err(error) if version.is_some() && is_locked(&error) => self.locked(node),
                    outcome => self.written(client, &mark, outcome).await,
                }
            }
            Request::Extend {
                node,
                until,
                nonce,
                version,
            } => self.set(client, node, until, nonce, version).await,
            Request::Release {
                node,
                until,
                nonce,
                version,
            } => {
                let mark = self.mark(node);
                let data = text::mark(until, nonce, &self.layout);
                let mut multi = client.new_multi_writer();
                if !kept!("claim_with_mark_version") {
                    let _ = client.delete(&self.claim(node), None).await;
                }
                // Rule 8.
                let built = multi
                    .add_set_data(&mark, data.as_bytes(), Some(version))
                    .and_then(|()| multi.add_delete(&self.claim(node), Some(CLAIM_VERSION)));
                match commit(multi, built).await {
                    // There is no claim, or one that we did not make: it is not ours to delete.
                    Err(MultiWriteError::OperationFailed { index: 1, .. }) => {
                        self.set(client, node, until, nonce, Some(version)).await
                    }
                    Err(error) if is_locked(&error) => self.locked(node),
                    outcome => self.written(client, &mark, outcome).await,
                }
            }
        }
    }

    async fn look(&self, client: &Client, node: u16, settle: bool) -> Reply {
        let (claim_path, mark_path) = (self.claim(node), self.mark(node));
        // All are sent before the first is awaited, and answered in this order.
        let sync = (settle && kept!("sync_before_look")).then(|| client.sync(&mark_path));
        let mark = client.get_data(&mark_path);
        let claim = client.get_data(&claim_path);
        if let Some(sync) = sync
            && let Err(error) = sync.await
        {
            return self.unread(&mark_path, &error);
        }
        let mark = match mark.await {
            Ok((data, stat)) => match self.readable(node, &data, &stat) {
                Ok(mark) => Some(mark),
                Err(problem) => return Reply::Unusable(problem),
            },
            Err(Error::NoNode) => None,
            Err(Error::NoAuth) => return self.locked(node),
            Err(error) => return self.unread(&mark_path, &error),
        };
        let claim = match claim.await {
            Ok((_, stat))
                if stat.ephemeral_owner == client.session_id().0
                    || !kept!("claim_of_this_session") =>
            {
                Claim::Ours
            }
            Ok((data, _)) => Claim::Other {
                nonce: text::claim_nonce(&data),
            },
            Err(Error::NoNode) => Claim::Free,
            // There is one, and it is not ours.
            Err(Error::NoAuth) => Claim::Other { nonce: 0 },
            Err(error) => return self.unread(&claim_path, &error),
        };
        Reply::Node(mark, claim)
    }

    /// The mark in a znode, or a sentence that says what is there instead.
    fn readable(&self, node: u16, data: &[u8], stat: &Stat) -> Result<Mark, String> {
        let path = self.mark(node);
        if stat.ephemeral_owner != 0 && kept!("mark_stays") {
            return Err(format!(
                "the mark of node {node}, {path}, is a znode that ZooKeeper deletes by itself, so it keeps nothing; \
                 ticket did not make it and does not use the node"
            ));
        }
        text::parse_mark(data, stat.version, &self.layout).ok_or_else(|| {
            format!(
                "the mark of node {node}, {path}, cannot be read: it holds \"{}\", and nobody knows what was issued \
                 there; leave it, or have it fenced by examples/fence.php",
                text::shown(data)
            )
        })
    }

    /// The reply where the ACL of a node's mark is not as we make it.
    fn locked(&self, node: u16) -> Reply {
        let path = self.mark(node);
        Reply::Unusable(format!(
            "the ACL of {path}, the mark of node {node}, denies it; grant read and write to world:anyone, or to whom \
             ticket.zookeeper_auth names"
        ))
    }

    async fn set(
        &self,
        client: &Client,
        node: u16,
        until: u64,
        nonce: u64,
        version: Option<i32>,
    ) -> Reply {
        let mark = self.mark(node);
        let data = text::mark(until, nonce, &self.layout);
        let data = data.as_bytes();
        let wanted = version;
        let version = match wanted {
            Some(version) => {
                let set = client.set_data(&mark, data, Some(version)).await;
                set.map(|stat| stat.version)
            }
            None => {
                let made = client.create(&mark, data, &self.persistent()).await;
                made.map(|(stat, _)| stat.version)
            }
        };
        match version {
            Ok(version) => Reply::Done { version },
            Err(Error::NoAuth) if wanted.is_some() => self.locked(node),
            Err(error) => self.unwritten(client, &mark, error).await,
        }
    }

    /// The first step of the writes is the one on the mark.
    async fn written(
        &self,
        client: &Client,
        mark: &str,
        outcome: Result<Vec<MultiWriteResult>, MultiWriteError>,
    ) -> Reply {
        match outcome {
            Ok(results) => match results.first() {
                Some(MultiWriteResult::SetData { stat }) => Reply::Done {
                    version: stat.version,
                },
                Some(MultiWriteResult::Create { .. }) => Reply::Done { version: 0 },
                _ => Reply::Unknown,
            },
            Err(error) => self.unwritten(client, mark, error.into()).await,
        }
    }

    /// Only what ZooKeeper says of a request that it has looked at is definite (rule 7).
    async fn unwritten(&self, client: &Client, mark: &str, error: Error) -> Reply {
        match error {
            Error::NodeExists | Error::BadVersion => Reply::Refused,
            // A claim or a mark is gone, or all that was under the path.
            Error::NoNode => self.restored(client, Reply::Refused).await,
            error if is_definite(&error) => Reply::Denied(self.sentence(mark, &error)),
            _ if !kept!("definite_answers") => Reply::Refused,
            _ => Reply::Unknown,
        }
    }

    /// The reply to what found a znode missing that is made again here.
    async fn restored(&self, client: &Client, reply: Reply) -> Reply {
        match self.prepare(client).await {
            Ok(()) => reply,
            Err(sentence) => Reply::Denied(sentence),
        }
    }

    fn unread(&self, path: &str, error: &Error) -> Reply {
        if is_definite(error) {
            Reply::Denied(self.sentence(path, error))
        } else {
            Reply::Unknown
        }
    }

    /// The node IDs among the children, also where others write them without padding.
    fn claimed(&self, names: &[String]) -> BTreeSet<u16> {
        let digits = |name: &&String| name.bytes().all(|c| c.is_ascii_digit());
        let node = |name: &String| name.parse().ok().filter(|&n| n <= self.layout.max_node());
        names.iter().filter(digits).filter_map(node).collect()
    }

    fn claim(&self, node: u16) -> String {
        format!("{}/{}", self.path, self.name(node))
    }

    fn mark(&self, node: u16) -> String {
        format!("{}/{}", self.marks(), self.name(node))
    }

    fn marks(&self) -> String {
        format!("{}/.marks", self.path)
    }

    fn name(&self, node: u16) -> String {
        let width = match kept!("padded_name") {
            true => self.layout.max_node().to_string().len(),
            false => 0,
        };
        format!("{node:0width$}")
    }

    fn sentence(&self, path: &str, error: &Error) -> String {
        match error {
            Error::NoAuth => format!(
                "the ACL of {path} or of its parent refuses it; grant read, write, create and delete to whom \
                 ticket.zookeeper_auth names, whose password may be wrong there, or to world:anyone"
            ),
            Error::InvalidAcl => format!(
                "{path} cannot be made with the ACL of ticket.zookeeper_acl: its servers do not know a scheme or an ID of it, or it \
                 is \"creator\" and this session has no credentials, which ticket.zookeeper_auth gives it"
            ),
            Error::NoChildrenForEphemerals => format!(
                "{path} cannot be made: a part of the path is an ephemeral znode; use another ticket.path"
            ),
            Error::QuotaExceeded => {
                format!("{path} cannot be written: a quota of ZooKeeper is exceeded; raise it")
            }
            error => format!("{path}: {error}"),
        }
    }
}

/// Sends a multi whose steps could be `built`.
async fn commit(
    mut multi: MultiWriter<'_>,
    built: Result<(), Error>,
) -> Result<Vec<MultiWriteResult>, MultiWriteError> {
    built?;
    multi.commit().await
}

/// Whether the right to the first znode is missing, which is a mark.
fn is_locked(error: &MultiWriteError) -> bool {
    let source = Error::NoAuth;
    *error == MultiWriteError::OperationFailed { index: 0, source }
}

/// Whether the request was looked at and will never be carried out.
fn is_definite(error: &Error) -> bool {
    matches!(
        error,
        Error::NoAuth
            | Error::InvalidAcl
            | Error::NoChildrenForEphemerals
            | Error::NotReadOnly
            | Error::QuotaExceeded
            | Error::BadArguments(_)
    )
}
