//! What lives from MINIT to MSHUTDOWN. Not from load to unload: a server may do both again and again in
//! one process.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::settings;
use crate::family::Family;
use crate::lease::Refusal;

/// The family, or why there is none.
type State = Result<Family, String>;

static STATE: AtomicPtr<State> = AtomicPtr::new(ptr::null_mut());

/// Keeps the state until [`end`].
pub(super) fn begin(state: State) {
    end();
    STATE.store(Box::into_raw(Box::new(state)), Ordering::Release);
}

/// Drops the state: this process lets go of its memory and its share of the claims.
pub(super) fn end() {
    let state = STATE.swap(ptr::null_mut(), Ordering::AcqRel);
    if !state.is_null() {
        // SAFETY: made by `Box::into_raw` in `begin`, taken out of the only place that held it. PHP
        // runs no code of a user's before MINIT and after MSHUTDOWN, so no object refers to it.
        drop(unsafe { Box::from_raw(state) });
    }
}

/// The family, for objects and calls, all of which end before MSHUTDOWN. None where somebody set it up in another way
/// and believes that it is so.
pub(super) fn family() -> Result<&'static Family, Refusal> {
    match settings::refused() {
        Some(sentence) => Err(Refusal::Unavailable(sentence)),
        None => known(),
    }
}

/// The family, whatever was set since.
pub(super) fn known() -> Result<&'static Family, Refusal> {
    let state = STATE.load(Ordering::Acquire);
    // SAFETY: null or made by `begin`, and dropped only by `end` (see there).
    match unsafe { state.as_ref() } {
        Some(Ok(family)) => Ok(family),
        Some(Err(reason)) => Err(Refusal::Unavailable(reason.clone())),
        None => Err(Refusal::Unavailable(
            "ticket has not been started".to_owned(),
        )),
    }
}
