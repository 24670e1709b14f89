//! What goes into a room and what comes out of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use livekit_protocol::{DisconnectReason, SignalRequest, SignalResponse, leave_request};
use rotunda_sfu::command::Command;
use rotunda_sfu::event::{Event, TransportFailure};
use rotunda_sfu::params::{MediaKind, SrtpProfile};

use crate::connect::{Connect, Refusal};
use crate::policy::RoomPolicy;

/// One WebSocket, named by the shell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SessionId(pub u64);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What a room is told.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // requests are what most inputs are; a box for each would cost more than it saves
pub enum Input {
    /// A client asks to be let in. Answered at once: the first output for its session is [`Output::Send`] (a join response,
    /// or for a resume that cannot be a leave request followed by [`Output::Close`]) or [`Output::Refuse`].
    Connect(Box<Connect>),
    /// A request of a client that was let in.
    Message {
        /// From whom.
        session: SessionId,
        /// The request, as [`crate::wire`] read it.
        request: SignalRequest,
    },
    /// The WebSocket is gone, whoever closed it.
    Disconnected {
        /// Whose.
        session: SessionId,
    },
    /// The engine tells something about this room.
    Media(Event),
    /// Somebody is put out.
    Remove {
        /// Whom.
        who: Who,
        /// What they are told.
        reason: DisconnectReason,
    },
    /// The server mutes microphones; who speaks through them may unmute them again.
    MuteMicrophones {
        /// Whose.
        whose: Whose,
    },
    /// The rules of the room's call, which hold from now on unless newer ones are known. A room that is given none has none.
    Policy(Box<RoomPolicy>),
    /// What a participant shares of its screen ends; it may share again where the rules allow it.
    StopShare {
        /// Whose, with its publish-only sessions.
        identity: String,
    },
    /// Raised hands go down; whoever raised them may raise them again.
    LowerHands {
        /// Whose; `None` for everyone's.
        whose: Option<Who>,
    },
    /// What became of an [`Output::StoreChat`].
    ChatStored {
        /// Its key.
        key: ChatKey,
        /// The stored message's number, which rises within the room; `None` when it could not be stored.
        id: Option<i64>,
    },
    /// The room ends, everyone is told.
    Close {
        /// What they are told.
        reason: DisconnectReason,
        /// What their client does then.
        action: leave_request::Action,
    },
    /// The time of [`crate::room::Room::poll_timeout`] has come.
    Timeout,
}

/// Whom a removal or a lowered hand is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// One participant, with its publish-only sessions.
    Identity(String),
    /// Every participant whose identity is `<account>:…` or the account itself.
    Account(String),
}

/// Whose microphones are muted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose {
    /// Those of one participant.
    Identity(String),
    /// Everyone's but those of one account.
    EveryoneBut(String),
}

/// One chat message on its way to the database and back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ChatKey(pub u64);

/// A chat message that is to be stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChatMessage {
    /// The account that has written it, for an identity of [`crate::RoomConfig::account_key`].
    pub account: Option<String>,
    /// The identity of the participant.
    pub identity: Arc<str>,
    /// The name under which others saw it.
    pub name: String,
    /// 1 to [`crate::limits::MAX_CHAT_CHARACTERS`] characters, none of them U+0000.
    pub text: Arc<str>,
    /// The id of its stream, chosen by its sender: 1 to [`crate::limits::MAX_CHAT_ID`] bytes, none of them 0.
    pub stream: String,
    /// When it was complete, since the Unix epoch.
    pub sent: Duration,
}

/// What a room wants done.
#[derive(Clone, Debug)]
pub enum Output {
    /// A message for a client. Shared: encode it once for all that speak the same form.
    Send {
        /// To whom.
        session: SessionId,
        /// The message.
        response: Arc<SignalResponse>,
    },
    /// The client is not let in; nothing else follows for this session.
    Refuse {
        /// Who asked.
        session: SessionId,
        /// Why not.
        refusal: Refusal,
    },
    /// Close the WebSocket after what was sent has left; nothing else follows for this session.
    Close {
        /// Whose.
        session: SessionId,
    },
    /// A command for the engine that the room is homed on.
    Media(Command),
    /// A chat message to be stored, after those before it. The room waits for [`Input::ChatStored`], though not for long.
    StoreChat {
        /// Names it in the answer.
        key: ChatKey,
        /// The message.
        message: Box<ChatMessage>,
    },
    /// A chat message was stored so late that people were told that it is not kept: it is to be taken out again.
    DiscardChat {
        /// Its number.
        id: i64,
    },
    /// Something worth a log event and a count.
    Notice(Notice),
    /// The room is over: the engine has been told, every session is closed, the task ends.
    Ended,
}

/// Something worth a log event and a count. Sids and identities are for logs; the rest is bounded and fit for metrics.
#[derive(Clone, PartialEq, Debug)]
pub enum Notice {
    /// A client was let in.
    Joined {
        /// Its WebSocket.
        session: SessionId,
        /// The participant's sid.
        sid: Arc<str>,
        /// The participant's identity.
        identity: Arc<str>,
        /// The client's SDK, as the protocol names it.
        sdk: &'static str,
        /// The SDK's version.
        version: String,
        /// The protocol's version that it speaks.
        protocol: i32,
        /// Whether it took the place of a session of the same identity.
        replaced: bool,
    },
    /// A participant's first transport has connected.
    Active {
        /// The participant's sid.
        sid: Arc<str>,
        /// From the connect to now.
        elapsed: Duration,
        /// From the first connectivity check to the keys.
        handshake: Duration,
        /// How its media is protected.
        profile: SrtpProfile,
    },
    /// A WebSocket was lost; the participant stays for the resume timeout.
    SignalLost {
        /// The participant's sid.
        sid: Arc<str>,
    },
    /// A participant has left.
    Left {
        /// The participant's sid.
        sid: Arc<str>,
        /// The participant's identity.
        identity: Arc<str>,
        /// Why.
        reason: DisconnectReason,
        /// From the join to now.
        stayed: Duration,
    },
    /// A resume was answered with a request to join anew.
    ResumeRefused {
        /// The WebSocket that asked.
        session: SessionId,
    },
    /// A track has come: announced and agreed on in SDP.
    TrackPublished {
        /// The track's sid.
        sid: Arc<str>,
        /// The publisher's sid.
        participant: Arc<str>,
        /// Sound or picture.
        kind: MediaKind,
        /// `camera`, `microphone`, `screen_share`, `screen_share_audio` or `unknown`.
        source: &'static str,
        /// The codec's MIME type.
        mime_type: &'static str,
    },
    /// A track has gone.
    TrackUnpublished {
        /// The track's sid.
        sid: Arc<str>,
        /// The publisher's sid.
        participant: Arc<str>,
        /// Sound or picture.
        kind: MediaKind,
    },
    /// A transport is of no more use, and not because its peer closed it.
    TransportFailed {
        /// The participant's sid.
        sid: Arc<str>,
        /// Which of the two.
        target: &'static str,
        /// Why.
        reason: TransportFailure,
    },
    /// A client's SDP could not be used.
    InvalidSdp {
        /// The participant's sid.
        sid: Arc<str>,
        /// What was wrong with it, without text of the client's.
        error: String,
    },
    /// A client broke a bound and was put out, or its message was dropped.
    Bounded {
        /// The participant's sid.
        sid: Arc<str>,
        /// The bound's name.
        bound: &'static str,
    },
}
