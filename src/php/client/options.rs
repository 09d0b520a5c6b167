//! What a client is made with: `$dsn` and `$options`.

use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use ext_php_rs::types::{ZendHashTable, Zval};
use serde_bytes::ByteBuf;

use super::super::args::{self, Stop, Text};
use super::super::engine::php_check_open_basedir_ex;
use crate::family::settings::{LONGEST, SHORTEST};
use crate::family::{Family, read_text};
use crate::lease::zookeeper::{Dsn, TLS};
use crate::rule::kept;
use crate::wire::credentials::{are_bounded, is_one_of_sasl, is_whole};
use crate::wire::size::Limit;
use crate::wire::{Credentials, Pems, Profile};

/// Where they are among the arguments.
const DSN: u32 = 1;
const OPTIONS: u32 = 2;

/// What a client is made with.
pub(in crate::php) struct Options {
    pub(in crate::php) profile: Profile,
    /// How long a call may take.
    pub(in crate::php) timeout: Duration,
    /// What its requests are held against.
    pub(in crate::php) limit: Limit,
}

impl Options {
    /// Of arguments 1 and 2.
    pub(in crate::php) fn read(
        family: &Family,
        dsn: &Text,
        options: *const ZendHashTable,
    ) -> Result<Self, Stop> {
        let dsn = dsn_of(family, DSN, dsn)?;
        let mut read = Self::of(family, dsn)?;
        // SAFETY: null, or an array that lives as long as the call.
        for (name, value) in unsafe { options.as_ref() }.into_iter().flatten() {
            let value = value.dereference();
            match name.to_string().as_str() {
                "timeout" => read.timeout = time("timeout", 1, value)?,
                "session_timeout" => {
                    read.profile.session_timeout = ms(time("session_timeout", SHORTEST, value)?);
                }
                "auth" => {
                    read.profile.auth = credentials(value)?;
                    read.profile.family = false;
                }
                "tls" => read.profile.tls = Some(pems(value)?),
                other => {
                    let must = format!(
                        "must have no options but timeout, session_timeout, auth and tls, \"{other}\" given"
                    );
                    return Err(args::refuse(OPTIONS, &must));
                }
            }
        }
        if read.profile.tls.is_some()
            && Dsn::parse(&read.profile.dsn).is_ok_and(|dsn| !dsn.is_tls())
        {
            let must = format!("must have no tls for servers without {TLS} before them");
            return Err(args::refuse(OPTIONS, &must));
        }
        Ok(read)
    }

    /// Those servers, and the settings for the rest.
    pub(in crate::php) fn of(family: &Family, dsn: String) -> Result<Self, Stop> {
        Self::to(family, dsn).map_err(|problem| args::refuse_value(&problem))
    }

    /// The same, or what is wrong with the servers.
    pub(in crate::php) fn to(family: &Family, dsn: String) -> Result<Self, String> {
        let chroot = Dsn::parse(&dsn)?.chroot().len();
        Ok(Self {
            profile: Profile {
                dsn,
                session_timeout: ms(family.session_timeout()),
                auth: vec![],
                family: true,
                tls: None,
            },
            timeout: family.zookeeper_timeout(),
            limit: Limit {
                chroot,
                most: family.max_packet(),
            },
        })
    }
}

/// The servers in an argument, unchecked; where it is null or left out, those of `ticket.dsn`.
pub(in crate::php) fn dsn_of(family: &Family, argument: u32, given: &Text) -> Result<String, Stop> {
    if let Some(given) = given.given() {
        return Ok(String::from_utf8_lossy(given).into_owned());
    }
    let missing = || args::refuse(argument, "must be given, since ticket.dsn is empty");
    Ok(family.dsn().ok_or_else(missing)?.to_owned())
}

/// No time here is longer than an hour.
fn ms(time: Duration) -> u32 {
    time.as_millis() as u32
}

fn time(name: &str, shortest: u64, value: &Zval) -> Result<Duration, Stop> {
    let must = format!("must have an int as {name}");
    let ms = value
        .long()
        .ok_or_else(|| args::refuse_type(OPTIONS, &must, value))?;
    let ms = u64::try_from(ms)
        .ok()
        .filter(|ms| (shortest..=LONGEST).contains(ms));
    let must = format!("must have a {name} between {shortest} and {LONGEST} ms");
    let ms = ms.ok_or_else(|| args::refuse(OPTIONS, &must))?;
    Ok(Duration::from_millis(ms))
}

fn credentials(list: &Zval) -> Result<Vec<Credentials>, Stop> {
    let must = "must have a list of [scheme, cert] as auth";
    let entries = list
        .array()
        .ok_or_else(|| args::refuse_type(OPTIONS, must, list))?;
    let entries = entries.values().map(|entry| {
        let entry = entry.dereference();
        let wrong = || {
            args::refuse_type(
                OPTIONS,
                "must have [scheme, cert] in the list auth, both strings",
                entry,
            )
        };
        let pair = entry.array().filter(|pair| pair.len() == 2);
        let pair = pair.ok_or_else(wrong)?;
        let text = |index| {
            let text = pair.get_index(index).map(Zval::dereference);
            text.and_then(Zval::zend_str).ok_or_else(wrong)
        };
        let (scheme, cert) = (text(0)?, text(1)?);
        let scheme = scheme_of(
            OPTIONS,
            "must have [scheme, cert] in the list auth, the scheme in UTF-8",
            scheme.as_bytes(),
        )?;
        if !is_whole(&scheme, cert.as_bytes()) {
            let must = "must have user:password, in UTF-8, for sasl in the list auth";
            return Err(args::refuse(OPTIONS, must));
        }
        Ok((scheme, ByteBuf::from(cert.as_bytes())))
    });
    let all: Vec<Credentials> = entries.collect::<Result<_, _>>()?;
    if !are_bounded(&all) {
        let must = "must have 1 MiB of credentials at the most in the list auth, where each counts 64 bytes more";
        return Err(args::refuse(OPTIONS, must));
    }
    match is_one_of_sasl(&all) {
        true => Ok(all),
        false => Err(args::refuse(
            OPTIONS,
            "must have sasl once at most in the list auth",
        )),
    }
}

/// What is in the files that are named: read here, with the rights of this process and within `open_basedir`.
fn pems(list: &Zval) -> Result<Pems, Stop> {
    let must = "must have an array of files as tls";
    let entries = list
        .array()
        .ok_or_else(|| args::refuse_type(OPTIONS, must, list))?;
    let mut pems = Pems::default();
    for (name, value) in entries {
        let name = name.to_string();
        let to = match name.as_str() {
            "ca" => &mut pems.ca,
            "cert" => &mut pems.cert,
            "key" => &mut pems.key,
            other => {
                let must =
                    format!("must have nothing but ca, cert and key in tls, \"{other}\" given");
                return Err(args::refuse(OPTIONS, &must));
            }
        };
        let value = value.dereference();
        let must = format!("must have a string as {name} in tls");
        let path = value
            .zend_str()
            .ok_or_else(|| args::refuse_type(OPTIONS, &must, value))?;
        // Whoever gives the text itself does not want it in an error, least of all a key.
        if path.as_bytes().contains(&b'\n') || path.as_bytes().starts_with(b"-----") {
            let must = format!("must have the path of a file as {name} in tls, not what is in it");
            return Err(args::refuse(OPTIONS, &must));
        }
        *to = pem(path.as_bytes()).map_err(|problem| {
            let path = String::from_utf8_lossy(path.as_bytes());
            let must = format!(
                "must have a file as {name} in tls that can be read, and {path}: {problem}"
            );
            args::refuse(OPTIONS, &must)
        })?;
    }
    match [&pems.ca, &pems.cert, &pems.key].map(|text| text.is_empty()) {
        [true, ..] => Err(args::refuse(OPTIONS, "must have a ca in tls")),
        [_, true, false] | [_, false, true] => {
            let must = "must have both cert and key in tls, or none of them";
            Err(args::refuse(OPTIONS, must))
        }
        _ => Ok(pems),
    }
}

fn pem(path: &[u8]) -> Result<String, String> {
    let path = CString::new(path).map_err(|_| "there is a NUL byte in its name")?;
    // SAFETY: a C string, only read.
    if unsafe { php_check_open_basedir_ex(path.as_ptr(), 0) } != 0 && kept!("tls_within_basedir") {
        return Err("it is outside of open_basedir".to_owned());
    }
    match read_text(Path::new(OsStr::from_bytes(path.as_bytes()))) {
        Ok(text) if text.is_empty() => Err("it is empty".to_owned()),
        Ok(text) => Ok(text),
        Err(error) => Err(error.to_string()),
    }
}

/// The name of a scheme in an argument; `must` says what that is.
pub(in crate::php) fn scheme_of(argument: u32, must: &str, given: &[u8]) -> Result<String, Stop> {
    match std::str::from_utf8(given) {
        Ok(scheme) if !scheme.is_empty() => Ok(scheme.to_owned()),
        _ => Err(args::refuse(argument, must)),
    }
}
