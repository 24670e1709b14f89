//! One participant's signaling over its life: joining → active ⇄ resuming → closed.
//!
//! A lost WebSocket is not a leave: the participant stays in `Resuming`, seen and heard as far as its media goes, until it is
//! replaced by a new session of the same identity, resumed, or given up.

use std::time::Instant;

use crate::io::SessionId;

/// Where a participant's signaling stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Session {
    /// Let in over this WebSocket; the primary transport has not connected yet.
    Joining(SessionId),
    /// The primary transport has connected.
    Active(SessionId),
    /// The WebSocket is lost.
    Resuming {
        /// When it was lost.
        since: Instant,
        /// Whether the primary transport had connected.
        was_active: bool,
    },
    /// Left, or put out.
    Closed,
}

impl Session {
    /// The WebSocket that messages go to, if there is one.
    pub fn socket(self) -> Option<SessionId> {
        match self {
            Self::Joining(session) | Self::Active(session) => Some(session),
            Self::Resuming { .. } | Self::Closed => None,
        }
    }

    /// Whether the primary transport has connected in this session.
    pub fn is_active(self) -> bool {
        match self {
            Self::Active(_) | Self::Resuming { was_active: true, .. } => true,
            Self::Joining(_) | Self::Resuming { was_active: false, .. } | Self::Closed => false,
        }
    }

    /// The primary transport has connected. Says whether that is news.
    pub fn connected(&mut self) -> bool {
        match *self {
            Self::Joining(session) => *self = Self::Active(session),
            Self::Resuming { since, was_active: false } => *self = Self::Resuming { since, was_active: true },
            Self::Active(_) | Self::Resuming { was_active: true, .. } | Self::Closed => return false,
        }
        true
    }

    /// The WebSocket is lost. Says whether that is news.
    pub fn signal_lost(&mut self, now: Instant) -> bool {
        match *self {
            Self::Joining(_) => *self = Self::Resuming { since: now, was_active: false },
            Self::Active(_) => *self = Self::Resuming { since: now, was_active: true },
            Self::Resuming { .. } | Self::Closed => return false,
        }
        true
    }

    /// The client is back over another WebSocket. Returns the WebSocket that it replaces, which a client that changes
    /// networks may leave open behind it.
    ///
    /// # Errors
    /// The session is closed: the client has to join anew.
    pub fn resumed(&mut self, session: SessionId) -> Result<Option<SessionId>, SessionClosed> {
        let replaced = self.socket();
        *self = match *self {
            Self::Joining(_) | Self::Resuming { was_active: false, .. } => Self::Joining(session),
            Self::Active(_) | Self::Resuming { was_active: true, .. } => Self::Active(session),
            Self::Closed => return Err(SessionClosed),
        };
        Ok(replaced)
    }
}

/// A session that has ended cannot be resumed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the session is closed")]
pub struct SessionClosed;

#[cfg(test)]
#[allow(clippy::disallowed_methods)] // an Instant to compare with
mod tests {
    use super::*;

    #[test]
    fn a_session_joins_loses_its_socket_and_comes_back() {
        let now = Instant::now();
        let mut session = Session::Joining(SessionId(1));
        assert!(session.connected() && !session.connected());
        assert_eq!(session, Session::Active(SessionId(1)));
        assert!(session.signal_lost(now) && !session.signal_lost(now));
        assert!(session.is_active() && session.socket().is_none());
        assert_eq!(session.resumed(SessionId(2)), Ok(None));
        assert_eq!(session.resumed(SessionId(3)), Ok(Some(SessionId(2))));
        assert_eq!(session, Session::Active(SessionId(3)));
    }

    #[test]
    fn media_may_connect_while_the_socket_is_lost() {
        let mut session = Session::Joining(SessionId(1));
        session.signal_lost(Instant::now());
        assert!(session.connected());
        assert_eq!(session.resumed(SessionId(2)), Ok(None));
        assert_eq!(session, Session::Active(SessionId(2)));
    }

    #[test]
    fn nothing_leaves_closed() {
        let mut session = Session::Closed;
        assert!(!session.connected() && !session.signal_lost(Instant::now()));
        assert_eq!(session.resumed(SessionId(2)), Err(SessionClosed));
    }
}
