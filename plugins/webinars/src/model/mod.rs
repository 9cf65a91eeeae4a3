//! The tables.

mod row;

use magnetiq_sdk::prelude::*;

pub use row::{Event, Seat};

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
    /// Their id.
    pub id: i64,
    /// Full name.
    #[field(en = "Name", de = "Name", max = 120, public, search, sort, list)]
    pub name: String,
    /// Part of their page's address.
    #[field(en = "Address", de = "Adresse", kind = "slug", max = 80, unique, public)]
    #[field(help_en = "Empty: made from the name.", help_de = "Leer: wird aus dem Namen gebildet.")]
    pub slug: Option<String>,
    /// What they do.
    #[field(en = "Role", de = "Rolle", max = 150, public, list)]
    pub role: Option<Text>,
    /// Where they work.
    #[field(en = "Company", de = "Unternehmen", max = 150, public)]
    pub company: Option<String>,
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
    /// Where its replay is.
    #[field(en = "Replay", de = "Aufzeichnung", kind = "url", max = 500)]
    #[field(
        help_en = "Visitors are led there once they have said who they are; its address stands on no page.",
        help_de = "Wer sich vorgestellt hat, wird dorthin geführt; die Adresse steht auf keiner Seite."
    )]
    pub replay_url: Option<String>,
    /// Whether visitors may see the replay.
    #[field(en = "Show the replay", de = "Aufzeichnung zeigen", default = false, filter)]
    #[field(help_en = "From the end of the session on.", help_de = "Ab dem Ende des Termins.")]
    pub replay_shown: bool,
    /// From when on they may no more.
    #[field(en = "Replay until", de = "Aufzeichnung bis", zone = "time_zone")]
    #[field(help_en = "Empty: for good.", help_de = "Leer: auf Dauer.")]
    pub replay_until: Option<Timestamp>,
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
    #[field(en = "Joined", de = "Beigetreten", read_only, sort)]
    pub joined_at: Option<Timestamp>,
    /// Since when they wait for a seat: who waits longest is the next.
    #[field(en = "Waiting since", de = "Wartet seit", read_only, sort)]
    pub waiting_since: Option<Timestamp>,
    /// When an offered seat goes to the next.
    #[field(en = "Offer ends", de = "Angebot endet", read_only)]
    pub offered_until: Option<Timestamp>,
    /// When they registered last.
    #[field(en = "Registered", de = "Angemeldet am", read_only, sort, list)]
    pub registered_at: Option<Timestamp>,
    /// Where they work, as they said it then.
    #[field(en = "Company", de = "Unternehmen", max = 150, read_only, personal, search, list)]
    pub company: Option<String>,
    /// Whether they agreed to further mail, and have not taken it back since.
    #[field(en = "Agreed to news", de = "Neuigkeiten erwünscht", read_only, filter)]
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

/// A person who watched a replay.
#[derive(Clone, Debug, Resource)]
#[resource(
    table = "p_webinars__views",
    en = "Replay view",
    de = "Abruf einer Aufzeichnung",
    en_plural = "Replay views",
    de_plural = "Abrufe von Aufzeichnungen",
    title = "person",
    sort = "-created_at",
    read = "webinars:read",
    create = "nobody",
    update = "nobody",
    delete = "webinars:manage",
    menu(order = 15, icon = "link")
)]
pub struct View {
    /// Of what.
    #[field(en = "Session", de = "Termin", references = "sessions", required, read_only, filter, list)]
    pub session_id: i64,
    /// Who.
    #[field(en = "Person", de = "Person", required, read_only, filter, search, list)]
    pub person: Person,
    /// When they watched first.
    #[field(en = "Watched", de = "Angesehen am", read_only, sort, list)]
    pub watched_at: Timestamp,
    /// Where they work, as they said it then.
    #[field(en = "Company", de = "Unternehmen", max = 150, read_only, personal, search, list)]
    pub company: Option<String>,
    /// Whether they agreed to further mail, and have not taken it back since; empty where they were not asked.
    #[field(en = "Agreed to news", de = "Neuigkeiten erwünscht", read_only, filter, list)]
    pub marketing: Option<bool>,
}
