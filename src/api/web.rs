//! The web app, embedded into the binary (a debug build reads `web/dist` from disk). Assets have hashed names and never
//! change; pages are never cached, and each gets a nonce of its own. What the build has compressed is sent compressed.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use aws_lc_rs::digest;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rust_embed::RustEmbed;

use super::{Api, ApiError, headers};

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

/// The literal in `index.html` that becomes the page's nonce.
const NONCE: &str = "__CSP_NONCE__";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Rotunda</title>\
    <h1>The web app is not built</h1><p>This is a debug build of the server, which serves the app from the folder \
    <code>web/dist</code>, and the folder is not there. Run <code>make web</code> and load this page again. The API and \
    the signaling work without it.</p></html>\n";

/// Where the app's files come from.
#[derive(Debug, Default)]
pub enum App {
    /// From the binary; in a debug build, from `web/dist` of the source tree.
    #[default]
    Embedded,
    /// From a folder, for tests.
    Folder(PathBuf),
}

/// A file of the app and its SHA-256.
struct Asset {
    data: Cow<'static, [u8]>,
    hash: [u8; 32],
}

impl App {
    /// Whether there is an app to serve.
    pub fn is_built(&self) -> bool {
        self.get("index.html").is_some()
    }

    fn get(&self, file: &str) -> Option<Asset> {
        match self {
            Self::Embedded => {
                let found = Dist::get(file)?;
                Some(Asset { hash: found.metadata.sha256_hash(), data: found.data })
            }
            Self::Folder(folder) => {
                // A name from the network goes nowhere but down, and to no hidden file.
                if file.split('/').any(|part| part.is_empty() || part.starts_with('.')) || file.contains(['\\', '\0']) {
                    return None;
                }
                let data = std::fs::read(folder.join(file)).ok()?;
                let mut hash = [0; 32];
                hash.copy_from_slice(digest::digest(&digest::SHA256, &data).as_ref());
                Some(Asset { data: Cow::Owned(data), hash })
            }
        }
    }
}

/// Everything that is no route of the API: a file of the app, a page of the app, or nothing.
pub async fn serve(State(api): State<Arc<Api>>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return ApiError::MethodNotAllowed.into_response();
    }
    let path = request.uri().path();
    let file = path.trim_start_matches('/');
    if !file.is_empty()
        && !is_internal(file)
        && let Some(response) = asset(&api.app, file, request.headers())
    {
        return response;
    }
    if is_page(path) {
        return page(&api, StatusCode::OK);
    }
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")));
    // The app shows its own page for what does not exist. A missing script must not be answered with a page.
    if wants_page && !file.starts_with("assets/") {
        page(&api, StatusCode::NOT_FOUND)
    } else {
        ApiError::NotFound.into_response()
    }
}

/// The addresses that the app has a page for.
fn is_page(path: &str) -> bool {
    let path = if path == "/" { path } else { path.trim_end_matches('/') };
    match path {
        "/" | "/login" | "/register" => true,
        _ => path.strip_prefix("/r/").is_some_and(|room| !room.is_empty() && !room.contains('/')),
    }
}

/// Files that are served under another name only.
fn is_internal(file: &str) -> bool {
    file == "index.html" || file.ends_with(".br") || file.ends_with(".gz")
}

fn is_script(file: &str) -> bool {
    file.ends_with(".js") || file.ends_with(".mjs")
}

fn page(api: &Api, status: StatusCode) -> Response {
    let nonce = STANDARD.encode(crate::auth::random_bytes::<16>());
    let Some(policy) = headers::page_policy(api, &nonce) else { return ApiError::Broken.into_response() };
    let html = match api.app.get("index.html") {
        Some(index) => String::from_utf8_lossy(&index.data).replace(NONCE, &nonce),
        None => NOT_BUILT.to_owned(),
    };
    let mut response = (status, html).into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn asset(app: &App, file: &str, request: &HeaderMap) -> Option<Response> {
    let plain = app.get(file)?;
    let mut etag = format!("\"{}", STANDARD.encode(plain.hash));
    let accepts = accepted(request);
    let compressed = [("br", accepts.brotli), ("gzip", accepts.gzip)]
        .into_iter()
        .filter(|(_, wanted)| *wanted)
        .find_map(|(encoding, _)| {
            Some((encoding, app.get(&format!("{file}.{}", if encoding == "br" { "br" } else { "gz" }))?))
        });
    let (encoding, data) = match compressed {
        Some((encoding, compressed)) => (Some(encoding), compressed.data),
        None => (None, plain.data),
    };
    etag.push_str(encoding.unwrap_or_default());
    etag.push('"');

    let known = request.get(header::IF_NONE_MATCH).is_some_and(|known| {
        known.to_str().is_ok_and(|known| known.split(',').any(|known| known.trim().trim_start_matches("W/") == etag))
    });
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = match data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        let mut response = Response::new(Body::from(body));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(file)));
        if let Some(encoding) = encoding {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    };
    let caching = if file.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let answer = response.headers_mut();
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if is_script(file) {
        answer.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(headers::WORKER));
    }
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answer.insert(header::ETAG, etag);
    }
    Some(response)
}

struct Accepted {
    brotli: bool,
    gzip: bool,
}

/// Reads `Accept-Encoding` (RFC 9110, 12.5.3); a weight of zero is a refusal.
fn accepted(request: &HeaderMap) -> Accepted {
    let mut accepted = Accepted { brotli: false, gzip: false };
    let values = request.get_all(header::ACCEPT_ENCODING);
    for part in values.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')) {
        let (coding, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.trim().parse::<f32>().ok());
        let wanted = weight.is_some_and(|weight| weight > 0.0);
        match coding.trim() {
            "br" => accepted.brotli = wanted,
            "gzip" => accepted.gzip = wanted,
            _ => {}
        }
    }
    accepted
}

fn content_type(file: &str) -> &'static str {
    match file.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        Some("txt") => "text/plain; charset=utf-8",
        Some("mp3") => "audio/mpeg",
        Some("ogg" | "opus") => "audio/ogg",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages() {
        for page in ["/", "/login", "/login/", "/register", "/r/room7", "/r/room7/"] {
            assert!(is_page(page), "{page}");
        }
        for other in ["//", "/r", "/r/", "/r/a/b", "/loginx", "/assets/x.js", "/api", "/admin"] {
            assert!(!is_page(other), "{other}");
        }
    }

    #[test]
    fn accept_encoding() {
        let read = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            let accepted = accepted(&headers);
            (accepted.brotli, accepted.gzip)
        };
        assert_eq!(read("gzip, deflate, br, zstd"), (true, true));
        assert_eq!(read("gzip;q=0.5, br;q=0"), (false, true));
        assert_eq!(read("gzip;q=x"), (false, false));
        assert_eq!(read(""), (false, false));
    }
}
