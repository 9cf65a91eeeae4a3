-- Who must set up a second factor, and where a lockout holds.

-- From then on a user whose role needs a second factor may do nothing but set one up. Null while none is missing.
ALTER TABLE users ADD COLUMN mfa_due_at TEXT;

-- The network that is locked out; null for all from which the user never signed in.
ALTER TABLE account_lockouts ADD COLUMN ip_address TEXT;
