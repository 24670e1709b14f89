//! Is it alive, and is it fit to take calls.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Shared;

/// How long the store may take to answer: a probe should not.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /healthz`: the process serves requests.
pub async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: the store answers, the media sockets are bound, and the server is not stopping.
pub async fn ready(State(api): Shared) -> (StatusCode, Json<Value>) {
    let store = matches!(tokio::time::timeout(PATIENCE, api.store.ping()).await, Ok(Ok(())));
    let (media, draining) = (api.calls.media_ready(), api.is_draining());
    let ready = store && media && !draining;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": ready, "store": store, "media": media, "draining": draining })))
}
