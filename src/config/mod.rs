//! What an operator can set: parsed once, checked once, and passed around as types.
//!
//! In go the arguments and the environment (and, through them, a TOML file); out comes a [`Config`]. The layers are
//! defaults → file → environment → flags, the later winning. Every key is one row of [`keys::KEYS`], which gives the flag,
//! the environment variable and the file key their common name, the help its text, and errors the list of what is allowed.

mod keys;
mod layers;
mod types;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

pub use keys::{Arity, KEYS, Key};
pub use layers::{ConfigError, Operation, Request, Source, load};
pub use types::{HostPort, IpNet, LogFormat, PublicUrl, Secret, SmtpSecurity};

use rotunda_sfu::params::SrtpProfile;

/// The cost of one argon2id hash. Only tests lower it: no file, variable or flag reaches it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl PasswordCost {
    /// What the server always runs with: 19 MiB, two passes (the OWASP minimum for argon2id with one lane).
    pub const STANDARD: Self = Self { memory_kib: 19 * 1024, passes: 2 };
}

/// The whole configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// Development mode: the known API key `devkey`, loopback only.
    pub dev: bool,
    /// Where the app, the API and the WebSocket are served.
    pub listen: SocketAddr,
    /// The address that people open; every link and cookie is made from it.
    pub public_url: Option<PublicUrl>,
    /// The folder of the state.
    pub data: PathBuf,
    /// A PostgreSQL URL; without one the state is SQLite in [`Config::data`].
    pub database_url: Option<Secret>,
    /// The UDP port of all media; 0 takes a free one.
    pub rtc_udp_port: u16,
    /// The addresses advertised to clients for media, instead of the machine's own.
    pub external_ip: Vec<IpAddr>,
    /// Media workers; `None` for one a core.
    pub workers: Option<usize>,
    /// SRTP profiles in order of preference, never empty.
    pub srtp_profiles: Vec<SrtpProfile>,
    /// Where `/metrics` is served; `None` when it is off.
    pub metrics_listen: Option<SocketAddr>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxy: Vec<IpNet>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// A level, or a filter by module.
    pub log_level: String,
    /// API keys of the operator: name and secret.
    pub api_keys: Vec<(String, Secret)>,
    /// Whether tokens of operator keys may make rooms that are in no list.
    pub unlisted_rooms: bool,
    /// The mail server; without one no mail is sent.
    pub smtp_server: Option<HostPort>,
    /// How the connection to it is encrypted.
    pub smtp_security: SmtpSecurity,
    /// The name with which to log in to it.
    pub smtp_user: Option<String>,
    /// The password that goes with it.
    pub smtp_password: Option<Secret>,
    /// The sender of mails, such as `Calls <calls@example.org>`.
    pub smtp_from: Option<String>,
    /// The certificate chain in PEM.
    pub tls_cert: Option<PathBuf>,
    /// The certificate's key in PEM.
    pub tls_key: Option<PathBuf>,
    /// What a password hash costs; tests lower it.
    pub password_cost: PasswordCost,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            dev: false,
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7880),
            public_url: None,
            data: PathBuf::from("./data"),
            database_url: None,
            rtc_udp_port: 7882,
            external_ip: Vec::new(),
            workers: None,
            srtp_profiles: vec![
                SrtpProfile::AeadAes128Gcm,
                SrtpProfile::AeadAes256Gcm,
                SrtpProfile::Aes128CmHmacSha1_80,
            ],
            metrics_listen: Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7889)),
            trusted_proxy: Vec::new(),
            log_format: LogFormat::Text,
            log_level: "info".to_owned(),
            api_keys: Vec::new(),
            unlisted_rooms: true,
            smtp_server: None,
            smtp_security: SmtpSecurity::StartTls,
            smtp_user: None,
            smtp_password: None,
            smtp_from: None,
            tls_cert: None,
            tls_key: None,
            password_cost: PasswordCost::STANDARD,
        }
    }
}

impl Config {
    /// The checks that need more than one key.
    ///
    /// # Errors
    /// [`ConfigError::Conflict`] with a sentence for the operator.
    pub fn check(&self) -> Result<(), ConfigError> {
        let conflict = |sentence: String| Err(ConfigError::Conflict(sentence));
        if self.dev && !self.listen.ip().is_loopback() {
            return conflict(format!(
                "--dev sets API keys that everyone knows, so it listens on loopback only, and --listen is {}; leave --dev \
                 out and set API keys of your own",
                self.listen
            ));
        }
        if self.tls_cert.is_some() != self.tls_key.is_some() {
            return conflict("--tls-cert and --tls-key come together: one is set, the other is not".to_owned());
        }
        if let Some(server) = &self.smtp_server {
            if self.smtp_user.is_some() != self.smtp_password.is_some() {
                return conflict("smtp-user and smtp-password come together: one is set, the other is not".to_owned());
            }
            if self.smtp_security == SmtpSecurity::None && self.smtp_password.is_some() && !server.is_local() {
                return conflict(format!(
                    "--smtp-security none would send the password of the mail server in the clear to {}; use tls or starttls",
                    server.host
                ));
            }
        }
        Ok(())
    }

    /// The address that people open: `public_url`, else the listener's.
    pub fn url(&self) -> PublicUrl {
        self.public_url.clone().unwrap_or_else(|| {
            let mut address = self.listen;
            if address.ip().is_unspecified() {
                address.set_ip(Ipv4Addr::LOCALHOST.into());
            }
            PublicUrl::of_listener(self.tls(), address)
        })
    }

    /// Whether the listener itself speaks TLS.
    pub fn tls(&self) -> bool {
        self.tls_cert.is_some()
    }
}
