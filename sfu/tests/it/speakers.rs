//! Who speaks is told within 300 ms, and only when it changes.

use rotunda_sfu::event::{EventKind, Speaker};
use rotunda_sfu::sim::{Link, World};

use crate::forwarding::{connected, milliseconds, seconds};

fn told(world: &World, since: std::time::Instant) -> Vec<(std::time::Duration, Vec<Speaker>)> {
    let speakers = |(at, event): &(std::time::Instant, rotunda_sfu::event::Event)| match &event.kind {
        EventKind::SpeakersChanged { speakers } if *at >= since => Some((*at - since, speakers.clone())),
        _ => None,
    };
    world.events.iter().filter_map(speakers).collect()
}

#[test]
fn a_voice_is_told_within_300_ms_and_so_is_its_end() {
    let mut world = connected(51, Link::GOOD, 3);
    let publications: Vec<_> = (0..3).map(|client| world.publish_audio(client)).collect();
    world.run_for(seconds(2));
    assert_eq!(told(&world, world.epoch).len(), 0, "silence is no news");
    let begins = world.now;
    world.clients[1].microphone(publications[1]).unwrap().level = 20;
    world.run_for(seconds(3));
    let news = told(&world, begins);
    let (after, first) = &news[0];
    assert!(*after <= milliseconds(300), "{after:?}");
    assert_eq!((first.len(), first[0].participant, first[0].active), (1, world.clients[1].participant, true));
    assert!(first[0].level > 0.3 && news.len() <= 4, "{news:?}");
    let ends = world.now;
    world.clients[1].microphone(publications[1]).unwrap().level = 127;
    world.run_for(seconds(3));
    let news = told(&world, ends);
    let gone = news.iter().find(|(_, speakers)| !speakers[0].active).unwrap();
    assert!(gone.0 <= milliseconds(300) && news.len() <= 3, "{news:?}");
}

#[test]
fn a_muted_microphone_is_silent_at_once_and_the_loudest_comes_first() {
    let mut world = connected(52, Link::GOOD, 3);
    let publications: Vec<_> = (0..3).map(|client| world.publish_audio(client)).collect();
    world.run_for(seconds(1));
    let begins = world.now;
    world.clients[0].microphone(publications[0]).unwrap().level = 35;
    world.clients[2].microphone(publications[2]).unwrap().level = 10;
    world.run_for(seconds(1));
    let (_, first) = &told(&world, begins)[0];
    assert_eq!(first[0].participant, world.clients[2].participant);
    let muted = world.now;
    let publication = publications[2];
    world.command(rotunda_sfu::command::Command::SetPublicationMuted { publication, muted: true });
    world.run_for(seconds(1));
    let news = told(&world, muted);
    let gone = news
        .iter()
        .find(|(_, speakers)| speakers.iter().any(|s| s.participant == world.clients[2].participant))
        .unwrap();
    assert!(gone.0 <= milliseconds(300) && gone.1.iter().all(|speaker| !speaker.active), "{news:?}");
}
