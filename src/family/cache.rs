//! Caches as PHP has them: pictures that the keeper publishes, and how old they are.

use std::time::{Duration, Instant};

use super::{Ended, Family};
use crate::cache::CACHES;
use crate::cache::arena::{Arena, Unread};
use crate::cache::picture::Picture;
use crate::keeper::{CacheSlot, LOOK_AGAIN};
use crate::rule::kept;
use crate::wire::{Failure, code};

/// How a cache stands.
#[derive(Clone, Debug)]
pub struct CacheState {
    /// Its servers.
    pub dsn: String,
    /// Its uppermost znode.
    pub path: String,
    /// How often its picture has changed, and how many znodes there are; `None`: it is not complete.
    pub picture: Option<(u64, u32)>,
    /// How old it is.
    pub age: Option<Duration>,
    /// Why it is not complete, or gets older.
    pub error: Option<String>,
}

/// The memory of all caches of a family, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct CacheUse {
    /// What there is room for.
    pub room: usize,
    /// What is used of it.
    pub used: usize,
    /// How often all was written anew, to make room.
    pub rewrites: u64,
}

impl Family {
    /// The cache of that subtree, which is followed from now on. Waits for nothing.
    ///
    /// # Errors
    /// There are too many, or there is no memory.
    pub fn cache(&self, dsn: &str, path: &str) -> Result<usize, Failure> {
        if let Err(why) = &self.cache_memory {
            let message = format!("nothing can be cached: {why}");
            return Err(failure(path, code::INVALID_STATE, message));
        }
        self.board().cache(dsn, path).ok_or_else(|| {
            let message = format!(
                "this PHP already has {CACHES} caches, which is the most it can; use those of paths above for several"
            );
            failure(path, code::SYSTEM_ERROR, message)
        })
    }

    /// A cache that this znode is in, if there is one, and its path below that cache's; of several, the one that is nearest.
    #[must_use]
    pub fn cache_above(&self, dsn: &str, path: &str) -> Option<(usize, String)> {
        let below = |cache| {
            let root = self.slot_of(cache).is_above(dsn, path)?;
            Some((cache, path[root..].to_owned()))
        };
        let caches = self.board().caches().filter_map(below);
        caches.min_by_key(|(_, below)| below.len())
    }

    /// Waits until there is a picture of it, at most so long. `interrupt` is called when a signal may have come in, and says
    /// whether to wait no longer.
    ///
    /// # Errors
    /// Why there is none.
    pub fn await_cache(
        &self,
        cache: usize,
        within: Duration,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<(), Ended> {
        let slot = self.slot_of(cache);
        let (began, mut asked) = (Instant::now(), 0);
        loop {
            let turn = slot.turn();
            if self.has_picture(cache) {
                return Ok(());
            }
            if let Some(failure) = slot.refused() {
                return Err(failure.into());
            }
            let left = within.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Err(self.not_loaded(slot, within).into());
            }
            self.ask_for_cache();
            // Ever less often: each look wakes the keeper.
            slot.wait(turn, left.min(LOOK_AGAIN * (1 << asked)));
            asked = (asked + 1).min(4);
            if interrupt() {
                return Err(Ended::Interrupted);
            }
        }
    }

    /// Waits until a cache's picture has another version, at most so long; `None`: however long that is. The version that
    /// it has then.
    ///
    /// # Errors
    /// As [`Family::look`].
    pub fn await_change(
        &self,
        cache: usize,
        since: u64,
        within: Option<Duration>,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<u64, Ended> {
        let slot = self.slot_of(cache);
        let began = Instant::now();
        loop {
            let turn = slot.turn();
            let version = self.look(cache, |picture| Some(picture.version))?;
            let left = within.map(|within| within.saturating_sub(began.elapsed()));
            if version != since || left.is_some_and(|left| left.is_zero()) {
                return Ok(version);
            }
            // A keeper that was killed is followed by another one, if that was not, too.
            self.ask_for_cache();
            slot.wait(turn, left.map_or(SELDOM, |left| left.min(SELDOM)));
            if interrupt() {
                return Err(Ended::Interrupted);
            }
        }
    }

    /// Looks at a cache's picture. Asks nobody, and waits for nothing.
    ///
    /// # Errors
    /// Why there is none.
    pub fn look<T>(
        &self,
        cache: usize,
        mut look: impl FnMut(&Picture<'_, '_>) -> Option<T>,
    ) -> Result<T, Failure> {
        let read = self.read(cache, |half, place| look(&Picture::at(half, place)?));
        match read {
            Ok(Some(found)) => Ok(found),
            Ok(None) => {
                let slot = self.slot_of(cache);
                Err(slot.refused().unwrap_or_else(|| {
                    let message = format!(
                        "the cache of {} has not been loaded yet{}",
                        slot.path(),
                        because(slot)
                    );
                    failure(&slot.path(), code::OPERATION_TIMEOUT, message)
                }))
            }
            Err(unread) => Err(self.unread(cache, unread)),
        }
    }

    /// How old a cache is; endlessly old, if it never was complete.
    #[must_use]
    pub fn age(&self, cache: usize) -> Duration {
        self.slot_of(cache).age().unwrap_or(Duration::MAX)
    }

    /// Refuses a cache that is older than this, or than `ticket.cache_max_age` where nothing else is asked for.
    ///
    /// # Errors
    /// It is.
    pub fn check_age(&self, cache: usize, most: Option<Duration>) -> Result<(), Failure> {
        let (most, which) = match (most, self.cache_max_age) {
            (Some(most), _) => (most, "$maxAge"),
            (None, Some(most)) => (most, "ticket.cache_max_age"),
            (None, None) => return Ok(()),
        };
        let age = self.age(cache);
        if age <= most || !kept!("stale_is_told") {
            return Ok(());
        }
        let slot = self.slot_of(cache);
        let message = format!(
            "the cache of {} is {:.1} s old, and may be {:.1} s ({which}){}",
            slot.path(),
            age.as_secs_f64(),
            most.as_secs_f64(),
            because(slot)
        );
        Err(failure(&slot.path(), code::STALE, message))
    }

    /// How all caches stand.
    #[must_use]
    pub fn caches(&self) -> Vec<CacheState> {
        let one = |cache| {
            let slot = self.slot_of(cache);
            let looked = self.read(cache, |half, place| {
                let picture = Picture::at(half, place)?;
                Some((picture.version, picture.nodes))
            });
            let refused = slot.refused().map(|failure| failure.message);
            CacheState {
                dsn: slot.dsn(),
                path: slot.path(),
                picture: looked.ok().flatten(),
                age: slot.age(),
                error: refused.or_else(|| Some(slot.error()).filter(|error| !error.is_empty())),
            }
        };
        self.board().caches().map(one).collect()
    }

    /// What caches take.
    #[must_use]
    pub fn cache_use(&self) -> CacheUse {
        let Ok(memory) = &self.cache_memory else {
            return CacheUse::default();
        };
        let arena = Arena::new(memory.words());
        let (used, rewrites) = arena.used();
        CacheUse {
            room: arena.room(),
            used,
            rewrites,
        }
    }

    /// Sees to it that there is a keeper, and that it looks.
    fn ask_for_cache(&self) {
        self.summon();
        if let Ok(link) = &self.link {
            link.hint();
        }
    }

    fn has_picture(&self, cache: usize) -> bool {
        matches!(self.read(cache, |_, _| Some(())), Ok(Some(())))
    }

    fn read<T>(
        &self,
        cache: usize,
        look: impl FnMut(&crate::cache::arena::Half<'_>, u32) -> Option<T>,
    ) -> Result<Option<T>, Unread> {
        match &self.cache_memory {
            Ok(memory) => Arena::new(memory.words()).read(cache, look),
            Err(_) => Ok(None),
        }
    }

    fn slot_of(&self, cache: usize) -> &'static CacheSlot {
        self.board().cached(cache)
    }

    fn unread(&self, cache: usize, unread: Unread) -> Failure {
        let path = self.slot_of(cache).path();
        let what = match unread {
            Unread::Overtaken => "changes faster than it can be read; raise ticket.cache_size",
            Unread::Broken => {
                "was overwritten by other code, in memory that only ticket's keeper is to write; end what does that (FFI, a \
                 faulty extension), and start PHP anew"
            }
        };
        failure(
            &path,
            code::SYSTEM_ERROR,
            format!("the cache of {path} {what}"),
        )
    }

    fn not_loaded(&self, slot: &CacheSlot, within: Duration) -> Failure {
        let why = self.keeper_lacks().unwrap_or_else(|| match slot.error() {
            why if why.is_empty() => {
                "ZooKeeper has not answered yet, or it is a large one".to_owned()
            }
            why => why,
        });
        let message = format!(
            "{} of ZooKeeper {} could not be cached within {} ms: {why}",
            slot.path(),
            slot.dsn(),
            within.as_millis()
        );
        failure(&slot.path(), code::OPERATION_TIMEOUT, message)
    }
}

/// How often whoever waits for a change looks whether there is a keeper.
const SELDOM: Duration = Duration::from_secs(1);

fn because(slot: &CacheSlot) -> String {
    match slot.error() {
        why if why.is_empty() => String::new(),
        why => format!(": {why}"),
    }
}

fn failure(path: &str, code: i32, message: String) -> Failure {
    Failure {
        code,
        unknown: false,
        path: Some(path.to_owned()),
        index: None,
        message,
    }
}
