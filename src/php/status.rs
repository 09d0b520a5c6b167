//! `Dig\\Ticket\\status()`: what the family is and holds.

use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::convert::IntoZval;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::ExecuteData;

use super::args::{self, Stop};
use super::{settings, state};

pub(super) fn function() -> FunctionBuilder<'static> {
    FunctionBuilder::new("Dig\\Ticket\\status", status).returns(DataType::Array, false, false)
}

extern "C" fn status(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let family = state::known()?;
        let report = family.report();
        // What PHP's integers cannot hold does not occur: times are of this age, counts of this machine's.
        let count = |number: u64| number.cast_signed();
        let mut array = ZendHashTable::new();
        let mut add = |key: &str, value: Zval| {
            let added = array.insert(key, value);
            added.map_err(|error| Stop::Throw(args::error(&error.to_string())))
        };
        add("version", text(Some(env!("CARGO_PKG_VERSION")))?)?;
        add("layout", text(Some(&family.layout().to_string()))?)?;
        let layout = family.layout();
        add("epoch", number(Some(count(layout.epoch()))))?;
        add("node_bits", number(Some(layout.node_bits().into())))?;
        add("sequence_bits", number(Some(layout.sequence_bits().into())))?;
        let (pid, started) = report.began;
        add("pid", number(Some(pid.into())))?;
        add("started", number(Some(count(started))))?;
        add("registry", text(Some(report.registry))?)?;
        add("place", text(Some(&report.place))?)?;
        add("node", number(report.node.map(i64::from)))?;
        add("mark", number(report.mark.map(count)))?;
        add("ahead", number(report.ahead.map(|ahead| ahead.max(0))))?;
        let renewed = report.renewed.map(count);
        add("last_renewal_ms", number(renewed))?;
        add("session", text(report.session)?)?;
        let id = report.session_id.map(|id| format!("0x{id:x}"));
        add("session_id", text(id.as_deref())?)?;
        let disconnected = report.disconnected.map(count);
        add("disconnected_for_ms", number(disconnected))?;
        add("keeper", number(report.keeper.map(i64::from)))?;
        add("vm_generation", text(report.vm_generation.as_deref())?)?;
        let horizon = report.horizon;
        for (key, at) in [
            ("beyond_53_bits", horizon.beyond_53_bits),
            ("negative", horizon.negative),
            ("exhausted", horizon.exhausted),
        ] {
            add(key, number(Some(count(at))))?;
        }
        let listing = report.listing;
        // Node 0 is there by number only.
        let total = i64::from(layout.max_node()) + 1;
        add("nodes_total", number(Some(total)))?;
        let leased = listing.map(|it| it.claims.into());
        add("nodes_leased", number(leased))?;
        let spares = listing.map(|it| it.spares.into());
        add("nodes_spare", number(spares))?;
        let age = listing.map(|it| count(it.age));
        add("nodes_listed_ms", number(age))?;
        add("warning", text(report.warning.as_deref())?)?;
        let error = settings::refused().or(report.error);
        add("error", text(error.as_deref())?)?;
        for (key, counted) in [
            ("issued", report.issued),
            ("waits", report.waits),
            // Rounded up: a wait for a millisecond is one.
            ("wait_ms", report.waited[0].div_ceil(1000)),
            ("wait_max_ms", report.waited[1].div_ceil(1000)),
            ("clock_steps", report.clock_steps),
            ("clock_offset_max_ms", report.clock_offset_max),
            ("keeper_restarts", report.keepers[0]),
            ("spawn_failures", report.keepers[1]),
            ("moves", report.moves),
            ("lost", report.lost),
            ("voided", report.voided),
            ("overwritten", report.overwritten),
        ] {
            add(key, number(Some(count(counted))))?;
        }
        let [illegal_time, unavailable] = report.refused;
        let mut refused = ZendHashTable::with_capacity(2);
        refused
            .insert("illegal_time", count(illegal_time))
            .and_then(|()| refused.insert("unavailable", count(unavailable)))
            .and_then(|()| refused.into_zval(false))
            .and_then(|refused| array.insert("refused", refused))
            .map_err(|error| Stop::Throw(args::error(&error.to_string())))?;
        result.set_hashtable(array);
        Ok(())
    });
}

fn number(value: Option<i64>) -> Zval {
    let mut zval = Zval::new();
    match value {
        Some(value) => zval.set_long(value),
        None => zval.set_null(),
    }
    zval
}

fn text(value: Option<&str>) -> Result<Zval, Stop> {
    let zval = value.into_zval(false);
    zval.map_err(|error| Stop::Throw(args::error(&error.to_string())))
}
