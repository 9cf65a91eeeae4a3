-- How many events lie between a job and what first caused it: a plugin that hears itself comes to an end.

ALTER TABLE jobs ADD COLUMN depth INTEGER NOT NULL DEFAULT 0 CHECK (depth >= 0);
