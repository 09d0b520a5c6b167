//! What a client asks for, carried out by a session.

use std::rc::Rc;

use serde_bytes::ByteBuf;
use zookeeper_client::{
    Acl, Acls, AuthId, Client, CreateMode, CreateOptions, EnsembleUpdate, Error, MultiReadResult,
    MultiWriteError, MultiWriteResult,
};

use super::explain::{self, Refused};
use super::watches::Watcher;
use crate::keeper::session::client::{ClientSession, Lent};
use crate::keeper::session::pauses::Pauses;
use crate::keeper::session::watch;
use crate::lease::zookeeper::permission_of;
use crate::rule::kept;
use crate::wire::{
    self, Change, Create, Failure, Mode, Operation, Outcome, Reply, Request, Stat, State,
};

/// Carries it out. What only reads is asked again where its connection is lost, as long as there is another one.
///
/// It is sent when this is polled first.
pub(super) async fn carry_out(
    session: &Rc<ClientSession>,
    mut client: Lent,
    request: &Request,
    another: impl AsyncFn() -> Option<Lent>,
) -> Result<(Reply, Option<Watcher>), Failure> {
    let mut pauses = Pauses::default();
    let mut lost = 0;
    loop {
        let done = match watching(session, &client, request).await {
            Ok(None) => once(session, &client, request)
                .await
                .map(|reply| (reply, None)),
            Ok(Some((reply, watcher))) => Ok((reply, Some(watcher))),
            Err(refused) => Err(refused.into()),
        };
        let refused = match done {
            Ok(done) => {
                if let Request::Auth(credentials) = request {
                    session.add(credentials.clone());
                }
                return Ok(done);
            }
            Err(refused) => refused,
        };
        // Where the session itself has ended, a shared one is followed by the next.
        let again =
            request.is_read() && explain::is_lost(&refused.error) && kept!("reads_repeated");
        lost += u32::from(again);
        if lost >= 2 {
            // What is too long for a server costs all that share the session their connection, whenever it is sent.
            if explain::may_be_too_long(request) && kept!("too_long_is_not_repeated") {
                return Err(explain::refused(session, request, &refused));
            }
            pauses.pause().await;
        }
        let other = match again {
            true => another().await,
            false => None,
        };
        match other {
            Some(other) => client = other,
            None if again && !session.has_ended() => {
                return Err(explain::unanswered(session, request));
            }
            None if again && session.state() == State::Expired => {
                return Err(explain::ended(session, request));
            }
            None => return Err(explain::refused(session, request, &refused)),
        }
    }
}

/// What arms a watch; `None` for all else.
async fn watching(
    session: &Rc<ClientSession>,
    client: &Lent,
    request: &Request,
) -> Result<Option<(Reply, Watcher)>, Error> {
    Ok(Some(match request {
        Request::Get {
            path,
            watch: Some(_),
        } => {
            let (value, stat, once) = watch::data(session, client, path).await?;
            (data((value, stat)), Watcher::Once(once))
        }
        Request::Config { watch: Some(_) } => {
            let (value, stat, once) = watch::config(session, client).await?;
            (data((value, stat)), Watcher::Once(once))
        }
        Request::Exists {
            path,
            watch: Some(_),
        } => {
            let (stat, once) = watch::stat(session, client, path).await?;
            let stat = stat.as_ref().map(told);
            (Reply::Exists(stat), Watcher::Once(once))
        }
        Request::Children {
            path,
            watch: Some(_),
        } => {
            let (names, stat, once) = watch::children(session, client, path).await?;
            (Reply::Children(names, told(&stat)), Watcher::Once(once))
        }
        Request::Watch {
            path, recursive, ..
        } => {
            if session.is_old() {
                return Err(Error::Unimplemented);
            }
            let stays = watch::lasting(session, client, path, *recursive).await?;
            (Reply::Done, Watcher::Stays(stays))
        }
        _ => return Ok(None),
    }))
}

async fn once(
    session: &ClientSession,
    client: &Client,
    request: &Request,
) -> Result<Reply, Refused> {
    Ok(match request {
        // The crate takes it for the root itself in any other way.
        Request::Create(create) if create.path == "/" && is_sequential(create.mode) => {
            let one = [Operation::Create(create.clone())];
            match transact(client, &one)
                .await
                .map_err(|refused| refused.error)?
                .pop()
            {
                Some(Outcome::Created(path)) => Reply::Created(path),
                _ => return Err(Error::MarshallingError.into()),
            }
        }
        Request::Create(create) => Reply::Created(made(client, create).await?),
        Request::Get { path, .. } => data(client.get_data(path).await?),
        Request::Set {
            path,
            value,
            version,
        } => Reply::Stat(told(&client.set_data(path, value, *version).await?)),
        Request::Exists { path, .. } => {
            Reply::Exists(client.check_stat(path).await?.as_ref().map(told))
        }
        Request::Children { path, .. } => {
            let (names, stat) = client.get_children(path).await?;
            Reply::Children(names, told(&stat))
        }
        Request::Delete { path, version } => {
            client.delete(path, *version).await?;
            Reply::Done
        }
        Request::GetAcl { path } => {
            let (acl, stat) = client.get_acl(path).await?;
            Reply::Acl(acl.iter().map(wire::Acl::from).collect(), told(&stat))
        }
        Request::SetAcl { path, acl, version } => {
            Reply::Stat(told(&client.set_acl(path, &acls(acl), *version).await?))
        }
        Request::Sync { path } => {
            client.sync(path).await?;
            Reply::Done
        }
        Request::Multi(operations) => Reply::Multi(transact(client, operations).await?),
        Request::GetMany(paths) => Reply::Many(many(session, client, paths).await?),
        Request::Descendants { path } => {
            Reply::Count(client.count_descendants_number(path).await? as u64)
        }
        Request::Auth((scheme, secret)) => {
            client.auth(scheme, secret).await?;
            Reply::Done
        }
        Request::WhoAmI => {
            let users = client.list_auth_users().await?;
            let users = users
                .iter()
                .map(|one| (one.scheme().to_owned(), one.user().to_owned()));
            Reply::WhoAmI(users.collect())
        }
        Request::Config { .. } => data(client.get_config().await?),
        Request::Reconfig { change, version } => data(reconfigure(client, change, *version).await?),
        // Seen to elsewhere.
        Request::Open(_)
        | Request::State
        | Request::SessionId
        | Request::Close
        | Request::Watch { .. }
        | Request::Unwatch(_)
        | Request::Rearm(_)
        | Request::Listen(_)
        | Request::Hold(_)
        | Request::Release { .. }
        | Request::Forfeit { .. } => Reply::Done,
    })
}

fn data((value, stat): (Vec<u8>, zookeeper_client::Stat)) -> Reply {
    Reply::Data((ByteBuf::from(value), told(&stat)))
}

async fn reconfigure(
    client: &Client,
    change: &Change,
    version: Option<i64>,
) -> Result<(Vec<u8>, zookeeper_client::Stat), Error> {
    let servers = change.servers().split(',');
    let none = "".split(',');
    let update = match change {
        Change::Members(_) => EnsembleUpdate::New { ensemble: servers },
        Change::Join(_) => EnsembleUpdate::Incremental {
            joinings: servers,
            leavings: none,
        },
        Change::Leave(_) => EnsembleUpdate::Incremental {
            joinings: none,
            leavings: servers,
        },
    };
    client.update_ensemble(update, version).await
}

async fn made(client: &Client, create: &Create) -> Result<String, Error> {
    let acl = acls(&create.acl);
    let options = options(create.mode, Acls::new(&acl));
    let (_, sequence) = client.create(&create.path, &create.value, &options).await?;
    Ok(match is_sequential(create.mode) {
        true => format!("{}{sequence}", create.path),
        false => create.path.clone(),
    })
}

/// All of them, or none.
pub(in crate::keeper::serve) async fn transact(
    client: &Client,
    operations: &[Operation],
) -> Result<Vec<Outcome>, Refused> {
    let mut writer = client.new_multi_writer();
    for (index, operation) in operations.iter().enumerate() {
        let added = match operation {
            // The crate would make it beside the chroot.
            Operation::Create(create)
                if create.path == "/"
                    && is_sequential(create.mode)
                    && client.path() != "/"
                    && kept!("within_the_chroot") =>
            {
                Err(Error::BadArguments(
                    &"right below a chroot none can be made whose name is but a number; give it a name, or use a client without a chroot",
                ))
            }
            Operation::Create(create) => {
                let acl = acls(&create.acl);
                let options = options(create.mode, Acls::new(&acl));
                writer.add_create(&create.path, &create.value, &options)
            }
            Operation::Set {
                path,
                value,
                version,
            } => writer.add_set_data(path, value, *version),
            Operation::Delete { path, version } => writer.add_delete(path, *version),
            Operation::Check { path, version } => {
                writer.add_check_version(path, version.unwrap_or(-1))
            }
        };
        added.map_err(|error| Refused {
            error,
            index: Some(index),
        })?;
    }
    let done = writer.commit().await.map_err(|error| match error {
        MultiWriteError::RequestFailed { source } => Refused::from(source),
        MultiWriteError::OperationFailed { index, source } => Refused {
            error: source,
            index: Some(index),
        },
    })?;
    let outcomes = done.into_iter().map(|one| match one {
        MultiWriteResult::Create { path, .. } => Outcome::Created(path),
        MultiWriteResult::SetData { stat } => Outcome::Set(told(&stat)),
        _ => Outcome::Done,
    });
    Ok(outcomes.collect())
}

/// All at one moment, where the server can (3.6 and later), else one after the other.
async fn many(
    session: &ClientSession,
    client: &Client,
    paths: &[String],
) -> Result<Vec<Option<wire::Data>>, Refused> {
    let refused = |index, error| match error {
        Error::NoNode => Ok(None),
        error => Err(Refused {
            error,
            index: Some(index),
        }),
    };
    let mut reader = client.new_multi_reader();
    for (index, path) in paths.iter().enumerate() {
        reader.add_get_data(path).map_err(|error| Refused {
            error,
            index: Some(index),
        })?;
    }
    let read = match session.is_old() {
        true => Err(Error::Unimplemented),
        false => reader.commit().await,
    };
    match read {
        Ok(read) => {
            let read = read.into_iter().enumerate().map(|(index, one)| match one {
                MultiReadResult::Data { data, stat } => {
                    Ok(Some((ByteBuf::from(data), told(&stat))))
                }
                MultiReadResult::Error { err } => refused(index, err),
                // Nothing else was asked for.
                _ => Ok(None),
            });
            read.collect()
        }
        Err(Error::Unimplemented) => {
            if !session.is_old() {
                session.has_old_server();
            }
            let mut read = Vec::with_capacity(paths.len());
            // Sent one behind the other, without waiting.
            let asked: Vec<_> = paths.iter().map(|path| client.get_data(path)).collect();
            for (index, asked) in asked.into_iter().enumerate() {
                read.push(match asked.await {
                    Ok((value, stat)) => Some((ByteBuf::from(value), told(&stat))),
                    Err(error) => refused(index, error)?,
                });
            }
            Ok(read)
        }
        Err(error) => Err(error.into()),
    }
}

fn is_sequential(mode: Mode) -> bool {
    matches!(
        mode,
        Mode::Persistent {
            sequential: true,
            ..
        } | Mode::Ephemeral { sequential: true }
    )
}

fn options(mode: Mode, acl: Acls<'_>) -> CreateOptions<'_> {
    let kind = match (mode, is_sequential(mode)) {
        (Mode::Persistent { .. }, false) => CreateMode::Persistent,
        (Mode::Persistent { .. }, true) => CreateMode::PersistentSequential,
        (Mode::Ephemeral { .. }, false) => CreateMode::Ephemeral,
        (Mode::Ephemeral { .. }, true) => CreateMode::EphemeralSequential,
        (Mode::Container, _) => CreateMode::Container,
    };
    let options = kind.with_acls(acl);
    match mode {
        Mode::Persistent { ttl: Some(ttl), .. } => {
            options.with_ttl(std::time::Duration::from_millis(ttl))
        }
        _ => options,
    }
}

fn acls(acl: &[wire::Acl]) -> Vec<Acl> {
    acl.iter()
        .map(|one| Acl::new(permission_of(one.perms), AuthId::new(&one.scheme, &one.id)))
        .collect()
}

/// As a client is told it.
pub(in crate::keeper::serve) fn told(stat: &zookeeper_client::Stat) -> Stat {
    Stat {
        czxid: stat.czxid,
        mzxid: stat.mzxid,
        pzxid: stat.pzxid,
        ctime: stat.ctime,
        mtime: stat.mtime,
        version: stat.version,
        cversion: stat.cversion,
        aversion: stat.aversion,
        ephemeral_owner: stat.ephemeral_owner,
        data_length: stat.data_length,
        num_children: stat.num_children,
    }
}
