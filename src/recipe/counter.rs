//! What a counter's znode holds: its number, and who has changed it last.
//!
//! Whoever changes it writes a number of its own there ([`next_call`]), and the version that the change gives the znode: of each only
//! the last one. So whoever has not heard what became of a change reads the znode, and finds it there, however often others have changed it
//! since; unless those were more than the znode remembers.

use std::fmt;

use crate::rule::kept;

/// Of so many the last change is remembered; each is a word of 20 bytes or so.
pub const REMEMBERED: usize = 32;

/// The value of a counter's znode at one of its versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    number: i64,
    /// Of each change after this version, who has made it is here, or has made another one later.
    since: i32,
    /// The last one first.
    changes: Vec<Change>,
}

/// The number of a process's next call, where that of the last one is this: it has the same end, which is the process's. So what a call
/// finds is its own change and not that of an earlier one, also where it begins with what was there before that, since a
/// server lags behind.
#[must_use]
pub fn next_call(by: u64) -> u64 {
    match kept!("counter_of_call") {
        true => by.wrapping_add(OF_PROCESS + 1),
        false => by,
    }
}

/// What of a number is the process's.
const OF_PROCESS: u64 = u64::MAX >> 16;

/// Who has given the znode a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Change {
    by: u64,
    version: i32,
}

/// What became of a change of which no answer was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It was made.
    Made,
    /// Nothing has changed, as far as is seen: it was not made yet.
    Untouched,
    /// It was not made, and cannot be any more, since the znode has another version.
    Overtaken,
    /// Too many have changed it since for that to be known, or somebody by hand.
    Unknown,
}

/// The version that a change gives a znode which had this one; `None`: there was none.
fn next(before: Option<i32>) -> i32 {
    before.map_or(0, |before| before.wrapping_add(1))
}

impl Default for Value {
    /// Of a znode that is not there.
    fn default() -> Self {
        Self {
            number: 0,
            since: -1,
            changes: vec![],
        }
    }
}

impl Value {
    /// Of a znode's bytes at this version; a mere number, and an empty one, are a counter's, too.
    #[must_use]
    pub fn parse(bytes: &[u8], version: i32) -> Option<Self> {
        let mut words = std::str::from_utf8(bytes).ok()?.split_ascii_whitespace();
        let number = words.next().map_or(Ok(0), str::parse).ok()?;
        let since = words.next().map_or(Ok(version), str::parse).ok()?;
        let changes = words.map(Change::parse).collect::<Option<Vec<_>>>()?;
        // Otherwise somebody has written it by hand, and nothing is known of what was before.
        let is_whole = changes.first().is_some_and(|last| last.version == version);
        Some(match is_whole {
            true => Self {
                number,
                since,
                changes,
            },
            false => Self {
                number,
                since: version,
                changes: vec![],
            },
        })
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }

    /// With another number, by a change of this one's to the znode that has the version `before` (`None`: there is none).
    #[must_use]
    pub fn changed(&self, number: i64, by: u64, before: Option<i32>) -> Self {
        let change = Change {
            by,
            version: next(before),
        };
        let is_same = |other: &&Change| (other.by ^ by) & OF_PROCESS == 0;
        let others = self.changes.iter().filter(|other| !is_same(other)).copied();
        let mut changes: Vec<_> = std::iter::once(change).chain(others).collect();
        let forgotten = changes.get(REMEMBERED).map(|change| change.version);
        changes.truncate(REMEMBERED);
        Self {
            number,
            since: forgotten.unwrap_or(self.since),
            changes,
        }
    }

    /// What became of the change by this one of the znode that had the version `before` (`None`: there was none), where this
    /// is its value at the version `now`.
    #[must_use]
    pub fn find(&self, by: u64, before: Option<i32>, now: i32) -> Found {
        let version = next(before);
        if self.changes.contains(&Change { by, version }) && kept!("counter_change_found") {
            return Found::Made;
        }
        // Another session's server may show what was before.
        let is_older = before.is_some_and(|before| now.wrapping_sub(before) < 0);
        if before == Some(now) || is_older && kept!("counter_found_behind") {
            return Found::Untouched;
        }
        match self.since.wrapping_sub(version) < 0 || !kept!("counter_forgets") {
            true => Found::Overtaken,
            false => Found::Unknown,
        }
    }
}

impl Change {
    fn parse(word: &str) -> Option<Self> {
        let (by, version) = word.split_once('.')?;
        Some(Self {
            by: u64::from_str_radix(by, 16).ok()?,
            version: version.parse().ok()?,
        })
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.number, self.since)?;
        let mut changes = self.changes.iter();
        changes.try_for_each(|Change { by, version }| write!(out, " {by:016x}.{version}"))
    }
}

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str, version: i32) -> Value {
        Value::parse(text.as_bytes(), version).unwrap()
    }

    /// By these, one after the other, from the znode's version 4 on.
    fn by(all: &[u64]) -> (Value, i32) {
        let mut znode = (value("0", 4), 4);
        for by in all {
            let next = znode.0.changed(1, *by, Some(znode.1));
            znode = (value(&next.to_string(), znode.1 + 1), znode.1 + 1);
        }
        znode
    }

    #[test]
    fn a_value_is_a_number_and_who_has_changed_it() {
        assert_eq!(value("", 3).number(), 0);
        assert_eq!(value(" 17\n", 3).number(), 17);
        let changed = value("17", 3).changed(-3, 0xAB, Some(3));
        assert_eq!(changed.to_string(), "-3 3 00000000000000ab.4");
        assert_eq!(value(&changed.to_string(), 4), changed);
        let made = Value::default().changed(5, 0xAB, None);
        assert_eq!(made.to_string(), "5 -1 00000000000000ab.0");
        for wrong in [
            "x",
            "1.5",
            "1 x",
            "1 2 ab",
            "1 2 x.3",
            "99999999999999999999",
            "\u{e9}",
        ] {
            assert_eq!(Value::parse(wrong.as_bytes(), 3), None, "{wrong}");
        }
    }

    #[test]
    fn the_last_change_of_so_many_is_remembered() {
        let few: Vec<_> = (1..=32).collect();
        let (last, now) = by(&few);
        assert_eq!(last.find(1, Some(4), now), Found::Made);
        assert_eq!(last.find(99, Some(4), now), Found::Overtaken);
        let (last, now) = by(&[&few[..], &[99]].concat());
        assert_eq!(last.find(1, Some(4), now), Found::Unknown, "forgotten");
        assert_eq!(last.find(98, Some(4), now), Found::Unknown, "or never made");
        assert_eq!(last.find(98, Some(5), now), Found::Overtaken);
        assert_eq!(last.find(2, Some(5), now), Found::Made);
        // However often the same ones have changed it.
        let (last, now) = by(&[&[1][..], &[2, 3].repeat(1000)].concat());
        assert_eq!(last.find(1, Some(4), now), Found::Made);
        assert_eq!(last.find(9, Some(4), now), Found::Overtaken);
    }

    #[test]
    fn a_change_of_an_earlier_call_is_another() {
        let (made, now) = by(&[7]);
        let next = next_call(7);
        // It was made from what was there before, and never carried out.
        assert_eq!(made.find(next, Some(4), now), Found::Overtaken);
        let (last, now) = by(&[7, next]);
        assert_eq!(last.find(next, Some(5), now), Found::Made);
        assert!(!last.to_string().contains("0000000000000007."), "{last}");
    }

    #[test]
    fn a_change_was_made_or_overtaken_or_is_to_come() {
        let (others, now) = by(&[1]);
        assert_eq!(others.find(7, Some(5), now), Found::Untouched);
        assert_eq!(others.find(7, Some(6), now), Found::Untouched, "older");
        assert_eq!(others.find(7, Some(4), now), Found::Overtaken);
        assert_eq!(others.find(1, Some(4), now), Found::Made);
        assert_eq!(
            others.find(1, Some(3), now),
            Found::Unknown,
            "another of its"
        );
        assert_eq!(others.find(7, Some(3), now), Found::Unknown);
        let made = Value::default().changed(1, 1, None);
        assert_eq!(made.find(7, None, 0), Found::Overtaken);
        assert_eq!(made.find(1, None, 0), Found::Made);
        assert_eq!(value("5", 0).find(7, None, 0), Found::Unknown, "by hand");
        assert_eq!(value("5", 9).find(7, Some(8), 9), Found::Unknown, "by hand");
        // What was written by hand may have been read before.
        let text = others.to_string();
        assert_eq!(
            value(&text, now + 1).find(7, Some(4), now + 1),
            Found::Unknown
        );
        let last = value("0", i32::MAX).changed(1, 1, Some(i32::MAX));
        assert_eq!(last.find(7, Some(i32::MAX), i32::MIN), Found::Overtaken);
        assert_eq!(last.find(1, Some(i32::MAX), i32::MIN), Found::Made);
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_was(
            changes in prop::collection::vec((0_u64..40, prop::bool::weighted(0.02)), 1..200),
            of in any::<prop::sample::Index>(),
            ours in 0_u64..41,
        ) {
            let first = 4;
            let mut znode = value("0", first);
            for (version, (by, by_hand)) in (first..).zip(&changes) {
                let text = match by_hand {
                    true => "7".to_owned(),
                    false => znode.changed(1, *by, Some(version)).to_string(),
                };
                znode = value(&text, version + 1);
            }
            let now = first + changes.len() as i32;
            let at = of.index(changes.len());
            // Whoever asks has not changed it since, for it waits for the answer.
            let later = &changes[at + 1..];
            prop_assume!(later.iter().all(|(by, _)| *by != ours));
            let was = changes[at] == (ours, false);
            match znode.find(ours, Some(first + at as i32), now) {
                Found::Made => prop_assert!(was),
                Found::Overtaken => prop_assert!(!was),
                Found::Untouched => prop_assert!(false, "it has changed"),
                Found::Unknown => {
                    let by_hand = changes[at..].iter().any(|(_, by_hand)| *by_hand);
                    let others: std::collections::HashSet<_> = changes[at..].iter().map(|(by, _)| by).collect();
                    prop_assert!(by_hand || others.len() > REMEMBERED);
                }
            }
        }
    }
}
