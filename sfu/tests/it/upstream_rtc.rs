//! The known defects of the crates that we build on, each shown to be there, and each with its guard. Where the defect is
//! gone one day, the test says so and the guard may go, too.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use allocation_counter::measure;
use bytes::BytesMut;
use rotunda_sfu::gate::{DatagramKind, classify};
use rotunda_sfu::transport::DropReason;
use rtc_crypto::RTCCryptoProvider;
use rtc_crypto::providers::AwsLcRsProvider;
use rtc_dtls::config::{ClientAuthType, ConfigBuilder, HandshakeConfig};
use rtc_dtls::crypto::Certificate;
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_shared::TransportProtocol;

use crate::pair::{Pair, Side};

/// The bare crate, server and client.
struct Bare {
    client: Endpoint,
    server: Endpoint,
    now: Instant,
    completed: bool,
}

const CLIENT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1);
const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 2);

fn bare_config(is_client: bool, profiles: Vec<SrtpProtectionProfile>) -> Arc<HandshakeConfig> {
    let provider: Arc<dyn RTCCryptoProvider> = Arc::new(AwsLcRsProvider::new());
    let certificate = Certificate::generate_self_signed(vec!["test".to_owned()], provider.crypto()).unwrap();
    let builder = ConfigBuilder::default()
        .with_crypto_provider(provider)
        .with_certificates(vec![certificate])
        .with_srtp_protection_profiles(profiles)
        .with_client_auth(ClientAuthType::RequireAnyClientCert)
        .with_server_name("test".to_owned())
        .with_insecure_skip_verify(true);
    Arc::new(builder.build(is_client, None).unwrap())
}

impl Bare {
    fn new() -> Self {
        let ours =
            vec![SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm, SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80];
        let theirs =
            vec![SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80, SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm];
        let mut client = Endpoint::new(CLIENT, TransportProtocol::UDP, None);
        let server = Endpoint::new(SERVER, TransportProtocol::UDP, Some(bare_config(false, ours)));
        let now = Instant::now();
        client.connect(now, SERVER, bare_config(true, theirs), None).unwrap();
        Self { client, server, now, completed: false }
    }

    fn client_flight(&mut self) -> Vec<BytesMut> {
        std::iter::from_fn(|| self.client.poll_transmit()).map(|transmit| transmit.message).collect()
    }

    fn server_flight(&mut self) -> Vec<BytesMut> {
        std::iter::from_fn(|| self.server.poll_transmit()).map(|transmit| transmit.message).collect()
    }

    fn give_server(&mut self, flight: Vec<BytesMut>) {
        for datagram in flight {
            let events = self.server.read(self.now, CLIENT, None, datagram).unwrap();
            self.completed |= events.iter().any(|event| matches!(event, EndpointEvent::HandshakeComplete));
        }
    }

    fn give_client(&mut self, flight: Vec<BytesMut>) {
        for datagram in flight {
            self.client.read(self.now, SERVER, None, datagram).unwrap();
        }
    }

    /// Up to the server's flight with its certificate, which is returned undelivered.
    fn up_to_the_servers_flight(&mut self) -> (Vec<BytesMut>, Vec<BytesMut>) {
        let hello = self.client_flight();
        self.give_server(hello);
        let verify_request = self.server_flight();
        self.give_client(verify_request);
        let second_hello = self.client_flight();
        self.give_server(second_hello.clone());
        (second_hello, self.server_flight())
    }

    fn complete() -> Self {
        let mut bare = Self::new();
        for _ in 0..10 {
            let flight = bare.client_flight();
            bare.give_server(flight);
            let flight = bare.server_flight();
            bare.give_client(flight);
        }
        assert!(bare.completed);
        bare
    }
}

fn plaintext_handshake(kind: u8, message: u16, record: u64, total: u32, offset: u32, body: &[u8]) -> BytesMut {
    let mut bytes = vec![22, 0xfe, 0xfd, 0, 0];
    bytes.extend(&record.to_be_bytes()[2..]);
    bytes.extend((12 + body.len() as u16).to_be_bytes());
    bytes.push(kind);
    bytes.extend(&total.to_be_bytes()[1..]);
    bytes.extend(message.to_be_bytes());
    bytes.extend(&offset.to_be_bytes()[1..]);
    bytes.extend(&(body.len() as u32).to_be_bytes()[1..]);
    bytes.extend(body);
    BytesMut::from(&bytes[..])
}

#[test]
fn the_whole_peer_connection_and_rtc_srtp_are_not_used() {
    let manifest = include_str!("../../Cargo.toml");
    let (shipped, tests) = manifest.split_once("[dev-dependencies]").unwrap();
    for name in ["webrtc", "rtc ", "rtc-srtp", "rtc-ice"] {
        assert!(!shipped.lines().any(|line| line.starts_with(name)), "{name} is for tests only");
    }
    assert!(tests.contains("webrtc"));
}

#[test]
fn dtls_is_taken_from_authenticated_addresses_only() {
    // The ClientHello race: an attacker's ClientHello arrives before the peer's.
    let mut attacker = Pair::with_defaults(1);
    attacker.record = true;
    attacker.run_for(Duration::from_millis(200));
    let hello = attacker.sent.iter().find(|sent| classify(&sent.bytes) == DatagramKind::Dtls).unwrap().bytes.clone();
    let mut pair = Pair::with_defaults(2);
    let (now, elsewhere) = (pair.now, "198.51.100.9:99".parse().unwrap());
    assert!(pair.server.handle(now, elsewhere, &hello).is_none());
    pair.run_until(Duration::from_secs(1), |pair| pair.server.transport.destination().is_some());
    let now = pair.now;
    pair.server.handle(now, elsewhere, &hello);
    assert_eq!(pair.server.drops, [DropReason::UnknownAddress; 2]);
    assert!(pair.run_until(Duration::from_secs(1), |pair| pair.server.is_connected() && pair.client.is_connected()));
}

#[test]
fn a_client_hello_in_two_halves_is_answered_once_in_any_order() {
    let mut bare = Bare::new();
    let hello = bare.client_flight().remove(0);
    // Our own ClientHello cut in two, as a browser's is.
    let body = &hello[25..];
    let (first, second) = body.split_at(60);
    let total = body.len() as u32;
    let halves = [plaintext_handshake(1, 0, 0, total, 0, first), plaintext_handshake(1, 0, 1, total, 60, second)];
    bare.give_server(vec![halves[0].clone()]);
    bare.give_server(vec![halves[1].clone()]);
    assert!(!bare.server_flight().is_empty());

    let mut pair = Pair::with_defaults(3);
    pair.run_until(Duration::from_secs(1), |pair| pair.server.transport.destination().is_some());
    pair.record = true;
    let (now, source) = (pair.now, pair.client.address);
    let dtls_answers = |pair: &mut Pair| {
        pair.flush();
        let is_answer =
            |sent: &&crate::pair::Sent| sent.from == Side::Server && classify(&sent.bytes) == DatagramKind::Dtls;
        pair.sent.iter().filter(is_answer).count()
    };
    pair.server.handle(now, source, &halves[1]);
    assert_eq!(dtls_answers(&mut pair), 0);
    pair.server.handle(now, source, &halves[0]);
    assert_eq!(dtls_answers(&mut pair), 1);
}

#[test]
fn the_crate_prefers_the_clients_profile_and_we_prefer_ours() {
    let bare = Bare::complete();
    let chosen = bare.server.get_connection_state(CLIENT).unwrap().srtp_protection_profile();
    assert_eq!(
        chosen,
        SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
        "the crate has come to prefer the server's list"
    );
    // Ours: handshake::the_cheapest_common_profile_is_chosen_whatever_the_client_prefers.
}

#[test]
fn a_lost_flight_hangs_the_crate_and_is_repeated_by_us() {
    let mut bare = Bare::new();
    let (_, lost) = bare.up_to_the_servers_flight();
    assert!(!lost.is_empty());
    // The client repeats its ClientHello under a fresh record number; the crate forgets its timer and answers nothing.
    bare.now += Duration::from_millis(1001);
    bare.client.handle_timeout(SERVER, bare.now).unwrap();
    let repeated = bare.client_flight();
    assert_eq!(repeated.len(), 1);
    bare.give_server(repeated);
    assert_eq!(bare.server_flight().len(), 0, "the crate answers a repeated ClientHello now");
    assert_eq!(bare.server.poll_timeout(&CLIENT), None, "the crate keeps its timer now");
    // Ours: handshake::any_single_lost_datagram_is_made_good.
}

#[test]
fn forged_plaintext_is_hoarded_by_the_crate_and_dropped_by_us() {
    let mut bare = Bare::complete();
    let used = measure(|| {
        for number in 0..2000 {
            // Of messages that never come to their turn.
            let forged = plaintext_handshake(1, 100 + number, 1000 + u64::from(number), 1000, 0, &[7; 1000]);
            let _ = bare.server.read(bare.now, CLIENT, None, forged);
            while bare.server.poll_transmit().is_some() {}
        }
    });
    assert!(used.bytes_current > 1_000_000, "the crate no longer hoards forged records ({})", used.bytes_current);
    // Ours: hostile_datagrams::forged_handshake_records_after_the_handshake.
}

#[test]
fn encrypted_records_before_the_end_are_hoarded_by_the_crate_and_bounded_by_us() {
    let mut early = vec![23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 0];
    early.extend(1000u16.to_be_bytes());
    early.extend([9; 1000]);
    let mut bare = Bare::new();
    bare.up_to_the_servers_flight();
    let used = measure(|| {
        for _ in 0..2000 {
            let _ = bare.server.read(bare.now, CLIENT, None, BytesMut::from(&early[..]));
        }
    });
    assert!(used.bytes_current > 1_000_000, "the crate no longer hoards early records ({})", used.bytes_current);

    let mut pair = Pair::with_defaults(4);
    pair.run_for(Duration::from_millis(45));
    let (now, source) = (pair.now, pair.client.address);
    let used = measure(|| {
        for _ in 0..2000 {
            let _ = pair.server.transport.handle_dtls(now, source, &early);
        }
    });
    assert!(used.bytes_current < 100_000, "{}", used.bytes_current);
    assert!(pair.run_until(Duration::from_secs(2), |pair| pair.server.is_connected()));
}

#[test]
fn fragments_of_one_byte_and_of_none_cost_little() {
    let mut pair = Pair::with_defaults(5);
    pair.run_for(Duration::from_millis(45));
    let (now, source) = (pair.now, pair.client.address);
    let begin = Instant::now();
    let used = measure(|| {
        for number in 0..20_000u32 {
            let one = plaintext_handshake(11, 2, u64::from(number), 60_000, number, &[1]);
            let none = plaintext_handshake(11, 2, u64::from(number), 60_000, number, &[]);
            let _ = pair.server.transport.handle_dtls(now, source, &one);
            assert!(pair.server.transport.handle_dtls(now, source, &none).is_err());
        }
    });
    assert!(used.bytes_current < 100_000, "{}", used.bytes_current);
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn stray_datagrams_make_connections_in_the_crate_and_none_with_us() {
    let mut server = Endpoint::new(SERVER, TransportProtocol::UDP, Some(bare_config(false, vec![])));
    let now = Instant::now();
    let stray = BytesMut::from(&[63, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0][..]);
    for port in 1..=100 {
        let _ = server.read(now, SocketAddr::from(([127, 0, 0, 1], port)), None, stray.clone());
    }
    assert_eq!(server.get_connections_keys().count(), 100, "the crate no longer makes connections of stray datagrams");

    let mut pair = Pair::connected(6);
    let now = pair.now;
    pair.client.transport.close(now);
    assert!(pair.run_until(Duration::from_secs(1), |pair| !pair.server.is_connected()));
    let source = pair.client.address;
    let used = measure(|| {
        for _ in 0..1000 {
            assert_eq!(pair.server.transport.handle_dtls(now, source, &stray), Err(DropReason::NotConnected));
        }
    });
    assert_eq!(used.bytes_current, 0);
}
