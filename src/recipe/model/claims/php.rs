//! What processes do with items, as `Dig\Zookeeper\Queue` and `Message`.

use super::Scene;
use super::world::{Action, ENTRIES, Hold, Message, Passed, Php, TAKEN, World};
use crate::recipe::ack::Acked;
use crate::recipe::model::servers::Place;
use crate::recipe::model::tree::lost;
use crate::recipe::{Event, claim, queue};
use crate::wire::{Failure, Request};

impl World {
    pub(super) fn actions_of(
        &self,
        scene: &Scene,
        (f, o): (usize, usize),
        actions: &mut Vec<Action>,
    ) {
        let (faults, ends) = (self.may_fail(scene, f), self.left.ends > 0);
        let places = match scene.follower && self.lags() {
            true => &[Place::Leader, Place::Follower][..],
            false => &[Place::Leader][..],
        };
        let php = &self.families[f].processes[o];
        match php {
            Php::Looks => {
                for (&entries, &taken) in places
                    .iter()
                    .flat_map(|a| places.iter().map(move |b| (a, b)))
                {
                    let many = self.free([entries, taken]).len().max(1);
                    actions.extend((0..many).map(|one| Action::Look(f, o, [entries, taken], one)));
                }
            }
            Php::Reads(_) => actions.extend(places.iter().map(|&place| Action::Read(f, o, place))),
            Php::Takes(..) if ends => actions.push(Action::TimeOut(f, o)),
            Php::Has(message) => {
                actions.push(Action::Ack(f, o));
                if ends {
                    actions.push(Action::GiveBack(f, o));
                }
                let holds = self.families[f].holds.iter();
                if faults
                    && message.stands
                    && holds.filter(|hold| hold.of == Some(o)).any(Hold::holds)
                {
                    actions.push(Action::Forfeit(f, o));
                }
            }
            Php::Acks(_, _, answer) => {
                actions.push(match answer {
                    None => Action::ArriveAck(f, o),
                    Some(_) => Action::HearAck(f, o),
                });
                if faults {
                    actions.push(Action::LoseAck(f, o));
                    if answer.is_none() {
                        actions.push(Action::RefuseAck(f, o));
                    }
                }
            }
            Php::Takes(..) | Php::Waits(_) | Php::Killed => {}
        }
        if faults && !matches!(php, Php::Killed | Php::Looks | Php::Waits(_)) {
            actions.push(Action::KillProcess(f, o));
        }
    }

    /// Items that nobody has, where the lists are read there.
    pub(super) fn free(&self, [entries, taken]: [Place; 2]) -> Vec<String> {
        let entries = self.servers.tree(entries).list(ENTRIES);
        let taken = self.servers.tree(taken).list(TAKEN);
        let free = queue::free(&entries, &taken).into_iter();
        free.map(|name| format!("{ENTRIES}/{name}")).collect()
    }

    /// The same of a message, which may be a killed keeper's.
    pub(super) fn let_go(&mut self, (f, o): (usize, usize), message: &Message) {
        self.release((f, o), Event::Release);
        if message.orphan {
            let back = claim::giving_back(&message.entry, message.version - 1);
            self.leave((0, None, Request::Multi(back)));
        }
        self.families[f].processes[o] = Php::Looks;
    }

    pub(super) fn hear_ack(&mut self, (f, o): (usize, usize), answer: Result<(), Failure>) {
        let Php::Acks(mut message, mut ack, _) = self.families[f].processes[o].clone() else {
            return;
        };
        let lives = |id| self.servers.lives(id);
        let held = message.stands && message.slot.is_some_and(lives);
        let first = answer.is_ok();
        let Some(acked) = ack.hears(answer, held) else {
            self.families[f].processes[o] = Php::Acks(message, ack, None);
            return;
        };
        let item = self
            .items
            .iter_mut()
            .find(|item| item.entry == message.entry);
        let item = item.unwrap();
        let is_done = item.acked == Some(message.version);
        match acked {
            Acked::Done => {
                if !is_done {
                    self.wrong = Some("one is told that it is acknowledged, and it is not");
                }
                if !first && message.doubt.is_none() {
                    self.passed = Some(Passed::FoundDone);
                } else if message.orphan {
                    self.passed = Some(Passed::Orphan);
                }
                self.release((f, o), Event::Finished);
                self.families[f].processes[o] = Php::Looks;
            }
            Acked::Lost => {
                if is_done {
                    self.wrong = Some("one is told that it is not acknowledged, and it is");
                }
                item.denied.push(message.version);
                self.passed = Some(Passed::Denied);
                self.let_go((f, o), &message);
            }
            Acked::Gone(_) => {
                self.passed = Some(Passed::Unknown);
                self.let_go((f, o), &message);
            }
            Acked::Refused(_) => self.families[f].processes[o] = Php::Has(message),
            Acked::Unknown(doubt) => {
                self.passed = Some(Passed::Unknown);
                message.doubt = Some(doubt);
                self.families[f].processes[o] = Php::Has(message);
            }
        }
    }

    pub(super) fn lose_ack(&mut self, of: (usize, usize)) {
        self.leave_ack(of);
        self.hear_ack(of, Err(lost()));
    }

    /// Nobody waits for the acknowledgement any more that a process may have sent.
    pub(super) fn leave_ack(&mut self, (f, o): (usize, usize)) {
        if let Php::Acks(message, ack, None) = &self.families[f].processes[o] {
            let request = Request::Multi(ack.operations());
            let late = (0, Some(message.version), request);
            self.leave(late);
        }
    }
}
