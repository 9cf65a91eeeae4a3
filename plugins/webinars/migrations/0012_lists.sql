-- The list of topics that everybody sees, newest first.
CREATE INDEX p_webinars__topics_by_time ON p_webinars__topics (status, deleted_at, created_at DESC, id);

-- The sessions that are to come, the next first.
CREATE INDEX p_webinars__sessions_by_start ON p_webinars__sessions (starts_at, id)
WHERE status = 'published' AND deleted_at IS NULL;

-- What organisers see first: who registered last.
CREATE INDEX p_webinars__registrations_by_time ON p_webinars__registrations (deleted_at, created_at DESC, id);
