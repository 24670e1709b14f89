//! The headers that every answer carries, and those that none may.

use reqwest::{Method, header};

use crate::support::TestServer;

#[tokio::test]
async fn every_answer_is_locked_down() {
    let server = TestServer::start().await;
    for path in ["/", "/login", "/nothing", "/api/rooms/", "/api/nothing", "/healthz", "/assets/nothing.js"] {
        let response = server.request(Method::GET, path).send().await.unwrap();
        let headers = response.headers();
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        for never in ["unsafe-inline", "'unsafe-eval'", "http://*", "https:;", " * "] {
            assert!(!policy.contains(never), "{path}: {policy}");
        }
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(headers[header::REFERRER_POLICY], "no-referrer", "{path}");
        assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY", "{path}");
        let permissions = headers["permissions-policy"].to_str().unwrap();
        for feature in ["camera=(self)", "microphone=(self)", "display-capture=(self)", "geolocation=()"] {
            assert!(permissions.contains(feature), "{path}: {permissions}");
        }
        assert!(headers.get(header::STRICT_TRANSPORT_SECURITY).is_none(), "plain HTTP");
        assert!(headers.get(header::SERVER).is_none());
        if path.starts_with("/api") {
            assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn the_api_is_for_our_pages_only() {
    let server = TestServer::start().await;
    for (method, path) in [
        (Method::OPTIONS, "/api/rooms/"),
        (Method::GET, "/api/rooms/"),
        (Method::POST, "/api/token/"),
        (Method::GET, "/api/x"),
    ] {
        let response = server
            .request(method, path)
            .header(header::ORIGIN, "https://evil.example")
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .send()
            .await
            .unwrap();
        assert!(!response.headers().keys().any(|name| name.as_str().starts_with("access-control-")), "{path}");
    }
}

#[tokio::test]
async fn each_page_has_a_nonce_of_its_own() {
    let server = TestServer::start().await;
    let mut nonces = std::collections::HashSet::new();
    for _ in 0..5 {
        let response = server.request(Method::GET, "/").send().await.unwrap();
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert!(nonce.len() >= 22, "{nonce}");
        nonces.insert(nonce.to_owned());
    }
    assert_eq!(nonces.len(), 5);
}

#[tokio::test]
async fn an_https_address_is_kept_by_browsers_and_named_in_the_policy() {
    let url = rotunda::config::PublicUrl::parse("https://calls.example.org").unwrap();
    let server = TestServer::configured(|config| config.public_url = Some(url)).await;
    let response = server.request(Method::GET, "/").send().await.unwrap();
    assert!(response.headers()[header::STRICT_TRANSPORT_SECURITY].to_str().unwrap().contains("max-age="));
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("wss://calls.example.org"), "{policy}");
    assert!(!policy.contains("ws://"), "{policy}");
}
