//! Puts a `User-Agent` into a few words that tell a person one login from another, such as "Firefox on Linux". What it says is
//! nobody's proof of anything; no other part of it is kept.

/// The longest text that is looked at, in bytes.
const MAX_LENGTH: usize = 1024;
/// The longest name of a program that is not known here.
const MAX_PRODUCT: usize = 32;

/// Browsers by their mark, those first that also carry the marks of others.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems by their mark; Android says Linux as well, iPhones say Mac OS X.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// The words; empty for a text that says nothing.
pub fn client_name(user_agent: &str) -> String {
    if user_agent.len() > MAX_LENGTH {
        return String::new();
    }
    let known = |marks: &[(&str, &'static str)]| {
        marks.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => product(user_agent).to_owned(),
    }
}

/// The name before the first version: `curl` of `curl/8.14`.
fn product(user_agent: &str) -> &str {
    let end = user_agent.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.'));
    let name = user_agent.get(..end.unwrap_or(user_agent.len())).unwrap_or_default();
    if name.len() <= MAX_PRODUCT { name } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_in_words() {
        for (user_agent, words) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.14.1", "curl"),
            ("python-requests/2.32", "python-requests"),
            ("", ""),
            ("<script>alert(1)</script>", ""),
            ("\u{202e}evil", ""),
        ] {
            assert_eq!(client_name(user_agent), words, "{user_agent}");
        }
        assert_eq!(client_name(&"x".repeat(33)), "");
        assert_eq!(client_name(&"Firefox/ ".repeat(1000)), "");
    }
}
