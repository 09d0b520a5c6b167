//! Items of a queue: their names, and which is taken next.
//!
//! kazoo's `LockingQueue` has the same names, without the UUID, by which an item is found whose creation was not answered.

use super::name::{self, Guid};

/// The lowest priority, which is taken last.
pub const LOWEST: u16 = 999;

/// Among how many one is chosen where others take them, too.
const FEW: usize = 32;

/// What the name of a new item begins with; a sequence number is its end.
#[must_use]
pub fn prefix(priority: u16, guid: Guid) -> String {
    format!("entry-{priority:03}-{guid}-")
}

/// The priority in a name; `None`: it is no item's.
#[must_use]
pub fn priority(name: &str) -> Option<u16> {
    name::sequence(name)?;
    let rest = name.strip_prefix("entry-")?;
    let (priority, _) = rest.split_once('-')?;
    priority.parse().ok().filter(|priority| *priority <= LOWEST)
}

/// How many znodes were ever made below one, modulo 2^31: servers tell how often that list was changed, which is each of
/// these twice, without those that are there still, once. Sequence numbers are this number.
#[must_use]
pub fn ever_made(cversion: i32, children: i32) -> u32 {
    cversion.wrapping_add(children).cast_unsigned() >> 1
}

/// Whether any is gone of those that were made since there had been so many, where there were so many when these were there.
#[must_use]
pub fn is_any_gone(before: u32, now: u32, names: &[String]) -> bool {
    let since = |number: u32| number.wrapping_sub(before) & (u32::MAX >> 1);
    let numbers = names.iter().filter_map(|name| name::sequence(name));
    let there = numbers.filter(|number| since(number.cast_unsigned()) < since(now));
    there.count() < since(now) as usize
}

/// Items that nobody has taken, in the order in which they are to be.
#[must_use]
pub fn free<'a>(entries: &'a [String], taken: &[String]) -> Vec<&'a str> {
    let taken: std::collections::HashSet<_> = taken.iter().map(String::as_str).collect();
    let free = name::line(entries)
        .into_iter()
        .filter(|name| !taken.contains(name))
        .filter_map(|name| Some((priority(name)?, name)));
    let mut free: Vec<_> = free.collect();
    // Those of one priority stay in their order.
    free.sort_by_key(|(priority, _)| *priority);
    free.into_iter().map(|(_, name)| name).collect()
}

/// Which of so many is tried next: the first; or, where another was quicker, one of the first few, by a random number.
#[must_use]
pub fn choose(free: usize, was_late: bool, random: u64) -> usize {
    match (was_late, free.min(FEW)) {
        (false, _) | (_, 0) => 0,
        (true, few) => (random % few as u64) as usize,
    }
}

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests {
    use super::*;

    #[test]
    fn an_items_name_says_its_priority() {
        let name = format!("{}0000000007", prefix(5, Guid::new([1, 2])));
        assert_eq!(priority(&name), Some(5));
        assert_eq!(priority("entry-100-0000000001"), Some(100), "kazoo's");
        for none in [
            "entry-100-x",
            "entry-1000-0000000001",
            "other-100-0000000001",
            "entry-0000000001",
        ] {
            assert_eq!(priority(none), None, "{none}");
        }
    }

    #[test]
    fn what_was_made_since_is_there_or_gone() {
        let names = |numbers: &[u32]| -> Vec<_> {
            let name = |number: &u32| format!("entry-100-{:010}", number.cast_signed());
            numbers.iter().map(name).collect()
        };
        // Made 7, of which 3 are there.
        assert_eq!(ever_made(2 * 7 - 3, 3), 7);
        assert_eq!(ever_made(i32::MIN, 0), 1 << 30, "of 2^30");
        assert!(!is_any_gone(7, 7, &names(&[1, 2])), "none was made");
        assert!(!is_any_gone(7, 9, &names(&[1, 7, 8])));
        assert!(is_any_gone(7, 9, &names(&[1, 8])));
        assert!(is_any_gone(7, 9, &names(&[])));
        let last = u32::MAX >> 1;
        assert!(!is_any_gone(last, 1, &names(&[5, last, last + 1])));
        assert!(is_any_gone(last, 1, &names(&[5, last])));
    }

    #[test]
    fn the_free_ones_come_by_priority_and_then_by_age() {
        let names = [
            "entry-100-b-0000000003",
            "entry-100-a-0000000004",
            "entry-050-c-0000000009",
            "entry-100-0000000001",
            "other",
        ];
        let names = names.map(str::to_owned);
        let taken = ["entry-100-0000000001".to_owned(), "gone".to_owned()];
        assert_eq!(
            free(&names, &taken),
            [
                "entry-050-c-0000000009",
                "entry-100-b-0000000003",
                "entry-100-a-0000000004",
            ]
        );
    }

    #[test]
    fn whoever_is_alone_takes_them_in_order() {
        assert_eq!(choose(100, false, 77), 0);
        assert_eq!(choose(0, true, 77), 0);
        assert_eq!(choose(100, true, 77), 77 % 32);
        assert!((0..100).all(|random| choose(3, true, random) < 3));
    }
}
