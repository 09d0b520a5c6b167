//! A reader beside a writer: every order in which their loads and stores may happen and be seen (`make loom`).

use std::sync::Arc;

use loom::thread;

use super::arena::{Arena, Unread, Writer};
use crate::sync::AtomicU64;

/// Words of an arena whose halves have room for two pictures of two words each.
const WORDS: usize = 8 + 3 * super::CACHES + 2 * 5;

fn words() -> Arc<Vec<AtomicU64>> {
    Arc::new((0..WORDS).map(|_| AtomicU64::new(0)).collect())
}

/// What is read: a picture of two words that are always the same number. `None`: it was overwritten each time.
fn read(words: &[AtomicU64]) -> Option<u64> {
    let seen = Arena::new(words).read(0, |half, place| {
        Some((half.word(place)?, half.word(place + 1)?))
    });
    match seen {
        Ok(Some((one, other))) => {
            assert_eq!(one, other, "a part of a change was seen");
            Some(one)
        }
        Err(Unread::Overtaken) => None,
        other => unreachable!("{other:?}"),
    }
}

fn behind(writer: &mut Writer<'_>, number: u64) {
    let mut draft = writer.behind();
    let place = draft.words(&[number, number]).unwrap();
    writer.publish(0, place, &draft);
}

fn anew(writer: &mut Writer<'_>, number: u64) {
    let mut draft = writer.anew();
    let place = draft.words(&[number, number]).unwrap();
    let mut roots = [0; super::CACHES];
    roots[0] = place;
    writer.change_over(&roots, &draft);
}

/// Explores what a reader may see beside `write`, which begins where 1 is published, and may be killed after each step.
fn explore(write: impl Fn(&mut Writer<'_>) + Sync + Send + Copy + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(move || {
        let words = words();
        behind(&mut Writer::begin(Arena::new(&words), 7), 1);
        let shared = words.clone();
        let writes = thread::spawn(move || {
            write(&mut Writer::begin(Arena::new(&shared), 7));
        });
        let first = read(&words);
        let second = read(&words);
        assert!(
            first.is_none() || second.is_none() || first <= second,
            "it went back"
        );
        writes.join().unwrap();
        assert!(read(&words).is_some());
    });
}

#[test]
fn a_reader_beside_what_is_published() {
    explore(|writer| behind(writer, 2));
}

#[test]
fn a_reader_beside_a_change_over() {
    explore(|writer| anew(writer, 2));
}

#[test]
fn a_reader_beside_two_changes_over() {
    explore(|writer| {
        anew(writer, 2);
        anew(writer, 3);
    });
}

#[test]
fn a_reader_beside_what_is_published_and_changes_over() {
    explore(|writer| {
        anew(writer, 2);
        behind(writer, 3);
        anew(writer, 4);
    });
}

/// What was written by one that was killed is nobody's, and its place is written again.
#[test]
fn a_reader_beside_one_that_is_killed_and_its_successor() {
    explore(|writer| {
        writer.behind().words(&[5, 6]).unwrap();
        writer.anew().words(&[7, 8]).unwrap();
        let mut next = Writer::begin(*writer.arena(), 7);
        anew(&mut next, 2);
        behind(&mut next, 3);
    });
}
