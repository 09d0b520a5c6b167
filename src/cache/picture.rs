//! What a picture is made of, and how it is read.
//!
//! | what | words |
//! |---|---|
//! | picture | version; nodes and root node |
//! | node | length of its name, number of its children; place and length of its value; entry of its children, nodes of its subtree; words of its subtree; its stat (8); its name |
//! | node of a trie | which branches there are; their entries |
//! | list of names of one hash | how many; their entries |
//!
//! An entry is the place of a node, with [`LEAF`], or else of a node of a trie, or below its last level of a list.
//! All functions that read return `None` where that is not what they find.

use super::arena::Half;
use super::{DEPTH, LEVELS, branch, hash};
use crate::wire::Stat;

/// The bit of an entry that leads to a node.
pub(super) const LEAF: u32 = 1 << 31;

/// Words of a node before its name.
pub(super) const NODE: usize = 12;

/// A picture of a whole subtree at one moment.
pub struct Picture<'h, 'a> {
    /// Rises with each change.
    pub version: u64,
    /// How many znodes there are.
    pub nodes: u32,
    /// The uppermost; `None`: it is not there.
    pub root: Option<Node<'h, 'a>>,
}

/// Which node it is, of all that ever were in the memory: as long as a subtree is the same, its uppermost node is.
pub type Identity = (u64, u32);

/// A znode in a picture.
#[derive(Clone, Copy)]
pub struct Node<'h, 'a> {
    half: &'h Half<'a>,
    pub(super) place: u32,
}

impl<'h, 'a> Picture<'h, 'a> {
    /// The picture at that place.
    #[must_use]
    pub fn at(half: &'h Half<'a>, place: u32) -> Option<Self> {
        let version = half.word(place)?;
        let (nodes, root) = half.pair(place + 1)?;
        Some(Self {
            version,
            nodes,
            root: (root != 0).then_some(Node { half, place: root }),
        })
    }

    /// The node of that path below the root, with a slash at its beginning or without; the root itself for an empty one.
    #[must_use]
    pub fn find(&self, path: &[u8]) -> Option<Option<Node<'h, 'a>>> {
        let Some(mut node) = self.root else {
            return Some(None);
        };
        let path = path.strip_prefix(b"/").unwrap_or(path);
        if path.is_empty() {
            return Some(Some(node));
        }
        for name in path.split(|&byte| byte == b'/') {
            match node.child(name)? {
                Some(child) => node = child,
                None => return Some(None),
            }
        }
        Some(Some(node))
    }
}

impl<'h, 'a> Node<'h, 'a> {
    pub(super) fn of(half: &'h Half<'a>, place: u32) -> Self {
        Self { half, place }
    }

    fn at(&self, word: u32) -> Option<u32> {
        self.place.checked_add(word)
    }

    /// Which one it is. It is another one when anything in its subtree has changed, or when all was written anew.
    #[must_use]
    pub fn identity(&self) -> Identity {
        (self.half.epoch(), self.place)
    }

    /// The last part of its path, which the root has not.
    #[must_use]
    pub fn name(&self) -> Option<Vec<u8>> {
        let (length, _) = self.half.pair(self.place)?;
        self.bytes(self.at(NODE as u32)?, length)
    }

    pub(super) fn is_called(&self, name: &[u8]) -> Option<bool> {
        let (length, _) = self.half.pair(self.place)?;
        if length as usize != name.len() {
            return Some(false);
        }
        self.half.equals(self.at(NODE as u32)?, name)
    }

    fn bytes(&self, place: u32, length: u32) -> Option<Vec<u8>> {
        let mut bytes = vec![];
        self.copy(place, length, &mut bytes)?;
        Some(bytes)
    }

    fn copy(&self, place: u32, length: u32, to: &mut Vec<u8>) -> Option<()> {
        // The length may be any.
        if !self.half.is_whole() || !self.half.has(place, length as usize) {
            return None;
        }
        to.resize(length as usize, 0);
        self.half.copy(place, to)
    }

    /// How many children it has.
    #[must_use]
    pub fn children(&self) -> Option<u32> {
        Some(self.half.pair(self.place)?.1)
    }

    pub(super) fn value_at(&self) -> Option<(u32, u32)> {
        self.half.pair(self.at(1)?)
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> Option<Vec<u8>> {
        let mut value = vec![];
        self.copy_value(&mut value)?;
        Some(value)
    }

    /// The same, in place of what there is in `to`.
    #[must_use]
    pub fn copy_value(&self, to: &mut Vec<u8>) -> Option<()> {
        let (place, length) = self.value_at()?;
        self.copy(place, length, to)
    }

    pub(super) fn has_value(&self, value: &[u8]) -> Option<bool> {
        let (place, length) = self.value_at()?;
        Some(length as usize == value.len() && self.half.equals(place, value)?)
    }

    /// The entry of its children, and how many nodes its subtree has.
    pub(super) fn entry(&self) -> Option<(u32, u32)> {
        self.half.pair(self.at(2)?)
    }

    /// How many words its subtree takes, but for tries.
    pub(super) fn words(&self) -> Option<u64> {
        self.half.word(self.at(3)?)
    }

    /// What ZooKeeper knows of it.
    #[must_use]
    pub fn stat(&self) -> Option<Stat> {
        let word = |index| Some(self.half.word(self.at(index)?)?.cast_signed());
        let pair = |index| {
            let (low, high) = self.half.pair(self.at(index)?)?;
            Some((low.cast_signed(), high.cast_signed()))
        };
        let ((version, cversion), (aversion, num_children)) = (pair(9)?, pair(10)?);
        Some(Stat {
            czxid: word(4)?,
            mzxid: word(5)?,
            pzxid: word(6)?,
            ctime: word(7)?,
            mtime: word(8)?,
            version,
            cversion,
            aversion,
            ephemeral_owner: word(11)?,
            data_length: self.value_at()?.1.cast_signed(),
            num_children,
        })
    }

    /// The child of that name.
    #[must_use]
    pub fn child(&self, name: &[u8]) -> Option<Option<Self>> {
        let (half, hash) = (self.half, hash(self.half.key, name));
        let (mut entry, _) = self.entry()?;
        for level in 0..=LEVELS {
            if entry == 0 {
                return Some(None);
            }
            if entry & LEAF != 0 {
                let node = Node::of(half, entry & !LEAF);
                return Some(node.is_called(name)?.then_some(node));
            }
            if level < LEVELS {
                entry = below(half, entry, branch(hash, level))?;
            }
        }
        for entry in entries(half, entry, LEVELS)? {
            let node = Node::of(half, entry & !LEAF);
            if node.is_called(name)? {
                return Some(Some(node));
            }
        }
        Some(None)
    }

    /// Calls something with each child, in no particular order.
    #[must_use]
    pub fn each(&self, see: &mut dyn FnMut(Self) -> Option<()>) -> Option<()> {
        self.each_of(self.entry()?.0, 0, see)
    }

    fn each_of(
        &self,
        entry: u32,
        level: u32,
        see: &mut dyn FnMut(Self) -> Option<()>,
    ) -> Option<()> {
        if entry == 0 {
            return Some(());
        }
        if entry & LEAF != 0 {
            return see(Node::of(self.half, entry & !LEAF));
        }
        if level > LEVELS || !self.half.is_whole() {
            return None;
        }
        for entry in entries(self.half, entry, level)? {
            self.each_of(entry, level + 1, see)?;
        }
        Some(())
    }

    /// Calls something with each node of its subtree, itself the first, and the path of each below it, which begins with a
    /// slash unless it is empty.
    #[must_use]
    pub fn walk(
        &self,
        path: &mut Vec<u8>,
        see: &mut dyn FnMut(&[u8], Self) -> Option<()>,
    ) -> Option<()> {
        self.walk_from(0, path, see)
    }

    fn walk_from(
        &self,
        depth: usize,
        path: &mut Vec<u8>,
        see: &mut dyn FnMut(&[u8], Self) -> Option<()>,
    ) -> Option<()> {
        see(path, *self)?;
        if depth > DEPTH {
            return None;
        }
        let length = path.len();
        self.each(&mut |child| {
            path.push(b'/');
            path.extend(child.name()?);
            child.walk_from(depth + 1, path, see)?;
            path.truncate(length);
            Some(())
        })
    }
}

/// The entry of a branch of a node of a trie; 0: there is none.
pub(super) fn below(half: &Half<'_>, place: u32, branch: u32) -> Option<u32> {
    let (branches, _) = half.pair(place)?;
    let bit = 1 << branch;
    if branches & bit == 0 {
        return Some(0);
    }
    half.number(place + 1, (branches & (bit - 1)).count_ones())
}

/// The entries of a node of a trie, or of a list below the last level.
pub(super) fn entries(half: &Half<'_>, place: u32, level: u32) -> Option<Vec<u32>> {
    if place == 0 {
        return Some(vec![]);
    }
    let (head, _) = half.pair(place)?;
    let count = match level {
        LEVELS => head,
        _ => head.count_ones(),
    };
    if !half.is_whole() {
        return None;
    }
    (0..count)
        .map(|index| half.number(place + 1, index))
        .collect()
}
