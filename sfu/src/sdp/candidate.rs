//! ICE candidates (RFC 8839, 5.1): addresses at which a side may be reached.

use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};

/// The address of a UDP candidate of component 1 (RTP, and RTCP multiplexed with it), or `None` for what a lite agent over
/// UDP has no use for: TCP, other components, names that would need a resolver (multicast DNS), port 0, and anything that is
/// no candidate.
///
/// Takes the value of `a=candidate` with or without `a=` and `candidate:`, as trickling clients send either.
pub fn parse_candidate(candidate: &str) -> Option<SocketAddr> {
    let candidate = candidate.strip_prefix("a=").unwrap_or(candidate);
    let candidate = candidate.strip_prefix("candidate:").unwrap_or(candidate);
    let mut fields = candidate.split_ascii_whitespace();
    let _foundation = fields.next()?;
    let component = fields.next()?;
    let protocol = fields.next()?;
    let _priority: u32 = fields.next()?.parse().ok()?;
    let address: IpAddr = fields.next()?.parse().ok()?;
    let port: u16 = fields.next()?.parse().ok()?;
    let usable = component == "1" && protocol.eq_ignore_ascii_case("udp") && port != 0 && fields.next()? == "typ";
    usable.then(|| SocketAddr::new(address, port))
}

/// Writes our host candidates and that there will be no more. Earlier ones are preferred.
pub(super) fn write_candidates(out: &mut String, candidates: &[SocketAddr]) {
    for (index, candidate) in candidates.iter().enumerate() {
        // RFC 8445, 5.1.2.1: type preference of host candidates, then local preference, then component 1.
        let priority = 126 << 24 | (65_535 - index as u32) << 8 | 255;
        let (ip, port) = (candidate.ip(), candidate.port());
        let _ = write!(out, "a=candidate:{} 1 udp {priority} {ip} {port} typ host\r\n", index + 1);
    }
    out.push_str("a=end-of-candidates\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_candidates_are_read() {
        let chromium = "candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag EsAw network-cost 999";
        assert_eq!(parse_candidate(chromium), Some("203.0.113.7:46154".parse().unwrap()));
        assert_eq!(parse_candidate("a=candidate:0 1 UDP 2122252543 ::1 9 typ host"), Some("[::1]:9".parse().unwrap()));
    }

    #[test]
    fn what_cannot_be_used_is_left_out() {
        for candidate in [
            "",
            "candidate:",
            "candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active",
            "candidate:1 2 udp 2122260222 192.0.2.1 5000 typ host",
            "candidate:1 1 udp 2122260223 4d2c1f0e-1d2e-4e3f.local 5000 typ host",
            "candidate:1 1 udp 2122260223 192.0.2.1 0 typ host",
            "candidate:1 1 udp 99999999999 192.0.2.1 5000 typ host",
            "candidate:1 1 udp 2122260223 192.0.2.1 70000 typ host",
            "candidate:1 1 udp 2122260223 192.0.2.1 5000",
        ] {
            assert_eq!(parse_candidate(candidate), None, "{candidate}");
        }
    }

    #[test]
    fn ours_are_read_back_with_falling_priority() {
        let ours = ["192.0.2.1:7882".parse().unwrap(), "[2001:db8::1]:7882".parse().unwrap()];
        let mut text = String::new();
        write_candidates(&mut text, &ours);
        let read: Vec<_> = text.lines().filter_map(parse_candidate).collect();
        assert_eq!(read, ours);
        assert!(text.contains("udp 2130706431 192.0.2.1") && text.contains("udp 2130706175 2001:db8::1"), "{text}");
        assert!(text.ends_with("a=end-of-candidates\r\n"));
    }
}
