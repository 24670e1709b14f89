//! HTTPS with a certificate that is renewed under way.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rotunda::Server;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::config;

fn write_certificate(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().clone()
}

/// Asks over TLS, trusting `certificate` alone.
async fn get(server: &Server, certificate: &CertificateDer<'static>, path: &str) -> std::io::Result<String> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(server.http_addr()).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = tokio_rustls::TlsConnector::from(Arc::new(client)).connect(name, stream).await?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    Ok(answer)
}

#[tokio::test]
async fn a_renewed_certificate_is_served_without_a_restart_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let first = write_certificate(folder.path());
    let mut config = config(folder.path());
    config.tls_cert = Some(folder.path().join("cert.pem"));
    config.tls_key = Some(folder.path().join("key.pem"));
    let parts =
        rotunda::Parts { calls: Some(Arc::new(crate::support::Recorder::default())), ..rotunda::Parts::default() };
    let server = Server::start_with(config, parts).await.unwrap();
    let answer = get(&server, &first, "/healthz").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("strict-transport-security"), "{answer}");
    assert!(server.url().to_string().starts_with("https://"));

    let second = write_certificate(folder.path());
    let deadline = Instant::now() + Duration::from_secs(15);
    while get(&server, &second, "/healthz").await.is_err() {
        assert!(Instant::now() < deadline, "the new certificate is not served");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(get(&server, &first, "/healthz").await.is_err(), "the old one is gone");

    std::fs::write(folder.path().join("key.pem"), "rubbish").unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(get(&server, &second, "/healthz").await.is_ok(), "what cannot be used changes nothing");

    // Plain HTTP on the TLS port is closed, not served.
    let mut plain = TcpStream::connect(server.http_addr()).await.unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), plain.read_to_end(&mut answer)).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}

#[tokio::test]
async fn what_is_no_certificate_is_named_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    write_certificate(folder.path());
    let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(folder.path().join("other.pem"), other.signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.path().join("empty.pem"), "").unwrap();
    for (certificate, key, named) in [
        ("missing.pem", "key.pem", "missing.pem"),
        ("empty.pem", "key.pem", "empty.pem"),
        ("cert.pem", "empty.pem", "empty.pem"),
        ("cert.pem", "other.pem", "does not fit"),
    ] {
        let mut config = config(folder.path());
        config.tls_cert = Some(folder.path().join(certificate));
        config.tls_key = Some(folder.path().join(key));
        let error = Server::start(config).await.err().expect("no start").to_string();
        assert!(error.contains(named), "{error}");
    }
}
