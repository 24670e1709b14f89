//! The real binary in a process of its own, for what must be measured from outside: memory, signals, sockets.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A server in development mode on free ports of 127.0.0.1, killed when dropped.
pub struct Child {
    process: std::process::Child,
    /// `http://127.0.0.1:…`
    pub base: String,
    /// Where media goes.
    pub media: SocketAddr,
    metrics: SocketAddr,
    _data: tempfile::TempDir,
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Child {
    /// Starts it and waits until it serves.
    pub fn start() -> Self {
        // The port of the media is taken between our look and the server's; somebody else may be faster.
        (0..5).find_map(|_| Self::try_start()).expect("the server did not start five times over")
    }

    fn try_start() -> Option<Self> {
        let data = tempfile::tempdir().unwrap();
        let media = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let metrics = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_rotunda"))
            .args([
                "--dev",
                "--listen",
                "127.0.0.1:0",
                "--external-ip",
                "127.0.0.1",
                "--workers",
                "2",
                "--log-level",
                "warn",
            ])
            .args(["--rtc-udp-port", &media.port().to_string(), "--metrics-listen", &metrics.to_string()])
            .arg("--data")
            .arg(data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Some(port) = line.trim_end().rsplit(':').next().and_then(|port| port.parse::<u16>().ok()) else {
            let _ = process.kill();
            let _ = process.wait();
            return None;
        };
        Some(Self { process, base: format!("http://127.0.0.1:{port}"), media, metrics, _data: data })
    }

    /// Resident memory in bytes, shared libraries and all.
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() * 1024
    }

    /// The sum of all samples of a metric whose line contains `part`.
    pub async fn metric(&self, part: &str) -> f64 {
        let text = reqwest::get(format!("http://{}/metrics", self.metrics)).await.unwrap().text().await.unwrap();
        let samples = text.lines().filter(|line| !line.starts_with('#') && line.contains(part));
        samples.map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
    }

    /// Waits until a metric is `value`, as it is within a second or two of what it counts.
    pub async fn wait_for_metric(&self, part: &str, value: f64, within: Duration) {
        let deadline = tokio::time::Instant::now() + within;
        loop {
            let now = self.metric(part).await;
            if (now - value).abs() < 0.5 {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "{part} is {now} and not {value} after {within:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// Datagrams that the kernel has dropped so far because a socket's buffer was full, over all sockets of the machine. On a
/// busy machine a thread may not get to its socket in time; that is no loss of the server's.
pub fn kernel_drops() -> u64 {
    ["/proc/net/udp", "/proc/net/udp6"]
        .into_iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .flat_map(|table| {
            table
                .lines()
                .skip(1)
                .filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok())
                .collect::<Vec<_>>()
        })
        .sum()
}
