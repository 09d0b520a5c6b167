//! The registry's directory: one place for all who name it, also for a process that has gone to another
//! root directory or mount namespace.

use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use nix::errno::Errno;
use nix::fcntl::{
    AtFlags, OFlag, OpenHow, RenameFlags, ResolveFlag, open, openat, openat2, renameat2,
};
use nix::libc;
use nix::sys::stat::{FchmodatFlags, Mode, SFlag, fchmodat, fstatat, mkdirat};
use nix::sys::statfs::fstatfs;
use nix::unistd::{UnlinkatFlags, unlinkat};

use crate::descriptor::Kept;
use crate::rule::kept;

/// The root directory of the process that started the family, from which all its members see paths. In a
/// chroot or another mount namespace the same path would lead to another place, and a registry in two
/// places would be two registries.
#[derive(Clone)]
pub struct Root(Option<Arc<Kept>>);

impl Root {
    /// The calling process's.
    #[must_use]
    pub fn current() -> Self {
        Self(open_root().ok().map(Arc::new))
    }

    /// Opens what a path, relative to the root, leads to, without following a link at its end.
    fn open(&self, path: &Path, flags: OFlag) -> anyhow::Result<Result<OwnedFd, Errno>> {
        let reopened;
        let root = match &self.0 {
            Some(kept) if kept.is_ours() && kept!("one_root") => &**kept,
            known => {
                // Closed by other code of this process, or there was no descriptor when it was opened.
                reopened = open_root()?;
                if known
                    .as_ref()
                    .is_some_and(|known| known.inode() != reopened.inode() && kept!("one_root"))
                {
                    bail!(
                        "this process went to another root directory and closed what leads to the one it \
                         was started in; start it anew"
                    );
                }
                &reopened
            }
        };
        let flags = flags | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        // So that links with an absolute target are seen from this root, too.
        let how = OpenHow::new()
            .flags(flags)
            .resolve(ResolveFlag::RESOLVE_IN_ROOT);
        Ok(match openat2(root, path, how) {
            // Before Linux 5.6, or not allowed.
            Err(Errno::ENOSYS | Errno::EPERM) => openat(root, path, flags, Mode::empty()),
            opened => opened,
        })
    }
}

fn open_root() -> anyhow::Result<Kept> {
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let root = open("/", flags, Mode::empty()).context("cannot open the root directory")?;
    Kept::new(&root)
}

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
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY;
        let mut opened = self.root.open(&self.relative, flags)?;
        if matches!(opened, Err(Errno::ENOENT)) {
            self.make()
                .with_context(|| format!("cannot make the directory {name}"))?;
            opened = self.root.open(&self.relative, flags)?;
        }
        if matches!(opened, Err(Errno::ENOTDIR | Errno::ELOOP)) && self.is_link() {
            bail!(
                "{name} is a symbolic link, which is never followed; name the directory it leads to"
            );
        }
        let folder = opened.with_context(|| format!("cannot open the directory {name}"))?;
        let kind = fstatfs(&folder)
            .with_context(|| format!("cannot tell the file system of {name}"))?
            .filesystem_type();
        if let Some(kind) = unsuitable(kind.0).filter(|_| kept!("local_file_system")) {
            bail!(
                "{name} is on {kind}, whose files can not be shared as memory; name a directory on a local \
                 file system"
            );
        }
        Ok(folder)
    }

    fn parent(&self) -> anyhow::Result<OwnedFd> {
        let parent = match self.relative.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        Ok(self
            .root
            .open(parent, OFlag::O_PATH | OFlag::O_DIRECTORY)??)
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
        let name = self.relative.file_name().unwrap_or_default();
        let temporary = unique_sibling(Path::new(name));
        mkdirat(&parent, &temporary, Mode::S_IRWXU)?;
        let everybodys = Mode::from_bits_truncate(0o1777);
        let made = fchmodat(
            &parent,
            &temporary,
            everybodys,
            FchmodatFlags::FollowSymlink,
        )
        .and_then(|()| {
            let flags = RenameFlags::RENAME_NOREPLACE;
            match renameat2(&parent, &temporary, &parent, name, flags) {
                Err(Errno::EEXIST) => Ok(()),
                renamed => renamed,
            }
        });
        // Gone if it was renamed. If not, someone else was faster, or the error says more.
        let _ = unlinkat(parent.as_fd(), &temporary, UnlinkatFlags::RemoveDir);
        Ok(made?)
    }
}

/// A name that nobody else uses, for what is to become `path`.
pub(super) fn unique_sibling(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let random = crate::lease::random();
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
