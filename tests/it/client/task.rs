//! What a client does while a test looks on: it keeps its WebSocket and its two connections going, answers the server, and obeys.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{AddTrackRequest, DataPacket, SessionDescription, SignalRequest, SignalResponse, TrackType};
use prost::Message as _;
use rotunda_sfu::params::{DataChannelParameters, MediaKind};
use rotunda_sfu::transport::TransportConfig;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite;

use super::peer::{self, Peer, PeerEvent};
use super::sdp::{self, Offered};
use super::{Heard, Known, Order, Packet, Socket, ssrc_of};

pub(super) struct Task {
    socket: Socket,
    heard: mpsc::UnboundedSender<Heard>,
    known: Arc<Known>,
    publisher: Peer,
    subscriber: Peer,
    offered: Vec<Offered>,
    announced: Vec<Offered>,
    offers: u32,
    outstanding: bool,
    tracks: HashMap<u32, String>,
    sequences: HashMap<u32, u64>,
}

impl Task {
    pub(super) async fn new(socket: Socket, heard: mpsc::UnboundedSender<Heard>, known: Arc<Known>) -> Self {
        let config = Arc::new(TransportConfig::generate(&TransportConfig::ALL_PROFILES).unwrap());
        let channel = |label: &str, ordered, max_retransmits| DataChannelParameters {
            label: label.into(),
            ordered,
            max_retransmits,
        };
        let channels = vec![channel("_reliable", true, None), channel("_lossy", false, Some(0))];
        Self {
            socket,
            heard,
            known,
            publisher: Peer::new(&config, channels).await,
            subscriber: Peer::new(&config, Vec::new()).await,
            offered: Vec::new(),
            announced: Vec::new(),
            offers: 0,
            outstanding: false,
            tracks: HashMap::new(),
            sequences: HashMap::new(),
        }
    }

    pub(super) async fn run(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        let mut ping = tokio::time::interval(Duration::from_secs(5));
        loop {
            self.drive().await;
            let due = [self.publisher.timeout(), self.subscriber.timeout()].into_iter().flatten().min();
            tokio::select! {
                message = self.socket.next() => match message {
                    Some(Ok(tungstenite::Message::Binary(bytes))) => {
                        if let Some(response) = SignalResponse::decode(bytes).unwrap().message {
                            self.take(response).await;
                        }
                    }
                    Some(Ok(tungstenite::Message::Close(frame))) => {
                        let _ = self.heard.send(Heard::Closed(frame.map(|frame| frame.code.into())));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => {
                        let _ = self.heard.send(Heard::Closed(None));
                        return;
                    }
                },
                () = self.publisher.receive() => {}
                () = self.subscriber.receive() => {}
                order = orders.recv() => match order {
                    None | Some(Order::Drop) => return,
                    Some(Order::Freeze) => std::future::pending().await,
                    Some(order) => self.obey(order).await,
                },
                () = tokio::time::sleep_until(due.unwrap_or_else(|| Instant::now() + Duration::from_secs(60)).into()) => {}
                _ = ping.tick() => self.send(Request::Ping(0)).await,
            }
        }
    }

    async fn send(&mut self, request: Request) {
        let bytes = SignalRequest { message: Some(request) }.encode_to_vec();
        // A server that has closed the socket says so by it.
        let _ = self.socket.send(tungstenite::Message::Binary(bytes.into())).await;
    }

    async fn drive(&mut self) {
        let publisher = self.publisher.drive(Instant::now()).await;
        let subscriber = self.subscriber.drive(Instant::now()).await;
        for (is_publisher, events) in [(true, publisher), (false, subscriber)] {
            for event in events {
                let heard = match event {
                    PeerEvent::Connected(profile) => {
                        let which = match is_publisher {
                            true => &self.known.publisher_connected,
                            false => &self.known.subscriber_connected,
                        };
                        which.store(true, Relaxed);
                        Heard::Connected { publisher: is_publisher, profile }
                    }
                    PeerEvent::KeyframeWanted(ssrc) => Heard::KeyframeWanted { ssrc },
                    PeerEvent::Data { label, message } => {
                        Heard::Data { label, packet: Box::new(DataPacket::decode(&message[..]).unwrap()) }
                    }
                    PeerEvent::Rtp { ssrc, packet } => {
                        // Retransmissions and probes of the server come on SSRCs that no offer maps to a track.
                        let Some(track) = self.tracks.get(&ssrc) else { continue };
                        Heard::Rtp(Packet { track: track.clone(), ..packet })
                    }
                };
                let _ = self.heard.send(heard);
            }
        }
    }

    async fn take(&mut self, response: Response) {
        match response {
            Response::Offer(offer) => {
                self.tracks = sdp::offered_tracks(&offer.sdp);
                let answer = sdp::answer(&offer.sdp, self.subscriber.credentials(), self.subscriber.fingerprint());
                self.subscriber.connect(sdp::remote(&offer.sdp));
                self.send(Request::Answer(SessionDescription {
                    r#type: "answer".into(),
                    sdp: answer,
                    id: offer.id,
                    ..SessionDescription::default()
                }))
                .await;
            }
            Response::Answer(answer) => {
                let remote = sdp::remote(&answer.sdp);
                *self.known.server_ufrag.lock().unwrap() = Some(remote.ice.ufrag.to_string());
                self.publisher.connect(remote);
                self.outstanding = false;
                self.offer().await;
            }
            Response::TrackPublished(published) => {
                if let Some(index) = self.announced.iter().position(|track| track.cid == published.cid) {
                    let track = self.announced.remove(index);
                    self.offered.push(track);
                }
                let _ = self.heard.send(Heard::Signal(Box::new(Response::TrackPublished(published))));
                self.offer().await;
            }
            other => {
                let _ = self.heard.send(Heard::Signal(Box::new(other)));
            }
        }
    }

    /// Offers what is published, unless an offer is under way or the last one said the same.
    async fn offer(&mut self) {
        let wanted = self.offered.len() as u32;
        if self.outstanding || self.offers >= wanted {
            return;
        }
        self.outstanding = true;
        self.offers = wanted;
        let sdp = sdp::offer(self.publisher.credentials(), self.publisher.fingerprint(), wanted, &self.offered);
        self.send(Request::Offer(SessionDescription {
            r#type: "offer".into(),
            sdp,
            id: wanted,
            ..SessionDescription::default()
        }))
        .await;
    }

    async fn obey(&mut self, order: Order) {
        match order {
            Order::Publish { kind, source, cid } => {
                self.announced.push(Offered { kind, cid: cid.clone(), ssrc: ssrc_of(&cid) });
                let (track_type, width, height) = match kind {
                    MediaKind::Audio => (TrackType::Audio, 0, 0),
                    MediaKind::Video => (TrackType::Video, 640, 360),
                };
                self.send(Request::AddTrack(AddTrackRequest {
                    cid,
                    r#type: track_type.into(),
                    source: source.into(),
                    width,
                    height,
                    ..AddTrackRequest::default()
                }))
                .await;
            }
            Order::Request(request) => self.send(*request).await,
            Order::Rtp { ssrc, timestamp, marker, payload } => {
                let Some(mid) = self.offered.iter().position(|track| track.ssrc == ssrc) else { return };
                let payload_type = match self.offered[mid].kind {
                    MediaKind::Audio => sdp::OPUS,
                    MediaKind::Video => sdp::VP8,
                };
                let index = self.sequences.entry(ssrc).or_insert(100);
                *index += 1;
                let header = peer::header(payload_type, marker, *index as u16, timestamp, ssrc, &(mid + 1).to_string());
                self.publisher.send_rtp(*index, &header, &payload).await;
            }
            Order::Lose { ssrc } => *self.sequences.entry(ssrc).or_insert(100) += 1,
            Order::Data { label, packet } => self.publisher.send_data(label, &packet.encode_to_vec()),
            Order::Freeze | Order::Drop => {}
        }
    }
}
