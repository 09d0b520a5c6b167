//! What a `Number` issues from: a permit and the words of a registry.
//!
//! The hot path reads a permit, reads the clock and changes one word. All else (no permit, one that
//! has ended, a millisecond that is used up, a clock that went back) is the slow path.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, UNIX_EPOCH};

use super::{Family, Opened, lock};
use crate::id::clock::rest_of_millisecond;
use crate::id::{Bounds, Miss, Moment, Permit, sequence};
use crate::lease::policy::{Step, Tolerance};
use crate::lease::{Refusal, Registry, Wanted, local};
use crate::rule::kept;

/// A sleep is late by this much now and then; the rest of a wait is spent looking at the clock.
const LATE: Duration = Duration::from_micros(100);

/// A clock that shows the same millisecond for so long does not go.
const STILL: Duration = Duration::from_secs(1);

/// How long a call shares a node's milliseconds with others at the least, before it gives up.
const CROWDED: Duration = Duration::from_secs(1);

/// How often the registry is asked, when the time is up, about a word that is ahead of the clock: more than a move takes.
const ROUNDS: u32 = 10;

/// The longest sleep while the clock is behind, so that a clock that is put right is noticed.
const NAP: u64 = 10;

/// Where a lease comes from.
#[derive(Clone)]
pub(super) enum Lessor {
    /// A file of this machine.
    Local(Arc<Mutex<Opened>>),
    /// ZooKeeper, through the keeper.
    Distant {
        /// The registry's place on the board.
        registry: usize,
        /// A lease of this process, not of the family.
        own: bool,
    },
}

/// One kind of lease that this process issues from. Every `Number` on it shares its sequence.
pub struct Source {
    lessor: Lessor,
    pub(super) wanted: Wanted,
    tolerance: Tolerance,
    /// How many ms a timestamp may be ahead of the clock ([`Tolerance::ahead`]).
    ahead: u64,
    /// A permit begins so many ms before its end; before that the clock has gone back.
    lead: u64,
    /// One of [`super::memory::Own::permits`].
    permit: &'static AtomicU64,
    /// The registry's words. Set before the permit that makes them readable.
    words: AtomicPtr<AtomicU64>,
    /// The smallest value that the word can have: set with the words, and raised with each that is issued here, so that
    /// this process issues nothing again, whoever lowers the word. (Two threads that issue while the lease moves may
    /// mix up two nodes; then the new one's word is taken for lowered.)
    floor: AtomicU64,
    /// The leased node ID + 1, or 0; not used for the family's lease, whose node is in the region.
    node: AtomicU32,
}

/// A permit that was made sure of.
pub(super) struct Renewed {
    pub(super) node: u16,
    /// Not at once.
    pub(super) waited: bool,
}

/// Consecutive words of one node.
struct Taken {
    node: u16,
    first: u64,
    count: u64,
}

impl Source {
    pub(super) fn new(
        lessor: Lessor,
        wanted: Wanted,
        setting: u64,
        permit: &'static AtomicU64,
    ) -> Self {
        let (registry, lead) = match lessor {
            Lessor::Local(_) => (local::AHEAD, local::AHEAD),
            // How far ahead of the clock a mark is says nothing about the clock.
            Lessor::Distant { .. } => (setting, Bounds::ANY_LEAD),
        };
        let tolerance = Tolerance { setting, registry };
        Self {
            lessor,
            wanted,
            tolerance,
            ahead: tolerance.ahead(),
            lead,
            permit,
            words: AtomicPtr::new(ptr::null_mut()),
            floor: AtomicU64::new(0),
            node: AtomicU32::new(0),
        }
    }

    pub(super) fn is(&self, lessor: &Lessor, wanted: Wanted) -> bool {
        let same = match (&self.lessor, lessor) {
            (Lessor::Local(a), Lessor::Local(b)) => Arc::ptr_eq(a, b),
            (
                Lessor::Distant { registry, own },
                Lessor::Distant {
                    registry: s,
                    own: o,
                },
            ) => (registry, own) == (s, o),
            _ => false,
        };
        same && self.wanted == wanted
    }

    fn node(&self) -> Option<u16> {
        // What was stored came from a u16.
        self.node
            .load(Ordering::Relaxed)
            .checked_sub(1)
            .map(|node| node as u16)
    }

    /// The smallest value that the node's word can have, as far as this process has seen.
    pub(super) fn floor_of(&self, node: u16) -> u64 {
        match self.node() == Some(node) && kept!("floor_of_process") {
            true => self.floor.load(Ordering::Relaxed),
            false => 0,
        }
    }

    #[inline(always)]
    fn issued(&self, word: u64) {
        if kept!("floor_as_issued") {
            self.floor.store(word, Ordering::Relaxed);
        }
    }
}

impl Family {
    /// One ID, if that takes no more than a glance at the watch.
    #[inline(always)]
    pub fn quick(&self, source: &Source) -> Option<u64> {
        if !self.counts {
            return None;
        }
        self.take_at_once(source, self.own.watch.glance()?)
    }

    /// One ID, if that takes no more than a look at the clock.
    #[inline(always)]
    pub fn quick_by_clock(&self, source: &Source) -> Option<u64> {
        self.take_at_once(source, self.own.watch.ask(&self.layout, self.counts))
    }

    #[inline(always)]
    fn take_at_once(&self, source: &Source, now: Moment) -> Option<u64> {
        let (last, bounds, node) = self.permitted(source)?;
        let word = sequence::reserve_at_once(last, &self.layout, now, bounds)?;
        source.issued(word);
        self.count(1);
        Some(self.layout.id(node, word))
    }

    /// One ID.
    ///
    /// # Errors
    /// [`Refusal`], after at most `ticket.acquire_timeout`; nothing is issued then.
    #[inline]
    pub fn generate(&self, source: &Source) -> Result<u64, Refusal> {
        let taken = self.take_or_wait(source, 1)?;
        self.count(1);
        Ok(self.layout.id(taken.node, taken.first))
    }

    /// The clock's time. IDs that are issued next do not show an earlier one.
    #[must_use]
    pub fn timestamp(&self) -> u64 {
        self.own.watch.ask(&self.layout, self.counts).timestamp
    }

    /// `count` IDs, each greater than the one before unless the lease had to move to another node
    /// because the clock went back. They are given to `sink` in runs: the first, and how many follow one upon
    /// the other.
    ///
    /// # Errors
    /// As [`Family::generate`]; what was given to `sink` is then to be thrown away.
    pub fn generate_many(
        &self,
        source: &Source,
        count: u64,
        mut sink: impl FnMut(u64, u64),
    ) -> Result<(), Refusal> {
        let mut left = count;
        while left > 0 {
            let taken = self.take_or_wait(source, left)?;
            // Words of one millisecond, so that their IDs are consecutive, too.
            sink(self.layout.id(taken.node, taken.first), taken.count);
            left -= taken.count;
        }
        self.count(count);
        Ok(())
    }

    /// The node ID that the source issues with now. Leases one if there is none.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub fn node(&self, source: &Source) -> Result<u16, Refusal> {
        match source.permit.load(Ordering::Acquire) {
            Permit::NONE => match self.renew(source, self.deadline(Duration::ZERO)) {
                Ok(renewed) => Ok(renewed.node),
                Err(refusal) => {
                    self.count_refused(&refusal);
                    Err(refusal)
                }
            },
            word => Ok(Permit::unpack(word, &self.layout).node),
        }
    }

    /// When a call that has waited so long gives up.
    fn deadline(&self, waited: Duration) -> Instant {
        Instant::now() + self.acquire_timeout.saturating_sub(waited)
    }

    /// Counted here and not in the region, where it would cost every call an atomic addition. Two
    /// threads may lose a count to each other; two processes may not.
    #[inline]
    fn count(&self, issued: u64) {
        let counted = self.own.issued.load(Ordering::Relaxed);
        self.own.issued.store(counted + issued, Ordering::Relaxed);
    }

    fn count_wait(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.region.waits.fetch_add(1, Ordering::Relaxed);
        self.region.waited.fetch_add(took, Ordering::Relaxed);
        self.region.waited_most.fetch_max(took, Ordering::Relaxed);
    }

    /// The word to change, how far, and the node that it is of.
    #[inline(always)]
    fn permitted<'a>(&self, source: &'a Source) -> Option<(&'a AtomicU64, Bounds, u16)> {
        // Acquire: with a permit come the words it was given out for, or newer ones.
        let word = source.permit.load(Ordering::Acquire);
        if word == Permit::NONE {
            return None;
        }
        let Permit { node, until } = Permit::unpack(word, &self.layout);
        let words = source.words.load(Ordering::Acquire);
        // SAFETY: a permit was published, so `words` was set before to the words of a registry for
        // this layout, which has one for every node that a permit can hold. `source` keeps the
        // registry, whose words stay in one place, except in a fork, which has no permit; those of
        // ZooKeeper's are in the region.
        let last = unsafe { &*words.add(usize::from(node)) };
        let bounds = Bounds {
            floor: source.floor.load(Ordering::Relaxed),
            until,
            lead: source.lead,
            ahead: source.ahead,
        };
        Some((last, bounds, node))
    }

    #[inline]
    fn take(
        &self,
        source: &Source,
        now: Moment,
        paid: Option<u64>,
        want: u64,
    ) -> Result<Taken, Miss> {
        let (last, bounds, node) = self.permitted(source).ok_or(Miss::Permit)?;
        let (first, count) = sequence::reserve(last, &self.layout, now, bounds, paid, want)?;
        source.issued(first + count - 1);
        Ok(Taken { node, first, count })
    }

    #[inline]
    fn take_or_wait(&self, source: &Source, want: u64) -> Result<Taken, Refusal> {
        let now = self.own.watch.ask(&self.layout, self.counts);
        match self.take(source, now, None, want) {
            Ok(taken) => Ok(taken),
            Err(miss) => self.take_counted(source, now, miss, want),
        }
    }

    #[cold]
    #[inline(never)]
    fn take_counted(
        &self,
        source: &Source,
        now: Moment,
        miss: Miss,
        want: u64,
    ) -> Result<Taken, Refusal> {
        self.take_slowly(source, now, miss, want)
            .inspect_err(|refusal| self.count_refused(refusal))
    }

    /// A call that throws.
    #[cold]
    pub(super) fn count_refused(&self, refusal: &Refusal) {
        let counter = match refusal {
            Refusal::Unavailable(_) => &self.region.unavailable,
            Refusal::Clock(_) => &self.region.illegal_time,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn take_slowly(
        &self,
        source: &Source,
        mut now: Moment,
        mut miss: Miss,
        want: u64,
    ) -> Result<Taken, Refusal> {
        let started = Instant::now();
        let mut waited = false;
        // Whether the time is up, and whether a permit was asked for since.
        let mut expired = false;
        let mut renewed = false;
        // Whether it had waited for too long when it last looked at the clock.
        let mut late = false;
        let mut nowhere = false;
        // The node that the registry was asked about since it was found behind, and how often when the time was up.
        let mut asked = None;
        let mut rounds = 0;
        loop {
            let left = self.acquire_timeout.saturating_sub(started.elapsed());
            let mut paid = None;
            let outside = now.timestamp == 0 || now.timestamp > self.layout.max_timestamp();
            if outside && kept!("end_of_layout") {
                return Err(self.outside_of_layout(now));
            }
            match miss {
                Miss::Full { millisecond } => {
                    if waited && late {
                        return Err(self.crowded(source));
                    }
                    waited = true;
                    if self.await_next_millisecond(now)? {
                        paid = Some(millisecond);
                    }
                }
                Miss::Permit if expired && renewed => {
                    return Err(Refusal::Unavailable(format!(
                        "no permit to issue could be had within ticket.acquire_timeout = {} ms",
                        self.acquire_timeout.as_millis()
                    )));
                }
                Miss::Permit => {
                    waited |= self.renew(source, self.deadline(started.elapsed()))?.waited;
                    renewed = expired;
                }
                Miss::Behind { by } if rounds > ROUNDS => {
                    // Wherever it is asked, a store into the words fails, as into a file of a full disk.
                    let fixed = matches!(source.wanted, Wanted::Exactly(_));
                    return Err(self.clock_is_behind(source, asked.unwrap_or(0), by, fixed));
                }
                Miss::Behind { by } => {
                    rounds += u32::from(expired);
                    // First ask the registry: a word may be far ahead because its file is broken, and
                    // a sibling may have moved the family's lease already.
                    let deadline = self.deadline(started.elapsed());
                    let node = self.renew(source, deadline)?.node;
                    if asked.replace(node) == Some(node) {
                        let fixed = matches!(source.wanted, Wanted::Exactly(_));
                        let left = left.as_millis().try_into().unwrap_or(u64::MAX);
                        match source.tolerance.behind(by, fixed, nowhere, left) {
                            Step::Wait(ms) => {
                                waited = true;
                                std::thread::sleep(Duration::from_millis(ms.min(NAP)));
                            }
                            Step::Move => nowhere = self.move_from(source, node, deadline).is_err(),
                            Step::Refuse => {
                                return Err(self.clock_is_behind(source, node, by, fixed));
                            }
                        }
                    }
                }
            }
            late = started.elapsed() > self.acquire_timeout.max(CROWDED);
            now = Moment::now(&self.layout);
            match self.take(source, now, paid, want) {
                Ok(taken) => {
                    if waited {
                        self.count_wait(started.elapsed());
                    }
                    return Ok(taken);
                }
                Err(next) => miss = next,
            }
            expired = left.is_zero();
        }
    }

    /// Waits until the clock shows another millisecond than `first`. `false`: it went back.
    fn await_next_millisecond(&self, first: Moment) -> Result<bool, Refusal> {
        let started = Instant::now();
        let rest = rest_of_millisecond();
        if rest > 2 * LATE {
            std::thread::sleep(rest - LATE);
        }
        loop {
            // Before the clock is asked: a process that was stopped in between has not seen it stand.
            let long = started.elapsed() > STILL;
            let now = Moment::now(&self.layout);
            if now.timestamp != first.timestamp {
                return Ok(now.timestamp > first.timestamp);
            }
            std::hint::spin_loop();
            if long && kept!("clock_that_stands") {
                return Err(Refusal::Clock(
                    "the clock stands still: all IDs of its millisecond are issued".to_owned(),
                ));
            }
        }
    }

    /// Makes sure of the source's node at its registry and publishes a new permit.
    fn renew(&self, source: &Source, deadline: Instant) -> Result<Renewed, Refusal> {
        self.flush();
        match &source.lessor {
            Lessor::Local(registry) => {
                let node = self.renew_local(source, &mut lock(registry))?;
                Ok(Renewed {
                    node,
                    waited: false,
                })
            }
            &Lessor::Distant { registry, own } => {
                self.renew_distant(source, (registry, own), deadline)
            }
        }
    }

    fn renew_local(&self, source: &Source, opened: &mut Opened) -> Result<u16, Refusal> {
        if let Some(owner) = opened.process
            && owner != self.own.identity()
            && kept!("fork_leases_anew")
        {
            // We were forked: what our parent leased is its own. This closes our copy of its claim.
            opened.local = self.local(&opened.directory, true);
            opened.process = Some(self.own.identity());
            source.node.store(0, Ordering::Relaxed);
        }
        let shared = opened.process.is_none() && source.wanted == Wanted::Any;
        let held = if shared {
            self.region.node()
        } else {
            source.node()
        };
        let permit = match held {
            Some(node) => opened.local.extend(node)?,
            None => {
                let permit = opened.local.acquire(source.wanted)?;
                match shared.then(|| self.region.agree(None, permit.node)) {
                    // A sibling was faster: its node is the family's.
                    Some(agreed) if agreed != permit.node && kept!("one_family_node") => {
                        opened.local.extend(agreed)?
                    }
                    _ => permit,
                }
            }
        };
        self.publish(source, opened.local.words(), opened.local.floor(), permit);
        Ok(permit.node)
    }

    /// Moves the lease to a node whose mark is past.
    fn move_from(&self, source: &Source, node: u16, deadline: Instant) -> Result<(), Refusal> {
        let registry = match &source.lessor {
            Lessor::Local(registry) => registry,
            &Lessor::Distant { registry, own } => {
                return self.move_distant(source, (registry, own), node, deadline);
            }
        };
        let mut opened = lock(registry);
        let mut permit = opened.local.acquire(Wanted::Elsewhere)?;
        if opened.process.is_none() {
            let agreed = self.region.agree(Some(node), permit.node);
            if agreed != permit.node && kept!("one_family_move") {
                permit = opened.local.extend(agreed)?;
            }
        }
        self.board().moves.fetch_add(1, Ordering::Relaxed);
        self.publish(source, opened.local.words(), opened.local.floor(), permit);
        Ok(())
    }

    pub(super) fn publish(&self, source: &Source, words: &[AtomicU64], floor: u64, permit: Permit) {
        source
            .node
            .store(u32::from(permit.node) + 1, Ordering::Relaxed);
        // Release, and the words first: see `take`.
        source
            .words
            .store(words.as_ptr().cast_mut(), Ordering::Release);
        source.floor.store(floor, Ordering::Relaxed);
        source
            .permit
            .store(permit.pack(&self.layout), Ordering::Release);
    }

    fn clock_is_behind(&self, source: &Source, node: u16, by: u64, fixed: bool) -> Refusal {
        if by > self.layout.max_timestamp() {
            let why = match source.lessor {
                Lessor::Local(_) => {
                    "its file was cut short, or a store into it failed, as on a file system that is full; make room \
                     there"
                }
                Lessor::Distant { .. } => {
                    "it was overwritten, in memory that all processes of this family can write; end what does that, \
                     and start PHP anew"
                }
            };
            return Refusal::Unavailable(format!(
                "what was issued of node {node} cannot be read: {why}"
            ));
        }
        let tolerance = self.clock_tolerance;
        let timeout = self.acquire_timeout.as_millis();
        let others = if fixed {
            "this node ID was asked for and no other"
        } else {
            "no free node ID has its mark in the past"
        };
        let mut new = String::new();
        if let Lessor::Local(registry) = &source.lessor {
            // All marks of a new registry are so far ahead.
            let now = Moment::now(&self.layout).timestamp;
            let floor = lock(registry).local.floor();
            let made = self.layout.timestamp_of(floor).saturating_sub(local::AHEAD);
            if made > now + 1 {
                let [made, now] = [made, now].map(|timestamp| self.shown(timestamp));
                new = format!(
                    ": the local registry was made when the clock showed {made}, and it shows {now} now, as where it is \
                     ahead when the machine starts and is then synchronised; start PHP after that"
                );
            } else if by <= local::AHEAD + 1 {
                new = ", where a new registry starts".to_owned();
            }
        }
        Refusal::Clock(format!(
            "the clock is {by} ms behind the high-water mark of node {node}, more than \
             ticket.clock_tolerance = {tolerance} ms and ticket.acquire_timeout = {timeout} ms bridge, and \
             {others}{new}; IDs can be had again when the clock has caught up"
        ))
    }

    /// A timestamp for people.
    fn shown(&self, timestamp: u64) -> humantime::Rfc3339Timestamp {
        // The last that it can show: the end of the year 9999. A file may say anything.
        let unix = timestamp
            .saturating_add(self.layout.epoch())
            .min(253_402_300_799_999);
        humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_millis(unix))
    }

    fn outside_of_layout(&self, now: Moment) -> Refusal {
        let layout = self.layout;
        Refusal::Clock(if now.timestamp == 0 {
            format!("the clock stands before the epoch of the layout ({layout}); set it right")
        } else {
            format!(
                "the timestamps of the layout ({layout}) have ended; what comes next needs a later ticket.epoch or more \
                 bits for the timestamp, and is to be kept apart from these IDs"
            )
        })
    }

    fn crowded(&self, source: &Source) -> Refusal {
        let permit = source.permit.load(Ordering::Acquire);
        let node = Permit::unpack(permit, &self.layout).node;
        Refusal::Unavailable(format!(
            "all IDs of node {node} were taken by others for longer than ticket.acquire_timeout = {} ms; let \
             processes have nodes of their own, or use a layout with more sequence bits",
            self.acquire_timeout.as_millis()
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::family::settings::DEFAULTS;
    use crate::family::{Ask, Host, Settings};

    #[test]
    fn siblings_that_move_at_the_same_moment_agree_on_a_node() {
        let directory = tempfile::tempdir().unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let text = |asked: &std::ffi::CStr| match asked {
            _ if asked == c"ticket.local_path" => directory.path().display().to_string(),
            _ => {
                let (_, default) = DEFAULTS.iter().find(|(name, _)| *name == asked).unwrap();
                default.to_str().unwrap().to_owned()
            }
        };
        let settings = Settings::read(text, now.as_millis() as u64).unwrap();
        let (sapi, forget): (_, fn()) = ("test".to_owned(), || ());
        let family = Family::start(settings, Host { sapi, forget }).unwrap();
        let source = family.source(Ask::Family).unwrap();
        let left = family.node(source).unwrap();
        let moved = || family.move_from(source, left, Instant::now());
        // A new registry begins ahead of the clock, so at first no other node is past.
        while moved().is_err() {
            std::thread::sleep(Duration::from_millis(10));
        }
        let node = family.node(source).unwrap();
        assert_ne!(node, left);
        // Siblings that saw the same, and had asked about the old node before this one was the family's. They find
        // others: something is issued on this one, so it is not past any more.
        let Lessor::Local(registry) = &source.lessor else {
            panic!("not the local registry");
        };
        let ahead = family.layout.end_of(family.timestamp() + 60_000);
        lock(registry).local.words()[usize::from(node)].fetch_max(ahead, Ordering::AcqRel);
        for _ in 0..3 {
            moved().unwrap();
            assert_eq!(family.node(source).unwrap(), node);
        }
    }
}
