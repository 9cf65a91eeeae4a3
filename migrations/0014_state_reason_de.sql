-- Why a plugin failed, for those who read German.
ALTER TABLE plugins ADD COLUMN state_reason_de TEXT;
