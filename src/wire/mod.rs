//! What a client in PHP and the keeper say to each other.
//!
//! One message is one packet of a private connection ([`parcel`]): an [`Ask`] to the keeper, a [`Said`] back. A keeper is
//! always a fork of the very PHP that it serves, so both ends are the same code and there are no versions of this. What
//! cannot be read ends the connection that it came from and nothing else.

pub mod credentials;
pub mod parcel;
pub mod size;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

pub use self::credentials::Credentials;
use crate::lease::zookeeper::perms_of;
use crate::rule::kept;

/// From PHP: a request, and how long its caller waits for the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Comes back with the answer. Counts up from 1 on each connection.
    pub id: u32,
    /// In ms, from when it is sent. The keeper answers within this time, if it runs.
    pub within: u32,
    /// What is asked.
    pub request: Request,
}

/// From the keeper, in the order in which it is so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// An answer.
    Told(Told),
    /// What a watch has seen. Comes before an answer that shows it.
    Event(Event),
    /// What the client's session has come to, where it [listens](Request::Listen).
    State(State),
    /// What has become of something that is to be held, under its number.
    Hold(u32, Standing),
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Of the request; 0 for whatever is asked.
    pub id: u32,
    /// The client has a session of its own by now.
    pub bound: bool,
    /// What came of it.
    pub reply: Result<Reply, Failure>,
}

/// Which session a client is to have: light clients with equal ones share one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Profile {
    /// `host:port[,host:port...][/chroot]`, checked.
    pub dsn: String,
    /// What is asked of ZooKeeper, in ms.
    pub session_timeout: u32,
    /// Scheme and credentials. Presenting the same is the right to the same session.
    pub auth: Vec<Credentials>,
    /// Before them, those of the settings (`ticket.zookeeper_auth`).
    pub family: bool,
    /// What TLS goes by, if its servers are spoken to in that; `None`: the settings.
    pub tls: Option<Pems>,
}

/// The longest text of [`Pems`], in bytes.
pub const LONGEST_PEM: usize = 1 << 20;

impl Profile {
    /// Whether it is as PHP says it: what clients begin with is kept as long as their sessions.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        let mut pems = self
            .tls
            .iter()
            .flat_map(|pems| [&pems.ca, &pems.cert, &pems.key]);
        let bounded =
            credentials::are_bounded(&self.auth) && pems.all(|pem| pem.len() <= LONGEST_PEM);
        bounded || !kept!("profile_is_bounded")
    }
}

/// Certificates and a key, as texts in PEM.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pems {
    /// Whoever has signed the servers' certificates, and what they have taken back.
    pub ca: String,
    /// The client's certificate and those between it and its CA; empty: it has none.
    pub cert: String,
    /// The key to that.
    pub key: String,
}

/// What a client can ask for. Paths are the caller's, checked, below the chroot of its DSN.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Request {
    /// The first one of a connection.
    Open(Profile),
    /// [`Reply::Created`].
    Create(Create),
    /// [`Reply::Data`].
    Get {
        /// The znode.
        path: String,
        /// A watch for its next change or its end, under this number.
        watch: Option<u32>,
    },
    /// [`Reply::Stat`].
    Set {
        /// The znode.
        path: String,
        /// Its new value.
        value: ByteBuf,
        /// The version that it must have; `None` for any.
        version: Option<i32>,
    },
    /// [`Reply::Exists`].
    Exists {
        /// The znode.
        path: String,
        /// As in `Get`, and for its beginning.
        watch: Option<u32>,
    },
    /// [`Reply::Children`].
    Children {
        /// The znode.
        path: String,
        /// A watch for the next change of its list of children, or its end.
        watch: Option<u32>,
    },
    /// [`Reply::Done`]. A watch that stays.
    Watch {
        /// The znode, which need not be there.
        path: String,
        /// Also of all below it.
        recursive: bool,
        /// Its number.
        watch: u32,
    },
    /// Not answered: the watch is not wanted any more.
    Unwatch(u32),
    /// [`Reply::Done`]. Watches that another connection of this client had.
    Rearm(Vec<Armed>),
    /// [`Reply::Done`]. Says what the session is now, and whatever it comes to, or no longer.
    Listen(bool),
    /// [`Reply::Done`].
    Delete {
        /// The znode.
        path: String,
        /// As in `Set`.
        version: Option<i32>,
    },
    /// [`Reply::Acl`].
    GetAcl {
        /// The znode.
        path: String,
    },
    /// [`Reply::Stat`].
    SetAcl {
        /// The znode.
        path: String,
        /// Who may do what.
        acl: Vec<Acl>,
        /// The version of its ACL that it must have; `None` for any.
        version: Option<i32>,
    },
    /// [`Reply::Done`].
    Sync {
        /// The znode.
        path: String,
    },
    /// [`Reply::Multi`].
    Multi(Vec<Operation>),
    /// [`Reply::Many`]: as [`Reply::Data`] of each, or nothing where there is no such znode.
    GetMany(Vec<String>),
    /// [`Reply::Count`].
    Descendants {
        /// The znode.
        path: String,
    },
    /// [`Reply::Done`]. Binds.
    Auth(Credentials),
    /// [`Reply::WhoAmI`].
    WhoAmI,
    /// [`Reply::State`]. Asks no server.
    State,
    /// [`Reply::SessionId`]. Binds.
    SessionId,
    /// [`Reply::Data`]: of the servers' configuration.
    Config {
        /// As in `Get`.
        watch: Option<u32>,
    },
    /// [`Reply::Data`]: of the configuration as it is then.
    Reconfig {
        /// What is to be changed.
        change: Change,
        /// The version that the configuration must have; `None` for any.
        version: Option<i64>,
    },
    /// [`Reply::Done`]. Ends the session if it is the client's own, and with it its ephemeral znodes.
    Close,
    /// Not answered, but by what is said of it ([`Said::Hold`]) until it is released or the connection ends.
    Hold(Hold),
    /// [`Reply::Done`], when nothing is left of it; or why nothing was made of it.
    Release {
        /// Its number.
        hold: u32,
        /// Its znode has been deleted already.
        finished: bool,
    },
    /// Not answered: what was granted by this number has run out, as far as its owner has seen, and is not to be held again.
    Forfeit {
        /// Its number.
        hold: u32,
        /// Of the grant.
        serial: u64,
    },
}

/// Something that is to be held in the family's session for that: a lock, for one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hold {
    /// Its number, by which it is told of.
    pub hold: u32,
    /// The znode that it is contended for below.
    pub path: String,
    /// The value of its own znode.
    pub value: ByteBuf,
    /// As what.
    pub role: Role,
    /// Not to wait where others are before it.
    pub once: bool,
    /// To stand in line again when it was lost.
    pub again: bool,
}

/// As what one stands in line, or is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Holds alone.
    Lock,
    /// Holds beside others that read.
    Read,
    /// Holds alone, beside those that read.
    Write,
    /// Leads.
    Latch,
    /// Is there: nobody is waited for.
    Member,
    /// Holds beside less than so many others. It is the first of a line, below `locks`, that takes a lease, below `leases`.
    Semaphore(u32),
    /// Has taken an item of a queue, which had this version before. The path is the item's, and the value, which it keeps.
    Claim(i32),
}

/// How it stands with something that is to be held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Others are before it.
    Waits,
    /// It is held.
    Granted(Grant),
    /// Others were before it, and it was not to wait.
    Taken,
    /// It was held, and is not any more.
    Lost,
    /// It cannot be.
    Failed(Failure),
}

/// Of what is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Where in the family's memory it is said for how long it is valid, and as which.
    pub slot: u32,
    /// Tells it from others that have had this slot.
    pub serial: u64,
    /// The transaction that made its znode: the fencing token.
    pub token: i64,
    /// Its znode.
    pub path: String,
}

/// A change of the servers' configuration, each of it with commas between servers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Change {
    /// These servers, and no others.
    Members(String),
    /// These, too.
    Join(String),
    /// Not those with these numbers.
    Leave(String),
}

impl Change {
    /// The servers.
    #[must_use]
    pub fn servers(&self) -> &str {
        match self {
            Self::Members(servers) | Self::Join(servers) | Self::Leave(servers) => servers,
        }
    }
}

/// A znode that is to be made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Create {
    /// Of the znode, or what its name begins with if it is a sequential one.
    pub path: String,
    /// Its value.
    pub value: ByteBuf,
    /// Who may do what; not empty.
    pub acl: Vec<Acl>,
    /// Its kind.
    pub mode: Mode,
}

/// Kinds of znodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// Stays.
    Persistent {
        /// Gets a number.
        sequential: bool,
        /// Goes when it has had neither a change nor children for so many ms (ZooKeeper 3.5.3 and later, if its servers
        /// allow it).
        ttl: Option<u64>,
    },
    /// Goes with the session that made it. Binds.
    Ephemeral {
        /// Gets a number.
        sequential: bool,
    },
    /// Goes when its last child has (3.5.3 and later).
    Container,
}

impl Mode {
    /// Whether it goes with the session.
    #[must_use]
    pub fn is_ephemeral(self) -> bool {
        matches!(self, Self::Ephemeral { .. })
    }
}

/// One part of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operation {
    /// As [`Request::Create`].
    Create(Create),
    /// As [`Request::Set`].
    Set {
        /// The znode.
        path: String,
        /// Its new value.
        value: ByteBuf,
        /// As in [`Request::Set`].
        version: Option<i32>,
    },
    /// As [`Request::Delete`].
    Delete {
        /// The znode.
        path: String,
        /// As in [`Request::Set`].
        version: Option<i32>,
    },
    /// Fails the transaction if the znode is not there, or not of that version.
    Check {
        /// The znode.
        path: String,
        /// As in [`Request::Set`].
        version: Option<i32>,
    },
}

impl Operation {
    /// The znode that it is about.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Create(Create { path, .. })
            | Self::Set { path, .. }
            | Self::Delete { path, .. }
            | Self::Check { path, .. } => path,
        }
    }
}

/// Who may do what with a znode.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Acl {
    /// The sum of 1 (read), 2 (write), 4 (create children), 8 (delete children) and 16 (administer).
    pub perms: u8,
    /// `world`, `auth`, `digest`, `ip`, `x509`, `sasl`...
    pub scheme: String,
    /// By that scheme's rules.
    pub id: String,
}

impl From<&zookeeper_client::Acl> for Acl {
    fn from(acl: &zookeeper_client::Acl) -> Self {
        Self {
            perms: perms_of(acl),
            scheme: acl.scheme().to_owned(),
            id: acl.id().to_owned(),
        }
    }
}

impl Acl {
    /// Anyone may do anything.
    #[must_use]
    pub fn anyone() -> Self {
        Self {
            perms: 31,
            scheme: "world".to_owned(),
            id: "anyone".to_owned(),
        }
    }
}

/// What ZooKeeper knows of a znode. Its transaction IDs (zxid) are 64 bits, times are in ms since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stat {
    /// The transaction that made it.
    pub czxid: i64,
    /// The last one that changed its value.
    pub mzxid: i64,
    /// The last one that changed its list of children.
    pub pzxid: i64,
    /// When it was made.
    pub ctime: i64,
    /// When its value was changed last.
    pub mtime: i64,
    /// How often its value was changed.
    pub version: i32,
    /// How often its list of children was changed.
    pub cversion: i32,
    /// How often its ACL was changed.
    pub aversion: i32,
    /// The session that an ephemeral one goes with, or 0.
    pub ephemeral_owner: i64,
    /// The length of its value, in bytes.
    pub data_length: i32,
    /// How many children it has.
    pub num_children: i32,
}

/// Value and stat of a znode.
pub type Data = (ByteBuf, Stat);

/// Answers to requests.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reply {
    /// Nothing to say but that it was carried out.
    Done,
    /// The path with its number, if it has one.
    Created(String),
    /// Of a znode.
    Data(Data),
    /// Of a znode.
    Stat(Stat),
    /// `None`: there is no such znode.
    Exists(Option<Stat>),
    /// Their names.
    Children(Vec<String>, Stat),
    /// Who may do what.
    Acl(Vec<Acl>, Stat),
    /// One for each operation.
    Multi(Vec<Outcome>),
    /// One for each path.
    Many(Vec<Option<Data>>),
    /// How many.
    Count(u64),
    /// Scheme and user of each.
    WhoAmI(Vec<(String, String)>),
    /// Of the client's session.
    State(State),
    /// Of the client's own session.
    SessionId(i64),
}

/// The znode of the servers' configuration, below no chroot.
pub const CONFIG: &str = "/zookeeper/config";

/// A watch, as a client keeps it in mind.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Armed {
    /// Its number.
    pub watch: u32,
    /// The znode.
    pub path: String,
    /// What of it.
    pub aim: Aim,
}

/// What a watch is for, and what it has seen. An event is due as soon as that is no longer so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Aim {
    /// The next change of its value, or its end.
    Data(Seen),
    /// The same of the servers' configuration, whatever its path is below a chroot.
    Config(Seen),
    /// The same, or its beginning where it is not there.
    Exists(Option<Seen>),
    /// The next change of its list of children, or its end.
    Children(Seen),
    /// Whatever happens to it, as long as the watch is wanted.
    Lasting {
        /// And to all below it.
        recursive: bool,
    },
}

/// A state of a znode: which one it is, and the last change. Never its version, which begins anew with a new znode
/// ([CURATOR-391](https://issues.apache.org/jira/browse/CURATOR-391)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Seen {
    /// The transaction that made it.
    pub czxid: i64,
    /// The last one that changed what is watched.
    pub zxid: i64,
}

impl Seen {
    /// Of its value.
    #[must_use]
    pub fn data(stat: &Stat) -> Self {
        Self {
            czxid: stat.czxid,
            zxid: stat.mzxid,
        }
    }

    /// Of its list of children.
    #[must_use]
    pub fn children(stat: &Stat) -> Self {
        Self {
            czxid: stat.czxid,
            zxid: stat.pzxid,
        }
    }
}

/// What a watch has seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The watch's number.
    pub watch: u32,
    /// What it is.
    pub kind: EventKind,
    /// The znode.
    pub path: String,
    /// The transaction, or -1 where the server does not say (before 3.9).
    pub zxid: i64,
}

/// What has happened to a znode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    /// Made.
    Created,
    /// Deleted.
    Deleted,
    /// Its value was set.
    Changed,
    /// A child was made or deleted.
    Child,
    /// Anything, or nothing: for a while it could not be watched.
    Resync,
}

/// What came of one operation of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// The path with its number, if it has one.
    Created(String),
    /// It has this stat now.
    Set(Stat),
    /// Deleted, or checked.
    Done,
}

/// Of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    /// There was none yet.
    Connecting,
    /// With a server.
    Connected,
    /// Its connection is lost; it may go on with another server.
    Suspended,
    /// It has ended; another one is sought, if it was no client's own.
    Expired,
    /// Its credentials were refused.
    AuthFailed,
    /// By the client.
    Closed,
}

/// Why a request was not carried out, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Failure {
    /// ZooKeeper's number for it ([`code`]).
    pub code: i32,
    /// It may have been carried out. `false`: it certainly was not, by this call.
    pub unknown: bool,
    /// The znode that it is about, if it is about one.
    pub path: Option<String>,
    /// Of the operation of a transaction that it is about, from 0.
    pub index: Option<u32>,
    /// What happened and what to do, as a sentence without its full stop.
    pub message: String,
}

/// ZooKeeper's error codes (`org.apache.zookeeper.KeeperException.Code`).
#[expect(missing_docs, reason = "their names are what ZooKeeper says of them")]
pub mod code {
    pub const SYSTEM_ERROR: i32 = -1;
    pub const RUNTIME_INCONSISTENCY: i32 = -2;
    pub const CONNECTION_LOSS: i32 = -4;
    pub const MARSHALLING_ERROR: i32 = -5;
    pub const UNIMPLEMENTED: i32 = -6;
    pub const OPERATION_TIMEOUT: i32 = -7;
    pub const BAD_ARGUMENTS: i32 = -8;
    pub const INVALID_STATE: i32 = -9;
    pub const NO_NODE: i32 = -101;
    pub const NO_AUTH: i32 = -102;
    pub const BAD_VERSION: i32 = -103;
    pub const NO_CHILDREN_FOR_EPHEMERALS: i32 = -108;
    pub const NODE_EXISTS: i32 = -110;
    pub const NOT_EMPTY: i32 = -111;
    pub const SESSION_EXPIRED: i32 = -112;
    pub const INVALID_ACL: i32 = -114;
    pub const AUTH_FAILED: i32 = -115;
    /// Of the C client.
    pub const CLOSING: i32 = -116;
    pub const SESSION_MOVED: i32 = -118;
    pub const NOT_READ_ONLY: i32 = -119;
    pub const NO_WATCHER: i32 = -121;
    pub const RECONFIG_DISABLED: i32 = -123;
    pub const QUOTA_EXCEEDED: i32 = -125;
    pub const THROTTLED: i32 = -127;
    /// Of ours: a cache has no room.
    pub const CACHE_FULL: i32 = -1001;
    /// Of ours: a cache is older than it may be.
    pub const STALE: i32 = -1002;
    /// Of ours: what was held is not held any more.
    pub const LOCK_LOST: i32 = -1003;
}

impl Request {
    /// Whether it changes nothing, so that it may be asked again.
    #[must_use]
    pub fn is_read(&self) -> bool {
        match self {
            Self::Create(_)
            | Self::Set { .. }
            | Self::Delete { .. }
            | Self::SetAcl { .. }
            | Self::Multi(_)
            | Self::Auth(_)
            | Self::Reconfig { .. }
            | Self::Close => false,
            Self::Open(_)
            | Self::Get { .. }
            | Self::Exists { .. }
            | Self::Children { .. }
            | Self::GetAcl { .. }
            | Self::Sync { .. }
            | Self::GetMany(_)
            | Self::Descendants { .. }
            | Self::WhoAmI
            | Self::Config { .. }
            | Self::State
            | Self::SessionId
            | Self::Watch { .. }
            | Self::Unwatch(_)
            | Self::Rearm(_)
            | Self::Listen(_)
            | Self::Hold(_)
            | Self::Release { .. }
            | Self::Forfeit { .. } => true,
        }
    }

    /// Whether it needs a session of the client's own.
    #[must_use]
    pub fn binds(&self) -> bool {
        match self {
            Self::Create(create) => create.mode.is_ephemeral(),
            Self::Multi(operations) => operations.iter().any(
                |operation| matches!(operation, Operation::Create(create) if create.mode.is_ephemeral()),
            ),
            Self::Auth(_) | Self::SessionId => true,
            _ => false,
        }
    }

    /// Why it was not carried out, or may not have been: `sent`, if it was on its way.
    #[must_use]
    pub fn failure(&self, code: i32, sent: bool, message: String) -> Failure {
        Failure {
            code,
            unknown: sent && !self.is_read(),
            path: self.path().map(ToOwned::to_owned),
            index: None,
            message,
        }
    }

    /// The end of a sentence about one that was on its way: what is to be done about a write.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.is_read() {
            true => "",
            false => "; whether it was carried out is not known: read before you write again",
        }
    }

    /// The number of the watch that it arms, if it arms one.
    #[must_use]
    pub fn watch(&self) -> Option<u32> {
        match self {
            Self::Get { watch, .. }
            | Self::Exists { watch, .. }
            | Self::Children { watch, .. }
            | Self::Config { watch } => *watch,
            Self::Watch { watch, .. } => Some(*watch),
            _ => None,
        }
    }

    /// The watch that is armed if `reply` is the answer.
    #[must_use]
    pub fn armed(&self, reply: &Reply) -> Option<Armed> {
        let (watch, path, aim) = match (self, reply) {
            (
                Self::Get {
                    path,
                    watch: Some(watch),
                },
                Reply::Data((_, stat)),
            ) => (watch, path.as_str(), Aim::Data(Seen::data(stat))),
            (Self::Config { watch: Some(watch) }, Reply::Data((_, stat))) => {
                (watch, CONFIG, Aim::Config(Seen::data(stat)))
            }
            (
                Self::Exists {
                    path,
                    watch: Some(watch),
                },
                Reply::Exists(stat),
            ) => (
                watch,
                path.as_str(),
                Aim::Exists(stat.as_ref().map(Seen::data)),
            ),
            (
                Self::Children {
                    path,
                    watch: Some(watch),
                },
                Reply::Children(_, stat),
            ) => (watch, path.as_str(), Aim::Children(Seen::children(stat))),
            (
                Self::Watch {
                    path,
                    recursive,
                    watch,
                },
                Reply::Done,
            ) => (
                watch,
                path.as_str(),
                Aim::Lasting {
                    recursive: *recursive,
                },
            ),
            _ => return None,
        };
        Some(Armed {
            watch: *watch,
            path: path.to_owned(),
            aim,
        })
    }

    /// The znode that it is about, if it is about one.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Create(Create { path, .. })
            | Self::Get { path, .. }
            | Self::Set { path, .. }
            | Self::Exists { path, .. }
            | Self::Children { path, .. }
            | Self::Watch { path, .. }
            | Self::Delete { path, .. }
            | Self::GetAcl { path }
            | Self::SetAcl { path, .. }
            | Self::Sync { path }
            | Self::Descendants { path }
            | Self::Hold(Hold { path, .. }) => Some(path),
            _ => None,
        }
    }
}
