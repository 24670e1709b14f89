//! Streams named in SDP (RFC 5576): media, their retransmissions, and older ways to group them.

use crate::limits::MAX_SSRCS;

use super::error::{Bounded, SdpError};

/// The streams of one section.
#[derive(Clone, Default, Debug)]
pub(super) struct Streams {
    /// Every named stream in order.
    named: Vec<u32>,
    /// Those of a `SIM` group in order, the lowest layer first.
    simulcast: Vec<u32>,
    /// Media and retransmission (`FID`).
    retransmissions: Vec<(u32, u32)>,
    /// Media streams alone; kept up to date by `add` and `add_group`.
    primaries: Vec<u32>,
}

impl Streams {
    /// The value of `a=ssrc`. What is not well formed is left out.
    pub(super) fn add(&mut self, value: &str) -> Result<(), SdpError> {
        let Some(ssrc) = value.split(' ').next().and_then(parse_ssrc) else { return Ok(()) };
        if self.named.contains(&ssrc) {
            return Ok(());
        }
        if self.named.len() >= MAX_SSRCS {
            return Err(SdpError::TooLarge(Bounded::Ssrcs));
        }
        self.named.push(ssrc);
        self.update();
        Ok(())
    }

    /// The value of `a=ssrc-group`; at most as many members count as streams may be named.
    pub(super) fn add_group(&mut self, value: &str) {
        let mut fields = value.split_ascii_whitespace();
        let semantics = fields.next();
        let mut members = fields.filter_map(parse_ssrc).take(MAX_SSRCS);
        match semantics {
            Some("FID") => {
                if let (Some(media), Some(retransmission)) = (members.next(), members.next())
                    && self.retransmissions.len() < MAX_SSRCS
                {
                    self.retransmissions.push((media, retransmission));
                }
            }
            Some("SIM") => self.simulcast = members.collect(),
            _ => {}
        }
        self.update();
    }

    fn update(&mut self) {
        let all = if self.simulcast.is_empty() { &self.named } else { &self.simulcast };
        let is_retransmission = |ssrc: &u32| self.retransmissions.iter().any(|(_, rtx)| rtx == ssrc);
        self.primaries = all.iter().copied().filter(|ssrc| !is_retransmission(ssrc)).collect();
    }

    /// The media streams in order, without retransmissions.
    pub(super) fn primaries(&self) -> &[u32] {
        &self.primaries
    }

    pub(super) fn retransmission_of(&self, media: u32) -> Option<u32> {
        self.retransmissions.iter().find_map(|&(of, rtx)| (of == media).then_some(rtx))
    }
}

fn parse_ssrc(field: &str) -> Option<u32> {
    field.parse().ok().filter(|&ssrc| ssrc != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retransmissions_are_no_media() {
        let mut streams = Streams::default();
        streams.add_group("FID 1 2");
        for value in ["1 cname:a", "1 msid:a b", "2 cname:a", "nonsense", "0 cname:a", "4294967296 cname:a"] {
            streams.add(value).unwrap();
        }
        assert_eq!(streams.primaries(), [1]);
        assert_eq!(streams.retransmission_of(1), Some(2));
        assert_eq!(streams.retransmission_of(2), None);
    }

    #[test]
    fn a_simulcast_group_gives_the_order() {
        let mut streams = Streams::default();
        for ssrc in [3, 2, 1] {
            streams.add(&format!("{ssrc} cname:a")).unwrap();
        }
        streams.add_group("SIM 1 2 3");
        assert_eq!(streams.primaries(), [1, 2, 3]);
    }

    #[test]
    fn streams_are_bounded() {
        let mut streams = Streams::default();
        for ssrc in 1..=MAX_SSRCS {
            streams.add(&format!("{ssrc} cname:a")).unwrap();
            streams.add_group(&format!("FID {ssrc} {}", ssrc + 1000));
        }
        assert_eq!(streams.add("999 cname:a"), Err(SdpError::TooLarge(Bounded::Ssrcs)));
        streams.add_group("FID 999 1000");
        assert_eq!(streams.retransmission_of(999), None);
    }
}
