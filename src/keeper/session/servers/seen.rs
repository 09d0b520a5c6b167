//! What servers do that give no session, in words.

use std::time::Instant;

use crate::lease::zookeeper::TLS;

/// What a server was last seen to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// It would give a session.
    Healthy,
    /// It was asked for a session, and nothing is known yet.
    Asked(Instant),
    /// It does not accept the connection, and does not refuse it.
    Unreached(Instant),
    /// It has accepted the connection, and says nothing.
    Silent(Instant),
    Refused,
    /// There is no way to it.
    Unreachable(String),
    /// It closes the connection without a word.
    Closed,
    /// It is a ZooKeeper that is not in quorum.
    NotServing,
    /// It speaks TLS, which it is not to be spoken to in.
    Tls,
    /// It does not, and is.
    Plain,
    /// There is no TLS with it: why.
    NoTls(String),
    /// It has a certificate that is not accepted: why.
    Untrusted(String),
    /// It does not accept the client's: what of it.
    Unwelcome(String),
    /// It is no ZooKeeper, and begins like this.
    Stranger(String),
    /// It lets in only those who authenticate.
    Sasl,
    /// It would give a session, but gave none.
    Refusing,
}

impl Seen {
    /// Since when it does nothing, if that is so.
    pub(super) fn since(&mut self) -> Option<&mut Instant> {
        match self {
            Self::Asked(since) | Self::Unreached(since) | Self::Silent(since) => Some(since),
            _ => None,
        }
    }

    /// Whether a session might be had all the same: servers differ in how they answer a probe.
    pub(super) fn is_doubtful(&self) -> bool {
        matches!(
            self,
            Self::Healthy | Self::Asked(_) | Self::Silent(_) | Self::Closed | Self::Refusing
        )
    }

    /// The rest of a sentence that begins with one server, or several.
    fn words(&self, many: bool, now: Instant) -> String {
        let (is, has, speak, s) = match many {
            true => ("are", "have", "speak", ""),
            false => ("is", "has", "speaks", "s"),
        };
        let ms = |since: &Instant| now.saturating_duration_since(*since).as_millis();
        match self {
            Self::Healthy => format!("would give a session, but {has} not yet"),
            Self::Asked(since) => format!("{has} not answered for {} ms", ms(since)),
            Self::Unreached(since) => {
                format!("{has} not accepted the connection for {} ms", ms(since))
            }
            Self::Silent(since) => format!(
                "accepted the connection and {has} been silent for {} ms",
                ms(since)
            ),
            Self::Refused => "refused the connection; is ZooKeeper running there?".to_owned(),
            Self::Unreachable(why) => format!("cannot be reached: {why}"),
            Self::Closed => {
                "closed the connection without a word, as ZooKeeper does when one address has more \
                             connections than its maxClientCnxns"
                    .to_owned()
            }
            Self::NotServing => format!("{is} running, but not in quorum"),
            Self::Tls => format!(
                "{speak} TLS; write {TLS} before it in the DSN, and the same before all others, or name the plain port \
                 (clientPort)"
            ),
            Self::Plain => format!(
                "{speak} no TLS; name the secure port (secureClientPort), or leave out {TLS} in the DSN"
            ),
            Self::NoTls(why) => format!("agree{s} on no TLS: {why}"),
            Self::Untrusted(why) => format!("{has} a certificate {why}"),
            Self::Unwelcome(why) => format!("refuse{s} {why}"),
            Self::Stranger(line) => format!("{is} no ZooKeeper, but answered \"{line}\""),
            Self::Sasl => format!(
                "let{s} in only those who say who they are, by a scheme of enforce.auth.schemes; name credentials of one in \
                 ticket.zookeeper_auth, or in the option auth"
            ),
            Self::Refusing => "answered, but gave no session".to_owned(),
        }
    }
}

/// What servers and names do that are no help, as one text of at most so many bytes. What is alike is said once.
pub(super) fn told(
    servers: &[(&str, &Seen)],
    names: impl Iterator<Item = String>,
    most: usize,
    now: Instant,
) -> String {
    let mut kinds: Vec<(Seen, Vec<&str>)> = Vec::new();
    for &(server, seen) in servers {
        let alike = |kind: &Seen| match (kind, seen) {
            (Seen::Asked(_), Seen::Asked(_))
            | (Seen::Unreached(_), Seen::Unreached(_))
            | (Seen::Silent(_), Seen::Silent(_)) => true,
            (kind, seen) => kind == seen,
        };
        match kinds.iter_mut().find(|(kind, _)| alike(kind)) {
            Some((kind, alike)) => {
                // The last who began: it is true of all.
                if let (Some(since), Some(&mut other)) = (kind.since(), seen.clone().since()) {
                    *since = other.max(*since);
                }
                alike.push(server);
            }
            None => kinds.push((seen.clone(), vec![server])),
        }
    }
    let servers = kinds.iter().map(|(seen, servers)| {
        let words = seen.words(servers.len() > 1, now);
        format!("{} {words}", listed(servers))
    });
    let (mut text, more) = (String::new(), "; and so on");
    for part in servers.chain(names) {
        let separator = if text.is_empty() { "" } else { "; " };
        if text.len() + separator.len() + part.len() + more.len() > most {
            text += if text.is_empty() { "" } else { more };
            break;
        }
        text += separator;
        text += &part;
    }
    text
}

/// `a, b and c`; of many, how many more there are.
fn listed(servers: &[&str]) -> String {
    match servers {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] if servers.len() <= 5 => format!("{} and {last}", first.join(", ")),
        [a, b, c, rest @ ..] => format!("{a}, {b}, {c} and {} more", rest.len()),
        _ => servers.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_alike_is_said_once() {
        let now = Instant::now();
        let ago = |ms| now.checked_sub(Duration::from_millis(ms)).unwrap();
        let (silent, later) = (Seen::Silent(ago(900)), Seen::Silent(ago(800)));
        let servers = [
            ("a:1", &silent),
            ("b:1", &Seen::Refused),
            ("c:1", &later),
            ("d:1", &Seen::NotServing),
        ];
        let names = ["the host e cannot be resolved: no".to_owned()];
        assert_eq!(
            told(&servers, names.into_iter(), 1000, now),
            "a:1 and c:1 accepted the connection and have been silent for 800 ms; \
             b:1 refused the connection; is ZooKeeper running there?; d:1 is running, but not in quorum; \
             the host e cannot be resolved: no"
        );
    }

    #[test]
    fn what_is_too_long_ends_after_a_whole_sentence() {
        let now = Instant::now();
        let labels: Vec<String> = (0..20).map(|n| format!("10.0.0.{n}:2181")).collect();
        let servers: Vec<_> = labels
            .iter()
            .map(|label| (label.as_str(), &Seen::Refused))
            .collect();
        let text = told(&servers, std::iter::empty(), 1000, now);
        let first =
            "10.0.0.0:2181, 10.0.0.1:2181, 10.0.0.2:2181 and 17 more refused the connection";
        assert!(text.starts_with(first), "{text}");
        let seen: Vec<_> = (0..20)
            .map(|n| Seen::Stranger(format!("HTTP/1.1 {n}")))
            .collect();
        let servers: Vec<_> = labels.iter().map(String::as_str).zip(&seen).collect();
        for most in 0..1000 {
            let text = told(&servers, std::iter::empty(), most, now);
            assert!(text.len() <= most, "{text}");
            assert!(text.is_empty() || text.ends_with("\"; and so on"), "{text}");
        }
    }
}
