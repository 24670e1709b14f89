//! The words by which accounts and rooms are found, as the database keeps them; [`super::search`] says which they are.

/// Implements what keeps and asks them, for a type as [`super::sql::implement_store`] takes it; `patience` lifts the deadline of a statement.
macro_rules! implement_words {
    ($store:ty, patience: [$($patience:literal),*]) => {
        /// Replaces the words by which a row is found.
        async fn put_words(
            write: &mut Write,
            table: &'static str,
            item: i64,
            words: impl IntoIterator<Item = String>,
        ) -> Result<()> {
            query(AssertSqlSafe(format!("DELETE FROM {table} WHERE item = $1")))
                .bind(item)
                .execute(&mut **write)
                .await
                .map_err(translate)?;
            let words: Vec<String> = words.into_iter().collect();
            if words.is_empty() {
                return Ok(());
            }
            let rows: Vec<String> = (2..words.len() + 2).map(|place| format!("($1, ${place})")).collect();
            let text = format!("INSERT INTO {table} (item, word) VALUES {}", rows.join(", "));
            let mut insert = query(AssertSqlSafe(text)).bind(item);
            for word in words {
                insert = insert.bind(word);
            }
            insert.execute(&mut **write).await.map_err(translate)?;
            Ok(())
        }

        /// Writes down by what an account is found and sorted.
        async fn index_user(write: &mut Write, user: &User) -> Result<()> {
            query("UPDATE users SET name_key = $2 WHERE id = $1")
                .bind(user.id.0)
                .bind(search::name_key(&user.first_name, &user.last_name))
                .execute(&mut **write)
                .await
                .map_err(translate)?;
            put_words(write, "user_words", user.id.0, search::user_words(user)).await
        }

        async fn index_room(write: &mut Write, room: &Room) -> Result<()> {
            put_words(write, "room_words", room.id.0, search::words(&room.title)).await
        }

        impl $store {
            /// Indexes what was there before there were such words, once.
            async fn index_old_rows(&self) -> Result<()> {
                let mut write = self.begin().await?;
                $( query($patience).execute(&mut *write).await.map_err(translate)?; )*
                let fresh = query(
                    "INSERT INTO settings (name, value) VALUES ('words', $1) ON CONFLICT (name) DO UPDATE SET value = $1 \
                     WHERE settings.value <> $1",
                )
                .bind(search::EDITION)
                .execute(&mut *write)
                .await
                .map_err(translate)?;
                if fresh.rows_affected() == 0 {
                    return Ok(());
                }
                let users = query(USER).try_map(user_row).fetch_all(&mut *write).await.map_err(translate)?;
                for user in &users {
                    index_user(&mut write, user).await?;
                }
                let rooms = query(concat!("SELECT ", room_columns!(), " FROM rooms"));
                for room in &rooms.try_map(room_row).fetch_all(&mut *write).await.map_err(translate)? {
                    index_room(&mut write, room).await?;
                }
                write.commit().await.map_err(translate)
            }

            /// Counts the words of the ranges, and puts those first in which fewest are.
            async fn rarest_first(&self, list: &search::List<'_>, ranges: &mut Vec<(String, String)>) -> Result<Vec<i64>> {
                let mut counted = Vec::with_capacity(ranges.len());
                for (from, to) in ranges.drain(..) {
                    let count: i64 = query_scalar(AssertSqlSafe(list.count()))
                        .bind(&from)
                        .bind(&to)
                        .fetch_one(&self.readers)
                        .await
                        .map_err(translate)?;
                    counted.push((count, (from, to)));
                }
                counted.sort_by_key(|(count, _)| *count);
                let (counts, sorted) = counted.into_iter().unzip();
                *ranges = sorted;
                Ok(counts)
            }
        }
    };
}

pub(super) use implement_words;
