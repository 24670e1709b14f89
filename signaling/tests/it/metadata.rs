//! Name, metadata and attributes.

use std::collections::HashMap;
use std::time::Duration;

use livekit_protocol::UpdateParticipantMetadata;
use livekit_protocol::request_response::Reason;
use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use rotunda_signaling::io::Who;
use rotunda_signaling::{HAND_ATTRIBUTE, Input, SessionId, token};

use crate::hall::{Hall, START, claims_with};

fn allowed(hall: &mut Hall, identity: &str) -> SessionId {
    hall.join_as(claims_with(identity, |grants| grants.can_update_own_metadata = Some(true)))
}

fn answers(hall: &Hall, session: SessionId) -> Vec<(u32, Reason)> {
    let responses = hall.client(session).inbox.iter().filter_map(|message| match message {
        Response::RequestResponse(response) => Some((response.request_id, response.reason())),
        _ => None,
    });
    responses.collect()
}

fn attributes(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

#[test]
fn a_change_is_seen_by_all_and_by_oneself() {
    let mut hall = Hall::new();
    let alice = allowed(&mut hall, "alice");
    let bob = hall.join("bob");
    let update = UpdateParticipantMetadata {
        metadata: "m".into(),
        name: "Alice!".into(),
        attributes: attributes(&[("hand", "up"), ("mood", "fine")]),
        request_id: 7,
    };
    hall.send(alice, Request::UpdateMetadata(update));
    let update =
        UpdateParticipantMetadata { attributes: attributes(&[("mood", "")]), request_id: 8, ..Default::default() };
    hall.send(alice, Request::UpdateMetadata(update));
    hall.pass(Duration::from_millis(100));
    for viewer in [alice, bob] {
        let seen = hall.client(viewer).sees("alice").unwrap();
        assert_eq!((&*seen.name, &*seen.metadata), ("Alice!", "m"));
        assert_eq!(seen.attributes, attributes(&[("hand", "up")]));
    }
    assert_eq!(answers(&hall, alice), [(7, Reason::Ok), (8, Reason::Ok)]);
}

#[test]
fn what_has_been_set_comes_along_on_a_way_back() {
    let mut hall = Hall::new();
    let alice = allowed(&mut hall, "alice");
    hall.pass(Duration::from_secs(2));
    let update = UpdateParticipantMetadata { attributes: attributes(&[("hand", "up")]), ..Default::default() };
    hall.send(alice, Request::UpdateMetadata(update));
    hall.pass(Duration::from_secs(2));
    let token = hall.client(alice).inbox.iter().rev().find_map(|message| match message {
        Response::RefreshToken(token) => Some(token.clone()),
        _ => None,
    });
    let (claims, _) = token::verify(&token.unwrap(), Duration::from_secs(START), |_| Some("secret".into())).unwrap();
    assert_eq!(claims.attributes, attributes(&[("hand", "up")]));
}

#[test]
fn a_host_lowers_the_hand_of_a_person_on_all_their_devices_or_everyones() {
    let mut hall = Hall::new();
    let people = ["1:laptop", "1:phone", "12:tab"].map(|identity| allowed(&mut hall, identity));
    let up = attributes(&[(HAND_ATTRIBUTE, "1700000000000"), ("mood", "fine")]);
    for session in people {
        let update = UpdateParticipantMetadata { attributes: up.clone(), ..Default::default() };
        hall.send(session, Request::UpdateMetadata(update));
    }
    hall.pass(Duration::from_secs(2));
    let seen = |hall: &Hall| {
        ["1:laptop", "1:phone", "12:tab"].map(|identity| {
            let seen = people.map(|viewer| hall.client(viewer).sees(identity).unwrap().attributes.clone());
            assert!(seen.iter().all(|attributes| *attributes == seen[0]), "all see the same: {seen:?}");
            seen[0].clone()
        })
    };
    assert_eq!(seen(&hall), [up.clone(), up.clone(), up.clone()]);

    let down = attributes(&[("mood", "fine")]);
    hall.input(Input::LowerHands { whose: Some(Who::Account("1".into())) });
    hall.pass(Duration::from_secs(2));
    assert_eq!(seen(&hall), [down.clone(), down.clone(), up.clone()]);
    let token = hall.client(people[0]).inbox.iter().rev().find_map(|message| match message {
        Response::RefreshToken(token) => Some(token.clone()),
        _ => None,
    });
    let (claims, _) = token::verify(&token.unwrap(), Duration::from_secs(START), |_| Some("secret".into())).unwrap();
    assert_eq!(claims.attributes, down, "and it stays down on a way back");

    hall.input(Input::LowerHands { whose: None });
    hall.pass(Duration::from_millis(100));
    assert_eq!(seen(&hall), [down.clone(), down.clone(), down]);
}

#[test]
fn without_permission_nothing_changes() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    hall.send(
        alice,
        Request::UpdateMetadata(UpdateParticipantMetadata { name: "x".into(), request_id: 3, ..Default::default() }),
    );
    hall.pass(Duration::from_millis(100));
    assert_eq!(answers(&hall, alice), [(3, Reason::NotAllowed)]);
    assert_eq!(hall.client(alice).sees("alice").unwrap().name, "alice's name");
}

#[test]
fn a_name_turns_nobodys_writing_around() {
    let mut hall = Hall::new();
    let alice = allowed(&mut hall, "alice");
    let update = UpdateParticipantMetadata { name: "\u{202e}ecila\u{2069}".into(), ..Default::default() };
    hall.send(alice, Request::UpdateMetadata(update));
    hall.pass(Duration::from_millis(100));
    assert_eq!(hall.client(alice).sees("alice").unwrap().name, "ecila");
}

#[test]
fn who_is_a_guest_is_not_for_clients_to_say() {
    let mut hall = Hall::new();
    let alice = allowed(&mut hall, "alice");
    for value in ["1", ""] {
        let attributes = attributes(&[("rotunda.guest", value), ("hand", "up")]);
        hall.send(alice, Request::UpdateMetadata(UpdateParticipantMetadata { attributes, ..Default::default() }));
    }
    hall.pass(Duration::from_millis(100));
    assert_eq!(answers(&hall, alice), [(0, Reason::NotAllowed); 2]);
    assert!(hall.client(alice).sees("alice").unwrap().attributes.is_empty());
}

#[test]
fn sizes_are_bounded() {
    let mut hall = Hall::new();
    let alice = allowed(&mut hall, "alice");
    let many: HashMap<_, _> = (0..1000).map(|index| (index.to_string(), "x".to_string())).collect();
    for update in [
        UpdateParticipantMetadata { name: "n".repeat(1000), ..Default::default() },
        UpdateParticipantMetadata { metadata: "m".repeat(60_000), ..Default::default() },
        UpdateParticipantMetadata { attributes: attributes(&[("a", &"v".repeat(60_000))]), ..Default::default() },
        UpdateParticipantMetadata { attributes: many, ..Default::default() },
    ] {
        hall.send(alice, Request::UpdateMetadata(update));
    }
    assert_eq!(answers(&hall, alice), [(0, Reason::LimitExceeded); 4]);
}

#[test]
fn unknown_requests_that_wait_for_an_answer_get_one() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    hall.send(alice, Request::PublishDataTrackRequest(Default::default()));
    let get = livekit_protocol::GetDataBlobRequest { request_id: 9, ..Default::default() };
    hall.send(alice, Request::GetDataBlobRequest(get));
    assert_eq!(answers(&hall, alice), [(0, Reason::UnsupportedType), (9, Reason::UnsupportedType)]);
}
