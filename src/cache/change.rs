//! A change of a picture, and the next picture that comes of it.

use std::collections::BTreeMap;

use super::arena::{Draft, Full, Half, Writer};
use super::picture::{LEAF, NODE, Node, Picture, below, entries};
use super::{CACHES, DEPTH, LEVELS, branch, hash};
use crate::rule::kept;
use crate::wire::Stat;

/// What becomes of a node and of those below it.
#[derive(Default)]
pub struct Change {
    /// Of the node itself.
    pub node: Becomes,
    /// Children that are not named are gone.
    pub whole: bool,
    /// Of its children, by their names.
    pub below: BTreeMap<Vec<u8>, Self>,
}

/// What becomes of a node.
#[derive(Default)]
pub enum Becomes {
    /// It is as it was.
    #[default]
    AsBefore,
    /// It is not there any more, nor is anything below it.
    Gone,
    /// It is like this.
    Now(Stat, Vec<u8>),
}

/// Why there is no next picture. There is the one before, still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No room.
    Full(Full),
    /// It is not a picture of one moment: somewhere are other children than the node's stat says.
    Uneven,
    /// There are more levels than [`DEPTH`].
    Deep,
    /// What was there is not as it was written.
    Broken,
}

impl From<Full> for Refused {
    fn from(full: Full) -> Self {
        Self::Full(full)
    }
}

impl Change {
    /// Of the node at that path below this one; that may be an empty one.
    ///
    /// # Errors
    /// [`Refused::Deep`].
    pub fn at(&mut self, path: &[u8]) -> Result<&mut Self, Refused> {
        let mut change = self;
        let names = path.split(|&byte| byte == b'/');
        for (depth, name) in names.filter(|name| !name.is_empty()).enumerate() {
            if depth >= DEPTH {
                return Err(Refused::Deep);
            }
            change = change.below.entry(name.to_vec()).or_default();
        }
        Ok(change)
    }
}

impl Writer<'_> {
    /// Publishes a cache's next picture. Whether it is another one.
    ///
    /// # Errors
    /// [`Refused`]: nothing is published.
    pub fn apply(&mut self, cache: usize, change: &Change) -> Result<bool, Refused> {
        let old = self.root(cache);
        let mut next = Next {
            old: self.half(),
            draft: self.behind(),
            anew: false,
        };
        match next.picture(old, change, self.version(cache)) {
            Ok(place) if place == old => return Ok(false),
            Ok(place) => {
                self.publish(cache, place, &next.draft);
                return Ok(true);
            }
            Err(Refused::Full(_)) => {}
            Err(refused) => return Err(refused),
        }
        self.rewrite(Some((cache, change)))?;
        Ok(true)
    }

    /// Writes what is in use anew, where that takes less than half of what is used now.
    pub fn tidy(&mut self) {
        let (used, _) = self.arena().used();
        if used > LEISURE && self.live() < used / 2 {
            // There is room for what there is.
            let _ = self.rewrite(None);
        }
    }

    /// There is no picture of that cache any more.
    pub fn clear(&mut self, cache: usize) {
        let half = self.half();
        let last = Picture::at(&half, self.root(cache)).filter(|_| self.root(cache) != 0);
        if let Some(last) = last {
            self.forget(cache, last.version);
        }
    }

    /// What all pictures take, in bytes, but for the tries.
    fn live(&self) -> usize {
        let half = self.half();
        let of = |cache| {
            let place = self.root(cache);
            let root = Picture::at(&half, place).and_then(|picture| picture.root);
            root.filter(|_| place != 0)
                .and_then(|root| root.words())
                .unwrap_or(0)
        };
        (0..CACHES).map(of).sum::<u64>() as usize * 8
    }

    fn rewrite(&mut self, changed: Option<(usize, &Change)>) -> Result<(), Refused> {
        let mut roots = std::array::from_fn(|cache| self.root(cache));
        let mut next = Next {
            old: self.half(),
            draft: self.anew(),
            anew: true,
        };
        let none = Change::default();
        for (cache, root) in roots.iter_mut().enumerate() {
            let change = match changed {
                Some((of, change)) if of == cache => change,
                _ if *root == 0 => continue,
                _ => &none,
            };
            *root = next.picture(*root, change, self.version(cache))?;
        }
        self.change_over(&roots, &next.draft);
        Ok(())
    }
}

/// So much garbage does not matter, in bytes.
const LEISURE: usize = 1 << 20;

/// Words that a child takes in a trie, nearly.
const IN_TRIE: u64 = 1;

/// The next picture, as it is written.
struct Next<'a> {
    old: Half<'a>,
    draft: Draft<'a>,
    /// Into the other half: so nothing of the old one is in it.
    anew: bool,
}

/// A node of the next picture.
#[derive(Clone, Copy)]
struct Made {
    place: u32,
    /// Of its subtree.
    nodes: u32,
    words: u64,
}

/// A child whose entry changes.
#[derive(Clone)]
struct Item {
    hash: u64,
    name: Vec<u8>,
    /// Its place; `None`: it is gone.
    place: Option<u32>,
}

/// The children of a node of the next picture.
#[derive(Clone, Copy, Default)]
struct Children {
    entry: u32,
    count: u32,
    /// Of all their subtrees.
    nodes: u32,
    words: u64,
}

impl<'a> Next<'a> {
    /// The place of the picture, which is that of the old one where nothing is different.
    fn picture(&mut self, place: u32, change: &Change, last: u64) -> Result<u32, Refused> {
        let (version, root) = match place {
            0 => (last, None),
            _ => {
                let old = Picture::at(&self.old, place).ok_or(Refused::Broken)?;
                (old.version, old.root.map(|root| root.place))
            }
        };
        let next = self.node(root, &[], change)?;
        let next_root = next.map(|next| next.place);
        if !self.anew && place != 0 && next_root == root {
            return Ok(place);
        }
        // What is only written anew is the same picture.
        let is_same = matches!(change.node, Becomes::AsBefore) && change.below.is_empty();
        let version = version + u64::from(!is_same);
        let nodes = next.map_or(0, |next| next.nodes);
        let root = u64::from(next_root.unwrap_or(0)) << 32;
        Ok(self.draft.words(&[version, u64::from(nodes) | root])?)
    }

    /// A node, and all below it.
    fn node(
        &mut self,
        old: Option<u32>,
        name: &[u8],
        change: &Change,
    ) -> Result<Option<Made>, Refused> {
        let before = old.map(|place| self.before(place)).transpose()?;
        let stat = match (&change.node, &before) {
            (Becomes::Gone, _) => return Ok(None),
            (Becomes::Now(stat, _), _) => *stat,
            (Becomes::AsBefore, Some(before)) => before.stat,
            (Becomes::AsBefore, None) => {
                // Nothing can be below what is not there.
                let nothing = |change: &Change| matches!(change.node, Becomes::Gone);
                return match change.below.values().all(nothing) {
                    true => Ok(None),
                    false => Err(Refused::Uneven),
                };
            }
        };
        let same_below = change.below.is_empty() && !change.whole && !self.anew;
        let children = match &before {
            Some(before) if same_below => before.children,
            _ => self.children(old, before.as_ref(), change)?,
        };
        if stat.num_children != children.count.cast_signed() && kept!("children_counted") {
            return Err(Refused::Uneven);
        }
        let value = match (&change.node, old) {
            (Becomes::Now(_, value), Some(place)) if !self.anew => {
                let node = Node::of(&self.old, place);
                let same = node.has_value(value).ok_or(Refused::Broken)?;
                (!same).then_some(value)
            }
            (Becomes::Now(_, value), _) => Some(value),
            _ => None,
        };
        if let (None, Some(before), false) = (value, &before, self.anew)
            && before.stat == stat
            && before.children.entry == children.entry
        {
            return Ok(Some(before.made));
        }
        let (place, length) = match (value, &before) {
            (Some(value), _) if value.is_empty() => (0, 0),
            // No value is longer than an answer of ZooKeeper's.
            (Some(value), _) => (self.draft.bytes(value)?, value.len() as u32),
            (None, Some(before)) if self.anew => {
                let (place, length) = before.value;
                let words = (length as usize).div_ceil(8);
                (self.draft.copied(&self.old, place, words)?, length)
            }
            (None, Some(before)) => before.value,
            (None, None) => (0, 0),
        };
        self.written(name, &stat, (place, length), children)
            .map(Some)
    }

    fn written(
        &mut self,
        name: &[u8],
        stat: &Stat,
        (value, length): (u32, u32),
        children: Children,
    ) -> Result<Made, Refused> {
        let pair = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
        let own = NODE + name.len().div_ceil(8) + (length as usize).div_ceil(8);
        let (nodes, words) = (children.nodes + 1, children.words + own as u64 + IN_TRIE);
        let place = self.draft.words(&[
            pair(name.len() as u32, children.count),
            pair(value, length),
            pair(children.entry, nodes),
            words,
            stat.czxid.cast_unsigned(),
            stat.mzxid.cast_unsigned(),
            stat.pzxid.cast_unsigned(),
            stat.ctime.cast_unsigned(),
            stat.mtime.cast_unsigned(),
            pair(stat.version.cast_unsigned(), stat.cversion.cast_unsigned()),
            pair(
                stat.aversion.cast_unsigned(),
                stat.num_children.cast_unsigned(),
            ),
            stat.ephemeral_owner.cast_unsigned(),
        ])?;
        self.draft.bytes(name)?;
        Ok(Made {
            place,
            nodes,
            words,
        })
    }

    /// All children of a node.
    fn children(
        &mut self,
        old: Option<u32>,
        before: Option<&Before>,
        change: &Change,
    ) -> Result<Children, Refused> {
        let was = before.map(|before| before.children).unwrap_or_default();
        let mut now = match change.whole {
            true => Children::default(),
            false => was,
        };
        let (mut items, mut same) = (Vec::with_capacity(change.below.len()), true);
        for (name, change) in &change.below {
            let old = match old {
                Some(place) => self.child(place, name)?,
                None => None,
            };
            let next = self.node(old.map(|old| old.place), name, change)?;
            if let (Some(old), false) = (old, change.whole) {
                now.take_out(old);
            }
            if let Some(next) = next {
                now.add(next);
            }
            let place = next.map(|next| next.place);
            same &= place == old.map(|old| old.place);
            items.push(Item {
                hash: hash(self.old.key, name),
                name: name.clone(),
                place,
            });
        }
        if same && !self.anew && now.count == was.count {
            now.entry = was.entry;
            return Ok(now);
        }
        items.sort_unstable_by_key(|item| item.hash);
        let start = if change.whole { 0 } else { was.entry };
        now.entry = self.trie(start, &items, 0)?;
        Ok(now)
    }

    /// The entry of what an entry of the old half comes to.
    fn trie(&mut self, old: u32, items: &[Item], level: u32) -> Result<u32, Refused> {
        if items.is_empty() && (old == 0 || !self.anew) {
            return Ok(old);
        }
        if old & LEAF != 0 {
            let node = Node::of(&self.old, old & !LEAF);
            let name = node.name().ok_or(Refused::Broken)?;
            if items.iter().any(|item| item.name == name) {
                return self.trie(0, items, level);
            }
            let place = Some(self.again(old & !LEAF)?);
            let hash = hash(self.old.key, &name);
            let mut items = items.to_vec();
            let at = items.partition_point(|item| item.hash < hash);
            items.insert(at, Item { hash, name, place });
            return self.trie(0, &items, level);
        }
        let mut living = items.iter().filter_map(|item| item.place);
        if let (0, None) = (old, living.clone().nth(1)) {
            return Ok(living.next().map_or(0, |place| place | LEAF));
        }
        let mut found = vec![];
        if level == LEVELS {
            for entry in entries(&self.old, old, level).ok_or(Refused::Broken)? {
                let name = Node::of(&self.old, entry & !LEAF).name();
                let name = name.ok_or(Refused::Broken)?;
                if items.iter().all(|item| item.name != name) {
                    found.push(self.again(entry & !LEAF)? | LEAF);
                }
            }
            found.extend(living.map(|place| place | LEAF));
            return self.list(found.len() as u64, &found);
        }
        let (mut branches, mut rest) = (0_u32, items);
        for number in 0..u32::BITS {
            let here = rest.partition_point(|item| branch(item.hash, level) == number);
            let (here, others) = rest.split_at(here);
            rest = others;
            let old = match old {
                0 => 0,
                place => below(&self.old, place, number).ok_or(Refused::Broken)?,
            };
            let entry = self.trie(old, here, level + 1)?;
            if entry != 0 {
                branches |= 1 << number;
                found.push(entry);
            }
        }
        self.list(branches.into(), &found)
    }

    fn list(&mut self, head: u64, entries: &[u32]) -> Result<u32, Refused> {
        match entries {
            [] => Ok(0),
            [leaf] if leaf & LEAF != 0 => Ok(*leaf),
            _ => {
                let place = self.draft.words(&[head])?;
                self.draft.numbers(entries)?;
                Ok(place)
            }
        }
    }

    /// A node of the old half that does not change, as a node of the next picture.
    fn again(&mut self, place: u32) -> Result<u32, Refused> {
        if !self.anew {
            return Ok(place);
        }
        let name = Node::of(&self.old, place).name().ok_or(Refused::Broken)?;
        let made = self.node(Some(place), &name, &Change::default())?;
        made.map(|made| made.place).ok_or(Refused::Broken)
    }

    fn child(&self, place: u32, name: &[u8]) -> Result<Option<Made>, Refused> {
        let child = Node::of(&self.old, place).child(name);
        let child = child.ok_or(Refused::Broken)?;
        let made = |node: Node<'_, '_>| made(&node).ok_or(Refused::Broken);
        child.map(made).transpose()
    }

    fn before(&self, place: u32) -> Result<Before, Refused> {
        let before = || {
            let node = Node::of(&self.old, place);
            let made = made(&node)?;
            let value = node.value_at()?;
            let name = self.old.pair(place)?.0 as usize;
            let own = NODE + name.div_ceil(8) + (value.1 as usize).div_ceil(8);
            let children = Children {
                entry: node.entry()?.0,
                count: node.children()?,
                nodes: made.nodes.checked_sub(1)?,
                words: made.words.checked_sub(own as u64 + IN_TRIE)?,
            };
            Some(Before {
                made,
                value,
                children,
                stat: node.stat()?,
            })
        };
        before().ok_or(Refused::Broken)
    }
}

fn made(node: &Node<'_, '_>) -> Option<Made> {
    Some(Made {
        place: node.place,
        nodes: node.entry()?.1,
        words: node.words()?,
    })
}

/// A node of the old half.
struct Before {
    made: Made,
    value: (u32, u32),
    children: Children,
    stat: Stat,
}

impl Children {
    fn add(&mut self, child: Made) {
        self.count += 1;
        self.nodes += child.nodes;
        self.words += child.words;
    }

    fn take_out(&mut self, child: Made) {
        self.count = self.count.saturating_sub(1);
        self.nodes = self.nodes.saturating_sub(child.nodes);
        self.words = self.words.saturating_sub(child.words);
    }
}
