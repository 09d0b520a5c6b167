//! PHP's dates: from and to Unix milliseconds.

use std::ptr;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::convert::IntoZval;
use ext_php_rs::types::{ZendObject, Zval};
use ext_php_rs::zend::{ClassEntry, ExecuteData};

use super::args::{self, Stop};
use super::engine::{
    php_date_get_immutable_ce, php_date_get_interface_ce, php_date_get_timezone_ce,
    zend_parse_parameters,
};

/// The Unix milliseconds of the only argument, a `\DateTimeInterface`, whose microseconds are cut off; `None`: before 1970.
pub(super) fn argument(ex: &ExecuteData) -> Result<Option<u64>, Stop> {
    let mut value: *mut Zval = ptr::null_mut();
    // SAFETY: "O" takes a pointer to a zval pointer and a class; what it sets that to lives as long as the call.
    let object = unsafe {
        let class = php_date_get_interface_ce();
        match zend_parse_parameters(args::count(ex), c"O".as_ptr(), &raw mut value, class) {
            0 => value.as_ref().and_then(Zval::object),
            _ => return Err(Stop::Thrown),
        }
    };
    // Seconds, rounded down, and the milliseconds after them.
    let shown = object.and_then(|date| date.try_call_method("format", vec![&"Uv"]).ok());
    // On failure the engine holds the exception that the method of a subclass threw.
    let shown = shown.ok_or(Stop::Thrown)?;
    Ok(shown.str().and_then(|ms| ms.parse().ok()))
}

/// A `\DateTimeImmutable` of these Unix milliseconds, in UTC.
pub(super) fn in_utc(unix: u64) -> Result<Zval, Stop> {
    let seconds = format!("@{}.{:03}", unix / 1000, unix % 1000);
    // SAFETY: classes that PHP always has, from its start to its end.
    let (immutable, timezone) =
        unsafe { (&*php_date_get_immutable_ce(), &*php_date_get_timezone_ce()) };
    let date = made(immutable, &seconds)?;
    let utc = made(timezone, "UTC")?.into_zval(false);
    let utc = utc.map_err(|error| Stop::Throw(args::error(&error.to_string())))?;
    let date = date.try_call_method("setTimezone", vec![&utc]);
    date.map_err(|_| Stop::Thrown)
}

fn made(class: &ClassEntry, from: &str) -> Result<ZBox<ZendObject>, Stop> {
    let object = class.new();
    object
        .try_call_method("__construct", vec![&from])
        .map_err(|_| Stop::Thrown)?;
    Ok(object)
}
