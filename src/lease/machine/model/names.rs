//! One name for all worlds that differ in names only.

use super::super::{Claim, Reply, Request};
use super::world::{STRANGER, Session, Talk, World};

impl World {
    /// Renumbers sessions and nonces in the order in which they stand, and forgets those that do not matter
    /// any more.
    pub(super) fn rename(&mut self) {
        let alive = &self.alive;
        self.late.retain(|(session, _)| alive.contains(session));
        self.rename_sessions();
        self.rename_nonces();
        self.late.sort_by_cached_key(|late| format!("{late:?}"));
    }

    fn rename_sessions(&mut self) {
        let mut names: Vec<Session> = Vec::new();
        let mut rename = |session: &mut Session| {
            let known = names.iter().position(|name| name == session);
            let place = known.unwrap_or_else(|| {
                names.push(*session);
                names.len() - 1
            });
            *session = place as Session;
        };
        for family in &mut self.families {
            rename(&mut family.session);
        }
        for node in &mut self.registry.nodes {
            if let Some((session, _)) = &mut node.claim
                && *session != STRANGER.0
            {
                rename(session);
            }
        }
        for (session, _) in &mut self.late {
            rename(session);
        }
        let new = |old: &Session| names.iter().position(|name| name == old);
        let alive = self.alive.iter().filter_map(new);
        self.alive = alive.map(|name| name as Session).collect();
    }

    fn rename_nonces(&mut self) {
        // What can still be read, now or when a write has arrived.
        let mut names = vec![0];
        let mut note = |nonce: &mut u64| {
            if !names.contains(nonce) {
                names.push(*nonce);
            }
        };
        self.readable_nonces(&mut note);
        let mut rename = |nonce: &mut u64| {
            let place = names.iter().position(|name| name == nonce);
            *nonce = place.unwrap_or_default() as u64;
        };
        self.readable_nonces(&mut rename);
        let leases = self.families.iter_mut();
        for lease in leases.flat_map(|family| &mut family.leases) {
            let memory = &mut lease.memory;
            memory.nonces.iter_mut().for_each(rename);
            rename(&mut memory.claim);
            // Attempts that nobody can read make room.
            let (kept, attempts) = memory.nonces.split_at_mut(1);
            let mut known = vec![0, kept[0]];
            let mut live = 0;
            for place in 0..attempts.len() {
                let nonce = std::mem::take(&mut attempts[place]);
                if !known.contains(&nonce) {
                    known.push(nonce);
                    attempts[live] = nonce;
                    live += 1;
                }
            }
        }
    }

    /// The nonces that are in the registry, on the way, or known to a machine.
    fn readable_nonces(&mut self, each: &mut impl FnMut(&mut u64)) {
        for node in &mut self.registry.nodes {
            if let Some(mark) = &mut node.mark {
                each(&mut mark.nonce);
            }
            if let Some((_, nonce)) = &mut node.claim {
                each(nonce);
            }
        }
        for (_, request) in &mut self.late {
            nonce_of(request, each);
        }
        let leases = self.families.iter_mut();
        for lease in leases.flat_map(|family| &mut family.leases) {
            match &mut lease.talk {
                Talk::Sent(request) => nonce_of(request, each),
                Talk::Answered(Reply::Node(mark, claim)) => {
                    if let Some(mark) = mark {
                        each(&mut mark.nonce);
                    }
                    if let Claim::Other { nonce } = claim {
                        each(nonce);
                    }
                }
                _ => {}
            }
            lease.machine.nonces(each);
        }
    }
}

fn nonce_of(request: &mut Request, each: &mut impl FnMut(&mut u64)) {
    match request {
        Request::Acquire { nonce, .. }
        | Request::Extend { nonce, .. }
        | Request::Release { nonce, .. } => each(nonce),
        Request::List | Request::Look { .. } => {}
    }
}
