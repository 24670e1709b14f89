//! What the server writes to people: in their language, to the address that an account had before as well, and to no mail server whose
//! certificate is not good.

use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::Method;
use rotunda::mail::Language;
use serde_json::json;

use crate::administration::promote;
use crate::binary::{Binary, command};
use crate::client::metric;
use crate::mail_server::MailServer;
use crate::password_reset::with_mail;
use crate::support::PASSWORD;

#[tokio::test]
async fn a_link_to_a_new_password_comes_in_the_readers_language() {
    let mail = MailServer::start().await;
    let server = with_mail(&mail).await;
    for (number, language) in Language::ALL.into_iter().enumerate() {
        let name = format!("Zoë{number}");
        let email = format!("zoe{number}@example.org");
        let body = json!({ "email": email, "firstName": name, "lastName": "X", "password": PASSWORD });
        assert_eq!(server.post("/api/user/create/", None, body).await.0, 201);
        let request = server
            .request(Method::POST, "/api/user/reset-link/")
            .header("X-Forwarded-For", format!("192.0.2.{number}"))
            .header("Accept-Language", format!("tlh, {}-XX;q=0.9, en;q=0.1", language.code()))
            .json(&json!({ "email": email }));
        assert_eq!(request.send().await.unwrap().status(), 202);
        let sent = mail.wait_for(number + 1).await.pop().unwrap();
        let url = server.server.url();
        let (subject, text) = rotunda::mail::Letter::Reset { link: &sent.link() }.write(language, &name, &url.origin());
        assert_eq!(
            (sent.to.as_str(), sent.subject().as_str(), sent.words().trim_end()),
            (email.as_str(), subject, text.trim_end())
        );
        assert!(sent.text.is_ascii() && sent.text.lines().all(|line| line.len() <= 998), "{}", sent.text);
    }
}

#[tokio::test]
async fn the_address_that_an_account_had_is_written_to() {
    let mail = MailServer::start().await;
    let server = with_mail(&mail).await;
    let (ada, root) = (server.person("ada").await, server.person("root").await);
    promote(&server, &root).await;
    let own = json!({ "email": "thief@example.org", "password": PASSWORD });
    let request = server.request(Method::PATCH, "/api/user/").header("Accept-Language", "de").bearer_auth(&ada.access);
    assert_eq!(request.json(&own).send().await.unwrap().status(), 200);
    let sent = mail.wait_for(1).await.remove(0);
    assert_eq!(
        (sent.to.as_str(), sent.subject().as_str()),
        (ada.email.as_str(), "Ihr Konto hat eine andere E-Mail-Adresse")
    );
    assert!(sent.words().starts_with("Hallo ada,\n") && !sent.text.contains("thief"), "{}", sent.words());
    let path = format!("/api/admin/users/{}/", ada.id);
    let change = async |body| server.send(Method::PATCH, &path, Some(&root.access), body).await.0;
    assert_eq!(change(json!({ "email": "back@example.org" })).await, 200);
    assert_eq!(mail.wait_for(2).await[1].to, "thief@example.org");
    // The same in another case, and a name, are no other address.
    assert_eq!(change(json!({ "email": "Back@example.org", "firstName": "Augusta" })).await, 200);
    assert_eq!(change(json!({ "email": "last@example.org" })).await, 200);
    let all = mail.wait_for(3).await;
    assert_eq!((all.len(), all[2].to.as_str()), (3, "Back@example.org"));
}

/// An authority, and what it signs.
struct Authority(Issuer<'static, KeyPair>, String);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self(Issuer::new(params, key), pem)
    }
}

async fn mail_server(name: &str, authority: Option<&Authority>) -> MailServer {
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = match authority {
        Some(Authority(issuer, _)) => params.signed_by(&key, issuer),
        None => params.self_signed(&key),
    };
    MailServer::encrypted(vec![certificate.unwrap().der().clone()], key.serialize_der().try_into().unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_whose_certificate_is_not_good_gets_no_mail_and_nobody_who_asks_notices() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, &authority.1).unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for (what, mail, outcome) in [
        ("good", mail_server("127.0.0.1", Some(&authority)).await, "sent"),
        ("another name", mail_server("mail.example.org", Some(&authority)).await, "certificate"),
        ("self-signed", mail_server("127.0.0.1", None).await, "certificate"),
    ] {
        let metrics = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let log = folder.path().join(what);
        let mut command = command(&folder.path().join(format!("data {what}")));
        command.env("SSL_CERT_FILE", &trusted).args(["--smtp-from", "calls@example.org", "--smtp-security", "tls"]);
        command.args(["--smtp-server", &mail.address.to_string()]);
        let server = Binary::start_logging(with_metrics(command, &metrics), std::fs::File::create(&log).unwrap());
        let post = async |path: &str, body: serde_json::Value| {
            let start = Instant::now();
            let answer = client.post(format!("{}{path}", server.url)).json(&body).send().await.unwrap();
            (answer.status().as_u16(), start.elapsed())
        };
        let body = json!({ "email": "ada@example.org", "firstName": "Ada", "lastName": "L", "password": PASSWORD });
        assert_eq!(post("/api/user/create/", body).await.0, 201);
        let known = post("/api/user/reset-link/", json!({ "email": "ada@example.org" })).await;
        let unknown = post("/api/user/reset-link/", json!({ "email": "bob@example.org" })).await;
        assert_eq!((known.0, unknown.0), (202, 202), "{what}");
        assert!(known.1 < Duration::from_secs(1) && unknown.1 < Duration::from_secs(1), "{known:?} {unknown:?}");
        let scraped = async || {
            let answer = client.get(format!("http://{metrics}/metrics")).send().await.unwrap();
            answer.text().await.unwrap()
        };
        let counted = format!("rotunda_mails_total{{outcome=\"{outcome}\"}}");
        let start = Instant::now();
        while metric(&scraped().await, &counted) < 1.0 {
            assert!(start.elapsed() < Duration::from_secs(10), "{what}: {}", std::fs::read_to_string(&log).unwrap());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let log = std::fs::read_to_string(&log).unwrap();
        assert_eq!(mail.mails().len(), usize::from(outcome == "sent"), "{what}");
        assert_eq!(log.contains("certificate is refused"), outcome == "certificate", "{what}: {log}");
        assert!(!log.contains("reset#"), "{log}");
        assert_eq!(mail.connections(), 1, "{what}: no other try");
    }
}

/// The same command with its metrics at this address.
fn with_metrics(command: std::process::Command, address: &str) -> std::process::Command {
    let mut other = std::process::Command::new(command.get_program());
    other.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut arguments: Vec<_> = command.get_args().map(std::ffi::OsStr::to_owned).collect();
    let at = arguments.iter().position(|argument| argument == "--metrics-listen").unwrap() + 1;
    arguments[at] = address.into();
    other.args(arguments).stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped());
    other
}
