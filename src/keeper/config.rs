//! What every keeper of a family goes by.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use zookeeper_client::Acl;

use crate::id::Layout;
use crate::lease::machine::Terms;
use crate::lease::zookeeper::Dsn;

/// Files in PEM, by their absolute paths; empty: there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// Whoever has signed the servers' certificates.
    pub ca: String,
    /// The client's certificate.
    pub cert: String,
    /// The key to that.
    pub key: String,
}

/// Where a text is that is no part of the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// There is none.
    #[default]
    Nowhere,
    /// In the file with this absolute path.
    File(String),
    /// In the variable of the environment with this name.
    Variable(String),
}

/// What a keeper has to do: the same for every keeper of a family.
#[derive(Clone)]
pub struct Config {
    /// The layout of the IDs.
    pub layout: Layout,
    /// How leases are kept.
    pub terms: Terms,
    /// `ticket.session_timeout`.
    pub session_timeout: Duration,
    /// `ticket.release_timeout`.
    pub release_timeout: Duration,
    /// `ticket.zookeeper_tls_ca`, `ticket.zookeeper_tls_cert`, `ticket.zookeeper_tls_key`.
    pub tls: TlsFiles,
    /// `ticket.zookeeper_auth`: where credentials are.
    pub auth: Place,
    /// `ticket.zookeeper_acl`: of what is made.
    pub acl: Vec<Acl>,
    /// `ticket.dsn`, whose servers are given them, and no others.
    pub dsn: Option<Dsn>,
    /// `ticket.max_sessions`.
    pub max_sessions: usize,
    /// PHP's name for the way it runs.
    pub sapi: String,
    /// Which registry each node ID was leased from.
    pub bound: &'static [AtomicU64],
    /// What caches are in, which a keeper may write when it has asked for that; `None`: nothing is cached.
    pub cache: Option<&'static [AtomicU64]>,
    /// Gives back the memory that the process has as a fork of PHP.
    pub forget: fn(),
}
