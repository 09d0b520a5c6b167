//! Carries out the steps of one that stands in line.

use serde_bytes::ByteBuf;
use zookeeper_client::{CreateMode, Error, MultiWriteError, MultiWriteResult};

use super::session::{HeldSession, agreed};
use crate::keeper::scoreboard::uptime_ns;
use crate::keeper::serve::clients::explain::{self, Refused};
use crate::keeper::serve::clients::request;
use crate::keeper::session::client::Lent;
use crate::keeper::session::parents::Parents;
use crate::keeper::session::watch::{self, Once};
use crate::recipe::claim::{self, claim_of};
use crate::recipe::contender::{LEASES, LOCKS};
use crate::recipe::{Event, Fault, Step};
use crate::wire::{Create, Failure, Hold, Mode, Operation, Request, Role, code};

const EPHEMERAL: CreateMode = CreateMode::EphemeralSequential;

/// What came of a step, and what is watched from then on.
pub(super) struct Answer {
    pub(super) event: Event,
    pub(super) watch: Option<Once>,
    /// Where ZooKeeper refuses it: why.
    pub(super) refused: Option<Failure>,
}

/// One that asks for what is to be held.
pub(super) struct Asks<'a> {
    pub(super) claimant: &'a str,
    pub(super) session: &'a HeldSession,
    pub(super) client: &'a Lent,
    pub(super) parents: &'a Parents,
    pub(super) hold: &'a Hold,
}

/// Why a step came to nothing.
enum Why {
    Fault(Fault),
    Refused(Failure),
}

impl Asks<'_> {
    /// Carries out a step that asks something.
    pub(super) async fn carry_out(&self, step: &Step) -> Answer {
        let mut watch = None;
        let mut refused = None;
        let mut fault = |why: Why| match why {
            Why::Fault(fault) => fault,
            Why::Refused(failure) => {
                refused = Some(failure);
                Fault::Refused
            }
        };
        let event = match step {
            Step::Wait | Step::Over => Event::Fired,
            Step::Max => Event::Max(self.max().await.map_err(&mut fault)),
            Step::SetMax(max, version) => {
                let value = max.to_string();
                let set = self
                    .client
                    .set_data(&self.hold.path, value.as_bytes(), Some(*version));
                let done = self.session.answered(self.client, set).await;
                Event::Done(self.told("", done).map(drop).map_err(&mut fault))
            }
            Step::Create(name) => Event::Created(self.create(name).await.map_err(&mut fault)),
            Step::Parents(at) => Event::Done(self.parents(at).await.map_err(&mut fault)),
            Step::List {
                at,
                sync,
                watch: watched,
            } => {
                let listed = self.list(at, *sync, *watched).await;
                Event::Listed(match listed {
                    Ok((names, once)) => {
                        watch = once;
                        Ok(names)
                    }
                    Err(why) => Err(fault(why)),
                })
            }
            Step::Watch(at) => {
                let path = self.at(at);
                let armed = watch::data(self.session.session(), self.client, &path);
                let armed = self.session.answered(self.client, armed).await;
                Event::Done(match self.told(at, armed) {
                    Ok((_, _, once)) => {
                        watch = Some(once);
                        Ok(())
                    }
                    Err(why) => Err(fault(why)),
                })
            }
            Step::Own(at) => {
                let path = self.at(at);
                let armed = watch::stat(self.session.session(), self.client, &path);
                let armed = self.session.answered(self.client, armed).await;
                Event::Own(match self.told(at, armed) {
                    Ok((Some(stat), once)) => {
                        watch = Some(once);
                        Ok((stat.ephemeral_owner, stat.czxid))
                    }
                    Ok((None, _)) => Err(Fault::Missing),
                    Err(why) => Err(fault(why)),
                })
            }
            Step::Claim => Event::Done(self.claim().await.map_err(&mut fault)),
            Step::Claimed => Event::Claimed(self.claimed().await.map_err(&mut fault)),
            Step::GiveBack => Event::Done(self.give_back().await.map_err(&mut fault)),
            Step::Lease { of, name } => {
                Event::Leased(self.lease(of, name).await.map_err(&mut fault))
            }
            Step::Delete(at) => {
                let path = self.at(at);
                let delete = self.client.delete(&path, None);
                let done = self.session.answered(self.client, delete).await;
                Event::Done(self.told(at, done).map_err(&mut fault))
            }
        };
        Answer {
            event,
            watch,
            refused,
        }
    }

    /// A znode's path.
    pub(super) fn at(&self, below: &str) -> String {
        match self.hold.path.as_str() {
            "/" => below.to_owned(),
            path => format!("{path}{below}"),
        }
    }

    /// What is listed; the root has no name of its own.
    fn list_of(&self, below: &str) -> String {
        match self.at(below) {
            path if path.is_empty() => "/".to_owned(),
            path => path,
        }
    }

    async fn max(&self) -> Result<(Option<u32>, i32), Why> {
        let read = self.client.get_data(&self.hold.path);
        let (value, stat) = self.told("", self.session.answered(self.client, read).await)?;
        if value.is_empty() {
            return Ok((None, stat.version));
        }
        let number = std::str::from_utf8(&value)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        number.map(|number| (Some(number), stat.version)).ok_or_else(|| {
            let message = format!(
                "{}: its value is to be the number of seats of a semaphore, and is none; use another path, or correct it",
                self.hold.path
            );
            Why::Refused(self.request("").failure(code::INVALID_STATE, false, message))
        })
    }

    async fn create(&self, name: &str) -> Result<(String, i64, Option<Vec<String>>), Why> {
        let path = self.at(name);
        let (line, _) = path.rsplit_once('/').unwrap_or_default();
        let line = if line.is_empty() { "/" } else { line };
        let sent = uptime_ns();
        // Both are sent now, one behind the other, so that the list has what is made.
        let options = self.parents.options(EPHEMERAL);
        let create = self.client.create(&path, &self.hold.value, &options);
        let is_known = self.session.lines.borrow().expects(line);
        let list = (!is_known).then(|| self.client.list_children(line));
        let created = self.session.answered(self.client, create).await;
        let (stat, sequence) = self.told(name, created)?;
        self.session.hears(sent, self.client.session_timeout());
        let path = format!("{name}{sequence}");
        let is_first = self.session.comes(line, &path);
        let names = match list {
            Some(list) => self.session.answered(self.client, list).await.ok(),
            // As if it were listed.
            None if is_first => path.rsplit('/').next().map(|own| vec![own.to_owned()]),
            None => None,
        };
        Ok((path, stat.czxid, names))
    }

    async fn parents(&self, at: &str) -> Result<(), Why> {
        let of = match at {
            "" => vec![self.at("/x")],
            // Both, since the one that is first needs the other.
            _ => [LOCKS, LEASES]
                .map(|at| self.at(&format!("{at}/x")))
                .to_vec(),
        };
        for path in of {
            let make = self.parents.make(self.client, &path);
            match self.session.answered(self.client, make).await {
                Err(Error::NoNode) => return Err(self.no_chroot_or_changed().await),
                made => self.told(at, made)?,
            }
        }
        Ok(())
    }

    async fn list(
        &self,
        at: &str,
        sync: bool,
        watched: bool,
    ) -> Result<(Vec<String>, Option<Once>), Why> {
        let path = self.list_of(at);
        if sync {
            let agreed = agreed(self.client);
            self.told(at, self.session.answered(self.client, agreed).await)?;
        }
        if watched {
            let list = watch::children(self.session.session(), self.client, &path);
            let (names, _, once) = self.told(at, self.session.answered(self.client, list).await)?;
            return Ok((names, Some(once)));
        }
        let list = self.client.list_children(&path);
        let names = self.told(at, self.session.answered(self.client, list).await)?;
        Ok((names, None))
    }

    /// A lease for a place in the line, all at once.
    async fn lease(&self, of: &str, name: &str) -> Result<(String, i64), Why> {
        let mut multi = self.client.new_multi_writer();
        let added = multi.add_delete(&self.at(of), None).and_then(|()| {
            multi.add_create(
                &self.at(name),
                &self.hold.value,
                &self.parents.options(EPHEMERAL),
            )
        });
        self.told(name, added)?;
        let sent = uptime_ns();
        let commit = async {
            multi.commit().await.map_err(|error| match error {
                MultiWriteError::RequestFailed { source }
                | MultiWriteError::OperationFailed { source, .. } => source,
            })
        };
        let done = self.told(name, self.session.answered(self.client, commit).await)?;
        self.session.hears(sent, self.client.session_timeout());
        let made = done.into_iter().find_map(|one| match one {
            MultiWriteResult::Create { path, .. } => Some(path),
            _ => None,
        });
        // Servers say nothing, or nothing true, of its stat here (ZOOKEEPER-4026, ZOOKEEPER-4667).
        let path = made.ok_or(Why::Fault(Fault::Unknown))?;
        let stat = self.client.check_stat(&path);
        let stat = self.told(name, self.session.answered(self.client, stat).await)?;
        let stat = stat.ok_or(Why::Fault(Fault::Unknown))?;
        let below = path.strip_prefix(&self.at("")).unwrap_or(&path);
        Ok((below.to_owned(), stat.czxid))
    }

    /// Claims an item, in one step with giving it the next version.
    async fn claim(&self) -> Result<(), Why> {
        let hold = self.hold;
        let Role::Claim(version) = hold.role else {
            return Err(Why::Fault(Fault::Missing));
        };
        let item = (version, &hold.value);
        let taking = claim::taking(&hold.path, item, self.claimant, self.parents.acl());
        let sent = uptime_ns();
        let commit = async {
            match request::transact(self.client, &taking).await {
                Ok(_) => Ok(None),
                Err(Refused {
                    index: Some(0),
                    error: Error::NoNode,
                }) => Ok(taking.first().map(Operation::path)),
                Err(refused) => Err(refused.error),
            }
        };
        let parents = self.told("", self.session.answered(self.client, commit).await)?;
        let Some(of) = parents else {
            self.session.hears(sent, self.client.session_timeout());
            return Ok(());
        };
        let make = self.parents.make(self.client, of);
        self.told("", self.session.answered(self.client, make).await)?;
        // It is seen that there is none, and tried again.
        Err(Why::Fault(Fault::Unknown))
    }

    /// Whether the claim that is there is its own.
    async fn claimed(&self) -> Result<bool, Why> {
        let claim = self.claim_path();
        let agreed = agreed(self.client);
        self.told("", self.session.answered(self.client, agreed).await)?;
        let read = self.client.get_data(&claim);
        let (value, _) = self.told("", self.session.answered(self.client, read).await)?;
        Ok(value == self.claimant.as_bytes())
    }

    /// Ends its own claim, and no other one: the item has the version that it was given.
    async fn give_back(&self) -> Result<(), Why> {
        let Role::Claim(version) = self.hold.role else {
            return Err(Why::Fault(Fault::Missing));
        };
        let back = claim::giving_back(&self.hold.path, version);
        let commit = async {
            let done = request::transact(self.client, &back).await;
            done.map_err(|refused| refused.error)
        };
        let done = self.session.answered(self.client, commit).await;
        self.told("", done).map(drop)
    }

    fn claim_path(&self) -> String {
        claim_of(&self.hold.path).unwrap_or_default()
    }

    /// What a server says, as the machine has it.
    fn told<T>(&self, at: &str, answer: Result<T, Error>) -> Result<T, Why> {
        answer.map_err(|error| match error {
            Error::NoNode => Why::Fault(Fault::Missing),
            Error::BadVersion | Error::NodeExists => Why::Fault(Fault::Changed),
            Error::SessionMoved | Error::Throttled => Why::Fault(Fault::Unknown),
            error if explain::is_lost(&error) => Why::Fault(Fault::Unknown),
            error => {
                let session = self.session.session();
                let refused = Refused::from(error);
                Why::Refused(explain::refused(session, &self.request(at), &refused))
            }
        })
    }

    /// What is above could not be made: there is no chroot, or somebody has just deleted what was.
    async fn no_chroot_or_changed(&self) -> Why {
        let stat = self.client.check_stat("/");
        match self.session.answered(self.client, stat).await {
            Ok(None) => Why::Refused(self.no_chroot()),
            _ => Why::Fault(Fault::Unknown),
        }
    }

    fn no_chroot(&self) -> Failure {
        let dsn = &self.session.session().profile.dsn;
        let message = format!(
            "{}: the chroot of the DSN, {dsn}, does not exist; correct it, or create it",
            self.hold.path
        );
        self.request("").failure(code::NO_NODE, false, message)
    }

    /// For what is told of a failure.
    fn request(&self, at: &str) -> Request {
        let path = match self.at(at) {
            path if path.is_empty() => "/".to_owned(),
            path => path,
        };
        Request::Create(Create {
            path,
            value: ByteBuf::new(),
            acl: vec![],
            mode: Mode::Ephemeral { sequential: true },
        })
    }
}

/// What cannot be asked since there was no server in time.
pub(super) fn unsent(session: &HeldSession, hold: &Hold) -> Failure {
    explain::unsent(session.session(), &Request::Hold(hold.clone()))
}
