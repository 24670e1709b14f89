//! Bodies, paths, queries and headers that nobody sends in good faith: every answer is a 4xx in the API's own form, and the
//! server goes on.

use proptest::prelude::*;
use reqwest::{Method, header};
use rotunda::api::ROUTES;
use rotunda::store::UserId;
use serde_json::{Value, json};

use crate::support::TestServer;

fn corpus() -> Vec<Vec<u8>> {
    let mut corpus: Vec<Vec<u8>> = [
        "",
        "{",
        "}",
        "[",
        "[]",
        "null",
        "true",
        "0",
        "-",
        "1e999",
        "\"\"",
        "\"",
        "{}{}",
        "{\"",
        "{\"a\"}",
        "{\"a\":}",
        "{,}",
        "{\"a\":1,}",
        "\u{feff}{}",
        "{} x",
        "NaN",
        "{'a':1}",
        "<a/>",
        "a=b",
        "--x\r\nContent-Disposition: form-data",
        "{\"title\":\"\\ud800\"}",
        "{\"title\":\"\\u0000\"}",
        "{\"title\":{\"title\":{}}}",
        "{\"title\":[[[[]]]]}",
        "{\"title\":1e400}",
        "{\"title\":-0}",
        "{\"title\":true,\"title\":false}",
        "{\"__proto__\":{},\"constructor\":1}",
        "{\"email\":\"a@b.co\",\"password\":{\"$ne\":1}}",
        "{\"email\":[\"a@b.co\"],\"password\":\"x\"}",
        "{\"token\":\"..\"}",
        "{\"token\":\"eyJhbGciOiJub25lIn0.e30.\"}",
        "{\"refresh\":\"\u{1f600}\"}",
        "{\"typeOf\":\"IO\\u0000\",\"title\":\"x\"}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    corpus.push(vec![0xff, 0xfe, 0x00]);
    corpus.push(b"{\"title\":\"\xff\"}".to_vec());
    corpus.push("[".repeat(8000).into_bytes());
    corpus.push("{\"a\":".repeat(2000).into_bytes());
    corpus.push(format!("{{\"title\":\"{}\"}}", "x".repeat(15_000)).into_bytes());
    corpus
        .push(format!("{{{}}}", (0..900).map(|n| format!("\"k{n}\":{n}")).collect::<Vec<_>>().join(",")).into_bytes());
    corpus
}

async fn must_be_refused(server: &TestServer, token: &str, method: &str, path: &str, body: Vec<u8>) {
    let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
    let request = server
        .request(method.parse().unwrap(), path)
        .bearer_auth(token)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body);
    let (status, answer) = crate::support::answer(request).await;
    let code = status.as_u16();
    // Logging out with a token that is none is no error; ending a call and letting everyone in read no body.
    let empty = ["logout/", "end/", "admit-all/"].iter().any(|end| path.ends_with(end));
    let fine = (400..500).contains(&code) || (code == 204 && empty);
    assert!(fine, "{method} {path} {shown}: {status} {answer}");
    if code != 204 {
        let object = answer.as_object().unwrap_or_else(|| panic!("{method} {path} {shown}: {answer}"));
        let by_field =
            object.values().all(|messages| messages.as_array().is_some_and(|all| all.iter().all(Value::is_string)));
        assert!(object.get("detail").is_some_and(Value::is_string) || by_field, "{answer}");
    }
}

#[tokio::test]
async fn the_corpus_is_refused_by_every_route_that_takes_a_body() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    server.server.store().set_administrator(UserId(ada.id), true).await.unwrap();
    server.room(&ada, "One", "OTA").await;
    for (path, methods) in ROUTES {
        for method in methods.iter().filter(|method| ["POST", "PUT"].contains(method)) {
            for body in corpus() {
                // An empty form is a fine wish to join or to invite; so is one with fields that nobody takes.
                let joins = (path.ends_with("join/") || path.ends_with("invitations/"))
                    && serde_json::from_slice::<Value>(&body).is_ok_and(|v| v.is_object());
                if !joins {
                    must_be_refused(&server, &ada.access, method, &path.replace("{id}", "1"), body).await;
                }
            }
        }
    }
    assert_eq!(server.get("/healthz", None).await.0, 200);
    assert_eq!(server.get("/api/rooms/1/", None).await.1["title"], "One", "and nothing was changed");
}

#[tokio::test]
async fn other_content_types_are_refused() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "text/json",
        "*/*",
        "",
    ] {
        let request = server
            .request(Method::POST, "/api/rooms/")
            .bearer_auth(&ada.access)
            .header(header::CONTENT_TYPE, kind)
            .body("{\"title\":\"x\"}");
        let (status, answer) = crate::support::answer(request).await;
        assert_eq!(status, 415, "{kind}");
        assert!(answer["detail"].is_string());
    }
    let without = server.request(Method::POST, "/api/rooms/").bearer_auth(&ada.access).body("{\"title\":\"x\"}");
    assert_eq!(crate::support::answer(without).await.0, 415);
    let charset = server.request(Method::POST, "/api/rooms/").bearer_auth(&ada.access);
    let charset = charset.header(header::CONTENT_TYPE, "application/json; charset=UTF-8").body("{\"title\":\"x\"}");
    assert_eq!(crate::support::answer(charset).await.0, 201);
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let server = TestServer::start().await;
    let body = |size: usize| format!("{{\"email\":\"{}\"}}", "x".repeat(size));
    for size in [17 << 10, 1 << 20, 20 << 20] {
        let request = server.request(Method::POST, "/api/token/").header(header::CONTENT_TYPE, "application/json");
        // A server that answers before the body's end may close the connection while the client still writes.
        if let Ok(response) = request.body(body(size)).send().await {
            assert_eq!(response.status(), 413, "{size}");
            assert!(response.json::<Value>().await.unwrap()["detail"].is_string());
        }
    }
    assert_eq!(server.get("/healthz", None).await.0, 200);
}

#[tokio::test]
async fn rubbish_in_authorization_headers_is_401() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let long = format!("Bearer {}", "x".repeat(10_000));
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "bearer x",
        "Bearer ..",
        "Bearer a.b.c",
        "Bearer \u{e9}",
        "Token x",
        &long,
    ] {
        let request = server.request(Method::POST, "/api/rooms/").json(&json!({ "title": "x" }));
        let value = reqwest::header::HeaderValue::from_bytes(value.as_bytes()).unwrap();
        let response = request.header(header::AUTHORIZATION, value).send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    }
    let odd =
        server.request(Method::GET, "/api/rooms/").header(header::AUTHORIZATION, format!("bEaReR {}", ada.access));
    assert_eq!(crate::support::answer(odd).await.0, 200, "schemes have no case");
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// JSON of any form, with the API's own field names among the keys so that it gets past the first check.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::from),
        Just(json!("OTA")),
        Just(json!("a@example.org")),
    ];
    let key = prop_oneof![
        Just("title".to_owned()),
        Just("email".to_owned()),
        Just("password".to_owned()),
        Just("typeOf".to_owned()),
        Just("description".to_owned()),
        Just("token".to_owned()),
        Just("refresh".to_owned()),
        Just("deviceId".to_owned()),
        Just("invitation".to_owned()),
        Just("name".to_owned()),
        Just("user".to_owned()),
        Just("uses".to_owned()),
        Just("expiresOn".to_owned()),
        Just("firstName".to_owned()),
        Just("version".to_owned()),
        Just("peopleLimit".to_owned()),
        Just("scheduledOn".to_owned()),
        Just("waitingRoom".to_owned()),
        Just("identity".to_owned()),
        Just("everyone".to_owned()),
        Just("role".to_owned()),
        Just("isAdmin".to_owned()),
        Just("disabled".to_owned()),
        Just("registration".to_owned()),
        Just("peoplePerRoom".to_owned()),
        Just("newPassword".to_owned()),
        any::<String>(),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(key.clone(), inner, 0..8).prop_map(|map| json!(map)),
        ]
    })
}

#[test]
fn no_body_breaks_the_server() {
    let runtime = runtime();
    let (server, ada) = runtime.block_on(async {
        let server = TestServer::start().await;
        let ada = server.person("ada").await;
        server.server.store().set_administrator(UserId(ada.id), true).await.unwrap();
        server.room(&ada, "One", "OTA").await;
        (server, ada)
    });
    let routes: Vec<(&str, &str)> = ROUTES
        .iter()
        .flat_map(|(path, methods)| methods.iter().map(move |method| (*path, *method)))
        .filter(|(_, method)| !["GET", "DELETE"].contains(method))
        .collect();
    let body = prop_oneof![
        any_json().prop_map(|json| json.to_string().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..200)
    ];
    let input = (0..routes.len(), body);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&input, |(route, body)| {
            let (path, method) = routes[route];
            let request = server
                .request(method.parse().unwrap(), &path.replace("{id}", "1").replace("{user}", "1"))
                .bearer_auth(&ada.access)
                .header(header::CONTENT_TYPE, "application/json")
                .body(body);
            let (status, answer) = runtime.block_on(crate::support::answer(request));
            prop_assert!(status.as_u16() < 500, "{} {}: {} {}", method, path, status, answer);
            Ok(())
        })
        .unwrap();
    assert_eq!(runtime.block_on(server.get("/healthz", None)).0, 200);
}

#[test]
fn no_path_or_query_breaks_the_server() {
    let runtime = runtime();
    let (server, ada) = runtime.block_on(async {
        let server = TestServer::start().await;
        let ada = server.person("ada").await;
        server.server.store().set_administrator(UserId(ada.id), true).await.unwrap();
        (server, ada)
    });
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let part = prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| {
        bytes
            .iter()
            .map(
                |byte| {
                    if byte.is_ascii_alphanumeric() { char::from(*byte).to_string() } else { format!("%{byte:02x}") }
                },
            )
            .collect::<String>()
    });
    runner
        .run(&(0..9_u8, part.clone(), part), |(kind, one, two)| {
            let path = match kind {
                0 => format!("/api/rooms/{one}/"),
                1 => format!("/api/rooms/?search={one}&limit={two}"),
                2 => format!("/{one}/{two}"),
                3 => format!("/api/admin/users/?search={one}&sort=name&after={two}"),
                4 => format!("/api/admin/users/{one}/"),
                5 => format!("/api/admin/calls/{one}/?{two}"),
                6 => format!("/api/admin/users/?only={one}&search={two}"),
                7 => format!("/api/admin/rooms/?search={one}&after={two}"),
                _ => format!("/api/rooms/?{one}={two}&before={one}"),
            };
            let (status, answer) = runtime.block_on(server.get(&path, Some(&ada.access)));
            prop_assert!(status.as_u16() < 500, "{}: {} {}", path, status, answer);
            Ok(())
        })
        .unwrap();
}
