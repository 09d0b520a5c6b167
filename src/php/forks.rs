//! What is done before PHP forks, or whatever else does in its process.

use std::panic::{AssertUnwindSafe, catch_unwind};

use nix::libc;
use once_cell::sync::OnceCell;

use super::state;

/// Before MINIT makes a family, and once for all that this process will have.
pub(super) fn watch() {
    static WATCHED: OnceCell<libc::c_int> = OnceCell::new();
    // SAFETY: a function that may be called at any time; the C library forgets it when our code is unloaded. Where there
    // is no memory for it, PHP may have to start a keeper in a fork.
    let _ = WATCHED.get_or_init(|| unsafe { pthread_atfork(Some(before), None, None) });
}

extern "C" fn before() {
    // A panic must not unwind into the C library.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        if let Ok(family) = state::known() {
            family.before_fork();
        }
    }));
}

type Handler = Option<extern "C" fn()>;

unsafe extern "C" {
    /// Of the C library; `libc` does not have it.
    fn pthread_atfork(prepare: Handler, parent: Handler, child: Handler) -> libc::c_int;
}
