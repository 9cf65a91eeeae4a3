//! Rows as the plugin itself reads them.

use magnetiq_sdk::prelude::*;

use super::{SessionStatus, Status, TopicStatus};

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
    /// The session's revision that they were told of last.
    pub told: i64,
    /// What they were told of it, as [`Event::facts`] had it then.
    pub told_of: Option<String>,
    /// The last that they were told of the session is its cancellation.
    pub told_off: bool,
    /// They were there.
    pub attended: bool,
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
    /// Where its replay is.
    pub replay_url: Option<String>,
    /// Whether visitors may see the replay.
    pub replay_shown: bool,
    /// From when on they may no more.
    pub replay_until: Option<Timestamp>,
    /// Seats that are taken or held; not counted where everybody has one.
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

    /// The replay's address, from the end of the session on while visitors may see it.
    #[must_use]
    pub fn replay(&self, now: Timestamp) -> Option<&str> {
        let is_over = self.is_public() && self.status == SessionStatus::Published && self.ends_at <= now;
        let is_shown = self.replay_shown && self.replay_until.is_none_or(|until| now < until);
        self.replay_url.as_deref().filter(|_| is_over && is_shown)
    }

    /// What people are told of it, as one text to compare.
    #[must_use]
    pub fn facts(&self) -> String {
        match self.status {
            SessionStatus::Cancelled => "cancelled".to_owned(),
            _ => format!("{} {} {}", self.starts_at, self.ends_at, self.time_zone),
        }
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
