//! Names of contenders, and their order.
//!
//! A contender's znode is sequential: its name ends in a number that ZooKeeper gives it, and whoever has the lower one came
//! first. Before that stands a UUID, by which it is found where the answer to its creation was lost: the "protected" names
//! of Curator ([CURATOR-45](https://issues.apache.org/jira/browse/CURATOR-45)), and ZooKeeper's own advice
//! ([recipes](https://zookeeper.apache.org/doc/current/recipes.html#sc_recipes_GuidNote)).

use std::fmt;

use crate::rule::kept;

/// 122 random bits, by which one creation is told from all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guid([u64; 2]);

impl Guid {
    /// Of random numbers.
    #[must_use]
    pub fn new([high, low]: [u64; 2]) -> Self {
        // Version 4 of a UUID: RFC 9562.
        Self([high & !0xF000 | 0x4000, low & !(0b11 << 62) | 0b10 << 62])
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [high, low] = self.0;
        write!(
            out,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xFFFF,
            high & 0xFFFF,
            low >> 48,
            low & 0xFFFF_FFFF_FFFF
        )
    }
}

/// The number at the end of a name; `None`: it is no contender's.
#[must_use]
pub fn sequence(name: &str) -> Option<i32> {
    // Ten digits; of a number below zero also nine behind a sign, or ten.
    let at = name.len().checked_sub(10)?;
    let (before, end) = (name.get(..at)?, name.get(at..)?);
    let digits = end.strip_prefix('-').unwrap_or(end);
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    // A hyphen of the name's own stands before many a number.
    let is_signed = |before: &str| before.ends_with('-') || before.ends_with("__");
    let is_below = match before.strip_suffix('-') {
        _ if digits.len() < end.len() => is_signed(before) && number != 0,
        Some(before) => is_signed(before),
        None => false,
    };
    if digits.len() < end.len() && !is_below {
        return None;
    }
    i32::try_from(if is_below { -number } else { number }).ok()
}

/// Whether whoever has this name only reads: ours and Curator's, or kazoo's.
#[must_use]
pub fn is_reader(name: &str) -> bool {
    let before = name.trim_end_matches(|end: char| end.is_ascii_digit());
    let before = before.strip_suffix('-').unwrap_or(before);
    before.ends_with("__READ__") || before.ends_with("__rlock__")
}

/// The names that are contenders', in the order in which they came.
///
/// Numbers begin anew below zero after 2^31 - 1. So the first one is the one before which the most are missing: those of
/// a line are near each other, whatever else somebody has put among them.
#[must_use]
pub fn line(names: &[String]) -> Vec<&str> {
    let numbered = names
        .iter()
        .filter_map(|name| Some((sequence(name)?, name.as_str())));
    let mut line: Vec<_> = numbered.collect();
    line.sort_unstable();
    let missing = |place: usize| {
        let before = line[place.checked_sub(1).unwrap_or(line.len() - 1)].0;
        line[place].0.wrapping_sub(before) as u32
    };
    // Of those that are alike, the lowest: one alone has none before it.
    let first = (0..line.len()).rev().max_by_key(|&place| missing(place));
    line.rotate_left(first.filter(|_| kept!("numbers_wrap")).unwrap_or_default());
    line.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_a_uuid() {
        let name = Guid::new([u64::MAX, u64::MAX]).to_string();
        assert_eq!(name, "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(
            Guid::new([0, 0]).to_string(),
            "00000000-0000-4000-8000-000000000000"
        );
    }

    #[test]
    fn a_contender_ends_in_its_number() {
        for (name, number) in [
            ("_c_x-lock-0000000007", Some(7)),
            ("x__lock__0000000008", Some(8)),
            ("_c_x-__READ__2147483647", Some(i32::MAX)),
            ("_c_x-lock--2147483648", Some(i32::MIN)),
            ("_c_x-__READ__-2147483647", Some(-i32::MAX)),
            ("_c_x-lock--000000001", Some(-1)),
            ("_c_x-__READ__-999999999", Some(-999_999_999)),
            ("_c_x-lock-000000001", None),
            ("_c_x-lock--000000000", None),
            ("_c_x-lock-9999999999", None),
            ("0000000001", Some(1)),
            ("locks", None),
            ("é000000001", None),
            ("_c_x-lock-000000000", None),
        ] {
            assert_eq!(sequence(name), number, "{name}");
        }
    }

    #[test]
    fn the_line_goes_by_number_whoever_made_the_name_and_beyond_the_last_number() {
        let names = [
            "_c_b-lock--2147483648",
            "other",
            "_c_z-lock-2147483646",
            "a__lock__2147483647",
        ];
        let names = names.map(str::to_owned);
        assert_eq!(
            line(&names),
            [
                "_c_z-lock-2147483646",
                "a__lock__2147483647",
                "_c_b-lock--2147483648"
            ]
        );
    }

    #[test]
    fn names_that_somebody_has_put_into_a_line_do_not_turn_it_round() {
        let strange = [0, 700_000_000, 1_400_000_000, 2_100_000_000];
        let strange = strange.iter().flat_map(|number| {
            let below = (*number > 0).then(|| format!("x--{number:010}"));
            [Some(format!("x-{number:010}")), below]
        });
        let strange: Vec<String> = strange.flatten().collect();
        for [one, next] in [
            ["_c_b-lock-0000000007", "_c_a-lock-0000000008"],
            ["_c_b-lock-2147483647", "_c_a-lock--2147483648"],
            ["_c_b-lock--0000000001", "_c_a-lock-0000000000"],
        ] {
            let mut names = strange.clone();
            names.extend([next, one].map(str::to_owned));
            let line = line(&names);
            let place = |of| line.iter().position(|name| *name == of).unwrap();
            assert!(place(one) < place(next), "{line:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_name_of_anything_does_harm(names: Vec<String>, numbers: Vec<i32>) {
            let numbered = numbers.iter().map(|number| format!("_c_x-lock-{number:010}"));
            let names: Vec<String> = names.into_iter().chain(numbered).collect();
            let line = line(&names);
            proptest::prop_assert!(line.len() >= numbers.len());
            for name in names.iter().chain([&String::new()]) {
                let _ = (sequence(name), is_reader(name));
            }
        }
    }

    #[test]
    fn readers_are_known_by_their_names() {
        for (name, reads) in [
            ("_c_x-__READ__0000000001", true),
            ("_c_x-__READ__-2147483648", true),
            ("x__rlock__0000000001", true),
            ("_c_x-__WRIT__0000000001", false),
            ("x__lock__0000000001", false),
            ("_c_x-lock-0000000001", false),
        ] {
            assert_eq!(is_reader(name), reads, "{name}");
        }
    }
}
