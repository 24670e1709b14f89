//! What SDKs ask over HTTP around the WebSocket, and how they are refused.

use reqwest::{Method, StatusCode};

use crate::client::{CallServer, token, try_join};

async fn ask(server: &CallServer, method: Method, path: &str) -> (StatusCode, reqwest::header::HeaderMap, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let response = client.request(method, format!("{}{path}", server.base)).send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    (status, headers, response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn validate_says_why_a_token_is_not_taken() {
    let server = CallServer::start(1).await;
    let good = token("hall", "ada");
    let (status, _, text) = ask(&server, Method::GET, &format!("/rtc/validate?access_token={good}")).await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, "success"));
    for (query, expected) in [
        (String::new(), StatusCode::UNAUTHORIZED),
        ("?access_token=".to_owned(), StatusCode::UNAUTHORIZED),
        (format!("?access_token={}x", good), StatusCode::UNAUTHORIZED),
        (format!("?access_token={}", token("", "ada")), StatusCode::UNAUTHORIZED),
        // A stored room's name that no stored room has.
        (format!("?access_token={}", token("room99", "ada")), StatusCode::NOT_FOUND),
    ] {
        let (status, headers, text) = ask(&server, Method::GET, &format!("/rtc/validate{query}")).await;
        assert_eq!(status, expected, "{text}");
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert!(!text.is_empty() && !text.contains(&good));
        assert_eq!(try_join(&server.base, query.trim_start_matches('?')).await.err(), Some(expected.as_u16()));
    }
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let bearer = client.get(format!("{}/rtc/validate", server.base)).bearer_auth(&good).send().await.unwrap();
    assert_eq!(bearer.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_single_connection_form_is_a_readable_404() {
    let server = CallServer::start(1).await;
    let good = token("hall", "ada");
    for path in ["/rtc/v1", "/rtc/v1/validate", "/rtc/nothing"] {
        let (status, headers, text) = ask(&server, Method::GET, &format!("{path}?access_token={good}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert!(!text.contains("requested room does not exist"));
    }
    assert_eq!(try_join(&server.base, &format!("access_token={good}&join_request=AAAA")).await.err(), Some(404));
    let (status, headers, _) = ask(&server, Method::OPTIONS, "/rtc/v1/validate").await;
    assert!(status.is_success());
    assert!(headers["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_request_is_told_that_a_websocket_was_expected() {
    let server = CallServer::start(1).await;
    let (status, ..) = ask(&server, Method::GET, &format!("/rtc?access_token={}", token("hall", "ada"))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(server.calls().rooms().is_empty(), "no room was opened for it");
}
