//! Reads bodies and queries: bounded, JSON only, and every field checked by hand, so that the answer names each field that
//! is wrong and not just the first.

use std::ops::RangeInclusive;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Query, Request};
use axum::http::{StatusCode, header};
use serde_json::{Map, Value};

use super::error::{ApiError, FieldErrors};
use super::rooms::Queries;
use crate::store::{GuestId, Millis, Person, UserId};

/// A JSON object whose fields are taken out one by one. Fields that nobody takes are ignored.
pub struct Fields {
    object: Map<String, Value>,
    errors: FieldErrors,
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let content_type = request.headers().get(header::CONTENT_TYPE).map(|value| value.as_bytes().to_owned());
        let body = Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                ApiError::TooLarge
            }
            _ => ApiError::Malformed("The body could not be read to its end."),
        })?;
        let json = match &content_type {
            // Nothing at all is an empty form.
            None if body.is_empty() => return Ok(Self::new(Map::new())),
            None => false,
            Some(value) => is_json(value),
        };
        if !json {
            return Err(ApiError::UnsupportedMediaType);
        }
        match serde_json::from_slice(&body) {
            Ok(Value::Object(object)) => Ok(Self::new(object)),
            Ok(_) => Err(ApiError::Malformed("The body must be a JSON object.")),
            Err(_) => Err(ApiError::Malformed("The body is not valid JSON.")),
        }
    }
}

fn is_json(content_type: &[u8]) -> bool {
    let essence = content_type.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

/// What a text field allows.
#[derive(Clone, Copy)]
pub struct Text {
    /// The most characters.
    pub max: usize,
    /// Whether it may be empty.
    pub blank: bool,
    /// Whether it may have several lines.
    pub lines: bool,
    /// Whether white space around it is cut off; not so for passwords.
    pub trim: bool,
}

impl Text {
    /// One line that must not be empty.
    pub const fn line(max: usize) -> Self {
        Self { max, blank: false, lines: false, trim: true }
    }
}

impl Fields {
    fn new(object: Map<String, Value>) -> Self {
        Self { object, errors: FieldErrors::new() }
    }

    /// Says what is wrong with a field.
    pub fn complain(&mut self, name: &str, message: impl Into<String>) {
        self.errors.entry(name.to_owned()).or_default().push(message.into());
    }

    /// A text, or `None` when the field is absent or wrong; the latter has been noted.
    pub fn optional(&mut self, name: &str, rule: Text) -> Option<String> {
        let value = self.object.remove(name)?;
        let Value::String(text) = value else {
            self.complain(name, "This field must be a text.");
            return None;
        };
        let text = if rule.trim { text.trim() } else { &text };
        let control = |c: char| c.is_control() && !(rule.lines && matches!(c, '\n' | '\r' | '\t'));
        if text.is_empty() && !rule.blank {
            self.complain(name, "This field must not be blank.");
        } else if text.chars().count() > rule.max {
            self.complain(name, format!("This field is too long: at most {} characters.", rule.max));
        } else if text.contains(control) {
            self.complain(name, "This field contains characters that are not allowed.");
        } else {
            return Some(text.to_owned());
        }
        None
    }

    /// A text that must be there.
    pub fn required(&mut self, name: &str, rule: Text) -> Option<String> {
        if !self.object.contains_key(name) {
            self.complain(name, "This field is required.");
        }
        self.optional(name, rule)
    }

    /// A text that must be there, or `Some(None)` for null.
    pub fn required_or_null(&mut self, name: &str, rule: Text) -> Option<Option<String>> {
        if self.object.get(name).is_some_and(Value::is_null) {
            return Some(None);
        }
        self.required(name, rule).map(Some)
    }

    /// A person's name on one line, which must be there. Characters that turn the direction of writing are taken out: a name must not
    /// rearrange what stands around it.
    pub fn name(&mut self, name: &str, max: usize) -> Option<String> {
        self.without_direction(name);
        self.required(name, Text::line(max))
    }

    /// The same, or `None` when the field is absent.
    pub fn optional_name(&mut self, name: &str, max: usize) -> Option<String> {
        self.without_direction(name);
        self.optional(name, Text::line(max))
    }

    fn without_direction(&mut self, name: &str) {
        if let Some(Value::String(text)) = self.object.get_mut(name) {
            *text = rotunda_signaling::name::without_direction(text);
        }
    }

    /// Takes a field away that is null: it counts as absent.
    pub fn null_is_absent(&mut self, name: &str) {
        if self.object.get(name).is_some_and(Value::is_null) {
            self.object.remove(name);
        }
    }

    /// An account by its number or a guest by their id, or `None` when it is not there or is something else; that has been noted.
    pub fn person(&mut self, name: &str) -> Option<Person> {
        let person = match self.object.remove(name) {
            Some(Value::Number(number)) => number.as_i64().map(|id| Person::Account(UserId(id))),
            Some(Value::String(text)) => GuestId::parse(&text).map(Person::Guest),
            _ => None,
        };
        if person.is_none() {
            self.complain(name, "This field must be the number of an account or the id of a guest.");
        }
        person
    }

    /// Yes or no, or `None` when the field is absent or wrong; the latter has been noted.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.object.remove(name)? {
            Value::Bool(flag) => Some(flag),
            _ => {
                self.complain(name, "This field must be true or false.");
                None
            }
        }
    }

    /// A whole number that must be there, or `None` when it is not or is something else; that has been noted.
    pub fn number(&mut self, name: &str) -> Option<i64> {
        let number = self.object.remove(name).and_then(|value| value.as_i64());
        if number.is_none() {
            self.complain(name, "This field must be a whole number.");
        }
        number
    }

    /// A whole number within `range`, or `None` when the field is absent or wrong; the latter has been noted.
    pub fn optional_number(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let number = self.object.remove(name)?.as_i64().filter(|number| range.contains(number));
        if number.is_none() {
            self.complain(name, format!("A whole number from {} to {}.", range.start(), range.end()));
        }
        number
    }

    /// A time (RFC 3339) to the millisecond, `Some(None)` for null, or `None` when the field is absent or wrong; the latter has been
    /// noted.
    pub fn optional_time(&mut self, name: &str) -> Option<Option<Millis>> {
        let value = self.object.remove(name)?;
        if value.is_null() {
            return Some(None);
        }
        let time = value.as_str().and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok());
        let time = time.map(|time| Millis(time.timestamp_millis()));
        if time.is_none() {
            self.complain(name, "This field must be a time, as in 2026-01-31T09:30:00Z, or null.");
        }
        time.map(Some)
    }

    /// The error with everything noted so far.
    pub fn into_error(self) -> ApiError {
        ApiError::Fields(self.errors)
    }

    /// Whether nothing has been noted.
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }
}

/// Which page of a list a query asks for: only what is before this number, and at most so many. A larger `limit` than `max` counts as
/// `max`.
pub(super) fn page(query: Queries, usual: u16, max: u16) -> Result<(Option<i64>, u16), ApiError> {
    let Query(mut query) = query.map_err(|_| ApiError::Malformed("The query cannot be read."))?;
    let mut number = |name: &'static str| match query.remove(name).as_deref() {
        None | Some("") => Ok(None),
        Some(text) => match text.parse::<i64>() {
            Ok(number @ 1..) => Ok(Some(number)),
            _ => Err(ApiError::field(name, "A number from 1.")),
        },
    };
    let (before, limit) = (number("before")?, number("limit")?);
    Ok((before, limit.map_or(usual, |limit| u16::try_from(limit).unwrap_or(max).min(max))))
}

/// An email address of at most 254 characters (RFC 5321, 4.5.3.1.3) that a mail server on the internet could have.
pub fn is_email(text: &str) -> bool {
    let Ok(address) = text.parse::<email_address::EmailAddress>() else { return false };
    let domain = address.domain();
    let plain = !text.contains(['"', '<', '>', ' ', '(', ')', ',', ':', ';', '\\', '[', ']']);
    let dotted = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
    text.len() <= 254 && plain && dotted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_addresses() {
        for good in [
            "a@b.co",
            "ada.lovelace+test@example.org",
            "ü@bücher.example",
            "x_y-z@sub.example.com",
            "o'neil@example.com",
        ] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@example.org", "a".repeat(250));
        for bad in [
            "",
            "a",
            "a@",
            "@b.co",
            "a@b",
            "a b@c.de",
            "a@b..c",
            "a@@b.co",
            "Ada <a@b.co>",
            "a@b.co\n",
            "\"a\"@b.co",
            "a@[127.0.0.1]",
            &long,
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn content_types() {
        for good in ["application/json", "Application/JSON", "application/json; charset=utf-8", " application/json "] {
            assert!(is_json(good.as_bytes()), "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "application/jsonp",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "text/json, application/json",
        ] {
            assert!(!is_json(bad.as_bytes()), "{bad}");
        }
    }
}
