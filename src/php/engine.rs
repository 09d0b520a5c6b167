//! Functions of the PHP engine that `ext_php_rs` does not bind, with the signatures of PHP 8.1 to 8.5.

use std::ffi::{c_char, c_int};

use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::{ClassEntry, ModuleEntry};

unsafe extern "C" {
    /// Zend/zend_API.h. Returns 0, or -1 with an exception thrown.
    pub(super) fn zend_parse_parameters(count: u32, types: *const c_char, ...) -> c_int;
    /// Zend/zend_API.h. Follows `declare(strict_types)`. `false`: not an integer.
    pub(super) fn zend_parse_arg_long_slow(arg: *const Zval, to: *mut i64, number: u32) -> bool;
    /// Zend/zend_API.h. The name of the argument's type, as in PHP's own messages.
    pub(super) fn zend_zval_type_name(arg: *const Zval) -> *const c_char;
    /// Zend/zend_API.h. Throws `\ValueError` with "Class::method(): Argument #n ($name) " before it.
    pub(super) fn zend_argument_value_error(number: u32, format: *const c_char, ...);
    /// Zend/zend_API.h. The same as `\TypeError`.
    pub(super) fn zend_argument_type_error(number: u32, format: *const c_char, ...);
    /// Zend/zend_ini.h. The text of a setting; null if there is none of that name.
    pub(super) fn zend_ini_string_ex(
        name: *const c_char,
        length: usize,
        original: c_int,
        exists: *mut bool,
    ) -> *const c_char;
    /// Zend/zend_ini.h.
    pub(super) fn zend_unregister_ini_entries(module_number: c_int);
    /// main/php_ini.h. Prints the module's settings for phpinfo.
    pub(super) fn display_ini_entries(module: *mut ModuleEntry);
    /// main/fopen_wrappers.h. Returns 0, or -1, with a warning raised only if `warn` is not 0.
    pub(super) fn php_check_open_basedir_ex(path: *const c_char, warn: c_int) -> c_int;
    /// Zend/zend_hash.h. Allocates a list's elements.
    pub(super) fn zend_hash_real_init_packed(list: *mut ZendHashTable);
    /// Zend/zend_alloc.h. Gives back all memory of the engine's.
    pub(super) fn shutdown_memory_manager(silent: bool, full: bool);
    /// ext/spl/spl_exceptions.h. Set before any module starts.
    #[link_name = "spl_ce_RuntimeException"]
    pub(super) static SPL_RUNTIME_EXCEPTION: *const ClassEntry;
}
