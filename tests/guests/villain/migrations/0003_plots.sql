CREATE TABLE p_villain__plots (
    id INTEGER PRIMARY KEY,
    deed TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;
