//! A store that fails on demand, for tests of what the server does when its database does not. Without a fault it passes
//! every call on, so the contract suite runs on it as on the others.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use super::*;

/// The switches of a [`FaultyStore`]. They may be turned while calls run.
#[derive(Default, Debug)]
pub struct Faults {
    fail_next: AtomicU32,
    lose_answers: AtomicU32,
    delay_ms: AtomicU64,
    calls: AtomicU64,
}

impl Faults {
    /// The next `count` calls fail without having done anything. `u32::MAX` is "from now on".
    pub fn fail_next(&self, count: u32) {
        self.fail_next.store(count, Ordering::SeqCst);
    }

    /// The next `count` calls are carried out, and then fail: the commit happened, the answer got lost.
    pub fn lose_answers(&self, count: u32) {
        self.lose_answers.store(count, Ordering::SeqCst);
    }

    /// Every call takes this much longer.
    pub fn delay(&self, delay: Duration) {
        self.delay_ms.store(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// Calls so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    fn take(counter: &AtomicU32) -> bool {
        counter
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| match left {
                0 => None,
                u32::MAX => Some(u32::MAX),
                _ => Some(left - 1),
            })
            .is_ok()
    }

    async fn around<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let delay = self.delay_ms.load(Ordering::SeqCst);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        if Self::take(&self.fail_next) {
            return Err(StoreError::Unavailable("injected: the call failed".to_owned()));
        }
        let answer = call.await?;
        if Self::take(&self.lose_answers) {
            return Err(StoreError::Unavailable("injected: the answer got lost".to_owned()));
        }
        Ok(answer)
    }
}

/// See the module.
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    faults: Arc<Faults>,
}

impl FaultyStore {
    /// Stands before `inner`.
    pub fn new(inner: Arc<dyn Store>) -> (Self, Arc<Faults>) {
        let faults = Arc::new(Faults::default());
        (Self { inner, faults: Arc::clone(&faults) }, faults)
    }
}

#[async_trait]
impl Store for FaultyStore {
    async fn ping(&self) -> Result<()> {
        self.faults.around(self.inner.ping()).await
    }
    async fn secret_or_insert(&self, name: &str, candidate: &[u8], now: Millis) -> Result<Vec<u8>> {
        self.faults.around(self.inner.secret_or_insert(name, candidate, now)).await
    }
    async fn create_user(&self, user: NewUser, session: NewSession) -> Result<User> {
        self.faults.around(self.inner.create_user(user, session)).await
    }
    async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        self.faults.around(self.inner.user_by_email(email)).await
    }
    async fn user(&self, id: UserId) -> Result<Option<User>> {
        self.faults.around(self.inner.user(id)).await
    }
    async fn create_room(&self, room: NewRoom) -> Result<Room> {
        self.faults.around(self.inner.create_room(room)).await
    }
    async fn room(&self, key: &RoomKey) -> Result<Option<Room>> {
        self.faults.around(self.inner.room(key)).await
    }
    async fn rooms(&self, query: &RoomQuery) -> Result<Vec<Room>> {
        self.faults.around(self.inner.rooms(query)).await
    }
    async fn update_room(&self, id: RoomNumber, host: UserId, edit: RoomEdit) -> Result<Option<Room>> {
        self.faults.around(self.inner.update_room(id, host, edit)).await
    }
    async fn delete_room(&self, id: RoomNumber, owner: UserId) -> Result<Option<Room>> {
        self.faults.around(self.inner.delete_room(id, owner)).await
    }
    async fn create_session(&self, user: UserId, password_hash: &str, session: NewSession) -> Result<()> {
        self.faults.around(self.inner.create_session(user, password_hash, session)).await
    }
    async fn rotate(&self, rotation: Rotation) -> Result<Rotated> {
        self.faults.around(self.inner.rotate(rotation)).await
    }
    async fn peek_token(&self, hash: TokenHash, now: Millis) -> Result<Option<(SessionId, Person)>> {
        self.faults.around(self.inner.peek_token(hash, now)).await
    }
    async fn live_session(&self, session: &SessionId, now: Millis) -> Result<Option<UserId>> {
        self.faults.around(self.inner.live_session(session, now)).await
    }
    async fn end_session(&self, hash: TokenHash, now: Millis) -> Result<Option<(SessionId, Person)>> {
        self.faults.around(self.inner.end_session(hash, now)).await
    }
    async fn sweep(&self, now: Millis) -> Result<u64> {
        self.faults.around(self.inner.sweep(now)).await
    }
    async fn close(&self) {
        self.inner.close().await;
    }
}

#[async_trait]
impl Accounts for FaultyStore {
    async fn edit_account(&self, user: UserId, edit: AccountEdit) -> Result<Option<User>> {
        self.faults.around(self.inner.edit_account(user, edit)).await
    }
    async fn change_password(&self, change: PasswordChange) -> Result<Option<Vec<SessionId>>> {
        self.faults.around(self.inner.change_password(change)).await
    }
    async fn logins(&self, user: UserId, now: Millis) -> Result<Vec<LiveLogin>> {
        self.faults.around(self.inner.logins(user, now)).await
    }
    async fn end_login(&self, user: UserId, session: &SessionId, now: Millis) -> Result<bool> {
        self.faults.around(self.inner.end_login(user, session, now)).await
    }
    async fn rooms_of(&self, owner: UserId) -> Result<Vec<Room>> {
        self.faults.around(self.inner.rooms_of(owner)).await
    }
    async fn messages_by(&self, user: UserId, after: Option<(RoomNumber, i64)>, limit: u16) -> Result<Vec<OwnMessage>> {
        self.faults.around(self.inner.messages_by(user, after, limit)).await
    }
    async fn delete_user(&self, user: UserId) -> Result<Option<DeletedUser>> {
        self.faults.around(self.inner.delete_user(user)).await
    }
}

#[async_trait]
impl Links for FaultyStore {
    async fn create_reset_link(&self, user: UserId, hash: TokenHash, now: Millis, expires_on: Millis) -> Result<()> {
        self.faults.around(self.inner.create_reset_link(user, hash, now, expires_on)).await
    }
    async fn reset_link(&self, hash: TokenHash, now: Millis) -> Result<Option<User>> {
        self.faults.around(self.inner.reset_link(hash, now)).await
    }
    async fn use_reset_link(&self, hash: TokenHash, password_hash: &str, now: Millis) -> Result<Option<Reset>> {
        self.faults.around(self.inner.use_reset_link(hash, password_hash, now)).await
    }
    async fn create_administrator_link(&self, hash: TokenHash, now: Millis, expires_on: Millis) -> Result<bool> {
        self.faults.around(self.inner.create_administrator_link(hash, now, expires_on)).await
    }
    async fn use_administrator_link(&self, hash: TokenHash, user: UserId, now: Millis) -> Result<bool> {
        self.faults.around(self.inner.use_administrator_link(hash, user, now)).await
    }
}

#[async_trait]
impl Administration for FaultyStore {
    async fn live_administrator(&self, session: &SessionId, now: Millis) -> Result<Option<(UserId, bool)>> {
        self.faults.around(self.inner.live_administrator(session, now)).await
    }
    async fn users(&self, query: &UserQuery) -> Result<Vec<ListedUser>> {
        self.faults.around(self.inner.users(query)).await
    }
    async fn add_user(&self, user: NewUser) -> Result<User> {
        self.faults.around(self.inner.add_user(user)).await
    }
    async fn set_administrator(&self, user: UserId, is_admin: bool) -> Result<Option<User>> {
        self.faults.around(self.inner.set_administrator(user, is_admin)).await
    }
    async fn set_disabled(&self, user: UserId, disabled: bool, now: Millis) -> Result<Option<(User, Vec<SessionId>)>> {
        self.faults.around(self.inner.set_disabled(user, disabled, now)).await
    }
    async fn all_rooms(&self, search: &str, before: Option<RoomNumber>, limit: u16) -> Result<Vec<ListedRoom>> {
        self.faults.around(self.inner.all_rooms(search, before, limit)).await
    }
    async fn all_invitations(&self, before: Option<InvitationId>, limit: u16) -> Result<Vec<ListedInvitation>> {
        self.faults.around(self.inner.all_invitations(before, limit)).await
    }
    async fn room_of_invitation(&self, id: InvitationId) -> Result<Option<RoomNumber>> {
        self.faults.around(self.inner.room_of_invitation(id)).await
    }
    async fn is_good_invitation(&self, hash: TokenHash, now: Millis) -> Result<bool> {
        self.faults.around(self.inner.is_good_invitation(hash, now)).await
    }
    async fn server_audit(&self, query: &AuditQuery) -> Result<Vec<ServerAuditEntry>> {
        self.faults.around(self.inner.server_audit(query)).await
    }
    async fn server_settings(&self) -> Result<ServerSettings> {
        self.faults.around(self.inner.server_settings()).await
    }
    async fn set_server_settings(&self, settings: ServerSettings) -> Result<ServerSettings> {
        self.faults.around(self.inner.set_server_settings(settings)).await
    }
    async fn touch_room(&self, room: RoomNumber) -> Result<()> {
        self.faults.around(self.inner.touch_room(room)).await
    }
}

#[async_trait]
impl Backups for FaultyStore {
    async fn dump(&self, pieces: tokio::sync::mpsc::Sender<Piece>) -> Result<()> {
        self.faults.around(self.inner.dump(pieces)).await
    }
    async fn restore(
        &self,
        pieces: tokio::sync::mpsc::Receiver<Option<Piece>>,
        replace: bool,
        entry: NewAuditEntry,
    ) -> Result<u64> {
        self.faults.around(self.inner.restore(pieces, replace, entry)).await
    }
    async fn has_accounts(&self) -> Result<bool> {
        self.faults.around(self.inner.has_accounts()).await
    }
    async fn ask_for_restore(&self, until: Option<Millis>) -> Result<()> {
        self.faults.around(self.inner.ask_for_restore(until)).await
    }
    async fn restore_state(&self) -> Result<RestoreState> {
        self.faults.around(self.inner.restore_state()).await
    }
}

#[async_trait]
impl Moderation for FaultyStore {
    async fn ban(&self, room: RoomNumber, user: UserId, now: Millis) -> Result<()> {
        self.faults.around(self.inner.ban(room, user, now)).await
    }
    async fn unban(&self, room: RoomNumber, user: UserId) -> Result<bool> {
        self.faults.around(self.inner.unban(room, user)).await
    }
    async fn is_banned(&self, room: RoomNumber, user: UserId) -> Result<bool> {
        self.faults.around(self.inner.is_banned(room, user)).await
    }
    async fn bans(&self, room: RoomNumber) -> Result<Vec<Ban>> {
        self.faults.around(self.inner.bans(room)).await
    }
    async fn record(&self, entry: NewAuditEntry) -> Result<()> {
        self.faults.around(self.inner.record(entry)).await
    }
    async fn audit(&self, room: RoomNumber, before: Option<i64>, limit: u16) -> Result<Vec<AuditEntry>> {
        self.faults.around(self.inner.audit(room, before, limit)).await
    }
    async fn names(&self, room: RoomNumber, people: &[Person]) -> Result<HashMap<Person, String>> {
        self.faults.around(self.inner.names(room, people)).await
    }
}

#[async_trait]
impl Roles for FaultyStore {
    async fn role(&self, room: RoomNumber, user: UserId) -> Result<Option<StoredRole>> {
        self.faults.around(self.inner.role(room, user)).await
    }
    async fn roles(&self, room: RoomNumber) -> Result<Vec<RoleHolder>> {
        self.faults.around(self.inner.roles(room)).await
    }
    async fn cohosts(&self, room: RoomNumber) -> Result<Vec<UserId>> {
        self.faults.around(self.inner.cohosts(room)).await
    }
    async fn roles_of(&self, user: UserId, from: RoomNumber, to: RoomNumber) -> Result<Vec<(RoomNumber, StoredRole)>> {
        self.faults.around(self.inner.roles_of(user, from, to)).await
    }
    async fn give_role(&self, room: RoomNumber, user: UserId, role: StoredRole, now: Millis) -> Result<()> {
        self.faults.around(self.inner.give_role(room, user, role, now)).await
    }
    async fn take_role(&self, room: RoomNumber, user: UserId) -> Result<bool> {
        self.faults.around(self.inner.take_role(room, user)).await
    }
    async fn hand_over(&self, room: RoomNumber, from: UserId, to: UserId, now: Millis) -> Result<Option<Room>> {
        self.faults.around(self.inner.hand_over(room, from, to, now)).await
    }
}

#[async_trait]
impl Messages for FaultyStore {
    async fn keep_messages(&self, room: RoomNumber, messages: Vec<NewMessage>) -> Result<Vec<Option<i64>>> {
        self.faults.around(self.inner.keep_messages(room, messages)).await
    }
    async fn discard_message(&self, room: RoomNumber, id: i64) -> Result<bool> {
        self.faults.around(self.inner.discard_message(room, id)).await
    }
    async fn messages(&self, room: RoomNumber, before: Option<i64>, limit: u16) -> Result<Vec<Message>> {
        self.faults.around(self.inner.messages(room, before, limit)).await
    }
}

#[async_trait]
impl Invitations for FaultyStore {
    async fn create_invitation(&self, invitation: NewInvitation) -> Result<Invitation> {
        self.faults.around(self.inner.create_invitation(invitation)).await
    }
    async fn invitations(&self, room: RoomNumber) -> Result<Vec<Invitation>> {
        self.faults.around(self.inner.invitations(room)).await
    }
    async fn revoke_invitation(&self, room: RoomNumber, id: InvitationId) -> Result<bool> {
        self.faults.around(self.inner.revoke_invitation(room, id)).await
    }
    async fn revoke_invitations(&self, room: RoomNumber) -> Result<u64> {
        self.faults.around(self.inner.revoke_invitations(room)).await
    }
    async fn accept_invitation(&self, room: RoomNumber, hash: TokenHash, user: UserId, now: Millis) -> Result<bool> {
        self.faults.around(self.inner.accept_invitation(room, hash, user, now)).await
    }
}

#[async_trait]
impl Guests for FaultyStore {
    async fn create_guest(&self, guest: NewGuest, session: NewSession) -> Result<GuestEntry> {
        self.faults.around(self.inner.create_guest(guest, session)).await
    }
    async fn live_guest(&self, session: &SessionId, now: Millis) -> Result<Option<Guest>> {
        self.faults.around(self.inner.live_guest(session, now)).await
    }
    async fn guest(&self, id: &GuestId) -> Result<Option<Guest>> {
        self.faults.around(self.inner.guest(id)).await
    }
    async fn ban_guest(&self, room: RoomNumber, id: &GuestId, now: Millis) -> Result<Vec<GuestId>> {
        self.faults.around(self.inner.ban_guest(room, id, now)).await
    }
    async fn unban_guest(&self, room: RoomNumber, id: &GuestId) -> Result<bool> {
        self.faults.around(self.inner.unban_guest(room, id)).await
    }
    async fn guest_bans(&self, room: RoomNumber) -> Result<Vec<Guest>> {
        self.faults.around(self.inner.guest_bans(room)).await
    }
}

#[async_trait]
impl Knocks for FaultyStore {
    async fn knock(&self, room: RoomNumber, who: &Person, now: Millis) -> Result<Knocked> {
        self.faults.around(self.inner.knock(room, who, now)).await
    }
    async fn wait_on(&self, room: RoomNumber, who: &Person, now: Millis) -> Result<Option<Knocked>> {
        self.faults.around(self.inner.wait_on(room, who, now)).await
    }
    async fn is_admitted(&self, room: RoomNumber, who: &Person) -> Result<bool> {
        self.faults.around(self.inner.is_admitted(room, who)).await
    }
    async fn knocks(&self, room: RoomNumber, now: Millis) -> Result<Vec<Knock>> {
        self.faults.around(self.inner.knocks(room, now)).await
    }
    async fn decide_knock(&self, room: RoomNumber, id: KnockId, admit: bool, now: Millis) -> Result<Decided> {
        self.faults.around(self.inner.decide_knock(room, id, admit, now)).await
    }
    async fn admit_all(&self, room: RoomNumber, now: Millis) -> Result<Vec<Knock>> {
        self.faults.around(self.inner.admit_all(room, now)).await
    }
    async fn admit(&self, room: RoomNumber, people: &[Person], now: Millis) -> Result<()> {
        self.faults.around(self.inner.admit(room, people, now)).await
    }
    async fn withdraw(&self, room: RoomNumber, who: &Person, now: Millis) -> Result<bool> {
        self.faults.around(self.inner.withdraw(room, who, now)).await
    }
    async fn give_up(
        &self,
        room: RoomNumber,
        who: &Person,
        silent_since: Millis,
        now: Millis,
    ) -> Result<Option<KnockId>> {
        self.faults.around(self.inner.give_up(room, who, silent_since, now)).await
    }
}
