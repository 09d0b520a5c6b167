//! Registrations of a process: asked for on the board, and waited for.

use std::time::{Duration, Instant};

use super::{Ended, Family};
use crate::keeper::{self, Entry, LOOK_AGAIN, REGISTRATIONS, RegistrationSlot};
use crate::lease::Refusal;
use crate::rule::kept;
use crate::wire::{Failure, code};

/// What is to be registered: all of it checked.
#[derive(Clone, Copy, Debug)]
pub struct Application<'a> {
    /// The servers.
    pub dsn: &'a str,
    /// The znode above, of [`keeper::LONGEST_PARENT`] bytes at the most.
    pub parent: &'a str,
    /// The value, of [`keeper::LONGEST_VALUE`] bytes at the most.
    pub value: &'a str,
    /// How long it may take.
    pub within: Duration,
}

/// A registration of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registration {
    index: usize,
    serial: u64,
    /// The process whose it is.
    owner: u64,
}

/// What a wait comes to.
enum Waited {
    Settled,
    Gone,
    Refused,
    Late,
    /// The keeper cannot be told.
    Unheard(String),
    Interrupted,
}

impl Family {
    /// Registers this process, or finds that it is: its own one with a value that begins with `same` is given this value.
    ///
    /// What is there with this value already is not waited for, also where it cannot be seen to be.
    ///
    /// # Errors
    /// Then a new one is withdrawn, and an old one kept.
    pub fn register(
        &self,
        application: &Application<'_>,
        same: &str,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<Registration, Ended> {
        let owner = self.own.identity();
        let all = &self.board().registrations;
        let entry = Entry {
            dsn: application.dsn,
            parent: application.parent,
            value: application.value,
            same,
        };
        let found = all.find(owner, &entry);
        let index = match found {
            Some(index) => index,
            None => all.add(owner, &entry).ok_or_else(|| {
                let message = format!(
                    "the processes of this family already have {REGISTRATIONS} registrations, which is the most they can"
                );
                failure(code::SYSTEM_ERROR, application.parent, message)
            })?,
        };
        let slot = all.slot(index);
        let registration = Registration {
            index,
            serial: slot.serial(),
            owner,
        };
        if found.is_some() {
            if slot.value() == application.value {
                // Also where there is no keeper, or one that has not heard of this process.
                self.summon();
                let _ = self.connect_registration(index, owner);
                return Ok(registration);
            }
            slot.want(application.value);
        }
        let settled = self.settle(&registration, application.within, interrupt);
        if settled.is_err() && found.is_none() && kept!("registration_all_or_nothing") {
            self.withdraw(&registration);
        }
        settled.map(|()| registration)
    }

    /// Gives a registration of this process another value, and waits until it has it.
    ///
    /// # Errors
    /// Then the keeper goes on to try, unless it is not registered any more.
    pub fn update(
        &self,
        registration: &Registration,
        (value, within): (&str, Duration),
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<(), Ended> {
        let Some(slot) = self.own_slot(registration) else {
            let message =
                "it is not registered any more, or was by another process; call register()"
                    .to_owned();
            return Err(failure(code::INVALID_STATE, "", message).into());
        };
        slot.want(value);
        self.settle(registration, within, interrupt)
    }

    /// Ends a registration of this process, and waits until ZooKeeper knows. One that is none is none afterwards.
    ///
    /// # Errors
    /// ZooKeeper does not know in time. The keeper goes on to tell it.
    pub fn unregister(
        &self,
        registration: &Registration,
        within: Duration,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<(), Ended> {
        let Some(slot) = self.own_slot(registration) else {
            return Ok(());
        };
        let path = slot.path();
        self.withdraw(registration);
        match self.wait(registration, within, interrupt) {
            Waited::Interrupted => Err(Ended::Interrupted),
            Waited::Late | Waited::Refused | Waited::Unheard(_) => {
                let (_, wrong) = slot.wrong();
                let message = format!(
                    "{path}: ZooKeeper could not be told within {} ms that it is not registered any more; it is told when it can \
                     be reached, or the session ends{}",
                    within.as_millis(),
                    because(&wrong)
                );
                Err(failure(code::OPERATION_TIMEOUT, &path, message).into())
            }
            Waited::Settled | Waited::Gone => Ok(()),
        }
    }

    /// Whether the znode of a registration of this process is there, as far as the keeper knows.
    #[must_use]
    pub fn is_registered(&self, registration: &Registration) -> bool {
        let stands = self
            .own_slot(registration)
            .is_some_and(|slot| slot.stands());
        // What one knew that was killed nobody knows.
        stands
            && self
                .link
                .as_ref()
                .is_ok_and(|link| link.has_keeper() || !kept!("registration_known"))
    }

    /// The znode of a registration that has not ended, of whatever process.
    #[must_use]
    pub fn registered_path(&self, registration: &Registration) -> Option<String> {
        let slot = self.board().registrations.slot(registration.index);
        let path = slot.path();
        (slot.serial() == registration.serial).then_some(path)
    }

    /// The slot of a registration of this process that was not withdrawn.
    fn own_slot(&self, registration: &Registration) -> Option<&RegistrationSlot> {
        let slot = self.board().registrations.slot(registration.index);
        let ours =
            registration.owner == self.own.identity() || !kept!("registration_of_the_process");
        (ours && slot.serial() == registration.serial && !slot.is_withdrawn()).then_some(slot)
    }

    fn withdraw(&self, registration: &Registration) {
        if let Some(slot) = self.own_slot(registration) {
            slot.withdraw();
            self.summon();
            if let Ok(link) = &self.link {
                link.hint();
            }
            self.disconnect(keeper::place_of_registration(registration.index));
        }
    }

    /// Waits until it is there as it is wanted.
    fn settle(
        &self,
        registration: &Registration,
        within: Duration,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<(), Ended> {
        let slot = self.board().registrations.slot(registration.index);
        let path = slot.path();
        let waited = self.wait(registration, within, interrupt);
        let (code, wrong) = slot.wrong();
        let failure = match waited {
            Waited::Settled => return Ok(()),
            Waited::Interrupted => return Err(Ended::Interrupted),
            Waited::Refused => failure(code, &path, wrong),
            Waited::Unheard(why) => failure(code::SYSTEM_ERROR, &path, format!("{path}: {why}")),
            Waited::Gone => failure(
                code::INVALID_STATE,
                &path,
                format!("{path}: it is not registered any more; call register()"),
            ),
            Waited::Late => {
                let wrong = self.keeper_lacks().unwrap_or(wrong);
                let message = format!(
                    "{path}: it could not be registered within {} ms{}",
                    within.as_millis(),
                    because(&wrong)
                );
                failure(code::OPERATION_TIMEOUT, &path, message)
            }
        };
        Err(failure.into())
    }

    fn wait(
        &self,
        registration: &Registration,
        within: Duration,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Waited {
        let slot = self.board().registrations.slot(registration.index);
        let deadline = Instant::now() + within;
        let mut look = LOOK_AGAIN;
        loop {
            let turn = slot.turn();
            if slot.serial() != registration.serial {
                return Waited::Gone;
            }
            if registration.owner != self.own.identity() {
                // A signal's handler has forked, and this is the fork.
                return Waited::Gone;
            }
            let withdrawn = slot.is_withdrawn();
            if !withdrawn && slot.is_settled() {
                return Waited::Settled;
            }
            if !withdrawn && slot.is_refused() {
                return Waited::Refused;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Waited::Late;
            }
            self.summon();
            if !withdrawn
                && let Err(refusal) =
                    self.connect_registration(registration.index, registration.owner)
            {
                return Waited::Unheard(refusal.to_string());
            }
            if let Ok(link) = &self.link {
                link.hint();
            }
            slot.wait(turn, left.min(look));
            look = (look * 2).min(LOOK_AGAIN * 8);
            if interrupt() {
                return Waited::Interrupted;
            }
        }
    }

    fn connect_registration(&self, index: usize, owner: u64) -> Result<(), Refusal> {
        self.connect(keeper::place_of_registration(index), owner)
    }
}

fn because(wrong: &str) -> String {
    match wrong {
        "" => String::new(),
        wrong => format!(": {wrong}"),
    }
}

fn failure(code: i32, path: &str, message: String) -> Failure {
    Failure {
        code,
        unknown: false,
        path: (!path.is_empty()).then(|| path.to_owned()),
        index: None,
        message,
    }
}
