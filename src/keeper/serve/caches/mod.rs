//! Caches: the keeper [follows](follow) each cached subtree, and writes what becomes of it into memory that all of PHP may
//! read ([`crate::cache`]).
//!
//! The session is one that nobody else uses, for each DSN: a large tree is not in anybody's way but at its first load.

mod follow;
mod read;

use std::cell::{Cell, RefCell, RefMut};
use std::collections::{HashMap, HashSet};
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use async_io::Timer;
use nix::sys::mman::{MmapAdvise, ProtFlags, madvise, mprotect};

use crate::cache::arena::{Arena, Writer};
use crate::keeper::context::Context;
use crate::keeper::session::client::ClientSession;
use crate::rule::kept;
use crate::wire::Profile;

/// Memory that is not needed any more is given back after this time: nobody reads there for so long.
const LEISURE: Duration = Duration::from_secs(1);

/// All caches of the family.
pub(super) struct Caches {
    context: Rc<Context>,
    memory: Option<Memory>,
    sessions: RefCell<HashMap<String, Rc<ClientSession>>>,
    followed: RefCell<HashSet<usize>>,
    tidies: Cell<bool>,
    untidy: Cell<bool>,
}

struct Memory {
    words: &'static [AtomicU64],
    writer: RefCell<Writer<'static>>,
}

impl Memory {
    fn new(words: &'static [AtomicU64]) -> nix::Result<Self> {
        // SAFETY: this process's own mapping of the memory, of which there are no references but to atomics.
        unsafe {
            let flags = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
            mprotect(NonNull::from(words).cast(), size_of_val(words), flags)?;
        }
        let writer = Writer::begin(Arena::new(words), crate::lease::random() | 1);
        Ok(Self {
            words,
            writer: RefCell::new(writer),
        })
    }

    /// Gives what is not in use back to the system.
    fn release(&self) {
        let unused = self.writer.borrow_mut().release();
        for range in unused {
            let words = &self.words[range.start / 8..range.end / 8];
            if !words.is_empty() && kept!("cache_given_back") {
                // SAFETY: a part of the mapping, in whole pages, that nobody has a reference to but as atomics, which zeroes
                // are. Where the system cannot, the memory stays.
                let _ = unsafe {
                    madvise(
                        NonNull::from(words).cast(),
                        range.len(),
                        MmapAdvise::MADV_REMOVE,
                    )
                };
            }
        }
    }
}

impl Caches {
    pub(super) fn new(context: &Rc<Context>) -> Rc<Self> {
        let memory = context
            .config
            .cache
            .and_then(|words| Memory::new(words).ok());
        Rc::new(Self {
            context: context.clone(),
            memory,
            sessions: RefCell::default(),
            followed: RefCell::default(),
            tidies: Cell::new(false),
            untidy: Cell::new(false),
        })
    }

    /// Follows all that are wanted.
    pub(super) fn look(self: &Rc<Self>) {
        if self.memory.is_none() {
            return;
        }
        for cache in self.context.board.caches() {
            if self.followed.borrow_mut().insert(cache) {
                let follow = follow::keep(self.clone(), cache);
                self.context.executor.spawn(follow).detach();
            }
        }
    }

    fn writer(&self) -> Option<RefMut<'_, Writer<'static>>> {
        self.memory
            .as_ref()
            .map(|memory| memory.writer.borrow_mut())
    }

    /// What a cache may have, in bytes.
    fn room(&self) -> usize {
        self.writer().map_or(0, |writer| writer.arena().room())
    }

    /// Something was written: soon what is not needed of it is given back.
    fn wrote(self: &Rc<Self>) {
        let tidies = self.tidies.replace(true);
        self.untidy.set(!tidies || kept!("tidied_again"));
        if tidies {
            return;
        }
        let this = self.clone();
        let tidy = async move {
            // What is written meanwhile may be garbage since then.
            while this.untidy.replace(false) {
                Timer::after(LEISURE).await;
                if let Some(memory) = &this.memory {
                    memory.writer.borrow_mut().tidy();
                }
                Timer::after(LEISURE).await;
                if let Some(memory) = &this.memory {
                    memory.release();
                }
            }
            this.tidies.set(false);
        };
        self.context.executor.spawn(tidy).detach();
    }

    /// The session with those servers.
    fn session(&self, dsn: &str) -> Rc<ClientSession> {
        let mut sessions = self.sessions.borrow_mut();
        if let Some(session) = sessions.get(dsn)
            && !session.has_ended()
        {
            return session.clone();
        }
        let profile = Profile {
            dsn: dsn.to_owned(),
            // No time here is longer than an hour.
            session_timeout: self.context.config.session_timeout.as_millis() as u32,
            auth: vec![],
            family: true,
            tls: None,
        };
        let session = ClientSession::open(&self.context, profile, false);
        sessions.insert(dsn.to_owned(), session.clone());
        session
    }

    fn sessions(&self) -> Vec<Rc<ClientSession>> {
        self.sessions.borrow().values().cloned().collect()
    }

    /// Descriptors that they take.
    pub(super) fn descriptors(&self) -> usize {
        self.sessions.borrow().len()
    }

    /// This machine is a copy of another one, whose the sessions are.
    pub(super) fn leave_to_another(&self) {
        for session in self.sessions() {
            session.leave_to_another();
        }
    }

    /// Ends all sessions.
    pub(super) async fn close(&self) {
        let all = self.sessions();
        for session in &all {
            session.stop();
        }
        for session in all {
            session.close().await;
        }
    }
}
