//! A transport of a participant with what the engine keeps about it: which SSRC is which layer, which subscriptions leave by
//! it, and the feedback that it owes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use crate::bandwidth::feedback::ArrivalRecorder;
use crate::ids::{EgressSsrc, Mid, Rid, TransportId};
use crate::limits;
use crate::params::HeaderExtensions;
use crate::slab::Key;
use crate::stats::Drop;
use crate::transport::Transport;

/// Whose stream an incoming SSRC is. What was learned once is kept for the life of the connection, because browsers stop
/// sending `mid` and `rid` at the first receiver report and never resume.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Binding {
    pub(crate) ssrc: u32,
    pub(crate) source: Source,
    /// The publication and layer, while there is one.
    pub(crate) target: Option<(Key, u8)>,
}

/// A stream of a media section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Source {
    pub(crate) mid: Mid,
    /// The layer's rid, where there are rids.
    pub(crate) rid: Option<Rid>,
    /// Index among the encodings of the section, where SSRCs are announced without rids.
    pub(crate) encoding: u8,
    /// It carries retransmissions.
    pub(crate) repair: bool,
}

/// The incoming SSRCs of a connection, sorted.
#[derive(Debug, Default)]
pub(crate) struct Bindings(Vec<Binding>);

impl Bindings {
    #[inline]
    pub(crate) fn get(&self, ssrc: u32) -> Option<&Binding> {
        let index = self.0.binary_search_by_key(&ssrc, |binding| binding.ssrc).ok()?;
        self.0.get(index)
    }

    /// Binds an SSRC to a stream, whose former SSRC it replaces. An SSRC that belongs to another stream with a live
    /// publication stays there.
    pub(crate) fn bind(&mut self, binding: Binding) -> Result<(), Drop> {
        if let Some(existing) = self.get(binding.ssrc)
            && existing.source != binding.source
            && existing.target.is_some()
        {
            return Err(Drop::UnknownSource);
        }
        self.0.retain(|other| other.ssrc != binding.ssrc && other.source != binding.source);
        if self.0.len() >= limits::MAX_INGRESS_SSRCS {
            return Err(Drop::TooManySources);
        }
        let at = self.0.partition_point(|other| other.ssrc < binding.ssrc);
        self.0.insert(at, binding);
        Ok(())
    }

    /// Binds or unbinds the streams of one media section.
    pub(crate) fn retarget(&mut self, mid: Mid, mut target: impl FnMut(&Binding) -> Option<(Key, u8)>) {
        for binding in self.0.iter_mut().filter(|binding| binding.source.mid == mid) {
            binding.target = target(binding);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Binding> {
        self.0.iter()
    }
}

/// One place of the table of outgoing SSRCs.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct EgressSlot {
    epoch: u16,
    pub(crate) subscription: Option<Key>,
    /// Where the numbering goes on if the same SSRC is ever used again under the same keys.
    next_index: u64,
    next_rtx_index: u64,
}

/// The outgoing SSRCs of a connection, by their index.
#[derive(Debug, Default)]
pub(crate) struct EgressTable(Vec<EgressSlot>);

impl EgressTable {
    /// The subscription that a peer means by an SSRC, and whether it means its retransmissions.
    pub(crate) fn find(&self, ssrc: u32) -> Option<Key> {
        let ssrc = EgressSsrc::from_wire(ssrc);
        let slot = self.0.get(usize::from(ssrc.index()))?;
        if slot.epoch != ssrc.epoch() || ssrc.epoch() == 0 {
            return None;
        }
        slot.subscription
    }

    /// Takes an SSRC into use. The first indices of its two streams are those proposed, or above all that were ever used with
    /// this SSRC on this connection. `None` when it is taken or out of bounds.
    pub(crate) fn insert(
        &mut self,
        ssrc: EgressSsrc,
        subscription: Key,
        first: u64,
        first_rtx: u64,
    ) -> Option<(u64, u64)> {
        let index = usize::from(ssrc.index());
        if index >= limits::MAX_SUBSCRIPTIONS_PER_TRANSPORT || ssrc.epoch() == 0 || ssrc.is_rtx() {
            return None;
        }
        if self.0.len() <= index {
            self.0.resize(index + 1, EgressSlot::default());
        }
        let slot = self.0.get_mut(index)?;
        if slot.subscription.is_some() {
            return None;
        }
        let same = slot.epoch == ssrc.epoch();
        let (first, first_rtx) = if same { (slot.next_index, slot.next_rtx_index) } else { (first, first_rtx) };
        *slot = EgressSlot {
            epoch: ssrc.epoch(),
            subscription: Some(subscription),
            next_index: first,
            next_rtx_index: first_rtx,
        };
        Some((first, first_rtx))
    }

    /// Gives an SSRC back, with the indices where its streams would go on.
    pub(crate) fn remove(&mut self, ssrc: EgressSsrc, next_index: u64, next_rtx_index: u64) {
        if let Some(slot) = self.0.get_mut(usize::from(ssrc.index())).filter(|slot| slot.epoch == ssrc.epoch()) {
            slot.subscription = None;
            slot.next_index = next_index;
            slot.next_rtx_index = next_rtx_index;
        }
    }

    pub(crate) fn subscriptions(&self) -> impl Iterator<Item = Key> {
        self.0.iter().filter_map(|slot| slot.subscription)
    }

    fn memory(&self) -> usize {
        self.0.capacity() * size_of::<EgressSlot>()
    }
}

/// Packets that a peer may still send us.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IngressBudget {
    tokens: f32,
    at: Instant,
}

impl IngressBudget {
    fn new(now: Instant) -> Self {
        Self { tokens: limits::INGRESS_BURST as f32, at: now }
    }

    /// Takes one, if there is one.
    #[inline]
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        if now > self.at {
            let gained = now.duration_since(self.at).as_secs_f32() * limits::INGRESS_PACKETS_PER_SECOND as f32;
            self.tokens = (self.tokens + gained).min(limits::INGRESS_BURST as f32);
            self.at = now;
        }
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

/// A transport and what the engine keeps about it.
pub(crate) struct Connection {
    /// Where packets to it go now.
    pub(crate) destination: Option<SocketAddr>,
    /// The transport-cc number of the next packet to it.
    pub(crate) transport_cc: u16,
    pub(crate) connected: bool,
    /// Whether the engine's list of transports with something to send holds it.
    pub(crate) queued: bool,
    pub(crate) transport: Transport,
    pub(crate) id: TransportId,
    pub(crate) participant: Key,
    pub(crate) room: Key,
    /// The user name fragments that lead here, the newest last: two during an ICE restart.
    pub(crate) ufrags: Vec<Arc<str>>,
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) bindings: Bindings,
    pub(crate) publications: Vec<Key>,
    /// The ids of all sections together: within a connection an id means one thing (RFC 8843, section 9.1).
    pub(crate) extensions: HeaderExtensions,
    pub(crate) egress: EgressTable,
    pub(crate) budget: IngressBudget,
    pub(crate) arrivals: ArrivalRecorder,
    pub(crate) reports_written: u32,
    pub(crate) full_intra_requests: u8,
}

impl Connection {
    pub(crate) fn new(now: Instant, transport: Transport, id: TransportId, participant: Key, room: Key) -> Self {
        Self {
            destination: None,
            transport_cc: 0,
            connected: false,
            queued: false,
            transport,
            id,
            participant,
            room,
            ufrags: Vec::new(),
            addresses: Vec::new(),
            bindings: Bindings::default(),
            publications: Vec::new(),
            extensions: HeaderExtensions::default(),
            egress: EgressTable::default(),
            budget: IngressBudget::new(now),
            arrivals: ArrivalRecorder::default(),
            reports_written: 0,
            full_intra_requests: 0,
        }
    }

    /// Takes in the ids of one more section.
    pub(crate) fn merge_extensions(&mut self, ids: &HeaderExtensions) {
        let own = &mut self.extensions;
        own.mid = ids.mid.or(own.mid);
        own.rid = ids.rid.or(own.rid);
        own.repaired_rid = ids.repaired_rid.or(own.repaired_rid);
        own.transport_cc = ids.transport_cc.or(own.transport_cc);
    }

    /// Heap memory of the engine's part in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.bindings.0.capacity() * size_of::<Binding>()
            + self.egress.memory()
            + self.arrivals.memory()
            + self.publications.capacity() * size_of::<Key>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slab::Slab;

    fn source(mid: &[u8], rid: &[u8], repair: bool) -> Source {
        Source { mid: Mid::new(mid).unwrap(), rid: Rid::new(rid), encoding: 0, repair }
    }

    #[test]
    fn a_new_ssrc_of_a_stream_replaces_the_old_and_a_taken_one_is_refused() {
        let key = Slab::default().insert(());
        let mut bindings = Bindings::default();
        let bind =
            |bindings: &mut Bindings, ssrc, source| bindings.bind(Binding { ssrc, source, target: Some((key, 0)) });
        bind(&mut bindings, 5, source(b"0", b"h", false)).unwrap();
        bind(&mut bindings, 3, source(b"0", b"q", false)).unwrap();
        assert!(bind(&mut bindings, 3, source(b"0", b"h", false)).is_err());
        bind(&mut bindings, 9, source(b"0", b"h", false)).unwrap();
        assert!(bindings.get(5).is_none() && bindings.get(9).is_some());
        assert_eq!(bindings.iter().count(), 2);
        bindings.retarget(Mid::new(b"0").unwrap(), |_| None);
        assert!(bindings.get(9).is_some_and(|binding| binding.target.is_none()));
        bind(&mut bindings, 3, source(b"1", b"h", false)).unwrap();
    }

    #[test]
    fn bindings_are_bounded() {
        let mut bindings = Bindings::default();
        for ssrc in 0..2 * limits::MAX_INGRESS_SSRCS as u32 {
            let mid = Mid::new(ssrc.to_string().as_bytes()).unwrap();
            let source = Source { mid, rid: None, encoding: 0, repair: false };
            let _ = bindings.bind(Binding { ssrc, source, target: None });
        }
        assert_eq!(bindings.iter().count(), limits::MAX_INGRESS_SSRCS);
    }

    #[test]
    fn an_ssrc_used_again_goes_on_above_its_old_indices() {
        let mut slab = Slab::default();
        let (one, two) = (slab.insert(()), slab.insert(()));
        let ssrc = EgressSsrc::new(3, 7).unwrap();
        let mut table = EgressTable::default();
        assert_eq!(table.insert(ssrc, one, 100, 200), Some((100, 200)));
        assert_eq!(table.insert(ssrc, two, 1, 1), None, "taken");
        assert_eq!(table.find(ssrc.to_wire()), Some(one));
        assert_eq!(table.find(ssrc.rtx().to_wire()), Some(one));
        assert_eq!(table.find(EgressSsrc::new(3, 8).unwrap().to_wire()), None);
        assert_eq!(table.find(0), None);
        table.remove(ssrc, 150, 201);
        assert_eq!(table.find(ssrc.to_wire()), None);
        assert_eq!(table.insert(ssrc, two, 1, 1), Some((150, 201)));
    }
}
