//! php-zookeeper's own classes, for the programs that know these: a second module, `zookeeper`, beside ours.
//!
//! It is there unless php-zookeeper is, or `ticket.zookeeper_class` is `off`. Names, parameters, numbers and messages are
//! php-zookeeper's, whose arguments the engine checks by the same letters; what is behind them is our own client.

mod config;
pub(super) mod exception;
mod handle;
mod request;
mod values;
mod zookeeper;

use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicI64, AtomicPtr, Ordering};

use ext_php_rs::builders::{ClassBuilder, FunctionBuilder, ModuleBuilder, ModuleStartup};
use ext_php_rs::class::RegisteredClass;
use ext_php_rs::error::{Result, php_error};
use ext_php_rs::ffi::{
    ext_php_rs_compiler_globals, php_info_print_table_end, php_info_print_table_start,
    zend_function, zend_hash_str_find_ptr_lc,
};
use ext_php_rs::flags::{ErrorType, IniEntryPermission};
use ext_php_rs::types::Zval;
use ext_php_rs::zend::{
    ClassEntry, ExecuteData, ExecutorGlobals, IniEntryDef, IniEntryDefs, ModuleAllocations,
    ModuleEntry, StaticModuleEntry,
};

use self::config::ZookeeperConfig;
use self::zookeeper::Zookeeper;
use super::args;
use super::client::watching::pass_all_on;
use super::engine::{
    OnUpdateLongGEZero, display_ini_entries, module_registry, zend_register_internal_module,
    zend_unregister_ini_entries,
};
use super::info::row;

/// As `extension_loaded()` and Composer's `ext-zookeeper` know it.
const NAME: &str = "zookeeper";

/// php-zookeeper's release whose classes these are: what Composer holds `ext-zookeeper: ^1.0` against, and what programs
/// compare `phpversion('zookeeper')` with.
const VERSION: &str = "1.3.0";

const SUCCESS: i32 = 0;
const FAILURE: i32 = -1;

/// The module as the engine has it, while it is there.
static MODULE: AtomicPtr<ModuleEntry> = AtomicPtr::new(ptr::null_mut());

/// `zookeeper.recv_timeout`, in ms, which the engine sets.
static RECV_TIMEOUT: AtomicI64 = AtomicI64::new(10_000);

/// `zookeeper.sess_lock_wait`. As the next one, it is php-zookeeper's session handler's, which is not here.
static SESSION_LOCK_WAIT: AtomicI64 = AtomicI64::new(150_000);

static INI: IniEntryDefs<4> = IniEntryDefs::new([
    number(c"zookeeper.recv_timeout", c"10000", &RECV_TIMEOUT),
    IniEntryDef::new(c"zookeeper.session_lock", c"1", IniEntryPermission::System),
    number(c"zookeeper.sess_lock_wait", c"150000", &SESSION_LOCK_WAIT),
    IniEntryDef::end(),
]);

/// A setting of a number that is not negative, which everybody may set.
const fn number(
    name: &'static std::ffi::CStr,
    default: &'static std::ffi::CStr,
    to: &'static AtomicI64,
) -> IniEntryDef {
    let mut entry = IniEntryDef::new(name, default, IniEntryPermission::All);
    entry.on_modify = Some(OnUpdateLongGEZero);
    entry.mh_arg2 = ptr::from_ref(to).cast_mut().cast::<c_void>();
    entry
}

/// Adds the module, if it is `wanted` and nothing has its names. Call in MINIT only, before any class of ours is made.
pub(super) fn begin(wanted: bool) {
    exception::forget();
    MODULE.store(ptr::null_mut(), Ordering::Release);
    if !wanted || is_taken() {
        return;
    }
    let Some(entry) = entry() else {
        return;
    };
    let current = ExecutorGlobals::get().current_module;
    // SAFETY: in MINIT, which is when modules may be added: the engine starts those at the list's end yet. The entry and
    // what it points to stay.
    let module = unsafe { zend_register_internal_module(entry) };
    // It has forgotten whose MINIT runs.
    ExecutorGlobals::get_mut().current_module = current;
    MODULE.store(module, Ordering::Release);
}

/// Whether there are such a module, or a class of that name, by now.
fn is_taken() -> bool {
    // SAFETY: in MINIT both tables are there and change only by what this thread does.
    unsafe {
        let modules = &raw mut module_registry;
        let classes = (*ext_php_rs_compiler_globals()).class_table;
        [modules, classes].into_iter().any(|names| {
            !zend_hash_str_find_ptr_lc(names, NAME.as_ptr().cast(), NAME.len()).is_null()
        })
    }
}

/// Whether the module is there.
fn is_there() -> bool {
    !MODULE.load(Ordering::Acquire).is_null()
}

/// Makes classes which are that module's, if it is there.
pub(super) fn as_module<T>(make: impl FnOnce() -> T) -> T {
    let module = MODULE.load(Ordering::Acquire);
    if module.is_null() {
        return make();
    }
    let current = ExecutorGlobals::get().current_module;
    ExecutorGlobals::get_mut().current_module = module;
    let made = make();
    ExecutorGlobals::get_mut().current_module = current;
    made
}

/// What the engine is given, the same for every MINIT of the process.
fn entry() -> Option<*mut ModuleEntry> {
    static ENTRY: StaticModuleEntry = StaticModuleEntry::new();
    static BUILT: AtomicPtr<ModuleEntry> = AtomicPtr::new(ptr::null_mut());
    let built = BUILT.load(Ordering::Acquire);
    if !built.is_null() {
        return Some(built);
    }
    let dispatch = FunctionBuilder::new("zookeeper_dispatch", dispatch);
    let built = ModuleBuilder::new(NAME, VERSION)
        .startup_function(start)
        .shutdown_function(end)
        .info_function(print)
        .function(dispatch)
        .try_into();
    let (entry, _, allocations): (ModuleEntry, ModuleStartup, ModuleAllocations) = built.ok()?;
    let built = ENTRY.get_or_init(|| (entry, allocations));
    BUILT.store(built, Ordering::Release);
    Some(built)
}

/// Its MINIT, when that of `ticket` has run.
unsafe extern "C" fn start(_kind: i32, module_number: i32) -> i32 {
    IniEntryDef::register(INI.as_slice(), module_number);
    match register::<Zookeeper>().and_then(|()| register::<ZookeeperConfig>()) {
        Ok(()) => {
            zookeeper::complete();
            SUCCESS
        }
        Err(error) => {
            php_error(&ErrorType::CoreError, &format!("ticket: {error}"));
            FAILURE
        }
    }
}

/// Its MSHUTDOWN, before that of `ticket`.
unsafe extern "C" fn end(_kind: i32, module_number: i32) -> i32 {
    // SAFETY: called in MSHUTDOWN with the module's own number.
    unsafe { zend_unregister_ini_entries(module_number) }
    SUCCESS
}

unsafe extern "C" fn print(module: *mut ModuleEntry) {
    // SAFETY: phpinfo calls this while it prints a module's section; so for all below.
    unsafe { php_info_print_table_start() };
    row("zookeeper support", "enabled");
    row("version", VERSION);
    row("by", concat!("ticket ", env!("CARGO_PKG_VERSION")));
    // SAFETY: as above.
    unsafe {
        php_info_print_table_end();
        display_ini_entries(module);
    }
}

/// Runs the callbacks of what has happened, of all clients.
extern "C" fn dispatch(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        pass_all_on(|_| true, true)
    });
}

/// Registers a class, as the module's builder does, with parameters that have no type.
fn register<T: RegisteredClass>() -> Result<()> {
    let mut class = ClassBuilder::new(T::CLASS_NAME);
    for (method, flags) in T::method_builders() {
        class = class.method(method, flags);
    }
    for (name, value, docs, flags) in T::constants() {
        class = class.dyn_constant(*name, *value, docs, *flags)?;
    }
    class
        .flags(T::FLAGS)
        .object_override::<T>()
        .registration(|class, methods| {
            untype(class);
            T::get_metadata().set_ce(class);
            T::get_metadata().set_arg_info(methods);
        })
        .register()
}

/// Takes from parameters the type that stands for none, which the builder takes for one. With another type, methods that
/// override these would not fit.
fn untype(class: &mut ClassEntry) {
    const IS_UNDEF: u32 = 1;
    for method in class.function_table.values() {
        // SAFETY: in MINIT, the methods of a class that is just registered, with as many descriptions as they have
        // parameters, which the engine keeps in memory that it may write.
        unsafe {
            let Some(method) = method.ptr::<zend_function>() else {
                continue;
            };
            let method = &raw mut (*method).internal_function;
            for parameter in 0..(*method).num_args as usize {
                let parameter = (*method).arg_info.add(parameter);
                (*parameter).type_.type_mask &= !IS_UNDEF;
            }
        }
    }
}
