//! SFU.
