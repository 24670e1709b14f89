//! Refresh tokens: 256 random bits that a client keeps and trades in for an access token and a successor. The store has
//! their SHA-256 only; the rules of rotation and reuse are in [`crate::store`].

use std::time::Duration;

use super::opaque;
use crate::store::{Millis, NewSession, Rotation, SessionId, TokenHash};

/// How long a token lives when it is not used.
pub const TOKEN_LIFETIME: Duration = Duration::from_secs(14 * 24 * 3600);
/// How long a session lives, however often its tokens are traded in; after that the password is asked again.
pub const SESSION_LIFETIME: Duration = Duration::from_secs(90 * 24 * 3600);
/// How long a guest's session lives; after that they come in by a link again.
pub const GUEST_LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// For so long a spent token may be presented again, by a client whose answer got lost.
pub const RETRY_WINDOW: Duration = Duration::from_secs(10);

/// A fresh token, as its client gets it.
pub struct RefreshToken(String);

impl RefreshToken {
    /// Draws one.
    pub fn draw() -> Self {
        Self(opaque::draw::<32>())
    }

    /// The text that goes to the client.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the store keeps.
    pub fn hash(&self) -> TokenHash {
        opaque::hash(&self.0)
    }
}

/// The hash of a presented token, or `None` for a text that no token of ours can be.
pub fn presented(token: &str) -> Option<TokenHash> {
    opaque::presented::<32>(token)
}

/// An account's session that begins now with `token`, asked for by `client`.
pub fn new_session(token: &RefreshToken, client: String, now: Millis) -> NewSession {
    session(token, client, now, SESSION_LIFETIME)
}

/// A guest's session that begins now with `token`.
pub fn new_guest_session(token: &RefreshToken, now: Millis) -> NewSession {
    session(token, String::new(), now, GUEST_LIFETIME)
}

fn session(token: &RefreshToken, client: String, now: Millis, lifetime: Duration) -> NewSession {
    NewSession {
        id: SessionId(super::random_hex::<16>()),
        token: token.hash(),
        now,
        token_expires: now.plus(TOKEN_LIFETIME.min(lifetime)),
        session_expires: now.plus(lifetime),
        client,
    }
}

/// The exchange of `spent` for `successor` now.
pub fn rotation(spent: TokenHash, successor: &RefreshToken, now: Millis) -> Rotation {
    Rotation {
        spent,
        successor: successor.hash(),
        now,
        successor_expires: now.plus(TOKEN_LIFETIME),
        retry_since: Millis(now.0.saturating_sub(RETRY_WINDOW.as_millis() as i64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_256_bits_and_never_repeat() {
        let (a, b) = (RefreshToken::draw(), RefreshToken::draw());
        assert_ne!(a.reveal(), b.reveal());
        assert!(presented(a.reveal()) == Some(a.hash()));
        for bad in ["", "x", &"A".repeat(42), &"A".repeat(44), &"+".repeat(43), &"=".repeat(43)] {
            assert!(presented(bad).is_none(), "{bad}");
        }
    }
}
