//! The section in phpinfo.

use std::ffi::CString;
use std::time::Duration;

use ext_php_rs::ffi::{
    php_info_print_table_end, php_info_print_table_row, php_info_print_table_start,
};
use ext_php_rs::zend::ModuleEntry;

use super::engine::display_ini_entries;
use super::{settings, state};
use crate::family::{CacheState, Listing};
use crate::id::clock::date_of;

pub(super) unsafe extern "C" fn print(module: *mut ModuleEntry) {
    // SAFETY: phpinfo calls this while it prints a module's section; so for all below.
    unsafe { php_info_print_table_start() };
    row("ticket", env!("CARGO_PKG_VERSION"));
    match state::known() {
        Ok(family) => {
            let (report, clients, layout) = (family.report(), family.clients(), family.layout());
            let shown = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
            row("Layout", &layout.to_string());
            row(
                "Registry",
                &format!("{}, {}", report.registry, report.place),
            );
            row("Node ID", &shown(report.node.map(|node| node.to_string())));
            let mark = report.mark.zip(report.ahead);
            row("High-water mark", &shown(mark.map(in_words)));
            row("Session", &shown(report.session.map(ToOwned::to_owned)));
            row(
                "Session ID",
                &shown(report.session_id.map(|id| format!("0x{id:x}"))),
            );
            row(
                "Keeper",
                &shown(report.keeper.map(|pid| format!("process {pid}"))),
            );
            row("VM generation", &shown(report.vm_generation));
            let ms = |ms: u64| format!("{ms} ms");
            row("Disconnected for", &shown(report.disconnected.map(ms)));
            let renewed = report.renewed.map(|age| format!("{age} ms ago"));
            row("Last renewal", &shown(renewed));
            let [restarts, failed] = report.keepers;
            let keepers = format!("{restarts}, {failed} failed starts");
            row("Keeper restarts", &keepers);
            let nodes = report.listing.map(|it| {
                let Listing {
                    claims,
                    spares,
                    age,
                } = it;
                let all = layout.nodes();
                format!("{claims} of {all}, {spares} of these as spares, {age} ms ago")
            });
            row("Nodes leased", &shown(nodes));
            row("IDs issued", &report.issued.to_string());
            let [all, longest] = report.waited.map(|us| us.div_ceil(1000));
            let waits = format!("{}, {all} ms, the longest {longest} ms", report.waits);
            row("Waits", &waits);
            let [clock, unavailable] = report.refused;
            let refused = format!("{clock} for the clock, {unavailable} for want of a lease");
            row("Calls refused", &refused);
            let (steps, furthest) = (report.clock_steps, report.clock_offset_max);
            let steps = format!("{steps}, the furthest {furthest} ms back");
            row("Clock steps", &steps);
            row("Moves to another node", &report.moves.to_string());
            row("Leases lost", &report.lost.to_string());
            row("Permits voided", &report.voided.to_string());
            row("Memory overwritten", &report.overwritten.to_string());
            let sessions = format!(
                "{} connected, {} shared sessions, {} of their own, {} watches, {} held, {} registrations",
                clients.connections,
                clients.shared_sessions,
                clients.own_sessions,
                clients.watches,
                clients.held,
                clients.registrations
            );
            row("ZooKeeper clients", &sessions);
            let requests = format!("{}, {} failed", clients.requests, clients.failures);
            row("ZooKeeper requests", &requests);
            let memory = family.cache_use();
            let used = format!(
                "{} of {} bytes, written anew {} times",
                memory.used, memory.room, memory.rewrites
            );
            row("Caches' memory", &used);
            for cache in family.caches() {
                row(&format!("Cache of {}", cache.path), &stands(&cache));
            }
            row("Warning", &shown(report.warning));
            row("Error", &shown(settings::refused().or(report.error)));
        }
        Err(refusal) => row("Error", &refusal.to_string()),
    }
    // SAFETY: as above.
    unsafe {
        php_info_print_table_end();
        display_ini_entries(module);
    }
}

/// A mark, and how far it is ahead of the clock.
fn in_words((mark, ahead): (u64, i64)) -> String {
    // What a layout can hold may end after the last year that can be written.
    let date = date_of(mark).map_or_else(String::new, |date| format!(", {date}"));
    let away = Duration::from_millis(ahead.unsigned_abs());
    let away = match away.as_secs() {
        0 => away,
        seconds => Duration::from_secs(seconds),
    };
    let away = humantime::format_duration(away);
    let side = if ahead < 0 {
        "in the past"
    } else {
        "ahead of the clock"
    };
    format!("{mark} (Unix ms{date}; {away} {side})")
}

/// How a cache stands.
fn stands(cache: &CacheState) -> String {
    let picture = match cache.picture {
        Some((version, nodes)) => format!("{nodes} znodes, version {version}"),
        None => "not complete".to_owned(),
    };
    let age = cache.age.map_or_else(
        || "never loaded".to_owned(),
        |age| format!("{:.1} s old", age.as_secs_f64()),
    );
    let error = cache
        .error
        .as_ref()
        .map_or_else(String::new, |error| format!(": {error}"));
    format!("{picture}, {age}, of {}{error}", cache.dsn)
}

pub(super) fn row(name: &str, value: &str) {
    let [name, value] =
        [name, value].map(|text| CString::new(text.replace('\0', "\\0")).unwrap_or_default());
    // SAFETY: two C strings, as the first argument says.
    unsafe { php_info_print_table_row(2, name.as_ptr(), value.as_ptr()) };
}
