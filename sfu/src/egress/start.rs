//! How a subscriber begins with a layer, for the first time, after a pause, or in place of another: at a keyframe of the history,
//! with timestamps, picture ids and packet numbers that go on from what it was sent last.

use std::time::Duration;

use super::{Egress, MAX_PACKET, Media, Place};
use crate::forward::history::Stored;
use crate::forward::timestamp::{self, Last};
use crate::forward::vp8::Vp8Offsets;
use crate::limits;
use crate::params::MediaKind;
use crate::publication::{Keyframe, Layer};
use crate::send_arena::ArenaFull;
use crate::subscription::Forwarder;

impl Egress<'_> {
    /// Starts the layer that a subscriber wants at a keyframe that it has, and says from which packet on.
    #[cold]
    pub(super) fn begin(&mut self, forwarder: &mut Forwarder, media: &Media<'_>) -> Option<u64> {
        let layer = media.layers.get(usize::from(forwarder.wanted))?;
        let keyframe = match media.kind {
            // Every packet of sound stands alone: begin with what is fresh.
            MediaKind::Audio => {
                let first = media.fresh.iter().find(|packet| packet.layer == forwarder.wanted && !packet.late)?;
                let stored = layer.history.get(first.sequence)?;
                Keyframe {
                    sequence: first.sequence,
                    timestamp: stored.record.timestamp,
                    at: self.now,
                    at_ms: self.now_ms,
                    appended_before: layer.history.appended(),
                }
            }
            MediaKind::Video => layer.keyframe.filter(|keyframe| self.serves(forwarder, layer, keyframe))?,
        };
        let stored = layer.history.get(keyframe.sequence)?;
        let subscription = self.subscriptions.get_mut(forwarder.subscription)?;
        let clock_rate = media.codecs.get(usize::from(stored.record.codec))?.codec.clock_rate();
        let timestamp_offset = if forwarder.started {
            let last = Last {
                sent: forwarder.last_timestamp,
                offset: forwarder.last_timestamp_offset,
                elapsed: Duration::from_millis(u64::from(self.now_ms.wrapping_sub(forwarder.last_sent_ms))),
                same_layer: forwarder.last_layer == forwarder.wanted,
                clock: media.layers.get(usize::from(forwarder.last_layer)).and_then(|layer| layer.clock),
            };
            timestamp::offset_for(&last, keyframe.timestamp, layer.clock.as_ref(), clock_rate)
        } else {
            0
        };
        let (vp8, frame_number) = continued(forwarder, media, &stored);
        forwarder.numbering.begin(
            &mut subscription.past,
            forwarder.wanted,
            keyframe.sequence,
            timestamp_offset,
            vp8,
            frame_number,
        );
        forwarder.temporal = forwarder.temporal_wanted;
        Some(keyframe.sequence)
    }

    /// Whether a keyframe is good to begin with: young and small enough for a newcomer, and not older than what was sent already
    /// for one who changes layers.
    fn serves(&self, forwarder: &Forwarder, layer: &Layer, keyframe: &Keyframe) -> bool {
        let age = self.now.saturating_duration_since(keyframe.at);
        let bytes = layer.history.appended().saturating_sub(keyframe.appended_before);
        if age > limits::START_MAX_AGE || bytes > limits::START_MAX_BYTES {
            return false;
        }
        // A frame that was finished first may have come after the keyframe.
        let ahead = keyframe.at_ms.wrapping_sub(forwarder.last_sent_ms) as i32;
        !forwarder.started || ahead >= -(Forwarder::FRAME_PATIENCE_MS as i32)
    }

    /// Sends what the history holds from `from` on.
    #[cold]
    pub(super) fn replay(
        &mut self,
        forwarder: &mut Forwarder,
        media: &Media<'_>,
        from: u64,
        next: &mut Option<u64>,
    ) -> Result<(), ArenaFull> {
        let layer_index = forwarder.numbering.span().layer;
        let Some(layer) = media.layers.get(usize::from(layer_index)) else { return Ok(()) };
        let Some(highest) = layer.reception.highest() else { return Ok(()) };
        for sequence in from..=highest {
            if !self.arena.has_room(2 * MAX_PACKET) {
                *next = Some(sequence);
                return Err(ArenaFull);
            }
            let Some(stored) = layer.history.get(sequence) else { continue };
            let fresh = media.describe(layer_index, &stored);
            if stored.payload.is_empty() || fresh.temporal_layer > forwarder.temporal {
                self.leave_out(forwarder, &stored, &fresh);
                continue;
            }
            let Some(index) = forwarder.numbering.place(layer_index, sequence) else { continue };
            let place = Place::new(index, forwarder.numbering.span());
            let template = self.build_single(forwarder.layout, &stored);
            self.send(forwarder, media, &stored, fresh.vp8.as_ref(), fresh.frame_number, place, &template, true);
        }
        *next = None;
        Ok(())
    }
}

/// What to add to picture ids and frame numbers so that they go on from what was sent last. A newcomer gets the publisher's own.
fn continued(forwarder: &Forwarder, media: &Media<'_>, first: &Stored<'_>) -> (Vp8Offsets, u16) {
    if !forwarder.started {
        return (Vp8Offsets::default(), 0);
    }
    let fresh = media.describe(forwarder.wanted, first);
    let vp8 = fresh.vp8.map_or(Vp8Offsets::default(), |descriptor| Vp8Offsets {
        picture_id: forwarder.last_picture_id.wrapping_add(1).wrapping_sub(descriptor.picture_id().unwrap_or(0)),
        tl0_picture_index: forwarder
            .last_tl0_picture_index
            .wrapping_add(1)
            .wrapping_sub(descriptor.tl0_picture_index().unwrap_or(0)),
        key_index: forwarder.last_key_index.wrapping_add(1).wrapping_sub(descriptor.key_index().unwrap_or(0)),
    });
    let frame_number =
        fresh.frame_number.map_or(0, |number| forwarder.last_frame_number.wrapping_add(1).wrapping_sub(number));
    (vp8, frame_number)
}
