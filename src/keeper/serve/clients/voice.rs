//! What is said to a client, in the order in which it came to be said.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;

use async_executor::LocalExecutor;
use async_io::Async;
use event_listener::Event;
use nix::errno::Errno;

use crate::wire::Said;
use crate::wire::parcel::Parcel;

/// From so many bytes on that a client has not fetched, news of watches that stay are dropped, and one word says that they
/// were.
const MUCH: usize = if cfg!(test) { 1 << 10 } else { 1 << 20 };

/// A connection, and what there is to be said over it when there is room again.
pub(super) struct Voice {
    connection: Async<OwnedFd>,
    unsaid: RefCell<VecDeque<Parcel>>,
    bytes: Cell<usize>,
    /// A task waits for room.
    waits: Cell<bool>,
    said: Event,
}

impl Voice {
    pub(super) fn new(connection: Async<OwnedFd>) -> Rc<Self> {
        Rc::new(Self {
            connection,
            unsaid: RefCell::default(),
            bytes: Cell::new(0),
            waits: Cell::new(false),
            said: Event::new(),
        })
    }

    pub(super) fn connection(&self) -> &Async<OwnedFd> {
        &self.connection
    }

    /// Says it, or will when there is room.
    ///
    /// # Errors
    /// There is no descriptor or no memory for what is long: it is not said.
    pub(super) fn say(
        self: &Rc<Self>,
        executor: &LocalExecutor<'static>,
        said: &Said,
    ) -> Result<(), Errno> {
        let parcel = Parcel::new(said)?;
        if self.waits.get() {
            self.keep(parcel);
            return Ok(());
        }
        let end = self.connection.get_ref();
        // Whoever has hung up is told nothing.
        if parcel.send(end.as_fd()) == Err(Errno::EAGAIN) {
            self.keep(parcel);
            self.waits.set(true);
            executor.spawn(self.clone().wait()).detach();
        }
        Ok(())
    }

    /// Whether the client is so slow that it is not told everything.
    pub(super) fn is_full(&self) -> bool {
        self.bytes.get() >= MUCH
    }

    /// Ends when all is said.
    pub(super) async fn finished(&self) {
        while self.waits.get() {
            self.said.listen().await;
        }
    }

    fn keep(&self, parcel: Parcel) {
        self.bytes.set(self.bytes.get() + parcel.bytes());
        self.unsaid.borrow_mut().push_back(parcel);
    }

    async fn wait(self: Rc<Self>) {
        loop {
            let next = self.unsaid.borrow_mut().pop_front();
            let Some(parcel) = next else {
                break;
            };
            let send = |end: &OwnedFd| Ok(parcel.send(end.as_fd())?);
            if self.connection.write_with(send).await.is_err() {
                self.unsaid.borrow_mut().clear();
                self.bytes.set(0);
                break;
            }
            self.bytes.set(self.bytes.get() - parcel.bytes());
        }
        self.waits.set(false);
        self.said.notify(usize::MAX);
    }
}
