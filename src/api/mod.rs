//! HTTP: the REST API, the web app, health. One file a resource, one error type; what every request passes through
//! (client address, deadline, headers) is put together here.

pub mod account;
pub mod admin;
pub mod audit;
pub mod body;
pub mod client;
pub mod error;
pub mod events;
pub mod export;
pub mod guests;
pub mod headers;
pub mod health;
pub mod invitations;
pub mod knocks;
pub mod logins;
pub mod messages;
pub mod moderation;
pub mod password_reset;
pub mod roles;
pub mod rooms;
mod settings;
pub mod tokens;
pub mod users;
pub mod web;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use crate::auth::password::Passwords;
use crate::auth::throttle::Throttle;
use crate::auth::{AccessTokens, ApiKeys};
use crate::calls::Calls;
use crate::config::{Config, PublicUrl};
use crate::events::Events;
use crate::mail::Mailer;
use crate::store::Store;

pub use error::ApiError;

/// The largest body of a request in bytes: the longest description takes 8 KiB of UTF-8.
pub const MAX_BODY: usize = 16 << 10;
/// How long a request of the API may take, its body included.
const DEADLINE: Duration = Duration::from_secs(10);

/// What the handlers share.
pub struct Api {
    /// Accounts, rooms, sessions.
    pub store: Arc<dyn Store>,
    /// Hashes and their queue.
    pub passwords: Passwords,
    /// Signs and verifies access tokens.
    pub access: AccessTokens,
    /// The keys of room tokens.
    pub keys: ApiKeys,
    /// Delays and buckets.
    pub throttle: Throttle,
    /// The running calls.
    pub calls: Arc<dyn Calls>,
    /// Who listens to what happens in front of rooms.
    pub events: Events,
    /// Sends mail, where there is a mail server.
    pub mailer: Option<Mailer>,
    /// Who waits without listening or asking again for so long has gone away.
    pub knock_grace: Duration,
    /// The web app's files.
    pub app: web::App,
    /// The configuration.
    pub config: Config,
    /// The address that people open: `--public-url`, else the listener's.
    pub public_url: PublicUrl,
    /// Set when the server has begun to stop.
    pub draining: AtomicBool,
}

impl Api {
    /// Whether the server is stopping.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

/// The shared state, as handlers take it.
pub type Shared = State<Arc<Api>>;

/// A route of the server, for the table that the tests compare with.
pub const ROUTES: &[(&str, &[&str])] = &[
    ("/api/user/create/", &["POST"]),
    ("/api/user/", &["GET", "PATCH"]),
    ("/api/user/password/", &["POST"]),
    ("/api/user/sessions/", &["GET"]),
    ("/api/user/sessions/{session}/", &["DELETE"]),
    ("/api/user/rooms/", &["GET"]),
    ("/api/user/export/", &["GET"]),
    ("/api/user/delete/", &["POST"]),
    ("/api/user/reset-link/", &["POST"]),
    ("/api/user/reset/", &["POST"]),
    ("/api/server/", &["GET"]),
    ("/api/token/", &["POST"]),
    ("/api/token/refresh/", &["POST"]),
    ("/api/token/verify/", &["POST"]),
    ("/api/token/logout/", &["POST"]),
    ("/api/rooms/", &["GET", "POST"]),
    ("/api/rooms/{id}/", &["GET", "PUT", "PATCH", "DELETE"]),
    ("/api/rooms/{id}/join/", &["POST"]),
    ("/api/rooms/{id}/guest/", &["POST"]),
    ("/api/rooms/{id}/guest/refresh/", &["POST"]),
    ("/api/rooms/{id}/messages/", &["GET"]),
    ("/api/rooms/{id}/mute/", &["POST"]),
    ("/api/rooms/{id}/remove/", &["POST"]),
    ("/api/rooms/{id}/stop-share/", &["POST"]),
    ("/api/rooms/{id}/lower-hand/", &["POST"]),
    ("/api/rooms/{id}/spotlight/", &["POST"]),
    ("/api/rooms/{id}/end/", &["POST"]),
    ("/api/rooms/{id}/roles/", &["GET", "POST"]),
    ("/api/rooms/{id}/roles/{user}/", &["PUT", "DELETE"]),
    ("/api/rooms/{id}/owner/", &["POST"]),
    ("/api/rooms/{id}/bans/", &["GET", "POST"]),
    ("/api/rooms/{id}/bans/{user}/", &["DELETE"]),
    ("/api/rooms/{id}/audit/", &["GET"]),
    ("/api/rooms/{id}/events/", &["GET"]),
    ("/api/rooms/{id}/knocks/", &["GET", "DELETE"]),
    ("/api/rooms/{id}/knocks/admit-all/", &["POST"]),
    ("/api/rooms/{id}/knocks/{knock}/admit/", &["POST"]),
    ("/api/rooms/{id}/knocks/{knock}/refuse/", &["POST"]),
    ("/api/rooms/{id}/invitations/", &["GET", "POST", "DELETE"]),
    ("/api/rooms/{id}/invitations/{invitation}/", &["DELETE"]),
    ("/api/admin/claim/", &["POST"]),
    ("/api/admin/events/", &["GET"]),
    ("/api/admin/users/", &["GET", "POST"]),
    ("/api/admin/users/{user}/", &["GET", "PATCH", "DELETE"]),
    ("/api/admin/users/{user}/rooms/", &["GET"]),
    ("/api/admin/users/{user}/reset-link/", &["POST"]),
    ("/api/admin/rooms/", &["GET"]),
    ("/api/admin/rooms/{id}/", &["PATCH", "DELETE"]),
    ("/api/admin/calls/", &["GET"]),
    ("/api/admin/calls/{call}/", &["GET"]),
    ("/api/admin/calls/{call}/remove/", &["POST"]),
    ("/api/admin/calls/{call}/end/", &["POST"]),
    ("/api/admin/invitations/", &["GET"]),
    ("/api/admin/invitations/{invitation}/", &["DELETE"]),
    ("/api/admin/audit/", &["GET"]),
    ("/api/admin/settings/", &["GET", "PATCH"]),
    ("/api/admin/samples/", &["GET"]),
    ("/healthz", &["GET"]),
    ("/readyz", &["GET"]),
];

/// Everything that the HTTP listener serves; `rtc` brings the WebSocket's routes under `/rtc` with CORS of its own.
pub fn router(api: Arc<Api>, rtc: Router) -> Router {
    let rest = ROUTES.iter().fold(Router::new(), |router, (path, methods)| {
        let handlers = methods
            .iter()
            .fold(axum::routing::MethodRouter::new(), |handlers, method| handlers.merge(handler(path, method)));
        let handlers = handlers.fallback(|| async { ApiError::MethodNotAllowed });
        let router = router.route(path, handlers.clone());
        // The contract's paths end in a slash; who forgets it is served as well.
        match path.strip_suffix('/') {
            Some(bare) => router.route(bare, handlers),
            None => router,
        }
    });
    let rest = rest
        .route("/api/{*rest}", axum::routing::any(|| async { ApiError::NotFound }))
        .route("/api", axum::routing::any(|| async { ApiError::NotFound }))
        .route("/api/", axum::routing::any(|| async { ApiError::NotFound }))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn(deadline));
    Router::new()
        .merge(rest)
        .fallback(web::serve)
        .layer(from_fn_with_state(Arc::clone(&api), headers::secure))
        .with_state(Arc::clone(&api))
        .merge(rtc)
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(api, client::resolve_address))
}

/// The handler of a row of [`ROUTES`]. A row without one is served as "method not allowed", and its test fails.
fn handler(path: &str, method: &str) -> axum::routing::MethodRouter<Arc<Api>> {
    match (path, method) {
        ("/api/user/create/", "POST") => post(users::create),
        ("/api/user/", "GET") => get(account::read),
        ("/api/user/", "PATCH") => axum::routing::patch(account::edit),
        ("/api/user/password/", "POST") => post(account::change_password),
        ("/api/user/sessions/", "GET") => get(logins::list),
        ("/api/user/sessions/{session}/", "DELETE") => axum::routing::delete(logins::end),
        ("/api/user/rooms/", "GET") => get(account::rooms),
        ("/api/user/export/", "GET") => get(export::export),
        ("/api/user/delete/", "POST") => post(account::delete),
        ("/api/user/reset-link/", "POST") => post(password_reset::ask),
        ("/api/user/reset/", "POST") => post(password_reset::reset),
        ("/api/server/", "GET") => get(admin::settings::public),
        ("/api/token/", "POST") => post(tokens::login),
        ("/api/token/refresh/", "POST") => post(tokens::refresh),
        ("/api/token/verify/", "POST") => post(tokens::verify),
        ("/api/token/logout/", "POST") => post(tokens::logout),
        ("/api/rooms/", "GET") => get(rooms::list),
        ("/api/rooms/", "POST") => post(rooms::create),
        ("/api/rooms/{id}/", "GET") => get(rooms::read),
        ("/api/rooms/{id}/", "PUT") => axum::routing::put(rooms::replace),
        ("/api/rooms/{id}/", "PATCH") => axum::routing::patch(rooms::edit),
        ("/api/rooms/{id}/", "DELETE") => axum::routing::delete(rooms::delete),
        ("/api/rooms/{id}/join/", "POST") => post(rooms::join),
        ("/api/rooms/{id}/guest/", "POST") => post(guests::enter),
        ("/api/rooms/{id}/guest/refresh/", "POST") => post(guests::refresh),
        ("/api/rooms/{id}/messages/", "GET") => get(messages::list),
        ("/api/rooms/{id}/mute/", "POST") => post(moderation::mute),
        ("/api/rooms/{id}/remove/", "POST") => post(moderation::remove),
        ("/api/rooms/{id}/stop-share/", "POST") => post(moderation::stop_share),
        ("/api/rooms/{id}/lower-hand/", "POST") => post(moderation::lower_hand),
        ("/api/rooms/{id}/spotlight/", "POST") => post(moderation::spotlight),
        ("/api/rooms/{id}/end/", "POST") => post(moderation::end),
        ("/api/rooms/{id}/roles/", "GET") => get(roles::list),
        ("/api/rooms/{id}/roles/", "POST") => post(roles::name),
        ("/api/rooms/{id}/roles/{user}/", "PUT") => axum::routing::put(roles::give),
        ("/api/rooms/{id}/roles/{user}/", "DELETE") => axum::routing::delete(roles::take),
        ("/api/rooms/{id}/owner/", "POST") => post(roles::hand_over),
        ("/api/rooms/{id}/bans/", "GET") => get(moderation::bans),
        ("/api/rooms/{id}/bans/", "POST") => post(moderation::ban),
        ("/api/rooms/{id}/bans/{user}/", "DELETE") => axum::routing::delete(moderation::unban),
        ("/api/rooms/{id}/audit/", "GET") => get(audit::list),
        ("/api/rooms/{id}/events/", "GET") => get(events::listen),
        ("/api/rooms/{id}/knocks/", "GET") => get(knocks::list),
        ("/api/rooms/{id}/knocks/", "DELETE") => axum::routing::delete(knocks::leave),
        ("/api/rooms/{id}/knocks/admit-all/", "POST") => post(knocks::admit_all),
        ("/api/rooms/{id}/knocks/{knock}/admit/", "POST") => post(knocks::admit),
        ("/api/rooms/{id}/knocks/{knock}/refuse/", "POST") => post(knocks::refuse),
        ("/api/rooms/{id}/invitations/", "GET") => get(invitations::list),
        ("/api/rooms/{id}/invitations/", "POST") => post(invitations::create),
        ("/api/rooms/{id}/invitations/", "DELETE") => axum::routing::delete(invitations::revoke_all),
        ("/api/rooms/{id}/invitations/{invitation}/", "DELETE") => axum::routing::delete(invitations::revoke),
        ("/api/admin/claim/", "POST") => post(admin::claim::claim),
        ("/api/admin/events/", "GET") => get(admin::events::listen),
        ("/api/admin/users/", "GET") => get(admin::users::list),
        ("/api/admin/users/", "POST") => post(admin::users::add),
        ("/api/admin/users/{user}/", "GET") => get(admin::users::read),
        ("/api/admin/users/{user}/", "PATCH") => axum::routing::patch(admin::users::edit),
        ("/api/admin/users/{user}/", "DELETE") => axum::routing::delete(admin::users::delete),
        ("/api/admin/users/{user}/rooms/", "GET") => get(admin::users::rooms),
        ("/api/admin/users/{user}/reset-link/", "POST") => post(admin::users::reset_link),
        ("/api/admin/rooms/", "GET") => get(admin::rooms::list),
        ("/api/admin/rooms/{id}/", "PATCH") => axum::routing::patch(admin::rooms::edit),
        ("/api/admin/rooms/{id}/", "DELETE") => axum::routing::delete(admin::rooms::delete),
        ("/api/admin/calls/", "GET") => get(admin::calls::list),
        ("/api/admin/calls/{call}/", "GET") => get(admin::calls::read),
        ("/api/admin/calls/{call}/remove/", "POST") => post(admin::calls::remove),
        ("/api/admin/calls/{call}/end/", "POST") => post(admin::calls::end),
        ("/api/admin/invitations/", "GET") => get(admin::invitations::list),
        ("/api/admin/invitations/{invitation}/", "DELETE") => axum::routing::delete(admin::invitations::revoke),
        ("/api/admin/audit/", "GET") => get(admin::audit::list),
        ("/api/admin/samples/", "GET") => get(admin::samples::read),
        ("/api/admin/settings/", "GET") => get(admin::settings::read),
        ("/api/admin/settings/", "PATCH") => axum::routing::patch(admin::settings::edit),
        ("/healthz", "GET") => get(health::alive),
        ("/readyz", "GET") => get(health::ready),
        _ => axum::routing::MethodRouter::new(),
    }
}

async fn deadline(request: Request, next: Next) -> Response {
    match tokio::time::timeout(DEADLINE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::Unavailable("The request took too long. Try again in a little while.").into_response(),
    }
}

/// A panic ends one request, and neither the server nor with a text from inside.
fn after_panic(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a request handler panicked");
    ApiError::Broken.into_response()
}
