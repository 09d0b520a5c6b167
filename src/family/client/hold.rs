//! What a client holds, or is to: asked for, and asked for again where the keeper has ended.

use std::time::{Duration, Instant};

use super::{CLOSING, Client, Ended, Notice};
use crate::family::Family;
use crate::keeper;
use crate::recipe::claim;
use crate::rule::kept;
use crate::wire::{Grant, Hold, Reply, Request, Role, Standing, code};

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
    /// The znodes of what was held when a keeper ended: they are there as long as that one's session.
    left: Vec<String>,
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
                self.left.push(grant.path.clone());
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

/// What there is to be said of what is not wanted any more.
#[derive(Default)]
struct Leaves {
    /// To delete what was left behind.
    left: Vec<Request>,
    /// To the keeper that knows of it.
    release: Option<Request>,
    /// To another one, if that ends meanwhile.
    orphan: Option<Request>,
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
            left: vec![],
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

    /// Whether there is one with this number.
    #[must_use]
    pub fn has_hold(&self, number: u32) -> bool {
        self.heard.holds.contains_key(&number)
    }

    /// What was granted by this serial number has run out, as far as was seen here.
    pub fn forfeit_hold(&mut self, family: &Family, number: u32, serial: u64) {
        self.is_of(family);
        if self.has_hold(number) {
            let forfeit = Request::Forfeit {
                hold: number,
                serial,
            };
            self.say(family, Some(forfeit), CLOSING);
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
            &|this| !this.has_hold(number) || so(this.hold_stands(number)),
            until,
            interrupt,
        )
    }

    /// It is not wanted any more. Waits until nothing is left of it.
    ///
    /// # Errors
    /// Why ZooKeeper does not know, or was never asked, where the keeper goes on to tell it; or why it may not delete the znode,
    /// which then stays as long as its session.
    pub fn release(
        &mut self,
        family: &Family,
        number: u32,
        within: Duration,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<(), Ended> {
        self.is_of(family);
        self.collect(family);
        let leaves = self.leave(family, number, false);
        let mut released = Ok(());
        let deadline = Instant::now() + within;
        for request in leaves.left.into_iter().chain(leaves.release) {
            // For all of it together.
            let left = deadline.saturating_duration_since(Instant::now());
            if self.closed || left.is_zero() || matches!(released, Err(Ended::Interrupted)) {
                self.say(family, Some(request), within);
                continue;
            }
            let opened = self.opened;
            // What else there is to be told is told with the next call: whoever releases does not see it.
            let asked = self.carry_out(family, request.clone(), left, interrupt);
            released = asked.map(|_: Reply| ());
            if let Err(Ended::Failed(failure)) = &released
                && failure.code == code::SESSION_EXPIRED
            {
                self.lost = true;
            }
            if opened != self.opened || self.connection.is_none() {
                // The keeper has ended meanwhile.
                self.say(family, leaves.orphan.clone(), within);
            }
            if released.is_err() {
                // It may not have been sent. Once more does no harm.
                self.say(family, Some(request), within);
            }
        }
        released
    }

    /// The same, without waiting.
    ///
    /// `finished`: its znode has been deleted already.
    pub fn post_release(&mut self, family: &Family, number: u32, finished: bool, within: Duration) {
        self.let_go_of(family, number, finished, within);
        if !self.closed && !self.heard.unsent.is_empty() {
            // What is left behind is told to a keeper that may not know this client yet.
            let _ = self.connected(family, within);
        }
    }

    /// The same, over the connection that there is.
    pub(super) fn let_go_of(
        &mut self,
        family: &Family,
        number: u32,
        finished: bool,
        within: Duration,
    ) {
        self.is_of(family);
        let leaves = self.leave(family, number, finished);
        self.say(family, leaves.left, within);
        self.say(family, leaves.release, within);
    }

    /// Says something that nobody waits for the answer of, now or when there is room.
    pub(super) fn say(
        &mut self,
        family: &Family,
        requests: impl IntoIterator<Item = Request>,
        within: Duration,
    ) {
        for request in requests {
            self.heard.unsent.push(request, within);
        }
        self.flush(family);
    }

    /// Sends what could not be sent before, or when there is room.
    fn flush(&mut self, family: &Family) {
        let owner = family.own.identity();
        let connection = self.connection.as_mut();
        let connection = connection.filter(|connection| connection.owner == owner);
        // What was not sent stays.
        let _ = self.heard.unsent.send(connection);
    }

    /// It is not wanted any more: what there is to be said of that.
    fn leave(&mut self, family: &Family, number: u32, finished: bool) -> Leaves {
        let Some(wanted) = self.heard.holds.remove(&number) else {
            return Leaves::default();
        };
        let Wanted {
            hold,
            tells,
            sent,
            standing,
            left,
        } = wanted;
        if kept!("released_is_not_told") {
            self.heard.unheard(tells);
        }
        let mut leaves = Leaves::default();
        // Of the session of a keeper that has ended: nobody else deletes it before its time is over.
        if (sent || !finished) && kept!("left_behind_is_deleted") {
            leaves.left = left
                .into_iter()
                .map(|path| left_behind(&hold, path))
                .collect();
        }
        if let Some(Standing::Granted(grant)) = standing {
            family.end_hold(&grant);
            leaves.orphan = Some(left_behind(&hold, grant.path));
        }
        // The keeper that there is may know of it, too, where it is wanted again.
        leaves.release = sent.then_some(Request::Release {
            hold: number,
            finished,
        });
        leaves
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
