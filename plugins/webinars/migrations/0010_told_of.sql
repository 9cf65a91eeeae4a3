-- What the person was told of the session last, as one text to compare; NULL for what was told before this was kept.
ALTER TABLE p_webinars__registrations ADD COLUMN told_of TEXT;
