//! What the C library calls in a process that forks.

use nix::errno::Errno;
use nix::libc;

type Handler = Option<extern "C" fn()>;

/// Has it call `before` in a process that is about to fork, and `child` in the fork, from now on. It forgets both when our
/// code is unloaded.
///
/// # Errors
/// There is no memory for it.
pub(crate) fn at_fork(before: Handler, child: Handler) -> nix::Result<()> {
    // SAFETY: functions that may be called at any time.
    match unsafe { pthread_atfork(before, None, child) } {
        0 => Ok(()),
        error => Err(Errno::from_raw(error)),
    }
}

unsafe extern "C" {
    /// Of the C library; `libc` does not have it.
    fn pthread_atfork(prepare: Handler, parent: Handler, child: Handler) -> libc::c_int;
}
