//! Chooses the layer that a subscriber gets.
//!
//! In go the layers of a publication, from the lowest to the highest, and what the subscriber asked for; out comes the index
//! of a layer that is alive. A subscriber that has settled on a layer changes only when this changes, at a keyframe.

use crate::command::LayerTarget;

/// What the choice needs to know of a layer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LayerState {
    /// Width in pixels, 0 when unknown.
    pub(crate) width: u32,
    /// Height in pixels, 0 when unknown.
    pub(crate) height: u32,
    /// Whether packets of it arrive.
    pub(crate) alive: bool,
}

impl LayerState {
    /// Whether it is at least as large as a tile, whichever way round the picture is held. An unknown size is large enough:
    /// layers are ordered, and a larger known one would be sent in its place for nothing.
    fn covers(&self, width: u32, height: u32) -> bool {
        let sides = |a: u32, b: u32| (a.min(b), a.max(b));
        let ((short, long), (tile_short, tile_long)) = (sides(self.width, self.height), sides(width, height));
        self.width == 0 || self.height == 0 || short >= tile_short && long >= tile_long
    }
}

/// The layer to send, `None` when none is alive.
pub(crate) fn select(target: LayerTarget, layers: &[LayerState]) -> Option<u8> {
    let alive = || layers.iter().enumerate().filter(|(_, layer)| layer.alive);
    let chosen = match target {
        LayerTarget::Highest => alive().next_back(),
        LayerTarget::Layer(wanted) => {
            alive().rfind(|(index, _)| *index <= usize::from(wanted)).or_else(|| alive().next())
        }
        LayerTarget::Size { width, height } => {
            // With several layers an unknown size says nothing; then the target is the best.
            if alive().count() > 1 && alive().any(|(_, layer)| layer.width == 0 || layer.height == 0) {
                alive().next_back()
            } else {
                alive().find(|(_, layer)| layer.covers(width, height)).or_else(|| alive().next_back())
            }
        }
    };
    chosen.and_then(|(index, _)| u8::try_from(index).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(alive: [bool; 3]) -> [LayerState; 3] {
        let sizes = [(320, 180), (640, 360), (1280, 720)];
        std::array::from_fn(|index| LayerState { width: sizes[index].0, height: sizes[index].1, alive: alive[index] })
    }

    fn size(width: u32, height: u32, alive: [bool; 3]) -> Option<u8> {
        select(LayerTarget::Size { width, height }, &layers(alive))
    }

    #[test]
    fn a_tile_gets_the_smallest_layer_that_covers_it() {
        assert_eq!(size(320, 180, [true; 3]), Some(0));
        assert_eq!(size(321, 180, [true; 3]), Some(1));
        assert_eq!(size(360, 640, [true; 3]), Some(1), "held upright");
        assert_eq!(size(4000, 3000, [true; 3]), Some(2));
        assert_eq!(size(0, 0, [true; 3]), Some(0));
    }

    #[test]
    fn only_layers_alive_are_chosen() {
        assert_eq!(size(100, 100, [false, true, true]), Some(1));
        assert_eq!(size(1280, 720, [true, true, false]), Some(1));
        assert_eq!(size(1280, 720, [false; 3]), None);
        assert_eq!(select(LayerTarget::Layer(1), &layers([true, false, true])), Some(0));
        assert_eq!(select(LayerTarget::Layer(0), &layers([false, false, true])), Some(2));
        assert_eq!(select(LayerTarget::Layer(9), &layers([true; 3])), Some(2));
        assert_eq!(select(LayerTarget::Highest, &layers([true, true, false])), Some(1));
    }

    #[test]
    fn unknown_sizes_mean_the_best() {
        let unknown = [LayerState { width: 0, height: 0, alive: true }; 2];
        assert_eq!(select(LayerTarget::Size { width: 10, height: 10 }, &unknown), Some(1));
        assert_eq!(select(LayerTarget::Size { width: 10, height: 10 }, &unknown[..1]), Some(0));
    }
}
