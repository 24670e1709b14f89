//! Every metric in one list, and what fills it.
//!
//! Rooms' tasks count events as they happen; the media workers keep plain integers, which [`Metrics::observe`] copies once a second.
//! Labels are words from lists in this crate; no room, participant, address or other name from outside ever becomes one.

mod workers;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus::{
    Encoder, Gauge, GaugeVec, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};
use rotunda_sfu::event::TransportFailure;
use rotunda_sfu::params::MediaKind;
use rotunda_sfu::stats::Counters;

use crate::media::WorkerSnapshot;
use crate::samples::Totals;

use workers::{FAILURES, PROFILES, kind_label};
pub(crate) use workers::{failure_label, profile_label};

/// One metric, as documentation lists it.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Its name.
    pub name: &'static str,
    /// What it tells.
    pub help: &'static str,
    /// Its labels.
    pub labels: &'static [&'static str],
}

macro_rules! metrics {
    ($( $field:ident: $type:ident = $name:literal $([$($label:literal),+])?, $help:literal; )+) => {
        /// Every metric of the server, in the order of [`Definition`]s.
        pub const DEFINITIONS: &[Definition] = &[
            $( Definition { name: $name, help: $help, labels: &[$($($label),+)?] }, )+
        ];

        #[derive(Debug)]
        struct Families {
            $( $field: $type, )+
        }

        impl Families {
            fn register(registry: &Registry) -> prometheus::Result<Self> {
                $(
                    let $field = <$type as Family>::make($name, $help, &[$($($label),+)?])?;
                    registry.register(Box::new($field.clone()))?;
                )+
                Ok(Self { $( $field, )+ })
            }
        }
    };
}

metrics! {
    build_info: IntGaugeVec = "rotunda_build_info" ["version"], "Always 1; the label tells the version";
    uptime: Gauge = "rotunda_uptime_seconds", "Time since the start";
    rooms: IntGauge = "rotunda_rooms", "Rooms that are open";
    rooms_opened: IntCounter = "rotunda_rooms_opened_total", "Rooms opened";
    room_panics: IntCounter = "rotunda_room_panics_total", "Rooms ended by a defect of the server";
    participants: IntGauge = "rotunda_participants", "Participants in all rooms";
    tracks: IntGaugeVec = "rotunda_tracks" ["kind"], "Published tracks";
    joins: IntCounterVec = "rotunda_joins_total" ["outcome"], "Attempts to join, by how they ended";
    join_time: Histogram = "rotunda_join_seconds", "From the connect to the first connected media transport";
    leaves: IntCounterVec = "rotunda_leaves_total" ["reason"], "Participants that left, by why";
    websockets: IntGauge = "rotunda_websockets", "Open signal connections";
    signal_messages: IntCounterVec = "rotunda_signal_messages_total" ["direction"], "Signal messages";
    slow_clients: IntCounter = "rotunda_slow_clients_total", "Signal connections cut because the client read too slowly";
    bad_requests: IntCounterVec = "rotunda_bad_requests_total" ["kind"], "Messages of clients that could not be used";
    chat_messages: IntCounterVec = "rotunda_chat_messages_total" ["outcome"],
        "Chat messages of rooms that keep them: kept, failed, or too late";
    mails: IntCounterVec = "rotunda_mails_total" ["outcome"],
        "Mails: sent, failed, dropped because too many waited, or given up because of the mail server's certificate";
    transports: IntCounterVec = "rotunda_transports_connected_total" ["srtp_profile"],
        "Media connections made, by SRTP profile; a participant has two";
    transport_failures: IntCounterVec = "rotunda_transport_failures_total" ["reason"],
        "Media connections that failed, ICE and DTLS, by why";
    datagrams: IntCounterVec = "rotunda_datagrams_total" ["direction"], "UDP datagrams of the media port";
    datagram_bytes: IntCounterVec = "rotunda_datagram_bytes_total" ["direction"], "Bytes of the datagrams, headers left out";
    packets: IntCounterVec = "rotunda_rtp_packets_total" ["direction"], "Authentic RTP packets, retransmissions included";
    rtcp_packets: IntCounterVec = "rotunda_rtcp_packets_total" ["direction"], "Authentic RTCP packets";
    drops: IntCounterVec = "rotunda_drops_total" ["reason"], "Datagrams and packets dropped, by why";
    nacks: IntCounterVec = "rotunda_nacks_total" ["direction"], "Sequence numbers asked for again";
    plis: IntCounterVec = "rotunda_plis_total" ["direction"], "Requests for a keyframe";
    retransmissions: IntCounterVec = "rotunda_retransmissions_total" ["direction"],
        "Packets sent again: in by publishers, out to subscribers";
    feedback: IntCounterVec = "rotunda_transport_feedback_total" ["direction"], "Transport-wide congestion control feedback";
    data_messages: IntCounterVec = "rotunda_data_messages_total" ["direction"], "Messages on data channels";
    held: IntGaugeVec = "rotunda_media_held" ["what"], "What the media engines hold";
    send_calls: IntCounter = "rotunda_send_calls_total", "System calls that sent media";
    receive_errors: IntCounter = "rotunda_receive_errors_total", "Times that the kernel refused to receive";
    hops: IntCounter = "rotunda_worker_hops_total", "Datagrams handed from one worker to another";
    commands_refused: IntCounter = "rotunda_worker_commands_refused_total", "Commands refused because a worker's queue was full";
    worker_rooms_lost: IntCounter = "rotunda_worker_rooms_lost_total", "Rooms given up because their task was gone or stuck";
    worker_congested: IntCounter = "rotunda_worker_rooms_congested_total",
        "Times that a room's data messages were held back because its task was behind";
    worker_panics: IntCounterVec = "rotunda_worker_panics_total" ["worker"], "Panics of a media worker";
    worker_lag: GaugeVec = "rotunda_worker_loop_lag_seconds" ["worker"], "The longest turn or lateness of the last second";
    worker_busy: GaugeVec = "rotunda_worker_busy_ratio" ["worker"], "The part of the last second spent working";
}

/// From 10 ms to 30 s: the fast end is loopback and one's own city, the slow end the timeout of a join.
const JOIN_BUCKETS: [f64; 12] = [0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

trait Family: Sized {
    fn make(name: &str, help: &str, labels: &[&str]) -> prometheus::Result<Self>;
}

macro_rules! family {
    ($($plain:ident),+; $($vector:ident),+) => {
        $(impl Family for $plain {
            fn make(name: &str, help: &str, _: &[&str]) -> prometheus::Result<Self> {
                Self::new(name, help)
            }
        })+
        $(impl Family for $vector {
            fn make(name: &str, help: &str, labels: &[&str]) -> prometheus::Result<Self> {
                Self::new(Opts::new(name, help), labels)
            }
        })+
    };
}

family!(Gauge, IntGauge, IntCounter; GaugeVec, IntGaugeVec, IntCounterVec);

impl Family for Histogram {
    fn make(name: &str, help: &str, _: &[&str]) -> prometheus::Result<Self> {
        Self::with_opts(HistogramOpts::new(name, help).buckets(JOIN_BUCKETS.to_vec()))
    }
}

/// The metrics of one server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    families: Families,
    /// What each worker had counted when last looked at.
    seen: Mutex<Vec<WorkerSnapshot>>,
}

impl Metrics {
    /// A fresh set, all zero.
    ///
    /// # Errors
    /// Two metrics of one name, which a test rules out.
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let families = Families::register(&registry)?;
        families.build_info.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        // What an operator alerts on must exist before it happens.
        for direction in ["in", "out"] {
            families.datagrams.with_label_values(&[direction]);
            families.datagram_bytes.with_label_values(&[direction]);
            families.nacks.with_label_values(&[direction]);
            families.plis.with_label_values(&[direction]);
            families.signal_messages.with_label_values(&[direction]);
            families.packets.with_label_values(&[direction]);
            families.retransmissions.with_label_values(&[direction]);
        }
        for kind in [MediaKind::Audio, MediaKind::Video] {
            families.tracks.with_label_values(&[kind_label(kind)]);
        }
        for profile in PROFILES {
            families.transports.with_label_values(&[profile_label(profile)]);
        }
        for reason in FAILURES {
            families.transport_failures.with_label_values(&[failure_label(reason)]);
        }
        for outcome in ["sent", "failed", "dropped", "certificate"] {
            families.mails.with_label_values(&[outcome]);
        }
        for outcome in ["joined", "unauthorized", "forbidden", "not_found", "unavailable"] {
            families.joins.with_label_values(&[outcome]);
        }
        Ok(Self(Arc::new(Inner { registry, families, seen: Mutex::new(Vec::new()) })))
    }

    /// Everything in Prometheus' text format.
    pub fn render(&self) -> String {
        let mut text = Vec::new();
        // Writing into memory does not fail.
        let _ = TextEncoder::new().encode(&self.0.registry.gather(), &mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    /// Copies what the workers have counted since the last call. Called once a second.
    pub fn observe(&self, uptime: Duration, workers: &[WorkerSnapshot]) {
        let families = &self.0.families;
        families.uptime.set(uptime.as_secs_f64());
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.resize(workers.len(), WorkerSnapshot::default());
        for (index, (new, old)) in workers.iter().zip(seen.iter_mut()).enumerate() {
            families.observe_worker(&index.to_string(), old, new);
            families.observe_engine(&old.engine, &new.engine);
            *old = new.clone();
        }
        let held = |what, count: fn(&Counters) -> u64| {
            let sum: u64 = workers.iter().map(|worker| count(&worker.engine)).sum();
            families.held.with_label_values(&[what]).set(i64::try_from(sum).unwrap_or(i64::MAX));
        };
        held("rooms", |engine| engine.rooms);
        held("participants", |engine| engine.participants);
        held("transports", |engine| engine.transports);
        held("publications", |engine| engine.publications);
        held("subscriptions", |engine| engine.subscriptions);
    }

    /// What the samples are made of.
    pub fn totals(&self) -> Totals {
        let families = &self.0.families;
        let count = |family: &IntCounterVec, label: &str| family.with_label_values(&[label]).get();
        let failed = FAILURES.into_iter().filter(|reason| *reason != TransportFailure::PeerClosed);
        let failed: u64 = failed.map(|reason| count(&families.transport_failures, failure_label(reason))).sum();
        Totals {
            people: u64::try_from(families.participants.get()).unwrap_or(0),
            rooms: u64::try_from(families.rooms.get()).unwrap_or(0),
            bytes_in: count(&families.datagram_bytes, "in"),
            bytes_out: count(&families.datagram_bytes, "out"),
            packets_in: count(&families.packets, "in"),
            packets_out: count(&families.packets, "out"),
            // Subscribers' wishes come in, ours go out to publishers.
            asked_again_in: count(&families.nacks, "out"),
            asked_again_out: count(&families.nacks, "in"),
            joins: count(&families.joins, "joined"),
            failures: failed.saturating_add(families.room_panics.get()),
        }
    }

    pub(crate) fn room_opened(&self) {
        self.0.families.rooms.inc();
        self.0.families.rooms_opened.inc();
    }

    /// A room has ended, with what it had still counted.
    pub(crate) fn room_closed(&self, left_behind: &LeftBehind) {
        let families = &self.0.families;
        families.rooms.dec();
        families.participants.sub(left_behind.participants.into());
        families.tracks.with_label_values(&["audio"]).sub(left_behind.audio_tracks.into());
        families.tracks.with_label_values(&["video"]).sub(left_behind.video_tracks.into());
    }

    pub(crate) fn room_panicked(&self) {
        self.0.families.room_panics.inc();
    }

    pub(crate) fn joined(&self) {
        self.0.families.participants.inc();
        self.join_ended("joined");
    }

    /// An attempt to join ended; `outcome` is a word of ours.
    pub(crate) fn join_ended(&self, outcome: &'static str) {
        self.0.families.joins.with_label_values(&[outcome]).inc();
    }

    pub(crate) fn connected(&self, elapsed: Duration) {
        self.0.families.join_time.observe(elapsed.as_secs_f64());
    }

    pub(crate) fn left(&self, reason: &'static str) {
        self.0.families.participants.dec();
        self.0.families.leaves.with_label_values(&[reason]).inc();
    }

    pub(crate) fn track_published(&self, kind: MediaKind) {
        self.0.families.tracks.with_label_values(&[kind_label(kind)]).inc();
    }

    pub(crate) fn track_unpublished(&self, kind: MediaKind) {
        self.0.families.tracks.with_label_values(&[kind_label(kind)]).dec();
    }

    pub(crate) fn bad_request(&self, kind: &'static str) {
        self.0.families.bad_requests.with_label_values(&[kind]).inc();
    }

    pub(crate) fn chat_message(&self, outcome: &'static str) {
        self.0.families.chat_messages.with_label_values(&[outcome]).inc();
    }

    /// What became of a mail, in a word of ours.
    pub(crate) fn mail(&self, outcome: &'static str) {
        self.0.families.mails.with_label_values(&[outcome]).inc();
    }

    pub(crate) fn slow_client(&self) {
        self.0.families.slow_clients.inc();
    }

    pub(crate) fn websocket_opened(&self) {
        self.0.families.websockets.inc();
    }

    pub(crate) fn websocket_closed(&self) {
        self.0.families.websockets.dec();
    }

    pub(crate) fn signal_message(&self, direction: &'static str) {
        self.0.families.signal_messages.with_label_values(&[direction]).inc();
    }
}

/// What a room that has ended had still counted: nothing, unless it ended by a fault.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct LeftBehind {
    pub(crate) participants: u32,
    pub(crate) audio_tracks: u32,
    pub(crate) video_tracks: u32,
}

impl LeftBehind {
    pub(crate) fn tracks(&mut self, kind: MediaKind) -> &mut u32 {
        match kind {
            MediaKind::Audio => &mut self.audio_tracks,
            MediaKind::Video => &mut self.video_tracks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_prometheus_conventions_and_are_unique() {
        let mut names: Vec<&str> = DEFINITIONS.iter().map(|definition| definition.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), DEFINITIONS.len());
        for definition in DEFINITIONS {
            assert!(definition.name.starts_with("rotunda_"), "{}", definition.name);
            assert!(!definition.help.is_empty());
            assert!(
                !definition.labels.iter().any(|label| ["room", "participant", "identity", "address"].contains(label))
            );
        }
        Metrics::new().unwrap();
    }

    #[test]
    fn operators_can_read_what_each_metric_tells() {
        let page = include_str!("../docs/operating.md");
        for Definition { name, help, labels } in DEFINITIONS {
            let row = page.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
            let row = row.unwrap_or_else(|| panic!("docs/operating.md has no row for {name}"));
            assert!(row.contains(&format!("| {} | {help} |", labels.join(", "))), "{row}");
        }
        let rows = page.lines().filter(|line| line.starts_with("| `rotunda_")).count();
        assert_eq!(rows, DEFINITIONS.len(), "docs/operating.md lists a metric that is no more");
    }

    #[test]
    fn counters_of_workers_add_up_and_survive_a_restart_of_one() {
        let metrics = Metrics::new().unwrap();
        let worker = |received| WorkerSnapshot { datagrams_received: received, ..WorkerSnapshot::default() };
        metrics.observe(Duration::from_secs(1), &[worker(10), worker(5)]);
        metrics.observe(Duration::from_secs(2), &[worker(12), worker(2)]);
        let text = metrics.render();
        assert!(text.contains("rotunda_datagrams_total{direction=\"in\"} 19\n"), "{text}");
        assert!(text.contains("rotunda_uptime_seconds 2\n"));
    }

    #[test]
    fn totals_are_the_counters_of_that_name() {
        let metrics = Metrics::new().unwrap();
        let mut engine = Counters::default();
        (engine.rtp_received, engine.rtp_sent) = (3, 4);
        (engine.nack_received, engine.nack_sent) = (5, 6);
        for (reason, count) in [(TransportFailure::IceTimeout, 2), (TransportFailure::PeerClosed, 100)] {
            engine.transports_failed[Counters::failure_index(reason)] = count;
        }
        let worker = WorkerSnapshot { bytes_received: 1, bytes_sent: 2, engine, ..WorkerSnapshot::default() };
        metrics.observe(Duration::from_secs(1), &[worker.clone(), worker]);
        metrics.room_opened();
        metrics.joined();
        metrics.join_ended("forbidden");
        metrics.room_panicked();
        let expected = Totals {
            people: 1,
            rooms: 1,
            bytes_in: 2,
            bytes_out: 4,
            packets_in: 6,
            packets_out: 8,
            asked_again_in: 12,
            asked_again_out: 10,
            joins: 1,
            failures: 5,
        };
        assert_eq!(metrics.totals(), expected);
    }

    #[test]
    fn a_fresh_server_shows_what_alerts_need() {
        let text = Metrics::new().unwrap().render();
        for line in [
            "rotunda_joins_total{outcome=\"joined\"} 0",
            "rotunda_transport_failures_total{reason=\"ice_timeout\"} 0",
            "rotunda_transports_connected_total{srtp_profile=\"aead_aes_128_gcm\"} 0",
            "rotunda_rooms 0",
            "rotunda_room_panics_total 0",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
        assert!(text.contains("rotunda_build_info{version="));
    }
}
