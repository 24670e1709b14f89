//! The rows of accounts, their logins, and the server itself.

use serde_json::json;

use super::{NONE, Row, row};

pub fn rows() -> Vec<Row> {
    vec![
        row("/api/user/create/", "POST", "/api/user/create/", NONE, [400, 400, 400, 400, 400, 400, 400]),
        row("/api/user/", "GET", "/api/user/", NONE, [401, 401, 403, 200, 200, 200, 200]),
        row("/api/user/", "PATCH", "/api/user/", NONE, [401, 401, 403, 200, 200, 200, 200]),
        row("/api/user/password/", "POST", "/api/user/password/", NONE, [401, 401, 403, 400, 400, 400, 400]),
        row("/api/user/sessions/", "GET", "/api/user/sessions/", NONE, [401, 401, 403, 200, 200, 200, 200]),
        row(
            "/api/user/sessions/{session}/",
            "DELETE",
            "/api/user/sessions/nothing/",
            NONE,
            [401, 401, 403, 404, 404, 404, 404],
        ),
        row("/api/user/rooms/", "GET", "/api/user/rooms/", NONE, [401, 401, 403, 200, 200, 200, 200]),
        row("/api/user/export/", "GET", "/api/user/export/", NONE, [401, 401, 403, 200, 200, 200, 200]),
        row("/api/user/delete/", "POST", "/api/user/delete/", NONE, [401, 401, 403, 400, 400, 400, 400]),
        row("/api/user/reset-link/", "POST", "/api/user/reset-link/", NONE, [400; 7]),
        row("/api/user/reset/", "POST", "/api/user/reset/", || json!({ "token": "x", "password": "y" }), [403; 7]),
        row("/api/server/", "GET", "/api/server/", NONE, [200; 7]),
        row("/api/token/", "POST", "/api/token/", NONE, [400, 400, 400, 400, 400, 400, 400]),
        row(
            "/api/token/refresh/",
            "POST",
            "/api/token/refresh/",
            || json!({ "refresh": "x" }),
            [401, 401, 401, 401, 401, 401, 401],
        ),
        row(
            "/api/token/verify/",
            "POST",
            "/api/token/verify/",
            || json!({ "token": "x" }),
            [401, 401, 401, 401, 401, 401, 401],
        ),
        row(
            "/api/token/logout/",
            "POST",
            "/api/token/logout/",
            || json!({ "refresh": "x" }),
            [204, 204, 204, 204, 204, 204, 204],
        ),
        row("/healthz", "GET", "/healthz", NONE, [200, 200, 200, 200, 200, 200, 200]),
        row("/readyz", "GET", "/readyz", NONE, [200, 200, 200, 200, 200, 200, 200]),
    ]
}
