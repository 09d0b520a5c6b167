//! Follows one subtree, and publishes pictures of it.
//!
//! A picture is what the subtree was like at one moment. For that, what has changed is read in one request, which a server
//! carries out at one moment; and all that had changed before that was heard before its answer (ZooKeeper's promise for
//! watches). So if nothing was heard meanwhile but of znodes that this very request has read, it is a picture. Otherwise
//! those are read, too, again with all others. Two znodes that are written in one transaction change together.
//!
//! What was heard in that time may be about later than the answer: it is read once more, for the next picture.

use std::cmp::{max, min};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::Duration;

use async_io::Timer;
use futures_lite::future::or;
use zookeeper_client::Error;

use super::Caches;
use super::read::{End, Found, Tree};
use crate::cache::arena::{Full, Writer};
use crate::cache::change::{Becomes, Change, Refused};
use crate::cache::picture::Picture;
use crate::keeper::scoreboard::{CacheSlot, uptime};
use crate::keeper::serve::clients::{explain, request::told};
use crate::keeper::session::client::{ClientSession, Lent};
use crate::rule::kept;
use crate::wire::{Failure, Request, Stat, code};

/// How often is asked whether there is anything new, where nothing is heard.
const BEAT: Duration = Duration::from_secs(1);

/// How long what cannot be cached is left alone, at first and at the most, unless something happens there.
const AGAIN: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(10)];

/// Where a picture does not come about in so many attempts, all of the subtree is read at a time, if it has no more znodes
/// than this.
const ATTEMPTS: u32 = 16;
const AT_A_TIME: u32 = 1000;

/// Why a subtree is not followed any more.
enum Ended {
    /// It is begun anew.
    Lost,
    /// It cannot be cached.
    Refused(Failure),
}

/// One cached subtree.
struct Follower<'a> {
    caches: &'a Rc<Caches>,
    cache: usize,
    slot: &'static CacheSlot,
    root: String,
}

/// Follows a cache's subtree as long as there is a keeper.
pub(super) async fn keep(caches: Rc<Caches>, cache: usize) {
    let slot = caches.context.board.cached(cache);
    let (dsn, root) = (slot.dsn(), slot.path());
    let follower = Follower {
        caches: &caches,
        cache,
        slot,
        root,
    };
    let mut pause = AGAIN[0];
    while !caches.context.closing.get() {
        let session = caches.session(&dsn);
        let Some(client) = follower.connected(&session).await else {
            if let Some(refused) = session.refused() {
                slot.hears_nothing(&refused);
            }
            Timer::after(AGAIN[0]).await;
            continue;
        };
        let mut was_complete = false;
        let known = client.clone();
        let Err(ended) = follower.follow(&session, client, &mut was_complete).await;
        if was_complete {
            pause = AGAIN[0];
        }
        match ended {
            // It goes on with another server. Where it has the same one still, that has told what cannot be.
            Ended::Lost => {
                let late = async {
                    Timer::after(pause).await;
                };
                or(session.replaced(&known), late).await;
            }
            Ended::Refused(failure) => {
                slot.refuse(&failure);
                if let Some(mut writer) = caches.writer()
                    && kept!("refused_is_not_served")
                {
                    writer.clear(cache);
                }
                caches.wrote();
                follower.until_it_may_be(&session, pause).await;
            }
        }
        pause = min(pause * 2, AGAIN[1]);
    }
}

impl Follower<'_> {
    /// The session's client, when there is one. Until then, it is told why there is none.
    async fn connected(&self, session: &Rc<ClientSession>) -> Option<Lent> {
        loop {
            let late = async {
                Timer::after(BEAT).await;
                None
            };
            let connected = async { Some(session.connected().await) };
            if let Some(client) = or(connected, late).await {
                return client;
            }
            self.slot.hears_nothing(&session.wrong());
        }
    }

    /// Follows it until that has to be begun anew, or cannot be.
    async fn follow(
        &self,
        session: &Rc<ClientSession>,
        client: Lent,
        complete: &mut bool,
    ) -> Result<Infallible, Ended> {
        let wrong = |end| self.ended(session, end);
        let context = &self.caches.context;
        let tree = Tree::watch(context, session, client, &self.root).await;
        let mut tree = tree.map_err(wrong)?;
        let (mut found, sent) = (Found::new(), uptime());
        self.load(&mut tree, &mut found).await.map_err(wrong)?;
        let sent = match tree.dirty.is_empty() {
            true => sent,
            false => self
                .settle(&mut tree, &mut found, true)
                .await
                .map_err(wrong)?,
        };
        self.publish(session, found, true, sent)?;
        *complete = true;
        loop {
            if tree.dirty.is_empty() {
                let beat = async {
                    Timer::after(BEAT).await;
                    Ok(false)
                };
                let heard = async { tree.next().await.map(|()| true) };
                if !or(heard, beat).await.map_err(wrong)? {
                    let sent = uptime();
                    let answer = tree.client().check_stat(&self.root).await;
                    let answer =
                        answer.map_err(|error| wrong(super::read::ended(&self.root, error)))?;
                    tree.heard().await.map_err(wrong)?;
                    if tree.dirty.is_empty() && self.is_root(answer.as_ref().map(told)) {
                        self.slot.is_as_of(sent, false);
                    } else {
                        // Nobody is told of a change of its ACL, or of children that may not be read.
                        tree.dirty.insert(self.root.clone());
                    }
                    continue;
                }
            }
            let mut found = Found::new();
            let sent = self.settle(&mut tree, &mut found, false).await;
            self.publish(session, found, false, sent.map_err(wrong)?)?;
        }
    }

    /// Reads all of it, whenever that was: what has changed meanwhile is dirty.
    async fn load(&self, tree: &mut Tree, found: &mut Found) -> Result<(), End> {
        let mut level = BTreeSet::from([self.root.clone()]);
        while !level.is_empty() {
            let mut next = BTreeSet::new();
            tree.begin_level();
            tree.read(&level, true, found, &mut next, self.caches.room())
                .await?;
            self.check_room(found)?;
            level = next;
            level.retain(|path| !found.contains_key(path));
        }
        tree.heard().await
    }

    /// No more is read than there is room for.
    fn check_room(&self, found: &Found) -> Result<(), End> {
        let of = |(path, one): (&String, &Option<(_, Vec<u8>)>)| {
            one.as_ref()
                .map_or(0, |(_, value)| path.len() + value.len())
        };
        let bytes = found.iter().map(of).sum::<usize>();
        match bytes > self.caches.room() {
            true => Err(End::Full(bytes)),
            false => Ok(()),
        }
    }

    /// Reads what is dirty until that is as it was at one moment. When the request for that was sent.
    async fn settle(&self, tree: &mut Tree, found: &mut Found, loads: bool) -> Result<u64, End> {
        let mut wanted = std::mem::take(&mut tree.dirty);
        let mut attempts = 0;
        loop {
            let sent = uptime();
            let mut new = BTreeSet::new();
            let mut at_once = tree
                .read(&wanted, false, found, &mut new, self.caches.room())
                .await?;
            loop {
                // Of one that was not there when it was asked for, only its parent tells.
                let known = |path: &String| matches!(found.get(path), Some(Some(_)));
                new.retain(|path| {
                    !known(path) && (found.contains_key(path) || loads || !self.has(path))
                });
                if new.is_empty() {
                    break;
                }
                at_once = false;
                let mut next = BTreeSet::new();
                tree.read(&new, false, found, &mut next, self.caches.room())
                    .await?;
                new = next;
            }
            tree.heard().await?;
            self.check_room(found)?;
            let settled = match at_once {
                true => tree.dirty.is_subset(&wanted),
                false => tree.dirty.is_empty(),
            };
            if settled || !kept!("read_at_one_moment") {
                return Ok(sent);
            }
            attempts += 1;
            if attempts % ATTEMPTS == 0 {
                self.all(found, &mut wanted);
            }
            // What was read, and of which nothing was heard since, is still so. It is read again where that is for nothing: the
            // more is read at one moment, the less can happen beside it.
            let before = std::mem::replace(&mut wanted, std::mem::take(&mut tree.dirty));
            if tree.reads_at_once(before.len() + wanted.len()) {
                wanted.extend(before);
            }
        }
    }

    /// Looks at the published picture, if there is one.
    fn look<T>(&self, mut look: impl FnMut(&Picture<'_, '_>) -> Option<T>) -> Option<T> {
        let writer = self.caches.writer()?;
        let arena = writer.arena();
        let read = arena.read(self.cache, |half, place| look(&Picture::at(half, place)?));
        read.ok().flatten()
    }

    /// Whether the uppermost znode is like that in the published picture.
    fn is_root(&self, stat: Option<Stat>) -> bool {
        let root = self.look(|picture| match picture.root {
            Some(root) => root.stat().map(Some),
            None => Some(None),
        });
        root == Some(stat) || !kept!("root_compared")
    }

    /// Whether the published picture has that znode.
    fn has(&self, path: &str) -> bool {
        let below = self.below(path).as_bytes();
        self.look(|picture| Some(picture.find(below)?.is_some())) == Some(true)
    }

    /// Adds all that is known of the subtree, if that is not too much to be read at a time.
    fn all(&self, found: &Found, wanted: &mut BTreeSet<String>) {
        if found.len() < AT_A_TIME as usize {
            wanted.extend(found.keys().cloned());
        }
        let paths = self.look(|picture| {
            let mut paths = vec![];
            if picture.nodes < AT_A_TIME
                && let Some(root) = picture.root
            {
                root.walk(&mut vec![], &mut |path, _| {
                    paths.push(self.full(&String::from_utf8_lossy(path)));
                    Some(())
                })?;
            }
            Some(paths)
        });
        wanted.extend(paths.unwrap_or_default());
    }

    /// The rest of a path below the root, with its slash.
    fn below<'p>(&self, path: &'p str) -> &'p str {
        match self.root.as_str() {
            "/" => path,
            root => path.strip_prefix(root).unwrap_or(path),
        }
    }

    fn full(&self, below: &str) -> String {
        match (self.root.as_str(), below) {
            ("/", "") => "/".to_owned(),
            ("/", below) => below.to_owned(),
            (root, below) => format!("{root}{below}"),
        }
    }

    fn publish(
        &self,
        session: &ClientSession,
        found: Found,
        whole: bool,
        sent: u64,
    ) -> Result<(), Ended> {
        let Some(mut writer) = self.caches.writer() else {
            return Err(Ended::Lost);
        };
        let written = self.write(&mut writer, found, whole);
        if written == Err(Refused::Broken) {
            writer.clear(self.cache);
        }
        // What is told next asks for it, too.
        drop(writer);
        match written {
            Ok(changed) => {
                self.slot.is_as_of(sent, changed);
                // What an earlier keeper has left is looked at, too.
                if changed || whole {
                    self.caches.wrote();
                }
                Ok(())
            }
            Err(Refused::Full(Full(needed))) => Err(self.ended(session, End::Full(needed))),
            Err(Refused::Deep) => Err(Ended::Refused(self.too_deep())),
            // A server that has not told everything; or nothing is left of what was there.
            Err(Refused::Uneven | Refused::Broken) => Err(Ended::Lost),
        }
    }

    fn write(&self, writer: &mut Writer<'_>, found: Found, whole: bool) -> Result<bool, Refused> {
        fn all(change: &mut Change) {
            change.whole = true;
            change.below.values_mut().for_each(all);
        }
        let mut change = Change::default();
        for (path, one) in found {
            change.at(self.below(&path).as_bytes())?.node = match one {
                Some((stat, value)) => Becomes::Now(stat, value),
                None => Becomes::Gone,
            };
        }
        if whole {
            all(&mut change);
        }
        writer.apply(self.cache, &change)
    }

    fn ended(&self, session: &ClientSession, end: End) -> Ended {
        match end {
            End::Lost => Ended::Lost,
            End::Full(needed) => Ended::Refused(self.full_up(needed)),
            End::Refused(path, error) => Ended::Refused(refused(session, path, error)),
        }
    }

    fn failure(&self, code: i32, message: String) -> Failure {
        Failure {
            code,
            unknown: false,
            path: Some(self.root.clone()),
            index: None,
            message,
        }
    }

    fn full_up(&self, needed: usize) -> Failure {
        let room = self.caches.room();
        let message = format!(
            "the cache of {} does not fit into what ticket.cache_size leaves to all caches, {room} bytes, half of it; it needs at \
             least {needed} beside the others. Raise ticket.cache_size, or cache less",
            self.root
        );
        self.failure(code::CACHE_FULL, message)
    }

    fn too_deep(&self) -> Failure {
        let message = format!(
            "{} has more than {} levels of znodes below it, which is the most that is cached",
            self.root,
            crate::cache::DEPTH
        );
        self.failure(code::BAD_ARGUMENTS, message)
    }

    /// Waits until something happens there, or for a while.
    async fn until_it_may_be(&self, session: &Rc<ClientSession>, pause: Duration) {
        let happens = async {
            let client = session.connected().await;
            let context = &self.caches.context;
            match client {
                Some(client) => match Tree::watch(context, session, client, &self.root).await {
                    Ok(mut tree) => drop(tree.next().await),
                    Err(_) => std::future::pending().await,
                },
                None => std::future::pending().await,
            }
        };
        let late = async {
            Timer::after(pause).await;
        };
        or(happens, late).await;
        // What happens there may be not all. Where something always does, it is not read all the time, in vain.
        Timer::after(max(AGAIN[0], pause / 4)).await;
    }
}

fn refused(session: &ClientSession, path: String, error: Error) -> Failure {
    let request = Request::Get { path, watch: None };
    let refused = explain::Refused { error, index: None };
    explain::refused(session, &request, &refused)
}
