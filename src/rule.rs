//! The rules that keep IDs unique ([`crate::lease::machine`]), as switches of the tests.

/// Whether the rule is kept. It always is, but in tests built with `--cfg ticket_mutant="..."`, which are to
/// fail then: so it is seen that they would notice its loss.
macro_rules! kept {
    ($rule:tt) => {
        !cfg!(all(test, ticket_mutant = $rule))
    };
}

pub(crate) use kept;
