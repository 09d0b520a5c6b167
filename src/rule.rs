//! What keeps the promise, as switches: rules, checks and guards that a build can leave out, so that it is seen
//! that the tests would notice their loss (`make mutants`).

/// Whether the rule is kept. It always is, and costs nothing, but in what is built with
/// `--cfg ticket_mutant="..."`, which only `make mutants` does, below target/. Nobody gets that by accident: no
/// feature, profile or variable of ours sets it, and a name that Cargo.toml does not list does not compile.
macro_rules! kept {
    ($rule:tt) => {
        !cfg!(ticket_mutant = $rule)
    };
}

pub(crate) use kept;
