CREATE TABLE p_villain__steps (
    id INTEGER PRIMARY KEY,
    step TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;
