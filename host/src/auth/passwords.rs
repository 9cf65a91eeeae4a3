//! Hashing and checking passwords with argon2id, a few at a time.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::secret::Secret;
use crate::error::{Error, Result};

/// Hashes that may wait for a core before callers are sent away.
const QUEUE: usize = 64;

/// How long one of them waits.
const PATIENCE: Duration = Duration::from_secs(2);

/// How hashes of bcrypt begin.
const BCRYPT: &str = "$2";

/// A cost of 14 takes about a second, and holds a core for it.
const DEAREST_BCRYPT: u32 = 14;

/// What one hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1 }
    }
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not the password, or nobody has one.
    Wrong,
    /// The password.
    Right,
    /// The password, but its hash costs less than today's settings ask: hash it again.
    Outdated,
}

/// Hashes passwords on as many threads as there are cores; clones share the queue.
#[derive(Clone)]
pub struct Passwords {
    hasher: Argon2<'static>,
    cores: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// Checked in place of the hash of an unknown user, so that the answer takes as long.
    dummy: Arc<str>,
}

impl Passwords {
    /// A hasher of this cost.
    ///
    /// # Errors
    /// Internal, when argon2 refuses the cost.
    pub fn new(cost: Cost) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.iterations, cost.parallelism, None).map_err(failed)?;
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy = hasher.hash_password(&crate::clock::random_bytes::<32>()).map_err(failed)?.to_string().into();
        let cores = std::thread::available_parallelism().map_or(1, Into::into);
        let (cores, queue) = (Arc::new(Semaphore::new(cores)), Arc::new(Semaphore::new(cores + QUEUE)));
        Ok(Self { hasher, cores, queue, dummy })
    }

    /// Passes while another hash may wait: asked before anything else is done for whoever would be sent away.
    ///
    /// # Errors
    /// 503.
    pub fn check_room(&self) -> Result<()> {
        if self.queue.available_permits() == 0 { Err(busy()) } else { Ok(()) }
    }

    /// Hashes a password with a fresh salt, as a PHC string.
    ///
    /// # Errors
    /// 503 when too many hashes are waiting.
    pub async fn hash(&self, password: Secret<String>) -> Result<String> {
        let hasher = self.hasher.clone();
        self.run(move || Ok(hasher.hash_password(password.reveal().as_bytes()).map_err(failed)?.to_string())).await
    }

    /// Hashes several texts with one fresh salt, as PHC strings: whoever hashes one of them like another can compare.
    ///
    /// # Errors
    /// 503 when too many hashes are waiting.
    pub async fn hash_all(&self, texts: Vec<Secret<String>>) -> Result<Vec<String>> {
        let (hasher, salt) = (self.hasher.clone(), crate::clock::random_bytes::<16>());
        let hash = move |text: &Secret<String>| hash_with(&hasher, text, &salt);
        self.run(move || texts.iter().map(hash).collect()).await
    }

    /// Hashes a text with the salt and the cost of a PHC string; without one it takes as long.
    ///
    /// # Errors
    /// 503 when too many hashes are waiting; internal when the string is damaged.
    pub async fn hash_like(&self, text: Secret<String>, like: Option<String>) -> Result<String> {
        let dummy = Arc::clone(&self.dummy);
        self.run(move || {
            let like = PasswordHash::new(like.as_deref().unwrap_or(&dummy)).map_err(failed)?;
            let params = Params::try_from(&like).map_err(failed)?;
            let salt = like.salt.ok_or_else(|| failed("a hash without salt"))?;
            hash_with(&Argon2::new(Algorithm::Argon2id, Version::V0x13, params), &text, salt.as_ref())
        })
        .await
    }

    /// Checks a password against a user's hash. Without a hash it takes as long and is wrong.
    ///
    /// # Errors
    /// 503 when too many hashes are waiting; internal when the hash is damaged.
    pub async fn verify(&self, password: Secret<String>, hash: Option<Secret<String>>) -> Result<Verdict> {
        let hasher = self.hasher.clone();
        let dummy = Arc::clone(&self.dummy);
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.as_ref().map_or(&*dummy, |hash| hash.reveal());
            let verdict = check(&hasher, password.reveal(), hash)?;
            Ok(if known { verdict } else { Verdict::Wrong })
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let place = Arc::clone(&self.queue).try_acquire_owned().map_err(|_| busy())?;
        let core = tokio::time::timeout(PATIENCE, Arc::clone(&self.cores).acquire_owned()).await;
        let core: OwnedSemaphorePermit = core.map_err(|_| busy())?.map_err(Error::internal)?;
        // The permits go along: a caller who hangs up does not free a core that is still hashing.
        let held = (place, core);
        tokio::task::spawn_blocking(move || {
            let answer = work();
            drop(held);
            answer
        })
        .await
        .map_err(Error::internal)?
    }
}

fn hash_with(hasher: &Argon2<'_>, text: &Secret<String>, salt: &[u8]) -> Result<String> {
    Ok(hasher.hash_password_with_salt(text.reveal().as_bytes(), salt).map_err(failed)?.to_string())
}

fn check(hasher: &Argon2<'_>, password: &str, hash: &str) -> Result<Verdict> {
    if hash.starts_with(BCRYPT) {
        return Ok(check_imported(password, hash));
    }
    let stored = PasswordHash::new(hash).map_err(failed)?;
    if hasher.verify_password(password.as_bytes(), &stored).is_err() {
        return Ok(Verdict::Wrong);
    }
    let (used, wanted) = (Params::try_from(&stored).map_err(failed)?, hasher.params());
    let current = stored.algorithm == Algorithm::Argon2id.ident()
        && used.m_cost() >= wanted.m_cost()
        && used.t_cost() >= wanted.t_cost();
    Ok(if current { Verdict::Right } else { Verdict::Outdated })
}

/// Hashes of bcrypt come from other systems, and are replaced at the first sign-in. Those cut passwords at 72 bytes, and
/// so must we, this once.
fn check_imported(password: &str, hash: &str) -> Verdict {
    if bcrypt::verify(password, hash).unwrap_or(false) { Verdict::Outdated } else { Verdict::Wrong }
}

/// Whether a hash of another system can be checked here: argon2id as a PHC string, or bcrypt whose cost does not take
/// longer than a second or so.
#[must_use]
pub fn is_importable(hash: &str) -> bool {
    if hash.starts_with(BCRYPT) {
        return hash.parse::<bcrypt::HashParts>().is_ok_and(|parts| parts.get_cost() <= DEAREST_BCRYPT);
    }
    PasswordHash::new(hash).is_ok_and(|stored| {
        let cost = Params::try_from(&stored).map(|params| (params.m_cost(), params.t_cost()));
        stored.algorithm == Algorithm::Argon2id.ident()
            && cost.is_ok_and(|(memory, passes)| memory <= 1 << 20 && passes <= 100)
    })
}

fn busy() -> Error {
    let sentence = (
        "Too many sign-ins at once. Please try again in a moment.",
        "Zu viele Anmeldungen auf einmal. Bitte versuchen Sie es gleich noch einmal.",
    );
    Error::unavailable(sentence, 1)
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::internal(format!("argon2: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    const CHEAP: Cost = Cost { memory_kib: 64, iterations: 1, parallelism: 1 };

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.into())
    }

    #[tokio::test]
    async fn the_default_is_argon2id_with_19_mib_two_passes_and_one_lane() {
        let hash = Passwords::new(Cost::default()).unwrap().hash(secret("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[tokio::test]
    async fn only_the_password_itself_is_right() {
        let passwords = Passwords::new(CHEAP).unwrap();
        let long = "ä".repeat(500);
        let hash = passwords.hash(secret(&long)).await.unwrap();
        let check = |text: String| passwords.verify(Secret::new(text), Some(secret(&hash)));
        assert_eq!(check(long.clone()).await.unwrap(), Verdict::Right);
        assert_eq!(check(format!("{long}x")).await.unwrap(), Verdict::Wrong);
        assert_eq!(check(long.to_uppercase()).await.unwrap(), Verdict::Wrong);
        assert_eq!(check(String::new()).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn without_a_hash_no_password_is_right() {
        let passwords = Passwords::new(CHEAP).unwrap();
        assert_eq!(passwords.verify(secret("anything"), None).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_cheaper_hash_is_right_and_outdated() {
        let hash = Passwords::new(CHEAP).unwrap().hash(secret("correct horse")).await.unwrap();
        let dearer = Passwords::new(Cost { memory_kib: 128, ..CHEAP }).unwrap();
        let verdict = dearer.verify(secret("correct horse"), Some(Secret::new(hash))).await.unwrap();
        assert_eq!(verdict, Verdict::Outdated);
    }

    #[tokio::test]
    async fn a_hash_of_bcrypt_is_right_once_and_outdated() {
        let passwords = Passwords::new(CHEAP).unwrap();
        let hash = bcrypt::hash("correct horse", 4).unwrap();
        let check = |text: &str| passwords.verify(secret(text), Some(secret(&hash)));
        assert_eq!(check("correct horse").await.unwrap(), Verdict::Outdated);
        assert_eq!(check("correct horses").await.unwrap(), Verdict::Wrong);
        assert_eq!(check("correct\0horse").await.unwrap(), Verdict::Wrong);
        assert!(is_importable(&hash) && is_importable(&passwords.dummy));
        for strange in [
            "",
            "$2b$10$short",
            "$2b$15$abcdefghijklmnopqrstuuBLo5xBJcNnHNTuRZhVvDkfkhSrXvVpe",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG",
        ] {
            assert!(!is_importable(strange), "{strange}");
        }
    }

    #[tokio::test]
    async fn a_full_queue_sends_callers_away_with_a_time_to_come_back() {
        let passwords = Passwords::new(CHEAP).unwrap();
        let all = passwords.queue.available_permits();
        let _held = passwords.queue.clone().acquire_many_owned(u32::try_from(all).unwrap()).await.unwrap();
        assert_eq!(passwords.hash(secret("x")).await.unwrap_err().code(), Code::Unavailable);
        assert_eq!(passwords.check_room().unwrap_err().code(), Code::Unavailable);
    }
}
