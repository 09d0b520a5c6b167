//! Functions of the PHP engine that `ext_php_rs` does not bind, with the signatures of PHP 8.1 to 8.5.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;

use ext_php_rs::class::RegisteredClass;
use ext_php_rs::ffi::{
    HashTable, zend_fcall_info, zend_fcall_info_cache, zend_function, zend_hash_str_find_ptr_lc,
    zend_ini_entry, zend_property_info, zend_reference, zend_string, zend_type,
};
use ext_php_rs::types::{ZendHashTable, ZendObject, ZendStr, Zval};
use ext_php_rs::zend::{ClassEntry, ModuleEntry};
use nix::libc;
use once_cell::sync::OnceCell;

/// Zend/zend_smart_str_public.h: a string that is being appended to.
#[repr(C)]
pub(super) struct SmartString {
    pub(super) text: *mut ZendStr,
    pub(super) room: usize,
}

unsafe extern "C" {
    /// Zend/zend_attributes.h. Takes a reference to the name. Parameters are counted from 1; 0 is the function.
    pub(super) fn zend_add_attribute(
        attributes: *mut *mut HashTable,
        name: *mut ZendStr,
        argc: u32,
        flags: u32,
        offset: u32,
        line: u32,
    ) -> *mut c_void;
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
    /// Zend/zend_API.h. Gives a reference another value, which it takes over, if its types allow that; else throws.
    pub(super) fn zend_try_assign_typed_ref(to: *mut zend_reference, value: *mut Zval) -> c_int;
    /// Zend/zend_API.h. The name is interned; the default is not counted, and `IS_UNDEF` for none.
    pub(super) fn zend_declare_typed_property(
        class: *mut ClassEntry,
        name: *mut ZendStr,
        default: *mut Zval,
        access: c_int,
        doc_comment: *mut ZendStr,
        kind: zend_type,
    ) -> *mut zend_property_info;
    /// Zend/zend_API.h. As code of the class would.
    pub(super) fn zend_update_property(
        class: *mut ClassEntry,
        object: *mut ZendObject,
        name: *const c_char,
        length: usize,
        value: *mut Zval,
    );
    /// Zend/zend_API.h. Calls what both describe; the result is undefined where it throws.
    pub(super) fn zend_call_function(
        info: *mut zend_fcall_info,
        cache: *mut zend_fcall_info_cache,
    ) -> c_int;
    /// Zend/zend_exceptions.h. Puts an exception, which it takes over, behind the last of those before another one.
    pub(super) fn zend_exception_set_previous(of: *mut ZendObject, previous: *mut ZendObject);
    /// main/streams/php_stream_plain_wrapper.h. A stream that closes the descriptor with itself, or null.
    pub(super) fn _php_stream_fopen_from_fd(
        descriptor: c_int,
        mode: *const c_char,
        persistent: *const c_char,
        zero_position: bool,
    ) -> *mut c_void;
    /// Zend/zend_fibers.h. Until the other one is called, a fiber that is to be left throws.
    pub(super) fn zend_fiber_switch_block();
    /// Zend/zend_fibers.h.
    pub(super) fn zend_fiber_switch_unblock();
    /// ext/date/php_date.h. `\DateTimeInterface`.
    pub(super) fn php_date_get_interface_ce() -> *mut ClassEntry;
    /// ext/date/php_date.h. `\DateTimeImmutable`.
    pub(super) fn php_date_get_immutable_ce() -> *mut ClassEntry;
    /// ext/date/php_date.h. `\DateTimeZone`.
    pub(super) fn php_date_get_timezone_ce() -> *mut ClassEntry;
    /// Zend/zend_execute.h. Ends the script with "Maximum execution time exceeded".
    pub(super) fn zend_timeout() -> !;
    /// Zend/zend_ini.h. The text of a setting; null if there is none of that name.
    pub(super) fn zend_ini_string_ex(
        name: *const c_char,
        length: usize,
        original: c_int,
        exists: *mut bool,
    ) -> *const c_char;
    /// Zend/zend_ini.h.
    pub(super) fn zend_unregister_ini_entries(module_number: c_int);
    /// Zend/zend_API.h. The modules that PHP has, by their names.
    pub(super) static mut module_registry: ZendHashTable;
    /// Zend/zend_API.h. Adds a module, which is started with the others; null where it cannot.
    pub(super) fn zend_register_internal_module(module: *mut ModuleEntry) -> *mut ModuleEntry;
    /// Zend/zend_ini.h. Sets a number, at the second argument and so many bytes, where it is not negative.
    pub(super) fn OnUpdateLongGEZero(
        entry: *mut zend_ini_entry,
        value: *mut zend_string,
        offset: *mut c_void,
        base: *mut c_void,
        unused: *mut c_void,
        stage: c_int,
    ) -> c_int;
    /// Zend/zend_operators.h. What a value is as an integer, as for a cast.
    pub(super) fn zval_get_long_func(value: *const Zval, is_legacy: bool) -> i64;
    /// Zend/zend_operators.h. What a value is as a string, counted for the caller; null with an exception thrown.
    pub(super) fn zval_try_get_string_func(value: *const Zval) -> *mut ZendStr;
    /// ext/json/php_json.h. Returns 0, or -1 and null.
    pub(super) fn php_json_decode_ex(
        value: *mut Zval,
        text: *const c_char,
        length: usize,
        options: i64,
        depth: i64,
    ) -> c_int;
    /// ext/json/php_json.h. Appends a value as JSON; not 0 where it cannot, or something was thrown.
    pub(super) fn php_json_encode_ex(
        to: *mut SmartString,
        value: *mut Zval,
        options: c_int,
        depth: i64,
    ) -> c_int;
    /// main/php_ini.h. Prints the module's settings for phpinfo.
    pub(super) fn display_ini_entries(module: *mut ModuleEntry);
    /// main/fopen_wrappers.h. Returns 0, or -1, with a warning raised only if `warn` is not 0.
    pub(super) fn php_check_open_basedir_ex(path: *const c_char, warn: c_int) -> c_int;
    /// Zend/zend_hash.h. Allocates a list's elements; where there is no memory for them PHP jumps out of it or, from
    /// twice `memory_limit` on, ends the process ([`allocate_list`]).
    fn zend_hash_real_init_packed(list: *mut ZendHashTable);
    /// main/php.h. Whether PHP has started all modules of its configuration. (An int in some versions.)
    pub(super) fn php_get_module_initialized() -> u8;
    /// Zend/zend_alloc.h. Gives back all memory of the engine's.
    pub(super) fn shutdown_memory_manager(silent: bool, full: bool);
    /// ext/spl/spl_exceptions.h. Set before any module starts.
    #[link_name = "spl_ce_RuntimeException"]
    pub(super) static SPL_RUNTIME_EXCEPTION: *const ClassEntry;
}

/// Zend/zend_hash.h, in the releases of 2026 and later: as `zend_hash_real_init_packed`, but comes back with -1 where
/// there is no memory. The engine then ends the script with its ordinary error when the call has returned.
type Fallible = unsafe extern "C" fn(list: *mut ZendHashTable, fallible: bool) -> c_int;

/// Allocates the elements of a list that is just made, as the engine's own functions do. `false`: the memory limit
/// does not allow it; the caller is to return at once.
///
/// # Safety
/// As for the engine: an empty list without elements, from the engine's memory.
pub(super) unsafe fn allocate_list(list: *mut ZendHashTable) -> bool {
    static FALLIBLE: OnceCell<Option<Fallible>> = OnceCell::new();
    // Looked up where it runs, which need not be the release that this was built with.
    let fallible = FALLIBLE.get_or_init(|| {
        // SAFETY: a symbol of the engine is either this function, for it has had no other meaning, or missing.
        unsafe {
            let found = libc::dlsym(libc::RTLD_DEFAULT, c"zend_hash_real_finit_packed".as_ptr());
            std::mem::transmute::<*mut libc::c_void, Option<Fallible>>(found)
        }
    });
    // SAFETY: as the caller promises.
    unsafe {
        match fallible {
            Some(allocate) => allocate(list, true) == 0,
            None => {
                zend_hash_real_init_packed(list);
                true
            }
        }
    }
}

/// A method of a class that is registered; null, if it has none of that name.
///
/// # Safety
/// Only in MINIT may it be written to.
pub(super) unsafe fn method_of<T: RegisteredClass>(name: &str) -> *mut zend_function {
    let class = ptr::from_ref(T::get_metadata().ce()).cast_mut();
    // SAFETY: the engine keeps the class in memory that it may write.
    unsafe {
        let methods = &raw mut (*class).function_table;
        zend_hash_str_find_ptr_lc(methods, name.as_ptr().cast(), name.len()).cast()
    }
}
