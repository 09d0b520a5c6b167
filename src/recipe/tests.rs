//! What the model does not show well: names, refusals, and an end at each stage.

use super::contender::{LEASES, LOCKS};
use super::{Contender, Event, Fault, Guid, Role, Standing, Step};

const GUID: &str = "00000000-0000-4000-8000-000000000007";
const SESSION: i64 = 1;
const NOTHING: Event = Event::Done(Ok(()));

fn begun(role: Role, once: bool) -> Contender {
    let mut contender = Contender::new(role, once, Guid::new([9, 9]));
    contender.happens(Event::Session {
        id: SESSION,
        fresh: Guid::new([0, 7]),
    });
    contender
}

/// Tells it what happens, one after the other.
fn after(mut contender: Contender, events: impl IntoIterator<Item = Event>) -> Contender {
    for event in events {
        contender.happens(event);
    }
    contender
}

/// The name of a contender that came as so many-th; `who` 7 is the one that is looked at.
fn name(who: u8, word: &str, number: u32) -> String {
    format!("_c_00000000-0000-4000-8000-{who:012}{word}{number:010}")
}

fn lock(who: u8, number: u32) -> String {
    name(who, "-lock-", number)
}

fn own(number: u32) -> String {
    format!("/{}", lock(7, number))
}

fn names(names: &[String]) -> Event {
    Event::Listed(Ok(names.to_vec()))
}

/// It has made its place after these.
fn created(line: &str, number: u32, others: &[String]) -> Event {
    let names = others.iter().cloned().chain([lock(7, number)]).collect();
    Event::Created(Ok((format!("{line}{}", own(number)), 50, Some(names))))
}

fn listed(at: &'static str, sync: bool, watch: bool) -> Step {
    Step::List { at, sync, watch }
}

#[test]
fn each_role_has_its_word() {
    for (role, path) in [
        (Role::Lock, format!("/_c_{GUID}-lock-")),
        (Role::Read, format!("/_c_{GUID}-__READ__")),
        (Role::Write, format!("/_c_{GUID}-__WRIT__")),
        (Role::Latch, format!("/_c_{GUID}-latch-")),
        (Role::Member, format!("/_c_{GUID}-member-")),
    ] {
        assert_eq!(begun(role, false).next(), Step::Create(path));
    }
    let number = Event::Max(Ok((Some(3), 1)));
    let semaphore = after(begun(Role::Semaphore(3), false), [number]);
    let place = format!("/locks/_c_{GUID}-lock-");
    assert_eq!(semaphore.next(), Step::Create(place));
    let events = [created(LOCKS, 4, &[]), names(&[])];
    let semaphore = after(semaphore, events);
    let lease = Step::Lease {
        of: format!("{LOCKS}{}", own(4)),
        name: format!("/leases/_c_{GUID}-lease-"),
    };
    assert_eq!(semaphore.next(), lease);
}

#[test]
fn the_first_holds_by_the_transaction_that_made_it_and_watches_itself() {
    let contender = after(begun(Role::Lock, false), [created("", 4, &[])]);
    assert_eq!(contender.standing(), Standing::Holds(50));
    assert_eq!(contender.path(), Some(&*own(4)));
    assert_eq!(contender.next(), Step::Own(own(4)));
    let contender = after(contender, [Event::Own(Ok((SESSION, 50)))]);
    assert_eq!(contender.next(), Step::Wait);
    let gone = after(contender.clone(), [Event::Gone]);
    assert_eq!((gone.standing(), gone.next()), (Standing::Lost, Step::Over));
    let again = after(contender, [Event::Fired]);
    assert_eq!(again.next(), Step::Own(own(4)));
    for another in [
        Event::Own(Ok((SESSION + 1, 50))),
        Event::Own(Ok((SESSION, 51))),
        Event::Own(Err(Fault::Missing)),
    ] {
        let lost = after(again.clone(), [another]);
        assert_eq!(lost.standing(), Standing::Lost);
    }
    let unknown = after(again.clone(), [Event::Own(Err(Fault::Unknown))]);
    assert_eq!(unknown.next(), Step::Own(own(4)));
    let refused = after(again, [Event::Own(Err(Fault::Refused))]);
    assert_eq!(
        (refused.standing(), refused.next()),
        (Standing::Holds(50), Step::Wait)
    );
}

#[test]
fn each_waits_for_the_last_one_that_has_to_go_first() {
    let (reads, writes) = (|n| name(3, "-__READ__", n), |n| name(4, "-__WRIT__", n));
    let others = [reads(1), writes(2), reads(3), "other".to_owned()];
    let kazoo = [reads(1), format!("{GUID}__rlock__0000000002")];
    for (role, others, before) in [
        (Role::Lock, &others[..], Some(reads(3))),
        (Role::Write, &others[..], Some(reads(3))),
        (Role::Read, &others[..], Some(writes(2))),
        (Role::Read, &others[..1], None),
        (Role::Read, &kazoo[..], None),
        (Role::Latch, &kazoo[..], Some(kazoo[1].clone())),
        (Role::Member, &others[..], None),
    ] {
        let contender = after(begun(role, false), [created("", 4, others)]);
        match before {
            Some(before) => assert_eq!(contender.next(), Step::Watch(format!("/{before}"))),
            None => assert_eq!(contender.standing(), Standing::Holds(50)),
        }
    }
}

#[test]
fn whoever_waits_looks_again_after_the_one_before_it() {
    let others = [lock(1, 1), lock(2, 2)];
    let waits = after(begun(Role::Lock, false), [created("", 4, &others)]);
    assert_eq!(waits.standing(), Standing::Waits);
    for looked in [
        vec![NOTHING, Event::Fired],
        vec![Event::Done(Err(Fault::Missing))],
        vec![Event::Done(Err(Fault::Unknown))],
    ] {
        let looks = after(waits.clone(), looked);
        assert_eq!(looks.next(), listed("", false, false));
        let behind = after(looks.clone(), [names(&[lock(1, 1), lock(7, 4)])]);
        assert_eq!(behind.next(), Step::Watch(format!("/{}", lock(1, 1))));
        let holds = after(looks.clone(), [names(&[lock(7, 4), lock(5, 5)])]);
        assert_eq!(holds.standing(), Standing::Holds(50));
        // Its place was deleted, and the line is gone.
        for gone in [names(&[lock(5, 5)]), Event::Listed(Err(Fault::Missing))] {
            let anew = after(looks.clone(), [gone]);
            assert_eq!(anew.next(), Step::Create(format!("/_c_{GUID}-lock-")));
        }
    }
}

const OWN: Event = Event::Own(Ok((SESSION, 50)));

#[test]
fn whoever_has_only_one_before_it_and_is_watched_itself_holds_after_that_one() {
    let (reads, writes) = (|n| name(3, "-__READ__", n), |n| name(4, "-__WRIT__", n));
    for (role, others) in [
        (Role::Lock, vec![lock(1, 1)]),
        (Role::Write, vec![reads(1)]),
        (Role::Latch, vec![lock(1, 1)]),
        (Role::Read, vec![reads(1), writes(2), reads(3)]),
    ] {
        let behind = after(begun(role, false), [created("", 4, &others), NOTHING]);
        assert_eq!(behind.next(), Step::Own(own(4)));
        let waits = after(behind.clone(), [OWN]);
        assert_eq!(
            (waits.standing(), waits.next()),
            (Standing::Waits, Step::Wait)
        );
        let holds = after(waits.clone(), [Event::Left]);
        assert_eq!(
            (holds.standing(), holds.next()),
            (Standing::Holds(50), Step::Wait)
        );
        let lost = after(holds, [Event::Gone]);
        assert_eq!(lost.standing(), Standing::Lost);
        // What it has not seen, or not to the end, it looks at.
        for looks in [
            after(waits.clone(), [Event::Fired]),
            after(waits.clone(), [Event::Gone]),
            after(waits.clone(), [Event::Gone, Event::Left]),
            after(behind.clone(), [Event::Left]),
            after(behind.clone(), [Event::Fired]),
            after(behind.clone(), [Event::Own(Err(Fault::Unknown))]),
        ] {
            assert_eq!(looks.standing(), Standing::Waits);
            assert_eq!(looks.next(), listed("", false, false));
        }
        let refused = after(behind.clone(), [Event::Own(Err(Fault::Refused))]);
        assert_eq!(
            (refused.standing(), refused.next()),
            (Standing::Waits, Step::Wait)
        );
        assert_eq!(
            after(refused, [Event::Left]).next(),
            listed("", false, false)
        );
        for another in [
            Event::Own(Ok((SESSION + 1, 50))),
            Event::Own(Ok((SESSION, 51))),
            Event::Own(Err(Fault::Missing)),
        ] {
            let anew = after(behind.clone(), [another]);
            assert!(matches!(anew.next(), Step::Create(_)));
        }
    }
}

#[test]
fn whoever_has_more_before_it_looks_after_the_last_one() {
    let (reads, writes) = (|n| name(3, "-__READ__", n), |n| name(4, "-__WRIT__", n));
    for (role, others) in [
        (Role::Lock, [lock(1, 1), lock(2, 2)]),
        (Role::Write, [reads(1), reads(2)]),
        (Role::Read, [writes(1), writes(2)]),
    ] {
        let waits = after(begun(role, false), [created("", 4, &others), NOTHING]);
        assert_eq!(waits.next(), Step::Wait);
        assert_eq!(after(waits, [Event::Left]).next(), listed("", false, false));
    }
    let line = created(LOCKS, 4, &[lock(1, 1)]);
    let semaphore = after(numbered(), [line, NOTHING, Event::Left]);
    assert_eq!(semaphore.next(), listed(LOCKS, false, false));
}

#[test]
fn whoever_is_not_to_wait_is_either_first_or_leaves() {
    let first = after(begun(Role::Lock, true), [created("", 4, &[])]);
    assert_eq!(first.standing(), Standing::Holds(50));
    let second = after(begun(Role::Lock, true), [created("", 4, &[lock(1, 1)])]);
    assert_eq!(
        (second.standing(), second.next()),
        (Standing::Taken, Step::Delete(own(4)))
    );
    let over = after(second, [Event::Release, NOTHING]);
    assert_eq!(
        (over.standing(), over.next()),
        (Standing::Taken, Step::Over)
    );
    let number = Event::Max(Ok((Some(1), 1)));
    let lease = name(1, "-lease-", 0);
    let events = [number, created(LOCKS, 4, &[]), names(&[lease])];
    let full = after(begun(Role::Semaphore(1), true), events);
    let place = format!("{LOCKS}{}", own(4));
    assert_eq!(
        (full.standing(), full.next()),
        (Standing::Taken, Step::Delete(place))
    );
}

#[test]
fn a_semaphore_is_for_the_number_that_its_znode_has() {
    let semaphore = begun(Role::Semaphore(3), false);
    assert_eq!(semaphore.next(), Step::Max);
    let other = after(semaphore.clone(), [Event::Max(Ok((Some(2), 1)))]);
    assert_eq!(
        (other.standing(), other.next()),
        (Standing::Other(2), Step::Over)
    );
    let unset = after(semaphore, [Event::Max(Ok((None, 8)))]);
    assert_eq!(unset.next(), Step::SetMax(3, 8));
    for set in [
        NOTHING,
        Event::Done(Err(Fault::Changed)),
        Event::Done(Err(Fault::Missing)),
        Event::Done(Err(Fault::Unknown)),
    ] {
        let again = after(unset.clone(), [set]);
        assert_eq!(again.next(), Step::Max);
    }
}

#[test]
fn what_is_missing_above_is_made() {
    let missing = Event::Created(Err(Fault::Missing));
    let orphan = after(begun(Role::Lock, false), [missing]);
    assert_eq!(orphan.next(), Step::Parents(""));
    let doubtful = after(orphan.clone(), [Event::Done(Err(Fault::Unknown))]);
    assert_eq!(doubtful.next(), Step::Parents(""));
    let made = after(orphan, [NOTHING]);
    assert_eq!(made.next(), Step::Create(format!("/_c_{GUID}-lock-")));

    let missing = Event::Max(Err(Fault::Missing));
    let orphan = after(begun(Role::Semaphore(1), false), [missing]);
    assert_eq!(orphan.next(), Step::Parents(LOCKS));
    let events = [NOTHING, Event::Max(Ok((Some(1), 1)))];
    let missing = Event::Created(Err(Fault::Missing));
    let orphan = after(after(orphan, events), [missing]);
    assert_eq!(orphan.next(), Step::Parents(LOCKS));
    let bare = bare();
    assert_eq!(bare.next(), Step::Parents(LEASES));
    let made = after(bare, [NOTHING]);
    assert_eq!(made.next(), listed(LEASES, false, true));
}

/// One that is first in a line, and nothing is there for leases.
fn bare() -> Contender {
    let missing = Event::Listed(Err(Fault::Missing));
    after(numbered(), [created(LOCKS, 4, &[]), missing])
}

/// One whose semaphore has its number.
fn numbered() -> Contender {
    let number = Event::Max(Ok((Some(1), 1)));
    after(begun(Role::Semaphore(1), false), [number])
}

fn lost(place: &str) -> [Event; 2] {
    let unknown = match place {
        LEASES => Event::Leased(Err(Fault::Unknown)),
        _ => Event::Created(Err(Fault::Unknown)),
    };
    [
        unknown,
        Event::Session {
            id: SESSION,
            fresh: Guid::new([0, 8]),
        },
    ]
}

#[test]
fn what_was_made_without_an_answer_is_found_by_its_name() {
    let doubtful = after(begun(Role::Lock, false), lost(""));
    assert_eq!(doubtful.next(), listed("", true, false));
    let unknown = after(doubtful.clone(), [Event::Listed(Err(Fault::Unknown))]);
    assert_eq!(unknown.next(), listed("", true, false));
    for none in [
        names(&[lock(1, 1), format!("_c_{GUID}-lock-")]),
        Event::Listed(Err(Fault::Missing)),
    ] {
        let anew = after(doubtful.clone(), [none]);
        assert_eq!(anew.next(), Step::Create(format!("/_c_{GUID}-lock-")));
    }
    let found = after(doubtful.clone(), [names(&[lock(1, 1), lock(7, 4)])]);
    assert_eq!(found.next(), Step::Own(own(4)));
    let placed = after(found.clone(), [Event::Own(Ok((SESSION, 50)))]);
    assert_eq!(placed.next(), listed("", false, false));
    assert_eq!(placed.standing(), Standing::Asks);
    let anew = after(found, [Event::Own(Err(Fault::Missing))]);
    assert_eq!(anew.next(), Step::Create(format!("/_c_{GUID}-lock-")));
}

#[test]
fn what_another_session_has_made_by_its_name_is_not_its_own() {
    let doubtful = after(begun(Role::Lock, false), lost(""));
    let both = names(&[lock(7, 4), lock(7, 5)]);
    let others = Event::Own(Ok((SESSION + 1, 50)));
    let first = after(doubtful, [both, others.clone()]);
    assert_eq!(first.next(), Step::Own(own(4)));
    // Not even when it is not wanted any more.
    let released = after(first.clone(), [Event::Release, others.clone()]);
    assert_eq!(released.next(), Step::Over);
    let anew = after(first.clone(), [others]);
    assert_eq!(anew.next(), Step::Create(format!("/_c_{GUID}-lock-")));
    let ours = after(first, [Event::Release, Event::Own(Ok((SESSION, 51)))]);
    assert_eq!(ours.next(), Step::Delete(own(4)));
}

#[test]
fn a_lease_without_an_answer_is_looked_for_and_then_its_place() {
    let takes = after(numbered(), [created(LOCKS, 4, &[]), names(&[])]);
    let doubtful = after(takes, lost(LEASES));
    assert_eq!(doubtful.next(), listed(LEASES, true, false));
    let lease = name(7, "-lease-", 0);
    let found = after(doubtful.clone(), [names(&[lease])]);
    let holds = after(found, [Event::Own(Ok((SESSION, 60)))]);
    assert_eq!(
        (holds.standing(), holds.next()),
        (Standing::Holds(60), Step::Wait)
    );
    let placed = after(doubtful, [names(&[])]);
    assert_eq!(placed.next(), listed(LOCKS, true, false));
    let found = after(placed, [names(&[lock(7, 4)])]);
    let own = format!("{LOCKS}{}", own(4));
    assert_eq!(found.next(), Step::Own(own));
}

#[test]
fn the_end_of_its_place_is_not_that_of_its_lease() {
    let takes = after(numbered(), [created(LOCKS, 4, &[]), names(&[])]);
    let leased = Event::Leased(Ok((format!("{LEASES}/x"), 60)));
    let holds = after(takes, [leased, Event::Gone]);
    assert_eq!(holds.standing(), Standing::Holds(60));
    assert_eq!(holds.next(), Step::Own(format!("{LEASES}/x")));
}

#[test]
fn a_session_ends_all_that_was_made_in_it() {
    let fresh = Guid::new([0, 8]);
    let other = Event::Session { id: 2, fresh };
    for ended in [vec![Event::Expired, other.clone()], vec![other]] {
        let waits = after(begun(Role::Lock, false), [created("", 4, &[lock(1, 1)])]);
        let anew = after(waits, ended.clone());
        let path = format!("/_c_{fresh}-lock-");
        assert_eq!(anew.next(), Step::Create(path.clone()));
        let doubtful = after(begun(Role::Lock, false), lost(""));
        assert_eq!(after(doubtful, ended.clone()).next(), Step::Create(path));
        let holds = after(begun(Role::Lock, false), [created("", 4, &[])]);
        let lost = after(holds, ended.clone());
        assert_eq!((lost.standing(), lost.next()), (Standing::Lost, Step::Over));
        let leaves = after(begun(Role::Lock, true), [created("", 4, &[lock(1, 1)])]);
        let over = after(leaves, ended);
        assert_eq!(
            (over.standing(), over.next()),
            (Standing::Taken, Step::Over)
        );
    }
}

/// Machines at each stage, and what is to be deleted when they are not wanted any more.
fn stages() -> Vec<(Contender, Option<String>)> {
    let place = Some(own(4));
    let inner = Some(format!("{LOCKS}{}", own(4)));
    let behind = after(begun(Role::Lock, false), [created("", 4, &[lock(1, 1)])]);
    let holds = after(begun(Role::Lock, false), [created("", 4, &[])]);
    let halved = Event::Created(Ok((own(4), 50, None)));
    let first = after(numbered(), [created(LOCKS, 4, &[])]);
    let leases = |names: &[String]| Event::Listed(Ok(names.to_vec()));
    let takes = after(first.clone(), [leases(&[])]);
    let leased = Event::Leased(Ok((format!("{LEASES}/x"), 60)));
    vec![
        (begun(Role::Lock, false), None),
        (begun(Role::Semaphore(1), false), None),
        (numbered(), None),
        (
            after(
                begun(Role::Semaphore(1), false),
                [Event::Max(Ok((None, 0)))],
            ),
            None,
        ),
        (
            after(
                begun(Role::Lock, false),
                [Event::Created(Err(Fault::Missing))],
            ),
            None,
        ),
        (after(begun(Role::Lock, false), [halved]), place.clone()),
        (behind.clone(), place.clone()),
        (after(behind.clone(), [NOTHING]), place.clone()),
        (after(behind, [NOTHING, OWN]), place.clone()),
        (holds.clone(), place.clone()),
        (after(holds, [Event::Own(Ok((SESSION, 50)))]), place),
        (first.clone(), inner.clone()),
        (after(first, [leases(&[lock(1, 1)])]), inner.clone()),
        (bare(), inner.clone()),
        (takes.clone(), inner),
        (after(takes, [leased]), Some(format!("{LEASES}/x"))),
    ]
}

#[test]
fn whoever_is_not_wanted_any_more_leaves_from_wherever_it_is() {
    for (contender, path) in stages() {
        let released = after(contender.clone(), [Event::Release]);
        assert_eq!(released.standing(), Standing::Released);
        let Some(path) = path else {
            assert_eq!(released.next(), Step::Over, "{contender:?}");
            continue;
        };
        assert_eq!(released.next(), Step::Delete(path.clone()), "{contender:?}");
        // Until it is known to be done.
        let unknown = Event::Done(Err(Fault::Unknown));
        let again = after(released.clone(), [unknown, Event::Fired, Event::Gone]);
        assert_eq!(again.next(), Step::Delete(path));
        for done in [
            NOTHING,
            Event::Done(Err(Fault::Missing)),
            Event::Done(Err(Fault::Refused)),
            Event::Expired,
        ] {
            let over = after(again.clone(), [done, Event::Release]);
            assert_eq!(
                (over.standing(), over.next()),
                (Standing::Released, Step::Over)
            );
        }
    }
}

#[test]
fn whoever_is_not_wanted_any_more_and_may_be_there_is_looked_for() {
    let doubtful = after(begun(Role::Lock, false), lost(""));
    let released = after(doubtful, [Event::Release]);
    assert_eq!(released.next(), listed("", true, false));
    let none = after(released.clone(), [names(&[lock(1, 1)])]);
    assert_eq!(none.next(), Step::Over);
    let events = [names(&[lock(7, 4)]), Event::Own(Ok((SESSION, 50)))];
    let found = after(released, events);
    assert_eq!(
        (found.standing(), found.next()),
        (Standing::Released, Step::Delete(own(4)))
    );
    let takes = after(numbered(), [created(LOCKS, 4, &[]), names(&[])]);
    let doubtful = after(after(takes, lost(LEASES)), [Event::Release]);
    assert_eq!(doubtful.next(), listed(LEASES, true, false));
    let looks = after(doubtful, [names(&[])]);
    assert_eq!(looks.next(), listed(LOCKS, true, false));
}

#[test]
fn whoever_is_refused_anything_leaves() {
    for (contender, path) in stages() {
        let refused = match contender.next() {
            Step::Wait | Step::Own(_) => continue,
            Step::Max => Event::Max(Err(Fault::Refused)),
            Step::Create(_) => Event::Created(Err(Fault::Refused)),
            Step::List { .. } => Event::Listed(Err(Fault::Refused)),
            Step::Lease { .. } => Event::Leased(Err(Fault::Refused)),
            _ => Event::Done(Err(Fault::Refused)),
        };
        let left = after(contender.clone(), [refused]);
        assert_eq!(left.standing(), Standing::Refused, "{contender:?}");
        let next = path.map_or(Step::Over, Step::Delete);
        assert_eq!(left.next(), next, "{contender:?}");
    }
    let doubtful = after(begun(Role::Lock, false), lost(""));
    let refused = after(doubtful.clone(), [Event::Listed(Err(Fault::Refused))]);
    assert_eq!(
        (refused.standing(), refused.next()),
        (Standing::Refused, Step::Over)
    );
    let found = after(doubtful, [names(&[lock(7, 4)])]);
    let refused = after(found, [Event::Own(Err(Fault::Refused))]);
    assert_eq!(
        (refused.standing(), refused.next()),
        (Standing::Refused, Step::Delete(own(4)))
    );
}
