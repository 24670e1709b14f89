//! What a connection may cost: headers, patience, and what cannot be a request at all.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::TestServer;

/// Sends raw bytes and reads until the server closes; `None` when it did not within `patience`.
async fn raw(server: &TestServer, bytes: &[u8], patience: Duration) -> Option<String> {
    let mut stream = TcpStream::connect(server.server.http_addr()).await.unwrap();
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(patience, stream.read_to_end(&mut answer)).await;
    // A reset after the answer is an end as well.
    read.ok().map(|_| String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn too_many_and_too_large_headers_are_refused() {
    let server = TestServer::start().await;
    let many: String = (0..200).map(|n| format!("x-{n}: 1\r\n")).collect();
    let large = format!("x: {}\r\n", "y".repeat(100_000));
    for headers in [many, large] {
        let request = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        let answer = raw(&server, request.as_bytes(), Duration::from_secs(5)).await.expect("closed");
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    let long_url = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000));
    let answer = raw(&server, long_url.as_bytes(), Duration::from_secs(5)).await.expect("closed");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
}

#[tokio::test]
async fn what_is_no_http_is_closed() {
    let server = TestServer::start().await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\r\n\r\n\r\nrubbish\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        &[0xff; 500],
    ] {
        let answer = raw(&server, bytes, Duration::from_secs(20)).await.expect("closed");
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    // Two lengths that contradict each other: a proxy before us might believe the other one.
    let smuggled = b"POST /api/token/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    if let Some(answer) = raw(&server, smuggled, Duration::from_secs(5)).await {
        assert!(answer.matches("HTTP/1.1").count() <= 2, "{answer}");
    }
    assert_eq!(server.get("/healthz", None).await.0, 200);
}

#[tokio::test]
async fn slow_heads_and_bodies_end() {
    let server = TestServer::start().await;
    let start = Instant::now();
    let head = raw(&server, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ", Duration::from_secs(30));
    let body = raw(
        &server,
        b"POST /api/token/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
        Duration::from_secs(30),
    );
    let (head, body) = tokio::join!(head, body);
    assert!(head.is_some(), "the head's time is up");
    assert!(body.expect("the body's time is up").contains("503"), "with an answer");
    assert!(start.elapsed() < Duration::from_secs(29));
}

#[tokio::test]
async fn idle_connections_do_not_delay_others() {
    let server = TestServer::start().await;
    let mut idle = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(server.server.http_addr()).await.unwrap();
        stream.write_all(b"GET /api/rooms/ HTTP/1.1\r\n").await.unwrap();
        idle.push(stream);
    }
    let start = Instant::now();
    assert_eq!(server.get("/api/rooms/", None).await.0, 200);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[tokio::test]
async fn running_out_of_descriptors_is_survived() {
    let data = tempfile::tempdir().unwrap();
    let plain = crate::binary::command(data.path());
    let mut limited = std::process::Command::new("/bin/sh");
    limited.env_clear().args(["-c", "ulimit -n 60; exec \"$@\"", "sh"]).arg(plain.get_program()).args(plain.get_args());
    limited.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped());
    let server = crate::binary::Binary::start(limited);
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
    let get = || client.get(format!("{}/api/rooms/", server.url)).timeout(Duration::from_secs(3)).send();
    assert_eq!(get().await.unwrap().status(), 200);

    let mut held = Vec::new();
    for _ in 0..150 {
        held.push(TcpStream::connect(&address).await.unwrap());
    }
    assert!(get().await.is_err(), "there is no descriptor left to serve this one");
    drop(held);
    let start = Instant::now();
    loop {
        match get().await {
            Ok(response) if response.status() == 200 => break,
            _ => assert!(start.elapsed() < Duration::from_secs(15), "it does not recover"),
        }
    }
}
