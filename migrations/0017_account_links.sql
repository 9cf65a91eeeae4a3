-- One-time links about accounts, which are sent by mail.

-- A link's token is no column: it is computed from the row with a key that the database does not have.
CREATE TABLE account_links (
    id INTEGER PRIMARY KEY,
    -- Whose account; null for a registration, and where somebody named an address that no account has.
    user_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN ('password_reset', 'invitation', 'registration', 'old_email', 'new_email')),
    -- Where it was sent to.
    email TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    -- Closed before it was used, because another one or a change of the account made it pointless.
    revoked_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX account_links_user ON account_links (user_id);
CREATE INDEX account_links_email ON account_links (email, purpose, created_at);
CREATE INDEX account_links_expires_at ON account_links (expires_at);

-- Who asked for an account and has not confirmed the address yet. It becomes a user then, and the row goes.
CREATE TABLE registrations (
    id INTEGER PRIMARY KEY,
    link_id INTEGER NOT NULL UNIQUE REFERENCES account_links (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'de')),
    password_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

-- A change of somebody's address: it is made when both links were used.
CREATE TABLE email_changes (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    old_link_id INTEGER NOT NULL REFERENCES account_links (id) ON DELETE CASCADE,
    new_link_id INTEGER NOT NULL REFERENCES account_links (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX email_changes_user ON email_changes (user_id);
CREATE INDEX email_changes_old_link ON email_changes (old_link_id);
CREATE INDEX email_changes_new_link ON email_changes (new_link_id);
