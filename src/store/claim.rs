//! Whose turn it is at a PostgreSQL database: advisory locks of its own, which end with the connection that holds them.

use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, query_scalar};

use super::Result;
use super::sql::translate;

/// The lock's number in the database: "rotunda" in ASCII.
const NUMBER: i64 = 0x72_6f74_756e_6461;

/// How long an answer takes at most.
const PATIENCE: Duration = Duration::from_secs(2);

/// Servers hold it together, a restore alone.
pub struct Claim(PgConnection);

impl std::fmt::Debug for Claim {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Claim")
    }
}

impl Claim {
    /// Takes it over a connection that is kept for nothing else; `None` while others hold it in a way that does not go together with `alone`.
    pub(super) async fn over(mut connection: PgConnection, alone: bool) -> Result<Option<Self>> {
        let text = match alone {
            true => "SELECT pg_try_advisory_lock($1)",
            false => "SELECT pg_try_advisory_lock_shared($1)",
        };
        let taken: bool = query_scalar(text).bind(NUMBER).fetch_one(&mut connection).await.map_err(translate)?;
        Ok(taken.then_some(Self(connection)))
    }

    /// Whether the connection is there still, and with it the lock. One that does not answer is given up.
    pub async fn holds(&mut self) -> bool {
        tokio::time::timeout(PATIENCE, self.0.ping()).await.is_ok_and(|answered| answered.is_ok())
    }
}
