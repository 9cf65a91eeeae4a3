-- What somebody said with a registration; empty where it was not kept yet. `marketing` is 0 once it was taken back.
ALTER TABLE p_webinars__registrations ADD COLUMN company TEXT;
ALTER TABLE p_webinars__registrations ADD COLUMN marketing INTEGER CHECK (marketing IN (0, 1));

-- `registered_at` is when they registered last, also where they had gone before.
ALTER TABLE p_webinars__registrations ADD COLUMN registered_at TEXT;
UPDATE p_webinars__registrations SET registered_at = created_at;

-- `waiting_since` is there while somebody waits, and not for all the others.
UPDATE p_webinars__registrations SET waiting_since = NULL WHERE status <> 'waitlisted';

-- `told_off` is 1 while the last that the person was told of the session is its cancellation.
ALTER TABLE p_webinars__registrations ADD COLUMN told_off INTEGER NOT NULL DEFAULT 0 CHECK (told_off IN (0, 1));
UPDATE p_webinars__registrations SET told_off = 1
WHERE status IN ('confirmed', 'waitlisted', 'offered') AND EXISTS (
    SELECT 1 FROM p_webinars__sessions s
    WHERE s.id = session_id AND s.status = 'cancelled' AND s.revision = told);
