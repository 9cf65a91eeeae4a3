CREATE TABLE p_hello__greetings (
    id         INTEGER PRIMARY KEY,
    text       TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

INSERT INTO p_hello__greetings (text, created_at, updated_at)
VALUES ('Hello, world!', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
