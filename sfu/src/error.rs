//! Why the engine refuses something: each is counted under its reason, and nothing is logged per packet.

use crate::stats::Drop;
use crate::transport::DropReason;

impl From<DropReason> for Drop {
    fn from(reason: DropReason) -> Self {
        match reason {
            DropReason::Malformed => Self::Malformed,
            DropReason::UnknownAddress => Self::UnknownAddress,
            DropReason::NotConnected => Self::NotConnected,
            DropReason::Replayed => Self::Replayed,
            DropReason::Unauthenticated => Self::Unauthenticated,
            DropReason::TooManySources => Self::TooManySources,
        }
    }
}
