-- `uid` names a session in people's calendars for ever, wherever the site moves.
ALTER TABLE p_webinars__sessions ADD COLUMN uid TEXT;
UPDATE p_webinars__sessions SET uid = 'webinar-' || lower(hex(randomblob(16)));
CREATE UNIQUE INDEX p_webinars__sessions_by_uid ON p_webinars__sessions (uid);

-- `invited` is 1 while an invitation stands that was not taken back.
ALTER TABLE p_webinars__registrations ADD COLUMN invited INTEGER NOT NULL DEFAULT 0 CHECK (invited IN (0, 1));
UPDATE p_webinars__registrations SET invited = 1
WHERE status = 'confirmed' AND session_id IN (SELECT id FROM p_webinars__sessions WHERE status <> 'cancelled');
