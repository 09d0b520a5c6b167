//! The registry's file: how it is found, made, checked, and found again.

use std::fs;
use std::mem::offset_of;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, RenameFlags, openat, renameat2};
use nix::sys::resource::{Resource, getrlimit};
use nix::sys::stat::{Mode, fchmod, fstatat};
use nix::unistd::{UnlinkatFlags, linkat, unlinkat};

use super::super::Clock;
use super::AHEAD;
use super::claim::Claims;
use super::directory::{Directory, unique_sibling};
use super::file_system;
use super::mapping::{Header, Mapping, NEW, READY, file_size};
use crate::id::Layout;
use crate::refused::{Named, Refused};
use crate::rule::kept;

/// The file's name in the registry's directory.
pub(super) const NAME: &str = "registry";

const MAGIC: u64 = u64::from_be_bytes(*b"ticket\r\n");
const VERSION: u32 = 1;

/// Openings and makings of a file that someone else keeps removing.
const ATTEMPTS: usize = 10;

const OVERWRITTEN: &str = "it is no registry or was overwritten; end its users and, unless the clock was set back since \
                           it was made, remove it";

/// What became of a file that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileState {
    /// The path leads to it.
    InPlace,
    /// Open again: the path leads nowhere or to another file, or what we held of it is gone.
    Gone,
}

/// An open and mapped registry file.
pub(super) struct File {
    path: PathBuf,
    claims: Claims,
    mapping: Mapping,
    floor: u64,
}

impl File {
    /// Opens the registry in `directory`, and makes the directory and the file if they are missing.
    pub(super) fn open(
        directory: &Directory,
        layout: &Layout,
        clock: &Clock,
    ) -> anyhow::Result<Self> {
        let path = directory.path().join(NAME);
        for _ in 0..ATTEMPTS {
            let folder = directory.open()?;
            // Without O_CREAT: /proc/sys/fs/protected_regular refuses it, even to root, for another
            // user's file in a sticky directory. O_NONBLOCK: never wait for a FIFO's other end.
            let mut flags =
                OFlag::O_RDWR | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
            flags.set(OFlag::O_NOFOLLOW, kept!("no_link_followed"));
            match openat(&folder, NAME, flags, Mode::empty()) {
                Ok(opened) => {
                    return Self::map(path.clone(), opened, layout, clock)
                        .with_context(|| path.display().to_string());
                }
                Err(Errno::ENOENT) => match create(folder.as_fd(), layout) {
                    // The directory was removed or replaced meanwhile.
                    Err(error) if is_missing(&error) => {}
                    made => made.with_context(|| format!("cannot make {}", path.display()))?,
                },
                Err(Errno::ELOOP) => bail!(
                    "{} is a symbolic link, which is never followed; remove it",
                    path.display()
                ),
                Err(error) => {
                    return Err(error)
                        .named("open")
                        .with_context(|| format!("cannot open {} for writing", path.display()));
                }
            }
        }
        bail!(
            "{} is removed again and again; stop what does that",
            path.display()
        )
    }

    fn map(path: PathBuf, opened: OwnedFd, layout: &Layout, clock: &Clock) -> anyhow::Result<Self> {
        let opened = fs::File::from(opened);
        let data = opened.metadata().named("stat")?;
        if !data.is_file() && kept!("regular_file") {
            bail!("it is not a regular file; remove it");
        }
        // Another one than the directory's if the file was mounted there.
        file_system::check(&opened, "it")?;
        check_content(&opened, data.len(), layout)?;
        let mut file = Self {
            path,
            claims: Claims::new(&opened)?,
            mapping: Mapping::new(&opened, layout)?,
            floor: 0,
        };
        let header = file.mapping.header();
        // Acquire: who reads READY also sees the words raised.
        let ready = header.state.load(Ordering::Acquire) == READY;
        // A copy of a registry, put in its place, knows nothing of what was issued since. Most are told by
        // this; some file systems give a removed file's number to the next one.
        let same = header.inode.load(Ordering::Relaxed) == data.ino();
        if ready && (same || !kept!("inode_in_header")) {
            file.floor = header.floor.load(Ordering::Acquire);
            file.check_words()?;
        } else {
            file.raise(layout, clock);
        }
        Ok(file)
    }

    /// Raises all words above what holders of a file that was here before may still issue.
    ///
    /// Whoever opens a new file does so, before anything is issued from it by them. The clock is read
    /// after the path leads to this file, so unless the clock has gone back since, no permit of another
    /// file counts from a later moment.
    pub(super) fn raise(&mut self, layout: &Layout, clock: &Clock) {
        let header = self.mapping.header();
        let ahead = if kept!("new_file_ahead") { AHEAD } else { 0 };
        let floor = layout.end_of(clock() + ahead);
        for word in self.mapping.words() {
            word.fetch_max(floor, Ordering::AcqRel);
        }
        // Two that do so at once leave either's floor. Release: who reads it sees the words above it.
        header.floor.store(floor, Ordering::Release);
        header.inode.store(self.inode().1, Ordering::Relaxed);
        header.state.store(READY, Ordering::Release);
        self.floor = floor;
    }

    /// Puts this file's words where `old` has its own, so that whoever points there sees them.
    pub(super) fn take_place_of(&mut self, old: &mut Self) -> anyhow::Result<()> {
        old.mapping.show(&self.claims)?;
        std::mem::swap(&mut self.mapping, &mut old.mapping);
        Ok(())
    }

    /// Whether the path still leads to this file, and the file is whole.
    pub(super) fn state(
        &self,
        directory: &Directory,
        layout: &Layout,
    ) -> anyhow::Result<FileState> {
        if self.lost() || !self.claims.are_ours() && kept!("claims_descriptor") {
            return Ok(FileState::Gone);
        }
        let stat = match fstatat(directory.open()?, NAME, AtFlags::AT_SYMLINK_NOFOLLOW) {
            Ok(stat) => stat,
            Err(Errno::ENOENT) if kept!("removed_file") => return Ok(FileState::Gone),
            Err(error) => {
                return Err(error)
                    .named("stat")
                    .with_context(|| format!("cannot examine {}", self.path.display()));
            }
        };
        if (stat.st_dev, stat.st_ino) != self.inode() && kept!("replaced_file") {
            return Ok(FileState::Gone);
        }
        self.check(stat.st_size.unsigned_abs(), layout)
            .with_context(|| self.path.display().to_string())?;
        Ok(FileState::InPlace)
    }

    fn check(&self, size: u64, layout: &Layout) -> anyhow::Result<()> {
        check_size(size, layout)?;
        let header = self.mapping.header();
        check_header(
            header.magic.load(Ordering::Relaxed),
            header.version.load(Ordering::Relaxed),
            header.epoch.load(Ordering::Relaxed),
            header.node_bits.load(Ordering::Relaxed),
            header.sequence_bits.load(Ordering::Relaxed),
            layout,
        )?;
        self.check_words()
    }

    /// No word of a registry is ever below its floor.
    fn check_words(&self) -> anyhow::Result<()> {
        let low = |word: &AtomicU64| word.load(Ordering::Relaxed) < self.floor;
        if kept!("words_above_floor") && (self.floor == 0 || self.words().iter().any(low)) {
            bail!(OVERWRITTEN);
        }
        Ok(())
    }

    /// Whether what this process has mapped can still be believed, wherever the path leads.
    pub(super) fn is_whole(&self, layout: &Layout) -> bool {
        !self.lost() && self.check(file_size(layout) as u64, layout).is_ok()
    }

    /// Whether the file was cut short and its words are gone ([`super::guard`]).
    fn lost(&self) -> bool {
        self.mapping.lost()
    }

    /// Device and inode number.
    pub(super) fn inode(&self) -> (u64, u64) {
        self.claims.inode()
    }

    /// The claims held through this opening of the file.
    pub(super) fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The word of every node.
    pub(super) fn words(&self) -> &[AtomicU64] {
        self.mapping.words()
    }

    /// The smallest value that a word can have.
    pub(super) fn floor(&self) -> u64 {
        self.floor
    }
}

fn is_missing(error: &anyhow::Error) -> bool {
    let refused = error.downcast_ref::<Refused>();
    refused.is_some_and(|refused| refused.error == Errno::ENOENT)
}

/// Makes the file under another name, so that the path only ever leads to a whole one.
fn create(folder: BorrowedFd<'_>, layout: &Layout) -> anyhow::Result<()> {
    let size = file_size(layout) as u64;
    let (limit, _) = getrlimit(Resource::RLIMIT_FSIZE).named("getrlimit")?;
    if limit < size {
        // Going beyond it is a SIGXFSZ.
        bail!("it needs {size} bytes and the limit on the size of a file is {limit} (ulimit -f)");
    }
    let temporary = unique_sibling(Path::new(NAME));
    let flags =
        OFlag::O_RDWR | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let file = fs::File::from(
        openat(folder, &temporary, flags, Mode::S_IRUSR).named("open with O_CREAT")?,
    );
    let made = write_new(&file, layout).and_then(|()| publish(folder, &temporary));
    // Gone if it was renamed. What is left behind if this fails is an unused file of a few KB.
    let _ = unlinkat(folder, &temporary, UnlinkatFlags::NoRemoveDir);
    made
}

/// Gives the file its name, unless there is one by that name: two would be two registries.
fn publish(folder: BorrowedFd<'_>, temporary: &Path) -> anyhow::Result<()> {
    let linked = linkat(folder, temporary, folder, NAME, AtFlags::empty());
    if matches!(linked, Ok(()) | Err(Errno::EEXIST)) {
        return Ok(());
    }
    // Not all file systems have hard links, and not all have this.
    let flags = match kept!("file_not_replaced") {
        true => RenameFlags::RENAME_NOREPLACE,
        false => RenameFlags::empty(),
    };
    match renameat2(folder, temporary, folder, NAME, flags) {
        Ok(()) | Err(Errno::EEXIST) => Ok(()),
        Err(error) => {
            let told = if Refused::is_lack(error) {
                linked
            } else {
                Err(error)
            };
            told.named("link, and renameat2 with RENAME_NOREPLACE")
        }
    }
}

fn write_new(file: &fs::File, layout: &Layout) -> anyhow::Result<()> {
    let mut header = Vec::with_capacity(file_size(layout));
    header.extend(MAGIC.to_ne_bytes());
    header.extend(VERSION.to_ne_bytes());
    header.extend(NEW.to_ne_bytes());
    header.extend(layout.epoch().to_ne_bytes());
    header.extend(layout.node_bits().to_ne_bytes());
    header.extend(layout.sequence_bits().to_ne_bytes());
    file_system::overwrites(file);
    // Written, not only long: a store into a hole of a full file system is a SIGBUS.
    match kept!("allocated") {
        true => header.resize(file_size(layout), 0),
        false => file.set_len(file_size(layout) as u64)?,
    }
    file.write_all_at(&header, 0).named("write")?;
    let everybodys = Mode::from_bits_truncate(0o666);
    fchmod(file, everybodys).named("chmod")
}

fn check_content(file: &fs::File, size: u64, layout: &Layout) -> anyhow::Result<()> {
    let mut bytes = [0; size_of::<Header>()];
    if let Err(error) = file.read_exact_at(&mut bytes, 0) {
        check_size(size, layout)?;
        return Err(error).named("read");
    }
    let u64_at = |at: usize| {
        bytes[at..]
            .first_chunk()
            .map_or(0, |b| u64::from_ne_bytes(*b))
    };
    let u32_at = |at: usize| {
        bytes[at..]
            .first_chunk()
            .map_or(0, |b| u32::from_ne_bytes(*b))
    };
    check_header(
        u64_at(offset_of!(Header, magic)),
        u32_at(offset_of!(Header, version)),
        u64_at(offset_of!(Header, epoch)),
        u32_at(offset_of!(Header, node_bits)),
        u32_at(offset_of!(Header, sequence_bits)),
        layout,
    )?;
    check_size(size, layout)
}

fn check_size(size: u64, layout: &Layout) -> anyhow::Result<()> {
    let expected = file_size(layout);
    if size != expected as u64 && kept!("size_of_file") {
        bail!(
            "it is {size} bytes long and a registry of this layout {expected}: it is no registry or was \
             cut short; end its users and, unless the clock was set back since it was made, remove it"
        );
    }
    Ok(())
}

fn check_header(
    magic: u64,
    version: u32,
    epoch: u64,
    node_bits: u32,
    sequence_bits: u32,
    layout: &Layout,
) -> anyhow::Result<()> {
    let Some(stored) = Layout::stored(epoch, node_bits, sequence_bits)
        .filter(|_| magic == MAGIC || !kept!("magic_of_file"))
    else {
        bail!(OVERWRITTEN);
    };
    if version != VERSION {
        bail!(
            "it is a registry of format {version} and this is ticket for format {VERSION}; use one \
             version of ticket, or another directory if the IDs of the two are never kept together"
        );
    }
    if stored != *layout && kept!("layout_of_file") {
        bail!(
            "it is kept for the layout ({stored}) and this PHP is set to ({layout}); set the same \
             ticket.epoch, ticket.node_bits and ticket.sequence_bits, or use another directory if the IDs of the \
             two are never kept together"
        );
    }
    Ok(())
}
