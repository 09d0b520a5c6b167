//! How long a request becomes on its way to ZooKeeper, and how long it may.
//!
//! A server ends the connection that brings it more than its `jute.maxbuffer`, and with it everybody's requests who
//! shares the session. So nothing is sent that is longer.

use crate::lease::zookeeper::LONGEST_ACL;
use crate::rule::kept;

use super::{Acl, Create, Failure, Operation, Request, code};

/// What a request is held against.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The length of the path that all of its paths are below.
    pub chroot: usize,
    /// `ticket.max_packet`: its length at the most, in bytes.
    pub most: usize,
}

/// Of a number of 32 bits, which also stands before each string and list.
const NUMBER: usize = 4;

/// Around each operation of a transaction: its kind, whether it is the last one, and an error.
const OPERATION: usize = 9;

/// What is held has a name, an ACL and a kind, of at most so many bytes.
const HELD: usize = 256 + LONGEST_ACL;

impl Limit {
    /// Whether a request may be sent.
    ///
    /// # Errors
    /// It is too long.
    pub fn check(&self, request: &Request) -> Result<(), Failure> {
        self.allow(size(request, self.chroot), request.path())
    }

    /// The same of a size, and a path to be told.
    ///
    /// # Errors
    /// As [`Limit::check`].
    pub fn allow(&self, size: usize, path: Option<&str>) -> Result<(), Failure> {
        let most = self.most;
        match size <= most || !kept!("request_fits") {
            true => Ok(()),
            false => Err(Failure {
                code: code::MARSHALLING_ERROR,
                unknown: false,
                path: path.map(ToOwned::to_owned),
                index: None,
                message: format!(
                    "nothing was sent: it would be {size} bytes with its paths, values and ACLs, and ZooKeeper is to be sent \
                     {most} at the most (ticket.max_packet, which is to be less than the servers' jute.maxbuffer)"
                ),
            }),
        }
    }
}

/// The bytes of a request, as ZooKeeper has it.
#[must_use]
pub fn size(request: &Request, chroot: usize) -> usize {
    let path = |path: &str| NUMBER + chroot + path.len();
    match request {
        Request::Create(create) => create.size(chroot),
        Request::Set {
            path: at, value, ..
        } => path(at) + NUMBER + value.len() + NUMBER,
        Request::SetAcl { path: at, acl, .. } => path(at) + of_acl(acl) + NUMBER,
        // Its own znode's name, and the ACL that it is made with; of a claim, or a lease, there are two paths.
        Request::Hold(hold) => 2 * path(&hold.path) + HELD + NUMBER + hold.value.len(),
        Request::Multi(operations) => operations.iter().map(|part| part.size(chroot)).sum(),
        Request::GetMany(paths) => paths.iter().map(|path| of_path(path, chroot)).sum(),
        Request::Auth((scheme, credentials)) => 3 * NUMBER + scheme.len() + credentials.len(),
        // Those that join, those that leave, all of them, and a version.
        Request::Reconfig { change, .. } => 3 * NUMBER + change.servers().len() + 8,
        request => request.path().map_or(0, path) + NUMBER,
    }
}

impl Create {
    fn size(&self, chroot: usize) -> usize {
        // The mode, and a time to live.
        let kind = NUMBER + 8;
        2 * NUMBER + chroot + self.path.len() + self.value.len() + of_acl(&self.acl) + kind
    }
}

impl Operation {
    /// The bytes of one part of a transaction, as ZooKeeper has it.
    #[must_use]
    pub fn size(&self, chroot: usize) -> usize {
        let rest = match self {
            Self::Create(create) => return OPERATION + create.size(chroot),
            Self::Set { value, .. } => NUMBER + value.len(),
            Self::Delete { .. } | Self::Check { .. } => 0,
        };
        OPERATION + 2 * NUMBER + chroot + self.path().len() + rest
    }
}

/// The bytes of one path of many that are read at once.
#[must_use]
pub fn of_path(path: &str, chroot: usize) -> usize {
    // And whether it is to be watched.
    OPERATION + NUMBER + chroot + path.len() + 1
}

fn of_acl(acl: &[Acl]) -> usize {
    let entries = acl.iter();
    let entries = entries.map(|entry| 3 * NUMBER + entry.scheme.len() + entry.id.len());
    NUMBER + entries.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Mode;
    use serde_bytes::ByteBuf;

    fn create(bytes: usize) -> Create {
        Create {
            path: "/a".to_owned(),
            value: ByteBuf::from(vec![0; bytes]),
            acl: vec![Acl {
                perms: 31,
                scheme: "world".to_owned(),
                id: "anyone".to_owned(),
            }],
            mode: Mode::Container,
        }
    }

    const LARGEST: usize = (1 << 20) - 1024;

    fn below(chroot: usize) -> Limit {
        let most = LARGEST;
        Limit { chroot, most }
    }

    #[test]
    fn what_is_longer_than_a_server_takes_is_refused_with_its_size() {
        // Path and value with their lengths, the ACL, flags and time to live.
        let around = 4 + 2 + 4 + (4 + 4 + 4 + 5 + 4 + 6) + 4 + 8;
        let fits = create(LARGEST - around);
        assert_eq!(size(&Request::Create(fits.clone()), 0), LARGEST);
        assert_eq!(below(0).check(&Request::Create(fits.clone())), Ok(()));
        let failure = below(1).check(&Request::Create(fits)).unwrap_err();
        assert_eq!(
            (failure.code, failure.unknown, failure.path.as_deref()),
            (-5, false, Some("/a"))
        );
        assert!(failure.message.contains(&(LARGEST + 1).to_string()));
    }

    #[test]
    fn a_transaction_is_as_long_as_all_of_it() {
        let half = Operation::Create(create(LARGEST / 2));
        assert!(below(0).check(&Request::Multi(vec![half.clone()])).is_ok());
        assert!(
            below(0)
                .check(&Request::Multi(vec![half.clone(), half]))
                .is_err()
        );
        let version = Operation::Check {
            path: "/a".to_owned(),
            version: None,
        };
        assert!(
            below(0)
                .check(&Request::Multi(vec![version; LARGEST / 18]))
                .is_err()
        );
    }
}
