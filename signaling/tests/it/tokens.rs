//! Tokens for coming back, sent over the WebSocket.

use std::time::Duration;

use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use rotunda_signaling::SessionId;
use rotunda_signaling::token::{self, Claims};

use crate::hall::{Hall, START, claims, options};

fn tokens(hall: &Hall, session: SessionId) -> Vec<String> {
    let tokens = hall.client(session).inbox.iter().filter_map(|message| match message {
        Response::RefreshToken(token) => Some(token.clone()),
        _ => None,
    });
    tokens.collect()
}

fn verify(token: &str, after: u64) -> Result<Claims, token::TokenError> {
    let secret = |key: &str| (key == "devkey").then(|| "secret".into());
    token::verify(token, Duration::from_secs(START + after), secret).map(|(claims, _)| claims)
}

fn pass_with_pings(hall: &mut Hall, session: SessionId, seconds: u64) {
    for _ in 0..seconds / 5 {
        hall.send(session, Request::Ping(1));
        hall.pass(Duration::from_secs(5));
    }
}

#[test]
fn a_session_outlives_its_token_and_the_way_back_stays_open() {
    let mut hall = Hall::new();
    let alice = hall.join_as(Claims { exp: START + 30, ..claims("alice") });
    pass_with_pings(&mut hall, alice, 3600);
    assert!(!hall.client(alice).closed);
    let tokens = tokens(&hall, alice);
    // At any moment the last token sent has minutes to live.
    assert!(tokens.len() >= 12, "{}", tokens.len());
    let claims = verify(tokens.last().unwrap(), 3600 + 120).unwrap();
    assert_eq!((&*claims.sub, &*claims.grants().room), ("alice", "hall"));
    assert!(claims.grants().room_join);
    let again = hall.connect(claims, options());
    assert_eq!(hall.client(again).refused, None);
}

#[test]
fn the_first_comes_soon_after_the_join() {
    let mut hall = Hall::new();
    let alice = hall.join_as(Claims { exp: START + 5, ..claims("alice") });
    hall.pass(Duration::from_secs(2));
    let token = tokens(&hall, alice).pop().unwrap();
    assert!(verify(&token, 300).is_ok());
    assert!(verify(&token, 3600).is_err());
}

#[test]
fn a_refreshed_token_allows_no_more_than_the_first() {
    let mut hall = Hall::new();
    let alice = hall.join_as(crate::hall::claims_with("alice", |grants| {
        grants.can_publish = Some(false);
        grants.hidden = true;
    }));
    hall.pass(Duration::from_secs(2));
    let claims = verify(&tokens(&hall, alice)[0], 0).unwrap();
    let grants = claims.grants();
    assert!(grants.can_publish == Some(false) && grants.hidden && !grants.room_admin && !grants.room_create);
}
