//! What a counter's znode holds: its number, and who has changed it last.
//!
//! Each change carries a nonce, a random number of its own. So whoever has not heard what became of a change reads the znode,
//! and finds its nonce there, or that the znode has had more changes since than it remembers.

use std::fmt;

use crate::rule::kept;

/// Changes that are remembered: with each comes one word of 17 bytes.
pub const REMEMBERED: usize = 16;

/// The value of a counter's znode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    number: i64,
    /// Those of the last changes, the last one first.
    nonces: Vec<u64>,
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
    /// Too much has changed since for that to be known.
    Unknown,
}

impl Value {
    /// Of a znode's bytes; those that have no nonces, and an empty one, are a counter's, too.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.trim();
        if text.is_empty() {
            return Some(Self::default());
        }
        let mut words = text.split_ascii_whitespace();
        let number = words.next()?.parse().ok()?;
        let nonces = words.map(|word| u64::from_str_radix(word, 16).ok());
        Some(Self {
            number,
            nonces: nonces.collect::<Option<_>>()?,
        })
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }

    /// With another number, by the change with this nonce.
    #[must_use]
    pub fn changed(&self, number: i64, nonce: u64) -> Self {
        let before = self.nonces.iter().copied().take(REMEMBERED - 1);
        Self {
            number,
            nonces: std::iter::once(nonce).chain(before).collect(),
        }
    }

    /// What became of the change with this nonce, of the znode that had `before` as its version (`None`: there was none),
    /// where this is its value at the version `now`.
    #[must_use]
    pub fn find(&self, nonce: u64, before: Option<i32>, now: i32) -> Found {
        if self.nonces.contains(&nonce) && kept!("counter_nonce") {
            return Found::Made;
        }
        // A new znode's first change is its creation.
        let changes = match before {
            Some(before) => now.wrapping_sub(before),
            None => now.wrapping_add(1),
        };
        match usize::try_from(changes) {
            Ok(0) => Found::Untouched,
            Ok(changes) if changes <= self.nonces.len() => Found::Overtaken,
            _ => Found::Unknown,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.number)?;
        self.nonces
            .iter()
            .try_for_each(|nonce| write!(out, " {nonce:016x}"))
    }
}

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Value::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_value_is_a_number_and_nonces() {
        assert_eq!(value("").number(), 0);
        assert_eq!(value(" 17\n").number(), 17);
        let changed = value("17").changed(-3, 0xAB);
        assert_eq!(changed.to_string(), "-3 00000000000000ab");
        assert_eq!(value(&changed.to_string()), changed);
        for wrong in ["x", "1.5", "1 x", "99999999999999999999", "\u{e9}"] {
            assert_eq!(Value::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn so_many_changes_are_remembered() {
        let mut last = value("0");
        for nonce in 0..20 {
            last = last.changed(1, nonce);
        }
        assert_eq!(last.nonces.len(), REMEMBERED);
        assert_eq!(last.find(19, Some(5), 6), Found::Made);
        assert_eq!(last.find(4, Some(5), 21), Found::Made);
        assert_eq!(
            last.find(3, Some(5), 21),
            Found::Overtaken,
            "none of the last 16"
        );
        assert_eq!(last.find(3, Some(5), 22), Found::Unknown);
    }

    #[test]
    fn a_change_was_made_or_overtaken_or_is_to_come() {
        let others = value("0").changed(1, 1);
        assert_eq!(others.find(7, Some(4), 4), Found::Untouched);
        assert_eq!(others.find(7, Some(4), 5), Found::Overtaken);
        assert_eq!(others.find(1, Some(4), 5), Found::Made);
        assert_eq!(others.find(7, Some(4), 6), Found::Unknown);
        // Made anew meanwhile.
        assert_eq!(others.find(7, Some(4), 0), Found::Unknown);
        assert_eq!(others.find(7, None, 0), Found::Overtaken);
        assert_eq!(value("5").find(7, None, 0), Found::Unknown, "made by hand");
        assert_eq!(others.find(7, Some(i32::MAX), i32::MIN), Found::Overtaken);
    }
}
