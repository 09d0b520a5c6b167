//! One lease, from when it is asked for to its release: lets the machine decide, and carries it out.

use std::future;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use async_channel::Receiver;
use async_io::Timer;
use futures_lite::future::or;
use nix::time::{ClockId, clock_gettime};

use crate::id::{Moment, Permit};
use crate::keeper::context::Context;
use crate::keeper::scoreboard::{FAMILY, HURRY, LeaseSlot, MOVE};
use crate::keeper::session::lease::Session;
use crate::lease::machine::{Event, Machine, Reply, Request, Tally, Terms};
use crate::lease::{Bindings, bindings};
use crate::rule::kept;

/// What a tenure hears.
pub(super) struct Signals {
    pub(super) events: Receiver<Event>,
    pub(super) nudged: Receiver<()>,
    pub(super) copied: Receiver<()>,
}

impl Signals {
    /// Ends when this machine turns out to be a copy.
    async fn copied(&self) -> Event {
        match self.copied.recv().await {
            Ok(()) => Event::Cloned,
            Err(_) => future::pending().await,
        }
    }
}

/// A lease that was not had, and that nobody has asked for since, is no longer sought after this time.
/// Whoever waits asks more often than that. The family's is sought as long as the family lives.
const FORGOTTEN: Duration = Duration::from_secs(1);

/// Keeps the lease of a slot.
pub(super) async fn keep(
    context: Rc<Context>,
    session: Rc<Session>,
    index: usize,
    signals: Signals,
) {
    let slot = context.board.slot(index);
    let registry = context.board.at(slot.registry());
    let config = &context.config;
    let mut machine = Machine::new(
        config.layout,
        Terms {
            // Where many processes have a node each, that would be as many again.
            spares: if index == FAMILY {
                config.terms.spares
            } else {
                0
            },
            ..config.terms
        },
        slot.wanted(),
        context.board.memory(index),
        Bindings::new(
            config.bound,
            bindings::key((registry.dsn(), registry.path())),
        ),
        fastrand::Rng::with_seed(crate::lease::random()),
    );
    let mut shown = Published::default();
    let mut request = None;
    let mut moving = false;
    let mut asked = Instant::now();
    while !machine.is_released() {
        let event = match request.take() {
            Some(request) => {
                let fresh = slot.permit() == Permit::NONE;
                let answer = async { Event::Reply(ask(&context, &session, request, fresh).await) };
                // What a copy had asked is nothing to it: it has forgotten the nonce.
                or(signals.copied(), answer).await
            }
            None => match wait(&context, &machine, &signals).await {
                Some(event) => event,
                None if slot.is_asked(MOVE) && !moving => Event::ClockBehind,
                None if slot.take(HURRY) => {
                    asked = Instant::now();
                    Event::Hurry
                }
                None => Event::Tick,
            },
        };
        // Where others of the family use it, it is theirs from now on.
        if matches!(event, Event::Release | Event::Abandoned)
            && slot.owner() != 0
            && !context.has_ended()
            && kept!("handed_over")
            && slot.hand_over()
        {
            continue;
        }
        if let Event::Reply(Reply::Claimed(_)) = event {
            machine.suggest(session.looked_at());
        }
        moving |= event == Event::ClockBehind;
        machine.reseed(seed());
        request = machine.step(now(&context), event);
        if request.is_none()
            && index != FAMILY
            && !machine.is_engaged()
            && asked.elapsed() > FORGOTTEN
            && kept!("forgotten")
        {
            request = machine.step(now(&context), Event::Release);
        }
        shown.show(&context, &session, slot, &machine);
        if moving && !machine.is_moving() {
            moving = false;
            slot.take(MOVE);
            slot.changed();
        }
    }
    shown.engage(&context, &session, false);
}

/// The kernel's randomness may be as old as a copied machine; its clock is not.
fn seed() -> u64 {
    let time = clock_gettime(ClockId::CLOCK_MONOTONIC).map_or(0, |time| time.tv_nsec());
    crate::lease::random() ^ time.cast_unsigned().rotate_left(32)
}

fn now(context: &Context) -> u64 {
    Moment::now(&context.config.layout).timestamp
}

async fn ask(context: &Context, session: &Session, request: Request, fresh: bool) -> Reply {
    let Some(client) = session.client() else {
        return Reply::Unknown;
    };
    // All of PHP has left, without waiting for a lease that it saw nobody hold: none is to be taken any more.
    if fresh && context.has_ended() && kept!("none_after_the_end") {
        match request {
            Request::Acquire { .. } => return Reply::Refused,
            Request::List | Request::Look { settle: false, .. } => return Reply::Unknown,
            _ => {}
        }
    }
    let reply = session.ask(&client, request).await;
    session.note(context, &reply);
    reply
}

/// The next thing that happens; `None`: something is asked for in the slot.
async fn wait(context: &Context, machine: &Machine<'_>, signals: &Signals) -> Option<Event> {
    // The keeper has the other ends as long as this matters.
    let event = async {
        match signals.events.recv().await {
            Ok(event) => Some(event),
            Err(_) => future::pending().await,
        }
    };
    let nudge = async {
        match signals.nudged.recv().await {
            Ok(()) => None,
            Err(_) => future::pending().await,
        }
    };
    let asked = or(event, nudge);
    let pace = context.config.terms.pace().max(1);
    let rest = match machine.wake_at() {
        // The clock may be set ahead at any time.
        Some(at) => at.saturating_sub(now(context)).clamp(1, pace),
        None => pace,
    };
    let copied = async { Some(signals.copied().await) };
    or(or(copied, asked), async {
        Timer::after(Duration::from_millis(rest)).await;
        Some(Event::Tick)
    })
    .await
}

/// What the board was told of the lease.
#[derive(Default)]
struct Published {
    permit: u64,
    reason: Option<String>,
    tally: Tally,
    engaged: bool,
}

impl Published {
    fn show(
        &mut self,
        context: &Context,
        session: &Session,
        slot: &LeaseSlot,
        machine: &Machine<'_>,
    ) {
        self.engage(context, session, machine.is_engaged());
        let tally = machine.tally();
        let board = context.board;
        board
            .moves
            .fetch_add(tally.moves - self.tally.moves, Ordering::Relaxed);
        board
            .lost
            .fetch_add(tally.lost - self.tally.lost, Ordering::Relaxed);
        let voided = tally.voided - self.tally.voided;
        board.voided.fetch_add(voided, Ordering::Relaxed);
        let overwritten = tally.overwritten - self.tally.overwritten;
        board.tell_overwritten(overwritten, tally.overwritten_node);
        self.tally = tally;
        let reason = machine.reason().or(machine.remark());
        let permit = slot.permit();
        if self.reason.as_deref() != reason {
            self.reason = reason.map(ToOwned::to_owned);
            slot.error.set(reason.unwrap_or_default());
        }
        if self.permit != permit {
            self.permit = permit;
            if permit != Permit::NONE {
                slot.renew();
            }
            slot.changed();
        }
    }

    fn engage(&mut self, context: &Context, session: &Session, engaged: bool) {
        if self.engaged != engaged {
            self.engaged = engaged;
            session.engage(context, engaged);
        }
    }
}
