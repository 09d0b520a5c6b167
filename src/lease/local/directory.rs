//! The registry's directory: one place, also for a process that has gone to another root directory.

use std::fs::{self, Permissions};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, OFlag, RenameFlags, open, renameat2};
use nix::libc;
use nix::sys::stat::{Mode, fstat};
use nix::sys::statfs::fstatfs;

use super::descriptor::Kept;

/// What paths mean to a process: its root directory and its mounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Root([Option<(u64, u64)>; 2]);

impl Root {
    /// The calling process's.
    #[must_use]
    pub fn current() -> Self {
        Self(["/", "/proc/self/ns/mnt"].map(|path| {
            let data = fs::metadata(path).ok()?;
            Some((data.dev(), data.ino()))
        }))
    }
}

/// A directory by its path, and by what the path meant to whoever named it.
pub(super) struct Directory {
    path: PathBuf,
    root: Root,
    opened: Option<Kept>,
}

impl Directory {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            root: Root::current(),
            opened: None,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The directory that the path leads to, made if it is missing. A process in another root directory
    /// goes on with the one it knows: there the path leads to another place, and a registry in two places
    /// would be two registries.
    pub(super) fn look(&mut self) -> anyhow::Result<BorrowedFd<'_>> {
        let name = self.path.display();
        let known = self.opened.take().filter(Kept::is_ours);
        let opened = if Root::current() == self.root {
            match known {
                Some(known) if leads_to(&self.path, &known) => known,
                _ => open_or_make(&self.path)?,
            }
        } else {
            match known {
                Some(known) if fstat(&known).is_ok_and(|stat| stat.st_nlink > 0) => known,
                Some(_) => bail!(
                    "the directory {name} was removed, and this process can not follow: it runs in another \
                     root directory (chroot) than it was started in; start it anew"
                ),
                None => bail!(
                    "the directory {name} could not be opened before this process went to another root \
                     directory (chroot); make it usable before PHP is started"
                ),
            }
        };
        let opened = self.opened.insert(opened);
        Ok((*opened).as_fd())
    }
}

fn leads_to(path: &Path, known: &Kept) -> bool {
    fs::symlink_metadata(path).is_ok_and(|data| (data.dev(), data.ino()) == known.inode())
}

fn open_or_make(path: &Path) -> anyhow::Result<Kept> {
    let name = path.display();
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let mut opened = open(path, flags, Mode::empty());
    if matches!(opened, Err(Errno::ENOENT)) {
        make(path).with_context(|| format!("cannot make the directory {name}"))?;
        opened = open(path, flags, Mode::empty());
    }
    if matches!(opened, Err(Errno::ENOTDIR))
        && fs::symlink_metadata(path).is_ok_and(|data| data.is_symlink())
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
    Kept::new(&folder).with_context(|| name.to_string())
}

/// For all users of the machine. Under another name first: it must never be seen with the umask's mode.
fn make(path: &Path) -> anyhow::Result<()> {
    let temporary = unique_sibling(path);
    fs::create_dir(&temporary)?;
    let made = fs::set_permissions(&temporary, Permissions::from_mode(0o1777))
        .map_err(anyhow::Error::from)
        .and_then(|()| {
            let flags = RenameFlags::RENAME_NOREPLACE;
            match renameat2(AT_FDCWD, &temporary, AT_FDCWD, path, flags) {
                Ok(()) | Err(Errno::EEXIST) => Ok(()),
                Err(error) => Err(error.into()),
            }
        });
    // Gone if it was renamed. If not, someone else was faster, or the error says more.
    let _ = fs::remove_dir(&temporary);
    made
}

/// A name that nobody else uses, for what is to become `path`.
pub(super) fn unique_sibling(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let random = super::random();
    path.with_file_name(format!(".{name}.{}.{random:016x}", std::process::id()))
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
