//! Who somebody is and what they may do: passwords, access and refresh tokens, throttling, permissions, and the tokens and
//! checks with which people enter rooms.

pub mod access;
pub mod client_name;
pub(crate) mod opaque;
pub mod password;
pub mod permissions;
pub mod refresh;
pub mod room_access;
pub mod throttle;

pub use access::{AccessTokens, Account, GuestLogin, Login};
pub use room_access::{Admitted, ApiKeys, Entry, KeyKind, Refusal, RoomAccess};

/// `N` fresh random bytes as lower-case hexadecimal digits.
pub(crate) fn random_hex<const N: usize>() -> String {
    use std::fmt::Write as _;
    random_bytes::<N>().iter().fold(String::with_capacity(2 * N), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `N` bytes of the operating system's generator, through the thread's CSPRNG that it seeds.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    rand::random()
}
