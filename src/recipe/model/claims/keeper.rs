//! What the keeper does with claims, as `keeper::serve::held`.

use serde_bytes::ByteBuf;

use super::world::{Hold, Message, Passed, Php, TAKEN, World};
use crate::recipe::claim::{self, Claim, claim_of};
use crate::recipe::model::servers::{Id, Session};
use crate::recipe::{Event, Fault, Guid, Standing, Step};
use crate::wire::{Acl, Operation, Request, code};

impl Hold {
    /// What it asks ZooKeeper next, if that is a write.
    pub(super) fn write(&self) -> Option<Request> {
        let operations = match self.machine.next() {
            Step::Claim => {
                let item = (self.version, &ByteBuf::new());
                claim::taking(&self.entry, item, &self.claimant, vec![Acl::anyone()])
            }
            Step::GiveBack => claim::giving_back(&self.entry, self.version),
            _ => return None,
        };
        Some(Request::Multi(operations))
    }

    /// What is heard of that whose connection is lost.
    pub(super) fn lost(&self) -> Event {
        match self.machine.next() {
            Step::Claimed => Event::Claimed(Err(Fault::Unknown)),
            _ => Event::Done(Err(Fault::Unknown)),
        }
    }

    pub(super) fn asks(&self) -> bool {
        !matches!(self.machine.next(), Step::Wait | Step::Over)
    }

    pub(super) fn holds(&self) -> bool {
        matches!(self.machine.standing(), Standing::Holds(_))
    }
}

impl World {
    pub(super) fn may_arrive(&self, id: Id, hold: &Hold) -> bool {
        // Before it reads, it writes: what was sent before has come by then.
        let synced = hold.machine.next() == Step::Claimed;
        let late = || self.late.iter().any(|(sender, ..)| *sender == id);
        self.servers.lives(id) && hold.asks() && !(synced && late())
    }

    pub(super) fn take(&mut self, (f, o): (usize, usize), entry: String, version: i32) {
        let claimant = self.fresh();
        let family = &mut self.families[f];
        let mut machine = Claim::default();
        if let Some(id) = family.session.filter(|_| family.connected) {
            machine.happens(session(id));
        }
        family.holds.push(Hold {
            of: Some(o),
            machine,
            entry: entry.clone(),
            version,
            claimant,
            answer: None,
        });
        family.processes[o] = Php::Takes(entry, version);
    }

    /// A claimant that is nobody's.
    pub(super) fn fresh(&self) -> String {
        let holds = self.families.iter().flat_map(|family| &family.holds);
        let mut used: Vec<_> = holds
            .map(|hold| hold.claimant.clone().into_bytes())
            .collect();
        for (.., request) in &self.late {
            if let Request::Multi(operations) = request
                && let Some(Operation::Create(create)) = operations.first()
            {
                used.push(create.value.to_vec());
            }
        }
        let claims = self.items.iter().filter_map(|item| claim_of(&item.entry));
        used.extend(claims.filter_map(|claim| Some(self.servers.leader.value(&claim)?.to_vec())));
        let mut all = (0..).map(|number: u32| number.to_string());
        all.find(|claimant| !used.contains(&claimant.clone().into_bytes()))
            .unwrap()
    }

    pub(super) fn arrive(&mut self, f: usize, h: usize) {
        let Some(id) = self.families[f].session else {
            return;
        };
        let hold = &self.families[f].holds[h];
        let event = match hold.write() {
            Some(request) => {
                let is_claim = hold.machine.next() == Step::Claim;
                Event::Done(match self.write(id, None, &request) {
                    Ok(_) => Ok(()),
                    Err(failure) => Err(match failure.code {
                        code::NO_NODE if is_claim && failure.index == Some(0) => {
                            self.servers.leader.make(TAKEN);
                            Fault::Unknown
                        }
                        code::NO_NODE => Fault::Missing,
                        _ => Fault::Changed,
                    }),
                })
            }
            None => {
                let claim = claim_of(&hold.entry).unwrap();
                let value = self.servers.leader.value(&claim);
                let is_own = value.map(|value| value == hold.claimant.as_bytes());
                Event::Claimed(is_own.ok_or(Fault::Missing))
            }
        };
        self.families[f].holds[h].answer = Some(event);
    }

    /// Tells processes what came of what they are to have, and forgets what nothing is left of.
    pub(super) fn tell(&mut self, f: usize) {
        let servers = &self.servers;
        let family = &mut self.families[f];
        for hold in &mut family.holds {
            let Some(php) = hold.of.map(|o| &mut family.processes[o]) else {
                continue;
            };
            match (php, hold.machine.standing()) {
                (php @ Php::Takes(..), Standing::Holds(_)) => {
                    // It is said when it is certain.
                    let slot = family.session.filter(|&id| servers.lives(id));
                    if slot.is_some() {
                        *php = Php::Has(Message {
                            entry: hold.entry.clone(),
                            version: hold.version + 1,
                            slot,
                            stands: true,
                            orphan: false,
                            doubt: None,
                        });
                    }
                }
                // Nobody knew that it held.
                (Php::Takes(..), Standing::Lost) => hold.machine = Claim::default(),
                (php @ Php::Takes(..), Standing::Taken) => {
                    self.passed = Some(Passed::Taken);
                    *php = Php::Looks;
                    hold.of = None;
                }
                (Php::Has(message) | Php::Acks(message, ..), Standing::Lost) => {
                    (message.slot, message.stands) = (None, false);
                }
                _ => {}
            }
        }
        family
            .holds
            .retain(|hold| hold.machine.next() != Step::Over);
    }

    /// A process does not want what it has any more.
    pub(super) fn release(&mut self, (f, o): (usize, usize), event: Event) {
        let holds = self.families[f].holds.iter_mut();
        for hold in holds.filter(|hold| hold.of == Some(o)) {
            hold.of = None;
            // It is heard of that when the step's answer has been.
            if let Some(answer) = hold.answer.take() {
                hold.machine.happens(answer);
            }
            hold.machine.happens(event.clone());
        }
        self.tell(f);
    }

    pub(super) fn disconnect(&mut self, f: usize) {
        let was_connected = std::mem::take(&mut self.families[f].connected);
        let session = self.families[f].session;
        for h in 0..self.families[f].holds.len() {
            let hold = &mut self.families[f].holds[h];
            if !was_connected || !hold.asks() {
                continue;
            }
            let (answer, write) = (hold.answer.take(), hold.write());
            let event = hold.lost();
            hold.machine.happens(event);
            if let (None, Some(write), Some(id)) = (answer, write, session)
                && self.servers.lives(id)
            {
                self.leave((id, None, write));
            }
        }
        self.tell(f);
    }

    pub(super) fn connect(&mut self, f: usize) {
        let family = &mut self.families[f];
        family.connected = true;
        let id = family.session.unwrap_or_else(|| {
            family.sessions += 1;
            f as Id * 16 + Id::from(family.sessions)
        });
        family.session = Some(id);
        if self.servers.session(id).is_none() {
            self.servers.sessions.push(Session::new(id));
            self.servers.sessions.sort_by_key(|session| session.id);
        }
        for hold in &mut family.holds {
            hold.machine.happens(session(id));
        }
        self.tell(f);
    }

    /// Its machines are gone; what is in shared memory stays. Processes ask the next one for what they wait for.
    pub(super) fn kill(&mut self, f: usize) {
        self.left.faults -= 1;
        self.disconnect(f);
        self.families[f].session = None;
        self.families[f].holds.clear();
        for o in 0..self.families[f].processes.len() {
            match &mut self.families[f].processes[o] {
                Php::Has(message) | Php::Acks(message, ..) => {
                    message.orphan |= message.stands;
                    message.stands = false;
                }
                Php::Takes(entry, version) => {
                    let (entry, version) = (entry.clone(), *version);
                    self.take((f, o), entry, version);
                }
                _ => {}
            }
            if let Php::Acks(..) = self.families[f].processes[o] {
                self.lose_ack((f, o));
            }
        }
    }
}

pub(super) fn session(id: Id) -> Event {
    Event::Session {
        id,
        fresh: Guid::new([0, 0]),
    }
}
