//! The registry of the model: what ZooKeeper keeps of the nodes, and does when a request arrives.

use super::super::{Claim, Mark, Reply, Request};
use super::world::Session;
use crate::rule::kept;

/// Node IDs that can be leased: 1 and 2.
pub(super) const NODES: usize = 2;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub(super) mark: Option<Mark>,
    /// Whose session made it, and its nonce.
    pub(super) claim: Option<(Session, u64)>,
    /// The mark was set by a release.
    pub(super) released: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Registry {
    pub(super) nodes: [Node; NODES],
}

impl Registry {
    pub(super) fn node(&self, node: u16) -> &Node {
        &self.nodes[usize::from(node) - 1]
    }

    pub(super) fn node_mut(&mut self, node: u16) -> &mut Node {
        &mut self.nodes[usize::from(node) - 1]
    }

    /// A request of a session that lives arrives.
    pub(super) fn ask(&mut self, session: Session, request: Request) -> Reply {
        match request {
            Request::List => {
                let claimed = (1..)
                    .zip(&self.nodes)
                    .filter(|(_, node)| node.claim.is_some());
                Reply::Claimed(claimed.map(|(id, _)| id).collect())
            }
            Request::Look { node, .. } => {
                let node = self.node(node);
                let claim = match node.claim {
                    None => Claim::Free,
                    Some((owner, _)) if owner == session => Claim::Ours,
                    Some((_, nonce)) => Claim::Other { nonce },
                };
                Reply::Node(node.mark, claim)
            }
            Request::Acquire {
                node,
                until,
                nonce,
                version,
                stale,
            } => self.write(node, version, until, nonce, |node| {
                let free = node.claim.is_some() == stale;
                node.claim = Some((session, nonce));
                free
            }),
            Request::Extend {
                node,
                until,
                nonce,
                version,
            } => self.write(node, version, until, nonce, |_| true),
            Request::Release {
                node,
                until,
                nonce,
                version,
            } => {
                if !kept!("claim_with_mark_version") {
                    self.node_mut(node).claim = None;
                }
                let reply = self.write(node, Some(version), until, nonce, |node| {
                    node.claim = None;
                    true
                });
                if reply != Reply::Refused {
                    self.node_mut(node).released = true;
                }
                reply
            }
        }
    }

    /// Sets a mark if it has this version, and does what belongs to the same step; or nothing of it.
    fn write(
        &mut self,
        node: u16,
        version: Option<i32>,
        until: u64,
        nonce: u64,
        also: impl FnOnce(&mut Node) -> bool,
    ) -> Reply {
        let mut new = *self.node(node);
        let found = new.mark.map(|mark| mark.version);
        // As in ZooKeeper, -1 is any version.
        let fits = found == version || found.is_some() && version == Some(-1);
        if !fits || !also(&mut new) {
            return Reply::Refused;
        }
        let version = found.map_or(0, |version| version + 1);
        new.mark = Some(Mark {
            until,
            nonce,
            version,
        });
        new.released = false;
        *self.node_mut(node) = new;
        Reply::Done { version }
    }

    pub(super) fn expire(&mut self, session: Session) {
        for node in &mut self.nodes {
            if node.claim.is_some_and(|(owner, _)| owner == session) {
                node.claim = None;
            }
        }
    }
}
