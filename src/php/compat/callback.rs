//! Callbacks among the arguments, which the engine checks, and where they are handed on.
//!
//! Nothing is watched yet: each place below lets go of what it is given.

use std::mem::MaybeUninit;

use ext_php_rs::ffi::{zend_fcall_info, zend_fcall_info_cache};

use super::handle::Handle;

/// A callable, if one is given: two places for the letter `f`. It is the caller's, and as long as the call; what is in it
/// counts for nothing, and so is not dropped.
pub(super) struct Callback {
    pub(super) info: MaybeUninit<zend_fcall_info>,
    pub(super) cache: MaybeUninit<zend_fcall_info_cache>,
}

impl Callback {
    /// None is given.
    pub(super) const fn none() -> Self {
        Self {
            info: MaybeUninit::zeroed(),
            cache: MaybeUninit::zeroed(),
        }
    }
}

/// What is called when the session has an event: of the constructor, `connect()` and `setWatcher()`.
pub(super) fn watcher_of_session(_handle: &Handle, _callback: &Callback) {}

/// What is called once, when the value of a znode changes, or it goes: of `get()`.
pub(super) fn watcher_of_value(_handle: &Handle, _path: &str, _callback: &Callback) {}

/// What is called once, when a znode comes, changes or goes: of `exists()`, also where there is none.
pub(super) fn watcher_of_existence(_handle: &Handle, _path: &str, _callback: &Callback) {}

/// What is called once, when children of a znode come or go, or it does: of `getChildren()`.
pub(super) fn watcher_of_children(_handle: &Handle, _path: &str, _callback: &Callback) {}

/// What is called once, when the servers' configuration changes: of `ZookeeperConfig::get()`.
pub(super) fn watcher_of_config(_handle: &Handle, _callback: &Callback) {}

/// What is called with the error, or 0, when credentials were accepted or refused: of `addAuth()`.
pub(super) fn completion_of_auth(_handle: &Handle, _callback: &Callback) {}
