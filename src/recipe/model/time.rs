//! Time of the model: a session's timeout is so many ticks.

use std::time::Duration;

use super::super::validity;

const TIMEOUT: u64 = 5;

/// So long what is held is held, from when a request was sent that the leader has answered.
pub(super) fn valid() -> u8 {
    let timeout = Duration::from_secs(TIMEOUT);
    validity::from_sending(timeout).as_secs() as u8
}

/// So long after it was heard of a session may end: three quarters of the timeout, since what a follower has heard within
/// the last half of one of the leader's ticks is lost with it, and those are at most half as long as the timeout.
pub(super) const EXPIRES: u8 = (TIMEOUT as u8 * 3).div_ceil(4);
