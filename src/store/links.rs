//! Links that work once: to a new password, and to be the server's first administrator.

use async_trait::async_trait;

use super::{Millis, Result, SessionId, TokenHash, User, UserId};

/// Links of one kind that wait to be used, for one account or for the first administrator; the one beyond takes the oldest's place.
pub const MAX_LINKS: i64 = 5;

/// What came of a link to a new password.
#[derive(Clone, Debug)]
pub struct Reset {
    /// Whose it was.
    pub user: User,
    /// Their logins, all of which have ended.
    pub ended: Vec<SessionId>,
}

/// The part of the store that is about links that work once. Every method is one transaction.
#[async_trait]
pub trait Links: Send + Sync {
    /// Makes a link to a new password for an account.
    ///
    /// # Errors
    /// [`super::StoreError::NoSuchUser`] when the account is gone or disabled.
    async fn create_reset_link(&self, user: UserId, hash: TokenHash, now: Millis, expires_on: Millis) -> Result<()>;
    /// Whose link this is, if it is good and the account is not disabled.
    async fn reset_link(&self, hash: TokenHash, now: Millis) -> Result<Option<User>>;
    /// Uses a link up: the account has this password from now on, no login and no other link. `None` when it is not good.
    async fn use_reset_link(&self, hash: TokenHash, password_hash: &str, now: Millis) -> Result<Option<Reset>>;
    /// Makes a link that makes whoever has it the first administrator; whether it was made, which it is while there is none.
    async fn create_administrator_link(&self, hash: TokenHash, now: Millis, expires_on: Millis) -> Result<bool>;
    /// Uses such a link up: `user` is an administrator, and there are no links of this kind any more. Whether it was good, and there was no
    /// administrator.
    async fn use_administrator_link(&self, hash: TokenHash, user: UserId, now: Millis) -> Result<bool>;
}

/// Implements [`Links`] for a type as [`super::sql::implement_store`] takes it, beside [`super::accounts::implement_accounts`].
macro_rules! implement_links {
    ($store:ty, $row:ty, lock: $lock:literal) => {
        /// Links to a new password are for an address that the account had then, and for a password that it has no more.
        async fn drop_reset_links(write: &mut Write, user: UserId) -> Result<()> {
            query("DELETE FROM links WHERE user_id = $1").bind(user.0).execute(&mut **write).await.map_err(translate)?;
            Ok(())
        }

        async fn insert_link(
            write: &mut Write,
            kind: &str,
            user: Option<UserId>,
            hash: TokenHash,
            now: Millis,
            expires_on: Millis,
        ) -> Result<()> {
            query("INSERT INTO links (hash, kind, user_id, created_on, expires_on) VALUES ($1, $2, $3, $4, $5)")
                .bind(&hash.0[..])
                .bind(kind)
                .bind(user.map(|user| user.0))
                .bind(now.0)
                .bind(expires_on.0)
                .execute(&mut **write)
                .await
                .map_err(translate)?;
            query(
                "DELETE FROM links WHERE hash IN (SELECT hash FROM links WHERE kind = $1 AND COALESCE(user_id, 0) = $2 \
                 ORDER BY created_on DESC, hash LIMIT $3 OFFSET $4)",
            )
            .bind(kind)
            .bind(user.map_or(0, |user| user.0))
            .bind(i64::MAX)
            .bind(MAX_LINKS)
            .execute(&mut **write)
            .await
            .map_err(translate)?;
            Ok(())
        }

        #[async_trait::async_trait]
        impl Links for $store {
            async fn create_reset_link(
                &self,
                user: UserId,
                hash: TokenHash,
                now: Millis,
                expires_on: Millis,
            ) -> Result<()> {
                let mut write = self.begin().await?;
                query(concat!("SELECT 1 FROM users WHERE id = $1 AND disabled = FALSE", $lock))
                    .bind(user.0)
                    .fetch_optional(&mut *write)
                    .await
                    .map_err(translate)?
                    .ok_or(StoreError::NoSuchUser)?;
                insert_link(&mut write, "reset", Some(user), hash, now, expires_on).await?;
                write.commit().await.map_err(translate)
            }

            async fn reset_link(&self, hash: TokenHash, now: Millis) -> Result<Option<User>> {
                query(AssertSqlSafe(format!(
                    "{USER} WHERE disabled = FALSE AND id = (SELECT user_id FROM links WHERE hash = $1 AND kind = 'reset' \
                     AND expires_on > $2)"
                )))
                .bind(&hash.0[..])
                .bind(now.0)
                .try_map(user_row)
                .fetch_optional(&self.readers)
                .await
                .map_err(translate)
            }

            async fn use_reset_link(&self, hash: TokenHash, password_hash: &str, now: Millis) -> Result<Option<Reset>> {
                let mut write = self.begin().await?;
                let user: Option<i64> = query_scalar(
                    "DELETE FROM links WHERE hash = $1 AND kind = 'reset' AND expires_on > $2 RETURNING user_id",
                )
                .bind(&hash.0[..])
                .bind(now.0)
                .fetch_optional(&mut *write)
                .await
                .map_err(translate)?;
                let Some(user) = user.map(UserId) else { return Ok(None) };
                let changed = query(concat!(
                    "UPDATE users SET password_hash = $2 WHERE id = $1 AND disabled = FALSE RETURNING ",
                    user_columns!()
                ))
                .bind(user.0)
                .bind(password_hash)
                .try_map(user_row)
                .fetch_optional(&mut *write)
                .await
                .map_err(translate)?;
                let Some(changed) = changed else { return Ok(None) };
                drop_reset_links(&mut write, user).await?;
                let ended = end_sessions(&mut write, user, None, now).await?;
                write.commit().await.map_err(translate)?;
                Ok(Some(Reset { user: changed, ended }))
            }

            async fn create_administrator_link(
                &self,
                hash: TokenHash,
                now: Millis,
                expires_on: Millis,
            ) -> Result<bool> {
                let mut write = self.begin().await?;
                if has_administrator(&mut write).await? {
                    return Ok(false);
                }
                insert_link(&mut write, "administrator", None, hash, now, expires_on).await?;
                write.commit().await.map_err(translate)?;
                Ok(true)
            }

            async fn use_administrator_link(&self, hash: TokenHash, user: UserId, now: Millis) -> Result<bool> {
                let mut write = self.begin().await?;
                // All of them at once: two links that are used at the same time wait for each other here.
                let links: Vec<(Vec<u8>, i64)> =
                    query("DELETE FROM links WHERE kind = 'administrator' RETURNING hash, expires_on")
                        .try_map(|row: $row| Ok((row.try_get(0)?, row.try_get(1)?)))
                        .fetch_all(&mut *write)
                        .await
                        .map_err(translate)?;
                let good = links.iter().any(|(known, expires_on)| *known == hash.0 && *expires_on > now.0);
                if !good || has_administrator(&mut write).await? {
                    return Ok(false);
                }
                let made = query(concat!(
                    "UPDATE users SET is_admin = TRUE WHERE id = $1 AND disabled = FALSE RETURNING ",
                    user_columns!()
                ))
                .bind(user.0)
                .try_map(user_row)
                .fetch_optional(&mut *write)
                .await
                .map_err(translate)?;
                let Some(made) = made else { return Ok(false) };
                index_user(&mut write, &made).await?;
                write.commit().await.map_err(translate)?;
                Ok(true)
            }
        }

        async fn has_administrator(write: &mut Write) -> Result<bool> {
            let found = query("SELECT 1 FROM users WHERE is_admin = TRUE AND disabled = FALSE LIMIT 1")
                .fetch_optional(&mut **write)
                .await
                .map_err(translate)?;
            Ok(found.is_some())
        }
    };
}

pub(super) use implement_links;
