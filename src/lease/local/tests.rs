//! The contract, and what can happen to the file.

use std::fs;
use std::num::NonZeroU64;
use std::os::unix::fs::{FileExt, PermissionsExt, symlink};
use std::sync::RwLockReadGuard;
use std::sync::atomic::Ordering;

use proptest::prelude::*;
use tempfile::TempDir;

use super::super::contract::{Bench, NOW, World, family};
use super::super::{Bindings, Clock, Refusal, Registry, Wanted};
use super::{AHEAD, Local, Root, file};
use crate::descriptor::forks;
use crate::id::Layout;

pub(super) struct InDirectory {
    parent: TempDir,
    clock: Clock,
    // A claim goes with its last descriptor.
    _unforked: RwLockReadGuard<'static, ()>,
}

impl InDirectory {
    fn path(&self) -> std::path::PathBuf {
        self.parent.path().join("ticket")
    }

    fn file(&self) -> std::path::PathBuf {
        self.path().join(file::NAME)
    }
}

impl World for InDirectory {
    type Owner = Local;

    fn new(clock: Clock) -> Self {
        let parent = tempfile::tempdir().unwrap();
        Self {
            parent,
            clock,
            _unforked: forks::none(),
        }
    }

    fn owner(&self, layout: Layout, bindings: Bindings) -> Local {
        let clock = self.clock.clone();
        Local::new(
            &self.path(),
            Root::current(),
            layout,
            bindings,
            clock,
            false,
        )
    }

    fn place(&self) -> String {
        self.path().display().to_string()
    }
}

super::super::contract::contract!(super::InDirectory);

fn bench() -> Bench<InDirectory> {
    Bench::new()
}

fn refusal(owner: &mut Local) -> String {
    match owner.acquire(Wanted::Any) {
        Err(Refusal::Unavailable(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_owners_of_one_fixed_node_share_its_word() {
    let bench = bench();
    let (mut a, mut b) = (bench.owner(), bench.owner());
    a.acquire(Wanted::Exactly(5)).unwrap();
    b.acquire(Wanted::Exactly(5)).unwrap();
    bench.first(&mut a, 5);
    let (pa, pb) = (a.extend(5).unwrap(), b.extend(5).unwrap());
    let mut words = Vec::new();
    for _ in 0..1000 {
        bench.pass(1);
        words.extend(bench.issue(&a, pa));
        words.extend(bench.issue(&b, pb));
    }
    assert!(words.is_sorted());
    words.dedup();
    assert_eq!(words.len() as u64, 2 * AHEAD);
}

#[test]
fn a_new_files_words_lie_above_all_that_a_removed_ones_holder_can_issue() {
    let bench = bench();
    let mut old = bench.owner();
    old.acquire(Wanted::Exactly(5)).unwrap();
    bench.pass(10_000);
    // The latest permit that the old file's holder can have: given out as the file is removed.
    let permit = old.extend(5).unwrap();
    fs::remove_file(bench.world.file()).unwrap();
    let mut new = bench.owner();
    let fresh = new.acquire(Wanted::Exactly(5)).unwrap();
    bench.set(permit.until);
    let highest = std::iter::from_fn(|| bench.issue(&old, permit))
        .take(5000)
        .last();
    bench.set(NOW + 10_000 + 1);
    let fresh = crate::id::Permit {
        until: fresh.until + 1,
        ..fresh
    };
    assert!(bench.issue(&new, fresh).unwrap() > highest.unwrap());
}

#[test]
fn a_holder_goes_on_in_the_new_file_and_above_what_it_issued() {
    let bench = bench();
    let mut owner = bench.owner();
    let permit = owner.acquire(Wanted::Any).unwrap();
    let issued = bench.first(&mut owner, permit.node);
    for step in [0, -86_400_000] {
        bench.pass(step);
        fs::remove_file(bench.world.file()).unwrap();
        let again = owner.extend(permit.node).unwrap();
        assert_eq!(again.node, permit.node);
        assert!(bench.world.file().exists());
        let word = owner.words()[usize::from(permit.node)].load(Ordering::SeqCst);
        assert!(word >= issued, "clock stepped by {step}");
    }
    let mut others: Vec<_> = (0..6).map(|_| bench.owner()).collect();
    for other in &mut others {
        assert_ne!(
            other.acquire(Wanted::Any).unwrap().node,
            permit.node,
            "claimed anew"
        );
    }
}

#[test]
fn a_copy_put_in_place_starts_above_what_the_original_can_issue() {
    let bench = bench();
    let mut holder = bench.owner();
    holder.acquire(Wanted::Exactly(5)).unwrap();
    let (path, copy) = (bench.world.file(), bench.world.path().join("copy"));
    fs::copy(&path, &copy).unwrap();
    bench.pass(10_000);
    let permit = holder.extend(5).unwrap();
    fs::rename(&copy, &path).unwrap();
    let mut other = bench.owner();
    other.acquire(Wanted::Exactly(5)).unwrap();
    bench.set(permit.until);
    let highest = std::iter::from_fn(|| bench.issue(&holder, permit))
        .take(5000)
        .last();
    assert!(other.words()[5].load(Ordering::SeqCst) >= highest.unwrap());
}

#[test]
fn a_file_put_back_is_raised_by_whoever_knew_the_one_in_between() {
    let bench = bench();
    let (path, aside) = (bench.world.file(), bench.world.path().join("aside"));
    bench.owner().acquire(Wanted::Exactly(5)).unwrap();
    fs::rename(&path, &aside).unwrap();
    bench.pass(10_000);
    let mut holder = bench.owner();
    holder.acquire(Wanted::Exactly(5)).unwrap();
    let issued = bench.first(&mut holder, 5);
    fs::rename(&aside, &path).unwrap();
    holder.extend(5).unwrap();
    for word in holder.words() {
        assert!(word.load(Ordering::SeqCst) >= issued);
    }
}

#[test]
fn words_that_are_lowered_are_noticed_at_once() {
    let bench = bench();
    let mut owner = bench.owner();
    let node = owner.acquire(Wanted::Any).unwrap().node;
    bench.first(&mut owner, node);
    let permit = owner.extend(node).unwrap();
    let file = fs::OpenOptions::new()
        .write(true)
        .open(bench.world.file())
        .unwrap();
    let whole = fs::read(bench.world.file()).unwrap();
    let damage: [&dyn Fn(); 3] = [
        &|| file.write_all_at(&[0; 64], 4096).unwrap(),
        // Within the page of the words: what is cut reads as zeroes.
        &|| file.set_len(4100).unwrap(),
        &|| {
            file.set_len(0).unwrap();
            file.set_len(whole.len() as u64).unwrap();
        },
    ];
    for spoil in damage {
        spoil();
        assert_eq!(bench.issue(&owner, permit), None);
        for refused in [owner.extend(node), bench.owner().acquire(Wanted::Any)] {
            assert!(
                matches!(refused, Err(Refusal::Unavailable(_))),
                "{refused:?}"
            );
        }
        file.write_all_at(&whole, 0).unwrap();
        assert!(bench.issue(&owner, permit).is_some());
    }
}

#[test]
fn garbage_is_not_carried_into_a_new_file() {
    let bench = bench();
    let mut owner = bench.owner();
    let node = owner.acquire(Wanted::Any).unwrap().node;
    fs::write(bench.world.file(), [0xEE; 4096 + 64]).unwrap();
    owner.extend(node).unwrap_err();
    fs::remove_file(bench.world.file()).unwrap();
    owner.extend(node).unwrap();
    bench.first(&mut owner, node);
}

#[test]
fn a_process_that_lost_its_node_with_the_file_takes_another() {
    let bench = bench();
    let bindings = Bindings::new(family(), NonZeroU64::MIN);
    let clock = bench.world.clock.clone();
    let mut process = Local::new(
        &bench.world.path(),
        Root::current(),
        InDirectory::LAYOUT,
        bindings,
        clock,
        true,
    );
    let node = process.acquire(Wanted::Any).unwrap().node;
    fs::remove_file(bench.world.file()).unwrap();
    let mut other = bench.owner();
    other.acquire(Wanted::Exactly(node)).unwrap();
    assert_ne!(process.extend(node).unwrap().node, node);
}

#[test]
fn a_family_with_short_lived_processes_does_not_bind_all_nodes() {
    let bench = bench();
    let slots = family();
    for _ in 0..50 {
        let bindings = Bindings::new(slots, NonZeroU64::MIN);
        bench
            .world
            .owner(InDirectory::LAYOUT, bindings)
            .acquire(Wanted::Any)
            .unwrap();
        bench.pass(1000);
    }
    let bound = slots
        .iter()
        .filter(|slot| slot.load(Ordering::SeqCst) != 0)
        .count();
    assert_eq!(bound, 1);
}

#[test]
fn a_garbled_file_is_refused_until_it_is_removed() {
    let bench = bench();
    let mut owner = bench.owner();
    let permit = owner.acquire(Wanted::Any).unwrap();
    let path = bench.world.file();
    let whole = fs::read(&path).unwrap();
    for content in [
        [b"nothing!", &whole[8..]].concat(),
        vec![0; 4096 + 64],
        vec![b'x'; 4096 + 64],
        b"short".to_vec(),
        vec![],
    ] {
        fs::write(&path, &content).unwrap();
        for refused in [
            owner.extend(permit.node),
            bench.owner().acquire(Wanted::Any),
        ] {
            let Err(Refusal::Unavailable(reason)) = refused else {
                panic!("accepted {} bytes", content.len());
            };
            assert!(reason.contains(&path.display().to_string()), "{reason}");
            assert!(reason.contains("remove it"), "{reason}");
        }
        assert_eq!(fs::read(&path).unwrap(), content, "left as it is");
    }
    fs::remove_file(&path).unwrap();
    owner.extend(permit.node).unwrap();
}

#[test]
fn a_file_cut_short_in_use_yields_no_word_and_no_crash() {
    let bench = bench();
    let mut owner = bench.owner();
    let permit = owner.acquire(Wanted::Any).unwrap();
    bench.first(&mut owner, permit.node);
    let permit = owner.extend(permit.node).unwrap();
    fs::File::create(bench.world.file()).unwrap();
    assert_eq!(bench.issue(&owner, permit), None);
    owner.extend(permit.node).unwrap_err();
    fs::remove_file(bench.world.file()).unwrap();
    owner.extend(permit.node).unwrap();
    bench.first(&mut owner, permit.node);
}

/// Threads of which each maps, cuts and unmaps its own file, so that the guard of one begins or ends while
/// another needs it.
#[test]
fn files_cut_short_on_many_threads_do_not_meet() {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let bench = bench();
                    let mut owner = bench.owner();
                    let permit = owner.acquire(Wanted::Any).unwrap();
                    fs::File::create(bench.world.file()).unwrap();
                    assert_eq!(bench.issue(&owner, permit), None);
                }
            });
        }
    });
}

#[test]
fn a_descriptor_that_other_code_has_closed_and_reused_is_left_to_it() {
    let bench = bench();
    let mut owner = bench.owner();
    let node = owner.acquire(Wanted::Any).unwrap().node;
    // The only descriptor of this process that leads to the file.
    let file = fs::canonicalize(bench.world.file()).unwrap();
    let raw: i32 = fs::read_dir("/proc/self/fd")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| fs::read_link(path).is_ok_and(|target| target == file))
        .and_then(|path| path.file_name()?.to_str()?.parse().ok())
        .unwrap();
    let other = fs::File::open("/dev/null").unwrap();
    // SAFETY: what `raw` stands for is changed under its owner, which is what this is about.
    unsafe { nix::libc::dup2(std::os::fd::AsRawFd::as_raw_fd(&other), raw) };

    owner.extend(node).unwrap();
    let second = owner.acquire(Wanted::Any).unwrap();
    let mut others: Vec<_> = (0..5).map(|_| bench.owner()).collect();
    for other in &mut others {
        let theirs = other.acquire(Wanted::Any).unwrap().node;
        assert!(theirs != node && theirs != second.node, "claimed anew");
    }
    drop(owner);
    assert_eq!(
        fs::read_link(format!("/proc/self/fd/{raw}"))
            .unwrap()
            .to_str(),
        Some("/dev/null"),
        "closed by us, though no longer ours"
    );
    // SAFETY: made by `dup2` above, and nobody's now.
    unsafe { nix::libc::close(raw) };
}

#[test]
fn removals_leave_nothing_open() {
    let bench = bench();
    let mut owner = bench.owner();
    let node = owner.acquire(Wanted::Any).unwrap().node;
    let place = bench.world.path().display().to_string();
    let open = || {
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let descriptors = fs::read_dir("/proc/self/fd").unwrap().filter(|entry| {
            let target = fs::read_link(entry.as_ref().unwrap().path());
            target.is_ok_and(|target| target.display().to_string().contains(&place))
        });
        (maps.matches(&place).count(), descriptors.count())
    };
    assert_eq!(open(), (1, 1));
    for _ in 0..100 {
        fs::remove_file(bench.world.file()).unwrap();
        owner.extend(node).unwrap();
    }
    assert_eq!(open(), (1, 1));
    drop(owner);
    assert_eq!(open(), (0, 0));
}

#[test]
fn what_is_not_a_registry_is_refused_by_name() {
    let bench = bench();
    let (directory, path) = (bench.world.path(), bench.world.file());
    let elsewhere = bench.world.path().with_file_name("elsewhere");

    symlink(&elsewhere, &directory).unwrap();
    fs::create_dir(&elsewhere).unwrap();
    let reason = refusal(&mut bench.owner());
    assert!(reason.contains("symbolic link"), "{reason}");
    fs::remove_file(&directory).unwrap();

    fs::create_dir(&directory).unwrap();
    symlink(elsewhere.join("file"), &path).unwrap();
    let reason = refusal(&mut bench.owner());
    assert!(reason.contains("symbolic link"), "{reason}");
    fs::remove_file(&path).unwrap();

    fs::create_dir(&path).unwrap();
    let reason = refusal(&mut bench.owner());
    assert!(reason.contains("Is a directory"), "{reason}");
    fs::remove_dir(&path).unwrap();

    nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let reason = refusal(&mut bench.owner());
    assert!(reason.contains("not a regular file"), "{reason}");
    assert!(!elsewhere.join("file").exists(), "never another place");
}

#[test]
fn a_directory_below_a_link_is_made_where_the_link_leads() {
    let bench = bench();
    let real = bench.world.path().with_file_name("real");
    let link = bench.world.path().with_file_name("link");
    fs::create_dir(&real).unwrap();
    symlink(&real, &link).unwrap();
    let bindings = Bindings::new(family(), NonZeroU64::MIN);
    let clock = bench.world.clock.clone();
    let below = link.join("ticket");
    let layout = InDirectory::LAYOUT;
    let mut owner = Local::new(&below, Root::current(), layout, bindings, clock, false);
    owner.acquire(Wanted::Any).unwrap();
    assert!(real.join("ticket").join(file::NAME).exists());
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let bench = bench();
    let bindings = Bindings::new(family(), NonZeroU64::MIN);
    let nowhere = bench.world.path().join("missing/ticket");
    let clock = bench.world.clock.clone();
    let mut owner = Local::new(
        &nowhere,
        Root::current(),
        InDirectory::LAYOUT,
        bindings,
        clock,
        false,
    );
    let reason = refusal(&mut owner);
    assert!(reason.contains(&nowhere.display().to_string()), "{reason}");
    assert!(reason.contains("No such file or directory"), "{reason}");
}

#[test]
fn the_directory_and_the_file_are_everybodys_and_nothing_else_is_left() {
    let bench = bench();
    bench.owner().acquire(Wanted::Any).unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(bench.world.path()), 0o1777);
    assert_eq!(mode(bench.world.file()), 0o666);
    let files: Vec<_> = fs::read_dir(bench.world.path()).unwrap().collect();
    assert_eq!(files.len(), 1);
    assert_eq!(fs::read_dir(bench.world.parent.path()).unwrap().count(), 1);
}

proptest! {
    // Each makes a directory and a file.
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.div_ceil(4)))]

    /// Its header, claims' bytes and words changed, and its length.
    #[test]
    fn a_file_of_anything_is_taken_or_refused_by_name(
        bytes in prop::collection::vec((0_u64..4200, any::<u8>()), 0..6),
        length in prop::option::of(0_u64..20_000),
    ) {
        let bench = bench();
        let mut owner = bench.owner();
        let node = owner.acquire(Wanted::Any).unwrap().node;
        drop(owner);
        let file = fs::File::options().write(true).open(bench.world.file()).unwrap();
        for (at, byte) in bytes {
            file.write_all_at(&[byte], at).unwrap();
        }
        if let Some(length) = length {
            file.set_len(length).unwrap();
        }
        for wanted in [Wanted::Any, Wanted::Exactly(node)] {
            let mut owner = bench.owner();
            match owner.acquire(wanted) {
                Ok(permit) => prop_assert!(permit.node > 0 && permit.node <= InDirectory::LAYOUT.max_node()),
                Err(Refusal::Unavailable(reason) | Refusal::Clock(reason)) => {
                    prop_assert!(reason.contains(&bench.world.place()), "{reason}");
                }
            }
        }
    }
}
