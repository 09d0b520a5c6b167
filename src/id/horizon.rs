//! When the IDs of a layout outgrow what they are kept in, and who is to be told.

use super::Layout;
use super::clock::date_of;

/// So long before, it is told: a year of 365 days, in ms.
const NOTICE: u64 = 365 * 86_400_000;

/// When something ends, in Unix milliseconds: the first at which it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// IDs need more than 53 bits: JavaScript's numbers round them.
    pub beyond_53_bits: u64,
    /// IDs need 64 bits: they are negative as PHP's integers and SQL's `BIGINT`, and smaller than all before.
    pub negative: u64,
    /// There are no IDs any more.
    pub exhausted: u64,
}

impl Horizon {
    /// Of a layout.
    #[must_use]
    pub fn of(layout: &Layout) -> Self {
        let below = layout.node_bits() + layout.sequence_bits();
        // At most 36 bits are below a timestamp, and an epoch is in the past.
        let beyond = |bits: u32| layout.epoch() + (1 << (bits - below));
        Self {
            beyond_53_bits: beyond(53),
            negative: beyond(63),
            exhausted: beyond(64),
        }
    }

    /// What comes within a year, the gravest first.
    #[must_use]
    pub fn warning(&self, unix_now: u64) -> Option<String> {
        let soon = |at: u64| (at.saturating_sub(NOTICE)..at).contains(&unix_now);
        let on = |at: u64| date_of(at).unwrap_or_default();
        if soon(self.exhausted) {
            return Some(format!(
                "there are no IDs any more from {} on, for the layout ends; before that, begin with IDs that are kept apart, \
                 with a later ticket.epoch",
                on(self.exhausted)
            ));
        }
        if soon(self.negative) {
            return Some(format!(
                "IDs are negative from {} on, for the timestamp reaches the sign bit; compare them as unsigned numbers by then",
                on(self.negative)
            ));
        }
        soon(self.beyond_53_bits).then(|| {
            format!(
                "IDs are greater than 2^53 from {} on, and JavaScript rounds such numbers; hand them out as strings by then",
                on(self.beyond_53_bits)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_articles_layout() {
        let horizon = Horizon::of(&Layout::ARTICLE);
        let date = |ms| date_of(ms).unwrap();
        assert!(date(horizon.negative).starts_with("2079-09-07T"));
        assert!(date(horizon.exhausted).starts_with("2149-"));
        assert_eq!(horizon.beyond_53_bits, 1_262_332_800_000 + (1 << 31));
        assert_eq!(horizon.warning(1_795_237_181_557), None);
    }

    #[test]
    fn each_is_an_id_of_its_own() {
        for (nodes, sequence) in [(1, 1), (10, 12), (6, 6), (14, 22)] {
            let layout = Layout::stored(1_700_000_000_000, nodes, sequence).unwrap();
            let horizon = Horizon::of(&layout);
            let id = |unix: u64| layout.id(0, layout.word(unix - layout.epoch(), 0));
            assert_eq!(id(horizon.beyond_53_bits), 1 << 53);
            assert_eq!(id(horizon.negative), 1 << 63);
            assert_eq!(
                horizon.exhausted - 1 - layout.epoch(),
                layout.max_timestamp()
            );
        }
    }

    #[test]
    fn it_is_told_a_year_before_and_not_after() {
        let horizon = Horizon::of(&Layout::ARTICLE);
        for (at, word) in [
            (horizon.beyond_53_bits, "2^53"),
            (horizon.negative, "negative"),
            (horizon.exhausted, "no IDs"),
        ] {
            assert_eq!(horizon.warning(at - NOTICE - 1), None);
            assert!(horizon.warning(at - NOTICE).unwrap().contains(word));
            assert!(horizon.warning(at - 1).unwrap().contains(word));
            assert_eq!(horizon.warning(at), None);
        }
    }
}
