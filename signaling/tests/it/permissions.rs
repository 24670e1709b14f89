//! A publisher says who may receive its tracks.

use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{SubscriptionPermission, TrackPermission, TrackSource, UpdateSubscription};
use rotunda_signaling::SessionId;

use crate::hall::Hall;
use crate::sdp;

fn allow(hall: &mut Hall, publisher: SessionId, track_permissions: Vec<TrackPermission>) {
    let all_participants = false;
    hall.send(
        publisher,
        Request::SubscriptionPermission(SubscriptionPermission { all_participants, track_permissions }),
    );
}

fn told(hall: &Hall, session: SessionId) -> Vec<(String, bool)> {
    let updates = hall.client(session).inbox.iter().filter_map(|message| match message {
        Response::SubscriptionPermissionUpdate(update) => Some((update.track_sid.clone(), update.allowed)),
        _ => None,
    });
    updates.collect()
}

#[test]
fn whoever_is_not_listed_loses_the_media_and_is_told() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let carol = hall.join("carol");
    let sid = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone).sid;
    let bob_only = TrackPermission { participant_identity: "bob".into(), all_tracks: true, ..Default::default() };
    allow(&mut hall, alice, vec![bob_only]);
    assert_eq!((hall.receives(bob), hall.receives(carol)), (vec![sid.clone()], vec![]));
    assert_eq!((told(&hall, bob), told(&hall, carol)), (vec![], vec![(sid.clone(), false)]));
    // Asked for in vain.
    let ask = UpdateSubscription { track_sids: vec![sid.clone()], subscribe: true, ..Default::default() };
    hall.send(carol, Request::Subscription(ask));
    assert!(hall.receives(carol).is_empty());
    // Given back.
    let all = SubscriptionPermission { all_participants: true, ..Default::default() };
    hall.send(alice, Request::SubscriptionPermission(all));
    assert_eq!(hall.receives(carol), std::slice::from_ref(&sid));
    assert_eq!(told(&hall, carol).last(), Some(&(sid, true)));
}

#[test]
fn tracks_published_later_obey() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    allow(&mut hall, alice, vec![]);
    hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    assert!(hall.receives(bob).is_empty());
    let carol = hall.join("carol");
    assert!(hall.receives(carol).is_empty());
}

#[test]
fn single_tracks_may_be_listed() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let microphone = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone).sid;
    hall.publish(alice, sdp::video("cam"), TrackSource::Camera);
    let entry =
        TrackPermission { participant_sid: hall.sid(bob), track_sids: vec![microphone.clone()], ..Default::default() };
    allow(&mut hall, alice, vec![entry]);
    assert_eq!(hall.receives(bob), [microphone]);
}

#[test]
fn too_long_a_list_changes_nothing() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let sid = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone).sid;
    allow(&mut hall, alice, vec![TrackPermission::default(); 2000]);
    assert_eq!(hall.receives(bob), [sid]);
}
