//! The tables.

use magnetiq_sdk::prelude::*;

/// Whether visitors see a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum TopicStatus {
    /// Being written.
    #[choice(en = "Draft", de = "Entwurf")]
    Draft,
    /// On the site.
    #[choice(en = "Published", de = "Veröffentlicht")]
    Published,
    /// No longer on the site.
    #[choice(en = "Archived", de = "Archiviert")]
    Archived,
}

/// What a webinar is about: its page on the site.
#[derive(Clone, Debug, Resource)]
#[resource(
    table = "p_webinars__topics",
    en = "Topic",
    de = "Thema",
    en_plural = "Topics",
    de_plural = "Themen",
    title = "title",
    sort = "-created_at",
    read = "webinars:read",
    write = "webinars:write",
    delete = "webinars:manage",
    public_rows(status = "published"),
    menu(order = 10, icon = "presentation")
)]
pub struct Topic {
    /// Its id.
    pub id: i64,
    /// Its title.
    #[field(en = "Title", de = "Titel", max = 150, public, search, list)]
    pub title: Text,
    /// Part of its address.
    #[field(en = "Address", de = "Adresse", kind = "slug", max = 80, unique, public, list)]
    #[field(
        help_en = "Lower-case letters, digits and hyphens.",
        help_de = "Kleinbuchstaben, Ziffern und Bindestriche."
    )]
    pub slug: String,
    /// For lists and search engines.
    #[field(en = "Summary", de = "Kurzfassung", kind = "localized_long", max = 300, public)]
    pub summary: Text,
    /// Paragraphs.
    #[field(en = "Description", de = "Beschreibung", kind = "localized_long", max = 10000, public)]
    pub description: Option<Text>,
    /// Whether visitors see it.
    #[field(en = "Status", de = "Status", default = "draft", filter, sort, list)]
    pub status: TopicStatus,
}

/// Somebody who speaks.
#[derive(Clone, Debug, Resource)]
#[resource(
    table = "p_webinars__speakers",
    en = "Speaker",
    de = "Vortragende Person",
    en_plural = "Speakers",
    de_plural = "Vortragende",
    title = "name",
    sort = "name",
    read = "webinars:read",
    write = "webinars:write",
    delete = "webinars:manage",
    public_rows(),
    menu(order = 12, icon = "user")
)]
pub struct Speaker {
    /// Full name.
    #[field(en = "Name", de = "Name", max = 120, public, search, sort, list)]
    pub name: String,
    /// What they do.
    #[field(en = "Role", de = "Rolle", max = 150, public, list)]
    pub role: Option<Text>,
    /// A few sentences.
    #[field(en = "About", de = "Zur Person", kind = "localized_long", max = 2000, public)]
    pub bio: Option<Text>,
}

/// A speaker on a topic.
#[derive(Clone, Debug, Resource)]
#[resource(
    table = "p_webinars__appearances",
    en = "Speaker of a topic",
    de = "Mitwirkung",
    en_plural = "Speakers of topics",
    de_plural = "Mitwirkungen",
    sort = "position",
    read = "webinars:read",
    write = "webinars:write",
    menu(order = 13, icon = "link")
)]
pub struct Appearance {
    /// Its id.
    pub id: i64,
    /// The topic.
    #[field(en = "Topic", de = "Thema", references = "topics", filter, list)]
    pub topic_id: i64,
    /// The speaker.
    #[field(en = "Speaker", de = "Vortragende Person", references = "speakers", filter, list)]
    pub speaker_id: i64,
    /// Lower first.
    #[field(en = "Position", de = "Reihenfolge", default = 0, min = 0, max = 1000, sort, list)]
    pub position: i64,
}

/// Whether a session takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum SessionStatus {
    /// Being planned.
    #[choice(en = "Draft", de = "Entwurf")]
    Draft,
    /// On the site, open for registration until it starts.
    #[choice(en = "Published", de = "Veröffentlicht")]
    Published,
    /// Does not take place.
    #[choice(en = "Cancelled", de = "Abgesagt")]
    Cancelled,
}

/// A topic at one time.
#[derive(Clone, Debug, Resource)]
#[resource(
    table = "p_webinars__sessions",
    en = "Session",
    de = "Termin",
    en_plural = "Sessions",
    de_plural = "Termine",
    title = "starts_at",
    sort = "-starts_at",
    read = "webinars:read",
    write = "webinars:write",
    delete = "webinars:manage",
    public_rows(status = "published", ends_at > "now"),
    menu(order = 11, icon = "calendar")
)]
pub struct Session {
    /// Its id.
    pub id: i64,
    /// What it is about.
    #[field(en = "Topic", de = "Thema", references = "topics", public, filter, list)]
    pub topic_id: i64,
    /// First moment.
    #[field(en = "Starts", de = "Beginn", zone = "time_zone", public, filter, sort, list)]
    pub starts_at: Timestamp,
    /// Last moment.
    #[field(en = "Ends", de = "Ende", zone = "time_zone", public, sort)]
    pub ends_at: Timestamp,
    /// IANA zone in which it is announced.
    #[field(en = "Time zone", de = "Zeitzone", kind = "time_zone", default = "Europe/Berlin", public)]
    pub time_zone: String,
    /// Language that is spoken.
    #[field(en = "Language", de = "Sprache", default = "en", public, filter, list)]
    pub language: Locale,
    /// Seats; none for no limit.
    #[field(en = "Seats", de = "Plätze", min = 0, max = 100000, list)]
    #[field(
        help_en = "Empty: no limit. Nobody loses a seat when you lower it.",
        help_de = "Leer: unbegrenzt. Niemand verliert den Platz, wenn Sie die Zahl senken."
    )]
    pub capacity: Option<i64>,
    /// Where it takes place.
    #[field(en = "Link to join", de = "Link zur Teilnahme", kind = "url", max = 500)]
    pub join_url: Option<String>,
    /// Whether it takes place.
    #[field(en = "Status", de = "Status", default = "draft", public, filter, sort, list)]
    pub status: SessionStatus,
    /// Grows with each change that registered people are told of.
    #[field(en = "Revision", de = "Stand", default = 0, read_only)]
    pub revision: i64,
    /// When it was to start before it was moved.
    #[field(en = "Moved from", de = "Verlegt von", zone = "time_zone", read_only, public)]
    pub moved_from: Option<Timestamp>,
}

/// Where a registration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Status {
    /// Has a seat.
    #[choice(en = "Confirmed", de = "Bestätigt")]
    Confirmed,
    /// Waits for one.
    #[choice(en = "Waiting list", de = "Warteliste")]
    Waitlisted,
    /// May take a seat that is held for some time.
    #[choice(en = "Seat offered", de = "Platz angeboten", read_only)]
    Offered,
    /// Did not take it in time.
    #[choice(en = "Offer expired", de = "Angebot verfallen", read_only)]
    Expired,
    /// Does not come.
    #[choice(en = "Cancelled", de = "Storniert")]
    Cancelled,
}

impl Status {
    /// True while the person counts on the session.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Self::Confirmed | Self::Waitlisted | Self::Offered)
    }
}

/// A person and a session.
#[derive(Clone, Debug, Resource)]
#[resource(
    table = "p_webinars__registrations",
    en = "Registration",
    de = "Anmeldung",
    en_plural = "Registrations",
    de_plural = "Anmeldungen",
    title = "person",
    sort = "-created_at",
    read = "webinars:read",
    create = "nobody",
    update = "webinars:write",
    delete = "webinars:manage",
    menu(order = 14, icon = "users")
)]
pub struct Registration {
    /// Its id.
    pub id: i64,
    /// For what.
    #[field(en = "Session", de = "Termin", references = "sessions", required, read_only, filter, list)]
    pub session_id: i64,
    /// Who.
    #[field(en = "Person", de = "Person", required, read_only, filter, search, list)]
    pub person: Person,
    /// Where it stands.
    #[field(en = "Status", de = "Status", filter, sort, list)]
    pub status: Status,
    /// Whether they were there.
    #[field(en = "Attended", de = "Teilgenommen", default = false, filter, list)]
    #[field(
        help_en = "Set by the button on the personal page. Correct it when the meeting's own list says otherwise.",
        help_de = "Setzt der Knopf auf der persönlichen Seite. Korrigieren Sie es, wenn die Liste des Meetings anderes sagt."
    )]
    pub attended: bool,
    /// When they pressed that button first.
    #[field(en = "Joined", de = "Beigetreten", read_only, sort, list)]
    pub joined_at: Option<Timestamp>,
    /// Since when they wait for a seat: who waits longest is the next.
    #[field(en = "Waiting since", de = "Wartet seit", read_only, sort, list)]
    pub waiting_since: Option<Timestamp>,
    /// When an offered seat goes to the next.
    #[field(en = "Offer ends", de = "Angebot endet", read_only, list)]
    pub offered_until: Option<Timestamp>,
    /// When they registered last.
    #[field(en = "Registered", de = "Angemeldet am", read_only, sort, list)]
    pub registered_at: Option<Timestamp>,
    /// Where they work, as they said it then.
    #[field(en = "Company", de = "Unternehmen", max = 150, read_only, personal, search, list)]
    pub company: Option<String>,
    /// Whether they agreed to further mail, and have not taken it back since.
    #[field(en = "Agreed to news", de = "Neuigkeiten erwünscht", read_only, filter, list)]
    #[field(
        help_en = "Answered with this registration; no once they have unsubscribed.",
        help_de = "Antwort bei dieser Anmeldung; nein, sobald sie sich abgemeldet haben."
    )]
    pub marketing: Option<bool>,
    /// Language of mails.
    #[field(en = "Language", de = "Sprache", filter)]
    pub locale: Locale,
    /// For the organisers alone.
    #[field(en = "Note", de = "Notiz", kind = "long_text", max = 2000, personal)]
    pub note: Option<String>,
}

/// A registration with what no list shows.
#[derive(Clone, Debug, Row)]
pub struct Seat {
    /// Its id.
    pub id: i64,
    /// For what.
    pub session_id: i64,
    /// Who.
    pub person: Person,
    /// Where it stands.
    pub status: Status,
    /// Language of mails.
    pub locale: Locale,
    /// What the form answered.
    pub receipt: String,
    /// Opens the personal page.
    pub token: String,
    /// When an offer ends.
    pub offered_until: Option<Timestamp>,
    /// When the details were mailed last.
    pub mailed_at: Option<Timestamp>,
    /// An invitation stands in their calendar.
    pub invited: bool,
    /// The last that they were told of the session is its cancellation.
    pub told_off: bool,
    /// In the trash.
    pub hidden: bool,
}

impl Seat {
    /// True while the person counts on the session.
    #[must_use]
    pub fn is_active(&self) -> bool {
        !self.hidden && self.status.is_active()
    }

    /// When an offer ends: never after the start, also of a session that was moved since.
    #[must_use]
    pub fn offer_end(&self, event: &Event) -> Option<Timestamp> {
        self.offered_until.map(|until| until.min(event.starts_at))
    }

    /// True while a seat is held for the person.
    #[must_use]
    pub fn is_held(&self, now: Timestamp) -> bool {
        self.status == Status::Offered && self.offered_until.is_some_and(|until| now < until)
    }
}

/// A session with its topic.
#[derive(Clone, Debug, Row)]
pub struct Event {
    /// The session's id.
    pub id: i64,
    /// The topic's id.
    pub topic_id: i64,
    /// The topic's title.
    pub title: Text,
    /// Part of the topic's address.
    pub slug: String,
    /// The topic's summary.
    pub summary: Text,
    /// Whether visitors see the topic.
    pub topic_status: TopicStatus,
    /// First moment.
    pub starts_at: Timestamp,
    /// Last moment.
    pub ends_at: Timestamp,
    /// IANA zone.
    pub time_zone: String,
    /// Language that is spoken.
    pub language: Locale,
    /// Seats; none for no limit.
    pub capacity: Option<i64>,
    /// Where it takes place.
    pub join_url: Option<String>,
    /// Whether it takes place.
    pub status: SessionStatus,
    /// Grows with each change that people are told of.
    pub revision: i64,
    /// Its name in calendars, which never changes.
    pub uid: String,
    /// When it was to start before it was moved.
    pub moved_from: Option<Timestamp>,
    /// Seats that are taken or held.
    pub taken: i64,
    /// The session or its topic is in the trash.
    pub hidden: bool,
}

impl Event {
    /// True while people may register.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.is_public() && self.status == SessionStatus::Published && now < self.starts_at
    }

    /// True when visitors may know of it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        !self.hidden && self.topic_status == TopicStatus::Published && self.status != SessionStatus::Draft
    }

    /// What people are said to have come to: `Heat pumps, 2026-03-10 14:00 UTC`.
    #[must_use]
    pub fn name(&self) -> String {
        let start = self.starts_at.to_string();
        format!("{}, {} UTC", self.title.en, start.get(..16).unwrap_or(&start).replace('T', " "))
    }

    /// Seats that are left; none for no limit.
    #[must_use]
    pub fn free(&self) -> Option<i64> {
        self.capacity.map(|capacity| (capacity - self.taken).max(0))
    }
}
