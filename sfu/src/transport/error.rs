//! Why a packet was dropped, and why a message could not be sent.

/// Why a datagram was dropped. Each is counted, none is logged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum DropReason {
    /// Its form is wrong.
    #[error("malformed")]
    Malformed,
    /// No authentic connectivity check has come from its source.
    #[error("from an address without an authentic check")]
    UnknownAddress,
    /// The handshake has not ended, or the peer's fingerprint has not been compared yet.
    #[error("before the keys are in use")]
    NotConnected,
    /// The same packet has been here, or it is too old to tell.
    #[error("replayed or too old")]
    Replayed,
    /// The authentication tag, the integrity or the credentials are wrong.
    #[error("not authentic")]
    Unauthenticated,
    /// The peer uses more SSRCs than [`crate::limits::MAX_RECEIVED_SSRCS`] at once.
    #[error("too many sources")]
    TooManySources,
}

/// Why a message was not taken for sending.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum DataError {
    /// There is no data channel of this label, or its handshake has not ended.
    #[error("no open data channel of this label")]
    NotOpen,
    /// The message is longer than [`crate::limits::MAX_DATA_MESSAGE`].
    #[error("the message is too large")]
    TooLarge,
    /// [`crate::limits::MAX_DATA_BUFFER`] bytes wait already; the peer takes them too slowly.
    #[error("too much waits to be sent")]
    BufferFull,
}
