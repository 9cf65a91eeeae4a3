-- Who changed what: one row for every change, written in the unit of work that changes.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'visitor', 'system')),
    -- The user's id; users are hidden, never removed, so that it keeps its meaning.
    actor_id INTEGER,
    action TEXT NOT NULL,
    -- A list of the host (`users`) or of a plugin (`webinars/topics`).
    resource TEXT NOT NULL,
    record_id INTEGER,
    -- The row as JSON before and after; NULL where there is none.
    before TEXT,
    after TEXT,
    request_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX audit_record ON audit (resource, record_id);
CREATE INDEX audit_actor ON audit (actor_id);
CREATE INDEX audit_created_at ON audit (created_at);
