//! A real PostgreSQL server for a test: made with initdb in a fresh folder, on a free loopback port, gone with the test
//! (and with the test process, if that dies first).

use std::io::Read as _;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Postgres {
    folder: tempfile::TempDir,
    port: u16,
    keeper: Option<Child>,
}

/// Where the distribution keeps the server's own programs, which are not on the path.
fn program(name: &str) -> PathBuf {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .expect("PostgreSQL is installed")
        .map(|entry| entry.unwrap().path())
        .collect();
    versions.sort();
    versions.pop().expect("PostgreSQL is installed").join("bin").join(name)
}

/// PostgreSQL refuses to run as root; this is whom it runs as then.
fn other_user() -> Option<(u32, u32)> {
    let own = std::fs::metadata("/proc/self").unwrap();
    use std::os::unix::fs::MetadataExt as _;
    if own.uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let find = |name: &str| {
        let line = users.lines().find(|line| line.starts_with(&format!("{name}:")))?;
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody"))
}

fn as_other_user(mut command: Command) -> Command {
    if let Some((user, group)) = other_user() {
        command.uid(user).gid(group);
    }
    command.env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin");
    command
}

impl Postgres {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        if let Some((user, group)) = other_user() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
            chown(&data, Some(user), Some(group)).unwrap();
        }
        let mut init = as_other_user(Command::new(program("initdb")));
        init.args(["--auth=trust", "--username=rotunda", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"])
            .arg(&data);
        let made = init.current_dir(folder.path()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Self { folder, port, keeper: None };
        server.run();
        server
    }

    /// Starts the server on the folder that is there, after a crash as well.
    pub fn run(&mut self) {
        // The shell ends the server when its standard input ends: with us, however we end.
        let script = "\"$@\" >\"$LOG\" 2>&1 & server=$!; read -r _; kill -QUIT $server; wait $server";
        let mut keeper = as_other_user(Command::new("/bin/sh"));
        keeper.env("LOG", self.folder.path().join("log")).args(["-c", script, "sh"]).arg(program("postgres"));
        keeper.arg("-D").arg(self.folder.path().join("data"));
        for setting in [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            format!("unix_socket_directories={}", self.folder.path().display()),
            "max_connections=50".to_owned(),
        ] {
            keeper.args(["-c", &setting]);
        }
        keeper.current_dir(self.folder.path()).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        self.keeper = Some(keeper.spawn().unwrap());
        let deadline = Instant::now() + Duration::from_secs(30);
        while !self.answers() {
            assert!(Instant::now() < deadline, "PostgreSQL did not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn answers(&self) -> bool {
        let mut ask = as_other_user(Command::new(program("psql")));
        ask.args([
            "--no-psqlrc",
            "-h",
            "127.0.0.1",
            "-p",
            &self.port.to_string(),
            "-U",
            "rotunda",
            "-c",
            "SELECT 1",
            "postgres",
        ]);
        ask.current_dir(self.folder.path()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    }

    fn log(&self) -> String {
        let mut text = String::new();
        let _ = std::fs::File::open(self.folder.path().join("log")).and_then(|mut file| file.read_to_string(&mut text));
        text
    }

    /// Ends it without any farewell, as a crash does: what it had not written is lost.
    pub fn crash(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            keeper.wait().unwrap();
        }
    }

    /// A fresh database's URL.
    pub fn database(&self, name: &str) -> String {
        let mut make = as_other_user(Command::new(program("createdb")));
        make.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "rotunda", name]);
        assert!(make.current_dir(self.folder.path()).status().unwrap().success());
        format!("postgres://rotunda@127.0.0.1:{}/{name}", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.crash();
    }
}
