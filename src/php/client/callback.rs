//! A callable of the script's, kept to be called later.

use std::mem::ManuallyDrop;
use std::panic::AssertUnwindSafe;
use std::ptr;

use ext_php_rs::ffi::{zend_fcall_info, zend_fcall_info_cache};
use ext_php_rs::types::Zval;
use ext_php_rs::zend::{ExecutorGlobals, try_catch};

use super::super::args::Stop;
use super::super::engine::zend_call_function;

/// What the engine makes of an argument that is a callable: places for `f` and `f!` of `parse!`.
pub(in crate::php) struct Given {
    pub(in crate::php) info: ManuallyDrop<zend_fcall_info>,
    pub(in crate::php) cache: zend_fcall_info_cache,
}

impl Given {
    /// None, or null.
    pub(in crate::php) fn none() -> Self {
        // SAFETY: integers and pointers, and a value that holds nothing.
        unsafe { std::mem::zeroed() }
    }

    /// Whether there is one.
    pub(in crate::php) fn is_given(&self) -> bool {
        // What the engine writes has a size.
        self.info.size != 0
    }

    /// To keep.
    pub(in crate::php) fn callback(&self) -> Option<Callback> {
        self.is_given().then(|| {
            let mut object = Zval::new();
            // SAFETY: null, or the object whose method it is.
            if let Some(of) = unsafe { self.cache.object.as_mut() } {
                object.set_object(of);
            }
            Callback {
                callable: self.info.function_name.shallow_clone(),
                object,
                cache: self.cache,
            }
        })
    }
}

/// A callable, and which function that was where it was given: it may be a private method.
pub(in crate::php) struct Callback {
    callable: Zval,
    /// The object whose method it is: in the callable there may be a reference, and another one in that by now.
    object: Zval,
    /// What it points to lives as long as these, or the request.
    cache: zend_fcall_info_cache,
}

impl Clone for Callback {
    /// With a count of its own, which the collector sees: what is being called is not garbage.
    fn clone(&self) -> Self {
        Self {
            callable: self.callable.shallow_clone(),
            object: self.object.shallow_clone(),
            cache: self.cache,
        }
    }
}

impl Callback {
    /// For the garbage collector.
    pub(super) fn holds(&self) -> [&Zval; 2] {
        [&self.callable, &self.object]
    }

    /// Calls it. What it returns is nobody's.
    pub(in crate::php) fn call(&self, arguments: &mut [Zval]) -> Result<(), Stop> {
        let mut result = Zval::new();
        let mut info = ManuallyDrop::new(zend_fcall_info {
            size: size_of::<zend_fcall_info>(),
            // SAFETY: the callable is kept for longer than the call, which does not free it.
            function_name: unsafe { ptr::read(&raw const self.callable) },
            retval: &raw mut result,
            params: arguments.as_mut_ptr(),
            object: ptr::null_mut(),
            // A handful.
            param_count: arguments.len() as u32,
            named_params: ptr::null_mut(),
        });
        let mut cache = self.cache;
        let called = try_catch(AssertUnwindSafe(|| {
            // SAFETY: as the engine has made both of an argument; in PHP's own thread.
            unsafe { zend_call_function(&raw mut *info, &raw mut cache) }
        }));
        match called {
            Err(_) => Err(Stop::Bailout),
            Ok(_) if ExecutorGlobals::has_exception() => Err(Stop::Thrown),
            Ok(_) => Ok(()),
        }
    }
}
