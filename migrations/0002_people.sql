-- One contact per e-mail address, shared by all plugins; what they agreed to; what they did.

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    -- Lower case. An erased contact keeps its row under an address that reaches nobody.
    email TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
    name TEXT NOT NULL,
    company TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('en', 'de')),
    -- IANA zone, or empty when unknown.
    time_zone TEXT NOT NULL,
    erased_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX contacts_created_at ON contacts (created_at);

-- Every decision is kept; the newest of a purpose counts.
CREATE TABLE consents (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    given INTEGER NOT NULL CHECK (given IN (0, 1)),
    text_version TEXT NOT NULL,
    source TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX consents_contact_purpose ON consents (contact_id, purpose, id);

CREATE TABLE activities (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    -- Verb with the plugin's name: webinars.registered
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    happened_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX activities_contact ON activities (contact_id, id);
