//! A text in shared memory.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// A text of up to `8 * WORDS` bytes; what is longer is cut.
#[repr(C)]
pub(in crate::keeper) struct Text<const WORDS: usize> {
    /// Odd while the text is being written.
    turn: AtomicU32,
    length: AtomicU32,
    words: [AtomicU64; WORDS],
}

impl<const WORDS: usize> Text<WORDS> {
    /// Writers must not be several at a time, or write the same.
    pub(in crate::keeper) fn set(&self, text: &str) {
        let mut end = text.len().min(8 * WORDS);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let turn = self.turn.load(Ordering::Relaxed) | 1;
        self.turn.store(turn, Ordering::SeqCst);
        for (word, bytes) in self.words.iter().zip(text.as_bytes()[..end].chunks(8)) {
            let mut padded = [0; 8];
            padded[..bytes.len()].copy_from_slice(bytes);
            word.store(u64::from_le_bytes(padded), Ordering::SeqCst);
        }
        self.length.store(end as u32, Ordering::SeqCst);
        self.turn.store(turn.wrapping_add(1), Ordering::SeqCst);
    }

    /// How long it is, if `text` begins with it. For what is written once.
    pub(in crate::keeper) fn begins(&self, text: &str) -> Option<usize> {
        let length = (self.length.load(Ordering::SeqCst) as usize).min(8 * WORDS);
        let text = text.as_bytes().get(..length)?;
        let same = |(bytes, word): (&[u8], &AtomicU64)| {
            word.load(Ordering::SeqCst).to_le_bytes()[..bytes.len()] == *bytes
        };
        text.chunks(8).zip(&self.words).all(same).then_some(length)
    }

    /// Whether it is this one. For what is written once.
    pub(in crate::keeper) fn is(&self, text: &str) -> bool {
        self.begins(text) == Some(text.len())
    }

    pub(in crate::keeper) fn get(&self) -> String {
        let mut bytes = Vec::new();
        // A writer that was killed leaves the text half-written until the next one.
        for _ in 0..100 {
            let turn = self.turn.load(Ordering::SeqCst);
            let length = (self.length.load(Ordering::SeqCst) as usize).min(8 * WORDS);
            bytes.clear();
            for word in &self.words[..length.div_ceil(8)] {
                bytes.extend(word.load(Ordering::SeqCst).to_le_bytes());
            }
            bytes.truncate(length);
            if turn & 1 == 0 && self.turn.load(Ordering::SeqCst) == turn {
                break;
            }
            std::thread::yield_now();
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        let text: Text<2> = Text {
            turn: AtomicU32::new(0),
            length: AtomicU32::new(0),
            words: [const { AtomicU64::new(0) }; 2],
        };
        assert_eq!(text.get(), "");
        text.set("fifteen bytes..é");
        assert_eq!(text.get(), "fifteen bytes..");
        text.set("short");
        assert_eq!(text.get(), "short");
        assert_eq!(text.begins("shorter"), Some(5));
        assert_eq!(text.begins("shor"), None);
        assert_eq!(text.begins("Shorter than that"), None);
        assert!(text.is("short") && !text.is("shorter"));
        // A writer was killed.
        text.turn.fetch_or(1, Ordering::SeqCst);
        assert_eq!(text.get(), "short");
        text.set("next");
        assert_eq!(text.get(), "next");
    }
}
