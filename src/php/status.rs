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
        add("registry", text(Some(report.registry))?)?;
        add("place", text(Some(&report.place))?)?;
        add("node", number(report.node.map(i64::from)))?;
        add("mark", number(report.mark.map(count)))?;
        add("ahead", number(report.ahead.map(|ahead| ahead.max(0))))?;
        add("session", text(report.session)?)?;
        let id = report.session_id.map(|id| format!("0x{id:x}"));
        add("session_id", text(id.as_deref())?)?;
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
        add("warning", text(report.warning.as_deref())?)?;
        let error = settings::refused().or(report.error);
        add("error", text(error.as_deref())?)?;
        for (key, counted) in [
            ("issued", report.issued),
            ("waits", report.waits),
            ("clock_steps", report.clock_steps),
            ("moves", report.moves),
            ("lost", report.lost),
            ("voided", report.voided),
            ("overwritten", report.overwritten),
        ] {
            add(key, number(Some(count(counted))))?;
        }
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
