//! The settings, from the text in php.ini to checked values.

use std::ffi::CStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use zookeeper_client::Acl;

use crate::cache::CACHES;
use crate::cache::arena::{LARGEST, SMALLEST};
use crate::id::Layout;
use crate::keeper::{Place, TlsFiles};
use crate::lease::zookeeper::{Dsn, TLS, check_path, parse_acl};

/// Every setting and its default.
pub const DEFAULTS: [(&CStr, &CStr); 25] = [
    (c"ticket.dsn", c""),
    (c"ticket.path", c"/sim/ticket"),
    (c"ticket.session_timeout", c"10000"),
    (c"ticket.window", c"30000"),
    (c"ticket.release_timeout", c"1000"),
    (c"ticket.local_path", c"/dev/shm/ticket"),
    (c"ticket.lease", c"startup"),
    (c"ticket.acquire_timeout", c"5000"),
    (c"ticket.clock_tolerance", c"1000"),
    (c"ticket.epoch", c"1262332800000"),
    (c"ticket.node_bits", c"10"),
    (c"ticket.sequence_bits", c"12"),
    (c"ticket.zookeeper_timeout", c"5000"),
    (c"ticket.max_packet", c"1047552"),
    (c"ticket.max_sessions", c"256"),
    (c"ticket.watch_signal", c"auto"),
    (c"ticket.zookeeper_class", c"auto"),
    (c"ticket.cache", c""),
    (c"ticket.cache_size", c"16M"),
    (c"ticket.cache_max_age", c"0"),
    (c"ticket.zookeeper_tls_ca", c""),
    (c"ticket.zookeeper_tls_cert", c""),
    (c"ticket.zookeeper_tls_key", c""),
    (c"ticket.zookeeper_auth", c""),
    (c"ticket.zookeeper_acl", c"world"),
];

/// The longest time, in ms, that a setting may give: an hour.
pub const LONGEST: u64 = 3_600_000;

/// The shortest limit on a request, and the longest, in bytes. A server's `jute.maxbuffer` is rarely more than some MiB, for
/// each request is in its memory several times.
const PACKETS: [u64; 2] = [1 << 10, 64 << 20];

/// Each is a connection of the keeper's, and of a server's.
const MOST_SESSIONS: u64 = 10_000;

/// The shortest session, and the shortest window, in ms.
pub const SHORTEST: u64 = 100;

/// What a family is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `ticket.epoch`, `ticket.node_bits`, `ticket.sequence_bits`.
    pub layout: Layout,
    /// `ticket.dsn` and `ticket.path`; `None`: the family's registry is the local one.
    pub zookeeper: Option<Tree>,
    /// `ticket.session_timeout`, which ZooKeeper may change.
    pub session_timeout: Duration,
    /// `ticket.window`, ms: how long ZooKeeper may be away.
    pub window: u64,
    /// `ticket.release_timeout`: the longest that PHP's end waits for ZooKeeper.
    pub release_timeout: Duration,
    /// `ticket.local_path`.
    pub local_path: PathBuf,
    /// `ticket.lease` is `startup` and not `first_use`.
    pub lease_at_startup: bool,
    /// `ticket.acquire_timeout`: the longest that a call may wait.
    pub acquire_timeout: Duration,
    /// `ticket.clock_tolerance`, ms.
    pub clock_tolerance: u64,
    /// `ticket.zookeeper_timeout`: the longest that a call of a client may take.
    pub zookeeper_timeout: Duration,
    /// `ticket.max_packet`, bytes: the longest request of a client.
    pub max_packet: usize,
    /// `ticket.max_sessions`: sessions of clients' own that there may be at a time.
    pub max_sessions: usize,
    /// `ticket.watch_signal` is `auto` and not `off`.
    pub watch_signal: bool,
    /// `ticket.zookeeper_class` is `auto` and not `off`: php-zookeeper's classes are there, unless it has them itself.
    pub zookeeper_class: bool,
    /// `ticket.cache`: what is cached from the start, in the order given.
    pub caches: Vec<String>,
    /// `ticket.cache_size`, bytes; 0: nothing is cached.
    pub cache_size: usize,
    /// `ticket.cache_max_age`: what is older is not served; `None`: it is, however old it is.
    pub cache_max_age: Option<Duration>,
    /// `ticket.zookeeper_tls_ca`, `ticket.zookeeper_tls_cert`, `ticket.zookeeper_tls_key`.
    pub tls: TlsFiles,
    /// `ticket.zookeeper_auth`.
    pub auth: Place,
    /// `ticket.zookeeper_acl`.
    pub acl: Vec<Acl>,
}

/// A registry in ZooKeeper: servers, and a parent znode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tree<T = String> {
    /// `host:port[,host:port...][/chroot]`, checked.
    pub dsn: T,
    /// The parent znode, checked.
    pub path: T,
}

impl Settings {
    /// Reads all settings with `text`, which is given the name.
    ///
    /// # Errors
    /// A sentence that names the first bad setting and what it may be.
    pub fn read(text: impl Fn(&CStr) -> String, unix_now: u64) -> Result<Self, String> {
        let between = |name: &CStr, min: u64, max: u64| -> Result<u64, String> {
            let (shown, given) = (name.to_string_lossy(), text(name));
            let valid = given.parse().ok().filter(|n| (min..=max).contains(n));
            valid.ok_or_else(|| {
                format!("{shown} must be a whole number from {min} to {max}, \"{given}\" given")
            })
        };
        let number = |name, max| between(name, 0, max);
        let (dsn, path) = (text(c"ticket.dsn"), text(c"ticket.path"));
        let tls = tls_files(&text)?;
        check_path(&path).map_err(|problem| format!("ticket.path {problem}, \"{path}\" given"))?;
        let zookeeper = match dsn.is_empty() {
            true => None,
            false => {
                let servers = Dsn::parse(&dsn)
                    .map_err(|problem| format!("ticket.dsn {problem}, \"{dsn}\" given"))?;
                if servers.is_tls() && tls.ca.is_empty() {
                    return Err(format!(
                        "ticket.dsn has {TLS}, which needs ticket.zookeeper_tls_ca: a file with the certificate of whoever \
                         has signed the servers', \"{dsn}\" given"
                    ));
                }
                Some(Tree { dsn, path })
            }
        };
        let auth = auth(&text(c"ticket.zookeeper_auth"), zookeeper.is_some())?;
        let acl = text(c"ticket.zookeeper_acl");
        let acl = parse_acl(&acl)
            .map_err(|problem| format!("ticket.zookeeper_acl {problem}; \"{acl}\" given"))?;
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
        let cache_size = cache_size(&text)?;
        let caches = caches(&text(c"ticket.cache"), zookeeper.is_some(), cache_size)?;
        let cache_max_age = number(c"ticket.cache_max_age", LONGEST)?;
        let duration = |name, min| between(name, min, LONGEST).map(Duration::from_millis);
        Ok(Self {
            layout,
            zookeeper,
            session_timeout: duration(c"ticket.session_timeout", SHORTEST)?,
            window: between(c"ticket.window", SHORTEST, LONGEST)?,
            release_timeout: duration(c"ticket.release_timeout", 0)?,
            local_path: PathBuf::from(local_path),
            lease_at_startup,
            acquire_timeout: duration(c"ticket.acquire_timeout", 0)?,
            clock_tolerance: number(c"ticket.clock_tolerance", LONGEST)?,
            zookeeper_timeout: duration(c"ticket.zookeeper_timeout", 1)?,
            // Both fit.
            max_packet: between(c"ticket.max_packet", PACKETS[0], PACKETS[1])? as usize,
            max_sessions: between(c"ticket.max_sessions", 1, MOST_SESSIONS)? as usize,
            watch_signal: auto_or_off(&text, c"ticket.watch_signal")?,
            zookeeper_class: zookeeper_class(&text)?,
            caches,
            cache_size,
            cache_max_age: (cache_max_age > 0).then(|| Duration::from_millis(cache_max_age)),
            tls,
            auth,
            acl,
        })
    }
}

fn auth(given: &str, has_dsn: bool) -> Result<Place, String> {
    let place = place(given).ok_or(
        "ticket.zookeeper_auth must be file: and the absolute path of a file, or env: and the name of a variable; what is given \
         is not shown, for it may be a secret",
    )?;
    match has_dsn || place == Place::Nowhere {
        true => Ok(place),
        false => Err(format!(
            "ticket.zookeeper_auth needs ticket.dsn, whose servers alone are given what is there; \"{given}\" given"
        )),
    }
}

/// `ticket.zookeeper_auth`: where credentials are, and never what they are. `None`: it is no place.
#[must_use]
pub fn place(given: &str) -> Option<Place> {
    if given.is_empty() {
        return Some(Place::Nowhere);
    }
    if let Some(path) = given.strip_prefix("file:") {
        return check_directory(path)
            .is_ok()
            .then(|| Place::File(path.to_owned()));
    }
    let name = given.strip_prefix("env:")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!name.is_empty() && name.chars().all(plain)).then(|| Place::Variable(name.to_owned()))
}

/// `ticket.zookeeper_tls_ca` and so on: absolute paths, or nothing.
fn tls_files(text: impl Fn(&CStr) -> String) -> Result<TlsFiles, String> {
    let file = |name: &CStr| {
        let (shown, given) = (name.to_string_lossy(), text(name));
        match given.is_empty() {
            true => Ok(given),
            false => match check_directory(&given) {
                Ok(()) => Ok(given),
                Err(problem) => Err(format!("{shown} {problem}, \"{given}\" given")),
            },
        }
    };
    let files = TlsFiles {
        ca: file(c"ticket.zookeeper_tls_ca")?,
        cert: file(c"ticket.zookeeper_tls_cert")?,
        key: file(c"ticket.zookeeper_tls_key")?,
    };
    match [&files.cert, &files.key].map(|file| file.is_empty()) {
        [true, false] => Err(format!(
            "ticket.zookeeper_tls_key needs ticket.zookeeper_tls_cert, which is empty; \"{}\" given",
            files.key
        )),
        [false, true] => Err(format!(
            "ticket.zookeeper_tls_cert needs ticket.zookeeper_tls_key, which is empty; \"{}\" given",
            files.cert
        )),
        _ => Ok(files),
    }
}

/// `ticket.cache_size`: bytes, or with PHP's letters.
fn cache_size(text: impl Fn(&CStr) -> String) -> Result<usize, String> {
    let given = text(c"ticket.cache_size");
    let unit = |letter: char| {
        "kmg"
            .find(letter.to_ascii_lowercase())
            .map(|at| 10 * (at + 1))
    };
    let (number, shift) = match given.chars().last().and_then(unit) {
        Some(shift) => (&given[..given.len() - 1], shift),
        None => (given.as_str(), 0),
    };
    let bytes = number
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_mul(1 << shift));
    let may_be = |bytes: &usize| *bytes == 0 || (SMALLEST..=LARGEST).contains(bytes);
    bytes.filter(may_be).ok_or_else(|| {
        format!(
            "ticket.cache_size must be 0 or a whole number of bytes from {}K to {}G, with K, M or G behind it or without, \
             \"{given}\" given",
            SMALLEST >> 10,
            LARGEST >> 30
        )
    })
}

/// `ticket.cache`: paths, with commas between them.
fn caches(given: &str, has_dsn: bool, size: usize) -> Result<Vec<String>, String> {
    let mut paths: Vec<String> = vec![];
    for path in given.split(',').map(str::trim) {
        if path.is_empty() && given.trim().is_empty() {
            break;
        }
        check_cached(path).map_err(|problem| {
            format!("ticket.cache must be a list of paths with commas between them, and \"{path}\" {problem}; \"{given}\" given")
        })?;
        if !paths.iter().any(|known| known == path) {
            paths.push(path.to_owned());
        }
    }
    match paths.len() {
        0 => Ok(paths),
        _ if !has_dsn => Err(format!(
            "ticket.cache needs ticket.dsn, which is empty; \"{given}\" given"
        )),
        _ if size == 0 => Err(format!(
            "ticket.cache needs memory, and ticket.cache_size is 0; \"{given}\" given"
        )),
        many if many > CACHES => Err(format!(
            "ticket.cache may name {CACHES} paths, {many} given"
        )),
        _ => Ok(paths),
    }
}

/// What is wrong with the path of a cache, if anything.
///
/// # Errors
/// The rest of a sentence that begins with what holds it.
pub fn check_cached(path: &str) -> Result<(), &'static str> {
    match path {
        "/" => Ok(()),
        _ => check_path(path),
    }
}

/// `ticket.zookeeper_class`, which PHP asks for also where another setting is wrong: what an application calls
/// `Zookeeper` is not to be in its way.
///
/// # Errors
/// A sentence, as [`Settings::read`].
pub fn zookeeper_class(text: impl Fn(&CStr) -> String) -> Result<bool, String> {
    auto_or_off(&text, c"ticket.zookeeper_class")
}

fn auto_or_off(text: impl Fn(&CStr) -> String, name: &CStr) -> Result<bool, String> {
    match text(name).as_str() {
        "auto" => Ok(true),
        // Of `off` without quotes php.ini makes an empty text.
        "off" | "" | "0" => Ok(false),
        other => Err(format!(
            "{} must be \"auto\" or \"off\", \"{other}\" given",
            name.to_string_lossy()
        )),
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
    use proptest::prelude::*;

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
        assert_eq!(settings.zookeeper, None);
        assert_eq!(settings.session_timeout, Duration::from_secs(10));
        assert_eq!(
            (settings.window, settings.release_timeout.as_millis()),
            (30_000, 1000)
        );
        assert!(settings.lease_at_startup);
        assert_eq!(settings.acquire_timeout, Duration::from_secs(5));
        assert_eq!(settings.clock_tolerance, 1000);
        assert_eq!(settings.zookeeper_timeout, Duration::from_secs(5));
        // A server's own limit as it comes, less what is around a request.
        assert_eq!(settings.max_packet, (1 << 20) - 1024);
        assert_eq!(settings.max_sessions, 256);
    }

    #[test]
    fn a_bad_value_is_named_with_its_setting() {
        for (name, value) in [
            (c"ticket.dsn", "127.0.0.1:2181:"),
            (c"ticket.path", ""),
            (c"ticket.path", "sim/ticket"),
            (c"ticket.session_timeout", "99"),
            (c"ticket.window", "99"),
            (c"ticket.window", "3600001"),
            (c"ticket.release_timeout", "3600001"),
            (c"ticket.local_path", ""),
            (c"ticket.local_path", "ticket"),
            (c"ticket.lease", "sometimes"),
            (c"ticket.watch_signal", "on"),
            (c"ticket.acquire_timeout", "5s"),
            (c"ticket.acquire_timeout", "-1"),
            (c"ticket.acquire_timeout", "3600001"),
            (c"ticket.clock_tolerance", ""),
            (c"ticket.zookeeper_timeout", "0"),
            (c"ticket.max_packet", "1023"),
            (c"ticket.max_packet", "1M"),
            (c"ticket.max_packet", "67108865"),
            (c"ticket.max_sessions", "0"),
            (c"ticket.max_sessions", "10001"),
            (c"ticket.zookeeper_class", "on"),
            (c"ticket.cache", "/a"),
            (c"ticket.cache", "a"),
            (c"ticket.cache", "/a,,/b"),
            (c"ticket.cache_size", ""),
            (c"ticket.cache_size", "M"),
            (c"ticket.cache_size", "255K"),
            (c"ticket.cache_size", "17G"),
            (c"ticket.cache_size", "99999999999999999999G"),
            (c"ticket.cache_size", "-1"),
            (c"ticket.cache_size", "1.5M"),
            (c"ticket.cache_size", "\u{e9}"),
            (c"ticket.cache_max_age", "3600001"),
            (c"ticket.dsn", "tcp+tls://127.0.0.1:2281"),
            (c"ticket.zookeeper_tls_ca", "ca.pem"),
            (c"ticket.zookeeper_acl", "everybody"),
            (c"ticket.zookeeper_tls_cert", "/cert.pem"),
            (c"ticket.zookeeper_tls_key", "/key.pem"),
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
    fn a_secret_is_no_place_and_is_not_told() {
        for secret in [
            "digest:shop:hush",
            "hush",
            "file:hush",
            "env:",
            "env:hu-sh",
            "env:hush=x",
        ] {
            let reason = with(c"ticket.zookeeper_auth", secret).unwrap_err();
            assert!(!reason.contains("hu"), "{reason}");
        }
        assert_eq!(
            place("file:/run/zk"),
            Some(Place::File("/run/zk".to_owned()))
        );
        assert_eq!(
            place("env:ZK_AUTH"),
            Some(Place::Variable("ZK_AUTH".to_owned()))
        );
    }

    #[test]
    fn good_values_are_taken() {
        let dsn = "127.0.0.1:2181,[::1]:2181/x";
        let tree = Tree {
            dsn: dsn.to_owned(),
            path: "/sim/ticket".to_owned(),
        };
        assert_eq!(with(c"ticket.dsn", dsn).unwrap().zookeeper, Some(tree));
        assert!(!with(c"ticket.lease", "first_use").unwrap().lease_at_startup);
        assert!(with(c"", "").unwrap().zookeeper_class);
        assert_eq!(with(c"", "").unwrap().cache_size, 16 << 20);
        for (given, bytes) in [
            ("0", 0),
            ("256k", 256 << 10),
            ("1G", 1 << 30),
            ("300000", 300_000),
        ] {
            let settings = with(c"ticket.cache_size", given).unwrap();
            assert_eq!(settings.cache_size, bytes);
        }
        let caches = |given: &str, size| caches(given, true, size);
        assert_eq!(caches(" /a, /b/c,/a", 1).unwrap(), ["/a", "/b/c"]);
        assert_eq!(caches(" ", 1).unwrap(), Vec::<String>::new());
        assert!(caches("/a", 0).is_err());
        let many: Vec<_> = (0..=CACHES).map(|n| format!("/{n}")).collect();
        let many = many.join(",");
        assert!(super::caches(&many, true, 1).is_err());
        assert!(caches("/", 1).is_ok());
        for off in ["off", "", "0"] {
            assert!(!with(c"ticket.watch_signal", off).unwrap().watch_signal);
            assert!(
                !with(c"ticket.zookeeper_class", off)
                    .unwrap()
                    .zookeeper_class
            );
        }
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

    proptest! {
        #[test]
        fn whatever_is_given_is_taken_as_it_is_or_refused_by_name(
            (name, default) in prop::sample::select(DEFAULTS.to_vec()),
            given in prop_oneof![any::<String>(), "[-+0-9a-z.:,/\\[\\] ]{0,30}", "[0-9]{1,20}"],
        ) {
            match with(name, &given) {
                Err(reason) => {
                    let name = name.to_str().unwrap();
                    prop_assert!(reason.contains(name) || reason.contains("ticket.sequence_bits"), "{reason}");
                }
                Ok(settings) => {
                    let times = [settings.window, settings.clock_tolerance];
                    prop_assert!(times.iter().all(|time| *time <= LONGEST));
                    let bits = settings.layout.node_bits() + settings.layout.sequence_bits();
                    prop_assert_eq!(settings.layout.timestamp_bits() + bits, 64);
                    prop_assert!(settings.local_path.is_absolute());
                    prop_assert!(default.to_str().is_ok());
                }
            }
        }
    }
}
