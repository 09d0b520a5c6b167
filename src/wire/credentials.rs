//! What a client proves with who it is.

use serde_bytes::ByteBuf;

use super::{Failure, code};
use crate::rule::kept;

/// A scheme (`digest`, for one) and what it takes for proof (`user:password`).
pub type Credentials = (String, ByteBuf);

/// The scheme that a session can only begin with: SASL's DIGEST-MD5, with `user:password`.
pub const SASL: &str = "sasl";

/// Bytes that those of a client may have together, each with [`OF_EACH`] more. It is ticket's own limit: the keeper keeps all
/// that were accepted, to present them again to the next server.
const MOST: usize = 1 << 20;

/// What keeping one takes besides its text.
const OF_EACH: usize = 64;

/// Whether credentials are what their scheme takes, as far as that is ticket's to know.
#[must_use]
pub fn is_whole(scheme: &str, secret: &[u8]) -> bool {
    let user_and_password = || {
        let text = std::str::from_utf8(secret).ok();
        text.and_then(|text| text.split_once(':'))
            .is_some_and(|(user, password)| !user.is_empty() && !password.is_empty())
    };
    scheme != SASL || user_and_password()
}

/// Whether there is at most one for SASL, which has one user.
#[must_use]
pub fn is_one_of_sasl(all: &[Credentials]) -> bool {
    all.iter().filter(|(scheme, _)| scheme == SASL).count() <= 1
}

/// Whether a client that has all of those may be given one more.
///
/// # Errors
/// They would be too long together.
pub fn may_have<'a>(
    all: impl IntoIterator<Item = &'a Credentials>,
    one: &Credentials,
) -> Result<(), Failure> {
    let mut together = bytes(one);
    for other in all {
        if other == one {
            return Ok(());
        }
        together += bytes(other);
    }
    match together <= MOST || !kept!("credentials_are_bounded") {
        true => Ok(()),
        false => Err(Failure {
            code: code::MARSHALLING_ERROR,
            unknown: false,
            path: None,
            index: None,
            message: format!(
                "nothing was sent: the credentials of a client may have {MOST} bytes together, {OF_EACH} more for each, since all \
                 that were accepted are kept, to be presented to the next server; make another client for others"
            ),
        }),
    }
}

/// Whether a client may have those.
#[must_use]
pub fn are_bounded(all: &[Credentials]) -> bool {
    all.iter().map(bytes).sum::<usize>() <= MOST
}

/// Keeps one that was accepted. Whoever presents the same before each of its jobs is not to have it kept for each.
pub fn keep(all: &mut Vec<Credentials>, one: Credentials) {
    if !all.contains(&one) || !kept!("credentials_kept_once") {
        all.push(one);
    }
}

fn bytes((scheme, secret): &Credentials) -> usize {
    scheme.len() + secret.len() + OF_EACH
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Profile;

    fn digest(secret: &str) -> Credentials {
        ("digest".to_owned(), ByteBuf::from(secret))
    }

    #[test]
    fn the_same_is_kept_once_and_all_together_are_bounded() {
        let mut all = vec![];
        let half = "x".repeat(MOST / 2 - "digest".len() - OF_EACH);
        for secret in ["a:b", "a:c", "a:b", "a:b"] {
            keep(&mut all, digest(secret));
        }
        assert_eq!(all, ["a:b", "a:c"].map(digest));
        assert!(may_have(&all, &digest(&half)).is_ok());
        keep(&mut all, digest(&half));
        let refused = may_have(&all, &digest(&half.replace('x', "y"))).unwrap_err();
        assert_eq!(refused.code, code::MARSHALLING_ERROR);
        assert!(may_have(&all, &digest(&half)).is_ok(), "it is there");
        assert!(may_have(&[], &digest(&"x".repeat(MOST))).is_err());
        let of = |auth| Profile {
            dsn: String::new(),
            session_timeout: 0,
            auth,
            family: false,
            tls: None,
        };
        assert!(of(all.clone()).is_bounded() && !of(vec![digest(&half); 3]).is_bounded());
        assert!(are_bounded(&all) && !are_bounded(&[digest(&half), digest(&half), digest("a")]));
    }
}
