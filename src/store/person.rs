//! Who can be in a room: somebody with an account, or a guest.

use std::fmt;

use super::UserId;

/// Somebody without an account: `g` and 32 hexadecimal digits, fresh for each.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GuestId(pub String);

impl GuestId {
    /// Reads one; anything else names no guest.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('g')?;
        let good = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        good.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for GuestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Somebody who can be in a room.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Person {
    /// With an account.
    Account(UserId),
    /// Without.
    Guest(GuestId),
}

impl Person {
    /// The account, if they have one.
    pub fn account(&self) -> Option<UserId> {
        match self {
            Self::Account(user) => Some(*user),
            Self::Guest(_) => None,
        }
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(user) => user.fmt(f),
            Self::Guest(guest) => guest.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guest_ids() {
        let id = format!("g{}", "0f".repeat(16));
        assert_eq!(GuestId::parse(&id).unwrap().to_string(), id);
        let capitals = id.to_uppercase();
        let long = format!("{id}0");
        for bad in ["", "g", "7", "g7", &id[1..], &capitals, &long, "gé"] {
            assert_eq!(GuestId::parse(bad), None, "{bad}");
        }
    }
}
