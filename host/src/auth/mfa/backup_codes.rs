//! Codes on paper, each good once, for whoever has lost the app. They are hashed like passwords; those of one set share
//! a salt, so that a code is hashed once and compared with all.

use aws_lc_rs::constant_time::verify_slices_are_equal;

use crate::auth::passwords::Passwords;
use crate::auth::secret::Secret;
use crate::clock::random_bytes;
use crate::error::Result;

/// Codes of a set.
const COUNT: usize = 10;

/// Characters of a code, of 5 bits each.
const LENGTH: usize = 10;

/// Crockford's base32: nothing in it looks like something else in it.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Ten new codes: as their owner gets them, once, and as they are stored.
///
/// # Errors
/// 503 when too many hashes are waiting.
pub(super) async fn make(passwords: &Passwords) -> Result<(Vec<String>, Vec<String>)> {
    let codes: Vec<String> = (0..COUNT).map(|_| random_code()).collect();
    let plain = codes.iter().map(|code| Secret::new(plain(code))).collect();
    Ok((codes, passwords.hash_all(plain).await?))
}

/// Hashes a code as those of `stored` were. Without any it takes as long.
///
/// # Errors
/// 503 when too many hashes are waiting.
pub(super) async fn hash(passwords: &Passwords, code: &str, stored: &[String]) -> Result<String> {
    passwords.hash_like(Secret::new(plain(code)), stored.first().cloned()).await
}

/// What is left of `stored` when the code of this hash is used; none when it is not one of them.
pub(super) fn without(stored: &[String], hash: &str) -> Option<Vec<String>> {
    let is_used = |known: &&String| verify_slices_are_equal(known.as_bytes(), hash.as_bytes()).is_ok();
    let rest: Vec<String> = stored.iter().filter(|known| !is_used(known)).cloned().collect();
    (rest.len() < stored.len()).then_some(rest)
}

/// `k3v9p-0xqmz`.
fn random_code() -> String {
    let letters = random_bytes::<LENGTH>().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    let (first, second) = letters.split_at(LENGTH / 2);
    format!("{}-{}", String::from_iter(first), String::from_iter(second))
}

/// As it is hashed: what people write in its place is read as it was meant.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
    let meant = |letter| match letter {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    letters.map(meant).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::auth::passwords::Cost;

    fn passwords() -> Passwords {
        Passwords::new(Cost { memory_kib: 8, iterations: 1, parallelism: 1 }).unwrap()
    }

    #[tokio::test]
    async fn ten_different_codes_are_each_good_once_however_they_are_typed() {
        let passwords = passwords();
        let (codes, stored) = make(&passwords).await.unwrap();
        assert_eq!((codes.len(), codes.iter().collect::<HashSet<_>>().len()), (10, 10));
        assert!(codes.iter().all(|code| code.len() == 11 && code.as_bytes()[5] == b'-'), "{codes:?}");
        assert!(stored.iter().all(|hash| hash.starts_with("$argon2id$")), "{stored:?}");

        let typed = format!(" {} ", codes[3].replace('-', " ").replace('0', "o").to_uppercase());
        let hash = hash(&passwords, &typed, &stored).await.unwrap();
        let rest = without(&stored, &hash).unwrap();
        assert_eq!(rest.len(), 9);
        assert_eq!(without(&rest, &hash), None);
    }

    #[tokio::test]
    async fn a_wrong_code_is_none_of_them_and_without_a_set_none_is_right() {
        let passwords = passwords();
        let (_, stored) = make(&passwords).await.unwrap();
        for wrong in ["", "00000-00000", "k3v9p"] {
            let hash = hash(&passwords, wrong, &stored).await.unwrap();
            assert_eq!(without(&stored, &hash), None, "{wrong}");
        }
        let hash = hash(&passwords, "00000-00000", &[]).await.unwrap();
        assert_eq!(without(&[], &hash), None);
    }
}
