//! Who sent a request: its address behind trusted proxies, its account by access token, and whether a page of ours sent it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use super::{Api, ApiError};
use crate::auth::client_name::client_name;
use crate::auth::permissions::Visitor;
use crate::auth::{Account, Login, opaque};
use crate::config::IpNet;
use crate::mail::Language;
use crate::store::{Guest, Millis, TokenHash};

/// The address of the peer of the TCP connection; the listener puts it into every request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The client's address: the peer's, or the one that a trusted proxy names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClientAddress(pub IpAddr);

/// Puts [`ClientAddress`] into the request.
pub async fn resolve_address(State(api): State<Arc<Api>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0.ip());
    let client = client_address(peer, request.headers(), &api.config.trusted_proxy);
    request.extensions_mut().insert(ClientAddress(client));
    next.run(request).await
}

/// Walks `X-Forwarded-For` from its end, where the nearest proxy wrote, to the first address that is no trusted proxy.
/// What stands before that the client itself may have made up.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: IpAddr| trusted.iter().any(|net| net.contains(ip));
    let mut client = peer.to_canonical();
    if !is_trusted(client) {
        return client;
    }
    let forwarded = headers.get_all("x-forwarded-for");
    let hops: Vec<&str> = forwarded.iter().filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(',')).collect();
    for hop in hops.iter().rev() {
        let hop = hop.trim();
        let parsed = hop.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|address| address.ip()));
        let Ok(address) = parsed else { break };
        client = address.to_canonical();
        if !is_trusted(client) {
            break;
        }
    }
    client
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().copied().ok_or(ApiError::Broken)
    }
}

/// The program that asks, in a few words.
pub struct ClientName(pub String);

impl<S: Send + Sync> FromRequestParts<S> for ClientName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self(user_agent.map(client_name).unwrap_or_default()))
    }
}

/// The language of whoever asks.
pub struct Reads(pub Language);

impl<S: Send + Sync> FromRequestParts<S> for Reads {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let accepted = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self(accepted.and_then(Language::accepted).unwrap_or_default()))
    }
}

/// Who asks, if they say so. A token that is not valid is an error, not an anonymous visitor: the client would take the
/// answer for the one that it is entitled to.
pub struct Viewer(pub Option<Account>);

impl FromRequestParts<Arc<Api>> for Viewer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        match login(parts, api)? {
            None => Ok(Self(None)),
            Some(Login::Account(account)) => {
                lives(api, &account).await?;
                Ok(Self(Some(account)))
            }
            Some(Login::Guest(_)) => Err(ApiError::Forbidden("Guests may do this only after a login.")),
        }
    }
}

/// The login behind an access token may have ended since the token was signed: logged out, disabled, deleted.
async fn lives(api: &Api, account: &Account) -> Result<(), ApiError> {
    match api.store.live_session(&account.session, Millis::now()).await? {
        Some(id) if id == account.id => Ok(()),
        _ => Err(ApiError::TokenNotValid),
    }
}

/// The access token of a request, as far as it goes by itself.
pub(super) fn login(parts: &Parts, api: &Api) -> Result<Option<Login>, ApiError> {
    let Some(value) = parts.headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().map_err(|_| ApiError::TokenNotValid)?;
    let (scheme, token) = text.split_once(' ').ok_or(ApiError::TokenNotValid)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(ApiError::TokenNotValid);
    }
    let token = token.trim();
    let from = parts.extensions.get::<ClientAddress>().map(|address| address.0);
    let account = api.access.verify(token).map(|account| Login::Account(Account { from, ..account }));
    account.or_else(|| api.access.verify_guest(token).map(Login::Guest)).map(Some).ok_or(ApiError::TokenNotValid)
}

/// Who asks where guests may: a [`Viewer`], or a guest. Either's session lives.
pub struct Caller {
    login: Option<Login>,
    guest: Option<Guest>,
}

impl Caller {
    /// Somebody whose token says so, and whose session lives.
    pub(super) async fn of(api: &Api, login: Option<Login>) -> Result<Self, ApiError> {
        let guest = match &login {
            Some(Login::Guest(login)) => {
                let guest = api.store.live_guest(&login.session, Millis::now()).await?;
                Some(guest.filter(|guest| guest.id == login.id).ok_or(ApiError::TokenNotValid)?)
            }
            Some(Login::Account(account)) => {
                lives(api, account).await?;
                None
            }
            None => None,
        };
        Ok(Self { login, guest })
    }

    /// As permissions know them.
    pub fn visitor(&self) -> Visitor<'_> {
        match (&self.login, &self.guest) {
            (_, Some(guest)) => Visitor::Guest(guest),
            (Some(Login::Account(account)), _) => Visitor::Account(account.id),
            (Some(Login::Guest(_)) | None, None) => Visitor::Nobody,
        }
    }

    /// Their login.
    pub fn login(self) -> Result<Login, ApiError> {
        self.login.ok_or(ApiError::Unauthorized("This needs a login."))
    }
}

impl FromRequestParts<Arc<Api>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        Self::of(api, login(parts, api)?).await
    }
}

/// Somebody who has logged in.
pub struct LoggedIn(pub Account);

impl FromRequestParts<Arc<Api>> for LoggedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        let Viewer(account) = Viewer::from_request_parts(parts, api).await?;
        account.map(Self).ok_or(ApiError::Unauthorized("This needs a login."))
    }
}

/// The cookie that holds the browser's refresh token.
pub const REFRESH_COOKIE: &str = "rotunda_refresh";

/// How a client keeps its refresh token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Keeping {
    /// In the cookie; the value is what the browser sent.
    Cookie(Option<String>),
    /// In the body.
    Body,
}

impl FromRequestParts<Arc<Api>> for Keeping {
    type Rejection = ApiError;

    /// Our page says `X-Rotunda-Client: web`, which no other site's page can say without asking first. What a cookie
    /// authenticates must also come from an origin of ours.
    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        keeping(parts, api, REFRESH_COOKIE)
    }
}

/// The cookie that holds a guest's refresh token. It has the path of its room, so that a browser may be a guest of several rooms and be
/// logged in besides.
pub const GUEST_COOKIE: &str = "rotunda_guest";

/// [`Keeping`], as a guest.
pub struct GuestKeeping(pub Keeping);

impl FromRequestParts<Arc<Api>> for GuestKeeping {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        keeping(parts, api, GUEST_COOKIE).map(Self)
    }
}

fn keeping(parts: &Parts, api: &Api, name: &str) -> Result<Keeping, ApiError> {
    if parts.headers.get("x-rotunda-client").is_none_or(|value| value.as_bytes() != b"web") {
        return Ok(Keeping::Body);
    }
    if !from_our_page(&parts.headers, api) {
        return Err(ApiError::Forbidden("This request comes from another site."));
    }
    Ok(Keeping::Cookie(cookie(&parts.headers, name)))
}

/// The cookie by which a guest's browser is known again. It opens nothing: it lets a ban be recognised.
pub const DEVICE_COOKIE: &str = "rotunda_device";

/// The device cookie, if the browser has one in the form of ours.
pub struct Device(pub Option<TokenHash>);

impl<S: Send + Sync> FromRequestParts<S> for Device {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self(cookie(&parts.headers, DEVICE_COOKIE).as_deref().and_then(opaque::presented::<32>)))
    }
}

fn cookie(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE);
    cookies.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';')).find_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        (name == wanted).then(|| value.to_owned())
    })
}

/// Whether the headers that scripts cannot set say that a page of ours sent this.
fn from_our_page(headers: &HeaderMap, api: &Api) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none" && !api.config.dev) {
        return false;
    }
    let Some(origin) = text("origin") else { return false };
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    // A page of another site cannot choose the Host that its visitor's browser sends to us.
    let same_host = text("host").is_some_and(|host| host.eq_ignore_ascii_case(authority));
    // In development the page may come from a build tool on another port of this machine.
    let local = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let local_dev = api.config.dev && matches!(local, "localhost" | "127.0.0.1" | "[::1]");
    origin.eq_ignore_ascii_case(&api.public_url.origin())
        || (same_host && (scheme == "https" || scheme == "http"))
        || local_dev
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_addresses_count_behind_trusted_proxies_only() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let trusted = [IpNet::parse("10.0.0.0/8").unwrap(), IpNet::parse("::1").unwrap()];
        let with = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", value.parse().unwrap());
            headers
        };
        for (peer, forwarded, client) in [
            ("203.0.113.1", "198.51.100.1", "203.0.113.1"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
            ("::1", "2001:db8::7", "2001:db8::7"),
            ("10.0.0.1", "rubbish", "10.0.0.1"),
            ("10.0.0.1", "198.51.100.1, rubbish", "10.0.0.1"),
        ] {
            assert_eq!(client_address(ip(peer), &with(forwarded), &trusted), ip(client), "{peer} {forwarded}");
            assert_eq!(client_address(ip(peer), &with(forwarded), &[]), ip(peer).to_canonical());
        }
        assert_eq!(client_address(ip("10.0.0.1"), &HeaderMap::new(), &trusted), ip("10.0.0.1"));
    }
}
