//! Which addresses clients are told to send media to.
//!
//! In: the operator's `--external-ip`s, the addresses of the machine's interfaces, and how the HTTP side listens. Out: the
//! addresses that go into every offer and answer, and sentences for start-up where a client could not reach them. No
//! third party is asked (no STUN server).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// At most this many addresses are advertised: each one costs every client a connectivity check and every SDP a line per
/// section.
pub const MAX_ADVERTISED: usize = 8;

/// An address of this machine and the interface that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceAddress {
    /// The interface's name.
    pub interface: String,
    /// The address.
    pub address: IpAddr,
}

/// Where clients are told to send media, and what an operator should know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advertised {
    /// The addresses, preferred first, never empty.
    pub addresses: Vec<IpAddr>,
    /// Sentences for the log at start-up.
    pub warnings: Vec<String>,
}

impl Advertised {
    /// Whether every address is a loopback address, so that the media sockets need not be open to the network.
    pub fn is_loopback_only(&self) -> bool {
        self.addresses.iter().all(IpAddr::is_loopback)
    }
}

/// Reads the addresses of the interfaces that are up.
///
/// # Errors
/// What the operating system reports when it cannot list its interfaces.
pub fn machine_addresses() -> std::io::Result<Vec<InterfaceAddress>> {
    Ok(if_addrs::get_if_addrs()?
        .into_iter()
        .filter(if_addrs::Interface::is_oper_up)
        .map(|interface| InterfaceAddress { address: interface.ip(), interface: interface.name })
        .collect())
}

/// Decides what is advertised.
///
/// `external` comes from the operator and is taken as it is. Without it: the global and private addresses of `machine`,
/// virtual bridges left out. `local_only` says that everybody who can open the app is on this machine (`--dev` on a
/// loopback address): then loopback is enough and nothing is opened to the network. `loopback_too` adds loopback to the
/// machine's addresses, for a development server that others may reach as well.
pub fn advertised(
    external: &[IpAddr],
    machine: &[InterfaceAddress],
    local_only: bool,
    loopback_too: bool,
) -> Advertised {
    if !external.is_empty() {
        return from_operator(external);
    }
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    if local_only {
        return Advertised { addresses: vec![loopback], warnings: Vec::new() };
    }
    let mut addresses = usable(machine, false);
    if addresses.is_empty() {
        addresses = usable(machine, true);
    }
    let mut warnings = Vec::new();
    if addresses.is_empty() {
        warnings.push(
            "this machine has no network address but loopback: only browsers on this machine can send media".to_owned(),
        );
        addresses.push(loopback);
    } else {
        if addresses.iter().all(|address| !is_public(address)) {
            warnings.push(format!(
                "media is advertised at {} only: clients outside of this network will not reach it; if this machine has a \
                 public address, give it with --external-ip",
                list(&addresses)
            ));
        }
        if loopback_too {
            addresses.push(loopback);
        }
    }
    addresses.truncate(MAX_ADVERTISED);
    Advertised { addresses, warnings }
}

fn from_operator(external: &[IpAddr]) -> Advertised {
    let mut addresses: Vec<IpAddr> = Vec::new();
    let mut warnings = Vec::new();
    for address in external.iter().map(IpAddr::to_canonical) {
        if address.is_unspecified() || address.is_multicast() {
            warnings.push(format!("--external-ip {address} is not an address that a client can send to: left out"));
        } else if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.len() > MAX_ADVERTISED {
        warnings.push(format!("only the first {MAX_ADVERTISED} --external-ip are advertised"));
        addresses.truncate(MAX_ADVERTISED);
    }
    if addresses.is_empty() {
        addresses.push(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    if addresses.iter().all(|address| !is_public(address)) && !addresses.iter().all(IpAddr::is_loopback) {
        warnings.push(format!(
            "--external-ip {} is not a public address: clients outside of this network will not reach it",
            list(&addresses)
        ));
    }
    Advertised { addresses, warnings }
}

/// The machine's addresses that another machine might reach: public before private, IPv4 before IPv6.
fn usable(machine: &[InterfaceAddress], virtual_too: bool) -> Vec<IpAddr> {
    let mut addresses: Vec<IpAddr> = machine
        .iter()
        .filter(|entry| virtual_too || !is_virtual_bridge(&entry.interface))
        .map(|entry| entry.address.to_canonical())
        .filter(|address| !is_unusable(address))
        .collect();
    addresses.sort_by_key(|address| (!is_public(address), address.is_ipv6()));
    let mut unique = Vec::with_capacity(addresses.len());
    for address in addresses {
        if !unique.contains(&address) {
            unique.push(address);
        }
    }
    unique
}

/// Interfaces that lead to containers and virtual machines of this host, by the names that their makers give.
fn is_virtual_bridge(interface: &str) -> bool {
    const PREFIXES: [&str; 14] = [
        "docker",
        "br-",
        "virbr",
        "veth",
        "cni",
        "flannel",
        "cali",
        "lxc",
        "lxd",
        "podman",
        "vmnet",
        "vboxnet",
        "kube",
        "nodelocaldns",
    ];
    PREFIXES.iter().any(|prefix| interface.starts_with(prefix))
}

fn is_unusable(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_loopback() || v4.is_unspecified() || v4.is_link_local() || v4.is_multicast() || v4.is_broadcast()
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unspecified() || v6.is_multicast() || v6.is_unicast_link_local(),
    }
}

/// Whether hosts anywhere in the Internet might reach the address.
fn is_public(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !is_unusable(address) && !v4.is_private() && !is_shared(v4) && !v4.is_documentation(),
        IpAddr::V6(v6) => !is_unusable(address) && !v6.is_unique_local() && !is_documentation_v6(v6),
    }
}

/// RFC 6598, carriers' own NAT.
fn is_shared(address: &Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    a == 100 && (64..128).contains(&b)
}

/// RFC 3849.
fn is_documentation_v6(address: &Ipv6Addr) -> bool {
    matches!(address.segments(), [0x2001, 0xdb8, ..])
}

fn list(addresses: &[IpAddr]) -> String {
    addresses.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(entries: &[(&str, &str)]) -> Vec<InterfaceAddress> {
        entries
            .iter()
            .map(|(interface, address)| InterfaceAddress {
                interface: (*interface).to_owned(),
                address: address.parse().unwrap(),
            })
            .collect()
    }

    fn ips(addresses: &[&str]) -> Vec<IpAddr> {
        addresses.iter().map(|address| address.parse().unwrap()).collect()
    }

    #[test]
    fn the_operator_decides() {
        let chosen = advertised(
            &ips(&["203.0.114.7", "::ffff:203.0.114.7", "2a00:1::5"]),
            &machine(&[("eth0", "10.0.0.3")]),
            false,
            true,
        );
        assert_eq!(chosen.addresses, ips(&["203.0.114.7", "2a00:1::5"]));
        assert!(chosen.warnings.is_empty(), "{:?}", chosen.warnings);
        let private = advertised(&ips(&["10.0.0.3"]), &[], false, false);
        assert_eq!((private.addresses.len(), private.warnings.len()), (1, 1));
        let nonsense = advertised(&ips(&["0.0.0.0"]), &[], false, false);
        assert_eq!(nonsense.addresses, ips(&["127.0.0.1"]));
        assert_eq!(nonsense.warnings.len(), 1);
    }

    #[test]
    fn public_addresses_come_first_and_bridges_stay_out() {
        let chosen = advertised(
            &[],
            &machine(&[
                ("lo", "127.0.0.1"),
                ("docker0", "172.17.0.1"),
                ("br-5f0", "172.18.0.1"),
                ("eth1", "192.168.1.9"),
                ("eth0", "fe80::1"),
                ("eth0", "2a00:1::5"),
                ("eth0", "203.0.114.7"),
                ("eth0:1", "203.0.114.7"),
            ]),
            false,
            false,
        );
        assert_eq!(chosen.addresses, ips(&["203.0.114.7", "2a00:1::5", "192.168.1.9"]));
        assert!(chosen.warnings.is_empty());
    }

    #[test]
    fn a_private_network_is_served_and_said() {
        let chosen = advertised(&[], &machine(&[("lo", "127.0.0.1"), ("eth0", "100.64.3.4")]), false, true);
        assert_eq!(chosen.addresses, ips(&["100.64.3.4", "127.0.0.1"]));
        assert_eq!(chosen.warnings.len(), 1);
        assert!(chosen.warnings[0].contains("--external-ip"));
    }

    #[test]
    fn loopback_only_where_nothing_else_serves() {
        let alone = advertised(&[], &machine(&[("lo", "127.0.0.1"), ("lo", "::1")]), false, false);
        assert_eq!((alone.addresses, alone.warnings.len()), (ips(&["127.0.0.1"]), 1));
        let dev = advertised(&[], &machine(&[("eth0", "203.0.114.7")]), true, true);
        assert!(dev.is_loopback_only() && dev.warnings.is_empty());
        let bridge = advertised(&[], &machine(&[("veth0", "10.9.0.2")]), false, false);
        assert_eq!(bridge.addresses, ips(&["10.9.0.2"]), "a bridge is better than nothing");
    }

    #[test]
    fn the_number_of_addresses_is_bounded() {
        let many: Vec<InterfaceAddress> = (0..40u8)
            .map(|i| InterfaceAddress { interface: format!("eth{i}"), address: IpAddr::V4(Ipv4Addr::new(10, 1, i, 1)) })
            .collect();
        assert_eq!(advertised(&[], &many, false, true).addresses.len(), MAX_ADVERTISED);
        let named: Vec<IpAddr> = many.iter().map(|entry| entry.address).collect();
        assert_eq!(advertised(&named, &[], false, true).addresses.len(), MAX_ADVERTISED);
    }
}
