//! The media path, from a decrypted packet of a publisher to the packets that leave for its subscribers.
//!
//! ```text
//! header (read) ─► reception (what came, what is missing) ─► keyframe, vp8 (what it is) ─► history (the one copy)
//!   ─► layer_selector (which layer a subscriber gets) ─► sequence, timestamp (its numbers there) ─► template (its header)
//! ```
//!
//! Every file is one idea that can be read and tested alone; `publication` and `subscription` put them together.

pub(crate) mod header;
pub(crate) mod history;
pub(crate) mod keyframe;
pub(crate) mod keyframe_request;
pub(crate) mod layer_selector;
pub(crate) mod reception;
pub(crate) mod retransmission;
pub(crate) mod sequence;
pub(crate) mod template;
pub(crate) mod timestamp;
pub(crate) mod vp8;
