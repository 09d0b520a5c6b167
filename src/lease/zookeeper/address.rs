//! Where a registry is: the servers of `ticket.dsn`, and the parent znode of `ticket.path`.

use std::net::IpAddr;

use futures_rustls::rustls::pki_types::ServerName;

use crate::rule::kept;

/// ZooKeeper's own port, for servers that are named without one.
const PORT: u16 = 2181;

/// Before each server that is to be spoken to in TLS.
pub const TLS: &str = "tcp+tls://";

/// The longest DSN, and the longest path, in bytes: families keep them in memory that is shared.
pub const LONGEST: [usize; 2] = [1024, 512];

/// `host:port[,host:port...][/chroot]`, checked; each with [`TLS`] before it, or none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dsn {
    hosts: Vec<(String, u16)>,
    tls: bool,
    /// Empty, or a path.
    chroot: String,
}

impl Dsn {
    /// Checks a DSN.
    ///
    /// # Errors
    /// The rest of a sentence that begins with what holds the DSN.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST[0] {
            return Err(format!("must be no longer than {} bytes", LONGEST[0]));
        }
        let (mut servers, mut rest) = (vec![], text);
        let chroot = loop {
            let (tls, server) = match rest.strip_prefix(TLS) {
                Some(server) => (true, server),
                None => (false, rest),
            };
            let end = server.find([',', '/']).unwrap_or(server.len());
            servers.push((tls, &server[..end]));
            match server[end..].strip_prefix(',') {
                Some(next) => rest = next,
                None => break &server[end..],
            }
        };
        let tls = servers.iter().any(|(tls, _)| *tls);
        if tls && !servers.iter().all(|(tls, _)| *tls) && kept!("all_or_none_in_tls") {
            return Err(format!(
                "must have {TLS} before each server, or before none"
            ));
        }
        let hosts = servers.into_iter().map(|(_, server)| {
            let (host, port) = host_and_port(server).ok_or_else(|| {
                format!(
                    "must be host:port[,host:port...][/chroot], and \"{server}\" is no host:port"
                )
            })?;
            match tls && ServerName::try_from(host.as_str()).is_err() {
                true => Err(format!(
                    "has the host \"{host}\", which cannot be the name in a certificate"
                )),
                false => Ok((host, port)),
            }
        });
        let hosts = hosts.collect::<Result<_, _>>()?;
        // "host:2181/" is how some write that there is none.
        let chroot = if chroot == "/" { "" } else { chroot };
        if !chroot.is_empty() {
            check_path(chroot)
                .map_err(|problem| format!("has a chroot, {chroot}, that {problem}"))?;
        }
        Ok(Self {
            hosts,
            tls,
            chroot: chroot.to_owned(),
        })
    }

    /// The part of the servers' tree that this DSN is confined to; empty, or a path.
    #[must_use]
    pub fn chroot(&self) -> &str {
        &self.chroot
    }

    /// Whether all servers are some of another's, and spoken to in the same way.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.tls == other.tls && self.hosts.iter().all(|host| other.hosts.contains(host))
    }

    /// Whether the servers are spoken to in TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// The servers' names, or addresses, and ports.
    #[must_use]
    pub fn hosts(&self) -> &[(String, u16)] {
        &self.hosts
    }
}

fn host_and_port(server: &str) -> Option<(String, u16)> {
    let (host, port) = match server.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            host.parse::<IpAddr>().ok()?;
            match rest.strip_prefix(':') {
                Some(port) => (host, Some(port)),
                None if rest.is_empty() => (host, None),
                None => return None,
            }
        }
        None => match server.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (server, None),
        },
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
    if host.is_empty() || !host.chars().all(plain) {
        return None;
    }
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    let port = match port {
        None => PORT,
        Some(text) => text.parse().ok().filter(|&port| port > 0 && digits(text))?,
    };
    Some((host.to_owned(), port))
}

/// What is wrong with a path of a registry, if anything.
///
/// # Errors
/// The rest of a sentence that begins with what holds the path.
pub fn check_path(path: &str) -> Result<(), &'static str> {
    if path.len() > LONGEST[1] {
        return Err("must be no longer than 512 bytes");
    }
    if path == "/" {
        return Err("must name a znode below the root");
    }
    check_znode(path)
}

/// What is wrong with a path, by ZooKeeper's rules, if anything.
///
/// # Errors
/// As [`check_path`].
pub fn check_znode(path: &str) -> Result<(), &'static str> {
    let Some(names) = path.strip_prefix('/') else {
        return Err("must begin with a slash");
    };
    if names.is_empty() {
        return Ok(());
    }
    if names.split('/').any(|name| matches!(name, "" | "." | "..")) {
        return Err("must not hold an empty name, \".\" or \"..\", nor end with a slash");
    }
    // What ZooKeeper's PathUtils refuses, alike from 3.5 to 3.9.
    let refused = |c: char| matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}');
    if path.contains(refused) {
        return Err("must be of printable characters in UTF-8");
    }
    // It looks at UTF-16, where these are two surrogates, and refuses each.
    if path.contains(|c| c > '\u{ffff}') {
        return Err(
            "must not hold characters beyond U+FFFF, such as emoji, which ZooKeeper refuses",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn servers_have_ports_and_may_have_a_chroot() {
        let dsn = Dsn::parse("a.b-c_d:1,[::1]:2,10.0.0.1,[fe80::1]/x/y").unwrap();
        let hosts = [
            ("a.b-c_d", 1),
            ("::1", 2),
            ("10.0.0.1", 2181),
            ("fe80::1", 2181),
        ];
        assert_eq!(dsn.hosts, hosts.map(|(host, port)| (host.to_owned(), port)));
        assert_eq!(dsn.chroot(), "/x/y");
        assert_eq!(Dsn::parse("a:1/").unwrap().chroot(), "");
        assert!(!dsn.is_tls());
    }

    #[test]
    fn servers_are_within_others_by_name_port_and_tls() {
        let all = Dsn::parse("tcp+tls://a:1,tcp+tls://b:2/x").unwrap();
        let is = |text: &str| Dsn::parse(text).unwrap().is_within(&all);
        assert!(is("tcp+tls://b:2/y") && is("tcp+tls://b:2,tcp+tls://a:1"));
        assert!(!is("b:2") && !is("tcp+tls://b:1") && !is("tcp+tls://a:1,tcp+tls://c:1"));
    }

    #[test]
    fn tls_is_before_each_server() {
        let dsn = Dsn::parse("tcp+tls://a:1,tcp+tls://[::1]:2,tcp+tls://10.0.0.1/x,y").unwrap();
        let hosts = [("a", 1), ("::1", 2), ("10.0.0.1", 2181)];
        assert_eq!(dsn.hosts, hosts.map(|(host, port)| (host.to_owned(), port)));
        assert_eq!((dsn.chroot(), dsn.is_tls()), ("/x,y", true));
        for text in ["tcp+tls://a:1,b:2", "a:1,tcp+tls://b:2"] {
            let problem = Dsn::parse(text).unwrap_err();
            assert!(problem.contains("before each server"), "{problem}");
        }
        assert!(Dsn::parse("tcp+tls://a-:1").unwrap_err().contains("\"a-\""));
        assert!(Dsn::parse("tcp+tls://").is_err());
        // A plain one need not be a name of DNS.
        assert!(Dsn::parse("a-:1").is_ok());
    }

    #[test]
    fn what_is_no_dsn_is_refused_with_the_part_that_is_none() {
        for (text, part) in [
            ("", "\"\""),
            (",", "\"\""),
            ("a:1,,b:2", "\"\""),
            ("a:0", "a:0"),
            ("a:+1", "a:+1"),
            ("a:65536", "a:65536"),
            ("a:b", "a:b"),
            ("a b:1", "a b:1"),
            ("::1", "::1"),
            ("[::1", "[::1"),
            ("[a]:1", "[a]:1"),
            ("[::1]2", "[::1]2"),
            ("zk://a:1", "zk:"),
            ("a:1/x/", "/x/"),
            ("a:1//x", "//x"),
            ("a:1/x/../y", "/x/../y"),
        ] {
            let problem = Dsn::parse(text).unwrap_err();
            assert!(problem.contains(part), "{text}: {problem}");
        }
    }

    #[test]
    fn what_is_too_long_is_refused_and_not_cut() {
        let dsn = |length: usize| format!("{}:1", "a".repeat(length - 2));
        assert!(Dsn::parse(&dsn(1024)).is_ok());
        assert!(Dsn::parse(&dsn(1025)).unwrap_err().contains("1024 bytes"));
        assert_eq!(check_path(&format!("/{}", "a".repeat(511))), Ok(()));
        assert!(check_path(&format!("/{}", "a".repeat(512))).is_err());
    }

    /// ZooKeeper's `PathUtils.validatePath`, from 3.5 to 3.9, line by line.
    fn zookeeper_takes(path: &str) -> bool {
        let chars: Vec<u16> = path.encode_utf16().collect();
        let [slash, dot] = [u16::from(b'/'), u16::from(b'.')];
        if chars.first() != Some(&slash) {
            return false;
        }
        if chars.len() == 1 {
            return true;
        }
        if chars.last() == Some(&slash) {
            return false;
        }
        for i in 1..chars.len() {
            let (c, last) = (chars[i], chars[i - 1]);
            let ends = i + 1 == chars.len() || chars[i + 1] == slash;
            let refused = if c == 0 || c == slash && last == slash {
                true
            } else if c == dot && last == dot {
                chars[i - 2] == slash && ends
            } else if c == dot {
                last == slash && ends
            } else {
                matches!(c, 1..=0x1f | 0x7f..=0x9f | 0xd800..=0xf8ff | 0xfff0..=0xffff)
            };
            if refused {
                return false;
            }
        }
        true
    }

    proptest! {
        #[test]
        fn a_path_is_refused_where_zookeeper_refuses_it_and_the_root_and_long_ones_besides(
            path in prop_oneof![
                any::<String>(),
                "/{0,2}([a.]{0,3}/){0,3}[a.]{0,3}",
                "/[\\x00-\\x{a0}]{1,3}",
                "/[\\x{d7f0}-\\x{10010}]{1,3}",
                "/a[\\x{10000}-\\x{10ffff}]?",
                "/[\\x{fe0}-\\x{10010}\\x{f8f0}-\\x{f910}]{1,2}",
            ],
        ) {
            let stricter = path == "/" || path.len() > LONGEST[1];
            prop_assert_eq!(check_path(&path).is_ok(), zookeeper_takes(&path) && !stricter);
            prop_assert_eq!(check_znode(&path).is_ok(), zookeeper_takes(&path));
        }

        #[test]
        fn nothing_that_is_given_does_harm(
            text in prop_oneof![any::<String>(), "[a-c0-9.:,/\\[\\]-]{0,40}", "((tcp\\+tls://)?[a-c0-9.:\\[\\]_-]{0,9},?){1,3}", "(\\[?[a-f0-9:.]{1,9}\\]?(:[0-9]{1,6})?,?){1,4}(/[a.]{0,3}){0,3}"],
        ) {
            let _ = check_path(&text);
            if let Ok(dsn) = Dsn::parse(&text) {
                prop_assert!(!dsn.hosts.is_empty() && dsn.hosts.iter().all(|(_, port)| *port > 0));
                prop_assert!(dsn.chroot().is_empty() || check_path(dsn.chroot()).is_ok());
            }
        }
    }
}
