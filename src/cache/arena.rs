//! Two halves of shared memory, and who may read or write what in them.
//!
//! In words of 64 bits. At the beginning: the epoch, whose last bit says which half is in use; the last epoch that is
//! retired; the key of the hashes; how much of each half is used; the roots of all pictures, once for each half; and the
//! last versions of pictures that are gone.
//!
//! A reader loads the epoch, a root of its half, and what that leads to. It has read what was published if that epoch is
//! not retired afterwards. Everything is atomic, so what it reads in vain is only wrong, and every place is checked.

use std::sync::atomic::Ordering;

use super::CACHES;
use crate::rule::kept;
use crate::sync::{AtomicU64, fence};

const EPOCH: usize = 0;
const RETIRED: usize = 1;
const KEY: usize = 2;
const USED: usize = 3;
const ROOTS: usize = 8;
const VERSIONS: usize = ROOTS + 2 * CACHES;

/// Where the halves begin. Each is a number of pages, so that its memory can be given back.
const HEADER: usize = if cfg!(ticket_loom) {
    VERSIONS + CACHES
} else {
    PAGE
};

/// Words of a page: of the largest there is.
const PAGE: usize = if cfg!(ticket_loom) { 1 } else { (64 << 10) / 8 };

/// How often is read again what was overwritten meanwhile, before that is told.
const TRIES: u32 = if cfg!(ticket_loom) { 2 } else { 100 };

/// The smallest arena, in bytes: there is something in each half.
pub const SMALLEST: usize = 4 * PAGE * 8;

/// The largest, in bytes: places have 31 bits.
pub const LARGEST: usize = 16 << 30;

/// The memory, as a reader has it.
#[derive(Clone, Copy)]
pub struct Arena<'a> {
    words: &'a [AtomicU64],
    /// The length of a half, in words.
    half: usize,
}

/// There is no room, for this is what is needed at the least, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full(pub usize);

/// Why nothing could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It was overwritten again and again.
    Overtaken,
    /// What is published is not as it was written.
    Broken,
}

impl<'a> Arena<'a> {
    /// Of that memory, which is all zero at first.
    #[must_use]
    pub fn new(words: &'a [AtomicU64]) -> Self {
        let half = words.len().saturating_sub(HEADER) / 2 / PAGE * PAGE;
        Self { words, half }
    }

    /// What one half has room for, in bytes.
    #[must_use]
    pub fn room(&self) -> usize {
        self.half * 8
    }

    /// How much of the half in use is used, in bytes, and how often it was another one.
    #[must_use]
    pub fn used(&self) -> (usize, u64) {
        let epoch = self.words[EPOCH].load(Ordering::Acquire);
        let used = self.words[USED + side(epoch)].load(Ordering::Relaxed);
        // No more than a half has. The first word is nobody's.
        (used.saturating_sub(1) as usize * 8, epoch.saturating_sub(1))
    }

    /// Reads a picture, with what is given its half and its root; that says `None` where it finds what was never
    /// written so. `Ok(None)`: there is no picture.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn read<T>(
        &self,
        cache: usize,
        mut look: impl FnMut(&Half<'a>, u32) -> Option<T>,
    ) -> Result<Option<T>, Unread> {
        for _ in 0..TRIES {
            let epoch = self.words[EPOCH].load(Ordering::Acquire);
            if epoch == 0 {
                return Ok(None);
            }
            let half = self.half(epoch);
            let root = self.words[root(epoch, cache)].load(Ordering::Acquire);
            let seen = match root {
                0 => Some(None),
                // Places are of 32 bits.
                root => look(&half, root as u32).map(Some),
            };
            if half.is_whole() {
                return seen.ok_or(Unread::Broken);
            }
        }
        Err(Unread::Overtaken)
    }

    fn half(&self, epoch: u64) -> Half<'a> {
        let begin = HEADER + side(epoch) * self.half;
        Half {
            words: &self.words[begin..begin + self.half],
            retired: &self.words[RETIRED],
            key: self.words[KEY].load(Ordering::Relaxed),
            epoch,
        }
    }
}

fn side(epoch: u64) -> usize {
    (epoch & 1) as usize
}

fn root(epoch: u64, cache: usize) -> usize {
    ROOTS + side(epoch) * CACHES + cache % CACHES
}

/// The half of an epoch. Place 0 is none.
pub struct Half<'a> {
    words: &'a [AtomicU64],
    retired: &'a AtomicU64,
    /// Of the hashes.
    pub(super) key: u64,
    epoch: u64,
}

impl Half<'_> {
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// A word; `None`: there is none at that place.
    pub(super) fn word(&self, place: u32) -> Option<u64> {
        let word = self.words.get(place as usize)?;
        Some(word.load(Ordering::Relaxed))
    }

    /// A word, as two numbers, the lower one first.
    pub(super) fn pair(&self, place: u32) -> Option<(u32, u32)> {
        let word = self.word(place)?;
        Some((word as u32, (word >> 32) as u32))
    }

    /// The number at that place in a list of numbers of 32 bits.
    pub(super) fn number(&self, list: u32, index: u32) -> Option<u32> {
        let (even, odd) = self.pair(list.checked_add(index / 2)?)?;
        Some(if index.is_multiple_of(2) { even } else { odd })
    }

    /// Whether there are so many bytes at that place.
    pub(super) fn has(&self, place: u32, bytes: usize) -> bool {
        let rest = self.words.len().checked_sub(place as usize);
        rest.is_some_and(|rest| bytes.div_ceil(8) <= rest)
    }

    /// Copies bytes. `None`: there are not so many at that place.
    pub(super) fn copy(&self, place: u32, to: &mut [u8]) -> Option<()> {
        let words = self.words.get(place as usize..)?;
        let words = words.get(..to.len().div_ceil(8))?;
        let (whole, rest) = to.as_chunks_mut::<8>();
        for (to, word) in whole.iter_mut().zip(words) {
            *to = word.load(Ordering::Relaxed).to_le_bytes();
        }
        if let (Some(word), false) = (words.last(), rest.is_empty()) {
            rest.copy_from_slice(&word.load(Ordering::Relaxed).to_le_bytes()[..rest.len()]);
        }
        Some(())
    }

    /// Whether these bytes are at that place.
    pub(super) fn equals(&self, place: u32, bytes: &[u8]) -> Option<bool> {
        let words = self.words.get(place as usize..)?;
        let words = words.get(..bytes.len().div_ceil(8))?;
        let same = |(bytes, word): (&[u8], &AtomicU64)| {
            word.load(Ordering::Relaxed).to_le_bytes()[..bytes.len()] == *bytes
        };
        Some(bytes.chunks(8).zip(words).all(same))
    }

    /// Whether all that was read of it so far was as it was published.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        // What follows is not loaded before what was loaded until here; and if any of that was a store that follows a
        // retirement, the retirement is seen.
        fence(Ordering::Acquire);
        self.retired.load(Ordering::Relaxed) < self.epoch || !kept!("retired_is_not_read")
    }
}

/// The one that writes.
pub struct Writer<'a> {
    arena: Arena<'a>,
    epoch: u64,
    used: usize,
}

impl<'a> Writer<'a> {
    /// Goes on with what an earlier one has left. There must be no other one. The key is taken if there is none yet.
    #[must_use]
    pub fn begin(arena: Arena<'a>, key: u64) -> Self {
        let words = arena.words;
        if words[EPOCH].load(Ordering::Relaxed) == 0 {
            put(&words[KEY], key);
            put(&words[USED + side(1)], 1);
            publish(&words[EPOCH], 1);
        }
        let epoch = words[EPOCH].load(Ordering::Relaxed);
        let used = words[USED + side(epoch)].load(Ordering::Relaxed);
        Self {
            arena,
            epoch,
            // It came from such a number.
            used: used as usize,
        }
    }

    /// The memory that it writes.
    #[must_use]
    pub fn arena(&self) -> &Arena<'a> {
        &self.arena
    }

    /// The half in use.
    pub(super) fn half(&self) -> Half<'a> {
        self.arena.half(self.epoch)
    }

    /// The root of a picture; 0: there is none.
    pub(super) fn root(&self, cache: usize) -> u32 {
        let root = &self.arena.words[root(self.epoch, cache)];
        root.load(Ordering::Relaxed) as u32
    }

    /// The version of the last picture, where there is none now.
    pub(super) fn version(&self, cache: usize) -> u64 {
        self.arena.words[VERSIONS + cache % CACHES].load(Ordering::Relaxed)
    }

    /// There is no picture of that cache any more, the last of which had that version.
    pub(super) fn forget(&mut self, cache: usize, version: u64) {
        put(&self.arena.words[VERSIONS + cache % CACHES], version);
        let draft = self.behind();
        self.publish(cache, 0, &draft);
    }

    /// What is to be written behind what is in use.
    pub(super) fn behind(&self) -> Draft<'a> {
        Draft {
            words: self.half().words,
            used: self.used,
        }
    }

    /// Publishes the root of a picture in that; 0 for none.
    pub(super) fn publish(&mut self, cache: usize, root_place: u32, draft: &Draft<'_>) {
        self.used = draft.used;
        let words = self.arena.words;
        put(&words[USED + side(self.epoch)], self.used as u64);
        let root = &words[root(self.epoch, cache)];
        publish(root, root_place.into());
    }

    /// What is to be written into the other half, which is retired with this.
    pub(super) fn anew(&mut self) -> Draft<'a> {
        self.retire();
        Draft {
            words: self.arena.half(self.epoch + 1).words,
            used: 1,
        }
    }

    /// Changes over to the other half, in which these are the roots of all pictures.
    pub(super) fn change_over(&mut self, roots: &[u32; CACHES], draft: &Draft<'_>) {
        let words = self.arena.words;
        let next = self.epoch + 1;
        for (cache, place) in roots.iter().enumerate() {
            put(&words[root(next, cache)], (*place).into());
        }
        put(&words[USED + side(next)], draft.used as u64);
        publish(&words[EPOCH], next);
        (self.epoch, self.used) = (next, draft.used);
    }

    /// Gives up the half that is not in use: nobody may read there from now on. What was returned can be given back to
    /// the system, as ranges of bytes of the arena: that half, and what is behind what is used of this one, where
    /// somebody who found no room may have written.
    pub fn release(&mut self) -> [std::ops::Range<usize>; 2] {
        self.retire();
        let (half, other) = (
            self.arena.half,
            HEADER + side(self.epoch + 1) * self.arena.half,
        );
        let this = HEADER + side(self.epoch) * half;
        let behind = this + self.used.next_multiple_of(PAGE).min(half);
        [other..other + half, behind..this + half].map(|words| words.start * 8..words.end * 8)
    }

    fn retire(&self) {
        if kept!("retired_before_written") {
            put(&self.arena.words[RETIRED], self.epoch - 1);
            // Before all that is written next.
            fence(Ordering::Release);
        }
    }
}

/// What is being written, and nobody refers to yet.
pub(super) struct Draft<'a> {
    words: &'a [AtomicU64],
    used: usize,
}

impl Draft<'_> {
    /// Takes room for so many words; where.
    pub(super) fn take(&mut self, words: usize) -> Result<u32, Full> {
        let end = self.used.saturating_add(words);
        if end > self.words.len() {
            return Err(Full(end.saturating_mul(8)));
        }
        // An arena is no larger than that.
        let place = self.used as u32;
        self.used = end;
        Ok(place)
    }

    /// Writes words.
    pub(super) fn words(&mut self, words: &[u64]) -> Result<u32, Full> {
        let place = self.take(words.len())?;
        for (to, word) in self.words[place as usize..].iter().zip(words) {
            put(to, *word);
        }
        Ok(place)
    }

    /// Writes bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<u32, Full> {
        let place = self.take(bytes.len().div_ceil(8))?;
        for (to, bytes) in self.words[place as usize..].iter().zip(bytes.chunks(8)) {
            let mut padded = [0; 8];
            padded[..bytes.len()].copy_from_slice(bytes);
            put(to, u64::from_le_bytes(padded));
        }
        Ok(place)
    }

    /// Writes numbers of 32 bits.
    pub(super) fn numbers(&mut self, numbers: &[u32]) -> Result<u32, Full> {
        let place = self.take(numbers.len().div_ceil(2))?;
        for (to, pair) in self.words[place as usize..].iter().zip(numbers.chunks(2)) {
            let odd = pair.get(1).copied().unwrap_or(0);
            put(to, u64::from(pair[0]) | u64::from(odd) << 32);
        }
        Ok(place)
    }

    /// Copies words from a half.
    pub(super) fn copied(
        &mut self,
        from: &Half<'_>,
        place: u32,
        words: usize,
    ) -> Result<u32, Full> {
        let to = self.take(words)?;
        let from = from.words.iter().skip(place as usize).take(words);
        for (to, word) in self.words[to as usize..].iter().zip(from) {
            put(to, word.load(Ordering::Relaxed));
        }
        Ok(to)
    }
}

/// A store that is seen when something is published after it.
fn put(to: &AtomicU64, word: u64) {
    #[cfg(all(test, not(ticket_loom)))]
    super::tests::store();
    to.store(word, Ordering::Relaxed);
}

/// A store with which all before it is seen.
fn publish(to: &AtomicU64, word: u64) {
    #[cfg(all(test, not(ticket_loom)))]
    super::tests::store();
    let order = match kept!("published_in_order") {
        true => Ordering::Release,
        false => Ordering::Relaxed,
    };
    to.store(word, order);
}
