//! What of a room can be changed: reads it from a form, says whose it is to change, and puts it into words for the audit log.

use super::body::Fields;
use super::rooms::{DESCRIPTION, kind, time};
use crate::store::{MAX_PEOPLE, Room, RoomEdit, Store, StoreError};

/// The change that a form asks for, apart from its title. What is wrong with it has been noted in `fields`.
pub(super) fn read(title: Option<String>, fields: &mut Fields) -> RoomEdit {
    let limit = fields.optional_number("peopleLimit", 1..=i64::from(MAX_PEOPLE));
    RoomEdit {
        version: fields.optional_number("version", 1..=i64::MAX),
        title,
        description: fields.optional("description", DESCRIPTION),
        kind: kind(fields),
        locked: fields.flag("locked"),
        allow_guests: fields.flag("allowGuests"),
        waiting_room: fields.flag("waitingRoom"),
        people_limit: limit.and_then(|limit| u16::try_from(limit).ok()),
        scheduled_on: fields.optional_time("scheduledOn"),
        keep_chat: fields.flag("keepChat"),
        chat_disabled: fields.flag("chatDisabled"),
        share_disabled: fields.flag("shareDisabled"),
        unmute_disabled: fields.flag("unmuteDisabled"),
        spotlight: None,
    }
}

/// Complains of a limit of people beyond what the server allows, unless it stays as it was.
pub(super) async fn check_limit(
    store: &dyn Store,
    edit: &RoomEdit,
    before: &Room,
    fields: &mut Fields,
) -> Result<(), StoreError> {
    if let Some(limit) = edit.people_limit.filter(|limit| *limit != before.people_limit) {
        let most = store.server_settings().await?.people_per_room;
        if limit > most {
            fields.complain("peopleLimit", format!("This server allows {most} people in a call at most."));
        }
    }
    Ok(())
}

/// Whether the owner alone may make this change. Co-hosts change what is about keeping order in a call.
pub(super) fn are_the_owners(edit: &RoomEdit) -> bool {
    let hosts = RoomEdit {
        version: edit.version,
        locked: edit.locked,
        waiting_room: edit.waiting_room,
        chat_disabled: edit.chat_disabled,
        share_disabled: edit.share_disabled,
        unmute_disabled: edit.unmute_disabled,
        spotlight: edit.spotlight.clone(),
        ..RoomEdit::default()
    };
    *edit != hosts
}

/// Which settings change into what, as `waitingRoom=true peopleLimit=20`; locking has an entry of its own. In the title a space
/// is `%20` and a percent sign `%25`; a time may be empty, and of a description it is told only that it has changed. Those three stand there where they
/// are others than before.
pub(super) fn describe(edit: &RoomEdit, before: &Room) -> String {
    let title = edit.title.as_ref().filter(|title| **title != before.title);
    let title = title.map(|title| format!("title={}", title.replace('%', "%25").replace(' ', "%20")));
    let description = edit.description.as_ref().filter(|description| **description != before.description);
    let description = description.map(|_| "description=".to_owned());
    let scheduled_on = edit.scheduled_on.filter(|at| *at != before.scheduled_on);
    let scheduled_on = scheduled_on.map(|at| format!("scheduledOn={}", at.map(time).unwrap_or_default()));
    let flags = [
        ("allowGuests", edit.allow_guests),
        ("waitingRoom", edit.waiting_room),
        ("keepChat", edit.keep_chat),
        ("chatDisabled", edit.chat_disabled),
        ("shareDisabled", edit.share_disabled),
        ("unmuteDisabled", edit.unmute_disabled),
    ];
    let flags = flags.into_iter().filter_map(|(name, flag)| Some(format!("{name}={}", flag?)));
    let kind = edit.kind.map(|kind| format!("typeOf={}", kind.code()));
    let limit = edit.people_limit.map(|limit| format!("peopleLimit={limit}"));
    let texts = [title, description, scheduled_on].into_iter().flatten();
    texts.chain(kind).chain(flags).chain(limit).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Millis;
    use crate::store::tests::a_room;

    #[test]
    fn co_hosts_change_what_is_about_keeping_order() {
        let order = RoomEdit {
            version: Some(3),
            locked: Some(true),
            waiting_room: Some(true),
            chat_disabled: Some(true),
            share_disabled: Some(false),
            unmute_disabled: Some(true),
            ..RoomEdit::default()
        };
        assert!(!are_the_owners(&RoomEdit::default()) && !are_the_owners(&order));
        for edit in [
            RoomEdit { title: Some("T".into()), ..order.clone() },
            RoomEdit { description: Some(String::new()), ..order.clone() },
            RoomEdit { kind: Some(crate::store::RoomKind::InviteOnly), ..order.clone() },
            RoomEdit { allow_guests: Some(true), ..order.clone() },
            RoomEdit { people_limit: Some(5), ..order.clone() },
            RoomEdit { scheduled_on: Some(None), ..order.clone() },
            RoomEdit { keep_chat: Some(false), ..order.clone() },
        ] {
            assert!(are_the_owners(&edit), "{edit:?}");
        }
    }

    #[test]
    fn changes_in_words() {
        let edit = RoomEdit { people_limit: Some(20), waiting_room: Some(true), ..RoomEdit::default() };
        let before = a_room();
        assert_eq!(describe(&edit, &before), "waitingRoom=true peopleLimit=20");
        assert_eq!(describe(&RoomEdit { locked: Some(true), ..RoomEdit::default() }, &before), "");
        let edit = RoomEdit {
            title: Some("a=b é%".into()),
            description: Some("secret".into()),
            scheduled_on: Some(Some(Millis(0))),
            ..RoomEdit::default()
        };
        let told = "title=a=b%20é%25 description= scheduledOn=1970-01-01T00:00:00.000Z";
        assert_eq!(describe(&edit, &before), told);
        let after =
            Room { title: "a=b é%".into(), description: "secret".into(), scheduled_on: Some(Millis(0)), ..before };
        assert_eq!(describe(&edit, &after), "", "as it was");
        assert_eq!(describe(&RoomEdit { scheduled_on: Some(None), ..RoomEdit::default() }, &after), "scheduledOn=");
    }
}
