//! Who may issue until when, in one word, so that no reader pairs a node with another node's limit.

use super::Layout;

/// A node ID and the last timestamp that may be issued on it. Packed as
/// `until << node_bits | node`; the word 0 means that there is no permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permit {
    /// The leased node ID.
    pub node: u16,
    /// The last timestamp, inclusive, in the layout's milliseconds.
    pub until: u64,
}

impl Permit {
    /// No permit.
    pub const NONE: u64 = 0;

    /// Packs the permit. A limit beyond the layout's last timestamp is cut to it.
    #[must_use]
    pub fn pack(self, layout: &Layout) -> u64 {
        self.until.min(layout.max_timestamp()) << layout.node_bits() | u64::from(self.node)
    }

    /// Unpacks a permit word.
    #[inline]
    #[must_use]
    pub fn unpack(word: u64, layout: &Layout) -> Self {
        Self {
            // Of the lowest 16 bits, so that it can be cut first.
            node: word as u16 & layout.max_node(),
            until: word >> layout.node_bits(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permit_survives_packing() {
        let l = Layout::ARTICLE;
        for permit in [
            Permit { node: 1, until: 0 },
            Permit {
                node: 1023,
                until: 532_000_000_000,
            },
            Permit {
                node: 0,
                until: l.max_timestamp(),
            },
        ] {
            assert_eq!(Permit::unpack(permit.pack(&l), &l), permit);
        }
        let cut = Permit {
            node: 7,
            until: u64::MAX,
        };
        assert_eq!(Permit::unpack(cut.pack(&l), &l).until, l.max_timestamp());
    }
}
