//! The registry on a real server.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use async_executor::Executor;
use futures_lite::future::block_on;
use zookeeper_client::{Acl, Acls, AuthId, Client, CreateMode, Error, Permission};

use super::super::contract::{NOW, World, contract};
use super::super::machine::{ATTEMPTS, Event, Machine, Mark, Memory, Terms};
use super::super::{Bindings, Clock, Refusal, Registry, Wanted};
use super::*;
use crate::descriptor::forks;
use crate::id::Permit;

const BRIEF: CreateOptions<'static> = EPHEMERAL.with_acls(Acls::anyone_all());
const LASTING: CreateOptions<'static> = CreateMode::Persistent.with_acls(Acls::anyone_all());

const JAR: &str = "/usr/share/java/zookeeper.jar";

static EXECUTOR: Executor<'static> = Executor::new();

struct Spawner;

impl spawns_core::Spawn for Spawner {
    fn spawn(&self, task: spawns_core::Task) {
        EXECUTOR.spawn(Box::into_pin(task.future)).detach();
    }
}

/// The DSN of a server for all tests of this process, which ends with it.
fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| {
        let (ready, started) = mpsc::channel();
        // A thread that never ends: the server is killed when the one that started it does.
        thread::spawn(move || {
            let _scope = spawns_core::enter(&Spawner);
            let directory = tempfile::tempdir().unwrap();
            let (_kept, port) = free_port();
            ready.send(start(directory.path(), port)).unwrap();
            block_on(EXECUTOR.run(std::future::pending::<()>()));
        });
        started.recv().unwrap()
    })
}

/// A port below those that outgoing connections get, for as long as the other value lives: as free_port() of
/// php-tests/lib/ticket.php, which keeps the same names.
fn free_port() -> (UnixListener, u16) {
    loop {
        let port = fastrand::u16(10_000..32_000);
        let name = SocketAddr::from_abstract_name(format!("ticket-test-port-{port}")).unwrap();
        if let Ok(kept) = UnixListener::bind_addr(&name)
            && TcpListener::bind(("127.0.0.1", port)).is_ok()
        {
            return (kept, port);
        }
    }
}

#[expect(
    clippy::zombie_processes,
    reason = "it is killed with this process, which nothing waits for"
)]
fn start(directory: &std::path::Path, port: u16) -> String {
    assert!(fs::exists(JAR).unwrap(), "{JAR} is missing; `make setup`");
    let config = directory.join("zoo.cfg");
    let lines = format!(
        "tickTime=1000\nclientPort={port}\nclientPortAddress=127.0.0.1\nmaxClientCnxns=0\n\
         admin.enableServer=false\ndataDir={}\n",
        directory.join("data").display()
    );
    fs::write(&config, lines).unwrap();
    let mut java = Command::new("java");
    java.args(["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"])
        .arg("-cp")
        .arg(format!("{JAR}:/usr/share/java/slf4j-nop.jar"))
        .arg("org.apache.zookeeper.server.quorum.QuorumPeerMain")
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // SAFETY: only a system call between fork and exec.
    unsafe {
        java.pre_exec(|| {
            nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL)?;
            Ok(())
        });
    }
    let mut server = forks::spawn(&mut java).unwrap();
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert_eq!(server.try_wait().unwrap(), None, "the server has ended");
        assert!(started.elapsed() < Duration::from_secs(120), "no server");
        thread::sleep(Duration::from_millis(20));
    }
    format!("127.0.0.1:{port}")
}

/// A parent znode of its own.
struct Tree {
    path: String,
    clock: Clock,
}

contract!(super::Tree);

struct Owner {
    client: Option<Client>,
    place: Zookeeper,
    layout: Layout,
    bindings: Bindings,
    clock: Clock,
    words: Vec<AtomicU64>,
    leases: Vec<Lease>,
}

struct Lease {
    machine: Machine<'static>,
    permit: &'static AtomicU64,
}

async fn connect() -> Client {
    connect_to(server().to_owned()).await
}

async fn connect_to(dsn: String) -> Client {
    let connector = Client::connector().with_session_timeout(Duration::from_secs(10));
    let connected = async move { connector.connect(&dsn).await };
    EXECUTOR.spawn(connected).await.unwrap()
}

fn holder() -> Holder {
    Holder {
        host: "here".to_owned(),
        keeper: 1,
        sapi: "test".to_owned(),
    }
}

impl World for Tree {
    type Owner = Owner;

    fn new(clock: Clock) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let path = format!("/test/{}", COUNT.fetch_add(1, Ordering::Relaxed));
        Self { path, clock }
    }

    fn owner(&self, layout: Layout, bindings: Bindings) -> Owner {
        Owner {
            client: Some(block_on(connect())),
            place: Zookeeper::new(
                self.path.clone(),
                layout,
                holder(),
                Acls::anyone_all().to_vec(),
            ),
            layout,
            bindings,
            clock: self.clock.clone(),
            words: (0..layout.nodes()).map(|_| AtomicU64::new(0)).collect(),
            leases: Vec::new(),
        }
    }

    fn place(&self) -> String {
        self.path.clone()
    }
}

impl Owner {
    /// Steps until there is nothing more to ask.
    fn drive(&mut self, lease: usize, mut event: Event) {
        let Some(client) = self.client.clone() else {
            return;
        };
        while let Some(request) = self.leases[lease].machine.step((self.clock)(), event) {
            event = Event::Reply(block_on(self.place.ask(&client, request)));
        }
    }

    fn permit(&self, lease: usize) -> Result<Permit, Refusal> {
        let Lease { machine, permit } = &self.leases[lease];
        let word = permit.load(Ordering::Acquire);
        match machine.reason() {
            None if word != Permit::NONE => Ok(Permit::unpack(word, &self.layout)),
            reason => Err(self.refusal(reason.unwrap_or_default())),
        }
    }

    fn refusal(&self, reason: &str) -> Refusal {
        Refusal::Unavailable(format!("{}: {reason}", self.place.path))
    }
}

impl Registry for Owner {
    fn acquire(&mut self, wanted: Wanted) -> Result<Permit, Refusal> {
        let held = (0..self.leases.len()).find_map(|lease| {
            let permit = self.permit(lease).ok()?;
            (wanted == Wanted::Exactly(permit.node)).then_some(permit)
        });
        if let Some(permit) = held {
            return Ok(permit);
        }
        let client = self.client.clone().unwrap();
        block_on(self.place.prepare(&client)).map_err(|reason| self.refusal(&reason))?;
        let permit = Box::leak(Box::new(AtomicU64::new(0)));
        // SAFETY: the words outlive the machine: both live until the end of the test, and leak.
        let words = unsafe { &*std::ptr::from_ref::<[AtomicU64]>(&self.words) };
        let memory = Memory {
            words,
            permit,
            nonces: Box::leak(Box::new([const { AtomicU64::new(0) }; 1 + ATTEMPTS])),
            claim: Box::leak(Box::new(AtomicU64::new(0))),
            ridden: Box::leak(Box::new(AtomicU32::new(0))),
        };
        let terms = Terms {
            window: 3000,
            tolerance: 1000,
            spares: 0,
        };
        let random = fastrand::Rng::new();
        let machine = Machine::new(self.layout, terms, wanted, memory, self.bindings, random);
        self.leases.push(Lease { machine, permit });
        let lease = self.leases.len() - 1;
        self.drive(lease, Event::Session);
        self.permit(lease)
    }

    fn extend(&mut self, node: u16) -> Result<Permit, Refusal> {
        let of = |lease: &Lease| {
            Permit::unpack(lease.permit.load(Ordering::Acquire), &self.layout).node == node
        };
        let lease = self.leases.iter().position(of).unwrap();
        self.drive(lease, Event::Hurry);
        self.permit(lease)
    }

    fn words(&self) -> &[AtomicU64] {
        &self.words
    }

    fn floor(&self) -> u64 {
        0
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        for lease in 0..self.leases.len() {
            self.drive(lease, Event::Release);
        }
        let mut watcher = self.client.take().unwrap().state_watcher();
        block_on(async { while !watcher.changed().await.is_terminated() {} });
    }
}

fn place(path: &str) -> Zookeeper {
    Zookeeper::new(
        path.to_owned(),
        Layout::THREE_NODE_BITS,
        holder(),
        Acls::anyone_all().to_vec(),
    )
}

fn acquire(version: Option<i32>, stale: bool) -> Request {
    Request::Acquire {
        node: 5,
        until: NOW,
        nonce: 7,
        version,
        stale,
    }
}

fn release(version: i32) -> Request {
    Request::Release {
        node: 5,
        until: NOW,
        nonce: 9,
        version,
    }
}

#[test]
fn a_write_is_refused_if_the_mark_or_the_claim_is_another() {
    let place = place("/refused");
    block_on(async {
        let (one, two) = (connect().await, connect().await);
        place.prepare(&one).await.unwrap();
        assert_eq!(
            place.ask(&one, acquire(Some(0), false)).await,
            Reply::Refused
        );
        assert_eq!(place.ask(&one, acquire(None, true)).await, Reply::Refused);
        let done = |version| Reply::Done { version };
        assert_eq!(place.ask(&one, acquire(None, false)).await, done(0));
        assert_eq!(place.ask(&two, acquire(None, false)).await, Reply::Refused);
        assert_eq!(
            place.ask(&two, acquire(Some(0), false)).await,
            Reply::Refused
        );
        let look = Request::Look {
            node: 5,
            settle: true,
        };
        let mark = Mark {
            until: NOW,
            nonce: 7,
            version: 0,
        };
        let seen = |claim| Reply::Node(Some(mark), claim);
        assert_eq!(place.ask(&one, look).await, seen(Claim::Ours));
        assert_eq!(place.ask(&two, look).await, seen(Claim::Other { nonce: 7 }));
        assert_eq!(
            place.ask(&two, acquire(Some(0), true)).await,
            done(1),
            "stale"
        );
        let extend = |version| Request::Extend {
            node: 5,
            until: NOW,
            nonce: 8,
            version,
        };
        assert_eq!(place.ask(&one, extend(Some(0))).await, Reply::Refused);
        assert_eq!(place.ask(&one, extend(None)).await, Reply::Refused);
        assert_eq!(place.ask(&two, extend(Some(1))).await, done(2));
        assert_eq!(place.ask(&one, release(1)).await, Reply::Refused);
        let taken = Reply::Claimed([5].into());
        assert_eq!(place.ask(&one, Request::List).await, taken, "rule 8");
        assert_eq!(place.ask(&two, release(2)).await, done(3));
        assert_eq!(
            place.ask(&one, Request::List).await,
            Reply::Claimed([].into())
        );
    });
}

#[test]
fn what_is_asked_beside_the_look_at_the_layout_is_told_as_if_asked_after_it() {
    let place = place("/beside");
    block_on(async {
        let client = connect().await;
        let free = Reply::Node(None, Claim::Free);
        let both = place.prepare_and_ask(&client, 5).await;
        assert_eq!(both, Ok((Reply::Claimed([].into()), free)), "made by it");
        let made = place.ask(&client, acquire(None, false)).await;
        assert_eq!(made, Reply::Done { version: 0 });
        let look = Request::Look {
            node: 5,
            settle: false,
        };
        let looked = place.ask(&client, look).await;
        assert!(matches!(looked, Reply::Node(Some(_), Claim::Ours)));
        let both = place.prepare_and_ask(&client, 5).await;
        assert_eq!(both, Ok((Reply::Claimed([5].into()), looked)));
        client.set_data("/beside/.marks", b"", None).await.unwrap();
        let problem = place.prepare_and_ask(&client, 5).await.unwrap_err();
        assert!(problem.contains("holds no layout"), "{problem}");
    });
}

#[test]
fn a_claim_that_we_did_not_make_is_never_deleted() {
    let place = place("/foreign");
    block_on(async {
        let client = connect().await;
        place.prepare(&client).await.unwrap();
        assert_eq!(
            place.ask(&client, acquire(None, false)).await,
            Reply::Done { version: 0 }
        );
        client.delete("/foreign/5", None).await.unwrap();
        client.create("/foreign/5", b"", &BRIEF).await.unwrap();
        assert_eq!(
            place.ask(&client, acquire(Some(0), true)).await,
            Reply::Refused
        );
        assert_eq!(
            place.ask(&client, release(0)).await,
            Reply::Done { version: 1 }
        );
        assert!(client.check_stat("/foreign/5").await.unwrap().is_some());
    });
}

#[test]
fn what_cannot_be_is_denied_with_the_path() {
    block_on(async {
        let client = connect().await;
        let read_only = CreateMode::Persistent.with_acls(Acls::anyone_read());
        client.create("/closed", b"", &read_only).await.unwrap();
        let closed = place("/closed/below");
        let problem = closed.prepare(&client).await.unwrap_err();
        assert!(problem.contains("ACL of /closed/below"), "{problem}");
        client.create("/brief", b"", &BRIEF).await.unwrap();
        let problem = place("/brief/below").prepare(&client).await.unwrap_err();
        assert!(problem.contains("ephemeral"), "{problem}");
        let place = place("/odd");
        place.prepare(&client).await.unwrap();
        client.set_data("/odd/.marks", b"", None).await.unwrap();
        let problem = place.prepare(&client).await.unwrap_err();
        assert!(problem.contains("/odd/.marks holds no layout"), "{problem}");
        let away = connect_to(format!("{}/nowhere", server())).await;
        let problem = place.prepare(&away).await.unwrap_err();
        assert!(problem.contains("the chroot /nowhere"), "{problem}");
    });
}

#[test]
fn what_is_odd_about_one_node_is_told_of_that_node() {
    let place = place("/odd_nodes");
    block_on(async {
        let client = connect().await;
        place.prepare(&client).await.unwrap();
        let mark = text::mark(NOW, 7, &place.layout);
        let acl = [Acl::new(Permission::CREATE, AuthId::anyone())];
        let shut = CreateMode::Persistent.with_acls(Acls::new(&acl));
        let read_only = CreateMode::Persistent.with_acls(Acls::anyone_read());
        let look = |node, settle| Request::Look { node, settle };
        for (node, data, how, told) in [
            (
                1,
                b"\0garbage".as_slice(),
                &LASTING,
                r#"1, /odd_nodes/.marks/1, cannot be read: it holds "\x00garbage""#,
            ),
            (2, &[b'x'; 1 << 19], &LASTING, "xxx..."),
            // It would be gone with its session, and what it says with it.
            (3, mark.as_bytes(), &BRIEF, "ZooKeeper deletes by itself"),
            (4, mark.as_bytes(), &shut, "the ACL of /odd_nodes/.marks/4"),
        ] {
            let path = format!("/odd_nodes/.marks/{node}");
            client.create(&path, data, how).await.unwrap();
            for settle in [false, true] {
                let reply = place.ask(&client, look(node, settle)).await;
                let Reply::Unusable(problem) = reply else {
                    panic!("{told}: {reply:?}");
                };
                assert!(problem.contains(told), "{problem}");
                // So much of it is shown to people.
                assert!(problem.len() < 400, "{problem}");
            }
        }
        let path = "/odd_nodes/.marks/5";
        let data = mark.as_bytes();
        client.create(path, data, &read_only).await.unwrap();
        let extend = Request::Extend {
            node: 5,
            until: NOW,
            nonce: 8,
            version: Some(0),
        };
        for write in [acquire(Some(0), false), extend, release(0)] {
            let reply = place.ask(&client, write).await;
            assert!(matches!(reply, Reply::Unusable(_)), "{reply:?}");
        }
        // A claim that nobody may read is a claim.
        client.create("/odd_nodes/6", b"", &shut).await.unwrap();
        let taken = Reply::Node(None, Claim::Other { nonce: 0 });
        assert_eq!(place.ask(&client, look(6, true)).await, taken);
        // A mark may have children, though ticket makes none.
        client
            .create("/odd_nodes/.marks/7", data, &LASTING)
            .await
            .unwrap();
        client
            .create("/odd_nodes/.marks/7/x", b"", &LASTING)
            .await
            .unwrap();
        client
            .create("/odd_nodes/.marks/x", b"", &LASTING)
            .await
            .unwrap();
        let request = Request::Acquire {
            node: 7,
            until: NOW + 1,
            nonce: 9,
            version: Some(0),
            stale: false,
        };
        let done = Reply::Done { version: 1 };
        assert_eq!(place.ask(&client, request).await, done);
        // Names that are none of a node are not counted.
        for name in ["8", "+4", "x", "004x", "99999", " 3"] {
            let path = format!("/odd_nodes/{name}");
            client.create(&path, b"", &LASTING).await.unwrap();
        }
        let taken = Reply::Claimed([6, 7].into());
        assert_eq!(place.ask(&client, Request::List).await, taken);
    });
}

#[test]
fn what_is_gone_is_made_again() {
    let place = place("/gone");
    block_on(async {
        let client = connect().await;
        assert_eq!(
            place.ask(&client, Request::List).await,
            Reply::Claimed([].into())
        );
        client.delete("/gone/.marks", None).await.unwrap();
        assert_eq!(
            place.ask(&client, acquire(None, false)).await,
            Reply::Refused
        );
        assert_eq!(
            place.ask(&client, acquire(None, false)).await,
            Reply::Done { version: 0 }
        );
    });
}

/// Stands between one client and the server, and tells what the client asks: the types of its requests.
fn overheard() -> (String, mpsc::Receiver<i32>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let dsn = listener.local_addr().unwrap().to_string();
    let (tell, heard) = mpsc::channel();
    let mut server = TcpStream::connect(server()).unwrap();
    thread::spawn(move || -> io::Result<()> {
        let (mut client, _) = listener.accept()?;
        let (mut replies, mut to) = (server.try_clone()?, client.try_clone()?);
        thread::spawn(move || io::copy(&mut replies, &mut to));
        for message in 0.. {
            let mut length = [0; 4];
            client.read_exact(&mut length)?;
            let mut body = vec![0; u32::from_be_bytes(length) as usize];
            client.read_exact(&mut body)?;
            // The first is a handshake, which has neither number nor type.
            if message > 0 {
                let kind = body[4..].first_chunk().unwrap();
                let _ = tell.send(i32::from_be_bytes(*kind));
            }
            server.write_all(&[&length[..], &body].concat())?;
        }
        Ok(())
    });
    (dsn, heard)
}

#[test]
fn where_an_outcome_is_to_be_found_out_the_leader_is_asked_first() {
    const GET_DATA: i32 = 4;
    const SYNC: i32 = 9;
    const PING: i32 = 11;
    let place = place("/overheard");
    block_on(async {
        let (dsn, heard) = overheard();
        let client = connect_to(dsn).await;
        place.prepare(&client).await.unwrap();
        let reads = [GET_DATA, GET_DATA].as_slice();
        let synced = [SYNC, GET_DATA, GET_DATA].as_slice();
        for (settle, asked) in [(false, reads), (true, synced)] {
            for _ in heard.try_iter() {}
            place.ask(&client, Request::Look { node: 5, settle }).await;
            let kinds: Vec<_> = heard.try_iter().filter(|&kind| kind != PING).collect();
            assert_eq!(kinds, asked);
        }
    });
}

#[test]
fn an_answer_that_did_not_come_is_unknown() {
    let place = place("/unknown");
    block_on(async {
        let client = connect().await;
        place.prepare(&client).await.unwrap();
        for error in [
            Error::ConnectionLoss,
            Error::SessionExpired,
            Error::ClientClosed,
            Error::Timeout,
        ] {
            assert_eq!(
                place.unwritten(&client, "", error.clone()).await,
                Reply::Unknown
            );
            assert_eq!(place.unread("", &error), Reply::Unknown);
        }
    });
}
