//! A PHP list of integers that is written in place, as the engine's macro `ZEND_HASH_FILL_PACKED` does: a call
//! of the engine's per element takes three times as long as an ID.

use std::marker::PhantomData;

use ext_php_rs::ffi::{Bucket, IS_LONG, ZEND_MODULE_API_NO};
use ext_php_rs::types::{ZendHashTable, Zval};

use super::engine::allocate_list;

/// A list that is being filled. The engine sees its elements after [`List::end`].
pub(super) struct List<'a> {
    list: *mut ZendHashTable,
    elements: *mut u8,
    size: u32,
    used: u32,
    result: PhantomData<&'a mut Zval>,
}

/// Until PHP 8.1 an element of a list is a bucket with its index, since 8.2 a value (Zend/zend_types.h).
const BUCKETS: bool = ZEND_MODULE_API_NO < 20_220_829;

const ELEMENT_BYTES: usize = match BUCKETS {
    true => size_of::<Bucket>(),
    false => size_of::<Zval>(),
};

/// Where a list keeps the pointer to its elements, whose name is not the same in all versions: behind its header,
/// its flags and its mask.
const ELEMENTS: usize = 16;

const _: () = {
    assert!(std::mem::offset_of!(ZendHashTable, nTableMask) + size_of::<u32>() == ELEMENTS);
    assert!(std::mem::offset_of!(ZendHashTable, nNumUsed) == ELEMENTS + size_of::<*mut u8>());
};

impl<'a> List<'a> {
    /// Makes `result` an empty list with room for `size` elements. `None`: the memory limit does not allow it, and the
    /// engine says so when the call that this is for has returned.
    pub(super) fn begin(result: &'a mut Zval, size: u32) -> Option<Self> {
        result.set_hashtable(ZendHashTable::with_capacity(size));
        let list: *mut ZendHashTable = result.array_mut()?;
        // SAFETY: a list just made, to which nothing has been added; `ELEMENTS` is checked above.
        let elements = unsafe {
            if !allocate_list(list) {
                return None;
            }
            list.byte_add(ELEMENTS).cast::<*mut u8>().read()
        };
        Some(Self {
            list,
            elements,
            size,
            used: 0,
            result: PhantomData,
        })
    }

    /// Adds integers, as many as there is room for.
    pub(super) fn extend(&mut self, integers: impl Iterator<Item = i64>) {
        let room = (self.size - self.used) as usize;
        for integer in integers.take(room) {
            let at = self.used as usize * ELEMENT_BYTES;
            // SAFETY: `used` is less than `size`, for which the engine has allocated.
            unsafe {
                let value = self.elements.add(at).cast::<Zval>();
                (*value).value.lval = integer;
                (*value).u1.type_info = IS_LONG;
                if BUCKETS {
                    let bucket = value.cast::<Bucket>();
                    (*bucket).h = self.used.into();
                    (*bucket).key = std::ptr::null_mut();
                }
            }
            self.used += 1;
        }
    }

    /// Shows the engine what was added.
    pub(super) fn end(self) {
        // SAFETY: the list of `begin`, all of whose first `used` elements have been written.
        unsafe {
            (*self.list).nNumUsed = self.used;
            (*self.list).nNumOfElements = self.used;
            (*self.list).nNextFreeElement = self.used.into();
        }
    }
}
