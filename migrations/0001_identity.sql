-- Users, their sessions, and what is kept for security.

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    -- In lower case, so that uniqueness is blind to case; a hidden user keeps the address, because they may come back.
    email TEXT NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    name TEXT NOT NULL DEFAULT '' CHECK (length(name) <= 200),
    -- Null until the user has chosen a password.
    password_hash TEXT,
    password_changed_at TEXT,
    role TEXT NOT NULL CHECK (role IN ('super_admin', 'admin', 'editor', 'viewer')),
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'invited', 'locked')),
    -- Grows with every change that must end all access tokens at once.
    token_epoch INTEGER NOT NULL DEFAULT 0 CHECK (token_epoch >= 0),
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_type(metadata) = 'object'),
    last_login_at TEXT,
    login_count INTEGER NOT NULL DEFAULT 0 CHECK (login_count >= 0),
    failed_login_attempts INTEGER NOT NULL DEFAULT 0 CHECK (failed_login_attempts >= 0),
    locked_until TEXT,
    preferences TEXT NOT NULL DEFAULT '{}' CHECK (json_type(preferences) = 'object'),
    timezone TEXT NOT NULL DEFAULT 'UTC',
    language TEXT NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'de')),
    avatar_url TEXT,
    two_factor_enabled INTEGER NOT NULL DEFAULT 0 CHECK (two_factor_enabled IN (0, 1)),
    two_factor_secret TEXT,
    backup_codes TEXT NOT NULL DEFAULT '[]' CHECK (json_type(backup_codes) = 'array'),
    encryption_key TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX users_role ON users (role);
CREATE INDEX users_status ON users (status);

-- One row for each refresh token. The tokens of one sign-in are a family: its name is the session id in access tokens.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    family TEXT NOT NULL,
    parent_id INTEGER REFERENCES sessions (id) ON DELETE SET NULL,
    used_at TEXT,
    expires_at TEXT NOT NULL,
    absolute_expires_at TEXT NOT NULL,
    revoked_at TEXT,
    ip_address TEXT,
    user_agent TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_family ON sessions (family);
CREATE INDEX sessions_parent_id ON sessions (parent_id);
CREATE INDEX sessions_absolute_expires_at ON sessions (absolute_expires_at);

CREATE TABLE jwt_blacklist (
    id INTEGER PRIMARY KEY,
    token_id TEXT NOT NULL UNIQUE,
    expires_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX jwt_blacklist_expires_at ON jwt_blacklist (expires_at);

-- Failed sign-ins, counted by e-mail and address of the client; gone after a successful one.
CREATE TABLE login_attempts (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL,
    attempt_count INTEGER NOT NULL DEFAULT 1 CHECK (attempt_count >= 1),
    ip_address TEXT,
    user_agent TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX login_attempts_email ON login_attempts (email, ip_address);
CREATE INDEX login_attempts_updated_at ON login_attempts (updated_at);

CREATE TABLE account_lockouts (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT 'too_many_attempts',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX account_lockouts_email ON account_lockouts (email, expires_at);
CREATE INDEX account_lockouts_expires_at ON account_lockouts (expires_at);

CREATE TABLE security_events (
    id INTEGER PRIMARY KEY,
    event_type TEXT NOT NULL,
    email TEXT,
    ip_address TEXT,
    user_agent TEXT,
    details TEXT NOT NULL DEFAULT '{}' CHECK (json_type(details) = 'object'),
    severity TEXT NOT NULL DEFAULT 'low' CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE INDEX security_events_created_at ON security_events (created_at);
CREATE INDEX security_events_event_type ON security_events (event_type, created_at);
CREATE INDEX security_events_email ON security_events (email);

-- Links that make the first super admin.
CREATE TABLE setup_tokens (
    id INTEGER PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    expires_at TEXT NOT NULL,
    used_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;
