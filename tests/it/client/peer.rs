//! One connection of a client: our transport in its client role over a socket of its own.

use std::sync::Arc;
use std::time::Instant;

use rotunda_sfu::gate::{DatagramKind, classify};
use rotunda_sfu::ids::WorkerId;
use rotunda_sfu::params::{DataChannelParameters, Fingerprint, IceCredentials, RemoteParameters, SrtpProfile};
use rotunda_sfu::send_arena::SendArena;
use rotunda_sfu::transport::{Role, Transport, TransportConfig, TransportEvent};
use tokio::net::UdpSocket;

use super::Packet;
use super::sdp::MID_EXTENSION;

pub enum PeerEvent {
    Connected(SrtpProfile),
    KeyframeWanted(u32),
    Data { label: String, message: Vec<u8> },
    Rtp { ssrc: u32, packet: Packet },
}

pub struct Peer {
    transport: Transport,
    credentials: IceCredentials,
    fingerprint: Fingerprint,
    socket: UdpSocket,
    arena: SendArena,
    events: Vec<PeerEvent>,
    buffer: Vec<u8>,
}

impl Peer {
    pub async fn new(config: &Arc<TransportConfig>, channels: Vec<DataChannelParameters>) -> Self {
        let credentials = IceCredentials::generate(WorkerId(0), &mut rand::rng());
        Self {
            transport: Transport::new(
                Arc::clone(config),
                Role::Client { seed: rand::random() },
                credentials.clone(),
                channels,
            ),
            credentials,
            fingerprint: config.fingerprint(),
            socket: UdpSocket::bind("127.0.0.1:0").await.unwrap(),
            arena: SendArena::default(),
            events: Vec::new(),
            buffer: vec![0; 2048],
        }
    }

    pub fn credentials(&self) -> &IceCredentials {
        &self.credentials
    }

    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    pub fn connect(&mut self, remote: RemoteParameters) {
        self.transport.connect(Instant::now(), remote);
    }

    pub fn timeout(&self) -> Option<Instant> {
        self.transport.poll_timeout()
    }

    /// Receives one datagram.
    pub async fn receive(&mut self) {
        let Ok((len, source)) = self.socket.recv_from(&mut self.buffer).await else { return };
        let now = Instant::now();
        let datagram = &mut self.buffer[..len];
        match classify(datagram) {
            DatagramKind::Stun => drop(self.transport.handle_stun(now, source, datagram)),
            DatagramKind::Dtls => drop(self.transport.handle_dtls(now, source, datagram)),
            DatagramKind::Rtp => {
                if let Ok(len) = self.transport.open_rtp(now, source, datagram) {
                    self.events.extend(read_rtp(&datagram[..len]));
                }
            }
            DatagramKind::Rtcp => {
                if let Ok(len) = self.transport.open_rtcp(now, source, datagram) {
                    self.events.extend(read_rtcp(&datagram[..len]));
                }
            }
            DatagramKind::Junk => {}
        }
    }

    /// Does what is due, sends what is to be sent, and tells what has happened.
    pub async fn drive(&mut self, now: Instant) -> Vec<PeerEvent> {
        if self.transport.poll_timeout().is_some_and(|due| due <= now) {
            self.transport.handle_timeout(now);
        }
        while let Some(event) = self.transport.poll_event() {
            if let TransportEvent::Connected { profile, .. } = event {
                self.events.push(PeerEvent::Connected(profile));
            }
        }
        while let Some((label, message)) = self.transport.poll_data(now) {
            self.events.push(PeerEvent::Data { label: label.to_string(), message: message.to_vec() });
        }
        self.transport.poll_transmit(now, &mut self.arena).unwrap();
        for datagram in self.arena.datagrams() {
            let _ = self.socket.send_to(&self.arena.bytes()[datagram.range.clone()], datagram.destination).await;
        }
        self.arena.clear();
        std::mem::take(&mut self.events)
    }

    pub async fn send_rtp(&mut self, index: u64, header: &[u8], payload: &[u8]) {
        let Some(destination) = self.transport.destination() else { return };
        let mut out = [0; 2048];
        let Some(len) = self.transport.seal_rtp(index, header, &[payload], &mut out) else { return };
        let _ = self.socket.send_to(&out[..len], destination).await;
    }

    pub fn send_data(&mut self, label: &str, message: &[u8]) {
        self.transport.send_data(Instant::now(), label, message).unwrap();
    }
}

/// An RTP header with the mid in a one-byte extension.
pub fn header(payload_type: u8, marker: bool, sequence: u16, timestamp: u32, ssrc: u32, mid: &str) -> Vec<u8> {
    let mut header = vec![0x90, payload_type | u8::from(marker) << 7];
    header.extend_from_slice(&sequence.to_be_bytes());
    header.extend_from_slice(&timestamp.to_be_bytes());
    header.extend_from_slice(&ssrc.to_be_bytes());
    let mut extension = vec![MID_EXTENSION << 4 | (mid.len() as u8 - 1)];
    extension.extend_from_slice(mid.as_bytes());
    extension.resize(extension.len().next_multiple_of(4), 0);
    header.extend_from_slice(&[0xbe, 0xde]);
    header.extend_from_slice(&((extension.len() / 4) as u16).to_be_bytes());
    header.extend_from_slice(&extension);
    header
}

fn read_rtp(packet: &[u8]) -> Option<PeerEvent> {
    let word = |at: usize| u32::from_be_bytes(packet[at..at + 4].try_into().unwrap());
    let mut start = 12 + 4 * usize::from(packet[0] & 0x0f);
    if packet[0] & 0x10 != 0 {
        start += 4 + 4 * (word(start) & 0xffff) as usize;
    }
    let padding = if packet[0] & 0x20 != 0 { usize::from(*packet.last()?) } else { 0 };
    let payload = packet.get(start..packet.len() - padding)?;
    Some(PeerEvent::Rtp {
        ssrc: word(8),
        packet: Packet {
            track: String::new(),
            payload_type: packet[1] & 0x7f,
            sequence: u16::from_be_bytes([packet[2], packet[3]]),
            timestamp: word(4),
            marker: packet[1] & 0x80 != 0,
            payload: payload.to_vec(),
        },
    })
}

/// Keyframe requests (RFC 4585, 6.3.1) of a compound packet.
fn read_rtcp(mut packet: &[u8]) -> Vec<PeerEvent> {
    let mut events = Vec::new();
    while let [first, kind, l0, l1, ..] = packet {
        let len = 4 * (usize::from(u16::from_be_bytes([*l0, *l1])) + 1);
        let Some((one, rest)) = packet.split_at_checked(len) else { break };
        if *kind == 206 && first & 0x1f == 1 && one.len() >= 12 {
            events.push(PeerEvent::KeyframeWanted(u32::from_be_bytes(one[8..12].try_into().unwrap())));
        }
        packet = rest;
    }
    events
}
