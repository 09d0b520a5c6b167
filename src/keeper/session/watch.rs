//! Watches of a session, armed so that its servers get them right.
//!
//! Before 3.9 a server has one mode for a session and a path
//! ([ZOOKEEPER-4466](https://issues.apache.org/jira/browse/ZOOKEEPER-4466)). A watch that fires once, armed where one is that
//! stays, puts that out, without a word, and so does the removal of one; a recursive one takes the news of children from
//! all others. Here one session is for many clients that do not know of each other. So where a watch is that
//! stays, one that is to fire once looks through another of those; of what is not wanted any more, but was armed before, one is kept
//! as long as that; and all that stay on a path have the wider mode, if one of them needs it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;

use futures_lite::future::{or, poll_once};
use zookeeper_client::{
    AddWatchMode, Client, Error, EventType, OneshotWatcher, PersistentWatcher, Stat, WatchedEvent,
};

use super::client::{ClientSession, Lent};
use crate::rule::kept;
use crate::wire::CONFIG;

/// Paths with watches that stay, in one session; and watches that are not wanted any more.
#[derive(Default)]
pub(super) struct Lasting {
    paths: RefCell<HashMap<String, Stay>>,
    /// One of a kind is enough: with it there, the others go without a word to the server.
    unwanted: RefCell<HashMap<(String, Of), Fires>>,
}

#[derive(Default)]
struct Stay {
    watches: usize,
    /// They are recursive for the server. They stay so: the first one may be the one that needs it.
    wide: bool,
}

impl Lasting {
    fn has(&self, path: &str) -> bool {
        self.paths.borrow().contains_key(path) && kept!("modes_kept_apart")
    }

    fn is_wide(&self, path: &str) -> bool {
        self.paths.borrow().get(path).is_some_and(|stay| stay.wide)
    }

    /// The client of these watches has gone, or goes.
    pub(super) fn let_go(&self) {
        drop(self.unwanted.take());
    }
}

/// One that is counted.
struct Counted {
    session: Rc<ClientSession>,
    path: String,
}

impl Counted {
    fn new(session: &Rc<ClientSession>, path: &str, wide: bool) -> Self {
        let mut paths = session.lasting.paths.borrow_mut();
        let stay = paths.entry(path.to_owned()).or_default();
        stay.watches += 1;
        let widened = wide && !stay.wide;
        stay.wide |= wide;
        drop(paths);
        if widened {
            session.tell_all();
        }
        Self {
            session: session.clone(),
            path: path.to_owned(),
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut paths = self.session.lasting.paths.borrow_mut();
        let Entry::Occupied(mut stay) = paths.entry(self.path.clone()) else {
            return;
        };
        stay.get_mut().watches -= 1;
        if stay.get().watches == 0 {
            stay.remove();
            drop(paths);
            // They can put out nothing any more.
            for of in [Of::Data, Of::Children] {
                let key = (self.path.clone(), of);
                let unwanted = self.session.lasting.unwanted.borrow_mut().remove(&key);
                drop(unwanted);
            }
        }
    }
}

/// A watch that stays, until it is dropped or its client is lost.
pub(in crate::keeper) struct Stays {
    watcher: PersistentWatcher,
    turn: u64,
    /// As the server has it.
    wide: bool,
    /// As it is wanted.
    recursive: bool,
    counted: Counted,
}

/// Arms one. It is sent when this is polled first.
///
/// # Errors
/// Of the server: `Unimplemented` before 3.6.
pub(in crate::keeper) async fn lasting(
    session: &Rc<ClientSession>,
    client: &Lent,
    path: &str,
    recursive: bool,
) -> Result<Stays, Error> {
    let counted = Counted::new(session, path, recursive);
    let wide = recursive || session.lasting.is_wide(path) && kept!("modes_kept_apart");
    let mode = match wide {
        true => AddWatchMode::PersistentRecursive,
        false => AddWatchMode::Persistent,
    };
    let armed = client.watch(path, mode).await;
    match &armed {
        Ok(_) => session.has_new_server(),
        Err(Error::Unimplemented) => session.has_old_server(),
        Err(_) => {}
    }
    Ok(Stays {
        watcher: armed?,
        turn: client.turn(),
        wide,
        recursive,
        counted,
    })
}

impl Stays {
    pub(in crate::keeper) fn session(&self) -> &Rc<ClientSession> {
        &self.counted.session
    }

    /// What happens next. `None`: it has to be armed again, and something may be missed.
    pub(in crate::keeper) async fn next(&mut self) -> Option<WatchedEvent> {
        let Self {
            watcher,
            turn,
            wide,
            recursive,
            counted: Counted { session, path },
        } = self;
        loop {
            let narrow = async {
                let outdated = || !*wide && session.lasting.is_wide(path);
                session
                    .until(|| session.turn() != *turn || outdated())
                    .await;
                None
            };
            let event = or(narrow, async { Some(watcher.changed().await) }).await?;
            if event.event_type == EventType::Session {
                // The client is about to be lost, and says nothing more.
                session.lost(*turn).await;
                return None;
            }
            if *recursive {
                return Some(event);
            }
            if let Some(event) = of_one(event, path) {
                return Some(event);
            }
        }
    }
}

/// What a watch of a path sees of an event that a recursive one has seen.
fn of_one(event: WatchedEvent, path: &str) -> Option<WatchedEvent> {
    if event.path == path {
        return Some(event);
    }
    let (parent, _) = event.path.rsplit_once('/')?;
    let parent = if parent.is_empty() { "/" } else { parent };
    let made_or_gone = [EventType::NodeCreated, EventType::NodeDeleted].contains(&event.event_type);
    (made_or_gone && parent == path)
        .then(|| WatchedEvent::new(EventType::NodeChildrenChanged, path).with_zxid(event.zxid))
}

/// What a watch that fires once is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::keeper) enum Of {
    /// A znode's value, its beginning and its end.
    Data,
    /// Its list of children, and its end.
    Children,
}

/// A watch that fires once.
pub(in crate::keeper) struct Once {
    watcher: Watcher,
    session: Rc<ClientSession>,
    turn: u64,
    path: String,
    of: Of,
}

enum Watcher {
    Own(Fires),
    Through(Box<Stays>),
    Fired,
}

/// The crate's watcher, which is gone from its server when this is dropped.
type Fires = Pin<Box<dyn Future<Output = WatchedEvent>>>;

impl Once {
    fn new(
        session: &Rc<ClientSession>,
        client: &Lent,
        path: &str,
        of: Of,
        watcher: Watcher,
    ) -> Self {
        Self {
            watcher,
            session: session.clone(),
            turn: client.turn(),
            path: path.to_owned(),
            of,
        }
    }

    pub(in crate::keeper) fn session(&self) -> &Rc<ClientSession> {
        &self.session
    }

    /// What happens. `None`: its client is lost before.
    pub(in crate::keeper) async fn fires(mut self) -> Option<WatchedEvent> {
        self.seen().await
    }

    /// The same; it goes on to watch where nobody waits for this any more.
    pub(in crate::keeper) async fn seen(&mut self) -> Option<WatchedEvent> {
        match &mut self.watcher {
            Watcher::Own(fires) => {
                let lost = async {
                    // A server that has a recursive one tells this one of no children any more.
                    let wide =
                        || self.of == Of::Children && self.session.lasting.is_wide(&self.path);
                    let lost =
                        || self.session.turn() != self.turn || wide() && kept!("modes_kept_apart");
                    self.session.until(lost).await;
                    None
                };
                let event = or(lost, async { Some(fires.await) }).await;
                if event.is_some() {
                    self.watcher = Watcher::Fired;
                }
                match event {
                    Some(event) if event.event_type == EventType::Session => {
                        self.session.lost(self.turn).await;
                        None
                    }
                    event => event,
                }
            }
            Watcher::Through(stays) => loop {
                let event = stays.next().await?;
                let fits = match event.event_type {
                    EventType::NodeChildrenChanged => self.of == Of::Children,
                    EventType::NodeDeleted => true,
                    _ => self.of == Of::Data,
                };
                if fits {
                    return Some(event);
                }
            },
            Watcher::Fired => None,
        }
    }
}

impl Drop for Once {
    fn drop(&mut self) {
        let lasting = &self.session.lasting;
        if self.session.turn() == self.turn
            && lasting.has(&self.path)
            && let Watcher::Own(fires) = std::mem::replace(&mut self.watcher, Watcher::Fired)
        {
            let key = (std::mem::take(&mut self.path), self.of);
            let before = lasting.unwanted.borrow_mut().insert(key, fires);
            drop(before);
        }
    }
}

/// Reads a value, and watches it. It is sent when this is polled first; so with all here.
///
/// # Errors
/// Of the server; then nothing is watched.
pub(in crate::keeper) async fn data(
    session: &Rc<ClientSession>,
    client: &Lent,
    path: &str,
) -> Result<(Vec<u8>, Stat, Once), Error> {
    let once = |watcher| Once::new(session, client, path, Of::Data, watcher);
    if session.lasting.has(path)
        && let Some((through, read)) = through(session, client, path, Client::get_data).await?
    {
        let (value, stat) = read?;
        return Ok((value, stat, once(through)));
    }
    let (value, stat, watcher) = client.get_and_watch_data(path).await?;
    Ok((value, stat, once(own(watcher))))
}

/// The same of the servers' configuration, which is below no chroot.
///
/// # Errors
/// As of [`data`].
pub(in crate::keeper) async fn config(
    session: &Rc<ClientSession>,
    client: &Lent,
) -> Result<(Vec<u8>, Stat, Once), Error> {
    if client.path() == "/" && session.lasting.has(CONFIG) {
        return data(session, client, CONFIG).await;
    }
    let (value, stat, watcher) = client.get_and_watch_config().await?;
    let once = Once::new(session, client, CONFIG, Of::Data, own(watcher));
    Ok((value, stat, once))
}

/// Looks at a znode, and watches it, also where it is not there.
///
/// # Errors
/// As of [`data`].
pub(in crate::keeper) async fn stat(
    session: &Rc<ClientSession>,
    client: &Lent,
    path: &str,
) -> Result<(Option<Stat>, Once), Error> {
    let once = |watcher| Once::new(session, client, path, Of::Data, watcher);
    if session.lasting.has(path)
        && let Some((through, read)) = through(session, client, path, Client::check_stat).await?
    {
        return Ok((read?, once(through)));
    }
    let (stat, watcher) = client.check_and_watch_stat(path).await?;
    Ok((stat, once(own(watcher))))
}

/// Reads a list of children, and watches that.
///
/// # Errors
/// As of [`data`].
pub(in crate::keeper) async fn children(
    session: &Rc<ClientSession>,
    client: &Lent,
    path: &str,
) -> Result<(Vec<String>, Stat, Once), Error> {
    let once = |watcher| Once::new(session, client, path, Of::Children, watcher);
    if session.lasting.has(path)
        && let Some((through, read)) = through(session, client, path, Client::get_children).await?
    {
        let (names, stat) = read?;
        return Ok((names, stat, once(through)));
    }
    let (names, stat, watcher) = client.get_and_watch_children(path).await?;
    Ok((names, stat, once(own(watcher))))
}

fn own(watcher: OneshotWatcher) -> Watcher {
    Watcher::Own(Box::pin(watcher.changed()))
}

/// Arms a watch that stays, and reads behind it. What it sees before the answer may be in that already: then it fires
/// once too often, rather than once too seldom. `None`: the server knows none that stay, so there is none on this path, and
/// somebody else is about to be told that, too.
async fn through<'a, T, F: Future<Output = Result<T, Error>>>(
    session: &Rc<ClientSession>,
    client: &'a Lent,
    path: &str,
    read: impl FnOnce(&'a Client, &str) -> F,
) -> Result<Option<(Watcher, Result<T, Error>)>, Error> {
    let mut armed = pin!(lasting(session, client, path, false));
    // Sent now, so that the other one is sent behind it.
    let early = poll_once(armed.as_mut()).await;
    let read = read(client, path).await;
    let stays = match early {
        Some(stays) => stays,
        None => armed.await,
    };
    match stays {
        Ok(stays) => Ok(Some((Watcher::Through(Box::new(stays)), read))),
        Err(Error::Unimplemented) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_recursive_watch_sees_is_what_another_one_would() {
        let seen = |kind, at: &str, path| {
            of_one(WatchedEvent::new(kind, at).with_zxid(7), path)
                .map(|event| (event.event_type, event.path, event.zxid))
        };
        let child = |path: &str| Some((EventType::NodeChildrenChanged, path.to_owned(), 7));
        for kind in [EventType::NodeCreated, EventType::NodeDeleted] {
            assert_eq!(seen(kind, "/a", "/a"), Some((kind, "/a".to_owned(), 7)));
            assert_eq!(seen(kind, "/a/b", "/a"), child("/a"));
            assert_eq!(seen(kind, "/b", "/"), child("/"));
            assert_eq!(seen(kind, "/a/b/c", "/a"), None);
            assert_eq!(seen(kind, "/ab", "/a"), None);
        }
        assert_eq!(seen(EventType::NodeDataChanged, "/a/b", "/a"), None);
    }
}
