//! Who takes part, and how much may happen.

use stateright::{Model, Property};

use super::super::{Guid, Role};
use super::world::{Action, Left, Passed, World};
use crate::sometimes::sometimes;

#[derive(Clone, Debug)]
pub(super) struct Scene {
    /// As what those of each family stand in line.
    pub(super) families: Vec<Vec<Role>>,
    /// They do not wait.
    pub(super) once: bool,
    /// The parents are there from the beginning.
    pub(super) parents: bool,
    /// And the semaphore has this number.
    pub(super) number: Option<u32>,
    /// There is a server that lags behind.
    pub(super) follower: bool,
    /// A family may take a new session while its old one lives.
    pub(super) gives_up: bool,
    /// Keepers may be killed.
    pub(super) kills: bool,
    /// Sessions expire when it is time, and what is held runs out; otherwise that is in time, and they may at any moment.
    pub(super) timed: bool,
    /// All have the same GUID, as copies of one.
    pub(super) copies: bool,
    /// Families know lines ([`super::super::Lines`]), and use that whenever they may.
    pub(super) learns: bool,
    /// All that is left to do is done in the end, from wherever.
    pub(super) settles: bool,
    pub(super) most: Left,
    /// What must be seen to happen.
    pub(super) expected: &'static [Passed],
}

impl Scene {
    /// The GUID of one's so many-th wish in the family's so many-th session.
    pub(super) fn guid(&self, f: usize, o: usize, session: u8, wish: u8) -> Guid {
        if self.copies {
            return Guid::new([0, 0]);
        }
        let place = (f * 16 + o) as u64;
        Guid::new([place << 16, u64::from(session) << 8 | u64::from(wish)])
    }
}

sometimes! {
    [] Scene, World {
        Handed: "one holds after another one has",
        Next: "one holds as soon as it hears that the only one before it is gone",
        Known: "one is known to be the first by its number",
        Shared: "two hold that may",
        FoundDone: "a creation whose answer was lost turns out to have been done",
        FoundUndone: "a creation whose answer was lost turns out not to have been done",
        Stale: "a server answers that lags behind",
        Late: "a write is carried out that nobody waits for",
        Lost: "what is held is lost",
        Displaced: "one that waits loses its place with its session",
        GivenUp: "a family takes a new session while its old one lives",
        Taken: "one that is not to wait does not",
        Other: "a semaphore is for another number",
        Gone: "a holder is told that its znode was deleted",
        Parents: "missing parents are made",
        Foreign: "a znode with its own name is found to be another's",
        RanOut: "what is held runs out and its session lives",
    }
    Passed::Outlived => Property::sometimes(
        "what a killed keeper's holds outlives it",
        |_, world: &World| world.is_outlived(),
    ),
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
        let mut properties = vec![Property::<Self>::always(
            "where nothing goes on, who waits has a reason, and nothing else is there",
            |_, world| world.is_fair(),
        )];
        if self.most.strikes == 0 {
            properties.push(Property::always("tokens rise", |_, world: &World| {
                world.wrong.is_none()
            }));
            properties.push(Property::always(
                "no two hold that may not at once",
                |_, world: &World| world.is_exclusive(),
            ));
        }
        if self.once {
            properties.push(Property::always("nobody waits", |_, world: &World| {
                world.nobody_waits()
            }));
        }
        if self.settles {
            properties.push(Property::always(
                "all that is left to do is done in the end",
                |scene: &Self, world: &World| world.settles(scene),
            ));
        }
        properties.extend(self.expected.iter().map(|&passed| sometimes(passed)));
        properties
    }
}
