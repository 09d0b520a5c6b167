//! What the znodes hold, as text that people can read with zkCli: `key=value` pairs, separated by spaces.

use std::time::{Duration, UNIX_EPOCH};

use super::super::machine::Mark;
use crate::id::{Layout, clock};

/// Who leases: what a claim tells people.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The machine's name.
    pub host: String,
    /// The keeper, which lives as long as the claim. The process that started the family may be long gone, as that of
    /// a php-fpm that has become a daemon.
    pub keeper: u32,
    /// PHP's name for the way it runs.
    pub sapi: String,
}

impl Holder {
    /// A claim's data.
    pub(super) fn claim(&self, nonce: u64, started: u64) -> String {
        let word = |text: &str| text.split_whitespace().collect::<Vec<_>>().join("_");
        let time = humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_millis(started));
        format!(
            "nonce={nonce:016x} host={} keeper={} sapi={} started={time} ticket={}",
            word(&self.host),
            self.keeper,
            word(&self.sapi),
            env!("CARGO_PKG_VERSION"),
        )
    }
}

/// The nonce in a claim's data; 0 if there is none, as in a claim that is not ours.
pub(super) fn claim_nonce(data: &[u8]) -> u64 {
    field(data, "nonce").and_then(nonce).unwrap_or(0)
}

/// A mark's data: the time in Unix milliseconds.
pub(super) fn mark(until: u64, nonce: u64, layout: &Layout) -> String {
    format!("until={} nonce={nonce:016x}", until + layout.epoch())
}

/// A mark from its data. One beyond the layout's last timestamp says as much as one of that: ticket has written such.
pub(super) fn parse_mark(data: &[u8], version: i32, layout: &Layout) -> Option<Mark> {
    let unix: u64 = field(data, "until")?.parse().ok()?;
    Some(Mark {
        until: unix
            .checked_sub(layout.epoch())?
            .min(layout.max_timestamp()),
        nonce: field(data, "nonce").and_then(nonce)?,
        version,
    })
}

/// The layout, as kept with the marks.
pub(super) fn layout(layout: &Layout) -> String {
    format!(
        "epoch={} node_bits={} sequence_bits={}",
        layout.epoch(),
        layout.node_bits(),
        layout.sequence_bits()
    )
}

pub(super) fn parse_layout(data: &[u8]) -> Option<Layout> {
    let number = |key| field(data, key)?.parse::<u64>().ok();
    let width = |key| u32::try_from(number(key)?).ok();
    Layout::stored(
        number("epoch")?,
        width("node_bits")?,
        width("sequence_bits")?,
    )
}

/// The beginning of some data, for a sentence.
pub(super) fn shown(data: &[u8]) -> String {
    let begins = &data[..data.len().min(SHOWN)];
    let more = if data.len() > SHOWN { "..." } else { "" };
    format!("{}{more}", begins.escape_ascii())
}

/// At the most so many bytes are shown.
const SHOWN: usize = 40;

/// Unix milliseconds now, for a claim.
pub(super) fn now() -> u64 {
    clock::unix_millis()
}

fn nonce(text: &str) -> Option<u64> {
    let digits = text.len() == 16 && text.bytes().all(|c| c.is_ascii_hexdigit());
    digits.then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

fn field<'a>(data: &'a [u8], key: &str) -> Option<&'a str> {
    std::str::from_utf8(data)
        .ok()?
        .split(' ')
        .find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LAYOUT: Layout = Layout::ARTICLE;

    #[test]
    fn what_is_written_is_read_again() {
        let text = mark(500_000_000_000, 0xfeed, &LAYOUT);
        assert_eq!(text, "until=1762332800000 nonce=000000000000feed");
        let read = parse_mark(text.as_bytes(), 7, &LAYOUT).unwrap();
        assert_eq!(
            (read.until, read.nonce, read.version),
            (500_000_000_000, 0xfeed, 7)
        );
        let holder = Holder {
            host: "web 1".to_owned(),
            keeper: 12,
            sapi: "fpm-fcgi".to_owned(),
        };
        let claim = holder.claim(0xfeed, 1_762_332_800_000);
        let expected = "nonce=000000000000feed host=web_1 keeper=12 sapi=fpm-fcgi \
                        started=2025-11-05T08:53:20Z ticket=";
        assert!(claim.starts_with(expected), "{claim}");
        assert_eq!(claim_nonce(claim.as_bytes()), 0xfeed);
        assert_eq!(parse_layout(layout(&LAYOUT).as_bytes()), Some(LAYOUT));
    }

    #[test]
    fn what_others_wrote_is_no_mark_and_no_nonce() {
        for data in [
            "",
            "5",
            "until=5",
            "until=x nonce=000000000000feed",
            "until=1762332800000 nonce=feed",
            "until=1762332800000 nonce=+00000000000feed",
            // Before the epoch.
            "until=1262332799999 nonce=000000000000feed",
            "until=18446744073709551616 nonce=000000000000feed",
        ] {
            assert_eq!(parse_mark(data.as_bytes(), 0, &LAYOUT), None, "{data}");
        }
        assert_eq!(claim_nonce(b"127.0.0.1"), 0);
        assert_eq!(parse_layout(b"epoch=0 node_bits=99 sequence_bits=1"), None);
    }

    #[test]
    fn a_mark_past_the_end_of_the_layout_is_one_at_the_end() {
        let end = LAYOUT.max_timestamp();
        for until in [end - 1, end, end + 1, u64::MAX - LAYOUT.epoch()] {
            let text = mark(until, 7, &LAYOUT);
            let read = parse_mark(text.as_bytes(), 0, &LAYOUT).unwrap();
            assert_eq!(read.until, until.min(end));
        }
    }

    #[test]
    fn what_is_shown_is_short_and_printable() {
        assert_eq!(shown(b""), "");
        assert_eq!(shown(b"10.0.0.7"), "10.0.0.7");
        assert_eq!(shown("\0\n\"\u{e9}".as_bytes()), r#"\x00\n\"\xc3\xa9"#);
        assert_eq!(shown(&[b'x'; 1 << 20]), format!("{}...", "x".repeat(40)));
    }

    proptest! {
        #[test]
        fn nothing_that_is_read_does_harm(
            data in prop_oneof![
                any::<Vec<u8>>(),
                "(until|nonce|epoch|node_bits|sequence_bits)?=?[0-9a-fx+ -]{0,21}".prop_map(String::into_bytes),
                "until=[0-9]{0,21} ?nonce=[0-9a-f]{14,17}( .{0,5})?".prop_map(String::into_bytes),
                "epoch=[0-9]{0,21} node_bits=[0-9]{1,3} sequence_bits=[0-9]{1,3}".prop_map(String::into_bytes),
            ],
        ) {
            let _ = claim_nonce(&data);
            if let Some(mark) = parse_mark(&data, 0, &LAYOUT) {
                prop_assert!(mark.until <= LAYOUT.max_timestamp());
            }
            if let Some(layout) = parse_layout(&data) {
                prop_assert!(layout.node_bits() <= 14 && layout.timestamp_bits() < 64);
            }
        }
    }
}
