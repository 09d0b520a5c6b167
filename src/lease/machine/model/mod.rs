//! All that can happen to a few owners of one or two node IDs, explored exhaustively: every order in which
//! requests arrive and are answered, replies that are lost, writes that come late, sessions that expire,
//! keepers that are killed, callers that sleep, clocks that show anything at any time, machines that are copied with all
//! that runs on them, and somebody who makes claims and looks at no mark.
//!
//! The model drives [`super::Machine`] and [`crate::id::sequence::reserve`] themselves. Its own are only the
//! registry ([`registry`]) and the order of events ([`world`]). What it leaves out:
//! * Time. Wherever the code reads a clock, each of the scene's timestamps is tried, and pauses may be over
//!   at any moment. So clocks that disagree, stand, step back or jump need no events of their own.
//! * Names. Nonces and sessions are renumbered after each event, since only which are equal matters; a nonce
//!   that nobody can read any more is forgotten.
//! * What happens within one step of the machine, or within `reserve`: a caller that is paused before its
//!   compare-and-set either fails and tries again with what it finds, or is as if it had not begun before.
//!
//! `TICKET_MODEL_DEPTH=1` (2, ...) lets that many more faults, releases and moves happen than the ordinary run,
//! and takes far longer.

mod family;
mod names;
mod registry;
mod scene;
mod world;

use std::time::Instant;

use stateright::{Checker, Expectation, HasDiscoveries, Model};

use super::super::Wanted;
use super::Terms;
use family::LAYOUT;
use scene::Scene;
use world::{Left, Passed};

const TERMS: Terms = Terms {
    window: 1,
    tolerance: 1,
    spares: 0,
};

const ONE: Wanted = Wanted::Exactly(1);

/// How much may happen.
fn most(faults: u8, ends: u8, moves: u8) -> Left {
    let depth = std::env::var("TICKET_MODEL_DEPTH");
    let more = depth.map_or(0, |depth| depth.parse().unwrap());
    Left {
        faults: faults + more,
        ends: ends + more,
        moves: if moves == 0 { 0 } else { moves + more },
        claims: 0,
        copies: 0,
    }
}

/// And so many claims of somebody who makes nothing else.
fn beside(claims: u8, most: Left) -> Left {
    Left { claims, ..most }
}

/// Explores all of a scene, and fails if what must not be happens, or what should happen does not.
#[expect(clippy::print_stderr, reason = "how much was explored is the result")]
fn explore(scene: &Scene) {
    let started = Instant::now();
    let done = scene
        .clone()
        .checker()
        .threads(2)
        .finish_when(HasDiscoveries::AnyFailures)
        .spawn_bfs()
        .join();
    eprintln!(
        "{} states, {} of them distinct, up to {} events, {:.1} s",
        done.state_count(),
        done.unique_state_count(),
        done.max_depth(),
        started.elapsed().as_secs_f32()
    );
    for property in scene.properties() {
        if property.expectation == Expectation::Always
            && let Some(path) = done.discovery(property.name)
        {
            let last = path.last_state().clone();
            let events = path.into_actions().into_iter();
            let events: Vec<String> = events.map(|event| format!("  {event:?}\n")).collect();
            panic!("not so: {}:\n{}{last:#?}", property.name, events.concat());
        }
    }
    done.assert_properties();
}

/// Families that all want the same node, once each.
fn rivals(owners: usize, most: Left) -> Scene {
    Scene {
        families: vec![vec![ONE]; owners],
        nodes: 1,
        terms: TERMS,
        earliest: 0,
        latest: 1,
        most,
        callers: true,
        abandon: false,
        expected: &[],
    }
}

#[test]
fn two_owners_of_one_node() {
    explore(&Scene {
        expected: &[
            Passed::Theft,
            Passed::Remainder,
            Passed::Takeover,
            Passed::FoundDone,
            Passed::FoundUndone,
            Passed::SameMillisecond,
        ],
        ..rivals(2, most(1, 1, 0))
    });
}

#[test]
fn two_owners_at_the_end_of_the_layout() {
    // The clocks show its last timestamps but one, and one that is past it.
    explore(&Scene {
        earliest: LAYOUT.max_timestamp() - 2,
        latest: 3,
        expected: &[Passed::Theft, Passed::Remainder],
        ..rivals(2, most(1, 0, 0))
    });
}

#[test]
fn two_owners_and_two_faults() {
    explore(&Scene {
        latest: 0,
        expected: &[Passed::Theft, Passed::Remainder, Passed::Takeover],
        ..rivals(2, most(2, 0, 0))
    });
}

#[test]
fn three_owners_of_one_node() {
    explore(&Scene {
        latest: 0,
        expected: &[Passed::Theft, Passed::Remainder],
        ..rivals(3, most(1, 0, 0))
    });
}

#[test]
fn an_owner_that_moves_and_one_that_waits() {
    explore(&Scene {
        families: vec![vec![Wanted::Any], vec![ONE]],
        nodes: 2,
        expected: &[Passed::Moved, Passed::SameMillisecond],
        ..rivals(2, most(0, 0, 1))
    });
}

#[test]
fn an_owner_that_moves_to_its_spare_and_one_that_waits() {
    explore(&Scene {
        expected: &[Passed::MovedToSpare],
        ..with_spare(most(0, 0, 1))
    });
}

#[test]
fn an_owner_with_a_spare_that_it_may_not_have_and_one_that_waits() {
    explore(&Scene {
        latest: 0,
        expected: &[Passed::Theft, Passed::Takeover],
        ..with_spare(most(1, 0, 0))
    });
}

#[test]
fn an_owner_that_moves_to_its_spare_beside_claims_of_others() {
    explore(&Scene {
        families: vec![vec![Wanted::Any]],
        callers: false,
        expected: &[Passed::MovedToSpare, Passed::Claimed, Passed::Takeover],
        ..with_spare(beside(2, most(1, 1, 1)))
    });
}

/// One family with a node to move to, and one that wants that.
fn with_spare(most: Left) -> Scene {
    Scene {
        families: vec![vec![Wanted::Any], vec![Wanted::Exactly(2)]],
        nodes: 2,
        terms: Terms { spares: 2, ..TERMS },
        ..rivals(2, most)
    }
}

#[test]
fn processes_that_die_with_and_without_others_on_their_node() {
    explore(&Scene {
        abandon: true,
        expected: &[Passed::Unsealed, Passed::SameMillisecond],
        ..rivals(2, most(0, 2, 0))
    });
}

#[test]
fn an_owner_whose_machine_is_copied() {
    explore(&Scene {
        latest: 0,
        expected: &[Passed::Copied, Passed::Theft, Passed::Remainder],
        ..rivals(1, copied(most(1, 1, 0)))
    });
}

#[test]
fn an_owner_with_a_spare_whose_machine_is_copied() {
    explore(&Scene {
        families: vec![vec![Wanted::Any]],
        callers: false,
        expected: &[Passed::Copied, Passed::MovedToSpare],
        ..with_spare(copied(most(0, 0, 1)))
    });
}

/// And one copy of a family's machine.
fn copied(most: Left) -> Left {
    Left { copies: 1, ..most }
}

#[test]
fn two_leases_of_one_family_and_a_stranger() {
    explore(&Scene {
        families: vec![vec![ONE, Wanted::Any], vec![ONE]],
        latest: 0,
        expected: &[Passed::SameMillisecond],
        ..rivals(2, most(0, 1, 0))
    });
}
