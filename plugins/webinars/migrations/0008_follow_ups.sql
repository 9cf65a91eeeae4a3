-- When somebody was thanked for coming or told that they were missed. Nobody is for what is past already.
ALTER TABLE p_webinars__registrations ADD COLUMN followed_up_at TEXT;
UPDATE p_webinars__registrations SET followed_up_at = strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')
WHERE session_id IN (
    SELECT id FROM p_webinars__sessions WHERE ends_at <= strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'));
