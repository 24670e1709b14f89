//! Certificate fingerprints (RFC 8122): what ties the DTLS handshake to the signaling.

use std::fmt::Write;

use crate::params::Fingerprint;

/// The value of `a=fingerprint`; `None` when it is not a SHA-256 one or not well formed.
pub(super) fn parse_fingerprint(value: &str) -> Option<Fingerprint> {
    let (hash, digits) = value.split_once(' ')?;
    if !hash.eq_ignore_ascii_case("sha-256") {
        return None;
    }
    let mut bytes = [0; 32];
    let mut pairs = digits.trim_end().split(':');
    for byte in &mut bytes {
        let pair = pairs.next()?;
        if pair.len() != 2 || !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    pairs.next().is_none().then_some(Fingerprint(bytes))
}

/// Writes the whole line.
pub(super) fn write_fingerprint(out: &mut String, fingerprint: &Fingerprint) {
    out.push_str("a=fingerprint:sha-256");
    for (index, byte) in fingerprint.0.iter().enumerate() {
        let _ = write!(out, "{}{byte:02X}", if index == 0 { ' ' } else { ':' });
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read_back() {
        let fingerprint = Fingerprint(std::array::from_fn(|index| index as u8 * 8));
        let mut text = String::new();
        write_fingerprint(&mut text, &fingerprint);
        let value = text.trim_end().strip_prefix("a=fingerprint:").unwrap();
        assert_eq!(parse_fingerprint(value), Some(fingerprint));
        assert_eq!(parse_fingerprint(&value.to_lowercase()), Some(fingerprint));
        assert_eq!(parse_fingerprint(&value.replacen("sha-256", "sha-512", 1)), None);
        assert_eq!(parse_fingerprint(&format!("{value}:00")), None);
        assert_eq!(parse_fingerprint(&value[..value.len() - 3]), None);
        assert_eq!(parse_fingerprint(&value.replacen("00", "+0", 1)), None);
        assert_eq!(parse_fingerprint("sha-256"), None);
    }
}
