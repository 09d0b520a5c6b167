//! Where the kernel tells that this virtual machine is a copy: it was cloned, or put back to an earlier state.
//!
//! There may be two machines then that have the same permits, nonces and session, so all of that is given up
//! ([`Event::Cloned`](crate::lease::machine::Event::Cloned)). The host changes the machine's generation ID, the driver
//! `vmgenid` sees it, and says so in two places, of which each may be missing:
//! * the kernel's log (since Linux 5.18), which may be for root only: so it is opened before privileges are dropped;
//! * an event of the device (uevent), which not every kernel sends.
//!
//! What stands by opens both, and its keepers inherit them, each with what has come since the last one has looked. So what
//! is told while there is no keeper is heard by the next one.
//!
//! Anybody with the right capability may write into either. Only the kernel's own word counts: an event from port 0, which
//! no process has, and a record of the kernel's facility, which none can name.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_executor::LocalExecutor;
use async_io::Async;
use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::socket::{
    AddressFamily, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recvfrom, socket,
};
use nix::sys::stat::Mode;
use nix::unistd::{Whence, lseek, read};

use super::fair;
use crate::rule::kept;

/// What can be listened to.
#[derive(Clone, Copy)]
enum Source {
    Events,
    Log,
}

const SOURCES: [Source; 2] = [Source::Events, Source::Log];

/// As `status()` has them, in the order of [`SOURCES`].
const NAMES: [&str; 2] = ["uevent", "kmsg"];

/// Those that there are, open as long as this process lives; its forks have them, too.
#[derive(Clone, Copy)]
pub(in crate::keeper) struct Sources([Option<RawFd>; 2]);

impl Sources {
    /// Opens those that can be.
    pub(in crate::keeper) fn open() -> Self {
        Self(SOURCES.map(|source| source.open().ok().map(IntoRawFd::into_raw_fd)))
    }

    /// Listens from now on, in a process that has inherited them and calls this once; calls `copied` at each word, and notes
    /// in `listened`, a bit each, which there are.
    pub(in crate::keeper) fn listen(
        self,
        executor: &LocalExecutor<'static>,
        listened: &'static AtomicU32,
        copied: &Rc<dyn Fn()>,
    ) {
        let mut heard = 0;
        for (index, source) in SOURCES.into_iter().enumerate() {
            let Some(end) = self.0[index] else {
                continue;
            };
            // SAFETY: open, and nobody else's in this process.
            let end = unsafe { OwnedFd::from_raw_fd(end) };
            if let Ok(end) = Async::new(end) {
                heard |= 1 << index;
                let copied = copied.clone();
                let listening = async move {
                    listen(source, end, &*copied).await;
                    listened.fetch_and(!(1 << index), Ordering::Relaxed);
                };
                executor.spawn(listening).detach();
            }
        }
        listened.store(heard, Ordering::Relaxed);
    }
}

/// The names of what is listened to, as the board has it.
pub(in crate::keeper) fn names(heard: u32) -> Option<String> {
    let names = NAMES.iter().enumerate();
    let heard: Vec<_> = names
        .filter(|(index, _)| heard >> index & 1 == 1)
        .map(|(_, &name)| name)
        .collect();
    (!heard.is_empty()).then(|| heard.join(", "))
}

/// Until that is not possible any more.
async fn listen(source: Source, end: Async<OwnedFd>, copied: &dyn Fn()) {
    loop {
        match fair::read(&end, |end| Ok(source.hear(end)?)).await {
            Ok(true) => copied(),
            Ok(false) => {}
            // A signal, or a record that has no room: there is a next one.
            Err(error) if is_passing(&error) => {}
            Err(_) => return,
        }
    }
}

fn is_passing(error: &io::Error) -> bool {
    [Errno::EINTR, Errno::EINVAL].contains(&Errno::from_raw(error.raw_os_error().unwrap_or(0)))
}

/// More than any event or record has.
const ROOM: usize = 16 << 10;

impl Source {
    fn open(self) -> Result<OwnedFd, Errno> {
        match self {
            Self::Events => {
                let events = socket(
                    AddressFamily::Netlink,
                    SockType::Raw,
                    SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK,
                    SockProtocol::NetlinkKObjectUEvent,
                )?;
                bind(events.as_raw_fd(), &NetlinkAddr::new(0, KERNELS))?;
                Ok(events)
            }
            Self::Log => {
                let flags = OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
                let log = open("/dev/kmsg", flags, Mode::empty())?;
                // What there is was told to others, or when this machine was another one.
                lseek(&log, 0, Whence::SeekEnd)?;
                Ok(log)
            }
        }
    }

    /// Hears the next that is told. Says whether it is the word.
    fn hear(self, end: &OwnedFd) -> Result<bool, Errno> {
        let mut told = [0; ROOM];
        let heard = match self {
            Self::Events => recvfrom::<NetlinkAddr>(end.as_raw_fd(), &mut told)
                .map(|(length, sender)| (length, sender.map_or(u32::MAX, |sender| sender.pid()))),
            Self::Log => read(end, &mut told).map(|length| (length, 0)),
        };
        match heard {
            Ok((length, sender)) => self.judge(Ok((&told[..length], sender))),
            Err(error) => self.judge(Err(error)),
        }
    }

    fn judge(self, heard: Result<(&[u8], u32), Errno>) -> Result<bool, Errno> {
        match (self, heard) {
            (Self::Events, Ok((told, sender))) => Ok(is_event(told, sender)),
            (Self::Log, Ok(([], _))) => Err(Errno::EBADF),
            (Self::Log, Ok((told, _))) => Ok(is_record(told)),
            // Some were dropped, since this process was stopped for long. The word may have been among them.
            (_, Err(Errno::ENOBUFS | Errno::EPIPE)) if kept!("lost_words") => Ok(true),
            (_, Err(error)) => Err(error),
        }
    }
}

/// The group to which the kernel tells its events, as a bit. udev has another one.
const KERNELS: u32 = 1;

/// Whether an event is the word: `change@/devices/...`, then `KEY=value`, each with a zero byte at its end.
fn is_event(told: &[u8], sender: u32) -> bool {
    let mut fields = told.split(|&byte| byte == 0);
    (sender == 0 || !kept!("uevent_of_kernel")) && fields.any(|field| field == b"NEW_VMGENID=1")
}

/// Whether a record is: `priority,number,time,flags[,...];text`, and more lines.
fn is_record(told: &[u8]) -> bool {
    let told = String::from_utf8_lossy(told);
    let Some((head, text)) = told.split_once(';') else {
        return false;
    };
    let priority = head.split(',').next().unwrap_or_default().parse::<u32>();
    let facility = priority.map_or(u32::MAX, |priority| priority >> 3);
    let text = text.lines().next().unwrap_or_default();
    (facility == 0 || !kept!("record_of_kernel"))
        && text.ends_with("crng reseeded due to virtual machine fork")
}

#[cfg(test)]
mod tests {
    use nix::sys::socket::{MsgFlags, sendto};

    use super::*;

    const EVENT: &[u8] = b"change@/devices/platform/VMGENCTR:00\0ACTION=change\0\
        DEVPATH=/devices/platform/VMGENCTR:00\0SUBSYSTEM=platform\0NEW_VMGENID=1\0SEQNUM=4711\0";

    #[test]
    fn the_word_is_an_event_of_the_kernels() {
        assert!(is_event(EVENT, 0));
        assert!(!is_event(EVENT, 4711), "a process");
        for other in [
            &b""[..],
            b"change@/NEW_VMGENID=1\0ACTION=change\0",
            b"change@/x\0SYNTH_ARG_NEW_VMGENID=1\0",
            b"change@/x\0NEW_VMGENID=10\0",
        ] {
            assert!(!is_event(other, 0));
        }
    }

    #[test]
    fn the_word_is_a_record_of_the_kernels() {
        let told = |head: &str, text: &str| is_record(format!("{head};{text}\n").as_bytes());
        let word = "random: crng reseeded due to virtual machine fork";
        assert!(told("5,339,5140900,-", word));
        assert!(told(
            "5,339,5140900,-,caller=T1",
            &format!("{word}\n SUBSYSTEM=x")
        ));
        assert!(!told("13,339,5140900,-", word), "a process");
        assert!(!told("x,339,5140900,-", word));
        assert!(!told("5,339,5140900,-", "random: crng init done"));
        assert!(
            !told("5,339,5140900,-", &format!("x\n {word}")),
            "another line"
        );
        assert!(!is_record(word.as_bytes()));
    }

    #[test]
    fn where_some_were_dropped_the_word_may_have_been_among_them() {
        assert_eq!(Source::Events.judge(Err(Errno::ENOBUFS)), Ok(true));
        assert_eq!(Source::Log.judge(Err(Errno::EPIPE)), Ok(true));
        assert_eq!(Source::Log.judge(Err(Errno::EAGAIN)), Err(Errno::EAGAIN));
        assert_eq!(Source::Log.judge(Ok((b"", 0))), Err(Errno::EBADF));
    }

    #[test]
    fn what_is_listened_to_has_names() {
        assert_eq!(names(0), None);
        assert_eq!(names(1).as_deref(), Some("uevent"));
        assert_eq!(names(3).as_deref(), Some("uevent, kmsg"));
    }

    /// As the kernel has them here, where it lets this process: the next that is told.
    fn heard(source: Source, end: &OwnedFd) -> Result<bool, Errno> {
        loop {
            match source.hear(end) {
                Ok(false) => {}
                other => return other,
            }
        }
    }

    #[test]
    fn a_process_can_not_give_the_word() {
        if let Ok(events) = Source::Events.open() {
            let group = NetlinkAddr::new(0, KERNELS);
            // For root.
            let sender = socket(
                AddressFamily::Netlink,
                SockType::Raw,
                SockFlag::SOCK_CLOEXEC,
                SockProtocol::NetlinkKObjectUEvent,
            );
            let sender = sender.unwrap();
            let _ = sendto(sender.as_raw_fd(), EVENT, &group, MsgFlags::empty());
            assert_eq!(heard(Source::Events, &events), Err(Errno::EAGAIN));
        }
    }
}
