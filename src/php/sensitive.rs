//! Parameters that have secrets in them, as `#[\SensitiveParameter]` makes them (since PHP 8.2; before, nothing does): what
//! an exception's trace shows of a call has an object in their place.

use std::ffi::c_void;
use std::ptr;

use ext_php_rs::class::RegisteredClass;
use ext_php_rs::ffi::{
    HashTable, ZEND_MODULE_API_NO, zend_function, zend_hash_str_find_ptr_lc, zend_string,
};
use ext_php_rs::types::ZendStr;

use crate::rule::kept;

/// The module API of PHP 8.2.
const FIRST: u32 = 20_220_829;

/// Of the attribute: allocated for as long as the process lives, as those of all internal functions are.
const PERSISTENT: u32 = 1;

unsafe extern "C" {
    /// <https://github.com/php/php-src/blob/PHP-8.2/Zend/zend_attributes.h>
    fn zend_add_attribute(
        attributes: *mut *mut HashTable,
        name: *mut zend_string,
        argc: u32,
        flags: u32,
        offset: u32,
        line: u32,
    ) -> *mut c_void;
}

/// Marks a parameter of a method, counted from 0. Call in MINIT, after the class is registered.
pub(super) fn mark<T: RegisteredClass>(method: &str, parameter: u32) {
    if ZEND_MODULE_API_NO < FIRST || !kept!("secrets_not_in_traces") {
        return;
    }
    let class = ptr::from_ref(T::get_metadata().ce()).cast_mut();
    let mut name = ZendStr::new("SensitiveParameter", true);
    // SAFETY: in MINIT, a class that is just registered. The engine frees the attribute with it, and takes a reference
    // to the name.
    unsafe {
        let methods = &raw mut (*class).function_table;
        let found = zend_hash_str_find_ptr_lc(methods, method.as_ptr().cast(), method.len());
        if let Some(found) = found.cast::<zend_function>().as_mut() {
            let attributes = &raw mut found.common.attributes;
            zend_add_attribute(attributes, &raw mut *name, 0, PERSISTENT, parameter + 1, 0);
        }
    }
}
