-- What the store itself keeps: which migrations ran, whose table is whose, how much room each plugin takes.

CREATE TABLE migrations (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE TABLE plugin_migrations (
    id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT,
    UNIQUE (owner, name)
) STRICT;

CREATE TABLE plugin_tables (
    id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    table_name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('table', 'virtual', 'shadow')),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX plugin_tables_owner ON plugin_tables (owner);

CREATE TABLE plugin_storage (
    id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL UNIQUE,
    pages INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;
