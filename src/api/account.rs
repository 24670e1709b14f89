//! One's own account: reading and changing it, its password, and its end. Whatever would let somebody else take it over asks for the
//! password, slowed like a login.

use std::net::IpAddr;
use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::body::{Fields, Text, is_email};
use super::client::{ClientAddress, Keeping, LoggedIn, Reads};
use super::rooms::time;
use super::tokens::Jar;
use super::users::MAX_NAME;
use super::{Api, ApiError, Shared};
use crate::auth::Account;
use crate::auth::password::MAX_CHARS;
use crate::auth::throttle::Costly;
use crate::mail::{Language, Letter, Mail};
use crate::store::{AccountEdit, DeletedUser, Millis, PasswordChange, Room, SessionId, User, UserId, email_key};

pub(super) const PASSWORD: Text = Text { trim: false, ..Text::line(MAX_CHARS) };

/// An account as its owner sees it.
pub(super) fn view(user: &User) -> Value {
    json!({
        "id": user.id.0,
        "email": user.email,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "createdOn": time(user.created_on),
        "isAdmin": user.is_admin,
    })
}

/// The row of whoever asks.
pub(super) async fn own(api: &Api, account: &Account) -> Result<User, ApiError> {
    api.store.user(account.id).await?.ok_or(ApiError::TokenNotValid)
}

/// `GET /api/user/`
pub async fn read(State(api): Shared, LoggedIn(account): LoggedIn) -> Result<Json<Value>, ApiError> {
    Ok(Json(view(&own(&api, &account).await?)))
}

/// `GET /api/user/rooms/`: the rooms that one owns, and that go when one goes, the oldest first.
pub async fn rooms(State(api): Shared, LoggedIn(account): LoggedIn) -> Result<Json<Value>, ApiError> {
    Ok(Json(brief(&api.store.rooms_of(account.id).await?)))
}

/// Rooms by their names.
pub(super) fn brief(rooms: &[Room]) -> Value {
    rooms.iter().map(|room| json!({ "id": room.id.0, "roomId": room.room_id(), "title": room.title })).collect()
}

/// `PATCH /api/user/` with `{firstName, lastName, email, password}`, each optional; another address asks for the password. The answer
/// brings an access token with the new name.
pub async fn edit(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    LoggedIn(account): LoggedIn,
    Reads(language): Reads,
    mut fields: Fields,
) -> Result<Json<Value>, ApiError> {
    api.throttle.take(Costly::Account, account.id, Instant::now()).map_err(ApiError::Throttled)?;
    let before = own(&api, &account).await?;
    let edit = AccountEdit {
        email: email(&mut fields).filter(|email| *email != before.email),
        first_name: fields.optional_name("firstName", MAX_NAME),
        last_name: fields.optional_name("lastName", MAX_NAME),
    };
    let password = match edit.email {
        Some(_) => fields.required("password", PASSWORD),
        None => None,
    };
    if !fields.is_clean() {
        return Err(fields.into_error());
    }
    if let Some(password) = password {
        confirm(&api, &before, from, password, "password").await?;
    }
    let user = api.store.edit_account(before.id, edit).await?.ok_or(ApiError::TokenNotValid)?;
    tell_moved(&api, before, &user, language);
    let access = api.access.mint(&Account::of(&user, account.session), Millis::now()).ok_or(ApiError::Broken)?;
    let mut answer = view(&user);
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("access".to_owned(), access.into());
    }
    Ok(Json(answer))
}

/// Writes to the address that an account had, when it has another: should it be a thief who changed it, its owner hears of it.
pub(super) fn tell_moved(api: &Api, before: User, after: &User, language: Language) {
    let Some(mailer) = api.mailer.as_ref().filter(|_| email_key(&before.email) != email_key(&after.email)) else {
        return;
    };
    let (subject, text) = Letter::Moved.write(language, &before.first_name, &api.public_url.origin());
    match mailer.send(Mail { to: before.email, subject, text }) {
        Ok(()) => tracing::info!(account = after.id.0, "word of another address is on its way to the one before"),
        Err(error) => tracing::warn!(%error, account = after.id.0, "word of another address could not be sent"),
    }
}

/// An address of a form, if it is there; a wrong one has been noted.
pub(super) fn email(fields: &mut Fields) -> Option<String> {
    let email = fields.optional("email", Text::line(254))?;
    if !is_email(&email) {
        fields.complain("email", "This is not a valid email address.");
        return None;
    }
    Some(email)
}

/// `POST /api/user/password/` with `{password, newPassword}`: all other logins end.
pub async fn change_password(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    LoggedIn(account): LoggedIn,
    mut fields: Fields,
) -> Result<StatusCode, ApiError> {
    api.throttle.take(Costly::Account, account.id, Instant::now()).map_err(ApiError::Throttled)?;
    let user = own(&api, &account).await?;
    let password = fields.required("password", PASSWORD);
    let new = new_password(&api, &mut fields, "newPassword", &user).await?;
    let (true, Some(password), Some(new)) = (fields.is_clean(), password, new) else {
        return Err(fields.into_error());
    };
    confirm(&api, &user, from, password, "password").await?;
    let new_hash = api.passwords.hash(new).await?;
    let (old_hash, keep) = (user.password_hash, account.session);
    let change = PasswordChange { user: user.id, old_hash, new_hash, keep, now: Millis::now() };
    let ended = api.store.change_password(change).await?.ok_or(ApiError::TokenNotValid)?;
    tracing::info!(account = user.id.0, ended = ended.len(), "a password was changed");
    sign_out(&api, &ended);
    Ok(StatusCode::NO_CONTENT)
}

/// A new password that keeps to the rules, or what is wrong with it has been noted.
pub(super) async fn new_password(
    api: &Api,
    fields: &mut Fields,
    name: &str,
    user: &User,
) -> Result<Option<String>, ApiError> {
    let Some(password) = fields.required(name, PASSWORD) else { return Ok(None) };
    let personal = vec![user.email.clone(), user.first_name.clone(), user.last_name.clone()];
    let complaints = api.passwords.complaints(&password, personal).await?;
    let fine = complaints.is_empty();
    for complaint in complaints {
        fields.complain(name, complaint);
    }
    Ok(fine.then_some(password))
}

/// `POST /api/user/delete/` with `{password}`: the account, its rooms with the calls that run in them, and what it wrote are gone.
pub async fn delete(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    LoggedIn(account): LoggedIn,
    keeping: Keeping,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    api.throttle.take(Costly::Account, account.id, Instant::now()).map_err(ApiError::Throttled)?;
    let Some(password) = fields.required("password", PASSWORD) else { return Err(fields.into_error()) };
    let user = own(&api, &account).await?;
    confirm(&api, &user, from, password, "password").await?;
    let gone = api.store.delete_user(user.id).await?.ok_or(ApiError::TokenNotValid)?;
    tracing::info!(account = user.id.0, rooms = gone.rooms.len(), "an account was deleted by its owner");
    bury(&api, user.id, &gone);
    let mut response = StatusCode::NO_CONTENT.into_response();
    if matches!(keeping, Keeping::Cookie(_)) {
        response.headers_mut().append(header::SET_COOKIE, Jar::account().emptied(&api)?);
    }
    Ok(response)
}

/// Ends what still runs of an account that is no more.
pub(super) fn bury(api: &Api, user: UserId, gone: &DeletedUser) {
    for room in &gone.rooms {
        api.calls.close_room(&room.room_id());
        api.events.end_room(room.id);
    }
    sign_out(api, &gone.sessions);
    api.calls.disconnect_account(user);
}

/// Ends what still runs of logins that have ended.
pub(super) fn sign_out(api: &Api, sessions: &[SessionId]) {
    for session in sessions {
        api.calls.disconnect_session(session);
        api.events.end_session(session);
    }
}

/// Whether somebody who is logged in knows the password, too. Guesses count as guesses at the login do.
async fn confirm(api: &Api, user: &User, from: IpAddr, password: String, field: &str) -> Result<(), ApiError> {
    let name = email_key(&user.email);
    api.throttle.login_begins(&name, from, Instant::now()).map_err(ApiError::Throttled)?;
    let right = api.passwords.verify(password, Some(user.password_hash.clone())).await;
    let right = right.inspect_err(|_| api.throttle.login_undecided(&name, from))?;
    if !right {
        return Err(ApiError::field(field, "This is not your password."));
    }
    api.throttle.login_succeeded(&name, from);
    Ok(())
}
