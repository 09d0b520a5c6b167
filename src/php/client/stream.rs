//! A descriptor as a stream of PHP's.

use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};
use std::ptr;

use ext_php_rs::ffi::{ext_php_rs_executor_globals, zend_hash_index_find};
use ext_php_rs::types::Zval;

use super::super::args::Stop;
use super::super::engine::_php_stream_fopen_from_fd;
use super::session::unexpected;

/// Sets a result to a stream that has the descriptor, and closes it.
pub(in crate::php) fn give(result: &mut Zval, descriptor: OwnedFd) -> Result<(), Stop> {
    // SAFETY: in PHP's own thread, within a call; C strings. The stream is the resource that was registered last, as which
    // the caller gets it: its only owner.
    unsafe {
        let raw = descriptor.as_raw_fd();
        let stream = _php_stream_fopen_from_fd(raw, c"r".as_ptr(), ptr::null(), false);
        if stream.is_null() {
            return Err(unexpected());
        }
        // It is the stream's.
        let _ = descriptor.into_raw_fd();
        let resources = &raw const (*ext_php_rs_executor_globals()).regular_list;
        let last = (*resources).nNextFreeElement - 1;
        let last = zend_hash_index_find(resources, last.cast_unsigned());
        let last = last.as_ref().ok_or_else(unexpected)?;
        ptr::write(result, ptr::read(last));
    }
    Ok(())
}
