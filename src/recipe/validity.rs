//! For how long what is held is certainly held, whatever becomes of the connection.
//!
//! What is held goes with its session, which ZooKeeper's leader ends when it has not heard of it for the session's timeout. So
//! from the moment at which a write was *sent* that was answered, the session lives on for that long, but for what its leader
//! has not heard yet: a follower tells it with the answer to its next ping, half a tick later, of whom that has heard
//! since the last one; and whom it has last heard of was a beat ago. A tick is at most half of the timeout
//! (`minSessionTimeout`): so what is certain is 1 - 1/4 - 1/10 of it. A leader that comes next gives all sessions
//! their whole time, and comes after that write, to which a quorum has agreed.
//!
//! All that is assumed of clocks is that they run about equally fast. They may show anything.

use std::time::Duration;

use crate::rule::kept;

/// How often the session is used at the least.
#[must_use]
pub fn beat(timeout: Duration) -> Duration {
    (timeout / 10).min(Duration::from_secs(1))
}

/// How long what is held is certainly held from when a request was sent that was answered.
#[must_use]
pub fn from_sending(timeout: Duration) -> Duration {
    match kept!("runs_out_before_session") {
        true => timeout * 3 / 5,
        false => timeout,
    }
}
