//! `Dig\Ticket\Exception`: the exceptions, and the one map from refusals to them.
//!
//! Made by hand: exceptions declared with `#[php_class]` have no file, line or trace.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use ext_php_rs::builders::ClassBuilder;
use ext_php_rs::exception::PhpException;
use ext_php_rs::zend::{ClassEntry, ce};

use super::args::Stop;
use super::engine::SPL_RUNTIME_EXCEPTION;
use crate::lease::Refusal;

const PARENT: &str = "Dig\\Ticket\\Exception\\TicketException";

static TICKET: AtomicPtr<ClassEntry> = AtomicPtr::new(ptr::null_mut());
static ILLEGAL_TIME: AtomicPtr<ClassEntry> = AtomicPtr::new(ptr::null_mut());
static UNAVAILABLE_NODE_ID: AtomicPtr<ClassEntry> = AtomicPtr::new(ptr::null_mut());

/// Registers the classes. Call in MINIT only.
pub(super) fn register() -> ext_php_rs::error::Result<()> {
    ClassBuilder::new(PARENT)
        .extends((runtime_exception, "\\RuntimeException"))
        .registration(|class, _| TICKET.store(class, Ordering::Release))
        .register()?;
    ClassBuilder::new("Dig\\Ticket\\Exception\\IllegalTimeException")
        .extends((|| class(&TICKET), PARENT))
        .registration(|class, _| ILLEGAL_TIME.store(class, Ordering::Release))
        .register()?;
    ClassBuilder::new("Dig\\Ticket\\Exception\\UnavailableNodeIdException")
        .extends((|| class(&TICKET), PARENT))
        .registration(|class, _| UNAVAILABLE_NODE_ID.store(class, Ordering::Release))
        .register()
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        let class = match refusal {
            Refusal::Unavailable(_) => class(&UNAVAILABLE_NODE_ID),
            Refusal::Clock(_) => class(&ILLEGAL_TIME),
        };
        let message = refusal.to_string().replace('\0', "\\0");
        Self::Throw(PhpException::new(message, 0, class))
    }
}

fn class(stored: &AtomicPtr<ClassEntry>) -> &'static ClassEntry {
    // SAFETY: null, or a class of the current MINIT, which the engine keeps until after MSHUTDOWN.
    unsafe { stored.load(Ordering::Acquire).as_ref() }.unwrap_or_else(ce::exception)
}

fn runtime_exception() -> &'static ClassEntry {
    // SAFETY: SPL is part of every PHP and sets it before it starts any module.
    unsafe { SPL_RUNTIME_EXCEPTION.as_ref() }.unwrap_or_else(ce::exception)
}
