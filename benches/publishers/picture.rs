//! Pictures as a camera's encoder would send them: a lossy WebP file holds one VP8 keyframe (RFC 9649, section 2.5).

/// The VP8 keyframe in a lossy WebP file; `None` when it is none.
pub fn keyframe(webp: &[u8]) -> Option<Vec<u8>> {
    let mut rest = webp.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WEBP")?;
    while let Some((head, body)) = rest.split_at_checked(8) {
        let size = u32::from_le_bytes(head[4..8].try_into().ok()?) as usize;
        if &head[..4] == b"VP8 " {
            return body.get(..size).map(<[u8]>::to_vec);
        }
        // Chunks begin at even offsets.
        rest = body.get(size + size % 2..)?;
    }
    None
}

/// A frame as RTP payloads with the smallest VP8 payload descriptor (RFC 7741, section 4.2).
pub fn packets(frame: &[u8], max_payload: usize) -> Vec<Vec<u8>> {
    let start = |index| if index == 0 { 0x10 } else { 0x00 };
    frame.chunks(max_payload - 1).enumerate().map(|(index, part)| [&[start(index)], part].concat()).collect()
}
