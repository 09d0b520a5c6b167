//! What must be so.

use super::Scene;
use super::world::{Family, Passed, Php, TAKEN, World};
use crate::recipe::claim::claim_of;
use crate::recipe::model::Left;
use crate::recipe::model::servers::Place;
use crate::wire::Operation;

/// What became of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Item {
    pub(super) entry: String,
    /// The version that the last one gave it who took it.
    pub(super) last: i32,
    /// And what it had when it was acknowledged.
    pub(super) acked: Option<i32>,
    /// Of whom that was told that it was not.
    pub(super) denied: Vec<i32>,
}

impl World {
    /// What becomes of an item by a transaction that was carried out.
    pub(super) fn happened(&mut self, operations: &[Operation], acks: Option<i32>) {
        let paths = || operations.iter().map(Operation::path);
        let about = |item: &&mut Item| paths().any(|path| path == item.entry);
        let Some(item) = self.items.iter_mut().find(about) else {
            return;
        };
        if let Some(version) = acks {
            if version != item.last || item.denied.contains(&version) {
                self.wrong = Some("one has acknowledged it that does not have it");
            }
            item.acked = Some(version);
        } else if matches!(operations.first(), Some(Operation::Create(_))) {
            let now = self.servers.leader.version(&item.entry).unwrap_or_default();
            if now != item.last + 1 {
                self.wrong = Some("its version does not say how often it was taken");
            }
            if item.last > 0 {
                self.passed = Some(Passed::Again);
            }
            item.last = now;
        }
    }

    /// Of each item, no two have it that may believe so.
    pub(super) fn is_exclusive(&self) -> bool {
        let processes = self.families.iter().flat_map(|family| &family.processes);
        let mut held: Vec<_> = processes
            .filter_map(|php| match php {
                Php::Has(message) | Php::Acks(message, ..) => {
                    message.slot.is_some().then_some(&message.entry)
                }
                _ => None,
            })
            .collect();
        let all = held.len();
        held.sort_unstable();
        held.dedup();
        held.len() == all
    }

    /// Each item is there, or was acknowledged.
    pub(super) fn is_whole(&self) -> bool {
        let is_there = |item: &Item| self.servers.leader.version(&item.entry).is_some();
        self.items
            .iter()
            .all(|item| is_there(item) != item.acked.is_some())
    }

    /// Nothing goes on by itself any more.
    pub(super) fn is_quiet(&self) -> bool {
        let is_quiet = |family: &Family| {
            family.connected
                && family.session.is_some_and(|id| self.servers.lives(id))
                && family
                    .holds
                    .iter()
                    .all(|hold| !hold.asks() && hold.answer.is_none())
                && family
                    .processes
                    .iter()
                    .all(|php| matches!(php, Php::Waits(_) | Php::Has(_) | Php::Killed))
        };
        let mut sessions = self.servers.sessions.iter();
        self.late.is_empty()
            && !self.lags()
            && self.families.iter().all(is_quiet)
            && !sessions.any(|session| self.is_old(session.id))
    }

    /// Where nothing goes on by itself, whatever is claimed is somebody's, and who waits has nothing to take.
    pub(super) fn is_fair(&self) -> bool {
        !self.is_quiet() || self.has_reasons()
    }

    pub(super) fn has_reasons(&self) -> bool {
        let processes = || self.families.iter().flat_map(|family| &family.processes);
        let is_had = |claim: String| {
            processes().any(|php| match php {
                Php::Has(message) => {
                    message.stands && claim_of(&message.entry).as_ref() == Some(&claim)
                }
                _ => false,
            })
        };
        let claims = self.servers.leader.list(TAKEN).into_iter();
        let mut claims = claims.map(|name| format!("{TAKEN}/{name}"));
        let waits = processes().any(|php| matches!(php, Php::Waits(_)));
        claims.all(is_had) && (!waits || self.free([Place::Leader; 2]).is_empty())
    }

    /// All that is left to do is done, in some order: whether that has an end.
    pub(super) fn settles(&self, scene: &Scene) -> bool {
        let calm = Scene {
            follower: false,
            ..scene.clone()
        };
        let mut world = self.clone();
        world.left = Left::default();
        for _ in 0..STEPS {
            let mut actions = vec![];
            world.actions(&calm, &mut actions);
            let Some(action) = actions.into_iter().next() else {
                return world.is_quiet() && world.has_reasons();
            };
            world.act(&calm, action);
        }
        false
    }
}

/// More than it takes to settle.
const STEPS: usize = 200;
