//! How a message gets through a SEQPACKET connection: as one packet, or as a sealed memfd where it is long.

use std::cell::RefCell;
use std::fs::File;
use std::io::{IoSlice, IoSliceMut, Write};
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::fs::FileExt;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, SealFlag, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::socket::{MsgFlags, UnixAddr, recvmsg};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::descriptor;
use crate::rule::kept;

/// The longest message that is one packet, in bytes: a socket's buffer has room for three of them, by default.
const LONGEST: usize = 64 << 10;

/// The longest message of all, in bytes. Only many long values that are read at once can be as long.
pub const MOST: u64 = if cfg!(test) { 2 << 20 } else { 1 << 28 };

/// The longest one that the keeper takes from a client, in bytes: more than the largest `ticket.max_packet`.
pub const MOST_ASKED: u64 = if cfg!(test) { 1 << 20 } else { 80 << 20 };

/// A message, ready to be sent.
pub struct Parcel {
    packet: Vec<u8>,
    long: Option<OwnedFd>,
    bytes: usize,
}

/// What a packet of a long message says, besides its descriptor.
const LONG: &[u8] = b"";

impl Parcel {
    /// Wraps a message.
    ///
    /// # Errors
    /// `EMSGSIZE` where it is longer than [`MOST`]; else of the kernel, where a long one finds no descriptor or no memory.
    pub fn new(message: &impl Serialize) -> Result<Self, Errno> {
        // Only a type that says another length than it has can fail.
        let packet = postcard::to_allocvec(message).map_err(|_| Errno::EINVAL)?;
        let long = match packet.len() <= LONGEST {
            true => None,
            false if packet.len() as u64 > MOST => return Err(Errno::EMSGSIZE),
            false => Some(sealed(&packet)?),
        };
        Ok(Self {
            bytes: packet.len(),
            packet: match long {
                Some(_) => LONG.to_vec(),
                None => packet,
            },
            long,
        })
    }

    /// How long the message is.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Sends it, without waiting for room.
    ///
    /// # Errors
    /// `EAGAIN` where there is none; else of the kernel.
    pub fn send(&self, to: BorrowedFd<'_>) -> Result<(), Errno> {
        // Of an empty packet nobody could tell the end of the connection.
        let kind = [u8::from(self.long.is_some())];
        let text = [IoSlice::new(&kind), IoSlice::new(&self.packet)];
        descriptor::send(to, &text, self.long.as_ref())
    }
}

fn sealed(packet: &[u8]) -> Result<OwnedFd, Errno> {
    let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
    let mut file = File::from(memfd_create(c"ticket", flags)?);
    file.write_all(packet).map_err(errno)?;
    let seals = SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW | SealFlag::F_SEAL_WRITE;
    fcntl(&file, FcntlArg::F_ADD_SEALS(seals))?;
    Ok(file.into())
}

fn errno(error: std::io::Error) -> Errno {
    Errno::from_raw(error.raw_os_error().unwrap_or(0))
}

/// What was received.
#[derive(Debug, PartialEq, Eq)]
pub enum Received<T> {
    /// A message.
    Message(T),
    /// The other end is closed everywhere.
    End,
    /// What is no message.
    Garbage,
}

/// Receives one message, without waiting for it.
///
/// # Errors
/// `EAGAIN` where there is none; `EMFILE` where one was lost, since no descriptor was free for it; else of the kernel.
pub fn receive<T: DeserializeOwned>(from: BorrowedFd<'_>) -> Result<Received<T>, Errno> {
    receive_at_most(from, MOST)
}

/// The same, of so many bytes at the most; what is longer is no message.
///
/// # Errors
/// As [`receive`].
pub fn receive_at_most<T: DeserializeOwned>(
    from: BorrowedFd<'_>,
    most: u64,
) -> Result<Received<T>, Errno> {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.resize(LONGEST, 0);
        receive_with(from, buffer, most)
    })
}

thread_local! {
    /// As long as the longest packet: to make it each time takes as long as all the rest.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn receive_with<T: DeserializeOwned>(
    from: BorrowedFd<'_>,
    packet: &mut [u8],
    most: u64,
) -> Result<Received<T>, Errno> {
    let mut kind = [0];
    let mut control = nix::cmsg_space!([RawFd; 4]);
    let mut parts = [IoSliceMut::new(&mut kind), IoSliceMut::new(packet)];
    let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<UnixAddr>(from.as_raw_fd(), &mut parts, Some(&mut control), flags)?;
    let (bytes, whole) = (message.bytes, !message.flags.contains(MsgFlags::MSG_TRUNC));
    if message.flags.contains(MsgFlags::MSG_CTRUNC) && kept!("no_descriptor_told") {
        // It is a long one, and there is no descriptor free for it.
        return Err(Errno::EMFILE);
    }
    let mut passed = descriptor::passed(&message)?;
    if bytes == 0 {
        return Ok(Received::End);
    }
    let read = match (kind, passed.pop()) {
        _ if !whole => None,
        ([0], None) => postcard::from_bytes(&packet[..bytes - 1]).ok(),
        ([1], Some(long)) if bytes == 1 => {
            contents(long, most).and_then(|text| postcard::from_bytes(&text).ok())
        }
        _ => None,
    };
    Ok(read.map_or(Received::Garbage, Received::Message))
}

/// Of a memfd that nobody can change any more.
fn contents(long: OwnedFd, most: u64) -> Option<Vec<u8>> {
    let seals = fcntl(&long, FcntlArg::F_GET_SEALS).ok()?;
    let needed = SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_WRITE;
    if !SealFlag::from_bits_retain(seals).contains(needed) && kept!("sealed_parcels") {
        return None;
    }
    let file = File::from(long);
    let length = file.metadata().ok()?.len();
    let mut text = vec![
        0;
        usize::try_from(length)
            .ok()
            .filter(|_| length <= most || !kept!("asked_is_short"))?
    ];
    file.read_exact_at(&mut text, 0).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
    use proptest::prelude::*;
    use serde_bytes::ByteBuf;

    use super::super::{Acl, Ask, Create, Mode, Operation, Pems, Profile, Reply, Request, Told};
    use super::*;

    fn pair() -> (OwnedFd, OwnedFd) {
        socketpair(
            AddressFamily::Unix,
            SockType::SeqPacket,
            None,
            SockFlag::SOCK_CLOEXEC,
        )
        .unwrap()
    }

    fn ask(bytes: usize) -> Ask {
        Ask {
            id: 7,
            within: 5000,
            request: Request::Create(Create {
                path: "/a".to_owned(),
                value: ByteBuf::from(vec![b'x'; bytes]),
                acl: Vec::new(),
                mode: Mode::Container,
            }),
        }
    }

    #[test]
    fn what_is_sent_is_received_however_long_it_is() {
        let _unforked = crate::descriptor::forks::none();
        let (ours, theirs) = pair();
        for bytes in [0, 1, (64 << 10) - 40, 64 << 10, (64 << 10) + 1, 1 << 20] {
            let sent = ask(bytes);
            Parcel::new(&sent).unwrap().send(ours.as_fd()).unwrap();
            assert_eq!(receive(theirs.as_fd()), Ok(Received::Message(sent)));
        }
        assert_eq!(receive::<Ask>(theirs.as_fd()), Err(Errno::EAGAIN));
        drop(ours);
        assert_eq!(receive::<Ask>(theirs.as_fd()), Ok(Received::End));
    }

    #[test]
    fn what_nobody_would_read_is_not_sent() {
        assert!(Parcel::new(&ask(MOST as usize - 100)).is_ok());
        assert_eq!(
            Parcel::new(&ask(MOST as usize)).err(),
            Some(Errno::EMSGSIZE)
        );
    }

    #[test]
    fn what_the_keeper_would_not_read_is_no_message() {
        let _unforked = crate::descriptor::forks::none();
        let (ours, theirs) = pair();
        let most = usize::try_from(MOST_ASKED).unwrap();
        for (bytes, fits) in [(most - 100, true), (most, false)] {
            Parcel::new(&ask(bytes))
                .unwrap()
                .send(ours.as_fd())
                .unwrap();
            let received = receive_at_most::<Ask>(theirs.as_fd(), MOST_ASKED).unwrap();
            assert_eq!(received != Received::Garbage, fits);
        }
    }

    #[test]
    fn what_its_sender_could_still_change_is_no_message() {
        let _unforked = crate::descriptor::forks::none();
        let (ours, theirs) = pair();
        let mut file = File::from(memfd_create(c"open", MFdFlags::empty()).unwrap());
        let packet = postcard::to_allocvec(&ask(1)).unwrap();
        file.write_all(&packet).unwrap();
        let parcel = Parcel {
            packet: LONG.to_vec(),
            long: Some(file.into()),
            bytes: 0,
        };
        parcel.send(ours.as_fd()).unwrap();
        assert_eq!(receive::<Ask>(theirs.as_fd()), Ok(Received::Garbage));
    }

    /// One of each kind that a client may ask for, with strings and bytes of anything.
    fn asked() -> impl Strategy<Value = Request> {
        let text = || any::<String>();
        let bytes = || any::<Vec<u8>>().prop_map(ByteBuf::from);
        let acl = || {
            let one = (any::<u8>(), text(), text());
            let one = one.prop_map(|(perms, scheme, id)| Acl { perms, scheme, id });
            proptest::collection::vec(one, 0..4)
        };
        let auth = || proptest::collection::vec((text(), bytes()), 0..3);
        let pems = (text(), text(), text()).prop_map(|(ca, cert, key)| Pems { ca, cert, key });
        let tls = proptest::option::of(pems);
        let profile = (text(), any::<u32>(), auth(), any::<bool>(), tls);
        let open = profile.prop_map(|(dsn, session_timeout, auth, family, tls)| {
            Request::Open(Profile {
                dsn,
                session_timeout,
                auth,
                family,
                tls,
            })
        });
        let create = (text(), bytes(), acl()).prop_map(|(path, value, acl)| Create {
            path,
            value,
            acl,
            mode: Mode::Container,
        });
        let set_acl = (text(), acl(), any::<Option<i32>>());
        let operation = create.clone().prop_map(Operation::Create);
        prop_oneof![
            open,
            create.prop_map(Request::Create),
            set_acl.prop_map(|(path, acl, version)| Request::SetAcl { path, acl, version }),
            (text(), bytes()).prop_map(Request::Auth),
            proptest::collection::vec(operation, 0..3).prop_map(Request::Multi),
            proptest::collection::vec(text(), 0..4).prop_map(Request::GetMany),
        ]
    }

    proptest! {
        /// Whatever comes in, it is read or it is garbage, and what is behind it is still there.
        #[test]
        fn no_packet_of_anything_does_harm(packet in proptest::collection::vec(any::<u8>(), 1..300), truth in any::<u32>()) {
            let _unforked = crate::descriptor::forks::none();
            let (ours, theirs) = pair();
            nix::unistd::write(&ours, &packet).unwrap();
            let told = Told { id: truth, bound: false, reply: Ok(Reply::Count(u64::from(truth))) };
            Parcel::new(&told).unwrap().send(ours.as_fd()).unwrap();
            prop_assert!(receive::<Ask>(theirs.as_fd()).is_ok());
            prop_assert_eq!(receive::<Told>(theirs.as_fd()), Ok(Received::Message(told)));
        }

        /// What is asked comes through as it is; cut short it is garbage, and with a byte changed it is read or it is garbage.
        #[test]
        fn no_request_that_is_spoilt_does_harm(request in asked(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut: bool) {
            let _unforked = crate::descriptor::forks::none();
            let (ours, theirs) = pair();
            let sent = Ask { id: 7, within: 5000, request };
            Parcel::new(&sent).unwrap().send(ours.as_fd()).unwrap();
            prop_assert_eq!(receive::<Ask>(theirs.as_fd()), Ok(Received::Message(sent.clone())));
            let mut packet = postcard::to_allocvec(&sent).unwrap();
            let at = at.index(packet.len());
            match cut {
                true => packet.truncate(at),
                false => packet[at] = byte,
            }
            let long = sealed(&packet).unwrap();
            for long in [None, Some(long)] {
                let packet = if long.is_some() { LONG.to_vec() } else { packet.clone() };
                Parcel { packet, long, bytes: 0 }.send(ours.as_fd()).unwrap();
                let received = receive::<Ask>(theirs.as_fd()).unwrap();
                prop_assert!(!cut || received == Received::Garbage);
            }
        }
    }
}
