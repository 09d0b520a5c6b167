//! The sequence rule: which word of a node comes after `last`.
//!
//! `next = max(now << sequence_bits | start, last + 1)`, where `start` is a small random number
//! after an idle moment and 0 otherwise. IDs that all end in the same bits would put every row on
//! one shard, and make PHP arrays keyed by ID quadratic.

use std::sync::atomic::Ordering;

use super::{Layout, Moment};
use crate::rule::kept;
use crate::sync::AtomicU64;

/// Where the next word may lie, and what must be so.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The smallest value that `last` can have. Anything below was not written by an owner.
    pub floor: u64,
    /// The last timestamp of the permit, inclusive.
    pub until: u64,
    /// How many milliseconds before `until` the permit was given; [`Bounds::ANY_LEAD`] if that is not known.
    /// Before that the clock has gone back, and the permit is to be asked for again.
    pub lead: u64,
    /// How many milliseconds a timestamp may be ahead of the clock.
    pub ahead: u64,
}

impl Bounds {
    /// Longer than all timestamps, and shorter than what one that is past `until` wraps to.
    pub const ANY_LEAD: u64 = 1 << 63;

    /// Those of a lease whose words may have any value.
    #[cfg(test)]
    pub(crate) fn up_to(until: u64, ahead: u64) -> Self {
        Self {
            floor: 0,
            until,
            lead: Self::ANY_LEAD,
            ahead,
        }
    }
}

/// Why there is no next word now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miss {
    /// All of `millisecond` is issued. Wait for the clock's next millisecond and call again with
    /// `paid: Some(millisecond)`.
    Full {
        /// The timestamp that is used up.
        millisecond: u64,
    },
    /// The permit does not cover it: the clock or the next word is past it, the clock is before it, or `last`
    /// is not what an owner leaves.
    Permit,
    /// The clock is behind what was issued: the next timestamp would be this many ms ahead of it.
    Behind {
        /// Milliseconds, more than [`Bounds::ahead`].
        by: u64,
    },
}

/// The first of the next words.
///
/// A carry into a timestamp ahead of the clock costs one millisecond of waiting, also while the clock
/// is behind, so that a burst never eats the tolerance: it is refused with [`Miss::Full`] until the
/// caller has seen the clock move on, and says so for exactly that timestamp with `paid`.
///
/// # Errors
/// [`Miss`], and nothing is changed.
#[inline]
pub fn next(
    layout: &Layout,
    last: u64,
    now: Moment,
    bounds: Bounds,
    paid: Option<u64>,
) -> Result<u64, Miss> {
    match at_the_clock(layout, last, now, bounds)? {
        Some(next) => Ok(next),
        None => beyond_the_clock(layout, last, now, bounds, paid),
    }
}

/// [`next`] if it is of the clock's millisecond; `None` if it is ahead of the clock.
#[inline(always)]
fn at_the_clock(
    layout: &Layout,
    last: u64,
    now: Moment,
    bounds: Bounds,
) -> Result<Option<u64>, Miss> {
    debug_assert!(bounds.lead <= Bounds::ANY_LEAD);
    // After `until` this wraps to more than any lead.
    let left = match kept!("permit_end") {
        true => bounds.until.wrapping_sub(now.timestamp),
        false => bounds.until.saturating_sub(now.timestamp),
    };
    let lead = match kept!("permit_start") {
        true => bounds.lead,
        false => Bounds::ANY_LEAD,
    };
    if left > lead || kept!("word_floor") && last < bounds.floor {
        return Err(Miss::Permit);
    }
    let begins = layout.word(now.timestamp, 0);
    if last < begins {
        let idle = layout.timestamp_of(last) + 1 < now.timestamp;
        let start = if idle { random_start(layout, now) } else { 0 };
        return Ok(Some(begins | start));
    }
    Ok((last < begins | layout.max_sequence()).then(|| last + 1))
}

/// [`next`] where that is ahead of the clock.
#[cold]
fn beyond_the_clock(
    layout: &Layout,
    last: u64,
    now: Moment,
    bounds: Bounds,
    paid: Option<u64>,
) -> Result<u64, Miss> {
    let last_timestamp = layout.timestamp_of(last);
    let Some(next) = last.checked_add(1) else {
        return Err(Miss::Behind { by: u64::MAX });
    };
    let timestamp = layout.timestamp_of(next);
    if kept!("carry_waits") && timestamp != last_timestamp && paid != Some(last_timestamp) {
        return Err(Miss::Full {
            millisecond: last_timestamp,
        });
    }
    let by = timestamp - now.timestamp;
    if kept!("clock_tolerance") && by > bounds.ahead {
        return Err(Miss::Behind { by });
    }
    if kept!("permit_end") && timestamp > bounds.until {
        return Err(Miss::Permit);
    }
    Ok(next)
}

/// At most 255, and at most a sixteenth of the millisecond's numbers, so that little is given away.
#[inline]
fn random_start(layout: &Layout, now: Moment) -> u64 {
    let bits = layout.sequence_bits().saturating_sub(4).min(8);
    // Fibonacci hashing: the high bits of the product depend on every bit of `noise`.
    u64::from(now.noise.wrapping_mul(0x9E37_79B1)) >> (u32::BITS - bits)
}

/// Takes up to `want` consecutive words of one millisecond, by one compare-and-set.
///
/// Returns the first word and how many there are (at least 1). Everyone who issues on a node calls
/// this on the same atomic word, so no two callers are given the same one.
///
/// # Errors
/// [`Miss`], and nothing is taken.
#[inline(always)]
pub fn reserve(
    last: &AtomicU64,
    layout: &Layout,
    now: Moment,
    bounds: Bounds,
    paid: Option<u64>,
    want: u64,
) -> Result<(u64, u64), Miss> {
    // Acquire: whoever raised `last` (a new lease, a seal) did so before publishing what it permits.
    let mut seen = last.load(Ordering::Acquire);
    loop {
        let first = next(layout, seen, now, bounds, paid)?;
        let rest = layout.max_sequence() - layout.sequence_of(first) + 1;
        let count = match kept!("one_millisecond") {
            true => want.min(rest),
            false => want,
        };
        match replace(last, seen, first + count - 1) {
            Ok(()) => return Ok((first, count)),
            Err(other) => seen = other,
        }
    }
}

/// Takes the next word if that is of the clock's millisecond and nobody else takes one at this moment: the usual
/// case of [`reserve`]. `None`: nothing is taken.
#[inline(always)]
pub fn reserve_at_once(
    last: &AtomicU64,
    layout: &Layout,
    now: Moment,
    bounds: Bounds,
) -> Option<u64> {
    let seen = last.load(Ordering::Acquire);
    let next = at_the_clock(layout, seen, now, bounds).ok()??;
    replace(last, seen, next).ok().map(|()| next)
}

/// # Errors
/// What the word is, if that is not `seen`.
#[inline(always)]
fn replace(last: &AtomicU64, seen: u64, new: u64) -> Result<(), u64> {
    if !kept!("read_modify_write") {
        last.store(new, Ordering::Release);
        return Ok(());
    }
    // AcqRel: one order of all changes of the word, in every process that maps it.
    let replaced = last.compare_exchange(seen, new, Ordering::AcqRel, Ordering::Acquire);
    replaced.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LAYOUT: Layout = Layout::ARTICLE;
    const T: u64 = 500_000_000_000;

    fn at(timestamp: u64) -> Moment {
        Moment {
            timestamp,
            noise: 123_456,
        }
    }

    fn bounds(ahead: u64) -> Bounds {
        Bounds::up_to(1 << 50, ahead)
    }

    /// What a caller does with a clock that it can only read.
    fn issue(last: &AtomicU64, now: &mut u64, b: Bounds, want: u64) -> Result<(u64, u64), Miss> {
        let mut paid = None;
        loop {
            match reserve(last, &LAYOUT, at(*now), b, paid, want) {
                Err(Miss::Full { millisecond }) => {
                    *now += 1;
                    paid = Some(millisecond);
                }
                other => return other,
            }
        }
    }

    proptest! {
        #[test]
        fn under_any_clock_words_rise_and_stay_within_the_tolerance(
            ahead in 0..50u64,
            steps in prop::collection::vec((-80i64..80, 1..6000u64), 1..200),
        ) {
            let last = AtomicU64::new(0);
            let mut now = T;
            let mut previous = 0;
            for (step, want) in steps {
                now = now.checked_add_signed(step).unwrap();
                match issue(&last, &mut now, bounds(ahead), want) {
                    Ok((first, count)) => {
                        prop_assert!(first > previous, "went back or repeated");
                        prop_assert!(count >= 1 && count <= want);
                        let end = first + count - 1;
                        prop_assert_eq!(LAYOUT.timestamp_of(first), LAYOUT.timestamp_of(end));
                        prop_assert!(LAYOUT.timestamp_of(end) <= now + ahead, "too far ahead");
                        prop_assert_eq!(last.load(Ordering::Relaxed), end);
                        previous = end;
                    }
                    Err(Miss::Behind { by }) => {
                        prop_assert!(by > ahead);
                        prop_assert_eq!(last.load(Ordering::Relaxed), previous);
                    }
                    Err(other) => prop_assert!(false, "{:?}", other),
                }
            }
        }

        #[test]
        fn nothing_is_issued_past_the_permit(
            until in T - 20..T + 20,
            steps in prop::collection::vec((-5i64..5, 1..5000u64), 1..50),
        ) {
            let last = AtomicU64::new(0);
            let mut now = T;
            for (step, want) in steps {
                now = now.checked_add_signed(step).unwrap();
                let bounds = Bounds { until, ..bounds(10) };
                if let Ok((first, count)) = issue(&last, &mut now, bounds, want) {
                    prop_assert!(LAYOUT.timestamp_of(first + count - 1) <= until);
                }
            }
        }
    }

    #[test]
    fn a_millisecond_has_4096_ids_and_the_next_one_must_be_waited_for() {
        let last = AtomicU64::new(LAYOUT.end_of(T - 1));
        let (first, count) = reserve(&last, &LAYOUT, at(T), bounds(1000), None, 10_000).unwrap();
        assert_eq!((first, count), (LAYOUT.word(T, 0), 4096));
        let full = Err(Miss::Full { millisecond: T });
        assert_eq!(
            reserve(&last, &LAYOUT, at(T), bounds(1000), None, 1),
            full,
            "also with tolerance to spare"
        );
        assert_eq!(
            reserve(&last, &LAYOUT, at(T + 1), bounds(0), None, 1),
            Ok((LAYOUT.word(T + 1, 0), 1))
        );
    }

    #[test]
    fn a_wait_pays_for_one_millisecond_only() {
        // The clock went back by 500 ms and the millisecond that was being used is full.
        let last = AtomicU64::new(LAYOUT.end_of(T + 500));
        let b = bounds(1000);
        assert_eq!(
            reserve(&last, &LAYOUT, at(T), b, None, 1),
            Err(Miss::Full {
                millisecond: T + 500
            })
        );
        let paid = Some(T + 500);
        assert_eq!(
            reserve(&last, &LAYOUT, at(T + 1), b, paid, 4096).unwrap().1,
            4096
        );
        assert_eq!(
            reserve(&last, &LAYOUT, at(T + 1), b, paid, 1),
            Err(Miss::Full {
                millisecond: T + 501
            })
        );
    }

    #[test]
    fn the_sequence_starts_small_and_spread_after_an_idle_moment_only() {
        let mut seen = std::collections::BTreeSet::new();
        for noise in (0..1_000_000).step_by(997) {
            let now = Moment {
                timestamp: T,
                noise,
            };
            let word = next(&LAYOUT, LAYOUT.word(T - 2, 9), now, bounds(0), None).unwrap();
            seen.insert(LAYOUT.sequence_of(word));
            let busy = next(&LAYOUT, LAYOUT.word(T - 1, 9), now, bounds(0), None).unwrap();
            assert_eq!(busy, LAYOUT.word(T, 0));
        }
        assert!(*seen.last().unwrap() <= 255);
        assert!(seen.len() > 200, "only {} starts", seen.len());
        let narrow = Layout::stored(0, 10, 3).unwrap();
        assert_eq!(random_start(&narrow, at(T)), 0);
    }

    proptest! {
        #[test]
        fn at_once_takes_what_would_be_taken_or_nothing(
            last in (T << 12) - 9000..(T << 12) + 9000,
            step in -3..3_i64,
            noise: u32,
            until in T - 2..T + 2,
            floor in prop::option::of((T << 12) - 9000..(T << 12) + 9000),
        ) {
            let now = Moment { timestamp: T.checked_add_signed(step).unwrap(), noise };
            let b = Bounds { until, floor: floor.unwrap_or(0), ..bounds(1000) };
            let (word, other) = (AtomicU64::new(last), AtomicU64::new(last));
            let whole = reserve(&other, &LAYOUT, now, b, None, 1);
            match reserve_at_once(&word, &LAYOUT, now, b) {
                Some(taken) => {
                    prop_assert_eq!(whole, Ok((taken, 1)));
                    prop_assert_eq!(LAYOUT.timestamp_of(taken), now.timestamp);
                    prop_assert_eq!(word.load(Ordering::Relaxed), taken);
                }
                None => {
                    prop_assert!(whole.is_err() || LAYOUT.timestamp_of(whole.unwrap().0) > now.timestamp);
                    prop_assert_eq!(word.load(Ordering::Relaxed), last);
                }
            }
        }
    }

    #[test]
    fn a_permit_is_void_when_the_clock_is_before_it_or_the_word_below_its_floor() {
        let b = Bounds {
            floor: LAYOUT.word(T - 10, 0),
            until: T + 500,
            lead: 500,
            ..bounds(1000)
        };
        let last = LAYOUT.word(T - 1, 7);
        assert!(next(&LAYOUT, last, at(T), b, None).is_ok());
        assert_eq!(next(&LAYOUT, last, at(T - 1), b, None), Err(Miss::Permit));
        assert!(next(&LAYOUT, last, at(T + 500), b, None).is_ok());
        assert_eq!(next(&LAYOUT, last, at(T + 501), b, None), Err(Miss::Permit));
        let any = Bounds {
            lead: Bounds::ANY_LEAD,
            ..b
        };
        assert!(next(&LAYOUT, last, at(1), any, None).is_err());
        assert_eq!(
            next(&LAYOUT, last, at(T + 501), any, None),
            Err(Miss::Permit)
        );
        for lowered in [0, b.floor - 1] {
            assert_eq!(next(&LAYOUT, lowered, at(T), b, None), Err(Miss::Permit));
        }
    }

    #[test]
    fn a_word_that_cannot_rise_is_a_clock_far_behind() {
        assert_eq!(
            next(&LAYOUT, u64::MAX, at(T), bounds(1000), None),
            Err(Miss::Behind { by: u64::MAX })
        );
    }

    #[test]
    fn threads_on_one_word_share_it_without_a_repeat() {
        let last = AtomicU64::new(0);
        let mut all: Vec<u64> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        let mut mine = Vec::new();
                        let mut now = T;
                        while mine.len() < 50_000 {
                            let (first, count) = issue(&last, &mut now, bounds(T), 3).unwrap();
                            mine.extend(first..first + count);
                        }
                        assert!(mine.is_sorted());
                        mine
                    })
                })
                .collect();
            threads
                .into_iter()
                .flat_map(|t| t.join().unwrap())
                .collect()
        });
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
