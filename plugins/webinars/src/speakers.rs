//! Speakers: their addresses and their pages.

use magnetiq_sdk::prelude::*;

use crate::model::Speaker;
use crate::pages::{next_turn, shown, shown_speaker};
use crate::{store, structured};

/// Letters that have more than one plain one, or another.
const PLAIN: [(char, &str); 12] = [
    ('ä', "ae"),
    ('ö', "oe"),
    ('ü', "ue"),
    ('ß', "ss"),
    ('é', "e"),
    ('è', "e"),
    ('ê', "e"),
    ('á', "a"),
    ('à', "a"),
    ('å', "a"),
    ('ø', "o"),
    ('ñ', "n"),
];

/// Most characters of an address that is made from a name; there is room for a number behind it.
const LENGTH: usize = 70;

/// Gives a speaker without an address one that nobody else has.
pub fn check(tx: &Tx, change: &mut Change<Speaker>) -> Result<()> {
    if change.after.slug.as_deref().is_some_and(|slug| !slug.is_empty()) {
        return Ok(());
    }
    let own = change.before.as_ref().map(|before| before.id);
    let plain = slug(&change.after.name);
    let mut free = plain.clone();
    let mut number = 1;
    while store::speakers::is_taken(tx, &free, own)? {
        number += 1;
        free = format!("{plain}-{number}");
    }
    change.after.slug = Some(free);
    Ok(())
}

/// `Zoë O'Hara` becomes `zo-o-hara`; a name without any plain letter becomes `speaker`.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.to_lowercase().chars() {
        match PLAIN.iter().find(|(other, _)| *other == letter) {
            Some((_, plain)) => slug.push_str(plain),
            None if letter.is_ascii_alphanumeric() => slug.push(letter),
            None if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            None => {}
        }
    }
    slug.truncate(LENGTH);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "speaker".to_owned() } else { slug.to_owned() }
}

/// The page of a speaker with what is to come and what was.
pub fn page(db: &Snapshot, call: Call) -> Result<Page> {
    let speaker = store::speakers::by_slug(db, &call.path::<String>("slug")?)?;
    let now = db.now();
    let (upcoming, past) =
        (store::speakers::upcoming(db, now, speaker.id)?, store::speakers::past(db, now, speaker.id)?);
    let data = json!({
        "speaker": shown_speaker(&speaker),
        "upcoming": upcoming.iter().map(|event| shown(event, now)).collect::<Vec<_>>(),
        "past": past.iter().map(|event| shown(event, now)).collect::<Vec<_>>(),
    });
    let role = speaker.role.clone().unwrap_or_default();
    let page = Page::new("speaker.html", data)
        .title((speaker.name.as_str(), speaker.name.as_str()))
        .description(speaker.bio.clone().unwrap_or(role))
        .json_ld(structured::person(db, &speaker)?);
    let ends = past.iter().filter_map(|event| event.replay_until).filter(|end| *end > now).min();
    Ok(page.fresh_until(next_turn(&upcoming, now).into_iter().chain(ends).min()))
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn names_become_addresses() {
        for (name, expected) in [
            ("Marlene Ostervik", "marlene-ostervik"),
            ("Dr. Jürgen  Groß-Müller", "dr-juergen-gross-mueller"),
            ("Zoë O'Hara", "zo-o-hara"),
            ("Søren Ångström", "soren-angstroem"),
            ("李小龍", "speaker"),
        ] {
            assert_eq!(slug(name), expected);
        }
    }
}
