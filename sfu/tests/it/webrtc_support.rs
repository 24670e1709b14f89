//! The `webrtc` crate as an independent peer on real loopback sockets, and a transport of ours on one.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rotunda_sfu::gate::{DatagramKind, classify};
use rotunda_sfu::ids::WorkerId;
use rotunda_sfu::params::{DataChannelParameters, Fingerprint, IceCredentials, RemoteParameters, SrtpProfile};
use rotunda_sfu::send_arena::SendArena;
use rotunda_sfu::transport::{Role, Transport, TransportConfig, TransportEvent};
use rtc::interceptor::{Interceptor, Packet, Slot, StreamInfo, TaggedPacket};
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::interceptor_registry::{Registry, register_default_interceptors};
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MIME_TYPE_VP8, MediaEngine};
use rtc::peer_connection::configuration::setting_engine::SettingEngineBuilder;
use rtc::peer_connection::transport::RTCDtlsRole;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::sender_report::SenderReport;
use rtc::rtcp::transport_feedbacks::transport_layer_nack::TransportLayerNack;
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use rtc::sansio::Protocol;
use tokio::net::UdpSocket;
use webrtc::data_channel::{DataChannel, DataChannelEvent};
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCIceGatheringState, RTCSessionDescription,
    SrtpProtectionProfile,
};

pub const PAYLOAD_TYPE: u8 = 111;
pub const PEER_SSRC: u32 = 0x1111_2222;
pub const OUR_SSRC: u32 = 0x3333_4444;

/// What the peer has seen.
#[derive(Default)]
pub struct Seen {
    pub rtp: Vec<Vec<u8>>,
    pub messages: Vec<(String, Vec<u8>)>,
    pub channels: Vec<Arc<dyn DataChannel>>,
    pub tracks: Vec<Arc<dyn TrackRemote>>,
    pub gathered: bool,
    /// RTCP that came: keyframe requests, retransmission requests, receiver and sender reports.
    pub keyframe_requests: usize,
    pub nacks: usize,
    pub receiver_reports: usize,
    pub sender_reports: usize,
}

/// Looks at all RTCP that comes in, and passes everything on.
struct Witness {
    seen: Shared,
    reads: VecDeque<TaggedPacket>,
    writes: VecDeque<TaggedPacket>,
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for Witness {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = rtc::shared::error::Error;
    type Time = Instant;

    fn handle_read(&mut self, packet: TaggedPacket) -> Result<(), Self::Error> {
        if let Packet::Rtcp(compound) = &packet.message.packet {
            let mut seen = self.seen.lock().unwrap();
            for part in compound {
                let part = part.as_any();
                seen.keyframe_requests += usize::from(part.is::<PictureLossIndication>());
                seen.nacks += usize::from(part.is::<TransportLayerNack>());
                seen.receiver_reports += usize::from(part.is::<ReceiverReport>());
                seen.sender_reports += usize::from(part.is::<SenderReport>());
            }
        }
        self.reads.push_back(packet);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.reads.pop_front()
    }

    fn handle_write(&mut self, packet: TaggedPacket) -> Result<(), Self::Error> {
        self.writes.push_back(packet);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.writes.pop_front()
    }
}

impl Interceptor for Witness {
    fn bind_local_stream(&mut self, _: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _: &StreamInfo) {}
}

type Shared = Arc<Mutex<Seen>>;

struct Handler(Shared);

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        self.0.lock().unwrap().gathered |= state == RTCIceGatheringState::Complete;
    }

    async fn on_data_channel(&self, channel: Arc<dyn DataChannel>) {
        tokio::spawn(read_channel(channel, self.0.clone()));
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let seen = self.0.clone();
        seen.lock().unwrap().tracks.push(track.clone());
        tokio::spawn(async move {
            while let Some(event) = track.poll().await {
                if let TrackRemoteEvent::OnRtpPacket(packet) = event {
                    seen.lock().unwrap().rtp.push(packet.payload.to_vec());
                }
            }
        });
    }
}

async fn read_channel(channel: Arc<dyn DataChannel>, seen: Shared) {
    let label = channel.label().await.unwrap_or_default();
    while let Some(event) = channel.poll().await {
        match event {
            DataChannelEvent::OnOpen => seen.lock().unwrap().channels.push(channel.clone()),
            DataChannelEvent::OnMessage(message) => {
                seen.lock().unwrap().messages.push((label.clone(), message.data.to_vec()));
            }
            _ => {}
        }
    }
}

/// The `webrtc` crate's side.
pub struct WebrtcPeer {
    pub connection: Box<dyn PeerConnection>,
    pub track: Arc<TrackLocalStaticRTP>,
    pub seen: Shared,
}

impl WebrtcPeer {
    /// A peer with Opus and nothing around it.
    pub async fn new() -> Self {
        let codec = RTCRtpCodec {
            mime_type: MIME_TYPE_OPUS.to_owned(),
            clock_rate: 48_000,
            channels: 2,
            sdp_fmtp_line: String::new(),
            rtcp_feedback: vec![],
        };
        let mut engine = MediaEngine::default();
        let parameters = RTCRtpCodecParameters { rtp_codec: codec.clone(), payload_type: PAYLOAD_TYPE };
        engine.register_codec(parameters, RtpCodecKind::Audio).unwrap();
        Self::with(engine, Registry::new(), codec, RtpCodecKind::Audio, Shared::default()).await
    }

    /// A peer with the crate's own codecs, retransmission, reports and feedback, and a VP8 track.
    pub async fn with_video() -> Self {
        let mut engine = MediaEngine::default();
        engine.register_default_codecs().unwrap();
        let seen = Shared::default();
        let witness = Witness { seen: seen.clone(), reads: VecDeque::new(), writes: VecDeque::new() };
        let registry = register_default_interceptors(Registry::new(), &mut engine).unwrap();
        let registry = registry.with(Slot::from(14_000), witness);
        let codec = RTCRtpCodec {
            mime_type: MIME_TYPE_VP8.to_owned(),
            clock_rate: 90_000,
            channels: 0,
            sdp_fmtp_line: String::new(),
            rtcp_feedback: vec![],
        };
        Self::with(engine, registry, codec, RtpCodecKind::Video, seen).await
    }

    async fn with(
        engine: MediaEngine,
        registry: Registry,
        codec: RTCRtpCodec,
        kind: RtpCodecKind,
        seen: Shared,
    ) -> Self {
        // In the order of a browser that prefers the old one.
        let settings = SettingEngineBuilder::new()
            .with_srtp_protection_profiles(vec![
                SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
                SrtpProtectionProfile::Srtp_Aead_Aes_256_Gcm,
                SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
            ])
            .with_include_loopback_candidate(true)
            // As browsers do towards an offer of actpass (RFC 8842, 5.3).
            .with_answering_dtls_role(RTCDtlsRole::Client)
            .build();
        let connection = PeerConnectionBuilder::new()
            .with_interceptor_registry(registry)
            .with_handler(Arc::new(Handler(seen.clone())))
            .with_runtime(webrtc::runtime::default_runtime().unwrap())
            .with_setting_engine(settings)
            .with_media_engine(engine)
            .with_udp_addrs(vec!["127.0.0.1:0".to_owned()])
            .build()
            .await
            .unwrap();
        let coding = RTCRtpCodingParameters { ssrc: Some(PEER_SSRC), ..Default::default() };
        let encoding = RTCRtpEncodingParameters { rtp_coding_parameters: coding, codec, ..Default::default() };
        let track = Arc::new(TrackLocalStaticRTP::new(MediaStreamTrack::new(
            "stream".to_owned(),
            "track".to_owned(),
            "label".to_owned(),
            kind,
            vec![encoding],
        )));
        Self { connection: Box::new(connection), track, seen }
    }

    /// An offer with a track and a data channel of this label.
    pub async fn offer(&self, label: &str) -> String {
        self.connection.add_track(self.track.clone() as Arc<dyn TrackLocal>).await.unwrap();
        let channel = self.connection.create_data_channel(label, None).await.unwrap();
        tokio::spawn(read_channel(channel, self.seen.clone()));
        let offer = self.connection.create_offer(None).await.unwrap();
        self.connection.set_local_description(offer).await.unwrap();
        self.local_description().await
    }

    /// The answer to an offer of ours.
    pub async fn answer(&self, offer: &str) -> String {
        let offer = RTCSessionDescription::offer(offer.to_owned()).unwrap();
        self.connection.set_remote_description(offer).await.unwrap();
        let answer = self.connection.create_answer(None).await.unwrap();
        self.connection.set_local_description(answer).await.unwrap();
        self.local_description().await
    }

    async fn local_description(&self) -> String {
        for _ in 0..500 {
            if self.seen.lock().unwrap().gathered {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.connection.local_description().await.unwrap().sdp
    }

    pub async fn send_rtp(&self, sequence_number: u16, payload: &[u8]) {
        let header = rtc::rtp::header::Header {
            version: 2,
            payload_type: PAYLOAD_TYPE,
            sequence_number,
            timestamp: u32::from(sequence_number) * 960,
            ssrc: PEER_SSRC,
            ..Default::default()
        };
        let packet = rtc::rtp::packet::Packet { header, payload: bytes::Bytes::copy_from_slice(payload) };
        let _ = self.track.write_rtp(packet).await;
    }

    pub async fn send_data(&self, label: &str, message: &[u8]) {
        let channels = self.seen.lock().unwrap().channels.clone();
        for channel in channels {
            if channel.label().await.unwrap() == label {
                channel.send(BytesMut::from(message)).await.unwrap();
                return;
            }
        }
        panic!("no open channel {label}");
    }

    pub fn has_open(&self, count: usize) -> bool {
        self.seen.lock().unwrap().channels.len() >= count
    }
}

fn attribute<'a>(sdp: &'a str, name: &str) -> &'a str {
    let prefix = format!("a={name}:");
    sdp.lines().find_map(|line| line.trim_end().strip_prefix(&prefix)).unwrap()
}

/// What a description says of its author's transport.
pub fn remote_parameters(sdp: &str) -> RemoteParameters {
    let hex = attribute(sdp, "fingerprint").split(' ').nth(1).unwrap();
    let bytes: Vec<u8> = hex.split(':').map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    RemoteParameters {
        ice: IceCredentials { ufrag: attribute(sdp, "ice-ufrag").into(), password: attribute(sdp, "ice-pwd").into() },
        fingerprint: Fingerprint(bytes.try_into().unwrap()),
        candidates: vec![],
    }
}

/// Our transport on a loopback socket.
pub struct LoopbackServer {
    pub transport: Transport,
    pub address: SocketAddr,
    pub events: Vec<TransportEvent>,
    pub rtp: Vec<Vec<u8>>,
    pub data: Vec<(Arc<str>, Arc<[u8]>)>,
    pub loss: f64,
    credentials: IceCredentials,
    fingerprint: Fingerprint,
    socket: UdpSocket,
    arena: SendArena,
    rng: StdRng,
}

impl LoopbackServer {
    pub async fn new(seed: u64, profiles: &[SrtpProfile], channels: Vec<DataChannelParameters>) -> Self {
        let config = Arc::new(TransportConfig::generate(profiles).unwrap());
        let mut rng = StdRng::seed_from_u64(seed);
        let credentials = IceCredentials::generate(WorkerId(0), &mut rng);
        let fingerprint = config.fingerprint();
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        Self {
            transport: Transport::new(config, Role::Server, credentials.clone(), channels),
            address: socket.local_addr().unwrap(),
            events: vec![],
            rtp: vec![],
            data: vec![],
            loss: 0.0,
            credentials,
            fingerprint,
            socket,
            arena: SendArena::default(),
            rng,
        }
    }

    fn transport_lines(&self, setup: &str) -> String {
        let hex: Vec<String> = self.fingerprint.0.iter().map(|byte| format!("{byte:02X}")).collect();
        format!(
            "a=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:sha-256 {}\r\na=setup:{setup}\r\n\
             a=candidate:1 1 udp 2130706431 127.0.0.1 {} typ host\r\na=end-of-candidates\r\n",
            self.credentials.ufrag,
            self.credentials.password,
            hex.join(":"),
            self.address.port(),
        )
    }

    fn session(&self, mids: &[&str]) -> String {
        format!(
            "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\na=ice-lite\r\n\
             a=msid-semantic: WMS *\r\n",
            mids.join(" ")
        )
    }

    fn audio(&self, mid: &str, direction: &str, setup: &str) -> String {
        format!(
            "m=audio 9 UDP/TLS/RTP/SAVPF {PAYLOAD_TYPE}\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\n{}a=rtcp-mux\r\n\
             a=rtpmap:{PAYLOAD_TYPE} opus/48000/2\r\na={direction}\r\na=msid:ours ours\r\n\
             a=ssrc:{OUR_SSRC} cname:ours\r\na=ssrc:{OUR_SSRC} msid:ours ours\r\n",
            self.transport_lines(setup)
        )
    }

    fn data(&self, mid: &str, setup: &str) -> String {
        format!(
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\n{}\
             a=sctp-port:5000\r\na=max-message-size:65536\r\n",
            self.transport_lines(setup)
        )
    }

    /// An offer to send one track and data.
    pub fn offer(&self) -> String {
        self.session(&["0", "1"]) + &self.data("0", "actpass") + &self.audio("1", "sendonly", "actpass")
    }

    /// The answer to an offer with one track and data.
    pub fn answer(&self, offer: &str) -> String {
        let mut kind = "";
        let mut sections = String::new();
        let mut mids = Vec::new();
        for line in offer.lines() {
            if let Some(media) = line.strip_prefix("m=") {
                kind = media.split(' ').next().unwrap();
            } else if let Some(mid) = line.trim_end().strip_prefix("a=mid:") {
                mids.push(mid);
                sections += &match kind {
                    "audio" => self.audio(mid, "sendrecv", "passive"),
                    _ => self.data(mid, "passive"),
                };
            }
        }
        self.session(&mids) + &sections
    }

    /// Serves the socket until `done` or for `limit`; whether `done` came true.
    pub async fn run_until(&mut self, limit: Duration, mut done: impl FnMut(&mut Self) -> bool) -> bool {
        let end = Instant::now() + limit;
        let mut buffer = [0; 2048];
        loop {
            self.flush().await;
            if done(self) {
                self.flush().await;
                return true;
            }
            let now = Instant::now();
            if now >= end {
                return false;
            }
            let wake = self.transport.poll_timeout().unwrap_or(end).min(now + Duration::from_millis(20));
            match tokio::time::timeout(wake.saturating_duration_since(now), self.socket.recv_from(&mut buffer)).await {
                Ok(Ok((len, source))) => self.handle(source, &mut buffer[..len]),
                Ok(Err(_)) => {}
                Err(_) => self.transport.handle_timeout(Instant::now()),
            }
        }
    }

    fn handle(&mut self, source: SocketAddr, datagram: &mut [u8]) {
        if self.rng.random_bool(self.loss) {
            return;
        }
        let now = Instant::now();
        match classify(datagram) {
            DatagramKind::Stun => drop(self.transport.handle_stun(now, source, datagram)),
            DatagramKind::Dtls => drop(self.transport.handle_dtls(now, source, datagram)),
            DatagramKind::Rtp => {
                if let Ok(len) = self.transport.open_rtp(now, source, datagram) {
                    self.rtp.push(datagram[..len].to_vec());
                }
            }
            DatagramKind::Rtcp => drop(self.transport.open_rtcp(now, source, datagram)),
            DatagramKind::Junk => {}
        }
    }

    async fn flush(&mut self) {
        let now = Instant::now();
        while let Some(message) = self.transport.poll_data(now) {
            self.data.push(message);
        }
        while let Some(event) = self.transport.poll_event() {
            self.events.push(event);
        }
        self.arena.clear();
        self.transport.poll_transmit(now, &mut self.arena).unwrap();
        for datagram in self.arena.datagrams() {
            if !self.rng.random_bool(self.loss) {
                let bytes = &self.arena.bytes()[datagram.range.clone()];
                let _ = self.socket.send_to(bytes, datagram.destination).await;
            }
        }
    }

    pub async fn send_rtp(&mut self, index: u64, payload: &[u8]) {
        let mut header = crate::pair::rtp_header(OUR_SSRC, index as u16);
        header[1] = PAYLOAD_TYPE;
        let mut out = [0; 2000];
        let len = self.transport.seal_rtp(index, &header, &[payload], &mut out).unwrap();
        self.socket.send_to(&out[..len], self.transport.destination().unwrap()).await.unwrap();
    }

    pub fn profile(&self) -> Option<SrtpProfile> {
        self.events.iter().find_map(|event| match event {
            TransportEvent::Connected { profile, .. } => Some(*profile),
            _ => None,
        })
    }
}
