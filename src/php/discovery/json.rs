//! What PHP's own encoder makes of a value, and its decoder of a text.

use std::ffi::c_int;
use std::panic::AssertUnwindSafe;
use std::ptr;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::types::{ZendCallable, ZendStr, Zval};
use ext_php_rs::zend::{ExecutorGlobals, try_catch};

use super::super::args::Stop;
use super::super::engine::{SmartString, php_json_decode_ex, php_json_encode_ex};

/// JSON_UNESCAPED_SLASHES, JSON_UNESCAPED_UNICODE and JSON_PRESERVE_ZERO_FRACTION.
const OPTIONS: c_int = 1 << 6 | 1 << 8 | 1 << 10;

/// As `json_encode()` has it by default.
const DEPTH: i64 = 512;

/// Encodes it; `Err` in the inner result says what it is that cannot be. It may call code of the script's.
pub(super) fn encode(value: &mut Zval) -> Result<Result<String, String>, Stop> {
    let mut text = SmartString {
        text: ptr::null_mut(),
        room: 0,
    };
    let done = try_catch(AssertUnwindSafe(|| {
        // SAFETY: an empty string to append to, and a value that lives as long as the call.
        unsafe { php_json_encode_ex(&raw mut text, value, OPTIONS, DEPTH) }
    }));
    // SAFETY: null, or a string of the engine's that nobody else has.
    let text = unsafe { text.text.as_mut() }.map(|text| unsafe { ZBox::from_raw(text) });
    match done {
        Err(_) => {
            // The request ends, and its memory with it.
            std::mem::forget(text);
            Err(Stop::Bailout)
        }
        Ok(_) if ExecutorGlobals::has_exception() => Err(Stop::Thrown),
        // It puts 0 in the place of what is no number, and says so there only.
        Ok(0) if last_error() == Some(0) => {
            let bytes = text.as_deref().map_or(&b""[..], ZendStr::as_bytes);
            Ok(Ok(String::from_utf8_lossy(bytes).into_owned()))
        }
        Ok(_) => Ok(Err(why())),
    }
}

/// JSON_OBJECT_AS_ARRAY.
const AS_ARRAY: i64 = 1;

/// Decodes a text with a zero byte behind it, objects as arrays; `None`: it is no JSON. Where there is no memory for it, the
/// engine jumps out of it.
pub(super) fn decode(text: &[u8]) -> Option<Zval> {
    let length = text.len().checked_sub(1).filter(|&last| text[last] == 0)?;
    let mut value = Zval::new();
    // SAFETY: a place for a value that holds nothing, and so many bytes, of which the engine looks at one more.
    let decoded = unsafe {
        php_json_decode_ex(
            &raw mut value,
            text.as_ptr().cast(),
            length,
            AS_ARRAY,
            DEPTH,
        )
    };
    (decoded == 0).then_some(value)
}

/// The number of the encoder's last error.
fn last_error() -> Option<i64> {
    asked("json_last_error")?.long()
}

/// The encoder's words for it.
fn why() -> String {
    let said = asked("json_last_error_msg").and_then(|said| said.string());
    said.unwrap_or_else(|| "the encoder does not say why".to_owned())
}

/// What a function without parameters returns.
fn asked(function: &str) -> Option<Zval> {
    let function = ZendCallable::try_from_name(function).ok()?;
    function.try_call(vec![]).ok()
}
