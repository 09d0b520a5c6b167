//! `bare_crate HOST:PORT`: what requests cost with the crate alone, for `make bench`; medians in us, as JSON.

use std::cell::Cell;
use std::time::{Duration, Instant};

use async_executor::LocalExecutor;
use futures_lite::future::block_on;
use zookeeper_client::{Acls, Client, CreateMode};

struct Spawner<'a>(&'a LocalExecutor<'static>);

impl spawns_core::Spawn for Spawner<'_> {
    fn spawn(&self, task: spawns_core::Task) {
        self.0.spawn(Box::into_pin(task.future)).detach();
    }
}

fn main() -> anyhow::Result<()> {
    let servers = std::env::args().nth(1).unwrap_or_default();
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
    let get = median(2000, async || client.get_data(&path).await.map(drop)).await?;
    let exists = median(2000, async || client.check_stat(&path).await.map(drop)).await?;
    let set = median(500, async || {
        client.set_data(&path, b"y", None).await.map(drop)
    })
    .await?;
    let both = median(500, async || {
        client.create(&other, b"", &options).await?;
        client.delete(&other, None).await
    });
    let both = both.await?;
    let together = together(&client, &path).await?;
    client.delete(&path, None).await?;
    let text = format!(
        r#"{{"get":{get},"exists":{exists},"set":{set},"create and delete":{both},"together":{together}}}"#
    );
    std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes())?;
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
