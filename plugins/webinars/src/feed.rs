//! `calendar.ics`: the upcoming sessions for calendars that subscribe (RFC 5545).

use magnetiq_sdk::prelude::*;

use crate::mails::topic_url;
use crate::model::{Event, SessionStatus};
use crate::pages::next_turn;
use crate::store;

/// Lines are folded at so many octets.
const LINE: usize = 75;

/// The feed, in the language of the address.
pub fn calendar(db: &Snapshot) -> Result<File> {
    let now = db.now();
    let locale = db.locale()?;
    let events = store::upcoming(db, now)?;
    let name = db.context()?.site.name;
    let mut text = String::new();
    for entry in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Magnetiq//Webinars//EN", "METHOD:PUBLISH"] {
        line(&mut text, entry);
    }
    line(&mut text, &format!("X-WR-CALNAME:{}", escaped(&name)));
    for event in &events {
        write(db, &mut text, event, locale)?;
    }
    line(&mut text, "END:VCALENDAR");
    Ok(File::new("text/calendar; charset=utf-8", text).fresh_until(next_turn(&events, now)))
}

fn write(db: &Snapshot, text: &mut String, event: &Event, locale: Locale) -> Result<()> {
    let url = topic_url(db, event, locale)?;
    let status = if event.status == SessionStatus::Cancelled { "CANCELLED" } else { "CONFIRMED" };
    line(text, "BEGIN:VEVENT");
    line(text, &format!("UID:{}", event.uid));
    line(text, &format!("SEQUENCE:{}", event.revision));
    line(text, &format!("DTSTAMP:{}", db.now().ical()));
    line(text, &format!("DTSTART:{}", event.starts_at.ical()));
    line(text, &format!("DTEND:{}", event.ends_at.ical()));
    line(text, &format!("SUMMARY:{}", escaped(event.title.get(locale))));
    line(text, &format!("DESCRIPTION:{}", escaped(event.summary.get(locale))));
    line(text, &format!("URL:{url}"));
    line(text, &format!("STATUS:{status}"));
    line(text, "END:VEVENT");
    Ok(())
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Adds a line, folded between characters.
fn line(text: &mut String, content: &str) {
    let mut room = LINE;
    for letter in content.chars() {
        if letter.len_utf8() > room {
            text.push_str("\r\n ");
            room = LINE - 1;
        }
        text.push(letter);
        room -= letter.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_at_75_octets_between_characters() {
        let mut text = String::new();
        line(&mut text, &"ä".repeat(100));
        assert!(text.split("\r\n").all(|line| line.len() <= LINE));
        assert_eq!(text.replace("\r\n ", "").trim_end(), "ä".repeat(100));
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("a, b; c\\d\r\ne"), "a\\, b\\; c\\\\d\\ne");
    }
}
