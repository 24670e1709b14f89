//! Guessing passwords gets slow, for existing and unknown accounts alike, and behind a proxy for the guesser alone.

use std::time::{Duration, Instant};

use reqwest::{Method, header};
use rotunda::config::{IpNet, PasswordCost};
use serde_json::json;

use crate::support::{PASSWORD, TestServer};

async fn login(server: &TestServer, email: &str, password: &str, from: &str) -> reqwest::Response {
    server
        .request(Method::POST, "/api/token/")
        .header("X-Forwarded-For", from)
        .json(&json!({ "email": email, "password": password }))
        .send()
        .await
        .unwrap()
}

async fn behind_proxy() -> TestServer {
    TestServer::configured(|config| config.trusted_proxy = vec![IpNet::parse("127.0.0.1").unwrap()]).await
}

#[tokio::test]
async fn guesses_are_slowed_and_the_owner_still_gets_in() {
    let server = behind_proxy().await;
    let ada = server.person("ada").await;
    assert_eq!(login(&server, &ada.email, PASSWORD, "192.0.2.1").await.status(), 200, "from home");
    for email in [ada.email.as_str(), "nobody@example.org"] {
        let mut refused = None;
        for _ in 0..8 {
            let response = login(&server, email, "wrong", "198.51.100.9").await;
            if response.status() == 429 {
                refused = Some(response);
                break;
            }
            assert_eq!(response.status(), 401);
        }
        let refused = refused.unwrap_or_else(|| panic!("{email}: eight guesses in a row"));
        let wait: u64 = refused.headers()[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
        assert!((1..=30).contains(&wait), "{wait}");
        assert!(refused.json::<serde_json::Value>().await.unwrap()["detail"].is_string());
    }
    assert_eq!(
        login(&server, &ada.email, PASSWORD, "198.51.100.77").await.status(),
        429,
        "a new address waits as well"
    );
    assert_eq!(login(&server, &ada.email, PASSWORD, "192.0.2.1").await.status(), 200, "home does not");
    assert_eq!(login(&server, "else@example.org", "wrong", "192.0.2.50").await.status(), 401, "other accounts do not");
}

#[tokio::test]
async fn without_a_trusted_proxy_the_header_changes_nothing() {
    let server = TestServer::start().await;
    let mut throttled = false;
    for n in 0..60 {
        let response = login(&server, &format!("user{n}@example.org"), "wrong", &format!("198.51.100.{n}")).await;
        throttled |= response.status() == 429;
    }
    assert!(throttled, "one address tried sixty accounts");
}

#[tokio::test]
async fn a_flood_from_one_address_does_not_reach_the_hashes_for_long() {
    let server = TestServer::configured(|config| config.password_cost = PasswordCost::STANDARD).await;
    let tries = (0..200).map(|n| {
        let server = &server;
        async move { login(server, &format!("user{n}@example.org"), "wrong", "-").await.status().as_u16() }
    });
    let statuses = futures_util::future::join_all(tries).await;
    let hashed = statuses.iter().filter(|status| **status == 401).count();
    assert!(hashed <= 31, "{hashed} were hashed");
    assert!(statuses.iter().all(|status| [401, 429, 503].contains(status)));
    let start = Instant::now();
    assert_eq!(server.get("/api/rooms/", None).await.0, 200);
    assert!(start.elapsed() < Duration::from_millis(500), "other requests are served: {:?}", start.elapsed());
}

#[tokio::test]
async fn unknown_accounts_take_as_long_as_known_ones() {
    let server = TestServer::configured(|config| {
        config.password_cost = PasswordCost { memory_kib: 4096, passes: 2 };
        config.trusted_proxy = vec![IpNet::parse("127.0.0.1").unwrap()];
    })
    .await;
    let ada = server.person("ada").await;
    let mut times = [Vec::new(), Vec::new()];
    // In turns, so that the machine's load falls on both; each try from an address of its own.
    for n in 0..15 {
        for (which, times) in times.iter_mut().enumerate() {
            // A proven address is never slowed by the account's count.
            let from = format!("10.{which}.0.{n}");
            let email = if which == 0 { ada.email.clone() } else { format!("nobody{n}@example.org") };
            if which == 0 {
                assert_eq!(login(&server, &email, PASSWORD, &from).await.status(), 200);
            }
            let start = Instant::now();
            assert_eq!(login(&server, &email, "wrong", &from).await.status(), 401);
            times.push(start.elapsed());
        }
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort();
        times[times.len() / 3]
    });
    let ratio = unknown.as_secs_f64() / known.as_secs_f64();
    assert!((0.4..2.5).contains(&ratio), "known {known:?}, unknown {unknown:?}");
}

#[tokio::test]
async fn registrations_are_bounded_by_address() {
    let server = TestServer::start().await;
    let mut statuses = Vec::new();
    for _ in 0..130 {
        statuses.push(server.post("/api/user/create/", None, json!({})).await.0.as_u16());
    }
    assert!(statuses[..100].iter().all(|status| *status == 400));
    assert!(statuses.contains(&429));
}
