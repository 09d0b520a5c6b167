//! The clock as one process looks at it, again and again.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

use super::counter;
use crate::id::{Layout, Moment};
use crate::rule::kept;

/// Remembers the millisecond that the clock showed, and for how long it shows it at the least: so most looks
/// ask the processor's counter only ([`counter`]), and yet show what the clock would.
///
/// The kernel slews its clock by 22.6 % at most (Linux, kernel/time/ntp.c: `tick` by 10 %, the phase-locked loop by
/// 12.5 %, `freq` and adjtime(3) by 500 ppm each; a clock that follows PPS aside), so three quarters of what is left of
/// a millisecond are safe. A clock that is *set* meanwhile is noticed at the next look after those, within a
/// millisecond.
///
/// All zero is a watch that has not been looked at: it knows nothing and asks the clock. That is what a fork
/// finds (`Own`). One thread uses it: another that glances while the clock is asked may be shown any earlier time.
#[repr(C)]
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The counter just before the clock was read.
    read: AtomicU64,
    /// For so many ticks from then on the clock shows the same millisecond.
    stays: AtomicU64,
    /// That millisecond, by the layout.
    timestamp: AtomicU64,
    /// How often it was before what the last look showed (since `Family::flush`).
    pub(super) went_back: AtomicU64,
    /// The furthest of these, in ms.
    pub(super) went_back_most: AtomicU64,
    /// Ticks per ns, times [`ONE`], a little less than there are; 0 until it is known.
    rate: AtomicU64,
    /// Where the measurement of the rate began: the counter, and [`clocks`].
    first: [AtomicU64; 3],
}

const ONE: u64 = 1 << 20;

/// Quarters of what is left of a millisecond. (Without any margin only a clock that is slewed would show it.)
const SAFE: u64 = if kept!(const "watch_margin") { 3 } else { 8 };

/// The rate is measured over so many ns: in fewer what a look takes weighs much, and in more the machine may have
/// slept or the process may have been moved to another one.
const MEASURED: RangeInclusive<u64> = 1_000_000..=1_000_000_000;

/// No processor counts faster, in ticks per ns.
const FASTEST: u64 = 10;

impl Watch {
    /// Whether watches may use the counter of this machine.
    pub(super) fn may_count() -> bool {
        counter::is_trusted()
    }

    /// The time, if the clock surely shows the same millisecond as when it was last asked.
    #[inline(always)]
    pub(super) fn glance(&self) -> Option<Moment> {
        let passed = counter::read().wrapping_sub(self.read.load(Ordering::Relaxed));
        let same = passed < self.stays.load(Ordering::Relaxed);
        same.then(|| Moment {
            timestamp: self.timestamp.load(Ordering::Relaxed),
            // The lower bits are those that differ.
            noise: passed as u32,
        })
    }

    /// Asks the clock. `counts`: [`Watch::may_count`].
    #[inline]
    pub(super) fn ask(&self, layout: &Layout, counts: bool) -> Moment {
        let read = if counts { counter::read() } else { 0 };
        let (now, left) = Moment::read(layout);
        if counts {
            let stays = u64::from(left) * self.rate(read) / ONE * SAFE / 4;
            self.read.store(read, Ordering::Relaxed);
            self.stays.store(stays, Ordering::Relaxed);
        }
        self.show(now)
    }

    #[inline]
    fn show(&self, now: Moment) -> Moment {
        // One thread uses it.
        let before = self.timestamp.load(Ordering::Relaxed);
        self.timestamp.store(now.timestamp, Ordering::Relaxed);
        if now.timestamp < before {
            self.goes_back(before - now.timestamp);
        }
        now
    }

    #[cold]
    #[inline(never)]
    fn goes_back(&self, by: u64) {
        self.went_back.fetch_add(1, Ordering::Relaxed);
        self.went_back_most.fetch_max(by, Ordering::Relaxed);
    }

    /// `read`: the counter, just now.
    fn rate(&self, read: u64) -> u64 {
        let known = self.rate.load(Ordering::Relaxed);
        if known != 0 {
            return known;
        }
        let Some(clocks) = clocks() else { return 0 };
        let first = self.first.each_ref().map(|it| it.load(Ordering::Relaxed));
        match measure(first, read, clocks) {
            Measured::TooShort => 0,
            Measured::Rate(rate) => {
                self.rate.store(rate, Ordering::Relaxed);
                rate
            }
            Measured::Nothing => {
                // The counter after the clocks here and before them the next time: the rate comes out too small,
                // however long the process is kept waiting in between.
                let [raw, boot] = clocks;
                for (place, now) in self.first.iter().zip([counter::read(), raw, boot]) {
                    place.store(now, Ordering::Relaxed);
                }
                0
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measured {
    /// Ticks per ns, times [`ONE`].
    Rate(u64),
    TooShort,
    /// Begin anew.
    Nothing,
}

/// Of the counter and [`clocks`], at first and now.
fn measure(first: [u64; 3], read: u64, [raw, boot]: [u64; 2]) -> Measured {
    let [first_read, first_raw, first_boot] = first;
    // The longer: the one does not count while the machine sleeps, and the other is slewed.
    let passed = raw
        .saturating_sub(first_raw)
        .max(boot.saturating_sub(first_boot));
    if first_raw == 0 || passed > *MEASURED.end() {
        return Measured::Nothing;
    }
    if passed < *MEASURED.start() {
        return Measured::TooShort;
    }
    match read.checked_sub(first_read).map(|ticks| ticks / passed) {
        Some(0..FASTEST) => Measured::Rate((read - first_read) * ONE / passed),
        _ => Measured::Nothing,
    }
}

/// ns of two clocks that nobody sets.
fn clocks() -> Option<[u64; 2]> {
    let read = |clock| {
        let time = Duration::from(clock_gettime(clock).ok()?);
        u64::try_from(time.as_nanos()).ok()
    };
    Some([
        read(ClockId::CLOCK_MONOTONIC_RAW)?,
        read(ClockId::CLOCK_BOOTTIME)?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout = Layout::ARTICLE;

    #[test]
    fn a_glance_shows_what_the_clock_shows() {
        let (watch, counts) = (Watch::default(), Watch::may_count());
        let mut glances = 0_u32;
        let end = Moment::now(&LAYOUT).timestamp + 500;
        // Most of the looks are glances where the counter can be trusted; a busy machine lets it look less often.
        const MANY: u32 = 10_000;
        loop {
            let before = Moment::now(&LAYOUT).timestamp;
            let glance = counts.then(|| watch.glance()).flatten();
            let after = Moment::now(&LAYOUT).timestamp;
            match glance {
                Some(glance) => {
                    glances += 1;
                    assert!((before..=after).contains(&glance.timestamp));
                }
                None => assert!(watch.ask(&LAYOUT, counts).timestamp >= after),
            }
            if after > end && (glances > MANY || !counts) || after > end + 30_000 {
                break;
            }
        }
        assert_eq!(glances > MANY, counts, "{glances}");
    }

    #[test]
    fn a_watch_that_nobody_looked_at_and_one_without_a_counter_know_nothing() {
        let watch = Watch::default();
        assert!(watch.glance().is_none());
        for _ in 0..1000 {
            watch.ask(&LAYOUT, false);
            assert!(watch.glance().is_none());
        }
    }

    #[test]
    fn a_rate_is_never_too_big() {
        const MS: u64 = 1_000_000;
        let first = [1000, 50 * MS, 90 * MS];
        let at = |ticks: u64, raw: u64, boot: u64| {
            measure(first, 1000 + ticks, [(50 + raw) * MS, (90 + boot) * MS])
        };
        assert_eq!(at(6 * MS, 2, 2), Measured::Rate(3 * ONE));
        assert_eq!(at(6 * MS, 3, 2), Measured::Rate(2 * ONE), "one is slewed");
        assert_eq!(
            at(60 * MS, 2, 30),
            Measured::Rate(2 * ONE),
            "the machine has slept"
        );
        assert_eq!(at(MS, 0, 0), Measured::TooShort);
        for (ticks, raw, boot) in [
            (6000 * MS, 2000, 2000),
            (6000 * MS, 2, 2000),
            (60 * MS, 2, 2),
        ] {
            assert_eq!(at(ticks, raw, boot), Measured::Nothing);
        }
        assert_eq!(measure(first, 999, [52 * MS, 92 * MS]), Measured::Nothing);
        assert_eq!(measure([0; 3], 1, [1, 1]), Measured::Nothing);
    }

    #[test]
    fn a_clock_that_goes_back_is_counted() {
        let watch = Watch::default();
        for (timestamp, back, most) in [
            (5, 0, 0),
            (7, 0, 0),
            (6, 1, 1),
            (6, 1, 1),
            (9, 1, 1),
            (1, 2, 8),
            (0, 3, 8),
        ] {
            let noise = 0;
            watch.show(Moment { timestamp, noise });
            assert_eq!(watch.went_back.load(Ordering::Relaxed), back);
            assert_eq!(watch.went_back_most.load(Ordering::Relaxed), most);
        }
    }
}
