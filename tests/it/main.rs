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

mod account;
mod admin_calls;
mod admin_faults;
mod administration;
mod api_contract;
mod backups;
mod bad_input;
mod binary;
mod call;
mod chat;
mod child;
mod client;
mod configuration;
mod crash;
mod event_stream;
mod faults;
mod guests;
mod hostile_media;
mod http_limits;
mod invitations;
mod live_sockets;
mod mail_server;
mod mails;
mod many_rooms;
mod memory;
mod one_port;
mod password_reset;
mod postgres_server;
mod restores;
mod room_ends;
mod room_entry;
mod room_pages;
mod room_rules;
mod room_settings;
mod routes_by_role;
mod rtc_http;
mod scrape;
mod security_headers;
mod server_log;
mod sessions;
mod signal_limits;
mod start_and_stop;
mod store_accounts;
mod store_contract;
mod store_entry;
mod store_messages;
mod store_rooms;
mod support;
mod throttling;
mod tls;
mod twenty;
mod waiting_room;
mod web_app;
