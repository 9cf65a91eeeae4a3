-- The outbox: a row is written in the transaction of what caused it; the worker leases, renders, sends and marks it.

CREATE TABLE mails (
    id INTEGER PRIMARY KEY,
    -- 'core' or a plugin's id.
    owner TEXT NOT NULL,
    template TEXT NOT NULL,
    contact_id INTEGER REFERENCES contacts (id) ON DELETE SET NULL,
    to_email TEXT NOT NULL,
    to_name TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('en', 'de')),
    -- The recipient's IANA zone, or empty for the site's.
    time_zone TEXT NOT NULL,
    -- As sent; empty until the template was rendered.
    subject TEXT NOT NULL,
    -- JSON for the template; NULL once purged.
    data TEXT,
    -- JSON of the invitation; NULL without one.
    calendar TEXT,
    -- Queued once per owner, ever: rows with a key are purged of content but never removed.
    key TEXT,
    status TEXT NOT NULL CHECK (status IN ('queued', 'sending', 'sent', 'dead', 'cancelled')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    -- The moment it was meant to leave; the Date header of every attempt.
    send_at TEXT NOT NULL,
    next_attempt_at TEXT NOT NULL,
    lease_until TEXT,
    last_error TEXT NOT NULL,
    sent_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE UNIQUE INDEX mails_key ON mails (owner, key) WHERE key IS NOT NULL;
CREATE INDEX mails_due ON mails (next_attempt_at) WHERE status = 'queued';
CREATE INDEX mails_leased ON mails (lease_until) WHERE status = 'sending';
CREATE INDEX mails_status ON mails (status, id);
CREATE INDEX mails_owner_created ON mails (owner, created_at);
CREATE INDEX mails_contact ON mails (contact_id);
CREATE INDEX mails_to_email ON mails (to_email);

CREATE TABLE mail_attachments (
    id INTEGER PRIMARY KEY,
    mail_id INTEGER NOT NULL REFERENCES mails (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content BLOB NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX mail_attachments_mail ON mail_attachments (mail_id);
