//! The root directory that a family sees paths from.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Component, Path};
use std::sync::Arc;

use anyhow::bail;
use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open, openat, openat2, readlinkat};
use nix::sys::stat::{Mode, SFlag, fstat, stat};
use nix::sys::statfs::{PROC_SUPER_MAGIC, fstatfs};

use crate::descriptor::Kept;
use crate::refused::{Named, Refused};
use crate::rule::kept;

/// The root directory of the process that started the family, from which all its members see paths. In a
/// chroot or another mount namespace the same path would lead to another place, and a registry in two
/// places would be two registries.
#[derive(Clone)]
pub struct Root {
    /// None where no descriptor was to be had.
    kept: Option<Arc<Kept>>,
    /// Device and inode, which need none.
    inode: Option<(u64, u64)>,
}

/// As many as the kernel follows (path_resolution(7)).
const LINKS: usize = 40;

impl Root {
    /// The calling process's.
    #[must_use]
    pub fn current() -> Self {
        let stat = stat("/").ok();
        Self {
            kept: open_root().ok().map(Arc::new),
            inode: stat.map(|stat| (stat.st_dev, stat.st_ino)),
        }
    }

    /// Opens what a path, relative to the root, leads to.
    pub(super) fn open(&self, path: &Path, flags: OFlag) -> anyhow::Result<Result<OwnedFd, Errno>> {
        let reopened;
        let root = match &self.kept {
            Some(kept) if kept.is_ours() && kept!("one_root") => &**kept,
            _ => {
                // Closed by other code of this process, or there was no descriptor when it was opened.
                reopened = open_root()?;
                if self.inode != Some(reopened.inode()) && kept!("one_root") {
                    bail!(
                        "this process went to another root directory, and nothing leads to the one that PHP was started \
                         in: there was no descriptor for it (ulimit -n), or it was closed; start it anew"
                    );
                }
                &reopened
            }
        };
        let flags = flags | OFlag::O_CLOEXEC;
        // So that links with an absolute target are seen from this root, too.
        let how = OpenHow::new()
            .flags(flags)
            .resolve(ResolveFlag::RESOLVE_IN_ROOT);
        Ok(match openat2(root, path, how) {
            // Before Linux 5.6, or not allowed. EAGAIN: something on the way was renamed just then.
            Err(error) if Refused::is_lack(error) || error == Errno::EAGAIN => {
                match kept!("links_in_root") {
                    true => walk(root.as_fd(), path, flags),
                    false => openat(root, path, flags, Mode::empty()),
                }
            }
            opened => opened,
        })
    }
}

/// What openat2(2) does with RESOLVE_IN_ROOT, step by step: the kernel's openat(2) would follow a link with an absolute
/// target from the root directory that this process has now.
fn walk(root: BorrowedFd<'_>, path: &Path, flags: OFlag) -> Result<OwnedFd, Errno> {
    let step = OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let mut links = 0;
    // The directories between the root and where we are, so that `..` leads back, and never further than the root.
    let mut passed: Vec<OwnedFd> = Vec::new();
    let mut left: VecDeque<OsString> = parts(path).map(OsStr::to_owned).collect();
    while let Some(part) = left.pop_front() {
        if part == ".." {
            passed.pop();
            continue;
        }
        let here = passed.last().map_or(root, AsFd::as_fd);
        if left.is_empty() && flags.contains(OFlag::O_NOFOLLOW) {
            return openat(here, part.as_os_str(), flags, Mode::empty());
        }
        let next = openat(here, part.as_os_str(), step, Mode::empty())?;
        let kind = SFlag::from_bits_truncate(fstat(&next)?.st_mode) & SFlag::S_IFMT;
        if kind != SFlag::S_IFLNK {
            passed.push(next);
            continue;
        }
        links += 1;
        // What a link below /proc leads to is not what it says.
        if links > LINKS || fstatfs(&next)?.filesystem_type() == PROC_SUPER_MAGIC {
            return Err(Errno::ELOOP);
        }
        let target = readlinkat(&next, "")?;
        let target = Path::new(&target);
        if target.is_absolute() {
            passed.clear();
        }
        for part in parts(target).collect::<Vec<_>>().into_iter().rev() {
            left.push_front(part.to_owned());
        }
    }
    let here = passed.last().map_or(root, AsFd::as_fd);
    openat(here, ".", flags, Mode::empty())
}

fn parts(path: &Path) -> impl Iterator<Item = &OsStr> {
    path.components().filter_map(|part| match part {
        Component::Normal(_) | Component::ParentDir => Some(part.as_os_str()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    })
}

fn open_root() -> anyhow::Result<Kept> {
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let root = open("/", flags, Mode::empty()).named("opening the root directory (O_PATH)")?;
    Kept::new(&root)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    /// As of a process that had no descriptor to spare when it started, and has gone to another root since.
    #[test]
    fn without_a_descriptor_only_the_same_root_will_do() {
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY;
        let same = Root {
            kept: None,
            ..Root::current()
        };
        assert!(same.open(Path::new("."), flags).unwrap().is_ok());
        let (device, inode) = same.inode.unwrap();
        for other in [Some((device, inode + 1)), Some((device + 1, inode)), None] {
            let other = Root {
                kept: None,
                inode: other,
            };
            assert!(other.open(Path::new("."), flags).is_err());
        }
    }

    /// Both ways lead to the same place or say the same.
    #[test]
    fn step_by_step_paths_lead_where_they_lead_in_one() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        for directory in ["a/b/c", "d", "var"] {
            fs::create_dir_all(root.join(directory)).unwrap();
        }
        fs::write(root.join("a/file"), "").unwrap();
        for (target, link) in [
            ("/a/b", "absolute"),
            ("../d", "a/up"),
            ("/", "a/b/top"),
            ("../../../../d", "var/beyond"),
            ("absolute/c", "twice"),
            ("round", "round"),
            ("nowhere", "dangling"),
            (".", "var/here"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        let opened = open(root, OFlag::O_PATH | OFlag::O_CLOEXEC, Mode::empty()).unwrap();
        let directory = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let inode = |opened: Result<OwnedFd, Errno>| opened.map(|it| fstat(it).unwrap().st_ino);
        let mut led = 0;
        let paths = [
            ".",
            "a",
            "a/b/c",
            "absolute",
            "absolute/c",
            "absolute/missing/c",
            "a/up",
            "a/b/top/d",
            "a/b/top/absolute/c",
            "var/beyond/../a/b",
            "twice",
            "twice/../c",
            "round",
            "round/x",
            "dangling/x",
            "a/file",
            "a/file/x",
            "missing",
            "missing/x",
            "..",
            "../../d",
            "a/../..",
            "var/here/here/beyond",
            "a/b/../../d/",
        ];
        for (path, follow) in paths
            .iter()
            .flat_map(|path| [(*path, true), (*path, false)])
        {
            let flags = match follow {
                true => directory,
                false => directory | OFlag::O_NOFOLLOW,
            };
            let how = OpenHow::new()
                .flags(flags)
                .resolve(ResolveFlag::RESOLVE_IN_ROOT);
            let in_one = match openat2(&opened, path, how) {
                Err(error) if Refused::is_lack(error) => return,
                it => inode(it),
            };
            let in_steps = inode(walk(opened.as_fd(), Path::new(path), flags));
            assert_eq!(in_steps, in_one, "{path}, {follow}");
            led += usize::from(in_one.is_ok());
        }
        assert!(led > 20);
    }
}
