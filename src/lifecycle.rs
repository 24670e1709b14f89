//! How the server comes up and goes down. Up: what could go wrong is tried first, and said in one plain sentence. Down:
//! run → drain (not ready, no new calls) → close (everyone is told) → exit.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::config::Config;
use crate::store::StoreError;
use crate::tls::TlsError;

/// From the signal to the exit.
pub const STOP_DEADLINE: Duration = Duration::from_millis(4500);

/// Why the server did not start. Each prints as one sentence for an operator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program has the TCP port.
    #[error("{flag} {address} is taken by another program; stop that one, or choose another port with {flag}")]
    PortTaken {
        /// The flag that names the address.
        flag: &'static str,
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be bound for another reason.
    #[error("{flag} {address} cannot be used: {reason}")]
    Address {
        /// The flag that names the address.
        flag: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        reason: std::io::Error,
    },
    /// Another program has the UDP port.
    #[error(
        "the UDP port {0} is taken by another program, perhaps another rotunda; choose another with --rtc-udp-port"
    )]
    MediaPortTaken(u16),
    /// The UDP port cannot be bound for another reason.
    #[error("the UDP port {port} cannot be used for media: {reason}")]
    MediaPort {
        /// The port.
        port: u16,
        /// Why.
        reason: std::io::Error,
    },
    /// The data folder cannot be written.
    #[error("the data folder {folder} cannot be written: {reason}; choose another with --data")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// Another server uses the data folder.
    #[error("the data folder {0} is in use by another rotunda; stop that one, or choose another folder with --data")]
    FolderInUse(PathBuf),
    /// A backup is being restored into the database, or servers use it where a restore needs it alone.
    #[error("the database is in use: {0}")]
    DatabaseInUse(&'static str),
    /// The database does not answer, or is not one of ours.
    #[error("{what}: {reason}")]
    Database {
        /// Which database.
        what: String,
        /// Why.
        reason: StoreError,
    },
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Something of the machine that should always work.
    #[error("{0}")]
    Machine(String),
}

impl StartError {
    /// Whether others are where this one was to be; they may go.
    pub fn is_in_use(&self) -> bool {
        matches!(self, Self::FolderInUse(_) | Self::DatabaseInUse(_))
    }
}

/// Binds a TCP listener.
///
/// # Errors
/// [`StartError::PortTaken`] or [`StartError::Address`], naming `flag`.
pub async fn bind(flag: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|reason| match reason.kind() {
        ErrorKind::AddrInUse => StartError::PortTaken { flag, address },
        _ => StartError::Address { flag, address, reason },
    })
}

/// What an operator should know about this configuration, each in a sentence.
pub fn warnings(config: &Config, app_built: bool) -> Vec<String> {
    let mut warnings = Vec::new();
    if config.dev {
        warnings.push(
            "DEVELOPMENT MODE: anyone who reaches this server can enter every room with the API key devkey and the secret \
             secret. Never use --dev for real calls."
                .to_owned(),
        );
    }
    let secure = config.tls() || config.public_url.as_ref().is_some_and(crate::config::PublicUrl::is_secure);
    if !config.listen.ip().is_loopback() && !secure {
        warnings.push(format!(
            "{} is served over plain HTTP: browsers on other machines will refuse cameras and microphones, and passwords \
             cross the network in the clear. Set --tls-cert and --tls-key, or put an HTTPS proxy before it and set \
             --public-url https://…",
            config.listen
        ));
    }
    if config.listen.ip().is_unspecified() && config.public_url.is_none() {
        warnings.push(
            "--listen names every address of this machine, and --public-url none: API clients will be told to connect to \
             this machine itself. Set --public-url to the address that people open."
                .to_owned(),
        );
    }
    if config.metrics_listen.is_some_and(|address| !address.ip().is_loopback()) {
        warnings
            .push("the metrics are open to everyone who reaches --metrics-listen; they need no password".to_owned());
    }
    if !app_built {
        warnings.push("the web app is not built: run `make web` (this debug build serves it from web/dist)".to_owned());
    }
    warnings
}
