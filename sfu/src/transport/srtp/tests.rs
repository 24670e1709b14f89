//! Against the vectors of RFC 7714 and a packet of another implementation, and what must not open.

use super::*;
use crate::transport::key_derivation::hex;

const PROFILES: [SrtpProfile; 3] =
    [SrtpProfile::AeadAes128Gcm, SrtpProfile::AeadAes256Gcm, SrtpProfile::Aes128CmHmacSha1_80];

fn gcm(algorithm: &'static Algorithm, key: &str) -> Cipher {
    let salt = hex("517569642070726f2071756f").try_into().unwrap();
    Cipher::Gcm { key: GcmKey::new(algorithm, &hex(key)).unwrap(), salt }
}

fn sealer_with(rtp: Cipher, rtcp: Cipher, next_rtcp_index: u32) -> Sealer {
    Sealer { rtp, rtcp, next_rtcp_index }
}

fn master(profile: SrtpProfile) -> MasterKey {
    MasterKey::new(profile, &vec![0x5a; profile.key_len()], &vec![0xa5; profile.salt_len()]).unwrap()
}

fn pair(profile: SrtpProfile) -> (Sealer, Opener) {
    (Sealer::new(profile, &master(profile)).unwrap(), Opener::new(profile, &master(profile)).unwrap())
}

fn header(sequence: u16, ssrc: u32) -> Vec<u8> {
    let mut header = vec![0x90, 96];
    header.extend(sequence.to_be_bytes());
    header.extend([0, 0, 0, 9]);
    header.extend(ssrc.to_be_bytes());
    header.extend([0xbe, 0xde, 0, 1, 0x10, 7, 0, 0]);
    header
}

fn seal(sealer: &Sealer, index: u64, ssrc: u32, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 2000];
    let len = sealer.seal_rtp(index, &header(index as u16, ssrc), &[payload], &mut out).unwrap();
    out.truncate(len);
    out
}

fn open(opener: &mut Opener, packet: &[u8]) -> Result<Vec<u8>, DropReason> {
    let mut packet = packet.to_vec();
    let len = opener.open_rtp(Instant::now(), &mut packet)?;
    packet.truncate(len);
    Ok(packet)
}

#[test]
fn rfc_7714_sections_16_1_1_and_16_2_1() {
    let plain =
        hex("8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573");
    let vectors = [
        (
            gcm(&AES_128_GCM, "000102030405060708090a0b0c0d0e0f"),
            "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833\
             899d7f27beb16a9152cf765ee4390cce",
        ),
        (
            gcm(&AES_256_GCM, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
            "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b\
             7aa3db36dfffd6b0f9bb7878d7a76c13",
        ),
    ];
    for (cipher, sealed) in vectors {
        let unused = gcm(&AES_128_GCM, "000102030405060708090a0b0c0d0e0f");
        let sealer = sealer_with(cipher, unused, 0);
        let mut out = vec![0; 200];
        let len = sealer.seal_rtp(0xf17b, &plain[..12], &[&plain[12..]], &mut out).unwrap();
        assert_eq!(out[..len], hex(sealed));
        let mut parts = vec![0; 200];
        sealer.seal_rtp(0xf17b, &plain[..12], &[&plain[12..15], &plain[15..]], &mut parts).unwrap();
        assert_eq!(parts[..len], out[..len], "gathered parts seal alike");
    }
}

#[test]
fn rfc_7714_section_17_1() {
    let plain = hex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeef\
                     deadbeef");
    let key = "000102030405060708090a0b0c0d0e0f";
    let mut sealer = sealer_with(gcm(&AES_128_GCM, key), gcm(&AES_128_GCM, key), 0x5d4);
    let mut out = vec![0; 200];
    let len = sealer.seal_rtcp(&plain, &mut out).unwrap();
    let sealed =
        hex("81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded\
                      0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4");
    assert_eq!(out[..len], sealed);
}

#[test]
fn aes_cm_agrees_with_a_packet_of_another_implementation() {
    let profile = SrtpProfile::Aes128CmHmacSha1_80;
    let key = hex("e1f97a0d3e018be0d64fa32c06de4139");
    let master = MasterKey::new(profile, &key, &hex("0ec675ad498afeebb6960b3aabe6")).unwrap();
    let sealer = Sealer::new(profile, &master).unwrap();
    let mut out = vec![0; 100];
    let len = sealer.seal_rtp(0x1234, &hex("800f1234decafbadcafebabe"), &[&[0xab; 16]], &mut out).unwrap();
    assert_eq!(out[..len], hex("800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb"));
}

#[test]
fn packets_of_all_profiles_open_once_however_often_they_come() {
    for profile in PROFILES {
        let (sealer, mut opener) = pair(profile);
        for index in 0..300u64 {
            let sealed = seal(&sealer, index, 7, &[index as u8; 100]);
            let opened = open(&mut opener, &sealed).unwrap();
            assert_eq!(opened, [header(index as u16, 7), vec![index as u8; 100]].concat());
            for _ in 0..5 {
                assert_eq!(open(&mut opener, &sealed), Err(DropReason::Replayed));
            }
        }
    }
}

#[test]
fn the_rollover_counter_follows_the_sequence_number() {
    for profile in PROFILES {
        let (sealer, mut opener) = pair(profile);
        // Three times around the sequence space, with losses of almost half of it.
        for index in (0..200_000u64).step_by(9973) {
            assert!(open(&mut opener, &seal(&sealer, index, 9, b"payload")).is_ok(), "{profile:?} {index}");
        }
        // Out of order around a wrap.
        for index in [262_140u64, 262_145, 262_143, 262_144, 262_150, 262_142] {
            let sealed = seal(&sealer, index, 10, b"payload");
            // Another source begins at its own counter, which a receiver can only take to be zero.
            assert_eq!(open(&mut opener, &sealed), Err(DropReason::Unauthenticated));
        }
        for index in [65_530u64, 65_537, 65_535, 65_536, 65_542, 65_534] {
            assert!(open(&mut opener, &seal(&sealer, index, 11, b"payload")).is_ok(), "{profile:?} {index}");
        }
    }
}

#[test]
fn an_unauthentic_packet_changes_nothing() {
    for profile in PROFILES {
        let (sealer, mut opener) = pair(profile);
        for bit in 0..8 * 60 {
            let mut forged = seal(&sealer, 65_000, 11, &[1; 40]);
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&mut opener, &forged).is_err());
        }
        // Neither a source nor a rollover counter came of it.
        assert!(opener.rtp_sources.get(11).is_none());
        assert!(open(&mut opener, &seal(&sealer, 3, 11, b"first")).is_ok());
        let mut far = seal(&sealer, 40_000, 11, b"far");
        *far.last_mut().unwrap() ^= 1;
        assert!(open(&mut opener, &far).is_err());
        assert_eq!(opener.rtp_sources.get(11).unwrap().highest(), 3);
    }
}

#[test]
fn rtcp_of_all_profiles_opens_once() {
    for profile in PROFILES {
        let (mut sealer, mut opener) = pair(profile);
        for round in 0..200u8 {
            let mut plain = hex("80c9000100000007");
            plain.extend([round; 24]);
            let mut out = [0; 200];
            let len = sealer.seal_rtcp(&plain, &mut out).unwrap();
            assert!(len <= plain.len() + MAX_SRTCP_OVERHEAD);
            for attempt in 0..6 {
                let mut packet = out[..len].to_vec();
                match opener.open_rtcp(Instant::now(), &mut packet) {
                    Ok(opened) => assert_eq!((attempt, &packet[..opened]), (0, &plain[..])),
                    Err(reason) => assert_eq!((attempt > 0, reason), (true, DropReason::Replayed)),
                }
            }
            let mut bent = out[..len].to_vec();
            bent[9] ^= 1;
            assert!(opener.open_rtcp(Instant::now(), &mut bent).is_err());
        }
    }
}

#[test]
fn short_and_odd_packets_are_malformed() {
    for profile in PROFILES {
        let (_, mut opener) = pair(profile);
        for len in 0..40 {
            assert!(opener.open_rtp(Instant::now(), &mut vec![0x80; len]).is_err());
            assert!(opener.open_rtcp(Instant::now(), &mut vec![0x80; len]).is_err());
            // Fifteen contributing sources and an extension of 65,535 words.
            assert!(opener.open_rtp(Instant::now(), &mut vec![0x9f; len]).is_err());
            assert!(opener.open_rtp(Instant::now(), &mut vec![0xff; len]).is_err());
        }
    }
}

#[test]
fn too_small_a_buffer_and_too_large_an_index_seal_nothing() {
    for profile in PROFILES {
        let (sealer, _) = pair(profile);
        let header = header(1, 1);
        let needed = header.len() + 5 + sealer.rtp.tag_len();
        assert!(sealer.seal_rtp(1, &header, &[b"12345"], &mut vec![0; needed]).is_some());
        assert!(sealer.seal_rtp(1, &header, &[b"12345"], &mut vec![0; needed - 1]).is_none());
        assert!(sealer.seal_rtp(1 << 48, &header, &[b"12345"], &mut vec![0; needed]).is_none());
        assert!(sealer.seal_rtp(1, &header[..8], &[b"12345"], &mut vec![0; needed]).is_none());
    }
}
