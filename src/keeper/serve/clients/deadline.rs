//! The deadlines of requests. Hardly one is ever reached, so there is no timer for each: that would cost more than all the
//! rest of a request.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use async_io::Timer;
use event_listener::Event;

use crate::keeper::context::Context;

/// A deadline is noticed by so much too late, at the most.
const TICK: Duration = Duration::from_millis(20);

/// A clock that ticks while somebody waits for it.
#[derive(Default)]
pub(super) struct Deadlines {
    waiting: Cell<usize>,
    ticks: Cell<bool>,
    tick: Event,
}

/// One that waits.
struct Waiting<'a>(&'a Cell<usize>);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Deadlines {
    /// Ends at the deadline, or a moment later.
    pub(super) async fn reached(self: &Rc<Self>, context: &Context, deadline: Instant) {
        self.waiting.set(self.waiting.get() + 1);
        let _waiting = Waiting(&self.waiting);
        if !self.ticks.replace(true) {
            context.executor.spawn(self.clone().tick()).detach();
        }
        while Instant::now() < deadline {
            self.tick.listen().await;
        }
    }

    async fn tick(self: Rc<Self>) {
        while self.waiting.get() > 0 {
            Timer::after(TICK).await;
            self.tick.notify(usize::MAX);
        }
        self.ticks.set(false);
    }
}
