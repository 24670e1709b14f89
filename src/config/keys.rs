//! The list of every key. One row is all that a new key needs.

use super::Config;
use super::types::{HostPort, IpNet, LogFormat, PublicUrl, Secret, SmtpSecurity};
use rotunda_sfu::params::SrtpProfile;

/// How many values a key takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arity {
    /// On or off; the flag stands alone.
    Switch,
    /// One value.
    One,
    /// Any number: a repeated flag, a list in the file, commas in the environment.
    Many,
}

/// The value was not one that the key allows.
#[derive(Debug)]
pub(super) struct NotAllowed;

/// One key of the configuration.
pub struct Key {
    /// Its name in the file; the flag is `--name`, the variable `ROTUNDA_NAME` in capitals with underscores.
    pub name: &'static str,
    /// What the help calls the value.
    pub value: &'static str,
    /// How many values it takes.
    pub arity: Arity,
    /// Whether it has a flag: secrets do not, since every process may read the arguments of every other.
    pub flag: bool,
    /// Whether errors must not repeat the value.
    pub secret: bool,
    /// Its heading in the help.
    pub group: &'static str,
    /// What it does.
    pub help: &'static str,
    /// The default, in words where there is no value for it.
    pub default: &'static str,
    /// What is allowed, ending the sentence "allowed is …".
    pub allowed: &'static str,
    /// Stores the values.
    pub(super) apply: fn(&mut Config, &[String]) -> Result<(), NotAllowed>,
}

impl Key {
    /// The environment variable.
    pub fn variable(&self) -> String {
        format!("ROTUNDA_{}", self.name.replace('-', "_").to_ascii_uppercase())
    }
}

const PLACE: &str = "Where it listens";
const CALLS: &str = "Calls";
const STATE: &str = "State";
const MAIL: &str = "Mail";
const WATCH: &str = "Watching it";
const ACCESS: &str = "Access";

/// Every key, in the order of the help.
pub const KEYS: &[Key] = &[
    Key {
        name: "listen",
        value: "ADDR:PORT",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: PLACE,
        help: "Serve the app, the API and the WebSocket here",
        default: "127.0.0.1:7880",
        allowed: "an IP address with a port, such as 0.0.0.0:7880 or [::1]:7880",
        apply: |config, values| parse_one(values, &mut config.listen, |text| text.parse().ok()),
    },
    Key {
        name: "public-url",
        value: "URL",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: PLACE,
        help: "The address that people open; links, cookies and the WebSocket's address come from it",
        default: "the listen address",
        allowed: "http:// or https:// with a host and no path, such as https://calls.example.org",
        apply: |config, values| parse_one(values, &mut config.public_url, |text| Some(Some(PublicUrl::parse(text)?))),
    },
    Key {
        name: "tls-cert",
        value: "FILE",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: PLACE,
        help: "Serve HTTPS with this certificate chain (PEM), read again when the file changes",
        default: "plain HTTP",
        allowed: "the path of a PEM file",
        apply: |config, values| parse_one(values, &mut config.tls_cert, path),
    },
    Key {
        name: "tls-key",
        value: "FILE",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: PLACE,
        help: "The private key of --tls-cert (PEM)",
        default: "plain HTTP",
        allowed: "the path of a PEM file",
        apply: |config, values| parse_one(values, &mut config.tls_key, path),
    },
    Key {
        name: "trusted-proxy",
        value: "ADDR[/BITS]",
        arity: Arity::Many,
        flag: true,
        secret: false,
        group: PLACE,
        help: "Believe X-Forwarded-For from this proxy or network (repeatable)",
        default: "none",
        allowed: "an IP address or a network, such as 10.0.0.0/8",
        apply: |config, values| parse_many(values, &mut config.trusted_proxy, IpNet::parse),
    },
    Key {
        name: "rtc-udp-port",
        value: "PORT",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: CALLS,
        help: "The one UDP port of all audio and video; open it in the firewall. 0 takes a free one",
        default: "7882",
        allowed: "a number from 0 to 65535",
        apply: |config, values| parse_one(values, &mut config.rtc_udp_port, |text| text.parse().ok()),
    },
    Key {
        name: "external-ip",
        value: "ADDR",
        arity: Arity::Many,
        flag: true,
        secret: false,
        group: CALLS,
        help: "Advertise this address for media (repeatable); needed behind NAT, where it is the public address",
        default: "the machine's own addresses",
        allowed: "an IPv4 or IPv6 address that clients can reach, not 0.0.0.0, :: or a multicast one",
        apply: |config, values| {
            parse_many(values, &mut config.external_ip, |text| {
                let ip: std::net::IpAddr = text.parse().ok()?;
                (!ip.is_unspecified() && !ip.is_multicast()).then_some(ip)
            })
        },
    },
    Key {
        name: "workers",
        value: "COUNT",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: CALLS,
        help: "Media worker threads",
        default: "one a core",
        allowed: "a number from 1 to 64",
        apply: |config, values| {
            parse_one(values, &mut config.workers, |text| {
                Some(Some(text.parse().ok().filter(|n| (1..=64).contains(n))?))
            })
        },
    },
    Key {
        name: "srtp-profiles",
        value: "PROFILE",
        arity: Arity::Many,
        flag: true,
        secret: false,
        group: CALLS,
        help: "Media encryption that may be negotiated, the preferred first (repeatable)",
        default: "gcm-128, gcm-256, cm-sha1-80",
        allowed: "gcm-128, gcm-256 or cm-sha1-80, each once",
        apply: |config, values| {
            parse_many(values, &mut config.srtp_profiles, |text| match text {
                "gcm-128" => Some(SrtpProfile::AeadAes128Gcm),
                "gcm-256" => Some(SrtpProfile::AeadAes256Gcm),
                "cm-sha1-80" => Some(SrtpProfile::Aes128CmHmacSha1_80),
                _ => None,
            })?;
            let mut seen = std::collections::HashSet::new();
            let good =
                !config.srtp_profiles.is_empty() && config.srtp_profiles.iter().all(|profile| seen.insert(*profile));
            if good { Ok(()) } else { Err(NotAllowed) }
        },
    },
    Key {
        name: "data",
        value: "DIR",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: STATE,
        help: "The folder of the database; one server at a time uses it",
        default: "./data",
        allowed: "the path of a folder that can be written",
        apply: |config, values| parse_one(values, &mut config.data, |text| path(text).flatten()),
    },
    Key {
        name: "database-url",
        value: "URL",
        arity: Arity::One,
        flag: true,
        secret: true,
        group: STATE,
        help: "Keep the state in PostgreSQL instead of SQLite; the variable DATABASE_URL works too",
        default: "SQLite in the data folder",
        allowed: "postgres://user:password@host:port/database",
        apply: |config, values| {
            parse_one(values, &mut config.database_url, |text| {
                (text.starts_with("postgres://") || text.starts_with("postgresql://")).then(|| Some(Secret::new(text)))
            })
        },
    },
    Key {
        name: "dev",
        value: "",
        arity: Arity::Switch,
        flag: true,
        secret: false,
        group: ACCESS,
        help: "Development: adds the API key `devkey` with the secret `secret`, which everyone knows; loopback only",
        default: "off",
        allowed: "true or false",
        apply: |config, values| parse_one(values, &mut config.dev, switch),
    },
    Key {
        name: "api-keys",
        value: "KEY:SECRET",
        arity: Arity::Many,
        flag: false,
        secret: true,
        group: ACCESS,
        help: "API keys whose LiveKit access tokens are accepted; a table of name = \"secret\" in the file",
        default: "none",
        allowed: "name:secret, the name of 1 to 64 letters, digits, - and _ and not beginning with rotunda-, the secret of at \
                  least 32 characters, no name twice",
        apply: |config, values| {
            parse_many(values, &mut config.api_keys, api_key)?;
            let mut seen = std::collections::HashSet::new();
            if config.api_keys.iter().all(|(name, _)| seen.insert(name)) { Ok(()) } else { Err(NotAllowed) }
        },
    },
    Key {
        name: "unlisted-rooms",
        value: "true|false",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: ACCESS,
        help: "Whether tokens of API keys may make rooms that are kept in memory only and shown in no list",
        default: "true",
        allowed: "true or false",
        apply: |config, values| parse_one(values, &mut config.unlisted_rooms, switch),
    },
    Key {
        name: "smtp-server",
        value: "HOST[:PORT]",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: MAIL,
        help: "Send mail, such as links to a new password, over this SMTP server",
        default: "no mail",
        allowed: "a host name or address, with a port if it is not 465 (tls), 587 (starttls) or 25 (none)",
        apply: |config, values| parse_one(values, &mut config.smtp_server, |text| Some(Some(HostPort::parse(text)?))),
    },
    Key {
        name: "smtp-security",
        value: "tls|starttls|none",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: MAIL,
        help: "How the connection to the SMTP server is encrypted; with starttls a server that does not offer it gets no mail",
        default: "starttls",
        allowed: "tls, starttls or none",
        apply: |config, values| {
            parse_one(values, &mut config.smtp_security, |text| match text {
                "tls" => Some(SmtpSecurity::Tls),
                "starttls" => Some(SmtpSecurity::StartTls),
                "none" => Some(SmtpSecurity::None),
                _ => None,
            })
        },
    },
    Key {
        name: "smtp-user",
        value: "NAME",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: MAIL,
        help: "Log in to the SMTP server with this name and the smtp-password",
        default: "no login",
        allowed: "a name",
        apply: |config, values| {
            parse_one(values, &mut config.smtp_user, |text| (!text.is_empty()).then(|| Some(text.to_owned())))
        },
    },
    Key {
        name: "smtp-password",
        value: "PASSWORD",
        arity: Arity::One,
        flag: false,
        secret: true,
        group: MAIL,
        help: "The password of smtp-user",
        default: "no login",
        allowed: "a password",
        apply: |config, values| {
            parse_one(values, &mut config.smtp_password, |text| (!text.is_empty()).then(|| Some(Secret::new(text))))
        },
    },
    Key {
        name: "smtp-from",
        value: "ADDRESS",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: MAIL,
        help: "The sender of mails, an address or a name with one",
        default: "Rotunda <rotunda@…> at the host of the public URL",
        allowed: "an email address, such as Calls <calls@example.org>",
        apply: |config, values| {
            parse_one(values, &mut config.smtp_from, |text| {
                text.parse::<lettre::message::Mailbox>().is_ok().then(|| Some(text.to_owned()))
            })
        },
    },
    Key {
        name: "metrics-listen",
        value: "ADDR:PORT",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: WATCH,
        help: "Serve /metrics for Prometheus here; `off` for none",
        default: "127.0.0.1:7889",
        allowed: "an IP address with a port, or off",
        apply: |config, values| {
            parse_one(values, &mut config.metrics_listen, |text| match text {
                "off" => Some(None),
                _ => Some(Some(text.parse().ok()?)),
            })
        },
    },
    Key {
        name: "log-format",
        value: "text|json",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: WATCH,
        help: "Log lines for eyes or for machines",
        default: "text",
        allowed: "text or json",
        apply: |config, values| {
            parse_one(values, &mut config.log_format, |text| match text {
                "text" => Some(LogFormat::Text),
                "json" => Some(LogFormat::Json),
                _ => None,
            })
        },
    },
    Key {
        name: "log-level",
        value: "LEVEL",
        arity: Arity::One,
        flag: true,
        secret: false,
        group: WATCH,
        help: "How much is logged; filters by module work too, such as info,rotunda_sfu=debug",
        default: "info",
        allowed: "off, error, warn, info, debug, trace, or a list of module=level",
        apply: |config, values| {
            parse_one(values, &mut config.log_level, |text| {
                // A lone word that is no level would be read as the name of a module, and silence everything else.
                let levels = ["off", "error", "warn", "info", "debug", "trace"];
                let known = text.split(',').all(|part| {
                    let level = part.rsplit('=').next().unwrap_or_default();
                    levels.contains(&level)
                });
                (known && tracing_subscriber::EnvFilter::try_new(text).is_ok()).then(|| text.to_owned())
            })
        },
    },
];

fn parse_one<T>(values: &[String], slot: &mut T, parse: impl Fn(&str) -> Option<T>) -> Result<(), NotAllowed> {
    let [value] = values else { return Err(NotAllowed) };
    *slot = parse(value.trim()).ok_or(NotAllowed)?;
    Ok(())
}

fn parse_many<T>(values: &[String], slot: &mut Vec<T>, parse: impl Fn(&str) -> Option<T>) -> Result<(), NotAllowed> {
    *slot = values.iter().map(|value| parse(value.trim())).collect::<Option<Vec<T>>>().ok_or(NotAllowed)?;
    Ok(())
}

fn switch(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn path(text: &str) -> Option<Option<std::path::PathBuf>> {
    (!text.is_empty() && !text.contains('\0')).then(|| Some(text.into()))
}

fn api_key(text: &str) -> Option<(String, Secret)> {
    let (name, secret) = text.split_once(':')?;
    let (name, secret) = (name.trim(), secret.trim());
    let name_ok = (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && !name.starts_with("rotunda-");
    let secret_ok = (32..=512).contains(&secret.len());
    (name_ok && secret_ok).then(|| (name.to_owned(), Secret::new(secret)))
}
