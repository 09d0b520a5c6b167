//! A family: the process that started PHP's module and all that it forked.
//!
//! Its members share one lease (`new Number()`) through memory that forks inherit ([`memory`]); a
//! process may lease nodes of its own besides. What issues IDs is a [`Source`].

mod cache;
mod client;
mod counter;
mod distant;
mod memory;
mod registration;
mod report;
pub mod settings;
mod source;
mod watch;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::id::clock::unix_millis;
use crate::id::{Layout, Moment};
use crate::keeper::{self, Config, FAMILY, Link, Member, Scoreboard};
use crate::lease::local::{Local, Root};
use crate::lease::machine::{Terms, spares};
use crate::lease::zookeeper::Dsn;
use crate::lease::{Bindings, Refusal, Wanted, bindings};
use crate::rule::kept;
use crate::wire::Acl;
use distant::Connection;
use memory::{CacheMemory, Own, REGISTRIES, Region, SOURCES, Shared};
use source::Lessor;
use watch::Watch;

pub use crate::keeper::{Listing, read_text};
pub use cache::CacheState;
pub use client::{AT_ONCE, Client, Ended, Notice, Tells, Unwanted};
pub use registration::{Application, Registration};
pub use report::{Clients, Report};
pub use settings::{Settings, Tree};
pub use source::Source;

/// Whose node is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask<'a> {
    /// The one that the family shares.
    Family,
    /// This very node, for the family.
    Exactly(u16),
    /// One of this process's own, in the local registry of that directory; `None` for the family's
    /// directory.
    Local(Option<&'a Path>),
    /// One of this process's own, in that registry in ZooKeeper.
    Zookeeper(Tree<&'a str>),
}

/// What a family is to know of the PHP that it lives in.
#[derive(Clone, Debug)]
pub struct Host {
    /// PHP's name for the way it runs.
    pub sapi: String,
    /// Gives back the memory of PHP, in a fork that is to be none.
    pub forget: fn(),
}

/// One family, from the module's start to its end.
pub struct Family {
    layout: Layout,
    /// `ticket.clock_tolerance`, ms.
    clock_tolerance: u64,
    acquire_timeout: Duration,
    /// `ticket.dsn`, if there is one, and what clients are made with unless they say otherwise.
    dsn: Option<String>,
    zookeeper_timeout: Duration,
    max_packet: usize,
    watch_signal: bool,
    cache_max_age: Option<Duration>,
    /// [`Watch::may_count`].
    counts: bool,
    local_path: PathBuf,
    root: Root,
    /// The place of the family's registry on the board, if it is in ZooKeeper.
    registry: Option<usize>,
    config: Config,
    /// Or why there is none; none at the end.
    link: Result<Link, String>,
    /// The process that began it ([`Own::identity`]), its process ID, and when it did, in Unix milliseconds.
    first: u64,
    pid: u32,
    started: u64,
    // Before the memory that they refer to, since fields are dropped in this order.
    leases: Mutex<Leases>,
    own: Shared<Own>,
    region: Shared<Region>,
    /// Or why nothing can be cached.
    cache_memory: Result<CacheMemory, String>,
}

/// The registries that this process has open, the family's first, and what it issues from.
#[derive(Default)]
struct Leases {
    registries: Vec<Arc<Mutex<Opened>>>,
    #[expect(
        clippy::vec_box,
        reason = "a source must not move while others are added"
    )]
    sources: Vec<Box<Source>>,
    connections: Vec<Connection>,
}

/// A registry as this process uses it.
struct Opened {
    local: Local,
    directory: PathBuf,
    /// The process whose own it is ([`Own::identity`]); `None` for the family's.
    process: Option<u64>,
}

impl Family {
    /// Makes the family's memory and, unless `ticket.lease` says otherwise, takes its lease. What the
    /// registry has to say against that comes up when an ID is asked for.
    ///
    /// # Errors
    /// A sentence, if the memory is not to be had.
    pub fn start(settings: Settings, host: Host) -> Result<Self, String> {
        let region = Shared::inherited()?;
        let own = Shared::wiped_on_fork()?;
        let tree = settings.zookeeper.as_ref();
        let registry = tree.and_then(|tree| region.board().registry(&tree.dsn, &tree.path));
        let cache_memory = match NonZeroUsize::new(settings.cache_size) {
            Some(bytes) => CacheMemory::inherited(bytes),
            None => Err("ticket.cache_size is 0".to_owned()),
        };
        for path in &settings.caches {
            // There are no more than places.
            let _ = tree.and_then(|tree| region.board().cache(&tree.dsn, path));
        }
        let config = Config {
            layout: settings.layout,
            terms: Terms {
                window: settings.window,
                tolerance: settings.clock_tolerance,
                spares: spares(&settings.layout),
            },
            session_timeout: settings.session_timeout,
            release_timeout: settings.release_timeout,
            max_sessions: settings.max_sessions,
            tls: settings.tls,
            auth: settings.auth,
            acl: settings.acl,
            dsn: tree.and_then(|tree| Dsn::parse(&tree.dsn).ok()),
            sapi: host.sapi,
            bound: region.bound(),
            cache: cache_memory.as_ref().ok().map(CacheMemory::words),
            forget: host.forget,
        };
        let family = Self {
            layout: settings.layout,
            clock_tolerance: settings.clock_tolerance,
            acquire_timeout: settings.acquire_timeout,
            dsn: settings.zookeeper.map(|tree| tree.dsn),
            zookeeper_timeout: settings.zookeeper_timeout,
            max_packet: settings.max_packet,
            watch_signal: settings.watch_signal,
            cache_max_age: settings.cache_max_age,
            counts: Watch::may_count(),
            local_path: settings.local_path,
            root: Root::current(),
            registry,
            config,
            // Only leases from ZooKeeper need it.
            link: Link::new(),
            leases: Mutex::default(),
            first: own.identity(),
            pid: std::process::id(),
            started: unix_millis(),
            own,
            region,
            cache_memory,
        };
        let leases = settings.lease_at_startup;
        if let Ok(link) = &family.link {
            // Asked for, not waited for.
            let registry = family.registry.filter(|_| leases);
            if let Some(registry) = registry {
                family.board().shared(registry, Wanted::Any);
            }
            let (board, member) = (family.board(), family.member());
            let needed = registry.is_some() || !settings.caches.is_empty();
            keeper::begin(link, board, &family.config, &member, needed);
        }
        match (family.registry, leases) {
            (Some(_), _) => {}
            (None, true) => {
                // It may fail; the first use tries again and says why.
                let source = family.source(Ask::Family);
                let _ = source.and_then(|source| family.node(source));
            }
            (None, false) => {
                // Opened all the same, so that all who lease later share one descriptor, and with it the claim.
                let registry = family.opened(&family.local_path, None);
                let _ = registry.and_then(|registry| lock(&registry).local.open());
            }
        }
        Ok(family)
    }

    /// The bit positions and the epoch of this family's IDs.
    #[inline]
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Where IDs of the asked kind come from. Takes no lease yet.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] when the process has too many of them.
    pub fn source(&self, ask: Ask<'_>) -> Result<&Source, Refusal> {
        let (lessor, wanted) = match ask {
            Ask::Family => (self.family_lessor()?, Wanted::Any),
            Ask::Exactly(node) => {
                let lessor = match self.holder(node) {
                    // Of the family's already, from wherever.
                    Some(index) => Lessor::Distant {
                        registry: self.board().slot(index).registry(),
                        own: false,
                    },
                    None => self.family_lessor()?,
                };
                (lessor, Wanted::Exactly(node))
            }
            Ask::Local(directory) => {
                let directory = directory.unwrap_or(&self.local_path);
                let registry = self.opened(directory, Some(self.own.identity()))?;
                (Lessor::Local(registry), Wanted::Any)
            }
            Ask::Zookeeper(tree) => {
                let registry = self.board().registry(tree.dsn, tree.path);
                let registry = registry
                    .ok_or_else(|| too_many(keeper::REGISTRY_SLOTS, "registries in ZooKeeper"))?;
                (
                    Lessor::Distant {
                        registry,
                        own: true,
                    },
                    Wanted::Any,
                )
            }
        };
        let mut leases = lock(&self.leases);
        let known = leases
            .sources
            .iter()
            .position(|source| source.is(&lessor, wanted));
        let index = match known {
            Some(index) => index,
            None if leases.sources.len() == SOURCES => {
                return Err(too_many(SOURCES, "nodes"));
            }
            None => {
                let index = leases.sources.len();
                let permit = &self.own.permits()[index];
                let source = Source::new(lessor, wanted, self.clock_tolerance, permit);
                leases.sources.push(Box::new(source));
                index
            }
        };
        let source: *const Source = &raw const *leases.sources[index];
        // SAFETY: a source is boxed, so it does not move, and goes only with `self`, which is borrowed.
        Ok(unsafe { &*source })
    }

    /// `ticket.dsn`; `None` if it is empty.
    #[must_use]
    pub fn dsn(&self) -> Option<&str> {
        self.dsn.as_deref()
    }

    /// `ticket.session_timeout`.
    #[must_use]
    pub fn session_timeout(&self) -> Duration {
        self.config.session_timeout
    }

    /// `ticket.zookeeper_acl`: of what recipes make.
    #[must_use]
    pub fn acl(&self) -> Vec<Acl> {
        match kept!("recipes_have_acl") {
            true => self.config.acl.iter().map(Acl::from).collect(),
            false => vec![Acl::anyone()],
        }
    }

    /// `ticket.max_packet`.
    #[must_use]
    pub fn max_packet(&self) -> usize {
        self.max_packet
    }

    /// A number of this process's, which no parent and no fork of it has.
    #[must_use]
    pub fn process(&self) -> u64 {
        self.own.identity()
    }

    /// `ticket.watch_signal`.
    #[must_use]
    pub fn signals_watches(&self) -> bool {
        self.watch_signal
    }

    /// `ticket.zookeeper_timeout`.
    #[must_use]
    pub fn zookeeper_timeout(&self) -> Duration {
        self.zookeeper_timeout
    }

    /// Adds what this process has counted to what the family has.
    pub fn flush(&self) {
        for (own, all) in [
            (&self.own.issued, &self.region.issued),
            (&self.own.watch.went_back, &self.region.clock_steps),
        ] {
            let counted = own.swap(0, Ordering::Relaxed);
            if counted > 0 {
                all.fetch_add(counted, Ordering::Relaxed);
            }
        }
        let back = self.own.watch.went_back_most.load(Ordering::Relaxed);
        if back > 0 {
            self.region
                .went_back_most
                .fetch_max(back, Ordering::Relaxed);
        }
    }

    /// In any process of the family that is about to fork.
    pub fn before_fork(&self) {
        if let Ok(link) = &self.link {
            keeper::before_fork(link, self.board(), &self.config, &self.member());
        }
    }

    /// In a process that is to be no part of the family any more: lets go of what would keep claims.
    pub fn disown(&self) {
        let Ok(leases) = self.leases.try_lock() else {
            return;
        };
        for registry in &leases.registries {
            if let Ok(mut opened) = registry.try_lock() {
                opened.local = self.local(&opened.directory, false);
            }
        }
    }

    fn member(&self) -> Member<'_> {
        Member {
            is_first: self.own.identity() == self.first,
            identity: self.own.identity(),
            is_distant: self.registry.is_some(),
            standby: &self.own.standby,
        }
    }

    fn board(&self) -> &'static Scoreboard {
        self.region.board()
    }

    fn family_lessor(&self) -> Result<Lessor, Refusal> {
        Ok(match self.registry {
            Some(registry) => Lessor::Distant {
                registry,
                own: false,
            },
            None => Lessor::Local(self.opened(&self.local_path, None)?),
        })
    }

    /// The registry in `directory`: the family's, or the one that this process has for itself.
    fn opened(
        &self,
        directory: &Path,
        process: Option<u64>,
    ) -> Result<Arc<Mutex<Opened>>, Refusal> {
        let mut leases = lock(&self.leases);
        let known = leases.registries.iter().find(|registry| {
            let registry = lock(registry);
            registry.directory == directory && registry.process.is_some() == process.is_some()
        });
        if let Some(registry) = known {
            return Ok(registry.clone());
        }
        if leases.registries.len() > REGISTRIES {
            return Err(too_many(REGISTRIES, "local registries"));
        }
        let registry = Arc::new(Mutex::new(Opened {
            local: self.local(directory, process.is_some()),
            directory: directory.to_owned(),
            process,
        }));
        leases.registries.push(registry.clone());
        Ok(registry)
    }

    fn local(&self, directory: &Path, exclusive: bool) -> Local {
        let layout = self.layout;
        let bindings = Bindings::new(self.region.bound(), bindings::key(directory));
        let clock = Arc::new(move || Moment::now(&layout).timestamp);
        let root = self.root.clone();
        Local::new(directory, root, layout, bindings, clock, exclusive)
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        self.flush();
        // What the process leased for itself ends with its connections.
        lock(&self.leases).connections.clear();
        if let Ok(link) = std::mem::replace(&mut self.link, Err(String::new())) {
            let (member, most) = (self.member(), self.config.release_timeout);
            keeper::leave(link, self.board(), &member, most);
        }
    }
}

/// Whoever builds for threads can rely on this.
const _: () = {
    const fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<Family>();
};

/// A panic while it was held leaves nothing that the next renewal would not mend.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cold]
fn too_many(most: usize, what: &str) -> Refusal {
    Refusal::Unavailable(format!(
        "this process already uses {most} {what}, which is the most it can"
    ))
}
