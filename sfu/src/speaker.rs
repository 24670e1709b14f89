//! Who speaks, from the audio level header extension (RFC 6464), without decoding anything.
//!
//! In go the levels of a participant's packets; at the end of each window of [`limits::SPEAKER_INTERVAL`] comes out whether the
//! participant's entry has changed. A voice counts after one window and is gone after two quiet ones, so that a change is
//! known within 300 ms.
//!
//! [`limits::SPEAKER_INTERVAL`]: crate::limits::SPEAKER_INTERVAL

use crate::event::Speaker;
use crate::ids::ParticipantId;

/// Loudness from which a window counts as speech, in -dBov.
const SPEECH: u8 = 40;
/// Loudness below which a window counts as quiet; between the two nothing changes.
const QUIET: u8 = 46;
/// Quiet windows that end speech.
const QUIET_WINDOWS: u8 = 2;
/// How much of the difference a louder and a quieter window make.
const ATTACK: f32 = 0.7;
const RELEASE: f32 = 0.35;
/// Changes of the level smaller than this are not told.
const STEP: f32 = 0.125;

/// The voice of one participant.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct VoiceMeter {
    /// Sum of the linear levels of this window's packets, and their number.
    sum: f32,
    packets: u16,
    smoothed: f32,
    quiet_windows: u8,
    active: bool,
    told_level: f32,
    told_active: bool,
}

/// Loudness as a fraction of the loudest: 60 dB map to the scale, so that ordinary speech is about a half.
fn fraction(level: u8) -> f32 {
    ((60.0 - f32::from(level)) / 60.0).clamp(0.0, 1.0)
}

impl VoiceMeter {
    /// Takes in a packet's level in -dBov.
    pub(crate) fn add(&mut self, level: u8) {
        self.sum += fraction(level);
        self.packets = self.packets.saturating_add(1);
    }

    /// Whether a level is worth looking at the room for.
    pub(crate) fn is_audible(level: u8) -> bool {
        level <= QUIET
    }

    /// Whether this meter still has something to tell without any further packet.
    pub(crate) fn is_settled(&self) -> bool {
        self.packets == 0 && !self.active && !self.told_active && self.told_level == 0.0 && self.smoothed == 0.0
    }

    /// The end of a window: the entry, if it has changed since it was last told.
    pub(crate) fn finish_window(&mut self, participant: ParticipantId) -> Option<Speaker> {
        let level = if self.packets == 0 { 0.0 } else { self.sum / f32::from(self.packets) };
        (self.sum, self.packets) = (0.0, 0);
        let weight = if level > self.smoothed { ATTACK } else { RELEASE };
        self.smoothed += (level - self.smoothed) * weight;
        if self.smoothed < fraction(59) {
            self.smoothed = 0.0;
        }
        if level >= fraction(SPEECH) {
            self.active = true;
            self.quiet_windows = 0;
        } else if level < fraction(QUIET) {
            self.quiet_windows = self.quiet_windows.saturating_add(1);
            self.active &= self.quiet_windows < QUIET_WINDOWS;
        }
        let told = if self.active { (self.smoothed / STEP).round() * STEP } else { 0.0 };
        if self.active == self.told_active && (told - self.told_level).abs() < STEP {
            return None;
        }
        self.told_active = self.active;
        self.told_level = told;
        Some(Speaker { participant, level: told, active: self.active })
    }

    /// The participant can be heard no more (muted, or its track has ended).
    pub(crate) fn silence(&mut self) {
        self.active = false;
        self.smoothed = 0.0;
        (self.sum, self.packets) = (0.0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOMEBODY: ParticipantId = ParticipantId(1);

    fn window(meter: &mut VoiceMeter, level: Option<u8>) -> Option<Speaker> {
        for _ in 0..5 {
            if let Some(level) = level {
                meter.add(level);
            }
        }
        meter.finish_window(SOMEBODY)
    }

    #[test]
    fn speech_is_told_after_one_window_and_silence_after_two() {
        let mut meter = VoiceMeter::default();
        assert_eq!(window(&mut meter, Some(70)), None);
        let speaker = window(&mut meter, Some(20)).unwrap();
        assert!(speaker.active && speaker.level > 0.3, "{speaker:?}");
        assert!(window(&mut meter, None).is_none_or(|speaker| speaker.active));
        let speaker = window(&mut meter, None).unwrap();
        assert_eq!((speaker.active, speaker.level), (false, 0.0));
        for _ in 0..30 {
            assert_eq!(window(&mut meter, None), None);
        }
        assert!(meter.is_settled());
    }

    #[test]
    fn a_steady_voice_is_told_seldom() {
        let mut meter = VoiceMeter::default();
        let told = (0..100).filter(|step| window(&mut meter, Some(28 + (step % 3) as u8)).is_some()).count();
        assert!(told <= 4, "{told}");
    }

    #[test]
    fn noise_below_the_threshold_is_no_voice() {
        let mut meter = VoiceMeter::default();
        assert!((0..100).all(|_| window(&mut meter, Some(50)).is_none()));
    }
}
