//! The headers that every answer carries, so that a browser refuses what we never meant.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::Api;

const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), \
                           fullscreen=(self), autoplay=(self), picture-in-picture=(self), screen-wake-lock=(self), \
                           clipboard-write=(self), clipboard-read=(), geolocation=(), payment=(), usb=(), serial=(), \
                           hid=(), midi=(), accelerometer=(), gyroscope=(), magnetometer=(), \
                           browsing-topics=()";

/// What an answer that is no page may do in a browser: nothing.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// What a script of ours may do that runs as a worker, which has its own answer's policy and not the page's: run scripts
/// and WebAssembly of ours, and fetch our files. It says nothing about a script that runs in a page.
pub const WORKER: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
                          frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Sets them; a policy that the handler has set stays.
pub async fn secure(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    set_default(headers, header::CONTENT_SECURITY_POLICY, NO_PAGE);
    set_default(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set_default(headers, header::X_FRAME_OPTIONS, "DENY");
    // The address of an invite-only room is its invitation.
    set_default(headers, header::REFERRER_POLICY, "no-referrer");
    set_default(headers, HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set_default(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set_default(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if is_api {
        set_default(headers, header::CACHE_CONTROL, "no-store");
        set_default(headers, header::VARY, "Authorization, Cookie");
    }
    if api.public_url.is_secure() {
        set_default(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The policy of a page: scripts of ours alone, styles of ours and those that carry this page's nonce.
pub fn page_policy(api: &Api, nonce: &str) -> Option<HeaderValue> {
    let mut connect = vec!["'self'".to_owned(), api.public_url.origin(), api.public_url.websocket()];
    // An older browser does not count ws:// of the page's own origin as 'self'. The page may be open at any name of this
    // machine, and a policy cannot name an IPv6 address.
    if !api.public_url.is_secure() {
        let port = api.config.listen.port();
        connect.extend(
            ["localhost", "127.0.0.1"]
                .into_iter()
                .flat_map(|host| [format!("ws://{host}:{port}"), format!("http://{host}:{port}")]),
        );
    }
    connect.retain(|source| !source.contains('['));
    let mut seen = std::collections::HashSet::new();
    connect.retain(|source| seen.insert(source.clone()));
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; img-src 'self' \
         data: blob:; media-src 'self' blob: mediastream:; font-src 'self'; worker-src 'self' blob:; connect-src {}; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-src 'none'; frame-ancestors 'none'",
        connect.join(" ")
    );
    HeaderValue::try_from(policy).ok()
}
