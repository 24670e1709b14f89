//! The way from one worker to another: a bounded ring of bytes with one writer and one reader, without locks and without
//! an allocation a datagram.
//!
//! A datagram that the kernel gave to the wrong worker goes over it, and so do notices about which addresses a worker
//! serves, so that later datagrams of an address find their way. A full ring refuses: the writer drops and counts.
//!
//! `rtrb` is a wait-free single-producer single-consumer ring with contiguous writes of many elements, so that a record is
//! copied with two `memcpy` and published with one atomic store. A queue of boxed datagrams would allocate for each.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use rotunda_sfu::limits::MAX_DATAGRAM;

/// Memory for the rings of all pairs of workers together.
const TOTAL_BYTES: usize = 64 << 20;
/// Bounds of one ring: some tens of full datagrams at the least, a burst of a thousand at the most.
const RING_BYTES: std::ops::RangeInclusive<usize> = (64 << 10)..=(1 << 20);
const HEADER: usize = 1 + 2 + 16 + 2 + 1 + 16;

/// What one worker tells another.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Record<'a> {
    /// A datagram for a transport of yours.
    Datagram {
        /// Who sent it.
        source: SocketAddr,
        /// The address of ours that it came to.
        local: Option<IpAddr>,
        /// The datagram.
        contents: &'a mut [u8],
    },
    /// I serve this address.
    Known(SocketAddr),
    /// I no longer serve this address.
    Forgotten(SocketAddr),
    /// I have lost everything.
    ForgetAll,
}

/// There is no room for the record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RingFull;

/// The writing end.
#[derive(Debug)]
pub(crate) struct RingWriter {
    ring: rtrb::Producer<u8>,
    scratch: Vec<u8>,
}

/// The reading end.
#[derive(Debug)]
pub(crate) struct RingReader {
    ring: rtrb::Consumer<u8>,
    scratch: Vec<u8>,
}

/// The size of each ring among `workers` workers.
pub(crate) fn ring_bytes(workers: usize) -> usize {
    let pairs = workers.saturating_mul(workers.saturating_sub(1)).max(1);
    (TOTAL_BYTES / pairs).clamp(*RING_BYTES.start(), *RING_BYTES.end())
}

/// A ring of `capacity` bytes.
pub(crate) fn ring(capacity: usize) -> (RingWriter, RingReader) {
    let (producer, consumer) = rtrb::RingBuffer::new(capacity);
    let scratch = || Vec::with_capacity(HEADER + MAX_DATAGRAM);
    (RingWriter { ring: producer, scratch: scratch() }, RingReader { ring: consumer, scratch: scratch() })
}

const DATAGRAM: u8 = 0;
const KNOWN: u8 = 1;
const FORGOTTEN: u8 = 2;
const FORGET_ALL: u8 = 3;
const NOBODY: SocketAddr = SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), 0);

impl RingWriter {
    /// Hands a datagram over.
    pub(crate) fn datagram(
        &mut self,
        source: SocketAddr,
        local: Option<IpAddr>,
        contents: &[u8],
    ) -> Result<(), RingFull> {
        self.push(DATAGRAM, source, local, contents)
    }

    /// Tells that an address is served here.
    pub(crate) fn known(&mut self, address: SocketAddr) -> Result<(), RingFull> {
        self.push(KNOWN, address, None, &[])
    }

    /// Tells that an address is no longer served here.
    pub(crate) fn forgotten(&mut self, address: SocketAddr) -> Result<(), RingFull> {
        self.push(FORGOTTEN, address, None, &[])
    }

    /// Tells that nothing is served here any more.
    pub(crate) fn forget_all(&mut self) -> Result<(), RingFull> {
        self.push(FORGET_ALL, NOBODY, None, &[])
    }

    fn push(&mut self, kind: u8, source: SocketAddr, local: Option<IpAddr>, contents: &[u8]) -> Result<(), RingFull> {
        let Ok(len) = u16::try_from(contents.len()) else { return Err(RingFull) };
        let record = &mut self.scratch;
        record.clear();
        record.push(kind);
        record.extend_from_slice(&len.to_be_bytes());
        record.extend_from_slice(&octets(source.ip()));
        record.extend_from_slice(&source.port().to_be_bytes());
        record.push(u8::from(local.is_some()));
        record.extend_from_slice(&octets(local.unwrap_or(NOBODY.ip())));
        record.extend_from_slice(contents);
        self.ring.push_entire_slice(record).map_err(|_| RingFull)
    }
}

impl RingReader {
    /// The next record, or `None` when there is none at the moment.
    pub(crate) fn next(&mut self) -> Option<Record<'_>> {
        let mut header = [0; HEADER];
        self.ring.pop_entire_slice(&mut header).ok()?;
        let [kind, l0, l1, rest @ ..] = header;
        let len = usize::from(u16::from_be_bytes([l0, l1]));
        let (ip, rest) = rest.split_first_chunk::<16>()?;
        let [p0, p1, has_local, local_ip @ ..] = rest else { return None };
        let source = SocketAddr::new(address(*ip), u16::from_be_bytes([*p0, *p1]));
        let local = (*has_local != 0).then(|| <[u8; 16]>::try_from(local_ip).ok().map(address)).flatten();
        self.scratch.resize(len, 0);
        // The writer publishes a record with one store, so that its contents are there when its header is.
        self.ring.pop_entire_slice(&mut self.scratch).ok()?;
        match kind {
            DATAGRAM => Some(Record::Datagram { source, local, contents: &mut self.scratch }),
            KNOWN => Some(Record::Known(source)),
            FORGOTTEN => Some(Record::Forgotten(source)),
            _ => Some(Record::ForgetAll),
        }
    }

    /// Whether there is nothing to read.
    pub(crate) fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }
}

fn octets(ip: IpAddr) -> [u8; 16] {
    match ip {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    }
}

fn address(octets: [u8; 16]) -> IpAddr {
    IpAddr::V6(Ipv6Addr::from(octets)).to_canonical()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_arrive_in_order_and_whole_over_the_wrap() {
        let (mut writer, mut reader) = ring(4096);
        let v4: SocketAddr = "10.1.2.3:4567".parse().unwrap();
        let v6: SocketAddr = "[2001:db8::7]:9".parse().unwrap();
        for round in 0..200usize {
            let bytes: Vec<u8> = (0..round * 7 % 1300).map(|i| (i + round) as u8).collect();
            writer.datagram(v4, Some(v6.ip()), &bytes).unwrap();
            writer.known(v6).unwrap();
            writer.forgotten(v4).unwrap();
            writer.forget_all().unwrap();
            let mut expected = bytes.clone();
            assert_eq!(
                reader.next(),
                Some(Record::Datagram { source: v4, local: Some(v6.ip()), contents: &mut expected })
            );
            assert_eq!(reader.next(), Some(Record::Known(v6)));
            assert_eq!(reader.next(), Some(Record::Forgotten(v4)));
            assert_eq!(reader.next(), Some(Record::ForgetAll));
            assert_eq!(reader.next(), None);
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn a_full_ring_refuses_whole_records() {
        let (mut writer, mut reader) = ring(4096);
        let source = "127.0.0.1:1".parse().unwrap();
        let mut accepted = 0;
        while writer.datagram(source, None, &[7; 1000]).is_ok() {
            accepted += 1;
        }
        assert_eq!(accepted, 3);
        for _ in 0..accepted {
            assert!(matches!(reader.next(), Some(Record::Datagram { contents, .. }) if contents.len() == 1000));
        }
        assert_eq!(reader.next(), None);
    }

    #[test]
    fn rings_of_many_workers_stay_within_the_budget() {
        assert_eq!(ring_bytes(1), *RING_BYTES.end());
        assert_eq!(ring_bytes(64), *RING_BYTES.start());
        for workers in 2..16 {
            assert!(ring_bytes(workers) * workers * (workers - 1) <= TOTAL_BYTES);
        }
    }
}
