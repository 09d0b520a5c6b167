//! The settings, from the text in php.ini to checked values.

use std::ffi::CStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::id::Layout;

/// Every setting and its default.
pub const DEFAULTS: [(&CStr, &CStr); 8] = [
    (c"ticket.dsn", c""),
    (c"ticket.local_path", c"/dev/shm/ticket"),
    (c"ticket.lease", c"startup"),
    (c"ticket.acquire_timeout", c"5000"),
    (c"ticket.clock_tolerance", c"1000"),
    (c"ticket.epoch", c"1262332800000"),
    (c"ticket.node_bits", c"10"),
    (c"ticket.sequence_bits", c"12"),
];

/// The longest time, in ms, that a setting may give: an hour.
const LONGEST: u64 = 3_600_000;

/// What a family is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `ticket.epoch`, `ticket.node_bits`, `ticket.sequence_bits`.
    pub layout: Layout,
    /// `ticket.local_path`.
    pub local_path: PathBuf,
    /// `ticket.lease` is `startup` and not `first_use`.
    pub lease_at_startup: bool,
    /// `ticket.acquire_timeout`: the longest that a call may wait.
    pub acquire_timeout: Duration,
    /// `ticket.clock_tolerance`, ms.
    pub clock_tolerance: u64,
}

impl Settings {
    /// Reads all settings with `text`, which is given the name.
    ///
    /// # Errors
    /// A sentence that names the first bad setting and what it may be.
    pub fn read(text: impl Fn(&CStr) -> String, unix_now: u64) -> Result<Self, String> {
        let number = |name: &CStr, max: u64| -> Result<u64, String> {
            let (shown, given) = (name.to_string_lossy(), text(name));
            let valid = given.parse().ok().filter(|&n| n <= max);
            valid.ok_or_else(|| {
                format!("{shown} must be a whole number from 0 to {max}, \"{given}\" given")
            })
        };
        let dsn = text(c"ticket.dsn");
        if !dsn.is_empty() {
            return Err(format!(
                "ticket.dsn must be empty, \"{dsn}\" given: this version of ticket leases node IDs on one \
                 machine only"
            ));
        }
        let local_path = text(c"ticket.local_path");
        check_directory(&local_path)
            .map_err(|problem| format!("ticket.local_path {problem}, \"{local_path}\" given"))?;
        let lease_at_startup = match text(c"ticket.lease").as_str() {
            "startup" => true,
            "first_use" => false,
            other => {
                return Err(format!(
                    "ticket.lease must be \"startup\" or \"first_use\", \"{other}\" given"
                ));
            }
        };
        // The widths are cut here only where `Layout` refuses them anyway.
        let width = |name| number(name, 64).map(|bits| bits as u32);
        let layout = Layout::new(
            number(c"ticket.epoch", u64::MAX)?,
            width(c"ticket.node_bits")?,
            width(c"ticket.sequence_bits")?,
            unix_now,
        )?;
        Ok(Self {
            layout,
            local_path: PathBuf::from(local_path),
            lease_at_startup,
            acquire_timeout: Duration::from_millis(number(c"ticket.acquire_timeout", LONGEST)?),
            clock_tolerance: number(c"ticket.clock_tolerance", LONGEST)?,
        })
    }
}

/// What is wrong with the name of a local registry's directory, if anything.
///
/// # Errors
/// The rest of a sentence that begins with what holds the name.
pub fn check_directory(name: &str) -> Result<(), &'static str> {
    if !Path::new(name).is_absolute() {
        // A relative one would mean another registry wherever a process happens to stand.
        Err("must be an absolute path")
    } else if name.contains(char::REPLACEMENT_CHARACTER) {
        // Where a name from PHP is not UTF-8, this stands for what is not.
        Err("must be in UTF-8")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_790_000_000_000;

    fn with(name: &'static CStr, value: &str) -> Result<Settings, String> {
        let text = |asked: &CStr| {
            let default = DEFAULTS
                .iter()
                .find(|(known, _)| *known == asked)
                .unwrap()
                .1;
            if asked == name {
                value.to_owned()
            } else {
                default.to_str().unwrap().to_owned()
            }
        };
        Settings::read(text, NOW)
    }

    #[test]
    fn the_defaults_are_the_articles() {
        let settings = with(c"", "").unwrap();
        assert_eq!(settings.layout, Layout::ARTICLE);
        assert_eq!(settings.local_path, Path::new("/dev/shm/ticket"));
        assert!(settings.lease_at_startup);
        assert_eq!(settings.acquire_timeout, Duration::from_secs(5));
        assert_eq!(settings.clock_tolerance, 1000);
    }

    #[test]
    fn a_bad_value_is_named_with_its_setting() {
        for (name, value) in [
            (c"ticket.dsn", "127.0.0.1:2181"),
            (c"ticket.local_path", ""),
            (c"ticket.local_path", "ticket"),
            (c"ticket.lease", "sometimes"),
            (c"ticket.acquire_timeout", "5s"),
            (c"ticket.acquire_timeout", "-1"),
            (c"ticket.acquire_timeout", "3600001"),
            (c"ticket.clock_tolerance", ""),
            (c"ticket.epoch", "2010-01-01"),
            (c"ticket.epoch", "1790000000001"),
            (c"ticket.node_bits", "15"),
            (c"ticket.node_bits", "99999999999"),
            (c"ticket.sequence_bits", "0"),
        ] {
            let reason = with(name, value).unwrap_err();
            assert!(reason.contains(name.to_str().unwrap()), "{reason}");
            assert!(reason.contains(value), "{reason}");
        }
    }

    #[test]
    fn good_values_are_taken() {
        assert!(!with(c"ticket.lease", "first_use").unwrap().lease_at_startup);
        assert_eq!(
            with(c"ticket.clock_tolerance", "0")
                .unwrap()
                .clock_tolerance,
            0
        );
        assert_eq!(
            with(c"ticket.node_bits", "11").unwrap().layout.max_node(),
            2047
        );
    }
}
