-- A mail that somebody caused by typing an address, kept for a day: so many and no more go to one person.
CREATE TABLE p_webinars__letters (
    id         INTEGER PRIMARY KEY,
    person     INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX p_webinars__letters_by_person ON p_webinars__letters (person, created_at);
CREATE INDEX p_webinars__letters_by_time ON p_webinars__letters (created_at);
