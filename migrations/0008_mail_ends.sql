-- The moment from which on a message is cancelled in place of sent; NULL for one that is never too late.
ALTER TABLE mails ADD COLUMN not_after TEXT;

CREATE INDEX mails_ending ON mails (not_after) WHERE status = 'queued' AND not_after IS NOT NULL;
