//! The registry's directory: one place for all who name it, also for a process that has gone to another
//! root directory or mount namespace.

use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, RenameFlags, renameat, renameat2};
use nix::sys::stat::{FchmodatFlags, Mode, SFlag, fchmodat, fstatat, mkdirat};
use nix::unistd::{UnlinkatFlags, unlinkat};

use super::file_system;
use super::root::Root;
use crate::refused::Named;

/// A directory by its path.
pub(super) struct Directory {
    root: Root,
    path: PathBuf,
    /// Without the slashes at its beginning and end.
    relative: PathBuf,
}

impl Directory {
    pub(super) fn new(path: &Path, root: Root) -> Self {
        let normal = path.components().filter(|part| *part != Component::RootDir);
        let mut relative: PathBuf = normal.collect();
        if relative.as_os_str().is_empty() {
            relative.push(".");
        }
        Self {
            root,
            path: path.to_owned(),
            relative,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the directory, and makes it, for all users of the machine, if it is missing.
    pub(super) fn open(&self) -> anyhow::Result<OwnedFd> {
        let name = self.path.display();
        // A link in the directory's own place may lead elsewhere tomorrow.
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW;
        let mut opened = self.root.open(&self.relative, flags)?;
        if matches!(opened, Err(Errno::ENOENT)) {
            let made = self.make();
            opened = self.root.open(&self.relative, flags)?;
            // Else it is there now, whoever was faster.
            if matches!(opened, Err(Errno::ENOENT)) {
                made.with_context(|| format!("cannot make the directory {name}"))?;
            }
        }
        if matches!(opened, Err(Errno::ENOTDIR | Errno::ELOOP)) && self.is_link() {
            bail!(
                "{name} is a symbolic link, which is never followed; name the directory it leads to"
            );
        }
        let folder = opened
            .named("open")
            .with_context(|| format!("cannot open the directory {name}"))?;
        file_system::check(&folder, &name.to_string())?;
        Ok(folder)
    }

    /// The name of the file system that it is on, or would be.
    pub(super) fn file_system(&self) -> Option<String> {
        let opened = self
            .root
            .open(&self.relative, OFlag::O_PATH | OFlag::O_NOFOLLOW)
            .ok()?
            .ok();
        file_system::name(opened.or_else(|| self.parent().ok())?)
    }

    fn parent(&self) -> anyhow::Result<OwnedFd> {
        let parent = match self.relative.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        self.root
            .open(parent, OFlag::O_PATH | OFlag::O_DIRECTORY)?
            .named("open")
    }

    fn is_link(&self) -> bool {
        let Some((parent, name)) = self.parent().ok().zip(self.relative.file_name()) else {
            return false;
        };
        fstatat(&parent, name, AtFlags::AT_SYMLINK_NOFOLLOW).is_ok_and(|stat| {
            SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT == SFlag::S_IFLNK
        })
    }

    /// Under another name first: it must never be seen with the umask's mode.
    fn make(&self) -> anyhow::Result<()> {
        let parent = self.parent()?;
        file_system::check(&parent, &self.path.display().to_string())?;
        let name = self.relative.file_name().unwrap_or_default();
        let temporary = unique_sibling(Path::new(name));
        mkdirat(&parent, &temporary, Mode::S_IRWXU).named("mkdir")?;
        let everybodys = Mode::from_bits_truncate(0o1777);
        let made = fchmodat(
            &parent,
            &temporary,
            everybodys,
            FchmodatFlags::FollowSymlink,
        )
        .named("chmod")
        .and_then(|()| {
            let flags = RenameFlags::RENAME_NOREPLACE;
            match renameat2(&parent, &temporary, &parent, name, flags) {
                Ok(()) | Err(Errno::EEXIST) => Ok(()),
                // Some file systems and kernels do not know the flag. Without it, a directory that someone else has made
                // just now goes if it is empty, and with it nothing: what is then made in it by whoever has opened it
                // fails, and is tried again ([`super::file`]).
                Err(_) => renameat(&parent, &temporary, &parent, name).named("rename"),
            }
        });
        // Gone if it was renamed. If not, someone else was faster, or the error says more.
        let _ = unlinkat(parent.as_fd(), &temporary, UnlinkatFlags::RemoveDir);
        made
    }
}

/// A name that nobody else uses, for what is to become `path`.
pub(super) fn unique_sibling(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let random = crate::lease::random();
    path.with_file_name(format!(".{name}.{}.{random:016x}", std::process::id()))
}
