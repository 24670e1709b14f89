//! Mail that the server sends, over the operator's SMTP server: a bounded queue, a few deliveries at a time, each tried again for a
//! while. Nobody waits for it: what a request is answered does not depend on what becomes of its mail.
//!
//! What waits is in memory: at most [`QUEUE`] mails of about 1 KiB, lost when the server stops. A line of the log says so of each
//! that could not be delivered, without its text, which opens an account, and a counter has how all of them ended.

pub mod language;
mod letters;

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use tokio::sync::{Semaphore, mpsc};

use crate::config::{Config, PublicUrl, SmtpSecurity};
use crate::lifecycle::StartError;
use crate::metrics::Metrics;

pub use language::Language;
pub use letters::Letter;

/// Mails that may wait.
const QUEUE: usize = 256;
/// Deliveries at a time.
const DELIVERIES: usize = 4;
/// How long the mail server may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The pauses between the tries of a delivery; after the last the mail is given up.
const PAUSES: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(15), Duration::from_secs(60)];

/// A mail in plain text.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The address of whom it is for.
    pub to: String,
    /// One line.
    pub subject: &'static str,
    /// The text.
    pub text: String,
}

/// The queue is full.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many mails wait to be sent")]
pub struct QueueFull;

/// See the module. A clone is a reference.
#[derive(Clone)]
pub struct Mailer {
    queue: mpsc::Sender<Mail>,
    metrics: Metrics,
}

impl Mailer {
    /// A mailer to the SMTP server of the configuration, and the work that it does in the background; `None` without one.
    ///
    /// # Errors
    /// [`StartError::Machine`] when the machine's certificates cannot be read, or the sender is no address.
    pub fn new(
        config: &Config,
        url: &PublicUrl,
        metrics: Metrics,
    ) -> Result<Option<(Self, impl Future<Output = ()> + use<>)>, StartError> {
        let Some(server) = &config.smtp_server else { return Ok(None) };
        let wrong = |what: &str, error: &dyn std::fmt::Display| StartError::Machine(format!("{what}: {error}"));
        let from = config.smtp_from.clone().unwrap_or_else(|| format!("Rotunda <rotunda@{}>", url.host()));
        let from: Mailbox = from.parse().map_err(|error| wrong("mail cannot be sent from --smtp-from", &error))?;
        let tls = || {
            TlsParameters::new(server.host.clone())
                .map_err(|error| wrong("the certificates of this machine cannot be read for --smtp-server", &error))
        };
        let (tls, port) = match config.smtp_security {
            SmtpSecurity::Tls => (Tls::Wrapper(tls()?), 465),
            SmtpSecurity::StartTls => (Tls::Required(tls()?), 587),
            SmtpSecurity::None => (Tls::None, 25),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port.unwrap_or(port))
            .tls(tls)
            .timeout(Some(TIMEOUT));
        if let (Some(user), Some(password)) = (&config.smtp_user, &config.smtp_password) {
            transport = transport.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
        }
        let (queue, waiting) = mpsc::channel(QUEUE);
        let deliveries = deliver_all(transport.build(), from, waiting, metrics.clone());
        Ok(Some((Self { queue, metrics }, deliveries)))
    }

    /// Takes a mail, to be delivered when that is possible.
    ///
    /// # Errors
    /// [`QueueFull`].
    pub fn send(&self, mail: Mail) -> Result<(), QueueFull> {
        self.queue.try_send(mail).map_err(|_| {
            self.metrics.mail("dropped");
            QueueFull
        })
    }
}

type Transport = AsyncSmtpTransport<Tokio1Executor>;

async fn deliver_all(transport: Transport, from: Mailbox, mut waiting: mpsc::Receiver<Mail>, metrics: Metrics) {
    let slots = Arc::new(Semaphore::new(DELIVERIES));
    while let Some(mail) = waiting.recv().await {
        // The slot is taken here, so that what cannot be delivered yet waits in the queue.
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        let (transport, from, metrics) = (transport.clone(), from.clone(), metrics.clone());
        tokio::spawn(async move {
            metrics.mail(deliver(&transport, from, mail).await);
            drop(slot);
        });
    }
}

/// Delivers a mail, or gives it up; the word says which.
async fn deliver(transport: &Transport, from: Mailbox, mail: Mail) -> &'static str {
    let message = mail.to.parse::<Address>().map_err(|error| error.to_string()).and_then(|to| {
        let message = Message::builder().from(from).to(Mailbox::new(None, to)).subject(mail.subject);
        message.header(ContentType::TEXT_PLAIN).body(mail.text).map_err(|error| error.to_string())
    });
    let message = match message {
        Ok(message) => message,
        Err(error) => {
            tracing::warn!(error, "a mail could not be written");
            return "failed";
        }
    };
    let mut pauses = PAUSES.into_iter();
    loop {
        let error = match transport.send(message.clone()).await {
            Ok(_) => {
                tracing::debug!("a mail was handed to the mail server");
                return "sent";
            }
            Err(error) => error,
        };
        // Whoever stands between may be reading: no other try will find the right one.
        if let Some(reason) = bad_certificate(&error) {
            tracing::warn!(%reason, "the mail server's certificate is refused; a mail is given up");
            return "certificate";
        }
        match pauses.next().filter(|_| !error.is_permanent()) {
            Some(pause) => {
                tracing::info!(%error, "a mail could not be delivered; it will be tried again");
                tokio::time::sleep(pause).await;
            }
            None => {
                tracing::warn!(%error, "a mail could not be delivered and is given up");
                return "failed";
            }
        }
    }
}

/// Why the mail server's certificate is not good, if it is that.
fn bad_certificate(error: &lettre::transport::smtp::Error) -> Option<rustls::CertificateError> {
    let mut cause = error.source();
    while let Some(error) = cause {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(rustls::Error::InvalidCertificate(reason)) = inner.and_then(|inner| inner.downcast_ref()) {
            return Some(reason.clone());
        }
        cause = error.source();
    }
    None
}
