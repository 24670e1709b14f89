//! What one connection costs in memory.

use allocation_counter::measure;
use std::time::Duration;

use crate::pair::{Pair, Side};

/// An idle participant has two of these, and 48 KiB in all. The contexts that aws-lc keeps for its keys, about 2.5 KiB, are
/// not counted.
const BOUND: i64 = 16 << 10;

#[test]
fn an_idle_connection_stays_small() {
    let mut pair = Pair::connected(1);
    for index in 0..200 {
        assert!(pair.rtp(Side::Client, 1, index, &[1; 500]).is_some());
    }
    let now = pair.now;
    pair.server.transport.send_data(now, "_reliable", &[1; 1000]).unwrap();
    pair.run_for(Duration::from_secs(5));
    let mut server = Some(pair.server);
    let freed = -measure(|| drop(server.take())).bytes_current;
    let inline = std::mem::size_of::<rotunda_sfu::transport::Transport>();
    println!("a connected transport holds {freed} bytes on the heap and {inline} inline");
    assert!(freed + inline as i64 <= BOUND);
}
