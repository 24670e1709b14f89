//! The whole server, in this process or as the real binary. One module a behaviour.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub
)]

mod api_contract;
mod bad_input;
mod binary;
mod child;
mod client;
mod configuration;
mod crash;
mod faults;
mod hostile_media;
mod http_limits;
mod postgres_server;
mod room_entry;
mod routes_by_role;
mod security_headers;
mod sessions;
mod start_and_stop;
mod store_contract;
mod support;
mod throttling;
mod tls;
mod twenty;
mod web_app;
