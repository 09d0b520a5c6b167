//! What the system refuses, for the person who sets the machine up: what it means and what to do, beside the call and
//! its error.

use std::{fmt, io};

use nix::errno::Errno;

/// A call that was refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused {
    pub(crate) call: &'static str,
    pub(crate) error: Errno,
}

impl Refused {
    /// Whether `error` is what is said where there is no such call: by a kernel or a file system that does not know it,
    /// or by a security profile, whose errors are up to its author (EPERM and ENOSYS most often).
    pub(crate) fn is_lack(error: Errno) -> bool {
        matches!(
            error,
            Errno::ENOSYS
                | Errno::EPERM
                | Errno::EINVAL
                | Errno::EOPNOTSUPP
                | Errno::ENOTTY
                | Errno::ENODEV
                | Errno::E2BIG
        )
    }

    /// Whether it may be allowed in another directory: what is lacking is not the process's.
    pub(crate) fn is_of_the_place(&self) -> bool {
        use Errno::{EAGAIN, EMFILE, ENFILE, ENOLCK, ENOMEM};
        !matches!(self.error, EAGAIN | EMFILE | ENFILE | ENOLCK | ENOMEM)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, error } = self;
        let (what, cure) = match error {
            Errno::EACCES => (
                "this user may not, by the modes of a file or a directory or by a security module",
                "let all users of the registry write there (directory 1777, file 0666)",
            ),
            Errno::EROFS => ("the file system is read-only", "mount it writable"),
            Errno::ENOSPC | Errno::EDQUOT => (
                "the file system is full, or the user's quota",
                "make room there",
            ),
            Errno::ENOENT => ("a directory above it is missing", "make that"),
            Errno::ENOTDIR => ("it or a part of its path is no directory", "rename that"),
            Errno::EISDIR => ("it is a directory", "remove it"),
            Errno::ELOOP => (
                "it is a symbolic link, or leads through too many",
                "name what it leads to",
            ),
            Errno::EMFILE | Errno::ENFILE => (
                "too many files are open",
                "raise the limit (ulimit -n, sysctl fs.file-max)",
            ),
            Errno::ENOMEM | Errno::EAGAIN => (
                "there is no memory for it",
                "raise the limit (ulimit -v, ulimit -l, that of the container)",
            ),
            Errno::ENOLCK => ("the system has no lock left", "end some of its users"),
            &error if Self::is_lack(error) => (
                "the kernel or the file system does not have it, or a security profile (seccomp) forbids it",
                "allow it",
            ),
            _ => ("the system failed", "see its log"),
        };
        write!(f, "{call}: {what} ({error}); {cure}")
    }
}

impl std::error::Error for Refused {}

/// Names the call in the error.
pub(crate) trait Named<T> {
    fn named(self, call: &'static str) -> anyhow::Result<T>;
}

impl<T> Named<T> for nix::Result<T> {
    fn named(self, call: &'static str) -> anyhow::Result<T> {
        self.map_err(|error| Refused { call, error }.into())
    }
}

impl<T> Named<T> for io::Result<T> {
    fn named(self, call: &'static str) -> anyhow::Result<T> {
        self.map_err(|error| match error.raw_os_error() {
            Some(raw) => Refused {
                call,
                error: Errno::from_raw(raw),
            }
            .into(),
            None => anyhow::Error::new(error).context(call),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_refused_is_told_with_the_call_its_error_and_a_cure() {
        for raw in 1..134 {
            let error = Errno::from_raw(raw);
            let told = Refused {
                call: "linkat",
                error,
            }
            .to_string();
            let (what, cure) = told.split_once(&format!(" ({error}); ")).unwrap();
            assert!(what.starts_with("linkat: ") && what.len() > 20, "{told}");
            assert!(cure.len() > 6, "{told}");
        }
    }

    #[test]
    fn an_error_of_the_library_is_told_with_the_call() {
        let ended = io::Error::from(io::ErrorKind::UnexpectedEof);
        let told = format!("{:#}", Err::<(), _>(ended).named("read").unwrap_err());
        assert!(told.starts_with("read: "), "{told}");
    }
}
