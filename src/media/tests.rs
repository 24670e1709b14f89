//! What rooms notice of their workers.

use std::time::Duration;

use rotunda_sfu::ids::ParticipantId;

use super::*;

fn media(workers: usize) -> Media {
    let sockets = socket::bind(&socket::bind_addresses(true), 0, workers).unwrap();
    Media::start(sockets, &Arc::new(TransportConfig::generate(&TransportConfig::ALL_PROFILES).unwrap())).unwrap()
}

fn add(room: u64, participant: u64) -> Command {
    Command::AddParticipant { room: RoomId(room), participant: ParticipantId(participant) }
}

#[test]
fn rooms_spread_over_the_workers() {
    let media = media(4);
    let mut links: Vec<_> = (0..8).map(|room| media.open_room(RoomId(room)).unwrap().0).collect();
    let mut homes: Vec<u8> = links.iter().map(|link| link.worker().0).collect();
    homes.sort_unstable();
    assert_eq!(homes, [0, 0, 1, 1, 2, 2, 3, 3]);
    // A crowd weighs more than a room.
    links[0].set_participants(100);
    let crowded = links[0].worker();
    assert!((8..14).all(|room| media.open_room(RoomId(room)).unwrap().0.worker() != crowded));
}

#[test]
fn a_full_command_queue_is_an_error_and_passes() {
    let media = media(1);
    let (link, _events) = media.open_room(RoomId(1)).unwrap();
    link.stall_worker(Duration::from_millis(300));
    std::thread::sleep(Duration::from_millis(50));
    let mut sent = 0;
    let rejected = loop {
        match link.send(add(1, sent)) {
            Ok(()) => sent += 1,
            Err(rejected) => break rejected,
        }
    };
    assert_eq!((rejected.error, sent as usize), (CommandError::QueueFull, COMMAND_QUEUE));
    assert!(matches!(rejected.command, Command::AddParticipant { participant, .. } if participant.0 == sent));
    assert_eq!(media.open_room(RoomId(2)).unwrap_err(), CommandError::QueueFull);
    assert!(media.snapshots()[0].commands_refused >= 2);
    let deadline = std::time::Instant::now() + Duration::from_secs(5);
    while media.open_room(RoomId(3)).is_err() {
        assert!(std::time::Instant::now() < deadline, "the queue never emptied");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_worker_that_panics_ends_its_rooms_and_starts_anew() {
    let media = media(2);
    let (first, mut first_events) = media.open_room(RoomId(1)).unwrap();
    let (second, mut second_events) = media.open_room(RoomId(2)).unwrap();
    assert_ne!(first.worker(), second.worker());
    first.break_worker();
    assert!(first_events.blocking_recv().is_none(), "the room's events end");
    assert_eq!(second_events.try_recv().unwrap_err(), mpsc::error::TryRecvError::Empty, "the other worker goes on");
    let panics = || media.snapshots().iter().map(|snapshot| snapshot.panics).sum::<u64>();
    // It is counted once the life has unwound.
    let deadline = std::time::Instant::now() + Duration::from_secs(5);
    while panics() == 0 {
        assert!(std::time::Instant::now() < deadline, "the panic was not counted");
        std::thread::sleep(Duration::from_millis(5));
    }
    // The worker takes rooms again.
    drop((first, second));
    let links: Vec<_> = (3..7).map(|room| media.open_room(RoomId(room)).unwrap()).collect();
    std::thread::sleep(Duration::from_millis(300));
    assert!(links.iter().all(|(link, events)| !events.is_closed() && link.send(add(3, 1)).is_ok()));
    assert_eq!(panics(), 1);
}

#[test]
fn a_room_whose_task_is_gone_is_swept() {
    let media = media(1);
    let (link, events) = media.open_room(RoomId(1)).unwrap();
    drop(events);
    let deadline = std::time::Instant::now() + Duration::from_secs(5);
    while media.snapshots()[0].rooms_lost == 0 {
        assert!(std::time::Instant::now() < deadline, "nobody noticed");
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(link);
}
