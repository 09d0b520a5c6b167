//! Asks a server what costs it nothing, to see whether it would give a session, and what it is if not.

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use async_io::Timer;
use async_net::TcpStream;
use futures_lite::future::or;
use futures_lite::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use futures_rustls::rustls;
use futures_rustls::rustls::pki_types::ServerName;

use super::seen::Seen;
use super::tls::Tls;
use crate::keeper::session::pauses::Pauses;

/// For how long an answer is awaited; then the question is put again, for a server may have forgotten it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The same, where only a word for people comes of it.
const CURIOSITY: Duration = Duration::from_millis(500);

/// After what time it is worth a word that there is no answer yet.
const LATE: Duration = Duration::from_millis(50);

/// What closes connections is looked at more closely this rarely: it may be many that do so, and do not know us.
const CLOSELY: u32 = 8;

/// A handshake that goes on with a session that there never is: the ID holds no time. Whoever would give a session
/// looks that up in what it has at hand, and says no; whoever would not closes the connection. What follows is the
/// password, which ends lines for those who wait for one.
const HANDSHAKE: &[u8; 49] = b"\0\0\0\x2d\
    \0\0\0\0\
    \0\0\0\0\0\0\0\0\
    \0\0\x27\x10\
    \0\0\0\0\0\0\0\x01\
    \0\0\0\x10ticket probe\r\n\r\n\
    \0";

/// The smallest that TLS begins with.
const CLIENT_HELLO: &[u8; 58] = b"\x16\x03\x01\0\x35\
    \x01\0\0\x31\
    \x03\x03\
    ticket asks whether this is TLS.\
    \0\
    \0\x0a\x13\x01\xc0\x2f\xc0\x30\0\x9c\0\x2f\
    \x01\0";

/// A server that is looked at.
pub(super) struct Target {
    pub(super) address: SocketAddr,
    /// What its certificate is to be for.
    pub(super) host: String,
    /// If it is spoken to in that.
    pub(super) tls: Option<Rc<Tls>>,
}

/// Tells what a server does until it would give a session.
pub(super) async fn watch(target: &Target, mut pauses: Pauses, tell: impl Fn(Seen)) {
    let server = target.address;
    let mut closed = 0;
    loop {
        if let Some(tls) = &target.tls {
            let seen = in_tls(target, tls, &tell).await;
            let healthy = seen == Seen::Healthy;
            tell(seen);
            if healthy {
                return;
            }
            pauses.pause().await;
            continue;
        }
        let seen = match answer(server, HANDSHAKE, PATIENCE, &tell).await {
            Ok(answer) if is_handshake(&answer) => Seen::Healthy,
            Ok(answer) if is_tls(&answer) => Seen::Tls,
            Ok(answer) if answer.is_empty() => {
                closed += 1;
                if closed % CLOSELY != 1 {
                    pauses.pause().await;
                    continue;
                }
                closer_look(server).await
            }
            Ok(answer) => Seen::Stranger(first_line(&answer)),
            Err(seen) => seen,
        };
        let healthy = seen == Seen::Healthy;
        tell(seen);
        if healthy {
            return;
        }
        pauses.pause().await;
    }
}

/// What a server does that is spoken to in TLS.
async fn in_tls(target: &Target, tls: &Tls, tell: &impl Fn(Seen)) -> Seen {
    let Target { address, host, .. } = target;
    let (Ok(loaded), Ok(name)) = (tls.load(), ServerName::try_from(host.as_str())) else {
        // It is said where a session is asked for.
        return Seen::Asked(Instant::now());
    };
    let talk = async |stream: TcpStream| {
        let connected = loaded.connector.connect(name.to_owned(), stream).await;
        let mut stream = connected?;
        // What it has against the client's certificate is read behind the handshake.
        talk(&mut stream, HANDSHAKE).await
    };
    match patiently(*address, PATIENCE, tell, talk).await {
        Err(seen) => seen,
        Ok(Ok(answer)) if is_handshake(&answer) => Seen::Healthy,
        Ok(Ok(answer)) if answer.is_empty() => Seen::Closed,
        Ok(Ok(answer)) => Seen::Stranger(first_line(&answer)),
        Ok(Err(error)) => match of_tls(&error).and_then(|error| tls.seen(error, host)) {
            Some(seen) => seen,
            None => in_plain(*address).await,
        },
    }
}

/// What ends a handshake in TLS, or does not begin one.
async fn in_plain(server: SocketAddr) -> Seen {
    match answer(server, HANDSHAKE, CURIOSITY, &|_| ()).await {
        Ok(answer) if is_handshake(&answer) => Seen::Plain,
        Ok(answer) if answer.is_empty() || is_tls(&answer) => Seen::Closed,
        Ok(answer) => Seen::Stranger(first_line(&answer)),
        Err(seen) => seen,
    }
}

fn of_tls(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// What closes a connection without a word.
async fn closer_look(server: SocketAddr) -> Seen {
    let ask = |question| answer(server, question, CURIOSITY, &|_| ());
    // Nearly every ZooKeeper answers this one, or says that it does not. TLS waits for more.
    let answer = ask(b"srvr").await.unwrap_or_default();
    let said = |words: &[u8]| answer.windows(words.len()).any(|part| part == words);
    if said(b"not currently serving") || said(b"Mode: read-only") {
        return Seen::NotServing;
    }
    if answer.is_empty() && ask(CLIENT_HELLO).await.is_ok_and(|answer| is_tls(&answer)) {
        return Seen::Tls;
    }
    Seen::Closed
}

/// The first of what a server says to that; nothing, if it closes the connection.
///
/// # Errors
/// What it does instead.
async fn answer(
    server: SocketAddr,
    question: &'static [u8],
    patience: Duration,
    tell: &impl Fn(Seen),
) -> Result<Vec<u8>, Seen> {
    let talk = async |mut stream: TcpStream| talk(&mut stream, question).await;
    // Whoever closes it may do so before it is heard.
    let said = patiently(server, patience, tell, talk).await?;
    Ok(said.unwrap_or_default())
}

/// What is said over a new connection.
///
/// # Errors
/// What the server does instead.
async fn patiently(
    server: SocketAddr,
    patience: Duration,
    tell: &impl Fn(Seen),
    talk: impl AsyncFnOnce(TcpStream) -> io::Result<Vec<u8>>,
) -> Result<io::Result<Vec<u8>>, Seen> {
    let began = Instant::now();
    let accepted = Cell::new(false);
    let so_far = || match accepted.get() {
        true => Seen::Silent(began),
        false => Seen::Unreached(began),
    };
    let ask = async {
        let stream = TcpStream::connect(server).await.map_err(unreached)?;
        accepted.set(true);
        Ok(talk(stream).await)
    };
    let late = async {
        Timer::after(LATE).await;
        tell(so_far());
        Timer::after(patience).await;
        Err(so_far())
    };
    or(ask, late).await
}

async fn talk(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    question: &[u8],
) -> io::Result<Vec<u8>> {
    stream.write_all(question).await?;
    stream.flush().await?;
    let mut answer = vec![0; 256];
    let mut length = 0;
    // Enough to tell what it is.
    while length < 8 {
        match stream.read(&mut answer[length..]).await {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(_) if length > 0 => break,
            Err(error) => return Err(error),
        }
    }
    answer.truncate(length);
    Ok(answer)
}

fn unreached(error: io::Error) -> Seen {
    match error.kind() {
        ErrorKind::ConnectionRefused => Seen::Refused,
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            Seen::Unreachable(text.to_owned())
        }
    }
}

/// The reply to a handshake: a version that is 0, a time-out, a session and a password, behind their length.
fn is_handshake(answer: &[u8]) -> bool {
    matches!(answer, [0, 0, 0, 36 | 37, 0, 0, 0, 0, ..])
}

/// A handshake or an alert.
fn is_tls(answer: &[u8]) -> bool {
    matches!(answer, [21 | 22, 3, ..])
}

fn first_line(answer: &[u8]) -> String {
    let line = answer.split(|&byte| byte == b'\n').next();
    let line = String::from_utf8_lossy(line.unwrap_or_default());
    let printable = |c: char| match c {
        ' '..='~' => c,
        _ => '.',
    };
    line.trim_end().chars().map(printable).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The length that stands at a place of a message, and what is behind it.
    fn length<const N: usize>(message: &[u8], at: usize) -> (usize, usize) {
        let bytes = &message[at..at + N];
        let length = bytes
            .iter()
            .fold(0, |sum, &byte| sum << 8 | usize::from(byte));
        (length, message.len() - at - N)
    }

    #[test]
    fn what_is_sent_is_as_long_as_it_says() {
        let (told, rest) = length::<4>(HANDSHAKE, 0);
        assert_eq!(told, rest);
        let (told, rest) = length::<4>(HANDSHAKE, 28);
        assert_eq!(told, rest - 1, "the password, before the last byte");
        let (told, rest) = length::<2>(CLIENT_HELLO, 3);
        assert_eq!(told, rest);
        let (told, rest) = length::<3>(CLIENT_HELLO, 6);
        assert_eq!(told, rest);
    }

    #[test]
    fn what_answers_is_known_by_its_first_bytes() {
        // A session of ID 0, which is none; as of old servers, without the last byte.
        assert!(is_handshake(&[&[0, 0, 0, 37][..], &[0; 37]].concat()));
        assert!(is_handshake(&[&[0, 0, 0, 36][..], &[0; 36]].concat()));
        assert!(!is_handshake(b"HTTP/1.1 400"));
        assert!(is_tls(b"\x15\x03\x03\0\x02\x02\x46") && !is_tls(b"\x16"));
        assert_eq!(
            first_line(b"HTTP/1.1 400 Bad\r\nServer: x"),
            "HTTP/1.1 400 Bad"
        );
        assert_eq!(first_line(b"J\0\0\0\n8.0"), "J...");
    }

    proptest! {
        #[test]
        fn nothing_that_is_answered_does_harm(answer in any::<Vec<u8>>()) {
            let line = first_line(&answer);
            prop_assert!(line.len() <= 40 && line.chars().all(|c| (' '..='~').contains(&c)));
            prop_assert!(!(is_handshake(&answer) && is_tls(&answer)));
        }
    }
}
