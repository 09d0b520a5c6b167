//! Znodes above others, which go by themselves when the last one below them has.

use std::cell::Cell;

use zookeeper_client::{Acls, Client, CreateMode, CreateOptions, Error};

use crate::wire::code;

const CONTAINER: CreateOptions<'static> = CreateMode::Container.with_acls(Acls::anyone_all());
const PERSISTENT: CreateOptions<'static> = CreateMode::Persistent.with_acls(Acls::anyone_all());

/// What is known of servers that make them.
pub(in crate::keeper) struct Parents {
    /// No server has said yet that it has no containers.
    containers: Cell<bool>,
}

impl Default for Parents {
    fn default() -> Self {
        Self {
            containers: Cell::new(true),
        }
    }
}

impl Parents {
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
            match client.mkdir(parent, &CONTAINER).await {
                // Before 3.5.1. It hangs up besides.
                Err(Error::Unimplemented | Error::UnexpectedErrorCode(code::UNIMPLEMENTED)) => {
                    self.containers.set(false);
                }
                made => return made,
            }
        }
        client.mkdir(parent, &PERSISTENT).await
    }
}
