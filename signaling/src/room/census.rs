//! Who is in a call and how it goes for them, for those who run the server.

use std::time::Duration;

use livekit_protocol::ConnectionQuality;
use rotunda_sfu::event::LinkStatistics;

use super::Room;

/// One participant, as of the last statistics (every two seconds).
#[derive(Clone, PartialEq, Debug)]
pub struct Attendant {
    /// The identity.
    pub identity: String,
    /// The name.
    pub name: String,
    /// When they came, since 1970.
    pub joined: Duration,
    /// How good the connection is, once that has been measured.
    pub quality: Option<ConnectionQuality>,
    /// Round trip time, where it is known.
    pub rtt: Option<Duration>,
    /// From the participant to us; zero before the first statistics.
    pub uplink: LinkStatistics,
    /// From us to the participant; zero before the first statistics.
    pub downlink: LinkStatistics,
    /// How many tracks they publish.
    pub tracks: usize,
}

impl Room {
    /// Everyone in the call, hidden participants, recorders and agents as well, by when they came.
    pub fn census(&self) -> Vec<Attendant> {
        let mut all: Vec<Attendant> = (self.participants.values())
            .map(|participant| Attendant {
                identity: participant.identity.to_string(),
                name: participant.name.clone(),
                joined: participant.joined_unix,
                quality: participant.reported_quality,
                rtt: participant.statistics.and_then(|statistics| statistics.rtt),
                uplink: participant.statistics.map(|statistics| statistics.uplink).unwrap_or_default(),
                downlink: participant.statistics.map(|statistics| statistics.downlink).unwrap_or_default(),
                tracks: participant.publications.len(),
            })
            .collect();
        all.sort_by(|one, other| (one.joined, &one.identity).cmp(&(other.joined, &other.identity)));
        all
    }
}
