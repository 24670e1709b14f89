//! What participants are told of connections.

use std::time::Duration;

use livekit_protocol::ConnectionQuality;
use livekit_protocol::signal_response::Message as Response;
use rotunda_sfu::event::{EventKind, LinkStatistics, ParticipantStatistics};
use rotunda_signaling::SessionId;

use crate::hall::{Hall, claims_with};

fn told(hall: &Hall, session: SessionId) -> Vec<(String, ConnectionQuality)> {
    let updates = hall.client(session).inbox.iter().filter_map(|message| match message {
        Response::ConnectionQuality(update) => Some(&update.updates),
        _ => None,
    });
    updates.flatten().map(|info| (info.participant_sid.clone(), info.quality())).collect()
}

fn interval(hall: &mut Hall, session: SessionId, packets_lost: u64) {
    let participants = vec![ParticipantStatistics {
        participant: hall.participant(session),
        uplink: LinkStatistics { packets: 200, packets_lost, bitrate_bps: 1_000_000 },
        downlink: LinkStatistics::default(),
        rtt: Some(Duration::from_millis(30)),
    }];
    hall.media(EventKind::Statistics { participants });
    hall.pass(Duration::from_secs(2));
}

#[test]
fn changes_are_told_to_everyone_and_to_newcomers() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    for lost in [0, 0, 100, 0] {
        interval(&mut hall, alice, lost);
    }
    let sid = hall.sid(alice);
    let expected = vec![(sid.clone(), ConnectionQuality::Excellent), (sid.clone(), ConnectionQuality::Poor)];
    assert_eq!(told(&hall, alice), expected);
    assert_eq!(told(&hall, bob), expected);
    let carol = hall.join("carol");
    assert_eq!(told(&hall, carol), [(sid, ConnectionQuality::Poor)]);
}

#[test]
fn a_hidden_participants_quality_is_its_own() {
    let mut hall = Hall::new();
    let bob = hall.join("bob");
    let ghost = hall.join_as(claims_with("ghost", |grants| grants.hidden = true));
    interval(&mut hall, ghost, 0);
    assert_eq!((told(&hall, bob).len(), told(&hall, ghost).len()), (0, 1));
}
