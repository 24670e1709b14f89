//! The embedded app: pages, assets, compression, caching, and what is no page.

use reqwest::{Method, StatusCode, header};
use rotunda::api::web::App;

use crate::support::TestServer;

/// A server with a small app of known content.
async fn with_app() -> (TestServer, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("index.html", "<!doctype html><meta property=\"csp-nonce\" nonce=\"__CSP_NONCE__\"><title>App</title>");
    write("assets/app-1a2b.js", "plain");
    write("assets/app-1a2b.js.br", "brotli");
    write("assets/app-1a2b.js.gz", "gzip");
    write("assets/style-3c4d.css", "css");
    write("favicon.svg", "<svg/>");
    write(".secret", "hidden");
    std::fs::write(folder.path().parent().unwrap().join("rotunda-outside.txt"), "outside").unwrap();
    let server = TestServer::start_with(|_| {}, None, App::Folder(folder.path().to_owned())).await;
    (server, folder)
}

#[tokio::test]
async fn pages_are_fresh_and_carry_the_nonce_of_their_policy() {
    let (server, _folder) = with_app().await;
    for page in ["/", "/login", "/register", "/r/room7", "/login/"] {
        let response = server.request(Method::GET, page).send().await.unwrap();
        assert_eq!(response.status(), 200, "{page}");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        let html = response.text().await.unwrap();
        let nonce = html.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(policy.contains(&format!("'nonce-{nonce}'")), "{html} {policy}");
        assert!(!html.contains("__CSP_NONCE__"));
    }
    let head = server.request(Method::HEAD, "/").send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert!(head.text().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_does_not_exist_is_404_with_the_apps_page_for_people_only() {
    let (server, _folder) = with_app().await;
    for path in ["/nothing", "/r/", "/r/a/b", "/index.html", "/admin"] {
        let page = server.request(Method::GET, path).header(header::ACCEPT, "text/html,*/*").send().await.unwrap();
        assert_eq!(page.status(), 404, "{path}");
        assert!(page.text().await.unwrap().contains("<title>App</title>"), "{path}");
        let program = server.get(path, None).await;
        assert_eq!(program.0, 404);
        assert!(program.1["detail"].is_string(), "{path}");
    }
    let chunk =
        server.request(Method::GET, "/assets/gone-0000.js").header(header::ACCEPT, "text/html").send().await.unwrap();
    assert_eq!(chunk.status(), 404);
    assert!(!chunk.text().await.unwrap().contains("<title>"), "a missing script is not answered with a page");
    assert_eq!(server.request(Method::POST, "/").send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn assets_are_immutable_and_sent_as_small_as_the_client_takes_them() {
    let (server, _folder) = with_app().await;
    for (accept, encoding, body) in [
        ("gzip, deflate, br", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip"),
        ("identity", None, "plain"),
        ("br;q=0", None, "plain"),
    ] {
        let response = server
            .request(Method::GET, "/assets/app-1a2b.js")
            .header(header::ACCEPT_ENCODING, accept)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        let headers = response.headers().clone();
        assert_eq!(headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap()), encoding, "{accept}");
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(headers[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert!(headers[header::VARY].to_str().unwrap().contains("Accept-Encoding"));
        assert_eq!(response.text().await.unwrap(), body);

        let again = server
            .request(Method::GET, "/assets/app-1a2b.js")
            .header(header::ACCEPT_ENCODING, accept)
            .header(header::IF_NONE_MATCH, &headers[header::ETAG])
            .send()
            .await
            .unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{accept}");
    }
    let icon = server.request(Method::GET, "/favicon.svg").send().await.unwrap();
    assert_eq!(icon.headers()[header::CACHE_CONTROL], "no-cache", "a name without a hash may change");
    assert_eq!(icon.headers()[header::CONTENT_TYPE], "image/svg+xml");
}

/// A worker has the policy of its own script's answer: the models of background filters run in one.
#[tokio::test]
async fn a_script_that_runs_as_a_worker_may_load_scripts_and_wasm_of_ours_and_nothing_else() {
    let (server, _folder) = with_app().await;
    let policy = async |path: &str| {
        let response = server.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
    };
    let script = policy("/assets/app-1a2b.js").await;
    let mut directives: Vec<_> = script.split("; ").collect();
    directives.sort_unstable();
    let expected = [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
    ];
    assert_eq!(directives, expected);
    assert!(!policy("/assets/style-3c4d.css").await.contains("'self'"), "only scripts");
    assert!(!policy("/favicon.svg").await.contains("'self'"), "only scripts");
}

#[tokio::test]
async fn no_path_leads_out_of_the_app() {
    let (server, _folder) = with_app().await;
    for path in [
        "/../rotunda-outside.txt",
        "/%2e%2e/rotunda-outside.txt",
        "/assets/../../rotunda-outside.txt",
        "/assets/%2e%2e%2f%2e%2e%2frotunda-outside.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/assets//app-1a2b.js",
        "/.secret",
        "/assets/app-1a2b.js.br",
        "/assets/app-1a2b.js%00",
        "/..%5crotunda-outside.txt",
        "/assets",
    ] {
        // Raw, since clients tidy paths up.
        let (status, body) = raw(&server, path).await;
        assert_eq!(status, 404, "{path}: {body}");
        assert!(!body.contains("outside") && !body.contains("root:") && !body.contains("hidden"), "{path}: {body}");
    }
}

async fn raw(server: &TestServer, path: &str) -> (u16, String) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(server.server.http_addr()).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[tokio::test]
async fn without_an_app_the_page_says_how_to_build_it() {
    let empty = tempfile::tempdir().unwrap();
    let server = TestServer::start_with(|_| {}, None, App::Folder(empty.path().to_owned())).await;
    assert!(!server.server.app_is_built());
    let response = server.request(Method::GET, "/").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.text().await.unwrap().contains("make web"));
    let warnings = rotunda::lifecycle::warnings(server.server.config(), false);
    assert!(warnings.iter().any(|warning| warning.contains("make web")));
}
