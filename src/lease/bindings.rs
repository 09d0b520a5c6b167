//! Which registry each node ID of a family was leased from. A family never holds one node ID from
//! two registries, since two registries know nothing of each other's marks.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::rule::kept;

/// Tells the registries of one family apart, by what makes out a registry.
#[must_use]
pub fn key(place: impl Hash) -> NonZeroU64 {
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    NonZeroU64::new(hasher.finish()).unwrap_or(NonZeroU64::MIN)
}

/// One registry's view of the family's table: a slot per node ID, 0 while the node was never leased.
#[derive(Clone, Copy, Debug)]
pub struct Bindings {
    slots: &'static [AtomicU64],
    registry: NonZeroU64,
}

impl Bindings {
    /// `registry` tells this registry from the family's others.
    #[must_use]
    pub fn new(slots: &'static [AtomicU64], registry: NonZeroU64) -> Self {
        Self { slots, registry }
    }

    /// Whether the node may be leased from this registry, as things stand.
    #[must_use]
    pub fn allows(&self, node: u16) -> bool {
        // Relaxed: a hint; `bind` decides.
        self.slots
            .get(usize::from(node))
            .is_some_and(|slot| [0, self.registry.get()].contains(&slot.load(Ordering::Relaxed)))
    }

    /// Whether the node was leased from this registry before.
    #[must_use]
    pub fn is_bound(&self, node: u16) -> bool {
        let slot = self.slots.get(usize::from(node));
        slot.is_some_and(|slot| slot.load(Ordering::Relaxed) == self.registry.get())
    }

    /// Binds the node to this registry for the family's life, or says that it is bound to another.
    #[must_use]
    pub fn bind(&self, node: u16) -> bool {
        let Some(slot) = self.slots.get(usize::from(node)) else {
            return false;
        };
        // AcqRel: the slot is the only thing shared here; nothing else is ordered by it.
        match slot.compare_exchange(0, self.registry.get(), Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(bound) => bound == self.registry.get() || !kept!("one_registry_per_node"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_stays_with_the_registry_that_leased_it_first() {
        let slots: &'static [AtomicU64] = Box::leak((0..4).map(|_| AtomicU64::new(0)).collect());
        let [a, b] = [1, 2].map(|key| Bindings::new(slots, NonZeroU64::new(key).unwrap()));
        assert!(a.allows(3) && b.allows(3));
        assert!(a.bind(3) && a.bind(3));
        assert!(a.allows(3) && !b.allows(3) && !b.bind(3));
        assert!(!a.allows(4) && !a.bind(4), "no such node");
    }
}
