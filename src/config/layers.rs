//! Reads the layers (file, environment, flags) and applies them to the defaults in that order.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, Command};

use super::Config;
use super::keys::{Arity, KEYS, Key};

/// The longest configuration file that is read, in bytes: a full one has about 4 KiB.
const MAX_FILE: u64 = 1 << 20;

/// What the arguments ask for.
#[derive(Debug)]
pub enum Request {
    /// Run the server.
    Run(Box<Config>),
    /// Do this beside the server, or without one.
    Operate(Box<Config>, Operation),
    /// Print this (help or version) and exit with success.
    Print(clap::builder::StyledStr),
}

/// A command other than running the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operation {
    /// Make an account an administrator.
    Grant {
        /// Its address.
        email: String,
    },
    /// Write everything that the database keeps into a file.
    Backup {
        /// The file, which must not be there yet.
        file: PathBuf,
    },
    /// Put what such a file has in the place of everything in the database.
    Restore {
        /// The file.
        file: PathBuf,
        /// Whether accounts that are there may be replaced.
        force: bool,
    },
    /// Make a link to a new password for an account.
    ResetLink {
        /// Its address.
        email: String,
    },
}

/// Where a value came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// A key of the file.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
    /// A flag.
    Flag,
}

/// Why there is no configuration. Every variant prints as one sentence for an operator.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A flag that does not exist, or lacks its value.
    #[error("{0}")]
    Arguments(String),
    /// A key of the file or a variable of the environment that does not exist.
    #[error("{source_name} is not a setting of Rotunda; allowed are {allowed}")]
    UnknownKey {
        /// The key, with where it stands.
        source_name: String,
        /// The names that exist.
        allowed: String,
    },
    /// A value that its key does not allow.
    #[error("{source_name} is {value}; allowed is {allowed}")]
    WrongValue {
        /// The key, with where it stands.
        source_name: String,
        /// The value, unless it is secret.
        value: String,
        /// What its key allows.
        allowed: &'static str,
    },
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The file is not TOML.
    #[error("the configuration file {path} is not valid TOML: {reason}")]
    NotToml {
        /// The file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// Keys that contradict each other.
    #[error("{0}")]
    Conflict(String),
}

/// Builds the configuration from the arguments (without the program's name first) and the environment.
///
/// # Errors
/// [`ConfigError`], naming the key, the value and what is allowed.
pub fn load(
    arguments: impl IntoIterator<Item = OsString>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Request, ConfigError> {
    let arguments = std::iter::once(OsString::from("rotunda")).chain(arguments);
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => {
            let text = error.render().to_string();
            return Err(ConfigError::Arguments(text.trim_start_matches("error: ").trim_end().to_owned()));
        }
        Err(error) => return Ok(Request::Print(error.render())),
    };
    let environment = variables(environment)?;

    let mut config = Config::default();
    let file = matches.get_one::<String>("config").or_else(|| environment.get("ROTUNDA_CONFIG")).map(PathBuf::from);
    if let Some(path) = file {
        apply_file(&mut config, &path)?;
    }
    apply_environment(&mut config, &environment)?;
    apply_flags(&mut config, &matches)?;
    config.check()?;
    let config = Box::new(config);
    Ok(match operation(&matches) {
        Some(operation) => Request::Operate(config, operation),
        None => Request::Run(config),
    })
}

/// The command that the arguments name, if it is another than running the server.
fn operation(matches: &clap::ArgMatches) -> Option<Operation> {
    let text = |matches: &clap::ArgMatches, name| matches.get_one::<String>(name).cloned().unwrap_or_default();
    match matches.subcommand()? {
        ("backup", backup) => Some(Operation::Backup { file: text(backup, "file").into() }),
        ("restore", restore) => {
            Some(Operation::Restore { file: text(restore, "file").into(), force: restore.get_flag("force") })
        }
        ("admin", admin) => match admin.subcommand()? {
            ("grant", grant) => Some(Operation::Grant { email: text(grant, "email") }),
            ("reset-link", link) => Some(Operation::ResetLink { email: text(link, "email") }),
            _ => None,
        },
        _ => None,
    }
}

fn apply_file(config: &mut Config, path: &Path) -> Result<(), ConfigError> {
    let unreadable = |error: std::io::Error| ConfigError::Unreadable { path: path.into(), reason: error.to_string() };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_FILE {
        return Err(ConfigError::Unreadable {
            path: path.into(),
            reason: format!("it is larger than {MAX_FILE} bytes"),
        });
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| ConfigError::NotToml { path: path.into(), reason: error.to_string() })?;
    for (name, value) in &table {
        let source = Source::File(path.into());
        let Some(key) = KEYS.iter().find(|key| key.name == name) else {
            return Err(ConfigError::UnknownKey {
                source_name: format!("the key `{name}` in {}", path.display()),
                allowed: KEYS.iter().map(|key| key.name).collect::<Vec<_>>().join(", "),
            });
        };
        let values = file_values(key, value).ok_or_else(|| wrong(key, &source, &[value.to_string()]))?;
        apply(config, key, &source, &values)?;
    }
    Ok(())
}

/// The texts of a TOML value; a list only where many values are taken, a table only for API keys.
fn file_values(key: &Key, value: &toml::Value) -> Option<Vec<String>> {
    let scalar = |value: &toml::Value| match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    };
    match (key.arity, value) {
        (Arity::Many, toml::Value::Array(values)) => values.iter().map(scalar).collect(),
        (Arity::Many, toml::Value::Table(table)) if key.name == "api-keys" => {
            table.iter().map(|(name, secret)| Some(format!("{name}:{}", secret.as_str()?))).collect()
        }
        _ => Some(vec![scalar(value)?]),
    }
}

/// The variables that are ours, as text.
fn variables(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<HashMap<String, String>, ConfigError> {
    let mut ours = HashMap::new();
    for (name, value) in environment {
        let Some(name) = name.to_str().filter(|name| name.starts_with("ROTUNDA_") || *name == "DATABASE_URL") else {
            continue;
        };
        let known = name == "DATABASE_URL" || name == "ROTUNDA_CONFIG" || KEYS.iter().any(|key| key.variable() == name);
        if !known {
            return Err(ConfigError::UnknownKey {
                source_name: format!("the environment variable {name}"),
                allowed: KEYS.iter().map(Key::variable).collect::<Vec<_>>().join(", "),
            });
        }
        let value = value.into_string().map_err(|_| ConfigError::WrongValue {
            source_name: format!("the environment variable {name}"),
            value: "not valid text".to_owned(),
            allowed: "UTF-8",
        })?;
        ours.insert(name.to_owned(), value);
    }
    Ok(ours)
}

fn apply_environment(config: &mut Config, environment: &HashMap<String, String>) -> Result<(), ConfigError> {
    for key in KEYS {
        let variable = key.variable();
        let (name, value) = match environment.get(&variable) {
            Some(value) => (variable, value),
            None if key.name == "database-url" => match environment.get("DATABASE_URL") {
                Some(value) => ("DATABASE_URL".to_owned(), value),
                None => continue,
            },
            None => continue,
        };
        let values = match key.arity {
            Arity::Many => value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect(),
            Arity::One | Arity::Switch => vec![value.clone()],
        };
        apply(config, key, &Source::Variable(name), &values)?;
    }
    Ok(())
}

fn apply_flags(config: &mut Config, matches: &clap::ArgMatches) -> Result<(), ConfigError> {
    for key in KEYS.iter().filter(|key| key.flag) {
        let values: Vec<String> = match key.arity {
            Arity::Switch if matches.get_flag(key.name) => vec!["true".to_owned()],
            Arity::Switch => continue,
            Arity::One | Arity::Many => match matches.get_many::<String>(key.name) {
                Some(values) => values.cloned().collect(),
                None => continue,
            },
        };
        apply(config, key, &Source::Flag, &values)?;
    }
    Ok(())
}

fn apply(config: &mut Config, key: &Key, source: &Source, values: &[String]) -> Result<(), ConfigError> {
    (key.apply)(config, values).map_err(|_| wrong(key, source, values))
}

fn wrong(key: &Key, source: &Source, values: &[String]) -> ConfigError {
    let source_name = match source {
        Source::File(path) => format!("`{}` in {}", key.name, path.display()),
        Source::Variable(name) => format!("the environment variable {name}"),
        Source::Flag => format!("--{}", key.name),
    };
    let value = if key.secret {
        "a value that is not shown here".to_owned()
    } else {
        let shown: String = values.join(", ").chars().filter(|c| !c.is_control()).take(200).collect();
        format!("`{shown}`")
    };
    ConfigError::WrongValue { source_name, value, allowed: key.allowed }
}

/// The command line, made from [`KEYS`].
fn command() -> Command {
    let mut command = Command::new("rotunda")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Group video calls from one binary: web app, accounts, rooms, signaling, media, metrics.")
        .help_template("{about}\n\n{usage-heading} {usage}\n\n{all-args}{after-help}\n")
        .after_help(
            "Every option is also a key of the configuration file and an environment variable:\n\
             --log-level info is `log-level = \"info\"` and ROTUNDA_LOG_LEVEL=info. Flags win over the\n\
             environment, the environment over the file. API keys have no flag, since anyone on the\n\
             machine can read a command line: put them under [api-keys] in the file, or into\n\
             ROTUNDA_API_KEYS=\"name: secret, name: secret\".\n\n\
             Commands: `rotunda admin --help` says what can be done beside a running server.\n\n\
             Examples:\n  \
             rotunda                                     try it on this machine\n  \
             rotunda --dev                               build a client against it (devkey / secret)\n  \
             rotunda --config /etc/rotunda.toml          run it for others\n  \
             rotunda --listen 0.0.0.0:443 --public-url https://calls.example.org \\\n          \
             --tls-cert chain.pem --tls-key key.pem --external-ip 203.0.113.9\n\n\
             Signals: SIGTERM or Ctrl-C says goodbye to every call and exits within 5 s; a second one exits\n\
             at once. Health: GET /healthz (alive) and GET /readyz (fit to take calls).",
        )
        .disable_help_flag(true)
        .disable_version_flag(true)
        .max_term_width(100)
        .next_line_help(false)
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .global(true)
                .help("Read settings from this TOML file [ROTUNDA_CONFIG]")
                .help_heading("Settings"),
        );
    for key in KEYS.iter().filter(|key| key.flag) {
        let help = format!("{} [default: {}]", key.help, key.default);
        let arg = Arg::new(key.name).long(key.name).help(help).help_heading(key.group);
        let arg = arg.global(true);
        command = command.arg(match key.arity {
            Arity::Switch => arg.action(ArgAction::SetTrue),
            Arity::One => arg.value_name(key.value),
            Arity::Many => arg.value_name(key.value).action(ArgAction::Append),
        });
    }
    let email = || Arg::new("email").value_name("EMAIL").required(true).help("The account's email address");
    let grant = Command::new("grant").about("Make an account an administrator").arg(email());
    let reset_link =
        Command::new("reset-link").about("Print a link with which an account sets a new password").arg(email());
    let admin = Command::new("admin")
        .about("Administer accounts, while the server runs or not")
        .subcommand_required(true)
        .subcommand(grant)
        .subcommand(reset_link);
    let file = || Arg::new("file").value_name("FILE").required(true).help("The backup's file");
    let backup = Command::new("backup").about("Write the whole database into a new file, while the server runs or not");
    let restore =
        Command::new("restore").about("Read the whole database from such a file; a server that runs makes way");
    let force = Arg::new("force").long("force").action(ArgAction::SetTrue).help("Replace accounts that are there");
    command
        .subcommand(backup.arg(file()))
        .subcommand(restore.arg(file()).arg(force))
        .subcommand(admin)
        .disable_help_subcommand(true)
        .arg(
            Arg::new("help")
                .long("help")
                .short('h')
                .global(true)
                .action(ArgAction::Help)
                .help("Show this")
                .help_heading("About"),
        )
        .arg(
            Arg::new("version")
                .long("version")
                .short('V')
                .action(ArgAction::Version)
                .help("Show the version")
                .help_heading("About"),
        )
}
