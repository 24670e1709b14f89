//! Behaviours of a room and of the wire, one module each, seen through the eyes of scripted clients.
#![allow(clippy::disallowed_methods)] // a clock to start from
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a failed test says so

mod chat;
mod chat_kept;
mod chat_refusals;
mod chatting;
mod data;
mod frames;
mod hall;
mod joining;
mod leaving;
mod metadata;
mod muting;
mod operations;
mod permissions;
mod policy;
mod presence;
mod publishing;
mod quality;
mod reconnecting;
mod sdp;
mod subscribing;
mod tokens;
