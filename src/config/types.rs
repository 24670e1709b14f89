//! The small types of the configuration, each parsed from one text.

use std::fmt;
use std::net::IpAddr;

/// A text that no log line and no error shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// How log lines look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogFormat {
    /// For eyes.
    Text,
    /// One JSON object a line.
    Json,
}

/// How a connection to the mail server is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SmtpSecurity {
    /// From its first byte.
    Tls,
    /// After a word in the clear; a server that does not offer it gets no mail.
    StartTls,
    /// Not at all.
    None,
}

/// A host by name or address, with a port if one was given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostPort {
    /// The name or address, an IPv6 address without brackets.
    pub host: String,
    /// The port.
    pub port: Option<u16>,
}

impl HostPort {
    /// Parses `mail.example.org`, `mail.example.org:465` or `[::1]:25`.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (host, rest) = rest.split_once(']')?;
                let _: std::net::Ipv6Addr = host.parse().ok()?;
                (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
            }
            None => match text.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            },
        };
        let named = host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        let good = !host.is_empty() && host.len() <= 253 && (named || text.starts_with('['));
        let port = port.map(|port| port.parse().ok().filter(|port| *port != 0).ok_or(())).transpose().ok()?;
        good.then(|| Self { host: host.to_owned(), port })
    }

    /// Whether it is this machine by a name that no network can change.
    pub fn is_local(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// A network in CIDR notation; a bare address is a network of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IpNet {
    address: IpAddr,
    prefix: u8,
}

impl IpNet {
    /// Parses `10.0.0.0/8`, `fd00::/8` or a bare address.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        (prefix <= longest).then_some(Self { address, prefix })
    }

    /// Whether `ip` is in the network; an IPv4 address mapped into IPv6 counts as the IPv4 address.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.address.to_canonical(), ip.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                let shift = 32 - u32::from(self.prefix.min(32));
                net.to_bits().checked_shr(shift) == ip.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                let shift = 128 - u32::from(self.prefix);
                net.to_bits().checked_shr(shift) == ip.to_bits().checked_shr(shift)
            }
            _ => false,
        }
    }
}

/// The origin that people open in their browsers, without a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicUrl {
    secure: bool,
    authority: String,
}

impl PublicUrl {
    /// Parses `https://calls.example.org` or `http://localhost:7880`; a path, query or user is refused.
    pub fn parse(text: &str) -> Option<Self> {
        let uri: axum::http::Uri = text.trim_end_matches('/').parse().ok()?;
        let secure = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none() && !authority.as_str().contains('@');
        let host_ok = !authority.host().is_empty()
            && authority.host().bytes().all(|b| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b));
        (bare && host_ok).then(|| Self { secure, authority: authority.as_str().to_ascii_lowercase() })
    }

    /// The URL of a listener.
    pub fn of_listener(secure: bool, address: std::net::SocketAddr) -> Self {
        Self { secure, authority: address.to_string() }
    }

    /// The host, without a port.
    pub fn host(&self) -> &str {
        match self.authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => &self.authority,
        }
    }

    /// Whether it is https.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// `https://host:port`, as browsers write it in `Origin`.
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.bare_authority())
    }

    /// The same place for a WebSocket: `wss://host:port`.
    pub fn websocket(&self) -> String {
        format!("{}://{}", if self.secure { "wss" } else { "ws" }, self.bare_authority())
    }

    /// Host and port, the scheme's own port left out as browsers do.
    fn bare_authority(&self) -> &str {
        let own_port = if self.secure { ":443" } else { ":80" };
        self.authority.strip_suffix(own_port).unwrap_or(&self.authority)
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_contain_what_they_should() {
        let net = IpNet::parse("10.1.0.0/16").unwrap();
        assert!(net.contains("10.1.2.3".parse().unwrap()));
        assert!(net.contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!net.contains("10.2.0.0".parse().unwrap()));
        assert!(IpNet::parse("::1").unwrap().contains("::1".parse().unwrap()));
        assert!(IpNet::parse("0.0.0.0/0").unwrap().contains("203.0.113.9".parse().unwrap()));
        assert!(!IpNet::parse("0.0.0.0/0").unwrap().contains("2001:db8::1".parse().unwrap()));
        for bad in ["", "10.0.0.0/33", "::/129", "localhost", "10.0.0.0/-1", "10.0.0.0/"] {
            assert!(IpNet::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn public_urls_are_origins() {
        let url = PublicUrl::parse("https://Calls.Example.org:443/").unwrap();
        assert_eq!(url.origin(), "https://calls.example.org");
        assert_eq!(url.websocket(), "wss://calls.example.org");
        assert_eq!(PublicUrl::parse("http://[::1]:7880").unwrap().websocket(), "ws://[::1]:7880");
        for bad in [
            "",
            "calls.example.org",
            "ftp://x",
            "https://x/path",
            "https://u:p@x",
            "https://x?y",
            "https://",
            "https://a b",
        ] {
            assert!(PublicUrl::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn hosts_with_and_without_ports() {
        let parsed = |text: &str| HostPort::parse(text).map(|server| (server.host, server.port));
        assert_eq!(parsed("mail.example.org"), Some(("mail.example.org".into(), None)));
        assert_eq!(parsed("mail:465"), Some(("mail".into(), Some(465))));
        assert_eq!(parsed("[::1]:25"), Some(("::1".into(), Some(25))));
        assert_eq!(parsed("[::1]"), Some(("::1".into(), None)));
        for bad in
            ["", ":25", "a b", "mail:0", "mail:70000", "mail:x", "[::1", "[mail]", "[::1]25", "http://mail", "::1"]
        {
            assert_eq!(parsed(bad), None, "{bad}");
        }
        let local = |text: &str| HostPort::parse(text).unwrap().is_local();
        assert!(local("localhost:25") && local("127.0.0.1") && local("[::1]") && !local("mail.example.org"));
        assert_eq!(PublicUrl::parse("https://calls.example.org:8443").unwrap().host(), "calls.example.org");
    }

    #[test]
    fn secrets_do_not_print() {
        assert!(!format!("{:?}", Secret::new("hunter2")).contains("hunter2"));
    }
}
