-- Plugins that an admin has enabled at least once: what was granted, what was set.
CREATE TABLE plugins (
    id INTEGER PRIMARY KEY,
    plugin TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('enabled', 'disabled', 'failed')),
    state_reason TEXT,
    -- JSON: capability -> granted quantity, or true.
    grants TEXT NOT NULL,
    -- JSON: setting -> value; secret ones stand in plugin_secrets.
    settings TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

-- Values of secret settings, sealed with the site's master key.
CREATE TABLE plugin_secrets (
    id INTEGER PRIMARY KEY,
    plugin TEXT NOT NULL REFERENCES plugins (plugin),
    name TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT,
    UNIQUE (plugin, name)
) STRICT;
