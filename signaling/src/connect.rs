//! What a client brings when it connects: its token's claims and the query parameters of the WebSocket's URL.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use livekit_protocol::{ClientInfo, client_info};

use crate::io::SessionId;
use crate::limits;
use crate::token::{Claims, SigningKey};

/// A client that asks to be let in. The token has been verified and names this room.
#[derive(Clone, Debug)]
pub struct Connect {
    /// The name of this WebSocket, chosen by the shell, never used twice.
    pub session: SessionId,
    /// What the token says.
    pub claims: Claims,
    /// The key that signed the token; refreshed tokens are signed with it.
    pub signing_key: Arc<SigningKey>,
    /// The query parameters.
    pub options: ConnectOptions,
}

/// Why a client is not let in, with the HTTP status that says so before the upgrade.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum Refusal {
    /// The token does not allow joining.
    #[error("the access token does not allow joining this room")]
    NotAllowed,
    /// The token names no identity, or one that is too long.
    #[error("the participant's identity is missing or too long")]
    InvalidIdentity,
    /// Name, metadata or attributes are too large.
    #[error("the participant's name, metadata or attributes are too large")]
    MetadataTooLarge,
    /// The query asks for what the token does not allow.
    #[error("the access token does not allow changing metadata")]
    MetadataNotAllowed,
    /// The room is full.
    #[error("the room is full")]
    RoomFull,
    /// The room has ended or is ending.
    #[error("the room has ended")]
    RoomClosed,
    /// This WebSocket's name is in use: a mistake of the shell.
    #[error("the session exists already")]
    SessionInUse,
}

impl Refusal {
    /// The status of the HTTP answer.
    pub fn http_status(self) -> u16 {
        match self {
            Self::NotAllowed | Self::MetadataNotAllowed => 401,
            Self::InvalidIdentity | Self::MetadataTooLarge => 400,
            Self::RoomFull => 429,
            Self::RoomClosed => 503,
            Self::SessionInUse => 500,
        }
    }

    /// A short word for metrics and logs.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::InvalidIdentity => "invalid_identity",
            Self::MetadataTooLarge => "metadata_too_large",
            Self::MetadataNotAllowed => "metadata_not_allowed",
            Self::RoomFull => "room_full",
            Self::RoomClosed => "room_closed",
            Self::SessionInUse => "session_in_use",
        }
    }
}

/// The query parameters of `/rtc` that are of use to us. What is missing or cannot be read has its default.
#[derive(Clone, PartialEq, Debug)]
pub struct ConnectOptions {
    /// Subscribe to every track as it is published.
    pub auto_subscribe: bool,
    /// The client sends track settings as its tiles change: start with the lowest layer.
    pub adaptive_stream: bool,
    /// Resume the session of this participant sid.
    pub resume: Option<String>,
    /// Attributes to set at the join, where the token allows it.
    pub attributes: HashMap<String, String>,
    /// Joins only to publish, beside another session of the same person: a suffix of the identity.
    pub publish_only: Option<String>,
    /// Who the client says that it is.
    pub client: ClientInfo,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            auto_subscribe: true,
            adaptive_stream: false,
            resume: None,
            attributes: HashMap::new(),
            publish_only: None,
            client: ClientInfo::default(),
        }
    }
}

impl ConnectOptions {
    /// Reads the decoded pairs of a query.
    pub fn from_query<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut options = Self::default();
        let mut reconnect = false;
        let mut sid = None;
        for (key, value) in pairs {
            let value = value.as_ref();
            let text = || value.chars().take(limits::MAX_NAME).collect::<String>();
            let client = &mut options.client;
            match key.as_ref() {
                "auto_subscribe" => options.auto_subscribe = is_true(value),
                "adaptive_stream" => options.adaptive_stream = is_true(value),
                "reconnect" => reconnect = is_true(value),
                "sid" => sid = Some(text()),
                "attributes" => options.attributes = read_attributes(value),
                "publish" if !value.is_empty() => options.publish_only = Some(text()),
                "protocol" => client.protocol = value.parse().unwrap_or(0),
                "client_protocol" => client.client_protocol = value.parse().unwrap_or(0),
                "sdk" => client.sdk = sdk(value).into(),
                "version" => client.version = text(),
                "os" => client.os = text(),
                "os_version" => client.os_version = text(),
                "device_model" => client.device_model = text(),
                "browser" => client.browser = text(),
                "browser_version" => client.browser_version = text(),
                "network" => client.network = text(),
                "capabilities" => {
                    client.capabilities = (value.split(',').take(16))
                        .filter_map(|name| client_info::Capability::from_str_name(name.trim()).map(i32::from))
                        .collect();
                }
                _ => {}
            }
        }
        options.resume = if reconnect { Some(sid.unwrap_or_default()) } else { None };
        options
    }

    /// Names the browser by its `User-Agent`, where the query does not: browsers' SDKs leave it to the header.
    pub fn recognise_browser(&mut self, user_agent: &str) {
        // The first that fits: each names those below it as well. Firefox on iOS (`FxiOS/`) is WebKit.
        const BROWSERS: [(&str, &str); 4] =
            [("Firefox/", "Firefox"), ("Edg/", "Edge"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
        if !self.client.browser.is_empty() {
            return;
        }
        let named = BROWSERS.iter().find_map(|(mark, name)| Some((*name, user_agent.split_once(mark)?.1)));
        if let Some((name, rest)) = named {
            name.clone_into(&mut self.client.browser);
            let version = rest.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
            self.client.browser_version = version.chars().take(limits::MAX_NAME).collect();
        }
    }
}

fn is_true(value: &str) -> bool {
    matches!(value, "1" | "true" | "True" | "TRUE")
}

fn sdk(name: &str) -> client_info::Sdk {
    use client_info::Sdk;
    match name {
        "js" => Sdk::Js,
        "ios" | "swift" => Sdk::Swift,
        "android" => Sdk::Android,
        "flutter" => Sdk::Flutter,
        "go" => Sdk::Go,
        "unity" => Sdk::Unity,
        "reactnative" => Sdk::ReactNative,
        "rust" => Sdk::Rust,
        "python" => Sdk::Python,
        "cpp" => Sdk::Cpp,
        "unityweb" => Sdk::UnityWeb,
        "node" => Sdk::Node,
        _ => Sdk::Unknown,
    }
}

/// Attributes travel as JSON in URL-safe Base64, with or without padding.
fn read_attributes(value: &str) -> HashMap<String, String> {
    const BASE64: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::URL_SAFE,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    if value.len() > limits::MAX_ATTRIBUTES * 2 {
        return HashMap::new();
    }
    BASE64.decode(value).ok().and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_sdks_send() {
        let options = ConnectOptions::from_query([
            ("access_token", "x"),
            ("auto_subscribe", "0"),
            ("adaptive_stream", "1"),
            ("sdk", "js"),
            ("version", "2.23.0"),
            ("protocol", "17"),
            ("client_protocol", "2"),
            ("capabilities", "CAP_PACKET_TRAILER,CAP_OF_TOMORROW"),
            ("attributes", "eyJoYW5kIjoidXAifQ=="),
        ]);
        assert!(!options.auto_subscribe && options.adaptive_stream && options.resume.is_none());
        assert_eq!((options.client.protocol, options.client.client_protocol), (17, 2));
        assert_eq!(options.client.sdk(), client_info::Sdk::Js);
        assert_eq!(options.client.capabilities.len(), 1);
        assert_eq!(options.attributes["hand"], "up");
    }

    #[test]
    fn browsers_are_known_by_their_user_agent() {
        let named = |user_agent: &str| {
            let mut options = ConnectOptions::default();
            options.recognise_browser(user_agent);
            (options.client.browser, options.client.browser_version)
        };
        let known = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";
        assert_eq!(named(firefox), known("Firefox", "153.0"));
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        assert_eq!(named(chrome), known("Chrome", "156.0.0.0"));
        assert_eq!(named(&format!("{chrome} Edg/156.0.0.0")), known("Edge", "156.0.0.0"));
        assert_eq!(named("python-requests/2"), known("", ""));

        let mut options = ConnectOptions::from_query([("browser", "Chrome")]);
        options.recognise_browser(firefox);
        assert_eq!(options.client.browser, "Chrome", "the client's own word counts first");
    }

    #[test]
    fn sid_counts_only_with_reconnect() {
        assert_eq!(ConnectOptions::from_query([("sid", "PA_x")]).resume, None);
        let resume = ConnectOptions::from_query([("reconnect", "1"), ("sid", "PA_x")]).resume;
        assert_eq!(resume.as_deref(), Some("PA_x"));
    }

    #[test]
    fn rubbish_has_defaults() {
        let query = [("auto_subscribe", "maybe"), ("protocol", "-"), ("attributes", "%%%"), ("sdk", "toaster")];
        let options = ConnectOptions::from_query(query);
        assert!(!options.auto_subscribe && options.attributes.is_empty() && options.client.protocol == 0);
    }
}
