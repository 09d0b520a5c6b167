//! The deadlines of requests. Hardly one is ever reached, so there is no timer for each: that would cost more than all the
//! rest of a request.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use async_io::Timer;
use event_listener::Event;

use crate::keeper::serve::Office;

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

/// Ends at the deadline, or a moment later.
pub(super) async fn reached(office: &Rc<Office>, deadline: Instant) {
    let deadlines = &office.clients.deadlines;
    deadlines.waiting.set(deadlines.waiting.get() + 1);
    let _waiting = Waiting(&deadlines.waiting);
    if !deadlines.ticks.replace(true) {
        office.executor.spawn(tick(office.clone())).detach();
    }
    while Instant::now() < deadline {
        deadlines.tick.listen().await;
    }
}

async fn tick(office: Rc<Office>) {
    let deadlines = &office.clients.deadlines;
    while deadlines.waiting.get() > 0 {
        Timer::after(TICK).await;
        deadlines.tick.notify(usize::MAX);
    }
    deadlines.ticks.set(false);
}
