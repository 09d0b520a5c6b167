//! The extension as PHP sees it. The only place that names `ext_php_rs`: it checks, converts and catches
//! panics, and decides nothing.

mod args;
mod cache;
mod client;
mod compat;
mod date;
mod discovery;
mod engine;
mod exception;
mod forks;
mod info;
mod list;
mod local;
mod module;
mod node_interface;
mod number;
mod recipe;
mod sensitive;
mod settings;
mod state;
mod status;
mod zookeeper;

pub use module::get_module;

const _: () = assert!(
    !ext_php_rs::PHP_ZTS,
    "ticket does not support thread-safe (ZTS) builds of PHP: build it with the php-config of a \
     non-thread-safe one"
);
