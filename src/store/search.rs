//! Searching by the beginnings of words: how a text is cut into words, and the queries that find a page of rows by them.
//!
//! Where few rows have one of the words, they are looked up in the index of words, asked for the other words, and sorted. Where many have
//! each of them, the rows are walked in the order of the list and asked for the words until the page is full. So a page costs some
//! thousand rows, however many there are. What else the list shows of a row is asked of the rows of the page alone.

use std::collections::BTreeSet;

use super::{User, UserFilter};

/// Words that a search looks for; further ones are left out.
pub(super) const MAX_TERMS: usize = 4;
/// The longest word that is kept or looked for, in bytes.
const MAX_WORD: usize = 96;
/// Words kept of one row.
const MAX_WORDS: usize = 40;
/// Up to so many rows a word is one that few have.
pub(super) const FEW: i64 = 6000;

/// Rises when the words of what is stored already have to be made anew.
pub(super) const EDITION: &str = "2";

impl UserFilter {
    /// The word that such an account has beside those of its name; nobody can look for it by typing.
    fn word(self) -> &'static str {
        match self {
            Self::Administrators => "\u{1}administrator",
            Self::Disabled => "\u{1}disabled",
        }
    }
}

/// The words of an account's names and address: of the address also the whole, and what stands behind its `@`; and those of the parts
/// that it belongs to.
pub(super) fn user_words(user: &User) -> BTreeSet<String> {
    let User { first_name, last_name, .. } = user;
    let email = user.email.to_lowercase();
    let filters = [(UserFilter::Administrators, user.is_admin), (UserFilter::Disabled, user.disabled)];
    let filters = filters.into_iter().filter(|(_, belongs)| *belongs).map(|(filter, _)| filter.word().to_owned());
    let domain = email.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
    let whole = [email.as_str(), domain].into_iter().filter(|word| !word.is_empty()).map(cut);
    let parts = words(&email).into_iter().chain(words(first_name)).chain(words(last_name));
    filters.chain(whole).chain(parts).take(MAX_WORDS).collect()
}

/// The words of a text: runs of letters and digits of any script, in lower case.
pub(super) fn words(text: &str) -> BTreeSet<String> {
    let text = text.to_lowercase();
    let runs = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    runs.take(MAX_WORDS).map(cut).collect()
}

/// What a list by name is sorted by.
pub(super) fn name_key(first_name: &str, last_name: &str) -> String {
    format!("{last_name} {first_name}").to_lowercase()
}

fn cut(word: &str) -> String {
    let mut end = word.len().min(MAX_WORD);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    word.get(..end).unwrap_or_default().to_owned()
}

/// The ranges of words that begin as those of a search do, and of the word of a filter.
pub(super) fn ranges(search: &str, only: Option<UserFilter>) -> Vec<(String, String)> {
    let search = search.to_lowercase();
    // A term with an `@` or a dot is looked for as a whole, since addresses are kept whole as well.
    let whole = |term: &&str| term.contains(['@', '.']) && term.starts_with(char::is_alphanumeric);
    let mut terms = BTreeSet::new();
    for term in search.split_whitespace() {
        if whole(&term) {
            terms.insert(cut(term));
        } else {
            terms.extend(words(term));
        }
    }
    let mut terms: Vec<String> = terms.into_iter().collect();
    // The longer ones say more.
    terms.sort_by_key(|term| std::cmp::Reverse(term.len()));
    terms.truncate(MAX_TERMS);
    let filter = only.map(|only| only.word().to_owned());
    filter
        .into_iter()
        .chain(terms)
        .map(|term| {
            let end = format!("{term}\u{10ffff}");
            (term, end)
        })
        .collect()
}

/// A list that is searched.
pub(super) struct List<'a> {
    /// The table, which is called `t`: `users t`.
    pub(super) table: &'a str,
    /// What is shown of a row, of which the rest is asked for the page alone.
    pub(super) columns: &'a str,
    /// The table of its words.
    pub(super) words: &'a str,
    /// The rows after the cursor; its parameters come after those of the ranges and the limit.
    pub(super) after: &'a str,
    /// The order, each column with its direction.
    pub(super) order: &'a [(&'a str, &'a str)],
}

impl List<'_> {
    /// How many words are in a range, counted to [`FEW`] and one more. Parameters: its two ends.
    pub(super) fn count(&self) -> String {
        let Self { words, .. } = self;
        format!("SELECT COUNT(*) FROM (SELECT 1 FROM {words} WHERE word >= $1 AND word < $2 LIMIT {}) w", FEW + 1)
    }

    /// A page. Parameters: the ends of `terms` ranges, the limit, and those of the cursor. With `few` the first range is the one that few
    /// rows have.
    pub(super) fn page(&self, terms: usize, few: bool) -> String {
        let Self { table, columns, words, after, order } = self;
        let few = few && terms > 0;
        // Not EXISTS, which a planner may turn into a look at all rows that have the word.
        let has = |item: &str, from: usize| -> Vec<String> {
            (from..terms)
                .map(|term| {
                    let (start, end) = (2 * term + 1, 2 * term + 2);
                    format!(
                        "(SELECT 1 FROM {words} w WHERE w.item = {item} AND w.word >= ${start} AND w.word < ${end} LIMIT 1) = 1"
                    )
                })
                .collect()
        };
        let (source, mut conditions) = if few {
            let wanted = [vec!["word >= $1 AND word < $2".to_owned()], has("f.item", 1)].concat().join(" AND ");
            // Distinct, so that a planner does not mix it with the rest: only what has all words is looked up in the table, or nothing
            // where the list is sorted by number.
            let found = format!("(SELECT DISTINCT item AS id FROM {words} f WHERE {wanted})");
            let by_number = order.iter().all(|(column, _)| *column == "t.id");
            match by_number {
                true => (format!("{found} t"), vec![]),
                false => (format!("{found} f CROSS JOIN {table}"), vec!["t.id = f.id".to_owned()]),
            }
        } else {
            ((*table).to_owned(), has("t.id", 0))
        };
        conditions.insert(0, (*after).to_owned());
        let sorted = |walk: bool| {
            let columns = order.iter().map(|(column, direction)| match *column {
                // Few rows are sorted; the order of an index would lead to a walk over all.
                "t.id" if !walk => format!("t.id + 0 {direction}"),
                column if !walk => format!("{column} || '' {direction}"),
                column => format!("{column} {direction}"),
            });
            columns.collect::<Vec<_>>().join(", ")
        };
        let (conditions, limit) = (conditions.join(" AND "), 2 * terms + 1);
        let page = format!("SELECT t.id FROM {source} WHERE {conditions} ORDER BY {} LIMIT ${limit}", sorted(!few));
        // Only now what else is shown of a row. CROSS, since SQLite takes such a join in the order in which it is written.
        format!("SELECT {columns} FROM ({page}) p CROSS JOIN {table} WHERE t.id = p.id ORDER BY {}", sorted(true))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Millis, UserId};
    use super::*;

    fn starts(search: &str) -> Vec<String> {
        ranges(search, None).into_iter().map(|(start, _)| start).collect()
    }

    #[test]
    fn texts_in_words() {
        let of = |words: BTreeSet<String>| words.into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(of(words("Weekly ÄPFEL-sync, 2nd")), "2nd sync weekly äpfel");
        assert_eq!(of(words("会議 🎉")), "会議");
        let mut user = User {
            id: UserId(1),
            email: "Ada.L@Mail.Example.org".into(),
            first_name: "Ada".into(),
            last_name: "King-Lovelace".into(),
            password_hash: String::new(),
            created_on: Millis(0),
            is_admin: false,
            disabled: false,
        };
        let name = "ada ada.l@mail.example.org example king l lovelace mail mail.example.org org";
        assert_eq!(of(user_words(&user)), name);
        (user.is_admin, user.disabled) = (true, true);
        assert_eq!(of(user_words(&user)), format!("\u{1}administrator \u{1}disabled {name}"));
        assert!(words(&"ab ".repeat(1000)).len() <= MAX_WORDS);
        assert_eq!(cut(&"é".repeat(100)).len(), MAX_WORD);
    }

    #[test]
    fn searches_in_ranges() {
        assert_eq!(starts("  Love ada "), ["love", "ada"]);
        assert_eq!(starts("ada@exa"), ["ada@exa"]);
        assert_eq!(starts("@example"), ["example"]);
        assert_eq!(starts("example.org"), ["example.org"]);
        assert_eq!(starts("a b c d e f").len(), MAX_TERMS);
        for nothing in ["", " ", "%", "!?", "🎉", "\u{1}"] {
            assert!(starts(nothing).is_empty(), "{nothing}");
        }
        assert_eq!(starts("\u{1}disabled"), ["disabled"], "nobody types a filter's word");
        assert_eq!(ranges("ada", Some(UserFilter::Disabled)).len(), 2);
        let (start, end) = ranges("ad", None).remove(0);
        let inside = |word: &str| *start <= *word && *word < *end;
        assert!(
            inside("ad") && inside("ada") && inside("adé") && inside("ad\u{1f600}") && !inside("ae") && !inside("a")
        );
    }
}
