//! Files that sessions need: certificates, and the key to one.
//!
//! They are read when what stands by for keepers starts, with the rights of whoever started PHP, for a keeper may be nobody;
//! and again for each connection, where the keeper may. What it may not read any more is as it was read last.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use nix::libc;
use rustix::process::geteuid;

use super::config::TlsFiles;
use crate::rule::kept;
use crate::wire::Pems;

/// The longest file, in bytes: the certificates of all public CAs take a fourth of it.
const LONGEST_FILE: u64 = 1 << 20;

/// Of `ticket.zookeeper_tls_ca` and so on: paths, and what was read there.
#[derive(Clone, Default)]
pub(in crate::keeper) struct Files {
    ca: Known,
    cert: Known,
    key: Known,
}

/// One of them.
#[derive(Clone, Default)]
struct Known {
    path: String,
    last: RefCell<Option<String>>,
}

impl Files {
    /// Reads them all, as far as that is possible.
    pub(in crate::keeper) fn read(files: &TlsFiles) -> Self {
        let known = |path: &String| {
            let known = Known {
                path: path.clone(),
                last: RefCell::default(),
            };
            if kept!("files_before_privileges") {
                let _ = known.read("");
            }
            known
        };
        Self {
            ca: known(&files.ca),
            cert: known(&files.cert),
            key: known(&files.key),
        }
    }

    /// As they are now.
    ///
    /// # Errors
    /// A sentence that names one that cannot be read, and its setting.
    pub(in crate::keeper) fn tls(&self) -> Result<Pems, String> {
        if self.ca.path.is_empty() {
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
}

impl Known {
    fn read(&self, setting: &str) -> Result<String, String> {
        if self.path.is_empty() {
            return Ok(String::new());
        }
        let mut last = self.last.borrow_mut();
        if last.is_some() && !kept!("files_read_again") {
            return Ok(last.clone().unwrap_or_default());
        }
        match read_text(&self.path) {
            Ok(text) => Ok(last.insert(text).clone()),
            Err(error) => last.clone().ok_or_else(|| {
                format!(
                    "{} ({setting}) cannot be read: {error}; see that it is there, and that user {} may read it, or whoever \
                     starts PHP",
                    self.path,
                    geteuid().as_raw()
                )
            }),
        }
    }
}

/// A file of text.
///
/// # Errors
/// As of the kernel; `InvalidData` where it is longer than 1 MiB, or no UTF-8.
pub fn read_text(path: impl AsRef<Path>) -> io::Result<String> {
    let mut text = String::new();
    // What waits for a writer is no file either.
    let file = File::options()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
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
