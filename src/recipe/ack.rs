//! An item of a queue that was taken is deleted, once, with its claim, unless it was given to somebody else.

use super::claim::claim_of;
use crate::rule::kept;
use crate::wire::{Failure, Operation};

/// What it comes to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Acked {
    /// It is done, and all that was to be done in the same step.
    Done,
    /// Nothing is, and it is not this one's any more.
    Lost,
    /// It is not this one's any more, and it is not known whether it is done.
    Gone(Failure),
    /// Nothing is.
    Refused(Failure),
    /// It is not known whether it is done.
    Unknown(Failure),
}

/// One item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ack {
    operations: Vec<Operation>,
    /// How many of these are its own.
    ours: u32,
    /// It may have been done.
    doubt: Option<Failure>,
    /// That was by a call before, with other operations than these, if with any.
    earlier: bool,
}

impl Ack {
    /// Of the item at this path, which has had this version since it was taken; together with these. `doubt`: a call before may
    /// have done it.
    #[must_use]
    pub fn new(entry: &str, version: i32, with: Vec<Operation>, doubt: Option<Failure>) -> Self {
        let mut operations = vec![
            Operation::Delete {
                path: claim_of(entry).unwrap_or_default(),
                version: None,
            },
            Operation::Delete {
                path: entry.to_owned(),
                version: kept!("ack_is_fenced").then_some(version),
            },
        ];
        let ours = operations.len() as u32;
        operations.extend(with);
        Self {
            operations,
            ours,
            earlier: doubt.is_some(),
            doubt,
        }
    }

    /// What is to be asked, all in one transaction, until it is known what it comes to.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        self.operations.clone()
    }

    /// Takes in what came of it; `held`: after the answer it is certainly held still. What it comes to, or that it is to be
    /// asked again: it can be done once only, so it may be tried until it is known.
    pub fn hears(&mut self, answer: Result<(), Failure>, held: bool) -> Option<Acked> {
        let mut failure = match answer {
            Ok(()) => return Some(Acked::Done),
            Err(failure) => failure,
        };
        if failure.unknown && kept!("ack_is_repeated") {
            self.doubt.get_or_insert(failure);
            return None;
        }
        let is_other = self.earlier && self.operations.len() > self.ours as usize;
        let not_ours = failure.index.is_some_and(|index| index < self.ours);
        Some(match self.doubt.take() {
            // Nobody else can have had it: it was done the first time.
            Some(_) if not_ours && held && !is_other => Acked::Done,
            Some(doubt) if not_ours => Acked::Gone(doubt),
            None if not_ours => Acked::Lost,
            // Nothing more is known than before.
            Some(doubt) => Acked::Unknown(doubt),
            None if failure.unknown => Acked::Unknown(failure),
            None => {
                // Of the caller's own operations, which have to be others.
                failure.index = failure.index.map(|index| index - self.ours);
                Acked::Refused(failure)
            }
        })
    }
}
