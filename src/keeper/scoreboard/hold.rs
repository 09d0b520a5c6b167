//! For how long what is held is certainly held: locks, for one.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::rule::kept;

/// What one family can hold, or stand in line for, at a time.
pub const HOLDS: usize = 4096;

/// All of a family. Most have never been touched, and are not to be.
#[repr(C)]
pub struct Holds {
    slots: [HoldSlot; HOLDS],
}

/// One thing that is held, or was.
#[repr(C)]
pub struct HoldSlot {
    /// In ns of the system's uptime; 0: it is not.
    valid_until: AtomicU64,
    /// Tells it from others that have had this slot.
    serial: AtomicU64,
}

impl Holds {
    /// By its place.
    #[must_use]
    pub fn slot(&self, index: usize) -> &HoldSlot {
        &self.slots[index % HOLDS]
    }
}

impl HoldSlot {
    /// Until when it is certainly held, in ns of the system's uptime, if it is the one with this serial number; else 0.
    #[must_use]
    #[inline]
    pub fn valid_until(&self, serial: u64) -> u64 {
        // In this order: where this is another's time by now, that is seen below.
        let until = self.valid_until.load(Ordering::Acquire);
        match self.serial.load(Ordering::Acquire) == serial {
            true => until,
            false => 0,
        }
    }

    /// It is not held any more, for whoever knows it by this serial number.
    pub fn end(&self, serial: u64) {
        let until = self.valid_until(serial);
        if until != 0 {
            // Only what was read: it may be another's by now, or be prolonged at this moment, which is seen again.
            let mut until = until;
            while let Err(now) =
                self.valid_until
                    .compare_exchange(until, 0, Ordering::AcqRel, Ordering::Acquire)
            {
                if self.serial.load(Ordering::Acquire) != serial {
                    return;
                }
                until = now;
            }
        }
    }

    /// Whether nobody can take what it says for true any more.
    pub(in crate::keeper) fn is_free(&self, now: u64) -> bool {
        self.valid_until.load(Ordering::Acquire) < now
    }

    /// Gives it to somebody. Only the keeper does, of what [is free](Self::is_free).
    pub(in crate::keeper) fn give(&self, serial: u64) {
        self.valid_until.store(0, Ordering::Release);
        self.serial.store(serial, Ordering::Release);
    }

    /// It is held until then, unless it was ended.
    pub(in crate::keeper) fn grant(&self, until: u64) {
        self.valid_until.store(until, Ordering::Release);
    }

    /// It is held until then at the most.
    pub(in crate::keeper) fn shorten(&self, until: u64) {
        self.valid_until.fetch_min(until, Ordering::AcqRel);
    }

    /// It is held for longer. `false`: it was ended, or has run out, and stays so.
    pub(in crate::keeper) fn prolong(&self, now: u64, until: u64) -> bool {
        let longer = |before: u64| {
            let runs = before > now || before != 0 && !kept!("run_out_stays_so");
            runs.then_some(before.max(until))
        };
        self.valid_until
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, longer)
            .is_ok()
    }
}

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests {
    use super::*;

    fn slot() -> HoldSlot {
        HoldSlot {
            valid_until: AtomicU64::new(0),
            serial: AtomicU64::new(0),
        }
    }

    #[test]
    fn it_is_valid_for_whom_it_was_given_and_no_other() {
        let slot = slot();
        slot.give(7);
        assert_eq!(slot.valid_until(7), 0, "not granted yet");
        assert!(!slot.prolong(0, 50));
        assert_eq!(slot.valid_until(7), 0, "nor is it by being prolonged");
        slot.grant(100);
        assert_eq!((slot.valid_until(7), slot.valid_until(8)), (100, 0));
        assert!(slot.prolong(10, 90));
        assert_eq!(slot.valid_until(7), 100, "never sooner");
        assert!(slot.prolong(10, 110));
        assert_eq!(slot.valid_until(7), 110);
        slot.end(8);
        assert_eq!(slot.valid_until(7), 110, "of another");
        slot.end(7);
        assert!(!slot.prolong(20, 200));
        assert_eq!(slot.valid_until(7), 0, "what was ended stays so");
    }

    #[test]
    fn what_has_run_out_is_not_held_again() {
        let slot = slot();
        slot.give(7);
        slot.grant(100);
        assert!(!slot.prolong(100, 200));
        assert_eq!(slot.valid_until(7), 100);
    }

    #[test]
    fn a_shorter_time_counts_and_what_was_ended_stays_so() {
        let slot = slot();
        slot.give(7);
        slot.grant(100);
        slot.shorten(120);
        assert_eq!(slot.valid_until(7), 100);
        slot.shorten(60);
        assert_eq!(slot.valid_until(7), 60);
        slot.end(7);
        slot.shorten(50);
        assert_eq!(slot.valid_until(7), 0);
    }

    #[test]
    fn it_is_free_when_its_time_is_over() {
        let slot = slot();
        assert!(slot.is_free(1));
        slot.give(7);
        slot.grant(100);
        assert!(!slot.is_free(100) && slot.is_free(101));
    }
}
