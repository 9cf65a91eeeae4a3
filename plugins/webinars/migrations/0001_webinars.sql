CREATE TABLE p_webinars__topics (
    id          INTEGER PRIMARY KEY,
    slug        TEXT NOT NULL UNIQUE,
    title       TEXT NOT NULL,
    summary     TEXT NOT NULL,
    description TEXT,
    status      TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived')),
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    deleted_at  TEXT
) STRICT;

CREATE TABLE p_webinars__speakers (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    role       TEXT,
    bio        TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

-- Who speaks on which topic, in which order.
CREATE TABLE p_webinars__appearances (
    id         INTEGER PRIMARY KEY,
    topic_id   INTEGER NOT NULL REFERENCES p_webinars__topics (id),
    speaker_id INTEGER NOT NULL REFERENCES p_webinars__speakers (id),
    position   INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX p_webinars__appearances_by_topic ON p_webinars__appearances (topic_id, position);
CREATE INDEX p_webinars__appearances_by_speaker ON p_webinars__appearances (speaker_id);

-- `revision` grows with each change that registered people are told of; it is the SEQUENCE of invitations.
-- `moved_from` is when it was to start before it was moved last.
CREATE TABLE p_webinars__sessions (
    id         INTEGER PRIMARY KEY,
    topic_id   INTEGER NOT NULL REFERENCES p_webinars__topics (id),
    starts_at  TEXT NOT NULL,
    ends_at    TEXT NOT NULL,
    time_zone  TEXT NOT NULL,
    language   TEXT NOT NULL CHECK (language IN ('en', 'de')),
    capacity   INTEGER CHECK (capacity >= 0),
    join_url   TEXT,
    status     TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'cancelled')),
    revision   INTEGER NOT NULL DEFAULT 0,
    moved_from TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX p_webinars__sessions_by_end ON p_webinars__sessions (status, ends_at);
CREATE INDEX p_webinars__sessions_by_topic ON p_webinars__sessions (topic_id, starts_at);

-- One record for a person and a session, whatever happens to it. `told` is the session's revision that the person was
-- told of last, `sequence` that of the last invitation.
CREATE TABLE p_webinars__registrations (
    id            INTEGER PRIMARY KEY,
    session_id    INTEGER NOT NULL REFERENCES p_webinars__sessions (id),
    person        INTEGER NOT NULL,
    status        TEXT NOT NULL CHECK (status IN ('confirmed', 'waitlisted', 'offered', 'expired', 'cancelled')),
    locale        TEXT NOT NULL CHECK (locale IN ('en', 'de')),
    note          TEXT,
    receipt       TEXT NOT NULL UNIQUE,
    token         TEXT NOT NULL UNIQUE,
    waiting_since TEXT,
    offered_until TEXT,
    mailed_at     TEXT,
    told          INTEGER NOT NULL DEFAULT 0,
    sequence      INTEGER NOT NULL DEFAULT 0,
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    deleted_at    TEXT,
    UNIQUE (session_id, person)
) STRICT;

CREATE INDEX p_webinars__registrations_by_status ON p_webinars__registrations (session_id, status, waiting_since);
CREATE INDEX p_webinars__registrations_by_person ON p_webinars__registrations (person);

-- Which reminder was sent: once for a registration, a rule and a revision of the session.
CREATE TABLE p_webinars__reminders (
    id              INTEGER PRIMARY KEY,
    registration_id INTEGER NOT NULL REFERENCES p_webinars__registrations (id) ON DELETE CASCADE,
    rule            TEXT NOT NULL CHECK (rule IN ('day', 'hour', 'morning')),
    revision        INTEGER NOT NULL,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,
    deleted_at      TEXT,
    UNIQUE (registration_id, rule, revision)
) STRICT;
