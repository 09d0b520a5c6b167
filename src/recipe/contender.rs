//! One that stands in line: from the wish to hold until there is nothing left of it.
//!
//! One step at a time: what else happens is taken in when the step's answer has been, which may be that there is none.

use super::name::{self, Guid};
use crate::rule::kept;
pub use crate::wire::Role;

/// Where the line of a semaphore is, below its znode.
pub const LOCKS: &str = "/locks";

/// Where its leases are.
pub const LEASES: &str = "/leases";

impl Role {
    /// What the names of its znodes say of it.
    fn word(self) -> &'static str {
        match self {
            Self::Lock | Self::Semaphore(_) | Self::Claim(_) => "-lock-",
            Self::Read => "-__READ__",
            Self::Write => "-__WRIT__",
            Self::Latch => "-latch-",
            Self::Member => "-member-",
        }
    }

    /// Where its line is, below the znode that it is for.
    #[must_use]
    pub fn line(self) -> &'static str {
        match self {
            Self::Semaphore(_) => LOCKS,
            _ => "",
        }
    }

    /// Who of those before it, the last one first, has to go first.
    fn waits_for(self, name: &str) -> bool {
        match self {
            Self::Read => !name::is_reader(name) && kept!("writers_before_readers"),
            Self::Member => false,
            _ => true,
        }
    }
}

/// What is to be done next. Paths are below the znode that is contended for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Nothing, until something happens: what is [watched](Step::Watch), or a change of the session.
    Wait,
    /// Reads the value of the znode: [`Event::Max`].
    Max,
    /// Sets it, which has that version: [`Event::Done`].
    SetMax(u32, i32),
    /// Makes an ephemeral sequential znode, and lists its line after that: [`Event::Created`].
    Create(String),
    /// Makes the znodes above, the lowest of which is this: [`Event::Done`].
    Parents(&'static str),
    /// Lists what is below this one; after a write that changes nothing if anything may not be seen yet: [`Event::Listed`].
    List {
        /// Where.
        at: &'static str,
        /// Whether to write first.
        sync: bool,
        /// Whether to watch the list: [`Event::Fired`].
        watch: bool,
    },
    /// Watches another one, for its end ([`Event::Left`]) and whatever else becomes of it ([`Event::Fired`]): [`Event::Done`],
    /// or there is none.
    Watch(String),
    /// Watches its own one for its end ([`Event::Gone`]), and no other one for that any more: [`Event::Own`].
    Own(String),
    /// Makes one of an ephemeral sequential znode of this name, and none of that one, in one transaction: [`Event::Leased`].
    Lease {
        /// Its own in the line.
        of: String,
        /// What the lease's name begins with.
        name: String,
    },
    /// Deletes its own one: [`Event::Done`].
    Delete(String),
    /// Claims an item of a queue ([`super::claim`]): [`Event::Done`].
    Claim,
    /// Reads the claim of an item: [`Event::Claimed`].
    Claimed,
    /// Ends the claim of an item, if it is its own one still: [`Event::Done`].
    GiveBack,
    /// Nothing any more: there is nothing left of it.
    Over,
}

/// Why a step came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// There is no such znode, or none above it.
    Missing,
    /// It has another version.
    Changed,
    /// It may have been carried out, or not: the answer is lost.
    Unknown,
    /// It was not carried out, and never will be.
    Refused,
}

/// What came of a step, or what happens besides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// There is a session with a server. It may be the one before.
    Session {
        /// Which one.
        id: i64,
        /// For the names of a new one.
        fresh: Guid,
    },
    /// The session has ended, and all that was made in it.
    Expired,
    /// Of [`Step::Max`]: the value and its version.
    Max(Result<(Option<u32>, i32), Fault>),
    /// Of [`Step::Create`]: its path, the transaction that made it, and the line, if it could be had.
    Created(Result<(String, i64, Option<Vec<String>>), Fault>),
    /// Of [`Step::List`]: names.
    Listed(Result<Vec<String>, Fault>),
    /// Of [`Step::Own`]: the session whose it is, and the transaction that made it.
    Own(Result<(i64, i64), Fault>),
    /// Of [`Step::Lease`]: its path, and the transaction that made it.
    Leased(Result<(String, i64), Fault>),
    /// Of [`Step::Claimed`]: whether it is its own.
    Claimed(Result<bool, Fault>),
    /// Of all other steps.
    Done(Result<(), Fault>),
    /// What was watched has changed, or it is not watched any more.
    Fired,
    /// The one before it, which was watched, is gone. If its own znode was watched, too, and was gone before that, then
    /// [`Event::Gone`] has come before this: a connection's watches fire in the order in which things happened
    /// ([guarantees](https://zookeeper.apache.org/doc/current/zookeeperProgrammers.html#sc_WatchGuarantees)).
    Left,
    /// Its own znode is gone.
    Gone,
    /// It is not wanted any more.
    Release,
    /// It must not hold any more: whoever it is for does not run.
    Forfeit,
    /// It is not wanted any more, and whoever it was for has ended it at ZooKeeper.
    Finished,
}

/// How it stands, for whom it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is not known yet whether others are before it.
    Asks,
    /// Others are before it.
    Waits,
    /// It holds, by the transaction with this number. That rises from holder to holder.
    Holds(i64),
    /// It has held, and does not any more.
    Lost,
    /// It was not to wait, and others were before it.
    Taken,
    /// The semaphore is for another number.
    Other(u32),
    /// It was released.
    Released,
    /// ZooKeeper refuses what it needs.
    Refused,
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Stage {
    /// Nothing is there of it.
    Absent,
    /// The same, and of a semaphore it is known for how many it is.
    Checked,
    /// The semaphore's znode has no number, at that version.
    Unset(i32),
    /// What it is to be made below is missing.
    Orphan(&'static str),
    /// It may be there, below this.
    Doubtful(&'static str),
    /// It is there, and has to look who is before it.
    Placed(Own),
    /// This one is before it; `true`: and no other one that has to go first.
    Behind(Own, String, bool),
    /// The only one before it is watched, and its own is to be.
    Next(Own),
    /// The one before it is watched. `true`: that is the only one, and its own is watched.
    Watching(Own, bool),
    /// It may take a lease if less than the most are taken.
    First(Own),
    /// And there is nothing yet that leases are made below.
    Bare(Own),
    /// And less are.
    Takes(Own),
    /// It was found, and may be another's; so may these.
    Found(String, Vec<String>),
    /// It holds; `watched`: so is its own znode.
    Holds(Own, bool),
    /// Nothing is wanted of it, and this may be there.
    Leaves(String),
    /// Nothing is there of it, and nothing will be.
    Over,
}

/// A znode of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Own {
    path: String,
    czxid: i64,
}

/// One that stands in line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Contender {
    role: Role,
    /// Not to wait.
    once: bool,
    guid: Guid,
    /// The session that it is there in.
    session: Option<i64>,
    stage: Stage,
    standing: Standing,
}

impl Contender {
    /// One that is nowhere yet.
    #[must_use]
    pub fn new(role: Role, once: bool, guid: Guid) -> Self {
        Self {
            role,
            once,
            guid,
            session: None,
            stage: Stage::Absent,
            standing: Standing::Asks,
        }
    }

    /// How it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// Its own znode, if it has one: the path below what it contends for.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match &self.stage {
            Stage::Placed(own)
            | Stage::Behind(own, ..)
            | Stage::Next(own)
            | Stage::Watching(own, _)
            | Stage::First(own)
            | Stage::Bare(own)
            | Stage::Takes(own)
            | Stage::Holds(own, _) => Some(&own.path),
            Stage::Found(path, _) | Stage::Leaves(path) => Some(path),
            _ => None,
        }
    }

    /// What is to be done next.
    #[must_use]
    pub fn next(&self) -> Step {
        match &self.stage {
            Stage::Absent if matches!(self.role, Role::Semaphore(_)) => Step::Max,
            Stage::Absent | Stage::Checked => Step::Create(self.name(self.role.line())),
            Stage::Unset(version) => match self.role {
                Role::Semaphore(max) => match kept!("number_at_version") {
                    true => Step::SetMax(max, *version),
                    false => Step::SetMax(max, -1),
                },
                _ => Step::Max,
            },
            Stage::Orphan(at) => Step::Parents(at),
            Stage::Bare(_) => Step::Parents(LEASES),
            Stage::Doubtful(at) => Step::List {
                at,
                sync: kept!("sync_after_doubt"),
                watch: false,
            },
            Stage::Placed(_) => Step::List {
                at: self.role.line(),
                sync: false,
                watch: false,
            },
            Stage::Behind(_, before, _) => Step::Watch(format!("{}/{before}", self.role.line())),
            Stage::Next(own) => Step::Own(own.path.clone()),
            Stage::Watching(..) => Step::Wait,
            Stage::First(_) => Step::List {
                at: LEASES,
                sync: false,
                watch: kept!("leases_watched"),
            },
            Stage::Takes(own) => Step::Lease {
                of: own.path.clone(),
                name: self.name(LEASES),
            },
            Stage::Found(path, _) => Step::Own(path.clone()),
            Stage::Holds(own, false) if kept!("own_watched") => Step::Own(own.path.clone()),
            Stage::Holds(..) => Step::Wait,
            Stage::Leaves(path) => Step::Delete(path.clone()),
            Stage::Over => Step::Over,
        }
    }

    /// What the path of its znode begins with.
    fn name(&self, at: &str) -> String {
        let word = match at {
            LEASES => "-lease-",
            _ => self.role.word(),
        };
        format!("{at}/_c_{}{word}", self.guid)
    }

    /// Takes in what has happened.
    pub fn happens(&mut self, event: Event) {
        match event {
            Event::Session { id, fresh } => {
                if self.session.is_some_and(|session| session != id) {
                    self.expire();
                }
                if self.session.replace(id).is_none() {
                    self.guid = fresh;
                }
            }
            Event::Expired => self.expire(),
            Event::Gone => match &self.stage {
                // Before it is watched, that may be of another one: of its place, when it has a lease.
                Stage::Holds(_, watched) if *watched || !kept!("gone_if_watched") => self.lose(),
                Stage::Watching(own, _) => self.stage = Stage::Placed(own.clone()),
                _ => {}
            },
            Event::Fired | Event::Left => {
                self.stage = match &self.stage {
                    // It is the first: whoever has come since has a higher number, as long as its own znode is there.
                    Stage::Watching(own, true) if event == Event::Left => {
                        self.standing = Standing::Holds(own.czxid);
                        Stage::Holds(own.clone(), true)
                    }
                    Stage::Watching(own, _) if !kept!("line_seen_again") => {
                        self.standing = Standing::Holds(own.czxid);
                        Stage::Holds(own.clone(), false)
                    }
                    Stage::Next(own) | Stage::Watching(own, _) => Stage::Placed(own.clone()),
                    Stage::Holds(own, true) => Stage::Holds(own.clone(), false),
                    _ => return,
                };
            }
            Event::Release | Event::Finished => self.leave(Standing::Released),
            Event::Forfeit => self.leave(Standing::Lost),
            answer => self.answered(answer),
        }
    }

    /// It is not wanted any more.
    fn leave(&mut self, standing: Standing) {
        if !self.is_wanted() {
            return;
        }
        self.standing = standing;
        self.stage = match &self.stage {
            // It has to be found first, if it is there.
            Stage::Doubtful(_) | Stage::Found(..) => return,
            _ => self
                .path()
                .filter(|_| kept!("place_given_up"))
                .map_or(Stage::Over, |path| Stage::Leaves(path.to_owned())),
        };
    }

    fn is_wanted(&self) -> bool {
        use Standing::{Asks, Holds, Waits};
        matches!(self.standing, Asks | Waits | Holds(_))
    }

    /// The session has ended: so has all that was made in it.
    fn expire(&mut self) {
        if self.session.take().is_none() {
            return;
        }
        match self.stage {
            Stage::Over => {}
            Stage::Holds(..) if kept!("lost_with_session") => self.lose(),
            _ if self.is_wanted() => self.begin_anew(),
            _ => self.stage = Stage::Over,
        }
    }

    /// Its own znode is gone while it held.
    fn lose(&mut self) {
        self.standing = Standing::Lost;
        self.stage = Stage::Over;
    }

    /// Nothing is there of it, and it is wanted.
    fn begin_anew(&mut self) {
        // What others may be before it has to be seen again.
        self.stage = Stage::Absent;
    }

    fn answered(&mut self, answer: Event) {
        let stage = self.stage.clone();
        if let Event::Done(Err(Fault::Refused))
        | Event::Max(Err(Fault::Refused))
        | Event::Created(Err(Fault::Refused))
        | Event::Listed(Err(Fault::Refused))
        | Event::Own(Err(Fault::Refused))
        | Event::Leased(Err(Fault::Refused)) = &answer
        {
            return self.refused();
        }
        self.stage = match (stage, answer) {
            (Stage::Absent, Event::Max(Err(Fault::Missing))) => Stage::Orphan(LOCKS),
            (Stage::Absent, Event::Max(Ok((number, version)))) => match (self.role, number) {
                (Role::Semaphore(max), Some(number)) if max != number && kept!("one_maximum") => {
                    self.standing = Standing::Other(number);
                    Stage::Over
                }
                (_, None) => Stage::Unset(version),
                _ => Stage::Checked,
            },
            // Whatever came of it, it is read again.
            (Stage::Unset(_), Event::Done(_)) => Stage::Absent,
            (Stage::Absent | Stage::Checked, Event::Created(Err(Fault::Missing))) => {
                Stage::Orphan(self.role.line())
            }
            (Stage::Orphan(_), Event::Done(Ok(()))) => Stage::Absent,
            (Stage::Bare(own), Event::Done(Ok(()))) => Stage::First(own),
            (Stage::Absent | Stage::Checked, Event::Created(Err(Fault::Unknown))) => {
                match kept!("doubt_resolved") {
                    true => Stage::Doubtful(self.role.line()),
                    false => Stage::Absent,
                }
            }
            (Stage::Absent | Stage::Checked, Event::Created(Ok((path, czxid, line)))) => {
                let own = Own { path, czxid };
                match line {
                    Some(names) => self.seen(own, &names),
                    None => Stage::Placed(own),
                }
            }
            (Stage::Doubtful(at), Event::Listed(Ok(names))) => self.looked_for(at, &names),
            (Stage::Doubtful(at), Event::Listed(Err(Fault::Missing))) => self.looked_for(at, &[]),
            (Stage::Found(path, others), Event::Own(Ok((owner, czxid)))) => {
                if self.session != Some(owner) && kept!("of_living_session") {
                    // A copy's of this machine, or what somebody has made by hand.
                    self.found(&path, others)
                } else if !self.is_wanted() {
                    Stage::Leaves(path)
                } else if path.starts_with(LEASES) {
                    self.standing = Standing::Holds(czxid);
                    Stage::Holds(Own { path, czxid }, true)
                } else {
                    Stage::Placed(Own { path, czxid })
                }
            }
            (Stage::Found(path, others), Event::Own(Err(Fault::Missing))) => {
                self.found(&path, others)
            }
            (Stage::Placed(own), Event::Listed(Ok(names))) => self.seen(own, &names),
            (Stage::Placed(_), Event::Listed(Err(Fault::Missing))) => Stage::Absent,
            (Stage::First(own), Event::Listed(Err(Fault::Missing))) => Stage::Bare(own),
            (Stage::Behind(own, _, true), Event::Done(Ok(()))) => {
                match kept!("own_watched_in_line") {
                    true => Stage::Next(own),
                    false => Stage::Watching(own, true),
                }
            }
            (Stage::Behind(own, _, false), Event::Done(Ok(()))) => Stage::Watching(own, false),
            (Stage::Behind(own, ..), Event::Done(Err(_))) => Stage::Placed(own),
            (Stage::Next(own), Event::Own(Ok((owner, czxid))))
                if self.session == Some(owner) && own.czxid == czxid =>
            {
                Stage::Watching(own, true)
            }
            (Stage::Next(own), Event::Own(Err(Fault::Unknown))) => Stage::Placed(own),
            // Somebody has deleted it.
            (Stage::Next(_), Event::Own(_)) => Stage::Absent,
            (Stage::First(own), Event::Listed(Ok(names))) => match self.role {
                Role::Semaphore(max) if names.len() < max as usize || !kept!("counted_leases") => {
                    Stage::Takes(own)
                }
                _ => self.waits(Stage::Watching(own, false)),
            },
            (Stage::Takes(_), Event::Leased(Ok((path, czxid)))) => {
                self.standing = Standing::Holds(czxid);
                Stage::Holds(Own { path, czxid }, false)
            }
            (Stage::Takes(_), Event::Leased(Err(Fault::Unknown))) if kept!("doubt_resolved") => {
                Stage::Doubtful(LEASES)
            }
            // Its place in the line is gone, or what is above: it looks.
            (Stage::Takes(own), Event::Leased(Err(_))) => Stage::Placed(own),
            (Stage::Holds(own, _), Event::Own(Ok((owner, czxid))))
                if self.session == Some(owner) && own.czxid == czxid =>
            {
                Stage::Holds(own, true)
            }
            (Stage::Holds(..), Event::Own(Ok(_) | Err(Fault::Missing))) => {
                self.standing = Standing::Lost;
                Stage::Over
            }
            (Stage::Leaves(_), Event::Done(Ok(()) | Err(Fault::Missing))) => Stage::Over,
            (Stage::Leaves(_), Event::Done(Err(_))) if !kept!("delete_repeated") => Stage::Over,
            (stage, _) => stage,
        };
    }

    /// Looks for what it may have made.
    fn looked_for(&self, at: &'static str, names: &[String]) -> Stage {
        let guid = self.guid.to_string();
        let its = names
            .iter()
            .filter(|name| name::sequence(name).is_some() && name.contains(&guid));
        self.found_at(at, its.map(|name| format!("{at}/{name}")).collect())
    }

    /// It was not the one at this path; perhaps one of these is.
    fn found(&self, path: &str, others: Vec<String>) -> Stage {
        let at = match path.starts_with(LEASES) {
            true => LEASES,
            false => self.role.line(),
        };
        self.found_at(at, others)
    }

    fn found_at(&self, at: &'static str, mut paths: Vec<String>) -> Stage {
        match paths.pop() {
            Some(path) => Stage::Found(path, paths),
            // The transaction that would have made it has not ended its place in the line either.
            None if at == LEASES => Stage::Doubtful(LOCKS),
            None if self.is_wanted() => Stage::Absent,
            None => Stage::Over,
        }
    }

    /// It stands in this line.
    fn seen(&mut self, own: Own, names: &[String]) -> Stage {
        let line = name::line(names);
        let is_own = |name: &&str| {
            own.path
                .strip_suffix(*name)
                .is_some_and(|at| at.ends_with('/'))
        };
        let Some(place) = line.iter().position(is_own) else {
            // Somebody has deleted it.
            return Stage::Absent;
        };
        let mut before = line[..place]
            .iter()
            .rev()
            .filter(|name| self.role.waits_for(name));
        match before.next() {
            Some(last) if kept!("first_in_line") => {
                // The first in the line of a semaphore has to look for a lease.
                let holds_next = !matches!(self.role, Role::Semaphore(_))
                    && (before.next().is_none() || !kept!("only_one_before"));
                self.waits(Stage::Behind(own, (*last).to_owned(), holds_next))
            }
            _ if matches!(self.role, Role::Semaphore(_)) => Stage::First(own),
            _ => {
                self.standing = Standing::Holds(own.czxid);
                Stage::Holds(own, false)
            }
        }
    }

    /// Others are before it.
    fn waits(&mut self, stage: Stage) -> Stage {
        match (self.once, stage) {
            (true, Stage::Behind(own, ..) | Stage::Watching(own, _)) => {
                self.standing = Standing::Taken;
                Stage::Leaves(own.path)
            }
            (_, stage) => {
                self.standing = Standing::Waits;
                stage
            }
        }
    }

    /// ZooKeeper does not allow it.
    fn refused(&mut self) {
        match (&self.stage, self.standing) {
            // Only the watch was refused; the server tells of its end with the session.
            (Stage::Holds(own, _), _) => self.stage = Stage::Holds(own.clone(), true),
            (Stage::Next(own), _) => self.stage = Stage::Watching(own.clone(), false),
            // What may not be deleted goes with the session.
            (Stage::Leaves(_), _) => self.stage = Stage::Over,
            // What was found with its name is most likely its own.
            (Stage::Found(path, _), _) => {
                self.standing = Standing::Refused;
                self.stage = Stage::Leaves(path.clone());
            }
            (Stage::Doubtful(_), _) => {
                self.standing = Standing::Refused;
                self.stage = Stage::Over;
            }
            _ => self.leave(Standing::Refused),
        }
    }
}
