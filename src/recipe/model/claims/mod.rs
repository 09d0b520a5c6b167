//! Items of a queue that are taken, acknowledged and given back: all that can happen to [`crate::recipe::Claim`] and
//! [`crate::recipe::ack`], which the model drives, and to who has what is taken ([`world`]): connections that are lost with
//! what is under way, writes that come late, servers that lag behind, sessions that expire or are given up, keepers and
//! processes that are killed, and processes that do not run, which is that they do nothing for any time.
//!
//! It leaves out time: a session expires at any moment, and what was held in it has run out by then; and what happens
//! between the reading of the two lists.

mod keeper;
mod php;
mod right;
mod world;

use stateright::{Model, Property};

use super::{Left, explore, most};
use crate::sometimes::sometimes;
use world::{Action, Passed, World};

#[derive(Clone, Debug)]
struct Scene {
    /// How many processes each of them has.
    families: Vec<usize>,
    items: usize,
    /// What claims are made below is there from the beginning.
    parents: bool,
    /// There is a server that lags behind.
    follower: bool,
    /// What can go wrong does to so many of the families.
    faulty: usize,
    /// All that is left to do is done in the end, from wherever.
    settles: bool,
    most: Left,
    /// What must be seen to happen.
    expected: &'static [Passed],
}

sometimes! {
    [] Scene, World {
        Again: "one takes what another one has had",
        Taken: "another one was quicker",
        FoundDone: "an acknowledgement without an answer turns out to have been carried out",
        Unknown: "one is told that it is not known whether it was",
        Denied: "one is told that it comes too late",
        FoundOwn: "a claim without an answer turns out to have been made",
        Late: "a write is carried out that nobody waits for",
        Orphan: "what a killed keeper holds is acknowledged",
        Woken: "one that waits looks again",
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
        type Is = fn(&Scene, &World) -> bool;
        let always: [(&'static str, Is); 5] = [
            (
                "it is acknowledged once, by who has it, as that is told",
                |_, world| world.wrong.is_none(),
            ),
            ("no two have it", |_, world| world.is_exclusive()),
            ("it is there, or was acknowledged", |_, world| {
                world.is_whole()
            }),
            (
                "where nothing goes on, what is claimed is somebody's, and who waits has nothing to take",
                |_, world| world.is_fair(),
            ),
            (
                "all that is left to do is done in the end",
                |scene, world| !scene.settles || world.settles(scene),
            ),
        ];
        let always = always.into_iter();
        let mut properties: Vec<_> = always
            .map(|(name, so)| Property::always(name, so))
            .collect();
        properties.extend(self.expected.iter().map(|&passed| sometimes(passed)));
        properties
    }
}

/// One process in each of two families, and an item.
fn two(most: Left) -> Scene {
    Scene {
        families: vec![1, 1],
        items: 1,
        parents: true,
        follower: false,
        faulty: 2,
        settles: false,
        most,
        expected: &[],
    }
}

#[test]
fn two_for_an_item() {
    explore(&Scene {
        expected: &[
            Passed::Again,
            Passed::Taken,
            Passed::FoundDone,
            Passed::Unknown,
            Passed::Denied,
            Passed::FoundOwn,
            Passed::Late,
            Passed::Orphan,
            Passed::Woken,
        ],
        faulty: 1,
        ..two(most(2, 0, 0))
    });
}

#[test]
fn two_that_give_back() {
    explore(&Scene {
        expected: &[
            Passed::Again,
            Passed::Taken,
            Passed::FoundDone,
            Passed::FoundOwn,
            Passed::Woken,
        ],
        ..two(most(1, 1, 0))
    });
}

#[test]
fn two_that_ask_a_server_that_lags() {
    explore(&Scene {
        follower: true,
        ..two(most(1, 0, 0))
    });
}

#[test]
fn two_in_a_family() {
    explore(&Scene {
        families: vec![2],
        settles: true,
        parents: false,
        ..two(most(1, 1, 0))
    });
}

#[test]
fn two_for_two_items() {
    explore(&Scene {
        items: 2,
        ..two(most(1, 0, 0))
    });
}
