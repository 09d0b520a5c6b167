//! The section in phpinfo.

use std::ffi::CString;

use ext_php_rs::ffi::{
    php_info_print_table_end, php_info_print_table_row, php_info_print_table_start,
};
use ext_php_rs::zend::ModuleEntry;

use super::engine::display_ini_entries;
use super::state;
use crate::id::clock;

pub(super) unsafe extern "C" fn print(module: *mut ModuleEntry) {
    // SAFETY: phpinfo calls this while it prints a module's section; so for all below.
    unsafe { php_info_print_table_start() };
    row("ticket", env!("CARGO_PKG_VERSION"));
    match state::family().map(|family| (family.report(), *family.layout())) {
        Ok((report, layout)) => {
            let shown = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
            row("Layout", &layout.to_string());
            row("Registry", &report.registry);
            row("Node ID", &shown(report.node.map(|node| node.to_string())));
            let now = clock::unix_millis();
            let mark = |mark| format!("{mark} (Unix ms; the clock is at {now})");
            row("High-water mark", &shown(report.mark.map(mark)));
            row("IDs issued", &report.issued.to_string());
            row("Waits", &report.waits.to_string());
            row("Moves to another node", &report.moves.to_string());
            row("Error", &shown(report.error));
        }
        Err(refusal) => row("Error", &refusal.to_string()),
    }
    // SAFETY: as above.
    unsafe {
        php_info_print_table_end();
        display_ini_entries(module);
    }
}

fn row(name: &str, value: &str) {
    let [name, value] = [name, value].map(|text| CString::new(text).unwrap_or_default());
    // SAFETY: two C strings, as the first argument says.
    unsafe { php_info_print_table_row(2, name.as_ptr(), value.as_ptr()) };
}
