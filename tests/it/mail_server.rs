//! A mail server for tests: speaks just enough SMTP (RFC 5321) to be handed mails, and keeps them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A mail as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub to: String,
    pub login: Option<String>,
    pub text: String,
}

impl Received {
    /// The address of the link in it.
    pub fn link(&self) -> String {
        let words = self.words();
        words.split_whitespace().find(|word| word.contains("/reset#")).unwrap_or_else(|| panic!("{words}")).to_owned()
    }

    /// A header's value, unfolded.
    fn header(&self, name: &str) -> Option<String> {
        let head = self.text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
        head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned)
    }

    /// The subject, with its encoded words (RFC 2047) read.
    pub fn subject(&self) -> String {
        let subject = self.header("Subject").unwrap();
        assert!(subject.is_ascii(), "{subject}");
        let mut read = String::new();
        for word in subject.split(' ') {
            match word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?=")) {
                // Between two of these a space is none.
                Some(encoded) => {
                    if !read.is_empty() && !read.ends_with('\u{0}') {
                        read.push(' ');
                    }
                    read.push_str(&String::from_utf8(BASE64.decode(encoded).unwrap()).unwrap());
                    read.push('\u{0}');
                }
                None => {
                    if !read.is_empty() {
                        read.push(' ');
                    }
                    read.push_str(word);
                }
            }
        }
        read.replace('\u{0}', "")
    }

    /// The text, decoded.
    pub fn words(&self) -> String {
        assert_eq!(self.header("Content-Type").unwrap(), "text/plain; charset=utf-8");
        let body = self.text.split_once("\r\n\r\n").unwrap().1;
        let bytes = match self.header("Content-Transfer-Encoding").as_deref() {
            Some("base64") => BASE64.decode(body.replace("\r\n", "")).unwrap(),
            Some("quoted-printable") => {
                let body = body.replace("=\r\n", "");
                let mut parts = body.split('=');
                let mut bytes = parts.next().unwrap().as_bytes().to_vec();
                for part in parts {
                    let (code, rest) = part.split_at(2);
                    bytes.push(u8::from_str_radix(code, 16).unwrap());
                    bytes.extend_from_slice(rest.as_bytes());
                }
                bytes
            }
            _ => body.as_bytes().to_vec(),
        };
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }
}

#[derive(Default)]
struct State {
    mails: Mutex<Vec<Received>>,
    connections: AtomicU32,
    /// So many mails are refused for the moment.
    refuse: AtomicU32,
}

pub struct MailServer {
    pub address: SocketAddr,
    state: Arc<State>,
}

impl MailServer {
    pub async fn start() -> Self {
        Self::serve(None).await
    }

    /// With TLS from the first byte.
    pub async fn encrypted(certificate: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config =
            rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(certificate, key).unwrap();
        Self::serve(Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn serve(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let shared = Arc::clone(&shared);
                match tls.clone() {
                    None => drop(tokio::spawn(talk(stream, shared))),
                    Some(tls) => drop(tokio::spawn(async move { talk(tls.accept(stream).await.ok()?, shared).await })),
                }
            }
        });
        Self { address, state }
    }

    pub fn refuse(&self, count: u32) {
        self.state.refuse.store(count, Ordering::SeqCst);
    }

    pub fn mails(&self) -> Vec<Received> {
        self.state.mails.lock().unwrap().clone()
    }

    pub fn connections(&self) -> u32 {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// Waits until there are `count` mails.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        for _ in 0..1200 {
            let mails = self.mails();
            if mails.len() >= count {
                return mails;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{:?} after half a minute", self.mails());
    }
}

async fn talk(stream: impl AsyncRead + AsyncWrite, state: Arc<State>) -> Option<()> {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    let (mut to, mut login) = (String::new(), None);
    write.write_all(b"220 test ready\r\n").await.ok()?;
    loop {
        let line = lines.next_line().await.ok()??;
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            // No STARTTLS: who insists on it sends nothing.
            "EHLO" | "HELO" => "250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n".to_owned(),
            "AUTH" => {
                login = line.split(' ').nth(2).map(str::to_owned);
                "235 welcome\r\n".to_owned()
            }
            "MAIL" => {
                let left = state.refuse.load(Ordering::SeqCst);
                state.refuse.store(left.saturating_sub(1), Ordering::SeqCst);
                if left > 0 { "451 later\r\n".to_owned() } else { "250 ok\r\n".to_owned() }
            }
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 ok\r\n".to_owned()
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut text = String::new();
                loop {
                    let line = lines.next_line().await.ok()??;
                    if line == "." {
                        break;
                    }
                    text.push_str(&line);
                    text.push_str("\r\n");
                }
                state.mails.lock().unwrap().push(Received { to: to.clone(), login: login.clone(), text });
                "250 kept\r\n".to_owned()
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await.ok()?;
                return None;
            }
            _ => "250 ok\r\n".to_owned(),
        };
        write.write_all(answer.as_bytes()).await.ok()?;
    }
}
