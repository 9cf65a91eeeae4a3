-- `attended` is what counts: set by the button on the personal page, and by organisers who know better. `joined_at` is
-- when that button was pressed first.
ALTER TABLE p_webinars__registrations ADD COLUMN attended INTEGER NOT NULL DEFAULT 0 CHECK (attended IN (0, 1));
ALTER TABLE p_webinars__registrations ADD COLUMN joined_at TEXT;
