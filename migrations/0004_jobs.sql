-- Durable jobs, and the schedules that make some of them.

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    -- 'core' or a plugin's id.
    owner TEXT NOT NULL,
    -- A described job, or the schedule when due_at is set.
    name TEXT NOT NULL,
    payload TEXT NOT NULL,
    key TEXT,
    -- The moment a schedule was due; NULL for other jobs.
    due_at TEXT,
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'done', 'dead', 'cancelled')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    max_attempts INTEGER NOT NULL CHECK (max_attempts > 0),
    run_at TEXT NOT NULL,
    lease_until TEXT,
    last_error TEXT NOT NULL,
    finished_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

-- While a job with a key waits or runs, another is not queued.
CREATE UNIQUE INDEX jobs_key ON jobs (owner, key) WHERE key IS NOT NULL AND status IN ('queued', 'running');
CREATE INDEX jobs_due ON jobs (owner, run_at, id) WHERE status = 'queued';
CREATE INDEX jobs_next ON jobs (run_at) WHERE status = 'queued';
CREATE INDEX jobs_open_runs ON jobs (owner, name) WHERE due_at IS NOT NULL AND status IN ('queued', 'running');
CREATE INDEX jobs_owner ON jobs (owner, id);
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE status = 'running';
CREATE INDEX jobs_running ON jobs (owner) WHERE status = 'running';
CREATE INDEX jobs_status ON jobs (status, id);
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE schedules (
    id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Five cron fields, read in the zone.
    cron TEXT NOT NULL,
    zone TEXT NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    last_due_at TEXT,
    next_due_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT,
    UNIQUE (owner, name)
) STRICT;

CREATE INDEX schedules_due ON schedules (next_due_at) WHERE enabled = 1;
