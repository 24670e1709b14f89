//! Searching by the beginnings of words: how a text is cut into words, and the queries that find a page of rows by them.
//!
//! First some thousand rows are walked in the order of the list and asked for the words: where many have them, that fills the page. Else,
//! and where few rows have one of the words, those are looked up in the index of words, asked for the other words, and sorted. What else
//! the list shows of a row is asked of the rows of the page alone.

use std::collections::BTreeSet;

use super::{User, UserFilter};

/// Words that a search looks for; further ones are left out.
pub(super) const MAX_TERMS: usize = 4;
/// The longest word that is kept or looked for, in bytes.
const MAX_WORD: usize = 96;
/// Words kept of one row.
const MAX_WORDS: usize = 40;
/// Words in a range are counted to this; all the words of a search that are fewer are looked up as one set.
pub(super) const FEW: i64 = 40_000;
/// Up to so many are looked up at once, without a walk before.
const RARE: i64 = 12_000;
/// Rows of a walk.
const WALK: usize = 4000;
/// More rows than there are. With a limit a query is planned by itself, not for the first few rows of what stands around it.
const ALL: u64 = 1_000_000_000;

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

    /// The ways to a page; the next one counts where the one before has not filled it. Parameters: the ends of the ranges, those with the
    /// fewest words first; the limit; those of the cursor. `counts` has how many words are in each range.
    pub(super) fn pages(&self, counts: &[i64]) -> Vec<String> {
        let Self { columns, table, after, .. } = self;
        let (order, limit) = (self.sorted(), 2 * counts.len() + 1);
        let pages = match counts.first() {
            None => vec![format!("SELECT t.id FROM {table} WHERE {after} ORDER BY {order} LIMIT ${limit}")],
            Some(fewest) if *fewest <= RARE => vec![self.look_up(counts)],
            Some(_) => vec![self.walk(counts.len()), self.look_up(counts)],
        };
        // Only now what else is shown of a row. CROSS, since SQLite takes such a join in the order in which it is written.
        let shown =
            |page| format!("SELECT {columns} FROM ({page}) p CROSS JOIN {table} WHERE t.id = p.id ORDER BY {order}");
        pages.into_iter().map(shown).collect()
    }

    /// Of the next rows of the list those that have the words. A planner has to read no more than these, and in this order.
    fn walk(&self, terms: usize) -> String {
        let Self { table, after, .. } = self;
        let (keys, order, limit) = (self.keys(), self.sorted(), 2 * terms + 1);
        let rows = format!("SELECT {keys} FROM {table} WHERE {after} ORDER BY {order} LIMIT {WALK}");
        let has = (0..terms).map(|term| self.has("t.id", term)).collect::<Vec<_>>().join(" AND ");
        format!("SELECT t.id FROM ({rows}) t WHERE {has} ORDER BY {order} LIMIT ${limit}")
    }

    /// The rows that have the first word, and of these those that have the others.
    fn look_up(&self, counts: &[i64]) -> String {
        let Self { table, words, after, order, .. } = self;
        let by_number = order.iter().all(|(column, _)| *column == "t.id");
        // Distinct, so that a planner does not mix it with the rest, and no plain column, so that it is found by its word.
        let found = format!("(SELECT DISTINCT item + 0 AS id FROM {words} WHERE word >= $1 AND word < $2)");
        let id = if by_number { "t.id" } else { "f.id" };
        let fewest = counts.first().copied().unwrap_or_default();
        let others =
            counts.iter().enumerate().skip(1).map(|(term, count)| match *count <= FEW && *count / 4 <= fewest {
                true => format!("{id} IN (SELECT item FROM {words} WHERE {})", range("word", term)),
                false => self.has(id, term),
            });
        let mut conditions: Vec<String> = others.collect();
        let source = if by_number {
            format!("{found} t")
        } else {
            // Only those that have all words are looked up in the table.
            conditions.push("t.id = f.id".to_owned());
            let (keys, has) = (self.keys(), std::mem::take(&mut conditions).join(" AND "));
            format!("(SELECT {keys} FROM {found} f CROSS JOIN {table} WHERE {has} LIMIT {ALL}) t")
        };
        conditions.push((*after).to_owned());
        let (conditions, order, limit) = (conditions.join(" AND "), self.sorted(), 2 * counts.len() + 1);
        format!("SELECT t.id FROM {source} WHERE {conditions} ORDER BY {order} LIMIT ${limit}")
    }

    /// What the list is sorted by, and the number.
    fn keys(&self) -> String {
        let keys = self.order.iter().map(|(column, _)| *column).filter(|column| *column != "t.id");
        ["t.id"].into_iter().chain(keys).collect::<Vec<_>>().join(", ")
    }

    /// Whether a row has a word of a range. Not EXISTS, which a planner may turn into a look at all rows that have it.
    fn has(&self, id: &str, term: usize) -> String {
        format!("(SELECT 1 FROM {} w WHERE w.item = {id} AND {} LIMIT 1) = 1", self.words, range("w.word", term))
    }

    fn sorted(&self) -> String {
        self.order.iter().map(|(column, direction)| format!("{column} {direction}")).collect::<Vec<_>>().join(", ")
    }
}

/// The condition that a word is in a range.
fn range(word: &str, term: usize) -> String {
    format!("{word} >= ${} AND {word} < ${}", 2 * term + 1, 2 * term + 2)
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
