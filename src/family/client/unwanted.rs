//! What is not wanted any more, and has to be told to the keeper, which may not hear it at once.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use nix::errno::Errno;

use super::{Client, Connection};
use crate::family::Family;
use crate::rule::kept;
use crate::wire::Request;

/// What is not wanted any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwanted {
    /// A watch.
    Watch(u32),
    /// Something that is held, or waited for.
    Hold {
        /// Its number.
        number: u32,
        /// Its znode has been deleted already.
        finished: bool,
        /// How long the keeper may take for it.
        within: Duration,
    },
    /// A grant that has run out, as far as was seen.
    Grant {
        /// The number of what was held.
        number: u32,
        /// And of the grant.
        serial: u64,
    },
}

/// Requests for whose answers nobody waits, in their order.
#[derive(Default)]
pub(super) struct Unsent(VecDeque<(Request, Duration)>);

impl Unsent {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn push(&mut self, request: Request, within: Duration) {
        self.0.push_back((request, within));
    }

    /// Sends what there is room for.
    pub(super) fn send(&mut self, connection: Option<&mut Connection>) -> Result<(), Errno> {
        let Some(connection) = connection else {
            return Ok(());
        };
        while let Some((request, within)) = self.0.pop_front() {
            let sent = connection.send(request.clone(), within);
            if sent.is_err() && kept!("unsent_is_sent_later") {
                self.0.push_front((request, within));
            }
            sent?;
        }
        Ok(())
    }

    /// The connection has ended, and with it all that it had. What was to be asked of ZooKeeper is asked over another one.
    pub(super) fn has_ended(&mut self) {
        self.0
            .retain(|(request, _)| matches!(request, Request::Delete { .. } | Request::Multi(_)));
    }
}

impl Client {
    /// What is said to be unwanted in here is told to the keeper while a call waits, and at its end
    /// ([`settle`](Self::settle)).
    #[must_use]
    pub fn unwanted(&self) -> Rc<RefCell<Vec<Unwanted>>> {
        self.unwanted.clone()
    }

    /// Tells the keeper what is not wanted any more. Does not wait, nor open a connection for it.
    pub fn settle(&mut self, family: &Family) {
        for unwanted in self.unwanted.take() {
            match unwanted {
                Unwanted::Watch(watch) => self.unwatch(family, watch),
                Unwanted::Hold {
                    number,
                    finished,
                    within,
                } => {
                    self.let_go_of(family, number, finished, within);
                }
                Unwanted::Grant { number, serial } => self.forfeit_hold(family, number, serial),
            }
        }
    }
}
