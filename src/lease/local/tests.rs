//! The contract, and what can happen to the file.

use std::fs;
use std::num::NonZeroU64;
use std::os::unix::fs::{PermissionsExt, symlink};

use tempfile::TempDir;

use super::super::contract::{Bench, NOW, World, family};
use super::super::{Bindings, Clock, Refusal, Registry, Wanted};
use super::{AHEAD, Local, file};
use crate::id::Layout;

pub(super) struct InDirectory {
    parent: TempDir,
    clock: Clock,
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
        Self { parent, clock }
    }

    fn owner(&self, layout: Layout, bindings: Bindings) -> Local {
        Local::new(&self.path(), layout, bindings, self.clock.clone())
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
        let word =
            owner.words()[usize::from(permit.node)].load(std::sync::atomic::Ordering::SeqCst);
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
fn a_garbled_file_is_refused_until_it_is_removed() {
    let bench = bench();
    let mut owner = bench.owner();
    let permit = owner.acquire(Wanted::Any).unwrap();
    let path = bench.world.file();
    for content in [
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
    let mut others: Vec<_> = (0..6).map(|_| bench.owner()).collect();
    for other in &mut others {
        assert_ne!(
            other.acquire(Wanted::Any).unwrap().node,
            node,
            "claimed anew"
        );
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
fn a_directory_that_cannot_be_made_is_named() {
    let bench = bench();
    let bindings = Bindings::new(family(), NonZeroU64::MIN);
    let nowhere = bench.world.path().join("missing/ticket");
    let clock = bench.world.clock.clone();
    let mut owner = Local::new(&nowhere, InDirectory::LAYOUT, bindings, clock);
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
