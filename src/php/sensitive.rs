//! Parameters that have secrets in them, as `#[\SensitiveParameter]` makes them (since PHP 8.2; before, nothing does): what
//! an exception's trace shows of a call has an object in their place.

use ext_php_rs::class::RegisteredClass;
use ext_php_rs::ffi::ZEND_MODULE_API_NO;
use ext_php_rs::types::ZendStr;

use super::engine::{method_of, zend_add_attribute};
use crate::rule::kept;

/// The module API of PHP 8.2.
const FIRST: u32 = 20_220_829;

/// Of the attribute: allocated for as long as the process lives, as those of all internal functions are.
const PERSISTENT: u32 = 1;

/// Marks a parameter of a method, counted from 0. Call in MINIT, after the class is registered.
pub(super) fn mark<T: RegisteredClass>(method: &str, parameter: u32) {
    if ZEND_MODULE_API_NO < FIRST || !kept!("secrets_not_in_traces") {
        return;
    }
    let mut name = ZendStr::new("SensitiveParameter", true);
    // SAFETY: in MINIT, a class that is just registered. The engine frees the attribute with it, and takes a reference
    // to the name.
    unsafe {
        if let Some(found) = method_of::<T>(method).as_mut() {
            let attributes = &raw mut found.common.attributes;
            zend_add_attribute(attributes, &raw mut *name, 0, PERSISTENT, parameter + 1, 0);
        }
    }
}
