//! SDP as lines (RFC 8866, 5): the one place that reads raw text, with the bounds on bytes.

use super::error::{Bounded, SdpError};
use crate::limits::{MAX_SDP_BYTES, MAX_SDP_LINE_BYTES};

/// One `<type>=<value>` line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: usize,
    pub(super) kind: u8,
    pub(super) value: &'a str,
}

impl<'a> Line<'a> {
    /// Of an attribute line, the name and the value; the value of a flag is empty.
    pub(super) fn attribute(&self) -> (&'a str, &'a str) {
        self.value.split_once(':').unwrap_or((self.value, ""))
    }

    pub(super) fn error(&self) -> SdpError {
        SdpError::Syntax { line: self.number }
    }
}

/// Checks size and shape of the whole text and gives its lines. Lines end in CRLF or LF; control characters other than a
/// tab are refused, so that nothing taken from one line can make two of them where it is written again.
pub(super) fn lines(text: &str) -> Result<impl Iterator<Item = Result<Line<'_>, SdpError>>, SdpError> {
    if text.len() > MAX_SDP_BYTES {
        return Err(SdpError::TooLarge(Bounded::Description));
    }
    let lines = text.strip_suffix('\n').unwrap_or(text).split('\n').enumerate();
    Ok(lines.map(|(index, line)| read_line(index + 1, line.strip_suffix('\r').unwrap_or(line))))
}

fn read_line(number: usize, line: &str) -> Result<Line<'_>, SdpError> {
    if line.len() > MAX_SDP_LINE_BYTES {
        return Err(SdpError::TooLarge(Bounded::Line));
    }
    match line.as_bytes() {
        [kind @ b'a'..=b'z', b'=', value @ ..]
            if value.iter().all(|&byte| byte >= b' ' && byte != 0x7f || byte == b'\t') =>
        {
            Ok(Line { number, kind: *kind, value: line.get(2..).unwrap_or_default() })
        }
        _ => Err(SdpError::Syntax { line: number }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<Line<'_>>, SdpError> {
        lines(text)?.collect()
    }

    #[test]
    fn both_line_endings_are_read() {
        let read = all("v=0\r\na=mid:1\na=ice-lite\r\n").unwrap();
        assert_eq!(
            read.iter().map(|line| (line.kind, line.value)).collect::<Vec<_>>(),
            [(b'v', "0"), (b'a', "mid:1"), (b'a', "ice-lite")]
        );
        assert_eq!(read[1].attribute(), ("mid", "1"));
        assert_eq!(read[2].attribute(), ("ice-lite", ""));
    }

    #[test]
    fn what_is_no_line_is_refused_with_its_number() {
        assert_eq!(all("v=0\nrubbish\n"), Err(SdpError::Syntax { line: 2 }));
        assert_eq!(all("v=0\n\n"), Err(SdpError::Syntax { line: 2 }));
        assert_eq!(all("v=0\na=mid:\u{0}\n"), Err(SdpError::Syntax { line: 2 }));
        assert_eq!(all("v=0\na=mid:1\ra=mid:2\n"), Err(SdpError::Syntax { line: 2 }));
        assert_eq!(all("é=0\n"), Err(SdpError::Syntax { line: 1 }));
    }

    #[test]
    fn sizes_are_bounded() {
        assert_eq!(all(&"a".repeat(MAX_SDP_BYTES + 1)), Err(SdpError::TooLarge(Bounded::Description)));
        assert_eq!(all(&format!("v={}", "0".repeat(MAX_SDP_LINE_BYTES))), Err(SdpError::TooLarge(Bounded::Line)));
    }
}
