//! What a counter's znode holds: its number, and who has changed it last.
//!
//! Of each who changes it, the last change is remembered, by a number of its own. So whoever has not heard what became of a
//! change reads the znode, and finds it there, or the one before; unless more others than it remembers have
//! changed it since, which it can tell, too.

use std::fmt;

use crate::rule::kept;

/// Of how many the last change is remembered: each takes some 20 bytes.
pub const REMEMBERED: usize = 32;

/// The value of a counter's znode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    number: i64,
    /// The last one first.
    changes: Vec<Change>,
}

/// One change, of one that makes one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// A random number, whose all its changes are.
    pub by: u64,
    /// Counts up.
    pub number: u64,
}

/// What became of a change of which no answer was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It was made.
    Made,
    /// Nothing has changed: it was not made yet.
    Untouched,
    /// It was not made, and cannot be any more, since the znode has another version.
    Overtaken,
    /// Too many others have changed it since for that to be known.
    Unknown,
}

impl Value {
    /// Of a znode's bytes; those that have no changes, and an empty one, are a counter's, too.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.trim();
        if text.is_empty() {
            return Some(Self::default());
        }
        let mut words = text.split_ascii_whitespace();
        let number = words.next()?.parse().ok()?;
        let changes = words.map(|word| {
            let (by, number) = word.split_once('.')?;
            Some(Change {
                by: u64::from_str_radix(by, 16).ok()?,
                number: number.parse().ok()?,
            })
        });
        Some(Self {
            number,
            changes: changes.collect::<Option<_>>()?,
        })
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }

    /// With another number, by this change.
    #[must_use]
    pub fn changed(&self, number: i64, change: Change) -> Self {
        let others = self.changes.iter().filter(|before| before.by != change.by);
        let others = others.copied().take(REMEMBERED - 1);
        Self {
            number,
            changes: std::iter::once(change).chain(others).collect(),
        }
    }

    /// What became of this change of the znode that had `before` as its version (`None`: there was none), where this is its
    /// value at the version `now`.
    #[must_use]
    pub fn find(&self, change: Change, before: Option<i32>, now: i32) -> Found {
        let own = self.changes.iter().find(|known| known.by == change.by);
        if own == Some(&change) && kept!("counter_remembers") {
            return Found::Made;
        }
        // A new znode's first change is its creation.
        let changes = match before {
            Some(before) => now.wrapping_sub(before),
            None => now.wrapping_add(1),
        };
        match usize::try_from(changes) {
            Ok(0) => Found::Untouched,
            // It would stand before the one before; or nothing was forgotten; or not so much that it could be.
            Ok(changes)
                if own.is_some() || self.changes.len() < REMEMBERED || changes <= REMEMBERED =>
            {
                Found::Overtaken
            }
            _ => Found::Unknown,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.number)?;
        self.changes
            .iter()
            .try_for_each(|change| write!(out, " {:016x}.{}", change.by, change.number))
    }
}

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Value::parse(text.as_bytes()).unwrap()
    }

    fn change(by: u64, number: u64) -> Change {
        Change { by, number }
    }

    #[test]
    fn a_value_is_a_number_and_changes() {
        assert_eq!(value("").number(), 0);
        assert_eq!(value(" 17\n").number(), 17);
        let changed = value("17").changed(-3, change(0xAB, 4));
        assert_eq!(changed.to_string(), "-3 00000000000000ab.4");
        assert_eq!(value(&changed.to_string()), changed);
        for wrong in ["x", "1.5", "1 x", "1 12", "99999999999999999999", "\u{e9}"] {
            assert_eq!(Value::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn the_last_change_of_each_is_remembered() {
        let mut last = value("0");
        for number in 0..1000 {
            last = last.changed(1, change(1 + number % 5, number));
        }
        assert_eq!(last.changes.len(), 5);
        assert_eq!(last.find(change(1, 995), Some(900), 1000), Found::Made);
        assert_eq!(
            last.find(change(1, 1000), Some(900), 1000),
            Found::Overtaken
        );
        assert_eq!(
            last.find(change(9, 1), Some(900), 1000),
            Found::Overtaken,
            "none is forgotten"
        );
    }

    #[test]
    fn what_may_be_forgotten_is_not_known() {
        let mut last = value("0");
        for by in 0..100 {
            last = last.changed(1, change(by, 1));
        }
        assert_eq!(last.changes.len(), REMEMBERED);
        assert_eq!(last.find(change(7, 1), Some(60), 100), Found::Unknown);
        assert_eq!(last.find(change(7, 1), Some(68), 100), Found::Overtaken);
        // Its earlier one is there still.
        assert_eq!(last.find(change(99, 2), Some(60), 100), Found::Overtaken);
    }

    #[test]
    fn a_change_was_made_or_overtaken_or_is_to_come() {
        let others = value("0").changed(1, change(1, 1));
        let mine = change(7, 1);
        assert_eq!(others.find(mine, Some(4), 4), Found::Untouched);
        assert_eq!(others.find(mine, Some(4), 5), Found::Overtaken);
        assert_eq!(others.find(change(1, 1), Some(4), 5), Found::Made);
        // Made anew meanwhile.
        assert_eq!(others.find(mine, Some(4), 0), Found::Unknown);
        assert_eq!(others.find(mine, None, 0), Found::Overtaken);
        assert_eq!(
            others.find(mine, Some(i32::MAX), i32::MIN),
            Found::Overtaken
        );
    }
}
