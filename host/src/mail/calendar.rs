//! iCalendar text (RFC 5545) of invitations, cancellations and feeds. Times are in UTC, so that no client has to know
//! the zone's rules.

use icalendar::{Calendar, Component, Event as Entry, Property};
use jiff::Timestamp;
use magnetiq_contract::mail::{Event, Method};

use crate::people::address::one_line;

/// Who made the calendar text.
const PRODUCT: &str = "-//Magnetiq//Magnetiq//EN";

/// An organizer or an attendee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Name, or empty.
    pub name: String,
    /// Address.
    pub email: String,
}

/// The method as it stands in `METHOD` and in the `method` parameter of the MIME part.
#[must_use]
pub fn method_name(method: Method) -> &'static str {
    match method {
        Method::Request => "REQUEST",
        Method::Cancel => "CANCEL",
        Method::Publish => "PUBLISH",
    }
}

/// Events as iCalendar text with CRLF, no line longer than 75 octets. RFC 5546 wants organizer and attendee for
/// requests and cancellations; a feed has neither. `now` becomes `DTSTAMP`.
#[must_use]
pub fn render(
    method: Method,
    events: &[Event],
    organizer: Option<&Party>,
    attendee: Option<&Party>,
    now: Timestamp,
) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN")] {
        calendar.append_property((name, value));
    }
    calendar.append_property(("METHOD", method_name(method)));
    for event in events {
        calendar.push(entry(method, event, organizer, attendee, now));
    }
    calendar.to_string()
}

fn entry(method: Method, event: &Event, organizer: Option<&Party>, attendee: Option<&Party>, now: Timestamp) -> Entry {
    let mut entry = Entry::new();
    entry.uid(&one_line(&event.uid)).sequence(event.sequence);
    entry.add_property("DTSTAMP", utc(now));
    entry.add_property("DTSTART", utc_of(event.starts_at)).add_property("DTEND", utc_of(event.ends_at));
    entry.summary(&one_line(&event.summary));
    if !event.description.is_empty() {
        entry.description(&lines(&event.description));
    }
    if !event.location.is_empty() {
        entry.add_property("LOCATION", one_line(&event.location));
    }
    if !event.url.is_empty() {
        entry.url(&one_line(&event.url));
    }
    entry.add_property("STATUS", if method == Method::Cancel { "CANCELLED" } else { "CONFIRMED" });
    if let Some(organizer) = organizer {
        entry.append_property(party("ORGANIZER", organizer));
    }
    if let Some(attendee) = attendee {
        entry.append_multi_property(invited(method, attendee));
    }
    entry.done()
}

fn invited(method: Method, attendee: &Party) -> Property {
    let mut property = party("ATTENDEE", attendee);
    property.add_parameter("CUTYPE", "INDIVIDUAL").add_parameter("ROLE", "REQ-PARTICIPANT");
    if method == Method::Request {
        property.add_parameter("PARTSTAT", "NEEDS-ACTION").add_parameter("RSVP", "FALSE");
    }
    property.done()
}

fn party(name: &str, party: &Party) -> Property {
    let mut property = Property::new(name, format!("mailto:{}", one_line(&party.email)));
    // A parameter cannot carry a quotation mark in any spelling.
    let common_name = one_line(&party.name).replace('"', "'");
    if !common_name.is_empty() {
        property.add_parameter("CN", &common_name);
    }
    property.done()
}

/// Several lines, parted by `\n` alone and free of other control characters.
fn lines(text: &str) -> String {
    let parted = text.replace("\r\n", "\n").replace('\r', "\n");
    parted.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

fn utc_of(microseconds: i64) -> String {
    utc(Timestamp::from_microsecond(microseconds).unwrap_or_default())
}

fn utc(moment: Timestamp) -> String {
    moment.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        Event {
            uid: "session-7@webinars.example.org".to_owned(),
            sequence: 2,
            starts_at: 1_772_355_600_000_000,
            ends_at: 1_772_359_200_000_000,
            summary: "Heat pumps; explained, \"simply\"".to_owned(),
            description:
                "Line one\r\nLine two, with a very long text that has to be folded — Wärmepumpen für Ältere \u{1F600}"
                    .to_owned(),
            location: "https://meet.example.org/7".to_owned(),
            url: "https://example.org/en/webinars/heat\r\nX-EVIL: 1".to_owned(),
        }
    }

    fn party(name: &str, email: &str) -> Party {
        Party { name: name.to_owned(), email: email.to_owned() }
    }

    fn rendered(method: Method) -> String {
        let organizer = party("Example, Inc.", "events@example.org");
        let attendee = party("Ada \"A\"\r\nBEGIN:VALARM", "ada@example.org");
        let now: Timestamp = "2026-02-01T10:00:00Z".parse().unwrap();
        render(method, &[event()], Some(&organizer), Some(&attendee), now)
    }

    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn an_invitation_says_what_itip_wants() {
        let text = unfolded(&rendered(Method::Request));
        let mut lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(
            lines[..5],
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Magnetiq//Magnetiq//EN",
                "CALSCALE:GREGORIAN",
                "METHOD:REQUEST"
            ]
        );
        lines.sort_unstable();
        for line in [
            "UID:session-7@webinars.example.org",
            "SEQUENCE:2",
            "DTSTAMP:20260201T100000Z",
            "DTSTART:20260301T090000Z",
            "DTEND:20260301T100000Z",
            "STATUS:CONFIRMED",
            r#"SUMMARY:Heat pumps\; explained\, "simply""#,
            "ORGANIZER;CN=\"Example, Inc.\":mailto:events@example.org",
            "ATTENDEE;CN=\"Ada 'A' BEGIN:VALARM\";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:ada@example.org",
            "URL:https://example.org/en/webinars/heat X-EVIL: 1",
        ] {
            assert!(lines.contains(&line), "{line}\n{text}");
        }
    }

    #[test]
    fn a_cancellation_names_its_event_as_cancelled() {
        let text = unfolded(&rendered(Method::Cancel));
        assert!(text.contains("METHOD:CANCEL\r\n") && text.contains("STATUS:CANCELLED\r\n"), "{text}");
        assert!(!text.contains("RSVP"), "{text}");
    }

    #[test]
    fn a_feed_names_nobody() {
        let text = render(Method::Publish, &[event(), event()], None, None, Timestamp::UNIX_EPOCH);
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 2);
        assert!(text.contains("METHOD:PUBLISH") && !text.contains("ATTENDEE") && !text.contains("ORGANIZER"));
    }

    #[test]
    fn lines_end_with_crlf_and_none_is_longer_than_75_octets() {
        let text = rendered(Method::Request);
        assert!(text.ends_with("\r\n"));
        for line in text.split("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
        }
    }

    #[test]
    fn a_calendar_parser_reads_it_back() {
        let parsed: Calendar = rendered(Method::Request).parse().unwrap();
        let found = parsed.components[0].as_event().unwrap();
        assert_eq!(found.get_summary(), Some("Heat pumps; explained, \"simply\""));
        let description = found.get_description().unwrap();
        assert!(
            description.starts_with("Line one\nLine two, with") && description.ends_with("Ältere \u{1F600}"),
            "{description}"
        );
    }
}
