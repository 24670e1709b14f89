//! The real binary as a child process, ended with its test.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

pub struct Binary {
    child: Child,
    lines: mpsc::Receiver<String>,
    pub url: String,
}

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The command with free ports and nothing of our environment.
pub fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rotunda"));
    command
        .env_clear()
        .args([
            "--listen",
            "127.0.0.1:0",
            "--rtc-udp-port",
            "0",
            "--metrics-listen",
            "off",
            "--workers",
            "1",
            "--external-ip",
            "127.0.0.1",
        ])
        .arg("--data")
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Binary {
    /// Starts it and waits until it says where it is.
    pub fn start(mut command: Command) -> Self {
        command.stderr(Stdio::null());
        Self::spawn(command)
    }

    /// The same, with its log in a file.
    pub fn start_logging(mut command: Command, log: std::fs::File) -> Self {
        command.stderr(log);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let out = child.stdout.take().unwrap();
        let (send, lines) = mpsc::channel();
        let mut server = Self { child, lines, url: String::new() };
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        loop {
            if let Some((_, url)) = server.next_line().split_once(" is at ") {
                server.url = url.trim().replace("localhost", "127.0.0.1");
                return server;
            }
        }
    }

    /// The next line that it prints.
    pub fn next_line(&mut self) -> String {
        self.lines.recv_timeout(Duration::from_secs(30)).expect("it says something")
    }

    /// Where a path of the server's is for us, should it have file systems of its own.
    pub fn inside(&self, path: &Path) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{}", self.child.id(), path.display()))
    }

    pub fn signal(&self, name: &str) {
        let killed = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status().unwrap();
        assert!(killed.success());
    }

    /// SIGKILL, as when the power fails or the kernel runs out of memory.
    pub fn crash(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        wait(&mut self.child, patience)
    }
}

pub fn wait(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    None
}

/// Runs a command that must fail at its start; returns how long that took and what it said.
pub fn must_fail(mut command: Command) -> (Duration, String) {
    let start = Instant::now();
    let mut child = command.spawn().unwrap();
    let status = wait(&mut child, Duration::from_secs(20));
    let took = start.elapsed();
    let Some(status) = status else {
        let _ = child.kill();
        let _ = child.wait();
        panic!("it runs");
    };
    let (mut error, mut out) = (String::new(), String::new());
    child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert!(!status.success() && status.code().is_some(), "{status} {error}");
    assert!(!out.contains(" is at "), "{out}");
    (took, error)
}

/// Runs a command of the binary beside a server; its words, and whether it worked.
pub fn operate(data: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = command(data);
    let done = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    let words = [done.stdout, done.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (done.status.success(), words)
}
