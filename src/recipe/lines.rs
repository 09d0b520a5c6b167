//! Lines in which nobody else comes: whoever has the next number there is the first, and need not look who is before it.
//!
//! * Of such a line it is known that nobody is there any more with some number or a lower one: that is the number of the last
//!   of ours that was the first, and is gone. Numbers only rise, so whoever has the next one has nobody before it.
//! * Numbers begin anew where the znode that the line is below is made anew. So that one is watched. It was there when the
//!   last of ours was made if it is older than that, and it is there still if its watch has not fired: a connection's
//!   watches fire before answers that show what was later
//!   ([guarantees](https://zookeeper.apache.org/doc/current/zookeeperProgrammers.html#sc_WatchGuarantees)).
//!
//! Who has another number than the next one looks only after that, which takes longer than to ask for both at once. So
//! the next number is expected only where it was had the last time.

use std::collections::VecDeque;

use crate::rule::kept;

/// So many lines are known at the most.
const MOST: usize = 64;

/// What is known of lines, by their paths.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lines<W> {
    /// The one that was used last is the last.
    known: VecDeque<(String, Line<W>)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Line<W> {
    /// Nobody is there with this number or a lower one.
    last: i32,
    /// The transaction that made it.
    czxid: i64,
    /// The highest number that one of ours has.
    highest: i32,
    /// It was the next one.
    in_turn: bool,
    /// Of what the line is below.
    watch: Option<W>,
}

impl<W> Default for Lines<W> {
    fn default() -> Self {
        Self {
            known: VecDeque::new(),
        }
    }
}

impl<W> Lines<W> {
    /// Whether one of ours that comes now is most likely the first.
    #[must_use]
    pub fn expects(&self, at: &str) -> bool {
        self.known.iter().any(|(path, line)| {
            path == at && line.in_turn && line.highest == line.last && line.watch.is_some()
        })
    }

    /// One of ours has come, and has this number. Whether it is the first, as far as that is known; `fired`: whether a watch
    /// has, or is not one any more.
    pub fn comes(&mut self, at: &str, number: i32, fired: impl FnOnce(&mut W) -> bool) -> bool {
        let Some(line) = self.line(at) else {
            return false;
        };
        line.highest = number;
        let fires = line.watch.as_mut().is_some_and(fired);
        if fires && kept!("line_not_made_anew") {
            line.watch = None;
        }
        line.in_turn = line.last.checked_add(1) == Some(number) || !kept!("next_number");
        line.in_turn && line.watch.is_some()
    }

    /// One of ours, made by that transaction, was the first, and is gone. Whether what the line is below is to be watched.
    #[must_use]
    pub fn leaves(&mut self, at: &str, number: i32, czxid: i64) -> bool {
        if let Some(line) = self.line(at) {
            line.in_turn = line.last.checked_add(1) == Some(number);
            (line.last, line.czxid) = (number, czxid);
            line.highest = line.highest.max(number);
            return line.in_turn && line.watch.is_none();
        }
        if self.known.len() == MOST {
            self.known.pop_front();
        }
        let line = Line {
            last: number,
            czxid,
            highest: number,
            in_turn: false,
            watch: None,
        };
        self.known.push_back((at.to_owned(), line));
        false
    }

    /// What the line is below is watched; that was made by this transaction.
    pub fn watched(&mut self, at: &str, czxid: i64, watch: W) {
        if let Some(line) = self.line(at)
            && (czxid < line.czxid || !kept!("line_of_ours"))
        {
            line.watch = Some(watch);
        }
    }

    fn line(&mut self, at: &str) -> Option<&mut Line<W>> {
        let place = self.known.iter().position(|(path, _)| path == at)?;
        let used = self.known.remove(place)?;
        self.known.push_back(used);
        self.known.back_mut().map(|(_, line)| line)
    }
}

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests {
    use super::*;

    /// A watch that has fired, or has not.
    type Fired = bool;

    fn first(lines: &mut Lines<Fired>, number: i32) -> bool {
        lines.comes("/l", number, |fired| *fired)
    }

    /// Ours came as these, one after the other, and are gone; the line's znode is watched since. Their transactions have ten
    /// times their numbers.
    fn after(numbers: &[i32]) -> Lines<Fired> {
        let mut lines = Lines::default();
        for &number in numbers {
            first(&mut lines, number);
            if lines.leaves("/l", number, i64::from(number) * 10) {
                lines.watched("/l", 1, false);
            }
        }
        lines
    }

    #[test]
    fn whoever_has_the_next_number_is_the_first() {
        let mut lines = after(&[4, 5]);
        assert!(lines.expects("/l") && !lines.expects("/m"));
        assert!(first(&mut lines, 6));
        // It is there.
        assert!(!lines.expects("/l"));
        assert!(!lines.leaves("/l", 6, 60));
        assert!(lines.expects("/l"));
        assert!(first(&mut lines, 7));
    }

    #[test]
    fn somebody_else_has_come() {
        let mut lines = after(&[4, 5]);
        assert!(!first(&mut lines, 7));
        assert!(!lines.expects("/l"));
        assert!(!lines.leaves("/l", 7, 70));
        // Not before nobody else has once more.
        assert!(!lines.expects("/l"));
        assert!(first(&mut lines, 8));
        assert!(!lines.leaves("/l", 8, 80));
        assert!(lines.expects("/l"));
        assert!(!first(&mut after(&[4, i32::MAX - 1, i32::MAX]), i32::MIN));
    }

    #[test]
    fn the_line_is_watched_where_it_is_of_use() {
        let mut lines = after(&[4]);
        assert!(!lines.expects("/l"));
        assert!(!first(&mut lines, 5));
        assert!(lines.leaves("/l", 5, 50));
        assert!(!lines.expects("/l"));
        // It was made since.
        lines.watched("/l", 50, false);
        assert!(!lines.expects("/l"));
        lines.watched("/l", 49, false);
        assert!(lines.expects("/l"));
    }

    #[test]
    fn the_line_is_not_watched_any_more() {
        let mut lines = after(&[4, 5]);
        lines.watched("/l", 1, true);
        assert!(!first(&mut lines, 6));
        assert!(lines.leaves("/l", 6, 60));
        assert!(!lines.expects("/l"));
    }

    #[test]
    fn not_all_lines_are_known() {
        let mut lines = after(&[4, 5]);
        for place in 0..MOST - 1 {
            assert!(!lines.leaves(&format!("/m/{place}"), 0, 1));
        }
        assert!(first(&mut lines, 6) && !lines.leaves("/l", 6, 60));
        assert!(!lines.leaves("/n", 0, 1));
        assert_eq!(lines.known.len(), MOST);
        assert!(lines.expects("/l"));
    }
}
