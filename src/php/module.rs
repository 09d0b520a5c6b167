//! The module's life: what PHP calls at its start and end, and at the end of each request.

use std::ffi::CStr;
use std::ptr;

use ext_php_rs::builders::{ModuleBuilder, ModuleStartup};
use ext_php_rs::error::php_error;
use ext_php_rs::ffi::{_zend_module_dep as zend_module_dep, sapi_module};
use ext_php_rs::flags::ErrorType;
use ext_php_rs::zend::{ModuleAllocations, ModuleEntry, StaticModuleEntry};
use once_cell::sync::OnceCell;

use super::cache::Cache;
use super::engine::{php_get_module_initialized, shutdown_memory_manager};
use super::local::Local;
use super::node_interface::NodeInterface;
use super::number::Number;
use super::zookeeper::Zookeeper;
use super::{client, compat, discovery, exception, forks, info, recipe, settings, state, status};
use crate::family::{Family, Host};
use crate::rule::kept;

/// Each worker of a pool would be a family, and what the pool sets before it loads the module is lost without a word.
const LOADED_LATE: &str = "ticket was loaded after PHP had started; load it in php.ini (extension=ticket.so), or with -d \
                           where PHP is started, and not by dl() or for a pool";

/// Modules that PHP is to start before this one, if it has them: two cannot have a class of the same name.
static AFTER: Modules = Modules([
    zend_module_dep {
        name: c"zookeeper".as_ptr(),
        rel: ptr::null(),
        version: ptr::null(),
        type_: OPTIONAL,
    },
    zend_module_dep {
        name: ptr::null(),
        rel: ptr::null(),
        version: ptr::null(),
        type_: 0,
    },
]);

/// Zend/zend_modules.h.
const OPTIONAL: u8 = 3;

struct Modules([zend_module_dep; 2]);

// SAFETY: names and nothing else, only read.
unsafe impl Sync for Modules {}

const SUCCESS: i32 = 0;
const FAILURE: i32 = -1;

/// What the builder leaves to be done in MINIT. The same for every MINIT of the process.
static STARTUP: OnceCell<Startup> = OnceCell::new();

struct Startup(ModuleStartup);

// SAFETY: it holds function pointers and no constants, and is only read.
unsafe impl Send for Startup {}
// SAFETY: as above.
unsafe impl Sync for Startup {}

/// The module's entry, for PHP. Null, which PHP reports, if it cannot be built.
#[unsafe(no_mangle)]
pub extern "C" fn get_module() -> *mut ModuleEntry {
    static MODULE: StaticModuleEntry = StaticModuleEntry::new();
    let built = ModuleBuilder::new("ticket", env!("CARGO_PKG_VERSION"))
        .startup_function(start)
        .shutdown_function(end)
        .request_shutdown_function(end_of_request)
        .post_deactivate_function(after_request)
        .info_function(info::print)
        .interface::<NodeInterface>()
        .class::<Number>()
        .class::<Local>()
        .class::<Zookeeper>()
        .class::<client::Client>()
        .class::<client::Stat>()
        .class::<client::Node>()
        .class::<client::Event>()
        .class::<client::Watch>()
        .class::<client::Transaction>()
        .class::<Cache>()
        .class::<discovery::Discovery>()
        .class::<discovery::Registration>()
        .class::<recipe::Lock>()
        .class::<recipe::ReadLock>()
        .class::<recipe::WriteLock>()
        .class::<recipe::Semaphore>()
        .class::<recipe::Election>()
        .class::<recipe::Queue>()
        .class::<recipe::Message>()
        .class::<recipe::Barrier>()
        .class::<recipe::DoubleBarrier>()
        .class::<recipe::Counter>()
        .class::<discovery::Group>()
        .function(status::function())
        .function(client::status::function())
        .try_into();
    let built: (ModuleEntry, ModuleStartup, ModuleAllocations) = match built {
        Ok(built) => built,
        Err(_) => return ptr::null_mut(),
    };
    let (mut entry, startup, allocations) = built;
    if kept!("zookeeper_first") {
        entry.deps = AFTER.0.as_ptr();
    }
    // Already set if PHP asks twice; both are the same.
    let _ = STARTUP.set(Startup(startup));
    MODULE.get_or_init(|| (entry, allocations))
}

/// MINIT. Never fails PHP for what the settings or the registry have against it: that is told once,
/// here, if it is a setting, and otherwise to whoever asks for an ID.
unsafe extern "C" fn start(kind: i32, module_number: i32) -> i32 {
    // The hook would print. What a panic becomes is told by `args::guarded`.
    std::panic::set_hook(Box::new(|_| {}));
    let settings = settings::register(module_number);
    // SAFETY: asks for a flag of PHP's.
    let late = unsafe { php_get_module_initialized() } != 0 && kept!("loaded_at_startup");
    compat::begin(!late && settings::wants_zookeeper_class());
    let by_hand = exception::register().and_then(|()| client::register());
    let registered = by_hand.and_then(|()| match STARTUP.get() {
        Some(startup) => startup.0.startup(kind, module_number),
        None => Ok(()),
    });
    if let Err(error) = registered {
        php_error(&ErrorType::CoreError, &format!("ticket: {error}"));
        return FAILURE;
    }
    Number::complete_types();
    client::complete();
    recipe::complete();
    discovery::complete();
    client::interrupt::register();
    if let Err(reason) = &settings {
        php_error(&ErrorType::Warning, reason);
    }
    forks::watch();
    state::begin(match late {
        true => Err(LOADED_LATE.to_owned()),
        false => settings.and_then(|settings| Family::start(settings, host())),
    });
    SUCCESS
}

fn host() -> Host {
    // SAFETY: set before any module starts, and for good.
    let name = unsafe { sapi_module.name };
    let sapi = match name.is_null() {
        true => String::new(),
        // SAFETY: a C string.
        false => unsafe { CStr::from_ptr(name) }
            .to_string_lossy()
            .into_owned(),
    };
    Host { sapi, forget }
}

/// For the keeper, in its own process.
fn forget() {
    if let Ok(family) = state::known() {
        family.disown();
    }
    // SAFETY: no code of PHP's runs in this process any more, and nothing of ours is in that memory.
    unsafe { shutdown_memory_manager(true, true) }
}

/// MSHUTDOWN, in whichever process runs it.
unsafe extern "C" fn end(_kind: i32, module_number: i32) -> i32 {
    client::interrupt::unregister();
    state::end();
    settings::unregister(module_number);
    drop(std::panic::take_hook());
    SUCCESS
}

/// RSHUTDOWN: calls nothing back any more, and counts what the request issued.
unsafe extern "C" fn end_of_request(_kind: i32, _module_number: i32) -> i32 {
    client::watching::end_of_request();
    if let Ok(family) = state::known() {
        family.flush();
    }
    SUCCESS
}

/// When all modules' RSHUTDOWN have run, some of which call code of the user's.
unsafe extern "C" fn after_request() -> i32 {
    settings::end_of_request();
    SUCCESS
}
