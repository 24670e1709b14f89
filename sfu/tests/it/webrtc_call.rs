//! Two peers of the `webrtc` crate in a call through the engine, over real sockets that lose packets: what is lost is asked for
//! and sent again in both directions, and keyframes are asked for where they are needed.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::rngs::StdRng;
use rotunda_sfu::command::{Command, SubscriptionSettings};
use rotunda_sfu::engine::{Engine, EngineConfig, Flush, Input};
use rotunda_sfu::event::{Event, EventKind};
use rotunda_sfu::gate::{DatagramKind, classify};
use rotunda_sfu::ids::{ParticipantId, PublicationId, RoomId, SubscriptionId, TransportId, WorkerId};
use rotunda_sfu::params::IceCredentials;
use rotunda_sfu::sdp::{Answerer, CodecPolicy, LocalParameters, Offerer, TrackHints};
use rotunda_sfu::transport::TransportConfig;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use tokio::net::UdpSocket;
use webrtc::media_stream::track_local::TrackLocal as _;
use webrtc::peer_connection::RTCSessionDescription;

use crate::webrtc_support::{PEER_SSRC, WebrtcPeer};

const PATIENCE: Duration = Duration::from_secs(20);
const ROOM: RoomId = RoomId(1);
const PUBLISHING: TransportId = TransportId(10);
const SUBSCRIBING: TransportId = TransportId(20);

/// The engine on a loopback socket that loses every seventh packet of VP8 the first time, in both directions.
struct EngineServer {
    engine: Engine,
    socket: UdpSocket,
    events: Vec<Event>,
    config: Arc<TransportConfig>,
    rng: StdRng,
    video_types: Vec<u8>,
    lost: BTreeSet<(SocketAddr, u32, u16)>,
    loses: bool,
}

impl EngineServer {
    async fn new() -> Self {
        let config = Arc::new(TransportConfig::generate(&TransportConfig::ALL_PROFILES).unwrap());
        let now = Instant::now();
        let engine_config = EngineConfig {
            worker: WorkerId(0),
            transport: config.clone(),
            epoch: now,
            unix_at_epoch: Duration::from_secs(1_800_000_000),
            seed: [7; 32],
        };
        Self {
            engine: Engine::new(engine_config, now),
            socket: UdpSocket::bind("127.0.0.1:0").await.unwrap(),
            events: vec![],
            config,
            rng: StdRng::seed_from_u64(1),
            video_types: vec![],
            lost: BTreeSet::new(),
            loses: false,
        }
    }

    fn local(&mut self) -> LocalParameters {
        LocalParameters {
            ice: IceCredentials::generate(WorkerId(0), &mut self.rng),
            fingerprint: self.config.fingerprint(),
            candidates: vec![self.socket.local_addr().unwrap()],
            session_id: 7,
        }
    }

    fn command(&mut self, command: Command) {
        self.engine.handle(Instant::now(), Input::Command(command));
    }

    fn is_lost(&mut self, peer: SocketAddr, datagram: &[u8]) -> bool {
        if !self.loses || classify(datagram) != DatagramKind::Rtp || !self.video_types.contains(&(datagram[1] & 0x7f)) {
            return false;
        }
        let sequence = u16::from_be_bytes([datagram[2], datagram[3]]);
        let ssrc = u32::from_be_bytes(datagram[8..12].try_into().unwrap());
        sequence % 7 == 3 && self.lost.insert((peer, ssrc, sequence))
    }

    async fn run_until(&mut self, limit: Duration, mut done: impl FnMut(&mut Self) -> bool) -> bool {
        let end = Instant::now() + limit;
        let mut buffer = [0; 2048];
        loop {
            self.flush().await;
            if done(self) {
                return true;
            }
            let now = Instant::now();
            if now >= end {
                return false;
            }
            let wake = self.engine.poll_timeout().unwrap_or(end).min(now + Duration::from_millis(10));
            match tokio::time::timeout(wake.saturating_duration_since(now), self.socket.recv_from(&mut buffer)).await {
                Ok(Ok((len, source))) => {
                    if !self.is_lost(source, &buffer[..len]) {
                        let contents = &mut buffer[..len];
                        self.engine.handle(Instant::now(), Input::Datagram { source, contents });
                    }
                }
                Ok(Err(_)) => {}
                Err(_) => self.engine.handle_timeout(Instant::now()),
            }
        }
    }

    async fn flush(&mut self) {
        let now = Instant::now();
        assert_eq!(self.engine.flush(now), Flush::Done);
        let sent: Vec<_> = {
            let arena = self.engine.transmits();
            let take = |d: &rotunda_sfu::send_arena::Datagram| (d.destination, arena.bytes()[d.range.clone()].to_vec());
            let sent = arena.datagrams().iter().map(take).collect();
            arena.clear();
            sent
        };
        for (destination, bytes) in sent {
            if !self.is_lost(destination, &bytes) {
                let _ = self.socket.send_to(&bytes, destination).await;
            }
        }
        while let Some(event) = self.engine.poll_event() {
            self.events.push(event);
        }
    }

    fn has_connected(&self, transport: TransportId) -> bool {
        self.events.iter().any(
            |event| matches!(event.kind, EventKind::TransportConnected { transport: connected, .. } if connected == transport),
        )
    }
}

/// One frame of VP8 in one packet: a picture id of 15 bits, a keyframe where asked for, and the frame's number at the end.
fn frame(number: u32, keyframe: bool) -> Vec<u8> {
    let picture = (number as u16 & 0x7fff) | 0x8000;
    let mut payload = vec![0x90, 0x80];
    payload.extend(picture.to_be_bytes());
    payload.extend(if keyframe {
        [0x10, 2, 0, 0x9d, 0x01, 0x2a, 0x80, 2, 0x68, 1]
    } else {
        [0x11, 2, 0, 0, 0, 0, 0, 0, 0, 0]
    });
    payload.extend([0x55; 400]);
    payload.extend(number.to_be_bytes());
    payload
}

async fn publish(server: &mut EngineServer) -> WebrtcPeer {
    let peer = WebrtcPeer::with_video().await;
    let local = server.local();
    let add = Command::AddTransport {
        participant: ParticipantId(1),
        transport: PUBLISHING,
        local: local.ice.clone(),
        data_channels: vec![],
    };
    server.command(add);
    let mut answerer = Answerer::new(local, CodecPolicy::default());
    let offer = peer.offer("_reliable").await;
    let answered = answerer.handle_offer(&offer, || unreachable!(), |_| TrackHints::default()).unwrap();
    server.command(Command::ConnectTransport { transport: PUBLISHING, remote: answered.remote });
    let track = answered.tracks.into_iter().next().unwrap();
    let codecs = track.parameters.codecs.clone();
    server.command(Command::Publish {
        transport: PUBLISHING,
        publication: PublicationId(1),
        parameters: track.parameters,
    });
    peer.connection.set_remote_description(RTCSessionDescription::answer(answered.sdp).unwrap()).await.unwrap();
    assert!(server.run_until(PATIENCE, |server| server.has_connected(PUBLISHING)).await, "{:?}", server.events);

    // The subscriber, with what the publisher may send.
    let subscriber = subscribe(server, &codecs).await;
    call(server, peer, subscriber).await
}

async fn subscribe(server: &mut EngineServer, codecs: &[rotunda_sfu::params::CodecParameters]) -> WebrtcPeer {
    let peer = WebrtcPeer::with_video().await;
    let local = server.local();
    let add = Command::AddTransport {
        participant: ParticipantId(2),
        transport: SUBSCRIBING,
        local: local.ice.clone(),
        data_channels: vec![],
    };
    server.command(add);
    let mut offerer = Offerer::new(local, true);
    offerer.add_track(rotunda_sfu::params::MediaKind::Video, codecs, "PA_x|TR_y", "TR_y", "cname").unwrap();
    let offer = offerer.poll_offer().unwrap();
    let answer = peer.answer(&offer.sdp).await;
    let applied = offerer.handle_answer(offer.id, &answer).unwrap();
    server.command(Command::ConnectTransport { transport: SUBSCRIBING, remote: applied.remote });
    let parameters = applied.accepted.into_iter().next().unwrap();
    let rtx = parameters.codecs.iter().filter_map(|codec| codec.rtx_payload_type).count();
    assert!(rtx > 0, "retransmissions are agreed on");
    server.video_types.extend(parameters.codecs.iter().map(|codec| codec.payload_type));
    server.command(Command::Subscribe {
        transport: SUBSCRIBING,
        subscription: SubscriptionId(1),
        publication: PublicationId(1),
        parameters,
        settings: SubscriptionSettings::default(),
    });
    assert!(server.run_until(PATIENCE, |server| server.has_connected(SUBSCRIBING)).await, "{:?}", server.events);
    peer
}

async fn call(server: &mut EngineServer, publisher: WebrtcPeer, subscriber: WebrtcPeer) -> WebrtcPeer {
    server.loses = true;
    let mut answered_requests = 0;
    for number in 0..400u32 {
        let requests = publisher.seen.lock().unwrap().keyframe_requests;
        // An encoder answers a request with its next frame, and begins with a keyframe.
        let keyframe = number == 0 || requests > answered_requests;
        answered_requests = requests;
        let header = rtc::rtp::header::Header {
            version: 2,
            marker: true,
            payload_type: 96,
            sequence_number: number as u16,
            timestamp: number * 3000,
            ssrc: PEER_SSRC,
            ..Default::default()
        };
        let payload = bytes::Bytes::from(frame(number, keyframe));
        publisher.track.write_rtp(rtc::rtp::packet::Packet { header, payload }).await.unwrap();
        if number == 200 {
            // The subscriber's decoder has lost its footing.
            let (track, ssrc) = {
                let track = subscriber.seen.lock().unwrap().tracks[0].clone();
                let ssrc = *track.ssrcs().await.first().unwrap();
                (track, ssrc)
            };
            let request = PictureLossIndication { sender_ssrc: 1, media_ssrc: ssrc };
            track.write_rtcp(vec![Box::new(request)]).await.unwrap();
        }
        server.run_until(Duration::from_millis(10), |_| false).await;
    }
    let numbers = || -> BTreeSet<u32> {
        let number = |payload: &Vec<u8>| payload.last_chunk().map(|bytes| u32::from_be_bytes(*bytes)).unwrap();
        subscriber.seen.lock().unwrap().rtp.iter().filter(|payload| payload.len() > 400).map(number).collect()
    };
    // From the first forwarded frame on there is no gap, although every seventh packet was lost twice on its way.
    let whole = |numbers: &BTreeSet<u32>| {
        let first = numbers.first().copied().unwrap_or(400);
        first < 100 && (first..390).all(|number| numbers.contains(&number))
    };
    let complete = server.run_until(Duration::from_secs(5), |_| whole(&numbers())).await;
    let counters = server.engine.counters().clone();
    let missing: Vec<u32> = (0..390).filter(|number| !numbers().contains(number)).collect();
    assert!(complete, "missing {missing:?}, {} lost, {counters:?}", server.lost.len());
    assert!(server.lost.len() > 60);
    let seen = publisher.seen.lock().unwrap();
    assert!(seen.nacks > 10 && counters.retransmissions_recovered > 20, "{counters:?}");
    assert!(counters.retransmissions_sent > 20, "{counters:?}");
    assert!(seen.keyframe_requests >= 1 && counters.keyframe_requests_received >= 1, "{counters:?}");
    assert!(seen.receiver_reports >= 3 && counters.transport_feedback_received >= 10, "{counters:?}");
    drop(seen);
    assert!(subscriber.seen.lock().unwrap().sender_reports >= 1);
    subscriber
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_lost_in_a_call_is_asked_for_and_sent_again_both_ways() {
    let mut server = EngineServer::new().await;
    server.command(Command::OpenRoom { room: ROOM });
    server.command(Command::AddParticipant { room: ROOM, participant: ParticipantId(1) });
    server.command(Command::AddParticipant { room: ROOM, participant: ParticipantId(2) });
    server.video_types.push(96);
    let subscriber = publish(&mut server).await;
    subscriber.connection.close().await.unwrap();
}
