//! Offers to subscribers and their answers: sections live and are reused as browsers need it, and late answers do no harm.

use rotunda_sfu::params::{Codec, CodecParameters, MediaKind};
use rotunda_sfu::sdp::{AnswerApplied, Bounded, Offer, Offerer, SdpError, Section};

use crate::sdp_support::*;

/// What a willing browser answers: everything accepted, both ways round.
fn accept(offer: &str) -> String {
    check_ours(offer, "actpass");
    let mut answer = String::new();
    for line in offer.lines() {
        let line = match line {
            "a=sendonly" => "a=recvonly",
            "a=setup:actpass" => "a=setup:active",
            "a=ice-lite" => continue,
            _ if line.starts_with("a=ssrc") || line.starts_with("a=msid:") || line.starts_with("a=candidate") => {
                continue;
            }
            _ if line.starts_with("a=ice-ufrag") => "a=ice-ufrag:peer",
            _ if line.starts_with("a=ice-pwd") => "a=ice-pwd:peerpeerpeerpeerpeerpeer",
            _ => line,
        };
        answer.push_str(line);
        answer.push_str("\r\n");
    }
    answer
}

/// Changes the section of a mid in a description.
fn edit(sdp: &str, mid: &str, change: impl Fn(&str) -> String) -> String {
    let mut parts = sdp.split("m=");
    let head = parts.next().unwrap().to_owned();
    parts.fold(head, |mut out, part| {
        let section = format!("m={part}");
        let is_it = section.contains(&format!("\r\na=mid:{mid}\r\n"));
        out.push_str(&if is_it { change(&section) } else { section });
        out
    })
}

fn reject(sdp: &str, mid: &str) -> String {
    let sdp = edit(sdp, mid, |section| {
        let (line, rest) = section.split_once("\r\n").unwrap();
        let mut fields: Vec<&str> = line.split(' ').collect();
        fields[1] = "0";
        format!("{}\r\n{rest}", fields.join(" "))
    });
    let group = sdp.lines().find(|line| line.starts_with("a=group:")).unwrap().to_owned();
    let without: Vec<&str> = group.split(' ').filter(|field| *field != mid).collect();
    sdp.replace(&group, &without.join(" "))
}

fn vp8() -> Vec<CodecParameters> {
    vec![codec(Codec::Vp8, 120, "max-fs=12288")]
}

fn opus() -> Vec<CodecParameters> {
    vec![codec(Codec::Opus, 109, "minptime=10;useinbandfec=1;usedtx=1")]
}

fn add(offerer: &mut Offerer, kind: MediaKind, name: &str) -> Section {
    let codecs = if kind == MediaKind::Audio { opus() } else { vp8() };
    offerer.add_track(kind, &codecs, &format!("PA_x|TR_{name}"), &format!("TR_{name}"), "PA_x").unwrap()
}

fn negotiate(offerer: &mut Offerer) -> (Offer, AnswerApplied) {
    let offer = offerer.poll_offer().unwrap();
    let applied = offerer.handle_answer(offer.id, &accept(&offer.sdp)).unwrap();
    (offer, applied)
}

fn mids(applied: &AnswerApplied) -> Vec<&str> {
    applied.accepted.iter().map(|accepted| accepted.mid.as_str()).collect()
}

#[test]
fn the_first_offer_comes_at_once_with_the_data_channels_and_what_is_there() {
    let mut empty = Offerer::new(local(), true);
    let (offer, applied) = negotiate(&mut empty);
    assert_eq!((offer.id, applied.data_channels), (1, true));
    assert_eq!(read(&offer.sdp).media_descriptions.len(), 1);
    assert_eq!(empty.poll_offer(), None);

    let mut busy = Offerer::new(local(), true);
    let voice = add(&mut busy, MediaKind::Audio, "voice");
    let camera = add(&mut busy, MediaKind::Video, "camera");
    let (offer, applied) = negotiate(&mut busy);
    assert_eq!(mids(&applied), [voice.mid.as_str(), camera.mid.as_str()]);
    let description = read(&offer.sdp);
    let [_, audio, video] = &description.media_descriptions[..] else { panic!() };
    assert_eq!(value(audio, "msid"), Some("PA_x|TR_voice TR_voice"));
    assert_eq!(values(audio, "ssrc"), [format!("{} cname:PA_x", voice.ssrc.to_wire())]);
    let fid = format!("FID {} {}", camera.ssrc.to_wire(), camera.ssrc.rtx().to_wire());
    assert_eq!((value(video, "ssrc-group"), direction(video)), (Some(fid.as_str()), "sendonly"));
    assert_eq!(values(video, "rtpmap"), ["96 VP8/90000", "97 rtx/90000"]);
    let sent = &applied.accepted[1];
    assert_eq!((sent.ssrc, sent.codecs[0].payload_type, sent.codecs[0].rtx_payload_type), (camera.ssrc, 96, Some(97)));
    assert!(sent.codecs[0].nack && sent.codecs[0].pli);
    assert!(sent.extensions.transport_cc.is_some() && sent.extensions.mid.is_some() && sent.extensions.rid.is_none());
    assert!(Offerer::new(local(), false).poll_offer().is_none(), "nothing to offer");
}

#[test]
fn every_format_that_a_publisher_may_send_is_offered_once() {
    let h264 = |payload_type, mode, profile| {
        codec(
            Codec::H264,
            payload_type,
            &format!("level-asymmetry-allowed=1;packetization-mode={mode};profile-level-id={profile}"),
        )
    };
    let published = [
        codec(Codec::Vp8, 100, ""),
        h264(102, 1, "42e01f"),
        h264(110, 1, "42e034"),
        h264(104, 0, "42e01f"),
        h264(106, 1, "640c1f"),
        codec(Codec::Vp9, 98, "profile-id=0"),
        codec(Codec::Vp9, 114, "profile-id=2"),
        codec(Codec::Av1, 45, "level-idx=5;profile=0;tier=0"),
        codec(Codec::Opus, 111, ""),
    ];
    let mut offerer = Offerer::new(local(), false);
    offerer.add_track(MediaKind::Video, &published, "PA_x|TR_y", "TR_y", "PA_x").unwrap();
    let (offer, applied) = negotiate(&mut offerer);
    let payload_types: Vec<_> = applied.accepted[0].codecs.iter().map(|codec| codec.payload_type).collect();
    assert_eq!(payload_types, [96, 125, 108, 114, 98, 35]);
    assert!(
        offer.sdp.contains("a=fmtp:125 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n")
    );
    let stereo = [codec(Codec::Opus, 111, "minptime=10;stereo=1")];
    offerer.add_track(MediaKind::Audio, &stereo, "PA_x|TR_z", "TR_z", "PA_x").unwrap();
    let (offer, _) = negotiate(&mut offerer);
    assert!(offer.sdp.contains("a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1\r\n"), "{}", offer.sdp);
}

#[test]
fn changes_wait_for_the_answer_and_make_one_more_offer() {
    let mut offerer = Offerer::new(local(), true);
    let first = offerer.poll_offer().unwrap();
    let voice = add(&mut offerer, MediaKind::Audio, "voice");
    let camera = add(&mut offerer, MediaKind::Video, "camera");
    assert_eq!(offerer.poll_offer(), None);
    let applied = offerer.handle_answer(first.id, &accept(&first.sdp)).unwrap();
    assert!(applied.accepted.is_empty(), "what came after the offer is not answered by it");
    let (_, applied) = negotiate(&mut offerer);
    assert_eq!(mids(&applied), [voice.mid.as_str(), camera.mid.as_str()]);
    assert_eq!(offerer.poll_offer(), None);
}

#[test]
fn a_stale_or_wrong_answer_leaves_the_offer_outstanding() {
    let mut offerer = Offerer::new(local(), true);
    assert_eq!(offerer.handle_answer(0, "v=0\r\n"), Err(SdpError::StaleAnswer));
    let first = offerer.poll_offer().unwrap();
    let answer = accept(&first.sdp);
    assert_eq!(offerer.handle_answer(first.id + 1, &answer), Err(SdpError::StaleAnswer));
    assert_eq!(offerer.handle_answer(first.id, "rubbish"), Err(SdpError::Syntax { line: 1 }));
    assert_eq!(offerer.handle_answer(first.id, &answer.replace("active", "passive")), Err(SdpError::DtlsRole));
    assert_eq!(offerer.handle_answer(first.id, &reject(&answer, "0")), Err(SdpError::NotBundled));
    let longer = format!("{answer}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:1\r\n");
    assert_eq!(offerer.handle_answer(first.id, &longer), Err(SdpError::SectionChanged { section: 1 }));
    offerer.handle_answer(0, &answer).unwrap();
    assert_eq!(offerer.handle_answer(first.id, &answer), Err(SdpError::StaleAnswer), "a repeated answer");

    add(&mut offerer, MediaKind::Audio, "voice");
    let second = offerer.poll_offer().unwrap();
    let other = accept(&second.sdp).replace("sha-256 AB", "sha-256 00");
    assert_eq!(offerer.handle_answer(second.id, &other), Err(SdpError::FingerprintChanged));
    assert_eq!(offerer.handle_answer(first.id, &accept(&second.sdp)), Err(SdpError::StaleAnswer));
    assert_eq!(mids(&offerer.handle_answer(second.id, &accept(&second.sdp)).unwrap()), ["1"]);
}

#[test]
fn a_freed_place_goes_to_a_section_of_a_new_name_and_ssrc_once_the_old_one_was_rejected() {
    let mut offerer = Offerer::new(local(), true);
    let voice = add(&mut offerer, MediaKind::Audio, "voice");
    negotiate(&mut offerer);
    offerer.remove_track(voice.mid);
    let early = add(&mut offerer, MediaKind::Audio, "early");
    assert_ne!(early.ssrc.index(), voice.ssrc.index(), "the client still has the old section");
    let (offer, applied) = negotiate(&mut offerer);
    assert!(is_rejected(&read(&offer.sdp).media_descriptions[1]));
    assert_eq!(mids(&applied), [early.mid.as_str()], "what is unchanged is not repeated");
    let next = add(&mut offerer, MediaKind::Audio, "next");
    assert_ne!(next.mid, voice.mid, "a browser would keep the receiver of the old name, and its track's id");
    assert_eq!(next.ssrc.index(), voice.ssrc.index());
    assert_ne!(next.ssrc, voice.ssrc);
    let (offer, applied) = negotiate(&mut offerer);
    assert_eq!(mids(&applied), [next.mid.as_str()]);
    assert_eq!(read(&offer.sdp).media_descriptions.len(), 3);
    let all = [early, next].map(|section| section.ssrc.to_wire());
    let named = |ssrc: &u32| offer.sdp.contains(&format!("a=ssrc:{ssrc} cname"));
    assert!(all.iter().all(named) && !named(&voice.ssrc.to_wire()));
}

#[test]
fn a_track_that_goes_while_its_offer_is_outstanding_is_never_accepted() {
    let mut offerer = Offerer::new(local(), true);
    let voice = add(&mut offerer, MediaKind::Audio, "voice");
    let offer = offerer.poll_offer().unwrap();
    offerer.remove_track(voice.mid);
    let applied = offerer.handle_answer(offer.id, &accept(&offer.sdp)).unwrap();
    assert!(applied.accepted.is_empty() && applied.refused.is_empty());
    let (offer, _) = negotiate(&mut offerer);
    assert!(is_rejected(&read(&offer.sdp).media_descriptions[1]));
    assert_eq!(add(&mut offerer, MediaKind::Audio, "next").ssrc.index(), voice.ssrc.index());

    // One that was in no offer yet leaves its place at once.
    let mut offerer = Offerer::new(local(), true);
    let voice = add(&mut offerer, MediaKind::Audio, "voice");
    offerer.remove_track(voice.mid);
    assert_eq!(add(&mut offerer, MediaKind::Audio, "next").ssrc.index(), voice.ssrc.index());
    let (_, applied) = negotiate(&mut offerer);
    assert_eq!(applied.accepted.len(), 1);
}

#[test]
fn what_a_client_refuses_is_told_and_its_place_is_used_again() {
    let mut offerer = Offerer::new(local(), true);
    let voice = add(&mut offerer, MediaKind::Audio, "voice");
    let camera = add(&mut offerer, MediaKind::Video, "camera");
    let screen = add(&mut offerer, MediaKind::Video, "screen");
    let offer = offerer.poll_offer().unwrap();
    let answer = reject(&accept(&offer.sdp), camera.mid.as_str());
    let answer = edit(&answer, screen.mid.as_str(), |section| section.replace("a=recvonly", "a=inactive"));
    let applied = offerer.handle_answer(offer.id, &answer).unwrap();
    assert_eq!(mids(&applied), [voice.mid.as_str()]);
    assert_eq!(applied.refused, [camera.mid, screen.mid]);
    let (offer, _) = negotiate(&mut offerer);
    assert!(is_rejected(&read(&offer.sdp).media_descriptions[3]), "agreed to be inactive: taken back");

    let other = add(&mut offerer, MediaKind::Audio, "other");
    assert_ne!(other.mid, camera.mid, "a rejected section's place goes to a section of a new name");
    assert_eq!(other.ssrc.index(), camera.ssrc.index());
    assert_ne!(other.ssrc, camera.ssrc);
    let again = add(&mut offerer, MediaKind::Video, "again");
    assert_eq!(again.ssrc.index(), screen.ssrc.index());
    let (offer, applied) = negotiate(&mut offerer);
    assert_eq!(read(&offer.sdp).media_descriptions.len(), 4);
    assert_eq!(mids(&applied), [other.mid.as_str(), again.mid.as_str()]);
}

#[test]
fn a_rejected_section_stays_rejected_until_its_place_is_needed() {
    let mut offerer = Offerer::new(local(), true);
    let camera = add(&mut offerer, MediaKind::Video, "camera");
    let offer = offerer.poll_offer().unwrap();
    offerer.handle_answer(offer.id, &reject(&accept(&offer.sdp), camera.mid.as_str())).unwrap();
    offerer.restart_ice(ice("second"));
    let offer = offerer.poll_offer().unwrap();
    check_ours(&offer.sdp, "actpass");
    assert!(is_rejected(&read(&offer.sdp).media_descriptions[1]));
    // While that offer is out, the place goes to a new section, which its answer does not know.
    let next = add(&mut offerer, MediaKind::Video, "next");
    let applied = offerer.handle_answer(offer.id, &accept(&offer.sdp)).unwrap();
    assert!(applied.accepted.is_empty() && applied.refused.is_empty());
    let (_, applied) = negotiate(&mut offerer);
    assert_eq!(mids(&applied), [next.mid.as_str()]);
}

#[test]
fn codecs_that_an_answer_leaves_out_are_not_used() {
    let both = [codec(Codec::H264, 102, "packetization-mode=1;profile-level-id=42e01f"), codec(Codec::Vp8, 96, "")];
    let mut offerer = Offerer::new(local(), true);
    let camera = offerer.add_track(MediaKind::Video, &both, "PA_x|TR_y", "TR_y", "PA_x").unwrap();
    let offer = offerer.poll_offer().unwrap();
    let without_h264 = |sdp: &str| sdp.replace("SAVPF 125 107 96 97", "SAVPF 96 97").replace("a=rtpmap:125", "a=x:125");
    let answer = without_h264(&accept(&offer.sdp));
    let accepted = offerer.handle_answer(offer.id, &answer).unwrap().accepted;
    let codecs = |parameters: &rotunda_sfu::params::SendParameters| {
        parameters.codecs.iter().map(|codec| (codec.codec, codec.payload_type)).collect::<Vec<_>>()
    };
    assert_eq!(codecs(&accepted[0]), [(Codec::Vp8, 96)]);

    // An answer that gives our payload type to another codec, drops retransmissions and feedback, or moves an extension.
    offerer.restart_ice(ice("second"));
    let offer = offerer.poll_offer().unwrap();
    let answer = accept(&offer.sdp)
        .replace("a=rtpmap:125 H264", "a=rtpmap:125 VP9")
        .replace("apt=96", "apt=95")
        .replace("a=rtcp-fb:96 transport-cc\r\n", "")
        .replace("a=rtcp-fb:96 nack pli\r\n", "")
        .replace("a=extmap:4 ", "a=extmap:9 ");
    let changed = offerer.handle_answer(offer.id, &answer).unwrap().accepted;
    assert_eq!(codecs(&changed[0]), [(Codec::Vp8, 96)]);
    assert_eq!(changed[0].ssrc, camera.ssrc);
    assert_eq!((changed[0].codecs[0].rtx_payload_type, changed[0].codecs[0].pli), (None, false));
    assert_eq!((changed[0].extensions.mid, changed[0].extensions.transport_cc), (None, None));

    // With no codec left at all the track is refused and its section rejected.
    offerer.restart_ice(ice("third"));
    let offer = offerer.poll_offer().unwrap();
    let answer = accept(&offer.sdp).replace("125 H264", "125 XYZ").replace("96 VP8", "96 XYZ");
    assert_eq!(offerer.handle_answer(offer.id, &answer).unwrap().refused, [camera.mid]);
    let (offer, _) = negotiate(&mut offerer);
    assert!(is_rejected(&read(&offer.sdp).media_descriptions[1]));
}

#[test]
fn an_ice_restart_offers_new_credentials() {
    let mut offerer = Offerer::new(local(), true);
    let (_, first) = negotiate(&mut offerer);
    offerer.restart_ice(ice("second"));
    let offer = offerer.poll_offer().unwrap();
    assert!(offer.sdp.contains("a=ice-ufrag:Asecond") && !offer.sdp.contains("a=ice-ufrag:Alocal"));
    let answer = accept(&offer.sdp).replace("a=ice-ufrag:peer", "a=ice-ufrag:fresh");
    let applied = offerer.handle_answer(offer.id, &answer).unwrap();
    assert_eq!((first.remote.ice.ufrag.as_ref(), applied.remote.ice.ufrag.as_ref()), ("peer", "fresh"));
}

#[test]
fn captured_answers_to_a_data_only_offer_are_taken() {
    for client in ["chromium", "firefox", "libwebrtc"] {
        let mut offerer = Offerer::new(local(), true);
        let offer = offerer.poll_offer().unwrap();
        let answer = captured(&format!("{client}-subscriber-answer-data"));
        let applied = offerer.handle_answer(offer.id, &answer).unwrap();
        assert!(applied.data_channels, "{client}");
        let applied_ufrag = format!("a=ice-ufrag:{}\r\n", applied.remote.ice.ufrag);
        assert!(answer.contains(&applied_ufrag), "{client}");
    }
}

#[test]
fn captured_answers_to_an_offer_of_ours_are_taken() {
    let h264 = || codec(Codec::H264, 108, "packetization-mode=1;profile-level-id=42e01f");
    let camera = [codec(Codec::Vp8, 96, ""), h264(), codec(Codec::Vp9, 98, "profile-id=0"), codec(Codec::Av1, 45, "")];
    for (client, camera_codecs, h264_is_refused) in [
        ("chromium", vec![Codec::Vp8, Codec::H264, Codec::Vp9, Codec::Av1], false),
        ("firefox", vec![Codec::Vp8, Codec::Vp9, Codec::Av1], true),
    ] {
        let mut offerer = Offerer::new(local(), true);
        let voice = add(&mut offerer, MediaKind::Audio, "a");
        let first = offerer.add_track(MediaKind::Video, &camera, "PA_x|TR_b", "TR_b", "PA_x").unwrap();
        let second = offerer.add_track(MediaKind::Video, &[h264()], "PA_x|TR_c", "TR_c", "PA_x").unwrap();
        let offer = offerer.poll_offer().unwrap();
        let answer = captured(&format!("{client}-subscriber-answer-all-codecs-and-h264"));
        let applied = offerer.handle_answer(offer.id, &answer).unwrap();
        assert!(applied.data_channels, "{client}");
        assert_eq!(applied.refused, if h264_is_refused { vec![second.mid] } else { vec![] }, "{client}");
        assert_eq!(applied.accepted[0].mid, voice.mid);
        let sent = &applied.accepted[1];
        assert_eq!((sent.mid, sent.ssrc), (first.mid, first.ssrc));
        assert_eq!(sent.codecs.iter().map(|codec| codec.codec).collect::<Vec<_>>(), camera_codecs, "{client}");
        assert!(
            sent.codecs.iter().all(|codec| codec.nack && codec.pli && codec.rtx_payload_type.is_some()),
            "{client}"
        );
        assert!(sent.extensions.transport_cc.is_some() && sent.extensions.mid.is_some(), "{client}");
    }
}

#[test]
fn sections_are_bounded_and_names_checked() {
    let mut offerer = Offerer::new(local(), true);
    for bad in ["", "with space", "line\r\nbreak", &"x".repeat(300)] {
        let result = offerer.add_track(MediaKind::Audio, &opus(), bad, "TR_y", "PA_x");
        assert_eq!(result, Err(SdpError::InvalidName), "{bad}");
    }
    assert_eq!(offerer.add_track(MediaKind::Video, &opus(), "a", "b", "c"), Err(SdpError::NoCodec));
    let mut last = None;
    for index in 1..rotunda_sfu::limits::MAX_SECTIONS {
        last = Some(add(&mut offerer, MediaKind::Audio, &index.to_string()));
    }
    let full = offerer.add_track(MediaKind::Audio, &opus(), "a", "b", "c");
    assert_eq!(full, Err(SdpError::TooLarge(Bounded::Sections)));
    let (_, applied) = negotiate(&mut offerer);
    assert_eq!(applied.accepted.len(), rotunda_sfu::limits::MAX_SECTIONS - 1);
    offerer.remove_track(last.unwrap().mid);
    negotiate(&mut offerer);
    add(&mut offerer, MediaKind::Audio, "again");
}
