//! IDs as text: 13 characters in Douglas Crockford's base 32 (<https://www.crockford.com/base32.html>), which sort as the
//! unsigned numbers do, in every collation: digits come before letters, and letters are all of one case.

use std::fmt;

/// How long a text is: 13 times 5 bits hold 64.
pub const LENGTH: usize = 13;

/// Without I, L, O and U, which are taken for others or make words.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Why a text is no ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotText {
    /// It has so many bytes.
    Length(usize),
    /// The byte at this place, from 0, is none of the 32.
    Byte(usize, u8),
    /// Its first character stands for more than 64 bits have room for.
    TooLarge(u8),
}

/// An ID as text.
#[must_use]
pub fn to_text(id: u64) -> String {
    (0..LENGTH)
        .map(|place| {
            let digit = id >> (5 * (LENGTH - 1 - place)) & 31;
            // Below 32.
            char::from(DIGITS[digit as usize])
        })
        .collect()
}

/// The ID that a text stands for: lower case is as upper case, `i` and `l` are read as 1 and `o` as 0.
///
/// # Errors
/// [`NotText`].
pub fn from_text(text: &[u8]) -> Result<u64, NotText> {
    if text.len() != LENGTH {
        return Err(NotText::Length(text.len()));
    }
    let mut id = 0;
    for (place, &byte) in text.iter().enumerate() {
        let meant = match byte.to_ascii_uppercase() {
            b'I' | b'L' => b'1',
            b'O' => b'0',
            other => other,
        };
        let digit = DIGITS.iter().position(|&digit| digit == meant);
        let digit = digit.ok_or(NotText::Byte(place, byte))?;
        if place == 0 && digit > 15 {
            return Err(NotText::TooLarge(byte));
        }
        id = id << 5 | digit as u64;
    }
    Ok(id)
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Length(length) => write!(f, "have {LENGTH} characters, it has {length} bytes"),
            Self::Byte(place, byte) => {
                let place = place + 1;
                write!(
                    f,
                    "have digits and letters without U only, '{}' is at position {place}",
                    byte.escape_ascii()
                )
            }
            Self::TooLarge(byte) => write!(
                f,
                "begin with 0 to 9 or A to F, for an ID has 64 bits, '{}' is at position 1",
                char::from(byte)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_ones() {
        assert_eq!(to_text(0), "0000000000000");
        assert_eq!(to_text(31), "000000000000Z");
        assert_eq!(to_text(32), "0000000000010");
        assert_eq!(to_text(u64::MAX), "FZZZZZZZZZZZZ");
        assert_eq!(to_text(1 << 63), "8000000000000");
    }

    #[test]
    fn each_fault_is_named() {
        let refused = |text: &[u8]| from_text(text).unwrap_err();
        assert_eq!(refused(b""), NotText::Length(0));
        assert_eq!(refused(b"00000000000000"), NotText::Length(14));
        assert_eq!(refused(b"0000-00000000"), NotText::Byte(4, b'-'));
        assert_eq!(refused(b"000000000000u"), NotText::Byte(12, b'u'));
        assert_eq!(refused(b"G000000000000"), NotText::TooLarge(b'G'));
        assert_eq!(refused(b"\xff000000000000"), NotText::Byte(0, 0xff));
        let said = refused(b"0\0\n\"\xc3\xa40000000").to_string();
        assert_eq!(
            said,
            r"have digits and letters without U only, '\x00' is at position 2"
        );
    }

    proptest! {
        #[test]
        fn an_id_comes_back(id: u64) {
            let text = to_text(id);
            prop_assert_eq!(from_text(text.as_bytes()), Ok(id));
            prop_assert_eq!(from_text(text.to_lowercase().as_bytes()), Ok(id));
            let misread = text.replace('1', "l").replace('0', "o");
            prop_assert_eq!(from_text(misread.as_bytes()), Ok(id));
        }

        #[test]
        fn texts_sort_as_numbers(a: u64, b: u64) {
            prop_assert_eq!(a.cmp(&b), to_text(a).cmp(&to_text(b)));
            prop_assert_eq!(a.cmp(&b), to_text(a).to_lowercase().cmp(&to_text(b).to_lowercase()));
        }

        #[test]
        fn anything_is_read_or_refused(text: Vec<u8>) {
            if let Ok(id) = from_text(&text) {
                prop_assert_eq!(text.len(), LENGTH);
                prop_assert_eq!(from_text(to_text(id).as_bytes()), Ok(id));
            }
        }

        #[test]
        fn one_text_in_capitals_is_one_id(text in "[0-9A-HJKMNP-TV-Z]{13}") {
            if let Ok(id) = from_text(text.as_bytes()) {
                prop_assert_eq!(to_text(id), text);
            }
        }
    }
}
