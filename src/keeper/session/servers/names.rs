//! The addresses of the servers that are named, all looked up at once: a name that nobody answers for holds up nothing.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use async_channel::{Receiver, Sender};
use async_executor::LocalExecutor;

use crate::lease::zookeeper::Dsn;

/// How often names are looked up again while there is no session.
const EVERY: Duration = Duration::from_secs(1);

/// After what time it is worth a word that DNS has not answered.
const LATE: Duration = Duration::from_millis(50);

pub(super) type Found = Result<Vec<SocketAddr>, String>;

/// The servers' names.
pub(super) struct Names {
    hosts: Vec<Host>,
    sender: Sender<(usize, Found)>,
    pub(super) answers: Receiver<(usize, Found)>,
}

struct Host {
    name: String,
    port: u16,
    is_address: bool,
    /// A lookup takes a thread, so there is one at a time: since when, if there is.
    under_way: Option<Instant>,
    asked: Option<Instant>,
    found: Option<Found>,
}

impl Names {
    pub(super) fn new(dsn: &Dsn) -> Self {
        let (sender, answers) = async_channel::unbounded();
        let host = |(name, port): &(String, u16)| {
            let address = name.parse::<IpAddr>().ok();
            Host {
                name: name.clone(),
                port: *port,
                is_address: address.is_some(),
                under_way: None,
                asked: None,
                found: address.map(|address| Ok(vec![SocketAddr::new(address, *port)])),
            }
        };
        Self {
            hosts: dsn.hosts().iter().map(host).collect(),
            sender,
            answers,
        }
    }

    /// Looks up all names. What was known of them is forgotten: it may be others' addresses by now.
    pub(super) fn look_up(&mut self, executor: &LocalExecutor<'static>) {
        for host in self.hosts.iter_mut().filter(|host| !host.is_address) {
            host.found = None;
            host.asked = None;
        }
        self.look_again(executor);
    }

    /// Looks up those names again that were not for a while.
    pub(super) fn look_again(&mut self, executor: &LocalExecutor<'static>) {
        let now = Instant::now();
        for (index, host) in self.hosts.iter_mut().enumerate() {
            let due = host.asked.is_none_or(|asked| now > asked + EVERY);
            if host.is_address || host.under_way.is_some() || !due {
                continue;
            }
            host.under_way = Some(now);
            host.asked = Some(now);
            let (name, port, sender) = (host.name.clone(), host.port, self.sender.clone());
            let look_up = async move {
                // On a thread.
                let found = async_net::resolve((name, port)).await;
                let _ = sender.try_send((index, found.map_err(|error| plain(&error.to_string()))));
            };
            executor.spawn(look_up).detach();
        }
    }

    /// Notes an answer.
    pub(super) fn answered(&mut self, index: usize, found: Found) {
        if let Some(host) = self.hosts.get_mut(index) {
            host.under_way = None;
            // What is known is better than nothing.
            if found.is_ok() || !matches!(host.found, Some(Ok(_))) {
                host.found = Some(found);
            }
        }
    }

    /// Whether nothing more is to be expected, for now.
    pub(super) fn are_answered(&self) -> bool {
        self.hosts.iter().all(|host| host.found.is_some())
    }

    /// Whether all lead somewhere.
    pub(super) fn are_known(&self) -> bool {
        self.hosts
            .iter()
            .all(|host| matches!(host.found, Some(Ok(_))))
    }

    /// The addresses, what people know each by, and the host that is there.
    pub(super) fn addresses(&self) -> impl Iterator<Item = (SocketAddr, String, &str)> + '_ {
        self.hosts.iter().flat_map(|host| {
            let found = host.found.iter().flatten().flatten();
            found.map(|address| {
                let label = match host.is_address {
                    true => address.to_string(),
                    false => format!("{}:{} ({})", host.name, host.port, address.ip()),
                };
                (*address, label, host.name.as_str())
            })
        })
    }

    /// What is wrong with names, a sentence each.
    pub(super) fn told(&self, now: Instant) -> impl Iterator<Item = String> + '_ {
        self.hosts.iter().filter_map(move |host| {
            let late = host
                .under_way
                .map(|since| now.saturating_duration_since(since));
            match (&host.found, late.filter(|&late| late > LATE)) {
                (Some(Err(why)), None) => {
                    Some(format!("the host {} cannot be resolved: {why}", host.name))
                }
                (None | Some(Err(_)), Some(late)) => Some(format!(
                    "DNS has not answered for the host {} in {} ms",
                    host.name,
                    late.as_millis()
                )),
                _ => None,
            }
        })
    }
}

/// Rust's words for what getaddrinfo says, without what says that it is that.
fn plain(error: &str) -> String {
    let prefix = "failed to lookup address information: ";
    error.strip_prefix(prefix).unwrap_or(error).to_owned()
}
