//! TLS for the listener: a certificate and key from PEM files, read again when the files change, so that a renewed
//! certificate is served without a restart. A pair that cannot be read leaves the one before in place.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How often the files' times are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Why a certificate cannot be served; a sentence for an operator.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TlsError(String);

/// See the module.
pub struct Tls {
    acceptor: TlsAcceptor,
    current: Arc<Current>,
    files: Files,
}

#[derive(Clone)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

type Stamp = Option<(SystemTime, u64)>;

impl Files {
    /// Changes when either file does.
    fn stamp(&self) -> (Stamp, Stamp) {
        let of = |path: &Path| std::fs::metadata(path).ok().and_then(|file| Some((file.modified().ok()?, file.len())));
        (of(&self.certificate), of(&self.key))
    }

    fn load(&self, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let chain =
            CertificateDer::pem_file_iter(&self.certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(
                |error| TlsError(format!("the certificate {} cannot be read: {error}", self.certificate.display())),
            )?;
        if chain.is_empty() {
            return Err(TlsError(format!("{} contains no certificate in PEM", self.certificate.display())));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|error| TlsError(format!("the key {} cannot be read: {error}", self.key.display())))?;
        let pair = CertifiedKey::from_der(chain, key, provider).map_err(|error| {
            let (certificate, key) = (self.certificate.display(), self.key.display());
            TlsError(format!("the key {key} does not fit the certificate {certificate}: {error}"))
        })?;
        Ok(pair)
    }
}

#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Tls {
    /// Reads the pair.
    ///
    /// # Errors
    /// [`TlsError`] naming the file.
    pub fn load(certificate: &Path, key: &Path) -> Result<Arc<Self>, TlsError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let files = Files { certificate: certificate.into(), key: key.into() };
        let current = Arc::new(Current(RwLock::new(Arc::new(files.load(&provider)?))));
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError(error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(Self { acceptor: TlsAcceptor::from(Arc::new(config)), current, files }))
    }

    /// The handshake.
    ///
    /// # Errors
    /// Whatever the peer did wrong.
    pub async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(stream).await
    }

    /// Watches the files for ever.
    pub async fn keep_fresh(self: Arc<Self>) {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let mut seen = self.files.stamp();
        loop {
            tokio::time::sleep(LOOK).await;
            let stamp = self.files.stamp();
            if stamp == seen {
                continue;
            }
            match self.files.load(&provider) {
                Ok(pair) => {
                    *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pair);
                    tracing::info!("the TLS certificate has been read again");
                }
                // Perhaps one of the two is still being written; the next change is looked at again.
                Err(error) => {
                    tracing::warn!(%error, "the TLS certificate has changed and cannot be used; the old one stays")
                }
            }
            seen = stamp;
        }
    }
}
