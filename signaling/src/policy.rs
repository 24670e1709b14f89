//! What the people who run a room have decided about its call, as the room's task knows it.

use serde_json::json;

/// The rules of a stored room's call. Whoever changes them in the store tells the room; the newest version counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoomPolicy {
    /// Rises with every change.
    pub version: i64,
    /// The room's title.
    pub title: String,
    /// Nobody but hosts may come in.
    pub locked: bool,
    /// Only hosts may write in the chat.
    pub chat_disabled: bool,
    /// Only hosts may share a screen.
    pub share_disabled: bool,
    /// Only hosts may unmute their microphones.
    pub unmute_disabled: bool,
    /// What is written in the chat is kept.
    pub keep_chat: bool,
    /// Newcomers knock, and a host lets them in.
    pub waiting_room: bool,
    /// The owner's account.
    pub owner: String,
    /// The co-hosts' accounts.
    pub cohosts: Vec<String>,
    /// The identity of whom everyone is shown large; empty for nobody.
    pub spotlight: String,
    /// How many people may be in the call; hosts always get in.
    pub people_limit: u32,
}

impl RoomPolicy {
    /// Whether the participant of this identity keeps order: the owner or a co-host, on whatever device.
    pub fn is_host(&self, identity: &str) -> bool {
        let account = account_of(identity);
        account == self.owner || self.cohosts.iter().any(|cohost| cohost == account)
    }

    /// What everyone in the call is told, as the metadata of the LiveKit room.
    pub fn metadata(&self) -> String {
        json!({
            "version": self.version,
            "title": self.title,
            "locked": self.locked,
            "chatDisabled": self.chat_disabled,
            "shareDisabled": self.share_disabled,
            "unmuteDisabled": self.unmute_disabled,
            "keepChat": self.keep_chat,
            "waitingRoom": self.waiting_room,
            "owner": self.owner,
            "cohosts": self.cohosts,
            "spotlight": self.spotlight,
        })
        .to_string()
    }
}

/// Whose device an identity names: what stands before its first `:`, or before the `#` of a publish-only session.
pub fn account_of(identity: &str) -> &str {
    identity.split([':', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> RoomPolicy {
        RoomPolicy {
            version: 3,
            title: "Monday \"stand-up\"".into(),
            locked: false,
            chat_disabled: false,
            share_disabled: true,
            unmute_disabled: false,
            keep_chat: true,
            waiting_room: false,
            owner: "7".into(),
            cohosts: vec!["8".into(), "9".into()],
            spotlight: "8:phone".into(),
            people_limit: 100,
        }
    }

    #[test]
    fn hosts_are_known_by_their_account() {
        let policy = policy();
        for host in ["7", "7:laptop", "7#screen", "8:a:b", "9:phone#screen"] {
            assert!(policy.is_host(host), "{host}");
        }
        for other in ["", ":7", "77:laptop", "17:x", "g7:x", "10:7"] {
            assert!(!policy.is_host(other), "{other}");
        }
    }

    #[test]
    fn metadata_is_what_the_app_reads() {
        let told: serde_json::Value = serde_json::from_str(&policy().metadata()).unwrap();
        let expected = json!({
            "version": 3, "title": "Monday \"stand-up\"", "locked": false, "chatDisabled": false, "shareDisabled": true,
            "unmuteDisabled": false, "keepChat": true, "waitingRoom": false, "owner": "7", "cohosts": ["8", "9"],
            "spotlight": "8:phone",
        });
        assert_eq!(told, expected);
    }
}
