//! `Dig\Zookeeper\SessionState`: how a client stands to ZooKeeper.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use ext_php_rs::builders::EnumBuilder;
use ext_php_rs::enum_::EnumCase;
use ext_php_rs::error::Result;
use ext_php_rs::ffi::zend_enum_get_case;
use ext_php_rs::flags::ClassFlags;
use ext_php_rs::types::{ZendStr, Zval};
use ext_php_rs::zend::ClassEntry;

use crate::wire::State;

pub(super) const NAME: &str = "Dig\\Zookeeper\\SessionState";

static CLASS: AtomicPtr<ClassEntry> = AtomicPtr::new(ptr::null_mut());

const fn case(name: &'static str) -> EnumCase {
    EnumCase {
        name,
        discriminant: None,
        docs: &[],
    }
}

static CASES: [EnumCase; 7] = [
    case("Connecting"),
    case("Connected"),
    case("ReadOnly"),
    case("Suspended"),
    case("Expired"),
    case("AuthFailed"),
    case("Closed"),
];

/// Registers the enum. Call in MINIT only.
pub(super) fn register() -> Result<()> {
    let mut builder = EnumBuilder::new(NAME);
    for case in &CASES {
        builder = builder.case(case);
    }
    builder
        .registration(|class, _| {
            // As an enum of PHP's own code is; the engine leaves it out.
            class.ce_flags |= ClassFlags::Final.bits();
            CLASS.store(class, Ordering::Release);
        })
        .register()
}

/// Sets a value to a case.
pub(super) fn give(result: &mut Zval, state: State) {
    let name = match state {
        State::Connecting => "Connecting",
        State::Connected => "Connected",
        State::Suspended => "Suspended",
        State::Expired => "Expired",
        State::AuthFailed => "AuthFailed",
        State::Closed => "Closed",
    };
    let mut name = ZendStr::new(name, false);
    // SAFETY: an enum of the current MINIT, and the name of one of its cases, which the engine keeps; the value counts
    // itself in.
    unsafe {
        let case = zend_enum_get_case(CLASS.load(Ordering::Acquire), &raw mut *name);
        if let Some(case) = case.as_mut() {
            result.set_object(case);
        }
    }
}
