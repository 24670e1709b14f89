//! Which address a transport sends to, who is answered, and when it gives up.

use std::net::SocketAddr;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use rotunda_sfu::event::TransportFailure;
use rotunda_sfu::ids::WorkerId;
use rotunda_sfu::params::{IceCredentials, RemoteParameters};
use rotunda_sfu::send_arena::SendArena;
use rotunda_sfu::transport::{DropReason, Role, Transport, TransportEvent, stun_local_ufrag, worker_of_ufrag};
use rtc_crypto::providers::AwsLcRsCrypto;
use rtc_stun::attributes::{
    ATTR_ICE_CONTROLLED, ATTR_ICE_CONTROLLING, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME, AttrType,
};
use rtc_stun::fingerprint::FINGERPRINT;
use rtc_stun::integrity::MessageIntegrity;
use rtc_stun::message::{BINDING_REQUEST, Message, Setter as _, TransactionId};

use crate::pair::{Pair, Side, default_config};

/// A check as a test wants it.
struct Check<'a> {
    username: &'a str,
    password: &'a str,
    transaction: [u8; 12],
    extra: &'a [(AttrType, &'a [u8])],
    fingerprint: bool,
}

fn encode(check: &Check<'_>) -> Vec<u8> {
    let mut message = Message::new();
    message.set_type(BINDING_REQUEST);
    message.transaction_id = TransactionId(check.transaction);
    message.write_header();
    message.add(ATTR_USERNAME, check.username.as_bytes());
    for (kind, value) in check.extra {
        message.add(*kind, value);
    }
    let crypto = AwsLcRsCrypto;
    MessageIntegrity::new_short_term_integrity_with_provider(check.password.to_owned(), &crypto)
        .add_to(&mut message)
        .unwrap();
    if check.fingerprint {
        FINGERPRINT.add_to(&mut message).unwrap();
    }
    message.raw
}

const CONTROLLING: (AttrType, &[u8]) = (ATTR_ICE_CONTROLLING, &[1; 8]);
const PRIORITY: (AttrType, &[u8]) = (ATTR_PRIORITY, &[0x6e, 0, 1, 0xff]);
const NOMINATE: (AttrType, &[u8]) = (ATTR_USE_CANDIDATE, &[]);

struct Lite {
    transport: Transport,
    local: IceCredentials,
    remote: IceCredentials,
    now: std::time::Instant,
}

impl Lite {
    fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(5);
        let local = IceCredentials::generate(WorkerId(9), &mut rng);
        let remote = IceCredentials::generate(WorkerId(1), &mut rng);
        let mut transport = Transport::new(default_config(), Role::Server, local.clone(), vec![]);
        let now = std::time::Instant::now();
        let fingerprint = default_config().fingerprint();
        transport.connect(now, RemoteParameters { ice: remote.clone(), fingerprint, candidates: vec![] });
        Self { transport, local, remote, now }
    }

    fn check(&self, transaction: u8, extra: &[(AttrType, &[u8])]) -> Vec<u8> {
        encode(&Check {
            username: &format!("{}:{}", self.local.ufrag, self.remote.ufrag),
            password: &self.local.password,
            transaction: [transaction; 12],
            extra,
            fingerprint: true,
        })
    }

    /// Gives the transport a message; the answers.
    fn give(&mut self, source: SocketAddr, message: &[u8]) -> Vec<Vec<u8>> {
        let _ = self.transport.handle_stun(self.now, source, message);
        let mut arena = SendArena::default();
        self.transport.poll_transmit(self.now, &mut arena).unwrap();
        arena.datagrams().iter().map(|datagram| arena.bytes()[datagram.range.clone()].to_vec()).collect()
    }
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 7], port))
}

#[test]
fn only_authentic_checks_are_answered_and_never_at_greater_length() {
    let mut lite = Lite::new();
    let (ours, theirs) = (lite.local.clone(), lite.remote.clone());
    let username = format!("{}:{}", ours.ufrag, theirs.ufrag);
    let good = Check {
        username: &username,
        password: &ours.password,
        transaction: [1; 12],
        extra: &[PRIORITY, CONTROLLING],
        fingerprint: true,
    };
    let silent = [
        encode(&Check { password: "not the password at all", ..good }),
        encode(&Check { password: &theirs.password, ..good }),
        encode(&Check { username: &format!("{}:{}", theirs.ufrag, ours.ufrag), ..good }),
        encode(&Check { username: &format!("{}:nobody", ours.ufrag), ..good }),
        encode(&Check { username: &ours.ufrag, ..good }),
        encode(&Check { fingerprint: false, ..good }),
    ];
    for (number, message) in silent.iter().enumerate() {
        assert!(lite.give(address(1), message).is_empty(), "case {number}");
    }
    assert_eq!(lite.transport.destination(), None);
    let answered: [&[(AttrType, &[u8])]; 6] = [
        &[PRIORITY, CONTROLLING],
        &[PRIORITY, CONTROLLING, NOMINATE],
        &[],
        &[(ATTR_ICE_CONTROLLED, &[9; 8])],
        &[(AttrType(0x0033), &[])],
        &[(AttrType(0x7fff), &[0; 40])],
    ];
    for (number, extra) in answered.into_iter().enumerate() {
        let request = lite.check(10 + number as u8, extra);
        for source in [address(1), "[2001:db8::7]:9".parse().unwrap()] {
            let answers = lite.give(source, &request);
            assert!(answers.iter().all(|answer| answer.len() <= request.len()), "case {number}");
            assert!(answers.len() <= 1);
            // The shortest of all requests may be shorter than an error; then there is none.
            assert_eq!(answers.len(), 1, "case {number}");
        }
    }
}

#[test]
fn a_peer_that_takes_itself_for_controlled_is_told_to_change() {
    let mut lite = Lite::new();
    let request = lite.check(1, &[PRIORITY, (ATTR_ICE_CONTROLLED, &[9; 8])]);
    let answers = lite.give(address(1), &request);
    // An error response (0x0111) whose ERROR-CODE says 4 and 87.
    assert_eq!(answers[0][..2], [0x01, 0x11]);
    assert!(answers[0].windows(8).any(|bytes| bytes[..2] == [0, 9] && bytes[6..] == [4, 87]));
    assert_eq!(lite.transport.destination(), None);
}

#[test]
fn the_ufrag_of_a_check_names_transport_and_worker() {
    let lite = Lite::new();
    let request = lite.check(1, &[PRIORITY]);
    assert_eq!(stun_local_ufrag(&request), Some(lite.local.ufrag.as_bytes()));
    assert_eq!(worker_of_ufrag(stun_local_ufrag(&request).unwrap()), Some(WorkerId(9)));
    assert_eq!(stun_local_ufrag(&request[..request.len() - 1]), None);
}

#[test]
fn a_repeated_check_nominates_nothing() {
    let mut lite = Lite::new();
    let first = lite.check(1, &[PRIORITY, CONTROLLING, NOMINATE]);
    lite.give(address(1), &first);
    lite.now += Duration::from_secs(6);
    let second = lite.check(2, &[PRIORITY, CONTROLLING, NOMINATE]);
    lite.give(address(2), &second);
    lite.now += Duration::from_secs(6);
    lite.transport.handle_timeout(lite.now);
    assert_eq!(lite.transport.destination(), Some(address(2)));
    // A thief repeats both from elsewhere.
    lite.give(address(3), &first);
    lite.give(address(3), &second);
    lite.now += Duration::from_secs(6);
    lite.transport.handle_timeout(lite.now);
    assert_eq!(lite.transport.destination(), Some(address(2)));
}

#[test]
fn a_client_that_moves_is_followed_within_seconds() {
    let mut pair = Pair::connected(1);
    let old = pair.client.address;
    pair.run_for(Duration::from_millis(700));
    pair.client.address = "198.51.100.20:4242".parse().unwrap();
    let (moved, new) = (pair.now, pair.client.address);
    assert!(pair.rtp(Side::Client, 1, 1, b"x").is_none(), "an address without a check is nobody's");
    assert_eq!(pair.server.drops.last(), Some(&DropReason::UnknownAddress));
    assert!(
        pair.run_until(Duration::from_secs(4), |pair| pair.server.events.contains(&TransportEvent::AddressKnown(new)))
    );
    assert_eq!(pair.server.transport.destination(), Some(old), "not before it has proved itself");
    assert!(pair.rtp(Side::Client, 1, 2, b"y").is_some());
    assert_eq!(pair.server.transport.destination(), Some(new));
    assert!(pair.now - moved <= Duration::from_secs(3));
    let now = pair.now;
    pair.server.transport.send_data(now, "_reliable", b"are you there").unwrap();
    assert!(pair.run_until(Duration::from_secs(4), |pair| !pair.client.data.is_empty()));
    pair.run_for(Duration::from_secs(40));
    assert!(pair.server.events.contains(&TransportEvent::AddressForgotten(old)));
    assert!(pair.server.is_connected());
}

#[test]
fn an_old_check_from_elsewhere_steals_nothing_from_a_call_in_progress() {
    let mut pair = Pair::connected(2);
    pair.record = true;
    pair.run_for(Duration::from_secs(3));
    let stolen =
        pair.sent.iter().find(|sent| sent.from == Side::Client && sent.bytes[..2] == [0, 1]).unwrap().bytes.clone();
    // Long enough for its transaction to be forgotten.
    let owner = pair.client.address;
    pair.run_for(Duration::from_secs(200));
    let thief: SocketAddr = "198.51.100.66:666".parse().unwrap();
    for second in 0..20 {
        let now = pair.now;
        pair.server.handle(now, thief, &stolen);
        for part in 0..10 {
            assert!(pair.rtp(Side::Client, 1, 1 + second * 10 + part, b"voice").is_some());
            pair.run_for(Duration::from_millis(100));
            assert_eq!(pair.server.transport.destination(), Some(owner));
        }
    }
}

#[test]
fn silence_ends_consent_after_thirty_seconds() {
    let mut pair = Pair::connected(3);
    pair.loss = 1.0;
    let failed = TransportEvent::Failed(TransportFailure::ConsentExpired);
    pair.run_for(Duration::from_secs(27));
    assert!(pair.server.is_connected() && pair.client.is_connected());
    pair.run_for(Duration::from_secs(4));
    assert!(pair.server.events.contains(&failed) && pair.client.events.contains(&failed));
    assert!(pair.server.transport.seal_rtp(1, &[0x80; 12], &[b"x"], &mut [0; 99]).is_none());
    assert_eq!(pair.server.transport.poll_timeout(), None);
}

#[test]
fn a_peer_that_never_comes_is_given_up() {
    let mut pair = Pair::with_defaults(4);
    pair.loss = 1.0;
    pair.run_for(Duration::from_secs(21));
    assert!(pair.server.events.contains(&TransportEvent::Failed(TransportFailure::IceTimeout)));
}

#[test]
fn a_peer_that_checks_but_never_shakes_hands_is_given_up() {
    let mut lite = Lite::new();
    for second in 0..25u8 {
        let check = lite.check(second + 1, &[PRIORITY, CONTROLLING, NOMINATE]);
        lite.give(address(1), &check);
        lite.now += Duration::from_secs(1);
        lite.transport.handle_timeout(lite.now);
    }
    let mut failed = false;
    while let Some(event) = lite.transport.poll_event() {
        failed |= event == TransportEvent::Failed(TransportFailure::DtlsHandshake);
    }
    assert!(failed);
}

#[test]
fn an_ice_restart_keeps_keys_and_media() {
    let mut pair = Pair::connected(5);
    let mut rng = StdRng::seed_from_u64(99);
    let client_ice = IceCredentials::generate(WorkerId(1), &mut rng);
    let server_ice = IceCredentials::generate(WorkerId(2), &mut rng);
    let fingerprint = default_config().fingerprint();
    pair.server.transport.restart_ice(server_ice.clone());
    let now = pair.now;
    let remote = RemoteParameters { ice: client_ice.clone(), fingerprint, candidates: vec![] };
    pair.server.transport.connect(now, remote);
    // The client still checks with the old credentials, and the old path still carries.
    pair.run_for(Duration::from_secs(6));
    assert!(pair.rtp(Side::Client, 1, 1, b"old").is_some());
    pair.client.address = "198.51.100.20:4242".parse().unwrap();
    pair.client.transport.restart_ice(client_ice);
    let now = pair.now;
    let remote = RemoteParameters { ice: server_ice, fingerprint, candidates: vec![pair.server.address] };
    pair.client.transport.connect(now, remote);
    let new = pair.client.address;
    assert!(
        pair.run_until(Duration::from_secs(1), |pair| pair.server.events.contains(&TransportEvent::AddressKnown(new)))
    );
    // The nomination is one round trip behind the first check.
    pair.run_for(Duration::from_millis(50));
    assert!(pair.rtp(Side::Client, 1, 2, b"new").is_some());
    assert_eq!(pair.server.transport.destination(), Some(new));
    assert!(pair.rtp(Side::Server, 2, 1, b"back").is_some());
    pair.run_for(Duration::from_secs(60));
    assert!(pair.server.is_connected() && pair.client.is_connected());
}
