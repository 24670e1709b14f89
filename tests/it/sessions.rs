//! Logins: who gets the refresh token where, rotation, reuse, logging out, and requests of other sites.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::support::{PASSWORD, Person, TestServer, payload};

/// A browser on our page: the header, the origin, the cookie.
async fn web(server: &TestServer, path: &str, body: Value, cookie: Option<&str>) -> (StatusCode, Value, Vec<String>) {
    web_from(server, path, body, cookie, &server.url("")).await
}

async fn web_from(
    server: &TestServer,
    path: &str,
    body: Value,
    cookie: Option<&str>,
    origin: &str,
) -> (StatusCode, Value, Vec<String>) {
    let mut request =
        server.request(Method::POST, path).header("X-Rotunda-Client", "web").header(header::ORIGIN, origin).json(&body);
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, format!("other=1; rotunda_refresh={cookie}; more=2"));
    }
    let response = request.send().await.unwrap();
    let cookies =
        response.headers().get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect();
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null), cookies)
}

fn token_in(cookies: &[String]) -> String {
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    cookies[0].strip_prefix("rotunda_refresh=").unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn our_page_gets_the_refresh_token_in_a_cookie_only() {
    let server = TestServer::start().await;
    let body = json!({ "email": "ada@example.org", "firstName": "Ada", "lastName": "L", "password": PASSWORD });
    let (status, made, cookies) = web(&server, "/api/user/create/", body, None).await;
    assert_eq!(status, 201);
    assert!(made["tokens"]["access"].is_string() && made["tokens"].get("refresh").is_none(), "{made}");
    let attributes: Vec<&str> = cookies[0].split("; ").skip(1).collect();
    for attribute in ["Path=/api/", "HttpOnly", "SameSite=Strict"] {
        assert!(attributes.contains(&attribute), "{attribute}: {cookies:?}");
    }
    assert!(!attributes.contains(&"Secure"), "plain HTTP on loopback");

    let (status, login, cookies) =
        web(&server, "/api/token/", json!({ "email": "ada@example.org", "password": PASSWORD }), None).await;
    assert_eq!((status, login.get("refresh")), (StatusCode::OK, None));
    let first = token_in(&cookies);
    let (status, fresh, cookies) = web(&server, "/api/token/refresh/", json!({}), Some(&first)).await;
    assert_eq!((status, fresh.get("refresh")), (StatusCode::OK, None));
    let second = token_in(&cookies);
    assert_ne!(first, second);

    let (status, _, cookies) = web(&server, "/api/token/logout/", json!({}), Some(&second)).await;
    assert_eq!(status, 204);
    assert!(cookies[0].starts_with("rotunda_refresh=;") && cookies[0].contains("Max-Age=0"), "{cookies:?}");
    let (status, _, cookies) = web(&server, "/api/token/refresh/", json!({}), Some(&second)).await;
    assert_eq!(status, 401);
    assert!(cookies[0].contains("Max-Age=0"), "a useless cookie is taken away");
}

#[tokio::test]
async fn other_clients_get_it_in_the_body_and_no_cookie() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    for (path, body) in [
        ("/api/token/", json!({ "email": ada.email, "password": PASSWORD })),
        ("/api/token/refresh/", json!({ "refresh": ada.refresh })),
    ] {
        let response = server.request(Method::POST, path).json(&body).send().await.unwrap();
        assert!(response.headers().get(header::SET_COOKIE).is_none(), "{path}");
        assert!(response.json::<Value>().await.unwrap()["refresh"].is_string(), "{path}");
    }
    // A cookie without our page's header authenticates nothing.
    let request = server
        .request(Method::POST, "/api/token/refresh/")
        .header(header::COOKIE, format!("rotunda_refresh={}", ada.refresh));
    assert_eq!(crate::support::answer(request.json(&json!({}))).await.0, 400);
}

#[tokio::test]
async fn an_https_cookie_is_secure() {
    let url = rotunda::config::PublicUrl::parse("https://calls.example.org").unwrap();
    let server = TestServer::configured(|config| config.public_url = Some(url)).await;
    let body = json!({ "email": "ada@example.org", "firstName": "Ada", "lastName": "L", "password": PASSWORD });
    let (status, _, cookies) = web_from(&server, "/api/user/create/", body, None, "https://calls.example.org").await;
    assert_eq!(status, 201);
    assert!(cookies[0].ends_with("; Secure"), "{cookies:?}");
}

#[tokio::test]
async fn what_a_cookie_authenticates_comes_from_our_page() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example", "file://"] {
        for path in ["/api/token/refresh/", "/api/token/logout/", "/api/token/"] {
            let (status, error, _) = web_from(&server, path, json!({}), Some(&ada.refresh), origin).await;
            assert_eq!(status, 403, "{origin} {path}");
            assert!(error["detail"].is_string());
        }
    }
    let without = server.request(Method::POST, "/api/token/refresh/").header("X-Rotunda-Client", "web");
    let without = without.header(header::COOKIE, format!("rotunda_refresh={}", ada.refresh)).json(&json!({}));
    assert_eq!(crate::support::answer(without).await.0, 403, "no origin at all");
    let cross = server.request(Method::POST, "/api/token/refresh/").header("X-Rotunda-Client", "web");
    let cross = cross.header(header::ORIGIN, server.url("")).header("Sec-Fetch-Site", "cross-site").json(&json!({}));
    assert_eq!(crate::support::answer(cross).await.0, 403);
    let (status, ..) = web(&server, "/api/token/refresh/", json!({}), Some(&ada.refresh)).await;
    assert_eq!(status, 200, "and the login was not harmed by all that");
}

async fn rotate(server: &TestServer, refresh: &str) -> Result<String, StatusCode> {
    let (status, body) = server.post("/api/token/refresh/", None, json!({ "refresh": refresh })).await;
    if status == 200 { Ok(body["refresh"].as_str().unwrap().to_owned()) } else { Err(status) }
}

#[tokio::test]
async fn a_stolen_refresh_token_ends_the_login_and_closes_its_sockets() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let other_login: Value =
        server.post("/api/token/", None, json!({ "email": ada.email, "password": PASSWORD })).await.1;
    let second = rotate(&server, &ada.refresh).await.unwrap();
    let third = rotate(&server, &second).await.unwrap();
    assert_eq!(rotate(&server, &ada.refresh).await, Err(StatusCode::UNAUTHORIZED), "spent, and gone on from");
    let session = payload(&ada.access)["sid"].as_str().unwrap().to_owned();
    assert_eq!(server.calls.told(), [format!("session {session}")]);
    assert_eq!(rotate(&server, &third).await, Err(StatusCode::UNAUTHORIZED), "the whole family has ended");
    server.room(&server.person("bob").await, "One", "OTA").await;
    let (status, _) = server.post("/api/rooms/1/join/", Some(&ada.access), json!({})).await;
    assert_eq!(status, 401, "its access token opens no call any more");
    assert!(rotate(&server, other_login["refresh"].as_str().unwrap()).await.is_ok(), "other logins live on");
}

#[tokio::test]
async fn a_lost_answer_may_be_asked_for_again() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let lost = rotate(&server, &ada.refresh).await.unwrap();
    let received = rotate(&server, &ada.refresh).await.expect("within ten seconds the same token works again");
    assert_ne!(lost, received);
    let next = rotate(&server, &received).await.unwrap();
    assert!(server.calls.told().is_empty());
    assert!(rotate(&server, &next).await.is_ok());
}

#[tokio::test]
async fn many_tabs_may_refresh_at_the_same_time() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let tabs = futures_util::future::join_all((0..5).map(|_| rotate(&server, &ada.refresh))).await;
    assert!(tabs.iter().all(Result::is_ok), "{tabs:?}");
    assert!(server.calls.told().is_empty());
    // Which of the five the browser keeps is chance; it must work.
    assert!(rotate(&server, tabs[3].as_ref().unwrap()).await.is_ok());
}

#[tokio::test]
async fn a_hundred_copies_at_once_do_not_make_a_hundred_logins() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let tries = futures_util::future::join_all((0..100).map(|_| rotate(&server, &ada.refresh))).await;
    let won = tries.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(won, usize::try_from(rotunda::store::MAX_SUCCESSORS).unwrap());
}

#[tokio::test]
async fn logging_out_ends_the_login_everywhere() {
    let server = TestServer::start().await;
    let ada: Person = server.person("ada").await;
    let current = rotate(&server, &ada.refresh).await.unwrap();
    let session = payload(&ada.access)["sid"].as_str().unwrap().to_owned();
    let (status, _) = server.post("/api/token/logout/", None, json!({ "refresh": current })).await;
    assert_eq!(status, 204);
    assert_eq!(server.calls.told(), [format!("session {session}")]);
    assert_eq!(rotate(&server, &current).await, Err(StatusCode::UNAUTHORIZED));
    let (status, _) = server.post("/api/token/logout/", None, json!({ "refresh": current })).await;
    assert_eq!(status, 204, "twice is no error");
    assert_eq!(server.calls.told().len(), 1);
    assert_eq!(server.post("/api/token/logout/", None, json!({ "refresh": "rubbish" })).await.0, 204);
}

#[tokio::test]
async fn no_token_is_stored_as_it_is() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    server.server.shutdown().await;
    let mut files = 0;
    for entry in std::fs::read_dir(server.data.path().join("data")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        files += 1;
        for secret in [&ada.refresh, &ada.access, PASSWORD] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
    assert!(files >= 2);
}
