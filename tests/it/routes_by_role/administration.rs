//! The rows of the administration.

use serde_json::json;

use super::{NONE, Row, SOMEBODY, admin, row};

pub fn rows() -> Vec<Row> {
    vec![
        row(
            "/api/admin/claim/",
            "POST",
            "/api/admin/claim/",
            || json!({ "token": "x" }),
            [401, 401, 403, 403, 403, 403, 403],
        ),
        admin("/api/admin/events/", "GET", "/api/admin/events/", NONE, 200),
        admin("/api/admin/users/", "GET", "/api/admin/users/", NONE, 200),
        admin("/api/admin/users/", "GET", "/api/admin/users/?only=disabled&sort=email", NONE, 200),
        admin("/api/admin/users/", "POST", "/api/admin/users/", NONE, 400),
        admin("/api/admin/users/{user}/", "GET", "/api/admin/users/2/", NONE, 200),
        admin("/api/admin/users/{user}/", "PATCH", "/api/admin/users/2/", NONE, 200),
        admin("/api/admin/users/{user}/", "DELETE", "/api/admin/users/99/", NONE, 404),
        admin("/api/admin/users/{user}/rooms/", "GET", "/api/admin/users/2/rooms/", NONE, 200),
        admin("/api/admin/users/{user}/reset-link/", "POST", "/api/admin/users/2/reset-link/", NONE, 201),
        admin("/api/admin/rooms/", "GET", "/api/admin/rooms/", NONE, 200),
        admin("/api/admin/rooms/{id}/", "PATCH", "/api/admin/rooms/{invite}/", NONE, 200),
        admin("/api/admin/rooms/{id}/", "DELETE", "/api/admin/rooms/{invite}/", NONE, 204),
        admin("/api/admin/calls/", "GET", "/api/admin/calls/", NONE, 200),
        admin("/api/admin/calls/{call}/", "GET", "/api/admin/calls/room99/", NONE, 404),
        admin("/api/admin/calls/{call}/remove/", "POST", "/api/admin/calls/room99/remove/", SOMEBODY, 404),
        admin("/api/admin/calls/{call}/end/", "POST", "/api/admin/calls/room99/end/", NONE, 404),
        admin("/api/admin/invitations/", "GET", "/api/admin/invitations/", NONE, 200),
        admin("/api/admin/invitations/{invitation}/", "DELETE", "/api/admin/invitations/{made}/", NONE, 204),
        admin("/api/admin/audit/", "GET", "/api/admin/audit/", NONE, 200),
        admin("/api/admin/settings/", "GET", "/api/admin/settings/", NONE, 200),
        admin("/api/admin/settings/", "PATCH", "/api/admin/settings/", NONE, 200),
        admin("/api/admin/samples/", "GET", "/api/admin/samples/", NONE, 200),
    ]
}
