//! A mail server for tests: speaks just enough SMTP (RFC 5321) to be handed mails, and keeps them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

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
        let text = self.text.replace("=\r\n", "").replace("=3D", "=");
        text.split_whitespace().find(|word| word.contains("/reset#")).unwrap_or_else(|| panic!("{text}")).to_owned()
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
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(talk(stream, Arc::clone(&shared)));
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

async fn talk(stream: TcpStream, state: Arc<State>) -> Option<()> {
    let (read, mut write) = stream.into_split();
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
