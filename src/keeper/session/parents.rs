//! Znodes above others, which go by themselves when the last one below them has.

use std::cell::Cell;

use zookeeper_client::{Acl, Acls, Client, CreateMode, CreateOptions, Error};

use crate::rule::kept;
use crate::wire::{self, code};

/// What is known of servers that make them.
pub(in crate::keeper) struct Parents {
    /// No server has said yet that it has no containers.
    containers: Cell<bool>,
    /// Of what is made.
    acl: Vec<Acl>,
}

impl Parents {
    pub(in crate::keeper) fn new(acl: &[Acl]) -> Self {
        Self {
            containers: Cell::new(true),
            acl: acl.to_vec(),
        }
    }

    /// For what is made there, by the settings.
    pub(in crate::keeper) fn options(&self, mode: CreateMode) -> CreateOptions<'_> {
        mode.with_acls(self.acls())
    }

    fn acls(&self) -> Acls<'_> {
        match kept!("held_has_acl") {
            true => Acls::new(&self.acl),
            false => Acls::anyone_all(),
        }
    }

    /// The same, for a transaction.
    pub(in crate::keeper) fn acl(&self) -> Vec<wire::Acl> {
        self.acls().iter().map(wire::Acl::from).collect()
    }

    /// Makes all that is missing above a path.
    ///
    /// # Errors
    /// Of the server: `NoNode` where the chroot is missing.
    pub(in crate::keeper) async fn make(&self, client: &Client, path: &str) -> Result<(), Error> {
        let parent = match path.rsplit_once('/') {
            Some((parent, _)) if !parent.is_empty() => parent,
            // The chroot is missing.
            _ => return Err(Error::NoNode),
        };
        if self.containers.get() {
            match client
                .mkdir(parent, &self.options(CreateMode::Container))
                .await
            {
                // Before 3.5.1. It hangs up besides.
                Err(Error::Unimplemented | Error::UnexpectedErrorCode(code::UNIMPLEMENTED)) => {
                    self.containers.set(false);
                }
                made => return made,
            }
        }
        client
            .mkdir(parent, &self.options(CreateMode::Persistent))
            .await
    }
}
