//! Arguments → configuration → run → exit code.

use std::io::Write as _;
use std::process::ExitCode;

use rotunda::config::{Config, LogFormat, Operation, Request, load};
use rotunda::lifecycle::{STOP_DEADLINE, warnings};
use rotunda::{Server, restore};
use tokio::signal::unix::{Signal, SignalKind, signal};

fn main() -> ExitCode {
    let request = match load(std::env::args_os().skip(1), std::env::vars_os()) {
        Ok(request) => request,
        Err(error) => return fail(&error.to_string(), 2),
    };
    let config = match request {
        Request::Print(text) => {
            let mut out = std::io::stdout();
            let _ = match std::io::IsTerminal::is_terminal(&out) {
                true => write!(out, "{}", text.ansi()),
                false => write!(out, "{text}"),
            };
            return ExitCode::SUCCESS;
        }
        Request::Run(config) => *config,
        Request::Operate(config, operation) => return operate(&config, &operation),
    };
    start_logging(&config);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no threads could be started: {error}"), 1),
    };
    let code = runtime.block_on(run(config));
    // A task that does not end must not keep the process.
    runtime.shutdown_background();
    code
}

/// A command beside the server.
fn operate(config: &Config, operation: &Operation) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no work could be started: {error}"), 1),
    };
    match runtime.block_on(rotunda::operator::operate(config, operation)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string(), 1),
    }
}

fn fail(sentence: &str, code: u8) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "rotunda: {sentence}");
    ExitCode::from(code)
}

async fn run(config: Config) -> ExitCode {
    let signals = signal(SignalKind::terminate()).and_then(|term| Ok((term, signal(SignalKind::interrupt())?)));
    let (mut term, mut interrupt) = match signals {
        Ok(signals) => signals,
        Err(error) => return fail(&format!("signals cannot be received: {error}"), 1),
    };
    let mut config = config;
    loop {
        let mut server = match Server::start(config).await {
            Ok(server) => server,
            Err(error) => return fail(&error.to_string(), 1),
        };
        announce(&server);
        // With the ports that it got: it comes back where it was.
        config = server.config().clone();
        tokio::select! {
            () = wait(&mut term, &mut interrupt) => {
                tracing::info!("stopping: saying goodbye to every call; a second signal exits at once");
                return stop(server, &mut term, &mut interrupt).await;
            }
            () = server.make_way() => tracing::warn!("making way for a restore: every call ends"),
        }
        let restored = async {
            server.shutdown().await;
            restore::is_done(&config).await;
        };
        tokio::select! {
            () = restored => tracing::info!("the restore is done, or was given up: serving again"),
            () = wait(&mut term, &mut interrupt) => {
                tracing::info!("stopped");
                return ExitCode::SUCCESS;
            }
        }
    }
}

async fn stop(server: Server, term: &mut Signal, interrupt: &mut Signal) -> ExitCode {
    let stopping = tokio::time::timeout(STOP_DEADLINE, server.shutdown());
    tokio::select! {
        stopped = stopping => {
            if stopped.is_err() {
                tracing::warn!("not everything had ended in time");
            }
            tracing::info!("stopped");
            ExitCode::SUCCESS
        }
        () = wait(term, interrupt) => {
            tracing::warn!("stopped at once");
            ExitCode::from(130)
        }
    }
}

async fn wait(term: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = term.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// What an operator reads first.
fn announce(server: &Server) {
    let config = server.config();
    for warning in warnings(config, server.app_is_built()) {
        tracing::warn!("{warning}");
    }
    let url = server.url().to_string().replace("://127.0.0.1", "://localhost");
    match config.log_format {
        LogFormat::Json => tracing::info!(url, listen = %server.http_addr(), "serving"),
        LogFormat::Text => {
            let mut out = std::io::stdout().lock();
            let _ = writeln!(out, "Rotunda {} is at {url}", env!("CARGO_PKG_VERSION"));
            if let Some(calls) = server.calls() {
                let addresses: Vec<String> = calls.advertised().iter().map(ToString::to_string).collect();
                let _ = writeln!(out, "Clients are told to send media to {} (UDP)", addresses.join(", "));
            }
            let _ = out.flush();
        }
    }
    // Not into the log: whoever has it runs the server.
    if let Some(link) = server.administrator_link() {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(
            out,
            "There is no administrator yet. Log in and open this link within a day to be the first: {link}"
        );
        let _ = out.flush();
    }
}

fn start_logging(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::new(&config.log_level);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Json => builder.json().flatten_event(true).init(),
        LogFormat::Text => {
            let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
            builder.with_ansi(ansi).with_target(false).init();
        }
    }
}
