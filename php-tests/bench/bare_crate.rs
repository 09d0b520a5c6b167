//! `bare_crate HOST:PORT`: what requests cost with the crate alone, for `make bench`; medians in us, as JSON. `relayed`: the
//! same asked by another process, over a pair of sockets, which is the least that a keeper costs.

use std::cell::Cell;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use async_executor::LocalExecutor;
use async_io::{Async, block_on};
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, socketpair};
use zookeeper_client::{Acls, Client, CreateMode, CreateOptions};

/// What another process asks for, one byte each, and how often.
const ASKED: [(u8, usize); 4] = [(b'g', 2000), (b'e', 2000), (b's', 500), (b'c', 500)];

struct Spawner<'a>(&'a LocalExecutor<'static>);

impl spawns_core::Spawn for Spawner<'_> {
    fn spawn(&self, task: spawns_core::Task) {
        self.0.spawn(Box::into_pin(task.future)).detach();
    }
}

fn main() -> anyhow::Result<()> {
    let servers = std::env::args().nth(1).unwrap_or_default();
    if servers == "asks" {
        return asks();
    }
    let executor: &'static LocalExecutor<'static> = Box::leak(Box::default());
    let spawner = Spawner(executor);
    let _scope = spawns_core::enter(&spawner);
    block_on(executor.run(measure(&servers)))
}

async fn measure(servers: &str) -> anyhow::Result<()> {
    let client = Client::connect(servers).await?;
    let options = CreateMode::Persistent.with_acls(Acls::anyone_all());
    let path = format!("/bare-{}", std::process::id());
    client.create(&path, &[b'x'; 64], &options).await?;
    let other = format!("{path}-x");
    let znodes = Znodes {
        client: &client,
        path: &path,
        other: &other,
        options: &options,
    };
    let mut alone = Vec::new();
    for (what, times) in ASKED {
        let both = what == b'c';
        let one = async || {
            znodes.ask(what).await?;
            match both {
                true => znodes.ask(b'd').await,
                false => Ok(()),
            }
        };
        alone.push(median(times, one).await?);
    }
    let relayed = relay(&znodes).await?;
    let together = together(&client, &path).await?;
    client.delete(&path, None).await?;
    let text = format!(
        r#"{{{},"together":{together},"relayed":{{{}}}}}"#,
        named(&alone),
        named(&relayed)
    );
    std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes())?;
    Ok(())
}

/// What is asked about.
struct Znodes<'a> {
    client: &'a Client,
    path: &'a str,
    other: &'a str,
    options: &'a CreateOptions<'a>,
}

impl Znodes<'_> {
    async fn ask(&self, what: u8) -> Result<(), zookeeper_client::Error> {
        let Self {
            client,
            path,
            other,
            options,
        } = self;
        match what {
            b'g' => client.get_data(path).await.map(drop),
            b'e' => client.check_stat(path).await.map(drop),
            b's' => client.set_data(path, b"y", None).await.map(drop),
            b'c' => client.create(other, b"", options).await.map(drop),
            _ => client.delete(other, None).await,
        }
    }
}

fn named(medians: &[f64]) -> String {
    let names = ["get", "exists", "set", "create and delete"];
    let pairs = names.iter().zip(medians);
    let pairs: Vec<_> = pairs
        .map(|(name, took)| format!(r#""{name}":{took}"#))
        .collect();
    pairs.join(",")
}

/// Medians of another process, for which this one asks.
async fn relay(znodes: &Znodes<'_>) -> anyhow::Result<Vec<f64>> {
    let none = SockFlag::empty();
    let (ours, theirs) = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, none)?;
    // A program of its own, for this one has threads by now.
    let mut program = std::process::Command::new(std::env::current_exe()?);
    let program = program.arg("asks").stdin(theirs);
    let mut other = program.stdout(std::process::Stdio::piped()).spawn()?;
    // Its end is to be heard.
    program.stdin(std::process::Stdio::null());
    let ours = Async::new(ours)?;
    let hear = |end: &OwnedFd| {
        let mut one = [0];
        let length = recv(end.as_raw_fd(), &mut one, MsgFlags::empty())?;
        Ok((length > 0).then_some(one[0]))
    };
    loop {
        #[expect(clippy::disallowed_methods, reason = "it asks one thing at a time")]
        let Some(what) = ours.read_with(hear).await? else {
            break;
        };
        znodes.ask(what).await?;
        send(ours.as_raw_fd(), &[b'x'; 64], MsgFlags::empty())?;
    }
    let mut said = String::new();
    if let Some(mut out) = other.stdout.take() {
        std::io::Read::read_to_string(&mut out, &mut said)?;
    }
    other.wait()?;
    Ok(said.split(' ').map(str::parse).collect::<Result<_, _>>()?)
}

/// The other process: waits for each answer.
fn asks() -> anyhow::Result<()> {
    let trip = |what| {
        send(0, &[what], MsgFlags::empty())?;
        recv(0, &mut [0; 64], MsgFlags::empty())
    };
    let mut all = Vec::new();
    for (what, times) in ASKED {
        let mut took = Vec::with_capacity(times);
        for _ in 0..times {
            let began = Instant::now();
            trip(what)?;
            if what == b'c' {
                trip(b'd')?;
            }
            took.push(began.elapsed());
        }
        took.sort();
        all.push((took[times / 2].as_secs_f64() * 1e6).to_string());
    }
    std::io::Write::write_all(&mut std::io::stdout(), all.join(" ").as_bytes())?;
    Ok(())
}

/// Gets a second of 20 that ask one after the other over one connection.
async fn together(client: &Client, path: &str) -> anyhow::Result<f64> {
    const LENGTH: Duration = Duration::from_secs(2);
    let (gets, began) = (Cell::new(0_u32), Instant::now());
    let asks = LocalExecutor::new();
    let ask = async || {
        while began.elapsed() < LENGTH {
            client.get_data(path).await?;
            gets.set(gets.get() + 1);
        }
        Ok::<_, zookeeper_client::Error>(())
    };
    let all: Vec<_> = (0..20).map(|_| asks.spawn(ask())).collect();
    asks.run(async {
        for one in all {
            one.await?;
        }
        Ok::<_, zookeeper_client::Error>(())
    })
    .await?;
    Ok(f64::from(gets.get()) / LENGTH.as_secs_f64())
}

/// In us.
async fn median(
    times: usize,
    one: impl AsyncFn() -> Result<(), zookeeper_client::Error>,
) -> anyhow::Result<f64> {
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let began = Instant::now();
        one().await?;
        took.push(began.elapsed());
    }
    took.sort();
    Ok(took[times / 2].as_secs_f64() * 1e6)
}
