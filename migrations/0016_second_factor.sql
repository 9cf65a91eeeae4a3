-- One-time codes as a second factor, and the moment between the password and the code.

-- Sealed like two_factor_secret; takes its place once a code made with it was shown.
ALTER TABLE users ADD COLUMN two_factor_pending TEXT;

-- The last time step whose code was used, in units of 30 seconds since 1970: each is good once.
ALTER TABLE users ADD COLUMN two_factor_step INTEGER;

-- Somebody knew the password and has yet to show a second factor.
CREATE TABLE sign_in_challenges (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    -- The user's token epoch at that moment: a new password or role ends the challenge.
    epoch INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    expires_at TEXT NOT NULL,
    used_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX sign_in_challenges_user_id ON sign_in_challenges (user_id);
CREATE INDEX sign_in_challenges_expires_at ON sign_in_challenges (expires_at);
