-- Answers to POSTs that came with an Idempotency-Key, kept for a day so that a repeated request changes nothing twice.
CREATE TABLE idempotency_keys (
    id INTEGER PRIMARY KEY,
    route TEXT NOT NULL,
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL CHECK (length(body_hash) = 64),
    status INTEGER NOT NULL CHECK (status BETWEEN 200 AND 299),
    location TEXT,
    answer TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE UNIQUE INDEX idempotency_keys_request ON idempotency_keys (route, caller, key);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
