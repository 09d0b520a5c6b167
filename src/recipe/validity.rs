//! For how long what is held is certainly held, whatever becomes of the connection.
//!
//! What is held goes with its session, which a server ends when it has not heard of it for the session's timeout. So from
//! the moment at which a request was *sent* that was answered, the session lives on for that long, but for what its servers
//! lose on the way: a follower tells its leader with the leader's next ping, half a tick later, of whom it has heard since
//! the last one, and a tick is at most half of the timeout (`minSessionTimeout`). A follower that has lost its leader
//! answers reads for a while longer; so the request is one that the leader answers.
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
