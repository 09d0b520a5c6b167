//! The registry's file as memory: a header, and one word per node ID.

use std::num::NonZeroUsize;
use std::os::fd::AsFd;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64};

use anyhow::Context;
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};

use super::guard;
use crate::id::Layout;
use crate::refused::Named;

const HEADER_BYTES: usize = 4096;

/// The start of the file, in the machine's byte order.
#[repr(C)]
pub(super) struct Header {
    pub(super) magic: AtomicU64,
    pub(super) version: AtomicU32,
    pub(super) state: AtomicU32,
    pub(super) epoch: AtomicU64,
    pub(super) node_bits: AtomicU32,
    pub(super) sequence_bits: AtomicU32,
    /// The file's own inode number, by which most copies are told.
    pub(super) inode: AtomicU64,
    /// No word is ever below it.
    pub(super) floor: AtomicU64,
}

/// [`Header::state`] of a file whose words have not been raised yet.
pub(super) const NEW: u32 = 0;
/// [`Header::state`] of a file that may be used.
pub(super) const READY: u32 = 1;

/// A registry's file in this process's memory, shared with all others that map it.
pub(super) struct Mapping {
    base: NonNull<Header>,
    length: NonZeroUsize,
    nodes: usize,
}

// SAFETY: the mapping holds atomics only, and lives until the `Mapping` is dropped.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

/// Where a node's word stands in the file.
pub(super) fn word_offset(node: u16) -> usize {
    HEADER_BYTES + usize::from(node) * size_of::<u64>()
}

/// The length of the file.
pub(super) fn file_size(layout: &Layout) -> usize {
    HEADER_BYTES + layout.nodes() * size_of::<u64>()
}

impl Mapping {
    /// Maps a file that is `file_size(layout)` long.
    pub(super) fn new(file: impl AsFd, layout: &Layout) -> anyhow::Result<Self> {
        let length = NonZeroUsize::new(file_size(layout)).context("a layout without nodes")?;
        // SAFETY: a new mapping at no particular address. Other processes share its memory, so it is
        // accessed as atomics only; that it may be cut short is what `guard` is for.
        let base = unsafe { mmap(None, length, PROTECTION, MapFlags::MAP_SHARED, file, 0) }
            .named("mmap with MAP_SHARED")?;
        guard::watch(base, length);
        Ok(Self {
            base: base.cast(),
            length,
            nodes: layout.nodes(),
        })
    }

    /// Puts another file of the same layout in this one's place in memory, in one step: whoever points
    /// to a word here finds the other file's.
    pub(super) fn show(&self, file: impl AsFd) -> anyhow::Result<()> {
        let flags = MapFlags::MAP_SHARED | MapFlags::MAP_FIXED;
        let address = NonZeroUsize::new(self.base.as_ptr() as usize);
        // SAFETY: replaces exactly our own mapping, which is accessed as atomics only.
        unsafe { mmap(address, self.length, PROTECTION, flags, file, 0) }
            .named("mmap with MAP_SHARED")?;
        guard::renew(self.base.cast());
        Ok(())
    }

    /// Whether the words are gone because the file was cut short ([`guard`]).
    pub(super) fn lost(&self) -> bool {
        guard::is_lost(self.base.cast())
    }

    pub(super) fn header(&self) -> &Header {
        // SAFETY: the mapping begins at a page, is longer than a header, lives as long as `self`, and
        // any bits are valid atomics.
        unsafe { self.base.as_ref() }
    }

    /// The word of every node.
    pub(super) fn words(&self) -> &[AtomicU64] {
        // SAFETY: the mapping is `file_size` long: `nodes` words from `HEADER_BYTES` on, aligned since
        // it begins at a page. It lives as long as `self`. Any bits are a valid atomic.
        unsafe {
            let first = self.base.byte_add(HEADER_BYTES).cast();
            std::slice::from_raw_parts(first.as_ptr(), self.nodes)
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        guard::unwatch(self.base.cast());
        // SAFETY: mapped with this length and borrowed from `self` only; a `Source`, which keeps a
        // pointer, uses it only under a permit and keeps the registry (`family::source`).
        // A failure leaves the memory mapped, which harms nobody.
        let _ = unsafe { munmap(self.base.cast(), self.length.get()) };
    }
}

const PROTECTION: ProtFlags = ProtFlags::PROT_READ.union(ProtFlags::PROT_WRITE);
