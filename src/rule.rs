//! What keeps the promise, as switches: rules, checks and guards that can be left out in a build that is made for that, so
//! that it is seen that the tests would notice their loss (`make mutants`).

/// Whether the rule is kept. It always is, and costs nothing, but in what is built with `--cfg ticket_mutant="..."`, which only
/// `make mutants` does, below target/. Nobody gets that by accident: no feature, profile or variable of ours sets it, and
/// a name that Cargo.toml does not list does not compile.
///
/// `const`: where a constant needs to know; then each rule has a build of its own. All others have one build, which
/// leaves out what a variable names.
macro_rules! kept {
    (const $rule:tt) => {
        !cfg!(ticket_mutant = $rule)
    };
    ($rule:tt) => {
        $crate::rule::is_kept($rule)
    };
}

pub(crate) use kept;

/// Whether it is, as a process finds it when it first asks.
#[cfg(ticket_mutant = "by_variable")]
pub(crate) fn is_kept(rule: &str) -> bool {
    static LEFT_OUT: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    let left_out = LEFT_OUT.get_or_init(|| std::env::var("TICKET_MUTANT_RULE").ok());
    left_out.as_deref() != Some(rule)
}

#[cfg(not(ticket_mutant = "by_variable"))]
#[inline(always)]
pub(crate) const fn is_kept(_: &str) -> bool {
    true
}
