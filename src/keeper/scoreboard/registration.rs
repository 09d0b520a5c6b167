//! Registrations of processes: znodes that are there as long as their processes are.

use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use super::text::Text;
use super::{FILLED, FREE, SLOTS, changed, claim, wait};
use crate::lease::zookeeper::LONGEST;

/// Registrations that one family can have at a time.
pub const REGISTRATIONS: usize = 1024;

/// The longest path above a registration's own znode, in bytes.
pub const LONGEST_PARENT: usize = 1024;

/// The longest value, in bytes.
pub const LONGEST_VALUE: usize = 4096;

/// A slash and a UUID.
const NAME: usize = 37;

/// All of a family. Most have never been touched, and are not to be.
#[repr(C)]
pub struct Registrations {
    used: [AtomicU64; REGISTRATIONS / 64],
    slots: [RegistrationSlot; REGISTRATIONS],
}

/// One registration: what is wanted, and what there is.
#[repr(C)]
pub struct RegistrationSlot {
    /// As in [`LeaseSlot`](super::LeaseSlot); so are the next ones.
    turn: AtomicU32,
    state: AtomicU32,
    owner: AtomicU64,
    pub(in crate::keeper) pid: AtomicU32,
    pub(in crate::keeper) since: AtomicU64,
    /// Tells it from others that have had this slot.
    serial: AtomicU64,
    /// It is not wanted any more.
    withdrawn: AtomicU32,
    /// Counts the values that were wanted, from 1.
    version: AtomicU32,
    /// The last of them that was written; 0: none.
    pub(in crate::keeper) written: AtomicU32,
    /// The last of them that ZooKeeper refused.
    refused: AtomicU32,
    /// Whether the znode is there, in a session that has a server.
    pub(in crate::keeper) stands: AtomicU32,
    /// Whether it may be there, in whatever session.
    pub(in crate::keeper) sent: AtomicU32,
    /// ZooKeeper's number for what is wrong.
    code: AtomicI32,
    dsn: Text<{ LONGEST[0] / 8 }>,
    path: Text<{ (LONGEST_PARENT + NAME).div_ceil(8) }>,
    value: Text<{ LONGEST_VALUE / 8 }>,
    error: Text<128>,
}

/// What is to be registered. All of it was checked, and has room.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The servers.
    pub dsn: &'a str,
    /// The znode above.
    pub parent: &'a str,
    /// The value.
    pub value: &'a str,
    /// What values begin with that are of the same registration.
    pub same: &'a str,
}

impl Registrations {
    /// By its place.
    #[must_use]
    pub fn slot(&self, index: usize) -> &RegistrationSlot {
        &self.slots[index % REGISTRATIONS]
    }

    /// The one that the process `owner` has of this entry.
    pub fn find(&self, owner: u64, entry: &Entry<'_>) -> Option<usize> {
        self.used().find(|&index| {
            let slot = self.slot(index);
            let path = || slot.path();
            slot.owner() == owner
                && slot.is_filled()
                && !slot.is_withdrawn()
                && slot.value().starts_with(entry.same)
                && slot.dsn() == entry.dsn
                && parent(&path()) == entry.parent
        })
    }

    /// A new one of the process `owner`. `None`: all are in use.
    pub fn add(&self, owner: u64, entry: &Entry<'_>) -> Option<usize> {
        for index in 0..REGISTRATIONS {
            let used = self.used[index / 64].load(Ordering::Acquire) >> (index % 64) & 1 == 1;
            if !used && claim(&self.slots[index].state) {
                self.slots[index].fill(owner, entry);
                self.used[index / 64].fetch_or(1 << (index % 64), Ordering::AcqRel);
                return Some(index);
            }
        }
        None
    }

    /// The slots in use.
    pub fn used(&self) -> impl Iterator<Item = usize> + '_ {
        super::set(&self.used)
    }

    /// How many are wanted.
    #[must_use]
    pub fn count(&self) -> usize {
        let wanted = |&index: &usize| !self.slot(index).is_withdrawn();
        self.used().filter(wanted).count()
    }

    /// Gives back a slot, whose znode is gone.
    pub(in crate::keeper) fn free(&self, index: usize) {
        let slot = self.slot(index);
        slot.owner.store(0, Ordering::Relaxed);
        slot.serial.store(0, Ordering::Relaxed);
        self.used[index / 64].fetch_and(!(1 << (index % 64)), Ordering::AcqRel);
        slot.state.store(FREE, Ordering::Release);
        slot.changed();
    }
}

/// What tells the keeper which slot of a registration a process has filled.
#[must_use]
pub fn place_of_registration(index: usize) -> usize {
    SLOTS + index
}

/// The registration's slot of such a place; `None`: it is a lease's.
pub(in crate::keeper) fn registration_of_place(place: usize) -> Option<usize> {
    place
        .checked_sub(SLOTS)
        .filter(|&index| index < REGISTRATIONS)
}

/// The path above.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// A path that nobody else has, below this one.
fn path(parent: &str) -> String {
    let [high, low] = [crate::lease::random(), crate::lease::random()];
    // Version 4 of a UUID: RFC 9562.
    let high = high & !0xF000 | 0x4000;
    let low = low & !(0b11 << 62) | 0b10 << 62;
    format!(
        "{parent}/{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xFFFF,
        high & 0xFFFF,
        low >> 48,
        low & 0xFFFF_FFFF_FFFF
    )
}

impl RegistrationSlot {
    fn fill(&self, owner: u64, entry: &Entry<'_>) {
        for number in [
            &self.withdrawn,
            &self.written,
            &self.refused,
            &self.stands,
            &self.sent,
            &self.version,
        ] {
            number.store(0, Ordering::Relaxed);
        }
        self.owner.store(owner, Ordering::Relaxed);
        self.serial
            .store(crate::lease::random() | 1, Ordering::Relaxed);
        // As for a lease.
        self.pid.store(std::process::id(), Ordering::Relaxed);
        self.since.store(0, Ordering::Relaxed);
        self.code.store(0, Ordering::Relaxed);
        self.dsn.set(entry.dsn);
        self.path.set(&path(entry.parent));
        self.error.set("");
        self.want(entry.value);
        self.state.store(FILLED, Ordering::Release);
    }

    pub(in crate::keeper) fn is_filled(&self) -> bool {
        self.state.load(Ordering::Acquire) == FILLED
    }

    /// The process whose it is.
    #[must_use]
    pub fn owner(&self) -> u64 {
        self.owner.load(Ordering::Relaxed)
    }

    /// Tells it from others that have had this slot.
    #[must_use]
    pub fn serial(&self) -> u64 {
        self.serial.load(Ordering::Acquire)
    }

    /// The servers.
    #[must_use]
    pub fn dsn(&self) -> String {
        self.dsn.get()
    }

    /// The znode.
    #[must_use]
    pub fn path(&self) -> String {
        self.path.get()
    }

    /// What is to be its value.
    #[must_use]
    pub fn value(&self) -> String {
        self.value.get()
    }

    /// Wants another value, or the first. Only the owner does. Which one it is.
    pub fn want(&self, value: &str) -> u32 {
        self.value.set(value);
        // The keeper reads this before the value.
        let next = self.version().wrapping_add(1).max(1);
        self.version.store(next, Ordering::Release);
        next
    }

    /// Which of the values is wanted.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version.load(Ordering::Acquire)
    }

    /// Whether it is there with the value that is wanted.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.stands() && self.written.load(Ordering::Acquire) == self.version()
    }

    /// Whether it is there.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.stands.load(Ordering::Acquire) != 0
    }

    /// It is not wanted any more. The keeper is then told.
    pub fn withdraw(&self) {
        self.withdrawn.store(1, Ordering::Release);
    }

    /// Whether it is not wanted any more.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.withdrawn.load(Ordering::Acquire) != 0
    }

    /// Whether ZooKeeper has refused the value that is wanted.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Acquire) == self.version()
    }

    /// What is wrong, with ZooKeeper's number for it, or 0; an empty sentence where nothing is.
    #[must_use]
    pub fn wrong(&self) -> (i32, String) {
        (self.code.load(Ordering::Acquire), self.error.get())
    }

    /// Says what is wrong.
    pub(in crate::keeper) fn complain(&self, code: i32, sentence: &str) {
        self.error.set(sentence);
        self.code.store(code, Ordering::Release);
    }

    /// The same, for good as far as this value goes.
    pub(in crate::keeper) fn refuse(&self, version: u32, code: i32, sentence: &str) {
        self.complain(code, sentence);
        self.refused.store(version, Ordering::Release);
        self.changed();
    }

    /// Gives it another name beside the one that it has.
    pub(in crate::keeper) fn rename(&self) {
        self.path.set(&path(parent(&self.path())));
    }

    /// As [`LeaseSlot::turn`](super::LeaseSlot::turn).
    #[must_use]
    pub fn turn(&self) -> u32 {
        self.turn.load(Ordering::Acquire)
    }

    /// Waits until something changes.
    pub fn wait(&self, turn: u32, most: Duration) {
        wait(&self.turn, turn, most);
    }

    pub(in crate::keeper) fn changed(&self) {
        changed(&self.turn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registrations() -> Box<Registrations> {
        // SAFETY: all zeroes are valid for what is made of atomics.
        unsafe { Box::<Registrations>::new_zeroed().assume_init() }
    }

    const ENTRY: Entry<'static> = Entry {
        dsn: "a:1",
        parent: "/services/web",
        value: "{\"address\":\"b\",\"meta\":{}}",
        same: "{\"address\":\"b\",",
    };

    #[test]
    fn a_process_finds_its_own_by_servers_name_and_address() {
        let all = registrations();
        let index = all.add(77, &ENTRY).unwrap();
        assert_eq!(all.find(77, &ENTRY), Some(index));
        assert_eq!(all.find(78, &ENTRY), None, "another process");
        for other in [
            Entry {
                dsn: "a:2",
                ..ENTRY
            },
            Entry {
                parent: "/services",
                ..ENTRY
            },
            Entry {
                same: "{\"address\":\"c\",",
                ..ENTRY
            },
        ] {
            assert_eq!(all.find(77, &other), None);
        }
        all.slot(index).withdraw();
        assert_eq!((all.find(77, &ENTRY), all.count()), (None, 0));
        assert_ne!(all.add(77, &ENTRY), Some(index), "it is in use still");
        all.free(index);
        assert_eq!(all.add(77, &ENTRY), Some(index));
    }

    #[test]
    fn there_are_so_many_and_no_more() {
        let all = registrations();
        for _ in 0..REGISTRATIONS {
            all.add(1, &ENTRY).unwrap();
        }
        assert_eq!((all.add(1, &ENTRY), all.count()), (None, REGISTRATIONS));
        all.free(5);
        assert_eq!(all.add(1, &ENTRY), Some(5));
    }

    #[test]
    fn the_longest_have_room() {
        let all = registrations();
        let (parent, dsn) = (format!("/{}", "é".repeat(511)), "h".repeat(LONGEST[0]));
        let value = "v".repeat(LONGEST_VALUE);
        let index = all.add(
            1,
            &Entry {
                dsn: &dsn,
                parent: &format!("{parent}p"),
                value: &value,
                same: "v",
            },
        );
        let slot = all.slot(index.unwrap());
        assert_eq!((slot.dsn(), slot.value()), (dsn, value));
        let path = slot.path();
        assert_eq!(path.len(), LONGEST_PARENT + NAME);
        slot.rename();
        assert_ne!(slot.path(), path);
        assert_eq!(slot.path().len(), path.len());
        assert_eq!(super::parent(&slot.path()), format!("{parent}p"));
    }

    #[test]
    fn names_are_uuids() {
        let name = path("");
        let parts: Vec<_> = name[1..].split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(&name[15..16], "4");
        assert!("89ab".contains(&name[20..21]), "{name}");
    }

    #[test]
    fn what_is_written_is_one_of_what_was_wanted() {
        let all = registrations();
        let slot = all.slot(all.add(1, &ENTRY).unwrap());
        assert!(!slot.is_settled() && !slot.is_refused());
        slot.written.store(slot.version(), Ordering::Release);
        slot.stands.store(1, Ordering::Release);
        assert!(slot.is_settled());
        let version = slot.want("other");
        assert!(!slot.is_settled() && slot.stands());
        slot.refuse(version, -102, "no");
        assert!(slot.is_refused());
        assert_eq!(slot.wrong(), (-102, "no".to_owned()));
        slot.want("third");
        assert!(!slot.is_refused());
    }

    #[test]
    fn a_place_is_a_leases_or_a_registrations() {
        for index in [0, REGISTRATIONS - 1] {
            let place = place_of_registration(index);
            assert_eq!(registration_of_place(place), Some(index));
        }
        assert_eq!(registration_of_place(SLOTS - 1), None);
        assert_eq!(registration_of_place(SLOTS + REGISTRATIONS), None);
    }
}
