//! A worker's sending half alone, for benches: the same grouping, calls and backlog, on one socket.

use std::io;

use rotunda_sfu::send_arena::SendArena;

use super::paths::LocalPaths;
use super::sender::Sender;
use super::socket::MediaSocket;

/// Sends the contents of send arenas as a media worker does.
#[derive(Debug)]
pub struct BatchSender {
    sockets: [MediaSocket; 1],
    sender: Sender,
    paths: LocalPaths,
}

impl BatchSender {
    /// Takes over a bound socket.
    ///
    /// # Errors
    /// What the system reports when it is asked for the socket's abilities.
    pub fn new(socket: std::net::UdpSocket) -> io::Result<Self> {
        Ok(Self { sockets: [MediaSocket::new(socket)?], sender: Sender::default(), paths: LocalPaths::default() })
    }

    /// Sends all of `arena`.
    pub fn send(&mut self, arena: &SendArena) {
        self.sender.send(arena, &self.sockets, &mut self.paths);
        self.paths.end_batch();
        self.sender.send_backlog(&self.sockets);
    }

    /// Calls to the kernel, and datagrams that they carried.
    pub fn calls_and_datagrams(&self) -> (u64, u64) {
        (self.sender.counters.calls, self.sender.counters.datagrams)
    }
}
