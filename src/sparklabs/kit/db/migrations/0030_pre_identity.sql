-- Whether a session was ended is asked with every request that misses the short cache: one probe, however many tokens it had.
CREATE INDEX refresh_tokens_ended ON refresh_tokens (family_id) WHERE revoked_at IS NOT NULL;
