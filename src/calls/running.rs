//! The calls of a server: media workers, rooms and the WebSocket, put together.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::Router;
use rotunda_sfu::transport::TransportConfig;
use rotunda_signaling::io::{Who, Whose};
use rotunda_signaling::{Attendant, RoomPolicy};

use super::Calls;
use crate::auth::{ApiKeys, RoomAccess};
use crate::config::Config;
use crate::lifecycle::StartError;
use crate::media::{self, Media, addresses, socket};
use crate::metrics::Metrics;
use crate::rooms::{ChatStore, RoomSettings, Rooms};
use crate::rtc::Rtc;
use crate::samples::{Sample, Samples, Span};
use crate::store::{Millis, Person, SessionId, Store, UserId};

/// Rooms end at their own moments within this when the server stops, so that their clients do not come back as one.
const SHUTDOWN_SPREAD: Duration = Duration::from_millis(500);
/// After this the server goes, whoever has not heard of it.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(3);
/// How often the workers' counters become metrics.
const OBSERVE: Duration = Duration::from_secs(1);

/// Everything of a server that has to do with calls. Cheap to clone.
#[derive(Clone)]
pub struct RunningCalls {
    media: Arc<Media>,
    rooms: Rooms,
    rtc: Rtc,
    metrics: Metrics,
    samples: Arc<Mutex<Samples>>,
    advertised: Arc<[SocketAddr]>,
    started: Instant,
}

impl RunningCalls {
    /// Binds the media port (and notes in `config` which it became), starts the workers, and has a place for rooms, which keep their chat in `store`.
    ///
    /// # Errors
    /// The port is taken, or the machine refuses something that should always work.
    pub fn start(
        config: &mut Config,
        keys: ApiKeys,
        access: RoomAccess,
        store: Arc<dyn Store>,
        metrics: Metrics,
    ) -> Result<Self, StartError> {
        let machine = |what: &str, error: &dyn std::fmt::Display| StartError::Machine(format!("{what}: {error}"));
        let advertised = advertised(config)?;
        for warning in &advertised.warnings {
            tracing::warn!("{warning}");
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = config.workers.unwrap_or(cores).clamp(1, media::MAX_WORKERS);
        let port = config.rtc_udp_port;
        let binding = socket::bind_addresses(advertised.is_loopback_only());
        let sockets = socket::bind(&binding, port, workers).map_err(|reason| match reason.kind() {
            std::io::ErrorKind::AddrInUse => StartError::MediaPortTaken(port),
            _ => StartError::MediaPort { port, reason },
        })?;
        config.rtc_udp_port = sockets.port;
        if sockets.receive_buffer < socket::RECEIVE_BUFFER_BYTES {
            tracing::info!(
                granted = sockets.receive_buffer,
                asked = socket::RECEIVE_BUFFER_BYTES,
                "the kernel limits the media sockets' receive buffers; for large calls raise net.core.rmem_max"
            );
        }
        let transport = TransportConfig::generate(&config.srtp_profiles)
            .map_err(|error| machine("no certificate for media could be made", &error))?;
        let transport = Arc::new(transport);
        let candidates: Vec<SocketAddr> =
            advertised.addresses.iter().map(|address| SocketAddr::new(*address, sockets.port)).collect();
        let media =
            Media::start(sockets, &transport).map_err(|error| machine("no media worker could be started", &error))?;
        let media = Arc::new(media);
        tracing::info!(port = media.port(), workers, advertised = ?advertised.addresses, "media is served");
        let advertised: Arc<[SocketAddr]> = candidates.clone().into();
        let settings = RoomSettings {
            candidates,
            fingerprint: transport.fingerprint(),
            server: concat!("rotunda ", env!("CARGO_PKG_VERSION")).into(),
        };
        let rooms = Rooms::new(Arc::clone(&media), settings, ChatStore(store), metrics.clone());
        let rtc = Rtc::new(keys, access, rooms.clone(), metrics.clone());
        let samples = Arc::new(Mutex::new(Samples::new(Millis::now())));
        Ok(Self { media, rooms, rtc, metrics, samples, advertised, started: Instant::now() })
    }

    /// The routes under `/rtc`.
    pub fn router(&self) -> Router {
        self.rtc.clone().router()
    }

    /// What a Prometheus server scrapes.
    pub fn metrics_router(&self) -> Router {
        let calls = self.clone();
        let scrape = move || {
            let calls = calls.clone();
            async move {
                (
                    [(axum::http::header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
                    calls.metrics.render(),
                )
            }
        };
        Router::new().route("/metrics", axum::routing::get(scrape))
    }

    /// Copies the workers' counters into the metrics, and those into the samples, once a second, for ever.
    pub async fn observe(self) {
        let mut every = tokio::time::interval(OBSERVE);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            every.tick().await;
            let uptime = self.started.elapsed();
            self.metrics.observe(uptime, &self.media.snapshots());
            self.samples.lock().unwrap_or_else(PoisonError::into_inner).observe(uptime, &self.metrics.totals());
        }
    }

    /// Where clients are told to send their media.
    pub fn advertised(&self) -> &[SocketAddr] {
        &self.advertised
    }

    /// The open rooms.
    pub fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    /// The media workers.
    pub fn media(&self) -> &Arc<Media> {
        &self.media
    }

    /// The metrics.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }
}

/// What clients are told. A development server on a loopback address is for this machine alone. A server that only this
/// machine opens, and no proxy with a name of its own, offers loopback beside the machine's addresses, which come and go
/// with the network that a laptop is in.
fn advertised(config: &Config) -> Result<addresses::Advertised, StartError> {
    let machine = addresses::machine_addresses()
        .map_err(|error| StartError::Machine(format!("the machine's addresses cannot be listed: {error}")))?;
    let loopback = config.listen.ip().is_loopback();
    let local_only = config.dev && loopback;
    let loopback_too = config.dev || (loopback && config.public_url.is_none());
    Ok(addresses::advertised(&config.external_ip, &machine, local_only, loopback_too))
}

#[async_trait]
impl Calls for RunningCalls {
    fn close_room(&self, room: &str) {
        let (rooms, room) = (self.rooms.clone(), room.to_owned());
        tokio::spawn(async move { rooms.close_room(&room).await });
    }

    fn end_call(&self, room: &str) {
        let (rooms, room) = (self.rooms.clone(), room.to_owned());
        tokio::spawn(async move { rooms.end_call(&room).await });
    }

    fn set_policy(&self, room: &str, policy: RoomPolicy) {
        let (rooms, room) = (self.rooms.clone(), room.to_owned());
        tokio::spawn(async move { rooms.set_policy(&room, policy).await });
    }

    fn stop_share(&self, room: &str, identity: String) {
        let (rooms, room) = (self.rooms.clone(), room.to_owned());
        tokio::spawn(async move { rooms.stop_share(&room, identity).await });
    }

    fn lower_hands(&self, room: &str, whose: Option<Who>) {
        let (rooms, room) = (self.rooms.clone(), room.to_owned());
        tokio::spawn(async move { rooms.lower_hands(&room, whose).await });
    }

    async fn has_place(&self, room: &str, identity: &str) -> bool {
        self.rooms.has_place(room, identity).await
    }

    async fn is_inside(&self, room: &str, who: &Person) -> bool {
        self.rooms.is_inside(room, &who.to_string()).await
    }

    async fn identities(&self, room: &str) -> Vec<String> {
        self.rooms.identities(room).await
    }

    fn open_rooms(&self) -> Vec<String> {
        self.rooms.names()
    }

    async fn census(&self, room: &str) -> Option<Vec<Attendant>> {
        self.rooms.census(room).await
    }

    fn remove(&self, room: &str, who: Who) {
        let (rooms, room) = (self.rooms.clone(), room.to_owned());
        tokio::spawn(async move { rooms.remove(&room, who).await });
    }

    fn mute(&self, room: &str, whose: Whose) {
        let (rooms, room) = (self.rooms.clone(), room.to_owned());
        tokio::spawn(async move { rooms.mute(&room, whose).await });
    }

    fn disconnect_account(&self, account: UserId) {
        let rooms = self.rooms.clone();
        tokio::spawn(async move { rooms.disconnect_account(&account.to_string()).await });
    }

    fn disconnect_session(&self, session: &SessionId) {
        let (rtc, session) = (self.rtc.clone(), session.clone());
        tokio::spawn(async move { rtc.disconnect_login(&session).await });
    }

    fn samples(&self, span: Span) -> Vec<Sample> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner).read(span)
    }

    fn media_ready(&self) -> bool {
        self.media.is_ready()
    }

    async fn shutdown(&self) {
        self.rooms.shutdown(SHUTDOWN_SPREAD, SHUTDOWN_DEADLINE).await;
        let media = Arc::clone(&self.media);
        // Joining threads blocks; a worker ends within its turn.
        let _ = tokio::task::spawn_blocking(move || media.stop()).await;
    }
}
