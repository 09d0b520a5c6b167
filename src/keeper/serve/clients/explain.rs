//! What a client is told where a request failed.

use zookeeper_client::Error;

use crate::keeper::session::client::ClientSession;
use crate::wire::parcel;
use crate::wire::size::size;
use crate::wire::{Failure, Mode, Operation, Request, State, code};

/// Why a server has not carried it out, as the crate has it, and of which operation of a transaction that is.
pub(in crate::keeper::serve) struct Refused {
    pub(in crate::keeper::serve) error: Error,
    pub(in crate::keeper::serve) index: Option<usize>,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, index: None }
    }
}

/// It went the way of its connection, or its session, or its answer could not be read: a server may have carried it out.
/// Whatever is not an answer of a server's, or refused before it is sent, is that.
pub(in crate::keeper::serve) fn is_lost(error: &Error) -> bool {
    !matches!(
        error,
        Error::BadArguments(_)
            | Error::NoNode
            | Error::NoAuth
            | Error::BadVersion
            | Error::NoChildrenForEphemerals
            | Error::NodeExists
            | Error::NotEmpty
            | Error::InvalidAcl
            | Error::AuthFailed
            | Error::SessionMoved
            | Error::NotReadOnly
            | Error::NoWatcher
            | Error::QuotaExceeded
            | Error::Throttled
            | Error::MarshallingError
            | Error::Unimplemented
            | Error::ReconfigDisabled
            | Error::RuntimeInconsistent
            | Error::UnexpectedErrorCode(_)
    )
}

/// What the crate says of what was asked before its connection was given up (`Connection::cut`).
const GIVEN_UP: &str = "expect response, but got none";

/// What a server, or the crate, has against it.
pub(in crate::keeper::serve) fn refused(
    session: &ClientSession,
    request: &Request,
    refused: &Refused,
) -> Failure {
    let Refused { error, index } = refused;
    let operation = match (request, index) {
        (Request::Multi(operations), Some(index)) => operations.get(*index),
        _ => None,
    };
    let path = match (request, index) {
        (Request::GetMany(paths), Some(index)) => paths.get(*index).map(String::as_str),
        _ => operation.map(Operation::path).or(request.path()),
    };
    let does = match (request, operation) {
        (Request::Create(create), _) | (_, Some(Operation::Create(create))) => {
            Does::Make(create.mode)
        }
        (Request::Delete { .. }, _) | (_, Some(Operation::Delete { .. })) => Does::Delete,
        _ => Does::Other,
    };
    let lost = is_lost(error);
    let (code, what) = match (error, request) {
        (Error::AuthFailed, Request::Auth((scheme, _))) => (
            code::AUTH_FAILED,
            format!(
                "the credentials for the scheme {scheme} were refused, which has ended this client's session; make another client"
            ),
        ),
        _ => said(error, does),
    };
    let of = match (path, index) {
        (Some(path), Some(index)) if operation.is_some() => {
            format!("{path} (operation {index}): ")
        }
        (Some(path), _) => format!("{path}: "),
        _ => String::new(),
    };
    let mut then = String::new();
    if lost {
        if may_be_too_long(request) {
            then = format!(
                "; if it is lost whenever this is sent, its {} bytes are too long for the servers: ticket.max_packet is to be less \
                 than their jute.maxbuffer",
                size(request, 0)
            );
        }
        then += request.advice();
    }
    Failure {
        code,
        unknown: lost && !request.is_read(),
        path: path.map(ToOwned::to_owned),
        index: operation.and(*index).map(|index| index as u32),
        message: format!("{of}{what} (ZooKeeper {}){then}", session.profile.dsn),
    }
}

/// What is done to a znode, as far as sentences differ.
#[derive(Clone, Copy)]
enum Does {
    Make(Mode),
    Delete,
    Other,
}

/// Whether servers whose `jute.maxbuffer` is less than `ticket.max_packet` may cut the connection that brings it. It is 1 MiB
/// by default, and nobody's is as short as this.
pub(in crate::keeper::serve) fn may_be_too_long(request: &Request) -> bool {
    size(request, 0) > 64 << 10
}

/// The number and the words for an error.
fn said(error: &Error, does: Does) -> (i32, String) {
    let (code, what) = match error {
        Error::NoNode if matches!(does, Does::Make(_)) => (
            code::NO_NODE,
            "its parent does not exist; make that first, as makePath() does",
        ),
        Error::NoNode => (code::NO_NODE, "there is no such znode"),
        Error::NodeExists => (code::NODE_EXISTS, "there is such a znode already"),
        Error::NotEmpty => (
            code::NOT_EMPTY,
            "the znode has children; delete them first, as deletePath() does",
        ),
        Error::BadVersion => (
            code::BAD_VERSION,
            "the znode has another version by now; read it again",
        ),
        Error::NoAuth if !matches!(does, Does::Other) => (
            code::NO_AUTH,
            "the ACL of the znode above it does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth",
        ),
        Error::NoAuth => (
            code::NO_AUTH,
            "the znode's ACL does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth",
        ),
        Error::AuthFailed => (code::AUTH_FAILED, "the credentials were refused"),
        Error::InvalidAcl => (
            code::INVALID_ACL,
            "the ACL is none that this server knows: look at its scheme and ID, and whether \"auth\" is used without \
             credentials (addAuth(), ticket.zookeeper_auth); what recipes make has that of ticket.zookeeper_acl",
        ),
        Error::NoChildrenForEphemerals => (
            code::NO_CHILDREN_FOR_EPHEMERALS,
            "its parent is ephemeral, and such znodes have no children",
        ),
        Error::SessionExpired => (code::SESSION_EXPIRED, "the session has expired"),
        Error::SessionMoved => (
            code::SESSION_MOVED,
            "the session has moved to another server; ask again",
        ),
        Error::NotReadOnly => (
            code::NOT_READ_ONLY,
            "the server can be read only, since it has lost the others",
        ),
        Error::QuotaExceeded => (code::QUOTA_EXCEEDED, "a quota of its path is exceeded"),
        Error::Throttled => (code::THROTTLED, "the server has too much to do; ask later"),
        Error::MarshallingError | Error::UnmarshalError { .. } => (
            code::MARSHALLING_ERROR,
            "the server and ticket do not understand each other",
        ),
        Error::Unimplemented | Error::UnexpectedErrorCode(-6)
            if matches!(does, Does::Make(Mode::Persistent { ttl: Some(_), .. })) =>
        {
            (
                code::UNIMPLEMENTED,
                "this server has no TTLs: they need zookeeper.extendedTypesEnabled=true there, and 3.5.3 or later",
            )
        }
        Error::Unimplemented => (
            code::UNIMPLEMENTED,
            "this server cannot do that: it is too old",
        ),
        Error::ReconfigDisabled => (
            code::RECONFIG_DISABLED,
            "the servers do not allow reconfiguration",
        ),
        Error::ConnectionLoss | Error::ClientClosed | Error::Timeout => (
            code::CONNECTION_LOSS,
            "the connection to the server was lost",
        ),
        Error::UnexpectedError(text) if text.ends_with(GIVEN_UP) => (
            code::CONNECTION_LOSS,
            "the connection to the server was lost",
        ),
        Error::RuntimeInconsistent => (
            code::RUNTIME_INCONSISTENCY,
            "it was not tried, since another operation of the transaction failed",
        ),
        Error::BadArguments(why) => {
            return (
                code::BAD_ARGUMENTS,
                format!("it is no valid request: {why}"),
            );
        }
        Error::UnexpectedErrorCode(-6) => (code::UNIMPLEMENTED, "this server cannot do that"),
        Error::UnexpectedErrorCode(number) => {
            return (
                *number,
                format!("the server refused it with error {number}"),
            );
        }
        Error::Custom(why) => {
            let what = format!("the connection to the server was lost: {why}");
            return (code::CONNECTION_LOSS, what);
        }
        error => return (code::SYSTEM_ERROR, error.to_string()),
    };
    (code, what.to_owned())
}

/// No server was asked in time.
pub(in crate::keeper::serve) fn unsent(session: &ClientSession, request: &Request) -> Failure {
    let dsn = &session.profile.dsn;
    let (code, message) = match session.state() {
        State::AuthFailed => (
            code::AUTH_FAILED,
            match session.refused() {
                Some(refused) => format!("{refused} (ZooKeeper {dsn})"),
                None => {
                    format!(
                        "ZooKeeper {dsn} refused the credentials, or wants some of another scheme (enforce.auth.schemes); \
                         make another client with others"
                    )
                }
            },
        ),
        _ => {
            let wrong = match session.wrong() {
                wrong if wrong.is_empty() => "it has not answered yet".to_owned(),
                wrong => wrong,
            };
            let message =
                format!("ZooKeeper {dsn} was out of reach, and nothing was sent: {wrong}");
            (code::OPERATION_TIMEOUT, message)
        }
    };
    request.failure(code, false, message)
}

/// It was sent, and is a read, which may be asked again: but no server could be asked in time.
pub(in crate::keeper::serve) fn unanswered(session: &ClientSession, request: &Request) -> Failure {
    let wrong = match session.wrong() {
        wrong if wrong.is_empty() => "the connection was lost".to_owned(),
        wrong => wrong,
    };
    let message = format!(
        "ZooKeeper {} went out of reach before it had answered: {wrong}",
        session.profile.dsn
    );
    request.failure(code::OPERATION_TIMEOUT, false, message)
}

/// It was sent, and there is no answer yet.
pub(in crate::keeper::serve) fn late(session: &ClientSession, request: &Request) -> Failure {
    let message = format!(
        "ZooKeeper {} has not answered in time (timeout, ticket.zookeeper_timeout){}",
        session.profile.dsn,
        request.advice()
    );
    request.failure(code::OPERATION_TIMEOUT, true, message)
}

/// The client's own session has ended.
pub(super) fn ended(session: &ClientSession, request: &Request) -> Failure {
    let dsn = &session.profile.dsn;
    let (code, message) = match session.state() {
        State::AuthFailed => (
            code::AUTH_FAILED,
            format!(
                "ZooKeeper {dsn} refused this client's credentials, which has ended its session; make another client"
            ),
        ),
        // As `ClientSession::expire` has it: no server has heard of it yet.
        _ if !session.is_over() => (
            code::SESSION_EXPIRED,
            format!(
                "this client's process was stopped for as long as its session with ZooKeeper {dsn} lasts, so that is ended; its \
                 ephemeral znodes go when a server hears of it, or when its time is over; nothing was sent, and what is \
                 asked next begins another session"
            ),
        ),
        _ => (
            code::SESSION_EXPIRED,
            format!(
                "this client's session with ZooKeeper {dsn} has expired, and its ephemeral znodes are gone; nothing was \
                 sent, and what is asked next begins another session"
            ),
        ),
    };
    request.failure(code, false, message)
}

/// There may not be more sessions.
pub(super) fn too_many(request: &Request, most: usize) -> Failure {
    let message = format!(
        "the clients of this PHP already have {most} sessions of their own, which is the most they may \
         (ticket.max_sessions); close() those that are not needed, or raise it, if the servers allow that many connections of \
         one address (maxClientCnxns)"
    );
    request.failure(code::SYSTEM_ERROR, false, message)
}

/// There may not be more watches.
pub(super) fn too_many_watches(request: &Request, most: usize) -> Failure {
    let message = format!(
        "a client may have {most} watches; watch() what is above them, recursively, or cancel() those that are not needed"
    );
    request.failure(code::SYSTEM_ERROR, false, message)
}

/// There may not be more connections.
pub(super) fn no_room(request: &Request) -> Failure {
    let message = "the keeper may not open more files, and takes two for each client, and one for each session; raise the limit for PHP (ulimit -n)";
    request.failure(code::SYSTEM_ERROR, false, message.to_owned())
}

/// The answer cannot be handed over.
pub(super) fn too_long() -> Failure {
    Failure {
        code: code::SYSTEM_ERROR,
        unknown: false,
        path: None,
        index: None,
        message: format!(
            "the keeper cannot hand over an answer as long as this one: it may have {} MiB, and needs a descriptor and memory; ask \
             for less at a time, or raise the limit for PHP (ulimit -n)",
            parcel::MOST >> 20
        ),
    }
}
