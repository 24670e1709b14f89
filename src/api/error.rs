//! The one error type of the API, and what it looks like outside: `{field: [message]}` for a form, `{detail: message}` for
//! everything else. No text from a database or a library ever gets out.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::auth::password::HashError;
use crate::store::StoreError;

/// Messages by the field's name in JSON.
pub type FieldErrors = BTreeMap<String, Vec<String>>;

/// Why a request was not served.
#[derive(Debug)]
pub enum ApiError {
    /// 400 with messages by field.
    Fields(FieldErrors),
    /// 400 for a request that cannot be read at all.
    Malformed(&'static str),
    /// 401; the text says what to do.
    Unauthorized(&'static str),
    /// 401 for a token that was sent and is not valid.
    TokenNotValid,
    /// 403.
    Forbidden(&'static str),
    /// 403: an administrator has disabled the account.
    AccountDisabled,
    /// 403: the server would have no administrator any more.
    LastAdministrator,
    /// 403: a link that works once has been used, is too old, or never was.
    LinkNotValid,
    /// 403: this is for those who run the server.
    NotAnAdministrator,
    /// 403: nobody makes an account for themselves.
    RegistrationClosed,
    /// 403: an account is made by whoever has an invitation.
    RegistrationByInvitation,
    /// 403: the server sends no mail.
    MailNotConfigured,
    /// 403: the room is locked.
    RoomLocked,
    /// 403: this account is banned from the room.
    Banned,
    /// 403: as many people are in the room's call as may be.
    RoomFull,
    /// 403: the room is entered by an invitation.
    InvitationNeeded,
    /// 403: the room has no such invitation, or it is expired or used up.
    InvitationInvalid,
    /// 403: a host has to let them in; with a ticket for the room's events.
    Waiting {
        /// With which to listen for the answer.
        ticket: String,
        /// Whether a host is in the call.
        host_present: bool,
    },
    /// 403: a host does not let them in; when they may ask again.
    KnockRefused(Duration),
    /// 409: another host has decided otherwise, or who knocked waits no longer.
    KnockDecided,
    /// 403: the room takes nobody without an account.
    GuestsNotAllowed,
    /// 409: somebody else has changed it since the version that the change was made for.
    VersionConflict,
    /// 404.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 413.
    TooLarge,
    /// 415.
    UnsupportedMediaType,
    /// 429, and when to come again.
    Throttled(Duration),
    /// 503: the same request may work later.
    Unavailable(&'static str),
    /// 500: a defect of ours.
    Broken,
}

impl ApiError {
    /// One message for one field.
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        Self::Fields(BTreeMap::from([(name.to_owned(), vec![message.into()])]))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::EmailTaken => Self::field("email", "An account with this email address exists already."),
            StoreError::NoSuchUser => Self::TokenNotValid,
            StoreError::LastAdministrator => Self::LastAdministrator,
            StoreError::TooManyRooms => {
                Self::Forbidden("You have as many rooms as one account may have. Delete some that you do not need.")
            }
            StoreError::TooManyBans => {
                Self::Forbidden("The room has as many bans as one room may have. Lift some that are not needed.")
            }
            StoreError::TooManyRoles => {
                Self::Forbidden("The room has as many co-hosts and participants as one room may have.")
            }
            StoreError::TooManyInvitations => Self::Forbidden(
                "The room has as many invitations as one room may have. Revoke some that are not needed.",
            ),
            StoreError::TooManyGuests => Self::Unavailable("The room has as many guests as one room may have."),
            StoreError::TooManyKnocks => {
                Self::Unavailable("Too many people wait already. Try again in a little while.")
            }
            StoreError::VersionConflict => Self::VersionConflict,
            StoreError::Unavailable(_)
            | StoreError::SchemaTooNew { .. }
            | StoreError::SchemaTooOld { .. }
            | StoreError::Migration(_)
            | StoreError::NotEmpty
            | StoreError::Incomplete => {
                tracing::warn!(%error, "the database did not answer a request");
                Self::Unavailable("The server's database is not available at the moment. Try again in a little while.")
            }
        }
    }
}

impl From<HashError> for ApiError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Unavailable("The server is very busy at the moment. Try again in a few seconds."),
            HashError::Failed => {
                tracing::error!("a password could not be hashed");
                Self::Broken
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let answer = |status: StatusCode, detail: &str, code: &str| {
            (status, axum::Json(json!({ "detail": detail, "code": code }))).into_response()
        };
        match self {
            Self::Fields(fields) => (StatusCode::BAD_REQUEST, axum::Json(fields)).into_response(),
            Self::Malformed(detail) => answer(StatusCode::BAD_REQUEST, detail, "malformed"),
            Self::Unauthorized(detail) => challenge(answer(StatusCode::UNAUTHORIZED, detail, "not_authenticated")),
            Self::TokenNotValid => {
                let detail = "The token is not valid, or not any more.";
                challenge(answer(StatusCode::UNAUTHORIZED, detail, "token_not_valid"))
            }
            Self::Forbidden(detail) => answer(StatusCode::FORBIDDEN, detail, "forbidden"),
            Self::AccountDisabled => {
                answer(StatusCode::FORBIDDEN, "An administrator has disabled this account.", "account_disabled")
            }
            Self::LastAdministrator => {
                let detail = "This is the server's only administrator. Make somebody else one first.";
                answer(StatusCode::FORBIDDEN, detail, "last_administrator")
            }
            Self::LinkNotValid => {
                answer(StatusCode::FORBIDDEN, "This link is not valid, or not any more.", "link_not_valid")
            }
            Self::NotAnAdministrator => {
                answer(StatusCode::FORBIDDEN, "This is for the server's administrators.", "not_an_administrator")
            }
            Self::RegistrationClosed => {
                let detail = "Accounts on this server are made by its administrators.";
                answer(StatusCode::FORBIDDEN, detail, "registration_closed")
            }
            Self::RegistrationByInvitation => {
                let detail = "An account on this server needs an invitation to a room.";
                answer(StatusCode::FORBIDDEN, detail, "registration_by_invitation")
            }
            Self::MailNotConfigured => {
                let detail = "This server sends no mail. Ask an administrator for a link to a new password.";
                answer(StatusCode::FORBIDDEN, detail, "mail_not_configured")
            }
            Self::RoomLocked => answer(StatusCode::FORBIDDEN, "The room is locked.", "room_locked"),
            Self::Banned => answer(StatusCode::FORBIDDEN, "You are banned from this room.", "banned"),
            Self::RoomFull => answer(StatusCode::FORBIDDEN, "The room is full.", "room_full"),
            Self::InvitationNeeded => {
                answer(StatusCode::FORBIDDEN, "This room is entered by an invitation.", "invitation_needed")
            }
            Self::InvitationInvalid => {
                let detail = "This invitation is not valid, or not any more.";
                answer(StatusCode::FORBIDDEN, detail, "invitation_invalid")
            }
            Self::Waiting { ticket, host_present } => {
                let body = json!({
                    "detail": "A host of this room lets people in. They have been told.",
                    "code": "waiting",
                    "ticket": ticket,
                    "hostPresent": host_present,
                });
                (StatusCode::FORBIDDEN, axum::Json(body)).into_response()
            }
            Self::KnockRefused(wait) => {
                let seconds = wait.as_millis().div_ceil(1000).max(1);
                let refused = answer(StatusCode::FORBIDDEN, "A host of this room did not let you in.", "refused");
                retry_after(refused, &seconds.to_string())
            }
            Self::KnockDecided => {
                answer(StatusCode::CONFLICT, "This has been decided already, or they wait no longer.", "knock_decided")
            }
            Self::GuestsNotAllowed => {
                answer(StatusCode::FORBIDDEN, "This room is for people with an account.", "guests_not_allowed")
            }
            Self::VersionConflict => {
                answer(StatusCode::CONFLICT, "Somebody else has changed this meanwhile.", "version_conflict")
            }
            Self::NotFound => answer(StatusCode::NOT_FOUND, "There is nothing here.", "not_found"),
            Self::MethodNotAllowed => {
                answer(StatusCode::METHOD_NOT_ALLOWED, "This address does not take that method.", "method_not_allowed")
            }
            Self::TooLarge => {
                let detail = format!("The body is too large: at most {} bytes.", super::MAX_BODY);
                answer(StatusCode::PAYLOAD_TOO_LARGE, &detail, "too_large")
            }
            Self::UnsupportedMediaType => answer(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body must be JSON, and Content-Type application/json.",
                "unsupported_media_type",
            ),
            Self::Throttled(wait) => {
                let seconds = wait.as_millis().div_ceil(1000).max(1);
                let detail = format!("Too many tries. Try again in {seconds} s.");
                retry_after(answer(StatusCode::TOO_MANY_REQUESTS, &detail, "throttled"), &seconds.to_string())
            }
            Self::Unavailable(detail) => {
                retry_after(answer(StatusCode::SERVICE_UNAVAILABLE, detail, "unavailable"), "2")
            }
            Self::Broken => {
                let detail = "Something is wrong on the server's side. It has been logged.";
                answer(StatusCode::INTERNAL_SERVER_ERROR, detail, "internal")
            }
        }
    }
}

fn challenge(mut response: Response) -> Response {
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

fn retry_after(mut response: Response, seconds: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(seconds) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}
