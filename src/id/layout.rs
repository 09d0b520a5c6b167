//! Bit positions and the epoch. Nothing else in the crate knows them.

use std::fmt;

/// Most node bits a layout may have: the registries keep a word per node ID (128 KiB at 14 bits).
pub const MAX_NODE_BITS: u32 = 14;
/// Most sequence bits a layout may have: 4 million IDs per millisecond, far more than one word yields.
pub const MAX_SEQUENCE_BITS: u32 = 22;

/// How the 64 bits of an ID are divided, and when its timestamps begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    epoch: u64,
    node_bits: u32,
    sequence_bits: u32,
    // What follows from the widths, so that no ID has to work it out again.
    max_node: u16,
    max_sequence: u64,
    /// What a timestamp in a word is multiplied with to stand in front of the node ID.
    moves: u64,
}

/// The three numbers in an ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Milliseconds since the layout's epoch.
    pub timestamp: u64,
    /// The node that issued the ID.
    pub node: u16,
    /// The ID's place among those of its node and millisecond.
    pub sequence: u64,
}

impl Layout {
    /// The article's: 42 bits of milliseconds since 2010-01-01T08:00:00Z, 10 bits node, 12 bits
    /// sequence.
    pub const ARTICLE: Self = Self::of(1_262_332_800_000, 10, 12);

    /// Seven node IDs besides 0, so that a test can use them up.
    #[cfg(test)]
    pub(crate) const THREE_NODE_BITS: Self = Self::of(Self::ARTICLE.epoch, 3, 12);

    /// So few numbers that all that can happen can be tried.
    #[cfg(test)]
    pub(crate) const TINY: Self = Self::of(0, 2, 1);

    /// Of widths within the limits.
    const fn of(epoch: u64, node_bits: u32, sequence_bits: u32) -> Self {
        Self {
            epoch,
            node_bits,
            sequence_bits,
            // At most 14 bits, so nothing is cut off.
            max_node: (1 << node_bits) - 1,
            max_sequence: (1 << sequence_bits) - 1,
            moves: ((1 << node_bits) - 1) << sequence_bits,
        }
    }

    /// Checks the three settings together.
    ///
    /// # Errors
    /// A sentence that names the setting: a width out of range, an epoch that lies ahead of
    /// `unix_now` (Unix milliseconds), or a timestamp too narrow to reach from the epoch to `unix_now`.
    pub fn new(
        epoch: u64,
        node_bits: u32,
        sequence_bits: u32,
        unix_now: u64,
    ) -> Result<Self, String> {
        if !(1..=MAX_NODE_BITS).contains(&node_bits) {
            return Err(format!(
                "ticket.node_bits must be between 1 and {MAX_NODE_BITS}, {node_bits} given"
            ));
        }
        if !(1..=MAX_SEQUENCE_BITS).contains(&sequence_bits) {
            return Err(format!(
                "ticket.sequence_bits must be between 1 and {MAX_SEQUENCE_BITS}, {sequence_bits} given"
            ));
        }
        if epoch > unix_now {
            return Err(format!(
                "ticket.epoch must not lie in the future: {epoch} is after the clock's {unix_now} \
                 (both in Unix milliseconds)"
            ));
        }
        let layout = Self::of(epoch, node_bits, sequence_bits);
        if unix_now - epoch > layout.max_timestamp() {
            return Err(format!(
                "ticket.node_bits = {node_bits} and ticket.sequence_bits = {sequence_bits} leave {} bits \
                 for the timestamp, which ended {} days after ticket.epoch = {epoch}; use fewer bits \
                 or a later epoch, for IDs that are kept apart from those of this layout",
                layout.timestamp_bits(),
                layout.max_timestamp() / 86_400_000
            ));
        }
        Ok(layout)
    }

    /// A layout read from a registry, of which only the widths are checked.
    #[must_use]
    pub fn stored(epoch: u64, node_bits: u32, sequence_bits: u32) -> Option<Self> {
        let valid = (1..=MAX_NODE_BITS).contains(&node_bits)
            && (1..=MAX_SEQUENCE_BITS).contains(&sequence_bits);
        valid.then(|| Self::of(epoch, node_bits, sequence_bits))
    }

    /// Unix milliseconds of timestamp 0.
    #[inline]
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Width of the node ID.
    #[inline]
    #[must_use]
    pub fn node_bits(&self) -> u32 {
        self.node_bits
    }

    /// Width of the sequence.
    #[inline]
    #[must_use]
    pub fn sequence_bits(&self) -> u32 {
        self.sequence_bits
    }

    /// Width of the timestamp.
    #[must_use]
    pub fn timestamp_bits(&self) -> u32 {
        u64::BITS - self.node_bits - self.sequence_bits
    }

    /// The highest node ID.
    #[inline]
    #[must_use]
    pub fn max_node(&self) -> u16 {
        self.max_node
    }

    /// How many node IDs there are, 0 included.
    #[must_use]
    pub fn nodes(&self) -> usize {
        1 << self.node_bits
    }

    /// The highest sequence number.
    #[inline]
    #[must_use]
    pub fn max_sequence(&self) -> u64 {
        self.max_sequence
    }

    /// The last millisecond, counted from the epoch, that an ID can carry.
    #[inline]
    #[must_use]
    pub fn max_timestamp(&self) -> u64 {
        (1 << self.timestamp_bits()) - 1
    }

    /// The word `timestamp << sequence_bits | sequence`.
    #[inline]
    #[must_use]
    pub fn word(&self, timestamp: u64, sequence: u64) -> u64 {
        timestamp << self.sequence_bits | sequence
    }

    /// The last word of a millisecond.
    #[must_use]
    pub fn end_of(&self, timestamp: u64) -> u64 {
        self.word(timestamp, self.max_sequence())
    }

    /// The timestamp of a word.
    #[inline]
    #[must_use]
    pub fn timestamp_of(&self, word: u64) -> u64 {
        word >> self.sequence_bits
    }

    /// The sequence of a word.
    #[inline]
    #[must_use]
    pub fn sequence_of(&self, word: u64) -> u64 {
        word & self.max_sequence()
    }

    /// The ID of a node's word. The sign bit belongs to the timestamp: compare IDs as unsigned.
    #[inline]
    #[must_use]
    pub fn id(&self, node: u16, word: u64) -> u64 {
        // The timestamp is moved to the left by `node_bits`: added `2^node_bits - 1` times more.
        let moved = self.timestamp_of(word).wrapping_mul(self.moves);
        word.wrapping_add(moved)
            .wrapping_add(u64::from(node) << self.sequence_bits)
    }

    /// Takes an ID apart.
    #[must_use]
    pub fn parts(&self, id: u64) -> Parts {
        let node = (id >> self.sequence_bits) & u64::from(self.max_node());
        Parts {
            timestamp: id >> (self.node_bits + self.sequence_bits),
            // Masked with a u16 above.
            node: node as u16,
            sequence: self.sequence_of(id),
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "epoch {}, {} node bits, {} sequence bits",
            self.epoch, self.node_bits, self.sequence_bits
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: u64 = 1_790_000_000_000;

    fn layouts() -> impl Strategy<Value = Layout> {
        (0..=NOW, 1..=MAX_NODE_BITS, 1..=MAX_SEQUENCE_BITS)
            .prop_filter_map("too narrow", |(e, n, s)| Layout::new(e, n, s, NOW).ok())
    }

    proptest! {
        #[test]
        fn an_id_gives_back_its_parts(l in layouts(), t: u64, n: u16, s: u64) {
            let parts = Parts {
                timestamp: t & l.max_timestamp(),
                node: n & l.max_node(),
                sequence: s & l.max_sequence(),
            };
            let id = l.id(parts.node, l.word(parts.timestamp, parts.sequence));
            prop_assert_eq!(l.parts(id), parts);
        }

        #[test]
        fn ids_of_a_node_are_ordered_as_their_words(l in layouts(), n: u16, a: u64, b: u64) {
            let (a, b) = (a >> l.node_bits(), b >> l.node_bits());
            let n = n & l.max_node();
            prop_assert_eq!(a.cmp(&b), l.id(n, a).cmp(&l.id(n, b)));
        }

        #[test]
        fn a_later_millisecond_beats_every_node_and_sequence(l in layouts(), t: u64, n: u16, m: u16) {
            let t = t & (l.max_timestamp() >> 1);
            let (n, m) = (n & l.max_node(), m & l.max_node());
            prop_assert!(l.id(n, l.end_of(t)) < l.id(m, l.word(t + 1, 0)));
        }
    }

    #[test]
    fn the_articles_layout_is_pinned() {
        let l = Layout::ARTICLE;
        assert_eq!(
            Layout::new(1_262_332_800_000, 10, 12, NOW),
            Ok(Layout::ARTICLE)
        );
        assert_eq!(l.id(5, l.word(1, 7)), (1 << 22) | (5 << 12) | 7);
        assert_eq!(
            (l.timestamp_bits(), l.max_node(), l.max_sequence()),
            (42, 1023, 4095)
        );
        // The sign bit belongs to the timestamp: 2^41 ms after the epoch IDs turn negative.
        assert!((l.id(0, l.word(1 << 41, 0)) as i64) < 0);
        assert_eq!(l.id(1023, l.end_of(l.max_timestamp())), u64::MAX);
    }

    #[test]
    fn settings_are_checked_as_a_whole() {
        let refused = |e, n, s| Layout::new(e, n, s, NOW).unwrap_err();
        assert!(refused(0, 0, 12).contains("ticket.node_bits"));
        assert!(refused(0, 15, 12).contains("ticket.node_bits"));
        assert!(refused(0, 10, 0).contains("ticket.sequence_bits"));
        assert!(refused(0, 10, 23).contains("ticket.sequence_bits"));
        assert!(refused(NOW + 1, 10, 12).contains("ticket.epoch"));
        // 64 - 14 - 22 = 28 bits of milliseconds end after three days.
        assert!(refused(0, 14, 22).contains("ended 3 days after ticket.epoch = 0"));
        assert!(Layout::new(NOW, 14, 22, NOW).is_ok());
    }
}
