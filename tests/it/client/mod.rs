//! A client of our own: the LiveKit protocol over a WebSocket and two connections of our transport in its client role. It sends
//! packets that a test makes up and reports every packet that it can decrypt, so that a test can say exactly what went where.

#![allow(dead_code)]

mod peer;
pub mod sdp;
mod task;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use livekit_protocol::participant_info::State;
use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{DataPacket, JoinResponse, LeaveRequest, SignalResponse, TrackSource};
use prost::Message as _;
use rotunda_sfu::params::{MediaKind, SrtpProfile};
use rotunda_signaling::token::{Claims, SigningKey, VideoGrants, mint};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite;

use task::Task;

/// A whole server in this process with real calls, on free ports of the loopback interface.
pub struct CallServer {
    pub server: rotunda::Server,
    pub base: String,
    _data: tempfile::TempDir,
}

impl CallServer {
    pub async fn start(workers: usize) -> Self {
        Self::configured(|config| config.workers = Some(workers)).await
    }

    pub async fn configured(edit: impl FnOnce(&mut rotunda::config::Config)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = config(data.path());
        edit(&mut config);
        let server = rotunda::Server::start(config).await.unwrap();
        let base = format!("http://{}", server.http_addr());
        Self { server, base, _data: data }
    }

    pub async fn join(&self, room: &str, identity: &str) -> Client {
        Client::join(&self.base, room, identity).await
    }

    pub fn calls(&self) -> &rotunda::calls::running::RunningCalls {
        self.server.calls().unwrap()
    }

    /// What Prometheus would scrape, after the workers' counters of the last second have come in.
    pub async fn scrape(&self) -> String {
        tokio::time::sleep(Duration::from_millis(2200)).await;
        let address = self.server.config().metrics_listen.unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.get(format!("http://{address}/metrics")).send().await.unwrap().text().await.unwrap()
    }
}

/// Free ports, a folder of its own, the development key.
pub fn config(data: &std::path::Path) -> rotunda::config::Config {
    rotunda::config::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        rtc_udp_port: 0,
        metrics_listen: Some("127.0.0.1:0".parse().unwrap()),
        data: data.join("data"),
        dev: true,
        ..rotunda::config::Config::default()
    }
}

/// The value of one line of a scrape, labels included in `name`; 0 when there is none.
pub fn metric(scrape: &str, name: &str) -> f64 {
    let line = scrape.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0.0, |value| value.parse().unwrap())
}

/// What a client saw.
#[derive(Debug)]
pub enum Heard {
    /// A message of the server's, offers and answers left out.
    Signal(Box<Response>),
    /// One of the two connections is up.
    Connected { publisher: bool, profile: SrtpProfile },
    /// A packet of a subscribed track.
    Rtp(Packet),
    /// The server asks for a keyframe of a track of ours.
    KeyframeWanted { ssrc: u32 },
    /// A message over a data channel.
    Data { label: String, packet: Box<DataPacket> },
    /// The WebSocket has ended, with its close code.
    Closed(Option<u16>),
}

/// A packet of a subscribed track, decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    pub track: String,
    pub payload_type: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub marker: bool,
    pub payload: Vec<u8>,
}

enum Order {
    Publish { kind: MediaKind, source: TrackSource, cid: String },
    Request(Box<Request>),
    Rtp { ssrc: u32, timestamp: u32, marker: bool, payload: Vec<u8> },
    Lose { ssrc: u32 },
    Data { label: &'static str, packet: Box<DataPacket> },
    Freeze,
    Drop,
}

/// What the task of a client has come to know, to be read at any time.
#[derive(Default)]
struct Known {
    publisher_connected: AtomicBool,
    subscriber_connected: AtomicBool,
    server_ufrag: Mutex<Option<String>>,
}

/// Gives orders to a client while another task listens to what it hears.
#[derive(Clone)]
pub struct Orders(mpsc::UnboundedSender<Order>);

impl Orders {
    /// Sends one packet of a published track.
    pub fn send_rtp(&self, ssrc: u32, timestamp: u32, marker: bool, payload: &[u8]) {
        let _ = self.0.send(Order::Rtp { ssrc, timestamp, marker, payload: payload.to_vec() });
    }
}

/// A client in a room. Dropping it breaks its connections as a crash would.
pub struct Client {
    pub join: JoinResponse,
    orders: mpsc::UnboundedSender<Order>,
    heard: mpsc::UnboundedReceiver<Heard>,
    known: Arc<Known>,
    task: tokio::task::JoinHandle<()>,
}

/// Somebody talks for as long as this lives.
pub struct Talking(tokio::task::JoinHandle<()>);

impl Drop for Talking {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A token as an operator's program would make it.
pub fn token(room: &str, identity: &str) -> String {
    let claims = Claims {
        sub: identity.to_owned(),
        name: identity.to_owned(),
        exp: std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() + 600,
        video: Some(VideoGrants { room: room.to_owned(), room_join: true, ..VideoGrants::default() }),
        ..Claims::default()
    };
    mint(claims, &SigningKey { key: "devkey".into(), secret: "secret".into() })
}

/// The HTTP status with which a WebSocket is refused, or its first message.
pub async fn try_join(base: &str, query: &str) -> Result<Client, u16> {
    Ok(Client::start(connect_raw(base, query).await?).await)
}

/// A bare WebSocket, or the HTTP status with which it is refused.
pub async fn connect_raw(base: &str, query: &str) -> Result<Socket, u16> {
    let url = format!("{}/rtc?{query}", base.replacen("http", "ws", 1));
    match tokio_tungstenite::connect_async(&url).await {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

pub type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

impl Client {
    /// Joins a room of the server at `base` (`http://…`) with the development key.
    pub async fn join(base: &str, room: &str, identity: &str) -> Self {
        let query = format!("access_token={}&auto_subscribe=1&protocol=15&sdk=rust&version=0", token(room, identity));
        try_join(base, &query).await.unwrap_or_else(|status| panic!("{identity} was refused with {status}"))
    }

    async fn start(mut socket: Socket) -> Self {
        let Some(Response::Join(join)) = next_response(&mut socket).await else {
            panic!("the first message was no join")
        };
        let (orders, order_queue) = mpsc::unbounded_channel();
        let (heard_sender, heard) = mpsc::unbounded_channel();
        let known = Arc::new(Known::default());
        let task = Task::new(socket, heard_sender, Arc::clone(&known)).await;
        Self { join, orders, heard, known, task: tokio::spawn(task.run(order_queue)) }
    }

    /// Our participant's sid.
    pub fn sid(&self) -> &str {
        &self.join.participant.as_ref().unwrap().sid
    }

    fn order(&self, order: Order) {
        let _ = self.orders.send(order);
    }

    /// Publishes a track and waits for its sid and SSRC; the connection follows by itself.
    pub async fn publish(&mut self, kind: MediaKind, cid: &str) -> (String, u32) {
        let source = match kind {
            MediaKind::Audio => TrackSource::Microphone,
            MediaKind::Video => TrackSource::Camera,
        };
        self.publish_as(kind, source, cid).await
    }

    /// The same for another source.
    pub async fn publish_as(&mut self, kind: MediaKind, source: TrackSource, cid: &str) -> (String, u32) {
        self.order(Order::Publish { kind, source, cid: cid.to_owned() });
        let cid = cid.to_owned();
        let sid = self
            .wait("track_published", |heard| match heard {
                Heard::Signal(response) => match &**response {
                    Response::TrackPublished(published) if published.cid == cid => {
                        Some(published.track.as_ref().unwrap().sid.clone())
                    }
                    _ => None,
                },
                _ => None,
            })
            .await;
        (sid, ssrc_of(&cid))
    }

    /// Sends a request as it is.
    pub fn request(&self, request: Request) {
        self.order(Order::Request(Box::new(request)));
    }

    /// Leaves as the leave button does.
    pub fn leave(&self) {
        self.request(Request::Leave(LeaveRequest::default()));
    }

    /// To give orders while somebody else listens.
    pub fn orders(&self) -> Orders {
        Orders(self.orders.clone())
    }

    /// Sends one packet of a published track.
    pub fn send_rtp(&self, ssrc: u32, timestamp: u32, marker: bool, payload: &[u8]) {
        self.order(Order::Rtp { ssrc, timestamp, marker, payload: payload.to_vec() });
    }

    /// Sends a packet every 20 ms with the payload that `payload` makes of its number, until the result is dropped.
    pub fn talk(&self, ssrc: u32, payload: impl Fn(u32) -> Vec<u8> + Send + 'static) -> Talking {
        let orders = self.orders.clone();
        Talking(tokio::spawn(async move {
            let mut every = tokio::time::interval(Duration::from_millis(20));
            for number in 0.. {
                every.tick().await;
                let order = Order::Rtp { ssrc, timestamp: number * 960, marker: number == 0, payload: payload(number) };
                if orders.send(order).is_err() {
                    return;
                }
            }
        }))
    }

    /// One packet of a published track gets lost on its way to the server.
    pub fn lose(&self, ssrc: u32) {
        self.order(Order::Lose { ssrc });
    }

    /// The next packet of a track.
    pub async fn hear(&mut self, track: &str) -> Packet {
        self.wait(&format!("a packet of {track}"), |heard| match heard {
            Heard::Rtp(packet) if packet.track == track => Some(packet.clone()),
            _ => None,
        })
        .await
    }

    /// Sends a data packet over the publisher's connection.
    pub fn send_data(&self, label: &'static str, packet: DataPacket) {
        self.order(Order::Data { label, packet: Box::new(packet) });
    }

    /// Breaks everything at once, as a crash does.
    pub fn crash(&self) {
        self.order(Order::Drop);
    }

    /// Stops reading and writing with every socket left open, as when the power fails.
    pub fn freeze(&self) {
        self.order(Order::Freeze);
    }

    /// Waits until both connections are up, whenever that was; the publisher's comes with the first track.
    pub async fn ready(&self) {
        let is_up = || self.known.publisher_connected.load(Relaxed) && self.known.subscriber_connected.load(Relaxed);
        until("two connections", || is_up().then_some(())).await;
    }

    /// The server's user fragment on the publisher's connection.
    pub async fn server_ufrag(&self) -> String {
        until("an answer", || self.known.server_ufrag.lock().unwrap().clone()).await
    }

    /// Waits until the server says that somebody has left.
    pub async fn wait_left(&mut self, identity: &str, within: Duration) {
        let deadline = Instant::now() + within;
        while let Some(left) = deadline.checked_duration_since(Instant::now()) {
            let Some(Heard::Signal(response)) = self.next_within(left).await else { continue };
            if let Response::Update(update) = *response
                && update.participants.iter().any(|who| who.identity == identity && who.state() == State::Disconnected)
            {
                return;
            }
        }
        panic!("{identity} is still there after {within:?}");
    }

    /// The next thing heard within `time`.
    pub async fn next_within(&mut self, time: Duration) -> Option<Heard> {
        tokio::time::timeout(time, self.heard.recv()).await.ok().flatten()
    }

    /// Waits until `pick` picks something out of what is heard; what it passes over is lost. Fails after 10 s.
    pub async fn wait<T>(&mut self, what: &str, pick: impl FnMut(&Heard) -> Option<T>) -> T {
        self.wait_within(Duration::from_secs(10), what, pick).await
    }

    /// The same with another patience.
    pub async fn wait_within<T>(&mut self, time: Duration, what: &str, mut pick: impl FnMut(&Heard) -> Option<T>) -> T {
        let deadline = tokio::time::Instant::now() + time;
        let mut passed = Vec::new();
        loop {
            match tokio::time::timeout_at(deadline, self.heard.recv()).await {
                Ok(Some(heard)) => match pick(&heard) {
                    Some(picked) => return picked,
                    None => passed.push(format!("{heard:.200?}")),
                },
                Ok(None) => panic!("waited for {what}, but the client ended; heard {passed:#?}"),
                Err(_) => panic!("waited for {what} in vain; heard {passed:#?}"),
            }
        }
    }

    /// Waits for both directions' connection, `publisher` or not.
    pub async fn connected(&mut self, publisher: bool) -> SrtpProfile {
        self.wait("a connection", |heard| match heard {
            Heard::Connected { publisher: which, profile } if *which == publisher => Some(*profile),
            _ => None,
        })
        .await
    }

    /// Waits for the server's farewell.
    pub async fn left(&mut self) -> LeaveRequest {
        self.wait("a leave", |heard| match heard {
            Heard::Signal(response) => match &**response {
                Response::Leave(leave) => Some(leave.clone()),
                _ => None,
            },
            _ => None,
        })
        .await
    }
}

/// Looks every few milliseconds, for 10 s.
async fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    for _ in 0..1000 {
        if let Some(found) = look() {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited for {what} in vain");
}

async fn next_response(socket: &mut Socket) -> Option<Response> {
    loop {
        match socket.next().await? {
            Ok(tungstenite::Message::Binary(bytes)) => return SignalResponse::decode(bytes).unwrap().message,
            Ok(tungstenite::Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// Every track of a client has an SSRC of its own, and its RTX stream the next.
fn ssrc_of(cid: &str) -> u32 {
    cid.bytes().fold(0x0100_0193u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)) & 0x7fff_fffe
}
