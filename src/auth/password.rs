//! Passwords: the rules for new ones, and argon2id for all. A hash takes a core for tens of milliseconds and 19 MiB, so
//! hashes run off the async threads, as many at a time as there are cores, with a short queue before them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::config::PasswordCost;

/// The fewest characters of a password.
pub const MIN_CHARS: usize = 8;
/// The most. Nothing is cut off: a longer one is refused.
pub const MAX_CHARS: usize = 128;
/// Hashes that may wait, a core: at some 30 ms each the last one waits about a second.
const QUEUE_PER_CORE: usize = 32;
/// A password that is guessed in fewer tries, as zxcvbn reckons it, is as good as common.
const MIN_GUESSES_LOG10: f64 = 5.0;

/// Why no hash was made or compared.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// Too many are waiting.
    #[error("too many passwords are being checked at this moment")]
    Busy,
    /// The parameters or the memory did not allow it.
    #[error("the password could not be hashed")]
    Failed,
}

/// Makes and compares hashes.
pub struct Passwords {
    slots: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
    params: Params,
    /// Compared against when there is no account, so that both cases take the same time.
    dummy: String,
}

impl Passwords {
    /// For `cores` hashes at a time.
    ///
    /// # Errors
    /// [`HashError::Failed`] when the cost is one that argon2 does not allow.
    pub fn new(cost: PasswordCost, cores: usize) -> Result<Self, HashError> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|_| HashError::Failed)?;
        let dummy = hash_now(params.clone(), &super::random_hex::<16>())?;
        Ok(Self {
            slots: Arc::new(Semaphore::new(cores)),
            waiting: AtomicUsize::new(0),
            queue: cores.saturating_mul(QUEUE_PER_CORE),
            params,
            dummy,
        })
    }

    /// The hash of a new password, in PHC format.
    ///
    /// # Errors
    /// [`HashError`].
    pub async fn hash(&self, password: String) -> Result<String, HashError> {
        let params = self.params.clone();
        self.in_turn(move || hash_now(params, &password)).await?
    }

    /// Whether `password` is the one behind `hash`. Without a hash (no such account) it takes as long, and says no.
    ///
    /// # Errors
    /// [`HashError::Busy`].
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, HashError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy.clone());
        let same = self
            .in_turn(move || {
                let Ok(hash) = PasswordHash::new(&hash) else { return false };
                Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
            })
            .await?;
        Ok(known && same)
    }

    /// What is wrong with a new password, each in a sentence for the person who chose it; empty when nothing is.
    /// `personal` are the words that somebody who knows the person tries first.
    ///
    /// # Errors
    /// [`HashError::Busy`]: reckoning how common a password is takes a core, too.
    pub async fn complaints(&self, password: &str, personal: Vec<String>) -> Result<Vec<String>, HashError> {
        let chars = password.chars().count();
        if chars > MAX_CHARS {
            return Ok(vec![format!("The password is too long: at most {MAX_CHARS} characters.")]);
        }
        let mut complaints = Vec::new();
        if chars < MIN_CHARS {
            complaints.push(format!("The password is too short: at least {MIN_CHARS} characters."));
        }
        let owned = password.to_owned();
        if chars >= MIN_CHARS && self.in_turn(move || is_common(&owned, &personal)).await? {
            complaints.push("The password is too common: it is among the first that anyone would try.".to_owned());
        }
        if password.chars().all(char::is_numeric) {
            complaints.push("The password consists of digits only.".to_owned());
        }
        Ok(complaints)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, HashError> {
        /// Counts those who wait, those who gave up waiting included.
        struct Waiting<'a>(&'a AtomicUsize);
        impl Drop for Waiting<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(&self.waiting);
        if before >= self.queue {
            return Err(HashError::Busy);
        }
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| HashError::Failed)?;
        drop(waiting);
        // The slot moves along: when the request is dropped the work goes on, and must still count.
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(slot);
            done
        })
        .await
        .map_err(|_| HashError::Failed)
    }
}

fn hash_now(params: Params, password: &str) -> Result<String, HashError> {
    let salt = SaltString::encode_b64(&super::random_bytes::<16>()).map_err(|_| HashError::Failed)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|_| HashError::Failed)
}

fn is_common(password: &str, personal: &[String]) -> bool {
    let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
    zxcvbn::zxcvbn(password, &personal).guesses_log10() < MIN_GUESSES_LOG10
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: PasswordCost = PasswordCost { memory_kib: 8, passes: 1 };

    #[test]
    fn common_passwords_are_known() {
        for common in [
            "password",
            "12345678",
            "qwertyui",
            "iloveyou",
            "P@ssw0rd",
            "password1",
            "aaaaaaaa",
            "abcdefgh",
            "letmein1",
            "sunshine",
        ] {
            assert!(is_common(common, &[]), "{common} {}", zxcvbn::zxcvbn(common, &[]).guesses_log10());
        }
        for fine in [
            "correct horse battery",
            "tr0ub4dor&3xyz",
            "Kx9#mQ2!vL",
            "long-enough-pass-1",
            "rotunda-test-1",
            "s3cret-pass",
        ] {
            assert!(!is_common(fine, &[]), "{fine} {}", zxcvbn::zxcvbn(fine, &[]).guesses_log10());
        }
        assert!(is_common("ada@example.org", &["ada@example.org".into()]), "one's own address");
    }

    #[test]
    fn the_longest_password_is_reckoned_quickly() {
        for text in
            ["a".repeat(128), "password".repeat(16), "a1!B".repeat(32), "ÄöÜß€¿Þð".repeat(16), "1234567890".repeat(12)]
        {
            let start = std::time::Instant::now();
            let _ = is_common(&text, &["x".repeat(150)]);
            assert!(start.elapsed().as_millis() < 1000, "{text}: {:?}", start.elapsed());
        }
    }

    #[tokio::test]
    async fn hashes_verify_and_differ() {
        let passwords = Passwords::new(CHEAP, 1).unwrap();
        let (a, b) = (passwords.hash("one".into()).await.unwrap(), passwords.hash("one".into()).await.unwrap());
        assert_ne!(a, b, "salted");
        assert!(passwords.verify("one".into(), Some(a.clone())).await.unwrap());
        assert!(!passwords.verify("two".into(), Some(a)).await.unwrap());
        assert!(!passwords.verify("one".into(), None).await.unwrap());
        assert!(!passwords.verify("one".into(), Some("no hash".into())).await.unwrap());
    }

    #[test]
    fn the_standard_cost_is_what_it_should_be() {
        let hash = hash_now(
            Params::new(PasswordCost::STANDARD.memory_kib, PasswordCost::STANDARD.passes, 1, None).unwrap(),
            "x",
        )
        .unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_queue_is_bounded() {
        let passwords = Arc::new(Passwords::new(PasswordCost::STANDARD, 1).unwrap());
        let tries: Vec<_> = (0..3 * QUEUE_PER_CORE)
            .map(|_| {
                let passwords = Arc::clone(&passwords);
                tokio::spawn(async move { passwords.hash("x".into()).await })
            })
            .collect();
        let mut busy = 0;
        for each in tries {
            busy += usize::from(matches!(each.await.unwrap(), Err(HashError::Busy)));
        }
        assert!(busy > 0);
        assert!(passwords.hash("x".into()).await.is_ok(), "and it recovers");
    }
}
