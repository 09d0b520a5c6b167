//! Reads znodes of a subtree, and hears what happens in it.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use async_channel::{Receiver, Sender};
use async_executor::Task;
use futures_lite::future::poll_once;
use zookeeper_client::{Error, EventType, MultiReadResult, WatchedEvent};

use crate::keeper::context::Context;
use crate::keeper::serve::clients::{explain, request::told};
use crate::keeper::session::client::{ClientSession, Lent};
use crate::keeper::session::watch::{self, Once, Stays};
use crate::rule::kept;
use crate::wire::Stat;

/// Znodes as they were found, by their paths; `None`: it is not there.
pub(super) type Found = BTreeMap<String, Option<(Stat, Vec<u8>)>>;

/// What ends an attempt to follow a subtree.
#[derive(Debug)]
pub(super) enum End {
    /// The session has another server, or none.
    Lost,
    /// A server does not let this znode be read.
    Refused(String, Error),
    /// There is no room for it: it takes so many bytes at the least.
    Full(usize),
}

/// One subtree, as long as its session has the same server.
pub(super) struct Tree {
    context: Rc<Context>,
    session: Rc<ClientSession>,
    client: Lent,
    root: String,
    watch: Watch,
    /// What has changed, or may have, and was not read since.
    pub(super) dirty: BTreeSet<String>,
    /// Znodes that are asked for at a time.
    many: Cell<usize>,
}

enum Watch {
    /// One for all (3.6 and later).
    All(Stays),
    /// Two for each znode, armed by reading it.
    Each(Each),
}

struct Each {
    tasks: HashMap<String, Vec<Task<()>>>,
    seen: (Sender<Option<WatchedEvent>>, Receiver<Option<WatchedEvent>>),
}

/// Requests under way at a time, where a znode takes one of its own.
const UNDER_WAY: usize = 64;

/// Znodes that are asked for at a time: at first, where nothing is known of how long their values are; at the most, where those
/// before were short; and at the most at all, where the server has said before how long they are. It has a whole answer in
/// memory, several times.
const FIRST: usize = 1;
const BLIND: usize = 64;
const MOST: usize = 1000;

/// Bytes that an answer is to have, nearly, and those of paths that a request may have.
const ANSWER: usize = 1 << 20;
const REQUEST: usize = 128 << 10;

impl Tree {
    /// Watches first: whatever happens later is heard.
    pub(super) async fn watch(
        context: &Rc<Context>,
        session: &Rc<ClientSession>,
        client: Lent,
        root: &str,
    ) -> Result<Self, End> {
        let lasting = match session.is_old() {
            true => Err(Error::Unimplemented),
            false => watch::lasting(session, &client, root, true).await,
        };
        let watch = match lasting {
            Ok(stays) => Watch::All(stays),
            Err(Error::Unimplemented) => Watch::Each(Each {
                tasks: HashMap::new(),
                seen: async_channel::unbounded(),
            }),
            Err(error) => return Err(ended(root, error)),
        };
        Ok(Self {
            context: context.clone(),
            session: session.clone(),
            client,
            root: root.to_owned(),
            watch,
            dirty: BTreeSet::new(),
            many: Cell::new(FIRST),
        })
    }

    pub(super) fn client(&self) -> &Lent {
        &self.client
    }

    /// What is read next may be quite different from what was read before.
    pub(super) fn begin_level(&self) {
        if kept!("levels_begin_small") {
            self.many.set(FIRST);
        }
    }

    /// Whether so many znodes are likely to be read in one request.
    pub(super) fn reads_at_once(&self, many: usize) -> bool {
        matches!(self.watch, Watch::All(_)) && many <= self.many.get()
    }

    /// Reads these znodes. Whether all of them were read at one moment. What may be below them that was not known is
    /// `new` then; where `lists`, all children are. No more is read than there is `room` for.
    pub(super) async fn read(
        &mut self,
        paths: &BTreeSet<String>,
        lists: bool,
        found: &mut Found,
        new: &mut BTreeSet<String>,
        room: usize,
    ) -> Result<bool, End> {
        let mut rest: Vec<&String> = paths.iter().collect();
        let (mut requests, mut bytes_of_all) = (0, 0);
        while !rest.is_empty() {
            let most = match lists {
                true => self.many.get().min(BLIND),
                false => self.many.get(),
            };
            let (mut count, mut bytes) = (0, 0);
            while count < rest.len() && count < most && bytes < REQUEST {
                bytes += rest[count].len() + 64;
                count += 1;
            }
            if count > BLIND && matches!(self.watch, Watch::All(_)) {
                count = self.fitting(&rest[..count]).await?;
            }
            let later = rest.split_off(count);
            match &self.watch {
                Watch::All(_) => self.read_many(&rest, lists, found, new).await?,
                Watch::Each(_) => self.read_each(&rest, found, new).await?,
            }
            let read = rest
                .iter()
                .filter_map(|path| found.get(*path)?.as_ref().map(|one| (path, one)));
            bytes_of_all += read
                .map(|(path, (_, value))| path.len() + value.len())
                .sum::<usize>();
            if bytes_of_all > room && kept!("no_more_than_room") {
                return Err(End::Full(bytes_of_all));
            }
            requests += 1;
            rest = later;
        }
        Ok(requests < 2 && matches!(self.watch, Watch::All(_)))
    }

    /// How many values of these, from the first on, one answer is to have: at least one.
    async fn fitting(&self, paths: &[&String]) -> Result<usize, End> {
        let ask = |path: &&String| {
            let (client, path) = (self.client.clone(), (*path).clone());
            let asked = async move { client.check_stat(&path).await };
            self.context.executor.spawn(asked)
        };
        let asked: Vec<_> = paths.iter().map(ask).collect();
        let mut bytes = 0;
        for (count, (path, asked)) in paths.iter().zip(asked).enumerate() {
            let stat = asked.await.map_err(|error| ended(path, error))?;
            bytes += stat.map_or(0, |stat| usize::try_from(stat.data_length).unwrap_or(0));
            if bytes > ANSWER {
                return Ok(count.max(1));
            }
        }
        Ok(paths.len())
    }

    /// In one request, which is carried out at one moment.
    async fn read_many(
        &self,
        paths: &[&String],
        lists: bool,
        found: &mut Found,
        new: &mut BTreeSet<String>,
    ) -> Result<(), End> {
        let client = self.client();
        let mut reader = client.new_multi_reader();
        for path in paths {
            let mut added = reader.add_get_data(path);
            if lists {
                added = added.and_then(|()| reader.add_get_children(path));
            }
            added.map_err(|error| ended(path, error))?;
        }
        let read = reader
            .commit()
            .await
            .map_err(|error| ended(&self.root, error))?;
        let (mut read, mut bytes) = (read.into_iter(), 0);
        for path in paths {
            let one = match read.next() {
                Some(MultiReadResult::Data { data, stat }) => Some((told(&stat), data)),
                Some(MultiReadResult::Error { err: Error::NoNode }) => None,
                Some(MultiReadResult::Error { err }) => return Err(ended(path, err)),
                // Nothing else was asked for.
                _ => return Err(End::Lost),
            };
            bytes += one.as_ref().map_or(0, |(_, data)| data.len());
            found.insert((*path).clone(), one);
            if lists {
                match read.next() {
                    Some(MultiReadResult::Children { children }) => {
                        bytes += children.iter().map(String::len).sum::<usize>();
                        new.extend(children.iter().map(|name| below(path, name)));
                    }
                    Some(MultiReadResult::Error { err: Error::NoNode }) => {}
                    Some(MultiReadResult::Error { err }) => return Err(ended(path, err)),
                    _ => return Err(End::Lost),
                }
            }
        }
        let each = bytes / paths.len().max(1);
        let most = (4 * paths.len()).max(self.many.get()).min(MOST);
        self.many.set((ANSWER / each.max(1)).clamp(1, most));
        Ok(())
    }

    /// Each with requests of its own, which arm its watches.
    async fn read_each(
        &mut self,
        paths: &[&String],
        found: &mut Found,
        new: &mut BTreeSet<String>,
    ) -> Result<(), End> {
        for paths in paths.chunks(UNDER_WAY) {
            let ask = |path: &&String| {
                let (session, client) = (self.session.clone(), self.client.clone());
                let (path, is_root) = ((*path).clone(), **path == self.root);
                let read = async move { read_one(&session, &client, &path, is_root).await };
                self.context.executor.spawn(read)
            };
            let asked: Vec<_> = paths.iter().map(ask).collect();
            for (path, read) in paths.iter().zip(asked) {
                let one = read.await.map_err(|error| ended(path, error))?;
                new.extend(one.names.iter().map(|name| below(path, name)));
                found.insert((*path).clone(), one.data);
                self.follow((*path).clone(), one.watches);
            }
        }
        Ok(())
    }

    /// Hears of a znode from now on.
    fn follow(&mut self, path: String, watches: Vec<Once>) {
        let Watch::Each(each) = &mut self.watch else {
            return;
        };
        let fires = watches.into_iter().map(|once| {
            let seen = each.seen.0.clone();
            self.context.executor.spawn(async move {
                let event = once.fires().await;
                let _ = seen.try_send(event);
            })
        });
        let fires: Vec<_> = fires.collect();
        match fires.is_empty() {
            true => each.tasks.remove(&path),
            false => each.tasks.insert(path, fires),
        };
    }

    /// What happens next; its paths are dirty then.
    pub(super) async fn next(&mut self) -> Result<(), End> {
        let event = match &mut self.watch {
            Watch::All(stays) => stays.next().await,
            Watch::Each(each) => each.seen.1.recv().await.ok().flatten(),
        };
        self.seen(&event.ok_or(End::Lost)?);
        Ok(())
    }

    /// Takes in all that was heard before the last answer came, and perhaps more.
    pub(super) async fn heard(&mut self) -> Result<(), End> {
        if matches!(self.watch, Watch::Each(_)) {
            // Those that have been woken are to tell it first.
            for _ in 0..2 {
                futures_lite::future::yield_now().await;
            }
        }
        while let Some(event) = poll_once(self.next()).await {
            event?;
        }
        Ok(())
    }

    fn seen(&mut self, event: &WatchedEvent) {
        let path = &event.path;
        if matches!(
            event.event_type,
            EventType::NodeCreated | EventType::NodeDeleted
        ) && *path != self.root
            && let Some((parent, _)) = path.rsplit_once('/')
            && kept!("parents_read_again")
        {
            let parent = if parent.is_empty() { "/" } else { parent };
            self.dirty.insert(parent.to_owned());
        }
        self.dirty.insert(path.clone());
    }
}

/// A znode, the names of its children, and watches of both.
struct One {
    data: Option<(Stat, Vec<u8>)>,
    names: Vec<String>,
    watches: Vec<Once>,
}

async fn read_one(
    session: &Rc<ClientSession>,
    client: &Lent,
    path: &str,
    is_root: bool,
) -> Result<One, Error> {
    let mut one = One {
        data: None,
        names: vec![],
        watches: vec![],
    };
    if is_root {
        // It is watched also where it is not there.
        one.watches
            .push(watch::stat(session, client, path).await?.1);
    }
    let value = match watch::data(session, client, path).await {
        Ok((value, _, once)) => {
            one.watches.push(once);
            value
        }
        Err(Error::NoNode) => return Ok(one),
        Err(error) => return Err(error),
    };
    match watch::children(session, client, path).await {
        // If the value has changed in between, its watch says so.
        Ok((names, stat, once)) => {
            one.watches.push(once);
            (one.names, one.data) = (names, Some((told(&stat), value)));
        }
        Err(Error::NoNode) => {}
        Err(error) => return Err(error),
    }
    Ok(one)
}

fn below(path: &str, name: &str) -> String {
    match path {
        "/" => format!("/{name}"),
        _ => format!("{path}/{name}"),
    }
}

pub(super) fn ended(path: &str, error: Error) -> End {
    match explain::is_lost(&error) {
        true => End::Lost,
        false => End::Refused(path.to_owned(), error),
    }
}
