//! What each side tells the other about the path between them.

pub(crate) mod feedback;
