//! A family: the process that started PHP's module and all that it forked.
//!
//! Its members share one lease (`new Number()`) through memory that forks inherit ([`memory`]); a
//! process may lease nodes of its own besides. What issues IDs is a [`Source`].

mod memory;
pub mod settings;
mod source;

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::id::{Layout, Moment};
use crate::lease::local::{self, Local, Root};
use crate::lease::policy::Tolerance;
use crate::lease::{Bindings, Refusal, Registry, Wanted};
use memory::{Own, REGISTRIES, Region, SOURCES, Shared};

pub use settings::Settings;
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
    Process(Option<&'a Path>),
}

/// What a family is and holds, for phpinfo.
#[derive(Clone, Debug)]
pub struct Report {
    /// The registry of the shared lease.
    pub registry: String,
    /// The shared node ID.
    pub node: Option<u16>,
    /// Its high-water mark, in Unix milliseconds.
    pub mark: Option<u64>,
    /// IDs issued by the family, as far as its processes have been counted: each counts itself at the
    /// end of a request and whenever it renews its permit.
    pub issued: u64,
    /// Calls that had to wait.
    pub waits: u64,
    /// Moves to another node because the clock went back.
    pub moves: u64,
    /// Why the registry cannot be used.
    pub error: Option<String>,
}

/// One family, from the module's start to its end.
pub struct Family {
    layout: Layout,
    tolerance: Tolerance,
    acquire_timeout: Duration,
    local_path: PathBuf,
    root: Root,
    // Before the memory that they refer to, since fields are dropped in this order.
    leases: Mutex<Leases>,
    own: Shared<Own>,
    region: Shared<Region>,
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
    pub fn start(settings: Settings) -> Result<Self, String> {
        let family = Self {
            layout: settings.layout,
            tolerance: Tolerance {
                setting: settings.clock_tolerance,
                registry: local::AHEAD,
            },
            acquire_timeout: settings.acquire_timeout,
            local_path: settings.local_path,
            root: Root::current(),
            leases: Mutex::default(),
            own: Shared::wiped_on_fork()?,
            region: Shared::inherited()?,
        };
        // It may fail; the first use tries again and says why.
        let _ = if settings.lease_at_startup {
            let source = family.source(Ask::Family);
            source.and_then(|source| family.renew(source).map(drop))
        } else {
            // Opened all the same, so that all who lease later share one descriptor, and with it the claim.
            let registry = family.opened(&family.local_path, None);
            registry.and_then(|registry| lock(&registry).local.open())
        };
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
        let (directory, process, wanted) = match ask {
            Ask::Family => (None, None, Wanted::Any),
            Ask::Exactly(node) => (None, None, Wanted::Exactly(node)),
            Ask::Process(directory) => (directory, Some(self.own.identity()), Wanted::Any),
        };
        let registry = self.opened(directory.unwrap_or(&self.local_path), process)?;
        let mut leases = lock(&self.leases);
        let known = leases
            .sources
            .iter()
            .position(|source| source.is(&registry, wanted));
        let index = match known {
            Some(index) => index,
            None if leases.sources.len() == SOURCES => {
                return Err(too_many(SOURCES, "nodes"));
            }
            None => {
                let index = leases.sources.len();
                leases
                    .sources
                    .push(Box::new(Source::new(registry, wanted, index)));
                index
            }
        };
        let source: *const Source = &raw const *leases.sources[index];
        // SAFETY: a source is boxed, so it does not move, and goes only with `self`, which is borrowed.
        Ok(unsafe { &*source })
    }

    /// What the family is and holds now.
    #[must_use]
    pub fn report(&self) -> Report {
        self.flush();
        let node = self.region.node();
        let (mut word, mut error) = (None, None);
        // The family's is opened in `start`, so it is there.
        if let Ok(opened) = self.opened(&self.local_path, None) {
            let mut opened = lock(&opened);
            error = opened.local.open().err().map(|refusal| refusal.to_string());
            let last = node.and_then(|node| opened.local.words().get(usize::from(node)));
            word = last.map(|last| last.load(Ordering::Acquire));
        }
        Report {
            registry: format!("local, {}", self.local_path.display()),
            node,
            mark: word
                .filter(|_| error.is_none())
                .map(|word| self.layout.timestamp_of(word) + self.layout.epoch()),
            issued: self.region.issued.load(Ordering::Relaxed),
            waits: self.region.waits.load(Ordering::Relaxed),
            moves: self.region.moves.load(Ordering::Relaxed),
            error,
        }
    }

    /// Adds what this process has issued to the family's count.
    pub fn flush(&self) {
        let issued = self.own.issued.swap(0, Ordering::Relaxed);
        if issued > 0 {
            self.region.issued.fetch_add(issued, Ordering::Relaxed);
        }
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
        let bindings = Bindings::new(self.region.bound(), registry_key(directory));
        let clock = Arc::new(move || Moment::now(&layout).timestamp);
        let root = self.root.clone();
        Local::new(directory, root, layout, bindings, clock, exclusive)
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        self.flush();
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

/// Tells the registries of one family apart.
fn registry_key(directory: &Path) -> NonZeroU64 {
    let mut hasher = DefaultHasher::new();
    directory.hash(&mut hasher);
    NonZeroU64::new(hasher.finish()).unwrap_or(NonZeroU64::MIN)
}
