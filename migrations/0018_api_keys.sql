-- Keys with which programs act for a user. The keys themselves are known to their holders alone.

CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    -- How a key begins, by which its owner knows it again.
    prefix TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE CHECK (length(key_hash) = 64),
    -- The key before, which works on for a while after it was replaced.
    previous_hash TEXT UNIQUE CHECK (length(previous_hash) = 64),
    previous_until TEXT,
    -- Permissions, of which it has those that its user has too.
    scopes TEXT NOT NULL DEFAULT '[]' CHECK (json_type(scopes) = 'array'),
    expires_at TEXT NOT NULL,
    last_used_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- When it was revoked.
    deleted_at TEXT
) STRICT;

CREATE INDEX api_keys_user_id ON api_keys (user_id);
