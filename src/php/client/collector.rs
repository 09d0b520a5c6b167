//! The engine's collector of circles, which has to be shown the callbacks of an object: they may hold the object.

use std::ffi::c_int;
use std::ptr;
use std::rc::Rc;
use std::slice;

use ext_php_rs::class::RegisteredClass;
use ext_php_rs::types::{ZendClassObject, ZendHashTable, ZendObject, Zval};

use super::watching::Watching;

/// A class whose objects hold what may hold them: callbacks, each of them alone, or other objects.
pub(in crate::php) trait Shown: RegisteredClass {
    /// What has the callbacks.
    fn watching(&self) -> Option<Rc<Watching>> {
        None
    }

    /// Another object, of one that has neither callbacks nor properties.
    fn other(&self) -> Option<&Zval> {
        None
    }
}

/// Has the collector ask for what the class's objects hold. Call in MINIT, when the class is registered.
pub(in crate::php) fn shows<T: Shown>() {
    let handlers = ptr::from_ref(T::get_metadata().handlers()).cast_mut();
    // SAFETY: in MINIT there is no object of the class yet, and nobody else who looks at its handlers, which are
    // not constants but made when they are first asked for.
    unsafe { (*handlers).get_gc = Some(held::<T>) };
}

/// What an object holds.
unsafe extern "C" fn held<T: Shown>(
    object: *mut ZendObject,
    table: *mut *mut Zval,
    count: *mut c_int,
) -> *mut ZendHashTable {
    // SAFETY: the engine asks for an object of this class, or of one that extends it, and gives places for the answer.
    // Where there is a table of properties that has them all.
    unsafe {
        let own = match (*object).properties.is_null() {
            true => {
                let declared = (*(*object).ce).default_properties_count;
                let first = (*object).properties_table.as_ptr();
                slice::from_raw_parts(first, usize::try_from(declared).unwrap_or(0))
            }
            false => &[],
        };
        let this = ZendClassObject::<T>::from_zend_obj(&*object);
        let other = this.and_then(|this| this.other());
        let (first, held) = match (this.and_then(|this| this.watching()), other) {
            (Some(watching), _) => watching.held(own),
            (None, Some(other)) => (ptr::from_ref(other).cast_mut(), 1),
            (None, None) => (own.as_ptr().cast_mut(), own.len()),
        };
        *table = first;
        *count = c_int::try_from(held).unwrap_or(0);
        (*object).properties
    }
}
