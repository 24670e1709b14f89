//! Twenty rooms side by side.

use rotunda_sfu::params::MediaKind;

use crate::client::{CallServer, Client};

#[tokio::test(flavor = "multi_thread")]
async fn twenty_rooms_in_parallel() {
    let server = CallServer::start(2).await;
    let base = server.base.clone();
    let calls = (0..20u8).map(|room| {
        let base = base.clone();
        tokio::spawn(async move {
            let name = format!("hall-{room}");
            let (mut ada, mut bob) = tokio::join!(Client::join(&base, &name, "ada"), Client::join(&base, &name, "bob"));
            let (track, ssrc) = ada.publish(MediaKind::Audio, &format!("microphone-{room}")).await;
            let _talking = ada.talk(ssrc, move |_| vec![room; 60]);
            for _ in 0..20 {
                assert_eq!(bob.hear(&track).await.payload, [room; 60]);
            }
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    assert_eq!(server.calls().rooms().len(), 20);
}
