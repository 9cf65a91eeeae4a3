//! Which passwords are refused: short ones, common ones, those that breaches have shown, and the site's or the user's own
//! name. No rules on kinds of characters.

use std::collections::HashSet;
use std::sync::LazyLock;

use magnetiq_contract::rule::Rule;
use magnetiq_contract::text::Text;

/// The fewest characters.
pub const SHORTEST: usize = 8;

/// The most bytes: enough for any sentence, not enough to make hashing dear.
pub const LONGEST: usize = 1024;

/// What must be left of a password when words that anybody would try are taken out.
const OWN_PART: usize = 5;

/// Words that stand in most guessed passwords, one a line.
static COMMON: LazyLock<HashSet<String>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().map(plain).collect());

/// Whole passwords of 8 characters and more that breaches have shown again and again, one a line.
static BREACHED: LazyLock<HashSet<String>> =
    LazyLock::new(|| include_str!("breached_passwords.txt").lines().map(plain).collect());

/// Runs that fingers find by themselves.
static RUNS: LazyLock<[String; 6]> = LazyLock::new(|| {
    [
        "abcdefghijklmnopqrstuvwxyz",
        "12345678901234567890",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm",
        "qazwsxedcrfvtgbyhnujmikolp",
        "01020304050607080910",
    ]
    .map(plain)
});

/// Checks a password that somebody chooses. `context` are words anybody would try for this account: the user's name
/// and e-mail, the site's name.
///
/// # Errors
/// The rule that it broke.
pub fn check(password: &str, context: &[&str]) -> Result<(), Rule> {
    if password.chars().count() < SHORTEST {
        return Err(Rule::TooShort(SHORTEST as u64));
    }
    if password.len() > LONGEST {
        return Err(Rule::TooLong(LONGEST as u64));
    }
    let plain = plain(password);
    if BREACHED.contains(&plain) || is_common(&plain) || is_pattern(&plain) {
        return Err(too_easy());
    }
    if own_part(&plain, context) < OWN_PART {
        return Err(Rule::Other(Text::new(
            "Please do not build it from your name, your address or the name of the site.",
            "Bitte nicht aus dem eigenen Namen, der eigenen Adresse oder dem Namen der Website bilden.",
        )));
    }
    Ok(())
}

fn too_easy() -> Rule {
    Rule::Other(Text::new(
        "This password is among the first that are tried. Please choose another.",
        "Dieses Passwort gehört zu den ersten, die probiert werden. Bitte ein anderes wählen.",
    ))
}

/// Lower case, with the usual replacements of letters taken back.
fn plain(password: &str) -> String {
    let back = |letter: char| match letter {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    password.to_lowercase().chars().map(back).collect()
}

/// A common word, as it is or with digits and signs around it.
fn is_common(plain: &str) -> bool {
    // Digits were turned into letters, so that they are compared in the same form.
    let filling = |letter: char| !letter.is_alphabetic() || "oieast".contains(letter);
    let mut starts: Vec<usize> = plain.char_indices().take(5).map(|(start, _)| start).collect();
    starts.retain(|start| plain[..*start].chars().all(filling));
    starts.into_iter().any(|start| {
        let rest = &plain[start..];
        let ends = rest.char_indices().map(|(end, letter)| end + letter.len_utf8());
        ends.rev().take(7).any(|end| COMMON.contains(&rest[..end]) && rest[end..].chars().all(filling))
    })
}

/// One or two characters over and over, or a run of the alphabet, the digits or the keyboard.
fn is_pattern(plain: &str) -> bool {
    let different: HashSet<char> = plain.chars().collect();
    let backwards: String = plain.chars().rev().collect();
    different.len() <= 2 || RUNS.iter().any(|run| run.contains(plain) || run.contains(&backwards))
}

/// How many characters are left without the words of the context.
fn own_part(plain: &str, context: &[&str]) -> usize {
    let parts = context.iter().flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric()));
    let mut words: Vec<String> =
        parts.chain(context.iter().copied()).filter(|word| word.chars().count() >= 4).map(self::plain).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut rest = plain.to_owned();
    for word in words {
        rest = rest.replace(&word, "");
    }
    rest.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: [&str; 3] = ["Ada Lovelace", "ada.lovelace@example.com", "Magnetiq"];

    #[test]
    fn long_sentences_and_random_ones_of_eight_are_taken_whatever_their_letters() {
        for password in [
            "correct horse battery staple",
            "xk7vqpzm",
            "zwölf grüne äpfel",
            "🦀🦀crabs🦀are🦀here",
            "lovelace wrote the first program",
            "nmqweifu",
            &"xk7vqpzm".repeat(128),
        ] {
            assert_eq!(check(password, &CONTEXT), Ok(()), "{password}");
        }
    }

    #[test]
    fn seven_characters_are_too_few_and_1025_bytes_too_many() {
        assert_eq!(check("xk7vqpz", &CONTEXT), Err(Rule::TooShort(8)));
        assert_eq!(check("äöüßäöü", &CONTEXT), Err(Rule::TooShort(8)));
        assert_eq!(check(&"xk7vqpzm".repeat(129)[..1025], &CONTEXT), Err(Rule::TooLong(1024)));
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for password in [
            "password",
            "Password1",
            "P@ssw0rd",
            "P@$$w0rd!",
            "password123",
            "passwort",
            "12345678",
            "123456789",
            "1234567890",
            "0987654321",
            "qwertyuiop",
            "Qwertz123",
            "11111111",
            "abababab",
            "abcdefgh",
            "iloveyou1",
            "Sommer2026!",
            "welcome1",
            "letmein123",
            "admin123",
            "administrator",
            "superman",
            "1qaz2wsx",
            "changeme",
            "hallo1234",
            "schalke04",
            "dragon12",
            "football1",
            "!password!",
        ] {
            assert!(check(password, &CONTEXT).is_err(), "{password}");
        }
    }

    #[test]
    fn every_password_of_the_list_is_refused_however_it_is_spelt() {
        let listed: Vec<&str> = include_str!("breached_passwords.txt").lines().collect();
        assert!(listed.len() >= 3000, "{}", listed.len());
        for password in listed {
            assert!(check(password, &CONTEXT).is_err(), "{password}");
            assert!(check(&password.to_uppercase(), &CONTEXT).is_err(), "{password}");
        }
    }

    #[test]
    fn names_of_user_and_site_with_a_little_around_them_are_refused() {
        for password in [
            "magnetiq2026",
            "Magn3tiq!",
            "lovelace1",
            "adalovelace",
            "example1",
            "lovelace-ada",
            "ada.lovelace@example.com",
        ] {
            assert!(check(password, &CONTEXT).is_err(), "{password}");
        }
    }
}
