//! What sessions need that is no part of the settings: credentials, certificates, and the key to one.
//!
//! It is read when what stands by for keepers starts, with the rights of whoever started PHP, for a keeper may be nobody;
//! and files again for each connection, where the keeper may. What it may not read any more is as it was read last.

use std::cell::RefCell;
use std::env;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use nix::libc;
use rustix::process::geteuid;
use serde_bytes::ByteBuf;

use super::config::{Config, Place};
use crate::rule::kept;
use crate::wire::credentials::{is_one_of_sasl, is_whole};
use crate::wire::{Credentials, LONGEST_PEM, Pems};

/// The longest file, in bytes: the certificates of all public CAs take a fourth of it.
const LONGEST_FILE: u64 = LONGEST_PEM as u64;

const AUTH: &str = "ticket.zookeeper_auth";

/// Of `ticket.zookeeper_auth`, `ticket.zookeeper_tls_ca` and so on: places, and what was read there.
#[derive(Clone, Default)]
pub(in crate::keeper) struct Files {
    auth: Known,
    ca: Known,
    cert: Known,
    key: Known,
}

/// One of them.
#[derive(Clone, Default)]
struct Known {
    place: Place,
    /// What was there when it was read last, or why that is of no use.
    last: RefCell<Option<Result<String, String>>>,
}

impl Files {
    /// Reads them all, as far as that is possible.
    pub(in crate::keeper) fn read(config: &Config) -> Self {
        let known = |place: Place| {
            let known = Known {
                place,
                last: RefCell::default(),
            };
            if kept!("files_before_privileges") {
                let _ = known.read("");
            }
            known
        };
        let file = |path: &String| {
            known(match path.is_empty() {
                true => Place::Nowhere,
                false => Place::File(path.clone()),
            })
        };
        Self {
            auth: known(config.auth.clone()),
            ca: file(&config.tls.ca),
            cert: file(&config.tls.cert),
            key: file(&config.tls.key),
        }
    }

    /// Certificates, as they are now.
    ///
    /// # Errors
    /// A sentence that names one that cannot be read, and its setting.
    pub(in crate::keeper) fn tls(&self) -> Result<Pems, String> {
        if self.ca.place == Place::Nowhere {
            return Err(
                "TLS needs the certificate of whoever has signed the servers', and ticket.zookeeper_tls_ca names no file"
                    .to_owned(),
            );
        }
        Ok(Pems {
            ca: self.ca.read("ticket.zookeeper_tls_ca")?,
            cert: self.cert.read("ticket.zookeeper_tls_cert")?,
            key: self.key.read("ticket.zookeeper_tls_key")?,
        })
    }

    /// Whether there are credentials.
    pub(in crate::keeper) fn has_auth(&self) -> bool {
        self.auth.place != Place::Nowhere
    }

    /// Credentials, as they are now.
    ///
    /// # Errors
    /// A sentence that names the place, and nothing of what is there.
    pub(in crate::keeper) fn auth(&self) -> Result<Vec<Credentials>, String> {
        let text = self.auth.read(AUTH)?;
        credentials(&text).ok_or_else(|| {
            format!(
                "{} ({AUTH}) must hold lines of a scheme, a colon and its credentials, such as digest:user:password, or \
                 sasl:user:password, which there may be one of",
                self.auth.shown()
            )
        }).and_then(|all| match all.is_empty() && self.has_auth() {
            true => Err(format!("{} ({AUTH}) is empty", self.auth.shown())),
            false => Ok(all),
        })
    }

    /// That servers do not accept them: a sentence.
    pub(in crate::keeper) fn refused(&self) -> String {
        let then = match self.auth.place {
            Place::Variable(_) => "set it to others, and start PHP anew",
            _ => "put others there, which are read at once where the keeper may",
        };
        format!(
            "ZooKeeper refused the credentials in {} ({AUTH}), or wants some of another scheme \
             (enforce.auth.schemes); {then}",
            self.auth.shown()
        )
    }
}

/// Lines of a scheme, a colon and credentials. `None`: they are none.
fn credentials(text: &str) -> Option<Vec<Credentials>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let all = lines.map(|line| {
        let (scheme, secret) = line.split_once(':')?;
        let whole = !scheme.is_empty() && !secret.is_empty() && is_whole(scheme, secret.as_bytes());
        whole.then(|| (scheme.to_owned(), ByteBuf::from(secret)))
    });
    let all: Vec<Credentials> = all.collect::<Option<_>>()?;
    is_one_of_sasl(&all).then_some(all)
}

impl Known {
    /// For people.
    fn shown(&self) -> String {
        match &self.place {
            Place::Nowhere => String::new(),
            Place::File(path) => path.clone(),
            Place::Variable(name) => format!("the variable {name}"),
        }
    }

    fn read(&self, setting: &str) -> Result<String, String> {
        let mut last = self.last.borrow_mut();
        let path = match &self.place {
            Place::Nowhere => return Ok(String::new()),
            Place::File(path) => path,
            Place::Variable(name) => {
                if last.is_none() {
                    *last = env::var(name).ok().map(Ok);
                }
                return last.clone().and_then(Result::ok).ok_or_else(|| {
                    format!(
                        "the variable {name} ({setting}) is not set, or no UTF-8, where the keeper was started; set it for the \
                         process that starts PHP"
                    )
                });
            }
        };
        if let Some(Ok(last)) = &*last
            && !kept!("files_read_again")
        {
            return Ok(last.clone());
        }
        let read = match read_text(path) {
            // Whoever has put that there does not want what was there before.
            Err(error) if error.kind() == io::ErrorKind::InvalidData && kept!("unusable_is_told") => {
                Err(error.to_string())
            }
            // It counts as it was as long as it could be read.
            Err(error) => last.clone().ok_or_else(|| {
                format!(
                    "{path} ({setting}) cannot be read: {error}; see that it is there, and that user {} may read it, or whoever \
                     starts PHP",
                    geteuid().as_raw()
                )
            })?,
            Ok(text) => Ok(text),
        };
        last.insert(read).clone().map_err(|error| {
            format!(
                "{path} ({setting}) cannot be used: {error}; put another one there that user {} may read, or start PHP anew with it",
                geteuid().as_raw()
            )
        })
    }
}

/// A file of text.
///
/// # Errors
/// As of the kernel; `InvalidData` where it is longer than 1 MiB, or no UTF-8, or no file.
pub fn read_text(path: impl AsRef<Path>) -> io::Result<String> {
    let mut text = String::new();
    // What waits for a writer is no file either.
    let file = File::options()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no file"));
    }
    file.take(LONGEST_FILE + 1).read_to_string(&mut text)?;
    match text.len() as u64 > LONGEST_FILE {
        true => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is longer than 1 MiB",
        )),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_lines() {
        let one = |scheme: &str, secret: &str| (scheme.to_owned(), ByteBuf::from(secret));
        assert_eq!(credentials("\n"), Some(vec![]));
        assert_eq!(
            credentials("digest:shop:a:b\n\n sasl:bob:c \n"),
            Some(vec![one("digest", "shop:a:b"), one("sasl", "bob:c")])
        );
        for none in [
            "digest",
            "digest:",
            ":x",
            "sasl:bob",
            "sasl:bob:",
            "sasl::x",
            "sasl:a:b\nsasl:c:d",
        ] {
            assert_eq!(credentials(none), None, "{none}");
        }
    }
}
