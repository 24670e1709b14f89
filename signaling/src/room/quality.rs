//! How good a participant's connection is, said honestly: from loss before repair and the round trip, of the worse
//! direction. A link that carries nothing is not called bad, and nobody is ever told that their own connection is lost:
//! SDKs then start over.

use std::time::Duration;

use livekit_protocol::{ConnectionQuality, ConnectionQualityInfo, ConnectionQualityUpdate, signal_response};
use rotunda_sfu::event::{LinkStatistics, ParticipantStatistics};
use rotunda_sfu::ids::ParticipantId;

use super::Room;
use super::participant::Participant;

/// Below this share of lost packets, sound and picture are repaired without anyone noticing.
const GOOD_LOSS: f64 = 0.03;
/// From this share on, repair shows.
const POOR_LOSS: f64 = 0.10;
/// From this round trip on, people notice that they talk over each other.
const GOOD_RTT: Duration = Duration::from_millis(350);
/// From this round trip on, talking is work.
const POOR_RTT: Duration = Duration::from_millis(900);
/// Fewer packets than this in an interval say nothing.
const FEWEST_PACKETS: u64 = 10;
/// How many intervals in a row must be better before better is said.
const UPGRADE_INTERVALS: u8 = 2;

/// Smooths what single intervals say.
#[derive(Clone, Copy, Debug)]
pub(super) struct QualityMeter {
    uplink_loss: f64,
    downlink_loss: f64,
    quality: ConnectionQuality,
    better: u8,
}

impl Default for QualityMeter {
    fn default() -> Self {
        Self { uplink_loss: 0.0, downlink_loss: 0.0, quality: ConnectionQuality::Excellent, better: 0 }
    }
}

impl QualityMeter {
    /// Takes one interval in and says how good the connection is: worse is said at once, better after a while.
    fn update(&mut self, statistics: &ParticipantStatistics) -> ConnectionQuality {
        self.uplink_loss = smooth(self.uplink_loss, &statistics.uplink);
        self.downlink_loss = smooth(self.downlink_loss, &statistics.downlink);
        let loss = self.uplink_loss.max(self.downlink_loss);
        let rtt = statistics.rtt.unwrap_or_default();
        let measured = if loss >= POOR_LOSS || rtt >= POOR_RTT {
            ConnectionQuality::Poor
        } else if loss >= GOOD_LOSS || rtt >= GOOD_RTT {
            ConnectionQuality::Good
        } else {
            ConnectionQuality::Excellent
        };
        if rank(measured) > rank(self.quality) {
            self.better += 1;
            if self.better >= UPGRADE_INTERVALS {
                self.quality = measured;
                self.better = 0;
            }
        } else {
            self.quality = measured;
            self.better = 0;
        }
        self.quality
    }
}

fn smooth(before: f64, link: &LinkStatistics) -> f64 {
    if link.packets < FEWEST_PACKETS {
        return before / 2.0;
    }
    let loss = link.packets_lost.min(link.packets) as f64 / link.packets as f64;
    (before + loss) / 2.0
}

fn rank(quality: ConnectionQuality) -> u8 {
    match quality {
        ConnectionQuality::Lost => 0,
        ConnectionQuality::Poor => 1,
        ConnectionQuality::Good => 2,
        ConnectionQuality::Excellent => 3,
    }
}

/// The score that goes with it, from 1 to 5 as opinions are asked for (ITU-T P.800).
fn score(quality: ConnectionQuality) -> f32 {
    match quality {
        ConnectionQuality::Lost => 1.0,
        ConnectionQuality::Poor => 2.0,
        ConnectionQuality::Good => 3.5,
        ConnectionQuality::Excellent => 4.5,
    }
}

fn entry(participant: &Participant, quality: ConnectionQuality) -> ConnectionQualityInfo {
    ConnectionQualityInfo {
        participant_sid: participant.sid.to_string(),
        quality: quality.into(),
        score: score(quality),
    }
}

impl Room {
    /// The engine tells how connections fared; changes are passed on.
    pub(super) fn statistics(&mut self, statistics: &[ParticipantStatistics]) {
        let mut updates = Vec::new();
        let mut hidden = Vec::new();
        for statistics in statistics {
            let Some(participant) = self.participants.get_mut(&statistics.participant) else { continue };
            participant.data_dropped = false;
            participant.statistics = Some(*statistics);
            let quality = participant.quality.update(statistics);
            if participant.reported_quality == Some(quality) {
                continue;
            }
            participant.reported_quality = Some(quality);
            let update = entry(participant, quality);
            if participant.permissions.hidden {
                hidden.push((statistics.participant, update));
            } else {
                updates.push(update);
            }
        }
        if !updates.is_empty() {
            self.broadcast(signal_response::Message::ConnectionQuality(ConnectionQualityUpdate { updates }));
        }
        for (id, update) in hidden {
            let update = ConnectionQualityUpdate { updates: vec![update] };
            self.send(id, signal_response::Message::ConnectionQuality(update));
        }
    }

    /// A newcomer learns how everyone else is connected.
    pub(super) fn send_current_qualities(&mut self, id: ParticipantId) {
        let updates: Vec<_> = (self.participants.iter())
            .filter(|(other, participant)| **other != id && !participant.permissions.hidden)
            .filter_map(|(_, participant)| Some(entry(participant, participant.reported_quality?)))
            .collect();
        if !updates.is_empty() {
            self.send(id, signal_response::Message::ConnectionQuality(ConnectionQualityUpdate { updates }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(packets: u64, packets_lost: u64, rtt_ms: u64) -> ParticipantStatistics {
        ParticipantStatistics {
            participant: ParticipantId(1),
            uplink: LinkStatistics { packets, packets_lost, bitrate_bps: 0 },
            downlink: LinkStatistics::default(),
            rtt: Some(Duration::from_millis(rtt_ms)),
        }
    }

    #[test]
    fn loss_is_told_at_once_and_forgiven_slowly() {
        let mut meter = QualityMeter::default();
        assert_eq!(meter.update(&interval(200, 0, 40)), ConnectionQuality::Excellent);
        assert_eq!(meter.update(&interval(200, 20, 40)), ConnectionQuality::Good);
        assert_eq!(meter.update(&interval(200, 60, 40)), ConnectionQuality::Poor);
        let mut until_excellent = 0;
        while meter.update(&interval(200, 0, 40)) != ConnectionQuality::Excellent {
            until_excellent += 1;
            assert!(until_excellent < 10);
        }
        assert!(until_excellent >= 2);
    }

    #[test]
    fn silence_is_not_loss() {
        let mut meter = QualityMeter::default();
        for _ in 0..20 {
            assert_eq!(meter.update(&interval(0, 0, 40)), ConnectionQuality::Excellent);
            assert_eq!(meter.update(&interval(3, 3, 40)), ConnectionQuality::Excellent);
        }
    }

    #[test]
    fn a_long_way_is_told() {
        let mut meter = QualityMeter::default();
        assert_eq!(meter.update(&interval(200, 0, 400)), ConnectionQuality::Good);
        assert_eq!(meter.update(&interval(200, 0, 1000)), ConnectionQuality::Poor);
    }

    #[test]
    fn lost_is_never_said() {
        let mut meter = QualityMeter::default();
        for _ in 0..20 {
            assert_ne!(meter.update(&interval(200, 200, 5000)), ConnectionQuality::Lost);
        }
    }
}
