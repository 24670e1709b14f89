//! SCTP over DTLS (RFC 8261), and the data channels on it, around `rtc-sctp`.
//!
//! The association's answers and timers are driven from here. Messages are read from it only when somebody asks for them
//! ([`Sctp::poll_message`]): what nobody asks for stays in its receive window, the window closes, and the peer waits. So a
//! reliable message is never dropped, however slow its reader is. A server waits for the peer's INIT, a client begins.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use rtc_sctp::{
    Association, AssociationHandle, ClientConfig, DatagramEvent, Endpoint, EndpointConfig, Event, Payload,
    PayloadProtocolIdentifier, ServerConfig, StreamEvent, TimerConfig, TransportConfig,
};
use rtc_shared::TransportProtocol;

use super::data_channel::{self, ChannelState, DataChannel, Establishment};
use super::error::DataError;
use super::sctp_gate::{SctpGate, Verdict};
use crate::event::TransportFailure;
use crate::limits::{MAX_DATA_BUFFER, MAX_DATA_CHANNELS, MAX_DATA_MESSAGE, MAX_SCTP_RECEIVE_BUFFER, MAX_STREAM_ID};
use crate::params::DataChannelParameters;

/// `rtc-sctp` wants addresses; over DTLS they mean nothing.
const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 1);
const LOCAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 2);
/// A minute of silence, with the timeout doubling from one second on: consent ends long before.
const MAX_RETRANSMISSIONS: usize = 8;

/// What the association has to tell.
#[derive(Debug)]
pub(crate) enum SctpEvent {
    ChannelOpen(Arc<str>),
    Failed(TransportFailure),
}

/// One association and its data channels.
pub(crate) struct Sctp {
    endpoint: Endpoint,
    association: Option<(AssociationHandle, Association)>,
    connected: bool,
    gate: SctpGate,
    /// The tag of the INIT that we answered and the answer, until the association is up.
    init: Option<(u32, Bytes)>,
    channels: Vec<DataChannel>,
    /// Streams that have something to read, as far as we were told.
    readable: VecDeque<u16>,
    outgoing: VecDeque<Bytes>,
}

impl Sctp {
    /// An association of which we are the server (the DTLS server too, whose streams have odd ids) or the client.
    pub(crate) fn new(now: Instant, is_client: bool, wanted: Vec<DataChannelParameters>) -> Self {
        let transport = TransportConfig::default()
            .with_max_message_size(MAX_DATA_MESSAGE as u32)
            .with_max_receive_buffer_size(MAX_SCTP_RECEIVE_BUFFER as u32)
            .with_max_num_inbound_streams(MAX_STREAM_ID + 1)
            .with_max_num_outbound_streams(MAX_STREAM_ID + 1)
            .with_timer_config(TimerConfig { max_t3_rtx_retrans: MAX_RETRANSMISSIONS, ..TimerConfig::default() });
        let server = Arc::new(ServerConfig::new(transport.clone()));
        let config = Arc::new(EndpointConfig::new());
        let mut endpoint = Endpoint::new(LOCAL, TransportProtocol::UDP, config, Some(server));
        let association = if is_client { endpoint.connect(now, ClientConfig::new(transport), PEER).ok() } else { None };
        let first = u16::from(!is_client);
        let channels = wanted
            .into_iter()
            .take(MAX_DATA_CHANNELS)
            .zip((first..).step_by(2))
            .map(|(parameters, stream)| DataChannel::wanted(parameters, stream))
            .collect();
        Self {
            endpoint,
            association,
            connected: false,
            gate: SctpGate::default(),
            init: None,
            channels,
            readable: VecDeque::new(),
            outgoing: VecDeque::new(),
        }
    }

    /// Takes one packet that DTLS decrypted.
    pub(crate) fn handle(&mut self, now: Instant, packet: Bytes, events: &mut Vec<SctpEvent>) {
        let tag = match self.gate.judge(&packet) {
            Verdict::Pass => None,
            Verdict::Init(tag) => Some(tag),
            Verdict::Drop => return,
            Verdict::Violation => {
                events.push(SctpEvent::Failed(TransportFailure::LimitExceeded));
                return;
            }
        };
        // `rtc-sctp` would begin another association for every repetition of an INIT.
        if let (Some(tag), Some((answered, answer))) = (tag, &self.init) {
            if tag == *answered {
                self.outgoing.push_back(answer.clone());
            }
            return;
        }
        if tag.is_some() && self.connected {
            return;
        }
        match self.endpoint.handle(now, PEER, None, packet) {
            Some((handle, DatagramEvent::NewAssociation(association))) => {
                if self.association.is_none() {
                    self.association = Some((handle, association));
                }
            }
            Some((handle, DatagramEvent::AssociationEvent(event))) => {
                if let Some((known, association)) = &mut self.association
                    && *known == handle
                {
                    association.handle_event(event);
                }
            }
            Some(_) | None => {}
        }
        self.collect(now);
        if let (Some(tag), None, Some(answer)) = (tag, &self.init, self.outgoing.back()) {
            self.init = Some((tag, answer.clone()));
        }
        self.drive(now, events);
    }

    /// Follows up on what the association has to tell.
    fn drive(&mut self, now: Instant, events: &mut Vec<SctpEvent>) {
        while let Some((handle, association)) = &mut self.association {
            while let Some(event) = association.poll_endpoint_event() {
                self.endpoint.handle_event(*handle, event);
            }
            let Some(event) = association.poll() else { break };
            match event {
                Event::Connected => {
                    self.connected = true;
                    self.init = None;
                    self.open_wanted(now);
                }
                Event::HandshakeFailed { .. } => events.push(SctpEvent::Failed(TransportFailure::PeerClosed)),
                // The stream of this id was reset, or went down with the association.
                Event::AssociationLost { id, .. } => self.channels.retain(|channel| channel.stream != id),
                Event::Stream(StreamEvent::Readable { id }) if !self.readable.contains(&id) => {
                    self.readable.push_back(id);
                }
                Event::Stream(StreamEvent::BufferedAmountReleased { id, n_bytes }) => {
                    if let Some(channel) = self.channels.iter_mut().find(|channel| channel.stream == id) {
                        channel.buffered = channel.buffered.saturating_sub(n_bytes);
                    }
                }
                _ => {}
            }
        }
        self.establish(now, events);
        self.collect(now);
        // Before its handshake an association counts as closed, too.
        if self.connected && self.association.as_ref().is_some_and(|(_, association)| association.is_closed()) {
            events.push(SctpEvent::Failed(TransportFailure::PeerClosed));
            self.association = None;
        }
    }

    fn open_wanted(&mut self, now: Instant) {
        let Some((_, association)) = &mut self.association else { return };
        for channel in &mut self.channels {
            let ChannelState::Wanted = channel.state else { continue };
            let Some(open) = data_channel::open_message(&channel.parameters) else { continue };
            let Ok(mut stream) = association.open_stream(channel.stream, PayloadProtocolIdentifier::Binary) else {
                continue;
            };
            let (unordered, kind, value) = data_channel::reliability(&channel.parameters);
            let prepared = stream.set_reliability_params(unordered, kind, value).is_ok();
            if prepared && stream.write_sctp(now, &open, PayloadProtocolIdentifier::Dcep).is_ok() {
                channel.state = ChannelState::Opening;
            }
        }
    }

    /// Reads the streams that are not open channels: what comes there is the establishment protocol, or nothing to us.
    /// Not before the association is up: data may overtake the end of its handshake, but cannot be answered before it.
    fn establish(&mut self, now: Instant, events: &mut Vec<SctpEvent>) {
        if !self.connected {
            return;
        }
        let streams: Vec<u16> = self.readable.iter().copied().collect();
        for stream in streams {
            while !self.is_open(stream) {
                let Some((ppi, payload)) = self.read(stream) else { break };
                if ppi == PayloadProtocolIdentifier::Dcep {
                    self.take_establishment(now, stream, &payload, events);
                }
            }
        }
    }

    fn is_open(&self, stream: u16) -> bool {
        self.channels.iter().any(|channel| channel.stream == stream && channel.is_open())
    }

    /// The next message of a stream; once there is none, the stream counts as read until we are told again.
    fn read(&mut self, stream: u16) -> Option<(PayloadProtocolIdentifier, Vec<u8>)> {
        let chunks = match &mut self.association {
            Some((_, association)) => {
                association.stream(stream).ok().and_then(|mut stream| stream.read_sctp().ok()).flatten()
            }
            None => None,
        };
        let Some(chunks) = chunks else {
            self.readable.retain(|readable| *readable != stream);
            return None;
        };
        self.gate.delivered(chunks.chunks.len());
        // A message longer than announced breaks the agreement; its bytes are gone, its place is an empty message.
        let payload = chunks.to_payload(MAX_DATA_MESSAGE).map(Vec::from).unwrap_or_default();
        Some((chunks.ppi, payload))
    }

    fn take_establishment(&mut self, now: Instant, stream: u16, payload: &[u8], events: &mut Vec<SctpEvent>) {
        match data_channel::read_establishment(payload) {
            Some(Establishment::Open(parameters)) => {
                let known = self.channels.iter().any(|channel| channel.stream == stream);
                if known || self.channels.len() >= MAX_DATA_CHANNELS {
                    return;
                }
                let (unordered, kind, value) = data_channel::reliability(&parameters);
                let label = parameters.label.clone();
                if let (Some((_, association)), Some(ack)) = (&mut self.association, data_channel::acknowledgement())
                    && let Ok(mut handle) = association.stream(stream)
                    && handle.set_reliability_params(unordered, kind, value).is_ok()
                    && handle.write_sctp(now, &ack, PayloadProtocolIdentifier::Dcep).is_ok()
                {
                    self.channels.push(DataChannel::accepted(parameters, stream));
                    events.push(SctpEvent::ChannelOpen(label));
                }
            }
            Some(Establishment::Acknowledged) => {
                let Some(channel) = self.channels.iter_mut().find(|channel| channel.stream == stream) else { return };
                if let ChannelState::Opening = channel.state {
                    channel.state = ChannelState::Open;
                    events.push(SctpEvent::ChannelOpen(channel.parameters.label.clone()));
                    let held = std::mem::take(&mut channel.held);
                    let Some((_, association)) = &mut self.association else { return };
                    for message in held {
                        channel.buffered = channel.buffered.saturating_sub(message.len());
                        channel.buffered += write(now, association, stream, &message);
                    }
                }
            }
            None => {}
        }
    }

    /// Sends a message over the channel of `label`, or holds it until that channel is open.
    pub(crate) fn send(&mut self, now: Instant, label: &str, message: &[u8]) -> Result<(), DataError> {
        if message.len() > MAX_DATA_MESSAGE {
            return Err(DataError::TooLarge);
        }
        let buffered: usize = self.channels.iter().map(|channel| channel.buffered).sum();
        // The latest of a label counts: a peer that opens one anew has given up the old one.
        let channel =
            self.channels.iter_mut().rfind(|channel| &*channel.parameters.label == label).ok_or(DataError::NotOpen)?;
        if buffered + message.len() > MAX_DATA_BUFFER {
            return Err(DataError::BufferFull);
        }
        match (&channel.state, &mut self.association) {
            (ChannelState::Open, Some((_, association))) => {
                let stream = channel.stream;
                let written = write(now, association, stream, message);
                if written == 0 {
                    return Err(DataError::NotOpen);
                }
                channel.buffered += written;
                self.collect(now);
            }
            (ChannelState::Open, None) => return Err(DataError::NotOpen),
            (ChannelState::Wanted | ChannelState::Opening, _) => {
                channel.buffered += message.len();
                channel.held.push_back(Bytes::copy_from_slice(message));
            }
        }
        Ok(())
    }

    /// The next message of an open channel.
    pub(crate) fn poll_message(&mut self, now: Instant, events: &mut Vec<SctpEvent>) -> Option<(Arc<str>, Arc<[u8]>)> {
        while let Some(stream) = self.readable.front().copied().filter(|_| self.connected) {
            let channel = self.channels.iter().find(|channel| channel.stream == stream && channel.is_open());
            let Some(label) = channel.map(|channel| channel.parameters.label.clone()) else {
                self.establish(now, events);
                if self.readable.front() == Some(&stream) && !self.is_open(stream) {
                    self.readable.pop_front();
                }
                continue;
            };
            let Some((ppi, payload)) = self.read(stream) else {
                // Reading may have let a deferred reset through.
                self.drive(now, events);
                continue;
            };
            match ppi {
                PayloadProtocolIdentifier::Binary | PayloadProtocolIdentifier::String => {
                    return Some((label, payload.into()));
                }
                PayloadProtocolIdentifier::BinaryEmpty | PayloadProtocolIdentifier::StringEmpty => {
                    return Some((label, Arc::from([])));
                }
                PayloadProtocolIdentifier::Dcep => self.take_establishment(now, stream, &payload, events),
                _ => {}
            }
        }
        None
    }

    fn collect(&mut self, now: Instant) {
        let Some((_, association)) = &mut self.association else { return };
        while let Some(transmit) = association.poll_transmit(now) {
            let Payload::RawEncode(packets) = transmit.message else { continue };
            for packet in packets {
                self.gate.observe(&packet);
                self.outgoing.push_back(packet);
            }
        }
    }

    /// The next packet for DTLS to encrypt.
    pub(crate) fn poll_transmit(&mut self, now: Instant) -> Option<Bytes> {
        if self.outgoing.is_empty() {
            self.collect(now);
        }
        self.outgoing.pop_front()
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.association.as_ref().and_then(|(_, association)| association.poll_timeout())
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, events: &mut Vec<SctpEvent>) {
        if self.poll_timeout().is_none_or(|deadline| now < deadline) {
            return;
        }
        if let Some((_, association)) = &mut self.association {
            association.handle_timeout(now);
        }
        self.collect(now);
        self.drive(now, events);
    }
}

/// Hands a message to the association and returns the bytes that it holds for it, 0 when it took none.
fn write(now: Instant, association: &mut Association, stream: u16, message: &[u8]) -> usize {
    let (ppi, payload) = data_channel::user_message(message);
    association.stream(stream).and_then(|mut stream| stream.write_sctp(now, &payload, ppi)).unwrap_or(0)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test has to begin at some time")]
mod tests {
    use super::*;
    use crate::limits::MAX_SCTP_AHEAD;
    use allocation_counter::measure;

    struct Bench {
        now: Instant,
        client: Sctp,
        server: Sctp,
        client_events: Vec<SctpEvent>,
        server_events: Vec<SctpEvent>,
        /// The verification tag and the last TSN that the client used, read off its packets.
        tag: [u8; 4],
        last_tsn: u32,
    }

    impl Bench {
        fn connected() -> Self {
            let now = Instant::now();
            let parameters =
                |label: &str| DataChannelParameters { label: label.into(), ordered: false, max_retransmits: None };
            let mut bench = Self {
                now,
                client: Sctp::new(now, true, vec![parameters("data")]),
                server: Sctp::new(now, false, vec![]),
                client_events: vec![],
                server_events: vec![],
                tag: [0; 4],
                last_tsn: 0,
            };
            bench.run();
            assert!(matches!(bench.server_events[..], [SctpEvent::ChannelOpen(_)]));
            assert!(matches!(bench.client_events[..], [SctpEvent::ChannelOpen(_)]));
            bench
        }

        fn run(&mut self) {
            loop {
                let mut idle = true;
                while let Some(packet) = self.client.poll_transmit(self.now) {
                    self.tag.copy_from_slice(&packet[4..8]);
                    if packet[12] == 0 {
                        self.last_tsn = u32::from_be_bytes(packet[16..20].try_into().unwrap());
                    }
                    self.server.handle(self.now, packet, &mut self.server_events);
                    idle = false;
                }
                while let Some(packet) = self.server.poll_transmit(self.now) {
                    self.client.handle(self.now, packet, &mut self.client_events);
                    idle = false;
                }
                if idle {
                    return;
                }
            }
        }

        /// A packet of the client's with one byte of an unordered message: whole, or its beginning.
        fn forge(&self, tsn: u32, stream: u16, whole: bool) -> Bytes {
            let mut packet = vec![0x13, 0x88, 0x13, 0x88];
            packet.extend(self.tag);
            packet.extend([0; 4]);
            packet.extend([0, if whole { 7 } else { 6 }, 0, 17]);
            packet.extend(tsn.to_be_bytes());
            packet.extend(stream.to_be_bytes());
            packet.extend([0, 0, 0, 0, 0, 53, 9, 0, 0, 0]);
            let checksum = crc32c(&packet);
            packet[8..12].copy_from_slice(&checksum.to_le_bytes());
            packet.into()
        }
    }

    /// The checksum of SCTP (RFC 9260, appendix A), bit by bit.
    fn crc32c(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 })
        })
    }

    #[test]
    fn chunks_beyond_a_gap_do_not_pile_up_and_the_gap_heals() {
        let mut bench = Bench::connected();
        let gap = bench.last_tsn.wrapping_add(1);
        let mut received = 0;
        let held = measure(|| {
            for number in 1..50_000u32 {
                let packet = bench.forge(gap.wrapping_add(number), 0, true);
                bench.server.handle(bench.now, packet, &mut bench.server_events);
                while bench.server.poll_message(bench.now, &mut bench.server_events).is_some() {
                    received += 1;
                }
                while bench.server.poll_transmit(bench.now).is_some() {}
            }
        });
        // They are whole and unordered: delivered at once, but remembered until the gap is filled.
        assert!((1..=MAX_SCTP_AHEAD as usize).contains(&received), "{received}");
        assert!(held.bytes_current < 2 << 20, "{}", held.bytes_current);
        let fill = bench.forge(gap, 0, true);
        bench.server.handle(bench.now, fill, &mut bench.server_events);
        assert!(bench.server.poll_message(bench.now, &mut bench.server_events).is_some());
        bench.now += std::time::Duration::from_millis(300);
        bench.server.handle_timeout(bench.now, &mut bench.server_events);
        while bench.server.poll_transmit(bench.now).is_some() {}
        let after = bench.forge(gap.wrapping_add(MAX_SCTP_AHEAD + 100), 0, true);
        bench.server.handle(bench.now, after, &mut bench.server_events);
        assert!(bench.server.poll_message(bench.now, &mut bench.server_events).is_some());
    }

    #[test]
    fn messages_that_never_end_do_not_pile_up() {
        let mut bench = Bench::connected();
        let first = bench.last_tsn.wrapping_add(1);
        let held = measure(|| {
            for number in 0..50_000u32 {
                let packet = bench.forge(first.wrapping_add(number), 0, false);
                bench.server.handle(bench.now, packet, &mut bench.server_events);
                while bench.server.poll_message(bench.now, &mut bench.server_events).is_some() {}
                while bench.server.poll_transmit(bench.now).is_some() {}
            }
        });
        assert!(held.bytes_current < 2 << 20, "{}", held.bytes_current);
    }

    #[test]
    fn streams_without_end_are_a_violation() {
        let mut bench = Bench::connected();
        let first = bench.last_tsn.wrapping_add(1);
        for number in 0..200u16 {
            let packet = bench.forge(first.wrapping_add(u32::from(number)), number * 5, true);
            bench.server.handle(bench.now, packet, &mut bench.server_events);
        }
        let violation = |event: &SctpEvent| matches!(event, SctpEvent::Failed(TransportFailure::LimitExceeded));
        assert!(bench.server_events.iter().any(violation));
    }
}
