//! Rotunda: group video calls from one binary. This crate is everything that touches the outside world; the media engine
//! is `rotunda-sfu`, the signaling protocol `rotunda-signaling`.
//!
//! [`Server::start`] brings a whole server up in this process, on ephemeral ports if the configuration says so, which is how
//! the tests run it; `main.rs` adds arguments, signals and the exit code.

pub mod api;
pub mod auth;
pub mod backup;
pub mod calls;
pub mod config;
pub mod events;
pub mod lifecycle;
pub mod listener;
pub mod mail;
pub mod media;
pub mod metrics;
pub mod operator;
pub mod place;
pub mod restore;
pub mod rooms;
pub mod rtc;
pub mod samples;
pub mod store;
pub mod tls;
mod websocket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use api::Api;
use auth::password::Passwords;
use auth::throttle::Throttle;
use auth::{AccessTokens, ApiKeys, RoomAccess};
use calls::Calls;
use calls::running::RunningCalls;
use config::{Config, PublicUrl};
use lifecycle::StartError;
use mail::Mailer;
use metrics::Metrics;
use place::{Place, Turn};
use store::{Millis, Store};

/// How often expired sessions and tokens are forgotten.
const SWEEP: Duration = Duration::from_secs(3600);

/// What a test may put in the place of the real thing.
#[derive(Default)]
pub struct Parts {
    /// A store, instead of the one that the configuration names.
    pub store: Option<Arc<dyn Store>>,
    /// The calls, instead of the registry of rooms.
    pub calls: Option<Arc<dyn Calls>>,
    /// Other files of the web app.
    pub app: api::web::App,
    /// Another patience with people who wait and have gone away than [`store::KNOCK_GRACE`].
    pub knock_grace: Option<Duration>,
}

/// A running server.
pub struct Server {
    api: Arc<Api>,
    http: SocketAddr,
    stop: watch::Sender<bool>,
    administrator_link: Option<String>,
    http_task: JoinHandle<()>,
    helpers: Vec<JoinHandle<()>>,
    running: Option<RunningCalls>,
    // Held until everything has ended.
    place: Option<Place>,
}

impl Server {
    /// Starts everything that `config` asks for, and returns when it serves.
    ///
    /// # Errors
    /// [`StartError`], one sentence for an operator, within two seconds.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        Self::start_with(config, Parts::default()).await
    }

    /// The same with some parts given.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn start_with(mut config: Config, parts: Parts) -> Result<Self, StartError> {
        config.check().map_err(|error| StartError::Machine(error.to_string()))?;
        let tls = match (&config.tls_cert, &config.tls_key) {
            (Some(certificate), Some(key)) => Some(tls::Tls::load(certificate, key)?),
            _ => None,
        };
        let listener = lifecycle::bind("--listen", config.listen).await?;
        config.listen = listener.local_addr().map_err(|error| StartError::Machine(error.to_string()))?;
        let (store, place) = match parts.store {
            Some(store) => (store, None),
            None => {
                let (store, place) = place::open(&config, Turn::Shared).await?;
                (store, Some(place))
            }
        };
        let metrics_listener = match config.metrics_listen {
            Some(address) if parts.calls.is_none() => Some(lifecycle::bind("--metrics-listen", address).await?),
            _ => None,
        };
        if let Some(listener) = &metrics_listener {
            config.metrics_listen = listener.local_addr().ok();
        }

        let access = AccessTokens::new(&secret(&*store, "access-jwt").await?);
        let keys = ApiKeys::new(&config, &secret(&*store, "room-token").await?);
        let room_access = RoomAccess::new(Arc::clone(&store), config.unlisted_rooms);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let passwords =
            Passwords::new(config.password_cost, cores).map_err(|error| StartError::Machine(error.to_string()))?;
        let public_url = config.url();
        let administrator_link = api::admin::claim::make_link(&*store, &public_url, Millis::now())
            .await
            .map_err(|reason| StartError::Database { what: "the database cannot be used".to_owned(), reason })?;
        let metrics =
            Metrics::new().map_err(|error| StartError::Machine(format!("the metrics are inconsistent: {error}")))?;
        let (mailer, deliveries) = Mailer::new(&config, &public_url, metrics.clone())?.unzip();
        let (calls, running): (Arc<dyn Calls>, _) = match parts.calls {
            Some(given) => (given, None),
            None => {
                let running = RunningCalls::start(&mut config, keys.clone(), room_access, Arc::clone(&store), metrics)?;
                (Arc::new(running.clone()), Some(running))
            }
        };

        let api = Arc::new(Api {
            store: Arc::clone(&store),
            passwords,
            access,
            keys,
            throttle: Throttle::new(),
            calls,
            events: events::Events::default(),
            mailer,
            knock_grace: parts.knock_grace.unwrap_or(store::KNOCK_GRACE),
            app: parts.app,
            config,
            public_url,
            draining: AtomicBool::new(false),
        });
        let http = api.config.listen;
        let (stop, stopped) = watch::channel(false);
        let mut helpers = vec![tokio::spawn(sweep(store))];
        helpers.extend(deliveries.map(tokio::spawn));
        if let Some(tls) = &tls {
            helpers.push(tokio::spawn(Arc::clone(tls).keep_fresh()));
        }
        let mut rtc = axum::Router::new();
        if let Some(running) = &running {
            rtc = running.router();
            helpers.push(tokio::spawn(api::knocks::watch_hosts(Arc::clone(&api), running.rooms().comings())));
            helpers.push(tokio::spawn(running.clone().observe()));
            if let Some(listener) = metrics_listener {
                let serving = listener::serve(listener, None, running.metrics_router(), stopped.clone());
                helpers.push(tokio::spawn(serving));
            }
        }
        let router = api::router(Arc::clone(&api), rtc);
        let http_task = tokio::spawn(listener::serve(listener, tls, router, stopped));
        Ok(Self { api, http, stop, administrator_link, http_task, helpers, running, place })
    }

    /// The address of the HTTP listener.
    pub fn http_addr(&self) -> SocketAddr {
        self.http
    }

    /// The address that people open.
    pub fn url(&self) -> &PublicUrl {
        &self.api.public_url
    }

    /// The link with which somebody becomes the first administrator, while there is none; good once and for a day.
    pub fn administrator_link(&self) -> Option<&str> {
        self.administrator_link.as_deref()
    }

    /// The configuration, with the ports that were really bound.
    pub fn config(&self) -> &Config {
        &self.api.config
    }

    /// The store, for tests that look at what became of a request.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.api.store
    }

    /// The calls, unless a test has put something in their place.
    pub fn calls(&self) -> Option<&RunningCalls> {
        self.running.as_ref()
    }

    /// Whether there is a web app to serve.
    pub fn app_is_built(&self) -> bool {
        self.api.app.is_built()
    }

    /// The API keys, for tests that sign tokens as the server does.
    pub fn api_keys(&self) -> &ApiKeys {
        &self.api.keys
    }

    /// Waits until somebody wants to restore a backup in the place of what this server knows, or has done so unheard: then it has to
    /// shut down, and may start again after [`restore::is_done`]. For ever where a test has given the store.
    pub async fn make_way(&mut self) {
        match &mut self.place {
            Some(place) => restore::is_wanted(&*self.api.store, &self.api.config, place).await,
            None => std::future::pending().await,
        }
    }

    /// Begins to stop: not ready, no new calls; what runs goes on.
    pub fn drain(&self) {
        self.api.draining.store(true, Ordering::Relaxed);
        self.api.events.close();
        if let Some(running) = &self.running {
            running.rooms().drain();
        }
    }

    /// Says goodbye to every call, lets running requests finish, and closes everything.
    pub async fn shutdown(self) {
        self.drain();
        self.api.calls.shutdown().await;
        let _ = self.stop.send(true);
        let _ = self.http_task.await;
        for helper in self.helpers {
            helper.abort();
        }
        self.api.store.close().await;
    }
}

/// A key of the server's own, drawn at the first start.
async fn secret(store: &dyn Store, name: &str) -> Result<Vec<u8>, StartError> {
    let candidate = auth::random_bytes::<32>();
    store
        .secret_or_insert(name, &candidate, Millis::now())
        .await
        .map_err(|reason| StartError::Database { what: "the database cannot be used".to_owned(), reason })
}

async fn sweep(store: Arc<dyn Store>) {
    loop {
        match store.sweep(Millis::now()).await {
            Ok(0) => {}
            Ok(gone) => tracing::debug!(gone, "expired sessions and tokens forgotten"),
            Err(error) => tracing::warn!(%error, "expired sessions could not be forgotten; it will be tried again"),
        }
        tokio::time::sleep(SWEEP).await;
    }
}
