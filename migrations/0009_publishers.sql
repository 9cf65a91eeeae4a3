-- Whose key a plugin's packages are signed with: the first one that was installed says so, until the operator says
-- otherwise.
CREATE TABLE plugin_publishers (
    id INTEGER PRIMARY KEY,
    plugin TEXT NOT NULL UNIQUE,
    -- SHA-256 of the public key, as people compare it: SHA256:…
    fingerprint TEXT NOT NULL,
    -- What the publisher calls itself in plugin.toml.
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;
