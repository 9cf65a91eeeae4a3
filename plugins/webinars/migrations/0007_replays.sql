-- The replay of a session, which is on the site once that is over and `replay_shown` is 1, until `replay_until`.
ALTER TABLE p_webinars__sessions ADD COLUMN replay_url TEXT;
ALTER TABLE p_webinars__sessions ADD COLUMN replay_shown INTEGER NOT NULL DEFAULT 0 CHECK (replay_shown IN (0, 1));
ALTER TABLE p_webinars__sessions ADD COLUMN replay_until TEXT;

-- Who watched which replay: one record for a person and a session. `marketing` is NULL for those who came by their
-- personal link and were not asked.
CREATE TABLE p_webinars__views (
    id         INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES p_webinars__sessions (id),
    person     INTEGER NOT NULL,
    watched_at TEXT NOT NULL,
    company    TEXT,
    marketing  INTEGER CHECK (marketing IN (0, 1)),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT,
    UNIQUE (session_id, person)
) STRICT;

CREATE INDEX p_webinars__views_by_person ON p_webinars__views (person);
