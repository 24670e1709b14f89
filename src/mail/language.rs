//! The languages in which the server writes to people, and which of them a request asks for.

/// A language of the app.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    /// `en`, where nothing else is asked for.
    #[default]
    English,
    /// `de`
    German,
    /// `fr`
    French,
    /// `es`
    Spanish,
    /// `pt`
    Portuguese,
    /// `ne`
    Nepali,
    /// `hi`
    Hindi,
    /// `ar`
    Arabic,
    /// `ja`
    Japanese,
    /// `zh`
    Chinese,
}

/// Languages of a request that are looked at.
const MAX_ASKED: usize = 32;

impl Language {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Portuguese,
        Self::Nepali,
        Self::Hindi,
        Self::Arabic,
        Self::Japanese,
        Self::Chinese,
    ];

    /// Its code (ISO 639-1), as the app has it.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
            Self::Nepali => "ne",
            Self::Hindi => "hi",
            Self::Arabic => "ar",
            Self::Japanese => "ja",
            Self::Chinese => "zh",
        }
    }

    /// The one that an `Accept-Language` (RFC 9110, section 12.5.4) likes best; of several that it likes as much, the first. Regions and
    /// scripts make no difference.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for asked in header.split(',').take(MAX_ASKED) {
            let mut parts = asked.split(';').map(str::trim);
            let primary = parts.next().and_then(|tag| tag.split('-').next()).unwrap_or_default();
            let Some(language) = Self::ALL.into_iter().find(|known| known.code().eq_ignore_ascii_case(primary)) else {
                continue;
            };
            let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.trim().parse().ok());
            let Some(quality) = quality.filter(|quality| *quality > 0.0 && *quality <= 1.0) else { continue };
            if best.is_none_or(|(most, _)| quality > most) {
                best = Some((quality, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_is_liked_best() {
        for (header, language) in [
            ("de", Some(Language::German)),
            ("de-AT, en;q=0.8", Some(Language::German)),
            ("en;q=0.5, NE-np ; q=0.9, hi;q=0.7", Some(Language::Nepali)),
            ("zh-Hant-TW", Some(Language::Chinese)),
            ("tlh, pt-BR;q=0.1", Some(Language::Portuguese)),
            ("fr, es", Some(Language::French)),
            ("ja;q=0, ar;q=0.001", Some(Language::Arabic)),
            ("*", None),
            ("", None),
            ("de;q=x", None),
            ("de;q=NaN, fr;q=2", None),
            ("deutsch, ,;;,-", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
        assert_eq!(Language::accepted(&format!("{}de", "x,".repeat(MAX_ASKED))), None, "so far nobody looks");
    }
}
