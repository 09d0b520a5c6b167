//! All that can happen to a few that stand in one line, explored exhaustively: every order in which their steps are carried
//! out and answered, connections that are lost with what is under way, writes that come late, servers that lag behind,
//! sessions that expire or are given up, keepers that are killed, owners that go, znodes that somebody deletes, and copies
//! that have the same GUID.
//!
//! The model drives [`super::Contender`] itself, [`super::Lines`] and [`super::validity`]. Its own are only the servers
//! ([`servers`]) and what the keeper does with the machines ([`world`]): what is held is told to its owner once the session
//! is known to live, and taken back before the machine hears of a release. What it leaves out:
//! * Time, but for one scene. In the others a session expires at any moment, and what was held in it has run out by then:
//!   that is what the scene in time shows.
//! * More than one server that lags behind, and states that it skips: it may catch up at any moment, so each state that
//!   the leader has had may be what it shows.
//! * What happens between a creation and the list that follows it, but that the list is lost. A list of a later state is
//!   that of the step that would be next.
//! * The order of steps of one session that are for different contenders, which ZooKeeper keeps.
//! * Whether all that could go on does: only one order of what is left to do is tried from each state, where that is said.
//!
//! Queues and counters have models of their own, with the same servers' sessions ([`claims`]), or none ([`calls`]: [`puts`],
//! [`adds`]), on a [`tree`] that takes the requests that are made.
//!
//! `TICKET_MODEL_DEPTH=1` (2, ...) lets that many more faults and releases happen than the ordinary run, and takes far
//! longer.

mod adds;
mod calls;
mod claims;
mod puts;
mod scene;
mod servers;
mod time;
mod tree;
mod world;

use std::fmt::Debug;
use std::hash::Hash;
use std::time::Instant;

use stateright::{Checker, Expectation, HasDiscoveries, Model};

use super::Role;
use scene::Scene;
use world::{Left, Passed};

/// How much may happen.
fn most(faults: u8, ends: u8, wishes: u8) -> Left {
    let depth = std::env::var("TICKET_MODEL_DEPTH");
    let more = depth.map_or(0, |depth| depth.parse().unwrap());
    Left {
        faults: faults + more,
        ends: ends + more,
        wishes,
        ..Left::default()
    }
}

/// Explores all of a scene, and fails if what must not be happens, or what should happen does not.
#[expect(clippy::print_stderr, reason = "how much was explored is the result")]
fn explore<M>(scene: &M)
where
    M: Model<
            State: Clone + Debug + PartialEq + Hash + Send + Sync + 'static,
            Action: Clone + Debug + PartialEq,
        > + Clone
        + Send
        + Sync
        + 'static,
{
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

/// One of each role, each in a family of its own.
fn alone(roles: &[Role], most: Left) -> Scene {
    Scene {
        families: roles.iter().map(|&role| vec![role]).collect(),
        once: false,
        parents: true,
        number: None,
        follower: false,
        gives_up: false,
        kills: false,
        timed: false,
        copies: false,
        learns: false,
        settles: false,
        most,
        expected: &[],
    }
}

/// And a server lags behind, sessions are given up, keepers are killed.
fn troubled(scene: Scene) -> Scene {
    Scene {
        follower: true,
        kills: true,
        gives_up: true,
        ..scene
    }
}

#[test]
fn two_for_a_lock() {
    explore(&troubled(Scene {
        settles: true,
        expected: &[
            Passed::Handed,
            Passed::Next,
            Passed::FoundDone,
            Passed::FoundUndone,
            Passed::Stale,
            Passed::Late,
            Passed::Lost,
            Passed::Displaced,
            Passed::Outlived,
            Passed::GivenUp,
        ],
        ..alone(&[Role::Lock; 2], most(1, 1, 1))
    }));
}

#[test]
fn two_for_a_lock_and_two_faults() {
    explore(&troubled(Scene {
        expected: &[Passed::Handed, Passed::Outlived, Passed::Late],
        ..alone(&[Role::Lock; 2], most(2, 0, 0))
    }));
}

#[test]
fn two_for_a_lock_in_time() {
    explore(&Scene {
        timed: true,
        expected: &[Passed::Handed, Passed::RanOut],
        ..alone(&[Role::Lock; 2], most(1, 0, 0))
    });
}

#[test]
fn three_for_a_lock() {
    explore(&Scene {
        expected: &[Passed::Handed, Passed::FoundDone, Passed::Displaced],
        ..alone(&[Role::Lock; 3], most(1, 1, 0))
    });
}

#[test]
fn three_for_a_lock_in_two_families() {
    explore(&Scene {
        families: vec![vec![Role::Lock; 2], vec![Role::Lock]],
        expected: &[Passed::Handed, Passed::FoundDone, Passed::Displaced],
        ..alone(&[], most(1, 1, 0))
    });
}

#[test]
fn two_that_read_and_one_that_writes() {
    explore(&Scene {
        expected: &[Passed::Handed, Passed::Shared],
        ..alone(&[Role::Read, Role::Read, Role::Write], most(1, 1, 0))
    });
}

#[test]
fn one_that_reads_and_two_that_write() {
    explore(&Scene {
        expected: &[Passed::Handed],
        ..alone(&[Role::Read, Role::Write, Role::Lock], most(1, 1, 0))
    });
}

#[test]
fn one_that_reads_and_one_that_writes() {
    explore(&troubled(Scene {
        expected: &[
            Passed::Handed,
            Passed::FoundDone,
            Passed::Stale,
            Passed::Lost,
        ],
        ..alone(&[Role::Read, Role::Write], most(1, 1, 1))
    }));
}

#[test]
fn two_for_one_lease() {
    explore(&troubled(Scene {
        number: Some(1),
        expected: &[
            Passed::FoundDone,
            Passed::FoundUndone,
            Passed::Stale,
            Passed::Late,
            Passed::Lost,
            Passed::Displaced,
            Passed::Outlived,
        ],
        ..alone(&[Role::Semaphore(1); 2], most(1, 1, 0))
    }));
}

#[test]
fn two_for_one_lease_in_one_family() {
    explore(&Scene {
        families: vec![vec![Role::Semaphore(1); 2]],
        settles: true,
        expected: &[Passed::FoundDone, Passed::Lost],
        ..alone(&[], most(1, 1, 1))
    });
}

#[test]
fn three_for_two_leases() {
    explore(&Scene {
        number: Some(2),
        expected: &[Passed::Shared],
        ..alone(&[Role::Semaphore(2); 3], most(0, 1, 0))
    });
}

#[test]
fn a_semaphore_for_one_and_for_two() {
    explore(&Scene {
        parents: false,
        expected: &[Passed::Other, Passed::Parents],
        ..alone(&[Role::Semaphore(1), Role::Semaphore(2)], most(1, 1, 0))
    });
}

#[test]
fn a_semaphore_whose_parents_are_deleted() {
    explore(&Scene {
        parents: false,
        settles: true,
        expected: &[Passed::Parents],
        ..alone(
            &[Role::Semaphore(1); 2],
            Left {
                reaps: 2,
                ..most(0, 1, 0)
            },
        )
    });
}

#[test]
fn a_lock_whose_parents_are_deleted() {
    explore(&Scene {
        parents: false,
        settles: true,
        expected: &[Passed::Parents, Passed::Handed],
        ..alone(
            &[Role::Lock; 2],
            Left {
                reaps: 2,
                ..most(1, 2, 2)
            },
        )
    });
}

#[test]
fn two_that_do_not_wait() {
    explore(&Scene {
        once: true,
        settles: true,
        expected: &[Passed::Taken],
        ..alone(&[Role::Lock; 2], most(1, 1, 1))
    });
}

#[test]
fn two_for_a_lease_that_do_not_wait() {
    explore(&Scene {
        once: true,
        expected: &[Passed::Taken],
        ..alone(&[Role::Semaphore(1); 2], most(1, 1, 0))
    });
}

#[test]
fn locks_whose_znodes_are_deleted() {
    explore(&Scene {
        settles: true,
        expected: &[Passed::Gone],
        ..alone(
            &[Role::Lock; 2],
            Left {
                strikes: 2,
                ..most(1, 0, 0)
            },
        )
    });
}

#[test]
fn places_in_a_line_that_are_deleted() {
    explore(&Scene {
        follower: true,
        settles: true,
        expected: &[Passed::Handed, Passed::Next],
        ..alone(
            &[Role::Lock; 2],
            Left {
                pushes: 1,
                ..most(1, 1, 1)
            },
        )
    });
}

#[test]
fn places_in_a_line_of_three_that_are_deleted() {
    explore(&Scene {
        expected: &[Passed::Handed, Passed::Next],
        ..alone(
            &[Role::Lock; 3],
            Left {
                pushes: 1,
                ..most(0, 1, 0)
            },
        )
    });
}

#[test]
fn a_known_line_whose_parent_is_deleted() {
    explore(&Scene {
        parents: false,
        follower: true,
        learns: true,
        expected: &[Passed::Known, Passed::Parents, Passed::Handed],
        ..alone(
            &[Role::Lock; 2],
            Left {
                reaps: 1,
                ..most(0, 2, 1)
            },
        )
    });
}

#[test]
fn a_known_line_and_a_fault() {
    explore(&Scene {
        learns: true,
        follower: true,
        expected: &[Passed::Known, Passed::Handed],
        ..alone(&[Role::Lock; 2], most(1, 2, 1))
    });
}

#[test]
fn a_known_line_of_two_families() {
    explore(&Scene {
        families: vec![vec![Role::Lock; 2], vec![Role::Lock]],
        learns: true,
        expected: &[Passed::Known, Passed::Handed],
        ..alone(&[], most(0, 2, 1))
    });
}

#[test]
fn leases_whose_znodes_are_deleted() {
    explore(&Scene {
        settles: true,
        expected: &[Passed::Gone],
        ..alone(
            &[Role::Semaphore(1); 2],
            Left {
                strikes: 1,
                ..most(0, 1, 0)
            },
        )
    });
}

#[test]
fn copies_for_a_lock() {
    explore(&Scene {
        copies: true,
        settles: true,
        expected: &[Passed::Foreign],
        ..alone(&[Role::Lock; 2], most(2, 1, 0))
    });
}

#[test]
fn copies_for_a_lease() {
    explore(&Scene {
        copies: true,
        settles: true,
        expected: &[Passed::Foreign],
        ..alone(&[Role::Semaphore(1); 2], most(1, 1, 0))
    });
}
