//! A network between addresses: every datagram is delayed, and some are lost or overtake each other, by a seed.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// How a path treats datagrams.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Link {
    /// Time that every datagram takes, one way.
    pub delay: Duration,
    /// Up to this much more, evenly spread.
    pub jitter: Duration,
    /// Share of datagrams lost, 0 to 1.
    pub loss: f64,
    /// Whether jitter may reorder.
    pub reorder: bool,
}

impl Link {
    /// One millisecond, nothing lost.
    pub const GOOD: Self = Self { delay: Duration::from_millis(1), jitter: Duration::ZERO, loss: 0.0, reorder: false };

    /// A link with loss and delay and a little jitter.
    pub fn lossy(loss: f64, delay: Duration) -> Self {
        Self { delay, jitter: delay / 10, loss, reorder: false }
    }
}

/// A datagram under way.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Flight {
    /// When it arrives.
    pub arrival: Instant,
    number: u64,
    /// Who sent it.
    pub source: SocketAddr,
    /// Where it goes.
    pub destination: SocketAddr,
    /// Its bytes.
    pub contents: Vec<u8>,
}

/// All datagrams under way.
#[derive(Debug)]
pub struct Network {
    random: StdRng,
    link: Link,
    links: HashMap<SocketAddr, Link>,
    flights: BinaryHeap<Reverse<Flight>>,
    last_arrival: HashMap<(SocketAddr, SocketAddr), Instant>,
    number: u64,
    /// Datagrams lost so far.
    pub lost: u64,
}

impl Network {
    /// A network whose every path is like `link`.
    pub fn new(seed: u64, link: Link) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            link,
            links: HashMap::new(),
            flights: BinaryHeap::new(),
            last_arrival: HashMap::new(),
            number: 0,
            lost: 0,
        }
    }

    /// Makes the path to and from one address different.
    pub fn set_link(&mut self, address: SocketAddr, link: Link) {
        self.links.insert(address, link);
    }

    /// Sends a datagram.
    pub fn send(&mut self, now: Instant, source: SocketAddr, destination: SocketAddr, contents: Vec<u8>) {
        let link = *self.links.get(&source).or_else(|| self.links.get(&destination)).unwrap_or(&self.link);
        if self.random.random_bool(link.loss.clamp(0.0, 1.0)) {
            self.lost += 1;
            return;
        }
        let mut arrival = now + link.delay + link.jitter.mul_f64(self.random.random::<f64>());
        if !link.reorder {
            let last = self.last_arrival.entry((source, destination)).or_insert(arrival);
            arrival = arrival.max(*last);
            *last = arrival;
        }
        self.number += 1;
        self.flights.push(Reverse(Flight { arrival, number: self.number, source, destination, contents }));
    }

    /// When the next datagram arrives.
    pub fn next_arrival(&self) -> Option<Instant> {
        self.flights.peek().map(|Reverse(flight)| flight.arrival)
    }

    /// Takes a datagram that has arrived.
    pub fn receive(&mut self, now: Instant) -> Option<Flight> {
        if self.next_arrival()? > now {
            return None;
        }
        self.flights.pop().map(|Reverse(flight)| flight)
    }
}
