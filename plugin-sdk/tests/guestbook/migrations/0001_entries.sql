CREATE TABLE p_guestbook__entries (
    id         INTEGER PRIMARY KEY,
    title      TEXT NOT NULL,
    slug       TEXT NOT NULL UNIQUE,
    mood       TEXT NOT NULL DEFAULT 'glad' CHECK (mood IN ('glad', 'so_so')),
    stars      INTEGER,
    read_at    TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;
