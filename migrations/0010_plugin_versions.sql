-- The version that ran before an upgrade: rollback goes there.
ALTER TABLE plugins ADD COLUMN previous_version TEXT;
