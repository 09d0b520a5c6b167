//! The settings in php.ini.

use std::ffi::CStr;

use ext_php_rs::flags::IniEntryPermission;
use ext_php_rs::zend::{IniEntryDef, IniEntryDefs};

use super::engine::{zend_ini_string_ex, zend_unregister_ini_entries};
use crate::family::Settings;
use crate::family::settings::DEFAULTS;
use crate::id::clock;

static ENTRIES: IniEntryDefs<{ DEFAULTS.len() + 1 }> = IniEntryDefs::new({
    let mut entries = [const { IniEntryDef::end() }; DEFAULTS.len() + 1];
    let mut i = 0;
    while i < DEFAULTS.len() {
        let (name, default) = DEFAULTS[i];
        entries[i] = IniEntryDef::new(name, default, IniEntryPermission::System);
        i += 1;
    }
    entries
});

/// Makes the settings known to PHP and reads them.
pub(super) fn register(module_number: i32) -> Result<Settings, String> {
    IniEntryDef::register(ENTRIES.as_slice(), module_number);
    Settings::read(text, clock::unix_millis())
}

pub(super) fn unregister(module_number: i32) {
    // SAFETY: called in MSHUTDOWN with the module's own number.
    unsafe { zend_unregister_ini_entries(module_number) }
}

fn text(name: &CStr) -> String {
    // SAFETY: the name is a C string of that length; the result is null or a C string that the engine
    // keeps while the setting is registered, and is copied at once.
    unsafe {
        let length = name.count_bytes();
        let value = zend_ini_string_ex(name.as_ptr(), length, 0, std::ptr::null_mut());
        if value.is_null() {
            return String::new();
        }
        CStr::from_ptr(value).to_string_lossy().into_owned()
    }
}
