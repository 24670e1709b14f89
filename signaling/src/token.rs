//! LiveKit access tokens: JSON Web Tokens that say who may do what in which room.
//!
//! In goes the text of a token and a way to find the secret of an API key; out come the [`Claims`]. One algorithm is
//! accepted, HS256, whatever a token's header says (RFC 8725, 3.1); `exp` is required and `nbf` is honoured, both with the
//! leeway that the protocol's other implementations give.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::limits;

/// Why a token is not accepted. None of the variants carries text from the token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenError {
    /// Not a token, or longer than [`limits::MAX_TOKEN`].
    #[error("the access token is malformed")]
    Malformed,
    /// The issuer is no API key of ours.
    #[error("the access token names an unknown API key")]
    UnknownKey,
    /// Signed with another secret or another algorithm.
    #[error("the access token's signature is not valid")]
    InvalidSignature,
    /// `exp` has passed.
    #[error("the access token has expired")]
    Expired,
    /// `nbf` has not come yet.
    #[error("the access token is not valid yet")]
    NotYetValid,
    /// `exp` is missing.
    #[error("the access token has no expiry")]
    NoExpiry,
}

/// An API key with its secret: signs tokens and checks them.
#[derive(Clone)]
pub struct SigningKey {
    /// The public half, `iss` of its tokens.
    pub key: Arc<str>,
    /// The secret half.
    pub secret: Arc<str>,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.key)
    }
}

/// What a token says.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Claims {
    /// The API key that signed it.
    pub iss: String,
    /// The participant's identity.
    pub sub: String,
    /// Not valid before, in seconds of Unix time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<u64>,
    /// Not valid from then on, in seconds of Unix time.
    pub exp: u64,
    /// The participant's display name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What kind of participant this is.
    #[serde(skip_serializing_if = "ParticipantKind::is_standard")]
    pub kind: ParticipantKind,
    /// The participant's metadata, opaque to us.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub metadata: String,
    /// The participant's attributes.
    #[serde(skip_serializing_if = "HashMap::is_empty")]
    pub attributes: HashMap<String, String>,
    /// SHA-256 of a body that the token signs (webhooks).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// The grants about rooms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video: Option<VideoGrants>,
    /// Whatever else the issuer put in; a refreshed token carries it on.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

impl Claims {
    /// The grants, all absent when the token has none.
    pub fn grants(&self) -> VideoGrants {
        self.video.clone().unwrap_or_default()
    }
}

/// The kind of a participant, as tokens spell it. Kinds that we do not know count as standard.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParticipantKind {
    /// A person or a program.
    #[default]
    Standard,
    /// A stream from outside.
    Ingress,
    /// A recorder.
    Egress,
    /// A telephone.
    Sip,
    /// An agent.
    Agent,
    /// A kind of a later protocol.
    #[serde(other, skip_serializing)]
    Unknown,
}

impl ParticipantKind {
    fn is_standard(&self) -> bool {
        matches!(self, Self::Standard | Self::Unknown)
    }
}

/// What a token allows. An absent `can_*` allows, except `can_update_own_metadata`.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VideoGrants {
    /// The room that the grants are about.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub room: String,
    /// May join the room.
    #[serde(skip_serializing_if = "is_false")]
    pub room_join: bool,
    /// May create rooms.
    #[serde(skip_serializing_if = "is_false")]
    pub room_create: bool,
    /// May list rooms.
    #[serde(skip_serializing_if = "is_false")]
    pub room_list: bool,
    /// May record.
    #[serde(skip_serializing_if = "is_false")]
    pub room_record: bool,
    /// May manage the room.
    #[serde(skip_serializing_if = "is_false")]
    pub room_admin: bool,
    /// May manage ingress.
    #[serde(skip_serializing_if = "is_false")]
    pub ingress_admin: bool,
    /// May publish tracks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_publish: Option<bool>,
    /// May subscribe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_subscribe: Option<bool>,
    /// May send data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_publish_data: Option<bool>,
    /// The sources that may be published, all when empty: `camera`, `microphone`, `screen_share`, `screen_share_audio`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub can_publish_sources: Vec<String>,
    /// May change its own metadata, name and attributes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_update_own_metadata: Option<bool>,
    /// May receive other participants' metrics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_subscribe_metrics: Option<bool>,
    /// Nobody else sees this participant.
    #[serde(skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// This participant records.
    #[serde(skip_serializing_if = "is_false")]
    pub recorder: bool,
    /// This participant is an agent.
    #[serde(skip_serializing_if = "is_false")]
    pub agent: bool,
    /// The room that a participant may be forwarded to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub destination_room: String,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_false(value: &bool) -> bool {
    !value
}

/// Reads and checks a token. `secret_of` finds the secret of an API key; `unix_now` is the time since the Unix epoch.
///
/// # Errors
/// The first reason for which the token is not accepted; see [`TokenError`].
pub fn verify(
    token: &str,
    unix_now: Duration,
    secret_of: impl FnOnce(&str) -> Option<Arc<str>>,
) -> Result<(Claims, Arc<SigningKey>), TokenError> {
    #[derive(Deserialize)]
    struct Issuer {
        iss: Option<String>,
        exp: Option<serde_json::Value>,
    }
    if token.len() > limits::MAX_TOKEN {
        return Err(TokenError::Malformed);
    }
    // Only to find the key; nothing of it is believed before the signature is.
    let unverified: Issuer =
        jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(|_| TokenError::Malformed)?;
    let key = unverified.iss.ok_or(TokenError::UnknownKey)?;
    let secret = secret_of(&key).ok_or(TokenError::UnknownKey)?;

    let mut validation = Validation::new(Algorithm::HS256);
    validation.required_spec_claims.clear();
    // Time is passed in, so `exp` and `nbf` are checked below.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(secret.as_bytes()), &validation)
        .map_err(|error| match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature
            | jsonwebtoken::errors::ErrorKind::InvalidAlgorithm
            | jsonwebtoken::errors::ErrorKind::InvalidAlgorithmName => TokenError::InvalidSignature,
            _ => TokenError::Malformed,
        })?
        .claims;
    if unverified.exp.is_none_or(|exp| exp.is_null()) || claims.exp == 0 {
        return Err(TokenError::NoExpiry);
    }
    let now = unix_now.as_secs();
    let leeway = limits::TOKEN_LEEWAY.as_secs();
    if now >= claims.exp.saturating_add(leeway) {
        return Err(TokenError::Expired);
    }
    if claims.nbf.is_some_and(|nbf| nbf > now.saturating_add(leeway)) {
        return Err(TokenError::NotYetValid);
    }
    Ok((claims, Arc::new(SigningKey { key: key.into(), secret })))
}

/// Signs `claims` with `key`, whose name becomes `iss`.
pub fn mint(mut claims: Claims, key: &SigningKey) -> String {
    key.key.as_ref().clone_into(&mut claims.iss);
    let encoding = EncodingKey::from_secret(key.secret.as_bytes());
    // Serialising plain strings and numbers and signing them with HMAC cannot fail; an empty token opens nothing.
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &encoding).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD as B64;

    const NOW: Duration = Duration::from_secs(1_800_000_000);

    fn key() -> SigningKey {
        SigningKey { key: "devkey".into(), secret: "secret".into() }
    }

    fn secret_of(key: &str) -> Option<Arc<str>> {
        (key == "devkey").then(|| "secret".into())
    }

    fn claims() -> Claims {
        Claims {
            sub: "alice".into(),
            exp: NOW.as_secs() + 60,
            video: Some(VideoGrants { room: "hall".into(), room_join: true, ..Default::default() }),
            ..Default::default()
        }
    }

    /// A token with any header and payload, signed with any secret.
    fn forge(header: &str, payload: &str, algorithm: Algorithm, secret: &str) -> String {
        let message = format!("{}.{}", B64.encode(header), B64.encode(payload));
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &EncodingKey::from_secret(secret.as_bytes()), algorithm);
        format!("{message}.{}", signature.unwrap_or_default())
    }

    #[test]
    fn claims_of_the_issuer_survive_a_refresh() {
        let mut own = claims();
        own.other.insert("login".into(), "abc".into());
        let (read, _) = verify(&mint(own, &key()), NOW, secret_of).unwrap();
        let (again, _) = verify(&mint(read, &key()), NOW, secret_of).unwrap();
        assert_eq!(again.other["login"], "abc");
        assert_eq!(again.other.len(), 1);
    }

    #[test]
    fn what_is_minted_is_verified() {
        let token = mint(claims(), &key());
        let (read, signing_key) = verify(&token, NOW, secret_of).unwrap();
        assert_eq!(read, Claims { iss: "devkey".into(), ..claims() });
        assert_eq!(&*signing_key.secret, "secret");
    }

    #[test]
    fn reads_a_token_of_a_server_sdk() {
        let payload = r#"{"exp":1800000100,"iss":"devkey","nbf":1799999990,"sub":"robot","jti":"robot","kind":"agent","name":"R",
            "attributes":{"a":"b"},"roomConfig":{"agents":[{"agentName":"x"}]},"sip":{"admin":true},"metadata":"m",
            "video":{"roomJoin":true,"room":"r","canPublish":false,"canPublishSources":["camera"],"newThing":[1]}}"#;
        let token = forge(r#"{"alg":"HS256","typ":"JWT"}"#, payload, Algorithm::HS256, "secret");
        let (claims, _) = verify(&token, NOW, secret_of).unwrap();
        assert_eq!(claims.kind, ParticipantKind::Agent);
        let grants = claims.grants();
        assert!(grants.room_join && grants.can_publish == Some(false) && grants.can_subscribe.is_none());
        assert_eq!(grants.can_publish_sources, ["camera"]);
    }

    #[test]
    fn other_algorithms_are_refused() {
        let payload = serde_json::to_string(&Claims { iss: "devkey".into(), ..claims() }).unwrap();
        for (header, algorithm) in [
            (r#"{"alg":"HS384","typ":"JWT"}"#, Algorithm::HS384),
            (r#"{"alg":"HS512","typ":"JWT"}"#, Algorithm::HS512),
            (r#"{"alg":"RS256","typ":"JWT"}"#, Algorithm::HS256),
            (r#"{"alg":"ES256","typ":"JWT"}"#, Algorithm::HS256),
            (r#"{"alg":"none","typ":"JWT"}"#, Algorithm::HS256),
        ] {
            let token = forge(header, &payload, algorithm, "secret");
            assert!(verify(&token, NOW, secret_of).is_err(), "{header}");
        }
        let unsigned = format!("{}.{}.", B64.encode(r#"{"alg":"none"}"#), B64.encode(&payload));
        assert!(verify(&unsigned, NOW, secret_of).is_err());
    }

    #[test]
    fn wrong_secret_and_unknown_key_are_refused() {
        let token = mint(claims(), &SigningKey { secret: "other".into(), ..key() });
        assert_eq!(verify(&token, NOW, secret_of).unwrap_err(), TokenError::InvalidSignature);
        let token = mint(claims(), &SigningKey { key: "nobody".into(), ..key() });
        assert_eq!(verify(&token, NOW, secret_of).unwrap_err(), TokenError::UnknownKey);
    }

    #[test]
    fn expiry_is_required_and_checked_with_leeway() {
        let token = mint(claims(), &key());
        let at = |seconds| verify(&token, NOW + Duration::from_secs(seconds), secret_of).map(|_| ());
        assert_eq!(at(60 + 59), Ok(()));
        assert_eq!(at(60 + 60), Err(TokenError::Expired));
        let payload = r#"{"iss":"devkey","sub":"alice","video":{"roomJoin":true,"room":"hall"}}"#;
        let token = forge(r#"{"alg":"HS256"}"#, payload, Algorithm::HS256, "secret");
        assert_eq!(verify(&token, NOW, secret_of).unwrap_err(), TokenError::NoExpiry);
    }

    #[test]
    fn a_token_of_the_future_is_refused() {
        let token = mint(Claims { nbf: Some(NOW.as_secs() + 61), ..claims() }, &key());
        assert_eq!(verify(&token, NOW, secret_of).unwrap_err(), TokenError::NotYetValid);
        let token = mint(Claims { nbf: Some(NOW.as_secs() + 59), ..claims() }, &key());
        assert!(verify(&token, NOW, secret_of).is_ok());
    }

    #[test]
    fn rubbish_is_malformed() {
        for token in ["", ".", "..", "a.b.c", "e30.e30.e30", &"x".repeat(limits::MAX_TOKEN + 1)] {
            assert!(verify(token, NOW, secret_of).is_err());
        }
    }
}
