-- Passkeys: as a second factor, and in place of password and second factor.

CREATE TABLE passkeys (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- As its owner calls it.
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    -- base64url, as browsers send it.
    credential_id TEXT NOT NULL UNIQUE,
    -- What the authenticator knows the user by; the same for all passkeys of a user, and no other site's.
    user_handle TEXT NOT NULL,
    -- Public key and counter, as JSON.
    credential TEXT NOT NULL CHECK (json_type(credential) = 'object'),
    last_used_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX passkeys_user_id ON passkeys (user_id);

-- What a browser was asked to sign and has not answered yet.
CREATE TABLE passkey_ceremonies (
    id INTEGER PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    -- Who adds a passkey; null for a sign-in.
    user_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
    -- The challenge that it is the second factor for; null without a password.
    mfa_token_hash TEXT,
    -- What was asked, as JSON.
    state TEXT NOT NULL CHECK (json_type(state) = 'object'),
    expires_at TEXT NOT NULL,
    used_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX passkey_ceremonies_user_id ON passkey_ceremonies (user_id);
CREATE INDEX passkey_ceremonies_expires_at ON passkey_ceremonies (expires_at);
