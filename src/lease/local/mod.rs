//! The local registry: one file, mapped by every process of the machine that uses it.
//!
//! Everyone issues by compare-and-set on the same words, so nothing can repeat while all look at the
//! same file, whatever is killed or paused; a mark is the word itself. Two things remain:
//!
//! * *Claims* ([`claim`]) keep owners on distinct nodes. Safety does not need them.
//! * *The file may be removed while it is used* (login managers do that in /dev/shm). A holder issues
//!   timestamps only up to [`AHEAD`] ms after it last saw that the path leads to its file, by its
//!   clock then; a new file starts every word [`AHEAD`] ms after the clock, read once the path leads to
//!   it ([`mod@file`]). So the new words lie above all that holders of the old file can issue, unless the
//!   clock goes back between the two: the marks are gone with the file, and only those of nodes that a
//!   living holder carries over are known.

mod claim;
mod directory;
mod file;
mod file_system;
mod guard;
mod mapping;
mod root;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::candidates::{candidates, random};
use super::{Bindings, Clock, Refusal, Registry, Wanted};
use crate::id::{Layout, Permit};
use crate::refused::Refused;
use crate::rule::kept;
use directory::Directory;
use file::{File, FileState};
pub use root::Root;

/// How far ahead of the clock, in ms, a timestamp of the local registry can be: the length of a
/// permit, and where the words of a new file start.
pub const AHEAD: u64 = 500;

/// The registry in one directory, as one family or one process uses it.
pub struct Local {
    directory: Directory,
    layout: Layout,
    bindings: Bindings,
    clock: Clock,
    /// Used by one process and not by its forks, so that a claim lost means a node lost.
    exclusive: bool,
    file: Option<File>,
    /// Nodes acquired here.
    held: Vec<u16>,
    /// The last timestamp that was permitted here.
    until: u64,
}

impl Local {
    /// Opens nothing yet. `directory` must be an absolute path, as seen from `root`; `exclusive` tells that
    /// no other process is to have the nodes that are leased here.
    #[must_use]
    pub fn new(
        directory: &Path,
        root: Root,
        layout: Layout,
        bindings: Bindings,
        clock: Clock,
        exclusive: bool,
    ) -> Self {
        Self {
            directory: Directory::new(directory, root),
            layout,
            bindings,
            clock,
            exclusive,
            file: None,
            held: Vec::new(),
            until: 0,
        }
    }

    /// Opens the registry's file, or makes it, if that has not been done; if the file was removed
    /// meanwhile, goes on with the new one.
    ///
    /// # Errors
    /// A sentence that names the file and what is wrong with it.
    pub fn open(&mut self) -> Result<(), Refusal> {
        self.look().map_err(|error| self.unusable(&error))
    }

    fn look(&mut self) -> anyhow::Result<()> {
        if let Some(file) = &self.file
            && file.state(&self.directory, &self.layout)? == FileState::InPlace
        {
            return Ok(());
        }
        let mut new = File::open(&self.directory, &self.layout, &self.clock)?;
        let Some(old) = &mut self.file else {
            self.file = Some(new);
            return Ok(());
        };
        // It may have been here before, and not know what was issued since. One that was made since does: its
        // floor is above all that was permitted before.
        if kept!("file_put_back")
            && new.inode() != old.inode()
            && new.floor() < self.layout.end_of(self.until)
        {
            new.raise(&self.layout, &self.clock);
        }
        // What this family has issued stays issued, also if its clock went back meanwhile.
        if old.is_whole(&self.layout) && kept!("words_carried_over") {
            for node in self.held.iter().copied().map(usize::from) {
                let last = old.words()[node].load(Ordering::Acquire);
                match kept!("last_never_decreases") {
                    true => new.words()[node].fetch_max(last, Ordering::AcqRel),
                    false => new.words()[node].swap(last, Ordering::AcqRel),
                };
            }
        }
        // Whoever holds a permit of the old file may find the new words under it: they are above all that
        // it permits.
        new.take_place_of(old)?;
        // With the old mapping goes the last that kept the old claims, also where their descriptor was
        // closed by others.
        *old = new;
        let mut result = Ok(());
        let (claims, exclusive) = (old.claims(), self.exclusive);
        self.held.retain(|&node| match claims.take(node) {
            Ok(true) => true,
            // A sibling was here first. The node is the family's all the same.
            Ok(false) => !exclusive || !kept!("claim_lost_with_file"),
            Err(error) => {
                result = Err(error);
                !exclusive
            }
        });
        result
    }

    /// Takes one of `candidates` whose mark is past or, failing that and if `also_ahead`, the free one
    /// with the smallest mark.
    fn take(&mut self, candidates: &[u16], also_ahead: bool) -> anyhow::Result<Option<u16>> {
        let Some(file) = &self.file else {
            return Ok(None);
        };
        let now = (self.clock)();
        let mark = |node: u16| {
            self.layout
                .timestamp_of(file.words()[usize::from(node)].load(Ordering::Acquire))
        };
        let mut order: Vec<u16> = candidates.to_vec();
        // Stable, so that equals stay in the random order of the candidates. Those bound to this registry
        // come first, or a family with many short-lived processes would bind them all.
        order.sort_by_cached_key(|&node| {
            let ahead = Some(mark(node)).filter(|&mark| mark >= now);
            (ahead, !self.bindings.is_bound(node))
        });
        for node in order {
            if mark(node) >= now && !also_ahead {
                break;
            }
            if self.bindings.allows(node)
                && file.claims().take(node)?
                // Bound elsewhere at this very moment: the claim is left, since ending one by hand
                // would end it for siblings that share the descriptor.
                && self.bindings.bind(node)
            {
                return Ok(Some(node));
            }
        }
        Ok(None)
    }

    /// Any free node at random ([`candidates`]), if need be and not for a move one whose mark is ahead.
    fn take_any(&mut self, moving: bool) -> anyhow::Result<Option<u16>> {
        // Seeded anew: forks inherit a generator's state, and would all choose alike.
        let mut random = fastrand::Rng::with_seed(random());
        let lots = candidates(&self.layout, moving, &mut random);
        let also_ahead: &[bool] = if moving { &[false] } else { &[false, true] };
        for &also_ahead in also_ahead {
            for lot in &lots {
                if let Some(node) = self.take(lot, also_ahead)? {
                    return Ok(Some(node));
                }
            }
        }
        Ok(None)
    }

    fn none_free(&self, moving: bool) -> Refusal {
        let max = self.layout.max_node();
        let count = |is: &dyn Fn(u16) -> bool| (1..=max).filter(|&node| is(node)).count();
        let taken = self
            .file
            .as_ref()
            .map_or(0, |file| count(&|node| file.claims().is_taken(node)));
        let bound = count(&|node| !self.bindings.allows(node));
        let others = match bound {
            0 => String::new(),
            _ => format!(", and {bound} are leased from another registry here"),
        };
        let directory = self.directory.path().display();
        Refusal::Unavailable(if moving {
            format!(
                "no free node ID of the local registry {directory} has its mark behind the clock: {taken} of \
                 {max} are taken{others}"
            )
        } else {
            format!(
                "no node ID is free in the local registry {directory}: {taken} of {max} are taken{others}; \
                 end some of its users, or give all of them a layout with more node bits (ticket.node_bits) and \
                 another directory, if no ID of this layout is kept"
            )
        })
    }

    fn unusable(&self, error: &anyhow::Error) -> Refusal {
        let mut reason = format!("the local registry cannot be used: {error:#}");
        let refused = error.downcast_ref::<Refused>();
        if refused.is_some_and(Refused::is_of_the_place) {
            let elsewhere = match self.directory.path().starts_with("/dev/shm") {
                true => "/var/lib/ticket",
                false => "/dev/shm/ticket",
            };
            // For all, or there would be two registries.
            reason += &format!(
                ", or, when all PHP that uses it has ended and unless the clock was set back since, set ticket.local_path \
                 to another directory, such as {elsewhere}, for all PHP of this machine"
            );
            let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease");
            if let (Some(file_system), Ok(kernel)) = (self.directory.file_system(), kernel) {
                reason += &format!(" (here: {file_system}, Linux {})", kernel.trim_end());
            }
        }
        Refusal::Unavailable(reason)
    }

    fn permit(&mut self, node: u16, now: u64) -> Permit {
        if !self.held.contains(&node) {
            self.held.push(node);
        }
        let until = now + AHEAD;
        self.until = self.until.max(until);
        Permit { node, until }
    }
}

impl Registry for Local {
    fn acquire(&mut self, wanted: Wanted) -> Result<Permit, Refusal> {
        // Read before looking at the path: the permit counts from a moment when the file was in place.
        let now = (self.clock)();
        self.open()?;
        let node = match wanted {
            Wanted::Exactly(node) => {
                if !self.bindings.bind(node) {
                    return Err(Refusal::Unavailable(format!(
                        "node ID {node} cannot be leased from the local registry {}: it is already leased from \
                         another one here, and a family of processes never holds one node ID from two; \
                         use another node ID",
                        self.directory.path().display()
                    )));
                }
                if let Some(file) = &self.file {
                    // Someone else may have it too: all issue from the same word.
                    let taken = file.claims().take(node);
                    taken.map_err(|error| self.unusable(&error))?;
                }
                node
            }
            Wanted::Any | Wanted::Elsewhere => {
                let moving = wanted == Wanted::Elsewhere;
                let taken = self.take_any(moving);
                match taken.map_err(|error| self.unusable(&error))? {
                    Some(node) => node,
                    None => return Err(self.none_free(moving)),
                }
            }
        };
        Ok(self.permit(node, now))
    }

    fn extend(&mut self, node: u16) -> Result<Permit, Refusal> {
        let now = (self.clock)();
        self.open()?;
        if self.exclusive && !self.held.contains(&node) {
            // Lost with the file, and taken by another process since.
            return self.acquire(Wanted::Any);
        }
        Ok(self.permit(node, now))
    }

    fn words(&self) -> &[AtomicU64] {
        self.file.as_ref().map_or(&[], File::words)
    }

    fn floor(&self) -> u64 {
        self.file.as_ref().map_or(0, File::floor)
    }
}
