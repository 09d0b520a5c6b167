//! TLS with servers: by which certificates, and what is wrong where there is none.

use std::cell::RefCell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use futures_rustls::TlsConnector;
use futures_rustls::rustls::client::WebPkiServerVerifier;
use futures_rustls::rustls::crypto::{CryptoProvider, ring};
use futures_rustls::rustls::pki_types::pem::{PemObject, SectionKind};
use futures_rustls::rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer, UnixTime,
};
use futures_rustls::rustls::{
    AlertDescription, CertificateError, ClientConfig, Error, RootCertStore,
};
use zookeeper_client::{TlsCa, TlsCerts, TlsIdentity, TlsOptions};

use super::seen::Seen;
use crate::keeper::context::Context;
use crate::rule::kept;
use crate::wire::Pems;

/// What a part of a text in PEM begins with (RFC 7468, section 2).
const BEGIN: &str = "-----BEGIN ";

/// Of the settings, or of one profile.
pub(super) struct Tls {
    context: Rc<Context>,
    given: Option<Pems>,
    /// What was loaded last, and from what.
    last: RefCell<Option<(Pems, Result<Loaded, String>)>>,
}

/// What connections are made with.
#[derive(Clone)]
pub(super) struct Loaded {
    /// For the client's crate.
    pub(super) options: TlsOptions,
    /// The same for what looks at a server.
    pub(super) connector: TlsConnector,
}

impl Tls {
    pub(super) fn new(context: Rc<Context>, given: Option<Pems>) -> Self {
        Self {
            context,
            given,
            last: RefCell::default(),
        }
    }

    /// By what is in the files now.
    ///
    /// # Errors
    /// A sentence that names the file, or the option, that is wrong.
    pub(super) fn load(&self) -> Result<Loaded, String> {
        let pems = match &self.given {
            Some(given) => given.clone(),
            None => self.context.files.tls()?,
        };
        let mut last = self.last.borrow_mut();
        if let Some((from, loaded)) = &*last
            && *from == pems
        {
            return loaded.clone();
        }
        let loaded = self.made(&pems);
        last.insert((pems, loaded)).1.clone()
    }

    fn made(&self, pems: &Pems) -> Result<Loaded, String> {
        // Else the crate would not know which one to take; a second time it is there already.
        let _ = ring::default_provider().install_default();
        let ca = TlsCa::from_pem(&pems.ca)
            .map_err(|_| format!("{} holds no certificate in PEM", self.ca()))?;
        self.check_ca(&pems.ca)?;
        let mut certs = TlsCerts::builder().with_ca(ca);
        let both = [&pems.cert, &pems.key].map(|text| !text.is_empty());
        if both != [false, false] {
            let [cert, key] = self.own();
            if CertificateDer::from_pem_slice(pems.cert.as_bytes()).is_err() {
                return Err(format!("{cert} holds no certificate in PEM"));
            }
            let identity = TlsIdentity::from_pem(&pems.cert, &pems.key).map_err(|_| {
                format!(
                    "{key} holds no key in PEM that is not encrypted (-----BEGIN PRIVATE KEY-----)"
                )
            })?;
            certs = certs.with_identity(identity);
        }
        let certs = certs.build().map_err(|error| error.to_string())?;
        Ok(Loaded {
            options: TlsOptions::new().with_certs(certs),
            connector: TlsConnector::from(Arc::new(self.config(pems)?)),
        })
    }

    /// Every part counts: one that is passed over is a CA that is missing, or lets in whom it has taken back.
    fn check_ca(&self, text: &str) -> Result<(), String> {
        let parts = <(SectionKind, Vec<u8>)>::pem_slice_iter(text.as_bytes());
        let known = parts
            .flatten()
            .filter(|(kind, _)| matches!(kind, SectionKind::Certificate | SectionKind::Crl));
        let (begun, known) = (text.matches(BEGIN).count(), known.count());
        match begun == known || !kept!("all_of_the_ca_is_read") {
            true => Ok(()),
            false => Err(format!(
                "{} has {begun} parts that begin ({BEGIN}), and {known} of them can be read as CERTIFICATE or X509 CRL; see that \
                 each is whole, and begins and ends in lines of its own, with nothing before",
                self.ca()
            )),
        }
    }

    /// As the crate makes it.
    fn config(&self, pems: &Pems) -> Result<ClientConfig, String> {
        let provider = CryptoProvider::get_default().cloned();
        let provider = provider.unwrap_or_else(|| Arc::new(ring::default_provider()));
        let ca =
            |error: &dyn ToString| format!("{} is not usable: {}", self.ca(), error.to_string());
        let mut roots = RootCertStore::empty();
        for root in CertificateDer::pem_slice_iter(pems.ca.as_bytes()).flatten() {
            let _ = roots.add(root);
        }
        let crls = CertificateRevocationListDer::pem_slice_iter(pems.ca.as_bytes()).flatten();
        let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone())
            .with_crls(crls)
            .build()
            .map_err(|error| ca(&error))?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| ca(&error))?
            .with_webpki_verifier(verifier);
        if pems.cert.is_empty() {
            return Ok(config.with_no_client_auth());
        }
        let chain = CertificateDer::pem_slice_iter(pems.cert.as_bytes()).flatten();
        let [cert, key] = self.own();
        let unusable = |error: &dyn ToString| {
            format!(
                "{cert} and {key} do not belong together: {}",
                error.to_string()
            )
        };
        let secret =
            PrivateKeyDer::from_pem_slice(pems.key.as_bytes()).map_err(|error| unusable(&error))?;
        config
            .with_client_auth_cert(chain.collect(), secret)
            .map_err(|error| unusable(&error))
    }

    /// Where the CAs are, for people.
    fn ca(&self) -> String {
        let path = &self.context.config.tls.ca;
        self.named(path, "ca")
    }

    /// The same of the client's certificate, and its key.
    fn own(&self) -> [String; 2] {
        let files = &self.context.config.tls;
        [(&files.cert, "cert"), (&files.key, "key")].map(|(path, which)| self.named(path, which))
    }

    fn named(&self, path: &str, which: &str) -> String {
        match &self.given {
            Some(_) => format!("the file {which} of the option tls"),
            None => format!("{path} (ticket.zookeeper_tls_{which})"),
        }
    }

    /// What a server has done that ends a handshake, if it is something that people have to mend.
    pub(super) fn seen(&self, error: &Error, host: &str) -> Option<Seen> {
        let when = |time: &UnixTime| {
            let time = UNIX_EPOCH + Duration::from_secs(time.as_secs());
            humantime::format_rfc3339_seconds(time)
        };
        let certificate = match error {
            Error::InvalidCertificate(certificate) => certificate,
            Error::AlertReceived(alert) => return Some(self.alerted(*alert)),
            // It has not understood, or speaks no TLS at all.
            Error::InvalidMessage(_) => return None,
            other => return Some(Seen::NoTls(other.to_string())),
        };
        Some(Seen::Untrusted(match certificate {
            CertificateError::UnknownIssuer => format!(
                "that no CA in {} has signed; put the certificate of the one that has there",
                self.ca()
            ),
            CertificateError::ExpiredContext { not_after, .. } => {
                format!("that has expired ({}); give it a new one", when(not_after))
            }
            CertificateError::NotValidYetContext { not_before, .. } => format!(
                "that is not valid before {}; look at the clocks",
                when(not_before)
            ),
            CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
                format!(
                    "without a name in subjectAltName (a common name does not count), and it is to be for {host}; give it one for that"
                )
            }
            CertificateError::NotValidForNameContext { presented, .. }
                if host.parse::<IpAddr>().is_ok()
                    && presented.iter().any(|name| plain(name) == host) =>
            {
                format!(
                    "for the name {host}, which is an address; give it one with IP:{host} in subjectAltName"
                )
            }
            CertificateError::NotValidForNameContext { presented, .. } => format!(
                "for other names ({}), and not for {host}; name the server as its certificate does, or give it one for this name",
                presented
                    .iter()
                    .map(|name| plain(name))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            CertificateError::UnknownRevocationStatus => format!(
                "of which nobody says whether it was revoked: {} has lists of revoked certificates, and none of every CA between this \
                 one and its root; put them there, too, or none",
                self.ca()
            ),
            CertificateError::Revoked => format!("that was revoked, as {} says", self.ca()),
            other => format!("that is not accepted: {other}"),
        }))
    }

    fn alerted(&self, alert: AlertDescription) -> Seen {
        use AlertDescription as Alert;
        let given = match &self.given {
            Some(_) => "the option tls, cert and key",
            None => "ticket.zookeeper_tls_cert and ticket.zookeeper_tls_key",
        };
        match alert {
            // So says newer Java where it has got none.
            Alert::HandshakeFailure => Seen::Unwelcome(format!(
                "the handshake (HandshakeFailure): it wants a client certificate, to be named in {given}, or has no TLS 1.2 or 1.3 \
                 with a cipher of ours"
            )),
            Alert::BadCertificate
            | Alert::CertificateExpired
            | Alert::CertificateRequired
            | Alert::CertificateRevoked
            | Alert::CertificateUnknown
            | Alert::NoCertificate
            | Alert::UnknownCA
            | Alert::UnsupportedCertificate
            | Alert::AccessDenied => Seen::Unwelcome(format!(
                "the client certificate ({alert:?}); name one that it accepts in {given}"
            )),
            other => Seen::NoTls(format!("it says {other:?}")),
        }
    }
}

/// A name as certificates have it, without the crate's word for its kind: `DnsName("zk1")`.
fn plain(name: &str) -> &str {
    let inner = name.split_once('(').map_or(name, |(_, inner)| inner);
    inner.trim_end_matches(')').trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_plainly() {
        assert_eq!(plain("DnsName(\"zk1.example\")"), "zk1.example");
        assert_eq!(plain("IpAddress(127.0.0.1)"), "127.0.0.1");
        assert_eq!(plain("zk1"), "zk1");
    }
}
