//! Rows and requests, as the rest of the server sees them. Rooms have a file of their own.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::Person;

/// Milliseconds since 1970 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Millis(pub i64);

impl Millis {
    /// The time of the system's clock.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// This much later.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How much later than `earlier` this is; nothing when it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Whole seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

/// An account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UserId(pub i64);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One login: 32 hexadecimal digits, no secret.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SessionId(pub String);

/// SHA-256 of a refresh token, an invitation or a device cookie.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

/// An account's row.
#[derive(Clone, Debug)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The address as it was given.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The argon2id hash, in PHC format.
    pub password_hash: String,
    /// When it was made.
    pub created_on: Millis,
    /// Whether it administers the server.
    pub is_admin: bool,
    /// Whether nobody may log in to it.
    pub disabled: bool,
}

impl User {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The address.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The argon2id hash, in PHC format.
    pub password_hash: String,
    /// Now.
    pub now: Millis,
}

/// What "the same address" means: lower case throughout.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A session to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id, fresh.
    pub id: SessionId,
    /// The hash of its first token.
    pub token: TokenHash,
    /// Now.
    pub now: Millis,
    /// When the token expires.
    pub token_expires: Millis,
    /// When the session expires, however often its tokens are rotated.
    pub session_expires: Millis,
    /// The program that asks for it, in a few words.
    pub client: String,
}

/// The exchange of a refresh token for its successor.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// The token presented.
    pub spent: TokenHash,
    /// Its successor, fresh.
    pub successor: TokenHash,
    /// Now.
    pub now: Millis,
    /// When the successor expires, unless its session does before.
    pub successor_expires: Millis,
    /// A token spent since this time may be presented once more, by a client that never got the answer.
    pub retry_since: Millis,
}

/// How many successors one token may have within its retry window: tabs that start together, answers that got lost.
pub const MAX_SUCCESSORS: i64 = 8;

/// Logins of one account at a time; the one beyond ends the oldest.
pub const MAX_SESSIONS: i64 = 50;

/// Spent generations of tokens that a session remembers, to know a copy when it sees one: three days of one every ten
/// minutes. An older token is refused like one that never was.
pub const MAX_GENERATIONS: i64 = 500;

/// What became of a rotation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rotated {
    /// The successor is valid.
    Fresh {
        /// The session.
        session: SessionId,
        /// Whose it is.
        who: Person,
    },
    /// The token was unknown, expired, or of a session that had ended.
    Refused,
    /// The token had been spent: somebody has a copy. The session has been ended.
    Reused {
        /// The session that ended.
        session: SessionId,
        /// Whose it was.
        who: Person,
    },
}

/// The rule of rotation, the same for every database: what to do with a token found in this state.
pub(super) struct FoundToken {
    /// The token's generation.
    pub(super) generation: i64,
    /// The newest generation of its session.
    pub(super) newest: i64,
    /// When it was spent.
    pub(super) spent_on: Option<i64>,
    /// When it expires.
    pub(super) expires_on: i64,
    /// When its session expires.
    pub(super) session_expires_on: i64,
    /// When its session ended.
    pub(super) ended_on: Option<i64>,
    /// How many tokens there are in the generation after it.
    pub(super) successors: i64,
}

/// What [`FoundToken::judge`] says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// Spend it and everything of its generation, add a successor in the next one.
    Rotate,
    /// Refuse without more.
    Refuse,
    /// End the session.
    Reuse,
}

impl FoundToken {
    /// A spent token may come again within the retry window as long as nobody has gone on from its successors. Anything
    /// else that is spent is a copy in somebody's hands. Siblings count as spent as soon as one of them is, so a copy
    /// made within the window is found out at the next rotation.
    pub(super) fn judge(&self, rotation: &Rotation) -> Verdict {
        let now = rotation.now.0;
        if self.ended_on.is_some() || self.expires_on <= now || self.session_expires_on <= now {
            return Verdict::Refuse;
        }
        match self.spent_on {
            None => Verdict::Rotate,
            Some(spent_on) => {
                let in_window = spent_on >= rotation.retry_since.0;
                let nobody_went_on = self.newest <= self.generation.saturating_add(1);
                if in_window && nobody_went_on {
                    if self.successors < MAX_SUCCESSORS { Verdict::Rotate } else { Verdict::Refuse }
                } else {
                    Verdict::Reuse
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(spent_on: Option<i64>, newest: i64) -> FoundToken {
        FoundToken {
            generation: 3,
            newest,
            spent_on,
            expires_on: 100_000,
            session_expires_on: 100_000,
            ended_on: None,
            successors: 1,
        }
    }

    #[test]
    fn rotation_rule() {
        let rotation = Rotation {
            spent: TokenHash([0; 32]),
            successor: TokenHash([1; 32]),
            now: Millis(20_000),
            successor_expires: Millis(90_000),
            retry_since: Millis(10_000),
        };
        assert_eq!(found(None, 3).judge(&rotation), Verdict::Rotate);
        assert_eq!(found(Some(10_000), 4).judge(&rotation), Verdict::Rotate, "a retry within the window");
        assert_eq!(found(Some(9_999), 4).judge(&rotation), Verdict::Reuse, "after the window");
        assert_eq!(found(Some(19_000), 5).judge(&rotation), Verdict::Reuse, "somebody went on");
        assert_eq!(
            FoundToken { successors: MAX_SUCCESSORS, ..found(Some(19_000), 4) }.judge(&rotation),
            Verdict::Refuse
        );
        assert_eq!(FoundToken { ended_on: Some(1), ..found(None, 3) }.judge(&rotation), Verdict::Refuse);
        assert_eq!(FoundToken { expires_on: 20_000, ..found(None, 3) }.judge(&rotation), Verdict::Refuse);
        assert_eq!(FoundToken { session_expires_on: 20_000, ..found(None, 3) }.judge(&rotation), Verdict::Refuse);
    }
}
