//! What a client holds, or is to: asked for, and asked for again where the keeper has ended.

use std::time::{Duration, Instant};

use super::{Client, Ended, Notice};
use crate::family::Family;
use crate::keeper;
use crate::recipe::claim;
use crate::rule::kept;
use crate::wire::{Grant, Hold, Reply, Request, Role, Standing};

/// Who is told of it, by a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tells {
    /// That it is held.
    pub granted: Option<u32>,
    /// That it is not any more.
    pub lost: Option<u32>,
}

/// Something that is to be held.
pub(super) struct Wanted {
    hold: Hold,
    tells: Tells,
    /// The keeper that there is knows of it.
    pub(super) sent: bool,
    /// `None`: nothing is known of it yet.
    standing: Option<Standing>,
    /// The znode of what was held when a keeper ended: it is there as long as that one's session.
    left: Option<String>,
}

impl Wanted {
    pub(super) fn request(&self) -> Request {
        Request::Hold(self.hold.clone())
    }

    /// Whether the keeper is to be told of it.
    pub(super) fn is_due(&self) -> bool {
        !self.sent && self.standing.is_none()
    }

    pub(super) fn expects(&self) -> bool {
        let over = matches!(self.standing, Some(Standing::Failed(_) | Standing::Taken))
            || !self.hold.again && self.standing == Some(Standing::Lost);
        !over
    }

    /// What it is by now, and who is to be told.
    pub(super) fn stands(&mut self, standing: Standing) -> Option<Notice> {
        let notice = match &standing {
            Standing::Granted(grant) => {
                let token = grant.token;
                self.tells
                    .granted
                    .map(|number| Notice::Granted(number, token))
            }
            Standing::Lost => self.tells.lost.map(Notice::Lost),
            _ => None,
        };
        self.standing = Some(standing);
        notice
    }

    /// The keeper has ended, and with it the session in which it was held, if it was.
    pub(super) fn orphan(&mut self) -> Option<(Grant, Option<Notice>)> {
        let was_sent = std::mem::take(&mut self.sent);
        match self.standing.take() {
            Some(Standing::Granted(grant)) if was_sent => {
                let notice = self.stands(Standing::Lost);
                self.left = Some(grant.path.clone());
                if self.hold.again {
                    self.standing = None;
                }
                Some((grant, notice))
            }
            Some(Standing::Waits) => None,
            Some(Standing::Lost) if self.hold.again => None,
            standing => {
                self.standing = standing;
                None
            }
        }
    }
}

/// Deletes what was left behind, and nothing else that may have its path by now.
fn left_behind(hold: &Hold, path: String) -> Request {
    match hold.role {
        Role::Claim(version) => Request::Multi(claim::giving_back(&hold.path, version)),
        // It has a name that nothing else has.
        _ => Request::Delete {
            path,
            version: None,
        },
    }
}

impl Client {
    /// Holds something from now on, as soon as that can be. Its number.
    pub fn hold(&mut self, family: &Family, mut hold: Hold, tells: Tells, within: Duration) -> u32 {
        self.is_of(family);
        self.collect(family);
        let number = self.heard.new_watch();
        hold.hold = number;
        let wanted = Wanted {
            hold,
            tells,
            sent: false,
            standing: None,
            left: None,
        };
        self.heard.holds.insert(number, wanted);
        // What cannot be sent now is when the connection is looked at next.
        let _ = self.connected(family, within);
        number
    }

    /// Others are to be told of it.
    pub fn tell_of_hold(&mut self, number: u32, tells: Tells) {
        if let Some(wanted) = self.heard.holds.get_mut(&number) {
            wanted.tells = tells;
        }
    }

    /// How it stands, as far as it was heard; `None`: nothing was, or there is none with this number.
    #[must_use]
    pub fn hold_stands(&self, number: u32) -> Option<&Standing> {
        self.heard.holds.get(&number)?.standing.as_ref()
    }

    /// What was granted by this serial number has run out, as far as was seen here.
    pub fn forfeit_hold(&mut self, family: &Family, number: u32, serial: u64, within: Duration) {
        let known = self.heard.holds.contains_key(&number);
        if known && let Some(connection) = self.own_mut(family) {
            let forfeit = Request::Forfeit {
                hold: number,
                serial,
            };
            let _ = connection.send(forfeit, within);
        }
    }

    /// Waits until it stands so, or until then. `false`: it was interrupted.
    pub fn await_hold(
        &mut self,
        family: &Family,
        number: u32,
        so: &dyn Fn(Option<&Standing>) -> bool,
        until: Option<Instant>,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> bool {
        self.await_that(
            family,
            &|this| !this.heard.holds.contains_key(&number) || so(this.hold_stands(number)),
            until,
            interrupt,
        )
    }

    /// It is not wanted any more. Waits until nothing is left of it.
    ///
    /// # Errors
    /// Why ZooKeeper does not know, or was never asked. The keeper goes on to tell it.
    pub fn release(
        &mut self,
        family: &Family,
        number: u32,
        within: Duration,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<(), Ended> {
        let mut requests = self.released(family, number, false);
        let Some(last) = requests.pop() else {
            return Ok(());
        };
        self.post_all(family, requests, within);
        self.call(family, last, within, interrupt)
            .map(|_: Reply| ())
    }

    /// The same, without waiting.
    ///
    /// `finished`: its znode has been deleted already.
    pub fn post_release(&mut self, family: &Family, number: u32, finished: bool, within: Duration) {
        let requests = self.released(family, number, finished);
        self.post_all(family, requests, within);
    }

    fn post_all(&mut self, family: &Family, requests: Vec<Request>, within: Duration) {
        if self.closed {
            return;
        }
        for request in requests {
            // What is left behind is told to a keeper that may not know this client yet.
            if let Ok(connection) = self.connected(family, within) {
                let _ = connection.send(request, within);
            }
        }
    }

    /// What there is to be asked for its release.
    fn released(&mut self, family: &Family, number: u32, finished: bool) -> Vec<Request> {
        self.is_of(family);
        let Some(wanted) = self.heard.holds.remove(&number) else {
            return vec![];
        };
        if let Some(Standing::Granted(grant)) = &wanted.standing {
            family.end_hold(grant);
        }
        let mut requests = vec![];
        // Of the session of a keeper that has ended: nobody else deletes it before its time is over.
        if let Some(path) = wanted.left
            && (wanted.sent || !finished)
            && kept!("left_behind_is_deleted")
        {
            requests.push(left_behind(&wanted.hold, path));
        }
        // The keeper that there is may know of it, too, where it is wanted again.
        if wanted.sent {
            requests.push(Request::Release {
                hold: number,
                finished,
            });
        }
        requests
    }
}

impl Family {
    /// For how long it is certainly held, whatever becomes of ZooKeeper, in ns; 0: it is not held, or may not be.
    #[must_use]
    #[inline]
    pub fn held_for(&self, grant: &Grant) -> u64 {
        let slot = self.board().holds.slot(grant.slot as usize);
        match slot.valid_until(grant.serial) {
            0 => 0,
            until => until.saturating_sub(keeper::uptime_ns()),
        }
    }

    /// It is not held any more.
    pub(super) fn end_hold(&self, grant: &Grant) {
        self.board()
            .holds
            .slot(grant.slot as usize)
            .end(grant.serial);
    }
}
