//! Events on their way to a room's task, when the task is slower than its room.
//!
//! The queue is bounded. What does not fit waits here, and coalesces while it waits: newer statistics replace older ones,
//! speakers' entries are merged. Facts about transports and tracks are few and bounded by the room's size. Messages of data
//! channels are neither few nor to be lost in silence: past [`PAUSE_BYTES`] the room is *congested*, and the worker stops the
//! engine from taking more of them (their senders' SCTP windows close) until the task has caught up.

use std::collections::VecDeque;

use rotunda_sfu::event::{Event, EventKind, Speaker};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Waiting bytes of data messages from which a room is congested.
const PAUSE_BYTES: usize = 256 << 10;
/// Waiting events, of all kinds, from which a room is congested.
const PAUSE_EVENTS: usize = 1024;
/// Waiting events at which a room's task counts as stuck: the link is given up, which ends the room. Reached only when
/// the task stands still for long while its participants come and go.
const MAX_EVENTS: usize = 16_384;

/// The way to one room's task.
#[derive(Debug)]
pub(crate) struct Link {
    events: mpsc::Sender<Event>,
    waiting: VecDeque<Event>,
    waiting_bytes: usize,
}

/// How a delivery went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Delivery {
    /// Nothing waits.
    Done,
    /// The task is behind.
    Waiting,
    /// The task is far behind: no more data messages, please.
    Congested,
    /// The task is gone or stuck.
    Lost,
}

impl Link {
    pub(crate) fn new(events: mpsc::Sender<Event>) -> Self {
        Self { events, waiting: VecDeque::new(), waiting_bytes: 0 }
    }

    /// Whether the task has ended.
    pub(crate) fn is_closed(&self) -> bool {
        self.events.is_closed()
    }

    /// Delivers an event, or keeps it for [`Self::retry`].
    pub(crate) fn deliver(&mut self, event: Event) -> Delivery {
        if self.waiting.is_empty() {
            match self.events.try_send(event) {
                Ok(()) => return Delivery::Done,
                Err(TrySendError::Closed(_)) => return Delivery::Lost,
                Err(TrySendError::Full(event)) => self.keep(event),
            }
        } else {
            self.keep(event);
        }
        self.state()
    }

    /// Delivers what waits, as far as it goes.
    pub(crate) fn retry(&mut self) -> Delivery {
        while let Some(event) = self.waiting.pop_front() {
            let bytes = data_bytes(&event);
            match self.events.try_send(event) {
                Ok(()) => self.waiting_bytes -= bytes,
                Err(TrySendError::Closed(_)) => return Delivery::Lost,
                Err(TrySendError::Full(event)) => {
                    self.waiting.push_front(event);
                    break;
                }
            }
        }
        self.state()
    }

    fn state(&self) -> Delivery {
        if self.waiting.len() >= MAX_EVENTS || self.events.is_closed() {
            Delivery::Lost
        } else if self.waiting_bytes >= PAUSE_BYTES || self.waiting.len() >= PAUSE_EVENTS {
            Delivery::Congested
        } else if self.waiting.is_empty() {
            Delivery::Done
        } else {
            Delivery::Waiting
        }
    }

    fn keep(&mut self, event: Event) {
        let mut older = self.waiting.iter_mut().rev();
        match &event.kind {
            EventKind::Statistics { .. } => {
                if let Some(old) = older.find(|old| matches!(old.kind, EventKind::Statistics { .. })) {
                    *old = event;
                    return;
                }
            }
            EventKind::SpeakersChanged { speakers } => {
                let merged = older.find_map(|old| match &mut old.kind {
                    EventKind::SpeakersChanged { speakers: old } => Some(old),
                    _ => None,
                });
                if let Some(old) = merged {
                    merge_speakers(old, speakers);
                    return;
                }
            }
            _ => {}
        }
        self.waiting_bytes += data_bytes(&event);
        self.waiting.push_back(event);
    }
}

fn merge_speakers(old: &mut Vec<Speaker>, new: &[Speaker]) {
    old.retain(|entry| new.iter().all(|newer| newer.participant != entry.participant));
    old.extend_from_slice(new);
    old.sort_by(|a, b| b.level.total_cmp(&a.level));
}

fn data_bytes(event: &Event) -> usize {
    match &event.kind {
        EventKind::DataReceived { message, .. } => message.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rotunda_sfu::ids::{ParticipantId, PublicationId, RoomId, TransportId};

    use super::*;

    fn event(kind: EventKind) -> Event {
        Event { room: RoomId(1), kind }
    }

    fn speaker(participant: u64, level: f32) -> Speaker {
        Speaker { participant: ParticipantId(participant), level, active: level > 0.1 }
    }

    fn data(bytes: usize) -> Event {
        event(EventKind::DataReceived {
            transport: TransportId(1),
            label: "_reliable".into(),
            message: Arc::from(vec![0u8; bytes]),
        })
    }

    #[test]
    fn statistics_and_speakers_coalesce_and_facts_keep_their_order() {
        let (sender, mut receiver) = mpsc::channel(1);
        let mut link = Link::new(sender);
        let started = |id| event(EventKind::PublicationStarted { publication: PublicationId(id) });
        assert_eq!(link.deliver(started(1)), Delivery::Done);
        assert_eq!(link.deliver(started(2)), Delivery::Waiting);
        for _ in 0..100 {
            link.deliver(event(EventKind::Statistics { participants: Vec::new() }));
        }
        link.deliver(event(EventKind::SpeakersChanged { speakers: vec![speaker(1, 0.9), speaker(2, 0.5)] }));
        link.deliver(event(EventKind::SpeakersChanged { speakers: vec![speaker(1, 0.0), speaker(3, 0.4)] }));
        link.deliver(started(3));
        let mut kinds = Vec::new();
        while let Ok(event) = receiver.try_recv() {
            kinds.push(event.kind);
            link.retry();
        }
        let [
            EventKind::PublicationStarted { publication: PublicationId(1) },
            EventKind::PublicationStarted { publication: PublicationId(2) },
            EventKind::Statistics { .. },
            EventKind::SpeakersChanged { speakers },
            EventKind::PublicationStarted { publication: PublicationId(3) },
        ] = &kinds[..]
        else {
            panic!("{kinds:?}")
        };
        assert_eq!(speakers[..], [speaker(2, 0.5), speaker(3, 0.4), speaker(1, 0.0)]);
        assert_eq!(link.retry(), Delivery::Done);
    }

    #[test]
    fn data_messages_congest_a_slow_room_and_none_is_lost() {
        let (sender, mut receiver) = mpsc::channel(1);
        let mut link = Link::new(sender);
        let mut sent = 0;
        let mut state = Delivery::Done;
        while state != Delivery::Congested {
            state = link.deliver(data(10_000));
            sent += 1;
        }
        assert_eq!(sent, 1 + PAUSE_BYTES.div_ceil(10_000));
        let mut received = 0;
        while receiver.try_recv().is_ok() {
            received += 1;
            state = link.retry();
        }
        assert_eq!((received, state), (sent, Delivery::Done));
        assert_eq!(link.waiting_bytes, 0);
    }

    #[test]
    fn a_dead_or_stuck_task_is_noticed() {
        let (sender, receiver) = mpsc::channel(1);
        let mut link = Link::new(sender);
        let mut state = Delivery::Done;
        for _ in 0..=MAX_EVENTS {
            state = link.deliver(data(0));
        }
        assert_eq!(state, Delivery::Lost);
        drop(receiver);
        let (sender, receiver) = mpsc::channel(1);
        drop(receiver);
        assert_eq!(Link::new(sender).deliver(data(1)), Delivery::Lost);
    }
}
