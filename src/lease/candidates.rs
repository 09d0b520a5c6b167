//! In which order free node IDs are tried.

use fastrand::Rng;

use crate::id::Layout;
use crate::rule::kept;

/// All node IDs but 0 in two lots, each in random order; the second is for when the first has none free.
///
/// An ordinary lease is from the lower three quarters, a move after a clock step from the top quarter, which
/// is kept for that. Measured with 200 starting at once, taking the lowest costs 16,000 conflicts and a
/// random one 30.
pub(super) fn candidates(layout: &Layout, moving: bool, random: &mut Rng) -> [Vec<u16>; 2] {
    let (max, split) = (layout.max_node(), split(layout));
    let mut lots: [Vec<u16>; 2] = [
        (if kept!("node_0_on_request") { 1 } else { 0 }..=split).collect(),
        (split + 1..=max).collect(),
    ];
    for lot in &mut lots {
        random.shuffle(lot);
    }
    if moving && kept!("reserve_for_moves") {
        lots.reverse();
    }
    lots
}

/// One that an ordinary lease may begin with, as random as its candidates are.
pub(crate) fn first_node(layout: &Layout) -> u16 {
    Rng::with_seed(random()).u16(1..=split(layout))
}

/// The last of the lower three quarters.
pub(super) fn split(layout: &Layout) -> u16 {
    layout.max_node() - layout.max_node() / 4
}

/// For choices that must differ between processes; not for secrets.
pub(crate) fn random() -> u64 {
    // It fails only where the system call is not allowed.
    getrandom::u64().unwrap_or_else(|_| fastrand::u64(..))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_ordinary_lease_begins_with_any_node_of_the_lower_three_quarters() {
        let layout = Layout::THREE_NODE_BITS;
        let drawn: BTreeSet<_> = (0..1000).map(|_| first_node(&layout)).collect();
        assert_eq!(drawn, (1..=6).collect());
    }

    #[test]
    fn a_move_begins_with_the_top_quarter_and_every_node_is_there_once() {
        let layout = Layout::ARTICLE;
        for moving in [false, true] {
            let [first, second] = candidates(&layout, moving, &mut Rng::with_seed(1));
            assert_eq!(first.iter().all(|&node| node > 768), moving);
            assert_eq!(second.iter().all(|&node| node <= 768), moving);
            let mut all = [first, second].concat();
            assert!(!all.is_sorted());
            all.sort_unstable();
            assert_eq!(all, (1..=1023).collect::<Vec<_>>());
        }
    }
}
