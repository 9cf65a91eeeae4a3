-- Records of changes hang together: each carries a hash over itself and the hash of the one before. Rows from before
-- this migration have none; the chain begins with the first record after it.

-- SHA-256 in hex over salt and value. They stay when the values are erased.
ALTER TABLE audit ADD COLUMN before_hash TEXT;
ALTER TABLE audit ADD COLUMN after_hash TEXT;
-- Drawn by chance; without it nobody can try out what an erased value was.
ALTER TABLE audit ADD COLUMN salt BLOB;
-- SHA-256 in hex over the hash of the record before and all that this one says.
ALTER TABLE audit ADD COLUMN hash TEXT;

CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'a record of a change is never deleted');
END;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE OF id, actor_kind, actor_id, action, resource, record_id, before_hash,
    after_hash, hash, request_id, created_at ON audit
BEGIN
    SELECT RAISE(ABORT, 'a record of a change is never changed');
END;

-- Personal values may be erased, and then their salt goes with them.
CREATE TRIGGER audit_values_are_only_erased BEFORE UPDATE OF before, after, salt ON audit WHEN NEW.salt IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a record of a change is never changed');
END;
