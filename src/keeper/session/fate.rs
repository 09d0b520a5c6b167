//! What a session's task is told of the session's fate, and what it tells.

use std::future::{self, Future};

use async_channel::{Receiver, Sender};
use async_executor::LocalExecutor;

use crate::rule::kept;

/// The ends of others.
pub(super) struct Fate {
    /// Closed when the session is to end; nothing is ever sent.
    stop: Sender<()>,
    stopped: Receiver<()>,
    /// That this machine is a copy of another one, whose the session is. There is room for one word.
    copied: (Sender<()>, Receiver<()>),
    /// Closed when the task has ended.
    ended: Receiver<()>,
}

/// What the task is begun with. While it has that it has not ended.
pub(super) struct Alive(Sender<()>);

impl Alive {
    /// Runs the task of a session.
    pub(super) fn spawn(
        self,
        executor: &LocalExecutor<'static>,
        task: impl Future<Output = ()> + 'static,
    ) {
        let task = async move {
            task.await;
            drop(self.0);
        };
        executor.spawn(task).detach();
    }
}

impl Fate {
    pub(super) fn new() -> (Self, Alive) {
        let (stop, stopped) = async_channel::bounded(1);
        let (alive, ended) = async_channel::bounded(1);
        let fate = Self {
            stop,
            stopped,
            copied: async_channel::bounded(1),
            ended,
        };
        (fate, Alive(alive))
    }

    /// Asks the session to end.
    pub(super) fn stop(&self) {
        self.stop.close();
    }

    /// Whether it was asked to.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.is_closed()
    }

    /// Ends when it is asked to.
    pub(super) async fn stopped(&self) {
        let _ = self.stopped.recv().await;
    }

    /// The same, for who waits for several things.
    pub(super) fn stops(&self) -> &Receiver<()> {
        &self.stopped
    }

    /// Says that this machine is a copy.
    pub(super) fn copy(&self) {
        let _ = self.copied.0.try_send(());
    }

    /// Ends when that is said.
    pub(super) async fn copied(&self) {
        match kept!("session_of_copy") {
            true => drop(self.copied.1.recv().await),
            false => future::pending().await,
        }
    }

    /// Whether the task has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.is_closed()
    }

    /// Ends when it has.
    pub(super) async fn ended(&self) {
        let _ = self.ended.recv().await;
    }
}
