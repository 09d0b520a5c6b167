//! The registry's file: how it is found, made, checked, and found again.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};
use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags, OFlag, RenameFlags, open, openat, posix_fallocate, renameat2};
use nix::libc;
use nix::sys::stat::Mode;
use nix::sys::statfs::fstatfs;
use nix::unistd::{UnlinkatFlags, linkat, unlinkat};

use super::super::Clock;
use super::AHEAD;
use super::claim::Claims;
use super::mapping::{Header, Mapping, NEW, READY, file_size};
use crate::id::Layout;

/// The file's name in the registry's directory.
pub(super) const NAME: &str = "registry";

const MAGIC: u64 = u64::from_be_bytes(*b"ticket\r\n");
const VERSION: u32 = 1;

/// Openings and makings of a file that someone else keeps removing.
const ATTEMPTS: usize = 10;

/// What became of a file that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The path leads to it.
    InPlace,
    /// Open again: the path leads nowhere or to another file, or what we held of it is gone.
    Gone,
}

/// An open and mapped registry file.
pub(super) struct File {
    path: PathBuf,
    inode: (u64, u64),
    claims: Claims,
    mapping: Mapping,
}

impl File {
    /// Opens the registry in `directory`, and makes the directory and the file if they are missing.
    pub(super) fn open(directory: &Path, layout: &Layout, clock: &Clock) -> anyhow::Result<Self> {
        let path = directory.join(NAME);
        let folder = open_directory(directory)?;
        for _ in 0..ATTEMPTS {
            // Without O_CREAT: /proc/sys/fs/protected_regular refuses it, even to root, for another
            // user's file in a sticky directory. O_NONBLOCK: never wait for a FIFO's other end.
            let flags = OFlag::O_RDWR | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
            match openat(&folder, NAME, flags, Mode::empty()) {
                Ok(opened) => {
                    let file = Self::map(path.clone(), opened, layout)
                        .with_context(|| path.display().to_string())?;
                    file.start(layout, clock);
                    return Ok(file);
                }
                Err(Errno::ENOENT) => create(&folder, layout)
                    .with_context(|| format!("cannot make {}", path.display()))?,
                Err(Errno::ELOOP) => bail!(
                    "{} is a symbolic link, which is never followed; remove it",
                    path.display()
                ),
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("cannot open {} for writing", path.display()));
                }
            }
        }
        bail!("{} is removed again and again", path.display())
    }

    fn map(path: PathBuf, opened: OwnedFd, layout: &Layout) -> anyhow::Result<Self> {
        let opened = fs::File::from(opened);
        let data = opened.metadata().context("cannot examine it")?;
        if !data.is_file() {
            bail!("it is not a regular file; remove it");
        }
        check_content(&opened, data.len(), layout)?;
        let inode = (data.dev(), data.ino());
        Ok(Self {
            path,
            inode,
            claims: Claims::new(&opened, inode)?,
            mapping: Mapping::new(&opened, layout)?,
        })
    }

    /// Puts this file's words where `old` has its own, so that whoever points there sees them.
    pub(super) fn take_place_of(&mut self, old: &mut Self) -> anyhow::Result<()> {
        old.mapping.show(&self.claims)?;
        std::mem::swap(&mut self.mapping, &mut old.mapping);
        Ok(())
    }

    /// Raises the words of a new file above all that holders of a removed one may still issue.
    ///
    /// Whoever opens a new file does so, before anything is issued from it by them. The clock is read
    /// after the path leads to this file, so no permit of a removed file counts from a later moment.
    fn start(&self, layout: &Layout, clock: &Clock) {
        // Acquire: who reads READY also sees the words raised.
        let state = &self.mapping.header().state;
        if state.load(Ordering::Acquire) == NEW {
            let floor = layout.end_of(clock() + AHEAD);
            for word in self.words() {
                word.fetch_max(floor, Ordering::AcqRel);
            }
            state.store(READY, Ordering::Release);
        }
    }

    /// Whether the path still leads to this file, and the file is whole.
    pub(super) fn standing(&self, layout: &Layout) -> anyhow::Result<Standing> {
        if self.lost() || !self.claims.are_ours() {
            return Ok(Standing::Gone);
        }
        let data = match fs::symlink_metadata(&self.path) {
            Ok(data) => data,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Standing::Gone),
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("cannot examine {}", self.path.display()));
            }
        };
        if (data.dev(), data.ino()) != self.inode {
            return Ok(Standing::Gone);
        }
        let check = || {
            check_size(data.len(), layout)?;
            let header = self.mapping.header();
            check_header(
                header.magic.load(Ordering::Relaxed),
                header.version.load(Ordering::Relaxed),
                header.epoch.load(Ordering::Relaxed),
                header.node_bits.load(Ordering::Relaxed),
                header.sequence_bits.load(Ordering::Relaxed),
                layout,
            )
        };
        check().with_context(|| self.path.display().to_string())?;
        Ok(Standing::InPlace)
    }

    /// Whether the file was cut short and its words are gone ([`super::guard`]).
    pub(super) fn lost(&self) -> bool {
        self.mapping.lost()
    }

    /// The claims held through this opening of the file.
    pub(super) fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The word of every node.
    pub(super) fn words(&self) -> &[AtomicU64] {
        self.mapping.words()
    }
}

/// Opens the directory, and makes it, for all users of the machine, if it is missing.
fn open_directory(directory: &Path) -> anyhow::Result<OwnedFd> {
    let name = directory.display();
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let mut opened = open(directory, flags, Mode::empty());
    if matches!(opened, Err(Errno::ENOENT)) {
        make_directory(directory).with_context(|| format!("cannot make the directory {name}"))?;
        opened = open(directory, flags, Mode::empty());
    }
    if matches!(opened, Err(Errno::ENOTDIR))
        && fs::symlink_metadata(directory).is_ok_and(|data| data.is_symlink())
    {
        bail!("{name} is a symbolic link, which is never followed; name the directory it leads to");
    }
    let folder = opened.with_context(|| format!("cannot open the directory {name}"))?;
    let kind = fstatfs(&folder)
        .with_context(|| format!("cannot tell the file system of {name}"))?
        .filesystem_type();
    if let Some(kind) = unsuitable(kind.0) {
        bail!(
            "{name} is on {kind}, whose files can not be shared as memory; name a directory on a local \
             file system"
        );
    }
    Ok(folder)
}

/// Makes it under another name first: it must never be seen with the umask's mode.
fn make_directory(directory: &Path) -> anyhow::Result<()> {
    let temporary = sibling(directory);
    fs::create_dir(&temporary)?;
    let made = fs::set_permissions(&temporary, Permissions::from_mode(0o1777))
        .map_err(anyhow::Error::from)
        .and_then(|()| {
            let flags = RenameFlags::RENAME_NOREPLACE;
            match renameat2(AT_FDCWD, &temporary, AT_FDCWD, directory, flags) {
                Ok(()) | Err(Errno::EEXIST) => Ok(()),
                Err(error) => Err(error.into()),
            }
        });
    // Gone if it was renamed. If not, someone else was faster, or the error says more.
    let _ = fs::remove_dir(&temporary);
    made
}

/// Makes the file under another name, so that the path only ever leads to a whole one.
fn create(folder: &OwnedFd, layout: &Layout) -> anyhow::Result<()> {
    let temporary = sibling(Path::new(NAME));
    let flags =
        OFlag::O_RDWR | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let file = fs::File::from(openat(folder, &temporary, flags, Mode::S_IRUSR)?);
    let made = write_new(&file, layout).and_then(|()| {
        match linkat(folder, &temporary, folder, NAME, AtFlags::empty()) {
            Ok(()) | Err(Errno::EEXIST) => Ok(()),
            Err(error) => Err(error.into()),
        }
    });
    // What is left behind if this fails is an unused file of a few KB.
    let _ = unlinkat(folder, &temporary, UnlinkatFlags::NoRemoveDir);
    made
}

fn write_new(file: &fs::File, layout: &Layout) -> anyhow::Result<()> {
    // Allocated, not only long: a store into a hole of a full file system is a SIGBUS.
    posix_fallocate(file.as_fd(), 0, file_size(layout) as libc::off_t)?;
    let mut header = Vec::with_capacity(size_of::<Header>());
    header.extend(MAGIC.to_ne_bytes());
    header.extend(VERSION.to_ne_bytes());
    header.extend(NEW.to_ne_bytes());
    header.extend(layout.epoch().to_ne_bytes());
    header.extend(layout.node_bits().to_ne_bytes());
    header.extend(layout.sequence_bits().to_ne_bytes());
    file.write_all_at(&header, 0)?;
    file.set_permissions(Permissions::from_mode(0o666))?;
    Ok(())
}

fn sibling(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unique = format!(".{name}.{}.{:016x}", std::process::id(), fastrand::u64(..));
    path.with_file_name(unique)
}

fn check_content(file: &fs::File, size: u64, layout: &Layout) -> anyhow::Result<()> {
    let mut bytes = [0; size_of::<Header>()];
    if file.read_exact_at(&mut bytes, 0).is_err() {
        return check_size(size, layout);
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
    use std::mem::offset_of;
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
    if size != expected as u64 {
        bail!(
            "it is {size} bytes long and a registry of this layout {expected}: it is no registry or was \
             cut short; end its users and remove it"
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
    let stored = Layout::stored(epoch, node_bits, sequence_bits);
    if magic != MAGIC || stored.is_none() {
        bail!("it is no registry or was overwritten; end its users and remove it");
    }
    if version != VERSION {
        bail!(
            "it is a registry of format {version} and this is ticket for format {VERSION}; use one \
             version of ticket, or another directory"
        );
    }
    if let Some(stored) = stored
        && stored != *layout
    {
        bail!(
            "it is kept for the layout ({stored}) and this PHP is set to ({layout}); set the same \
             ticket.epoch, ticket.node_bits and ticket.sequence_bits, or use another directory"
        );
    }
    Ok(())
}

/// File systems whose files other machines may write, or whose mappings are not memory.
fn unsuitable(kind: libc::__fsword_t) -> Option<&'static str> {
    // Numbers: statfs(2) and linux/magic.h.
    match kind as u32 {
        0x6969 => Some("NFS"),
        0x517B | 0xFF53_4D42 | 0xFE53_4D42 => Some("SMB/CIFS"),
        0x6573_5546 => Some("FUSE"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_refused_by_name() {
        assert_eq!(unsuitable(0x6969), Some("NFS"));
        assert_eq!(unsuitable(0xFF53_4D42), Some("SMB/CIFS"));
        assert_eq!(unsuitable(0xFE53_4D42), Some("SMB/CIFS"));
        assert_eq!(unsuitable(0x6573_5546), Some("FUSE"));
        assert_eq!(unsuitable(0x0102_1994), None, "tmpfs");
        assert_eq!(unsuitable(0xEF53), None, "ext4");
    }
}
