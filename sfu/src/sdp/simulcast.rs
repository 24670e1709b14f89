//! Simulcast by rid (RFC 8851, RFC 8853): the layers that a publisher sends of one track.

use crate::ids::Rid;
use crate::limits::MAX_LAYERS;
use crate::params::Encoding;

use super::ssrcs::Streams;

/// The value of `a=rid`, if it describes what the peer sends: `<rid> send …`.
pub(super) fn parse_sent_rid(value: &str) -> Option<Rid> {
    let mut fields = value.split_ascii_whitespace();
    let rid = parse_rid(fields.next()?)?;
    (fields.next()? == "send").then_some(rid)
}

/// Of the value of `a=simulcast`, the rids that the peer sends, in its order: of each list of alternatives the first,
/// whether paused (`~`) or not.
pub(super) fn parse_simulcast(value: &str) -> impl Iterator<Item = Rid> + '_ {
    let mut fields = value.split_ascii_whitespace();
    let list = std::iter::from_fn(move || Some((fields.next()?, fields.next()?)))
        .find_map(|(direction, list)| (direction == "send").then_some(list));
    list.into_iter().flat_map(|list| list.split(';')).filter_map(|alternatives| {
        let first = alternatives.split(',').next().unwrap_or_default();
        parse_rid(first.strip_prefix('~').unwrap_or(first))
    })
}

fn parse_rid(rid: &str) -> Option<Rid> {
    let legal = rid.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    legal.then(|| Rid::new(rid.as_bytes())).flatten()
}

/// The layers of a section from the lowest to the highest.
///
/// With simulcast there is one for each accepted rid. Streams that the offer names besides (Firefox does) belong to the rids
/// in the order of `a=simulcast`. Without simulcast, streams grouped as `SIM` are layers as well, the lowest first; otherwise
/// there is one layer.
pub(super) fn encodings(rids: &[Rid], simulcast: &[Rid], streams: &Streams) -> Vec<Encoding> {
    let listed: Vec<Rid> = simulcast.iter().copied().filter(|rid| rids.contains(rid)).take(MAX_LAYERS).collect();
    let primaries = streams.primaries();
    if listed.is_empty() {
        return match primaries {
            [] => vec![Encoding::default()],
            _ => primaries.iter().take(MAX_LAYERS).map(|&ssrc| encoding(None, Some(ssrc), streams)).collect(),
        };
    }
    let named = primaries.len() == simulcast.len();
    let mut encodings: Vec<Encoding> = listed
        .iter()
        .enumerate()
        .map(|(index, &rid)| encoding(Some(rid), primaries.get(index).copied().filter(|_| named), streams))
        .collect();
    // Publishers list q, h, f in either order; other names are taken to come lowest first.
    if let Some(ranks) = listed.iter().map(rank).collect::<Option<Vec<_>>>() {
        let mut ranked: Vec<_> = ranks.into_iter().zip(encodings).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        encodings = ranked.into_iter().map(|(_, encoding)| encoding).collect();
    }
    encodings
}

fn rank(rid: &Rid) -> Option<u8> {
    match rid.as_str() {
        "q" => Some(0),
        "h" => Some(1),
        "f" => Some(2),
        _ => None,
    }
}

fn encoding(rid: Option<Rid>, ssrc: Option<u32>, streams: &Streams) -> Encoding {
    Encoding { rid, ssrc, rtx_ssrc: ssrc.and_then(|ssrc| streams.retransmission_of(ssrc)), ..Encoding::default() }
}

/// Writes that we receive these layers, if there are any, in the publisher's order.
pub(super) fn write_simulcast(out: &mut String, rids: &[Rid]) {
    if rids.is_empty() {
        return;
    }
    for rid in rids {
        out.push_str("a=rid:");
        out.push_str(rid.as_str());
        out.push_str(" recv\r\n");
    }
    out.push_str("a=simulcast:recv ");
    for (index, rid) in rids.iter().enumerate() {
        if index > 0 {
            out.push(';');
        }
        out.push_str(rid.as_str());
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rids(names: &[&str]) -> Vec<Rid> {
        names.iter().map(|name| Rid::new(name.as_bytes()).unwrap()).collect()
    }

    fn names(encodings: &[Encoding]) -> Vec<&str> {
        encodings.iter().map(|encoding| encoding.rid.as_ref().map_or("", Rid::as_str)).collect()
    }

    #[test]
    fn the_send_list_is_read_wherever_it_stands() {
        assert_eq!(parse_simulcast("send q;h;f").collect::<Vec<_>>(), rids(&["q", "h", "f"]));
        assert_eq!(parse_simulcast("recv 1;2 send ~hi,lo;mid").collect::<Vec<_>>(), rids(&["hi", "mid"]));
        assert_eq!(parse_simulcast("recv 1;2").count(), 0);
        assert_eq!(parse_simulcast("send").count(), 0);
        assert_eq!(parse_simulcast("send ;;,;a b").collect::<Vec<_>>(), rids(&["a"]));
    }

    #[test]
    fn only_sent_rids_with_legal_names_count() {
        assert_eq!(parse_sent_rid("q send max-width=320"), Some(rids(&["q"])[0]));
        assert_eq!(parse_sent_rid("q recv"), None);
        assert_eq!(parse_sent_rid("q;h send"), None);
        assert_eq!(parse_sent_rid("abcdefghijklmnopq send"), None);
    }

    #[test]
    fn layers_come_lowest_first() {
        let all = rids(&["f", "h", "q"]);
        assert_eq!(names(&encodings(&all, &all, &Streams::default())), ["q", "h", "f"]);
        let other = rids(&["hi", "mid", "lo", "extra"]);
        assert_eq!(names(&encodings(&other, &other, &Streams::default())), ["hi", "mid", "lo"]);
        assert_eq!(names(&encodings(&all[..1], &all, &Streams::default())), ["f"], "a rid needs its a=rid line");
    }

    #[test]
    fn named_streams_go_with_the_rids_in_their_order() {
        let mut streams = Streams::default();
        for value in ["10 cname:x", "11 cname:x", "20 cname:x", "21 cname:x"] {
            streams.add(value).unwrap();
        }
        streams.add_group("FID 10 11");
        streams.add_group("FID 20 21");
        let order = rids(&["h", "q"]);
        let layers = encodings(&order, &order, &streams);
        assert_eq!(names(&layers), ["q", "h"]);
        assert_eq!((layers[0].ssrc, layers[0].rtx_ssrc), (Some(20), Some(21)));
        assert_eq!((layers[1].ssrc, layers[1].rtx_ssrc), (Some(10), Some(11)));
    }
}
