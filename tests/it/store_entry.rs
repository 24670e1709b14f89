//! The part of the store's contract that is about coming in: invitations, guests and waiting rooms; `store_contract` runs it on every
//! store.

use std::sync::Arc;
use std::time::Duration;

use rotunda::store::*;

use crate::store_contract::{hash, room, rotation, session, user};

fn numbered(byte: u8, n: i64) -> TokenHash {
    let mut token = hash(byte);
    token.0[1..9].copy_from_slice(&n.to_be_bytes());
    token
}

fn invitation(room: RoomNumber, hash: TokenHash, expires_on: Option<i64>, uses: Option<i64>) -> NewInvitation {
    NewInvitation { room, hash, now: Millis(10), expires_on: expires_on.map(Millis), uses }
}

pub async fn invitations(store: &Arc<dyn Store>) {
    let owner = store.create_user(user("owner@invitations"), session("inv-o", 160, 0)).await.unwrap().id;
    let made = store.create_room(room(owner, "invitations", RoomKind::InviteOnly, 160)).await.unwrap();
    let other = store.create_room(room(owner, "other", RoomKind::InviteOnly, 161)).await.unwrap();
    let mut people = Vec::new();
    for n in 0..12 {
        let login = NewSession { token: numbered(161, n), ..session(&format!("inv-{n}"), 0, 0) };
        people.push(store.create_user(user(&format!("inv{n}@x")), login).await.unwrap().id);
    }

    let endless = store.create_invitation(invitation(made.id, numbered(162, 0), None, None)).await.unwrap();
    let expected = Invitation { id: endless.id, created_on: Millis(10), expires_on: None, uses: None, used: 0 };
    assert_eq!(endless, expected);
    let accept = |room, n, user, now| store.accept_invitation(room, numbered(162, n), user, Millis(now));
    assert!(!accept(other.id, 0, people[0], 20).await.unwrap(), "of another room");
    assert!(!accept(made.id, 99, people[0], 20).await.unwrap(), "unknown");
    assert_eq!(store.role(made.id, people[0]).await.unwrap(), None);
    assert!(accept(made.id, 0, people[0], 20).await.unwrap());
    assert_eq!(store.role(made.id, people[0]).await.unwrap(), Some(StoredRole::Participant));
    assert!(accept(made.id, 0, people[0], 21).await.unwrap(), "again");
    assert_eq!(
        store.invitations(made.id).await.unwrap(),
        [Invitation { used: 1, ..endless.clone() }],
        "one person, one use"
    );
    store.give_role(made.id, people[1], StoredRole::Cohost, Millis(22)).await.unwrap();
    assert!(accept(made.id, 0, people[1], 23).await.unwrap());
    assert_eq!(store.role(made.id, people[1]).await.unwrap(), Some(StoredRole::Cohost), "nobody becomes less");

    store.create_invitation(invitation(made.id, numbered(162, 1), Some(100), None)).await.unwrap();
    assert!(!accept(made.id, 1, people[2], 100).await.unwrap(), "expired");
    assert!(accept(made.id, 1, people[2], 99).await.unwrap());

    // Eight at once, three uses.
    let counted = store.create_invitation(invitation(made.id, numbered(162, 2), None, Some(3))).await.unwrap();
    let tries = people[3..11].iter().map(|person| {
        let (store, person, room) = (Arc::clone(store), *person, made.id);
        tokio::spawn(async move { store.accept_invitation(room, numbered(162, 2), person, Millis(30)).await.unwrap() })
    });
    let came = futures_util::future::join_all(tries).await.into_iter().filter(|came| *came.as_ref().unwrap()).count();
    assert_eq!(came, 3);
    let listed = store.invitations(made.id).await.unwrap();
    assert_eq!((listed[0].id, listed[0].used, listed.len()), (counted.id, 3, 3), "the newest first");

    assert!(!store.revoke_invitation(other.id, endless.id).await.unwrap(), "of another room");
    assert!(store.revoke_invitation(made.id, endless.id).await.unwrap());
    assert!(!store.revoke_invitation(made.id, endless.id).await.unwrap());
    let elsewhere = store.create_invitation(invitation(other.id, numbered(162, 7), None, None)).await.unwrap();
    let left = u64::try_from(store.invitations(made.id).await.unwrap().len()).unwrap();
    assert!(left > 0);
    assert_eq!(store.revoke_invitations(made.id).await.unwrap(), left);
    assert_eq!(store.revoke_invitations(made.id).await.unwrap(), 0);
    assert_eq!(store.invitations(made.id).await.unwrap(), []);
    assert_eq!(store.invitations(other.id).await.unwrap(), [elsewhere], "those of other rooms stay");
    assert!(!accept(made.id, 0, people[11], 40).await.unwrap(), "revoked");
    assert!(store.role(made.id, people[0]).await.unwrap().is_some(), "who has come by it stays");

    // The bound counts those that are good; a used-up and an expired one make place.
    for n in 10..10 + MAX_INVITATIONS {
        store
            .create_invitation(NewInvitation { now: Millis(200), ..invitation(made.id, numbered(162, n), None, None) })
            .await
            .unwrap();
    }
    assert_eq!(i64::try_from(store.invitations(made.id).await.unwrap().len()).unwrap(), MAX_INVITATIONS);
    let beyond = store.create_invitation(invitation(made.id, numbered(162, 5), None, None)).await;
    assert!(matches!(beyond, Err(StoreError::TooManyInvitations)), "{beyond:?}");
    let nowhere = store.create_invitation(invitation(RoomNumber(i64::MAX), numbered(162, 6), None, None)).await;
    assert!(matches!(nowhere, Err(StoreError::NoSuchUser)), "{nowhere:?}");
    store.delete_room(made.id, owner).await.unwrap();
    assert!(store.invitations(made.id).await.unwrap().is_empty(), "gone with the room");
}

fn guest_id(n: u32) -> GuestId {
    GuestId(format!("g{n:032x}"))
}

fn guest(n: u32, room: RoomNumber, device: u8, invitation: Option<TokenHash>) -> NewGuest {
    NewGuest { id: guest_id(n), room, name: format!("guest {n}"), device: hash(device), invitation }
}

pub async fn guests(store: &dyn Store) {
    let owner = store.create_user(user("owner@guests"), session("gst-o", 170, 0)).await.unwrap().id;
    let made = store.create_room(room(owner, "guests", RoomKind::InviteOnly, 170)).await.unwrap();
    let other = store.create_room(room(owner, "others", RoomKind::OpenToAll, 171)).await.unwrap();
    let alive = async |id: &str| store.live_guest(&SessionId(id.into()), Millis(50)).await.unwrap();

    // A session of their own, with the same rules as an account's.
    assert_eq!(
        store.create_guest(guest(1, other.id, 1, None), session("gst-1", 171, 0)).await.unwrap(),
        GuestEntry::Made
    );
    let found = Guest { id: guest_id(1), room: other.id, name: "guest 1".into(), invited: false, banned_on: None };
    assert_eq!(alive("gst-1").await, Some(found.clone()));
    assert_eq!(store.guest(&guest_id(1)).await.unwrap(), Some(found));
    assert_eq!(store.live_session(&SessionId("gst-1".into()), Millis(50)).await.unwrap(), None, "no account's");
    let who = Person::Guest(guest_id(1));
    assert_eq!(store.peek_token(hash(171), Millis(50)).await.unwrap(), Some((SessionId("gst-1".into()), who.clone())));
    let fresh = Rotated::Fresh { session: SessionId("gst-1".into()), who: who.clone() };
    assert_eq!(store.rotate(rotation(171, 172, 60)).await.unwrap(), fresh);
    assert_eq!(store.end_session(hash(172), Millis(61)).await.unwrap(), Some((SessionId("gst-1".into()), who)));
    assert_eq!(store.live_guest(&SessionId("gst-1".into()), Millis(62)).await.unwrap(), None, "logged out");

    // Invitations are used up by guests too, all or nothing.
    store.create_invitation(invitation(made.id, hash(173), None, Some(1))).await.unwrap();
    let come = |n, device, token, login: &'static str, secret| {
        store.create_guest(guest(n, made.id, device, Some(hash(token))), session(login, secret, 0))
    };
    assert_eq!(come(2, 2, 99, "gst-2", 174).await.unwrap(), GuestEntry::InvitationInvalid);
    assert_eq!(come(2, 2, 173, "gst-2", 174).await.unwrap(), GuestEntry::Made);
    assert_eq!(come(3, 3, 173, "gst-3", 175).await.unwrap(), GuestEntry::InvitationInvalid, "used up");
    assert!(alive("gst-2").await.unwrap().invited && alive("gst-3").await.is_none());

    // A ban is the browser's, in this room.
    store.create_invitation(invitation(made.id, hash(176), None, None)).await.unwrap();
    assert_eq!(come(4, 2, 176, "gst-4", 177).await.unwrap(), GuestEntry::Made);
    assert_eq!(come(5, 5, 176, "gst-5", 178).await.unwrap(), GuestEntry::Made);
    assert!(store.ban_guest(other.id, &guest_id(2), Millis(60)).await.unwrap().is_empty(), "of another room");
    let mut banned = store.ban_guest(made.id, &guest_id(2), Millis(60)).await.unwrap();
    banned.sort();
    assert_eq!(banned, [guest_id(2), guest_id(4)]);
    assert!(alive("gst-2").await.is_none() && alive("gst-4").await.is_none() && alive("gst-5").await.is_some());
    assert_eq!(store.rotate(rotation(174, 99, 61)).await.unwrap(), Rotated::Refused, "the family has ended");
    assert_eq!(come(6, 2, 176, "gst-6", 179).await.unwrap(), GuestEntry::Banned);
    assert_eq!(
        store.create_guest(guest(7, other.id, 2, None), session("gst-7", 180, 0)).await.unwrap(),
        GuestEntry::Made
    );
    let bans: Vec<_> =
        store.guest_bans(made.id).await.unwrap().into_iter().map(|guest| (guest.id, guest.banned_on)).collect();
    assert_eq!(bans, [(guest_id(2), Some(Millis(60))), (guest_id(4), Some(Millis(60)))]);

    // Expired ones are forgotten, banned ones are not.
    store.sweep(Millis(5_000_000)).await.unwrap();
    assert!(store.guest(&guest_id(5)).await.unwrap().is_none() && store.guest(&guest_id(2)).await.unwrap().is_some());
    assert!(store.unban_guest(made.id, &guest_id(4)).await.unwrap());
    assert!(!store.unban_guest(made.id, &guest_id(2)).await.unwrap(), "one browser, one ban");
    assert_eq!(come(8, 2, 176, "gst-8", 181).await.unwrap(), GuestEntry::Made);

    for n in 0..MAX_GUESTS {
        let login = NewSession { token: numbered(182, n), ..session(&format!("gst-many-{n}"), 0, 0) };
        let next = guest(10_000 + u32::try_from(n).unwrap(), other.id, 9, None);
        assert_eq!(store.create_guest(next, login).await.unwrap(), GuestEntry::Made);
    }
    let beyond = store.create_guest(guest(99_999, other.id, 9, None), session("gst-beyond", 183, 0)).await;
    assert!(matches!(beyond, Err(StoreError::TooManyGuests)), "{beyond:?}");
    store.delete_user(owner).await.unwrap();
    assert!(store.guest(&guest_id(8)).await.unwrap().is_none(), "gone with the room");
    assert!(store.live_guest(&SessionId("gst-8".into()), Millis(1)).await.unwrap().is_none());
}

pub async fn knocks(store: &dyn Store) {
    let owner = store.create_user(user("owner@knocks"), session("knk-o", 190, 0)).await.unwrap().id;
    let made = store.create_room(room(owner, "knocks", RoomKind::OpenToAll, 190)).await.unwrap().id;
    let bob = store.create_user(user("bob@knocks"), session("knk-b", 191, 0)).await.unwrap().id;
    let eve = store.create_user(user("eve@knocks"), session("knk-e", 192, 0)).await.unwrap().id;
    store.create_guest(guest(50, made, 1, None), session("knk-g", 193, 0)).await.unwrap();
    let (bob, eve, visitor) = (Person::Account(bob), Person::Account(eve), Person::Guest(guest_id(50)));
    let knock = async |who: &Person, now| store.knock(made, who, Millis(now)).await.unwrap();
    let waiting = async |now| -> Vec<(KnockId, String)> {
        store.knocks(made, Millis(now)).await.unwrap().into_iter().map(|knock| (knock.id, knock.name)).collect()
    };
    let fresh = |knocked| match knocked {
        Knocked::Waiting { id, fresh: true } => id,
        other => panic!("{other:?}"),
    };

    let first = fresh(knock(&bob, 10).await);
    let second = fresh(knock(&visitor, 11).await);
    assert_eq!(knock(&bob, 12).await, Knocked::Waiting { id: first, fresh: false }, "a reload knocks no second time");
    assert_eq!(waiting(13).await, [(first, "F L".to_owned()), (second, "guest 50".to_owned())]);
    assert!(!store.is_admitted(made, &bob).await.unwrap());

    let decide = |id, admit, now| store.decide_knock(made, id, admit, Millis(now));
    assert!(matches!(decide(first, true, 20).await.unwrap(), Decided::Done(knock) if knock.who == bob));
    assert_eq!(decide(first, true, 21).await.unwrap(), Decided::Already);
    assert_eq!(decide(first, false, 21).await.unwrap(), Decided::Conflict);
    assert_eq!(decide(KnockId(i64::MAX), true, 21).await.unwrap(), Decided::Unknown);
    let elsewhere = store.create_room(room(owner, "elsewhere", RoomKind::OpenToAll, 191)).await.unwrap().id;
    assert_eq!(store.decide_knock(elsewhere, second, true, Millis(21)).await.unwrap(), Decided::Unknown);
    assert!(store.is_admitted(made, &bob).await.unwrap() && !store.is_admitted(elsewhere, &bob).await.unwrap());
    assert_eq!(knock(&bob, 22).await, Knocked::Admitted, "for good");

    let wait_on = async |who: &Person, now| store.wait_on(made, who, Millis(now)).await.unwrap();
    assert_eq!(wait_on(&bob, 23).await, Some(Knocked::Admitted));
    assert_eq!(wait_on(&visitor, 23).await, Some(Knocked::Waiting { id: second, fresh: false }));
    assert_eq!(wait_on(&eve, 23).await, None, "and knocks for nobody");

    // Who was refused waits a minute before the next knock, which is another one.
    assert!(matches!(decide(second, false, 30).await.unwrap(), Decided::Done(_)));
    let pause = i64::try_from(KNOCK_PAUSE.as_millis()).unwrap();
    assert_eq!(knock(&visitor, 31).await, Knocked::Refused(Millis(30 + pause)));
    let third = fresh(knock(&visitor, 30 + pause).await);
    assert_ne!(third, second);
    assert_eq!(decide(second, true, 40 + pause).await.unwrap(), Decided::Unknown, "the old one is gone");

    // Put out: what a host decides then comes too late, and the next time they knock again.
    assert!(store.withdraw(made, &visitor, Millis(41 + pause)).await.unwrap());
    assert!(!store.withdraw(made, &visitor, Millis(41 + pause)).await.unwrap());
    assert_eq!(decide(third, true, 42 + pause).await.unwrap(), Decided::Conflict);
    assert!(store.withdraw(made, &bob, Millis(43 + pause)).await.unwrap());
    assert!(!store.is_admitted(made, &bob).await.unwrap());
    let again = fresh(knock(&bob, 44 + pause).await);
    store.ban(made, bob.account().unwrap(), Millis(45 + pause)).await.unwrap();
    assert_eq!(decide(again, true, 46 + pause).await.unwrap(), Decided::Conflict, "banned");
    store.unban(made, bob.account().unwrap()).await.unwrap();

    // Everyone at once, and those who were inside before.
    let (bobs, eves) = (fresh(knock(&bob, 100_000).await), fresh(knock(&eve, 100_001).await));
    let let_in = store.admit_all(made, Millis(100_002)).await.unwrap();
    assert_eq!(let_in.iter().map(|knock| knock.id).collect::<Vec<_>>(), [bobs, eves]);
    assert!(store.admit_all(made, Millis(100_003)).await.unwrap().is_empty());
    let gone = Person::Account(UserId(i64::MAX));
    store.admit(made, &[visitor.clone(), bob.clone(), gone], Millis(100_004)).await.unwrap();
    assert!(store.is_admitted(made, &visitor).await.unwrap() && store.is_admitted(made, &bob).await.unwrap());

    // Who does not say that they still wait is forgotten.
    let late = Millis(100_000).plus(KNOCK_LIFETIME);
    assert!(matches!(store.knock(elsewhere, &eve, Millis(100_000)).await.unwrap(), Knocked::Waiting { .. }));
    assert!(store.knocks(elsewhere, late).await.unwrap().is_empty());
    let revived = store.wait_on(elsewhere, &eve, late).await.unwrap();
    assert!(matches!(revived, Some(Knocked::Waiting { fresh: true, .. })), "the hosts are told again: {revived:?}");
    let late = late.plus(KNOCK_LIFETIME);
    let revived = store.knock(elsewhere, &eve, late).await.unwrap();
    assert!(matches!(revived, Knocked::Waiting { fresh: true, .. }), "{revived:?}");
    store.sweep(late.plus(KNOCK_LIFETIME + Duration::from_secs(1))).await.unwrap();
    assert!(store.is_admitted(made, &eve).await.unwrap(), "admissions stay");

    let rooms = (0..MAX_KNOCKS_PER_PERSON)
        .map(|n| NewRoom { secret: format!("c{n:031x}"), ..room(owner, "wait", RoomKind::OpenToAll, 0) });
    for (n, next) in rooms.enumerate() {
        let next = store.create_room(next).await.unwrap().id;
        store.knock(next, &eve, late.plus(Duration::from_secs(1))).await.unwrap_or_else(|error| panic!("{n}: {error}"));
    }
    let beyond = store.knock(elsewhere, &eve, late.plus(Duration::from_secs(2))).await;
    assert!(matches!(beyond, Err(StoreError::TooManyKnocks)), "{beyond:?}");
    let last = store.create_room(room(owner, "last", RoomKind::OpenToAll, 192)).await.unwrap().id;
    let beyond = store.knock(last, &eve, late.plus(Duration::from_secs(2))).await;
    assert!(matches!(beyond, Err(StoreError::TooManyKnocks)), "{beyond:?}");
    for n in 0..MAX_KNOCKS {
        let login = NewSession { token: numbered(194, n), ..session(&format!("knk-{n}"), 0, 0) };
        store.create_guest(guest(20_000 + u32::try_from(n).unwrap(), last, 9, None), login).await.unwrap();
        store.knock(last, &Person::Guest(guest_id(20_000 + u32::try_from(n).unwrap())), late).await.unwrap();
    }
    let beyond = store.knock(last, &bob, late).await;
    assert!(matches!(beyond, Err(StoreError::TooManyKnocks)), "{beyond:?}");
    let nobody = store.knock(made, &Person::Account(UserId(i64::MAX)), late).await;
    assert!(matches!(nobody, Err(StoreError::NoSuchUser)), "{nobody:?}");
    store.delete_user(owner).await.unwrap();
}
