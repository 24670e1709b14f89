//! The answering side of ICE (RFC 8445, 2.5 and 6.1.1): connectivity checks come in, answers and authenticated paths come
//! out.
//!
//! A lite agent never checks anything itself: who can present our ufrag, our password and the peer's ufrag from an address
//! is the peer, and is there. A check that is malformed, strange or not authentic gets no answer at all, so that nobody
//! learns anything or is sent anything by forging an address; an authentic one gets an answer that is never longer than
//! itself.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;

use super::DropReason;
use super::paths::{PathChanges, Paths};
use super::stun::{self, StunMessage, Transaction};
use crate::limits::{MAX_QUEUED_ANSWERS, MAX_REMEMBERED_NOMINATIONS};
use crate::params::IceCredentials;

/// A STUN message that waits to be sent.
pub(crate) struct Answer {
    pub(crate) destination: SocketAddr,
    pub(crate) message: Vec<u8>,
}

/// One generation of credentials: ours and, once its SDP has arrived, the peer's.
struct Generation {
    local: IceCredentials,
    remote: Option<IceCredentials>,
}

/// The answering side of one transport.
pub(crate) struct IceLite {
    /// Whether we are the controlling side (a client of ours) rather than the controlled one.
    controlling: bool,
    current: Generation,
    /// The generation before a restart, until the peer nominates a path of the new one.
    previous: Option<Generation>,
    /// The transactions of the latest nominating checks, oldest first: a repeated check nominates nothing.
    nominations: VecDeque<u64>,
    answers: VecDeque<Answer>,
}

impl IceLite {
    pub(crate) fn new(local: IceCredentials, controlling: bool) -> Self {
        Self {
            controlling,
            current: Generation { local, remote: None },
            previous: None,
            nominations: VecDeque::new(),
            answers: VecDeque::new(),
        }
    }

    pub(crate) fn local(&self) -> &IceCredentials {
        &self.current.local
    }

    pub(crate) fn remote(&self) -> Option<&IceCredentials> {
        self.current.remote.as_ref()
    }

    pub(crate) fn set_remote(&mut self, remote: IceCredentials) {
        self.current.remote = Some(remote);
    }

    /// New credentials of ours; the old ones stay valid until a path of the new generation is nominated.
    pub(crate) fn restart(&mut self, local: IceCredentials) {
        let old = std::mem::replace(&mut self.current, Generation { local, remote: None });
        self.previous = Some(old);
    }

    /// Answers a Binding request from `source` and notes in `paths` what it proves.
    pub(crate) fn handle_request(
        &mut self,
        now: Instant,
        source: SocketAddr,
        message: &StunMessage<'_>,
        request_len: usize,
        paths: &mut Paths,
    ) -> Result<PathChanges, DropReason> {
        let (local_ufrag, remote_ufrag) = message.username().ok_or(DropReason::Malformed)?;
        let is_current = self.current.local.ufrag.as_bytes() == local_ufrag;
        let generation = if is_current {
            &self.current
        } else {
            let previous = self.previous.as_ref().ok_or(DropReason::Unauthenticated)?;
            if previous.local.ufrag.as_bytes() != local_ufrag {
                return Err(DropReason::Unauthenticated);
            }
            previous
        };
        // Before the peer's SDP its ufrag is unknown, but its checks may already be here: our password proves enough.
        if generation.remote.as_ref().is_some_and(|remote| remote.ufrag.as_bytes() != remote_ufrag) {
            return Err(DropReason::Unauthenticated);
        }
        let password = generation.local.password.clone();
        if !message.has_valid_fingerprint() || !message.has_valid_integrity(&password) {
            return Err(DropReason::Unauthenticated);
        }
        let transaction = message.transaction();
        if let Some(unknown) = message.unknown_required() {
            self.answer(source, request_len, stun::unknown_attribute(transaction, unknown, &password));
            return Err(DropReason::Malformed);
        }
        if message.is_from_controlled() != self.controlling {
            self.answer(source, request_len, stun::role_conflict(transaction, &password));
            return Err(DropReason::Malformed);
        }
        self.answer(source, request_len, stun::binding_success(transaction, source, &password));
        let changes = paths.check(now, source, message.priority().unwrap_or_default());
        if !self.controlling && message.nominates() && self.is_new_nomination(&transaction) {
            let first_of_generation = is_current && self.previous.take().is_some();
            paths.nominate(now, source, first_of_generation);
        }
        Ok(changes)
    }

    pub(crate) fn poll_answer(&mut self) -> Option<Answer> {
        self.answers.pop_front()
    }

    /// Puts an answer back that found no room.
    pub(crate) fn return_answer(&mut self, answer: Answer) {
        self.answers.push_front(answer);
    }

    fn answer(&mut self, destination: SocketAddr, request_len: usize, message: Option<Vec<u8>>) {
        let Some(message) = message.filter(|message| message.len() <= request_len) else { return };
        if self.answers.len() < MAX_QUEUED_ANSWERS {
            self.answers.push_back(Answer { destination, message });
        }
    }

    fn is_new_nomination(&mut self, transaction: &Transaction) -> bool {
        // The peer's transactions are random and only the peer can make authentic ones: 64 bits tell them apart.
        let Some(id) = transaction.first_chunk().map(|bytes| u64::from_be_bytes(*bytes)) else { return false };
        if self.nominations.contains(&id) {
            return false;
        }
        if self.nominations.len() >= MAX_REMEMBERED_NOMINATIONS {
            self.nominations.pop_front();
        }
        self.nominations.push_back(id);
        true
    }
}
