//! Mails as programs of recipients read them: parts, calendar, zones, in both languages.

use icalendar::{Calendar, CalendarComponent, Component, Event};
use magnetiq_tests::{Client, Guest, Mail, TestApp};
use serde_json::json;

/// An enabled plugin with a session in London of one seat; an admin.
async fn announced(app: &TestApp) -> Client {
    app.enable(Guest::Webinars).await;
    let admin = app.sign_in("super_admin").await;
    let title = json!({
        "en": "Heat pumps: what is possible in an old house, what is not, and what all of it costs",
        "de": "Wärmepumpen im Altbau: was geht, was nicht, und was es in Häusern aller Größen kostet",
    });
    let topic = json!({"title": title, "slug": "heat-pumps", "summary": title, "status": "published"});
    admin.post_json("/api/v1/webinars/topics", &topic).await.expect(201);
    let session = json!({
        "topic_id": 1, "starts_at": "2026-04-10T09:00:00Z", "ends_at": "2026-04-10T10:00:00Z",
        "time_zone": "Europe/London", "language": "en", "status": "published", "capacity": 1,
        "join_url": "https://meet.example.org/a-room?with=parameters",
    });
    admin.post_json("/api/v1/webinars/sessions", &session).await.expect(201);
    admin
}

async fn register(app: &TestApp, email: &str, locale: &str, zone: Option<&str>) {
    let body = json!({
        "email": email, "name": "Ada Lövelace", "locale": locale, "time_zone": zone, "consent": {"marketing": false},
    });
    app.post_json("/api/v1/webinars/sessions/1/registrations", &body).await.expect(201);
}

async fn mails_to(app: &TestApp, email: &str) -> Vec<Mail> {
    app.mails().await.into_iter().filter(|mail| mail.to.contains(email)).collect()
}

/// The event of a message, after a look at what RFC 6047 wants of its parts.
fn event(mail: &Mail, method: &str) -> Event {
    let kinds: Vec<&str> = mail.parts.iter().map(|part| part.media_type.as_str()).collect();
    assert_eq!(kinds, ["text/plain", "text/html", "text/calendar", "application/ics"]);
    let parameter = |name: &str| {
        let found = mail.parts[2].parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.to_uppercase()).unwrap_or_default()
    };
    assert_eq!((parameter("method").as_str(), parameter("charset").as_str()), (method, "UTF-8"));
    // The reader of mails takes the transport's line ends off, that of calendars does not mind.
    let lines = |text: &str| text.trim().lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&mail.parts[2].text), lines(&mail.parts[3].text), "the file is the invitation");
    assert!(mail.parts[3].text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "RFC 5545, 3.1");
    let calendar: Calendar = mail.parts[3].text.parse().unwrap();
    assert_eq!(calendar.property_value("METHOD"), Some(method));
    match &calendar.components[..] {
        [CalendarComponent::Event(event)] => event.clone(),
        other => panic!("{other:?}"),
    }
}

fn value<'a>(event: &'a Event, name: &str) -> &'a str {
    event.property_value(name).unwrap_or_default()
}

fn sequence(event: &Event) -> u32 {
    value(event, "SEQUENCE").parse().unwrap()
}

#[tokio::test]
async fn an_invitation_its_change_and_its_end_are_one_event_for_a_calendar() {
    let app = TestApp::start().await;
    let admin = announced(&app).await;
    register(&app, "ada@example.org", "de", Some("Europe/Berlin")).await;
    let moved = json!({"starts_at": "2026-04-11T09:00:00Z", "ends_at": "2026-04-11T10:00:00Z"});
    admin.patch_json("/api/v1/webinars/sessions/1", &moved).await.expect(200);
    app.advance(jiff::SignedDuration::from_mins(5)).await;
    register(&app, "bob@example.org", "en", None).await;
    admin.patch_json("/api/v1/webinars/registrations/1", &json!({"status": "waitlisted"})).await.expect(200);

    let mails = mails_to(&app, "ada@example.org").await;
    assert_eq!(mails.len(), 3, "one for each change");
    let events = [event(&mails[0], "REQUEST"), event(&mails[1], "REQUEST"), event(&mails[2], "CANCEL")];
    let [invited, changed, taken_back] = &events;
    assert_eq!(value(invited, "DTSTART"), "20260410T090000Z");
    assert_eq!(value(changed, "DTSTART"), "20260411T090000Z");
    assert_eq!((value(invited, "STATUS"), value(taken_back, "STATUS")), ("CONFIRMED", "CANCELLED"));
    assert!(sequence(invited) < sequence(changed) && sequence(changed) < sequence(taken_back));
    for name in ["UID", "ORGANIZER"] {
        assert!(!value(invited, name).is_empty());
        assert!(events.iter().all(|event| value(event, name) == value(invited, name)), "{name}");
    }
    let attendees = |event: &Event| event.multi_properties()["ATTENDEE"][0].value().to_owned();
    assert!(events.iter().all(|event| attendees(event) == "mailto:ada@example.org"));
    assert!(invited.get_summary().unwrap().starts_with("Wärmepumpen im Altbau: was geht, was nicht"));
    let feed = app.get("/de/webinare/calendar.ics").await.expect(200).text().parse::<Calendar>().unwrap();
    let listed = feed.components[0].as_event().unwrap();
    assert_eq!(value(listed, "UID"), value(invited, "UID"));

    let offered = mails_to(&app, "bob@example.org").await;
    assert!(offered.iter().all(|mail| mail.calendar().is_empty()), "nobody is invited who has no seat");
}

#[tokio::test]
async fn a_mail_names_both_zones_in_its_language_as_text_and_as_page() {
    let app = TestApp::start().await;
    announced(&app).await;
    register(&app, "ada@example.org", "de", Some("America/New_York")).await;
    register(&app, "bob@example.org", "en", None).await;
    let german = [
        "Guten Tag Ada Lövelace,",
        "Freitag, 10. April 2026, 10:00–11:00 Uhr BST (Europe/London)",
        "Freitag, 10. April 2026, 05:00–06:00 Uhr EDT (America/New_York)",
    ];
    let english = [
        "Hello Ada Lövelace,",
        "Friday, 10 April 2026, 10:00–11:00 BST (Europe/London)",
        "Friday, 10 April 2026, 11:00–12:00 CEST (Europe/Berlin)",
    ];
    for (email, expected) in [("ada@example.org", german), ("bob@example.org", english)] {
        let mail = mails_to(&app, email).await.remove(0);
        let page = without_tags(mail.html());
        for sentence in expected {
            assert!(mail.text().contains(sentence), "{sentence}\n{}", mail.text());
            assert!(page.contains(sentence), "{sentence}\n{page}");
        }
        assert!(!mail.text().contains("\n\n\n"), "{}", mail.text());
    }
}

fn without_tags(html: &str) -> String {
    html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect()
}

#[tokio::test]
async fn a_mail_travels_through_any_server() {
    let app = TestApp::start().await;
    announced(&app).await;
    register(&app, "ada@example.org", "de", None).await;
    register(&app, "bob@example.org", "de", None).await;
    let mails = [mails_to(&app, "ada@example.org").await.remove(0), mails_to(&app, "bob@example.org").await.remove(0)];
    for mail in &mails {
        assert!(mail.raw.is_ascii() && mail.raw.split("\r\n").all(|line| line.len() <= 78 && !line.contains('\n')));
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        assert_eq!(mail.header("MIME-Version"), "1.0");
        assert!(mail.message_id.starts_with('<') && mail.message_id.ends_with("@localhost>"), "{}", mail.message_id);
        assert!(mail.header("List-Unsubscribe").is_empty(), "an answer to a registration is no newsletter");
        assert!(mail.subject.contains("Wärmepumpen im Altbau: was geht, was nicht, und was es in Häusern"));
    }
    assert_ne!(mails[0].message_id, mails[1].message_id);
}
