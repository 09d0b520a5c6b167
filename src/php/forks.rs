//! What is done before PHP forks, or whatever else does in its process.

use std::panic::{AssertUnwindSafe, catch_unwind};

use once_cell::sync::OnceCell;

use super::state;
use crate::at_fork::at_fork;

/// Before MINIT makes a family, and once for all that this process will have.
pub(super) fn watch() {
    static WATCHED: OnceCell<nix::Result<()>> = OnceCell::new();
    // Where there is no memory for it, PHP may have to start a keeper in a fork.
    let _ = WATCHED.get_or_init(|| at_fork(Some(before), None));
}

extern "C" fn before() {
    // A panic must not unwind into the C library.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        if let Ok(family) = state::known() {
            family.before_fork();
        }
    }));
}
