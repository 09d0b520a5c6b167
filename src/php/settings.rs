//! The settings in php.ini.
//!
//! They are in force as MINIT finds them: a family has one lease and one registry. PHP lets values arrive later, too:
//! from a pool of FPM, a virtual host, `.htaccess`, `.user.ini`, a FastCGI parameter, a section of php.ini for a host or a
//! path, `ini_set()`. If such a value looked as if it were in force, two machines would issue the same IDs and nobody
//! would know. So it is never taken: `ini_get()` shows what is in force, `ini_set()` warns, and where nobody can be
//! told, every use throws ([`refused`]).

use std::ffi::{CStr, c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ext_php_rs::error::php_error;
use ext_php_rs::ffi::{zend_ini_entry, zend_string};
use ext_php_rs::flags::{ErrorType, IniEntryPermission};
use ext_php_rs::types::ZendStr;
use ext_php_rs::zend::{IniEntryDef, IniEntryDefs, SapiGlobals};

use super::engine::{zend_ini_string_ex, zend_unregister_ini_entries};
use crate::family::Settings;
use crate::family::settings::{self, DEFAULTS};
use crate::id::clock;
use crate::rule::kept;

static ENTRIES: IniEntryDefs<{ DEFAULTS.len() + 1 }> = IniEntryDefs::new({
    let mut entries = [const { IniEntryDef::end() }; DEFAULTS.len() + 1];
    let mut i = 0;
    while i < DEFAULTS.len() {
        let (name, default) = DEFAULTS[i];
        // Whoever may not change a setting is turned away by PHP without a word to us or to anybody. So all may try.
        entries[i] = IniEntryDef::new(name, default, IniEntryPermission::All);
        entries[i].on_modify = Some(changes);
        i += 1;
    }
    entries
});

/// Values that came too late, of this process.
static LATE: Mutex<Vec<Late>> = Mutex::new(Vec::new());

struct Late {
    name: String,
    value: String,
    /// What is in force.
    now: String,
    /// Until the request has ended. Otherwise as long as the process lives: what FPM sets for a pool.
    request: bool,
}

/// The setting that says where secrets are.
const AUTH: &CStr = c"ticket.zookeeper_auth";

/// What stands for a value of it that is no place.
const HIDDEN: &str = "(hidden)";

/// It was given such a value in php.ini.
static SECRET: AtomicBool = AtomicBool::new(false);

/// Whether [`register`] runs: only then a setting may get a value. PHP's own word for it ([`changes`]) is up to whoever
/// sets one.
static REGISTERING: AtomicBool = AtomicBool::new(false);

/// Zend/zend_ini.h: who gives a setting a value, and when.
const SHUTDOWN: c_int = 1 << 1;
const DEACTIVATE: c_int = 1 << 3;
const RUNTIME: c_int = 1 << 4;

const SUCCESS: c_int = 0;
const FAILURE: c_int = -1;

/// Makes the settings known to PHP and reads them.
pub(super) fn register(module_number: i32) -> Result<Settings, String> {
    late().clear();
    SECRET.store(false, Ordering::Release);
    REGISTERING.store(true, Ordering::Release);
    IniEntryDef::register(ENTRIES.as_slice(), module_number);
    REGISTERING.store(false, Ordering::Release);
    Settings::read(text, clock::unix_millis())
}

/// `ticket.zookeeper_class`; as by default, where that is wrong. Once they are registered.
pub(super) fn wants_zookeeper_class() -> bool {
    settings::zookeeper_class(text).unwrap_or(true)
}

/// Why nothing may be used in this request, or process: values that somebody has set and that are not in force.
pub(super) fn refused() -> Option<String> {
    let late = late();
    (!late.is_empty()).then(|| sentence(&late))
}

fn sentence(late: &[Late]) -> String {
    let values = late.iter().map(
        |Late {
             name, value, now, ..
         }| { format!("{name} = \"{value}\" (in force is \"{now}\")") },
    );
    let values: Vec<_> = values.collect();
    format!(
        "set after PHP had started, and therefore not in force: {}; set it in php.ini, or with -d where PHP is \
         started, and not for a pool, a virtual host, a directory, a request or a script",
        values.join(", ")
    )
}

/// The request has ended, also for what other modules do at its end: what was set for it is not meant for the next one.
pub(super) fn end_of_request() {
    late().retain(|late| !late.request);
}

/// PHP asks this before a setting gets a value. Only at start-up it may.
unsafe extern "C" fn changes(
    entry: *mut zend_ini_entry,
    value: *mut zend_string,
    _: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
    stage: c_int,
) -> c_int {
    let registering = REGISTERING.load(Ordering::Acquire);
    // SAFETY: PHP hands over one of our entries, whose name and value are strings of its own or null, and the
    // new value, which may be null as well.
    let [name, now, mut value] = unsafe {
        [(*entry).name, (*entry).value, value].map(|text| {
            let text = text.cast::<ZendStr>().as_ref();
            text.map_or_else(String::new, |text| {
                String::from_utf8_lossy(text.as_bytes()).into_owned()
            })
        })
    };
    if name.as_bytes() == AUTH.to_bytes()
        && settings::place(&value).is_none()
        && kept!("secret_not_taken")
    {
        // It may be a secret, so nobody is shown it, and it is not to be had of PHP.
        value = HIDDEN.to_owned();
        if registering {
            SECRET.store(true, Ordering::Release);
            return FAILURE;
        }
    }
    if registering || !kept!("late_settings") {
        return SUCCESS;
    }
    if [SHUTDOWN, DEACTIVATE].contains(&stage) {
        // What was set for a request is taken back, also if PHP never began with it.
        late().retain(|late| !late.request || late.name != name);
        return SUCCESS;
    }
    if value == now {
        if stage == RUNTIME {
            return SUCCESS;
        }
        // What is in force is no change. But whoever sets it also takes from others the right to be asked.
        // SAFETY: as above.
        unsafe { (*entry).modifiable = IniEntryPermission::All.bits() as u8 };
        return FAILURE;
    }
    // What is for a pool, whose processes keep it, FPM sets before any request, and not so that PHP takes it back.
    // SAFETY: as above.
    let taken_back = unsafe { (*entry).modified != 0 };
    let request = taken_back || !SapiGlobals::get().server_context.is_null();
    let new = Late {
        name,
        value,
        now,
        request,
    };
    if stage == RUNTIME {
        // Said to the script that asks, and ini_set() returns false.
        let sentence = sentence(&[new]).replace('\0', "\\0");
        php_error(&ErrorType::Warning, &sentence);
        return FAILURE;
    }
    let mut late = late();
    late.retain(|late| late.request != request || late.name != new.name);
    late.push(new);
    FAILURE
}

fn late() -> MutexGuard<'static, Vec<Late>> {
    LATE.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn unregister(module_number: i32) {
    // SAFETY: called in MSHUTDOWN with the module's own number.
    unsafe { zend_unregister_ini_entries(module_number) }
}

fn text(name: &CStr) -> String {
    if name == AUTH && SECRET.load(Ordering::Acquire) {
        return HIDDEN.to_owned();
    }
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
