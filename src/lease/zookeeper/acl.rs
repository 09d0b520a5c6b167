//! Who may do what with the znodes that are made: `ticket.zookeeper_acl`.

use zookeeper_client::{Acl, Acls, AuthId, Permission};

/// The longest, in bytes: it goes with each request that makes a znode.
pub const LONGEST_ACL: usize = 512;

const LETTERS: [(char, Permission); 5] = [
    ('r', Permission::READ),
    ('w', Permission::WRITE),
    ('c', Permission::CREATE),
    ('d', Permission::DELETE),
    ('a', Permission::ADMIN),
];

/// `world`: anyone may do all. `creator`: whoever has the credentials of the session that makes it. Or entries with commas
/// between them, as ZooKeeper's shell writes them: a scheme, a colon, an ID, a colon, and some of `cdrwa`.
///
/// # Errors
/// The rest of a sentence that begins with what holds it.
pub fn parse_acl(text: &str) -> Result<Vec<Acl>, String> {
    match text {
        _ if text.len() > LONGEST_ACL => {
            return Err(format!("must be no longer than {LONGEST_ACL} bytes"));
        }
        "world" => return Ok(Acls::anyone_all().to_vec()),
        "creator" => return Ok(Acls::creator_all().to_vec()),
        _ => {}
    }
    let (mut all, mut begun) = (vec![], String::new());
    for part in text.split(',') {
        begun += part;
        match entry(begun.trim()) {
            Some(entry) => {
                all.push(entry);
                begun.clear();
            }
            // An ID may hold commas, as the names in certificates do.
            None => begun.push(','),
        }
    }
    match begun.is_empty() {
        true => Ok(all),
        false => Err(format!(
            "must be world, creator, or a list of scheme:id:perms with commas between them, perms some of cdrwa, and \"{}\" is \
             none",
            begun.trim_end_matches(',')
        )),
    }
}

fn entry(text: &str) -> Option<Acl> {
    let (who, perms) = text.rsplit_once(':')?;
    let (scheme, id) = who.split_once(':')?;
    let letter = |letter| LETTERS.iter().find(|(known, _)| *known == letter);
    let perms = perms.chars().try_fold(Permission::NONE, |all, one| {
        letter(one).map(|(_, one)| all | *one)
    })?;
    let whole = !scheme.is_empty() && !scheme.contains(',') && perms != Permission::NONE;
    whole.then(|| Acl::new(perms, AuthId::new(scheme, id)))
}

/// The sum of ZooKeeper's numbers for permissions.
#[must_use]
pub fn perms_of(acl: &Acl) -> u8 {
    let bits = LETTERS.iter().enumerate();
    bits.filter(|(_, (_, one))| acl.permission().has(*one))
        .map(|(bit, _)| 1 << bit)
        .sum()
}

/// The permissions with that sum.
#[must_use]
pub fn permission_of(perms: u8) -> Permission {
    let bits = LETTERS.iter().enumerate();
    bits.filter(|(bit, _)| perms & 1 << bit != 0)
        .fold(Permission::NONE, |all, (_, (_, one))| all | *one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_as_zookeepers_shell_has_them() {
        let told = |text: &str| -> Vec<(u8, String)> {
            let all = parse_acl(text).unwrap();
            all.iter()
                .map(|one| (perms_of(one), format!("{}:{}", one.scheme(), one.id())))
                .collect()
        };
        let one = |perms, who: &str| (perms, who.to_owned());
        assert_eq!(told("world"), [one(31, "world:anyone")]);
        assert_eq!(told("creator"), [one(31, "auth:")]);
        assert_eq!(
            told("digest:shop:aGFzaA==:cdrwa, world:anyone:r"),
            [one(31, "digest:shop:aGFzaA=="), one(1, "world:anyone")]
        );
        assert_eq!(
            told("x509:CN=web1,O=shop:rw,sasl:bob:d"),
            [one(3, "x509:CN=web1,O=shop"), one(8, "sasl:bob")]
        );
        for none in [
            "",
            "World",
            "world:anyone",
            "world:anyone:",
            "world:anyone:x",
            ":a:r",
            "a:b:r,",
            "a:b:r,c",
        ] {
            assert!(parse_acl(none).is_err(), "{none}");
        }
        assert!(parse_acl(&format!("a:{}:r", "b".repeat(509))).is_err());
    }
}
