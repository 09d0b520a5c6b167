//! Reads that leave time for everybody else.

use std::io;
use std::os::fd::OwnedFd;

use async_io::Async;
use futures_lite::future::yield_now;

use crate::rule::kept;

/// Reads what is to be read next.
///
/// All that the keeper does takes turns on one thread, and a task has it as long as it finds something to do. Whoever
/// writes without a pause (a script that asks for an ID again and again with no time to wait, say) would keep the keeper
/// from all the rest: leases would run out, and sessions. So before each read all others have their turn.
pub(in crate::keeper) async fn read<T>(
    end: &Async<OwnedFd>,
    read: impl FnMut(&OwnedFd) -> io::Result<T>,
) -> io::Result<T> {
    if kept!("others_have_a_turn") {
        yield_now().await;
    }
    #[expect(clippy::disallowed_methods, reason = "this is the place for it")]
    end.read_with(read).await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::os::fd::AsRawFd;

    use async_io::block_on;
    use futures_lite::future::zip;
    use nix::sys::socket::{MsgFlags, recv, send};

    use super::*;
    use crate::descriptor::forks;

    #[test]
    fn whoever_writes_without_a_pause_keeps_nobody_from_his_work() {
        const MESSAGES: u32 = 100;
        let _unforked = forks::none();
        let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        let theirs = Async::new(OwnedFd::from(theirs)).unwrap();
        for _ in 0..MESSAGES {
            send(ours.as_raw_fd(), b"?", MsgFlags::empty()).unwrap();
        }
        let (heard, turns) = (Cell::new(0), Cell::new(0));
        let hears = async {
            while heard.get() < MESSAGES {
                let one = |end: &OwnedFd| Ok(recv(end.as_raw_fd(), &mut [0], MsgFlags::empty())?);
                assert_eq!(read(&theirs, one).await.unwrap(), 1);
                heard.set(heard.get() + 1);
            }
        };
        let others = async {
            while heard.get() < MESSAGES {
                turns.set(turns.get() + 1);
                yield_now().await;
            }
        };
        block_on(zip(hears, others));
        assert!(turns.get() >= MESSAGES, "{} turns", turns.get());
    }
}
