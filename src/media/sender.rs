//! From a [`SendArena`] to the kernel in as few calls as possible.
//!
//! Neighbours of one destination and one size go out in one call (GSO). What the kernel refuses to take at the moment waits
//! in a bounded backlog, in order; what does not fit there is dropped and counted.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

use rotunda_sfu::send_arena::{Datagram, SendArena};

use super::paths::LocalPaths;
use super::socket::MediaSocket;

/// Payload bytes of one GSO send: below the largest UDP datagram of IPv4.
const MAX_SEND_BYTES: usize = 65_000;
/// Bytes that may wait for a full socket buffer. A socket that is full for longer has lost the race against its link, and old
/// media is worth nothing.
const MAX_BACKLOG_BYTES: usize = 1 << 20;

/// What was sent, in plain numbers of the worker.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct SendCounters {
    pub(crate) datagrams: u64,
    pub(crate) bytes: u64,
    pub(crate) calls: u64,
    pub(crate) backlog_full: u64,
    pub(crate) errors: u64,
}

/// Sends for one worker.
#[derive(Debug, Default)]
pub(crate) struct Sender {
    backlog: VecDeque<Waiting>,
    backlog_bytes: usize,
    pub(crate) counters: SendCounters,
}

#[derive(Debug)]
struct Waiting {
    destination: SocketAddr,
    source: Option<IpAddr>,
    segment: usize,
    contents: Box<[u8]>,
}

/// Datagrams of one destination that may leave in one call.
#[derive(Debug, PartialEq, Eq)]
struct Group {
    destination: SocketAddr,
    range: Range<usize>,
    /// The size of all datagrams but the last, which may be shorter.
    segment: usize,
    count: usize,
}

/// The longest run at the front of `datagrams` that one call can carry.
fn next_group(datagrams: &[Datagram], max_segments: usize) -> Option<Group> {
    let (first, rest) = datagrams.split_first()?;
    let segment = first.range.len();
    let mut group = Group { destination: first.destination, range: first.range.clone(), segment, count: 1 };
    for next in rest {
        let len = next.range.len();
        if next.destination != group.destination
            || next.range.start != group.range.end
            || len > segment
            || len == 0
            || group.count >= max_segments
            || group.range.len() + len > MAX_SEND_BYTES
        {
            break;
        }
        group.range.end = next.range.end;
        group.count += 1;
        if len < segment {
            break;
        }
    }
    Some(group)
}

impl Sender {
    /// Sends all of `arena`, each destination over the socket of its address family.
    pub(crate) fn send(&mut self, arena: &SendArena, sockets: &[MediaSocket], paths: &mut LocalPaths) {
        let mut datagrams = arena.datagrams();
        while let Some(first) = datagrams.first() {
            let socket = socket_for(sockets, first.destination);
            let Some(group) = next_group(datagrams, socket.map_or(1, MediaSocket::max_segments)) else { return };
            datagrams = datagrams.get(group.count..).unwrap_or_default();
            let contents = arena.bytes().get(group.range.clone()).unwrap_or_default();
            let Some(socket) = socket else {
                self.counters.errors += 1;
                continue;
            };
            let source = paths.source_for(group.destination, contents);
            if self.backlog.is_empty() {
                self.send_group(socket, group.destination, source, contents, group.segment);
            } else {
                self.queue(group.destination, source, contents, group.segment);
            }
        }
    }

    /// Sends what waits; called when a socket takes datagrams again.
    pub(crate) fn send_backlog(&mut self, sockets: &[MediaSocket]) {
        while let Some(waiting) = self.backlog.pop_front() {
            self.backlog_bytes -= waiting.contents.len();
            let Some(socket) = socket_for(sockets, waiting.destination) else { continue };
            if self.send_group(socket, waiting.destination, waiting.source, &waiting.contents, waiting.segment) {
                continue;
            }
            // It did not go and stands at the end now; it belongs at the front.
            if let Some(last) = self.backlog.pop_back() {
                self.backlog.push_front(last);
            }
            return;
        }
    }

    /// Whether datagrams wait for a socket.
    pub(crate) fn has_backlog(&self) -> bool {
        !self.backlog.is_empty()
    }

    /// Returns false when the kernel takes nothing at the moment; what is left then waits.
    fn send_group(
        &mut self,
        socket: &MediaSocket,
        destination: SocketAddr,
        source: Option<IpAddr>,
        contents: &[u8],
        segment: usize,
    ) -> bool {
        if contents.is_empty() || segment == 0 {
            return true;
        }
        if contents.len() > segment {
            match self.call(socket, destination, source, contents, Some(segment)) {
                Ok(()) => return true,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.queue(destination, source, contents, segment);
                    return false;
                }
                // The path or the device cannot do it: the datagrams go one by one.
                Err(_) => {}
            }
        }
        let mut rest = contents;
        while !rest.is_empty() {
            let (datagram, after) = rest.split_at(segment.min(rest.len()));
            match self.call(socket, destination, source, datagram, None) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.queue(destination, source, rest, segment);
                    return false;
                }
                Err(_) => self.counters.errors += 1,
            }
            rest = after;
        }
        true
    }

    fn call(
        &mut self,
        socket: &MediaSocket,
        destination: SocketAddr,
        source: Option<IpAddr>,
        contents: &[u8],
        segment: Option<usize>,
    ) -> io::Result<()> {
        self.counters.calls += 1;
        socket.send(destination, contents, segment, source)?;
        self.counters.datagrams += segment.map_or(1, |segment| contents.len().div_ceil(segment)) as u64;
        self.counters.bytes += contents.len() as u64;
        Ok(())
    }

    fn queue(&mut self, destination: SocketAddr, source: Option<IpAddr>, contents: &[u8], segment: usize) {
        if self.backlog_bytes + contents.len() > MAX_BACKLOG_BYTES {
            self.counters.backlog_full += contents.len().div_ceil(segment.max(1)) as u64;
            return;
        }
        self.backlog_bytes += contents.len();
        self.backlog.push_back(Waiting { destination, source, segment, contents: contents.into() });
    }
}

fn socket_for(sockets: &[MediaSocket], destination: SocketAddr) -> Option<&MediaSocket> {
    sockets.iter().find(|socket| socket.local().is_ipv4() == destination.is_ipv4())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::socket::{ReceiveBuffers, bind};

    fn arena(datagrams: &[(&str, usize)]) -> SendArena {
        let mut arena = SendArena::default();
        for (i, (destination, len)) in datagrams.iter().enumerate() {
            arena
                .push(destination.parse().unwrap(), *len, |out| {
                    out.fill(i as u8);
                    Some(*len)
                })
                .unwrap();
        }
        arena
    }

    fn groups(datagrams: &[(&str, usize)], max_segments: usize) -> Vec<(usize, usize)> {
        let arena = arena(datagrams);
        let mut rest = arena.datagrams();
        let mut groups = Vec::new();
        while let Some(group) = next_group(rest, max_segments) {
            rest = &rest[group.count..];
            groups.push((group.count, group.range.len()));
        }
        groups
    }

    #[test]
    fn neighbours_of_one_destination_and_size_leave_together() {
        let (a, b) = ("10.0.0.1:1", "10.0.0.2:1");
        assert_eq!(groups(&[(a, 100), (a, 100), (a, 40), (a, 40), (b, 40)], 64), [(3, 240), (1, 40), (1, 40)]);
        assert_eq!(groups(&[(a, 100), (a, 120)], 64), [(1, 100), (1, 120)]);
        assert_eq!(groups(&[(a, 100); 5], 2), [(2, 200), (2, 200), (1, 100)]);
        assert_eq!(groups(&[(a, 100); 5], 1), [(1, 100); 5]);
        let long = groups(&[(a, 1200); 60], 64);
        assert_eq!(long, [(54, 64_800), (6, 7_200)]);
    }

    #[test]
    fn everything_arrives_in_order_with_and_without_segmentation() {
        let localhost = "127.0.0.1".parse().unwrap();
        let receiver = bind(&[localhost], 0, 1).unwrap();
        let to = format!("127.0.0.1:{}", receiver.port);
        let receiver = MediaSocket::new(receiver.workers.into_iter().flatten().next().unwrap()).unwrap();
        let sockets = [MediaSocket::new(bind(&[localhost], 0, 1).unwrap().workers.remove(0).remove(0)).unwrap()];
        let mut sender = Sender::default();
        let batch = arena(&[(&to, 900), (&to, 900), (&to, 30), (&to, 900), ("[::1]:9", 5), (&to, 1100)]);
        sender.send(&batch, &sockets, &mut LocalPaths::default());
        assert_eq!(sender.counters.errors, 1, "there is no IPv6 socket to send over");
        assert_eq!((sender.counters.datagrams, sender.counters.bytes), (5, 3830));
        assert_eq!(sender.counters.calls, if sockets[0].max_segments() > 1 { 3 } else { 5 });

        let mut buffers = ReceiveBuffers::new();
        let mut seen = Vec::new();
        for _ in 0..1000 {
            if seen.len() == 5 {
                break;
            }
            let Ok(count) = receiver.receive(&mut buffers) else {
                std::thread::sleep(std::time::Duration::from_millis(1));
                continue;
            };
            for run in buffers.runs(count) {
                seen.extend(run.bytes.chunks_mut(run.stride).map(|datagram| (datagram[0], datagram.len())));
            }
        }
        assert_eq!(seen, [(0, 900), (1, 900), (2, 30), (3, 900), (5, 1100)]);
    }

    #[test]
    fn the_backlog_is_bounded_and_keeps_its_order() {
        let localhost = "127.0.0.1".parse().unwrap();
        let sockets = [MediaSocket::new(bind(&[localhost], 0, 1).unwrap().workers.remove(0).remove(0)).unwrap()];
        let mut sender = Sender::default();
        let to: SocketAddr = "127.0.0.1:9".parse().unwrap();
        for i in 0..1200u32 {
            sender.queue(to, None, &[i as u8; 1000], 1000);
        }
        assert_eq!(sender.backlog.len(), MAX_BACKLOG_BYTES / 1000);
        assert_eq!(sender.counters.backlog_full, 1200 - (MAX_BACKLOG_BYTES / 1000) as u64);
        sender.send_backlog(&sockets);
        assert!(!sender.has_backlog());
        assert_eq!(sender.backlog_bytes, 0);
        assert_eq!(sender.counters.datagrams, (MAX_BACKLOG_BYTES / 1000) as u64);
    }
}
