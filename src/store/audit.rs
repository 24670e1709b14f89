//! The audit log as those read it who run the server: all of it, or what is of one kind, about one account, or up to some time. In: what
//! is wanted. Out: the statement that finds a page of it, which reads hardly more entries than it shows, however many there are.

use super::{Act, Millis, RoomNumber, UserId};

/// What acts have in common by which they are looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActKind {
    /// What was done to accounts.
    Accounts,
    /// Who may run the server, and how it is set.
    Administration,
    /// What lasts in a room.
    Rooms,
    /// What happens in a call.
    Calls,
}

impl ActKind {
    /// The word in the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Administration => "administration",
            Self::Rooms => "rooms",
            Self::Calls => "calls",
        }
    }

    /// Reads that word.
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Accounts, Self::Administration, Self::Rooms, Self::Calls];
        all.into_iter().find(|known| known.code() == code)
    }
}

/// Which entries of the audit log a list shows, the newest first.
#[derive(Clone, Copy, Default, Debug)]
pub struct AuditQuery {
    /// Of which kind; `None` for all.
    pub kind: Option<ActKind>,
    /// What this account did and what was done to it; `None` for everyone.
    pub account: Option<UserId>,
    /// From before this time.
    pub until: Option<Millis>,
    /// With smaller numbers than this.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u16,
}

/// An entry of the audit log, as administrators see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerAuditEntry {
    /// Its number, rising.
    pub id: i64,
    /// When.
    pub at: Millis,
    /// Who asked; `None` for the command line.
    pub actor: Option<UserId>,
    /// Their name now, while there is such an account.
    pub actor_name: Option<String>,
    /// In which room, where it is about one.
    pub room: Option<RoomNumber>,
    /// That room's title now, while there is such a room.
    pub room_title: Option<String>,
    /// What for, as [`Act::code`] has it.
    pub act: String,
    /// See [`super::NewAuditEntry::subject`].
    pub subject: String,
    /// About which account, where it is about one.
    pub whom: Option<UserId>,
    /// Its name now, while there is such an account.
    pub whom_name: Option<String>,
    /// From where; empty for the command line.
    pub address: String,
}

/// The newest entry from before `$1`.
pub(super) const UNTIL: &str = "SELECT id FROM audit WHERE at < $1 ORDER BY at DESC, id DESC LIMIT 1";

impl AuditQuery {
    /// The page's statement. Parameters: the number that all are below, the limit, the account.
    pub(super) fn page(&self) -> String {
        format!(
            "SELECT a.id, a.at, a.actor, a.room, a.act, a.subject, a.whom, a.address, \
             (SELECT first_name || ' ' || last_name FROM users WHERE id = a.actor), \
             (SELECT first_name || ' ' || last_name FROM users WHERE id = a.whom), \
             (SELECT title FROM rooms WHERE id = a.room) \
             FROM ({}) p CROSS JOIN audit a WHERE a.id = p.id ORDER BY a.id DESC LIMIT $2",
            self.numbers()
        )
    }

    /// Each part is what an index has in the list's own order, so that no part is read further than a page: the entries of each act, and
    /// of an account those that it did and those that were done to it.
    fn numbers(&self) -> String {
        let part = |only: &str| {
            format!("SELECT id FROM (SELECT id FROM audit WHERE {only}id < $1 ORDER BY id DESC LIMIT $2) q")
        };
        let acts = Act::ALL.into_iter().filter(|act| self.kind.is_none_or(|kind| act.kind() == kind));
        let of_act = |who: &str, act: Act| part(&format!("{who}act = '{}' AND ", act.code()));
        match (self.account, self.kind) {
            (None, None) => part(""),
            (None, Some(_)) => acts.map(|act| of_act("", act)).collect::<Vec<_>>().join(" UNION ALL "),
            // What somebody did to themselves is in two parts, and once in the list.
            (Some(_), _) => acts
                .flat_map(|act| ["actor = $3 AND ", "whom = $3 AND "].map(|who| of_act(who, act)))
                .collect::<Vec<_>>()
                .join(" UNION "),
        }
    }
}
