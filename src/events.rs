//! What happens in front of rooms, for those who wait for it: knocks for the hosts, admissions and refusals for whom they concern, changes
//! of a room for everyone. Handlers publish; each stream of `GET /api/rooms/{id}/events` is a [`Listener`].
//!
//! An event lives in memory only, and a stream that broke goes on from its last id as far as the room's ring reaches; beyond that, and
//! after a restart, it is told to read anew. Nothing is decided here: who may listen, and as what, the handler has asked.
//!
//! Memory: at most [`MAX_STREAMS`] rooms are listened to and [`MAX_IDLE`] more remembered, each with [`RING`] events of at most about
//! 1 KiB.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::store::{Person, RoomNumber, SessionId};

/// Streams at a time: each holds a connection and some 10 KiB.
pub const MAX_STREAMS: usize = 2000;
/// Streams of one person: their tabs and devices.
pub const MAX_STREAMS_PER_PERSON: usize = 8;
/// Streams from one address: an office or a school behind it.
pub const MAX_STREAMS_PER_ADDRESS: usize = 200;
/// Events that a room remembers.
const RING: usize = 32;
/// Rooms that nobody listens to any more and whose events are remembered, for those who come back.
const MAX_IDLE: usize = 256;

/// In the place of a room's number: what concerns those who run the server.
pub const SERVER: RoomNumber = RoomNumber(0);

/// Whom an event is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Audience {
    /// Everyone who listens.
    Everyone,
    /// The room's hosts.
    Hosts,
    /// One person, on all their streams.
    Person(Person),
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    id: u64,
    audience: Audience,
    /// What, in one word.
    pub kind: &'static str,
    /// The rest of it, as JSON.
    pub data: String,
}

/// Who wants to listen.
#[derive(Clone, Debug)]
pub struct Subscriber {
    /// To which room.
    pub room: RoomNumber,
    /// Who.
    pub who: Person,
    /// Whether as a host.
    pub host: bool,
    /// The login that ends the stream when it ends.
    pub session: SessionId,
    /// From where.
    pub address: IpAddr,
}

/// Why nobody more may listen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// The server stops.
    Closed,
    /// There are as many streams as may be, of this person, from this address or in all.
    Full,
}

/// See the module. A clone is a reference.
#[derive(Clone, Default)]
pub struct Events(Arc<Mutex<Hub>>);

#[derive(Default)]
struct Hub {
    rooms: HashMap<RoomNumber, Channel>,
    streams: HashMap<u64, (Subscriber, CancellationToken)>,
    next_stream: u64,
    closed: bool,
}

struct Channel {
    /// Tells the ids of this channel from those of another start of the server.
    epoch: u32,
    last: u64,
    ring: VecDeque<Arc<Event>>,
    sender: broadcast::Sender<Arc<Event>>,
    /// The stream that was opened last.
    used: u64,
}

impl Channel {
    fn new() -> Self {
        let sender = broadcast::channel(RING).0;
        Self { epoch: rand::random(), last: 0, ring: VecDeque::with_capacity(RING), sender, used: 0 }
    }

    fn id(&self, event: u64) -> String {
        format!("{:08x}-{event}", self.epoch)
    }

    /// What was missed since this id, or `None` when nobody knows any more.
    fn since(&self, id: &str) -> Option<Vec<Arc<Event>>> {
        let (epoch, seen) = id.split_once('-')?;
        let seen: u64 = seen.parse().ok()?;
        let oldest = self.last.saturating_sub(self.ring.len() as u64);
        let known = u32::from_str_radix(epoch, 16) == Ok(self.epoch) && (oldest..=self.last).contains(&seen);
        known.then(|| self.ring.iter().filter(|event| event.id > seen).cloned().collect())
    }
}

impl Events {
    fn hub(&self) -> MutexGuard<'_, Hub> {
        // Every change is complete before the lock is let go.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those whom it concerns and who listen, or come back soon.
    pub fn publish(&self, room: RoomNumber, audience: Audience, kind: &'static str, data: &Value) {
        let mut hub = self.hub();
        let Some(channel) = hub.rooms.get_mut(&room) else { return };
        channel.last += 1;
        let event = Arc::new(Event { id: channel.last, audience, kind, data: data.to_string() });
        if channel.ring.len() == RING {
            channel.ring.pop_front();
        }
        channel.ring.push_back(Arc::clone(&event));
        // Nobody may be listening at the moment.
        let _ = channel.sender.send(event);
    }

    /// Begins a stream, which goes on from the event `last` where that is known.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn subscribe(&self, who: Subscriber, last: Option<&str>) -> Result<Listener, Refused> {
        let mut hub = self.hub();
        if hub.closed {
            return Err(Refused::Closed);
        }
        let streams = || hub.streams.values().map(|(stream, _)| stream);
        if hub.streams.len() >= MAX_STREAMS
            || streams().filter(|stream| stream.who == who.who).count() >= MAX_STREAMS_PER_PERSON
            || streams().filter(|stream| stream.address == who.address).count() >= MAX_STREAMS_PER_ADDRESS
        {
            return Err(Refused::Full);
        }
        hub.next_stream += 1;
        let number = hub.next_stream;
        let channel = hub.rooms.entry(who.room).or_insert_with(Channel::new);
        channel.used = number;
        let missed = last.map(|last| channel.since(last));
        let listener = Listener {
            who: who.clone(),
            epoch: channel.epoch,
            at: channel.id(channel.last),
            reset: missed == Some(None),
            missed: missed.flatten().unwrap_or_default().into(),
            receiver: channel.sender.subscribe(),
            ended: CancellationToken::new(),
            number,
            events: self.clone(),
        };
        hub.streams.insert(number, (who, listener.ended.clone()));
        Ok(listener)
    }

    /// Whether anybody listens to anything.
    pub fn are_heard(&self) -> bool {
        !self.hub().streams.is_empty()
    }

    /// Whether somebody listens to a room.
    pub fn listens(&self, room: RoomNumber, who: &Person) -> bool {
        self.hub().streams.values().any(|(stream, _)| stream.room == room && stream.who == *who)
    }

    /// Ends the streams of a login.
    pub fn end_session(&self, session: &SessionId) {
        self.end(|stream| stream.session == *session);
    }

    /// Ends somebody's streams of a room: what they may hear has changed, and their clients come again.
    pub fn end_person(&self, room: RoomNumber, who: &Person) {
        self.end(|stream| stream.room == room && stream.who == *who);
    }

    /// Ends the streams of a room that is gone, and forgets its events.
    pub fn end_room(&self, room: RoomNumber) {
        self.end(|stream| stream.room == room);
        self.hub().rooms.remove(&room);
    }

    /// Ends every stream and takes no more.
    pub fn close(&self) {
        self.hub().closed = true;
        self.end(|_| true);
    }

    fn end(&self, which: impl Fn(&Subscriber) -> bool) {
        for (stream, ended) in self.hub().streams.values() {
            if which(stream) {
                ended.cancel();
            }
        }
    }

    fn forget(&self, number: u64, room: RoomNumber) {
        let mut hub = self.hub();
        hub.streams.remove(&number);
        let idle = |channel: &Channel| channel.sender.receiver_count() == 0;
        // The listener's own receiver is dropped after this.
        let count = hub.rooms.values().filter(|channel| idle(channel)).count();
        if count < MAX_IDLE {
            return;
        }
        let oldest =
            (hub.rooms.iter()).filter(|(id, channel)| **id != room && idle(channel)).min_by_key(|(_, c)| c.used);
        if let Some(oldest) = oldest.map(|(id, _)| *id) {
            hub.rooms.remove(&oldest);
        }
    }
}

/// One stream. Dropping it gives its place away.
pub struct Listener {
    who: Subscriber,
    epoch: u32,
    /// The id of the newest event when the stream began.
    pub at: String,
    /// Whether the client has missed events that nobody knows any more.
    pub reset: bool,
    missed: VecDeque<Arc<Event>>,
    receiver: broadcast::Receiver<Arc<Event>>,
    ended: CancellationToken,
    number: u64,
    events: Events,
}

/// What a listener is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Heard {
    /// Something happened; the text is its id.
    Event(String, Arc<Event>),
    /// More happened than could be told.
    Lagged,
}

impl Listener {
    /// The next event for this person; `None` when the stream is over.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            let event = match self.missed.pop_front() {
                Some(event) => event,
                None => tokio::select! {
                    // What was said before the end is heard.
                    biased;
                    event = self.receiver.recv() => match event {
                        Ok(event) => event,
                        Err(broadcast::error::RecvError::Lagged(_)) => return Some(Heard::Lagged),
                        Err(broadcast::error::RecvError::Closed) => return None,
                    },
                    () = self.ended.cancelled() => return None,
                },
            };
            if self.hears(&event.audience) {
                return Some(Heard::Event(format!("{:08x}-{}", self.epoch, event.id), event));
            }
        }
    }

    fn hears(&self, audience: &Audience) -> bool {
        match audience {
            Audience::Everyone => true,
            Audience::Hosts => self.who.host,
            Audience::Person(person) => self.who.who == *person,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.events.forget(self.number, self.who.room);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::UserId;
    use serde_json::json;

    const ROOM: RoomNumber = RoomNumber(1);

    fn subscriber(user: i64, host: bool) -> Subscriber {
        let (who, session) = (Person::Account(UserId(user)), SessionId(format!("s{user}")));
        Subscriber { room: ROOM, who, host, session, address: [127, 0, 0, u8::try_from(user % 200).unwrap()].into() }
    }

    fn listen(events: &Events, user: i64, host: bool, last: Option<&str>) -> Listener {
        events.subscribe(subscriber(user, host), last).unwrap_or_else(|refused| panic!("{refused:?}"))
    }

    async fn kinds(listener: &mut Listener) -> Vec<(&'static str, String)> {
        let mut heard = Vec::new();
        while let Ok(Some(Heard::Event(id, event))) =
            tokio::time::timeout(std::time::Duration::from_millis(20), listener.next()).await
        {
            heard.push((event.kind, id));
        }
        heard
    }

    #[tokio::test]
    async fn everyone_hears_what_is_for_them() {
        let events = Events::default();
        let (mut host, mut guest) = (listen(&events, 1, true, None), listen(&events, 2, false, None));
        events.publish(ROOM, Audience::Hosts, "knock", &json!({}));
        events.publish(ROOM, Audience::Person(Person::Account(UserId(2))), "admitted", &json!({}));
        events.publish(ROOM, Audience::Everyone, "room", &json!({}));
        events.publish(RoomNumber(2), Audience::Everyone, "room", &json!({ "another": true }));
        let only = |heard: Vec<(&'static str, String)>| heard.into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
        assert_eq!(only(kinds(&mut host).await), ["knock", "room"]);
        assert_eq!(only(kinds(&mut guest).await), ["admitted", "room"]);
    }

    #[tokio::test]
    async fn a_stream_goes_on_where_it_broke_or_is_told_to_read_anew() {
        let events = Events::default();
        let first = listen(&events, 1, true, None);
        let start = first.at.clone();
        drop(first);
        events.publish(ROOM, Audience::Hosts, "knock", &json!({}));
        events.publish(ROOM, Audience::Everyone, "room", &json!({}));
        let mut again = listen(&events, 1, true, Some(&start));
        assert!(!again.reset);
        let heard = kinds(&mut again).await;
        assert_eq!(heard.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), ["knock", "room"]);
        assert!(kinds(&mut listen(&events, 1, true, Some(&heard[1].1))).await.is_empty());
        for _ in 0..RING {
            events.publish(ROOM, Audience::Everyone, "room", &json!({}));
        }
        let beyond = format!("{}99", heard[1].1);
        for lost in [start.as_str(), "", "x", "00000000-1", "-", beyond.as_str()] {
            assert!(listen(&events, 1, true, Some(lost)).reset, "{lost}");
        }
        let elsewhere = Events::default();
        assert!(listen(&elsewhere, 1, true, Some(&heard[1].1)).reset, "after a restart");
    }

    #[tokio::test]
    async fn streams_end_with_their_login_their_right_their_room_and_the_server() {
        let events = Events::default();
        let mut streams: Vec<_> = (1..=5).map(|user| listen(&events, user, false, None)).collect();
        events.end_session(&SessionId("s1".into()));
        events.end_person(ROOM, &Person::Account(UserId(2)));
        events.end_person(RoomNumber(9), &Person::Account(UserId(3)));
        for (index, over) in [true, true, false].into_iter().enumerate() {
            let next = tokio::time::timeout(std::time::Duration::from_millis(20), streams[index].next()).await;
            assert_eq!(next == Ok(None), over, "{index}");
        }
        events.end_room(ROOM);
        assert_eq!(streams[3].next().await, None);
        events.close();
        assert_eq!(streams[4].next().await, None);
        assert_eq!(events.subscribe(subscriber(1, false), None).err(), Some(Refused::Closed));
    }

    #[tokio::test]
    async fn streams_and_memory_are_bounded() {
        let events = Events::default();
        let mine: Vec<_> = (0..MAX_STREAMS_PER_PERSON).map(|_| listen(&events, 1, false, None)).collect();
        assert_eq!(events.subscribe(subscriber(1, false), None).err(), Some(Refused::Full));
        drop(mine);
        let many: Vec<_> =
            (0..MAX_STREAMS_PER_ADDRESS as i64).map(|n| listen(&events, 200 * (n + 1), false, None)).collect();
        assert_eq!(events.subscribe(subscriber(200, false), None).err(), Some(Refused::Full));
        drop(many);
        for room in 0..2 * MAX_IDLE as i64 {
            let who = Subscriber { room: RoomNumber(room), ..subscriber(1, false) };
            drop(events.subscribe(who, None));
        }
        let hub = events.hub();
        assert!(hub.streams.is_empty() && hub.rooms.len() <= MAX_IDLE + 1, "{}", hub.rooms.len());
    }
}
