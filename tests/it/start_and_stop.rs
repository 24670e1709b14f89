//! The real binary: what stops its start, in one sentence within two seconds; and how it ends.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::process::ExitStatusExt as _;
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;

use crate::binary::{Binary, command, must_fail};

/// The last line of the error is the sentence.
fn sentence(error: &str) -> &str {
    let last = error.trim_end().lines().last().unwrap();
    assert!(last.starts_with("rotunda: "), "{error}");
    for technical in ["Error {", "Os {", "panicked", "backtrace", "src/"] {
        assert!(!error.contains(technical), "{error}");
    }
    last
}

fn fails_within_two_seconds(command: std::process::Command, parts: &[&str]) {
    let (took, error) = must_fail(command);
    for part in parts {
        assert!(sentence(&error).contains(part), "{part}: {error}");
    }
    assert!(took < Duration::from_secs(2), "{took:?}: {error}");
}

#[test]
fn a_taken_tcp_port() {
    let data = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = command(data.path());
    command.args(["--config", "/dev/null"]).env("ROTUNDA_LOG_LEVEL", "info");
    let mut with_port = std::process::Command::new(command.get_program());
    with_port.env_clear().args(["--listen", &address, "--rtc-udp-port", "0", "--metrics-listen", "off"]);
    with_port.arg("--data").arg(data.path());
    with_port.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    fails_within_two_seconds(with_port, &["--listen", &address, "taken"]);
}

#[test]
fn a_taken_media_port_is_seen_although_it_could_be_shared() {
    let data = tempfile::tempdir().unwrap();
    // As a running server has it: with SO_REUSEPORT, which would let a second one in.
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).unwrap();
    socket.set_reuse_port(true).unwrap();
    socket.bind(&"0.0.0.0:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    let port = UdpSocket::from(socket);
    let number = port.local_addr().unwrap().port().to_string();
    let mut taken = std::process::Command::new(env!("CARGO_BIN_EXE_rotunda"));
    taken.env_clear().args(["--listen", "127.0.0.1:0", "--rtc-udp-port", &number, "--metrics-listen", "off"]);
    taken.arg("--data").arg(data.path());
    taken.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    fails_within_two_seconds(taken, &["UDP", &number, "taken"]);
}

#[test]
fn a_folder_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    // Below a file there is no folder, for root as for anyone.
    fails_within_two_seconds(command(&file.join("data")), &["data folder", "file/data", "--data"]);
    fails_within_two_seconds(command(&file), &["data folder", "--data"]);
}

#[test]
fn a_folder_in_use() {
    let data = tempfile::tempdir().unwrap();
    let first = Binary::start(command(data.path()));
    fails_within_two_seconds(command(data.path()), &["in use", data.path().to_str().unwrap()]);
    drop(first);
    // A crash leaves no lock behind.
    drop(Binary::start(command(data.path())));
}

#[test]
fn a_database_that_is_not_there() {
    let data = tempfile::tempdir().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut refused = command(data.path());
    refused.env("DATABASE_URL", format!("postgres://user:hunter2@{closed}/db"));
    let (took, error) = must_fail(refused);
    assert!(sentence(&error).contains("PostgreSQL") && took < Duration::from_secs(2), "{took:?} {error}");
    assert!(!error.contains("hunter2"), "{error}");

    // Takes the connection and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut waits = command(data.path());
    waits.env("DATABASE_URL", format!("postgres://user@{}/db", silent.local_addr().unwrap()));
    fails_within_two_seconds(waits, &["PostgreSQL", "no answer"]);
}

#[test]
fn a_database_of_a_newer_version_and_one_that_is_none() {
    let data = tempfile::tempdir().unwrap();
    drop(Binary::start(command(data.path())));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.path().join("rotunda.db"));
        let mut connection = options.connect().await.unwrap();
        sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (999, 'later', TRUE, x'00', 0)")
            .execute(&mut connection)
            .await
            .unwrap();
    });
    fails_within_two_seconds(command(data.path()), &["schema version 999", "newer"]);

    let other = tempfile::tempdir().unwrap();
    std::fs::write(
        other.path().join("rotunda.db"),
        "this is no database, and long enough to see that at once".repeat(50),
    )
    .unwrap();
    fails_within_two_seconds(command(other.path()), &["rotunda.db"]);
}

#[test]
fn wrong_arguments() {
    let data = tempfile::tempdir().unwrap();
    for (arguments, parts) in [
        (vec!["--lisen", "x"], vec!["--lisen"]),
        (vec!["--log-format", "xml"], vec!["--log-format", "`xml`", "text or json"]),
        (vec!["--tls-cert", "/nowhere.pem", "--tls-key", "/nowhere.pem"], vec!["/nowhere.pem"]),
    ] {
        let mut command = command(data.path());
        command.args(arguments);
        let (took, error) = must_fail(command);
        assert!(parts.iter().all(|part| error.contains(part)) && took < Duration::from_secs(2), "{took:?} {error}");
    }
}

#[test]
fn signals_end_it_with_success() {
    for signal in ["TERM", "INT"] {
        let data = tempfile::tempdir().unwrap();
        let mut server = Binary::start(command(data.path()));
        // An idle connection must not hold it up.
        let _idle = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
        let start = Instant::now();
        server.signal(signal);
        let status = server.wait(Duration::from_secs(10)).expect("it ends");
        assert!(status.success(), "{signal}: {status}");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Binary::start(command(data.path()));
    // A request that does not get finished holds the server for its time of grace.
    let mut stuck = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    stuck
        .write_all(
            b"POST /api/token/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
        )
        .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    server.signal("TERM");
    std::thread::sleep(Duration::from_millis(300));
    assert!(
        server.wait(Duration::ZERO).is_none() && server.wait(Duration::from_millis(1)).is_none(),
        "it is still polite"
    );
    let start = Instant::now();
    server.signal("TERM");
    let status = server.wait(Duration::from_secs(5)).expect("it ends");
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!((status.code(), status.signal()), (Some(130), None));
}

#[test]
fn what_the_database_folder_holds_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let data = parent.path().join("made/by/it");
    drop(Binary::start(command(&data)));
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn what_it_says_when_it_starts() {
    let data = tempfile::tempdir().unwrap();
    for (arguments, warned, silent) in [
        (vec![], vec![], vec!["DEVELOPMENT", "plain HTTP"]),
        (vec!["--dev"], vec!["WARN", "DEVELOPMENT MODE", "devkey"], vec!["plain HTTP"]),
        (vec!["--listen", "0.0.0.0:0"], vec!["WARN", "plain HTTP", "--public-url"], vec!["DEVELOPMENT"]),
    ] {
        let log = data.path().join("log");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rotunda"));
        command.env_clear().args(["--rtc-udp-port", "0", "--metrics-listen", "off", "--external-ip", "127.0.0.1"]);
        command.arg("--data").arg(data.path().join("data"));
        if !arguments.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.args(&arguments).stdout(std::process::Stdio::piped());
        let mut server = Binary::start_logging(command, std::fs::File::create(&log).unwrap());
        let media = server.next_line();
        assert!(media.contains("media to 127.0.0.1:") && !media.contains(":0 "), "{media}");
        server.signal("TERM");
        assert!(server.wait(Duration::from_secs(10)).is_some());
        let text = std::fs::read_to_string(&log).unwrap();
        assert!(warned.iter().all(|part| text.contains(part)), "{arguments:?}: {text}");
        assert!(!silent.iter().any(|part| text.contains(part)), "{arguments:?}: {text}");
    }
}
