//! A new password by a link: over mail to whoever asks, and from the command line; once, for an hour, and without telling who has an account.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use rotunda::config::{HostPort, IpNet, Secret, SmtpSecurity};
use rotunda::store::{Millis, StoreError, UserId};
use serde_json::{Value, json};

use crate::binary::{Binary, command, operate};
use crate::mail_server::MailServer;
use crate::support::{PASSWORD, TestServer, payload};

const NEW: &str = "another fine passphrase";

pub async fn with_mail(mail: &MailServer) -> TestServer {
    let server = HostPort { host: "127.0.0.1".into(), port: Some(mail.address.port()) };
    TestServer::configured(|config| {
        config.smtp_server = Some(server);
        config.smtp_security = SmtpSecurity::None;
        config.smtp_user = Some("rotunda".into());
        config.smtp_password = Some(Secret::new("hunter2"));
        config.smtp_from = Some("Calls <calls@example.org>".into());
        config.trusted_proxy = vec![IpNet::parse("127.0.0.1").unwrap()];
    })
    .await
}

pub async fn ask(server: &TestServer, email: &str, from: &str) -> StatusCode {
    let request = server.request(Method::POST, "/api/user/reset-link/").header("X-Forwarded-For", from);
    request.json(&json!({ "email": email })).send().await.unwrap().status()
}

pub fn token(link: &str) -> &str {
    link.split_once("/reset#").unwrap().1
}

async fn reset(server: &TestServer, token: &str, password: &str) -> (StatusCode, Value) {
    server.post("/api/user/reset/", None, json!({ "token": token, "password": password })).await
}

async fn login(server: &TestServer, email: &str, password: &str) -> StatusCode {
    server.post("/api/token/", None, json!({ "email": email, "password": password })).await.0
}

#[tokio::test]
async fn a_mail_brings_a_link_that_sets_a_new_password_once_and_ends_every_login() {
    let mail = MailServer::start().await;
    let server = with_mail(&mail).await;
    assert_eq!(server.get("/api/server/", None).await.1["passwordReset"], true);
    let ada = server.person("ada").await;
    assert_eq!(ask(&server, &ada.email.to_uppercase(), "192.0.2.1").await, 202);
    let sent = mail.wait_for(1).await.remove(0);
    assert_eq!(sent.to, ada.email);
    assert!(sent.login.is_some(), "with the operator's password");
    assert!(
        sent.text.contains("From: Calls <calls@example.org>") && sent.words().contains("Hello ada"),
        "{}",
        sent.text
    );
    let link = sent.link();
    assert!(link.starts_with(&format!("{}/reset#", server.server.url())), "{link}");

    let (status, error) = server.post("/api/user/reset/", None, json!({ "token": token(&link) })).await;
    assert_eq!((status.as_u16(), error["password"].is_array()), (400, true), "the link is good: {error}");
    for bad in ["12345678", "short", &ada.email] {
        assert!(reset(&server, token(&link), bad).await.1["password"].is_array(), "{bad}");
    }
    assert_eq!(reset(&server, token(&link), NEW).await.0, 204, "and was not used up by that");
    let session = payload(&ada.access)["sid"].as_str().unwrap().to_owned();
    assert_eq!(server.calls.told(), [format!("session {session}")]);
    assert_eq!(server.get("/api/user/", Some(&ada.access)).await.0, 401);
    assert_eq!(server.post("/api/token/refresh/", None, json!({ "refresh": ada.refresh })).await.0, 401);
    assert_eq!(login(&server, &ada.email, PASSWORD).await, 401);
    assert_eq!(login(&server, &ada.email, NEW).await, 200);
    let (status, error) = reset(&server, token(&link), "a third fine passphrase").await;
    assert_eq!((status.as_u16(), &error["code"]), (403, &json!("link_not_valid")), "once");
}

#[tokio::test]
async fn links_that_never_were_or_are_too_old_are_refused_whatever_the_password() {
    let mail = MailServer::start().await;
    let server = with_mail(&mail).await;
    let ada = server.person("ada").await;
    ask(&server, &ada.email, "192.0.2.1").await;
    let link = mail.wait_for(1).await[0].link();
    server.server.store().sweep(Millis::now().plus(Duration::from_secs(3590))).await.unwrap();
    assert_eq!(reset(&server, token(&link), "short").await.0, 400, "good for almost an hour");
    server.server.store().sweep(Millis::now().plus(Duration::from_secs(3601))).await.unwrap();
    let long = "x".repeat(100);
    for bad in [token(&link), "", "x", &"A".repeat(43), "\u{1f600}", &long] {
        let (status, error) = reset(&server, bad, NEW).await;
        let expected = if bad.is_empty() { 400 } else { 403 };
        assert_eq!(status, expected, "{bad}: {error}");
    }
    assert_eq!(login(&server, &ada.email, PASSWORD).await, 200, "nothing has happened");
}

#[tokio::test]
async fn nobody_learns_from_the_answer_or_its_time_who_has_an_account() {
    let mail = MailServer::start().await;
    let server = with_mail(&mail).await;
    let mut times = [Vec::new(), Vec::new()];
    for n in 0..12 {
        let known = server.person(&format!("known{n}")).await.email;
        for (which, times) in times.iter_mut().enumerate() {
            let email = if which == 0 { known.clone() } else { format!("nobody{n}@example.org") };
            let start = Instant::now();
            assert_eq!(ask(&server, &email, &format!("10.{which}.0.{n}")).await, 202);
            times.push(start.elapsed());
        }
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    // No hash, no mail and no write is waited for: both take a look into the database.
    assert!(known < unknown * 3 + Duration::from_millis(20), "known {known:?}, unknown {unknown:?}");
    mail.wait_for(12).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(mail.mails().len(), 12, "no mail to those who have none");
}

#[tokio::test]
async fn asking_is_slowed_by_the_address_that_is_typed_and_by_the_one_it_comes_from() {
    let mail = MailServer::start().await;
    let server = with_mail(&mail).await;
    let ada = server.person("ada").await;
    for email in [ada.email.as_str(), "nobody@example.org"] {
        let mut statuses = Vec::new();
        for n in 0..5 {
            statuses.push(ask(&server, email, &format!("192.0.2.{n}")).await.as_u16());
        }
        assert_eq!(statuses, [202, 202, 202, 429, 429], "{email}");
    }
    let mut refused = 0;
    for n in 0..40 {
        refused += usize::from(ask(&server, &format!("user{n}@example.org"), "198.51.100.7").await == 429);
    }
    assert!(refused >= 8, "{refused}");
    mail.wait_for(3).await;
    let (status, _) = server.post("/api/user/reset-link/", None, json!({ "email": "nonsense" })).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_mail_server_that_cannot_take_a_mail_now_gets_it_later() {
    let mail = MailServer::start().await;
    let server = with_mail(&mail).await;
    let ada = server.person("ada").await;
    mail.refuse(1);
    ask(&server, &ada.email, "192.0.2.1").await;
    mail.wait_for(1).await;
    assert!(mail.connections() >= 2);
}

#[tokio::test]
async fn a_mail_server_that_offers_no_encryption_gets_no_mail_unless_the_operator_says_so() {
    let mail = MailServer::start().await;
    let server = HostPort { host: "127.0.0.1".into(), port: Some(mail.address.port()) };
    let server = TestServer::configured(|config| {
        config.smtp_server = Some(server);
        config.smtp_security = SmtpSecurity::StartTls;
        config.smtp_from = Some("calls@example.org".into());
    })
    .await;
    let ada = server.person("ada").await;
    assert_eq!(ask(&server, &ada.email, "192.0.2.1").await, 202);
    for _ in 0..200 {
        if mail.connections() > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(mail.connections() > 0 && mail.mails().is_empty(), "{:?}", mail.mails());
}

#[tokio::test]
async fn without_a_mail_server_asking_is_refused_in_words() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/api/server/", None).await.1["passwordReset"], false);
    let (status, error) = server.post("/api/user/reset-link/", None, json!({ "email": "ada@example.org" })).await;
    assert_eq!((status.as_u16(), &error["code"]), (403, &json!("mail_not_configured")));
}

#[tokio::test]
async fn another_address_and_another_password_make_old_links_worthless() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let link = || async {
        let store = server.server.store();
        let url = server.server.url();
        rotunda::api::password_reset::make_link(&**store, url, UserId(ada.id), Millis::now()).await.unwrap()
    };
    let before = link().await;
    let change = json!({ "password": PASSWORD, "newPassword": NEW });
    assert_eq!(server.post("/api/user/password/", Some(&ada.access), change).await.0, 204);
    assert_eq!(reset(&server, token(&before), NEW).await.0, 403);
    let before = link().await;
    let moved = json!({ "email": "new@example.org", "password": NEW });
    assert_eq!(server.send(Method::PATCH, "/api/user/", Some(&ada.access), moved).await.0, 200);
    assert_eq!(reset(&server, token(&before), NEW).await.0, 403);
    let gone = rotunda::api::password_reset::make_link(
        &**server.server.store(),
        server.server.url(),
        UserId(1 << 40),
        Millis::now(),
    )
    .await;
    assert!(matches!(gone, Err(StoreError::NoSuchUser)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_makes_a_link_while_the_server_runs() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("data");
    let (worked, words) = operate(&folder, &["admin", "reset-link", "ada@example.org"]);
    assert!(!worked && words.contains("rotunda.db") && words.lines().count() == 1, "no server was ever here: {words}");
    let server = Binary::start(command(&folder));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let send = |path: &str, body: Value| {
        let request = client.post(format!("{}{path}", server.url)).json(&body);
        async move { request.send().await.unwrap().status().as_u16() }
    };
    let body = json!({ "email": "ada@example.org", "firstName": "Ada", "lastName": "L", "password": PASSWORD });
    assert_eq!(send("/api/user/create/", body).await, 201);
    let (worked, words) = operate(&folder, &["admin", "reset-link", "nobody@example.org"]);
    assert!(!worked && words.contains("nobody@example.org"), "{words}");
    let (worked, words) =
        operate(&folder, &["admin", "reset-link", "Ada@Example.org", "--public-url", "https://calls.example.org"]);
    assert!(worked && words.contains("https://calls.example.org/reset#"), "{words}");
    let link = words.lines().last().unwrap();
    assert_eq!(send("/api/user/reset/", json!({ "token": token(link), "password": NEW })).await, 204);
    assert_eq!(send("/api/token/", json!({ "email": "ada@example.org", "password": NEW })).await, 200);
}
