//! Pictures against a plain map, also where the writer is killed at any of its stores.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::AtomicU64;

use proptest::prelude::*;

use super::arena::{Arena, Full, Unread, Writer};
use super::change::{Becomes, Change, Refused};
use super::picture::Picture;
use super::{CACHES, DEPTH};
use crate::wire::Stat;

thread_local! {
    /// Stores that the writer does yet; `None`: any number.
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
}

struct Killed;

/// Called before each store.
pub(super) fn store() {
    match LEFT.get() {
        None => {}
        Some(0) => {
            LEFT.set(None);
            resume_unwind(Box::new(Killed));
        }
        Some(left) => LEFT.set(Some(left - 1)),
    }
}

/// Whether the writer is killed before it has done with so many stores.
fn killed(after: usize, write: impl FnOnce()) -> bool {
    LEFT.set(Some(after));
    let killed = catch_unwind(AssertUnwindSafe(write)).is_err();
    LEFT.set(None);
    killed
}

/// Paths below the root, which begin with a slash or are empty, and values.
type Tree = BTreeMap<String, Vec<u8>>;

fn arena(bytes: usize) -> Vec<AtomicU64> {
    (0..bytes / 8).map(|_| AtomicU64::new(0)).collect()
}

fn stat(tree: &Tree, path: &str, zxid: i64) -> Stat {
    let below = |other: &&String| {
        let rest = other
            .strip_prefix(path)
            .and_then(|rest| rest.strip_prefix('/'));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
    };
    Stat {
        czxid: 1,
        mzxid: zxid,
        pzxid: -3,
        ctime: 4,
        mtime: i64::MIN,
        version: -1,
        cversion: 7,
        aversion: i32::MAX,
        ephemeral_owner: i64::MAX,
        data_length: tree[path].len() as i32,
        num_children: tree.keys().filter(below).count() as i32,
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The change from one tree to the next, at these paths and what is above them.
fn change(next: &Tree, paths: &[String]) -> Change {
    let mut change = Change::default();
    for path in paths.iter().flat_map(|path| [path.as_str(), parent(path)]) {
        let at = change.at(path.as_bytes()).unwrap();
        at.node = match next.get(path) {
            Some(value) => Becomes::Now(stat(next, path, value.len() as i64), value.clone()),
            None => Becomes::Gone,
        };
    }
    change
}

fn whole(next: &Tree) -> Change {
    fn all(change: &mut Change) {
        change.whole = true;
        change.below.values_mut().for_each(all);
    }
    let paths: Vec<_> = next.keys().cloned().collect();
    let mut change = match paths.is_empty() {
        true => Change {
            node: Becomes::Gone,
            ..Change::default()
        },
        false => change(next, &paths),
    };
    all(&mut change);
    change
}

fn read(arena: &Arena<'_>, cache: usize) -> Option<(u64, Tree)> {
    let read = arena.read(cache, |half, place| {
        let picture = Picture::at(half, place)?;
        let mut tree = Tree::new();
        if let Some(root) = picture.root {
            root.walk(&mut vec![], &mut |path, node| {
                let path = String::from_utf8(path.to_vec()).unwrap();
                assert_eq!(picture.find(path.as_bytes())?.unwrap().place, node.place);
                tree.insert(path, node.value()?);
                Some(())
            })?;
        }
        assert_eq!(picture.nodes as usize, tree.len());
        let seen = picture.find(b"/nothing/there")?;
        assert!(seen.is_none());
        Some((picture.version, tree))
    });
    read.unwrap()
}

const ROOM: usize = super::arena::SMALLEST;

fn tree(of: &[(&str, &str)]) -> Tree {
    let one = |(path, value): &(&str, &str)| ((*path).to_owned(), value.as_bytes().to_vec());
    of.iter().map(one).collect()
}

#[test]
fn what_is_written_is_read() {
    for key in [0, 7] {
        let words = arena(ROOM);
        let memory = Arena::new(&words);
        let mut writer = Writer::begin(memory, key);
        assert_eq!(read(&memory, 3), None);
        let first = tree(&[("", "root"), ("/a", ""), ("/a/b", "x"), ("/c", "ä")]);
        assert_eq!(writer.apply(3, &whole(&first)), Ok(true));
        assert_eq!(read(&memory, 3), Some((1, first.clone())));
        assert_eq!(read(&memory, 4), None);
        assert_eq!(
            writer.apply(3, &whole(&first)),
            Ok(false),
            "nothing is different"
        );
        let stat_of_b = memory.read(3, |half, place| {
            Picture::at(half, place)?.find(b"/a/b")??.stat()
        });
        assert_eq!(stat_of_b.unwrap(), Some(stat(&first, "/a/b", 1)));
        let mut next = first.clone();
        next.remove("/a/b");
        next.insert("/a/c".to_owned(), b"y".repeat(1000));
        let changed = change(&next, &["/a/b".to_owned(), "/a/c".to_owned()]);
        assert_eq!(writer.apply(3, &changed), Ok(true));
        assert_eq!(read(&memory, 3), Some((2, next)));
        assert_eq!(writer.apply(3, &whole(&Tree::new())), Ok(true));
        assert_eq!(read(&memory, 3), Some((3, Tree::new())));
        writer.clear(3);
        assert_eq!(read(&memory, 3), None);
        assert_eq!(writer.apply(3, &whole(&first)), Ok(true));
        assert_eq!(read(&memory, 3), Some((4, first)));
    }
}

#[test]
fn what_is_not_of_one_moment_is_no_picture() {
    let words = arena(ROOM);
    let mut writer = Writer::begin(Arena::new(&words), 7);
    let first = tree(&[("", ""), ("/a", ""), ("/a/b", "")]);
    writer.apply(0, &whole(&first)).unwrap();
    let mut next = first.clone();
    next.insert("/a/c".to_owned(), vec![]);
    let mut change = Change::default();
    change.at(b"/a/c").unwrap().node = Becomes::Now(stat(&next, "/a/c", 0), vec![]);
    assert_eq!(
        writer.apply(0, &change),
        Err(Refused::Uneven),
        "its parent has another child"
    );
    let mut change = Change::default();
    change.at(b"/x/y").unwrap().node = Becomes::Now(stat(&next, "/a/c", 0), vec![]);
    assert_eq!(
        writer.apply(0, &change),
        Err(Refused::Uneven),
        "it has no parent"
    );
    assert_eq!(read(writer.arena(), 0), Some((1, first)));
    let deep = "/x".repeat(DEPTH + 1);
    assert!(Change::default().at(deep.as_bytes()).is_err());
    assert!(Change::default().at(&deep.as_bytes()[2..]).is_ok());
}

#[test]
fn a_change_for_which_there_is_no_room_changes_nothing() {
    let words = arena(ROOM);
    let memory = Arena::new(&words);
    let mut writer = Writer::begin(memory, 7);
    let small = tree(&[("", "small")]);
    writer.apply(1, &whole(&small)).unwrap();
    let mut large = small.clone();
    large.insert("/large".to_owned(), vec![1; memory.room()]);
    let Err(Refused::Full(Full(needed))) = writer.apply(1, &whole(&large)) else {
        unreachable!();
    };
    assert!(needed > memory.room());
    assert_eq!(read(&memory, 1), Some((1, small.clone())));
    // As much as there is room for is taken, whatever there was.
    for byte in 2..9 {
        large.insert("/large".to_owned(), vec![byte; memory.room() * 9 / 10]);
        assert_eq!(writer.apply(1, &whole(&large)), Ok(true));
        let version = u64::from(byte);
        assert_eq!(read(&memory, 1), Some((version, large.clone())));
    }
    assert!(memory.used().1 >= 6, "{:?}", memory.used());
    // Two caches share it.
    assert!(writer.apply(2, &whole(&large)).is_err());
    assert_eq!(writer.apply(1, &whole(&small)), Ok(true));
    assert_eq!(writer.apply(2, &whole(&large)), Ok(true));
    assert_eq!(read(&memory, 1), Some((9, small)));
    assert_eq!(read(&memory, 2), Some((1, large)));
}

#[test]
fn garbage_is_tidied_up() {
    let words = arena(8 << 20);
    let memory = Arena::new(&words);
    let mut writer = Writer::begin(memory, 7);
    let mut large = tree(&[("", "")]);
    large.insert("/large".to_owned(), vec![1; 2 << 20]);
    writer.apply(1, &whole(&large)).unwrap();
    writer.tidy();
    assert_eq!(memory.used().1, 0, "there is nothing to tidy up");
    let small = tree(&[("", "")]);
    writer.apply(1, &whole(&small)).unwrap();
    writer.tidy();
    let (used, turns) = memory.used();
    assert!(used < 1000 && turns == 1, "{used} {turns}");
    assert_eq!(read(&memory, 1), Some((2, small)));
    let [other, behind] = writer.release();
    let page = 64 << 10;
    assert!(other.start.is_multiple_of(page) && other.len() == memory.room());
    assert!(behind.start.is_multiple_of(page) && behind.len() == memory.room() - page);
    assert!(behind.end == other.start || other.end < behind.start);
}

#[test]
fn who_reads_what_was_written_over_finds_out() {
    let words = arena(ROOM);
    let memory = Arena::new(&words);
    let mut writer = Writer::begin(memory, 7);
    let mut next = tree(&[("", "0")]);
    writer.apply(0, &whole(&next)).unwrap();
    let mut reads = 0;
    let seen = memory.read(0, |half, place| {
        reads += 1;
        let root = Picture::at(half, place)?.root?;
        if reads < 3 {
            let turns = memory.used().1;
            while memory.used().1 < turns + 2 {
                next.insert(String::new(), vec![reads; 20_000]);
                writer.apply(0, &whole(&next)).unwrap();
                next.insert(String::new(), vec![reads; 20_001]);
                writer.apply(0, &whole(&next)).unwrap();
            }
            assert!(!half.is_whole());
        }
        root.value()
    });
    assert_eq!((reads, seen), (3, Ok(Some(vec![2; 20_001]))));
    let never = memory.read(0, |_, _| {
        let turns = memory.used().1;
        while memory.used().1 < turns + 2 {
            next.insert(String::new(), vec![0; 20_000 + memory.used().0 % 7]);
            writer.apply(0, &whole(&next)).unwrap();
        }
        Some(())
    });
    assert_eq!(never, Err(Unread::Overtaken));
    assert_eq!(memory.read(0, |_, _| None::<()>), Err(Unread::Broken));
}

#[test]
fn a_writer_may_be_killed_at_any_store() {
    // The last one writes all anew.
    for padding in [10, 40_000] {
        let mut trees = vec![tree(&[("", "1"), ("/a", "1"), ("/b", "1"), ("/b/c", "1")])];
        for n in 2..5 {
            let mut next = trees.last().unwrap().clone();
            for value in next.values_mut() {
                *value = vec![n; padding / 10];
            }
            next.insert(format!("/b/{n}"), vec![n; padding]);
            next.remove(&format!("/b/{}", n - 1));
            trees.push(next);
        }
        let mut after = 0;
        loop {
            let words = arena(ROOM);
            let memory = Arena::new(&words);
            let mut writer = Writer::begin(memory, 7);
            writer.apply(5, &whole(&trees[0])).unwrap();
            let mut done = 0;
            let was_killed = killed(after, || {
                for next in &trees[1..] {
                    assert_eq!(writer.apply(5, &whole(next)), Ok(true));
                    done += 1;
                    writer.release();
                }
            });
            let (_, seen) = read(&memory, 5).unwrap();
            let is_one = |index: usize| trees.get(index).is_some_and(|tree| *tree == seen);
            assert!(
                is_one(done) || is_one(done + 1),
                "{after} stores, {done} done"
            );
            if !was_killed {
                break;
            }
            // The next one goes on.
            let mut writer = Writer::begin(memory, 8);
            for next in &trees[done + 1..] {
                writer.apply(5, &whole(next)).unwrap();
                assert_eq!(read(&memory, 5).unwrap().1, *next);
            }
            after += if after < 3000 { 1 } else { 997 };
        }
        assert!(after > 100);
    }
}

#[test]
fn a_beginning_may_be_cut_short() {
    for after in 0.. {
        let words = arena(ROOM);
        let memory = Arena::new(&words);
        let was_killed = killed(after, || {
            let _ = Writer::begin(memory, 7);
        });
        assert_eq!(read(&memory, 0), None);
        let first = tree(&[("", "x"), ("/a", "")]);
        Writer::begin(memory, 9).apply(0, &whole(&first)).unwrap();
        assert_eq!(read(&memory, 0), Some((1, first)));
        if !was_killed {
            return;
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put(String, Vec<u8>),
    Remove(String),
    Whole,
    Tidy,
    Begin,
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let path = prop::collection::vec("[a-d]{1,2}|[a-z]{1,12}", 1..4)
        .prop_map(|names| format!("/{}", names.join("/")));
    let value = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..20),
        (0_usize..20_000).prop_map(|length| vec![b'x'; length])
    ];
    let step = prop_oneof![
        6 => (path.clone(), value).prop_map(|(path, value)| Step::Put(path, value)),
        3 => path.prop_map(Step::Remove),
        1 => Just(Step::Whole),
        1 => Just(Step::Tidy),
        1 => Just(Step::Begin),
    ];
    prop::collection::vec((0..3_usize, step), 1..60)
}

proptest! {
    #[test]
    fn pictures_are_as_a_map_would_be(key in 0..3_u64, steps in steps()) {
        let words = arena(2 * ROOM);
        let memory = Arena::new(&words);
        let mut writer = Writer::begin(memory, key);
        let mut trees: [Tree; CACHES] = std::array::from_fn(|_| Tree::new());
        for (cache, step) in steps {
            let mut next = trees[cache].clone();
            let mut touched = vec![];
            match step {
                Step::Put(path, value) => {
                    let mut above = path.as_str();
                    while !above.is_empty() {
                        touched.push(above.to_owned());
                        above = parent(above);
                    }
                    touched.push(String::new());
                    for path in &touched {
                        next.entry(path.clone()).or_default();
                    }
                    next.insert(path, value);
                }
                Step::Remove(path) => {
                    let below = format!("{path}/");
                    touched.extend(next.keys().filter(|other| **other == path || other.starts_with(&below)).cloned());
                    for path in &touched {
                        next.remove(path);
                    }
                }
                Step::Tidy => writer.tidy(),
                Step::Begin => writer = Writer::begin(memory, key),
                Step::Whole => {}
            }
            let change = match touched.is_empty() {
                true => whole(&next),
                false => change(&next, &touched),
            };
            match writer.apply(cache, &change) {
                Ok(_) => trees[cache] = next,
                Err(Refused::Full(_)) => {}
                Err(other) => prop_assert!(false, "{:?}", other),
            }
            for (cache, tree) in trees.iter().enumerate().take(3) {
                let seen = read(&memory, cache).map(|(_, tree)| tree).unwrap_or_default();
                prop_assert_eq!(&seen, tree);
            }
        }
    }

    #[test]
    fn garbage_is_read_without_harm_of_anything(words in prop::collection::vec(any::<u64>(), 200), place in 0..200_u32) {
        let memory = arena(ROOM);
        let mut writer = Writer::begin(Arena::new(&memory), 7);
        writer.apply(0, &whole(&tree(&[("", "x"), ("/a", "")]))).unwrap();
        let begin = memory.len() / 2;
        for (to, word) in memory[begin..].iter().zip(words) {
            to.store(word % if place % 2 == 0 { u64::MAX } else { 200 }, std::sync::atomic::Ordering::Relaxed);
        }
        let _ = Arena::new(&memory).read(0, |half, _| {
            let picture = Picture::at(half, place)?;
            let mut seen = 0;
            let _ = picture.find(b"/a/b");
            picture.root?.walk(&mut vec![], &mut |_, node| {
                seen += 1;
                node.stat()?;
                (seen < 10_000).then_some(())
            })
        });
    }
}

#[test]
fn the_deepest_tree_needs_no_more_stack_than_the_keeper_has() {
    let deep = || {
        let words = arena(16 << 20);
        let mut writer = Writer::begin(Arena::new(&words), 7);
        let mut next = Tree::new();
        let mut path = String::new();
        for _ in 0..=DEPTH {
            next.insert(path.clone(), vec![]);
            for name in ["a", "b", "c"] {
                next.insert(format!("{path}/{name}"), vec![]);
            }
            path.push_str("/down");
        }
        // Its last level has children of its own.
        next.retain(|path, _| path.matches('/').count() <= DEPTH);
        assert_eq!(writer.apply(0, &whole(&next)), Ok(true));
        for byte in 0..12 {
            next.insert("/down".repeat(DEPTH), vec![byte; 1 << 20]);
            let deepest = change(&next, &["/down".repeat(DEPTH)]);
            assert_eq!(writer.apply(0, &deepest), Ok(true));
        }
        assert!(writer.arena().used().1 > 0);
        assert_eq!(
            read(writer.arena(), 0).map(|(_, tree)| tree.len()),
            Some(next.len())
        );
    };
    let thread = std::thread::Builder::new().stack_size(512 << 10);
    thread.spawn(deep).unwrap().join().unwrap();
}

#[test]
fn a_length_that_is_garbage_is_not_believed() {
    let words = arena(ROOM);
    let mut writer = Writer::begin(Arena::new(&words), 7);
    writer.apply(0, &whole(&tree(&[("", "x")]))).unwrap();
    let place = writer
        .arena()
        .read(0, |half, place| Some(Picture::at(half, place)?.root?.place));
    let Ok(Some(place)) = place else {
        unreachable!();
    };
    // Place and length of the value, in the second word of the node, which is in the last half.
    let begin = super::arena::SMALLEST / 8 / 4 * 2;
    let length = &words[begin + place as usize + 1];
    assert_eq!(length.load(std::sync::atomic::Ordering::Relaxed) >> 32, 1);
    length.fetch_or(0xffff_ff00 << 32, std::sync::atomic::Ordering::Relaxed);
    let mut value = vec![];
    let read = writer.arena().read(0, |half, place| {
        Picture::at(half, place)?.root?.copy_value(&mut value)
    });
    assert_eq!((read, value.capacity()), (Err(Unread::Broken), 0));
}
