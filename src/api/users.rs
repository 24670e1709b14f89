//! Making an account.

use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::body::{Fields, Text, is_email};
use super::client::{ClientAddress, ClientName, Keeping};
use super::invitations::{self, MAX_INVITATION};
use super::tokens::{Grant, Jar, answer_with};
use super::{ApiError, Shared};
use crate::auth::password::MAX_CHARS;
use crate::auth::throttle::{Costly, network};
use crate::auth::{Account, refresh};
use crate::store::{Millis, NewUser, Registration};

/// The longest first or last name, or name of a guest, in characters.
pub(super) const MAX_NAME: usize = 150;

/// `POST /api/user/create/`; where accounts are made by invitation, `invitation` is the token of one to a room.
pub async fn create(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    keeping: Keeping,
    ClientName(client): ClientName,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    api.throttle.take(Costly::Register, network(from), Instant::now()).map_err(ApiError::Throttled)?;
    let settings = api.store.server_settings().await?;
    if settings.registration == Registration::Closed {
        return Err(ApiError::RegistrationClosed);
    }
    fields.null_is_absent("invitation");
    let invitation = fields.optional("invitation", Text::line(MAX_INVITATION));
    if settings.registration == Registration::ByInvitation {
        let invitation = invitation.ok_or(ApiError::RegistrationByInvitation)?;
        // It is used when they come into its room.
        if !api.store.is_good_invitation(invitations::presented(&invitation)?, Millis::now()).await? {
            return Err(ApiError::InvitationInvalid);
        }
    }
    let email = fields.required("email", Text::line(254));
    let first_name = fields.name("firstName", MAX_NAME);
    let last_name = fields.name("lastName", MAX_NAME);
    let password = fields.required("password", Text { trim: false, ..Text::line(MAX_CHARS) });
    if email.as_ref().is_some_and(|email| !is_email(email)) {
        fields.complain("email", "This is not a valid email address.");
    }
    if let Some(password) = &password {
        let personal = [&email, &first_name, &last_name].into_iter().flatten().cloned().collect();
        for complaint in api.passwords.complaints(password, personal).await? {
            fields.complain("password", complaint);
        }
    }
    if let (true, Some(email)) = (fields.is_clean(), &email)
        && api.store.user_by_email(email).await?.is_some()
    {
        return Err(crate::store::StoreError::EmailTaken.into());
    }
    let (true, Some(email), Some(first_name), Some(last_name), Some(password)) =
        (fields.is_clean(), email, first_name, last_name, password)
    else {
        return Err(fields.into_error());
    };

    let password_hash = api.passwords.hash(password).await?;
    let now = Millis::now();
    let token = refresh::RefreshToken::draw();
    let session = refresh::new_session(&token, client, now);
    let session_id = session.id.clone();
    let user = api.store.create_user(NewUser { email, first_name, last_name, password_hash, now }, session).await?;
    tracing::info!(account = user.id.0, "account made");
    let account = Account::of(&user, session_id);
    let access = api.access.mint(&account, now).ok_or(ApiError::Broken)?;
    answer_with(
        &api,
        &keeping,
        &Jar::account(),
        StatusCode::CREATED,
        Grant { access, refresh: token },
        |tokens| json!({ "email": user.email, "firstName": user.first_name, "lastName": user.last_name, "tokens": tokens }),
    )
}
