//! Layers, errors that say what is wrong and what is allowed, the sample, and the help.

use std::ffi::OsString;
use std::path::Path;

use rotunda::config::{Arity, Config, ConfigError, KEYS, LogFormat, Operation, Request, load};

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let arguments = arguments.iter().map(OsString::from);
    let environment = environment.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    match load(arguments, environment)? {
        Request::Run(config) => Ok(*config),
        Request::Print(text) => panic!("printed: {text}"),
        Request::Operate(_, operation) => panic!("another command: {operation:?}"),
    }
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

fn with_file(text: &str) -> Result<Config, ConfigError> {
    let file = file(text);
    run(&["--config", file.path().to_str().unwrap()], &[])
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let file = file("log-level = \"warn\"\nlog-format = \"json\"\nrtc-udp-port = 1111\nworkers = 3");
    let path = file.path().to_str().unwrap();
    let environment = [("ROTUNDA_LOG_LEVEL", "error"), ("ROTUNDA_RTC_UDP_PORT", "2222"), ("PATH", "/bin")];
    let config = run(&["--config", path, "--rtc-udp-port", "3333"], &environment).unwrap();
    assert_eq!(config.rtc_udp_port, 3333);
    assert_eq!(config.log_level, "error");
    assert_eq!(config.log_format, LogFormat::Json);
    assert_eq!(config.workers, Some(3));
    assert_eq!(config.listen, Config::default().listen);
    let by_variable = run(&[], &[("ROTUNDA_CONFIG", path)]).unwrap();
    assert_eq!(by_variable.workers, Some(3));
}

#[test]
fn every_key_works_from_every_layer_by_the_same_name() {
    // A value for each key that differs from its default.
    let example = |name: &str| match name {
        "listen" => "127.0.0.1:1234",
        "public-url" => "https://calls.example.org",
        "tls-cert" | "tls-key" => "some.pem",
        "trusted-proxy" => "10.0.0.0/8",
        "rtc-udp-port" => "1234",
        "external-ip" => "203.0.113.9",
        "workers" => "7",
        "srtp-profiles" => "cm-sha1-80",
        "data" => "/elsewhere",
        "database-url" => "postgres://u@h/d",
        "dev" => "true",
        "api-keys" => "backend:0123456789abcdef0123456789abcdef",
        "unlisted-rooms" => "false",
        "smtp-server" => "mail.example.org:465",
        "smtp-security" => "tls",
        "smtp-user" => "rotunda",
        "smtp-password" => "open sesame",
        "smtp-from" => "Calls <calls@example.org>",
        "metrics-listen" => "off",
        "log-format" => "json",
        "log-level" => "debug",
        other => panic!("{other} has no example here"),
    };
    let show = |config: &Config| {
        let keys: Vec<_> = config.api_keys.iter().map(|(name, secret)| (name, secret.reveal())).collect();
        let url = config.database_url.as_ref().map(|url| url.reveal());
        format!("{config:?} {keys:?} {url:?}")
    };
    for key in KEYS {
        let value = example(key.name);
        // A certificate needs its key.
        let pair = match key.name {
            "tls-cert" => Some("tls-key"),
            "tls-key" => Some("tls-cert"),
            _ => None,
        };
        let names: Vec<&str> = std::iter::once(key.name).chain(pair).collect();
        let text: String = names
            .iter()
            .map(|name| match (key.arity, *name) {
                (Arity::Many, _) => format!("{name} = [\"{value}\"]\n"),
                (Arity::Switch, _) => format!("{name} = {value}\n"),
                _ if value.parse::<u16>().is_ok() => format!("{name} = {value}\n"),
                _ => format!("{name} = \"{value}\"\n"),
            })
            .collect();
        let from_file = with_file(&text).unwrap();
        let variables: Vec<String> =
            names.iter().map(|name| KEYS.iter().find(|key| key.name == *name).unwrap().variable()).collect();
        let environment: Vec<(&str, &str)> = variables.iter().map(|name| (name.as_str(), value)).collect();
        let from_environment = run(&[], &environment).unwrap();
        assert_eq!(show(&from_file), show(&from_environment), "{}", key.name);
        assert_ne!(show(&from_file), show(&Config::default()), "{} does something", key.name);
        if key.flag {
            let flags: Vec<String> = names
                .iter()
                .flat_map(|name| match key.arity {
                    Arity::Switch => vec![format!("--{name}")],
                    _ => vec![format!("--{name}"), value.to_owned()],
                })
                .collect();
            let from_flags = run(&flags.iter().map(String::as_str).collect::<Vec<_>>(), &[]).unwrap();
            assert_eq!(show(&from_file), show(&from_flags), "{}", key.name);
        }
    }
}

#[test]
fn several_values() {
    let config = run(&["--external-ip", "203.0.113.9", "--external-ip", "2001:db8::9"], &[]).unwrap();
    assert_eq!(config.external_ip.len(), 2);
    let config = run(&[], &[("ROTUNDA_EXTERNAL_IP", "203.0.113.9, 2001:db8::9")]).unwrap();
    assert_eq!(config.external_ip.len(), 2);
    let secret = "0123456789abcdef0123456789abcdef";
    let config = with_file(&format!("[api-keys]\none = \"{secret}\"\ntwo = \"{secret}x\"")).unwrap();
    assert_eq!(config.api_keys.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    let config = run(&[], &[("ROTUNDA_API_KEYS", &format!("one: {secret}, two: {secret}x"))]).unwrap();
    assert_eq!(config.api_keys[1].1.reveal(), format!("{secret}x"));
    let config = run(&[], &[("DATABASE_URL", "postgres://a"), ("ROTUNDA_DATABASE_URL", "postgres://b")]).unwrap();
    assert_eq!(config.database_url.unwrap().reveal(), "postgres://b");
    assert_eq!(run(&[], &[("DATABASE_URL", "postgres://a")]).unwrap().database_url.unwrap().reveal(), "postgres://a");
}

#[test]
fn a_wrong_value_names_the_key_the_value_and_what_is_allowed() {
    for (flag, value) in [
        ("listen", "7880"),
        ("listen", "localhost:7880"),
        ("listen", "1.2.3.4:99999"),
        ("public-url", "calls.example.org"),
        ("public-url", "https://x/y"),
        ("trusted-proxy", "proxy"),
        ("rtc-udp-port", "70000"),
        ("rtc-udp-port", "-1"),
        ("external-ip", "0.0.0.0"),
        ("external-ip", "example.org"),
        ("workers", "0"),
        ("workers", "65"),
        ("srtp-profiles", "rot13"),
        ("unlisted-rooms", "maybe"),
        ("smtp-server", "mail:0"),
        ("smtp-security", "ssl"),
        ("smtp-from", "nobody"),
        ("metrics-listen", "on"),
        ("log-format", "xml"),
        ("log-level", "loud"),
        ("log-level", "info,x=y"),
        ("data", ""),
    ] {
        let argument = format!("--{flag}={value}");
        let error = run(&[&argument], &[]).unwrap_err().to_string();
        let key = KEYS.iter().find(|key| key.name == flag).unwrap();
        for part in [format!("--{flag}"), format!("`{value}`"), format!("allowed is {}", key.allowed)] {
            assert!(error.contains(&part), "{argument}: {error}");
        }
        assert!(!error.contains('\n'), "one line: {error}");
        let variable = key.variable();
        let error = run(&[], &[(&variable, value)]);
        // An empty list in the environment is an empty list.
        assert!(error.unwrap_err().to_string().contains(&variable));
        let error = with_file(&format!("{flag} = \"{value}\"")).unwrap_err().to_string();
        assert!(error.contains(flag) && error.contains(key.allowed), "{error}");
    }
    for (text, part) in [
        ("listen = 7880", "listen"),
        ("listen = [\"127.0.0.1:1\"]", "listen"),
        ("workers = 1.5", "workers"),
        ("dev = \"yes\"", "dev"),
        ("log-level = {}", "log-level"),
        ("external-ip = [[]]", "external-ip"),
        ("srtp-profiles = []", "srtp-profiles"),
        ("srtp-profiles = [\"gcm-128\", \"gcm-128\"]", "srtp-profiles"),
    ] {
        assert!(with_file(text).unwrap_err().to_string().contains(part), "{text}");
    }
}

#[test]
fn an_unknown_key_is_named_with_those_that_exist() {
    let error = with_file("lisen = \"127.0.0.1:1\"").unwrap_err().to_string();
    assert!(error.contains("`lisen`") && error.contains("listen, public-url"), "{error}");
    let error = run(&[], &[("ROTUNDA_LISEN", "x")]).unwrap_err().to_string();
    assert!(error.contains("ROTUNDA_LISEN") && error.contains("ROTUNDA_LISTEN"), "{error}");
    let error = run(&["--lisen", "x"], &[]).unwrap_err().to_string();
    assert!(error.contains("--lisen") && error.contains("--listen"), "{error}");
    assert!(run(&["extra"], &[]).is_err());
    assert!(run(&["--listen"], &[]).is_err());
    assert!(run(&["--api-keys", "a:b"], &[]).is_err(), "secrets have no flag");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let error = run(&["--config", "/nowhere/rotunda.toml"], &[]).unwrap_err().to_string();
    assert!(error.contains("/nowhere/rotunda.toml"), "{error}");
    let error = with_file("listen = ").unwrap_err().to_string();
    assert!(error.contains("TOML"), "{error}");
}

#[test]
fn secrets_are_in_no_error_and_no_debug_text() {
    for (name, value) in [
        ("ROTUNDA_API_KEYS", "key:hunter2"),
        ("DATABASE_URL", "mysql://u:hunter2@h/d"),
        ("ROTUNDA_API_KEYS", "rotunda-x:hunter2hunter2hunter2hunter2hunter2"),
    ] {
        let error = run(&[], &[(name, value)]).unwrap_err();
        assert!(!error.to_string().contains("hunter2") && !format!("{error:?}").contains("hunter2"), "{error}");
    }
    let config = run(
        &[],
        &[
            ("ROTUNDA_API_KEYS", "key:hunter2hunter2hunter2hunter2hunter2"),
            ("DATABASE_URL", "postgres://u:hunter2@h/d"),
        ],
    )
    .unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn dev_is_for_loopback_only() {
    for listen in ["0.0.0.0:7880", "[::]:7880", "192.0.2.1:7880"] {
        let error = run(&["--dev", "--listen", listen], &[]).unwrap_err().to_string();
        assert!(error.contains("--dev") && error.contains(listen), "{error}");
    }
    for listen in ["127.0.0.1:7880", "127.0.0.2:1", "[::1]:7880"] {
        assert!(run(&["--dev", "--listen", listen], &[]).unwrap().dev);
    }
    assert!(run(&["--tls-cert", "a.pem"], &[]).unwrap_err().to_string().contains("--tls-key"));
}

#[test]
fn the_password_of_the_mail_server_does_not_cross_a_network_in_the_clear() {
    let with = |server: &str, security: &str, password: bool| {
        let arguments = ["--smtp-server", server, "--smtp-security", security, "--smtp-user", "u"];
        let environment = [("ROTUNDA_SMTP_PASSWORD", "hunter2")];
        run(&arguments, if password { &environment } else { &[] })
    };
    assert!(with("mail.example.org", "starttls", true).is_ok() && with("localhost:25", "none", true).is_ok());
    let error = with("mail.example.org", "none", true).unwrap_err().to_string();
    assert!(error.contains("in the clear") && !error.contains("hunter2"), "{error}");
    assert!(with("mail.example.org", "tls", false).unwrap_err().to_string().contains("smtp-password"));
}

#[test]
fn commands_take_the_servers_settings_before_and_after_them() {
    let wish = |arguments: &[&str]| match load(arguments.iter().map(OsString::from), []) {
        Ok(Request::Operate(config, operation)) => Some((config.data.display().to_string(), operation)),
        _ => None,
    };
    let expected = Some(("/d".to_owned(), Operation::ResetLink { email: "a@b.co".into() }));
    assert_eq!(wish(&["--data", "/d", "admin", "reset-link", "a@b.co"]), expected);
    assert_eq!(wish(&["admin", "reset-link", "a@b.co", "--data", "/d"]), expected);
    for wrong in
        [&["admin"][..], &["admin", "reset-link"], &["admin", "nothing", "a@b.co"], &["admin", "reset-link", "a", "b"]]
    {
        assert_eq!(wish(wrong), None, "{wrong:?}");
    }
}

#[test]
fn dangers_are_told_at_the_start() {
    let warn = |arguments: &[&str]| rotunda::lifecycle::warnings(&run(arguments, &[]).unwrap(), true).join("\n");
    assert_eq!(warn(&[]), "");
    assert!(warn(&["--dev"]).contains("DEVELOPMENT MODE"));
    let open = warn(&["--listen", "0.0.0.0:7880"]);
    assert!(open.contains("plain HTTP") && open.contains("--public-url"), "{open}");
    let proxied = warn(&["--listen", "10.0.0.5:7880", "--public-url", "https://calls.example.org"]);
    assert_eq!(proxied, "");
    assert!(warn(&["--metrics-listen", "0.0.0.0:7889"]).contains("metrics"));
}

#[test]
fn no_layer_reaches_the_cost_of_a_hash() {
    assert!(KEYS.iter().all(|key| !key.name.contains("cost") && !key.name.contains("argon")));
    assert_eq!(run(&[], &[]).unwrap().password_cost, rotunda::config::PasswordCost::STANDARD);
}

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rotunda.sample.toml");

#[test]
fn the_sample_has_every_key_with_its_default() {
    let text = std::fs::read_to_string(SAMPLE).unwrap();
    let settings: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()) && line.contains(" = "))
        .collect();
    let mut names: Vec<&str> =
        settings.iter().map(|line| line.split(' ').next().unwrap()).filter(|name| *name != "my-backend").collect();
    names.push("api-keys");
    assert!(text.contains("#[api-keys]"));
    names.sort_unstable();
    let mut keys: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    keys.sort_unstable();
    assert_eq!(names, keys);

    assert!(run(&["--config", SAMPLE], &[]).is_ok(), "as it stands it is valid");
    let everything: String = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting) if setting.starts_with("[api") || settings.contains(&setting) => format!("{setting}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let config = with_file(&everything).expect("with every # taken off it is valid");
    assert_eq!(config.api_keys.len(), 1);
    for setting in settings {
        let name = setting.split(' ').next().unwrap();
        let Some(key) = KEYS.iter().find(|key| key.name == name) else { continue };
        // These have no default that could stand in a file.
        if name.starts_with("smtp-") && name != "smtp-security" {
            continue;
        }
        if ["public-url", "tls-cert", "tls-key", "workers", "database-url", "trusted-proxy", "external-ip"]
            .contains(&name)
        {
            continue;
        }
        let one = with_file(setting).unwrap();
        assert_eq!(format!("{one:?}"), format!("{:?}", Config::default()), "{setting} is the default");
        assert!(
            key.default == "off" || setting.contains(key.default.split(',').next().unwrap()),
            "{setting}: the help says {}",
            key.default
        );
    }
}

#[test]
fn the_help_names_every_flag_with_its_default() {
    let Request::Print(help) = load([OsString::from("--help")], []).unwrap() else { panic!("no help") };
    let help = help.to_string();
    let flat = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for key in KEYS.iter().filter(|key| key.flag) {
        assert!(flat.contains(&format!("--{}", key.name)), "{}", key.name);
        assert!(flat.contains(&format!("[default: {}]", key.default)), "{}", key.name);
        assert!(flat.contains(key.help), "{}", key.name);
    }
    assert!(flat.contains("ROTUNDA_API_KEYS") && flat.contains("--config"));
    assert!(help.lines().all(|line| line.chars().count() <= 100), "fits a terminal");
    let Request::Print(version) = load([OsString::from("--version")], []).unwrap() else { panic!("no version") };
    assert_eq!(version.to_string().trim(), format!("rotunda {}", env!("CARGO_PKG_VERSION")));
    assert!(Path::new(SAMPLE).exists());
}
