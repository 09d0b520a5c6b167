//! From a call's arguments to Rust values, by the engine's own rules and with its own messages.

use std::ffi::CString;
use std::mem::offset_of;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use ext_php_rs::class::{ConstructorResult, RegisteredClass};
use ext_php_rs::exception::PhpException;
use ext_php_rs::ffi::IS_LONG;
use ext_php_rs::types::{ZendClassObject, ZendStr, Zval};
use ext_php_rs::zend::{ExecuteData, ExecutorGlobals, bailout, ce};

use super::engine::{
    zend_argument_type_error, zend_argument_value_error, zend_parse_arg_long_slow,
    zend_parse_parameters, zend_zval_type_name,
};

/// Why a method ends without a result.
pub(super) enum Stop {
    /// The engine holds the exception already.
    Thrown,
    /// This is to be thrown.
    Throw(PhpException),
    /// The engine ends the script. What is ours has to be dropped before it may.
    Bailout,
}

/// Runs a method's body. A panic in it becomes an `\Error` and not the end of PHP.
///
/// Free of cost, unlike `ext_php_rs::zend::run_handler`, which also sets up a jump for the engine's
/// bail-outs: none of the bodies holds anything that a bail-out would have to free.
#[inline]
pub(super) fn guarded(body: impl FnOnce() -> Result<(), Stop>) {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(()) | Err(Stop::Thrown)) => {}
        Ok(Err(Stop::Throw(exception))) => exception.throw(),
        // SAFETY: the body has ended, and with it all that it held.
        Ok(Err(Stop::Bailout)) => unsafe { bailout() },
        Err(_) => error("ticket: a panic in the extension; please report it").throw(),
    }
}

/// A constructor's result as `ext_php_rs` takes it.
pub(super) fn constructed<T>(object: Result<T, Stop>) -> ConstructorResult<T> {
    match object {
        Ok(object) => ConstructorResult::Ok(object),
        Err(Stop::Thrown | Stop::Bailout) => ConstructorResult::ArgError,
        Err(Stop::Throw(exception)) => ConstructorResult::Exception(exception),
    }
}

/// An `\Error`: a mistake in the program that calls.
#[cold]
pub(super) fn error(message: &str) -> PhpException {
    PhpException::new(message.to_owned(), 0, ce::error())
}

/// The object of a method's call; `None` if its constructor has not run.
#[inline]
pub(super) fn this<T: RegisteredClass>(ex: &mut ExecuteData) -> Option<&T> {
    let object = ex.get_self().map(|object| &*object);
    let this = object.and_then(ZendClassObject::<T>::from_zend_obj);
    this.map(|this| &**this)
}

/// The data of a call's object, which each object of its class has from when it is first asked for: also one whose
/// subclass has a constructor that leaves out its parent's.
pub(super) fn own<T: RegisteredClass + Default + Clone>(ex: &mut ExecuteData) -> Option<T> {
    let object = ex.get_self()?;
    if !ptr::eq(object.handlers, T::get_metadata().handlers()) {
        return None;
    }
    // SAFETY: only our `create_object` gives an object these handlers, and it is in memory of this kind. Nobody else
    // has a reference to what is in it now: whoever asks gets a copy.
    unsafe {
        let object = ptr::from_mut(object).byte_sub(offset_of!(ZendClassObject<T>, std));
        let object = &mut *object.cast::<ZendClassObject<T>>();
        Some(object.obj.get_or_insert_with(T::default).clone())
    }
}

/// As [`none`] and [`this`], where there is nothing to say against the call.
#[inline(always)]
pub(super) fn quick<T: RegisteredClass>(ex: &ExecuteData) -> Option<&T> {
    if count(ex) > 0 {
        return None;
    }
    // SAFETY: the engine calls a method that is not static with an object of its class, or of one that extends
    // it, whose memory is that of our `create_object`. An object lives as long as the call.
    let object = unsafe {
        let std = ex
            .This
            .value
            .obj
            .byte_sub(offset_of!(ZendClassObject<T>, std));
        &*std.cast::<ZendClassObject<T>>()
    };
    object.obj.as_ref()
}

/// Sets a method's result to an integer. The engine hands over one that holds nothing.
#[inline(always)]
pub(super) fn give(result: &mut Zval, integer: i64) {
    result.value.lval = integer;
    result.u1.type_info = IS_LONG;
}

pub(super) fn count(ex: &ExecuteData) -> u32 {
    // SAFETY: in a call frame this field of the union holds the number of arguments.
    unsafe { ex.This.u2.num_args }
}

/// Sets places to a call's arguments: `parse!(ex, c"S|l", first, second)`, with the engine's letters for their types.
///
/// A place is a [`Text`] for `S`, an `i64` for `l`, a `bool` for `b`, two places for `f` (`compat::callback`), and for `h`, `a` and `z` a pointer, to an array, to a value that is one, and to
/// any, which is null for null after `h!`. One whose argument is left out is not touched.
macro_rules! parse {
    ($ex:expr, $types:literal $(, $place:expr)*) => {{
        let count = $crate::php::args::count($ex);
        // SAFETY: the letters are a C string, and each use has places of the types that they stand for. What they are
        // set to lives as long as the call.
        let parsed = unsafe {
            $crate::php::engine::zend_parse_parameters(count, $types.as_ptr() $(, &raw mut $place)*)
        };
        match parsed {
            0 => Ok(()),
            _ => Err($crate::php::args::Stop::Thrown),
        }
    }};
}

pub(super) use parse;

/// A string argument, if one is given.
#[repr(transparent)]
pub(super) struct Text(*const ZendStr);

impl Text {
    /// None is given.
    pub(super) const NONE: Self = Self(ptr::null());

    /// Its bytes; `None` also for null.
    pub(super) fn given(&self) -> Option<&[u8]> {
        // SAFETY: null, or a string that lives as long as the call (`parse!`), and so longer than this.
        unsafe { self.0.as_ref() }.map(ZendStr::as_bytes)
    }

    /// Its bytes, none of them if it is null.
    pub(super) fn bytes(&self) -> &[u8] {
        self.given().unwrap_or_default()
    }
}

/// No arguments.
#[inline]
pub(super) fn none(ex: &ExecuteData) -> Result<(), Stop> {
    if count(ex) == 0 {
        return Ok(());
    }
    // SAFETY: an empty list of types takes no further arguments; it throws, since some were given.
    unsafe { zend_parse_parameters(count(ex), c"".as_ptr()) };
    Err(Stop::Thrown)
}

/// The bytes of a call's only argument, where that is a string.
#[inline]
pub(super) fn only_string(ex: &ExecuteData) -> Option<&[u8]> {
    if count(ex) != 1 {
        return None;
    }
    // SAFETY: the call has that argument, which lives as long as the call.
    let value = unsafe { ex.zend_call_arg(0) }?;
    value.zend_str().map(ZendStr::as_bytes)
}

/// One integer.
pub(super) fn integer(ex: &ExecuteData) -> Result<i64, Stop> {
    let mut value = 0_i64;
    // SAFETY: "l" takes a pointer to a zend_long, which is 64 bits wide where we build.
    match unsafe { zend_parse_parameters(count(ex), c"l".as_ptr(), &raw mut value) } {
        0 => Ok(value),
        _ => Err(Stop::Thrown),
    }
}

/// At most one argument of any type; `None` also for null.
pub(super) fn optional(ex: &ExecuteData) -> Result<Option<&Zval>, Stop> {
    let mut value: *mut Zval = ptr::null_mut();
    // SAFETY: "z!" takes a pointer to a zval pointer; what it sets it to lives as long as the call.
    match unsafe { zend_parse_parameters(count(ex), c"|z!".as_ptr(), &raw mut value) } {
        // SAFETY: as above.
        0 => Ok(unsafe { value.as_ref() }),
        _ => Err(Stop::Thrown),
    }
}

/// At most one string without NUL bytes; `None` also for null.
pub(super) fn optional_path(ex: &ExecuteData) -> Result<Option<String>, Stop> {
    let mut value: *mut ZendStr = ptr::null_mut();
    // SAFETY: "P!" takes a pointer to a zend_string pointer; what it sets it to lives as long as the
    // call.
    match unsafe { zend_parse_parameters(count(ex), c"|P!".as_ptr(), &raw mut value) } {
        // SAFETY: as above.
        0 => Ok(unsafe { value.as_ref() }
            .map(|text| String::from_utf8_lossy(text.as_bytes()).into_owned())),
        _ => Err(Stop::Thrown),
    }
}

/// One string, and perhaps a second one.
pub(super) fn strings(ex: &ExecuteData) -> Result<(String, Option<String>), Stop> {
    let (mut first, mut second): (*mut ZendStr, *mut ZendStr) = (ptr::null_mut(), ptr::null_mut());
    let types = c"S|S".as_ptr();
    // SAFETY: "S" takes a pointer to a zend_string pointer; what it sets it to lives as long as the call.
    let parsed =
        unsafe { zend_parse_parameters(count(ex), types, &raw mut first, &raw mut second) };
    let text = |text: *mut ZendStr| {
        // SAFETY: as above.
        unsafe { text.as_ref() }.map(|text| String::from_utf8_lossy(text.as_bytes()).into_owned())
    };
    match (parsed, text(first)) {
        (0, Some(first)) => Ok((first, text(second))),
        _ => Err(Stop::Thrown),
    }
}

/// What PHP takes for an integer, with or without `declare(strict_types)`; else a `\TypeError` that says
/// what argument 1 `must` be.
pub(super) fn as_integer(value: &Zval, must: &str) -> Result<i64, Stop> {
    if let Some(integer) = value.long() {
        return Ok(integer);
    }
    let mut integer = 0_i64;
    // SAFETY: a live argument of this call that is no integer yet, and a place for a zend_long.
    if unsafe { zend_parse_arg_long_slow(value, &raw mut integer, 1) } {
        return Ok(integer);
    }
    if !ExecutorGlobals::has_exception() {
        let must = CString::new(must).unwrap_or_default();
        // SAFETY: two C strings for the format's two.
        unsafe {
            let given = zend_zval_type_name(value);
            zend_argument_type_error(1, c"must be %s, %s given".as_ptr(), must.as_ptr(), given);
        }
    }
    Err(Stop::Thrown)
}

/// Throws a `\ValueError` about argument 1: "…: Argument #1 ($name) must be …".
pub(super) fn refuse_value(must: &str) -> Stop {
    refuse(1, must)
}

/// The same about any argument.
pub(super) fn refuse(argument: u32, must: &str) -> Stop {
    // A NUL byte is in the name of an anonymous class, for one.
    let must = CString::new(must.replace('\0', " ")).unwrap_or_default();
    // SAFETY: the format's only argument is a C string.
    unsafe { zend_argument_value_error(argument, c"%s".as_ptr(), must.as_ptr()) };
    Stop::Thrown
}

/// Throws a `\TypeError` about an argument, or what is in it: "…: Argument #n ($name) must …, array given".
pub(super) fn refuse_type(argument: u32, must: &str, given: &Zval) -> Stop {
    let must = CString::new(must.replace('\0', " ")).unwrap_or_default();
    // SAFETY: two C strings for the format's two.
    unsafe {
        let given = zend_zval_type_name(given.dereference());
        zend_argument_type_error(argument, c"%s, %s given".as_ptr(), must.as_ptr(), given);
    }
    Stop::Thrown
}
