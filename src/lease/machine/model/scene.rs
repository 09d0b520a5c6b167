//! Who takes part, and how much may happen.

use std::ops::RangeInclusive;

use stateright::{Model, Property};

use super::super::{Reply, State, Terms, Wanted};
use super::world::{Action, Left, Passed, World};
use crate::sometimes::sometimes;

#[derive(Clone, Debug)]
pub(super) struct Scene {
    /// What each family wants to lease.
    pub(super) families: Vec<Vec<Wanted>>,
    /// How many node IDs there are.
    pub(super) nodes: usize,
    pub(super) terms: Terms,
    /// The first timestamp that clocks show.
    pub(super) earliest: u64,
    /// How many more they show.
    pub(super) latest: u64,
    pub(super) most: Left,
    /// Callers issue.
    pub(super) callers: bool,
    /// Processes may die that a lease is for.
    pub(super) abandon: bool,
    /// What must be seen to happen.
    pub(super) expected: &'static [Passed],
}

/// Seeds with which a search for a node begins with node 1, and with node 2.
const SEEDS: [u64; 2] = [0, 1];

impl Scene {
    pub(super) fn clock(&self) -> RangeInclusive<u64> {
        self.earliest..=self.earliest + self.latest
    }

    /// Where candidates are chosen by this, in each order.
    pub(super) fn seeds(&self, reply: &Reply) -> &'static [u64] {
        match reply {
            Reply::Claimed(_) if self.nodes > 1 => &SEEDS,
            _ => &SEEDS[..1],
        }
    }
}

sometimes! {
    [] Scene, World {
        Theft: "a node is taken from an owner that still has a permit for it",
        Remainder: "an owner that has lost its node issues what it had reserved",
        Takeover: "a lease goes over from an old session to a new one",
        FoundDone: "a write whose reply was lost turns out to have been done",
        FoundUndone: "a write whose reply was lost turns out not to have been done",
        SameMillisecond: "a node is released and leased again in one millisecond",
        Moved: "a lease moves and releases its old node",
        MovedToSpare: "a lease moves to its spare before anything is asked",
        Claimed: "somebody claims a node without a look at its mark",
        Unsealed: "what a dead process had is released without a seal",
        Copied: "a family that has a permit is copied",
    }
}

impl Model for Scene {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self)]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        world.actions(self, actions);
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        next.act(self, action);
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::<Self>::always("no ID is issued twice", |_, world| !world.repeated),
            // Rule 8 is not needed for that: claims are.
            Property::<Self>::always(
                "nobody deletes the claim of an owner that has its mark",
                |_, world| world.claims_are_safe(),
            ),
            Property::<Self>::always(
                "nobody whose session lives begins or goes on with a node that somebody else has a claim on",
                |_, world| !world.shared,
            ),
        ];
        properties.extend(self.expected.iter().map(|&passed| sometimes(passed)));
        properties
    }
}

impl World {
    fn claims_are_safe(&self) -> bool {
        self.families.iter().all(|family| {
            let lives = self.alive.contains(&family.session);
            !lives
                || family.leases.iter().all(|lease| {
                    let held = match lease.machine.state {
                        State::Held(held) => Some(held),
                        _ => None,
                    };
                    let spare = lease.machine.spare.map(|spare| spare.held);
                    [held, spare].into_iter().flatten().all(|held| {
                        let node = self.registry.node(held.node);
                        let claim = node.claim.map(|(session, _)| session);
                        node.mark.map(|mark| mark.version) != Some(held.version)
                            || claim == Some(family.session)
                    })
                })
        })
    }
}
