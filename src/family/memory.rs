//! Memory that outlives a fork: shared with it, or wiped by it.

use std::num::NonZeroUsize;
use std::ops::Deref;
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};

use nix::errno::Errno;
use nix::libc;
use nix::sys::mman::{MapFlags, MmapAdvise, ProtFlags, madvise, mmap_anonymous, mprotect, munmap};

use super::watch::Watch;
use crate::at_fork::at_fork;
use crate::id::layout::MAX_NODE_BITS;
use crate::keeper::{REGISTRY_SLOTS, Scoreboard};
use crate::refused::Refused;
use crate::rule::kept;

const NODES: usize = 1 << MAX_NODE_BITS;

/// Registries that a process can use for itself.
pub(super) const REGISTRIES: usize = 1000;

/// Sources that a process can have: the family's, one per node ID, and one per registry of its own.
pub(super) const SOURCES: usize = 1 + NODES + REGISTRIES + REGISTRY_SLOTS;

/// What the members of a family share, from its start to its end.
#[repr(C)]
pub(super) struct Region {
    /// The family's node ID + 1, or 0.
    node: AtomicU64,
    /// IDs issued, as far as they have been counted in (`Family::flush`).
    pub(super) issued: AtomicU64,
    /// Calls that had to wait.
    pub(super) waits: AtomicU64,
    /// How often a process saw that the clock had gone back.
    pub(super) clock_steps: AtomicU64,
    /// How long those took, in us: all together, and the longest.
    pub(super) waited: AtomicU64,
    pub(super) waited_most: AtomicU64,
    /// Calls that were refused for want of a lease, or of a setting; and for the clock.
    pub(super) unavailable: AtomicU64,
    pub(super) illegal_time: AtomicU64,
    /// The furthest that a process saw the clock go back, in ms.
    pub(super) went_back_most: AtomicU64,
    /// What the keeper is asked, and answers.
    pub(super) board: Scoreboard,
    /// Which registry each node ID was leased from (`lease::Bindings`).
    bound: [AtomicU64; NODES],
}

impl Region {
    /// The node ID of the family's lease.
    pub(super) fn node(&self) -> Option<u16> {
        let stored = self.node.load(Ordering::Acquire);
        // What was stored came from a u16.
        stored.checked_sub(1).map(|node| node as u16)
    }

    /// Sets the family's node to `new` if it is still `old`; returns what it is then.
    pub(super) fn agree(&self, old: Option<u16>, new: u16) -> u16 {
        let stored = old.map_or(0, |node| u64::from(node) + 1);
        let wanted = u64::from(new) + 1;
        match self
            .node
            .compare_exchange(stored, wanted, Ordering::AcqRel, Ordering::Acquire)
        {
            Ok(_) => new,
            // Never 0 again once set; and what was stored came from a u16.
            Err(other) => other.saturating_sub(1) as u16,
        }
    }
}

impl Shared<Region> {
    /// The table for [`crate::lease::Bindings`].
    pub(super) fn bound(&self) -> &'static [AtomicU64] {
        let bound: *const [AtomicU64] = &self.bound;
        // SAFETY: the mapping lives until the `Family` that owns it is dropped, and with it, before it,
        // all registries, which alone keep this.
        unsafe { &*bound }
    }

    /// What the family shares with its keeper.
    pub(super) fn board(&self) -> &'static Scoreboard {
        let board: *const Scoreboard = &raw const self.board;
        // SAFETY: as above; the keeper has a mapping of its own, which it never undoes.
        unsafe { &*board }
    }
}

/// What a process has for itself: all zero in a new process and in one that was just forked.
#[repr(C)]
pub(super) struct Own {
    /// Tells the process from its parent and its forks, also across PID namespaces (`Own::identity`).
    identity: AtomicU64,
    /// What this process has started to stand by for a keeper (`keeper::Member`).
    pub(super) standby: AtomicU32,
    /// IDs issued since the last `Family::flush`.
    pub(super) issued: AtomicU64,
    /// What this process saw of the clock.
    pub(super) watch: Watch,
    /// The permit of each source. After a fork there is none, so the child looks at its registry
    /// before it issues, and leases anew what was its parent's alone.
    permits: [AtomicU64; SOURCES],
}

impl Own {
    /// A number that no parent and no fork of this process has.
    pub(super) fn identity(&self) -> u64 {
        match self.identity.load(Ordering::Relaxed) {
            0 => {
                let new = crate::lease::random() | 1;
                self.identity.store(new, Ordering::Relaxed);
                new
            }
            known => known,
        }
    }
}

/// An anonymous mapping that holds a `T` made of atomics, all zero at first.
pub(super) struct Shared<T> {
    base: NonNull<T>,
}

// SAFETY: `T` is `Region` or `Own`, which hold atomics only; the mapping lives as long as the value.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Shared<T> {}

impl Shared<Region> {
    /// Forks share it with their parent.
    pub(super) fn inherited() -> Result<Self, String> {
        Self::map(MapFlags::MAP_SHARED)
    }
}

impl Shared<Own> {
    /// The permit of each source.
    pub(super) fn permits(&self) -> &'static [AtomicU64] {
        let permits: *const [AtomicU64] = &self.permits;
        // SAFETY: the mapping lives until the `Family` that owns it is dropped, and with it, before it, all
        // sources, which alone keep this.
        unsafe { &*permits }
    }

    /// Forks find it zero. The kernel does that, however a process is forked. Where it does not (gVisor, QEMU's
    /// emulation of processes), the C library's fork(2) does, by which PHP and all its servers fork. A process that is
    /// forked past that has its parent's permits for as long as they last, which no ID is issued twice for: both change
    /// the same words.
    pub(super) fn wiped_on_fork() -> Result<Self, String> {
        let own = Self::map(MapFlags::MAP_PRIVATE)?;
        if let Err(error) = own.wiped_by_kernel() {
            own.wiped_by_library().map_err(|other| {
                let call = "madvise with MADV_WIPEONFORK (Linux 4.14)";
                format!("{} (pthread_atfork: {other})", Refused { call, error })
            })?;
        }
        Ok(own)
    }

    fn wiped_by_kernel(&self) -> nix::Result<()> {
        if !kept!("wiped_on_fork") {
            return Ok(());
        }
        let (base, length) = (self.base.cast(), Self::length().get());
        // SAFETY: the range is exactly our mapping; the advice changes what a child sees, not us.
        unsafe { madvise(base, length, MmapAdvise::MADV_WIPEONFORK) }?;
        // Old versions of QEMU take any advice and follow none. This is none.
        // SAFETY: as above, and nobody follows it.
        match unsafe { libc::madvise(base.as_ptr(), length, -1) } {
            0 => Err(Errno::EINVAL),
            _ => Ok(()),
        }
    }

    fn wiped_by_library(&self) -> nix::Result<()> {
        static CALLED: AtomicBool = AtomicBool::new(false);
        extern "C" fn wipe() {
            if let Some(own) = NonNull::new(WIPED.load(Ordering::Acquire)) {
                // SAFETY: mapped until `drop` takes it out; the child has no other thread, and all zeroes are valid
                // atomics.
                unsafe { own.write_bytes(0, 1) };
            }
        }
        WIPED.store(self.base.as_ptr(), Ordering::Release);
        if CALLED.swap(true, Ordering::AcqRel) || !kept!("wiped_by_library") {
            return Ok(());
        }
        at_fork(None, Some(wipe)).inspect_err(|_| CALLED.store(false, Ordering::Release))
    }
}

/// What [`Shared::wiped_by_library`] is for, of which a process has one.
static WIPED: AtomicPtr<Own> = AtomicPtr::new(ptr::null_mut());

/// What caches are in: shared with forks, who may read it. Pages that nobody has written take no memory.
pub(super) struct CacheMemory {
    base: NonNull<AtomicU64>,
    bytes: NonZeroUsize,
}

// SAFETY: atomics only; the mapping lives as long as the value.
unsafe impl Send for CacheMemory {}
// SAFETY: as above.
unsafe impl Sync for CacheMemory {}

impl CacheMemory {
    /// So many bytes. The keeper makes its own mapping of them one that it may write.
    pub(super) fn inherited(bytes: NonZeroUsize) -> Result<Self, String> {
        let protection = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        let flags = MapFlags::MAP_SHARED | MapFlags::MAP_NORESERVE;
        let refused = |call, error| {
            let refused = Refused { call, error };
            format!("cannot have {bytes} bytes of memory (ticket.cache_size): {refused}")
        };
        // SAFETY: a new mapping at no particular address.
        let base = unsafe { mmap_anonymous(None, bytes, protection, flags) };
        let base = base.map_err(|error| refused("mmap", error))?;
        let memory = Self {
            base: base.cast(),
            bytes,
        };
        // SAFETY: exactly our mapping, of which there is no reference yet.
        unsafe { mprotect(base, bytes.get(), ProtFlags::PROT_READ) }
            .map_err(|error| refused("mprotect", error))?;
        Ok(memory)
    }

    /// In words.
    pub(super) fn words(&self) -> &'static [AtomicU64] {
        // SAFETY: page-aligned, and all zeroes are valid atomics. The mapping lives until the `Family` that owns it is
        // dropped, and only that, and its keeper, which never undoes its own mapping, keep this.
        unsafe { slice::from_raw_parts(self.base.as_ptr(), self.bytes.get() / 8) }
    }
}

impl Drop for CacheMemory {
    fn drop(&mut self) {
        // SAFETY: mapped in `inherited` with this length. A failure leaves it mapped, which harms nobody.
        let _ = unsafe { munmap(self.base.cast(), self.bytes.get()) };
    }
}

impl<T> Shared<T> {
    fn map(flags: MapFlags) -> Result<Self, String> {
        let protection = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a new mapping at no particular address.
        let base = unsafe { mmap_anonymous(None, Self::length(), protection, flags) };
        match base {
            Ok(base) => Ok(Self { base: base.cast() }),
            Err(error) => {
                let (length, call) = (Self::length(), "mmap");
                let refused = Refused { call, error };
                Err(format!("cannot have {length} bytes of memory: {refused}"))
            }
        }
    }

    fn length() -> NonZeroUsize {
        NonZeroUsize::new(size_of::<T>()).unwrap_or(NonZeroUsize::MIN)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: page-aligned, as long as a `T`, mapped until `self` is dropped; all zeroes, and
        // whatever other processes store, are valid atomics.
        unsafe { self.base.as_ref() }
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        let own = self.base.as_ptr().cast();
        let _ = WIPED.compare_exchange(own, ptr::null_mut(), Ordering::AcqRel, Ordering::Relaxed);
        // SAFETY: mapped in `map` with this length. A failure leaves it mapped, which harms nobody.
        let _ = unsafe { munmap(self.base.cast(), Self::length().get()) };
    }
}
