//! Names of people, which stand beside other text: characters that turn the direction of writing would rearrange that.

/// The same text without the characters that turn the direction of writing (Unicode's `Bidi_Control`: marks, embeddings, overrides and
/// isolates). Names in right-to-left scripts need none of them.
pub fn without_direction(text: &str) -> String {
    text.chars().filter(|c| !turns_direction(*c)).collect()
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_go_and_everything_else_stays() {
        assert_eq!(without_direction("\u{202e}adA\u{202c} \u{2067}x\u{2069}\u{200f}\u{61c}"), "adA x");
        for name in ["Ada", "\u{5d0}\u{5d3}\u{5d4}", "\u{622}\u{62f}\u{627}", "👩\u{200d}🚀", "e\u{301}", ""] {
            assert_eq!(without_direction(name), name);
        }
    }
}
