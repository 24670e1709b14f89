//! Opaque tokens: random bits that a client keeps, of which the store has the SHA-256 only. Refresh tokens, invitations and device
//! cookies are such.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::store::TokenHash;

/// A fresh token of `N` bytes, as text for URLs and cookies.
pub(crate) fn draw<const N: usize>() -> String {
    URL_SAFE_NO_PAD.encode(super::random_bytes::<N>())
}

/// The hash of a presented token, or `None` for a text that no token of `N` bytes can be.
pub(crate) fn presented<const N: usize>(token: &str) -> Option<TokenHash> {
    let length = (N * 4).div_ceil(3);
    let shape = token.len() == length && URL_SAFE_NO_PAD.decode(token).is_ok_and(|bytes| bytes.len() == N);
    shape.then(|| hash(token))
}

/// What the store keeps of a token.
pub(crate) fn hash(token: &str) -> TokenHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
    TokenHash(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_their_bits_and_never_repeat() {
        let (one, two) = (draw::<16>(), draw::<16>());
        assert_ne!(one, two);
        assert!(presented::<16>(&one) == Some(hash(&one)) && hash(&one) != hash(&two));
        assert!(presented::<32>(&one).is_none(), "of another length");
        for bad in ["", "x", &"A".repeat(21), &"A".repeat(23), &"+".repeat(22), &"=".repeat(22), &"é".repeat(11)] {
            assert!(presented::<16>(bad).is_none(), "{bad}");
        }
    }
}
