//! Accounts, as administrators see and change them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{About, Administrator, Wanted, events, record};
use crate::api::account::{self, bury, email, sign_out};
use crate::api::body::{Fields, Text, is_email};
use crate::api::client::Reads;
use crate::api::password_reset::{LINK_LIFETIME, make_link};
use crate::api::rooms::{PathId, Queries, time};
use crate::api::users::MAX_NAME;
use crate::api::{Api, ApiError, Shared};
use crate::auth::Account;
use crate::store::{AccountEdit, Act, ListedUser, Millis, NewUser, User, UserFilter, UserId, UserOrder, UserQuery};

/// In the place of a password's hash: no password has it.
const NO_PASSWORD: &str = "!";

fn view(user: &User) -> Value {
    let mut view = account::view(user);
    if let Some(view) = view.as_object_mut() {
        view.insert("disabled".to_owned(), user.disabled.into());
    }
    view
}

fn listed(listed: &ListedUser) -> Value {
    let mut view = view(&listed.user);
    if let Some(view) = view.as_object_mut() {
        view.insert("rooms".to_owned(), listed.rooms.into());
        view.insert("seenOn".to_owned(), listed.seen_on.map(time).into());
    }
    view
}

/// Where a page ends, as text for the next one: what the list is sorted by, and the account.
fn cursor(order: &UserOrder, last: &ListedUser) -> String {
    let key = match order {
        UserOrder::Newest(_) => "",
        UserOrder::Name(_) => &last.name_key,
        UserOrder::Email(_) => &last.user.email,
    };
    URL_SAFE_NO_PAD.encode(json!([key, last.user.id.0]).to_string())
}

fn order(sort: Option<&str>, after: Option<&str>) -> Result<UserOrder, ApiError> {
    let wrong = || ApiError::field("after", "What a page before had as `next`.");
    let after: Option<(String, i64)> = match after {
        Some(text) => {
            let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
            let after: (String, i64) = serde_json::from_slice(&json).map_err(|_| wrong())?;
            if after.0.contains('\0') {
                return Err(wrong());
            }
            Some(after)
        }
        None => None,
    };
    match sort {
        None | Some("newest") => Ok(UserOrder::Newest(after.map(|(_, id)| UserId(id)))),
        Some("name") => Ok(UserOrder::Name(after.map(|(name, id)| (name, UserId(id))))),
        Some("email") => Ok(UserOrder::Email(after.map(|(email, _)| crate::store::email_key(&email)))),
        Some(_) => Err(ApiError::field("sort", "newest, name or email.")),
    }
}

fn filter(only: Option<&str>) -> Result<Option<UserFilter>, ApiError> {
    match only {
        None => Ok(None),
        Some("administrators") => Ok(Some(UserFilter::Administrators)),
        Some("disabled") => Ok(Some(UserFilter::Disabled)),
        Some(_) => Err(ApiError::field("only", "administrators or disabled.")),
    }
}

/// `GET /api/admin/users/?search=&only=&sort=&after=&limit=`
pub async fn list(State(api): Shared, _: Administrator, query: Queries) -> Result<Json<Value>, ApiError> {
    let mut wanted = Wanted::read(query)?;
    let (sort, after) = (wanted.text("sort"), wanted.text("after"));
    let order = order(sort.as_deref(), after.as_deref())?;
    let only = filter(wanted.text("only").as_deref())?;
    let query = UserQuery { only, search: wanted.search()?, order: order.clone(), limit: wanted.and_one() };
    let (users, more) = wanted.page(api.store.users(&query).await?);
    let next = users.last().filter(|_| more).map(|last| cursor(&order, last));
    Ok(Json(json!({ "users": users.iter().map(listed).collect::<Vec<_>>(), "next": next })))
}

/// The account that a path names.
async fn named(api: &Api, user: PathId) -> Result<User, ApiError> {
    let Path(user) = user.map_err(|_| ApiError::NotFound)?;
    let user = user.parse().map(UserId).map_err(|_| ApiError::NotFound)?;
    api.store.user(user).await?.ok_or(ApiError::NotFound)
}

/// `GET /api/admin/users/{user}/`
pub async fn read(State(api): Shared, _: Administrator, user: PathId) -> Result<Json<Value>, ApiError> {
    Ok(Json(view(&named(&api, user).await?)))
}

/// `GET /api/admin/users/{user}/rooms/`: the rooms that go when the account goes, the oldest first.
pub async fn rooms(State(api): Shared, _: Administrator, user: PathId) -> Result<Json<Value>, ApiError> {
    let user = named(&api, user).await?;
    Ok(Json(account::brief(&api.store.rooms_of(user.id).await?)))
}

/// `POST /api/admin/users/` with `{email, firstName, lastName, isAdmin}`: the account has no password, and the answer brings the link with
/// which its owner sets one.
pub async fn add(
    State(api): Shared,
    Administrator(account): Administrator,
    mut fields: Fields,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let email = fields.required("email", Text::line(254));
    if email.as_ref().is_some_and(|email| !is_email(email)) {
        fields.complain("email", "This is not a valid email address.");
    }
    let (first_name, last_name) = (fields.name("firstName", MAX_NAME), fields.name("lastName", MAX_NAME));
    let is_admin = fields.flag("isAdmin").unwrap_or(false);
    let (true, Some(email), Some(first_name), Some(last_name)) = (fields.is_clean(), email, first_name, last_name)
    else {
        return Err(fields.into_error());
    };
    if api.store.user_by_email(&email).await?.is_some() {
        return Err(crate::store::StoreError::EmailTaken.into());
    }
    record(&api, &account, Act::AddUser, About { subject: email.clone(), ..About::default() }).await?;
    let now = Millis::now();
    let new = NewUser { email, first_name, last_name, password_hash: NO_PASSWORD.to_owned(), now };
    let mut user = api.store.add_user(new).await?;
    if is_admin {
        user = set_administrator(&api, &account, user.id, true).await?;
    }
    let mut answer = view(&user);
    with_link(&api, &user, &mut answer).await?;
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Puts a fresh link to a new password into an answer.
async fn with_link(api: &Api, user: &User, answer: &mut Value) -> Result<(), ApiError> {
    let now = Millis::now();
    let link = make_link(&*api.store, &api.public_url, user.id, now).await?;
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("link".to_owned(), link.into());
        answer.insert("linkExpiresOn".to_owned(), time(now.plus(LINK_LIFETIME)).into());
    }
    Ok(())
}

async fn set_administrator(api: &Api, account: &Account, user: UserId, is_admin: bool) -> Result<User, ApiError> {
    let act = if is_admin { Act::Grant } else { Act::Demote };
    record(api, account, act, About { whom: Some(user), ..About::default() }).await?;
    let changed = api.store.set_administrator(user, is_admin).await?.ok_or(ApiError::NotFound)?;
    if !is_admin {
        events::end(api, user, "not_an_administrator");
    }
    Ok(changed)
}

/// `PATCH /api/admin/users/{user}/` with `{email, firstName, lastName, isAdmin, disabled}`, each optional. An account that is disabled loses
/// its logins, and leaves the calls that it is in.
pub async fn edit(
    State(api): Shared,
    Administrator(account): Administrator,
    Reads(language): Reads,
    user: PathId,
    mut fields: Fields,
) -> Result<Json<Value>, ApiError> {
    let mut user = named(&api, user).await?;
    let edit = AccountEdit {
        email: email(&mut fields).filter(|email| *email != user.email),
        first_name: fields.optional_name("firstName", MAX_NAME),
        last_name: fields.optional_name("lastName", MAX_NAME),
    };
    let (is_admin, disabled) = (fields.flag("isAdmin"), fields.flag("disabled"));
    if !fields.is_clean() {
        return Err(fields.into_error());
    }
    if edit != AccountEdit::default() {
        let parts = [("email", &edit.email), ("firstName", &edit.first_name), ("lastName", &edit.last_name)];
        let parts: Vec<&str> = parts.iter().filter(|(_, part)| part.is_some()).map(|(name, _)| *name).collect();
        record(&api, &account, Act::EditUser, About { whom: Some(user.id), subject: parts.join(" "), room: None })
            .await?;
        let edited = api.store.edit_account(user.id, edit).await?.ok_or(ApiError::NotFound)?;
        account::tell_moved(&api, user, &edited, language);
        user = edited;
    }
    if let Some(is_admin) = is_admin.filter(|is_admin| *is_admin != user.is_admin) {
        user = set_administrator(&api, &account, user.id, is_admin).await?;
    }
    if let Some(disabled) = disabled.filter(|disabled| *disabled != user.disabled) {
        let act = if disabled { Act::Disable } else { Act::Enable };
        record(&api, &account, act, About { whom: Some(user.id), ..About::default() }).await?;
        let changed = api.store.set_disabled(user.id, disabled, Millis::now()).await?;
        let (changed, ended) = changed.ok_or(ApiError::NotFound)?;
        user = changed;
        if disabled {
            events::end(&api, user.id, "account_disabled");
        }
        sign_out(&api, &ended);
        if disabled {
            api.calls.disconnect_account(user.id);
        }
    }
    Ok(Json(view(&user)))
}

/// `DELETE /api/admin/users/{user}/`: with its rooms, the calls that run in them, and what it wrote.
pub async fn delete(
    State(api): Shared,
    Administrator(account): Administrator,
    user: PathId,
) -> Result<StatusCode, ApiError> {
    let user = named(&api, user).await?;
    let about = About { whom: Some(user.id), subject: user.email, room: None };
    record(&api, &account, Act::DeleteUser, about).await?;
    let gone = api.store.delete_user(user.id).await?.ok_or(ApiError::NotFound)?;
    events::end(&api, user.id, "account_deleted");
    bury(&api, user.id, &gone);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/admin/users/{user}/reset-link/`: a link to a new password, shown this once.
pub async fn reset_link(
    State(api): Shared,
    Administrator(account): Administrator,
    user: PathId,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let user = named(&api, user).await?;
    if user.disabled {
        return Err(ApiError::AccountDisabled);
    }
    record(&api, &account, Act::ResetLink, About { whom: Some(user.id), ..About::default() }).await?;
    let mut answer = json!({});
    with_link(&api, &user, &mut answer).await?;
    Ok((StatusCode::CREATED, Json(answer)))
}
