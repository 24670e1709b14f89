//! The UDP sockets of the media port: binding them, receiving in batches, sending in batches.
//!
//! All workers bind the *same* port with `SO_REUSEPORT`. A second server started by mistake could join them silently and
//! take a share of the datagrams, so the first socket of each address is bound without that option, which fails when
//! anybody else holds the port, and gets it only afterwards.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use quinn_udp::{RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use socket2::{Domain, Protocol, Socket, Type};

/// Receive buffer asked of the kernel: half a second of 8,000 datagrams a second. Linux grants at most `net.core.rmem_max`.
pub const RECEIVE_BUFFER_BYTES: usize = 4 << 20;
/// Send buffer asked of the kernel; bounds what a burst of keyframes may queue. At most `net.core.wmem_max`.
pub const SEND_BUFFER_BYTES: usize = 4 << 20;

/// Datagram buffers handed to one `recvmmsg`.
const RECEIVE_BATCH: usize = 16;
/// The largest datagram, or run of datagrams that the kernel joined (GRO).
const RECEIVE_BUFFER: usize = 1 << 16;
/// How often another free port is tried when port 0 was asked for and one address family has it taken.
const EPHEMERAL_ATTEMPTS: usize = 16;

/// The sockets of every worker, bound to one port.
#[derive(Debug)]
pub struct BoundSockets {
    /// The port that all of them share.
    pub port: u16,
    /// One list a worker, with one socket an address, in the order asked for.
    pub workers: Vec<Vec<std::net::UdpSocket>>,
    /// What the kernel granted for receiving, in bytes, the smallest of all sockets.
    pub receive_buffer: usize,
}

/// The addresses to bind: loopback alone, or all of them, IPv6 where the machine has it.
pub fn bind_addresses(loopback_only: bool) -> Vec<IpAddr> {
    let addresses: [IpAddr; 2] = if loopback_only {
        [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
    } else {
        [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()]
    };
    addresses.into_iter().filter(|address| address.is_ipv4() || has_ipv6(*address)).collect()
}

fn has_ipv6(address: IpAddr) -> bool {
    Socket::new(Domain::IPV6, Type::DGRAM, Some(Protocol::UDP))
        .and_then(|socket| socket.bind(&SocketAddr::new(address, 0).into()))
        .is_ok()
}

/// Binds `port` (0 for any free one) on every one of `addresses` for every worker.
///
/// # Errors
/// `AddrInUse` when anybody else holds the port, whether they would share it or not; else what the system reports.
pub fn bind(addresses: &[IpAddr], port: u16, workers: usize) -> io::Result<BoundSockets> {
    let mut last = None;
    for _ in 0..if port == 0 { EPHEMERAL_ATTEMPTS } else { 1 } {
        match bind_once(addresses, port, workers) {
            Ok(bound) => return Ok(bound),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
}

fn bind_once(addresses: &[IpAddr], mut port: u16, workers: usize) -> io::Result<BoundSockets> {
    let mut bound: Vec<Vec<std::net::UdpSocket>> = (0..workers.max(1)).map(|_| Vec::new()).collect();
    let mut receive_buffer = usize::MAX;
    for &address in addresses {
        for (worker, sockets) in bound.iter_mut().enumerate() {
            let socket = open(address, port, worker == 0)?;
            receive_buffer = receive_buffer.min(socket.recv_buffer_size().unwrap_or(usize::MAX));
            if port == 0 {
                port = socket.local_addr()?.as_socket().map_or(0, |local| local.port());
            }
            sockets.push(socket.into());
        }
    }
    Ok(BoundSockets { port, workers: bound, receive_buffer })
}

fn open(address: IpAddr, port: u16, first: bool) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(SocketAddr::new(address, port)), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    if !first {
        socket.set_reuse_port(true)?;
    }
    socket.bind(&SocketAddr::new(address, port).into())?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    // Refusals are no failure: the kernel's own limits apply, and start-up says what was granted.
    let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES);
    let _ = socket.set_send_buffer_size(SEND_BUFFER_BYTES);
    Ok(socket)
}

/// One socket of one worker.
#[derive(Debug)]
pub(crate) struct MediaSocket {
    io: mio::net::UdpSocket,
    state: UdpSocketState,
    local: SocketAddr,
}

impl MediaSocket {
    /// Takes over a socket made by [`bind`].
    pub(crate) fn new(socket: std::net::UdpSocket) -> io::Result<Self> {
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        let local = socket.local_addr()?;
        Ok(Self { io: mio::net::UdpSocket::from_std(socket), state, local })
    }

    /// For registering with a poll.
    pub(crate) fn source(&mut self) -> &mut mio::net::UdpSocket {
        &mut self.io
    }

    /// The address that it is bound to.
    pub(crate) fn local(&self) -> SocketAddr {
        self.local
    }

    /// How many datagrams one send may carry (GSO); 1 where the kernel cannot.
    pub(crate) fn max_segments(&self) -> usize {
        self.state.max_gso_segments().max(1)
    }

    /// Receives a batch; `WouldBlock` when there is nothing.
    pub(crate) fn receive(&self, buffers: &mut ReceiveBuffers) -> io::Result<usize> {
        let ReceiveBuffers { storage, meta } = buffers;
        let mut chunks = storage.chunks_exact_mut(RECEIVE_BUFFER);
        let mut slices: [IoSliceMut<'_>; RECEIVE_BATCH] =
            std::array::from_fn(|_| IoSliceMut::new(chunks.next().unwrap_or_default()));
        self.state.recv(UdpSockRef::from(&self.io), &mut slices, meta)
    }

    /// Sends one datagram, or several of one size to one destination when `segment` says that size.
    pub(crate) fn send(
        &self,
        destination: SocketAddr,
        contents: &[u8],
        segment: Option<usize>,
        source: Option<IpAddr>,
    ) -> io::Result<()> {
        self.state.try_send(
            UdpSockRef::from(&self.io),
            &Transmit { destination, ecn: None, contents, segment_size: segment, src_ip: source },
        )
    }
}

/// Buffers for one [`MediaSocket::receive`]. One MiB of address space a worker, of which only what datagrams really fill
/// becomes memory.
#[derive(Debug)]
pub(crate) struct ReceiveBuffers {
    storage: Vec<u8>,
    meta: [RecvMeta; RECEIVE_BATCH],
}

/// What one buffer of a batch holds: datagrams of one sender, all of `stride` bytes but the last.
pub(crate) struct ReceivedRun<'a> {
    pub(crate) source: SocketAddr,
    /// The address of ours that it was sent to, where the kernel says.
    pub(crate) local: Option<IpAddr>,
    pub(crate) stride: usize,
    pub(crate) bytes: &'a mut [u8],
}

impl ReceiveBuffers {
    pub(crate) fn new() -> Self {
        Self { storage: vec![0; RECEIVE_BATCH * RECEIVE_BUFFER], meta: [RecvMeta::default(); RECEIVE_BATCH] }
    }

    /// The first `count` buffers as [`MediaSocket::receive`] filled them.
    pub(crate) fn runs(&mut self, count: usize) -> impl Iterator<Item = ReceivedRun<'_>> {
        self.storage.chunks_exact_mut(RECEIVE_BUFFER).zip(&self.meta).take(count).filter_map(|(buffer, meta)| {
            let bytes = buffer.get_mut(..meta.len)?;
            (meta.stride > 0).then_some(ReceivedRun {
                source: meta.addr,
                local: meta.dst_ip,
                stride: meta.stride,
                bytes,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_share_a_port_that_nobody_else_can_join() {
        let addresses = bind_addresses(true);
        let bound = bind(&addresses, 0, 3).unwrap();
        assert_eq!(bound.workers.len(), 3);
        for sockets in &bound.workers {
            assert_eq!(sockets.len(), addresses.len());
            assert!(sockets.iter().all(|socket| socket.local_addr().unwrap().port() == bound.port));
        }
        let second = bind(&addresses, bound.port, 1).unwrap_err();
        assert_eq!(second.kind(), io::ErrorKind::AddrInUse);
        drop(bound);
    }

    #[test]
    fn a_run_of_equal_datagrams_arrives_whole_whatever_the_kernel_joined() {
        let bound = bind(&[Ipv4Addr::LOCALHOST.into()], 0, 1).unwrap();
        let port = bound.port;
        let receiver = MediaSocket::new(bound.workers.into_iter().flatten().next().unwrap()).unwrap();
        let sender =
            MediaSocket::new(bind(&[Ipv4Addr::LOCALHOST.into()], 0, 1).unwrap().workers.remove(0).remove(0)).unwrap();
        let mut contents = Vec::new();
        for i in 0..5u8 {
            contents.extend_from_slice(&[i; 300]);
        }
        contents.extend_from_slice(&[9; 20]);
        sender.send(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port), &contents, Some(300), None).unwrap();
        let mut buffers = ReceiveBuffers::new();
        let mut sizes = Vec::new();
        let mut attempts = 0;
        while sizes.len() < 6 && attempts < 1000 {
            attempts += 1;
            let Ok(count) = receiver.receive(&mut buffers) else {
                std::thread::sleep(std::time::Duration::from_millis(1));
                continue;
            };
            for run in buffers.runs(count) {
                assert_eq!(run.source, sender.local());
                assert_eq!(run.local, Some(Ipv4Addr::LOCALHOST.into()));
                sizes.extend(run.bytes.chunks_mut(run.stride).map(|datagram| (datagram[0], datagram.len())));
            }
        }
        assert_eq!(sizes, [(0, 300), (1, 300), (2, 300), (3, 300), (4, 300), (9, 20)]);
    }
}
